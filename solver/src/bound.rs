//! A proven lower bound: the Lagrangian dual of all capacities, maximised by projected Adam.
//!
//! Every row (a pool's, or a person's or group's, at a cell) gets a price. With the rows priced instead of enforced each
//! job chooses alone, and what all pay, less what the limits are worth, is at most the cost of any feasible plan. The
//! choices that overdraw a row raise its price, those that leave it idle lower it. Steps are those of Adam (Kingma and
//! Ba, 2015), projected to non-negative prices and shrinking geometrically; the best iterate is kept. The relaxed
//! problem has integral optima, so the bound's limit is the optimum of the linear relaxation (Geoffrion, 1974).

mod rows;

use rayon::prelude::*;

use crate::plan::{Certificate, Price};
use crate::problem::{Block, Job, NOWHERE, Pool, Problem};
use crate::round::Round;
use crate::rules::arrivals;
use crate::rules::starts::Piece;
use rows::{Rows, Step};

/// Prices, and what they prove.
pub(crate) struct Dual<'a> {
    problem: &'a Problem,
    blocks: Vec<BlockDual<'a>>,
    shared: Vec<Rows>,
    /// The best value so far.
    pub value: f64,
}

/// The prices of one block's own rows, and its jobs' choices under them.
pub(crate) struct BlockDual<'a> {
    block: &'a Block,
    /// Rows of each pool, then of each person or group; those that never were overdrawn have none.
    families: Vec<Option<Box<Rows>>>,
    /// What the jobs' choices use of each family: changes from slot to slot.
    used: Vec<f32>,
    slots: usize,
    choices: Vec<(f32, u32)>,
    /// The scale of prices: cost units for people and groups, and a connection's share of them for each pool.
    scales: Vec<f32>,
}

/// Which pass of how many this is, from 0 to 1.
pub(crate) type Passes<'p> = &'p mut dyn FnMut(u32) -> Option<f64>;

impl<'a> Dual<'a> {
    /// All prices 0.
    pub fn new(problem: &'a Problem) -> Self {
        let slots = problem.timeline.slots();
        let blocks: Vec<BlockDual<'a>> = problem.blocks.iter().map(|block| BlockDual::new(block, slots)).collect();
        let shared = problem.shared.iter().map(|_| Rows::new(slots)).collect();
        Self { problem, blocks, shared, value: f64::NEG_INFINITY }
    }

    /// Whether all rows of all blocks fit into a reasonable amount of memory at once.
    pub fn is_affordable(problem: &Problem) -> bool {
        let families = |block: &Block| block.pools.len() + block.exclusives.len();
        problem.blocks.iter().map(families).sum::<usize>() * problem.timeline.slots() < 40_000_000
    }

    /// Improves the prices while `passes` says how far it has come, on the current thread pool.
    pub fn improve(&mut self, passes: Passes<'_>) {
        let mut pass = 0;
        while let Some(progress) = passes(pass) {
            let value = self.evaluate();
            let is_best = value > self.value;
            self.value = self.value.max(value);
            let step = Step::new(pass, progress);
            let shared: Vec<Vec<f32>> = self.shared_use();
            self.blocks.par_iter_mut().for_each(|block| block.step(step, is_best));
            for ((rows, pool), used) in self.shared.iter_mut().zip(&self.problem.shared).zip(&shared) {
                let scale = shared_scale(self.problem, pool);
                rows.step(used, &pool.limits, scale, step, is_best);
            }
            pass += 1;
        }
    }

    /// What the present prices prove.
    fn evaluate(&mut self) -> f64 {
        let shared = &self.shared;
        let own: Vec<f64> = self.blocks.par_iter_mut().map(|block| block.evaluate(shared)).collect();
        let paid: f64 = shared.iter().zip(&self.problem.shared).map(|(rows, pool)| rows.worth(&pool.limits)).sum();
        own.iter().sum::<f64>() - paid
    }

    /// What the jobs' choices use of each shared pool.
    fn shared_use(&self) -> Vec<Vec<f32>> {
        let slots = self.problem.timeline.slots();
        let mut sums = vec![vec![0.0; slots]; self.problem.shared.len()];
        for block in &self.blocks {
            for (pool, family) in block.block.pools.iter().zip(0..) {
                if let Some(shared) = pool.shared {
                    let used = block.used(family);
                    sums[shared as usize].iter_mut().zip(used).for_each(|(sum, used)| *sum += used);
                }
            }
        }
        sums
    }

    /// The best prices of the shared pools.
    pub fn shared_prices(&self) -> Vec<Vec<f32>> {
        self.shared.iter().map(|rows| rows.best_prices().to_vec()).collect()
    }

