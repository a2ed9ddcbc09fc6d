//! The limits that hold in a week and where they come from, and what is above them since a limit was lowered.

use super::{App, AppResult, schools::see, sessions::SessionView, situation};
use crate::{
    domain::{
        access::Principal,
        capacity::{CELL, LimitSource, Pool, PoolKind, PoolUse, Whose},
        id::Id,
        people::School,
        session::Session,
        time::day_start,
    },
    planning::{
        names::Moment,
        room::{CellLoad, Room},
    },
    store::{self, Conn},
};
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// How far ahead overloads are looked for: only days with classes are looked at.
const AHEAD: Duration = Duration::days(3660);
/// The widest window of arrivals.
const AROUND: Duration = Duration::hours(24);

/// What holds in a school's week.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WeekLimits {
    /// Its Monday.
    pub monday: NaiveDate,
    /// The school's time zone.
    pub time_zone: String,
    /// Of each pool that the school's classes use, its own first.
    pub pools: Vec<PoolLimits>,
    /// The largest class that could be put in, from each instant on until the next: what the tightest pool has left.
    pub spare: Vec<SpareStep>,
}

/// What holds in one pool.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PoolLimits {
    /// The pool.
    pub pool: Id,
    /// Its name.
    pub name: String,
    /// How it counts.
    #[serde(flatten)]
    pub kind: PoolKind,
    /// What is so from each instant on, until the next one.
    pub steps: Vec<LimitStep>,
}

/// What is so in a pool from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LimitStep {
    /// The instant.
    pub from: DateTime<Utc>,
    /// Connections at most. Of arrivals: that begin within the window from then on.
    pub limit: u32,
    /// Where the limit comes from.
    pub source: LimitSource,
    /// Connections of all schools' classes and holds.
    pub used: u64,
    /// Connections that are expected besides classes at most, with the margin of the pool's policy; 0 when it is off.
    pub background: u32,
    /// How many of them are taken off the limit: all when the policy is to enforce it, else none.
    pub kept: u32,
    /// The school's part, where the pool is shared out among its schools.
    pub share: Option<ShareStep>,
}

/// A school's part of a pool that is shared out, from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShareStep {
    /// Connections that the school can use whatever the others do.
    pub guaranteed: u32,
    /// Connections for whichever school comes first.
    pub common: u32,
    /// What the school's classes may take now: its guaranteed part, and what the others leave of the common one.
    pub at_most: u32,
    /// What they take.
    pub own: u64,
}

/// What the tightest pool has left from an instant on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SpareStep {
    /// The instant.
    pub from: DateTime<Utc>,
    /// Connections left; those above the limit count as none.
    pub connections: u64,
    /// The pool that has least left.
    pub pool: Option<Id>,
}

/// A stretch in which classes take more than a pool's limit, since it was lowered, or more than the common part of a
/// pool that has been shared out since.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Overload {
    /// The pool.
    pub pool: Id,
    /// Its name.
    pub name: String,
    /// Whose limit it is.
    pub whose: Whose,
    /// When it begins.
    pub from: Moment,
    /// When it ends.
    pub to: Moment,
    /// Connections too many, where most are.
    pub over: u64,
    /// The school's classes in it. Of other schools only the connections are known here.
    pub sessions: Vec<SessionView>,
    /// Rounds that some of these classes belong to: solving one anew with least change (`POST …/jobs`) finds other
    /// places for as few of them as can be. Classes without a round are moved one by one.
    pub rounds: Vec<Id>,
}

impl App {
    /// The limits of every cell of a week, with where each comes from and what is taken.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn week_limits(&self, who: &Principal, school: &Id, day: Option<NaiveDate>) -> AppResult<WeekLimits> {
        let school = self.school(who, school).await?;
        let zone = school.zone();
        let day = day.unwrap_or_else(|| self.now().with_timezone(&zone).date_naive());
        let monday = day - Duration::days(i64::from(day.weekday().num_days_from_monday()));
        let (from, to) = (day_start(zone, monday), day_start(zone, monday + Duration::days(7)));
        self.store
            .read(move |conn| {
                let pools = store::pools::of_school(conn, &school.id)?;
                let uses = store::usage::seen_by(conn, &school.id, &pools, (from, to))?;
                let limits = pools.iter().map(|pool| pool_limits(pool, &school, &uses, (from, to))).collect();
                let spare = spare(&pools, &school, &uses, (from, to));
                Ok(WeekLimits { monday, time_zone: school.time_zone.clone(), pools: limits, spare })
            })
            .await
    }

    /// Where the classes of the days to come take more than a limit allows.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn overloads(&self, who: &Principal, school: &Id) -> AppResult<Vec<Overload>> {
        let (who, school, now) = (who.clone(), school.clone(), self.now());
        self.store
            .read(move |conn| {
                let school = see(conn, &who, &school)?;
                let pools = store::pools::of_school(conn, &school.id)?;
                let above = above(conn, &school, &pools, now)?;
                overloads(conn, &school, &above, now)
            })
            .await
    }
}

