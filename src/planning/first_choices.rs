//! How many first choices can be kept at once under scaled limits, as a curve; and the least limits for all or most of them.
//!
//! For each scale the solver gets the round with nothing but first choices: each request takes place at its best start or not
//! at all, which costs 1. What it leaves out is at most too many, and its bound says how many must be left out at
//! least; so each point of the curve lies between what was found and what is possible. Each scale starts from the plan of the
//! smaller one, so the curve never falls. Where limits are enough for all is counted exactly: no solver is needed for the
//! peak of all first choices. Between, the least scale for a share of them is found by bisection over whole per cents.

use super::{
    limits,
    load::{self, Loads},
};
use creneau_solver::{Budget, Findings, Method, Options, Plan, Pool, Request, Round, StartRange, check, solve};
use serde::Serialize;
use utoipa::ToSchema;

/// The scales of the curve, in per cent, before the one at which limits do not matter any more.
const SCALES: [u32; 12] = [25, 40, 50, 60, 70, 80, 90, 100, 110, 125, 150, 200];
/// The largest scale that is looked at, in per cent.
const MOST_SCALE: u32 = 10_000;

/// How many first choices limits allow.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FirstChoices {
    /// Requests that have a first choice.
    pub requests: usize,
    /// How many of them could be kept if limits were endless: people are in one place at a time. At most so many, where
    /// `without_limits_at_most` is larger.
    pub without_limits: usize,
    /// No more than this could be.
    pub without_limits_at_most: usize,
    /// The curve, by scale.
    pub curve: Vec<Point>,
    /// The least scale at which limits are enough for all first choices at once, in per cent, rounded up: counted exactly.
    pub all_percent: u32,
    /// The least scale that was found for the share that was asked for, in per cent; nothing when people, not limits, stand
    /// against it.
    pub share_percent: Option<u32>,
    /// Below this scale that share is proven to be out of reach.
    pub share_percent_at_least: Option<u32>,
    /// The share that was asked for, in per cent.
    pub share: u32,
    /// What each pool takes for all first choices at once, the one that lacks most first.
    pub pools: Vec<PoolNeed>,
}

/// A point of the curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Point {
    /// Per cent of today's limits.
    pub percent: u32,
    /// First choices that are kept at once.
    pub kept: usize,
    /// No more can be.
    pub at_most: usize,
}

/// What a pool takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PoolNeed {
    /// Its name.
    #[schema(example = "platform/e-lyco")]
    pub name: String,
    /// Its limit where all first choices come nearest to it, or pass it most.
    pub limit: u64,
    /// What they take there.
    pub needed: u64,
}

/// The solver's part in it.
#[derive(Clone, Copy)]
pub struct Effort<'a> {
    /// Seed of all randomness.
    pub seed: u64,
    /// Steps for each scale.
    pub iterations: u64,
    /// When to stop altogether.
    pub budget: &'a dyn Budget,
}

impl FirstChoices {
    /// Of nobody's.
    pub fn none(share: u32) -> Self {
        Self {
            requests: 0,
            without_limits: 0,
            without_limits_at_most: 0,
            curve: Vec::new(),
            all_percent: 1,
            share_percent: None,
            share_percent_at_least: None,
            share,
            pools: Vec::new(),
        }
    }
}

