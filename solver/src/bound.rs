//! A proven lower bound: the Lagrangian dual of all capacities, maximised by projected Adam.
//!
//! Every row (a pool's, or a person's or group's, at a cell) gets a price. With the rows priced instead of enforced each
//! job chooses alone, and what all pay, less what the limits are worth, is at most the cost of any feasible plan. The
//! choices that overdraw a row raise its price, those that leave it idle lower it. Steps are those of Adam (Kingma and
//! Ba, 2015), projected to non-negative prices and shrinking geometrically; the best iterate is kept. The relaxed
//! problem has integral optima, so the bound's limit is the optimum of the linear relaxation (Geoffrion, 1974); rows that
//! are *derived* from the round's for whole classes, and priced with them, make that relaxation tighter.
//!
//! Of many blocks, a sample finds the prices of the pools that all share, at limits in proportion; with these fixed, the
//! dual falls apart, and every block finds its own prices alone.

mod block;
mod derived;
mod rows;
mod separate;

use rayon::prelude::*;

use crate::candidates::Candidates;
use crate::plan::{CellPrice, Certificate, Derived, Price};
use crate::problem::{Block, Pool, Problem};
use crate::random::Random;
use crate::round::{Name, Round};
pub(crate) use block::{BlockDual, PricedCut};
use rows::{LENGTHS, Rows, SHARED_LENGTHS, Step};

/// Jobs of the sample that finds the shared prices.
const SAMPLE: usize = 24_000;
/// After all blocks have found their own prices, those that gained most at last go on, so many times, each time in twice as
/// many passes, up to so many; each time for this share of the work that all have done.
const FURTHER: u32 = 4;
const MOST_PASSES: u32 = 1000;
const FURTHER_SHARE: f64 = 0.125;

/// Prices, and what they prove.
pub(crate) struct Dual<'a> {
    problem: &'a Problem,
    blocks: Vec<BlockDual<'a>>,
    shared: Vec<Rows>,
    /// The best value so far.
    pub value: f64,
}

/// Given a pass, how far the search for prices has come, from 0 to 1; `None` to stop.
pub(crate) type Passes<'p> = &'p mut dyn FnMut(u32) -> Option<f64>;

impl<'a> Dual<'a> {
    /// All prices 0.
    pub fn new(problem: &'a Problem) -> Self {
        let slots = problem.timeline.slots();
        let blocks: Vec<BlockDual<'a>> = problem.blocks.par_iter().map(|block| BlockDual::new(block, slots)).collect();
        let shared = problem.shared.iter().map(|_| Rows::new(slots)).collect();
        Self { problem, blocks, shared, value: f64::NEG_INFINITY }
    }

    /// Improves the prices while `passes` says how far it has come, on the current thread pool.
    ///
    /// Where only a sample finds the shared prices, `own_passes` says in how many passes each block may then find its own,
    /// given how much more there is to do in a pass over all than in one over the sample.
    pub fn improve(&mut self, passes: Passes<'_>, own_passes: impl FnOnce(f64) -> u32) {
        let jobs = self.jobs();
        let mut order: Vec<usize> = (0..self.blocks.len()).collect();
        let is_sampled = self.is_sampled();
        if is_sampled {
            Random::new(0, 0).shuffle(&mut order);
            let mut left = SAMPLE;
            let enough = order.iter().take_while(|&&block| {
                let goes_on = left > 0;
                left = left.saturating_sub(self.problem.blocks[block].jobs.len());
                goes_on
            });
            let enough = enough.count();
            order.truncate(enough);
        }
        let drawn: usize = order.iter().map(|&block| self.problem.blocks[block].jobs.len()).sum();
        let more = jobs as f64 / drawn.max(1) as f64;
        let mut is_drawn = vec![false; self.blocks.len()];
        order.iter().for_each(|&block| is_drawn[block] = true);
        let mut drawn: Vec<&mut BlockDual<'a>> =
            self.blocks.iter_mut().zip(&is_drawn).filter(|(_, is_drawn)| **is_drawn).map(|(block, _)| block).collect();
        self.value = ascend(self.problem, &mut drawn, &mut self.shared, passes);
        if is_sampled {
            self.settle(own_passes(more));
            self.value = self.own_values().sum::<f64>() - worth(self.problem, &self.shared);
        } else {
            self.blocks.par_iter_mut().for_each(BlockDual::pack);
        }
    }

