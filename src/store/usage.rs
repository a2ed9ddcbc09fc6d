//! What classes take of pools in each five minutes, kept with the classes: whoever asks what is free reads a week of
//! cells, however many schools share the pool.
//!
//! Rows are written only here, by [`add`] in the transaction that writes the sessions; [`recomputed`] is what they must
//! equal. Of pools that are shared out, what each school takes is kept as well, and what all take beyond their
//! guaranteed parts: a change of a school's classes needs no other school's rows.

use super::{
    Conn, StoreError,
    conn::on_backend,
    pools::get,
    schema::{pool_school_usage, pool_usage, pools, school_pools, sessions},
    shares,
    types::{column, count, utc},
};
use crate::domain::{
    capacity::{CELL, Pool, PoolUse},
    id::Id,
    session::{Session, SessionState},
    share::beyond,
};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use chrono_tz::Tz;
use diesel::{prelude::*, sql_query, sql_types::Text};
use std::collections::{BTreeMap, HashMap};

/// Cells of one statement.
const CELLS: usize = 20_000;

/// Connections more or less, by pool, school and cell.
type Deltas = BTreeMap<(String, String), BTreeMap<NaiveDateTime, i64>>;

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
        deltas_of(&mut deltas, (&kind.1, school.as_str()), kind.2, &span, sign);
    }
    apply(conn, deltas)
}

/// Counts a pool anew from the sessions, after its kind or how it is shared out has changed.
///
/// # Errors
/// those of the database.
pub(super) fn recount(conn: &mut Conn, pool: &Id) -> Result<(), StoreError> {
    let id = pool.as_str();
    diesel::delete(pool_usage::table.filter(pool_usage::pool_id.eq(id))).execute(conn)?;
    diesel::delete(pool_school_usage::table.filter(pool_school_usage::pool_id.eq(id))).execute(conn)?;
    // School by school: a pool may have a thousand, and a school a year of classes.
    for school in schools_of(conn, id)? {
        let deltas = from_sessions(conn, id, &school)?;
        apply(conn, deltas)?;
    }
    Ok(())
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
        .load::<(String, NaiveDateTime, i64, i64)>(conn)?;
    rows.into_iter().map(|(pool, at, used, beyond)| pool_use(pool, at, used, beyond)).collect()
}

