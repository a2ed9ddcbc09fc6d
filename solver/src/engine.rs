//! The course of a solve: prepare, bound, construct, search, and pack the answer.

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::bound::{self, Dual, OwnPasses};
use crate::check::certified_bound;
use crate::exact;
use crate::finding::Finding;
use crate::plan::{Certificate, Plan, Session};
use crate::problem::{Block, Draft, NOWHERE, Problem};
use crate::round::Round;
use crate::solve::{Incumbent, MOST_TABLES, Method, Options, Phase, Progress, Solution, Status};
use crate::stay;
use crate::teams::{Best, Stop, Teams};

/// Passes over all jobs to find the bound: under a budget of iterations, and of time; and the share of time they may take.
const PASSES: u32 = 400;
const MOST_PASSES: u32 = 1000;
const BOUND_SHARE: f64 = 0.25;
/// Where only a sample finds the prices that all share: the most jobs in it, which are fewer where there is not enough
/// time for so many passes; the most passes; and the share of time.
const SAMPLE: usize = 24_000;
const ENOUGH_PASSES: f64 = 200.0;
const SAMPLE_PASSES: u32 = 300;
const SAMPLE_SHARE: f64 = 0.15;
/// What all get then for prices of their own: the share of time, the fewest and the most passes.
const REST_SHARE: f64 = 0.25;
const REST_PASSES: (u32, u32) = (10, 250);
/// The largest share of the budget that is left for one more check of the certificate.
const MOST_CHECKING: f64 = 0.05;
/// Under an iteration budget of the exact method's own: steps of the search before it, a job.
const STEPS_BEFORE_EXACT: u64 = 500;

/// Solves a valid round.
pub(crate) fn run(
    round: &Round,
    options: &Options<'_>,
    observe: &mut dyn FnMut(&Progress<'_>),
) -> Result<Solution, Finding> {
    let threads = ThreadPoolBuilder::new().num_threads(options.threads.max(1)).build().map_err(|error| {
        let message = format!("the threads cannot be started: {error}");
        Finding::error("no-threads", "", message, "ask for fewer threads")
    })?;
    observe(&Progress::at(Phase::Reading));
    let problem = prepared(round)?;
    let mut report = Reporter { observe, round, problem: &problem, best: None, bound: None };

    report.tell(Phase::Bound, 0, None);
    let mut proof = prove(round, &problem, options, &threads);
    report.bound = Some(proof.bound);

    report.tell(Phase::Construct, 0, None);
    let warm = warm_starts(round, &problem, options.warm_start);
    let mut teams = threads.install(|| Teams::new(&problem, &warm, options, &mut proof.dual));
    report.tell(Phase::Search, 0, Some(teams.best()));
    // Costs are whole numbers, so a plan at the bound rounded up is optimal.
    let target = (proof.bound - 1e-6).ceil() as i64;
    let tries_exactly = match options.method {
        Method::Search => false,
        Method::Exact => true,
        Method::Auto => exact::is_promising(&problem, &mut proof.dual, &warm, proof.bound, options),
    };
    // The caller will check and write what comes out: about twice the work of checking the certificate.
    let end = 1.0 - 2.0 * proof.check;
    let mut stop = Stop { iterations: options.iterations, share: end, target };
    let jobs = round.requests.len();
    match options.method {
        Method::Exact => stop.iterations = stop.iterations.or(Some(STEPS_BEFORE_EXACT * jobs as u64)),
        Method::Auto if tries_exactly => stop.share -= options.budget.seconds_left().map_or(0.0, exact::share),
        _ => {}
    }
    let mut iterations = teams.search(options, stop, &threads, &mut report);
    let mut best = Best { cost: teams.best().cost, starts: teams.best().starts.clone() };

    if tries_exactly && best.cost > target {
        report.tell(Phase::Exact, iterations, Some(&best));
        let is_proven = exact::improve(&problem, &mut proof.dual, options, &threads, &mut best);
        if is_proven {
            stop.target = best.cost;
        } else if options.iterations.is_none() && options.budget.seconds_left().is_some() {
            stop = Stop { iterations: None, share: end, target };
            iterations += teams.search(options, stop, &threads, &mut report);
            best = best.or(teams.into_best());
        }
    }
    stay::put_back(round, &problem, &mut best);
    let status = if best.cost <= stop.target { Status::Optimal } else { Status::Feasible };
    let proven = match status {
        Status::Optimal => best.cost as f64,
        Status::Feasible => target as f64,
    };
    let mut plan = pack(round, &problem, &best.starts);
    (plan.bound, plan.certificate) = (Some(proof.bound), Some(proof.certificate));
    report.tell(Phase::Done, iterations, Some(&best));
    Ok(Solution { plan, status, proven: Some(proven), iterations })
}

/// A valid round, prepared, if its tables fit into memory.
pub(crate) fn prepared(round: &Round) -> Result<Problem, Finding> {
    let draft = Draft::new(round);
    let jobs = round.requests.len();
    let bytes = draft.bytes(if bound::is_sampled(jobs, draft.blocks()) { SAMPLE } else { jobs });
    if bytes > MOST_TABLES {
        let gigabytes = |bytes: u64| bytes.div_ceil(1 << 30);
        let (needed, most) = (gigabytes(bytes), gigabytes(MOST_TABLES));
        let message = format!("solving takes tables of about {needed} GB, above {most} GB");
        let action = "use longer cells, a shorter horizon, or fewer requests, people and pools";
        return Err(Finding::error("too-large-to-solve", "", message, action));
    }
    Ok(draft.problem())
}

/// A bound, its proof, and the prices behind it.
struct Proof<'a> {
    bound: f64,
    certificate: Certificate,
    /// The share of the budget that checking it took.
    check: f64,
    dual: Dual<'a>,
}

