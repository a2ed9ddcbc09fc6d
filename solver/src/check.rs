//! The independent checker: recomputes a plan's feasibility, cost and proven bound from the two files alone.
//!
//! It shares no code with the solver's model, so that a mistake there cannot hide here. Its reading of the format is
//! that of `api-spec/check.py`; a test compares the two. It never panics, whatever the files hold.

mod certificate;
mod derived;
mod order;
mod overloads;
mod people;
mod pools;

use std::collections::HashMap;

use serde::Serialize;

use crate::plan::{Certificate, Plan};
use crate::round::{Request, Round};

/// How many violations are listed before the rest is only counted: a bad plan of a million requests has millions.
pub const MOST_VIOLATIONS: usize = 10_000;

/// How many times what the dearest request loses without a class a price may be.
pub const MOST_TIMES: u32 = 1000;

/// What the checker found out about a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The broken rules, at most [`MOST_VIOLATIONS`]; empty for a feasible plan.
    pub violations: Vec<Violation>,
    /// How many more there are.
    pub more: usize,
    /// Sum of the costs of all requests.
    pub objective: u64,
    /// Requests without a class.
    pub unplaced: usize,
    /// Share of the requests that got a start than which no allowed one is cheaper.
    pub first_choice: f64,
    /// What the plan's certificate proves: no plan costs less.
    pub bound: Option<f64>,
    /// What the plan says that no plan costs less than, where it has no certificate that proves it.
    pub claimed_bound: Option<f64>,
}

impl Report {
    /// Whether the plan breaks no rule, and claims nothing that is not so.
    pub fn is_feasible(&self) -> bool {
        self.violations.is_empty()
    }
}

/// A broken rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// A stable name of the rule, such as `over-limit`.
    pub code: &'static str,
    /// What is broken, and where.
    pub message: String,
}

/// Collects violations up to [`MOST_VIOLATIONS`] and counts the rest.
#[derive(Default)]
struct Violations {
    listed: Vec<Violation>,
    more: usize,
}

impl Violations {
    fn push(&mut self, code: &'static str, message: String) {
        if self.listed.len() < MOST_VIOLATIONS {
            self.listed.push(Violation { code, message });
        } else {
            self.more += 1;
        }
    }
}

/// Recomputes everything that `plan` claims about `round`, which must be valid.
pub fn check(round: &Round, plan: &Plan) -> Report {
    let mut violations = Violations::default();
    let index = round.requests.iter().enumerate().map(|(i, request)| (&*request.id, i)).collect();
    let mut starts = starts(round, plan, &index, &mut violations);
    let (mut objective, mut unplaced, mut first) = (0_u64, 0, 0_usize);
    for (request, planned) in round.requests.iter().zip(&mut starts) {
        match *planned {
            Start::Missing => {
                violations.push("request-missing", format!("request {} is not in the plan", request.id));
            }
            Start::Nowhere => {
                unplaced += 1;
                objective = objective.saturating_add(weighted(request, request.unplaced));
                if request.pinned {
                    violations.push("pinned-unplaced", format!("request {} is pinned but unplaced", request.id));
                }
            }
            Start::At(start) => match cost_at(request, start) {
                Some(cost) => {
                    objective = objective.saturating_add(cost);
                    first += usize::from(Some(cost) == cheapest(request));
                }
                None => {
                    let message = format!("request {} may not start at {start}", request.id);
                    violations.push("start-not-allowed", message);
                    *planned = Start::Nowhere; // it counts in no other rule
                }
            },
        }
    }
    let placed = Placed { round, index, starts };
    pools::violations(&placed, &mut violations);
    people::violations(&placed, &mut violations);
    order::violations(&placed, &mut violations);
    drop(placed);
    if let Some(said) = plan.objective.filter(|said| *said != objective) {
        violations.push("objective", format!("the plan says objective {said}, it is {objective}"));
    }
    let bound = plan.certificate.as_ref().and_then(|certificate| {
        certificate::bound(round, certificate).map_err(|message| violations.push("certificate", message)).ok()
    });
    let claimed_bound = plan.bound.filter(|_| plan.certificate.is_none());
    #[expect(clippy::cast_precision_loss, reason = "the tolerance is far coarser than an f64")]
    let cost = objective as f64;
    if let Some(bound) = bound.or(claimed_bound).filter(|bound| *bound > cost + 1e-6 * cost.max(1.0))
        && violations.listed.is_empty()
    {
        violations.push("bound-above", format!("bound {bound} above a feasible objective {objective}"));
    }
    if let Some((bound, said)) =
        bound.zip(plan.bound).filter(|(bound, said)| *said > bound + 1e-4 * bound.abs().max(1.0))
    {
        violations.push("bound", format!("the plan says bound {said}, its certificate proves {bound}"));
    }
    #[expect(clippy::cast_precision_loss, reason = "a share, for display")]
    let first_choice = first as f64 / round.requests.len().max(1) as f64;
    let Violations { listed: violations, more } = violations;
    Report { violations, more, objective, unplaced, first_choice, bound, claimed_bound }
}

