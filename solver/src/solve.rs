//! Solving a round: the entry point, its options, and what comes out.

use serde::Serialize;

use crate::engine::Held;
use crate::finding::{Finding, Findings};
use crate::plan::Plan;
use crate::round::Round;
use crate::validate::validate;

/// The most memory that the tables of a round may take, in bytes: several times what the largest real rounds need.
pub const MOST_TABLES: u64 = 8 << 30;

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
    /// Search, and the exact method where prices leave few choices for it.
    #[default]
    Auto,
    /// The exact method, whatever the size.
    Exact,
    /// Search only.
    Search,
}

/// Where solving stands; handed to the observer from time to time.
#[derive(Debug, Clone, Serialize)]
pub struct Progress<'a> {
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
    /// The best plan so far itself.
    #[serde(skip)]
    pub incumbent: Incumbent<'a>,
}

impl Progress<'_> {
    /// Nothing is known yet.
    pub(crate) fn at(phase: Phase) -> Self {
        let incumbent = Incumbent::default();
        Self { phase, objective: None, bound: None, unplaced: None, iterations: 0, incumbent }
    }
}

/// The best plan so far, to be asked for: written out it takes time and memory that few observers need.
#[derive(Clone, Copy, Default)]
pub struct Incumbent<'a>(pub(crate) Option<Held<'a>>);

impl std::fmt::Debug for Incumbent<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(if self.0.is_some() { "Incumbent(a plan)" } else { "Incumbent(none)" })
    }
}

impl Incumbent<'_> {
    /// The plan, feasible and without a certificate; `None` until there is one. As [`Options::warm_start`] of another run
    /// it lets that run go on from here.
    pub fn plan(&self) -> Option<Plan> {
        self.0.as_ref().map(Held::plan)
    }
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
pub fn solve(
    round: &Round,
    options: &Options<'_>,
    observe: &mut dyn FnMut(&Progress<'_>),
) -> Result<Solution, Findings> {
    let findings = validate(round);
    if findings.iter().any(Finding::is_error) {
        return Err(Findings(findings));
    }
    Ok(crate::engine::run(round, options, observe)?)
}
