//! The load of all schools: how full each hour of a week is in the pools that schools share, and which schools press on it.

use super::{App, AppResult, forecast::map, pools::operating};
use crate::{
    domain::{
        access::Principal,
        capacity::{CELL, LimitSource, Pool},
        id::Id,
        share::guaranteed,
        time::day_start,
    },
    planning::room::{CellLoad, Room},
    store::{self, Conn},
};
use chrono::{DateTime, Datelike, Duration, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// A week of all pools that schools share.
#[derive(Clone, Debug)]
pub struct SharedLoad {
    /// Its Monday.
    pub monday: NaiveDate,
    /// The pools, by name.
    pub pools: Vec<PoolWeek>,
}

/// A pool's week, in its own time zone.
#[derive(Clone, Debug)]
pub struct PoolWeek {
    /// The pool.
    pub pool: Pool,
    /// In which time zone the hours are.
    pub zone: Tz,
    /// Schools that use it.
    pub schools: usize,
    /// The hours by day; one that a change of time leaves out is missing.
    pub hours: BTreeMap<(NaiveDate, u32), HourUse>,
}

/// The fullest five minutes of an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HourUse {
    /// When they begin.
    pub at: DateTime<Utc>,
    /// Connections of all schools' classes and holds; of arrivals, those within the window from then on.
    pub used: u64,
    /// Connections at most.
    pub limit: u32,
    /// Where the limit comes from.
    pub source: LimitSource,
    /// What was counted, our classes and all else; nothing where nothing was.
    pub observed: Option<u64>,
    /// Connections that are expected besides, of what is no class of ours; nothing where no forecast is known, and nothing of
    /// what is over: that was counted, or nobody knows.
    pub expected: Option<u64>,
    /// Whether it is over, and nothing was counted.
    is_missed: bool,
}

/// A school's part in a cell.
#[derive(Clone, Debug)]
pub struct SchoolUse {
    /// The school.
    pub school: Id,
    /// Its name.
    pub name: String,
    /// Its classes in the cell.
    pub classes: usize,
    /// Their connections.
    pub connections: u64,
    /// What it is guaranteed of the limit, where the pool is shared out.
    pub guaranteed: Option<u32>,
}

impl HourUse {
    /// What was counted, which has our classes in it; else what classes take with what is expected besides.
    pub fn load(&self) -> u64 {
        self.observed.unwrap_or(self.used + self.expected.unwrap_or(0))
    }

    /// Whether there is anything to tell: a count, a forecast, or classes.
    pub fn is_known(&self) -> bool {
        self.observed.or(self.expected).is_some() || self.used > 0
    }

    /// Per cent of the limit; what is used without a limit is too much.
    pub fn percent(&self) -> u64 {
        match (self.load(), u64::from(self.limit)) {
            (0, _) => 0,
            (_, 0) => 1000,
            (load, limit) => load * 100 / limit,
        }
    }
}

impl PoolWeek {
    /// The fullest hour of the week, the first of several; nothing when nothing is used, counted or expected.
    pub fn peak(&self) -> Option<HourUse> {
        let fullest = self.hours.values().rev().max_by_key(|hour| (hour.percent(), hour.load()));
        fullest.copied().filter(|hour| hour.load() > 0)
    }
}

impl App {
    /// A week of all pools that schools share: that of the day, else of the next classes, else of the last ones.
    ///
    /// # Errors
    /// `Forbidden` for all but operators.
    pub async fn shared_load(&self, who: &Principal, day: Option<NaiveDate>) -> AppResult<SharedLoad> {
        operating(who)?;
        let now = self.now();
        self.store
            .read(move |conn| {
                let pools = store::pools::shared(conn)?;
                let ids: Vec<Id> = pools.iter().map(|pool| pool.id.clone()).collect();
                let day = match day {
                    Some(day) => day,
                    None => store::pressure::nearest_use(conn, &ids, now)?.unwrap_or(now).date_naive(),
                };
                let monday = day - Duration::days(i64::from(day.weekday().num_days_from_monday()));
                let pools =
                    pools.into_iter().map(|pool| pool_week(conn, pool, monday, now)).collect::<AppResult<_>>()?;
                Ok(SharedLoad { monday, pools })
            })
            .await
    }

