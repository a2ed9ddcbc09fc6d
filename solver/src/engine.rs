//! The course of a solve: prepare, bound, construct, search, and pack the answer.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

use crate::bound::Dual;
use crate::milp;
use crate::plan::{Certificate, Plan, Session};
use crate::problem::{Block, NOWHERE, Problem};
use crate::round::Round;
use crate::solve::{Method, Options, Phase, Progress, Solution, Status};
use crate::teams::{Best, Stop, Teams};

/// Passes over all jobs to find the bound: under a budget of iterations, and of time; and the share of time they may take.
const PASSES: u32 = 400;
const MOST_PASSES: u32 = 1000;
const BOUND_SHARE: f64 = 0.25;
/// Of a sample and of all the rest, where only a sample finds the prices that all share: the same; what the rest gets.
const SAMPLE_PASSES: u32 = 300;
const SAMPLE_SHARE: f64 = 0.08;
const REST_SHARE: f64 = 0.2;
const REST_PASSES: (u32, u32) = (30, 250);
/// Under an iteration budget of the exact method's own: steps of the search before it, a job.
const STEPS_BEFORE_EXACT: u64 = 500;
/// [`Method::Auto`] keeps this share of the budget for the exact method if prices are likely to leave it few choices, once
/// the search has come so near to the bound: at most so many, and so many times the root of its seconds.
const EXACT_SHARE: f64 = 0.4;
const LIKELY_GAP: f64 = 0.03;
const MOST_CHOICES: usize = 4500;
const CHOICES_A_ROOT_SECOND: f64 = 1700.0;

/// Solves a valid round.
pub(crate) fn run(
    round: &Round,
    options: &Options<'_>,
    observe: &mut dyn FnMut(&Progress),
) -> Result<Solution, ThreadPoolBuildError> {
    let threads = ThreadPoolBuilder::new().num_threads(options.threads.max(1)).build()?;
    let mut report = Reporter { observe, best: None, bound: None };
    report.tell(Phase::Reading, 0);
    let problem = Problem::new(round);

    report.tell(Phase::Bound, 0);
    let mut proof = prove(round, &problem, options, &threads);
    report.bound = proof.as_ref().map(|proof| proof.bound);

    report.tell(Phase::Construct, 0);
    let warm = warm_starts(round, &problem, options.warm_start);
    let dual = proof.as_ref().map(|proof| &proof.dual);
    let mut teams = threads.install(|| Teams::new(&problem, &warm, options, dual));
    report.note(teams.best());

    report.tell(Phase::Search, 0);
    // Costs are whole numbers, so a plan at the bound rounded up is optimal.
    let target = proof.as_ref().map_or(i64::MIN, |proof| (proof.bound - 1e-6).ceil() as i64);
    let tries_exactly = match options.method {
        Method::Search => false,
        Method::Exact => true,
        Method::Auto => {
            let is_small =
                |proof: &mut Proof<'_>| has_few_choices(&problem, &mut proof.dual, &warm, proof.bound, options);
            proof.as_mut().is_some_and(is_small)
        }
    };
    let mut stop = Stop { iterations: options.iterations, share: 1.0, target };
    let jobs = round.requests.len();
    match options.method {
        Method::Exact if proof.is_some() => {
            stop.iterations = stop.iterations.or(Some(STEPS_BEFORE_EXACT * jobs as u64))
        }
        Method::Auto if tries_exactly => stop.share -= EXACT_SHARE,
        _ => {}
    }
    let mut iterations = teams.search(options, stop, &threads, &mut report);
    let mut best = Best { cost: teams.best().cost, starts: teams.best().starts.clone() };

    if let Some(proof) = proof.as_mut().filter(|_| tries_exactly && best.cost > target) {
        report.tell(Phase::Exact, iterations);
        let is_proven = improve_exactly(&problem, &mut proof.dual, options, &mut best);
        if is_proven {
            stop.target = best.cost;
        } else if options.iterations.is_none() && options.budget.seconds_left().is_some() {
            stop = Stop { iterations: None, share: 1.0, target };
            iterations += teams.search(options, stop, &threads, &mut report);
            best = best.or(teams.into_best());
        }
    }
    let status = if best.cost <= stop.target { Status::Optimal } else { Status::Feasible };
    let proven = match status {
        Status::Optimal => Some(best.cost as f64),
        Status::Feasible => proof.as_ref().map(|_| target as f64),
    };
    let mut plan = pack(round, &problem, &best.starts);
    if let Some(proof) = proof {
        plan.bound = Some(proof.bound);
        plan.certificate = Some(proof.certificate);
    }
    report.note_plan(&plan);
    report.tell(Phase::Done, iterations);
    Ok(Solution { plan, status, proven, iterations })
}

/// A bound, its proof, and the prices behind it.
struct Proof<'a> {
    bound: f64,
    certificate: Certificate,
    dual: Dual<'a>,
}