/// The curve of a round, and the least scale for `share` per cent of first choices. Only pools for which `is_scaled` says so
/// get other limits. Of each pool the round has what others, cell by cell, have not `taken`: the whole limit is scaled.
///
/// # Errors
/// findings about the round.
pub fn first_choices(
    round: &Round,
    taken: &[Vec<u32>],
    share: u32,
    names: &dyn Fn(usize) -> String,
    is_scaled: &dyn Fn(usize) -> bool,
    effort: &Effort<'_>,
) -> Result<FirstChoices, Findings> {
    let mut only = only_first_choices(round);
    let requests = only.requests.len();
    let (all_percent, pools) = needs(&only, taken, names, is_scaled);
    let usual = std::mem::take(&mut only.pools);
    let mut curve = Curve { usual, taken, round: only, is_scaled, effort, points: Vec::new() };
    let scales = SCALES.into_iter().filter(|scale| *scale < all_percent).chain([all_percent]);
    for scale in scales {
        curve.at(scale)?;
    }
    let free = curve.points.last().map_or((0, 0), |(point, _)| (point.kept, point.at_most));
    let wanted = (requests * share as usize).div_ceil(100);
    let (found, proven) = curve.least(wanted)?;
    Ok(FirstChoices {
        requests,
        without_limits: free.0,
        without_limits_at_most: free.1,
        curve: curve.points.into_iter().map(|(point, _)| point).collect(),
        all_percent,
        share_percent: found,
        share_percent_at_least: proven,
        share,
        pools,
    })
}

/// The round in which each request takes place at its best start or not at all.
fn only_first_choices(round: &Round) -> Round {
    let first = |request: &Request| {
        let at = |one: &StartRange| one.ideal.max(one.first).min(one.last);
        let best = request.options.iter().min_by_key(|one| one.cost(at(one)))?;
        let start = at(best);
        let option = StartRange { first: start, last: start, ideal: start, base: 0, per_cell: 0 };
        let plain =
            Request { after: [].into(), current: None, move_cost: 0, pinned: false, weight: 1, ..request.clone() };
        Some(Request { options: [option].into(), unplaced: 1, ..plain })
    };
    Round { requests: round.requests.iter().filter_map(first).collect(), ..round.clone() }
}

/// The scale at which limits are enough for everybody, and what each pool takes.
fn needs(
    round: &Round,
    taken: &[Vec<u32>],
    names: &dyn Fn(usize) -> String,
    is_scaled: &dyn Fn(usize) -> bool,
) -> (u32, Vec<PoolNeed>) {
    let (loads, wished) = (Loads::of(round), load::wished(round));
    let (mut least, mut pools) = (1, Vec::new());
    for pool in (0..round.pools.len()).filter(|pool| !loads.users(*pool).is_empty()) {
        let others = of(taken, pool);
        let whole = |(cell, (load, limit)): (usize, (u64, u64))| {
            let taken = others.get(cell).copied().map_or(0, u64::from);
            (load, load + taken, limit + taken)
        };
        let cells = loads.on(pool, &wished).into_iter().zip(loads.limits(pool)).enumerate().map(whole);
        // Where nobody wants anything, any limit will do; where there is none, no scale helps.
        let percent = |(load, all, limit): (u64, u64, u64)| match (load, limit) {
            (0, _) => 1,
            (_, 0) => MOST_SCALE.into(),
            (..) => (all * 100).div_ceil(limit),
        };
        if is_scaled(pool) {
            least = least.max(cells.map(percent).max().unwrap_or(1));
        }
        let tightest = loads.tightest(pool, &wished);
        pools.push(PoolNeed { name: names(pool), limit: tightest.limit, needed: tightest.load });
    }
    pools.sort_by(|a, b| (b.needed * a.limit.max(1)).cmp(&(a.needed * b.limit.max(1))));
    (u32::try_from(least).unwrap_or(MOST_SCALE).min(MOST_SCALE), pools)
}

/// What is known so far.
struct Curve<'a> {
    round: Round,
    usual: Vec<Pool>,
    taken: &'a [Vec<u32>],
    is_scaled: &'a dyn Fn(usize) -> bool,
    effort: &'a Effort<'a>,
    /// By scale, each with the plan that shows it.
    points: Vec<(Point, Plan)>,
}

