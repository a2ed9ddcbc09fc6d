//! What a scenario means beside today.

use super::Today;
use crate::planning::load::{self, Loads, Peak, Starts};
use creneau_solver::{Plan, PoolKind, Request, Round};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most pools that are told.
const MOST_POOLS: usize = 20;

/// A number today and in the scenario.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Both {
    /// Today.
    pub today: u64,
    /// In the scenario.
    pub then: u64,
}

/// A scenario beside today, in sums. Requests of schools that are not there yet stand apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Effect {
    /// Requests of the round.
    pub requests: usize,
    /// Classes that are at another hour than today.
    pub moved: usize,
    /// Those of them, and of those who had no class, that are nearer to their wish.
    pub better: usize,
    /// Those that are further from it.
    pub worse: usize,
    /// Classes that take place today and not in the scenario.
    pub lost: usize,
    /// Classes that take place in the scenario only.
    pub gained: usize,
    /// Requests that have their first choice.
    pub first_choices: Both,
    /// Requests without a class.
    pub unplaced: Both,
    /// The sum of the costs of all requests by their wishes alone, where five minutes' move cost 1.
    pub cost: Both,
    /// The fullest hour of each pool, the fullest pool first: at most twenty.
    pub pools: Vec<PoolEffect>,
    /// What became of the schools that are not there yet.
    pub more_schools: Option<MoreRequests>,
}

/// What a scenario means to a pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PoolEffect {
    /// Its name.
    #[schema(example = "platform/e-lyco")]
    pub name: String,
    /// Whether it counts connections that begin within a stretch of time; else those at a time.
    pub arrivals: bool,
    /// What the round's classes take of it at most.
    pub peak: Both,
    /// What they may take of it in that hour.
    pub limit: Both,
}

/// The requests of schools that are not there yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MoreRequests {
    /// How many.
    pub requests: usize,
    /// Those that have a class.
    pub placed: usize,
    /// Those that have their first choice.
    pub first_choices: usize,
}

/// What a start costs by the wish alone; what being without a class does for one that is not allowed.
pub fn cost(request: &Request, start: Option<u32>) -> u64 {
    let costs =
        |start: u32| request.options.iter().filter(move |one| one.allows(start)).map(move |one| one.cost(start));
    start.and_then(|start| costs(start).min()).unwrap_or(request.unplaced)
}

/// What the best start costs.
pub fn best(request: &Request) -> u64 {
    let costs = request.options.iter().map(|one| one.cost(one.ideal.max(one.first).min(one.last)));
    costs.min().unwrap_or(0)
}

impl Effect {
    /// Of a scenario's round and plan, beside today's.
    pub fn of(today: &Today<'_>, plan: &Plan, round: &Round, then: &Plan) -> Self {
        let (before, after) = (load::planned(&today.round, plan), load::planned(round, then));
        let mut effect = Self::default();
        let pairs = today.round.requests.iter().zip(before.iter().zip(&after));
        // Classes of other rounds that only count have no wish.
        for (request, (old, new)) in pairs.filter(|(request, _)| !request.options.is_empty()) {
            let (was, is, best) = (cost(request, *old), cost(request, *new), best(request));
            effect.requests += 1;
            effect.moved += usize::from(old.is_some() && new.is_some() && old != new);
            effect.better += usize::from(is < was);
            effect.worse += usize::from(is > was && new.is_some());
            effect.lost += usize::from(old.is_some() && new.is_none());
            effect.gained += usize::from(old.is_none() && new.is_some());
            effect.cost.today += was;
            effect.cost.then += is;
            effect.unplaced.today += u64::from(old.is_none());
            effect.unplaced.then += u64::from(new.is_none());
            effect.first_choices.today += u64::from(old.is_some() && was <= best);
            effect.first_choices.then += u64::from(new.is_some() && is <= best);
        }
        let more = round.requests.iter().zip(&after).skip(today.round.requests.len());
        if more.len() > 0 {
            let mut sum = MoreRequests::default();
            for (request, start) in more {
                sum.requests += 1;
                sum.placed += usize::from(start.is_some());
                sum.first_choices += usize::from(start.is_some() && cost(request, *start) <= best(request));
            }
            effect.more_schools = Some(sum);
        }
        effect.pools = pools(today, &before, round, &after);
        effect
    }
}

fn pools(today: &Today<'_>, before: &Starts, round: &Round, after: &Starts) -> Vec<PoolEffect> {
    let (old, new) = (Loads::of(&today.round), Loads::of(round));
    let mut told: Vec<(f64, PoolEffect)> = Vec::new();
    // The own pools of schools that are not there yet concern nobody.
    let concerns = |pool: &usize| !round.pools[*pool].id.starts_with(super::invented::PREFIX);
    for position in (0..round.pools.len()).filter(concerns).filter(|pool| !new.users(*pool).is_empty()) {
        let is_new = position >= today.round.pools.len();
        let (peak, tightest) = (new.peak(position, after), new.tightest(position, after));
        let peak_today = if is_new { Peak::default() } else { old.peak(position, before) };
        #[expect(clippy::cast_precision_loss, reason = "for an order")]
        let fullness = tightest.load as f64 / tightest.limit.max(1) as f64;
        let effect = PoolEffect {
            name: today.name_in(round, position),
            arrivals: round.pools[position].kind == PoolKind::Arrivals,
            peak: Both { today: peak_today.load, then: peak.load },
            limit: Both { today: peak_today.limit, then: peak.limit },
        };
        told.push((fullness, effect));
    }
    told.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    told.into_iter().take(MOST_POOLS).map(|(_, pool)| pool).collect()
}
