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
mod overloads;
mod rows;
mod separate;

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::candidates::Candidates;
use crate::plan::{self, CellPrice, Certificate, Derived, Price};
use crate::problem::{Block, Pool, Problem};
use crate::random::Random;
use crate::round::{Name, Round};
pub(crate) use block::{BlockDual, PricedCut};
pub(crate) use overloads::{Named, Overload, overloads};
use rows::{LENGTHS, Rows, SHARED_LENGTHS, Step};

/// Where there are more jobs than this, and many blocks, a sample finds the shared prices; and the jobs of the smallest.
const MANY: usize = 48_000;
const LEAST_SAMPLE: usize = 6_000;
/// After all blocks have found their own prices, those that gained most at last go on, so many times, each time in twice as
/// many passes, up to so many; each time for this share of the work that all have done.
const FURTHER: u32 = 4;
const MOST_PASSES: u32 = 1000;
const FURTHER_SHARE: f64 = 0.125;
/// One block of so many tells how long a pass takes.
const TRIED: usize = 40;

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

/// How long blocks may look for prices of their own.
pub(crate) struct OwnPasses<'p> {
    /// The fewest and the most passes of a block.
    pub range: (u32, u32),
    /// Given how many passes over all jobs are done, for how many more there is time; `None` where they are only counted,
    /// and every block gets the most.
    pub left: &'p (dyn Fn(f64) -> Option<f64> + Sync),
    /// Whether to end at once, with the best prices so far.
    pub is_over: &'p (dyn Fn() -> bool + Sync),
}

impl OwnPasses<'_> {
    /// The share of all work that is for those blocks which go on.
    const FURTHER: f64 = FURTHER as f64 * FURTHER_SHARE;

    /// The passes of each block, when so many over all jobs are done.
    fn planned(&self, done: f64) -> u32 {
        let (least, most) = self.range;
        (self.left)(done).map_or(most, |left| ((left / (1.0 + Self::FURTHER)) as u32).clamp(least, most))
    }

    /// The passes of the next block, when so many were planned for each and this share of all jobs has begun with its own.
    fn next(&self, done: f64, planned: u32, begun: f64) -> u32 {
        let Some(left) = (self.left)(done) else { return planned };
        let left = left - f64::from(planned) * Self::FURTHER;
        ((left / (1.0 - begun).max(f64::EPSILON)) as u32).clamp(self.range.0, self.range.1)
    }

    /// The work of all who go on, in passes over all jobs, this time of [`FURTHER`].
    fn further(&self, done: f64, planned: u32, time: u32) -> f64 {
        match (self.left)(done) {
            Some(left) => left / f64::from(FURTHER + 1 - time),
            None => f64::from(planned) * FURTHER_SHARE,
        }
    }
}

impl<'a> Dual<'a> {
    /// All prices 0.
    pub fn new(problem: &'a Problem) -> Self {
        let slots = problem.timeline.slots();
        let blocks: Vec<BlockDual<'a>> = problem.blocks.par_iter().map(|block| BlockDual::new(block, slots)).collect();
        let shared = problem.shared.iter().map(|_| Rows::new(slots)).collect();
        Self { problem, blocks, shared, value: f64::NEG_INFINITY }
    }

    /// Improves the prices while `passes` says how far it has come, on the current thread pool. Where a sample finds those
    /// that all share, [`Dual::settle`] must follow; it has about so many jobs.
    pub fn improve(&mut self, sample: usize, passes: Passes<'_>) {
        let drawn = self.sample(sample);
        let mut is_drawn = vec![false; self.blocks.len()];
        drawn.iter().for_each(|&block| is_drawn[block] = true);
        let mut drawn: Vec<&mut BlockDual<'a>> =
            self.blocks.iter_mut().zip(&is_drawn).filter(|(_, is_drawn)| **is_drawn).map(|(block, _)| block).collect();
        self.value = ascend(self.problem, &mut drawn, &mut self.shared, passes);
        if !self.is_sampled() {
            self.blocks.par_iter_mut().for_each(BlockDual::pack);
        }
    }

