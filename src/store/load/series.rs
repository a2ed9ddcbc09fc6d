//! Which metrics of which places are known.

use super::super::{Conn, StoreError, schema::load_series, types::word};
use crate::domain::{
    id::Id,
    load::{Metric, Place},
};
use crate::store::types::utc;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

/// Platform, federation and school of a row: one of them is there.
pub(in crate::store) type PlaceColumns = (Option<String>, Option<String>, Option<String>);

type Row = (String, PlaceColumns, String, Option<NaiveDateTime>, Option<NaiveDateTime>, Option<f64>);

/// A metric of a place of which there are samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The place.
    pub place: Place,
    /// The metric.
    pub metric: Metric,
    /// The newest sample.
    pub newest_at: Option<DateTime<Utc>>,
}

/// A series as its row says.
pub(super) struct Series {
    pub(super) id: String,
    pub(super) place: Place,
    pub(super) metric: Metric,
    pub(super) newest_at: Option<DateTime<Utc>>,
    /// The last reading of its counter, if it is counted by one.
    pub(super) counter: Option<(DateTime<Utc>, f64)>,
}

/// All metrics of which there are samples.
///
/// # Errors
/// those of the database.
pub fn known(conn: &mut Conn) -> Result<Vec<Known>, StoreError> {
    let rows = load_series::table.order(load_series::id).select(columns()).load::<Row>(conn)?;
    let known = |row| series(row).map(|Series { place, metric, newest_at, .. }| Known { place, metric, newest_at });
    rows.into_iter().map(known).collect()
}

/// The series of a metric of a place, if there is one.
///
/// # Errors
/// those of the database.
pub(super) fn find(conn: &mut Conn, place: &Place, metric: Metric) -> Result<Option<Series>, StoreError> {
    let (platform, federation, school) = of_place(place);
    // Two of the three are null, which nothing equals.
    let at_place = load_series::platform_id
        .eq(platform)
        .or(load_series::federation_id.eq(federation))
        .or(load_series::school_id.eq(school))
        .assume_not_null();
    let row = load_series::table
        .filter(at_place)
        .filter(load_series::metric.eq(metric.as_str()))
        .select(columns())
        .first::<Row>(conn)
        .optional()?;
    row.map(series).transpose()
}

/// A place as its three columns.
pub(in crate::store) fn of_place(place: &Place) -> PlaceColumns {
    use crate::domain::load::PlaceKind::{Federation, Platform, School};
    let id = |kind| (place.kind == kind).then(|| place.id.to_string());
    (id(Platform), id(Federation), id(School))
}

/// The place of three columns.
///
/// # Errors
/// `Other` when none of them is there.
pub(in crate::store) fn place((platform, federation, school): PlaceColumns) -> Result<Place, StoreError> {
    let place = |id: Option<String>, make: fn(Id) -> Place| id.map(|id| make(id.into()));
    place(platform, Place::platform)
        .or_else(|| place(federation, Place::federation))
        .or_else(|| place(school, Place::school))
        .ok_or_else(|| StoreError::Other("a row of no place".to_owned()))
}

type Columns = (
    load_series::id,
    (load_series::platform_id, load_series::federation_id, load_series::school_id),
    load_series::metric,
    load_series::newest_at,
    load_series::counter_at,
    load_series::counter,
);

fn columns() -> Columns {
    (
        load_series::id,
        (load_series::platform_id, load_series::federation_id, load_series::school_id),
        load_series::metric,
        load_series::newest_at,
        load_series::counter_at,
        load_series::counter,
    )
}

fn series((id, columns, metric, newest_at, counter_at, counter): Row) -> Result<Series, StoreError> {
    let counter = counter_at.map(utc).zip(counter);
    Ok(Series { id, place: place(columns)?, metric: word(&metric)?, newest_at: newest_at.map(utc), counter })
}
