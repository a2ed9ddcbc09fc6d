//! The chains that search the blocks, side by side.

use std::sync::Arc;

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::bound::Dual;
use crate::candidates::Candidates;
use crate::construct::construct;
use crate::effort::Proven;
use crate::engine::Reporter;
use crate::guide::{Guide, Lead};
use crate::problem::{Block, NOWHERE, Problem};
use crate::random::Random;
use crate::rules::starts::FINE;
use crate::schedule::Schedule;
use crate::search::Chain;
use crate::shared::Market;
use crate::solve::{Options, Phase};
use crate::state::State;

/// How often the observer hears of the search.
const REPORTS: f64 = 64.0;
/// Under an iteration budget: how many epochs the search is cut into.
const EPOCHS: u64 = 64;
/// Otherwise: steps a job in one epoch.
const STEPS_A_JOB: u64 = 8;

/// When the search stops: after so many steps, at this share of the budget, or at a cost that cannot be beaten.
#[derive(Clone, Copy)]
pub(crate) struct Stop {
    pub iterations: Option<u64>,
    pub share: f64,
    pub target: i64,
}

/// A plan: starts by block and job, and their cost.
pub(crate) struct Best {
    pub cost: i64,
    pub starts: Vec<Vec<u32>>,
}

impl Best {
    /// The cheaper of two.
    pub fn or(self, other: Self) -> Self {
        if other.cost < self.cost { other } else { self }
    }
}

/// All chains, and the market that those of different blocks meet in.
pub(crate) struct Teams<'a> {
    problem: &'a Problem,
    teams: Vec<Team<'a>>,
    market: Option<(Market<'a>, Random)>,
    proven: Proven,
    best: Best,
}

/// The chains that search one block. All are in the same state between epochs; during one, each is in an arena of its own.
pub(crate) struct Team<'a> {
    pub chains: Vec<Chain<'a>>,
    pub guide: Guide,
    /// The jobs that are not pinned.
    jobs: Vec<u32>,
    random: Random,
    best: Vec<u32>,
    best_cost: i64,
    /// Its steps, as a multiple of those it would get by its number of jobs.
    effort: f64,
}

impl<'a> Team<'a> {
    fn new(
        problem: &Problem,
        state: State<'a>,
        guide: Guide,
        candidates: Candidates,
        random: impl Fn(u64) -> Random,
        chains: usize,
    ) -> Self {
        let unit = state.block.unit() * FINE as f64;
        let words = problem.timeline.words();
        let chains = chains.clamp(1, problem.timeline.stretches().len().max(1));
        let (best, best_cost) = (state.starts.clone(), state.total());
        let candidates = Arc::new(candidates);
        let chain = |stream| Chain::new(state.clone(), candidates.clone(), random(stream), unit, words);
        let chains: Vec<Chain<'a>> = (0..chains as u64).map(chain).collect();
        Self { jobs: chains[0].jobs.clone(), guide, random: random(255), best, best_cost, effort: 1.0, chains }
    }

    /// Its share of all steps, in jobs.
    pub fn share(&self) -> f64 {
        self.jobs.len() as f64 * self.effort
    }

    /// Whether a job has no class.
    pub fn has_absent(&self) -> bool {
        self.jobs.iter().any(|&job| self.chains[0].state.starts[job as usize] == NOWHERE)
    }

    /// Lets prices guide the chains, or only true costs.
    pub fn lead(&mut self, lead: Lead) {
        let surcharge = (lead != Lead::Costs).then(|| self.guide.surcharge(self.chains[0].state.block));
        self.chains.iter_mut().for_each(|chain| chain.state.guide(surcharge.clone()));
    }

    /// Lets every chain do its share of `steps` in an arena drawn by lot, and unites what they found.
    fn epoch(
        &mut self,
        problem: &Problem,
        lead: Lead,
        steps: u64,
        schedule: Schedule,
        progress: &(dyn Fn() -> Option<f64> + Sync),
    ) -> u64 {
        let chains = self.chains.len() as u64;
        self.lead(lead);
        if chains > 1 {
            self.divide(problem);
        } else {
            self.chains[0].recount();
        }
        let begin = self.chains[0].cost;
        let run = |chain: &mut Chain<'_>| chain.run(steps.div_ceil(chains), schedule, progress);
        let done = self.chains.par_iter_mut().map(run).sum();
        if lead == Lead::Costs {
            self.note_best(begin);
        }
        if chains > 1 {
            self.unite();
        }
        if lead == Lead::Prices {
            let state = &self.chains[0].state;
            let cost = state.total();
            if cost < self.best_cost {
                self.best_cost = cost;
                self.best.clone_from(&state.starts);
            }
        }
        done
    }

