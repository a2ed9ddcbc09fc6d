//! *Capacity*: how many connections by weekday and hour, other numbers by date, and what no longer fits.
//!
//! - [`cuts`]: what would no longer fit, asked before a limit is lowered

mod cuts;

use actix_web::{HttpResponse, http::StatusCode, web};
use chrono::{DateTime, NaiveDate, NaiveTime, Timelike, Utc};

use self::cuts::Crowded;
pub use self::cuts::overloads;
use super::{
    Office,
    form::{Entry, FieldError, FormView, Look, day, errors, keep, number},
    parts::{Action, Cell, Page, Row, Table},
    reply, told,
};
use crate::{
    app::{
        App,
        call::{self, expecting},
        capacity::Capacity,
    },
    domain::{capacity::DatedLimit, load::Place, time::instant},
    http::web::{
        alerts::Alerts,
        limits::{Cells, LimitsView, Painted},
        page::Refusal,
        version::{self, held},
        visitor::{Form, Visitor},
        words::Words,
    },
};

/// The pages beside this one.
pub const TABS: [(&str, &str); 4] = [
    ("/admin/capacity", "admin-tab-capacity"),
    ("/admin/capacity/overloads", "admin-tab-overloads"),
    ("/admin/calendar", "admin-tab-calendar"),
    ("/admin/rules", "admin-tab-rules"),
];

/// `GET /admin/capacity`.
pub async fn show(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        let capacity = app.capacity(&office.who, &office.school.id).await?;
        page(&visitor, &app, &office, fresh(&capacity, &office), (&Form::default(), Vec::new())).await
    })
    .await
}

/// `POST /admin/capacity`: a row or column filled, or all of it kept.
pub async fn save(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let Some(mut painted) = Painted::read(&form) else { return Err(Refusal::Input) };
        let none = (&Form::default(), Vec::new());
        if painted.fill(&form) {
            return page(&visitor, &app, &office, painted, none).await;
        }
        let wrong = match painted.cells.weekly(visitor.w) {
            Ok((connections, weekly)) => {
                let known = app.capacity(&office.who, &office.school.id).await?;
                let new = Capacity { connections, weekly, dated: known.dated };
                match held(&form, cuts::keep(&visitor, &app, &office, (new, &form, "/admin/capacity"))).await? {
                    Ok(answer) => return Ok(answer),
                    Err(wrong) => wrong,
                }
            }
            Err(wrong) => wrong,
        };
        page(&visitor, &app, &office, painted.wrong(wrong), none).await
    })
    .await
}

/// `POST /admin/capacity/dated`: another limit for some hours.
pub async fn add_dated(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let known = app.capacity(&office.who, &office.school.id).await?;
        let wrong = match dated(&form, &office, visitor.w) {
            Ok(limit) => {
                let mut new = known.clone();
                new.dated.push(limit);
                new.dated.sort_by_key(|limit| limit.starts_at);
                let work = cuts::keep(&visitor, &app, &office, (new, &form, "/admin/capacity/dated"));
                match expecting(&call::version(&known), work).await? {
                    Ok(answer) => return Ok(answer),
                    Err(wrong) => wrong,
                }
            }
            Err(wrong) => wrong,
        };
        page(&visitor, &app, &office, fresh(&known, &office), (&form, wrong)).await
    })
    .await
}

/// `POST /admin/capacity/dated/delete`: the usual limit again.
pub async fn delete_dated(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let known = app.capacity(&office.who, &office.school.id).await?;
        let mut new = known.clone();
        let starts_at: Option<DateTime<Utc>> = form.get("starts_at").parse().ok();
        new.dated.retain(|limit| Some(limit.starts_at) != starts_at);
        let work = cuts::keep(&visitor, &app, &office, (new, &form, "/admin/capacity/dated/delete"));
        match expecting(&call::version(&known), work).await? {
            Ok(answer) => Ok(answer),
            Err(_) => Ok(told(&visitor, "/admin/capacity", "admin-outdated")),
        }
    })
    .await
}

/// The grid of what holds.
fn fresh(capacity: &Capacity, office: &Office) -> Painted {
    Painted::fresh(Cells::of((capacity.connections, &capacity.weekly), &office.school.opening_hours))
}

/// The dated limit that was typed.
fn dated(form: &Form, office: &Office, w: Words) -> Result<DatedLimit, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let date = keep(&mut wrong, day(form, "date", w));
    let mut time = |field: &str| keep(&mut wrong, clock(form, field, w));
    let (from, to) = (time("from_time"), time("to_time"));
    let connections = keep(&mut wrong, number(form, "dated_connections", w));
    let (Some(date), Some(from), Some(to), Some(connections)) = (date, from, to, connections) else {
        return Err(wrong);
    };
    let at = |time: NaiveTime, field: &str| {
        let read = instant(office.school.zone(), date.and_time(time), field);
        read.map_err(|finding| vec![FieldError::at(field, super::said::finding(&finding, w))])
    };
    let (starts_at, ends_at) = (at(from, "from_time")?, at(to, "to_time")?);
    if starts_at >= ends_at {
        return Err(vec![FieldError::at("to_time", w.t("admin-error-order"))]);
    }
    Ok(DatedLimit { starts_at, ends_at, connections })
}

