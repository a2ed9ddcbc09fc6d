//! A pool's limits through the week, painted on a grid, and on dates.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};
use chrono_tz::Tz;
use std::ops::Range;

use super::{
    Sent, all_of, answer,
    cut::{self, Kept},
    invalid, pool_page,
};
use crate::{
    app::{App, AppError, call},
    domain::{
        capacity::{DatedLimit, Pool},
        id::Id,
        time::WeekSpan,
    },
    http::web::{
        book::start,
        limits::{Cells, Painted},
        operator::form::{Entry, FieldError, number},
        page::Refusal,
        version,
        visitor::{Form, Visitor},
        words::Words,
    },
};

/// Hours that are shown even when the usual limit holds in them.
const SHOWN: Range<u32> = 7 * 60..20 * 60;

/// A limit on dates.
pub struct DatedLine {
    /// From when to when, in words.
    pub span: String,
    /// Connections at most.
    pub limit: String,
    /// The instant that names it in the form that takes it away.
    pub starts_at: i64,
    /// What its button says to those who do not see the line.
    pub delete_words: String,
    /// Whether it is over.
    pub is_past: bool,
}

/// `POST /operator/pools/{id}/weekly`: a row or column filled, or all of the grid kept.
pub async fn paint(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.operator_sends(&form) {
        return visitor.refuse(&refusal);
    }
    let Some(mut painted) = Painted::read(&form) else { return visitor.refuse(&Refusal::Input) };
    if painted.fill(&form) {
        let page = pool_page(&visitor, &app, &id, Sent { painted: Some(painted), ..Sent::default() }).await;
        return visitor.answer(page);
    }
    let (limits, errors) = match painted.cells.weekly(visitor.w) {
        Ok(limits) => (limits, Vec::new()),
        Err(errors) => (Default::default(), errors),
    };
    let done = replaced(&visitor, &app, (&id, &form), errors.is_empty(), |pool| {
        let (connections, weekly) = limits;
        Pool { connections, weekly, ..pool }
    });
    let done = done.await;
    answer(&visitor, &app, (&id, "op-done-painted", &form), done, |found| {
        let errors = if errors.is_empty() { found } else { errors };
        Sent { painted: Some(painted.wrong(errors)), ..Sent::default() }
    })
    .await
}

/// The grid of what holds.
pub(super) fn fresh(pool: &Pool) -> Painted {
    let shown = |weekday| WeekSpan { weekday, from_minute: SHOWN.start, to_minute: SHOWN.end };
    Painted::fresh(Cells::of((pool.connections, &pool.weekly), &(1..=7).map(shown).collect::<Vec<_>>()))
}

/// `POST /operator/pools/{id}/dated`: another limit between two local times.
pub async fn add_dated(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.operator_sends(&form) {
        return visitor.refuse(&refusal);
    }
    let (w, mut errors) = (visitor.w, Vec::new());
    let connections = number(&form, "dated_limit", &mut errors, w);
    let mut local = |field: &str| {
        start(form.get(field)).unwrap_or_else(|| {
            errors.push(FieldError { field: field.to_owned(), text: w.t("op-finding-date") });
            NaiveDateTime::default()
        })
    };
    let (from, to) = (local("starts"), local("ends"));
    let done = replaced(&visitor, &app, (&id, &form), errors.is_empty(), |mut pool| {
        let zone = pool.zone(chrono_tz::Europe::Paris);
        let at = |local: NaiveDateTime| crate::domain::time::instant_or_next(zone, local);
        pool.dated.push(DatedLimit { starts_at: at(from), ends_at: at(to), connections });
        pool.dated.sort_by_key(|limit| limit.starts_at);
        pool
    });
    let done = done.await;
    answer(&visitor, &app, (&id, "op-done-changed", &form), done, |found| {
        let mut errors = if errors.is_empty() { found } else { errors };
        errors.iter_mut().filter(|error| error.field == "dated").for_each(|error| error.field = "starts".to_owned());
        Sent { dated: Entry::sent(&form, errors), ..Sent::default() }
    })
    .await
}

/// `POST /operator/pools/{id}/dated/delete`.
pub async fn delete_dated(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.operator_sends(&form) {
        return visitor.refuse(&refusal);
    }
    let starts_at: i64 = form.get("starts_at").parse().unwrap_or_default();
    let done = replaced(&visitor, &app, (&id, &form), true, |mut pool| {
        pool.dated.retain(|limit| limit.starts_at.timestamp() != starts_at);
        pool
    });
    let done = done.await;
    answer(&visitor, &app, (&id, "op-done-changed", &form), done, |errors| Sent {
        dated: Entry::sent(&Form::default(), errors),
        ..Sent::default()
    })
    .await
}

/// The pool with a part of it changed, when the form can be read.
async fn replaced(
    visitor: &Visitor,
    app: &App,
    (id, form): (&Id, &Form),
    is_readable: bool,
    change: impl FnOnce(Pool) -> Pool,
) -> Result<Kept, AppError> {
    if !is_readable {
        return Err(invalid());
    }
    let who = visitor.who.as_ref().ok_or(AppError::Unauthorized)?;
    let present = app.pool(who, id).await?;
    // What somebody else saves between reading and writing is not lost, whether the form showed a version or not.
    let version = call::version(&present);
    let shown = Some(form.get(version::FIELD)).filter(|shown| !shown.is_empty()).unwrap_or(&version);
    call::expecting(shown, cut::keep(app, who, id, all_of(&change(present)), form)).await
}

/// A pool's limits by date, the coming ones first.
pub(super) fn dated_lines(pool: &Pool, zone: Tz, w: Words) -> Vec<DatedLine> {
    let now = Utc::now();
    let local = |at: DateTime<Utc>| at.with_timezone(&zone).naive_local();
    let line = |limit: &DatedLimit| {
        let span = span(local(limit.starts_at), local(limit.ends_at), w);
        DatedLine {
            delete_words: w.with("op-dated-delete-which", &[("span", &span)]),
            span,
            limit: w.number(limit.connections.into()),
            starts_at: limit.starts_at.timestamp(),
            is_past: limit.ends_at <= now,
        }
    };
    let (past, coming): (Vec<_>, Vec<_>) = pool.dated.iter().map(line).partition(|line| line.is_past);
    coming.into_iter().chain(past).collect()
}

/// From one local time to another, with the year.
fn span(from: NaiveDateTime, to: NaiveDateTime, w: Words) -> String {
    w.with("op-from-to", &[("from", &moment(from, w)), ("to", &moment(to, w))])
}

/// A local time, with the year.
pub(super) fn moment(at: NaiveDateTime, w: Words) -> String {
    let time = w.time(at.hour() * 60 + at.minute());
    w.with("op-moment", &[("day", &w.day_of_week(at.date())), ("year", &at.year().to_string()), ("time", &time)])
}
