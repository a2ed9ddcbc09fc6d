//! Solving a round: the entry point, its options, and what comes out.

use std::collections::HashMap;

use serde::Serialize;

use crate::finding::{Finding, Findings};
use crate::plan::{Plan, Session};
use crate::round::{PoolKind, Request, Round};
use crate::validate::validate;

/// How long solving may go on. The crate has no clock: whoever calls it brings one, or a flag that Ctrl-C sets.
pub trait Budget: Sync {
    /// Share of the budget that is spent, from 0; 1 or more means stop now. It must not fall.
    fn spent(&self) -> f64;

    /// Seconds left, for the exact method's own time limit; `None` is unlimited.
    fn seconds_left(&self) -> Option<f64>;
}

/// A budget that is never spent: for runs that [`Options::iterations`] ends.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unlimited;

impl Budget for Unlimited {
    fn spent(&self) -> f64 {
        0.0
    }

    fn seconds_left(&self) -> Option<f64> {
        None
    }
}

/// How to solve.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Seed of all randomness.
    pub seed: u64,
    /// Threads to use, at least 1.
    pub threads: usize,
    /// Steps of the search. Without a limit of another kind, the same seed, iterations and threads give the same plan,
    /// byte for byte. `None`: until the budget is spent.
    pub iterations: Option<u64>,
    /// When to stop.
    pub budget: &'a dyn Budget,
    /// A plan to start from, such as the published one.
    pub warm_start: Option<&'a Plan>,
    /// How to go about it.
    pub method: Method,
}

/// How to go about solving.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Search, and the exact method where the round is small enough for it.
    #[default]
    Auto,
    /// The exact method, whatever the size.
    Exact,
    /// Search only.
    Search,
}

/// Where solving stands; handed to the observer from time to time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// Cost of the best plan so far.
    pub objective: Option<u64>,
    /// The best bound so far.
    pub bound: Option<f64>,
    /// Requests without a class in the best plan so far.
    pub unplaced: Option<usize>,
    /// Steps of the search so far.
    pub iterations: u64,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// The round is read and prepared.
    Reading,
    /// The bound is computed.
    Bound,
    /// A first plan is built.
    Construct,
    /// The plan is improved.
    Search,
    /// The plan is proven, or improved, by mixed-integer programming.
    Exact,
    /// Solving has ended.
    Done,
}

/// What solving found.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// The best plan found; it is feasible.
    pub plan: Plan,
    /// Whether it is proven to be the best there is.
    pub status: Status,
    /// The best bound known, by whatever method; `plan.bound` is only what its certificate proves.
    pub proven: Option<f64>,
    /// Steps of the search.
    pub iterations: u64,
}

/// What is known about a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// No plan is better.
    Optimal,
    /// The plan breaks no rule.
    Feasible,
}

/// Solves `round`; tells `observe` about progress, on the calling thread. Errors are findings about the round.
pub fn solve(round: &Round, options: &Options<'_>, observe: &mut dyn FnMut(&Progress)) -> Result<Solution, Findings> {
    let findings = validate(round);
    if findings.iter().any(Finding::is_error) {
        return Err(Findings(findings));
    }
    let _ = options;
    let (sessions, objective) = greedy(round);
    let unplaced = sessions.iter().filter(|session| session.start.is_none()).count();
    observe(&Progress {
        phase: Phase::Done,
        objective: Some(objective),
        bound: None,
        unplaced: Some(unplaced),
        iterations: 0,
    });
    let plan = Plan { round: round.name.clone(), sessions, objective: Some(objective), bound: None, certificate: None };
    Ok(Solution { plan, status: Status::Feasible, proven: None, iterations: 0 })
}

/// Pinned classes first, then the largest, each at its cheapest free start.
fn greedy(round: &Round) -> (Vec<Session>, u64) {
    let cells = round.horizon.cells as usize;
    let mut free: HashMap<&str, (usize, Vec<u32>)> = HashMap::new();
    for pool in &round.pools {
        let mut limits = vec![pool.limit; cells];
        for part in &pool.except {
            limits[part.from as usize..part.to as usize].fill(part.limit);
        }
        let window = if pool.kind == PoolKind::Arrivals { pool.window.unwrap_or(1) as usize } else { 0 };
        if window > 0 {
            limits = (0..cells).map(|c| limits[c..cells.min(c + window)].iter().min().copied().unwrap_or(0)).collect();
        }
        free.insert(&pool.id, (window, limits));
    }
    let mut busy: HashMap<&str, Vec<bool>> = HashMap::new();
    let mut order: Vec<usize> = (0..round.requests.len()).collect();
    order.sort_by_key(|&i| {
        let request = &round.requests[i];
        (!request.pinned, std::cmp::Reverse(u64::from(request.connections) * u64::from(request.duration)))
    });
    let mut starts = vec![None; round.requests.len()];
    let mut objective = 0;
    for i in order {
        let request = &round.requests[i];
        let span = |start: usize, window: usize| match window {
            0 => start..start + request.duration as usize,
            _ => (start + 1).saturating_sub(window)..start + 1,
        };
        let choice =
            costs(request).into_iter().find(|&(cost, start)| {
                (cost < request.unplaced || request.pinned)
                    && request
                        .exclusive
                        .iter()
                        .all(|who| busy.get(who.as_str()).is_none_or(|busy| !busy[span(start, 0)].contains(&true)))
                    && request.pools.iter().filter_map(|pool| free.get(pool.as_str())).all(|(window, free)| {
                        free[span(start, *window)].iter().all(|free| *free >= request.connections)
                    })
            });
        let Some((cost, start)) = choice else {
            objective += request.unplaced;
            continue;
        };
        objective += cost;
        starts[i] = u32::try_from(start).ok();
        for who in &request.exclusive {
            busy.entry(who).or_insert_with(|| vec![false; cells])[span(start, 0)].fill(true);
        }
        for pool in &request.pools {
            if let Some((window, free)) = free.get_mut(pool.as_str()) {
                free[span(start, *window)].iter_mut().for_each(|free| *free -= request.connections);
            }
        }
    }
    let sessions = round.requests.iter().zip(starts);
    (sessions.map(|(request, start)| Session { request: request.id.clone(), start }).collect(), objective)
}

/// Cost and start of every allowed start, cheapest first.
fn costs(request: &Request) -> Vec<(u64, usize)> {
    let mut costs: HashMap<u32, u64> = HashMap::new();
    for option in &request.options {
        for start in option.first..=option.last {
            let cost = costs.entry(start).or_insert(u64::MAX);
            *cost = option.cost(start).min(*cost);
        }
    }
    if let Some(current) = request.current {
        if request.pinned {
            return vec![(costs.get(&current).copied().unwrap_or(0), current as usize)];
        }
        for (start, cost) in &mut costs {
            *cost += if *start == current { 0 } else { request.move_cost };
        }
    }
    let mut sorted: Vec<(u64, usize)> = costs.into_iter().map(|(start, cost)| (cost, start as usize)).collect();
    sorted.sort_unstable();
    sorted
}