/// A time of day that was typed.
///
/// # Errors
/// what is wrong with it.
pub fn clock(form: &Form, field: &str, w: Words) -> Result<NaiveTime, FieldError> {
    NaiveTime::parse_from_str(form.get(field).trim(), "%H:%M")
        .map_err(|_| FieldError::at(field, w.t("admin-error-time")))
}

async fn page(
    visitor: &Visitor,
    app: &App,
    office: &Office,
    painted: Painted,
    (typed, dated_wrong): (&Form, Vec<FieldError>),
) -> Result<HttpResponse, Refusal> {
    let w = visitor.w;
    let known = app.capacity(&office.who, &office.school.id).await?;
    let crowded = app.overloads(&office.who, &office.school.id).await?;
    let is_sound = painted.errors.is_empty() && dated_wrong.is_empty();
    let status = if is_sound { StatusCode::OK } else { version::status(&[&painted.errors[..], &dated_wrong].concat()) };
    let mut page = Page::new(visitor, &office.school.name, w.t("admin-capacity-title"))
        .lead(w.t("admin-capacity-lead"))
        .tabs("/admin/capacity", &TABS);
    if !crowded.is_empty() {
        page = page.part(&Crowded::notice(crowded.len(), w))?;
    }
    let form = FormView::new(visitor, w.t("admin-dated-new"), "/admin/capacity/dated", w.t("admin-dated-add"))
        .lead(w.t("admin-dated-lead"))
        .field(Entry::new(Look::Input("date"), "date", w.t("admin-dated-day"), typed.get("date")).needed())
        .field(Entry::new(Look::Input("time"), "from_time", w.t("admin-dated-from"), typed.get("from_time")).needed())
        .field(Entry::new(Look::Input("time"), "to_time", w.t("admin-dated-to"), typed.get("to_time")).needed())
        .field(
            Entry::number("dated_connections", w.t("admin-connections"), typed.get("dated_connections"))
                .hint(w.t("admin-dated-connections-hint"))
                .needed(),
        )
        .wrong(dated_wrong);
    let grid = LimitsView::new(visitor, ("/admin/capacity", "/admin/capacity"), &known, painted);
    let page = page.part(&grid.note(w.t("admin-capacity-preview")))?;
    let page = if known.dated.is_empty() { page } else { page.part(&dated_table(visitor, office, &known.dated))? };
    let alerts = app.load_alerts(&office.who, Place::school(office.school.id.clone())).await?;
    let alerts: Vec<_> = alerts.into_iter().map(|alert| (alert, office.school.zone(), "")).collect();
    let page = match Alerts::of(&alerts, w) {
        Some(alerts) => page.part(&alerts)?,
        None => page,
    };
    Ok(visitor.answer_with(status, Ok(page.part(&form)?)))
}

fn dated_table(visitor: &Visitor, office: &Office, dated: &[DatedLimit]) -> Table {
    let (w, zone) = (visitor.w, office.school.zone());
    let row = |limit: &DatedLimit| {
        let local = |at: DateTime<Utc>| at.with_timezone(&zone).naive_local();
        let (from, to) = (local(limit.starts_at), local(limit.ends_at));
        let minute = |at: chrono::NaiveDateTime| at.hour() * 60 + at.minute();
        let when = if from.date() == to.date() {
            w.times(minute(from), minute(to))
        } else {
            w.with("time-span", &[("from", &w.time(minute(from))), ("to", &w.day_time(to.date(), minute(to)))])
        };
        let day: NaiveDate = from.date();
        let delete = Action::post(visitor, "/admin/capacity/dated/delete", w.t("admin-dated-delete"))
            .sending("starts_at", limit.starts_at.to_rfc3339())
            .quiet();
        Row {
            cells: vec![
                Cell::text(w.day_of_week(day)).small(day.format("%Y").to_string()),
                Cell::text(when),
                Cell::text(w.number(u64::from(limit.connections))),
            ],
            actions: vec![delete.about(&w.day(day))],
        }
    };
    Table {
        id: "dated",
        heading: w.t("admin-dated-title"),
        count: w.count("admin-dated-count", dated.len()),
        columns: ["admin-dated-day", "admin-dated-hours", "admin-connections"].map(|key| w.t(key)).into(),
        rows: dated.iter().map(row).collect(),
        deeds: Some(w.t("admin-deeds")),
    }
}
