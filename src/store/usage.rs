//! What classes take of pools in each five minutes, kept with the classes: whoever asks what is free reads a week of
//! cells, however many schools share the pool.
//!
//! Rows are written only here, by [`add`] in the transaction that writes the sessions; [`recomputed`] is what they must
//! equal.

use super::{
    Conn, StoreError,
    conn::on_backend,
    schema::{pool_usage, pools, school_pools, sessions},
    types::{column, count, utc},
};
use crate::domain::{
    capacity::{CELL, PoolUse},
    id::Id,
    session::{Session, SessionState},
};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::{prelude::*, sql_query, sql_types::Text};
use std::collections::BTreeMap;

/// Cells of one statement.
const CELLS: usize = 20_000;

/// Connections more or less, by pool and cell.
type Deltas = BTreeMap<(String, NaiveDateTime), i64>;

/// Puts what these sessions take into the pools of their schools.
///
/// # Errors
/// those of the database.
pub(super) fn add(conn: &mut Conn, taken: &[Session]) -> Result<(), StoreError> {
    change(conn, &taken.iter().map(|session| (session, 1)).collect::<Vec<_>>())
}

/// Takes out what a session took, and puts in what it takes now.
///
/// # Errors
/// those of the database.
pub(super) fn replace(conn: &mut Conn, old: &Session, new: Option<&Session>) -> Result<(), StoreError> {
    change(conn, &std::iter::once((old, -1)).chain(new.map(|new| (new, 1))).collect::<Vec<_>>())
}

/// Puts what a school's classes take into a pool, or takes it out with `sign` −1.
///
/// # Errors
/// those of the database.
pub(super) fn move_school(conn: &mut Conn, school: &Id, pool: &Id, sign: i64) -> Result<(), StoreError> {
    let Some(kind) = kinds(conn, &[school.as_str()])?.into_iter().find(|(_, of_pool, _)| of_pool == pool.as_str())
    else {
        return Ok(());
    };
    let mut deltas = Deltas::new();
    for span in spans(conn, &[school.as_str()])? {
        deltas_of(&mut deltas, &kind.1, kind.2, &span, sign);
    }
    apply(conn, deltas)
}

/// Counts a pool anew from the sessions, after its kind has changed.
///
/// # Errors
/// those of the database.
pub(super) fn recount(conn: &mut Conn, pool: &Id) -> Result<(), StoreError> {
    diesel::delete(pool_usage::table.filter(pool_usage::pool_id.eq(pool.as_str()))).execute(conn)?;
    let deltas = from_sessions(conn, pool)?;
    apply(conn, deltas)
}

