//! Which schools take what of a pool, and when anything is taken at all: asked by those who look at all schools.

use super::{
    Conn, StoreError,
    schema::{pool_usage, school_pools, schools, sessions},
    types::{column, count, utc},
};
use crate::domain::{
    capacity::{CELL, PoolKind},
    id::Id,
    session::{LONGEST, SessionState},
};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;

/// What a school takes of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The school.
    pub school: Id,
    /// Its name.
    pub name: String,
    /// Classes and holds.
    pub classes: usize,
    /// Their connections.
    pub connections: u64,
}

/// What each school takes of a pool in the cell that begins at `at`, the most first: of a concurrent pool the classes under
/// way in it, of a pool of arrivals those that begin within the window from it on.
///
/// # Errors
/// those of the database.
pub fn by_school(conn: &mut Conn, pool: &Id, kind: PoolKind, at: DateTime<Utc>) -> Result<Vec<Taken>, StoreError> {
    let users = school_pools::table.filter(school_pools::pool_id.eq(pool.as_str())).select(school_pools::school_id);
    let taking = sessions::table
        .inner_join(schools::table)
        .filter(sessions::school_id.eq_any(users))
        .filter(sessions::state.ne(SessionState::Cancelled.as_str()))
        .order((schools::name, schools::id))
        .select((schools::id, schools::name, sessions::connections));
    let rows: Vec<(String, String, i64)> = match kind {
        PoolKind::Concurrent => taking
            .filter(sessions::starts_at.gt(column(at - LONGEST)))
            .filter(sessions::starts_at.lt(column(at + CELL)))
            .filter(sessions::ends_at.gt(column(at)))
            .load(conn)?,
        PoolKind::Arrivals { window_minutes } => {
            let window = Duration::minutes(i64::from(window_minutes.div_ceil(5).max(1)) * 5);
            taking
                .filter(sessions::starts_at.ge(column(at)))
                .filter(sessions::starts_at.lt(column(at + window)))
                .load(conn)?
        }
    };
    let mut out: Vec<Taken> = Vec::new();
    for (school, name, connections) in rows {
        let connections = u64::from(count(connections)?);
        match out.last_mut().filter(|last| last.school.as_str() == school) {
            Some(last) => (last.classes, last.connections) = (last.classes + 1, last.connections + connections),
            None => out.push(Taken { school: school.into(), name, classes: 1, connections }),
        }
    }
    // By name where they take the same.
    out.sort_by_key(|taken| std::cmp::Reverse(taken.connections));
    Ok(out)
}

/// The first cell after `at` in which one of these pools is used, else the last one before.
///
/// # Errors
/// those of the database.
pub fn nearest_use(conn: &mut Conn, pools: &[Id], at: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
    let ids: Vec<&str> = pools.iter().map(Id::as_str).collect();
    let used = || pool_usage::table.filter(pool_usage::pool_id.eq_any(ids.clone())).filter(pool_usage::used.gt(0));
    let next = used().filter(pool_usage::at.ge(column(at))).order(pool_usage::at);
    let last = used().filter(pool_usage::at.lt(column(at))).order(pool_usage::at.desc());
    let found = match next.select(pool_usage::at).first::<NaiveDateTime>(conn).optional()? {
        Some(next) => Some(next),
        None => last.select(pool_usage::at).first::<NaiveDateTime>(conn).optional()?,
    };
    Ok(found.map(utc))
}
