//! From the solver's plan to ours, and back.

use super::problem::{Problem, Situation, pool_id};
use crate::domain::{
    id::Id,
    round::{Plan, PlanLimits, PlanPrice, PlannedStart, Request},
};
use chrono::{DateTime, Utc};
use creneau_solver as solver;
use std::collections::{HashMap, HashSet};

/// Where a plan comes from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Its identifier.
    pub id: Id,
    /// The plan it was made from.
    pub parent: Option<Id>,
    /// The seed of the solver.
    pub seed: u64,
    /// What it was made with.
    pub limits: Option<PlanLimits>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// The solver's answer as a plan, together with the classes that were not left to it.
pub fn plan(problem: &Problem, situation: &Situation, solution: &solver::Solution, origin: Origin) -> Plan {
    let pinned = |request: &Id| situation.terms.pins.contains_key(request);
    // The solver's round may hold classes of other rounds that only count.
    let asked: HashSet<&str> = situation.requests.iter().map(|request| request.id.as_str()).collect();
    let sessions = solution.plan.sessions.iter().filter(|session| asked.contains(&*session.request));
    let solved = sessions.map(|session| {
        let request = Id::from(&*session.request);
        let starts_at = session.start.map(|cell| problem.grid.at(cell));
        PlannedStart { weight: situation.terms.tenths(&request), pinned: pinned(&request), request, starts_at }
    });
    let starts: Vec<PlannedStart> = solved.chain(problem.kept.iter().cloned()).collect();
    let objective = objective(situation, &starts);
    #[expect(clippy::cast_precision_loss, reason = "costs are far below what an f64 holds exactly")]
    let exact = |cost: u64| cost as f64;
    let in_units = |cost: f64| (cost + exact(problem.kept_cost)) / f64::from(problem.scale);
    Plan {
        id: origin.id,
        round: situation.round.id.clone(),
        parent: origin.parent,
        seed: origin.seed,
        objective,
        weighted_objective: in_units(exact(solution.plan.objective.unwrap_or(0))),
        bound: solution.proven.or(solution.plan.bound).map(in_units),
        optimal: solution.status == solver::Status::Optimal,
        unplaced: u32::try_from(starts.iter().filter(|start| start.starts_at.is_none()).count()).unwrap_or(u32::MAX),
        limits: origin.limits,
        created_at: origin.created_at,
        starts,
    }
}

/// The sum of what the starts cost by the wishes alone.
fn objective(situation: &Situation, starts: &[PlannedStart]) -> u64 {
    let by_request: HashMap<&Id, &PlannedStart> = starts.iter().map(|start| (&start.request, start)).collect();
    let step = situation.round.step_minutes;
    let cost = |request: &Request| Some(request.planned_cost(by_request.get(&request.id)?.starts_at, step));
    situation.requests.iter().filter_map(cost).sum()
}

/// How hard the pools are wanted in the solver's plan: the cells that have a price. None where the round is too large
/// for a bound.
pub fn prices(problem: &Problem, solution: &solver::Solution) -> Vec<PlanPrice> {
    let certificate = solution.plan.certificate.as_ref();
    let of_pools = certificate.map(|certificate| solver::prices(&problem.round, certificate)).unwrap_or_default();
    let of_pool = |of_pool: &solver::PoolPrices<'_>| {
        let pool = pool_id(&of_pool.pool.id);
        let in_units = of_pool.cells.iter().map(|price| price / f64::from(problem.scale));
        let priced = (0_u32..).zip(in_units).filter(|(_, price)| *price > 0.0);
        priced
            .map(|(cell, price)| PlanPrice { pool: pool.clone(), starts_at: problem.grid.at(cell), price })
            .collect::<Vec<_>>()
    };
    of_pools.iter().flat_map(of_pool).collect()
}

/// A plan as the solver knows it: for its checker, as its warm start, for explanations. Requests that the plan does
/// not know have no class, classes that stay are where they are.
pub fn solver_plan(problem: &Problem, plan: &Plan) -> solver::Plan {
    let starts: HashMap<&Id, DateTime<Utc>> =
        plan.starts.iter().filter_map(|start| Some((&start.request, start.starts_at?))).collect();
    planned(problem, |request| starts.get(request).copied())
}

/// The same of starts by request.
pub fn planned(problem: &Problem, start: impl Fn(&Id) -> Option<DateTime<Utc>>) -> solver::Plan {
    let cell = |at: DateTime<Utc>| problem.grid.cell(at).filter(|cell| *cell < problem.grid.cells);
    let sessions = problem.round.requests.iter().map(|request| {
        let pinned = request.current.filter(|_| request.pinned);
        let start = pinned.or_else(|| cell(start(&Id::from(&*request.id))?));
        solver::Session { request: request.id.clone(), start }
    });
    solver::Plan {
        round: problem.round.name.clone(),
        sessions: sessions.collect(),
        objective: None,
        bound: None,
        certificate: None,
    }
}
