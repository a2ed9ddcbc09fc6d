//! A pool's limits through the week, and on dates. The grid shows what holds; a form beside it sets a limit for some days
//! from one time to another, which is exact to five minutes where a cell of the grid is an hour. Each cell leads to the
//! form with its own hour in it.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use super::{Sent, all_of, answer, invalid};
use crate::{
    app::{App, AppError, pools::PoolChange},
    domain::{
        capacity::{DatedLimit, Pool, WeeklyLimit, repainted},
        id::Id,
        time::WeekSpan,
    },
    http::web::{
        operator::form::{Entry, FieldError, number},
        visitor::{Form, Visitor},
        words::Words,
    },
};

/// Hours that are shown even when the usual limit holds in them.
const SHOWN: std::ops::Range<u32> = 7..20;
const DAY: u32 = 24 * 60;

/// A stretch of the week, as an address asks for it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Stretch {
    day: String,
    from: String,
    to: String,
}

/// The limits of a week.
pub struct LimitGrid {
    /// Days, short and in full.
    pub days: Vec<(String, String)>,
    /// Hours.
    pub rows: Vec<(String, Vec<GridCell>)>,
    /// The stretches with another limit than the usual one, in words.
    pub stretches: Vec<String>,
    /// The form that sets one.
    pub form: Entry,
    /// The form for a date.
    pub dated_form: Entry,
    /// The form's days: value, name.
    pub weekdays: Vec<(u32, String)>,
}

/// What holds in an hour of a weekday.
pub struct GridCell {
    /// The least limit.
    pub limit: String,
    /// What it means, in words.
    pub words: String,
    /// How much of the largest limit that is: 0 none to 4 all of it.
    pub level: u32,
    /// Whether it is another one than usual.
    pub is_special: bool,
    /// Whether it changes within the hour.
    pub is_mixed: bool,
    /// The form with this hour in it.
    pub href: String,
}

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

/// `POST /operator/pools/{id}/weekly`: another limit for a stretch of some days.
pub async fn paint(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.operator_sends(&form) {
        return visitor.refuse(&refusal);
    }
    let (w, mut errors) = (visitor.w, Vec::new());
    let days: Vec<u32> = form.all("day").filter_map(|day| day.parse().ok()).collect();
    if days.is_empty() {
        errors.push(FieldError { field: "days".to_owned(), text: w.t("op-finding-days") });
    }
    let from = time_of(&form, "from", false, &mut errors, w);
    let to = time_of(&form, "to", true, &mut errors, w);
    if errors.is_empty() && from >= to {
        errors.push(FieldError { field: "to".to_owned(), text: w.t("refused-bad-span") });
    }
    let connections = match form.get("limit").trim() {
        "" => None,
        _ => Some(number(&form, "limit", &mut errors, w)),
    };
    let paint = |pool: &Pool| {
        days.iter().fold(pool.weekly.clone(), |weekly, day| {
            repainted(&weekly, WeekSpan { weekday: *day, from_minute: from, to_minute: to }, connections)
        })
    };
    let done = replaced(&visitor, &app, &id, errors.is_empty(), |pool| {
        let weekly = paint(&pool);
        Pool { weekly, ..pool }
    });
    let done = done.await;
    answer(&visitor, &app, (&id, "op-done-painted"), done, |found| {
        let errors = if errors.is_empty() { found } else { errors };
        Sent { stretch: Entry::sent(&form, errors), ..Sent::default() }
    })
    .await
}

