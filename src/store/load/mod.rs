//! Observed load: series of samples, kept by five minutes and, once these have had their time, by hours.

pub mod ageing;
pub mod ingestions;
mod intake;
mod series;
pub mod sources;

pub use intake::{Taken, keep_reading, last, take};
pub use series::{Known, known};
pub(super) use series::{PlaceColumns, of_place, place};

use super::{
    Conn, StoreError,
    schema::{load_cells, load_hours},
};
use crate::domain::load::{CELL_SECONDS, Cell, HOUR_SECONDS, Metric, Place};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

type Row = (i64, i64, f64, f64);

/// What was observed of a place in the five minutes that begin from `from` on and before `until`, in their order. Cells of
/// which nothing is known are left out, and so are those that have become hours.
///
/// # Errors
/// those of the database.
pub fn cells(
    conn: &mut Conn,
    place: &Place,
    metric: Metric,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<Cell>, StoreError> {
    let Some(series) = series::find(conn, place, metric)? else { return Ok(Vec::new()) };
    let (first, end) = span(from, until, CELL_SECONDS);
    let rows = load_cells::table
        .filter(load_cells::series_id.eq(series.id))
        .filter(load_cells::cell.ge(first))
        .filter(load_cells::cell.lt(end))
        .order(load_cells::cell)
        .select((load_cells::cell, load_cells::samples, load_cells::total, load_cells::peak))
        .load::<Row>(conn)?;
    Ok(rows.into_iter().map(cell).collect())
}

/// The same by hours, of what has become hours: the five minutes of an hour are there, or the hour is.
///
/// # Errors
/// those of the database.
pub fn hours(
    conn: &mut Conn,
    place: &Place,
    metric: Metric,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<Cell>, StoreError> {
    let Some(series) = series::find(conn, place, metric)? else { return Ok(Vec::new()) };
    let (first, end) = span(from, until, HOUR_SECONDS);
    let rows = load_hours::table
        .filter(load_hours::series_id.eq(series.id))
        .filter(load_hours::hour.ge(first))
        .filter(load_hours::hour.lt(end))
        .order(load_hours::hour)
        .select((load_hours::hour, load_hours::samples, load_hours::total, load_hours::peak))
        .load::<Row>(conn)?;
    Ok(rows.into_iter().map(cell).collect())
}

/// The numbers of the stretches of so many seconds that begin from `from` on, and of the first that begins later.
fn span(from: DateTime<Utc>, until: DateTime<Utc>, seconds: i64) -> (i64, i64) {
    let first = |at: DateTime<Utc>| -(-at.timestamp()).div_euclid(seconds);
    (first(from), first(until))
}

fn cell((cell, samples, total, peak): Row) -> Cell {
    let samples = u64::try_from(samples).unwrap_or(0);
    // Counts of samples are far below what a double holds.
    Cell { cell, samples, mean: total / samples.max(1) as f64, peak }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_begins_with_the_first_cell_that_begins_in_it() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        for (from, until, cells) in [(0, 300, (0, 1)), (1, 300, (1, 1)), (299, 901, (1, 4)), (-301, 0, (-1, 0))] {
            assert_eq!(span(at(from), at(until), CELL_SECONDS), cells, "{from} to {until}");
        }
    }
}