impl Curve<'_> {
    /// The point at a scale.
    fn at(&mut self, percent: u32) -> Result<Point, Findings> {
        let place = self.points.partition_point(|(point, _)| point.percent < percent);
        if let Some((point, _)) = self.points.get(place).filter(|(point, _)| point.percent == percent) {
            return Ok(*point);
        }
        let cells = self.round.horizon.cells;
        let pools = self.usual.iter().enumerate();
        self.round.pools = pools
            .map(
                |(at, pool)| {
                    if (self.is_scaled)(at) { scaled(pool, of(self.taken, at), percent, cells) } else { pool.clone() }
                },
            )
            .collect();
        let options = Options {
            seed: self.effort.seed,
            threads: 1,
            iterations: Some(self.effort.iterations),
            budget: self.effort.budget,
            // What fits in less fits in more.
            warm_start: place.checked_sub(1).map(|below| &self.points[below].1),
            method: Method::Search,
        };
        let solution = solve(&self.round, &options, &mut |_| {})?;
        let report = check(&self.round, &solution.plan);
        let all = self.round.requests.len();
        let kept = all - solution.plan.sessions.iter().filter(|session| session.start.is_none()).count();
        let proven = solution.proven.or(report.bound).unwrap_or(0.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of requests")]
        let left_out = (proven - 1e-6).ceil().max(0.0) as usize;
        let point = Point { percent, kept, at_most: all.saturating_sub(left_out).max(kept) };
        // Larger limits that were tried before with less luck have room for this plan, too.
        for (above, plan) in self.points.iter_mut().skip(place).filter(|(above, _)| above.kept < kept) {
            (above.kept, above.at_most) = (kept, above.at_most.max(kept));
            plan.clone_from(&solution.plan);
        }
        self.points.insert(place, (point, solution.plan));
        Ok(point)
    }

    /// The least scale at which so many are kept, and the least one at which no proof speaks against it.
    fn least(&mut self, wanted: usize) -> Result<(Option<u32>, Option<u32>), Findings> {
        self.bisect(&|point| point.kept >= wanted)?;
        let proven = self.bisect(&|point| point.at_most >= wanted)?;
        // The second search may have come upon a smaller one than the first.
        let found = self.points.iter().map(|(point, _)| point).find(|point| point.kept >= wanted);
        let found = found.map(|point| point.percent);
        Ok((found, proven.filter(|_| found.is_some())))
    }

    fn bisect(&mut self, is_enough: &dyn Fn(&Point) -> bool) -> Result<Option<u32>, Findings> {
        let Some(most) = self.points.iter().map(|(point, _)| *point).find(is_enough) else { return Ok(None) };
        let below = self.points.iter().map(|(point, _)| *point).filter(|point| point.percent < most.percent);
        let (mut too_little, mut enough) = (below.map(|point| point.percent).max().unwrap_or(0), most.percent);
        while enough - too_little > 1 {
            let middle = too_little + (enough - too_little) / 2;
            if is_enough(&self.at(middle)?) { enough = middle } else { too_little = middle }
        }
        Ok(Some(enough))
    }
}

fn scaled(pool: &Pool, taken: &[u32], percent: u32, cells: u32) -> Pool {
    let scale = |(cell, left): (usize, u32)| {
        let taken = taken.get(cell).copied().unwrap_or(0);
        let whole = (u64::from(left) + u64::from(taken)) * u64::from(percent) / 100;
        u32::try_from(whole.saturating_sub(u64::from(taken))).unwrap_or(u32::MAX)
    };
    let scaled: Vec<u32> = limits::by_cell(pool, cells).into_iter().enumerate().map(scale).collect();
    let usual = scaled.iter().copied().max().unwrap_or(0);
    Pool { limit: usual, except: limits::exceptions(usual, &scaled), ..pool.clone() }
}

