//! Many blocks that share pools: they are visited one after another, each time in another order, and during a visit the
//! block has its own use of the shared pools and all that nobody uses. Threads that visit side by side split what is left
//! between them. Prices keep the first visited from wanting the same hours: they begin as the bound's, fall where
//! connections are left over and rise where none are. Near the end they are taken away, so that only true costs count.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::bound::Dual;
use crate::construct::{place_wave, warm_up, waves};
use crate::problem::{Block, Problem};
use crate::random::Random;
use crate::rules::arrivals;
use crate::search::Chain;
use crate::state::{State, Surcharge};
use crate::teams::Team;

/// How prices follow use: they fall with the share of a row that is left over, and rise where less than
/// [`FULL`] of it is.
const FALL: f32 = 2.0;
const RISE: f32 = 1.015;
const FULL: f32 = 0.005;

/// The shared pools while blocks are searched.
pub(crate) struct Market<'a> {
    problem: &'a Problem,
    /// By shared pool and slot: the price of a connection.
    prices: Vec<Vec<f32>>,
    /// Which table of [`Surcharge`] holds for each job of each block; and what the tables are for.
    tables: Vec<Arc<[u16]>>,
    kinds: Vec<Kind>,
    /// By shared pool and slot: the connections that nobody uses.
    left: Vec<Vec<u32>>,
}

/// What a surcharge depends on besides the start: a duration, and the shared pools in use.
type Kind = (u32, Vec<u32>);

impl<'a> Market<'a> {
    /// A market at the prices of a bound.
    pub fn new(problem: &'a Problem, dual: Option<&Dual<'_>>) -> Self {
        let slots = problem.timeline.slots();
        let mut kinds: HashMap<Kind, u16> = HashMap::new();
        let mut tables = Vec::with_capacity(problem.blocks.len());
        for block in &problem.blocks {
            let table = |job| {
                let next = kinds.len() as u16;
                *kinds.entry(kind(block, job)).or_insert(next)
            };
            tables.push(block.jobs.iter().map(table).collect());
        }
        let mut ordered: Vec<(u16, Kind)> = kinds.into_iter().map(|(kind, table)| (table, kind)).collect();
        ordered.sort_unstable();
        let priced = dual.map(Dual::shared_prices);
        Self {
            problem,
            prices: priced.unwrap_or_else(|| problem.shared.iter().map(|_| vec![0.0; slots]).collect()),
            tables,
            kinds: ordered.into_iter().map(|(_, kind)| kind).collect(),
            left: problem.shared.iter().map(|pool| pool.limits.clone()).collect(),
        }
    }

    /// The surcharges at the present prices, block by block.
    fn surcharges(&self) -> Vec<Surcharge> {
        let slots = self.problem.timeline.slots();
        let prices: Arc<[Vec<f32>]> = self.kinds.iter().map(|kind| self.table(kind, slots)).collect();
        self.tables.iter().map(|table| Surcharge { table: table.clone(), prices: prices.clone() }).collect()
    }

    /// The price of a connection at each start.
    fn table(&self, (duration, pools): &Kind, slots: usize) -> Vec<f32> {
        let mut table = vec![0.0; slots];
        for &pool in pools {
            let mut sum = 0.0;
            let sums: Vec<f32> = std::iter::once(0.0)
                .chain(self.prices[pool as usize].iter().map(|price| {
                    sum += price;
                    sum
                }))
                .collect();
            for (price, start) in table.iter_mut().zip(0..slots as u32) {
                let (from, to) = match self.problem.shared[pool as usize].window {
                    None => (start, (start + duration).min(slots as u32)),
                    Some(window) => arrivals::rows(start, window),
                };
                *price += sums[to as usize] - sums[from as usize];
            }
        }
        table
    }

