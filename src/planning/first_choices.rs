//! How many first choices can be kept at once under scaled limits, as a curve; and the least limits for all or most of them.
//!
//! For each scale the solver gets the round with nothing but first choices: each request takes place at its best start or not
//! at all, which costs 1. What it leaves out is at most too many, and its bound says how many must be left out at
//! least; so each point of the curve lies between what was found and what is possible. Each scale starts from the plan of the
//! smaller one, so the curve does not fall. Where limits are enough for all is counted exactly: no solver is needed for the
//! peak of all first choices. What a scale leaves to a school is not a number times another: what classes of others take is no
//! larger under larger limits, and what other schools are guaranteed is. So whoever asks tells what each pool is at a scale.
//! Between, the least scale for a share of them is found by bisection over whole per cents.

use super::load::{self, Loads};
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

/// What a pool of a round is when its limits are so many per cent of today's, by its place; nothing for one whose limits
/// have no scale.
pub type AtScale<'a> = dyn Fn(usize, u32) -> Option<Pool> + 'a;

/// The curve of a round, and the least scale for `share` per cent of first choices.
///
/// # Errors
/// findings about the round.
pub fn first_choices(
    round: &Round,
    at_scale: &AtScale<'_>,
    share: u32,
    names: &dyn Fn(usize) -> String,
    effort: &Effort<'_>,
) -> Result<FirstChoices, Findings> {
    let mut only = only_first_choices(round);
    let requests = only.requests.len();
    let (all_percent, pools) = needs(&only, at_scale, names);
    let usual = std::mem::take(&mut only.pools);
    let mut curve = Curve { usual, at_scale, round: only, effort, points: Vec::new() };
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
fn needs(round: &Round, at_scale: &AtScale<'_>, names: &dyn Fn(usize) -> String) -> (u32, Vec<PoolNeed>) {
    let (loads, wished) = (Loads::of(round), load::wished(round));
    let used = || (0..round.pools.len()).filter(|pool| !loads.users(*pool).is_empty());
    let wanted: Vec<(usize, Vec<u64>)> = used().map(|pool| (pool, loads.on(pool, &wished))).collect();
    let is_enough = |percent| {
        wanted.iter().all(|(pool, wanted)| {
            // Where limits have no scale, none helps and none harms.
            let Some(scaled) = at_scale(*pool, percent) else { return true };
            let limits = load::limits(&scaled, round.horizon.cells as usize);
            wanted.iter().zip(limits).all(|(wanted, limit)| *wanted <= limit)
        })
    };
    let need = |pool| {
        let tightest = loads.tightest(pool, &wished);
        PoolNeed { name: names(pool), limit: tightest.limit, needed: tightest.load }
    };
    let mut pools: Vec<PoolNeed> = used().map(need).collect();
    pools.sort_by(|a, b| (b.needed * a.limit.max(1)).cmp(&(a.needed * b.limit.max(1))));
    let (mut too_little, mut enough) = (0, MOST_SCALE);
    while enough - too_little > 1 {
        let middle = too_little + (enough - too_little) / 2;
        if is_enough(middle) { enough = middle } else { too_little = middle }
    }
    (enough, pools)
}

/// What is known so far.
struct Curve<'a> {
    round: Round,
    usual: Vec<Pool>,
    at_scale: &'a AtScale<'a>,
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
        self.scale(percent);
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
        // Larger limits that were tried before with less luck have room for this plan, too: but for parts of a pool that is
        // shared out, which are whole connections and may leave a little less of a little more.
        // What was proven of a scale holds for it alone.
        let plan = Plan { bound: None, certificate: None, ..solution.plan };
        for above in (place..self.points.len()).filter(|above| self.points[*above].0.kept < kept).collect::<Vec<_>>() {
            self.scale(self.points[above].0.percent);
            if check(&self.round, &plan).is_feasible() {
                let (point, known) = &mut self.points[above];
                (point.kept, point.at_most) = (kept, point.at_most.max(kept));
                known.clone_from(&plan);
            }
        }
        self.points.insert(place, (point, plan));
        Ok(point)
    }

    /// Gives the round the limits of a scale.
    fn scale(&mut self, percent: u32) {
        let pools = self.usual.iter().enumerate();
        self.round.pools =
            pools.map(|(at, pool)| (self.at_scale)(at, percent).unwrap_or_else(|| pool.clone())).collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            capacity::{self, PoolUse},
            share::{Others, Share},
            time::Grid,
        },
        planning::{limits::scaled, room::Room, what_if::Standing},
    };
    use chrono::{TimeZone, Utc};
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

    fn of_round(round: &Round, share: u32) -> FirstChoices {
        let at_scale = |pool: usize, percent| Some(scaled(&round.pools[pool], percent, round.horizon.cells));
        at_scales(round, &at_scale, share)
    }

    fn at_scales(round: &Round, at_scale: &AtScale<'_>, share: u32) -> FirstChoices {
        first_choices(round, at_scale, share, &|pool| round.pools[pool].id.to_string(), &EFFORT).unwrap()
    }

    #[test]
    fn the_least_limits_are_those_of_the_peak() {
        let found = of_round(&round(&[(10, 60, 1), (11, 60, 2), (12, 30, 3), (30, 20, 4)]), 75);
        assert_eq!((found.requests, found.all_percent, found.without_limits), (4, 150, 4));
        assert_eq!(found.pools, [PoolNeed { name: "platform".into(), limit: 100, needed: 150 }]);
        // Three of four: sixty, thirty and twenty, of which ninety meet.
        assert_eq!((found.share_percent, found.share_percent_at_least), (Some(90), Some(90)));
        let at = |percent| found.curve.iter().find(|point| point.percent == percent).map(|point| point.kept);
        assert_eq!((at(25), at(100), at(150)), (Some(1), Some(3), Some(4)));
    }

    /// The same round where schools of weight 1 share a pool of a hundred, of which so many per cent are guaranteed: this one
    /// and others that use so much.
    fn shared(round: &mut Round, percent: u32, others: &[u32]) -> Standing {
        let grid = Grid { start: Utc.with_ymd_and_hms(2020, 3, 23, 0, 0, 0).unwrap(), step_minutes: 5, cells: 48 };
        let weights = vec![1; others.len() + 1];
        let share = Share { percent, weight: 1, weights: weights.len() as u64, ..Share::default() };
        let share = (percent > 0).then(|| share.of_limits([100], &weights));
        let pool = capacity::Pool { share, ..capacity::Pool::plain("platform", capacity::PoolKind::Concurrent, 100) };
        let mut room = Room::new(&pool, grid.start, grid.end(), chrono_tz::UTC);
        let part = pool.share.as_ref().map_or(0, |share| share.guaranteed(100));
        let mut used = std::collections::HashMap::new();
        for cell in 0..48 {
            let taken = PoolUse {
                pool: pool.id.clone(),
                at: grid.at(cell),
                connections: others.iter().sum(),
                own: 0,
                beyond: others.iter().map(|used| used.saturating_sub(part)).sum(),
                background: 0,
                kept: 0,
            };
            used.insert(taken.at, others.iter().map(|used| (1, *used)).collect());
            room.add_use(&taken);
        }
        let standing = Standing::new(grid, [(pool, room, Others { weights, used })]);
        round.pools = vec![left(&standing, 100)];
        standing
    }

    fn left(standing: &Standing, percent: u32) -> Pool {
        Pool { id: "platform".into(), ..standing.scaled(0, percent) }
    }

    #[test]
    fn what_others_take_is_no_larger_under_larger_limits() {
        // Twenty of a hundred are left: two hundred and thirty would be enough for all.
        let mut round = round(&[(10, 60, 1), (11, 60, 2), (12, 30, 3)]);
        let standing = shared(&mut round, 0, &[80]);
        assert_eq!(round.pools[0].limit, 20);
        let found = at_scales(&round, &|_, percent| Some(left(&standing, percent)), 100);
        assert_eq!(found.all_percent, 230);
    }

    #[test]
    fn what_others_are_guaranteed_is_larger_under_larger_limits() {
        // Of a hundred, forty are another school's, which uses ten; of twice as many, eighty are.
        let mut round = round(&[(10, 60, 1), (11, 60, 2), (12, 30, 3)]);
        let standing = shared(&mut round, 80, &[10]);
        assert_eq!(round.pools[0].limit, 60);
        let found = at_scales(&round, &|_, percent| Some(left(&standing, percent)), 100);
        // Of 249 connections 99 are the other school's.
        assert_eq!((found.all_percent, found.share_percent), (249, Some(249)));
        let at = |percent| found.curve.iter().find(|point| point.percent == percent).map(|point| point.kept);
        assert_eq!((at(100), at(150), at(200), at(249)), (Some(1), Some(2), Some(2), Some(3)));
    }

    #[test]
    fn no_limit_helps_who_is_in_two_places() {
        let found = of_round(&round(&[(10, 20, 1), (12, 20, 1)]), 100);
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
            let found = of_round(&round, share);
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