    /// Goes back to the best prices; returns what they prove, but for rounding.
    pub fn restore_best(&mut self) -> f64 {
        self.shared.iter_mut().for_each(Rows::restore_best);
        self.blocks
            .iter_mut()
            .flat_map(|block| block.families.iter_mut().flatten())
            .for_each(|rows| rows.restore_best());
        self.evaluate()
    }

    /// Calls `visit` with each start of a job of a block ([`NOWHERE`] for none) and what it would pay there.
    pub fn visit(&self, block: u32, job: &Job, mut visit: impl FnMut(u32, f64)) {
        if job.pinned.is_none() {
            visit(NOWHERE, job.unplaced as f64);
        }
        let dual = &self.blocks[block as usize];
        let mut scratch = Vec::new();
        for piece in dual.block.pieces(job) {
            dual.price(job, piece, &self.shared, &mut scratch);
            for (price, start) in scratch.iter().zip(piece.first..=piece.last) {
                visit(start, piece.cost(start) as f64 + f64::from(*price));
            }
        }
    }

    /// The best prices, in the file format.
    pub fn certificate(&self, round: &Round) -> Certificate {
        let timeline = &self.problem.timeline;
        let mut prices = Vec::new();
        let mut pool_prices = |rows: &Rows, pool: &Pool| {
            for (slot, price) in rows.best() {
                let (cell, pool) = (timeline.cell(slot), round.pools[pool.index as usize].id.clone());
                prices.push(Price::Pool { pool, cell, price });
            }
        };
        for (rows, pool) in self.shared.iter().zip(&self.problem.shared) {
            pool_prices(rows, pool);
        }
        for block in &self.blocks {
            for (rows, pool) in block.families.iter().zip(&block.block.pools) {
                rows.iter().for_each(|rows| pool_prices(rows, pool));
            }
        }
        for block in &self.blocks {
            for (rows, &(request, position)) in
                block.families.iter().skip(block.block.pools.len()).zip(&block.block.exclusives)
            {
                for (slot, price) in rows.iter().flat_map(|rows| rows.best()) {
                    let who = &round.requests[request as usize].exclusive[position as usize];
                    prices.push(Price::Exclusive { exclusive: who.clone(), cell: timeline.cell(slot), price });
                }
            }
        }
        Certificate { prices }
    }
}

/// A connection's share of the cost unit, in a pool that blocks share.
fn shared_scale(problem: &Problem, pool: &Pool) -> f32 {
    let users = problem.blocks.iter().filter_map(|block| {
        let local = block.pools.iter().position(|other| other.index == pool.index)?;
        Some((block, local as u32))
    });
    let (mut connections, mut jobs) = (0_u64, 0_u64);
    for (block, local) in users {
        connections += sum_connections(block, local);
        jobs += block.pool_members(local).len() as u64;
    }
    (jobs as f64 / connections.max(1) as f64) as f32
}

fn sum_connections(block: &Block, pool: u32) -> u64 {
    block.pool_members(pool).iter().map(|&job| u64::from(block.jobs[job as usize].connections)).sum()
}

impl<'a> BlockDual<'a> {
    fn new(block: &'a Block, slots: usize) -> Self {
        let families = block.pools.len() + block.exclusives.len();
        let unit = crate::teams::unit(block) as f32;
        let scales = (0..block.pools.len() as u32)
            .map(|pool| unit * block.pool_members(pool).len() as f32 / sum_connections(block, pool).max(1) as f32);
        Self {
            block,
            families: (0..families).map(|_| None).collect(),
            used: vec![0.0; families * (slots + 1)],
            slots,
            choices: vec![(0.0, NOWHERE); block.jobs.len()],
            scales: scales.chain(block.exclusives.iter().map(|_| unit)).collect(),
        }
    }

