//! *Erasing a person*: what would go and what would stay, before it is done.

use actix_web::{HttpResponse, http::StatusCode, web};

use super::{
    Office,
    form::{Entry, FieldError, FormView, errors},
    parts::{Card, Facts, Page},
    reply, told,
};
use crate::{
    app::App,
    domain::{id::Id, people::Teacher},
    http::web::{
        page::Refusal,
        visitor::{Form, Visitor},
    },
};

/// `GET /admin/teachers/{id}/erase`.
pub async fn preview(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        let teacher = app.teacher(&office.who, &office.school.id, &id).await?;
        page(&visitor, &app, &office, &teacher, Vec::new()).await
    })
    .await
}

/// `POST /admin/teachers/{id}/erase`: done, when it was confirmed.
pub async fn erase(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let teacher = app.teacher(&office.who, &office.school.id, &id).await?;
        if form.get("sure").is_empty() {
            let wrong = vec![FieldError::at("sure", visitor.w.t("admin-erase-unsure"))];
            return page(&visitor, &app, &office, &teacher, wrong).await;
        }
        match app.erase_teacher(&office.who, &office.school.id, &id).await {
            Ok(_) => Ok(told(&visitor, "/admin/teachers", "admin-done-teacher-erased")),
            Err(error) => {
                let wrong = errors(error, visitor.w)?;
                page(&visitor, &app, &office, &teacher, wrong).await
            }
        }
    })
    .await
}

async fn page(
    visitor: &Visitor,
    app: &App,
    office: &Office,
    teacher: &Teacher,
    wrong: Vec<FieldError>,
) -> Result<HttpResponse, Refusal> {
    let w = visitor.w;
    let heading = w.with("admin-erase-title", &[("name", &teacher.name)]);
    let page = Page::new(visitor, &office.school.name, heading).lead(w.t("admin-erase-lead"));
    let told = match app.would_erase_teacher(&office.who, &office.school.id, &teacher.id).await {
        Ok(told) => told,
        Err(error) => {
            let lines = errors(error, w)?.into_iter().map(|error| error.text).collect();
            let heading = w.t("admin-erase-cannot");
            let page = page.part(&Card { id: "cannot", heading, lines, is_warning: true, ..Card::default() })?;
            return Ok(visitor.answer_with(StatusCode::CONFLICT, Ok(page)));
        }
    };
    let number = |key: &str, count: usize| (w.t(key), w.number(count as u64), String::new());
    let account = if told.account { "admin-erase-account-goes" } else { "admin-erase-account-stays" };
    let name = told.teachers.first().map_or_else(|| teacher.name.clone(), |erased| erased.name.clone());
    let facts = Facts(vec![
        (w.t("admin-erase-name"), name, String::new()),
        (w.t("admin-erase-account"), w.t(account), String::new()),
        number("admin-erase-mails", told.mails),
        number("admin-erase-invitations", told.invitations),
        number("admin-erase-feeds", told.feeds),
        number("admin-erase-tokens", told.tokens + told.revoked_tokens),
        number("admin-erase-wishes", told.wishes),
        number("admin-erase-mentions", told.mentions),
    ]);
    let action = format!("/admin/teachers/{}/erase", teacher.id);
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let form = FormView::new(visitor, w.t("admin-erase-confirm"), action, w.t("admin-erase-do"))
        .lead(w.t("admin-erase-stays"))
        .field(Entry::tick("sure", w.t("admin-erase-sure"), false))
        .cancel(format!("/admin/teachers/{}", teacher.id))
        .wrong(wrong);
    Ok(visitor.answer_with(status, Ok(page.part(&facts)?.part(&form)?)))
}
