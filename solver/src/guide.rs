//! Prices that guide the search of one block: with the connections priced, few jobs want the same hours, and what a job
//! takes from others counts from the first step on.
//!
//! Prices are the bound's; those of pools that blocks share follow what is left of them, see [`crate::shared`]. Before the
//! end of the search they are taken away, so that only true costs count: see [`crate::schedule`].

use std::collections::HashMap;
use std::sync::Arc;

use crate::problem::Block;
use crate::rules::arrivals;
use crate::state::Surcharge;

/// What leads the search in an epoch.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lead {
    /// Prices.
    Prices,
    /// True costs only.
    Costs,
}

/// The prices of a connection in a block's pools, by pool and slot; and what they add up to for each kind of job.
pub(crate) struct Guide {
    slots: usize,
    pub prices: Vec<Vec<f32>>,
    /// Which kind each job is, and what the kinds are.
    kind_of: Arc<[u32]>,
    kinds: Vec<Kind>,
}

/// What a surcharge depends on besides the start: a duration, and the pools in use.
type Kind = (u32, Vec<u32>);

impl Guide {
    pub fn new(block: &Block, slots: usize, prices: Vec<Vec<f32>>) -> Self {
        let mut known: HashMap<Kind, u32> = HashMap::new();
        let mut kinds = Vec::new();
        let kind = |job| {
            let mut pools = block.pools(job).to_vec();
            pools.sort_unstable();
            let kind = (job.duration, pools);
            *known.entry(kind.clone()).or_insert_with(|| {
                kinds.push(kind);
                kinds.len() as u32 - 1
            })
        };
        let kind_of = block.jobs.iter().map(kind).collect();
        Self { slots, prices, kind_of, kinds }
    }

    /// The surcharges at the present prices.
    pub fn surcharge(&self, block: &Block) -> Surcharge {
        let prices: Arc<[Vec<f32>]> = self.kinds.iter().map(|kind| self.table(block, kind)).collect();
        let highest = prices.iter().map(|prices| prices.iter().copied().fold(0.0, f32::max)).collect();
        Surcharge { table: self.kind_of.clone(), prices, highest }
    }

    /// The price of a connection at each start.
    fn table(&self, block: &Block, (duration, pools): &Kind) -> Vec<f32> {
        let slots = self.slots;
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
                let (from, to) = match block.pools[pool as usize].window {
                    None => (start, (start + duration).min(slots as u32)),
                    Some(window) => arrivals::rows(start, window),
                };
                *price += sums[to as usize] - sums[from as usize];
            }
        }
        table
    }
}