    /// The blocks that find the shared prices: all, or a sample.
    fn sample(&self, jobs: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.blocks.len()).collect();
        if self.is_sampled() {
            Random::new(0, 0).shuffle(&mut order);
            let mut left = jobs.max(LEAST_SAMPLE);
            let enough = order.iter().take_while(|&&block| {
                let goes_on = left > 0;
                left = left.saturating_sub(self.problem.blocks[block].jobs.len());
                goes_on
            });
            let enough = enough.count();
            order.truncate(enough);
        }
        order
    }

    /// Lets a few blocks look for prices, for whoever wants to know how long it takes; returns how many passes over all
    /// jobs that was. Nothing is left of it.
    pub fn try_out(&mut self, passes: u32) -> f64 {
        let prices: Vec<&[f32]> = self.shared.iter().map(Rows::prices).collect();
        let tried = self.blocks.par_iter_mut().step_by(TRIED).map(|block| {
            block.settle(&prices, passes, &|| false);
            block.forget();
            block.block.jobs.len()
        });
        tried.sum::<usize>() as f64 * f64::from(passes) / self.jobs().max(1) as f64
    }

    /// Lets every block find its own prices at the best shared ones; those that need more passes get more. A few crowded
    /// ones can be further from what they prove in the end than a thousand others.
    pub fn settle(&mut self, own: &OwnPasses<'_>) {
        self.shared.iter_mut().for_each(Rows::restore_best);
        let prices: Vec<&[f32]> = self.shared.iter().map(Rows::prices).collect();
        let jobs = self.jobs() as f64;
        let (begun, done) = (AtomicU64::new(0), AtomicU64::new(0));
        let share = |of: &AtomicU64, more: u64| of.fetch_add(more, Ordering::Relaxed) as f64 / jobs;
        // Half counts when it begins, half when it is done: on average, so much is.
        let half = |block: &BlockDual<'_>, passes: u32| {
            share(&done, block.block.jobs.len() as u64 * u64::from(passes) / 2);
        };
        let settle = |block: &mut BlockDual<'a>, passes: u32| {
            half(block, passes);
            block.settle(&prices, passes, own.is_over);
            half(block, passes);
        };
        let planned = own.planned(0.0);
        self.blocks.par_iter_mut().for_each(|block| {
            let begun = share(&begun, block.block.jobs.len() as u64);
            settle(block, own.next(share(&done, 0), planned, begun));
        });
        for time in 1..=FURTHER {
            if (own.is_over)() {
                break;
            }
            let passes = (planned << time).min(MOST_PASSES);
            let mut left = own.further(share(&done, 0), planned, time) * jobs / f64::from(passes);
            let mut order: Vec<&mut BlockDual<'a>> = self.blocks.iter_mut().collect();
            order.sort_by(|a, b| b.gain.total_cmp(&a.gain));
            let chosen = order.into_iter().take_while(|dual| {
                let goes_on = left > 0.0 && dual.gain > 0.0;
                left -= dual.block.jobs.len() as f64;
                goes_on
            });
            let mut chosen: Vec<&mut BlockDual<'a>> = chosen.collect();
            // They are few and unlike: threads take one at a time.
            chosen.par_iter_mut().with_max_len(1).for_each(|dual| {
                dual.unpack();
                settle(dual, passes);
            });
        }
        self.value = self.own_values().sum::<f64>() - worth(self.problem, &self.shared);
    }

    /// How many jobs there are.
    pub fn jobs(&self) -> usize {
        self.problem.blocks.iter().map(|block| block.jobs.len()).sum()
    }

    /// Whether there is so much that only a sample finds the shared prices.
    pub fn is_sampled(&self) -> bool {
        is_sampled(self.jobs(), self.blocks.len())
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

    /// Requests of a block of which some must stay out.
    pub fn overloads(&self, block: u32) -> &[Overload] {
        self.blocks[block as usize].overloads()
    }

    /// The best prices, in the file format.
    pub fn certificate(&self, round: &Round) -> Certificate {
        let timeline = &self.problem.timeline;
        let mut prices = Vec::new();
        // Six digits are plenty, and short to write: any prices are a proof.
        let rounded = |price: f32| (f64::from(price) * 1e6).round() / 1e6;
        let exclusive = |block: &Block, who: u32| block.exclusive_name(who, round);
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
        let overloads = self.blocks.iter().flat_map(|block| {
            let priced = block.overloads().iter().filter(|overload| overload.best > 1e-6);
            priced.map(|overload| {
                let Named { exclusive, pool, requests } = overload.named(block.block, round);
                plan::Overload { exclusive, pool, requests, price: rounded(overload.best) }
            })
        });
        Certificate { prices, derived: derived.collect(), overloads: overloads.collect() }
    }
}

