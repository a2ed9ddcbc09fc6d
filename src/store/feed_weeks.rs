//! A stretch of what a feed shows: pages show one week of many.

use super::{
    Conn, StoreError,
    schema::{session_groups, session_teachers, sessions},
    sessions::{Row, with_people},
    types::{column, utc},
};
use crate::domain::{
    id::Id,
    session::{LONGEST, Session, SessionState},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

/// Whose classes a feed shows.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    /// All of a school.
    School(&'a Id),
    /// Those that one of these groups attends.
    Groups(&'a [Id]),
    /// Those that a teacher gives.
    Teacher(&'a Id),
}

/// The same statement for each kind of feed: holds are in none.
macro_rules! of {
    ($whose:expr, $shown:ident => $body:expr) => {
        match $whose {
            Whose::School(school) => {
                let $shown = || {
                    let shown = sessions::table.filter(sessions::held_until.is_null());
                    shown.filter(sessions::school_id.eq(school.as_str()))
                };
                $body
            }
            Whose::Groups(groups) => {
                let groups: Vec<&str> = groups.iter().map(Id::as_str).collect();
                let $shown = || {
                    let attended = session_groups::table.filter(session_groups::group_id.eq_any(groups.clone()));
                    let shown = sessions::table.filter(sessions::held_until.is_null());
                    shown.filter(sessions::id.eq_any(attended.select(session_groups::session_id)))
                };
                $body
            }
            Whose::Teacher(teacher) => {
                let $shown = || {
                    let given = session_teachers::table.filter(session_teachers::teacher_id.eq(teacher.as_str()));
                    let shown = sessions::table.filter(sessions::held_until.is_null());
                    shown.filter(sessions::id.eq_any(given.select(session_teachers::session_id)))
                };
                $body
            }
        }
    };
}

/// The sessions that overlap `from … to`, cancelled ones too, by start.
///
/// # Errors
/// those of the database.
pub fn between(
    conn: &mut Conn,
    whose: Whose<'_>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<Session>, StoreError> {
    let rows = of!(whose, shown => shown()
        .filter(sessions::starts_at.gt(column(from - LONGEST)))
        .filter(sessions::starts_at.lt(column(to)))
        .filter(sessions::ends_at.gt(column(from)))
        .order((sessions::starts_at, sessions::id))
        .load::<Row>(conn)?);
    with_people(conn, rows)
}

/// When the nearest class before and the nearest after begin.
pub type Neighbours = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// When the last class that takes place begins before `from`, and when the first does from `to` on.
///
/// # Errors
/// those of the database.
pub fn around(
    conn: &mut Conn,
    whose: Whose<'_>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Neighbours, StoreError> {
    let cancelled = SessionState::Cancelled.as_str();
    let (last, next) = of!(whose, shown => {
        let before = shown().filter(sessions::state.ne(cancelled)).filter(sessions::starts_at.lt(column(from)));
        let after = shown().filter(sessions::state.ne(cancelled)).filter(sessions::starts_at.ge(column(to)));
        let last = before.order(sessions::starts_at.desc()).select(sessions::starts_at);
        let next = after.order(sessions::starts_at).select(sessions::starts_at);
        (last.first::<NaiveDateTime>(conn).optional()?, next.first::<NaiveDateTime>(conn).optional()?)
    });
    Ok((last.map(utc), next.map(utc)))
}