/// What `certificate` proves about `round`, if it is a certificate for it.
pub(crate) fn certified_bound(round: &Round, certificate: &Certificate) -> Option<f64> {
    certificate::bound(round, certificate).ok()
}

/// Where in the round each request is.
type Index<'a> = HashMap<&'a str, usize>;

/// Where a plan puts a request.
#[derive(Clone, Copy, PartialEq)]
enum Start {
    /// The plan does not say.
    Missing,
    /// Without a class.
    Nowhere,
    At(u32),
}

/// The requests that have a class, at starts that they allow.
struct Placed<'a> {
    round: &'a Round,
    index: Index<'a>,
    starts: Vec<Start>,
}

impl<'a> Placed<'a> {
    fn iter(&self) -> impl Iterator<Item = (&'a Request, u32)> {
        self.round.requests.iter().zip(&self.starts).filter_map(|(request, start)| match start {
            Start::At(start) => Some((request, *start)),
            _ => None,
        })
    }
}

/// The requests' starts as the plan says them.
fn starts(round: &Round, plan: &Plan, index: &Index<'_>, violations: &mut Violations) -> Vec<Start> {
    // Ids that occur twice are no valid round, but no reason to panic.
    let mut starts = vec![Start::Missing; round.requests.len()];
    for session in &plan.sessions {
        match index.get(&*session.request) {
            None => violations.push("unknown-request", format!("unknown request {}", session.request)),
            Some(&i) if starts[i] != Start::Missing => {
                violations.push("request-twice", format!("request {} twice", session.request));
            }
            Some(&i) => starts[i] = session.start.map_or(Start::Nowhere, Start::At),
        }
    }
    starts
}

/// What `request` costs at `start`, if it may start there.
fn cost_at(request: &Request, start: u32) -> Option<u64> {
    let listed = request.options.iter().filter(|option| option.allows(start)).map(|option| option.cost(start)).min();
    let cost = match request.current {
        Some(current) if request.pinned => (start == current).then(|| listed.unwrap_or(0)),
        Some(current) if start != current => listed.map(|cost| cost.saturating_add(request.move_cost)),
        _ => listed,
    };
    cost.map(|cost| weighted(request, cost))
}

/// A cost of `request`, as it counts in the objective.
fn weighted(request: &Request, cost: u64) -> u64 {
    cost.saturating_mul(request.weight.into())
}

/// The least cost of any allowed start. Each range is cheapest where it comes nearest to its ideal; the current start,
/// which alone is free of the cost of moving, is tried too.
fn cheapest(request: &Request) -> Option<u64> {
    let nearest = request
        .options
        .iter()
        .filter(|option| option.first <= option.last)
        .map(|option| option.ideal.clamp(option.first, option.last));
    nearest.chain(request.current).filter_map(|start| cost_at(request, start)).min()
}
