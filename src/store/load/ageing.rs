//! What has had its time: five minutes become hours, and hours go.

use super::super::{
    Conn, StoreError,
    conn::on_backend,
    schema::{load_cells, load_hours, load_ingestions},
    types::column,
};
use crate::domain::load::{CELL_SECONDS, HOUR_SECONDS, hour_of};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// The same in both dialects; it ends with the first cell that stays.
const MAKE_HOURS: &str = "INSERT INTO load_hours (series_id, hour, samples, total, peak) \
     SELECT series_id, cell / 12, CAST(SUM(samples) AS BIGINT), SUM(total), MAX(peak) FROM load_cells WHERE cell < ";
const ADD_UP: &str = " GROUP BY series_id, cell / 12 ON CONFLICT (series_id, hour) DO UPDATE \
     SET samples = load_hours.samples + excluded.samples, total = load_hours.total + excluded.total, \
     peak = CASE WHEN load_hours.peak > excluded.peak THEN load_hours.peak ELSE excluded.peak END";

/// Makes hours of the five minutes from before the hour of `then`; tells how many five minutes there were.
///
/// # Errors
/// those of the database.
pub fn make_hours(conn: &mut Conn, then: DateTime<Utc>) -> Result<usize, StoreError> {
    let end = hour_of(then) * (HOUR_SECONDS / CELL_SECONDS);
    // A number of ours: the placeholders of the two dialects differ.
    let sql = format!("{MAKE_HOURS}{end}{ADD_UP}");
    on_backend!(conn, conn => diesel::sql_query(&sql).execute(conn))?;
    Ok(diesel::delete(load_cells::table.filter(load_cells::cell.lt(end))).execute(conn)?)
}

/// Deletes hours from before `then`.
///
/// # Errors
/// those of the database.
pub fn delete_hours(conn: &mut Conn, then: DateTime<Utc>) -> Result<usize, StoreError> {
    Ok(diesel::delete(load_hours::table.filter(load_hours::hour.lt(hour_of(then)))).execute(conn)?)
}

/// Deletes reports from before `then`.
///
/// # Errors
/// those of the database.
pub fn delete_ingestions(conn: &mut Conn, then: DateTime<Utc>) -> Result<usize, StoreError> {
    Ok(diesel::delete(load_ingestions::table.filter(load_ingestions::at.lt(column(then)))).execute(conn)?)
}
