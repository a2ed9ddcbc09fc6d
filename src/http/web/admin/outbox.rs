//! *Mails*: where each stands and why, sent again, withdrawn.

use actix_web::{HttpResponse, web};

use super::{
    Asked, Office,
    form::errors,
    parts::{Action, Cell, Empty, Page, Row, Tab, Table},
    reply, said, told, told_words,
};
use crate::{
    app::{App, outbox::NoticesPart},
    domain::{
        id::Id,
        notice::{NoticeState, NoticeStatus},
    },
    http::web::{
        visitor::{Form, Visitor},
        words::Words,
    },
};

/// The pages beside this one.
pub const TABS: [(&str, &str); 3] = [
    ("/admin/outbox", "admin-tab-outbox"),
    ("/admin/webhooks", "admin-tab-webhooks"),
    ("/admin/tokens", "admin-tab-tokens"),
];
/// The most mails of a page.
const MOST: usize = 60;
const STATES: [NoticeState; 4] = [NoticeState::Queued, NoticeState::Sending, NoticeState::Sent, NoticeState::Failed];

/// `GET /admin/outbox`.
pub async fn list(visitor: Visitor, app: web::Data<App>, asked: web::Query<Asked>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        let w = visitor.w;
        let state = STATES.into_iter().find(|state| state.as_str() == asked.state);
        let after = Some(asked.after.as_str()).filter(|after| !after.is_empty()).map(Id::from);
        let part = NoticesPart { state, after };
        let mails = app.notices(&office.who, &office.school.id, part).await?;
        let page = Page::new(&visitor, &office.school.name, w.t("admin-outbox-title"))
            .lead(w.t("admin-outbox-lead"))
            .tabs("/admin/outbox", &TABS)
            .part(&states(state, w))?;
        let page = if mails.is_empty() {
            let (heading, text) = (w.t("admin-outbox-none"), w.t("admin-outbox-none-text"));
            page.part(&Empty { heading, text, actions: Vec::new() })?
        } else {
            page.part(&table(&visitor, &office, &mails))?
        };
        let page = match mails.get(MOST.saturating_sub(1)).filter(|_| mails.len() > MOST) {
            Some(last) => {
                let state = state.map_or("", NoticeState::as_str);
                page.action(Action::link(format!("/admin/outbox?state={state}&after={}", last.id), w.t("admin-older")))
            }
            None => page,
        };
        Ok(visitor.answer(Ok(page)))
    })
    .await
}

/// The mails of one state.
#[derive(askama::Template)]
#[template(path = "web/admin/choose.html")]
struct Choose {
    label: String,
    tabs: Vec<Tab>,
}

fn states(chosen: Option<NoticeState>, w: Words) -> Choose {
    let all = Tab { href: "/admin/outbox".to_owned(), label: w.t("admin-outbox-all"), current: chosen.is_none() };
    let tab = |state: NoticeState| Tab {
        href: format!("/admin/outbox?state={}", state.as_str()),
        label: w.t(state_words(state).0),
        current: chosen == Some(state),
    };
    Choose { label: w.t("admin-state"), tabs: std::iter::once(all).chain(STATES.map(tab)).collect() }
}

fn state_words(state: NoticeState) -> (&'static str, &'static str) {
    match state {
        NoticeState::Queued => ("admin-mail-queued", "plain"),
        NoticeState::Sending => ("admin-mail-sending", "plain"),
        NoticeState::Sent => ("admin-mail-sent", "quiet"),
        NoticeState::Failed => ("admin-mail-failed", "warn"),
    }
}

fn table(visitor: &Visitor, office: &Office, mails: &[NoticeStatus]) -> Table {
    let (w, zone) = (visitor.w, office.school.zone());
    let row = |mail: &NoticeStatus| {
        let (key, tag) = state_words(mail.state);
        let post = |end: &str, key: &str| {
            Action::post(visitor, format!("/admin/outbox/{}/{end}", mail.id), w.t(key)).about(&mail.to)
        };
        let is_empty = mail.to.is_empty();
        let actions = match mail.state {
            NoticeState::Queued => vec![post("withdraw", "admin-mail-withdraw").quiet()],
            NoticeState::Sent | NoticeState::Failed if !is_empty => vec![post("resend", "admin-mail-resend")],
            _ => Vec::new(),
        };
        let why = match (mail.state, &mail.error) {
            (NoticeState::Sent, _) => mail.sent_at.map_or_else(String::new, |at| said::at(at, zone, w)),
            (_, Some(error)) => error.clone(),
            (NoticeState::Queued, None) if mail.run_after > mail.created_at => {
                w.with("admin-mail-until", &[("at", &said::at(mail.run_after, zone, w))])
            }
            _ => String::new(),
        };
        let subject = if is_empty { w.t("admin-mail-emptied") } else { mail.subject.clone() };
        Row {
            cells: vec![
                Cell::text(subject).small(mail.to.clone()),
                Cell::text(w.t(&format!("event-{}", mail.kind.as_str()))),
                Cell::text(said::at(mail.created_at, zone, w)),
                Cell::tag(w.t(key), tag).small(why),
            ],
            actions,
        }
    };
    Table {
        id: "mails",
        heading: w.t("admin-outbox-list"),
        count: String::new(),
        columns: ["admin-mail-column", "admin-mail-kind", "admin-mail-written", "admin-state"]
            .map(|key| w.t(key))
            .into(),
        rows: mails.iter().take(MOST).map(row).collect(),
        deeds: Some(w.t("admin-deeds")),
    }
}

/// `POST /admin/outbox/{id}/resend`.
pub async fn resend(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        match app.resend_notice(&office.who, &office.school.id, &id).await {
            Ok(_) => Ok(told(&visitor, "/admin/outbox", "admin-done-mail-resent")),
            Err(error) => {
                let said = errors(error, visitor.w)?.into_iter().map(|error| error.text).collect::<Vec<_>>();
                Ok(told_words(&visitor, "/admin/outbox", said.join(" ")))
            }
        }
    })
    .await
}

/// `POST /admin/outbox/{id}/withdraw`.
pub async fn withdraw(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        match app.withdraw_notice(&office.who, &office.school.id, &id).await {
            Ok(_) => Ok(told(&visitor, "/admin/outbox", "admin-done-mail-withdrawn")),
            Err(error) => {
                let said = errors(error, visitor.w)?.into_iter().map(|error| error.text).collect::<Vec<_>>();
                Ok(told_words(&visitor, "/admin/outbox", said.join(" ")))
            }
        }
    })
    .await
}
