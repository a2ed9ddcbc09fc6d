//! Of what load people were warned.

use super::{
    Conn, StoreError,
    load::{PlaceColumns, of_place, place},
    schema::load_alerts,
    types::{column, count, utc, word},
};
use crate::domain::{
    alert::{Alert, AlertKind},
    load::{Metric, Place},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

type Row = (String, PlaceColumns, String, String, NaiveDateTime, Option<NaiveDateTime>, i64, i64);
type Columns = (
    load_alerts::id,
    (load_alerts::platform_id, load_alerts::federation_id, load_alerts::school_id),
    load_alerts::metric,
    load_alerts::kind,
    load_alerts::began_at,
    load_alerts::ended_at,
    load_alerts::observed,
    load_alerts::bound,
);
const COLUMNS: Columns = (
    load_alerts::id,
    (load_alerts::platform_id, load_alerts::federation_id, load_alerts::school_id),
    load_alerts::metric,
    load_alerts::kind,
    load_alerts::began_at,
    load_alerts::ended_at,
    load_alerts::observed,
    load_alerts::bound,
);

/// Enters an alert that begins.
///
/// # Errors
/// those of the database.
pub fn insert(conn: &mut Conn, alert: &Alert) -> Result<(), StoreError> {
    let (platform, federation, school) = of_place(&alert.place);
    diesel::insert_into(load_alerts::table)
        .values((
            load_alerts::id.eq(alert.id.as_str()),
            load_alerts::platform_id.eq(platform),
            load_alerts::federation_id.eq(federation),
            load_alerts::school_id.eq(school),
            load_alerts::metric.eq(alert.metric.as_str()),
            load_alerts::kind.eq(alert.kind.as_str()),
            load_alerts::began_at.eq(column(alert.began_at)),
            load_alerts::observed.eq(i64::from(alert.observed)),
            load_alerts::bound.eq(i64::from(alert.bound)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes that an alert is over.
///
/// # Errors
/// `NotFound`.
pub fn end(conn: &mut Conn, alert: &Alert, now: DateTime<Utc>) -> Result<(), StoreError> {
    let done = diesel::update(load_alerts::table.filter(load_alerts::id.eq(alert.id.as_str())))
        .set(load_alerts::ended_at.eq(Some(column(now))))
        .execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// The alert of a kind that lasts at a place, if one does.
///
/// # Errors
/// those of the database.
pub fn lasting(conn: &mut Conn, place: &Place, metric: Metric, kind: AlertKind) -> Result<Option<Alert>, StoreError> {
    let alerts = of(conn, place, None)?;
    Ok(alerts.into_iter().find(|one| one.ended_at.is_none() && (one.metric, one.kind) == (metric, kind)))
}

/// The alerts of a place, the latest first: those that last, and so many of all.
///
/// # Errors
/// those of the database.
pub fn of(conn: &mut Conn, place: &Place, most: Option<i64>) -> Result<Vec<Alert>, StoreError> {
    let (platform, federation, school) = of_place(place);
    // Two of the three are null, which nothing equals.
    let at_place = load_alerts::platform_id
        .eq(platform)
        .or(load_alerts::federation_id.eq(federation))
        .or(load_alerts::school_id.eq(school))
        .assume_not_null();
    let rows = load_alerts::table.filter(at_place).order((load_alerts::began_at.desc(), load_alerts::id.desc()));
    let rows = match most {
        Some(most) => rows.select(COLUMNS).limit(most).load::<Row>(conn)?,
        None => rows.filter(load_alerts::ended_at.is_null()).select(COLUMNS).load::<Row>(conn)?,
    };
    rows.into_iter().map(alert).collect()
}

/// All alerts that last, wherever.
///
/// # Errors
/// those of the database.
pub fn all_lasting(conn: &mut Conn) -> Result<Vec<Alert>, StoreError> {
    let rows = load_alerts::table.filter(load_alerts::ended_at.is_null()).select(COLUMNS).load::<Row>(conn)?;
    rows.into_iter().map(alert).collect()
}

/// How many alerts of a kind last.
///
/// # Errors
/// those of the database.
pub fn count_lasting(conn: &mut Conn, kind: AlertKind) -> Result<u32, StoreError> {
    let lasting = load_alerts::table.filter(load_alerts::ended_at.is_null());
    count(lasting.filter(load_alerts::kind.eq(kind.as_str())).count().get_result::<i64>(conn)?)
}

fn alert((id, columns, metric, kind, began_at, ended_at, observed, bound): Row) -> Result<Alert, StoreError> {
    Ok(Alert {
        id: id.into(),
        place: place(columns)?,
        metric: word(&metric)?,
        kind: word(&kind)?,
        began_at: utc(began_at),
        ended_at: ended_at.map(utc),
        observed: count(observed)?,
        bound: count(bound)?,
    })
}
