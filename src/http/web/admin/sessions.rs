//! *Classes*: those that are published, moved or called off one by one, and those that wait for a place.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{Duration, NaiveDate, NaiveDateTime};

use super::{
    Asked, Office,
    drafts::classes::{clock, moment, people},
    form::{Entry, FieldError, FormView, Look, errors},
    lists::{Filter, Pages, wants},
    parts::{Action, Cell, Empty, Facts, Page, Row, Table},
    reply, rounds, said, told,
};
use crate::{
    app::{
        App, AppError,
        directory::Directory,
        sessions::{Move, SessionView},
    },
    domain::{booking::Waiting, id::Id, session::SessionState, time::asked_day},
    http::web::{
        page::Refusal,
        version::{self, held},
        visitor::{Form, Visitor},
        week::monday,
        words::Words,
    },
};

/// From one week to another.
#[derive(Template)]
#[template(path = "web/admin/weeks.html")]
struct Weeks {
    w: Words,
    heading: String,
    previous: String,
    next: String,
}

/// `GET /admin/sessions`.
pub async fn list(visitor: Visitor, app: web::Data<App>, asked: web::Query<Asked>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        let (w, who, school) = (visitor.w, &office.who, &office.school);
        let week = app.week(who, &school.id, asked_day(&asked.date).ok()).await?;
        let waiting = app.waiting_list(who, &school.id).await?;
        let directory = app.directory(who, &school.id).await?;
        let heading = w.with("week-title", &[("span", &w.days(week.monday, week.monday + Duration::days(6)))]);
        let link = |days: i64| format!("/admin/sessions?date={}", week.monday + Duration::days(days));
        let page = Page::new(&visitor, &school.name, w.t("admin-sessions-title"))
            .lead(w.t("admin-sessions-lead"))
            .tabs("/admin/sessions", &rounds::TABS)
            .part(&Weeks { w, heading: heading.clone(), previous: link(-7), next: link(7) })?;
        let page = if week.sessions.is_empty() {
            let (heading, text) = (w.t("admin-sessions-none"), w.t("admin-sessions-none-text"));
            let actions = vec![Action::link("/admin/rounds", w.t("admin-tab-rounds"))];
            page.part(&Empty { heading, text, actions })?
        } else {
            let of_them = |session: &&SessionView| wants(&asked, &session.groups, &session.teachers);
            let wanted: Vec<&SessionView> = week.sessions.iter().filter(of_them).collect();
            let pages = Pages::of(&asked, wanted.len(), "/admin/sessions", w);
            page.part(&Filter::of(&asked, "/admin/sessions", &directory, w))?
                .part(&table(&wanted, &pages, w))?
                .part(&pages)?
        };
        let page = page.part(&waiting_table(&visitor, &office, (&waiting, week.monday), &directory))?;
        Ok(visitor.answer(Ok(page)))
    })
    .await
}

fn table(sessions: &[&SessionView], pages: &Pages, w: Words) -> Table {
    let row = |session: &&SessionView| {
        let (key, tag) = state(session.state);
        let when =
            w.with("admin-session-when", &[("start", &moment(&session.start, w)), ("end", &clock(&session.end, w))]);
        Row {
            cells: vec![
                Cell::link(&session.title, format!("/admin/sessions/{}", session.id))
                    .small(people(&session.groups, &session.teachers)),
                Cell::text(when),
                Cell::text(w.number(u64::from(session.connections))),
                Cell::tag(w.t(key), tag),
            ],
            actions: Vec::new(),
        }
    };
    Table {
        id: "sessions",
        heading: w.count("week-classes", sessions.len()),
        count: pages.count(),
        columns: ["admin-class-column", "admin-session-time", "admin-connections", "admin-state"]
            .map(|key| w.t(key))
            .into(),
        rows: sessions[pages.range.clone()].iter().map(row).collect(),
        deeds: None,
    }
}