/// The same for a school, which learns what it takes itself of pools that are shared out. This much is read however
/// many schools there are.
///
/// # Errors
/// those of the database.
pub fn seen_by(
    conn: &mut Conn,
    school: &Id,
    pools: &[Pool],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<PoolUse>, StoreError> {
    let ids: Vec<Id> = pools.iter().map(|pool| pool.id.clone()).collect();
    let mut uses = between(conn, &ids, from, to)?;
    let shared_out: Vec<&str> = pools.iter().filter(|pool| pool.share.is_some()).map(|pool| pool.id.as_str()).collect();
    if shared_out.is_empty() {
        return Ok(uses);
    }
    let own = pool_school_usage::table
        .filter(pool_school_usage::pool_id.eq_any(shared_out))
        .filter(pool_school_usage::school_id.eq(school.as_str()))
        .filter(pool_school_usage::at.ge(column(from)))
        .filter(pool_school_usage::at.lt(column(to)))
        .select((pool_school_usage::pool_id, pool_school_usage::at, pool_school_usage::used))
        .load::<(String, NaiveDateTime, i64)>(conn)?;
    let own: HashMap<(Id, DateTime<Utc>), i64> =
        own.into_iter().map(|(pool, at, used)| ((Id::from(pool), utc(at)), used)).collect();
    for taken in &mut uses {
        taken.own = count(own.get(&(taken.pool.clone(), taken.at)).copied().unwrap_or(0))?;
    }
    Ok(uses)
}

/// What the stored use of a pool must be: counted from the sessions.
///
/// # Errors
/// those of the database.
pub fn recomputed(conn: &mut Conn, pool: &Id) -> Result<Vec<PoolUse>, StoreError> {
    let schools = schools_of(conn, pool.as_str())?;
    let of: Vec<&str> = schools.iter().map(String::as_str).collect();
    let shared_out = shared_out(conn, &[pool.as_str()], &of)?.remove(pool.as_str());
    let mut sums: BTreeMap<NaiveDateTime, (i64, i64)> = BTreeMap::new();
    for school in &schools {
        let cells = from_sessions(conn, pool.as_str(), school)?.into_values().flatten();
        for (at, used) in cells {
            let over = shared_out.as_ref().map_or(0, |pool| pool.beyond(school, at, used));
            let sum = sums.entry(at).or_default();
            (sum.0, sum.1) = (sum.0 + used, sum.1 + over);
        }
    }
    let sums = sums.into_iter().filter(|(_, (used, _))| *used != 0);
    sums.map(|(at, (used, beyond))| pool_use(pool.to_string(), at, used, beyond)).collect()
}

fn pool_use(pool: String, at: NaiveDateTime, used: i64, beyond: i64) -> Result<PoolUse, StoreError> {
    Ok(PoolUse { pool: pool.into(), at: utc(at), connections: count(used)?, own: 0, beyond: count(beyond)? })
}

fn schools_of(conn: &mut Conn, pool: &str) -> Result<Vec<String>, StoreError> {
    let of_pool = school_pools::table.filter(school_pools::pool_id.eq(pool));
    Ok(of_pool.order(school_pools::school_id).select(school_pools::school_id).load::<String>(conn)?)
}

fn from_sessions(conn: &mut Conn, pool: &str, school: &str) -> Result<Deltas, StoreError> {
    let kind = pools::table.filter(pools::id.eq(pool)).select(pools::kind).first::<String>(conn)?;
    let mut deltas = Deltas::new();
    for span in spans(conn, &[school])? {
        deltas_of(&mut deltas, (pool, school), kind == "arrivals", &span, 1);
    }
    Ok(deltas)
}

/// A pool that is shared out, with the weights of some of its schools.
struct SharedOut {
    pool: Pool,
    weights: HashMap<String, u64>,
}

impl SharedOut {
    /// What a school that uses so much of a cell takes beyond its guaranteed part.
    fn beyond(&self, school: &str, at: NaiveDateTime, used: i64) -> i64 {
        let Some(share) = &self.pool.share else { return 0 };
        // A pool that is shared out has a time zone of its own.
        let limit = self.pool.limit_at(utc(at), Tz::UTC);
        let weight = self.weights.get(school).copied().unwrap_or(0);
        let guaranteed = share.guaranteed_to(limit, weight);
        i64::try_from(beyond(u64::try_from(used).unwrap_or(0), guaranteed)).unwrap_or(i64::MAX)
    }
}

/// Which of these pools are shared out, with the weights of these schools.
fn shared_out(conn: &mut Conn, pools: &[&str], schools: &[&str]) -> Result<HashMap<String, SharedOut>, StoreError> {
    let mut out = HashMap::new();
    for id in shares::shared_out(conn, pools)? {
        let weights = shares::weights(conn, &id, schools)?;
        out.insert(id.clone(), SharedOut { pool: get(conn, &Id::from(id))?, weights });
    }
    Ok(out)
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
        let school = session.school.as_str();
        for (_, pool, arrivals) in kinds.iter().filter(|(of, ..)| of == school) {
            deltas_of(&mut deltas, (pool, school), *arrivals, &span, *sign);
        }
    }
    apply(conn, deltas)
}

fn deltas_of(
    deltas: &mut Deltas,
    (pool, school): (&str, &str),
    arrivals: bool,
    (from, to, connections): &Span,
    sign: i64,
) {
    let seconds = from.and_utc().timestamp().rem_euclid(CELL.num_seconds());
    let first = *from - Duration::seconds(seconds);
    let end = if arrivals { first + CELL } else { *to };
    let cells = deltas.entry((pool.to_owned(), school.to_owned())).or_default();
    let mut at = first;
    while at < end {
        *cells.entry(at).or_default() += sign * connections;
        at += CELL;
    }
}

