//! *Mails*: where each stands and why, sent again, withdrawn.

use actix_web::{HttpResponse, web};
use chrono_tz::Tz;

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
        page::Refusal,
        visitor::{Form, Visitor},
        words::Words,
    },
};

const PLACE: &str = "/admin/outbox";
/// The pages beside this one.
pub const TABS: [(&str, &str); 3] =
    [(PLACE, "admin-tab-outbox"), ("/admin/webhooks", "admin-tab-webhooks"), ("/admin/tokens", "admin-tab-tokens")];
/// The most mails of a page.
const MOST: usize = 60;
const STATES: [NoticeState; 4] = [NoticeState::Queued, NoticeState::Sending, NoticeState::Sent, NoticeState::Failed];

/// `GET /admin/outbox`.
pub async fn list(visitor: Visitor, app: web::Data<App>, asked: web::Query<Asked>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        let w = visitor.w;
        let part = part(&asked);
        let mails = app.notices(&office.who, &office.school.id, part.clone()).await?;
        let page = Page::new(&visitor, &office.school.name, w.t("admin-outbox-title"))
            .lead(w.t("admin-outbox-lead"))
            .tabs(PLACE, &TABS);
        let actions = |mail: &NoticeStatus| actions(&visitor, mail);
        let (none, zone) = (w.t("admin-outbox-none-text"), office.school.zone());
        let list = List { place: PLACE, state: part.state, mails: &mails, none, zone, actions: &actions };
        Ok(visitor.answer(Ok(list.on(page, w)?)))
    })
    .await
}

/// Which mails an address asks for.
pub fn part(asked: &Asked) -> NoticesPart {
    let state = STATES.into_iter().find(|state| state.as_str() == asked.state);
    let after = Some(asked.after.as_str()).filter(|after| !after.is_empty()).map(Id::from);
    NoticesPart { state, after }
}

/// Mails in a list.
pub struct List<'a> {
    /// The page's address.
    pub place: &'static str,
    /// The state that is asked for.
    pub state: Option<NoticeState>,
    /// The newest first; more than are shown when there are older ones.
    pub mails: &'a [NoticeStatus],
    /// What is said when there are none.
    pub none: String,
    /// By whose clocks their times are.
    pub zone: Tz,
    /// What can be done with one.
    pub actions: &'a dyn Fn(&NoticeStatus) -> Vec<Action>,
}

impl List<'_> {
    /// The page with the states to choose from, the mails, and the way to older ones.
    ///
    /// # Errors
    /// when a part cannot be rendered.
    pub fn on(&self, page: Page, w: Words) -> Result<Page, Refusal> {
        let page = page.part(&states(self.place, self.state, w))?;
        if self.mails.is_empty() {
            let (heading, text) = (w.t("admin-outbox-none"), self.none.clone());
            return page.part(&Empty { heading, text, actions: Vec::new() });
        }
        let page = page.part(&self.table(w))?;
        Ok(match self.mails.get(MOST.saturating_sub(1)).filter(|_| self.mails.len() > MOST) {
            Some(last) => {
                let state = self.state.map_or("", NoticeState::as_str);
                let older = format!("{}?state={state}&after={}", self.place, last.id);
                page.action(Action::link(older, w.t("admin-older")))
            }
            None => page,
        })
    }

    fn table(&self, w: Words) -> Table {
        Table {
            id: "mails",
            heading: w.t("admin-outbox-list"),
            count: String::new(),
            columns: ["admin-mail-column", "admin-mail-kind", "admin-mail-written", "admin-state"]
                .map(|key| w.t(key))
                .into(),
            rows: self.mails.iter().take(MOST).map(|mail| self.row(mail, w)).collect(),
            deeds: Some(w.t("admin-deeds")),
        }
    }

    fn row(&self, mail: &NoticeStatus, w: Words) -> Row {
        let (key, tag) = state_words(mail.state);
        let why = match (mail.state, &mail.error) {
            (NoticeState::Sent, _) => mail.sent_at.map_or_else(String::new, |at| said::at(at, self.zone, w)),
            (_, Some(error)) => error.clone(),
            (NoticeState::Queued, None) if mail.run_after > mail.created_at => {
                w.with("admin-mail-until", &[("at", &said::at(mail.run_after, self.zone, w))])
            }
            _ => String::new(),
        };
        let subject = if mail.to.is_empty() { w.t("admin-mail-emptied") } else { mail.subject.clone() };
        Row {
            cells: vec![
                Cell::text(subject).small(mail.to.clone()),
                Cell::text(w.t(&format!("event-{}", mail.kind.as_str()))),
                Cell::text(said::at(mail.created_at, self.zone, w)),
                Cell::tag(w.t(key), tag).small(why),
            ],
            actions: (self.actions)(mail),
        }
    }
}

fn actions(visitor: &Visitor, mail: &NoticeStatus) -> Vec<Action> {
    let post = |end: &str, key: &str| {
        Action::post(visitor, format!("{PLACE}/{}/{end}", mail.id), visitor.w.t(key)).about(&mail.to)
    };
    match mail.state {
        NoticeState::Queued => vec![post("withdraw", "admin-mail-withdraw").quiet()],
        NoticeState::Sent | NoticeState::Failed if !mail.to.is_empty() => vec![post("resend", "admin-mail-resend")],
        _ => Vec::new(),
    }
}

/// The mails of one state.
#[derive(askama::Template)]
#[template(path = "web/admin/choose.html")]
struct Choose {
    label: String,
    tabs: Vec<Tab>,
}

fn states(place: &str, chosen: Option<NoticeState>, w: Words) -> Choose {
    let all = Tab { href: place.to_owned(), label: w.t("admin-outbox-all"), current: chosen.is_none() };
    let tab = |state: NoticeState| Tab {
        href: format!("{place}?state={}", state.as_str()),
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

/// `POST /admin/outbox/{id}/resend`.
pub async fn resend(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        match app.resend_notice(&office.who, &office.school.id, &id).await {
            Ok(_) => Ok(told(&visitor, PLACE, "admin-done-mail-resent")),
            Err(error) => {
                let said = errors(error, visitor.w)?.into_iter().map(|error| error.text).collect::<Vec<_>>();
                Ok(told_words(&visitor, PLACE, said.join(" ")))
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
            Ok(_) => Ok(told(&visitor, PLACE, "admin-done-mail-withdrawn")),
            Err(error) => {
                let said = errors(error, visitor.w)?.into_iter().map(|error| error.text).collect::<Vec<_>>();
                Ok(told_words(&visitor, PLACE, said.join(" ")))
            }
        }
    })
    .await
}