    /// Deals out the stretches of time, and with them the jobs; those without a class go anywhere.
    fn divide(&mut self, problem: &Problem) {
        let mut order: Vec<(u32, u32)> = problem.timeline.stretches().to_vec();
        self.random.shuffle(&mut order);
        let mut owner = vec![0; problem.timeline.words()];
        let mut load = vec![0; self.chains.len()];
        // Jobs that keep an order need to be in one arena now and then.
        if self.chains[0].state.block.has_orders() && self.random.one_in(4) {
            load[1..].fill(usize::MAX);
        }
        for (from, to) in order {
            let least = (0..load.len()).min_by_key(|&chain| load[chain]).unwrap_or(0);
            let jobs = |word: u32| self.chains[0].state.starting(word).len();
            load[least] = load[least].saturating_add((from..to).map(jobs).sum::<usize>() + 1);
            owner[from as usize..to as usize].fill(least);
        }
        let block = self.chains[0].state.block;
        let mut owner_of = vec![0; block.jobs.len()];
        for (of, start) in owner_of.iter_mut().zip(&self.chains[0].state.starts) {
            *of = match *start {
                NOWHERE if load[self.chains.len() - 1] == usize::MAX => 0,
                NOWHERE => self.random.below(self.chains.len()),
                start => owner[(start / 64) as usize],
            };
        }
        let mut jobs: Vec<Vec<u32>> = vec![Vec::new(); self.chains.len()];
        for &job in &self.jobs {
            // Two jobs that keep an order stay where they are while they are in different arenas.
            let owner = owner_of[job as usize];
            let mut orders = block.orders(&block.jobs[job as usize]).iter();
            if orders.all(|order| owner_of[order.other as usize] == owner) {
                jobs[owner].push(job);
            }
        }
        for ((chain, number), jobs) in self.chains.iter_mut().zip(0..).zip(jobs) {
            chain.enter(owner.iter().map(|&owner| if owner == number { u64::MAX } else { 0 }).collect(), jobs);
        }
    }

    /// Remembers the best of each chain, whose arenas are independent, if all of them together are the best ever.
    fn note_best(&mut self, begin: i64) {
        let best = begin + self.chains.iter().map(|chain| chain.best_cost - begin).sum::<i64>();
        let best = best / FINE; // only true costs lead now, which are whole
        if best < self.best_cost {
            self.best_cost = best;
            for chain in &self.chains {
                chain.jobs.iter().for_each(|&job| self.best[job as usize] = chain.best[job as usize]);
            }
        }
    }

    /// Brings what the chains did in their arenas together.
    fn unite(&mut self) {
        let (first, others) = self.chains.split_at_mut(1);
        for chain in others.iter() {
            first[0].follow(&chain.jobs, chain);
        }
        for chain in others.iter_mut() {
            chain.follow(&self.jobs, &first[0]);
        }
    }
}