fn state(state: SessionState) -> (&'static str, &'static str) {
    match state {
        SessionState::Confirmed => ("admin-session-confirmed", "quiet"),
        SessionState::Held => ("admin-session-held", "plain"),
        SessionState::Cancelled => ("admin-session-cancelled", "warn"),
    }
}

fn waiting_table(
    visitor: &Visitor,
    office: &Office,
    (waiting, monday): (&[Waiting], NaiveDate),
    directory: &Directory,
) -> Table {
    let (w, zone) = (visitor.w, office.school.zone());
    let names = |entry: &Waiting| {
        let groups = directory.groups.iter().filter(|group| entry.groups.contains(&group.id));
        let teachers = directory.teachers.iter().filter(|teacher| entry.teachers.contains(&teacher.id));
        let names = groups.map(|group| group.name.as_str()).chain(teachers.map(|teacher| teacher.name.as_str()));
        names.collect::<Vec<_>>().join(", ")
    };
    let row = |entry: &Waiting| {
        let (from, to) = (said::at(entry.from, zone, w), said::at(entry.to, zone, w));
        let mark = if entry.offer.is_some() {
            Cell::tag(w.t("admin-waiting-offered"), "quiet")
        } else {
            Cell::tag(w.t("admin-waiting-waits"), "plain")
        };
        let delete = Action::post(visitor, format!("/admin/waiting/{}/delete", entry.id), w.t("admin-waiting-delete"))
            .sending("date", monday.to_string());
        Row {
            cells: vec![
                Cell::text(&entry.title).small(names(entry)),
                Cell::text(w.with("admin-waiting-between", &[("from", &from), ("to", &to)])),
                Cell::text(w.duration(entry.duration_minutes)),
                mark,
            ],
            actions: vec![
                delete.about(&entry.title).sure(w.t("admin-waiting-delete-sure"), w.t("admin-waiting-delete-do")),
            ],
        }
    };
    Table {
        id: "waiting",
        heading: w.t("admin-waiting-title"),
        count: w.count("admin-waiting-count", waiting.len()),
        columns: ["admin-class-column", "admin-waiting-when", "admin-waiting-length", "admin-state"]
            .map(|key| w.t(key))
            .into(),
        rows: waiting.iter().map(row).collect(),
        deeds: Some(w.t("admin-deeds")),
    }
}

/// `GET /admin/sessions/{id}`.
pub async fn show(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        one(&visitor, &app, &office, &id, Sent { deed: Deed::Move, typed: &Form::default(), wrong: Vec::new() }).await
    })
    .await
}

/// `POST /admin/sessions/{id}`: to another start.
pub async fn move_to(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let wrong = match NaiveDateTime::parse_from_str(form.get("starts_at_local"), "%Y-%m-%dT%H:%M") {
            Ok(starts_at_local) => {
                let order = Move { starts_at_local, insist: !form.get("insist").is_empty() };
                let before = app.session(&office.who, &id).await?;
                match held(&form, app.move_session(&office.who, &id, order)).await {
                    Ok(moved) => {
                        let is_same = moved.sequence == before.sequence;
                        let key = if is_same { "admin-done-session-same" } else { "admin-done-session-moved" };
                        let week = monday(moved.start.local.date());
                        return Ok(told(&visitor, &format!("/admin/sessions?date={week}"), key));
                    }
                    Err(error) => errors(error, visitor.w)?,
                }
            }
            Err(_) => vec![FieldError::at("starts_at_local", visitor.w.t("admin-error-instant"))],
        };
        one(&visitor, &app, &office, &id, Sent { deed: Deed::Move, typed: &form, wrong }).await
    })
    .await
}

/// `POST /admin/sessions/{id}/cancel`.
pub async fn cancel(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let wrong = if form.get("sure").is_empty() {
            vec![FieldError::at("sure", visitor.w.t("admin-session-unsure"))]
        } else {
            match held(&form, app.cancel_session(&office.who, &id)).await {
                Ok(session) => {
                    let address = format!("/admin/sessions?date={}", monday(session.start.local.date()));
                    return Ok(told(&visitor, &address, "admin-done-session-cancelled"));
                }
                // Nothing was typed that could be saved: what there is now is to be looked at.
                Err(AppError::Outdated) => vec![FieldError::at(version::FIELD, visitor.w.t("admin-outdated"))],
                Err(error) => errors(error, visitor.w)?,
            }
        };
        one(&visitor, &app, &office, &id, Sent { deed: Deed::Cancel, typed: &form, wrong }).await
    })
    .await
}

