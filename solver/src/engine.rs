//! The course of a solve: prepare, bound, construct, search, and pack the answer.

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::bound::Dual;
use crate::construct::construct;
use crate::plan::{Certificate, Plan, Session};
use crate::problem::{Block, NOWHERE, Problem};
use crate::random::Random;
use crate::round::Round;
use crate::search::{Chain, Temperatures};
use crate::solve::{Budget, Options, Phase, Progress, Solution, Status};
use crate::state::State;

/// How hot annealing is, in units of [`unit`].
const TEMPERATURES: Temperatures = Temperatures { begin: 8.0, end: 0.25 };
/// How often the chains of one block compare notes.
const MEETINGS: f64 = 16.0;
/// Under an iteration budget: how many epochs the search is cut into.
const EPOCHS: u64 = 32;
/// Otherwise: steps a job in one epoch.
const STEPS_A_JOB: u64 = 16;

/// Solves a valid round.
pub(crate) fn run(round: &Round, options: &Options<'_>, observe: &mut dyn FnMut(&Progress)) -> Solution {
    let mut report = Reporter { observe, best: None, bound: None };
    report.tell(Phase::Reading, 0);
    let problem = Problem::new(round);
    let warm = warm_starts(round, &problem, options.warm_start);
    report.tell(Phase::Construct, 0);
    let words = problem.timeline.words();
    let threads = options.threads.max(1);
    let mut teams: Vec<Team<'_>> = problem
        .blocks
        .iter()
        .zip(&warm)
        .zip(0_u64..)
        .map(|((block, warm), number)| {
            let mut state = State::new(block, words);
            construct(&mut state, warm);
            // One block alone gets a chain a thread; of several, each is searched by one thread.
            let chains = if problem.blocks.len() == 1 { threads } else { 1 };
            Team::new(state, options.seed, number, chains)
        })
        .collect();
    report.note(&teams);
    let Ok(pool) = rayon::ThreadPoolBuilder::new().num_threads(threads).build() else {
        return Solution { plan: pack(round, &problem, &[]), status: Status::Feasible, proven: None, iterations: 0 };
    };
    report.tell(Phase::Bound, 0);
    let proof = prove(round, &problem, options, &pool);
    report.bound = proof.as_ref().map(|proof| proof.0);
    report.tell(Phase::Search, 0);
    let iterations = search(&mut teams, options, &pool, &mut report);
    let starts: Vec<Vec<u32>> = teams.iter().map(|team| team.best().best.clone()).collect();
    let mut plan = pack(round, &problem, &starts);
    let proven = proof.as_ref().map(|proof| (proof.0 - 1e-6).ceil());
    if let Some((bound, certificate)) = proof {
        plan.bound = Some(bound);
        plan.certificate = Some(certificate);
    }
    report.note(&teams);
    report.tell(Phase::Done, iterations);
    Solution { plan, status: Status::Feasible, proven, iterations }
}

/// Passes over all jobs to find the bound, and the share of the budget that they may take.
const PASSES: u32 = 400;
const BOUND_SHARE: f64 = 0.2;

/// A bound and its proof, if there is time and room for one.
fn prove(round: &Round, problem: &Problem, options: &Options<'_>, pool: &ThreadPool) -> Option<(f64, Certificate)> {
    if !Dual::is_affordable(problem) {
        return None;
    }
    let mut dual = Dual::new(problem);
    let begin = options.budget.spent();
    pool.install(|| {
        dual.improve(&mut |pass| {
            let by_budget = match options.iterations {
                Some(_) => 0.0,
                None => (options.budget.spent() - begin) / BOUND_SHARE,
            };
            let progress = (f64::from(pass) / f64::from(PASSES)).max(by_budget);
            (progress < 1.0).then_some(progress)
        });
    });
    let certificate = dual.certificate(round);
    let bound = crate::check::certified_bound(round, &certificate)?;
    Some((bound, certificate))
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

/// Anneals all blocks until the budget is spent; returns the steps done.
fn search(teams: &mut [Team<'_>], options: &Options<'_>, pool: &ThreadPool, report: &mut Reporter<'_>) -> u64 {
    let jobs: u64 = teams.iter().map(|team| team.jobs).sum();
    if jobs == 0 {
        return 0;
    }
    let budget = options.budget;
    let begin = budget.spent();
    let (mut done, mut met, mut epoch) = (0, 0.0, 0);
    loop {
        let left = options.iterations.map_or(u64::MAX, |total| total.saturating_sub(done));
        if left == 0 || budget.spent() >= 1.0 || options.iterations.is_some() && epoch > 2 * EPOCHS {
            return done;
        }
        let steps: u64 = pool.install(|| {
            teams
                .par_iter_mut()
                .map(|team| {
                    let share = match options.iterations {
                        Some(total) => (total * team.jobs / jobs / team.chains.len() as u64 / EPOCHS).max(1),
                        None => STEPS_A_JOB * team.jobs,
                    };
                    let each = |chain: &mut Chain<'_>| {
                        chain.run(share, TEMPERATURES, &|steps| progress(options, begin, done, steps))
                    };
                    team.chains.par_iter_mut().map(each).sum::<u64>()
                })
                .sum()
        });
        done += steps;
        epoch += 1;
        let progress = progress(options, begin, done, 0).unwrap_or(1.0);
        if (progress * MEETINGS).floor() > met {
            met = (progress * MEETINGS).floor();
            teams.iter_mut().for_each(Team::meet);
            report.note(teams);
            report.tell(Phase::Search, done);
        }
    }
}

/// How far the search has come, from 0 to 1; `None` when it must stop.
fn progress(options: &Options<'_>, begin: f64, done: u64, _steps: u64) -> Option<f64> {
    let budget: &dyn Budget = options.budget;
    let spent = budget.spent();
    if spent >= 1.0 {
        return None;
    }
    Some(match options.iterations {
        Some(total) => done as f64 / total.max(1) as f64,
        None => (spent - begin) / (1.0 - begin),
    })
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

    fn tell(&mut self, phase: Phase, iterations: u64) {
        let (objective, unplaced) = self.best.unzip();
        (self.observe)(&Progress { phase, objective, bound: self.bound, unplaced, iterations });
    }
}
