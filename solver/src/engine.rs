//! The course of a solve: prepare, bound, construct, search, and pack the answer.

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

use crate::bound::Dual;
use crate::construct::construct;
use crate::milp;
use crate::plan::{Certificate, Plan, Session};
use crate::problem::{Block, NOWHERE, Problem};
use crate::random::Random;
use crate::round::Round;
use crate::search::{Chain, Temperatures};
use crate::solve::{Method, Options, Phase, Progress, Solution, Status};
use crate::state::State;

/// How hot annealing is, in units of [`unit`].
const TEMPERATURES: Temperatures = Temperatures { begin: 8.0, end: 0.25 };
/// How often the chains of one block compare notes.
const MEETINGS: f64 = 16.0;
/// Under an iteration budget: how many epochs the search is cut into.
const EPOCHS: u64 = 32;
/// Otherwise: steps a job in one epoch.
const STEPS_A_JOB: u64 = 16;

/// Passes over all jobs to find the bound, and the share of the budget that they may take.
const PASSES: u32 = 400;
const BOUND_SHARE: f64 = 0.2;
/// Under an iteration budget of the exact method's own: steps of the search before it, a job.
const STEPS_BEFORE_EXACT: u64 = 500;
/// [`Method::Auto`] tries the exact method on rounds with at most so many jobs, keeping this share of the budget for it;
/// and only if prices leave at most so many choices.
const SMALL: usize = 80;
const EXACT_SHARE: f64 = 0.4;
const MOST_CHOICES: usize = 4000;

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

    report.tell(Phase::Construct, 0);
    let mut teams = teams(round, &problem, options, &threads);
    report.note(&teams);

    report.tell(Phase::Bound, 0);
    let mut proof = prove(round, &problem, options, &threads);
    report.bound = proof.as_ref().map(|proof| proof.bound);

    report.tell(Phase::Search, 0);
    // Costs are whole numbers, so a plan at the bound rounded up is optimal.
    let target = proof.as_ref().map_or(i64::MIN, |proof| (proof.bound - 1e-6).ceil() as i64);
    let mut stop = Stop { iterations: options.iterations, share: 1.0, target };
    let jobs = round.requests.len();
    match options.method {
        Method::Exact if proof.is_some() => {
            stop.iterations = stop.iterations.or(Some(STEPS_BEFORE_EXACT * jobs as u64))
        }
        Method::Auto if jobs <= SMALL && options.budget.seconds_left().is_some() => stop.share -= EXACT_SHARE,
        _ => {}
    }
    let mut iterations = search(&mut teams, options, stop, &threads, &mut report);
    let mut best = Best::of(&teams);

    if let Some(proof) = proof.as_mut().filter(|_| options.method != Method::Search && best.cost > target) {
        report.tell(Phase::Exact, iterations);
        let is_proven = improve_exactly(&problem, &mut proof.dual, options, &mut best);
        if is_proven {
            stop.target = best.cost;
        } else if options.iterations.is_none() && options.budget.seconds_left().is_some() {
            stop = Stop { iterations: None, share: 1.0, target };
            iterations += search(&mut teams, options, stop, &threads, &mut report);
            best = best.or(Best::of(&teams));
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

/// A first plan of each block, and the chains that will improve it.
fn teams<'a>(round: &Round, problem: &'a Problem, options: &Options<'_>, threads: &ThreadPool) -> Vec<Team<'a>> {
    let warm = warm_starts(round, problem, options.warm_start);
    let words = problem.timeline.words();
    // One block alone gets a chain a thread; of several, each is searched by one thread.
    let chains = if problem.blocks.len() == 1 { options.threads.max(1) } else { 1 };
    threads.install(|| {
        let blocks = problem.blocks.par_iter().zip(&warm).enumerate();
        let team = |(number, (block, warm)): (usize, (&'a Block, &Vec<u32>))| {
            let mut state = State::new(block, words);
            construct(&mut state, warm);
            Team::new(state, options.seed, number as u64, chains)
        };
        blocks.map(team).collect()
    })
}

/// A bound, its proof, and the prices behind it.
struct Proof<'a> {
    bound: f64,
    certificate: Certificate,
    dual: Dual<'a>,
}

/// A bound, if there is room for one.
fn prove<'a>(round: &Round, problem: &'a Problem, options: &Options<'_>, threads: &ThreadPool) -> Option<Proof<'a>> {
    if !Dual::is_affordable(problem) {
        return None;
    }
    let mut dual = Dual::new(problem);
    let begin = options.budget.spent();
    threads.install(|| {
        dual.improve(&mut |pass| {
            let spent = options.budget.spent();
            let by_budget = if options.iterations.is_some() { 0.0 } else { (spent - begin) / BOUND_SHARE };
            let progress = (f64::from(pass) / f64::from(PASSES)).max(by_budget);
            // However little time there is, one pass gives a bound.
            (pass == 0 || progress < 1.0 && spent < 1.0).then_some(progress)
        });
    });
    let certificate = dual.certificate(round);
    let bound = crate::check::certified_bound(round, &certificate)?;
    Some(Proof { bound, certificate, dual })
}

/// Lets the exact method improve or prove `best`; returns whether it is now proven to be optimal.
fn improve_exactly(problem: &Problem, dual: &mut Dual<'_>, options: &Options<'_>, best: &mut Best) -> bool {
    let seconds = options.budget.seconds_left();
    let choices = milp::choices(problem, dual, &best.starts, best.cost);
    let is_hopeless = options.method == Method::Auto && (seconds.is_none() || choices.len() > MOST_CHOICES);
    // HiGHS looks at its clock between steps: what it is granted leaves room for the last of them.
    let seconds = seconds.map(|seconds| seconds * 0.9 - 0.05);
    if is_hopeless || seconds.is_some_and(|seconds| seconds <= 0.0) {
        return false;
    }
    let Some(exact) = milp::solve(problem, &choices, &best.starts, seconds) else { return false };
    let cost = total(problem, &exact.starts);
    if cost < best.cost {
        *best = Best { cost, starts: exact.starts };
    }
    exact.is_optimal && cost == best.cost
}

/// A plan: starts by block and job, and their cost.
struct Best {
    cost: i64,
    starts: Vec<Vec<u32>>,
}

impl Best {
    fn of(teams: &[Team<'_>]) -> Self {
        let best = || teams.iter().map(Team::best);
        Self {
            cost: best().map(|chain| chain.best_cost).sum(),
            starts: best().map(|chain| chain.best.clone()).collect(),
        }
    }

    fn or(self, other: Self) -> Self {
        if other.cost < self.cost { other } else { self }
    }
}

/// Cost of a plan, by block and job.
fn total(problem: &Problem, starts: &[Vec<u32>]) -> i64 {
    let blocks = problem.blocks.iter().zip(starts);
    let jobs =
        blocks.flat_map(|(block, starts)| block.jobs.iter().zip(starts).map(move |(job, &start)| (block, job, start)));
    jobs.map(|(block, job, start)| block.cost(job, start).unwrap_or(job.unplaced)).sum()
}

/// When the search stops: after so many steps, at this share of the budget, or at a cost that cannot be beaten.
#[derive(Clone, Copy)]
struct Stop {
    iterations: Option<u64>,
    share: f64,
    target: i64,
}

/// The chains that search one block.
struct Team<'a> {
    chains: Vec<Chain<'a>>,
    jobs: u64,
}

impl<'a> Team<'a> {
    fn new(state: State<'a>, seed: u64, number: u64, chains: usize) -> Self {
        let (jobs, unit) = (state.block.jobs.len() as u64, unit(state.block));
        let chain = |stream: u64| Chain::new(state.clone(), Random::new(seed, number << 8 | stream), unit);
        Self { chains: (0..chains as u64).map(chain).collect(), jobs }
    }

    fn best(&self) -> &Chain<'a> {
        self.chains.iter().min_by_key(|chain| chain.best_cost).unwrap_or(&self.chains[0])
    }

    /// Chains that have fallen behind continue from the one that is ahead.
    fn meet(&mut self) {
        let Some(leader) = (0..self.chains.len()).min_by_key(|&i| self.chains[i].cost()) else { return };
        let (before, rest) = self.chains.split_at_mut(leader);
        if let Some((leader, after)) = rest.split_first_mut() {
            before.iter_mut().chain(after).for_each(|chain| chain.adopt(leader));
        }
    }
}

/// What a small difference in cost is worth: the mean cost of a cell away from the ideal.
pub(crate) fn unit(block: &Block) -> f64 {
    let slopes: i64 = block.pieces.iter().map(|piece| piece.slope()).sum();
    (slopes as f64 / block.pieces.len().max(1) as f64).max(1.0)
}

/// Anneals all blocks until told to stop; returns the steps done.
fn search(
    teams: &mut [Team<'_>],
    options: &Options<'_>,
    stop: Stop,
    threads: &ThreadPool,
    report: &mut Reporter<'_>,
) -> u64 {
    let jobs: u64 = teams.iter().map(|team| team.jobs).sum();
    let begin = options.budget.spent();
    let (mut done, mut met) = (0, 0.0);
    // How far the search has come, from 0 to 1; `None` when it must stop. Steps are known between epochs only.
    let progress = |done: u64| -> Option<f64> {
        let spent = options.budget.spent();
        let by_steps = stop.iterations.map(|total| done as f64 / total.max(1) as f64);
        let by_budget = (spent - begin) / (stop.share - begin).max(1e-9);
        (spent < stop.share && by_steps.is_none_or(|steps| steps < 1.0)).then_some(by_steps.unwrap_or(by_budget))
    };
    while let Some(now) = progress(done) {
        if jobs == 0 || teams.iter().map(|team| team.best().best_cost).sum::<i64>() <= stop.target {
            break;
        }
        if (now * MEETINGS).floor() > met {
            met = (now * MEETINGS).floor();
            teams.iter_mut().for_each(Team::meet);
            report.note(teams);
            report.tell(Phase::Search, done);
        }
        let steps = |team: &Team<'_>| match stop.iterations {
            Some(total) => (total * team.jobs).div_ceil(jobs * team.chains.len() as u64 * EPOCHS),
            None => STEPS_A_JOB * team.jobs,
        };
        done += threads.install(|| {
            let each = |team: &mut Team<'_>| {
                let steps = steps(team);
                let run = |chain: &mut Chain<'_>| chain.run(steps, TEMPERATURES, &|_| progress(done));
                team.chains.par_iter_mut().map(run).sum::<u64>()
            };
            teams.par_iter_mut().map(each).sum::<u64>()
        });
    }
    report.note(teams);
    done
}

