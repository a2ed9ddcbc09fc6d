//! Explanations: why a request is where it is, what stands against each better start, and what else is free.

use serde::Serialize;

use crate::plan::Plan;
use crate::round::Round;

/// Answers questions about one plan.
#[derive(Debug)]
pub struct Explainer<'a> {
    round: &'a Round,
    plan: &'a Plan,
}

/// Why a request is where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Id of the request.
    pub request: String,
    /// Its start in the plan, a cell.
    pub start: Option<u32>,
    /// What it costs there.
    pub cost: u64,
    /// What its cheapest allowed start costs.
    pub best_cost: u64,
    /// The starts that cost less, cheapest first, and what stands against each.
    pub better: Vec<BetterStart>,
    /// The starts that are free in this plan, cheapest first.
    pub alternatives: Vec<FreeStart>,
}

/// A start that would cost less than the planned one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BetterStart {
    /// The start, a cell.
    pub start: u32,
    /// What the request would cost there.
    pub cost: u64,
    /// What stands against it; empty if it is free.
    pub blockers: Vec<Blocker>,
}

/// A start that is free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FreeStart {
    /// The start, a cell.
    pub start: u32,
    /// What the request would cost there.
    pub cost: u64,
}

/// What stands against a start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Blocker {
    /// A pool would be over its limit; the worst cell is given.
    Pool {
        /// Id of the pool.
        pool: String,
        /// The cell (of arrivals pools: the first of the window).
        cell: u32,
        /// Connections of the other classes there.
        used: u64,
        /// The limit there.
        limit: u32,
        /// Connections that the request needs; the limit is passed by `used + needed − limit`.
        needed: u32,
    },
    /// A person or group is in another class.
    Exclusive {
        /// The person or group.
        exclusive: String,
        /// The first cell in which both classes would be held.
        cell: u32,
        /// Id of the request whose class it is.
        held_by: String,
    },
}

/// Prepares explanations of `plan`.
pub fn explain<'a>(round: &'a Round, plan: &'a Plan) -> Explainer<'a> {
    Explainer { round, plan }
}

impl Explainer<'_> {
    /// Explains the request `id`; `None` if the round has no such request.
    pub fn request(&self, id: &str) -> Option<Explanation> {
        let request = self.round.requests.iter().find(|request| request.id == id)?;
        let start = self.plan.sessions.iter().find(|session| session.request == id)?.start;
        Some(Explanation {
            request: request.id.clone(),
            start,
            cost: 0,
            best_cost: 0,
            better: Vec::new(),
            alternatives: Vec::new(),
        })
    }
}
