//! The load chart: a round in one picture, as wished and as planned, against the capacity. And the off-peak map: how hard
//! each hour of each day is wanted. [`lines`] draws what changes over a day or with a limit.
//!
//! Pure: data in, SVG text out. A picture follows the reader's light or dark preference and carries its own
//! description; nothing in it is told by colour alone (wishes are dashed, what passes the capacity is hatched, hours have numbers).

mod draw;
pub mod first_choices;
mod grid;
pub mod lines;
mod load_map;
mod off_peak;
mod words;

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use creneau_solver::{Plan, PoolKind, Round};

use super::load::{self, Loads, Peak, Starts};
use super::week::Week;
pub use load_map::{WeekCell, WeekLoad, load_map};
pub use off_peak::off_peak_map;
pub use words::Lang;

/// More panels than this would not be read.
const MOST_PANELS: usize = 4;
/// More steps than this across the picture would be finer than its pixels.
const MOST_STEPS: usize = 2000;

/// Draws the round's tightest pool, or the tightest few that several schools share.
pub fn chart(round: &Round, plan: &Plan, lang: Lang) -> String {
    let (wished, planned) = (load::wished(round), load::planned(round, plan));
    let loads = Loads::of(round);
    let pools = worth_showing(round, &loads, &wished);
    draw::svg(&Picture::of(round, &loads, &pools, &wished, &planned), lang)
}

/// What is drawn: days side by side, one panel a pool.
struct Picture {
    title: String,
    days: Vec<NaiveDate>,
    /// The minutes of a day that are shown, the same for every day.
    hours: (u32, u32),
    panels: Vec<Panel>,
}

/// One pool's load, day by day.
struct Panel {
    name: String,
    /// Minutes within which arrivals are counted together; `None` counts connections at a time.
    window: Option<u32>,
    days: Vec<Vec<Step>>,
    wished: Peak,
    planned: Peak,
    /// Minutes spent over the capacity, as wished and as planned.
    minutes_over: (u64, u64),
}

/// A stretch of a day, in minutes from its midnight, in which nothing changes.
#[derive(Clone, Copy)]
struct Step {
    from: u32,
    to: u32,
    wished: u64,
    planned: u64,
    limit: u64,
}

/// Positions of the pools to draw, the tightest first: those shared by others, else the one with the worst peak.
fn worth_showing(round: &Round, loads: &Loads<'_>, wished: &Starts) -> Vec<usize> {
    let shared = shared(round, loads);
    let is_candidate = |pool: &usize| shared.is_empty() || shared.contains(pool);
    let mut ranked: Vec<(usize, Peak)> =
        (0..round.pools.len()).filter(is_candidate).map(|pool| (pool, loads.tightest(pool, wished))).collect();
    ranked.sort_by(|(a, tighter), (b, other)| {
        let order = |x: &Peak, y: &Peak| x.is_tighter_than(y);
        match (order(tighter, other), order(other, tighter)) {
            (true, false) => std::cmp::Ordering::Less,
            (false, true) => std::cmp::Ordering::Greater,
            _ => a.cmp(b),
        }
    });
    let most = if shared.is_empty() { 1 } else { MOST_PANELS };
    ranked.into_iter().take(most).map(|(pool, _)| pool).collect()
}

/// Positions of the pools that contain others, as a platform's classes are those of several schools and more.
fn shared(round: &Round, loads: &Loads<'_>) -> BTreeSet<usize> {
    let positions: HashMap<&str, usize> =
        round.pools.iter().enumerate().map(|(position, pool)| (&*pool.id, position)).collect();
    let mut together: HashMap<(usize, usize), usize> = HashMap::new();
    for request in &round.requests {
        let used: BTreeSet<usize> = request.pools.iter().filter_map(|id| positions.get(&**id)).copied().collect();
        for outer in &used {
            for inner in used.iter().filter(|inner| *inner != outer) {
                *together.entry((*outer, *inner)).or_default() += 1;
            }
        }
    }
    let mut contained: HashMap<usize, usize> = HashMap::new();
    for ((outer, inner), count) in together {
        if count == loads.users(inner).len() && count < loads.users(outer).len() {
            *contained.entry(outer).or_default() += 1;
        }
    }
    contained.into_iter().filter(|(_, pools)| *pools > 1).map(|(pool, _)| pool).collect()
}