/// A bound: of as many passes as there is time for, and one at least.
fn prove<'a>(round: &Round, problem: &'a Problem, options: &Options<'_>, threads: &ThreadPool) -> Proof<'a> {
    let mut dual = Dual::new(problem);
    let begin = options.budget.spent();
    // Reading took some of the budget: shares are of what is left.
    let room = (1.0 - begin).max(0.0);
    let is_sampled = dual.is_sampled();
    let is_timed = options.iterations.is_none();
    let (most, share) = if is_sampled { (SAMPLE_PASSES, SAMPLE_SHARE) } else { (MOST_PASSES, BOUND_SHARE) };
    let most = if is_timed { most } else { most.min(PASSES) };
    let tried = if is_sampled && is_timed { threads.install(|| dual.try_out(REST_PASSES.0)) } else { 0.0 };
    let trial = options.budget.spent() - begin;
    let sample = if tried > 0.0 {
        let passes = room * share * tried / trial; // over all jobs
        ((dual.jobs() as f64 * passes / ENOUGH_PASSES) as usize).min(SAMPLE)
    } else {
        SAMPLE
    };
    let mut passes = |pass: u32| {
        let spent = options.budget.spent();
        let by_budget = if is_timed { (spent - begin) / (room * share) } else { 0.0 };
        let progress = (f64::from(pass) / f64::from(most)).max(by_budget);
        // However little time there is, one pass gives a bound.
        (pass == 0 || progress < 1.0 && spent < 1.0).then_some(progress)
    };
    threads.install(|| dual.improve(sample, &mut passes));
    if is_sampled {
        let begin = options.budget.spent();
        let left = |done: f64| {
            let spent = options.budget.spent() - begin;
            is_timed.then(|| (room * REST_SHARE - spent) * (tried + done) / (trial + spent))
        };
        let is_over = || options.budget.spent() >= 1.0;
        threads.install(|| dual.settle(&OwnPasses { range: REST_PASSES, left: &left, is_over: &is_over }));
    }
    let certificate = dual.certificate(round);
    let before = options.budget.spent();
    let (certificate, bound) = proven(round, certificate);
    let check = (options.budget.spent() - before).clamp(0.0, MOST_CHECKING);
    Proof { bound, certificate, check, dual }
}

/// What a certificate proves, with it. Costs are never negative: prices that had too little time and prove less than that,
/// or that are too high to be believed, give way to none at all.
fn proven(round: &Round, certificate: Certificate) -> (Certificate, f64) {
    if let Some(bound) = certified_bound(round, &certificate).filter(|bound| *bound >= 0.0) {
        return (certificate, bound);
    }
    let none = Certificate::default();
    let bound = certified_bound(round, &none).unwrap_or(0.0);
    (none, bound)
}

