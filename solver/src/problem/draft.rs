//! A round as it is known before any table is made: what belongs together, and how much memory solving it would take.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::blocks::{Partition, partition};
use super::timeline::Timeline;
use super::{Builder, Calendar, Pool, Problem, row_limits, window};
use crate::round::{Exclusive, Name, Round};

/// Bytes that tables take, for each slot: of a block; of each pool in it; of each duration with its pools; and while prices
/// are looked for, of each person or group and of each kind of jobs, of which there are at most so many.
const BLOCK: u64 = 1;
const POOL: u64 = 32;
const DURATION: u64 = 8;
const PERSON: u64 = 17;
const KIND: u64 = 12;
const MOST_KINDS: u64 = 2000;
/// Bytes for each person or group and day, where classes a day are counted.
const DAY: u64 = 4;

/// What belongs together in a round.
pub(crate) struct Draft<'a> {
    round: &'a Round,
    pool_index: HashMap<&'a str, u32>,
    rules: HashMap<&'a str, &'a Exclusive>,
    timeline: Timeline,
    plan: Partition,
}

impl<'a> Draft<'a> {
    /// Of a valid round.
    pub fn new(round: &'a Round) -> Self {
        let pool_index: HashMap<&str, u32> = round.pools.iter().map(|pool| &*pool.id).zip(0..).collect();
        let rules: HashMap<&str, &Exclusive> = round.exclusives.iter().map(|rule| (&*rule.id, rule)).collect();
        let timeline = Timeline::new(round, &pool_index, &rules);
        let plan = partition(round, &pool_index);
        Self { round, pool_index, rules, timeline, plan }
    }

    fn has_calendar(&self) -> bool {
        self.rules.values().any(|rule| rule.most.is_some())
            || self.round.requests.iter().any(|request| !request.after.is_empty())
    }

    /// How many blocks there are.
    pub fn blocks(&self) -> usize {
        self.plan.blocks.len()
    }

    /// About how many bytes solving takes at most, if prices are looked for of so many requests at a time. A short file may
    /// ask for very much: a few names, and a year of cells for each of them.
    pub fn bytes(&self, priced: usize) -> u64 {
        let (slots, requests) = (self.timeline.slots() as u64, &self.round.requests);
        let days = if self.has_calendar() { self.round.days().count() as u64 } else { 0 };
        let (mut pools, mut people, mut durations) = (HashSet::new(), HashSet::new(), HashSet::new());
        let mut lists = HashSet::new();
        let (mut all, mut all_prices, mut most_prices) = (0_u64, 0_u64, 0);
        for block in &self.plan.blocks {
            pools.clear();
            people.clear();
            durations.clear();
            lists.clear();
            for request in block.iter().map(|&index| &requests[index as usize]) {
                // Hundreds of requests share one list of pools, which is looked through once.
                let is_new = lists.insert((request.duration, Arc::as_ptr(&request.pools).cast::<Name>()));
                if is_new && durations.insert((request.duration, &*request.pools)) {
                    pools.extend(request.pools.iter().map(|pool| &**pool));
                }
                people.extend(request.exclusive.iter().map(|who| &**who));
            }
            let (pools, people, durations) = (pools.len() as u64, people.len() as u64, durations.len() as u64);
            let held = slots * (BLOCK + pools * POOL + durations * DURATION) + people * days * DAY;
            let prices = slots * (people * PERSON + (block.len() as u64).min(MOST_KINDS) * KIND);
            (all, all_prices) = (all.saturating_add(held), all_prices.saturating_add(prices));
            most_prices = prices.max(most_prices);
        }
        // Whichever blocks are drawn, the largest may be one of them.
        let share = priced as f64 / requests.len().max(1) as f64;
        all.saturating_add(((all_prices as f64 * share) as u64 + most_prices).min(all_prices))
    }

    /// The round, prepared.
    pub fn problem(self) -> Problem {
        let calendar = self.has_calendar().then(|| Arc::new(Calendar::new(&self.timeline, &self.round.days())));
        let Self { round, pool_index, rules, timeline, plan } = self;
        let limits = |index: u32| row_limits(&round.pools[index as usize], &timeline, round.horizon.cells);
        let mut shared = Vec::new();
        let mut shared_as: HashMap<u32, u32> = HashMap::new();
        for (&index, number) in plan.shared.iter().zip(0..) {
            shared_as.insert(index, number);
            let window = window(&round.pools[index as usize], round.horizon.cells);
            shared.push(Pool { index, shared: Some(number), window, limits: limits(index) });
        }
        let blocks = plan
            .blocks
            .iter()
            .map(|requests| {
                let mut builder = Builder::new(round, &timeline, &pool_index, &rules);
                for &request in requests {
                    builder.add(request);
                }
                builder.finish(calendar.as_ref(), |index| match shared_as.get(&index) {
                    Some(&number) => shared[number as usize].clone(),
                    None => {
                        let window = window(&round.pools[index as usize], round.horizon.cells);
                        Pool { index, shared: None, window, limits: limits(index) }
                    }
                })
            })
            .collect();
        Problem { timeline, blocks, shared }
    }
}