/// The stretches to come in which these pools are above their limits, for a school of this time zone.
pub(super) fn above<'a>(
    conn: &mut Conn,
    school: &School,
    pools: &'a [Pool],
    now: DateTime<Utc>,
) -> AppResult<Vec<(&'a Pool, Stretch)>> {
    let ids: Vec<Id> = pools.iter().map(|pool| pool.id.clone()).collect();
    let mut uses = store::usage::between(conn, &ids, now - AROUND, now + AHEAD)?;
    if let (Some(first), Some(last)) = (uses.iter().map(|one| one.at).min(), uses.iter().map(|one| one.at).max()) {
        store::forecasts::put_background(conn, pools, (first - AROUND, last + AROUND), &mut uses)?;
    }
    let of_pool = |pool: &'a Pool| stretches(pool, school, &uses, now).into_iter().map(move |stretch| (pool, stretch));
    Ok(pools.iter().flat_map(of_pool).collect())
}

/// Whether what a pool allows now makes something worse than what it allowed: a stretch above the limit that was not above it,
/// or not by so much. What was too much before, and what is still too much of it, is no news.
pub(super) fn is_cut(
    conn: &mut Conn,
    school: &School,
    (old, new): (&Pool, &Pool),
    now: DateTime<Utc>,
) -> AppResult<bool> {
    let after = above(conn, school, std::slice::from_ref(new), now)?;
    if after.is_empty() {
        return Ok(false);
    }
    let before = above(conn, school, std::slice::from_ref(old), now)?;
    Ok(is_worse(&before, &after))
}

/// Whether a stretch is above the limit after a change that was not above it before, or not by so much.
pub(super) fn is_worse(before: &[(&Pool, Stretch)], after: &[(&Pool, Stretch)]) -> bool {
    let is_known =
        |one: &Stretch| before.iter().any(|(_, old)| old.from <= one.from && one.to <= old.to && one.over <= old.over);
    !after.iter().all(|(_, one)| is_known(one))
}

/// A school's part in the stretches that are above their limits.
pub(super) fn overloads(
    conn: &mut Conn,
    school: &School,
    found: &[(&Pool, Stretch)],
    now: DateTime<Utc>,
) -> AppResult<Vec<Overload>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let names = situation::names(conn, school)?;
    let (from, to) =
        found.iter().fold((now + AHEAD, now), |(from, to), (_, stretch)| (from.min(stretch.from), to.max(stretch.to)));
    let sessions = store::sessions::taking_place(conn, &school.id, from - AROUND, to)?;
    let rounds = store::sessions::rounds_of(conn, &sessions)?;
    let own = store::pools::of_school(conn, &school.id)?;
    let mut responsible = Vec::new();
    for (pool, stretch) in found {
        if takes_too_much(conn, school, &own, (pool, stretch))? {
            responsible.push((pool, stretch));
        }
    }
    Ok(responsible
        .into_iter()
        .map(|(pool, stretch)| {
            let inside: Vec<&Session> = sessions.iter().filter(|session| stretch.holds(session, pool)).collect();
            let rounds: BTreeSet<&Id> = inside.iter().filter_map(|session| rounds.get(&session.id)).collect();
            Overload {
                pool: pool.id.clone(),
                name: pool.name.clone(),
                whose: pool.owner.whose(),
                from: names.moment(stretch.from),
                to: names.moment(stretch.to),
                over: stretch.over,
                sessions: inside.into_iter().map(|session| SessionView::of(session, &names)).collect(),
                rounds: rounds.into_iter().cloned().collect(),
            }
        })
        .collect())
}

/// Whether a school has to do with a stretch: of a pool that is shared out, only who is beyond its guaranteed part.
fn takes_too_much(
    conn: &mut Conn,
    school: &School,
    own: &[Pool],
    (pool, stretch): (&Pool, &Stretch),
) -> AppResult<bool> {
    // As the school sees it, with its own part.
    let own = own.iter().find(|own| own.id == pool.id);
    let Some((own, share)) = own.and_then(|own| Some((own, own.share.as_ref()?))) else { return Ok(true) };
    let uses = store::usage::seen_by(conn, &school.id, std::slice::from_ref(own), (stretch.from, stretch.to))?;
    let guaranteed = |taken: &PoolUse| share.guaranteed(own.limit_at(taken.at, school.zone()));
    Ok(uses.iter().any(|taken| taken.own > guaranteed(taken)))
}

