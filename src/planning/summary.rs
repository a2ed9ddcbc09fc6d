//! A plan in a few numbers that a person understands.

use std::collections::BTreeMap;
use std::fmt;

use creneau_solver::{Plan, PoolKind, Round};
use serde::Serialize;

use super::load::{self, Loads, Peak};
use super::week::Week;
use super::wish;

/// How many requests without a class are named.
const MOST_NAMED: usize = 5;

/// What a plan means: who got what, and what the capacities carry.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Name of the round.
    pub round: String,
    /// Requests in the round.
    pub requests: usize,
    /// Requests that got a start than which none is cheaper.
    pub first_choice: usize,
    /// The other placed requests, by how far from the wish they are.
    pub moved: Moved,
    /// Requests without a class.
    pub unplaced: Vec<String>,
    /// The tightest pool of each family, as wished and as planned.
    pub pools: Vec<PoolPeak>,
    /// Sum of the costs.
    pub objective: u64,
    /// No plan costs less.
    pub bound: Option<f64>,
    /// Share of the objective that might still be saved.
    pub gap: Option<f64>,
}

/// Placed requests that did not get their first choice; each is counted once, by the first that is true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// By at most 15 minutes.
    pub quarter_hour: usize,
    /// By at most an hour.
    pub hour: usize,
    /// By more, but on the day of the wish.
    pub same_day: usize,
    /// To another day.
    pub other_day: usize,
}

/// The tightest pool of a family: pools whose ids begin with the same word, such as `school/…`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PoolPeak {
    /// Id of the pool that the wishes fill most.
    pub pool: String,
    /// Pools in the family.
    pub family: usize,
    /// Minutes within which arrivals are counted together; absent for connections at a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_minutes: Option<u32>,
    /// The pool's peak with everyone at the wish.
    pub wished: Peak,
    /// The pool's peak in the plan.
    pub planned: Peak,
    /// Pools of the family that the wishes overfill.
    pub over_as_wished: usize,
    /// Pools of the family that the plan overfills.
    pub over_as_planned: usize,
}

impl Summary {
    /// Sums up a plan of this round; `bound` is the best one known.
    pub fn of(round: &Round, plan: &Plan, objective: u64, bound: Option<f64>) -> Self {
        let starts = load::planned(round, plan);
        let week = Week::of(&round.horizon);
        let (mut first_choice, mut moved, mut unplaced) = (0, Moved::default(), Vec::new());
        for (request, start) in round.requests.iter().zip(&starts) {
            let (Some(start), Some(wish)) = (start, wish::wish(request)) else {
                unplaced.push(request.id.to_string());
                continue;
            };
            let minutes = u64::from(wish::moved(request, *start)) * u64::from(week.step());
            match minutes {
                0 => first_choice += 1,
                1..=15 => moved.quarter_hour += 1,
                16..=60 => moved.hour += 1,
                _ if week.day(*start) == week.day(wish.ideal) => moved.same_day += 1,
                _ => moved.other_day += 1,
            }
        }
        Self {
            round: round.name.clone(),
            requests: round.requests.len(),
            first_choice,
            moved,
            unplaced,
            pools: families(round, &starts),
            objective,
            bound,
            gap: bound.map(|bound| gap(objective, bound)),
        }
    }
}

/// The share of the objective that no proof says must be paid; 0 for a plan that is proven the best.
pub fn gap(objective: u64, bound: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a share, for display")]
    let cost = objective as f64;
    if cost > bound { (cost - bound) / cost.max(1e-9) } else { 0.0 }
}

fn families(round: &Round, planned: &[Option<u32>]) -> Vec<PoolPeak> {
    let (loads, wished) = (Loads::of(round), load::wished(round));
    let mut families: BTreeMap<(bool, &str), (Peak, PoolPeak)> = BTreeMap::new();
    for (position, pool) in round.pools.iter().enumerate().filter(|(position, _)| !loads.users(*position).is_empty()) {
        let (before, after) = (loads.tightest(position, &wished), loads.tightest(position, planned));
        let word = pool.id.split('/').next().unwrap_or_default();
        let window = pool.window.unwrap_or(1).saturating_mul(round.horizon.step_minutes);
        let peak = || PoolPeak {
            pool: pool.id.to_string(),
            family: 0,
            window_minutes: (pool.kind == PoolKind::Arrivals).then_some(window),
            wished: loads.peak(position, &wished),
            planned: loads.peak(position, planned),
            over_as_wished: 0,
            over_as_planned: 0,
        };
        let family = (pool.kind == PoolKind::Arrivals, word);
        let (tightest, shown) = families.entry(family).or_insert_with(|| (before, peak()));
        if before.is_tighter_than(tightest) {
            let (family, over_as_wished, over_as_planned) = (shown.family, shown.over_as_wished, shown.over_as_planned);
            (*tightest, *shown) = (before, PoolPeak { family, over_as_wished, over_as_planned, ..peak() });
        }
        shown.family += 1;
        shown.over_as_wished += usize::from(before.is_over());
        shown.over_as_planned += usize::from(after.is_over());
    }
    families.into_values().map(|(_, peak)| peak).collect()
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} requests\n", self.round, self.requests)?;
        self.share(f, "first choice", self.first_choice)?;
        self.share(f, "moved 15 min or less", self.moved.quarter_hour)?;
        self.share(f, "moved an hour or less", self.moved.hour)?;
        self.share(f, "later or earlier that day", self.moved.same_day)?;
        self.share(f, "another day", self.moved.other_day)?;
        self.share(f, "without a class", self.unplaced.len())?;
        if !self.unplaced.is_empty() {
            let named = self.unplaced.iter().take(MOST_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
            let more = self.unplaced.len().saturating_sub(MOST_NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            writeln!(f, "      {named}{more}")?;
        }
        writeln!(f, "\n  busiest moment               wished     planned")?;
        for pool in &self.pools {
            writeln!(f, "{pool}")?;
        }
        let bound = match self.bound.zip(self.gap) {
            None => "nothing proven about better plans".into(),
            Some((_, gap)) if gap < 1e-9 => "proven the best there is".into(),
            Some((bound, gap)) => format!("no plan costs less than {bound:.1} (gap {:.2} %)", gap * 100.0),
        };
        writeln!(f, "\n  cost {}: {bound}", self.objective)
    }
}

