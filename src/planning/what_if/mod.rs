//! What if: a round under other limits, with other attendance or more schools, solved and set beside today. Nothing of
//! today's is touched.
//!
//! - [`changes`]: what is other, made to the solver's round
//! - [`standing`]: what others take, and what they are guaranteed, under other limits and attendance
//! - [`invented`]: schools that are not there yet
//! - [`effect`]: who moves, who loses, what it costs and how full it gets

pub mod changes;
pub mod effect;
pub mod invented;
pub mod standing;
#[cfg(test)]
mod tests;

pub use changes::Today;
pub use effect::{Both, Effect, MoreRequests, PoolEffect};
pub use standing::Standing;

use crate::domain::{finding, scenario::Changes};
use creneau_solver::{self as solver, Options, Plan, Progress, Round, solve};

/// What moving a class costs of which nobody has been told: it moves for any gain that is more than this.
pub const MOVE: u64 = 1;

/// What moving one costs where published plans are completed to be compared with: it moves to make room only.
pub const STAY: u64 = 1000;

/// A scenario that was tried.
#[derive(Clone, Debug)]
pub struct Tried {
    /// Its round.
    pub round: Round,
    /// The plan that was found for it.
    pub plan: Plan,
    /// What it means.
    pub effect: Effect,
}

/// Why a scenario cannot be tried.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Refusal {
    /// Its changes name what is not there.
    #[error("{0}")]
    Changes(finding::Findings),
    /// The round with the changes is not sound, or its plan was not.
    #[error("{0}")]
    Round(solver::Findings),
}

/// Makes the changes to today's round and solves it. Classes stay where today's plan has them unless moving gains more than
/// `move_cost`.
///
/// # Errors
/// what is wrong with the changes, or with the round that they make.
pub fn try_out(
    today: &Today<'_>,
    plan: &Plan,
    changes: &Changes,
    move_cost: u64,
    options: &Options<'_>,
    observe: &mut dyn FnMut(&Progress<'_>),
) -> Result<Tried, Refusal> {
    let mut round = today.changed(changes, options.seed).map_err(Refusal::Changes)?;
    let found = kept(&mut round, plan, move_cost, options, observe).map_err(Refusal::Round)?;
    let effect = Effect::of(today, plan, &round, &found);
    Ok(Tried { round, plan: found, effect })
}

/// A plan of a round in which classes stay where another one has them unless moving gains more than `move_cost`; the round
/// says so from then on.
///
/// # Errors
/// findings about the round, or about a plan that breaks its rules: a defect.
pub fn kept(
    round: &mut Round,
    plan: &Plan,
    move_cost: u64,
    options: &Options<'_>,
    observe: &mut dyn FnMut(&Progress<'_>),
) -> Result<Plan, solver::Findings> {
    let starts = super::load::planned(round, plan);
    for (request, start) in round.requests.iter_mut().zip(starts).filter(|(request, _)| !request.pinned) {
        request.current = start.filter(|start| request.options.iter().any(|option| option.allows(*start)));
        request.move_cost = if request.current.is_some() { move_cost } else { 0 };
    }
    let start = warm_start(round, plan);
    checked(round, &Options { warm_start: Some(&start), ..*options }, observe)
}

/// A plan that the independent checker has passed.
///
/// # Errors
/// findings about the round, or about a plan that breaks its rules: a defect.
pub fn checked(
    round: &Round,
    options: &Options<'_>,
    observe: &mut dyn FnMut(&Progress<'_>),
) -> Result<Plan, solver::Findings> {
    let plan = solve(round, options, observe)?.plan;
    match solver::check(round, &plan).violations.first() {
        None => Ok(plan),
        Some(broken) => {
            let message = format!("the plan found breaks a rule: {}", broken.message);
            Err(solver::Finding::error("plan-refused", &round.name, message, "please report this defect").into())
        }
    }
}

/// Today's plan as a place to start from; who is new has no class in it.
fn warm_start(round: &Round, plan: &Plan) -> Plan {
    let known = plan.sessions.len().min(round.requests.len());
    let new =
        round.requests[known..].iter().map(|request| solver::Session { request: request.id.clone(), start: None });
    let sessions = plan.sessions.iter().cloned().chain(new).collect();
    Plan { round: round.name.clone(), sessions, objective: None, bound: None, certificate: None }
}