/// A bound, if there is room for one.
fn prove<'a>(round: &Round, problem: &'a Problem, options: &Options<'_>, threads: &ThreadPool) -> Option<Proof<'a>> {
    let mut dual = Dual::new(problem);
    let begin = options.budget.spent();
    let (most, share) = if dual.is_sampled() { (SAMPLE_PASSES, SAMPLE_SHARE) } else { (MOST_PASSES, BOUND_SHARE) };
    let done = AtomicU32::new(0);
    let mut passes = |pass: u32| {
        done.store(pass, Ordering::Relaxed);
        let spent = options.budget.spent();
        let (passes, by_budget) = match options.iterations {
            Some(_) => (most.min(PASSES), 0.0),
            None => (most, (spent - begin) / share),
        };
        let progress = (f64::from(pass) / f64::from(passes)).max(by_budget);
        // However little time there is, one pass gives a bound.
        (pass == 0 || progress < 1.0 && spent < 1.0).then_some(progress)
    };
    let rest = |more: f64| {
        let a_pass = (options.budget.spent() - begin) / f64::from(done.load(Ordering::Relaxed).max(1)) * more;
        let passes = if options.iterations.is_some() { PASSES } else { (REST_SHARE / a_pass) as u32 };
        passes.clamp(REST_PASSES.0, REST_PASSES.1)
    };
    threads.install(|| dual.improve(&mut passes, rest));
    let certificate = dual.certificate(round);
    let bound = crate::check::certified_bound(round, &certificate)?;
    Some(Proof { bound, certificate, dual })
}

/// Whether few choices would be left for plans better than one that is as near to the bound as the search may come.
fn has_few_choices(
    problem: &Problem,
    dual: &mut Dual<'_>,
    starts: &[Vec<u32>],
    bound: f64,
    options: &Options<'_>,
) -> bool {
    let most = options.budget.seconds_left().map_or(0, |seconds| most_choices(seconds * EXACT_SHARE));
    let jobs: usize = problem.blocks.iter().map(|block| block.jobs.len()).sum();
    let likely = (bound * (1.0 + LIKELY_GAP)).ceil() as i64;
    jobs <= most && milp::choices(problem, dual, starts, likely).len() <= most
}

/// With how many choices the exact method may come to an end in so many seconds.
fn most_choices(seconds: f64) -> usize {
    MOST_CHOICES.min((seconds.sqrt() * CHOICES_A_ROOT_SECOND) as usize)
}

/// Lets the exact method improve or prove `best`; returns whether it is now proven to be optimal.
fn improve_exactly(problem: &Problem, dual: &mut Dual<'_>, options: &Options<'_>, best: &mut Best) -> bool {
    let seconds = options.budget.seconds_left();
    let choices = milp::choices(problem, dual, &best.starts, best.cost);
    let is_hopeless = options.method == Method::Auto && choices.len() > seconds.map_or(0, most_choices);
    // HiGHS looks at its clock between steps: what it is granted leaves room for the last of them.
    let seconds = seconds.map(|seconds| seconds * 0.8 - 0.05);
    if is_hopeless || seconds.is_some_and(|seconds| seconds <= 0.0) {
        return false;
    }
    let Some(exact) = milp::solve(problem, dual, &choices, &best.starts, seconds) else { return false };
    let cost = total(problem, &exact.starts);
    if cost < best.cost {
        *best = Best { cost, starts: exact.starts };
    }
    exact.is_optimal && cost == best.cost
}

/// Cost of a plan, by block and job.
fn total(problem: &Problem, starts: &[Vec<u32>]) -> i64 {
    let blocks = problem.blocks.iter().zip(starts);
    let jobs =
        blocks.flat_map(|(block, starts)| block.jobs.iter().zip(starts).map(move |(job, &start)| (block, job, start)));
    jobs.map(|(block, job, start)| block.cost(job, start).unwrap_or(job.unplaced)).sum()
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

/// Tells the observer what is known so far.
pub(crate) struct Reporter<'a> {
    observe: &'a mut dyn FnMut(&Progress),
    best: Option<(u64, usize)>,
    bound: Option<f64>,
}

impl Reporter<'_> {
    pub fn note(&mut self, best: &Best) {
        let unplaced = best.starts.iter().flatten().filter(|&&start| start == NOWHERE).count();
        self.best = Some((best.cost.unsigned_abs(), unplaced));
    }

    fn note_plan(&mut self, plan: &Plan) {
        let unplaced = plan.sessions.iter().filter(|session| session.start.is_none()).count();
        self.best = plan.objective.map(|objective| (objective, unplaced));
    }

    pub fn tell(&mut self, phase: Phase, iterations: u64) {
        let (objective, unplaced) = self.best.unzip();
        (self.observe)(&Progress { phase, objective, bound: self.bound, unplaced, iterations });
    }
}
