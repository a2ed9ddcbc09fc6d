//! Puts samples into their five minutes.

use super::{
    super::{
        Conn, StoreError,
        schema::{load_cells, load_hours, load_series},
        statement::Statement,
        types::{ROWS, column},
    },
    series,
};
use crate::domain::{
    id::Id,
    load::{CELL_SECONDS, HOUR_SECONDS, Metric, Place, seen::Seen, track::Sample},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, HashSet};

/// What became of samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Those that are new.
    pub samples: u64,
    /// Those of a second of which there was one.
    pub duplicates: u64,
    /// Those of hours that nothing is added to any more.
    pub aged: u64,
    /// The oldest and the newest of those that are new, in Unix seconds.
    pub span: Option<(i64, i64)>,
}

/// Five minutes of samples.
#[derive(Default)]
struct Sum {
    samples: i64,
    total: f64,
    peak: f64,
    seen: Seen,
    is_changed: bool,
}

const WRITE: Statement = Statement {
    sqlite: "INSERT INTO load_cells (series_id, cell, samples, total, peak, seen) \
             SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'), \
             json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]') \
             FROM json_each(?) WHERE TRUE ON CONFLICT (series_id, cell) DO UPDATE SET samples = excluded.samples, \
             total = excluded.total, peak = excluded.peak, seen = excluded.seen",
    postgres: "INSERT INTO load_cells (series_id, cell, samples, total, peak, seen) \
               SELECT value ->> 0, (value ->> 1)::bigint, (value ->> 2)::bigint, (value ->> 3)::double precision, \
               (value ->> 4)::double precision, value ->> 5 FROM jsonb_array_elements(?::jsonb) \
               ON CONFLICT (series_id, cell) DO UPDATE SET samples = excluded.samples, total = excluded.total, \
               peak = excluded.peak, seen = excluded.seen",
};

/// Puts samples into their cells, in any order; of those of one second the first counts. The same samples again change
/// nothing.
///
/// # Errors
/// `Reference` when there is no such place.
pub fn take(conn: &mut Conn, place: &Place, metric: Metric, samples: &[Sample]) -> Result<Taken, StoreError> {
    let id = series(conn, place, metric)?;
    let cells: HashSet<i64> = samples.iter().map(|sample| sample.at.div_euclid(CELL_SECONDS)).collect();
    let cells: Vec<i64> = cells.into_iter().collect();
    let aged = aged(conn, &id, &cells)?;
    let mut sums = sums(conn, &id, &cells)?;
    let mut taken = Taken::default();
    for Sample { at, value } in samples {
        if aged.contains(&at.div_euclid(HOUR_SECONDS)) {
            taken.aged += 1;
            continue;
        }
        let sum = sums.entry(at.div_euclid(CELL_SECONDS)).or_default();
        if !sum.seen.note(*at) {
            taken.duplicates += 1;
            continue;
        }
        sum.samples += 1;
        sum.total += value;
        sum.peak = sum.peak.max(*value);
        sum.is_changed = true;
        taken.samples += 1;
        taken.span = Some(taken.span.map_or((*at, *at), |(from, until)| (from.min(*at), until.max(*at))));
    }
    let changed: Vec<_> = sums
        .into_iter()
        .filter(|(_, sum)| sum.is_changed)
        .map(|(cell, sum)| (id.as_str(), cell, sum.samples, sum.total, sum.peak, sum.seen.to_text()))
        .collect();
    for part in changed.chunks(20_000) {
        WRITE.run(conn, &part)?;
    }
    if let Some(newest) = taken.span.and_then(|(_, newest)| DateTime::from_timestamp(newest, 0)) {
        let older = load_series::newest_at.is_null().or(load_series::newest_at.lt(Some(column(newest))));
        diesel::update(load_series::table.filter(load_series::id.eq(&id)).filter(older.assume_not_null()))
            .set(load_series::newest_at.eq(Some(column(newest))))
            .execute(conn)?;
    }
    Ok(taken)
}

/// Keeps the last reading of a counter, unless a newer one is known.
///
/// # Errors
/// `Reference` when there is no such place.
pub fn keep_reading(conn: &mut Conn, place: &Place, metric: Metric, reading: Sample) -> Result<(), StoreError> {
    let id = series(conn, place, metric)?;
    let Some(at) = DateTime::<Utc>::from_timestamp(reading.at, 0).map(column) else { return Ok(()) };
    let older = load_series::counter_at.is_null().or(load_series::counter_at.lt(Some(at)));
    diesel::update(load_series::table.filter(load_series::id.eq(&id)).filter(older.assume_not_null()))
        .set((load_series::counter_at.eq(Some(at)), load_series::counter.eq(Some(reading.value))))
        .execute(conn)?;
    Ok(())
}

/// The newest sample of a metric, and the last reading of its counter.
///
/// # Errors
/// those of the database.
pub fn last(conn: &mut Conn, place: &Place, metric: Metric) -> Result<(Option<i64>, Option<Sample>), StoreError> {
    let Some(series) = series::find(conn, place, metric)? else { return Ok((None, None)) };
    let reading = series.counter.map(|(at, value)| Sample { at: at.timestamp(), value });
    Ok((series.newest_at.map(|at| at.timestamp()), reading))
}

/// The id of a series, which is made when it is not there yet.
fn series(conn: &mut Conn, place: &Place, metric: Metric) -> Result<String, StoreError> {
    if let Some(found) = series::find(conn, place, metric)? {
        return Ok(found.id);
    }
    let id = Id::new(Utc::now()).to_string();
    let (platform, federation, school) = series::of_place(place);
    diesel::insert_into(load_series::table)
        .values((
            load_series::id.eq(&id),
            load_series::platform_id.eq(platform),
            load_series::federation_id.eq(federation),
            load_series::school_id.eq(school),
            load_series::metric.eq(metric.as_str()),
        ))
        .execute(conn)?;
    Ok(id)
}

/// Those hours of these cells that are kept as hours already.
fn aged(conn: &mut Conn, id: &str, cells: &[i64]) -> Result<HashSet<i64>, StoreError> {
    let hours: HashSet<i64> = cells.iter().map(|cell| cell.div_euclid(HOUR_SECONDS / CELL_SECONDS)).collect();
    let hours: Vec<i64> = hours.into_iter().collect();
    let mut aged = HashSet::new();
    for part in hours.chunks(ROWS) {
        let found = load_hours::table
            .filter(load_hours::series_id.eq(id))
            .filter(load_hours::hour.eq_any(part.to_vec()))
            .select(load_hours::hour)
            .load::<i64>(conn)?;
        aged.extend(found);
    }
    Ok(aged)
}

/// What is in these cells already.
fn sums(conn: &mut Conn, id: &str, cells: &[i64]) -> Result<BTreeMap<i64, Sum>, StoreError> {
    let mut sums = BTreeMap::new();
    for part in cells.chunks(ROWS) {
        let rows = load_cells::table
            .filter(load_cells::series_id.eq(id))
            .filter(load_cells::cell.eq_any(part.to_vec()))
            .select((load_cells::cell, load_cells::samples, load_cells::total, load_cells::peak, load_cells::seen))
            .load::<(i64, i64, f64, f64, String)>(conn)?;
        for (cell, samples, total, peak, seen) in rows {
            let seen = Seen::from_text(&seen).ok_or_else(|| StoreError::Other(format!("{seen:?} are no seconds")))?;
            sums.insert(cell, Sum { samples, total, peak, seen, is_changed: false });
        }
    }
    Ok(sums)
}
