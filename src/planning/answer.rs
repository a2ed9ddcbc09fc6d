//! From the solver's plan to ours, and back.

use super::problem::{Problem, pool_id};
use crate::domain::{
    id::Id,
    round::{Plan, PlanPrice, PlannedStart},
    time::Grid,
};
use chrono::{DateTime, Utc};
use creneau_solver as solver;
use std::collections::HashSet;

/// Where a plan comes from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Its identifier.
    pub id: Id,
    /// The plan it was made from.
    pub parent: Option<Id>,
    /// The seed of the solver.
    pub seed: u64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// The solver's answer as a plan of `round`, together with the classes that were not left to it.
pub fn plan(problem: &Problem, round: &Id, solution: &solver::Solution, origin: Origin) -> Plan {
    let stays: HashSet<&str> =
        problem.round.requests.iter().filter(|request| request.pinned).map(|request| &*request.id).collect();
    let sessions = solution.plan.sessions.iter().filter(|session| !stays.contains(&*session.request));
    let solved = sessions.map(|session| PlannedStart {
        request: (&*session.request).into(),
        starts_at: session.start.map(|cell| problem.grid.at(cell)),
    });
    #[expect(clippy::cast_precision_loss, reason = "costs are far below what an f64 holds exactly")]
    let kept_cost = problem.kept_cost as f64;
    Plan {
        id: origin.id,
        round: round.clone(),
        parent: origin.parent,
        seed: origin.seed,
        objective: solution.plan.objective.unwrap_or(0) + problem.kept_cost,
        bound: solution.proven.or(solution.plan.bound).map(|bound| bound + kept_cost),
        optimal: solution.status == solver::Status::Optimal,
        created_at: origin.created_at,
        starts: solved.chain(problem.kept.iter().cloned()).collect(),
    }
}

/// How hard the pools are wanted in the solver's plan: the cells that have a price. None where the round is too large
/// for a bound.
pub fn prices(problem: &Problem, solution: &solver::Solution) -> Vec<PlanPrice> {
    let certificate = solution.plan.certificate.as_ref();
    let of_pools = certificate.map(|certificate| solver::prices(&problem.round, certificate)).unwrap_or_default();
    let of_pool = |of_pool: &solver::PoolPrices<'_>| {
        let pool = pool_id(&of_pool.pool.id);
        let priced = (0_u32..).zip(of_pool.cells.clone()).filter(|(_, price)| *price > 0.0);
        priced
            .map(|(cell, price)| PlanPrice { pool: pool.clone(), starts_at: problem.grid.at(cell), price })
            .collect::<Vec<_>>()
    };
    of_pools.iter().flat_map(of_pool).collect()
}

/// A plan as the solver knows it: for its checker, as its warm start, for explanations. Requests that the plan does
/// not know have no class, classes that stay are where they are.
pub fn solver_plan(problem: &Problem, plan: &Plan) -> solver::Plan {
    let starts: std::collections::HashMap<&str, u32> = plan
        .starts
        .iter()
        .filter_map(|start| Some((start.request.as_str(), cell(&problem.grid, start.starts_at?)?)))
        .collect();
    let sessions = problem.round.requests.iter().map(|request| {
        let pinned = request.current.filter(|_| request.pinned);
        solver::Session { request: request.id.clone(), start: pinned.or_else(|| starts.get(&*request.id).copied()) }
    });
    solver::Plan {
        round: problem.round.name.clone(),
        sessions: sessions.collect(),
        objective: None,
        bound: None,
        certificate: None,
    }
}

fn cell(grid: &Grid, at: DateTime<Utc>) -> Option<u32> {
    grid.cell(at).filter(|cell| *cell < grid.cells)
}