impl Picture {
    fn of(round: &Round, loads: &Loads<'_>, pools: &[usize], wished: &Starts, planned: &Starts) -> Self {
        let week = Week::of(&round.horizon);
        let (mut days, mut from, mut to) = (BTreeSet::new(), u32::MAX, 0);
        let used: BTreeSet<usize> = pools.iter().flat_map(|pool| loads.users(*pool)).copied().collect();
        for (position, start) in used.iter().flat_map(|request| [(*request, wished), (*request, planned)]) {
            let Some(start) = start[position] else { continue };
            let end = start.saturating_add(round.requests[position].duration.max(1)).min(round.horizon.cells);
            for cell in start..end {
                days.insert(week.day(cell));
                from = from.min(week.minute(cell));
                to = to.max(week.minute(cell).saturating_add(week.step()));
            }
        }
        let hours = if days.is_empty() { (0, 1440) } else { (from / 60 * 60, to.min(1440).div_ceil(60) * 60) };
        let days: Vec<NaiveDate> = days.into_iter().collect();
        let panels = pools.iter().map(|pool| Panel::of(round, loads, *pool, wished, planned, &days, hours)).collect();
        Self { title: round.name.clone(), days, hours, panels }
    }
}

impl Panel {
    fn of(
        round: &Round,
        loads: &Loads<'_>,
        pool: usize,
        wished: &Starts,
        planned: &Starts,
        dates: &[NaiveDate],
        hours: (u32, u32),
    ) -> Self {
        let week = Week::of(&round.horizon);
        let (before, after, limits) = (loads.on(pool, wished), loads.on(pool, planned), loads.limits(pool));
        let mut days: Vec<Vec<Step>> = vec![Vec::new(); dates.len()];
        for (cell, ((wished, planned), limit)) in (0_u32..).zip(before.iter().zip(&after).zip(&limits)) {
            let Ok(day) = dates.binary_search(&week.day(cell)) else { continue };
            let from = week.minute(cell).max(hours.0);
            let to = week.minute(cell).saturating_add(week.step()).min(hours.1);
            if from < to {
                days[day].push(Step { from, to, wished: *wished, planned: *planned, limit: *limit });
            }
        }
        let total: usize = days.iter().map(Vec::len).sum();
        let together = total.div_ceil(MOST_STEPS).max(1);
        if together > 1 {
            days = days.iter().map(|steps| steps.chunks(together).filter_map(merge).collect()).collect();
        }
        let over = |load: &[u64]| {
            let cells = load.iter().zip(&limits).filter(|(load, limit)| load > limit).count();
            cells as u64 * u64::from(week.step())
        };
        let definition = &round.pools[pool];
        Self {
            name: definition.id.to_string(),
            window: match definition.kind {
                PoolKind::Concurrent => None,
                PoolKind::Arrivals => Some(definition.window.unwrap_or(1).saturating_mul(week.step())),
            },
            days,
            wished: loads.peak(pool, wished),
            planned: loads.peak(pool, planned),
            minutes_over: (over(&before), over(&after)),
        }
    }
}

/// Neighbouring steps as one that hides none of their peaks.
fn merge(steps: &[Step]) -> Option<Step> {
    let (first, last) = (steps.first()?, steps.last()?);
    let most = |value: fn(&Step) -> u64| steps.iter().map(value).max().unwrap_or(0);
    Some(Step {
        from: first.from,
        to: last.to,
        wished: most(|step| step.wished),
        planned: most(|step| step.planned),
        limit: most(|step| step.limit),
    })
}

#[cfg(test)]
mod tests;
