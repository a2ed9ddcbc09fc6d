//! The prices of one block's own rows, and its jobs' choices under them.

use rayon::prelude::*;

use super::derived::{Cut, Derived};
use super::overloads::{Overload, overloads};
use super::rows::{LENGTHS, Rows, Step};
use crate::candidates::{Candidates, REACH};
use crate::problem::{Block, Job, NOWHERE};
use crate::rules::arrivals;

/// Jobs that make it worth while to let several threads choose.
const MANY: usize = 512;

pub(crate) struct BlockDual<'a> {
    pub block: &'a Block,
    slots: usize,
    /// Rows of each pool, then of each person or group; those that never were overdrawn have none.
    families: Vec<Option<Box<Rows>>>,
    /// Rows that its own pools imply for whole classes, while prices are looked for.
    derived: Option<Derived<'a>>,
    /// Requests of which some must stay out, whatever the prices.
    overloads: Vec<Overload>,
    /// Where each job would go.
    choices: Vec<u32>,
    /// The scale of prices: cost units for people and groups, and a connection's share of them for each pool.
    unit: f32,
    scales: Vec<f32>,
    /// The best prices: family, slot, price.
    packed: Vec<(u32, u32, f32)>,
    packed_cuts: Vec<PricedCut>,
    /// What the best prices prove, shared limits left aside.
    pub value: f64,
    /// What the last passes gained, for each of them and each job.
    pub gain: f64,
}

/// A cut, and the prices of its slots.
pub(crate) type PricedCut = (Cut, Vec<(u32, f32)>);

impl<'a> BlockDual<'a> {
    pub fn new(block: &'a Block, slots: usize) -> Self {
        let unit = block.unit() as f32;
        let scale = |pool: u32| {
            let connections: u64 =
                block.pool_members(pool).iter().map(|&job| u64::from(block.jobs[job as usize].connections)).sum();
            unit * block.pool_members(pool).len() as f32 / connections.max(1) as f32
        };
        Self {
            block,
            slots,
            families: (0..block.pools.len() + block.exclusives.len()).map(|_| None).collect(),
            derived: None,
            overloads: overloads(block),
            choices: vec![NOWHERE; block.jobs.len()],
            unit,
            scales: (0..block.pools.len() as u32).map(scale).collect(),
            packed: Vec::new(),
            packed_cuts: Vec::new(),
            value: f64::NEG_INFINITY,
            gain: 0.0,
        }
    }

    /// The best prices: family (a pool, or after them a person or group), slot, price.
    pub fn packed(&self) -> &[(u32, u32, f32)] {
        &self.packed
    }

    /// The cuts with a best price.
    pub fn cuts(&self) -> &[PricedCut] {
        &self.packed_cuts
    }

    /// Requests of which some must stay out.
    pub fn overloads(&self) -> &[Overload] {
        &self.overloads
    }

    /// Keeps the best prices only.
    pub fn pack(&mut self) {
        self.packed_cuts = self.derived.take().map_or(Vec::new(), |derived| derived.pack());
        self.packed.clear();
        for (rows, family) in self.families.iter_mut().zip(0..) {
            if let Some(rows) = rows.take() {
                let best = rows.best_prices().iter().zip(0..).filter(|(price, _)| **price > 1e-6);
                self.packed.extend(best.map(|(price, slot)| (family, slot, *price)));
            }
        }
    }

    /// Prices from the best ones.
    pub fn unpack(&mut self) {
        for &(family, slot, price) in &self.packed {
            let slots = self.slots;
            let rows = self.families[family as usize].get_or_insert_with(|| Box::new(Rows::new(slots)));
            rows.set_best(slot as usize, price);
        }
        self.families.iter_mut().flatten().for_each(|rows| rows.restore_best());
        let (block, slots, unit) = (self.block, self.slots, self.unit);
        self.derived.get_or_insert_with(|| Derived::new(block, slots, unit)).unpack(&self.packed_cuts);
    }

