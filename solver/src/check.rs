//! The independent checker: recomputes a plan's feasibility, cost and proven bound from the two files alone.
//!
//! It shares no code with the solver's model, so that a mistake there cannot hide here. Its reading of the format is
//! that of `api-spec/check.py`; a test compares the two. It never panics, whatever the files hold.

mod certificate;
mod derived;

use std::collections::HashMap;

use serde::Serialize;

use crate::plan::{Certificate, Plan};
use crate::round::{Pool, PoolKind, Request, Round};

/// What the checker found out about a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Every broken rule; empty for a feasible plan.
    pub violations: Vec<Violation>,
    /// Sum of the costs of all requests.
    pub objective: u64,
    /// Requests without a class.
    pub unplaced: usize,
    /// Share of the requests that got a start than which no allowed one is cheaper.
    pub first_choice: f64,
    /// What the plan's certificate proves: no plan costs less.
    pub bound: Option<f64>,
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

impl Violation {
    fn new(code: &'static str, message: String) -> Self {
        Self { code, message }
    }
}

/// Recomputes everything that `plan` claims about `round`, which must be valid.
pub fn check(round: &Round, plan: &Plan) -> Report {
    let capacities = Capacities::of(round);
    let mut violations = Vec::new();
    let starts = starts(round, plan, &mut violations);
    let (mut objective, mut unplaced, mut first) = (0_u64, 0, 0_usize);
    let mut load = Load::default();
    for (request, start) in round.requests.iter().zip(&starts) {
        match start {
            None => {} // not in the plan, and already a violation
            Some(None) => {
                unplaced += 1;
                objective = objective.saturating_add(request.unplaced);
                if request.pinned {
                    violations.push(Violation::new(
                        "pinned-unplaced",
                        format!("request {} is pinned but unplaced", request.id),
                    ));
                }
            }
            Some(Some(start)) => match cost_at(request, *start) {
                Some(cost) => {
                    objective = objective.saturating_add(cost);
                    first += usize::from(Some(cost) == cheapest(request));
                    load.add(request, *start, &capacities);
                }
                None => violations.push(Violation::new(
                    "start-not-allowed",
                    format!("request {} may not start at {start}", request.id),
                )),
            },
        }
    }
    load.violations(round, &capacities, &mut violations);
    if let Some(said) = plan.objective.filter(|said| *said != objective) {
        violations.push(Violation::new("objective", format!("the plan says objective {said}, it is {objective}")));
    }
    let bound = plan.certificate.as_ref().and_then(|certificate| {
        let bound = certificate::bound(round, certificate, &capacities, &mut violations)?;
        #[expect(clippy::cast_precision_loss, reason = "the tolerance is far coarser than an f64")]
        let cost = objective as f64;
        if violations.is_empty() && bound > cost + 1e-6 * cost.max(1.0) {
            violations
                .push(Violation::new("bound-above", format!("bound {bound} above a feasible objective {objective}")));
        }
        if let Some(said) = plan.bound.filter(|said| *said > bound + 1e-4 * bound.abs().max(1.0)) {
            violations
                .push(Violation::new("bound", format!("the plan says bound {said}, its certificate proves {bound}")));
        }
        Some(bound)
    });
    #[expect(clippy::cast_precision_loss, reason = "a share, for display")]
    let first_choice = first as f64 / round.requests.len().max(1) as f64;
    Report { violations, objective, unplaced, first_choice, bound }
}

/// What `certificate` proves about `round`, if it is a certificate for it.
pub(crate) fn certified_bound(round: &Round, certificate: &Certificate) -> Option<f64> {
    certificate::bound(round, certificate, &Capacities::of(round), &mut Vec::new())
}

/// A request's start as the plan says it: outer `None`, not in the plan; inner `None`, unplaced.
fn starts(round: &Round, plan: &Plan, violations: &mut Vec<Violation>) -> Vec<Option<Option<u32>>> {
    let index: HashMap<&str, usize> = round.requests.iter().enumerate().map(|(i, request)| (&*request.id, i)).collect();
    let mut starts = vec![None; round.requests.len()];
    for session in &plan.sessions {
        match index.get(&*session.request) {
            None => violations.push(Violation::new("unknown-request", format!("unknown request {}", session.request))),
            Some(&i) if starts[i].is_some() => {
                violations.push(Violation::new("request-twice", format!("request {} twice", session.request)));
            }
            Some(&i) => starts[i] = Some(session.start),
        }
    }
    for (request, _) in round.requests.iter().zip(&starts).filter(|(_, start)| start.is_none()) {
        violations.push(Violation::new("request-missing", format!("request {} is not in the plan", request.id)));
    }
    starts
}