impl<'a> Teams<'a> {
    /// First plans, and the chains that will improve them.
    pub fn new(problem: &'a Problem, warm: &[Vec<u32>], options: &Options<'_>, dual: &mut Dual<'_>) -> Self {
        let mut random = Random::new(options.seed, u64::MAX);
        let words = problem.timeline.words();
        let candidates = dual.candidates();
        let dual = &*dual;
        let guides: Vec<Guide> = (problem.blocks.par_iter().enumerate())
            .map(|(number, block)| Guide::new(block, words * 64, dual.pool_prices(number)))
            .collect();
        let state = |(block, guide): (&'a Block, &Guide)| {
            let mut state = State::new(block, words);
            state.guide(Some(guide.surcharge(block)));
            state
        };
        let mut states: Vec<State<'a>> = problem.blocks.par_iter().zip(&guides).map(state).collect();
        let market = if problem.shared.is_empty() {
            states.par_iter_mut().zip(warm).for_each(|(state, warm)| construct(state, warm));
            None
        } else {
            let mut market = Market::new(problem, dual.shared_prices());
            market.construct(&mut states, warm, &mut random);
            Some((market, random))
        };
        // One block alone gets a chain a thread; of several, each is searched by one thread.
        let chains = if problem.blocks.len() == 1 { options.threads.max(1) } else { 1 };
        let best = Best {
            cost: states.iter().map(State::total).sum(),
            starts: states.iter().map(|state| state.starts.clone()).collect(),
        };
        let team = |(number, ((state, guide), candidates)): (usize, ((State<'a>, Guide), Candidates))| {
            let random = |stream: u64| Random::new(options.seed, (number as u64) << 8 | stream);
            Team::new(problem, state, guide, candidates, random, chains)
        };
        let teams = states.into_par_iter().zip(guides).zip(candidates).enumerate().map(team).collect();
        Self { problem, teams, market, proven: Proven::new(dual), best }
    }

    /// The best plan so far.
    pub fn best(&self) -> &Best {
        &self.best
    }

    /// The best plan.
    pub fn into_best(self) -> Best {
        self.best
    }

    /// Anneals all blocks until told to stop; returns the steps done.
    pub fn search(
        &mut self,
        options: &Options<'_>,
        stop: Stop,
        threads: &ThreadPool,
        report: &mut Reporter<'_>,
    ) -> u64 {
        let jobs: u64 = self.teams.iter().map(|team| team.jobs.len() as u64).sum();
        let begin = options.budget.spent();
        let (mut done, mut told) = (0, 0.0);
        // How far the search has come, from 0 to 1; `None` when it must stop. Steps are known between epochs only.
        let progress = |done: u64| -> Option<f64> {
            let spent = options.budget.spent();
            let by_steps = stop.iterations.map(|total| done as f64 / total.max(1) as f64);
            let by_budget = (spent - begin) / (stop.share - begin).max(1e-9);
            let goes_on = spent < stop.share && stop.iterations.is_none_or(|total| done < total);
            goes_on.then_some(by_steps.unwrap_or(by_budget))
        };
        while let Some(now) = progress(done) {
            if jobs == 0 || self.best.cost <= stop.target {
                break;
            }
            if now * REPORTS >= told {
                told = (now * REPORTS).floor() + 1.0;
                report.tell(Phase::Search, done, Some(&self.best));
            }
            let all = stop.iterations.map_or(done as f64 / now.max(1e-3), |total| total as f64);
            let schedule = Schedule::new(all / jobs as f64, self.market.is_some());
            done += threads.install(|| self.epoch(jobs, stop, now, schedule, &|| progress(done)));
        }
        done
    }

    /// Lets every chain do its steps of one epoch.
    fn epoch(
        &mut self,
        jobs: u64,
        stop: Stop,
        now: f64,
        schedule: Schedule,
        progress: &(dyn Fn() -> Option<f64> + Sync),
    ) -> u64 {
        let blocks: Vec<_> = self.teams.iter().map(|team| (&team.chains[0].state, team.jobs.len())).collect();
        let efforts = self.proven.efforts(&blocks);
        self.teams.iter_mut().zip(efforts).for_each(|(team, effort)| team.effort = effort);
        let steps = |team: &Team<'_>| {
            let steps = match stop.iterations {
                Some(total) => total as f64 * team.share() / (jobs * EPOCHS) as f64,
                None => STEPS_A_JOB as f64 * team.share(),
            };
            steps.ceil() as u64
        };
        let lead = schedule.lead(now);
        if let Some((market, random)) = &mut self.market {
            let run = |team: &mut Team<'_>| {
                let steps = steps(team);
                team.chains[0].run(steps, schedule, progress)
            };
            let done = market.sweep(&mut self.teams, lead, now, random, run);
            let cost = self.teams.iter().map(|team| team.chains[0].state.total()).sum();
            if cost < self.best.cost {
                let starts = self.teams.iter().map(|team| team.chains[0].state.starts.clone()).collect();
                self.best = Best { cost, starts };
            }
            return done;
        }
        let problem = self.problem;
        let each = |team: &mut Team<'_>| team.epoch(problem, lead, steps(team), schedule, progress);
        let done = self.teams.par_iter_mut().map(each).sum();
        for (team, starts) in self.teams.iter().zip(&mut self.best.starts) {
            if *starts != team.best {
                starts.clone_from(&team.best);
            }
        }
        self.best.cost = self.teams.iter().map(|team| team.best_cost).sum();
        done
    }
}
