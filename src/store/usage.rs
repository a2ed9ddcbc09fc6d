//! What classes take of pools in each five minutes, kept with the classes: whoever asks what is free reads a week of
//! cells, however many schools share the pool.
//!
//! Rows are written only here, by [`add`] in the transaction that writes the sessions; [`recomputed`] is what they must
//! equal. Of pools that are shared out, what each school takes is kept as well, and what all take beyond their
//! guaranteed parts: a change of a school's classes needs no other school's rows.

use super::{
    Conn, StoreError, forecasts,
    pools::get,
    schema::{pool_school_usage, pool_usage, pools, school_pools, sessions},
    shares,
    statement::Statement,
    types::{column, count, utc},
};
use crate::domain::{
    capacity::{CELL, Pool, PoolKind, PoolUse},
    id::Id,
    session::{Session, SessionState},
    share::beyond,
};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// Cells of one statement.
const CELLS: usize = 20_000;

/// What a school takes of a pool more or less.
#[derive(Default)]
struct Delta {
    is_shared_out: bool,
    cells: BTreeMap<NaiveDateTime, i64>,
}

/// By pool and school.
type Deltas = BTreeMap<(String, String), Delta>;

/// Puts what these sessions take into the pools of their schools.
///
/// # Errors
/// those of the database.
pub(super) fn add(conn: &mut Conn, taken: &[Session]) -> Result<(), StoreError> {
    change(conn, &taken.iter().map(|session| (session, 1)).collect::<Vec<_>>())
}

/// Puts what a session takes into these pools: all those of its school.
///
/// # Errors
/// those of the database.
pub(super) fn add_to(conn: &mut Conn, taken: &Session, pools: &[Pool]) -> Result<(), StoreError> {
    let counting: Vec<Counting> = pools
        .iter()
        .map(|pool| Counting {
            school: taken.school.to_string(),
            pool: pool.id.to_string(),
            arrivals: matches!(pool.kind, PoolKind::Arrivals { .. }),
            is_shared_out: pool.share.is_some(),
        })
        .collect();
    apply(conn, deltas_of_all(&counting, &[(taken, 1)]))
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
    let deltas = from_sessions(conn, pool.as_str(), school.as_str(), sign)?;
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
        let deltas = from_sessions(conn, id, &school, 1)?;
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

/// The same for a school, which learns what it takes itself of pools that are shared out, and as far around as matters to
/// its pools. This much is read however many schools there are.
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
    let reach = pools.iter().map(|pool| pool.kind.reach()).max().unwrap_or_default();
    let (from, to) = (from - reach, to + reach);
    let mut uses = between(conn, &ids, from, to)?;
    forecasts::put_background(conn, pools, (from, to), &mut uses)?;
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
    let shared_out = shared_out(conn, pool.as_str(), &of)?;
    let mut sums: BTreeMap<NaiveDateTime, (i64, i64)> = BTreeMap::new();
    for school in &schools {
        let deltas = from_sessions(conn, pool.as_str(), school, 1)?;
        for (at, used) in deltas.into_values().flat_map(|delta| delta.cells) {
            let over = shared_out.as_ref().map_or(0, |pool| pool.beyond(school, at, used));
            let sum = sums.entry(at).or_default();
            (sum.0, sum.1) = (sum.0 + used, sum.1 + over);
        }
    }
    let sums = sums.into_iter().filter(|(_, (used, _))| *used != 0);
    sums.map(|(at, (used, beyond))| pool_use(pool.to_string(), at, used, beyond)).collect()
}

fn pool_use(pool: String, at: NaiveDateTime, used: i64, beyond: i64) -> Result<PoolUse, StoreError> {
    let (connections, beyond) = (count(used)?, count(beyond)?);
    Ok(PoolUse { pool: pool.into(), at: utc(at), connections, own: 0, beyond, background: 0, kept: 0 })
}