    /// One visit to every block, each thread with a share of what is left of the shared pools; then prices follow. From
    /// `guided` false on they are taken away, and only true costs count.
    pub fn sweep(
        &mut self,
        teams: &mut [Team<'a>],
        guided: bool,
        random: &mut Random,
        run: impl Fn(&mut Chain<'a>) -> u64 + Sync,
    ) -> u64 {
        let surcharges = self.surcharges();
        let mut visits: Vec<(&mut Chain<'a>, Surcharge)> =
            teams.iter_mut().map(|team| &mut team.chains[0]).zip(surcharges).collect();
        random.shuffle(&mut visits);
        let threads = rayon::current_num_threads().clamp(1, visits.len().max(1));
        let mut shelves: Vec<Vec<Vec<u32>>> = (0..threads as u32)
            .map(|shelf| {
                let share = |left: &u32| left / threads as u32 + u32::from(shelf < left % threads as u32);
                self.left.iter().map(|left| left.iter().map(share).collect()).collect()
            })
            .collect();
        let share = visits.len().div_ceil(threads);
        let visit = |(visits, shelf): (&mut [(&mut Chain<'a>, Surcharge)], &mut Vec<Vec<u32>>)| -> u64 {
            let each = |(chain, surcharge): &mut (&mut Chain<'a>, Surcharge)| {
                let block = chain.state.block;
                for (pool, local) in shared_pools(block) {
                    chain.state.headroom.set_rows(local, &shelf[pool]);
                }
                chain.state.guide(guided.then(|| surcharge.clone()));
                chain.recount();
                let done = run(chain);
                if !guided {
                    chain.back_to_best();
                }
                for (pool, local) in shared_pools(block) {
                    shelf[pool].copy_from_slice(chain.state.headroom.rows(local));
                }
                done
            };
            visits.iter_mut().map(each).sum()
        };
        let done = visits.par_chunks_mut(share).zip(&mut shelves).map(visit).sum();
        for (pool, left) in self.left.iter_mut().enumerate() {
            for (row, left) in left.iter_mut().enumerate() {
                *left = shelves.iter().map(|shelf| shelf[pool][row]).sum();
            }
        }
        self.adapt();
        done
    }

    /// Lets prices follow what is left.
    fn adapt(&mut self) {
        for ((prices, left), pool) in self.prices.iter_mut().zip(&self.left).zip(&self.problem.shared) {
            for ((price, left), limit) in prices.iter_mut().zip(left).zip(&pool.limits) {
                let share = *left as f32 / (*limit).max(1) as f32;
                *price *= if share < FULL { RISE } else { (1.0 - FALL * share).max(0.0) };
            }
        }
    }
}

/// The shared pools of a block: index among the shared ones, and in the block.
pub(crate) fn shared_pools(block: &Block) -> impl Iterator<Item = (usize, u32)> + '_ {
    block.pools.iter().zip(0..).filter_map(|(pool, local)| Some((pool.shared? as usize, local)))
}

fn kind(block: &Block, job: &crate::problem::Job) -> Kind {
    let mut pools: Vec<u32> = block.pools(job).iter().filter_map(|&pool| block.pools[pool as usize].shared).collect();
    pools.sort_unstable();
    (job.duration, pools)
}

/// First plans of blocks that share pools, one after the other: what one takes, the next does not have.
pub(crate) fn construct_all<'a>(
    problem: &'a Problem,
    warm: &[Vec<u32>],
    mut market: Market<'a>,
    random: &mut Random,
) -> (Vec<State<'a>>, Market<'a>) {
    let words = problem.timeline.words();
    let surcharges = market.surcharges();
    let mut states: Vec<State<'a>> = problem.blocks.par_iter().map(|block| State::new(block, words)).collect();
    let left = &mut market.left;
    for state in &states {
        for (pool, local) in shared_pools(state.block) {
            // Pinned classes have taken theirs already.
            let rows = state.headroom.rows(local).iter().zip(&problem.shared[pool].limits);
            left[pool].iter_mut().zip(rows).for_each(|(left, (free, limit))| *left -= limit - free);
        }
    }
    let mut lend = |state: &mut State<'a>, work: &mut dyn FnMut(&mut State<'a>)| {
        for (pool, local) in shared_pools(state.block) {
            state.headroom.set_rows(local, &left[pool]);
        }
        work(state);
        for (pool, local) in shared_pools(state.block) {
            left[pool].copy_from_slice(state.headroom.rows(local));
        }
    };
    let mut order: Vec<usize> = (0..states.len()).collect();
    for &block in &order {
        states[block].guide(Some(surcharges[block].clone()));
        lend(&mut states[block], &mut |state| warm_up(state, &warm[block]));
    }
    // Those with the fewest starts go first in all blocks, before others take what only they can use.
    let waves: Vec<Vec<Vec<u32>>> = problem.blocks.par_iter().map(waves).collect();
    for wave in 0..waves.iter().map(Vec::len).max().unwrap_or(0) {
        random.shuffle(&mut order);
        for &block in &order {
            if let Some(wave) = waves[block].get(wave) {
                lend(&mut states[block], &mut |state| place_wave(state, wave));
            }
        }
    }
    (states, market)
}
