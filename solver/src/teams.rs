//! The chains that search the blocks, side by side.

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::bound::Dual;
use crate::construct::construct;
use crate::engine::Reporter;
use crate::problem::{Block, Problem};
use crate::random::Random;
use crate::search::{Chain, Temperatures};
use crate::shared::{Market, construct_all};
use crate::solve::{Options, Phase};
use crate::state::State;

/// How hot annealing is, in units of [`unit`].
const TEMPERATURES: Temperatures = Temperatures { begin: 8.0, end: 0.25 };
/// How often the chains of one block compare notes.
const MEETINGS: f64 = 16.0;
/// Under an iteration budget: how many epochs the search is cut into.
const EPOCHS: u64 = 32;
/// Otherwise: steps a job in one epoch.
const STEPS_A_JOB: u64 = 16;
const STEPS_BETWEEN_TRADES: u64 = 2;

/// The share of the search after which prices of shared pools are taken away.
const RELEASE: f64 = 0.9;

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
    teams: Vec<Team<'a>>,
    market: Option<(Market<'a>, Random)>,
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

impl<'a> Teams<'a> {
    /// First plans, and the chains that will improve them.
    pub fn new(problem: &'a Problem, warm: &[Vec<u32>], options: &Options<'_>, dual: Option<&Dual<'_>>) -> Self {
        let mut random = Random::new(options.seed, u64::MAX);
        let (states, market) = if problem.shared.is_empty() {
            let words = problem.timeline.words();
            let state = |(block, warm): (&'a Block, &Vec<u32>)| {
                let mut state = State::new(block, words);
                construct(&mut state, warm);
                state
            };
            (problem.blocks.par_iter().zip(warm).map(state).collect(), None)
        } else {
            let market = Market::new(problem, dual);
            (construct_all(problem, warm, &market.surcharges(), &mut random), Some((market, random)))
        };
        // One block alone gets a chain a thread; of several, each is searched by one thread.
        let chains = if problem.blocks.len() == 1 { options.threads.max(1) } else { 1 };
        let states: Vec<State<'a>> = states;
        let numbered = states.into_par_iter().enumerate();
        let teams = numbered.map(|(number, state)| Team::new(state, options.seed, number as u64, chains)).collect();
        Self { teams, market }
    }

    /// The best plan of each block.
    pub fn best(&self) -> Best {
        let best = || self.teams.iter().map(Team::best);
        Best {
            cost: best().map(|chain| chain.best_cost).sum(),
            starts: best().map(|chain| chain.best.clone()).collect(),
        }
    }

    /// Cost of the best plan of each block.
    fn best_cost(&self) -> i64 {
        self.teams.iter().map(|team| team.best().best_cost).sum()
    }

    /// Anneals all blocks until told to stop; returns the steps done.
    pub fn search(
        &mut self,
        options: &Options<'_>,
        stop: Stop,
        threads: &ThreadPool,
        report: &mut Reporter<'_>,
    ) -> u64 {
        let jobs: u64 = self.teams.iter().map(|team| team.jobs).sum();
        let begin = options.budget.spent();
        let (mut done, mut met) = (0, 0.0);
        let mut best = self.best();
        if self.market.is_some() {
            best.cost = i64::MAX; // with surcharges: the first trade counts truly
        }
        // How far the search has come, from 0 to 1; `None` when it must stop. Steps are known between epochs only.
        let progress = |done: u64| -> Option<f64> {
            let spent = options.budget.spent();
            let by_steps = stop.iterations.map(|total| done as f64 / total.max(1) as f64);
            let by_budget = (spent - begin) / (stop.share - begin).max(1e-9);
            let goes_on = spent < stop.share && by_steps.is_none_or(|steps| steps < 1.0);
            goes_on.then_some(by_steps.unwrap_or(by_budget))
        };
        while let Some(now) = progress(done) {
            if jobs == 0 || self.market.is_none() && self.best_cost() <= stop.target {
                break;
            }
            let meets = (now * MEETINGS).floor() > met;
            threads.install(|| self.trade(now, &mut best));
            if meets {
                met = (now * MEETINGS).floor();
                self.teams.iter_mut().for_each(Team::meet);
                match &self.market {
                    Some(_) => report.note(&best),
                    None => report.note(&self.best()),
                }
                report.tell(Phase::Search, done);
            }
            done += threads.install(|| self.epoch(jobs, stop, &|| progress(done)));
        }
        if self.market.is_some() {
            threads.install(|| self.trade(1.0, &mut best));
            self.settle(best);
        }
        report.note(&self.best());
        done
    }

    /// Lets every chain do its steps of one epoch.
    fn epoch(&mut self, jobs: u64, stop: Stop, progress: &(dyn Fn() -> Option<f64> + Sync)) -> u64 {
        let trades = self.market.is_some();
        let steps = |team: &Team<'_>| match stop.iterations {
            Some(total) => (total * team.jobs).div_ceil(jobs * team.chains.len() as u64 * EPOCHS),
            None if trades => STEPS_BETWEEN_TRADES * team.jobs,
            None => STEPS_A_JOB * team.jobs,
        };
        let each = |team: &mut Team<'_>| {
            let steps = steps(team);
            let run = |chain: &mut Chain<'_>| chain.run(steps, TEMPERATURES, &|_| progress());
            team.chains.par_iter_mut().map(run).sum::<u64>()
        };
        self.teams.par_iter_mut().map(each).sum()
    }

    /// Before an epoch of blocks that share pools: takes back and deals out what is not used, and moves prices, or, from
    /// [`RELEASE`] on, takes them away. Remembers the plan if it is the best so far.
    fn trade(&mut self, now: f64, best: &mut Best) {
        let Some((market, random)) = &mut self.market else { return };
        let mut chains: Vec<&mut Chain<'_>> = self.teams.iter_mut().flat_map(|team| &mut team.chains).collect();
        if now >= RELEASE {
            chains.par_iter_mut().for_each(|chain| chain.back_to_best());
        }
        let cost = chains.par_iter().map(|chain| chain.state.total()).sum();
        if cost < best.cost {
            *best = Best { cost, starts: chains.iter().map(|chain| chain.state.starts.clone()).collect() };
        }
        let left = market.collect(&mut chains);
        market.adapt(&left);
        market.deal(&left, &mut chains, random);
        let surcharges = market.surcharges();
        chains.par_iter_mut().zip(surcharges).for_each(|(chain, surcharge)| {
            chain.state.guide((now < RELEASE).then_some(surcharge));
            chain.forget_best();
        });
    }

    /// Takes `best` for the best plan of each block.
    fn settle(&mut self, best: Best) {
        for (team, starts) in self.teams.iter_mut().zip(best.starts) {
            for chain in &mut team.chains {
                chain.state.guide(None);
                chain.settle(starts.clone());
            }
        }
    }
}