    /// Finds the block's own prices in so many passes, while those of shared pools stay; keeps the best only. Once it
    /// `is_over`, it makes no other pass than the first, without which nothing is proven.
    pub fn settle(&mut self, shared: &[&[f32]], passes: u32, is_over: &(dyn Fn() -> bool + Sync)) {
        let (mut best, mut halfway) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for pass in 0..passes {
            if pass > 0 && is_over() {
                break;
            }
            let value = self.evaluate(shared);
            let is_best = value > best;
            best = best.max(value);
            if pass <= passes / 2 {
                halfway = best;
            }
            self.step(Step::new(pass, f64::from(pass) / f64::from(passes), LENGTHS), is_best);
        }
        self.value = best;
        self.gain = (best - halfway) / (f64::from(passes) * self.block.jobs.len() as f64);
        self.pack();
    }

    /// Forgets all prices.
    pub fn forget(&mut self) {
        self.packed.clear();
        self.packed_cuts.clear();
        self.choices.fill(NOWHERE);
        self.overloads.iter_mut().for_each(|overload| overload.best = 0.0);
        (self.value, self.gain) = (f64::NEG_INFINITY, 0.0);
    }

    /// Lets every job choose; returns what they pay, less what the block's own limits are worth.
    pub fn evaluate(&mut self, shared: &[&[f32]]) -> f64 {
        let mut choices = std::mem::take(&mut self.choices);
        let this = &*self;
        let all = |(choices, first): (&mut [u32], usize)| {
            let mut scratch = Vec::new();
            let mut pays = 0.0;
            for (choice, index) in choices.iter_mut().zip(first..) {
                let (value, start) = this.choose(index, *choice, shared, &mut scratch);
                pays += f64::from(value);
                *choice = start;
            }
            pays
        };
        let pays: f64 = if choices.len() < MANY {
            all((&mut choices, 0))
        } else {
            let chunks = choices.par_chunks_mut(MANY / 4).enumerate();
            chunks.map(|(chunk, choices)| all((choices, chunk * (MANY / 4)))).collect::<Vec<f64>>().into_iter().sum()
        };
        let left_out = self.leave_out(shared, &mut choices);
        self.choices = choices;
        let worth = self.families.iter().zip(0..).filter_map(|(rows, family)| {
            let rows = rows.as_ref()?;
            Some(match self.block.pools.get(family) {
                Some(pool) => rows.worth(|slot| pool.limits[slot] as f32),
                None => rows.worth(|_| 1.0),
            })
        });
        pays + left_out - worth.sum::<f64>() - self.derived.as_ref().map_or(0.0, Derived::worth)
    }

    /// Leaves out what overloads cannot place; returns what that costs.
    fn leave_out(&mut self, shared: &[&[f32]], choices: &mut [u32]) -> f64 {
        let mut overloads = std::mem::take(&mut self.overloads);
        let mut cost = 0.0;
        for overload in &mut overloads {
            let pays = |job: u32, start| self.choose(job as usize, start, shared, &mut Vec::new()).0;
            cost += overload.leave_out(self.block, pays, choices);
        }
        self.overloads = overloads;
        cost
    }

    /// The least that a job can pay under the present prices, and where; `last` is where it was so far.
    fn choose(&self, index: usize, last: u32, shared: &[&[f32]], scratch: &mut Scratch) -> (f32, u32) {
        let block = self.block;
        let job = &block.jobs[index];
        let mut best = if job.pinned.is_some() { (f32::INFINITY, NOWHERE) } else { (job.unplaced as f32, NOWHERE) };
        if last != NOWHERE {
            // Most stay where they are: that leaves little to look at.
            self.price(index, last, last, shared, scratch);
            let value = block.cost(job, last).map_or(f32::INFINITY, |cost| cost as f32 + scratch[0]);
            if value < best.0 {
                best = (value, last);
            }
        }
        for piece in block.pieces(job) {
            if piece.floor() as f32 >= best.0 {
                break; // prices only add to the cost
            }
            let (first, last) = piece.cheaper_than(best.0);
            self.price(index, first, last, shared, scratch);
            for (price, start) in scratch.iter().zip(first..=last) {
                let value = piece.cost(start) as f32 + price;
                if value < best.0 {
                    best = (value, start);
                }
            }
        }
        best
    }

