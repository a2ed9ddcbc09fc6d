//! Who did what anywhere, the latest first.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Timelike, Utc};
use serde::Deserialize;
use std::collections::HashMap;

use crate::{
    app::App,
    domain::{access::ActorKind, audit::AuditEntry, id::Id},
    http::web::{
        journal,
        page::{Refusal, Shell},
        visitor::Visitor,
        words::Words,
    },
};

/// Deeds on one page.
const ON_PAGE: usize = 100;

/// What the address may ask for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Deeds before this instant only, in microseconds since 1970.
    before: String,
}

struct Line {
    time: String,
    who: String,
    is_token: bool,
    what: String,
    school: Option<(String, String)>,
}

struct Day {
    iso: String,
    name: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "web/operator/audit.html")]
struct AuditPage {
    w: Words,
    shell: Shell,
    days: Vec<Day>,
    older: Option<String>,
    is_first: bool,
}

/// `GET /operator/audit`.
pub async fn show(visitor: Visitor, app: web::Data<App>, asked: web::Query<Asked>) -> HttpResponse {
    let page = page(&visitor, &app, &asked).await;
    visitor.answer(page)
}

async fn page(visitor: &Visitor, app: &App, asked: &Asked) -> Result<AuditPage, Refusal> {
    let (w, who) = (visitor.w, visitor.operator()?);
    let before: Option<DateTime<Utc>> = asked.before.parse().ok().and_then(DateTime::from_timestamp_micros);
    let entries = app.whole_audit(who, before).await?;
    let schools = app.school_names(who, entries.iter().filter_map(|entry| entry.school.as_ref())).await?;
    let mut days: Vec<Day> = Vec::new();
    for entry in entries.iter().take(ON_PAGE) {
        let local = entry.at.with_timezone(&chrono_tz::Europe::Paris);
        let iso = local.date_naive().to_string();
        let line = Line::of(entry, &schools, w.time(local.hour() * 60 + local.minute()), w);
        match days.last_mut().filter(|day| day.iso == iso) {
            Some(day) => day.lines.push(line),
            None => days.push(Day { iso, name: w.day(local.date_naive()), lines: vec![line] }),
        }
    }
    let last = entries.get(ON_PAGE - 1).filter(|_| entries.len() > ON_PAGE);
    Ok(AuditPage {
        w,
        shell: visitor.shell(&w.t("nav-audit")),
        days,
        older: last.map(|last| format!("/operator/audit?before={}", last.at.timestamp_micros())),
        is_first: before.is_none(),
    })
}

impl Line {
    fn of(entry: &AuditEntry, schools: &HashMap<Id, String>, time: String, w: Words) -> Self {
        let school = entry
            .school
            .as_ref()
            .map(|id| (format!("/operator/schools/{id}"), schools.get(id).cloned().unwrap_or_else(|| id.to_string())));
        Self {
            time,
            who: entry.actor.name.clone(),
            is_token: entry.actor.kind == ActorKind::Token,
            what: journal::told(&entry.action, w),
            school,
        }
    }
}