/// What others take of a pool.
fn of(taken: &[Vec<u32>], pool: usize) -> &[u32] {
    taken.get(pool).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use creneau_solver::{Horizon, PoolKind, Unlimited};
    use proptest::prelude::*;

    const EFFORT: Effort<'static> = Effort { seed: 1, iterations: 200, budget: &Unlimited };

    /// Classes of these sizes that begin at these cells, in a pool with room for a hundred; the same teacher for those of
    /// one number.
    fn round(classes: &[(u32, u32, usize)]) -> Round {
        let request = |(number, (start, connections, who)): (usize, &(u32, u32, usize))| Request {
            id: format!("r{number}").as_str().into(),
            pools: ["platform".into()].into(),
            exclusive: [format!("teacher {who}").as_str().into()].into(),
            connections: *connections,
            duration: 4,
            options: [StartRange { first: 0, last: 40, ideal: *start, base: 0, per_cell: 1 }].into(),
            unplaced: 1000,
            ..Request::default()
        };
        let platform =
            Pool { id: "platform".into(), kind: PoolKind::Concurrent, window: None, limit: 100, except: vec![] };
        Round {
            version: 1,
            name: "week".into(),
            horizon: Horizon { start: "2020-03-23T00:00:00Z".into(), step_minutes: 5, cells: 48 },
            days: vec![],
            exclusives: vec![],
            pools: vec![platform],
            requests: classes.iter().enumerate().map(request).collect(),
        }
    }

    fn of_round(round: &Round, taken: &[Vec<u32>], share: u32) -> FirstChoices {
        first_choices(round, taken, share, &|pool| round.pools[pool].id.to_string(), &|_| true, &EFFORT).unwrap()
    }

    #[test]
    fn the_least_limits_are_those_of_the_peak() {
        let found = of_round(&round(&[(10, 60, 1), (11, 60, 2), (12, 30, 3), (30, 20, 4)]), &[], 75);
        assert_eq!((found.requests, found.all_percent, found.without_limits), (4, 150, 4));
        assert_eq!(found.pools, [PoolNeed { name: "platform".into(), limit: 100, needed: 150 }]);
        // Three of four: sixty, thirty and twenty, of which ninety meet.
        assert_eq!((found.share_percent, found.share_percent_at_least), (Some(90), Some(90)));
        let at = |percent| found.curve.iter().find(|point| point.percent == percent).map(|point| point.kept);
        assert_eq!((at(25), at(100), at(150)), (Some(1), Some(3), Some(4)));
    }

    #[test]
    fn what_others_take_is_no_larger_under_larger_limits() {
        // Twenty of a hundred are left: two hundred and thirty would be enough for all.
        let mut round = round(&[(10, 60, 1), (11, 60, 2), (12, 30, 3)]);
        round.pools[0].limit = 20;
        assert_eq!(of_round(&round, &[vec![80; 48]], 100).all_percent, 230);
    }

    #[test]
    fn no_limit_helps_who_is_in_two_places() {
        let found = of_round(&round(&[(10, 20, 1), (12, 20, 1)]), &[], 100);
        assert_eq!((found.without_limits, found.without_limits_at_most), (1, 1));
        assert_eq!((found.share_percent, found.share_percent_at_least), (None, None));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn a_curve_never_falls_and_keeps_to_what_is_possible(
            classes in prop::collection::vec((0_u32..30, 1_u32..90, 0_usize..6), 1..14),
            share in 50_u32..=100,
        ) {
            let round = round(&classes);
            let found = of_round(&round, &[], share);
            let points = &found.curve;
            prop_assert!(points.windows(2).all(|two| two[0].percent < two[1].percent && two[0].kept <= two[1].kept));
            prop_assert!(points.iter().all(|point| point.kept <= point.at_most));
            if let Some(percent) = found.share_percent {
                let enough = points.iter().find(|point| point.percent == percent).unwrap();
                prop_assert!(enough.kept * 100 >= classes.len() * share as usize);
                prop_assert!(found.share_percent_at_least <= found.share_percent);
                // Only one more than there is does not fit.
                let below = points.iter().find(|point| point.percent + 1 == percent);
                prop_assert!(below.is_none_or(|point| point.kept * 100 < classes.len() * share as usize));
            }
            // At the peak of all first choices only people stand against them.
            let peak = Loads::of(&round).peak(0, &load::wished(&round)).load;
            prop_assert_eq!(u64::from(found.all_percent), peak.max(1));
        }
    }
}