    /// What each school takes of a pool in the five minutes from `at` on, the most first.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `NotFound`.
    pub async fn pressing(&self, who: &Principal, pool: &Id, at: DateTime<Utc>) -> AppResult<Vec<SchoolUse>> {
        operating(who)?;
        let pool = pool.clone();
        self.store
            .read(move |conn| {
                let pool = super::pools::shared(conn, &pool)?;
                let (percent, parts) = store::shares::of_pool(conn, &pool.id)?;
                let sum: u64 = parts.iter().map(|part| part.weight).sum();
                let limit = pool.limit_at(at, zone_of(conn, &pool)?);
                let weights: BTreeMap<Id, u64> = parts.into_iter().map(|part| (part.school, part.weight)).collect();
                let part = |school: &Id| {
                    let weight = weights.get(school).copied().unwrap_or(0);
                    (percent > 0).then(|| guaranteed(limit, percent, weight, sum))
                };
                let taken = store::pressure::by_school(conn, &pool.id, pool.kind, at)?;
                Ok(taken
                    .into_iter()
                    .map(|one| SchoolUse {
                        guaranteed: part(&one.school),
                        school: one.school,
                        name: one.name,
                        classes: one.classes,
                        connections: one.connections,
                    })
                    .collect())
            })
            .await
    }
}

fn pool_week(conn: &mut Conn, pool: Pool, monday: NaiveDate, now: DateTime<Utc>) -> AppResult<PoolWeek> {
    let zone = zone_of(conn, &pool)?;
    let (from, to) = (day_start(zone, monday), day_start(zone, monday + Duration::days(7)));
    let reach = pool.kind.reach();
    let mut room = Room::new(&pool, from, to, zone);
    let uses = store::usage::between(conn, std::slice::from_ref(&pool.id), from - reach, to + reach)?;
    uses.iter().for_each(|taken| room.add_use(taken));
    let seen = match store::forecasts::place_of(conn, &pool)? {
        Some((place, metric)) => map::in_cells(conn, (&place, metric), Some(&pool), zone, (from, to))?,
        None => Vec::new(),
    };
    let mut seen = seen.into_iter();
    let mut hours: BTreeMap<(NaiveDate, u32), HourUse> = BTreeMap::new();
    for (cell, index) in room.load(from, to).into_iter().zip(0_i32..) {
        let CellLoad { used, limit, .. } = cell;
        let (at, seen) = (from + CELL * index, seen.next());
        let is_over = at + reach <= now;
        let observed = seen.as_ref().and_then(|seen| seen.observed).map(u64::from);
        // Whatever the policy, what is expected besides is shown.
        let upper = seen.and_then(|seen| seen.upper).filter(|_| !is_over);
        let expected = upper.map(|upper| pool.background.with_margin(upper).into());
        let local = at.with_timezone(&zone);
        let source = pool.limit_with_source(at, zone).1;
        let is_missed = is_over && observed.is_none();
        let cell = HourUse { at, used, limit, source, observed, expected, is_missed };
        let hour = hours.entry((local.date_naive(), local.hour())).or_insert(cell);
        let is_tighter = cell.load() == 0 && hour.load() == 0 && cell.limit < hour.limit;
        // What was counted tells more than what was not, however full that was to be.
        let fullness = |one: &HourUse| (!one.is_missed, one.percent(), one.load());
        if fullness(&cell) > fullness(hour) || is_tighter {
            *hour = cell;
        }
    }
    let schools = store::pools::schools_of(conn, &pool.id)?.len();
    Ok(PoolWeek { pool, zone, schools, hours })
}

/// The pool's own time zone; without one, that of its first school.
fn zone_of(conn: &mut Conn, pool: &Pool) -> AppResult<Tz> {
    let of_school = match store::pools::schools_of(conn, &pool.id)?.first() {
        Some(school) if pool.time_zone.is_none() => store::schools::get(conn, school)?.zone(),
        _ => Tz::UTC,
    };
    Ok(pool.zone(of_school))
}
