//! Pins: requests fixed at a start.

use super::{
    Conn, StoreError,
    schema::{pins, requests},
    types::{column, utc},
};
use crate::domain::{id::Id, pin::Pin};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Fixes a request at a start, or elsewhere than before.
///
/// # Errors
/// `Reference` when the request is not there.
pub fn set(conn: &mut Conn, pin: &Pin) -> Result<(), StoreError> {
    remove(conn, &pin.request)?;
    diesel::insert_into(pins::table)
        .values((
            pins::request_id.eq(pin.request.as_str()),
            pins::starts_at.eq(column(pin.starts_at)),
            pins::note.eq(pin.note.as_deref()),
            pins::created_at.eq(column(pin.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Lets a request go; tells whether it was fixed.
///
/// # Errors
/// those of the database.
pub fn remove(conn: &mut Conn, request: &Id) -> Result<bool, StoreError> {
    Ok(diesel::delete(pins::table.filter(pins::request_id.eq(request.as_str()))).execute(conn)? == 1)
}

/// A round's pins, by start.
///
/// # Errors
/// those of the database.
pub fn of_round(conn: &mut Conn, round: &Id) -> Result<Vec<Pin>, StoreError> {
    let rows = pins::table
        .inner_join(requests::table)
        .filter(requests::round_id.eq(round.as_str()))
        .order((pins::starts_at, pins::request_id))
        .select((pins::request_id, pins::starts_at, pins::note, pins::created_at))
        .load::<(String, NaiveDateTime, Option<String>, NaiveDateTime)>(conn)?;
    let pin = |(request, starts_at, note, created_at): (String, _, _, _)| Pin {
        request: request.into(),
        starts_at: utc(starts_at),
        note,
        created_at: utc(created_at),
    };
    Ok(rows.into_iter().map(pin).collect())
}