/// Whether there are so many jobs and blocks that only a sample finds the shared prices.
pub(crate) fn is_sampled(jobs: usize, blocks: usize) -> bool {
    jobs > MANY && blocks > 20
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

#[cfg(test)]
#[allow(clippy::expect_used, reason = "tests say what must hold by failing")]
mod tests {
    use super::*;
    use crate::read::{ReadLimits, read_round};
    use serde_json::json;

    #[test]
    fn passes_that_are_only_counted_are_those_planned() {
        let own = OwnPasses { range: (4, 100), left: &|_| None, is_over: &|| false };
        assert_eq!((own.planned(0.0), own.next(0.0, 100, 0.0), own.next(70.0, 100, 0.9)), (100, 100, 100));
        assert_eq!(own.further(100.0, 100, 1), 12.5);
    }

    #[test]
    fn passes_follow_the_clock() {
        // There is time for 150 passes over all jobs; a third of it is for those blocks which go on.
        let own = OwnPasses { range: (4, 250), left: &|done| Some(150.0 - done), is_over: &|| false };
        assert_eq!((own.planned(0.0), own.next(0.0, 100, 0.0), own.next(50.0, 100, 0.5)), (100, 100, 100));
        // The first half took longer than was expected, or nearly all the time there is.
        assert_eq!((own.next(60.0, 100, 0.5), own.next(99.0, 100, 0.5)), (80, 4));
        // What is left is shared by the times that are left.
        assert_eq!(
            (own.further(110.0, 100, 1), own.further(120.0, 100, 2), own.further(140.0, 100, 4)),
            (10.0, 10.0, 10.0)
        );
        assert!(own.further(155.0, 100, 3) < 0.0);
    }

    #[test]
    fn what_was_tried_leaves_nothing_behind() {
        let requests = (0..30).map(|school| {
            json!({"id": format!("{school}"), "pools": ["all"], "exclusive": ["who"], "connections": 30, "duration": 2,
                "unplaced": 100, "options": [{"first": 0, "last": 60, "ideal": school, "base": 0, "per_cell": 1}]})
        });
        let round = json!({"version": 1, "name": "tried", "requests": requests.collect::<Vec<_>>(),
            "horizon": {"start": "2020-03-23T00:00:00Z", "step_minutes": 5, "cells": 64},
            "pools": [{"id": "all", "kind": "concurrent", "limit": 60}]});
        let round = read_round(round.to_string().as_bytes(), &ReadLimits::default()).expect("a valid round");
        let problem = Problem::new(&round);
        let proven = |tries: u32| {
            let mut dual = Dual::new(&problem);
            let done: f64 = (0..tries).map(|_| dual.try_out(7)).sum();
            dual.improve(0, &mut |pass| (pass < 50).then_some(f64::from(pass) / 50.0));
            (done, dual.value)
        };
        let ((tried, after), (_, value)) = (proven(2), proven(0));
        assert_eq!(tried, 14.0, "there is one block: a pass over it is one over all");
        assert!(value > 0.0 && (after - value).abs() < 1e-9, "{after} {value}");
    }
}