/// A stretch in which a pool is above its limit.
pub(super) struct Stretch {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    over: u64,
}

impl Stretch {
    /// Whether a session counts in it.
    fn holds(&self, session: &Session, pool: &Pool) -> bool {
        match pool.kind {
            PoolKind::Concurrent => session.starts_at < self.to && self.from < session.ends_at,
            PoolKind::Arrivals { window_minutes } => {
                let window = Duration::minutes(i64::from(window_minutes));
                self.from <= session.starts_at && session.starts_at < self.to + window
            }
        }
    }
}

/// The stretches in which a pool is above its limit, or schools take what others are guaranteed. Only cells that somebody uses can be.
fn stretches(pool: &Pool, school: &School, uses: &[PoolUse], now: DateTime<Utc>) -> Vec<Stretch> {
    // Day by day: a year of cells is mostly empty.
    let days: BTreeMap<NaiveDate, Vec<&PoolUse>> =
        uses.iter().filter(|taken| taken.pool == pool.id).fold(BTreeMap::new(), |mut days, taken| {
            days.entry(taken.at.date_naive()).or_default().push(taken);
            days
        });
    let mut out: Vec<Stretch> = Vec::new();
    for day in days.keys() {
        let from = day.and_time(chrono::NaiveTime::MIN).and_utc();
        let to = from + Duration::days(1);
        let mut room = Room::new(pool, from, to, school.zone());
        for near in [*day - Duration::days(1), *day, *day + Duration::days(1)] {
            days.get(&near).into_iter().flatten().for_each(|taken| room.add_use(taken));
        }
        for (index, over) in (0_i32..).zip(room.excess(from, to)) {
            let at = from + CELL * index;
            if over == 0 || at + CELL <= now {
                continue;
            }
            match out.last_mut() {
                Some(last) if last.to == at => (last.to, last.over) = (at + CELL, last.over.max(over)),
                _ => out.push(Stretch { from: at, to: at + CELL, over }),
            }
        }
    }
    out
}

fn room(pool: &Pool, school: &School, uses: &[PoolUse], (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Room {
    let mut room = Room::new(pool, from, to, school.zone());
    uses.iter().filter(|taken| taken.pool == pool.id).for_each(|taken| room.add_use(taken));
    room
}

fn pool_limits(pool: &Pool, school: &School, uses: &[PoolUse], span: (DateTime<Utc>, DateTime<Utc>)) -> PoolLimits {
    let mut steps: Vec<LimitStep> = Vec::new();
    let room = room(pool, school, uses, span);
    for (index, cell) in (0_i32..).zip(room.load(span.0, span.1)) {
        let CellLoad { used, limit, background, kept } = cell;
        let from = span.0 + CELL * index;
        let source = pool.limit_with_source(from, school.zone()).1;
        let share = room.part_at(from).map(|part| ShareStep {
            guaranteed: part.guaranteed,
            common: part.common,
            at_most: part.at_most(),
            own: part.own,
        });
        let step = LimitStep { from, limit, source, used, background, kept, share };
        let is_same = |last: &LimitStep| LimitStep { from, ..*last } == step;
        if !steps.last().is_some_and(is_same) {
            steps.push(step);
        }
    }
    PoolLimits { pool: pool.id.clone(), name: pool.name.clone(), kind: pool.kind, steps }
}

fn spare(pools: &[Pool], school: &School, uses: &[PoolUse], span: (DateTime<Utc>, DateTime<Utc>)) -> Vec<SpareStep> {
    let all: Vec<_> =
        pools.iter().map(|pool| (&pool.id, room(pool, school, uses, span).spare(span.0, span.1))).collect();
    let cells = all.first().map_or(0, |(_, left)| left.len());
    let mut steps: Vec<SpareStep> = Vec::new();
    for cell in 0..cells {
        let left = all.iter().filter_map(|(pool, left)| Some((*left.get(cell)?, *pool)));
        let Some((connections, pool)) = left.min_by_key(|(left, _)| *left) else { continue };
        let from = span.0 + CELL * i32::try_from(cell).unwrap_or(i32::MAX);
        let is_same = |last: &SpareStep| last.connections == connections && last.pool.as_ref() == Some(pool);
        if !steps.last().is_some_and(is_same) {
            steps.push(SpareStep { from, connections, pool: Some(pool.clone()) });
        }
    }
    steps
}