fn apply(conn: &mut Conn, mut deltas: Deltas) -> Result<(), StoreError> {
    deltas.values_mut().for_each(|cells| cells.retain(|_, delta| *delta != 0));
    deltas.retain(|_, cells| !cells.is_empty());
    let mut pools: Vec<&str> = deltas.keys().map(|(pool, _)| pool.as_str()).collect();
    pools.dedup();
    let schools: Vec<&str> = deltas.keys().map(|(_, school)| school.as_str()).collect();
    let shared_out = shared_out(conn, &pools, &schools)?;
    let mut of_schools = Vec::new();
    let mut sums: BTreeMap<(&str, NaiveDateTime), (i64, i64)> = BTreeMap::new();
    for ((pool, school), cells) in &deltas {
        let shared = shared_out.get(pool);
        let before = if shared.is_some() { used_by(conn, (pool, school), cells)? } else { HashMap::new() };
        for (at, delta) in cells {
            let sum = sums.entry((pool, *at)).or_default();
            sum.0 += delta;
            if let Some(shared) = shared {
                let used = before.get(at).copied().unwrap_or(0);
                sum.1 += shared.beyond(school, *at, used + delta) - shared.beyond(school, *at, used);
                of_schools.push((pool.as_str(), school.as_str(), text(*at), *delta, 0));
            }
        }
    }
    let sums = sums.into_iter().map(|((pool, at), (used, beyond))| (pool, "", text(at), used, beyond)).collect();
    write(conn, of_schools, &OF_SCHOOLS)?;
    write(conn, sums, &OF_ALL)
}

/// What a school takes of a pool in the cells around these.
fn used_by(
    conn: &mut Conn,
    (pool, school): (&str, &str),
    cells: &BTreeMap<NaiveDateTime, i64>,
) -> Result<HashMap<NaiveDateTime, i64>, StoreError> {
    let (Some(first), Some(last)) = (cells.keys().next(), cells.keys().last()) else { return Ok(HashMap::new()) };
    let rows = pool_school_usage::table
        .filter(pool_school_usage::pool_id.eq(pool))
        .filter(pool_school_usage::school_id.eq(school))
        .filter(pool_school_usage::at.ge(*first))
        .filter(pool_school_usage::at.le(*last))
        .select((pool_school_usage::at, pool_school_usage::used))
        .load::<(NaiveDateTime, i64)>(conn)?;
    Ok(rows.into_iter().collect())
}

/// Pool, school, cell, connections more or less, those beyond the guaranteed part.
type Change<'a> = (&'a str, &'a str, String, i64, i64);

fn text(at: NaiveDateTime) -> String {
    at.format("%F %T").to_string()
}

/// Writes changes by these two statements.
fn write(conn: &mut Conn, changes: Vec<Change<'_>>, statements: &[&str; 2]) -> Result<(), StoreError> {
    // The rows of a part come from one JSON text: the same statement however many there are. First the cells that
    // nobody has used yet, so that the check of the column sees sums only.
    for part in changes.chunks(CELLS) {
        let rows = serde_json::to_string(part).map_err(|error| StoreError::Other(error.to_string()))?;
        let source = match conn {
            Conn::Sqlite(_) => SQLITE_ROWS,
            Conn::Postgres(_) => POSTGRES_ROWS,
        };
        for statement in statements.map(|statement| statement.replace("{rows}", source)) {
            on_backend!(conn, conn => sql_query(&statement).bind::<Text, _>(&rows).execute(conn))?;
        }
    }
    Ok(())
}

const OF_ALL: [&str; 2] = [
    "INSERT INTO pool_usage (pool_id, at, used, beyond) SELECT pool, at, 0, 0 FROM ({rows}) AS new WHERE TRUE \
     ON CONFLICT (pool_id, at) DO NOTHING",
    "UPDATE pool_usage SET used = used + new.more, beyond = beyond + new.above FROM ({rows}) AS new \
     WHERE pool_usage.pool_id = new.pool AND pool_usage.at = new.at",
];
const OF_SCHOOLS: [&str; 2] = [
    "INSERT INTO pool_school_usage (pool_id, school_id, at, used) SELECT pool, school, at, 0 FROM ({rows}) AS new \
     WHERE TRUE ON CONFLICT (pool_id, school_id, at) DO NOTHING",
    "UPDATE pool_school_usage SET used = used + new.more FROM ({rows}) AS new WHERE pool_school_usage.pool_id = new.pool \
     AND pool_school_usage.school_id = new.school AND pool_school_usage.at = new.at",
];
const SQLITE_ROWS: &str = "SELECT json_extract(value, '$[0]') AS pool, json_extract(value, '$[1]') AS school, \
    json_extract(value, '$[2]') AS at, json_extract(value, '$[3]') AS more, json_extract(value, '$[4]') AS above \
    FROM json_each(?)";
const POSTGRES_ROWS: &str = "SELECT value ->> 0 AS pool, value ->> 1 AS school, (value ->> 2)::timestamp AS at, \
    (value ->> 3)::bigint AS more, (value ->> 4)::bigint AS above FROM jsonb_array_elements($1::jsonb)";
