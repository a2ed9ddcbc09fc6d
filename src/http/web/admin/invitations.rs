//! *Invitations*: who was invited as what, and whether they came.

use actix_web::{HttpResponse, http::StatusCode, web};

use super::{
    Office,
    form::{Entry, FieldError, FormView, Look, errors, text},
    parts::{Action, Cell, Empty, Page, Row, Table},
    reply, said, teachers, told, told_words,
};
use crate::{
    app::{
        App,
        invitations::{InvitationStatus, NewInvitation},
    },
    domain::{access::Role, account::InvitationState, id::Id},
    http::web::{
        page::Refusal,
        visitor::{Form, Visitor},
        words::Words,
    },
};

/// `GET /admin/invitations`.
pub async fn list(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        page(&visitor, &app, &office, (&Form::default(), Vec::new())).await
    })
    .await
}

/// `POST /admin/invitations`: another who runs the school.
pub async fn invite(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let new = NewInvitation {
            email: form.get("email").to_owned(),
            name: text(&form, "name"),
            role: Role::Admin,
            school: Some(office.school.id.clone()),
            teacher: None,
            language: None,
        };
        match app.invite(&office.who, &office.actor, new).await {
            Ok(_) => Ok(told(&visitor, "/admin/invitations", "admin-done-invited")),
            Err(error) => {
                let wrong = errors(error, visitor.w)?;
                page(&visitor, &app, &office, (&form, wrong)).await
            }
        }
    })
    .await
}

/// `POST /admin/teachers/{id}/invite`.
pub async fn invite_teacher(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let teacher = app.teacher(&office.who, &office.school.id, &id).await?;
        let new = NewInvitation {
            email: teacher.email.unwrap_or_default(),
            name: None,
            role: Role::Teacher,
            school: Some(office.school.id.clone()),
            teacher: Some(teacher.id),
            language: Some(teacher.language),
        };
        match app.invite(&office.who, &office.actor, new).await {
            Ok(_) => Ok(told(&visitor, "/admin/teachers", "admin-done-invited")),
            Err(error) => {
                let wrong = errors(error, visitor.w)?;
                page(&visitor, &app, &office, (&Form::default(), wrong)).await
            }
        }
    })
    .await
}

/// `POST /admin/teachers/invite`: all who can be invited.
pub async fn invite_teachers(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let invited = app.invite_teachers(&office.who, &office.actor, &office.school.id).await?;
        Ok(told_words(&visitor, "/admin/teachers", visitor.w.count("admin-done-invited-all", invited)))
    })
    .await
}

/// `POST /admin/invitations/{id}/resend`.
pub async fn resend(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        match app.resend_invitation(&office.who, &id).await {
            Ok(_) => Ok(told(&visitor, "/admin/invitations", "admin-done-invited")),
            Err(error) => {
                let wrong = errors(error, visitor.w)?;
                page(&visitor, &app, &office, (&Form::default(), wrong)).await
            }
        }
    })
    .await
}

/// `POST /admin/invitations/{id}/withdraw`.
pub async fn withdraw(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        match app.withdraw_invitation(&office.who, &id).await {
            Ok(()) => Ok(told(&visitor, "/admin/invitations", "admin-done-invitation-withdrawn")),
            Err(error) => {
                let wrong = errors(error, visitor.w)?;
                page(&visitor, &app, &office, (&Form::default(), wrong)).await
            }
        }
    })
    .await
}

async fn page(
    visitor: &Visitor,
    app: &App,
    office: &Office,
    (typed, wrong): (&Form, Vec<FieldError>),
) -> Result<HttpResponse, Refusal> {
    let w = visitor.w;
    let all = app.invitations(&office.who).await?;
    let own: Vec<InvitationStatus> =
        all.into_iter().filter(|one| one.school.as_ref() == Some(&office.school.id)).collect();
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let form = FormView::new(visitor, w.t("admin-invite-admin"), "/admin/invitations", w.t("admin-invite-send"))
        .lead(w.t("admin-invite-admin-lead"))
        .field(Entry::new(Look::Input("email"), "email", w.t("sign-in-email"), typed.get("email")).needed())
        .field(Entry::line("name", w.t("admin-invite-name"), typed.get("name")))
        .wrong(wrong);
    let page = Page::new(visitor, &office.school.name, w.t("admin-invitations-title"))
        .lead(w.t("admin-invitations-lead"))
        .tabs("/admin/invitations", &teachers::TABS);
    let page = if own.is_empty() {
        page.part(&Empty {
            heading: w.t("admin-invitations-none"),
            text: w.t("admin-invitations-none-text"),
            actions: vec![Action::link("/admin/teachers", w.t("admin-tab-teachers")).first()],
        })?
    } else {
        page.part(&table(visitor, office, &own))?
    };
    Ok(visitor.answer_with(status, Ok(page.beside(&form)?)))
}

fn table(visitor: &Visitor, office: &Office, all: &[InvitationStatus]) -> Table {
    let w = visitor.w;
    let row = |one: &InvitationStatus| {
        let (key, tag) = state(one.state);
        let again =
            Action::post(visitor, format!("/admin/invitations/{}/resend", one.id), w.t("admin-invitation-resend"));
        let withdraw =
            Action::post(visitor, format!("/admin/invitations/{}/withdraw", one.id), w.t("admin-invitation-withdraw"));
        let actions = match one.state {
            InvitationState::Open | InvitationState::Expired => vec![again, withdraw.quiet()],
            _ => Vec::new(),
        };
        Row {
            cells: vec![
                Cell::text(&one.name).small(one.email.clone().unwrap_or_default()),
                Cell::text(role(one.role, w)),
                Cell::tag(w.t(key), tag),
                Cell::text(said::at(one.sent_at, office.school.zone(), w))
                    .small(w.with("admin-invitation-by", &[("by", &one.invited_by)])),
            ],
            actions: actions.into_iter().map(|action| action.about(&one.name)).collect(),
        }
    };
    let open = all.iter().filter(|one| one.state == InvitationState::Open).count();
    Table {
        id: "invitations",
        heading: w.t("admin-invitations-list"),
        count: w.count("admin-invitations-open", open),
        columns: ["admin-invitation-whom", "admin-invitation-as", "admin-state", "admin-invitation-sent"]
            .map(|key| w.t(key))
            .into(),
        rows: all.iter().map(row).collect(),
        deeds: Some(w.t("admin-deeds")),
    }
}

/// What a role is called.
pub fn role(role: Role, w: Words) -> String {
    w.t(&format!("admin-role-{}", role.as_str()))
}

fn state(state: InvitationState) -> (&'static str, &'static str) {
    match state {
        InvitationState::Open => ("admin-invitation-open", "plain"),
        InvitationState::Accepted => ("admin-invitation-accepted", "quiet"),
        InvitationState::Expired => ("admin-invitation-expired", "warn"),
        InvitationState::Withdrawn => ("admin-invitation-withdrawn", "plain"),
    }
}