    /// What the choices use of a family, by slot.
    fn used(&self, family: usize) -> impl Iterator<Item = f32> + '_ {
        let changes = &self.used[family * (self.slots + 1)..][..self.slots];
        changes.iter().scan(0.0, |used, change| {
            *used += change;
            Some(*used)
        })
    }

    /// Lets every job choose; returns what they pay, less what the block's own limits are worth.
    fn evaluate(&mut self, shared: &[Rows]) -> f64 {
        let mut choices = std::mem::take(&mut self.choices);
        let this = &*self;
        choices.par_chunks_mut(256).zip(this.block.jobs.par_chunks(256)).for_each(|(choices, jobs)| {
            let mut scratch = Vec::new();
            for (choice, job) in choices.iter_mut().zip(jobs) {
                *choice = this.choose(job, shared, &mut scratch);
            }
        });
        self.choices = choices;
        self.count_use();
        let pays: f64 = self.choices.iter().map(|choice| f64::from(choice.0)).sum();
        let pools = self.block.pools.iter().map(|pool| Some(pool.limits.as_slice()));
        let limits = pools.chain(self.block.exclusives.iter().map(|_| None));
        let worth = self.families.iter().zip(limits).filter_map(|(rows, limits)| {
            let rows = rows.as_ref()?;
            Some(limits.map_or_else(|| rows.worth_of_ones(), |limits| rows.worth(limits)))
        });
        pays - worth.sum::<f64>()
    }

    /// The least that a job can pay under the present prices, and where.
    fn choose(&self, job: &Job, shared: &[Rows], scratch: &mut Vec<f32>) -> (f32, u32) {
        let block = self.block;
        let mut best = if job.pinned.is_some() { (f32::INFINITY, NOWHERE) } else { (job.unplaced as f32, NOWHERE) };
        for piece in block.pieces(job) {
            if piece.floor() as f32 >= best.0 {
                break; // prices only add to the cost
            }
            self.price(job, piece, shared, scratch);
            for (price, start) in scratch.iter().zip(piece.first..=piece.last) {
                let value = piece.cost(start) as f32 + price;
                if value < best.0 {
                    best = (value, start);
                }
            }
        }
        best
    }

    /// Fills `prices` with what the rows cost that `job` would use at each start of `piece`.
    fn price(&self, job: &Job, piece: &Piece, shared: &[Rows], prices: &mut Vec<f32>) {
        let block = self.block;
        let size = job.connections as f32;
        let rows = |pool: u32| -> Option<&Rows> {
            match block.pools[pool as usize].shared {
                Some(number) => Some(&shared[number as usize]),
                None => self.families[pool as usize].as_deref(),
            }
        };
        let (first, duration) = (piece.first as usize, job.duration as usize);
        let count = (piece.last - piece.first + 1) as usize;
        prices.clear();
        prices.resize(count + duration, 0.0);
        let mut add = |sums: &[f32], units: f32| {
            prices.iter_mut().zip(&sums[first..]).for_each(|(sum, price)| *sum += units * price);
        };
        for &pool in block.pools(job).iter().filter(|&&pool| block.pools[pool as usize].window.is_none()) {
            if let Some(rows) = rows(pool) {
                add(rows.sums(), size);
            }
        }
        for &who in block.exclusives(job) {
            if let Some(rows) = &self.families[block.pools.len() + who as usize] {
                add(rows.sums(), 1.0);
            }
        }
        for i in 0..count {
            prices[i] = prices[i + duration] - prices[i];
        }
        for &pool in block.pools(job) {
            if let (Some(window), Some(rows)) = (block.pools[pool as usize].window, rows(pool)) {
                let sums = rows.sums();
                for (price, start) in prices.iter_mut().zip(piece.first..=piece.last) {
                    let (from, to) = arrivals::rows(start, window);
                    *price += size * (sums[to as usize] - sums[from as usize]);
                }
            }
        }
    }

    /// Adds up what the choices use.
    fn count_use(&mut self) {
        self.used.fill(0.0);
        let block = self.block;
        let length = self.slots + 1;
        for (job, &(_, start)) in block.jobs.iter().zip(&self.choices) {
            if start == NOWHERE {
                continue;
            }
            let mut add = |family: usize, from: u32, to: u32, units: f32| {
                self.used[family * length + from as usize] += units;
                self.used[family * length + to as usize] -= units;
            };
            for &pool in block.pools(job) {
                let (from, to) = match block.pools[pool as usize].window {
                    None => (start, start + job.duration),
                    Some(window) => arrivals::rows(start, window),
                };
                add(pool as usize, from, to, job.connections as f32);
            }
            for &who in block.exclusives(job) {
                add(block.pools.len() + who as usize, start, start + job.duration, 1.0);
            }
        }
    }

    /// Moves the prices of the block's own rows.
    fn step(&mut self, step: Step, is_best: bool) {
        let pools = self.block.pools.len();
        let ones = vec![1; self.slots];
        let mut used = Vec::with_capacity(self.slots);
        for family in 0..self.families.len() {
            if self.block.pools.get(family).is_some_and(|pool| pool.shared.is_some()) {
                continue;
            }
            let limits = if family < pools { &self.block.pools[family].limits } else { &ones };
            let mut sum = 0.0;
            let changes = &self.used[family * (self.slots + 1)..][..self.slots];
            used.clear();
            used.extend(changes.iter().map(|change| {
                sum += change;
                sum
            }));
            if self.families[family].is_none() {
                if used.iter().zip(limits).all(|(used, limit)| *used <= *limit as f32) {
                    continue;
                }
                self.families[family] = Some(Box::new(Rows::new(self.slots)));
            }
            if let Some(rows) = &mut self.families[family] {
                rows.step(&used, limits, self.scales[family], step, is_best);
            }
        }
    }
}