/// What all classes take of these pools in the cells from `from` on, until `to`; cells that nobody uses are left out.
///
/// # Errors
/// those of the database.
pub fn between(
    conn: &mut Conn,
    pools: &[Id],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<PoolUse>, StoreError> {
    let pools: Vec<&str> = pools.iter().map(Id::as_str).collect();
    let rows = pool_usage::table
        .filter(pool_usage::pool_id.eq_any(pools))
        .filter(pool_usage::at.ge(column(from)))
        .filter(pool_usage::at.lt(column(to)))
        .filter(pool_usage::used.gt(0))
        .load::<(String, NaiveDateTime, i64)>(conn)?;
    rows.into_iter()
        .map(|(pool, at, used)| Ok(PoolUse { pool: pool.into(), at: utc(at), connections: count(used)? }))
        .collect()
}

/// What the stored use of a pool must be: counted from the sessions.
///
/// # Errors
/// those of the database.
pub fn recomputed(conn: &mut Conn, pool: &Id) -> Result<Vec<PoolUse>, StoreError> {
    let cells = from_sessions(conn, pool)?.into_iter().filter(|(_, used)| *used != 0);
    cells.map(|((pool, at), used)| Ok(PoolUse { pool: pool.into(), at: utc(at), connections: count(used)? })).collect()
}

fn from_sessions(conn: &mut Conn, pool: &Id) -> Result<Deltas, StoreError> {
    let of_pool = school_pools::table.filter(school_pools::pool_id.eq(pool.as_str()));
    let schools = of_pool.select(school_pools::school_id).load::<String>(conn)?;
    let kind = pools::table.filter(pools::id.eq(pool.as_str())).select(pools::kind).first::<String>(conn)?;
    let mut deltas = Deltas::new();
    for school in schools {
        for span in spans(conn, &[&school])? {
            deltas_of(&mut deltas, pool.as_str(), kind == "arrivals", &span, 1);
        }
    }
    Ok(deltas)
}

/// When a class is, and how many connections it takes.
type Span = (NaiveDateTime, NaiveDateTime, i64);

fn spans(conn: &mut Conn, schools: &[&str]) -> Result<Vec<Span>, StoreError> {
    let taken = [SessionState::Confirmed.as_str(), SessionState::Held.as_str()];
    let of_schools = sessions::table.filter(sessions::school_id.eq_any(schools.to_vec()));
    Ok(of_schools
        .filter(sessions::state.eq_any(taken))
        .select((sessions::starts_at, sessions::ends_at, sessions::connections))
        .load::<Span>(conn)?)
}

/// The pools of schools: school, pool, whether it counts arrivals.
fn kinds(conn: &mut Conn, schools: &[&str]) -> Result<Vec<(String, String, bool)>, StoreError> {
    let rows = school_pools::table
        .inner_join(pools::table)
        .filter(school_pools::school_id.eq_any(schools.to_vec()))
        .select((school_pools::school_id, pools::id, pools::kind))
        .load::<(String, String, String)>(conn)?;
    Ok(rows.into_iter().map(|(school, pool, kind)| (school, pool, kind == "arrivals")).collect())
}

fn change(conn: &mut Conn, sessions: &[(&Session, i64)]) -> Result<(), StoreError> {
    let taking: Vec<&(&Session, i64)> =
        sessions.iter().filter(|(session, _)| session.state != SessionState::Cancelled).collect();
    let mut schools: Vec<&str> = taking.iter().map(|(session, _)| session.school.as_str()).collect();
    schools.sort_unstable();
    schools.dedup();
    let kinds = kinds(conn, &schools)?;
    let mut deltas = Deltas::new();
    for (session, sign) in taking {
        let span = (column(session.starts_at), column(session.ends_at), i64::from(session.connections));
        for (_, pool, arrivals) in kinds.iter().filter(|(school, ..)| *school == session.school.as_str()) {
            deltas_of(&mut deltas, pool, *arrivals, &span, *sign);
        }
    }
    apply(conn, deltas)
}

fn deltas_of(deltas: &mut Deltas, pool: &str, arrivals: bool, (from, to, connections): &Span, sign: i64) {
    let seconds = from.and_utc().timestamp().rem_euclid(CELL.num_seconds());
    let first = *from - Duration::seconds(seconds);
    let end = if arrivals { first + CELL } else { *to };
    let mut at = first;
    while at < end {
        *deltas.entry((pool.to_owned(), at)).or_default() += sign * connections;
        at += CELL;
    }
}

fn apply(conn: &mut Conn, deltas: Deltas) -> Result<(), StoreError> {
    let deltas: Vec<_> = deltas.into_iter().filter(|(_, delta)| *delta != 0).collect();
    // The rows of a part come from one JSON text: the same statement however many there are. First the cells that
    // nobody has used yet, so that the check of the column sees sums only.
    for part in deltas.chunks(CELLS) {
        let rows: Vec<_> =
            part.iter().map(|((pool, at), delta)| (pool, at.format("%F %T").to_string(), delta)).collect();
        let rows = serde_json::to_string(&rows).map_err(|error| StoreError::Other(error.to_string()))?;
        let source = match conn {
            Conn::Sqlite(_) => SQLITE_ROWS,
            Conn::Postgres(_) => POSTGRES_ROWS,
        };
        let missing = format!(
            "INSERT INTO pool_usage (pool_id, at, used) SELECT pool, at, 0 FROM ({source}) AS new WHERE TRUE \
             ON CONFLICT (pool_id, at) DO NOTHING"
        );
        let sums = format!(
            "UPDATE pool_usage SET used = used + new.delta FROM ({source}) AS new \
             WHERE pool_usage.pool_id = new.pool AND pool_usage.at = new.at"
        );
        for statement in [missing, sums] {
            on_backend!(conn, conn => sql_query(&statement).bind::<Text, _>(&rows).execute(conn))?;
        }
    }
    Ok(())
}

const SQLITE_ROWS: &str = "SELECT json_extract(value, '$[0]') AS pool, json_extract(value, '$[1]') AS at, \
    json_extract(value, '$[2]') AS delta FROM json_each(?)";
const POSTGRES_ROWS: &str = "SELECT value ->> 0 AS pool, (value ->> 1)::timestamp AS at, (value ->> 2)::bigint AS delta \
    FROM jsonb_array_elements($1::jsonb)";
