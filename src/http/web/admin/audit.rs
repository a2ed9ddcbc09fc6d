//! *Audit*: who did what when.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};

use super::{
    Asked, Office,
    parts::{Action, Cell, Empty, Page, Row, Table},
    reply, said,
};
use crate::{
    app::App,
    domain::{access::ActorKind, audit::AuditEntry},
    http::web::{visitor::Visitor, words::Words},
};

/// The most deeds of a page.
const MOST: usize = 80;

/// What deeds are about, by a part of their address, the most telling first, with the texts' keys.
const SUBJECTS: [(&str, &str); 22] = [
    ("/publi", "audit-publication"),
    ("/pin", "audit-pins"),
    ("/jobs", "audit-solve"),
    ("/solve", "audit-solve"),
    ("/erase", "audit-erasure"),
    ("/erasure", "audit-erasure"),
    ("/import", "audit-import"),
    ("/remind", "audit-reminder"),
    ("/feeds", "audit-feeds"),
    ("/capacity", "audit-capacity"),
    ("/calendar", "audit-calendar"),
    ("/rules", "audit-rules"),
    ("/booking", "audit-bookings"),
    ("/holds", "audit-bookings"),
    ("/waiting", "audit-waiting"),
    ("/swap", "audit-swaps"),
    ("/invit", "audit-invitations"),
    ("/webhooks", "audit-webhooks"),
    ("/tokens", "audit-tokens"),
    ("/notices", "audit-mails"),
    ("/outbox", "audit-mails"),
    ("/plans", "audit-plans"),
];
/// The rest, by what stands in the address at all.
const REST: [(&str, &str); 6] = [
    ("/sessions", "audit-sessions"),
    ("/wishes", "audit-requests"),
    ("/requests", "audit-requests"),
    ("/rounds", "audit-rounds"),
    ("/teachers", "audit-teachers"),
    ("/groups", "audit-groups"),
];

/// `GET /admin/audit`.
pub async fn list(visitor: Visitor, app: web::Data<App>, asked: web::Query<Asked>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        let w = visitor.w;
        let before: Option<DateTime<Utc>> = asked.after.parse().ok();
        let deeds = app.audit(&office.who, &office.school.id, before).await?;
        let page = Page::new(&visitor, &office.school.name, w.t("admin-audit-title")).lead(w.t("admin-audit-lead"));
        let page = if deeds.is_empty() {
            let (heading, text) = (w.t("admin-audit-none"), w.t("admin-audit-none-text"));
            page.part(&Empty { heading, text, actions: Vec::new() })?
        } else {
            page.part(&table(&office, &deeds, w))?
        };
        let page = match deeds.get(MOST.saturating_sub(1)).filter(|_| deeds.len() > MOST) {
            Some(last) => {
                let at = last.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
                page.action(Action::link(format!("/admin/audit?after={at}"), w.t("admin-older")))
            }
            None => page,
        };
        Ok(visitor.answer(Ok(page)))
    })
    .await
}

fn table(office: &Office, deeds: &[AuditEntry], w: Words) -> Table {
    let row = |deed: &AuditEntry| {
        let kind = match deed.actor.kind {
            ActorKind::Person => "audit-person",
            ActorKind::Token => "audit-token",
        };
        Row {
            cells: vec![
                Cell::text(said::at(deed.at, office.school.zone(), w)),
                Cell::text(&deed.actor.name).small(w.t(kind)),
                Cell::text(w.t(subject(&deed.action))).small(w.t(verb(&deed.action))),
                Cell::text("").small(deed.target.clone()),
            ],
            actions: Vec::new(),
        }
    };
    Table {
        id: "deeds",
        heading: w.t("admin-audit-list"),
        count: String::new(),
        columns: ["audit-when", "audit-who", "audit-what", "audit-where"].map(|key| w.t(key)).into(),
        rows: deeds.iter().take(MOST).map(row).collect(),
        deeds: None,
    }
}

/// What a deed is about.
fn subject(action: &str) -> &'static str {
    let known = SUBJECTS.iter().chain(&REST).find(|(part, _)| action.contains(part));
    known.map_or("audit-school", |(_, key)| key)
}

/// What was done with it.
fn verb(action: &str) -> &'static str {
    let (method, address) = action.split_once(' ').unwrap_or((action, ""));
    let ends = |end: &str| address.ends_with(end);
    match method {
        "DELETE" => "audit-verb-delete",
        "PUT" | "PATCH" => "audit-verb-change",
        _ if ends("/delete") || ends("/cancel") || ends("/withdraw") || ends("/revoke") || ends("/unpin") => {
            "audit-verb-delete"
        }
        _ if ends("}") || ends("/state") || ends("/replace") => "audit-verb-change",
        _ => "audit-verb-add",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::people::Language;

    #[test]
    fn deeds_are_told_in_words() {
        let told = |action| (subject(action), verb(action));
        assert_eq!(told("POST /api/v1/rounds/{round}/publication"), ("audit-publication", "audit-verb-add"));
        assert_eq!(told("POST /admin/plans/{id}/publish"), ("audit-publication", "audit-verb-add"));
        assert_eq!(told("DELETE /api/v1/schools/{school}/groups/{group}"), ("audit-groups", "audit-verb-delete"));
        assert_eq!(told("POST /admin/teachers/{id}"), ("audit-teachers", "audit-verb-change"));
        assert_eq!(told("PATCH /api/v1/schools/{school}"), ("audit-school", "audit-verb-change"));
        let w = Words::new(Language::Fr);
        for (_, key) in SUBJECTS.iter().chain(&REST) {
            assert!(w.find(key).is_some(), "{key}");
        }
    }
}