    /// The starts that the best prices favour.
    pub fn candidates(&mut self, shared: &[&[f32]]) -> Candidates {
        self.unpack();
        let mut scratch = Vec::new();
        let paid = |index: usize| {
            let (least, _) = self.choose(index, NOWHERE, shared, &mut scratch);
            let most = least + REACH * self.unit;
            let mut paid = Vec::new();
            for piece in self.block.pieces(&self.block.jobs[index]) {
                if piece.floor() as f32 > most {
                    break;
                }
                let (first, last) = piece.cheaper_than(most);
                self.price(index, first, last, shared, &mut scratch);
                let values =
                    scratch.iter().zip(first..).map(|(price, start)| (piece.cost(start) as f32 + price, start));
                paid.extend(values.filter(|(value, _)| *value <= most));
            }
            paid
        };
        let candidates = Candidates::new((0..self.block.jobs.len()).map(paid));
        self.pack();
        candidates
    }

    /// Calls `visit` with each start of a job and what it would pay there.
    pub fn visit(&self, index: usize, shared: &[&[f32]], mut visit: impl FnMut(u32, f64)) {
        let job = &self.block.jobs[index];
        if job.pinned.is_none() {
            visit(NOWHERE, job.unplaced as f64);
        }
        let overload = self.overloads.iter().find(|overload| overload.jobs.contains(&(index as u32)));
        let placed = overload.map_or(0.0, |overload| f64::from(overload.price));
        let mut scratch = Vec::new();
        for piece in self.block.pieces(job) {
            self.price(index, piece.first, piece.last, shared, &mut scratch);
            for (price, start) in scratch.iter().zip(piece.first..=piece.last) {
                visit(start, piece.cost(start) as f64 + f64::from(*price) + placed);
            }
        }
    }

    /// Fills `prices` with what the rows cost that a job would use at each start of `first ..= last`.
    fn price(&self, index: usize, first: u32, last: u32, shared: &[&[f32]], prices: &mut Scratch) {
        let block = self.block;
        let job = &block.jobs[index];
        let size = job.connections as f32;
        let (from, duration) = (first as usize, job.duration as usize);
        let count = (last - first + 1) as usize;
        prices.clear();
        prices.resize(count + duration, 0.0);
        let mut add = |of: &[f32], units: f32| {
            // The sum begins with 0, so what stands at `from` counts from the second on.
            prices[1..].iter_mut().zip(&of[from..]).for_each(|(sum, price)| *sum += units * price);
        };
        for &pool in block.pools(job).iter().filter(|&&pool| block.pools[pool as usize].window.is_none()) {
            if let Some(of) = self.pool_prices(pool, shared) {
                add(of, size);
            }
        }
        let (plain, spaced) = block.by_break(job);
        for &who in plain {
            if let Some(rows) = self.people_prices(who) {
                add(rows, 1.0);
            }
        }
        if let Some(of) = self.derived.as_ref().and_then(|derived| derived.prices(index)) {
            add(of, 1.0);
        }
        let mut sum = 0.0;
        for price in prices.iter_mut() {
            sum += *price;
            *price = sum;
        }
        for i in 0..count {
            prices[i] = prices[i + duration] - prices[i];
        }
        prices.truncate(count);
        for &who in spaced {
            if let Some(of) = self.people_prices(who) {
                for (price, start) in prices.iter_mut().zip(first..) {
                    *price += of[self.taken(who, job, start)].iter().sum::<f32>();
                }
            }
        }
        for &pool in block.pools(job) {
            if let (Some(window), Some(of)) = (block.pools[pool as usize].window, self.pool_prices(pool, shared)) {
                let (mut low, mut high) = arrivals::rows(first, window);
                let mut sum: f32 = of[low as usize..high as usize].iter().sum();
                for (price, start) in prices.iter_mut().zip(first..) {
                    *price += size * sum;
                    let next = arrivals::rows(start + 1, window);
                    if start < last {
                        sum += of[high as usize];
                        if next.0 > low {
                            sum -= of[low as usize];
                        }
                    }
                    (low, high) = next;
                }
            }
        }
    }