    /// Lets every block find its own prices at the best shared ones, in so many passes; those that need more get more. A few
    /// crowded ones can be further from what they prove in the end than a thousand others.
    fn settle(&mut self, passes: u32) {
        self.shared.iter_mut().for_each(Rows::restore_best);
        let prices: Vec<&[f32]> = self.shared.iter().map(Rows::prices).collect();
        self.blocks.par_iter_mut().for_each(|block| block.settle(&prices, passes));
        let work = f64::from(passes) * self.jobs() as f64 * FURTHER_SHARE;
        for time in 1..=FURTHER {
            let passes = (passes << time).min(MOST_PASSES);
            let mut order: Vec<&mut BlockDual<'a>> = self.blocks.iter_mut().collect();
            order.sort_by(|a, b| b.gain.total_cmp(&a.gain));
            let mut left = work / f64::from(passes);
            let chosen = order.into_iter().take_while(|dual| {
                let goes_on = left > 0.0 && dual.gain > 0.0;
                left -= dual.block.jobs.len() as f64;
                goes_on
            });
            let mut chosen: Vec<&mut BlockDual<'a>> = chosen.collect();
            // They are few and unlike: threads take one at a time.
            chosen.par_iter_mut().with_max_len(1).for_each(|dual| dual.settle_further(&prices, passes));
        }
    }

    fn jobs(&self) -> usize {
        self.problem.blocks.iter().map(|block| block.jobs.len()).sum()
    }

    /// Whether there is so much that only a sample finds the shared prices.
    pub fn is_sampled(&self) -> bool {
        self.jobs() > 2 * SAMPLE && self.blocks.len() > 20
    }

    /// By block: what its best prices prove, shared limits left aside.
    pub fn own_values(&self) -> impl Iterator<Item = f64> + '_ {
        self.blocks.iter().map(|dual| dual.value)
    }

    /// The best prices of the shared pools.
    pub fn shared_prices(&self) -> Vec<Vec<f32>> {
        self.shared.iter().map(|rows| rows.best_prices().to_vec()).collect()
    }

    /// The best prices of a connection in a block's pools, shared or not, for a search that counts them. Rows of which one
    /// class is on at a time are left out: where they are dear, leaving a class out costs no more than placing it, and a
    /// search would leave out more than it must.
    pub fn pool_prices(&self, block: usize) -> Vec<Vec<f32>> {
        let dual = &self.blocks[block];
        let shared = |pool: &Pool| pool.shared.map(|number| self.shared[number as usize].best_prices().to_vec());
        let mut prices: Vec<Vec<f32>> =
            dual.block.pools.iter().map(|pool| shared(pool).unwrap_or_else(|| vec![0.0; pool.limits.len()])).collect();
        for &(family, slot, price) in dual.packed() {
            if let Some(prices) = prices.get_mut(family as usize) {
                prices[slot as usize] = price;
            }
        }
        // A derived row counts whole classes; of a connection, it is this share.
        for (cut, priced) in dual.cuts() {
            for &(slot, price) in priced {
                prices[cut.pool as usize][slot as usize] += price / cut.divisor as f32;
            }
        }
        prices
    }

    /// By block: the starts that the best prices favour.
    pub fn candidates(&mut self) -> Vec<Candidates> {
        self.shared.iter_mut().for_each(Rows::restore_best);
        let prices: Vec<&[f32]> = self.shared.iter().map(Rows::prices).collect();
        self.blocks.par_iter_mut().map(|block| block.candidates(&prices)).collect()
    }

    /// Goes back to the best prices; returns what they prove, but for rounding.
    pub fn restore_best(&mut self) -> f64 {
        self.shared.iter_mut().for_each(Rows::restore_best);
        let prices: Vec<&[f32]> = self.shared.iter().map(Rows::prices).collect();
        let own = |block: &mut BlockDual<'a>| {
            block.unpack();
            block.evaluate(&prices)
        };
        let own: Vec<f64> = self.blocks.par_iter_mut().map(own).collect();
        own.into_iter().sum::<f64>() - worth(self.problem, &self.shared)
    }

    /// Calls `visit` with each start of a job of a block ([`crate::problem::NOWHERE`] for none) and what it would pay there.
    pub fn visit(&self, block: u32, job: u32, visit: impl FnMut(u32, f64)) {
        let prices: Vec<&[f32]> = self.shared.iter().map(Rows::prices).collect();
        self.blocks[block as usize].visit(job as usize, &prices, visit);
    }

    /// The derived rows of a block with a best price.
    pub fn cuts(&self, block: u32) -> &[PricedCut] {
        self.blocks[block as usize].cuts()
    }

    /// The best prices, in the file format.
    pub fn certificate(&self, round: &Round) -> Certificate {
        let timeline = &self.problem.timeline;
        let mut prices = Vec::new();
        // Six digits are plenty, and short to write: any prices are a proof.
        let rounded = |price: f32| (f64::from(price) * 1e6).round() / 1e6;
        let exclusive = |block: &Block, who: u32| {
            let (request, position) = block.exclusives[who as usize];
            &round.requests[request as usize].exclusive[position as usize]
        };
        let pool_price = |pool: &Pool, slot: u32, price: f32| {
            let pool = round.pools[pool.index as usize].id.clone();
            Price::Pool { pool, cell: timeline.cell(slot), price: rounded(price) }
        };
        for (rows, pool) in self.shared.iter().zip(&self.problem.shared) {
            let best = rows.best_prices().iter().zip(0..).filter(|(price, _)| **price > 1e-6);
            prices.extend(best.map(|(price, slot)| pool_price(pool, slot, *price)));
        }
        for block in &self.blocks {
            for &(family, slot, price) in block.packed() {
                let pools = block.block.pools.len();
                prices.push(match block.block.pools.get(family as usize) {
                    Some(pool) => pool_price(pool, slot, price),
                    None => {
                        let who = exclusive(block.block, family - pools as u32);
                        let (cell, price) = (timeline.cell(slot), rounded(price));
                        Price::Exclusive { exclusive: who.clone(), cell, price }
                    }
                });
            }
        }
        let derived = self.blocks.iter().flat_map(|block| {
            block.cuts().iter().map(|(cut, prices)| {
                let prices =
                    prices.iter().map(|&(slot, price)| CellPrice { cell: timeline.cell(slot), price: rounded(price) });
                let member = |(name, multiplier): (&Name, u32)| (name.clone(), multiplier);
                let pool = &round.pools[block.block.pools[cut.pool as usize].index as usize].id;
                let who = |&(who, multiplier): &(u32, u32)| member((exclusive(block.block, who), multiplier));
                let job = |&(job, multiplier): &(u32, u32)| {
                    let request = block.block.jobs[job as usize].request;
                    member((&round.requests[request as usize].id, multiplier))
                };
                Derived {
                    divisor: cut.divisor,
                    pools: std::iter::once(member((pool, 1))).collect(),
                    exclusives: cut.exclusives.iter().map(who).collect(),
                    requests: cut.jobs.iter().map(job).collect(),
                    prices: prices.collect(),
                }
            })
        });
        Certificate { prices, derived: derived.collect() }
    }
}