impl Summary {
    fn share(&self, f: &mut fmt::Formatter<'_>, what: &str, count: usize) -> fmt::Result {
        #[expect(clippy::cast_precision_loss, reason = "a share, for display")]
        let percent = 100.0 * count as f64 / self.requests.max(1) as f64;
        writeln!(f, "  {what:<26}{count:>9}{percent:>8.1} %")
    }
}

impl fmt::Display for PoolPeak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = (self.wished, self.planned);
        write!(f, "  {:<26}{:>9}{:>12}   of {}", self.pool, before.load, after.load, after.limit)?;
        match self.window_minutes {
            None => write!(f, " at once")?,
            Some(minutes) => write!(f, " arriving within {minutes} min")?,
        }
        if self.family > 1 {
            write!(
                f,
                "; {} of {} such pools were over, now {}",
                self.over_as_wished, self.family, self.over_as_planned
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use creneau_solver::{Horizon, Pool, Request, Session, StartRange};

    fn request(id: usize) -> Request {
        let option = |first, base| StartRange { first, last: first + 100, ideal: 108, base, per_cell: 1 };
        Request {
            id: format!("r{id}").into(),
            pools: ["school/A".into(), "login".into()].into(),
            connections: 10,
            duration: 11,
            options: [option(96, 0), option(384, 84)].into(),
            unplaced: 1000,
            ..Request::default()
        }
    }

    fn summary(starts: &[Option<u32>]) -> Summary {
        let pool = |id: &str, kind, window| Pool { id: id.into(), kind, window, limit: 25, except: vec![] };
        let round = Round {
            version: 1,
            name: "week".into(),
            horizon: Horizon { start: "2020-03-23T00:00:00Z".into(), step_minutes: 5, cells: 2016 },
            days: vec![],
            exclusives: vec![],
            pools: vec![pool("school/A", PoolKind::Concurrent, None), pool("login", PoolKind::Arrivals, Some(2))],
            requests: (0..starts.len()).map(request).collect(),
        };
        let session = |(id, start): (usize, &Option<u32>)| Session { request: format!("r{id}").into(), start: *start };
        let sessions = starts.iter().enumerate().map(session).collect();
        let plan = Plan { round: "week".into(), sessions, objective: None, bound: None, certificate: None };
        Summary::of(&round, &plan, 200, Some(150.0))
    }

    #[test]
    fn everybody_is_counted_once_by_how_far_they_moved() {
        let summary = summary(&[Some(108), Some(111), Some(112), Some(120), Some(121), Some(396), None]);
        assert_eq!(summary.first_choice, 1);
        assert_eq!(summary.moved, Moved { quarter_hour: 1, hour: 2, same_day: 1, other_day: 1 });
        assert_eq!(summary.unplaced, ["r6"]);
        assert_eq!(summary.gap, Some(0.25));
    }

    #[test]
    fn peaks_are_told_as_wished_and_as_planned() {
        let summary = summary(&[Some(108), Some(119), None]);
        let pools: Vec<_> =
            summary.pools.iter().map(|pool| (pool.pool.as_str(), pool.wished.load, pool.planned.load)).collect();
        assert_eq!(pools, [("school/A", 30, 10), ("login", 30, 10)]);
        assert_eq!((summary.pools[0].over_as_wished, summary.pools[0].over_as_planned), (1, 0));
        let text = summary.to_string();
        assert!(text.contains("arriving within 10 min") && text.contains("gap 25.00 %"), "{text}");
    }

    #[test]
    fn only_the_first_few_unplaced_are_named() {
        let text = summary(&[None; 8]).to_string();
        assert!(text.contains("r4 and 3 more") && !text.contains("r5"), "{text}");
    }
}