    fn pool_prices<'p>(&'p self, pool: u32, shared: &[&'p [f32]]) -> Option<&'p [f32]> {
        match self.block.pools[pool as usize].shared {
            Some(number) => Some(shared[number as usize]),
            None => self.families[pool as usize].as_deref().map(Rows::prices),
        }
    }

    fn people_prices(&self, who: u32) -> Option<&[f32]> {
        self.families[self.block.pools.len() + who as usize].as_deref().map(Rows::prices)
    }

    /// The slots in which a person or group is taken.
    fn taken(&self, who: u32, job: &Job, start: u32) -> std::ops::Range<usize> {
        let (from, to) = self.block.taken(who, job, start);
        from as usize..to as usize
    }

    /// The rows of a pool that a job uses at its choice.
    fn rows(&self, pool: u32, job: &Job, start: u32) -> (usize, usize) {
        let (from, to) = match self.block.pools[pool as usize].window {
            None => (start, start + job.duration),
            Some(window) => arrivals::rows(start, window),
        };
        (from as usize, to as usize)
    }

    /// Adds what the choices use of shared pools, as changes from slot to slot.
    pub fn add_shared_use(&self, used: &mut [Vec<i64>]) {
        let block = self.block;
        for (pool, local) in block.pools.iter().zip(0..) {
            let Some(number) = pool.shared else { continue };
            let changes = &mut used[number as usize];
            for &index in block.pool_members(local) {
                let (job, start) = (&block.jobs[index as usize], self.choices[index as usize]);
                if start != NOWHERE {
                    let (from, to) = self.rows(local, job, start);
                    changes[from] += i64::from(job.connections);
                    changes[to] -= i64::from(job.connections);
                }
            }
        }
    }

    /// Moves the prices of the block's own rows.
    pub(super) fn step(&mut self, step: Step, is_best: bool) {
        let block = self.block;
        if is_best {
            self.overloads.iter_mut().for_each(|overload| overload.best = overload.price);
        }
        let mut used = vec![0.0_f32; self.slots + 1];
        for (pool, local) in block.pools.iter().zip(0..) {
            if pool.shared.is_some() {
                continue;
            }
            used.fill(0.0);
            for &index in block.pool_members(local) {
                let (job, start) = (&block.jobs[index as usize], self.choices[index as usize]);
                if start != NOWHERE {
                    let (from, to) = self.rows(local, job, start);
                    used[from] += job.connections as f32;
                    used[to] -= job.connections as f32;
                }
            }
            let mut sum = 0.0;
            for used in &mut used {
                sum += *used;
                *used = sum;
            }
            let rows = &mut self.families[local as usize];
            let is_overdrawn = || used.iter().zip(&pool.limits).any(|(used, limit)| *used > *limit as f32);
            if rows.is_some() || is_overdrawn() {
                let rows = rows.get_or_insert_with(|| Box::new(Rows::new(self.slots)));
                rows.step(&used, |slot| pool.limits[slot] as f32, self.scales[local as usize], step, is_best);
            }
        }
        let derived = self.derived.get_or_insert_with(|| Derived::new(block, self.slots, self.unit));
        derived.step(&self.choices, self.unit, step, is_best);
        self.note_clashes();
        used.fill(0.0);
        for who in 0..block.exclusives.len() as u32 {
            let family = block.pools.len() + who as usize;
            if let Some(mut rows) = self.families[family].take() {
                self.occupy(who, &mut used, 1.0);
                rows.step(&used, |_| 1.0, self.unit, step, is_best);
                self.occupy(who, &mut used, -1.0);
                self.families[family] = Some(rows);
            }
        }
    }

    /// Adds `units` wherever the choices of a person's or group's jobs are.
    fn occupy(&self, who: u32, used: &mut [f32], units: f32) {
        for &index in self.block.members(who) {
            let start = self.choices[index as usize];
            if start != NOWHERE {
                let taken = self.taken(who, &self.block.jobs[index as usize], start);
                used[taken].iter_mut().for_each(|used| *used += units);
            }
        }
    }

    /// Gives rows to the people and groups that are in two places at once.
    fn note_clashes(&mut self) {
        let mut classes: Vec<(u32, u32)> = Vec::new();
        for who in 0..self.block.exclusives.len() as u32 {
            let family = self.block.pools.len() + who as usize;
            if self.families[family].is_some() {
                continue;
            }
            classes.clear();
            let members = self.block.members(who).iter().map(|&index| index as usize);
            let placed = members.filter(|&index| self.choices[index] != NOWHERE);
            classes.extend(placed.map(|index| self.block.taken(who, &self.block.jobs[index], self.choices[index])));
            classes.sort_unstable();
            if classes.windows(2).any(|pair| pair[1].0 < pair[0].1) {
                self.families[family] = Some(Box::new(Rows::new(self.slots)));
            }
        }
    }
}

/// Prices of a range of starts.
type Scratch = Vec<f32>;