/// `POST /admin/waiting/{id}/delete`.
pub async fn stop_waiting(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        app.stop_waiting(&office.who, &id).await?;
        // Back to the week that was shown.
        let address = match asked_day(form.get("date")) {
            Ok(day) => format!("/admin/sessions?date={day}"),
            Err(_) => "/admin/sessions".to_owned(),
        };
        Ok(told(&visitor, &address, "admin-done-waiting-deleted"))
    })
    .await
}

/// What a class's page is asked to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Move,
    Cancel,
}

/// One of the page's forms, as it was sent, with what is wrong with it.
struct Sent<'a> {
    deed: Deed,
    typed: &'a Form,
    wrong: Vec<FieldError>,
}

impl Sent<'_> {
    /// The version and the errors of one of the forms: the other one shows what is there.
    fn of(&self, deed: Deed) -> (&str, Vec<FieldError>) {
        if deed == self.deed { (self.typed.get(version::FIELD), self.wrong.clone()) } else { ("", Vec::new()) }
    }
}

async fn one(visitor: &Visitor, app: &App, office: &Office, id: &Id, sent: Sent<'_>) -> Result<HttpResponse, Refusal> {
    let (w, typed) = (visitor.w, sent.typed);
    let session = app.session(&office.who, id).await?;
    let status = version::status(&sent.wrong);
    let ((moved, in_move), (cancelled, in_cancel)) = (sent.of(Deed::Move), sent.of(Deed::Cancel));
    let (key, _) = state(session.state);
    let week = format!("/admin/sessions?date={}", monday(session.start.local.date()));
    let when = w.with("admin-session-when", &[("start", &moment(&session.start, w)), ("end", &clock(&session.end, w))]);
    let page = Page::new(visitor, &office.school.name, session.title.as_str())
        .lead(people(&session.groups, &session.teachers))
        .action(Action::link(week, w.t("admin-session-back")))
        .part(&Facts(vec![
            (w.t("admin-session-time"), when, String::new()),
            (w.t("admin-state"), w.t(key), String::new()),
            (w.t("admin-connections"), w.number(u64::from(session.connections)), String::new()),
            (w.t("admin-session-link"), session.link.clone().unwrap_or_else(|| "–".to_owned()), String::new()),
        ]))?;
    if session.state == SessionState::Cancelled {
        return Ok(visitor.answer_with(status, Ok(page)));
    }
    let known = session.start.local.format("%Y-%m-%dT%H:%M").to_string();
    let start = match typed.get("starts_at_local") {
        "" => known,
        typed => typed.to_owned(),
    };
    let address = format!("/admin/sessions/{id}");
    let moving = FormView::new(visitor, w.t("admin-session-move"), &address, w.t("admin-session-move-do"))
        .lead(w.t("admin-session-move-lead"))
        .field(Entry::new(Look::Input("datetime-local"), "starts_at_local", w.t("admin-session-start"), start).needed())
        .field(
            Entry::tick("insist", w.t("admin-session-insist"), !typed.get("insist").is_empty())
                .hint(w.t("admin-session-insist-hint")),
        )
        .changes(&session, moved, in_move);
    let cancel = FormView::new(
        visitor,
        w.t("admin-session-cancel"),
        format!("{address}/cancel"),
        w.t("admin-session-cancel-do"),
    )
    .lead(w.t("admin-session-cancel-lead"))
    .field(Entry::tick("sure", w.t("admin-session-sure"), false))
    .changes(&session, cancelled, in_cancel);
    Ok(visitor.answer_with(status, Ok(page.part(&moving)?.beside(&cancel)?)))
}