/// Where the warm start puts each job of each block.
fn warm_starts(round: &Round, problem: &Problem, plan: Option<&Plan>) -> Vec<Vec<u32>> {
    let sessions = plan.map(|plan| plan.sessions.as_slice()).unwrap_or_default();
    let planned: std::collections::HashMap<&str, u32> =
        sessions.iter().filter_map(|session| Some((session.request.as_str(), session.start?))).collect();
    let start = |request: u32| {
        let request = &round.requests[request as usize];
        let cell = *planned.get(request.id.as_str())?;
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
struct Reporter<'a> {
    observe: &'a mut dyn FnMut(&Progress),
    best: Option<(u64, usize)>,
    bound: Option<f64>,
}

impl Reporter<'_> {
    fn note(&mut self, teams: &[Team<'_>]) {
        let best = teams.iter().map(Team::best).map(|chain| {
            (chain.best_cost.unsigned_abs(), chain.best.iter().filter(|&&start| start == NOWHERE).count())
        });
        self.best = Some(best.fold((0, 0), |sum, each| (sum.0 + each.0, sum.1 + each.1)));
    }

    fn note_plan(&mut self, plan: &Plan) {
        let unplaced = plan.sessions.iter().filter(|session| session.start.is_none()).count();
        self.best = plan.objective.map(|objective| (objective, unplaced));
    }

    fn tell(&mut self, phase: Phase, iterations: u64) {
        let (objective, unplaced) = self.best.unzip();
        (self.observe)(&Progress { phase, objective, bound: self.bound, unplaced, iterations });
    }
}