/// Where the warm start puts each job of each block.
fn warm_starts(round: &Round, problem: &Problem, plan: Option<&Plan>) -> Vec<Vec<u32>> {
    let sessions = plan.map(|plan| plan.sessions.as_slice()).unwrap_or_default();
    let planned: std::collections::HashMap<&str, u32> =
        sessions.iter().filter_map(|session| Some((&*session.request, session.start?))).collect();
    let start = |request: u32| {
        let request = &round.requests[request as usize];
        let cell = *planned.get(&*request.id)?;
        // Only cells of allowed starts have slots.
        let allowed = request.options.iter().any(|option| option.allows(cell));
        allowed.then(|| problem.timeline.slot(cell))
    };
    let block = |block: &Block| block.jobs.iter().map(|job| start(job.request).unwrap_or(NOWHERE)).collect();
    problem.blocks.iter().map(block).collect()
}

/// The plan, in the order of the round's requests.
fn pack(round: &Round, problem: &Problem, starts: &[Vec<u32>]) -> Plan {
    let mut sessions: Vec<Session> =
        round.requests.iter().map(|request| Session { request: request.id.clone(), start: None }).collect();
    let mut objective = 0;
    for (block, starts) in problem.blocks.iter().zip(starts) {
        for (job, &start) in block.jobs.iter().zip(starts) {
            let cost = if start == NOWHERE { None } else { block.cost(job, start) };
            objective += cost.unwrap_or(job.unplaced).unsigned_abs();
            sessions[job.request as usize].start = cost.map(|_| problem.timeline.cell(start));
        }
    }
    Plan { round: round.name.clone(), sessions, objective: Some(objective), bound: None, certificate: None }
}

/// A plan as the search holds it.
#[derive(Clone, Copy)]
pub(crate) struct Held<'a> {
    round: &'a Round,
    problem: &'a Problem,
    starts: &'a [Vec<u32>],
}

impl Held<'_> {
    /// The plan written out.
    pub fn plan(&self) -> Plan {
        pack(self.round, self.problem, self.starts)
    }
}

/// Tells the observer what is known so far.
pub(crate) struct Reporter<'a> {
    observe: &'a mut dyn FnMut(&Progress<'_>),
    round: &'a Round,
    problem: &'a Problem,
    best: Option<(u64, usize)>,
    bound: Option<f64>,
}

impl Reporter<'_> {
    /// Tells what is done now, and of the best plan, if there is one yet.
    pub fn tell(&mut self, phase: Phase, iterations: u64, best: Option<&Best>) {
        if let Some(best) = best {
            let unplaced = best.starts.iter().flatten().filter(|&&start| start == NOWHERE).count();
            self.best = Some((best.cost.unsigned_abs(), unplaced));
        }
        let (objective, unplaced) = self.best.unzip();
        let (round, problem) = (self.round, self.problem);
        let incumbent = Incumbent(best.map(|best| Held { round, problem, starts: &best.starts }));
        (self.observe)(&Progress { phase, objective, bound: self.bound, unplaced, iterations, incumbent });
    }
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "tests say what must hold by failing")]
mod tests {
    use super::*;
    use crate::plan::Price;
    use crate::read::{ReadLimits, read_round};

    #[test]
    fn prices_that_prove_less_than_nothing_give_way_to_none() {
        let round = r#"{"version": 1, "name": "one", "horizon": {"start": "2020-03-23T00:00:00Z", "step_minutes": 5, "cells": 12},
            "pools": [{"id": "p", "kind": "concurrent", "limit": 30}],
            "requests": [{"id": "a", "pools": ["p"], "exclusive": [], "connections": 30, "duration": 2, "unplaced": 100,
             "options": [{"first": 0, "last": 8, "ideal": 4, "base": 3, "per_cell": 1}]}]}"#;
        let round = read_round(round.as_bytes(), &ReadLimits::default()).expect("a valid round");
        let priced = |cell, price| Certificate {
            prices: vec![Price::Pool { pool: "p".into(), cell, price }],
            ..Certificate::default()
        };
        // Nobody would choose the last cell: a price of its 30 connections is lost.
        assert_eq!(proven(&round, priced(11, 1.0)), (Certificate::default(), 3.0));
        let few = priced(11, 0.05);
        assert_eq!(proven(&round, few.clone()), (few, 1.5));
        // No checker believes more than a thousand times what a class can lose.
        assert_eq!(proven(&round, priced(4, 1e6)), (Certificate::default(), 3.0));
    }
}
