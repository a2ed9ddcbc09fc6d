//! *Keys*: what programs, and teachers without an address, come in with. Each is shown once.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{
    Office,
    form::{Entry, FieldError, FormView, errors, keep, number, text},
    invitations::role,
    outbox,
    parts::{Action, Cell, Empty, Page, Row, Table},
    reply, said, told,
    webhooks::Secret,
};
use crate::{
    app::{
        App,
        access::{MadeToken, NewToken},
        directory::Directory,
        feeds::addresses::{image_url, qr_svg},
    },
    domain::{
        access::{Role, Scope, Token},
        id::Id,
    },
    http::web::{
        page::Refusal,
        parts::{Choice, choices},
        visitor::{Form, Visitor},
        words::Words,
    },
};

/// A teacher's personal link, for the only time.
#[derive(Template)]
#[template(path = "web/admin/link_made.html")]
struct PersonalLink {
    w: Words,
    url: String,
    qr: String,
}

/// `GET /admin/tokens`.
pub async fn list(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        page(&visitor, &app, &office, (&Form::default(), Vec::new()), None).await
    })
    .await
}

/// `POST /admin/tokens`: one more. It is shown in this answer and nowhere else.
pub async fn make(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let mut wrong = Vec::new();
        let days = match text(&form, "expires_in_days") {
            Some(_) => keep(&mut wrong, number(&form, "expires_in_days", visitor.w)),
            None => None,
        };
        let teacher = text(&form, "teacher").map(Id::from);
        let new = NewToken {
            role: if teacher.is_some() { Role::Teacher } else { Role::Admin },
            school: Some(office.school.id.clone()),
            teacher,
            label: form.get("label").to_owned(),
            expires_in_days: days,
            scope: if form.get("read_only").is_empty() { Scope::Write } else { Scope::Read },
        };
        if wrong.is_empty() {
            match app.create_token(&office.who, &office.actor, new).await {
                Ok(made) => {
                    return page(&visitor, &app, &office, (&Form::default(), Vec::new()), Some(made)).await;
                }
                Err(error) => wrong = errors(error, visitor.w)?,
            }
        }
        page(&visitor, &app, &office, (&form, wrong), None).await
    })
    .await
}

/// `POST /admin/tokens/{id}/revoke`.
pub async fn revoke(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        app.revoke_token(&office.who, &id).await?;
        Ok(told(&visitor, "/admin/tokens", "admin-done-token-revoked"))
    })
    .await
}

async fn page(
    visitor: &Visitor,
    app: &App,
    office: &Office,
    (typed, wrong): (&Form, Vec<FieldError>),
    made: Option<MadeToken>,
) -> Result<HttpResponse, Refusal> {
    let w = visitor.w;
    let mut tokens = app.tokens(&office.who).await?;
    tokens.retain(|token| token.school.as_ref() == Some(&office.school.id) && token.revoked_at.is_none());
    let directory = app.directory(&office.who, &office.school.id).await?;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut page = Page::new(visitor, &office.school.name, w.t("admin-tokens-title"))
        .lead(w.t("admin-tokens-lead"))
        .tabs("/admin/tokens", &outbox::TABS);
    if let Some(MadeToken { token, secret }) = made {
        if token.role == Role::Teacher {
            let url = format!("{}/enter/{secret}", app.settings.public_url);
            let qr = image_url(&qr_svg(&url)?);
            page = page.part(&PersonalLink { w, url, qr })?;
        }
        let (heading, text) = (w.t("admin-token-made"), w.t("admin-token-made-text"));
        page = page.part(&Secret { w, heading, text, secret })?;
    }
    let page = if tokens.is_empty() {
        let (heading, text) = (w.t("admin-tokens-none"), w.t("admin-tokens-none-text"));
        page.part(&Empty { heading, text, actions: Vec::new() })?
    } else {
        page.part(&table(visitor, office, &tokens, &directory))?
    };
    let teachers = directory.teachers.iter().map(|teacher| (&teacher.id, teacher.name.as_str()));
    let mut whom = choices(teachers, |id| id.as_str() == typed.get("teacher"));
    whom.insert(0, Choice::new("", w.t("admin-token-admin"), typed.get("teacher")));
    let form = FormView::new(visitor, w.t("admin-token-new"), "/admin/tokens", w.t("admin-token-make"))
        .field(Entry::line("label", w.t("admin-token-label"), typed.get("label")).needed())
        .field(Entry::select("teacher", w.t("admin-token-whom"), whom))
        .field(
            Entry::number("expires_in_days", w.t("admin-token-days"), typed.get("expires_in_days"))
                .hint(w.t("admin-token-days-hint")),
        )
        .field(Entry::tick("read_only", w.t("admin-token-read"), !typed.get("read_only").is_empty()))
        .wrong(wrong);
    Ok(visitor.answer_with(status, Ok(page.beside(&form)?)))
}

fn table(visitor: &Visitor, office: &Office, tokens: &[Token], directory: &Directory) -> Table {
    let (w, zone) = (visitor.w, office.school.zone());
    let row = |token: &Token| {
        let teacher = directory.teachers.iter().find(|teacher| Some(&teacher.id) == token.teacher.as_ref());
        let used = token.last_used_at.map_or_else(|| w.t("admin-token-unused"), |at| said::at(at, zone, w));
        let ends = token
            .expires_at
            .map_or_else(String::new, |at| w.with("admin-token-until", &[("at", &said::at(at, zone, w))]));
        let scope = if token.scope == Scope::Read { w.t("admin-token-reads") } else { String::new() };
        let revoke = Action::post(visitor, format!("/admin/tokens/{}/revoke", token.id), w.t("admin-token-revoke"));
        Row {
            cells: vec![
                Cell::text(&token.label).small(ends),
                Cell::text(teacher.map_or_else(|| role(token.role, w), |teacher| teacher.name.clone())).small(scope),
                Cell::text(used),
            ],
            actions: vec![
                revoke.about(&token.label).sure(w.t("admin-token-revoke-sure"), w.t("admin-token-revoke-do")),
            ],
        }
    };
    Table {
        id: "tokens",
        heading: w.t("admin-tokens-list"),
        count: String::new(),
        columns: ["admin-token-label", "admin-token-whom", "admin-token-used"].map(|key| w.t(key)).into(),
        rows: tokens.iter().map(row).collect(),
        deeds: Some(w.t("admin-deeds")),
    }
}
