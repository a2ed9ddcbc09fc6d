//! *Audit*: who did what when.

use std::collections::HashMap;

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
    http::web::{journal, page::Refusal, visitor::Visitor, words::Words},
};

/// The most deeds of a page.
const MOST: usize = 80;

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
            let names = names(&app, &office).await?;
            page.part(&table(&office, &deeds, &names, w))?
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

/// What deeds of a school are done to: the ids that stand in addresses, with a name and a page.
type Names = HashMap<String, (String, String)>;

async fn names(app: &App, office: &Office) -> Result<Names, Refusal> {
    let directory = app.directory(&office.who, &office.school.id).await?;
    let rounds = app.rounds(&office.who, &office.school.id).await?;
    let all = directory.groups.iter().map(|group| ("groups", &group.id, &group.name));
    let all = all.chain(directory.teachers.iter().map(|teacher| ("teachers", &teacher.id, &teacher.name)));
    let all = all.chain(rounds.iter().map(|round| ("rounds", &round.id, &round.name)));
    Ok(all.map(|(kind, id, name)| (id.to_string(), (name.clone(), format!("/admin/{kind}/{id}")))).collect())
}

fn table(office: &Office, deeds: &[AuditEntry], names: &Names, w: Words) -> Table {
    let row = |deed: &AuditEntry| {
        let kind = match deed.actor.kind {
            ActorKind::Person => "audit-person",
            ActorKind::Token => "audit-token",
        };
        let path = deed.target.split('?').next().unwrap_or_default();
        let about = path.split('/').find_map(|part| names.get(part));
        Row {
            cells: vec![
                Cell::text(said::at(deed.at, office.school.zone(), w)),
                Cell::text(&deed.actor.name).small(w.t(kind)),
                Cell::text(journal::told(&deed.action, w)),
                about.cloned().map_or_else(Cell::default, |(name, href)| Cell::link(name, href)),
            ],
            actions: Vec::new(),
        }
    };
    Table {
        id: "deeds",
        heading: w.t("admin-audit-list"),
        count: String::new(),
        columns: ["audit-when", "audit-who", "audit-what", "audit-about"].map(|key| w.t(key)).into(),
        rows: deeds.iter().take(MOST).map(row).collect(),
        deeds: None,
    }
}
