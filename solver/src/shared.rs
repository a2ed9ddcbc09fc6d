//! Many blocks that share pools: each is searched on its own, with its own use of the shared pools and a share of what
//! is left; prices keep all from wanting the same hours.
//!
//! Between epochs, the connections that nobody uses are dealt out anew, in packets large enough for a class, to blocks
//! drawn by lot. Prices begin as the bound's; they fall where connections are left over and rise where none are. Near
//! the end they are taken away, so that only true costs count.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::bound::Dual;
use crate::construct::construct;
use crate::problem::{Block, Problem};
use crate::random::Random;
use crate::rules::arrivals;
use crate::search::Chain;
use crate::state::{State, Surcharge};

/// Connections in a packet, in mean classes.
const PACKET: u64 = 4;
/// How prices follow use: they fall with the share of a row that is left over, and rise where less than
/// [`FULL`] of it is.
const FALL: f32 = 2.0;
const RISE: f32 = 1.03;
const FULL: f32 = 0.01;

/// The shared pools while blocks are searched.
pub(crate) struct Market<'a> {
    problem: &'a Problem,
    /// By shared pool and slot: the price of a connection.
    prices: Vec<Vec<f32>>,
    /// Which table of [`Surcharge`] holds for each job of each block; and what the tables are for.
    tables: Vec<Arc<[u16]>>,
    kinds: Vec<Kind>,
    packet: u64,
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
        let jobs = || problem.blocks.iter().flat_map(|block| &block.jobs);
        let connections: u64 = jobs().map(|job| u64::from(job.connections)).sum();
        let priced = dual.map(Dual::shared_prices);
        Self {
            problem,
            prices: priced.unwrap_or_else(|| problem.shared.iter().map(|_| vec![0.0; slots]).collect()),
            tables,
            kinds: ordered.into_iter().map(|(_, kind)| kind).collect(),
            packet: (PACKET * connections / jobs().count().max(1) as u64).max(1),
        }
    }

    /// The surcharges at the present prices, block by block.
    pub fn surcharges(&self) -> Vec<Surcharge> {
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

    /// Takes back from every state what it does not use of the shared pools; returns what is left of each.
    pub fn collect(&self, chains: &mut [&mut Chain<'a>]) -> Vec<Vec<u32>> {
        let mut left: Vec<Vec<u32>> = self.problem.shared.iter().map(|pool| pool.limits.clone()).collect();
        for chain in chains {
            let state = &mut chain.state;
            for (pool, local) in shared_pools(state.block) {
                for (left, used) in left[pool].iter_mut().zip(state.used(local)) {
                    *left -= used;
                }
                state.headroom.rows_mut(local).fill(0);
            }
        }
        left
    }

    /// Lets prices follow what is left.
    pub fn adapt(&mut self, left: &[Vec<u32>]) {
        for ((prices, left), pool) in self.prices.iter_mut().zip(left).zip(&self.problem.shared) {
            for ((price, left), limit) in prices.iter_mut().zip(left).zip(&pool.limits) {
                let share = *left as f32 / (*limit).max(1) as f32;
                *price *= if share < FULL { RISE } else { (1.0 - FALL * share).max(0.0) };
            }
        }
    }

    /// Deals out what is left, word by word, to blocks drawn by lot.
    pub fn deal(&self, left: &[Vec<u32>], chains: &mut [&mut Chain<'a>], random: &mut Random) {
        for (pool, left) in left.iter().enumerate() {
            let users: Vec<(usize, u32)> = chains
                .iter()
                .enumerate()
                .filter_map(|(i, chain)| Some((i, shared_pools(chain.state.block).find(|each| each.0 == pool)?.1)))
                .collect();
            // Every second packet goes to those who could not place everything.
            let needy: Vec<(usize, u32)> = users.iter().copied().filter(|user| chains[user.0].has_absent()).collect();
            for (word, rows) in left.chunks(64).enumerate() {
                let mean = rows.iter().map(|&left| u64::from(left)).sum::<u64>() / 64;
                let packets = (mean / self.packet).clamp(1, users.len().max(1) as u64) as u32;
                for _ in 0..packets {
                    let among = if needy.is_empty() || random.one_in(2) { &users } else { &needy };
                    let Some((block, local)) = random.pick(among) else { break };
                    let free = &mut chains[block].state.headroom.rows_mut(local)[word * 64..][..64];
                    free.iter_mut().zip(rows).for_each(|(free, left)| *free += left / packets);
                }
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
    surcharges: &[Surcharge],
    random: &mut Random,
) -> Vec<State<'a>> {
    let words = problem.timeline.words();
    let mut states: Vec<State<'a>> = problem.blocks.par_iter().map(|block| State::new(block, words)).collect();
    let mut left: Vec<Vec<u32>> = problem.shared.iter().map(|pool| pool.limits.clone()).collect();
    for state in &states {
        for (pool, local) in shared_pools(state.block) {
            // Pinned classes have taken theirs already.
            let rows = state.headroom.rows(local).iter().zip(&problem.shared[pool].limits);
            left[pool].iter_mut().zip(rows).for_each(|(left, (free, limit))| *left -= limit - free);
        }
    }
    let mut order: Vec<usize> = (0..states.len()).collect();
    random.shuffle(&mut order);
    for block in order {
        let state = &mut states[block];
        state.guide(Some(surcharges[block].clone()));
        for (pool, local) in shared_pools(state.block) {
            state.headroom.rows_mut(local).copy_from_slice(&left[pool]);
        }
        construct(state, &warm[block]);
        for (pool, local) in shared_pools(state.block) {
            left[pool].copy_from_slice(state.headroom.rows(local));
        }
    }
    states
}