/// `POST /operator/pools/{id}/dated`: another limit between two local times.
pub async fn add_dated(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.operator_sends(&form) {
        return visitor.refuse(&refusal);
    }
    let (w, mut errors) = (visitor.w, Vec::new());
    let connections = number(&form, "dated_limit", &mut errors, w);
    let mut local = |field: &str| match NaiveDateTime::parse_from_str(form.get(field), "%Y-%m-%dT%H:%M") {
        Ok(local) => local,
        Err(_) => {
            errors.push(FieldError { field: field.to_owned(), text: w.t("op-finding-date") });
            NaiveDateTime::default()
        }
    };
    let (from, to) = (local("starts"), local("ends"));
    let done = replaced(&visitor, &app, &id, errors.is_empty(), |mut pool| {
        let zone = pool.zone(chrono_tz::Europe::Paris);
        let at = |local: NaiveDateTime| crate::domain::time::instant_or_next(zone, local);
        pool.dated.push(DatedLimit { starts_at: at(from), ends_at: at(to), connections });
        pool.dated.sort_by_key(|limit| limit.starts_at);
        pool
    });
    let done = done.await;
    answer(&visitor, &app, (&id, "op-done-changed"), done, |found| {
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
    let done = replaced(&visitor, &app, &id, true, |mut pool| {
        pool.dated.retain(|limit| limit.starts_at.timestamp() != starts_at);
        pool
    });
    let done = done.await;
    answer(&visitor, &app, (&id, "op-done-changed"), done, |errors| Sent {
        dated: Entry::sent(&Form::default(), errors),
        ..Sent::default()
    })
    .await
}

/// The pool with a part of it changed, when the form can be read.
async fn replaced(
    visitor: &Visitor,
    app: &App,
    id: &Id,
    is_readable: bool,
    change: impl FnOnce(Pool) -> Pool,
) -> Result<PoolChange, AppError> {
    if !is_readable {
        return Err(invalid());
    }
    let who = visitor.who.as_ref().ok_or(AppError::Unauthorized)?;
    let pool = change(app.pool(who, id).await?);
    app.replace_pool(who, id, all_of(&pool)).await
}

/// A time of day in minutes; `24:00`, or midnight as an end, is the day's end.
fn time_of(form: &Form, field: &str, is_end: bool, errors: &mut Vec<FieldError>, w: Words) -> u32 {
    let text = form.get(field).trim();
    let parsed = text.split_once(':').and_then(|(hour, minute)| {
        let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.get(..2)?.parse().ok()?);
        let total = hour * 60 + minute;
        (minute < 60 && total <= DAY && total % 5 == 0).then_some(total)
    });
    match parsed {
        Some(0) if is_end => DAY,
        Some(minute) => minute,
        None => {
            errors.push(FieldError { field: field.to_owned(), text: w.t("op-finding-time") });
            0
        }
    }
}

impl Stretch {
    /// The form with this stretch in it.
    pub(super) fn entry(&self) -> Entry {
        let time = |text: &str| -> String {
            let minute: u32 = text.parse().ok().filter(|minute| *minute <= DAY).unwrap_or(0);
            format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
        };
        if self.day.is_empty() {
            return Entry::of([("from", "09:00".to_owned()), ("to", "10:00".to_owned())]);
        }
        Entry::of([("day", self.day.clone()), ("from", time(&self.from)), ("to", time(&self.to))])
    }
}

impl LimitGrid {
    /// What holds in a week of a pool.
    pub(super) fn of(pool: &Pool, form: Entry, w: Words) -> Self {
        // Any week: limits of dates have their own list.
        let monday = NaiveDate::from_ymd_opt(2020, 3, 23).unwrap_or_default();
        let days: Vec<NaiveDate> = monday.iter_days().take(7).collect();
        let most = pool.weekly.iter().map(|limit| limit.connections).chain([pool.connections]).max().unwrap_or(0);
        let first = pool.weekly.iter().map(|limit| limit.span.from_minute / 60).min().unwrap_or(SHOWN.start);
        let last = pool.weekly.iter().map(|limit| limit.span.to_minute.div_ceil(60)).max().unwrap_or(SHOWN.end);
        let hours = first.min(SHOWN.start)..last.clamp(SHOWN.end, 24);
        let row = |hour: u32| {
            let cells = (1..=7).zip(&days).map(|(weekday, day)| GridCell::of(pool, (weekday, *day), hour, most, w));
            (w.time(hour * 60), cells.collect())
        };
        let stretch = |limit: &WeeklyLimit| {
            let day = days.get(limit.span.weekday as usize - 1).copied().unwrap_or(monday);
            let times = w.times(limit.span.from_minute, limit.span.to_minute);
            w.with(
                "op-stretch",
                &[("day", &w.weekday(day)), ("times", &times), ("limit", &w.number(limit.connections.into()))],
            )
        };
        Self {
            days: days
                .iter()
                .map(|day| (w.t(&format!("weekday-short-{}", number_of(*day))), w.weekday(*day)))
                .collect(),
            rows: hours.map(row).collect(),
            stretches: pool.weekly.iter().map(stretch).collect(),
            form,
            dated_form: Entry::default(),
            weekdays: days.iter().map(|day| (number_of(*day), w.weekday(*day))).collect(),
        }
    }

    pub(super) fn with_dated(self, dated_form: Entry) -> Self {
        Self { dated_form, ..self }
    }
}

fn number_of(day: NaiveDate) -> u32 {
    chrono::Datelike::weekday(&day).number_from_monday()
}

impl GridCell {
    fn of(pool: &Pool, (weekday, day): (u32, NaiveDate), hour: u32, most: u32, w: Words) -> Self {
        let limit_at = |minute: u32| {
            let local = day.and_time(NaiveTime::MIN) + Duration::minutes(minute.into());
            let special = pool.weekly.iter().find(|limit| limit.span.contains(local));
            special.map_or(pool.connections, |limit| limit.connections)
        };
        let all: Vec<u32> = (0..12).map(|part| limit_at(hour * 60 + part * 5)).collect();
        let (least, largest) = (all.iter().min().copied().unwrap_or(0), all.iter().max().copied().unwrap_or(0));
        let when = w.with("op-weekday-time", &[("day", &w.weekday(day)), ("time", &w.time(hour * 60))]);
        let limit = w.number(least.into());
        let words = if least == largest {
            w.with("op-limit-cell", &[("when", &when), ("limit", &limit)])
        } else {
            w.with("op-limit-cell-mixed", &[("when", &when), ("limit", &limit), ("most", &w.number(largest.into()))])
        };
        Self {
            limit: short(least),
            words,
            level: if most == 0 { 0 } else { (u64::from(least) * 4).div_ceil(u64::from(most)).min(4) as u32 },
            is_special: all.iter().any(|limit| *limit != pool.connections),
            is_mixed: least != largest,
            href: format!("/operator/pools/{}?day={weekday}&from={}&to={}#set", pool.id, hour * 60, hour * 60 + 60),
        }
    }
}

/// A limit in the little room of a cell: thousands as `12k`.
fn short(limit: u32) -> String {
    match limit {
        0..10_000 => limit.to_string(),
        10_000..1_000_000 => format!("{}k", limit / 1000),
        _ => format!("{}M", limit / 1_000_000),
    }
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
    use chrono::{Datelike, Timelike};
    let minute = |at: NaiveDateTime| at.hour() * 60 + at.minute();
    let moment = |at: NaiveDateTime| {
        w.with(
            "op-moment",
            &[("day", &w.day(at.date())), ("year", &at.year().to_string()), ("time", &w.time(minute(at)))],
        )
    };
    w.with("op-from-to", &[("from", &moment(from)), ("to", &moment(to))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{capacity::PoolKind, people::Language};

    #[test]
    fn the_grid_shows_the_least_limit_of_each_hour_and_where_it_changes() {
        let span = WeekSpan { weekday: 1, from_minute: 525, to_minute: 570 };
        let mut pool = Pool::plain("p", PoolKind::Concurrent, 12_000);
        pool.weekly = vec![WeeklyLimit { span, connections: 9000 }];
        let grid = LimitGrid::of(&pool, Entry::default(), Words::new(Language::En));
        let row = |hour: usize| &grid.rows[hour - 7].1;
        assert_eq!((row(8)[0].limit.as_str(), row(8)[0].is_mixed, row(8)[0].is_special), ("9000", true, true));
        assert_eq!((row(9)[1].limit.as_str(), row(9)[1].is_mixed, row(9)[1].is_special), ("12k", false, false));
        assert_eq!(grid.stretches, ["Monday 8:45–9:30: 9000"]);
    }
}