fn schools_of(conn: &mut Conn, pool: &str) -> Result<Vec<String>, StoreError> {
    let of_pool = school_pools::table.filter(school_pools::pool_id.eq(pool));
    Ok(of_pool.order(school_pools::school_id).select(school_pools::school_id).load::<String>(conn)?)
}

/// What all classes of a school take of a pool, times `sign`.
fn from_sessions(conn: &mut Conn, pool: &str, school: &str, sign: i64) -> Result<Deltas, StoreError> {
    let mut deltas = Deltas::new();
    if let Some(counting) = counting(conn, &[school])?.into_iter().find(|counting| counting.pool == pool) {
        spans(conn, school)?.iter().for_each(|span| deltas_of(&mut deltas, &counting, span, sign));
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

/// A pool that is shared out, with the weights of these schools; nothing when it is not.
fn shared_out(conn: &mut Conn, pool: &str, schools: &[&str]) -> Result<Option<SharedOut>, StoreError> {
    let weights = shares::weights(conn, pool, schools)?;
    let pool = get(conn, &Id::from(pool))?;
    Ok(pool.share.is_some().then_some(SharedOut { pool, weights }))
}

/// When a class is, and how many connections it takes.
type Span = (NaiveDateTime, NaiveDateTime, i64);

fn spans(conn: &mut Conn, school: &str) -> Result<Vec<Span>, StoreError> {
    let taken = [SessionState::Confirmed.as_str(), SessionState::Held.as_str()];
    let of_school = sessions::table.filter(sessions::school_id.eq(school));
    Ok(of_school
        .filter(sessions::state.eq_any(taken))
        .select((sessions::starts_at, sessions::ends_at, sessions::connections))
        .load::<Span>(conn)?)
}

/// How a school's pool counts.
struct Counting {
    school: String,
    pool: String,
    arrivals: bool,
    is_shared_out: bool,
}

/// How the pools of schools count.
fn counting(conn: &mut Conn, schools: &[&str]) -> Result<Vec<Counting>, StoreError> {
    let of_schools = school_pools::table.inner_join(pools::table);
    let columns = (school_pools::school_id, pools::id, pools::kind, pools::guaranteed_percent);
    let rows = match schools {
        // One school is what a booking has: a statement that stays prepared.
        [school] => of_schools.filter(school_pools::school_id.eq(*school)).select(columns).load(conn)?,
        schools => of_schools.filter(school_pools::school_id.eq_any(schools.to_vec())).select(columns).load(conn)?,
    };
    let counting = |(school, pool, kind, percent): (String, String, String, i64)| Counting {
        school,
        pool,
        arrivals: kind == "arrivals",
        is_shared_out: percent > 0,
    };
    Ok(rows.into_iter().map(counting).collect())
}

fn change(conn: &mut Conn, sessions: &[(&Session, i64)]) -> Result<(), StoreError> {
    let mut schools: Vec<&str> = sessions.iter().map(|(session, _)| session.school.as_str()).collect();
    schools.sort_unstable();
    schools.dedup();
    let counting = counting(conn, &schools)?;
    apply(conn, deltas_of_all(&counting, sessions))
}

/// What sessions take of pools; those that were called off take nothing.
fn deltas_of_all(counting: &[Counting], sessions: &[(&Session, i64)]) -> Deltas {
    let mut deltas = Deltas::new();
    for (session, sign) in sessions.iter().filter(|(session, _)| session.state != SessionState::Cancelled) {
        let span = (column(session.starts_at), column(session.ends_at), i64::from(session.connections));
        for counting in counting.iter().filter(|counting| counting.school == session.school.as_str()) {
            deltas_of(&mut deltas, counting, &span, *sign);
        }
    }
    deltas
}

fn deltas_of(deltas: &mut Deltas, counting: &Counting, (from, to, connections): &Span, sign: i64) {
    let seconds = from.and_utc().timestamp().rem_euclid(CELL.num_seconds());
    let first = *from - Duration::seconds(seconds);
    let end = if counting.arrivals { first + CELL } else { *to };
    let delta = deltas.entry((counting.pool.clone(), counting.school.clone())).or_default();
    delta.is_shared_out = counting.is_shared_out;
    let mut at = first;
    while at < end {
        *delta.cells.entry(at).or_default() += sign * connections;
        at += CELL;
    }
}

fn apply(conn: &mut Conn, mut deltas: Deltas) -> Result<(), StoreError> {
    deltas.values_mut().for_each(|delta| delta.cells.retain(|_, more| *more != 0));
    let mut of_schools = Vec::new();
    let mut sums: BTreeMap<(&str, NaiveDateTime), (i64, i64)> = BTreeMap::new();
    for ((pool, school), delta) in &deltas {
        let (mut shared_out, mut before) = (None, HashMap::new());
        if delta.is_shared_out {
            shared_out = self::shared_out(conn, pool, &[school])?;
            before = used_by(conn, (pool, school), &delta.cells)?;
        }
        for (at, more) in &delta.cells {
            let sum = sums.entry((pool, *at)).or_default();
            sum.0 += more;
            if let Some(shared) = &shared_out {
                let used = before.get(at).copied().unwrap_or(0);
                sum.1 += shared.beyond(school, *at, used + more) - shared.beyond(school, *at, used);
                of_schools.push((pool.as_str(), school.as_str(), text(*at), *more, 0));
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

/// Writes changes: what is put in by the first statement, which makes the cells that nobody has used yet, and what is taken
/// out by the second, which finds them there.
fn write(conn: &mut Conn, changes: Vec<Change<'_>>, [put_in, take_out]: &[Statement; 2]) -> Result<(), StoreError> {
    let (more, less): (Vec<_>, Vec<_>) = changes.into_iter().partition(|(.., more, above)| *more >= 0 && *above >= 0);
    for (changes, statement) in [(more, put_in), (less, take_out)] {
        for part in changes.chunks(CELLS) {
            statement.run(conn, &part)?;
        }
    }
    Ok(())
}

/// The rows of a statement in each dialect.
macro_rules! on_rows {
    ($head:literal, $tail:literal) => {
        Statement {
            sqlite: concat!(
                $head,
                "SELECT json_extract(value, '$[0]') AS pool, json_extract(value, '$[1]') AS school, \
                 json_extract(value, '$[2]') AS at, json_extract(value, '$[3]') AS more, \
                 json_extract(value, '$[4]') AS above FROM json_each(?)",
                $tail
            ),
            postgres: concat!(
                $head,
                "SELECT value ->> 0 AS pool, value ->> 1 AS school, (value ->> 2)::timestamp AS at, \
                 (value ->> 3)::bigint AS more, (value ->> 4)::bigint AS above FROM jsonb_array_elements(?::jsonb)",
                $tail
            ),
        }
    };
}

const OF_ALL: [Statement; 2] = [
    on_rows!(
        "INSERT INTO pool_usage (pool_id, at, used, beyond) SELECT pool, at, more, above FROM (",
        ") AS new WHERE TRUE ON CONFLICT (pool_id, at) DO UPDATE \
         SET used = pool_usage.used + excluded.used, beyond = pool_usage.beyond + excluded.beyond"
    ),
    on_rows!(
        "UPDATE pool_usage SET used = used + new.more, beyond = beyond + new.above FROM (",
        ") AS new WHERE pool_usage.pool_id = new.pool AND pool_usage.at = new.at"
    ),
];
const OF_SCHOOLS: [Statement; 2] = [
    on_rows!(
        "INSERT INTO pool_school_usage (pool_id, school_id, at, used) SELECT pool, school, at, more FROM (",
        ") AS new WHERE TRUE ON CONFLICT (pool_id, school_id, at) DO UPDATE \
         SET used = pool_school_usage.used + excluded.used"
    ),
    on_rows!(
        "UPDATE pool_school_usage SET used = used + new.more FROM (",
        ") AS new WHERE pool_school_usage.pool_id = new.pool AND pool_school_usage.school_id = new.school \
         AND pool_school_usage.at = new.at"
    ),
];