/// What `request` costs at `start`, if it may start there.
fn cost_at(request: &Request, start: u32) -> Option<u64> {
    let listed = request.options.iter().filter(|option| option.allows(start)).map(|option| option.cost(start)).min();
    match request.current {
        Some(current) if request.pinned => (start == current).then(|| listed.unwrap_or(0)),
        Some(current) if start != current => listed.map(|cost| cost.saturating_add(request.move_cost)),
        _ => listed,
    }
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

/// The limits of every pool, cell by cell.
struct Capacities<'a> {
    cells: usize,
    pools: HashMap<&'a str, (&'a Pool, Vec<u32>)>,
}

impl<'a> Capacities<'a> {
    fn of(round: &'a Round) -> Self {
        let cells = round.horizon.cells as usize;
        let pools = round.pools.iter().map(|pool| (&*pool.id, (pool, Self::limits(pool, cells)))).collect();
        Self { cells, pools }
    }

    /// The limit of each cell.
    fn limits(pool: &Pool, cells: usize) -> Vec<u32> {
        let mut limits = vec![pool.limit; cells];
        for part in &pool.except {
            let (from, to) = ((part.from as usize).min(cells), (part.to as usize).min(cells));
            if from < to {
                limits[from..to].fill(part.limit);
            }
        }
        limits
    }

    /// The limit of the row of `pool` at `cell`: of the cell, or of the window that begins there.
    fn row(&self, pool: &str, cell: usize) -> Option<u32> {
        let (pool, limits) = self.pools.get(pool)?;
        let length = match pool.kind {
            PoolKind::Concurrent => 1,
            PoolKind::Arrivals => pool.window.unwrap_or(1) as usize,
        };
        limits.get(cell..cell.saturating_add(length).min(self.cells))?.iter().min().copied()
    }

    /// The rows `from..to` of `pool` that `request` uses when it starts at `start`.
    fn rows(pool: &Pool, request: &Request, start: u32) -> (usize, usize) {
        let start = start as usize;
        match pool.kind {
            PoolKind::Concurrent => (start, start.saturating_add(request.duration as usize)),
            PoolKind::Arrivals => ((start + 1).saturating_sub(pool.window.unwrap_or(1).max(1) as usize), start + 1),
        }
    }
}

/// What the classes of a plan use, as changes between one cell and the next.
#[derive(Default)]
struct Load<'a> {
    pools: HashMap<&'a str, HashMap<usize, i64>>,
    exclusives: HashMap<&'a str, HashMap<usize, i64>>,
}

impl<'a> Load<'a> {
    fn add(&mut self, request: &'a Request, start: u32, capacities: &Capacities<'a>) {
        for id in request.pools.iter() {
            if let Some((pool, _)) = capacities.pools.get(&**id) {
                let (from, to) = Capacities::rows(pool, request, start);
                let changes = self.pools.entry(id).or_default();
                *changes.entry(from).or_default() += i64::from(request.connections);
                *changes.entry(to).or_default() -= i64::from(request.connections);
            }
        }
        let end = (start as usize).saturating_add(request.duration as usize);
        for who in &request.exclusive {
            let changes = self.exclusives.entry(who).or_default();
            *changes.entry(start as usize).or_default() += 1;
            *changes.entry(end).or_default() -= 1;
        }
    }

    fn violations(self, round: &Round, capacities: &Capacities<'a>, violations: &mut Vec<Violation>) {
        for pool in &round.pools {
            let Some(changes) = self.pools.get(&*pool.id) else { continue };
            each_cell(changes, |cell, used| {
                let limit = i64::from(capacities.row(&pool.id, cell).unwrap_or(0));
                if used > limit {
                    violations.push(Violation::new(
                        "over-limit",
                        format!("pool {} at cell {cell}: {used} over {limit}", pool.id),
                    ));
                }
            });
        }
        let mut exclusives: Vec<_> = self.exclusives.into_iter().collect();
        exclusives.sort_unstable_by_key(|(who, _)| *who);
        for (who, changes) in exclusives {
            each_cell(&changes, |cell, used| {
                if used > 1 {
                    violations
                        .push(Violation::new("exclusive", format!("exclusive {who} at cell {cell}: {used} over 1")));
                }
            });
        }
    }
}

/// Calls `visit` with each cell between the first and the last change, and what is used there.
fn each_cell(changes: &HashMap<usize, i64>, mut visit: impl FnMut(usize, i64)) {
    let mut points: Vec<(usize, i64)> = changes.iter().map(|(cell, change)| (*cell, *change)).collect();
    points.sort_unstable();
    let mut used = 0;
    for pair in points.windows(2) {
        used += pair[0].1;
        for cell in pair[0].0..pair[1].0 {
            visit(cell, used);
        }
    }
}