/// Moves all prices of `blocks`, and those of the shared pools at limits in proportion to the blocks' use; returns the
/// best value, at these limits.
fn ascend(problem: &Problem, blocks: &mut [&mut BlockDual<'_>], shared: &mut [Rows], passes: Passes<'_>) -> f64 {
    let slots = problem.timeline.slots();
    let limits: Vec<(f32, f32)> = problem.shared.iter().map(|pool| share(problem, blocks, pool)).collect();
    let (mut pass, mut best) = (0, f64::NEG_INFINITY);
    while let Some(progress) = passes(pass) {
        let prices: Vec<&[f32]> = shared.iter().map(Rows::prices).collect();
        let own: Vec<f64> = blocks.par_iter_mut().map(|block| block.evaluate(&prices)).collect();
        let paid: f64 = (shared.iter().zip(&problem.shared).zip(&limits))
            .map(|((rows, pool), (share, _))| rows.worth(|slot| pool.limits[slot] as f32 * share))
            .sum();
        let value = own.iter().sum::<f64>() - paid;
        let is_best = value > best;
        if is_best {
            best = value;
            blocks.iter_mut().zip(own).for_each(|(block, own)| block.value = own);
        }
        let step = Step::new(pass, progress, SHARED_LENGTHS);
        if !shared.is_empty() {
            let mut used = vec![vec![0_i64; slots + 1]; shared.len()];
            blocks.iter().for_each(|block| block.add_shared_use(&mut used));
            for (((rows, pool), changes), &(share, scale)) in
                shared.iter_mut().zip(&problem.shared).zip(used).zip(&limits)
            {
                let used: Vec<f32> = changes
                    .iter()
                    .scan(0, |used, change| {
                        *used += change;
                        Some(*used as f32)
                    })
                    .collect();
                rows.step(&used, |slot| pool.limits[slot] as f32 * share, scale, step, is_best);
            }
        }
        let step = Step::new(pass, progress, LENGTHS);
        blocks.par_iter_mut().for_each(|block| block.step(step, is_best));
        pass += 1;
    }
    best
}

/// Σ price × limit of the shared pools.
fn worth(problem: &Problem, shared: &[Rows]) -> f64 {
    shared.iter().zip(&problem.shared).map(|(rows, pool)| rows.worth(|slot| pool.limits[slot] as f32)).sum()
}

/// The share of a shared pool that falls to `blocks`, by the connections that they ask for; and the scale of its prices,
/// a connection's share of the cost unit.
fn share(problem: &Problem, blocks: &[&mut BlockDual<'_>], pool: &Pool) -> (f32, f32) {
    let asked = |block: &Block| {
        let Some(local) = block.pools.iter().position(|other| other.index == pool.index) else { return (0, 0) };
        let members = block.pool_members(local as u32);
        let connections: u64 = members.iter().map(|&job| u64::from(block.jobs[job as usize].connections)).sum();
        (connections, members.len() as u64)
    };
    let sum = |a: (u64, u64), b: (u64, u64)| (a.0 + b.0, a.1 + b.1);
    let all = problem.blocks.iter().map(asked).fold((0, 0), sum);
    let here = blocks.iter().map(|block| asked(block.block)).fold((0, 0), sum);
    let share = if here.0 == all.0 { 1.0 } else { here.0 as f64 / all.0.max(1) as f64 };
    (share as f32, (here.1 as f64 / here.0.max(1) as f64) as f32)
}
