//! How a search deals out its steps: where a plan is far from what is proven, steps gain more, so each block gets them in
//! proportion to that gap. Without it, the one crowded school of a hundred would be left as unfinished as all are at the
//! same number of steps.

use rayon::prelude::*;

use crate::bound::Dual;
use crate::problem::NOWHERE;
use crate::shared::shared_pools;
use crate::state::State;

/// The most and the fewest steps a job that a block gets, in those it would get if all got the same.
const MOST: f64 = 32.0;
const LEAST: f64 = 0.4;

/// What is proven of every block.
pub(crate) struct Proven {
    /// By block: the least it can cost at the bound's prices of shared pools.
    values: Vec<f64>,
    /// By shared pool and slot: the bound's prices of all slots before it.
    sums: Vec<Vec<f64>>,
}

impl Proven {
    /// What a bound proves.
    pub fn new(dual: &Dual<'_>) -> Self {
        let sums = |prices: &Vec<f32>| {
            let mut sum = 0.0;
            let after = prices.iter().map(|price| {
                sum += f64::from(*price);
                sum
            });
            std::iter::once(0.0).chain(after).collect()
        };
        Self { values: dual.own_values().collect(), sums: dual.shared_prices().iter().map(sums).collect() }
    }

    /// By block: its steps, as a multiple of those it would get by its number of jobs. `blocks` are all, with their plans
    /// and the number of jobs that can move.
    pub fn efforts(&self, blocks: &[(&State<'_>, usize)]) -> Vec<f64> {
        let gaps: Vec<f64> =
            blocks.par_iter().zip(&self.values).map(|((state, _), value)| self.gap(state, *value)).collect();
        let jobs = blocks.iter().map(|(_, jobs)| *jobs).sum::<usize>().max(1) as f64;
        let mean = (gaps.iter().sum::<f64>() / jobs).max(f64::MIN_POSITIVE);
        let effort = |(gap, (_, jobs)): (f64, &(_, usize))| (gap / (*jobs).max(1) as f64 / mean).clamp(LEAST, MOST);
        let efforts: Vec<f64> = gaps.into_iter().zip(blocks).map(effort).collect();
        let all: f64 = efforts.iter().zip(blocks).map(|(effort, (_, jobs))| effort * *jobs as f64).sum();
        efforts.into_iter().map(|effort| effort * jobs / all.max(LEAST)).collect()
    }

    /// What a block's plan costs more than is proven, its use of shared pools paid.
    fn gap(&self, state: &State<'_>, value: f64) -> f64 {
        let block = state.block;
        let paid = shared_pools(block).map(|(pool, local)| {
            let sums = &self.sums[pool];
            let pays = |&index: &u32| {
                let (job, start) = (&block.jobs[index as usize], state.starts[index as usize]);
                if start == NOWHERE {
                    return 0.0;
                }
                let (from, to) = state.rows(local, job, start);
                f64::from(job.connections) * (sums[to as usize] - sums[from as usize])
            };
            block.pool_members(local).iter().map(pays).sum::<f64>()
        });
        (state.total() as f64 + paid.sum::<f64>() - value).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::construct::construct;
    use crate::problem::Problem;
    use crate::read::{ReadLimits, read_round};
    use serde_json::json;

    /// Schools whose eight classes all want to the first of six cells, at limits of so many connections; a class has 26.
    fn round(limits: &[u32]) -> crate::round::Round {
        let pools: Vec<_> = limits.iter().zip(0..).map(|(limit, school)| pool(school, *limit)).collect();
        let class = |school: usize, class: usize| {
            json!({"id": format!("{school}/{class}"), "pools": [format!("{school}")], "exclusive": [],
                "connections": 26, "duration": 1, "unplaced": 100,
                "options": [{"first": 0, "last": 5, "ideal": 0, "base": 0, "per_cell": 1}]})
        };
        let requests: Vec<_> = (0..limits.len()).flat_map(|school| (0..8).map(move |i| class(school, i))).collect();
        let pools: Vec<_> =
            pools.into_iter().chain([json!({"id": "all", "kind": "concurrent", "limit": 9000})]).collect();
        let round = json!({"version": 1, "name": "effort", "pools": pools, "requests": requests,
            "horizon": {"start": "2020-03-23T00:00:00Z", "step_minutes": 5, "cells": 6}});
        read_round(round.to_string().as_bytes(), &ReadLimits::default()).expect("a valid round")
    }

    fn pool(school: usize, limit: u32) -> serde_json::Value {
        json!({"id": format!("{school}"), "kind": "concurrent", "limit": limit})
    }

    /// The efforts for first plans.
    fn efforts(limits: &[u32]) -> Vec<f64> {
        let round = round(limits);
        let problem = Problem::new(&round);
        let mut dual = Dual::new(&problem);
        dual.improve(0, &mut |pass| (pass < 100).then_some(f64::from(pass) / 100.0));
        let mut states: Vec<State<'_>> =
            problem.blocks.iter().map(|block| State::new(block, problem.timeline.words())).collect();
        states.iter_mut().for_each(|state| construct(state, &vec![NOWHERE; state.block.jobs.len()]));
        let blocks: Vec<(&State<'_>, usize)> = states.iter().map(|state| (state, state.block.jobs.len())).collect();
        Proven::new(&dual).efforts(&blocks)
    }

    #[test]
    fn a_crowded_block_gets_more_steps_and_all_together_get_as_many_as_before() {
        // One at a time: two of the eight have no place, which the bound does not prove in full.
        let efforts = efforts(&[1000, 49, 1000, 1000]);
        assert!(efforts[1] > 1.5 && efforts[0] < 1.0, "{efforts:?}");
        assert!((efforts.iter().sum::<f64>() - 4.0).abs() < 1e-9, "{efforts:?}");
    }

    #[test]
    fn blocks_at_their_bounds_get_the_same() {
        let efforts = efforts(&[1000, 1000]);
        assert!(efforts.iter().all(|effort| (effort - 1.0).abs() < 1e-9), "{efforts:?}");
    }
}
