//! The solver's own, compact view of a round.
//!
//! Only cells that some class could use are kept, as numbered *slots*; ids become indices; requests are filed in
//! *blocks* that share no person or group, and no pool but those whose users would be too many for one block.

mod blocks;
mod calendar;
mod draft;
mod timeline;

pub(crate) use calendar::Calendar;
pub(crate) use draft::Draft;
pub(crate) use timeline::{Timeline, WORD};

use std::collections::HashMap;
use std::sync::Arc;

use crate::round::{Exclusive, Name, PoolKind, Request, Round};
use crate::rules::order::Order;
use crate::rules::starts::{Piece, pieces};

/// Marks a job without a class.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// A round, prepared.
pub(crate) struct Problem {
    pub timeline: Timeline,
    pub blocks: Vec<Block>,
    /// Pools that several blocks use, by [`Pool::shared`].
    pub shared: Vec<Pool>,
}

/// Requests that compete with each other, and with those of other blocks only for shared pools.
pub(crate) struct Block {
    pub jobs: Vec<Job>,
    pub pools: Vec<Pool>,
    /// Names of the people and groups: index into the round's request and into its `exclusive`.
    pub exclusives: Vec<(u32, u32)>,
    pub pieces: Vec<Piece>,
    /// The end of the last slot in use.
    end: u32,
    /// Slots of the longest job, break included.
    pub longest: u32,
    /// By person or group: the slots of their break, and their most classes a day.
    pub breaks: Vec<u32>,
    pub most: Vec<u32>,
    /// For blocks with limits a day or an order: which day and cell each slot is.
    pub calendar: Option<Arc<Calendar>>,
    orders: Vec<Order>,
    job_pools: Vec<u32>,
    job_exclusives: Vec<u32>,
    /// The jobs of each exclusive, and of each pool.
    members: Lists,
    pool_members: Lists,
}

/// A pool as one block sees it.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    /// Index in the round.
    pub index: u32,
    /// Index into [`Problem::shared`], if other blocks use it too.
    pub shared: Option<u32>,
    /// For arrivals, the window in cells.
    pub window: Option<u32>,
    /// Limit of each row, by slot.
    pub limits: Vec<u32>,
}

/// A request to place.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    /// Index in the round.
    pub request: u32,
    pub connections: u32,
    pub duration: u32,
    /// Cost without a class; a pinned job can do nothing else than stay.
    pub unplaced: i64,
    /// The slot at which a pinned job stays.
    pub pinned: Option<u32>,
    /// Cost of the cheapest start.
    pub floor: i64,
    pieces: (u32, u32),
    pools: (u32, u32),
    /// Those without a break first; from where on they have one.
    exclusives: (u32, u32),
    spaced: u32,
    orders: (u32, u32),
    /// Whether one of its people or groups has a most a day.
    is_counted: bool,
}

impl Block {
    /// The starts of a job, cheapest first.
    pub fn pieces(&self, job: &Job) -> &[Piece] {
        &self.pieces[job.pieces.0 as usize..job.pieces.1 as usize]
    }

    /// Indices of the pools a job uses.
    pub fn pools(&self, job: &Job) -> &[u32] {
        &self.job_pools[job.pools.0 as usize..job.pools.1 as usize]
    }

    /// Indices of the people and groups of a job.
    pub fn exclusives(&self, job: &Job) -> &[u32] {
        &self.job_exclusives[job.exclusives.0 as usize..job.exclusives.1 as usize]
    }

    /// Of the people and groups of a job, those without a break, and those with one.
    pub fn by_break(&self, job: &Job) -> (&[u32], &[u32]) {
        self.exclusives(job).split_at((job.spaced - job.exclusives.0) as usize)
    }

    /// The people and groups of a job that have a most a day.
    pub fn counted(&self, job: &Job) -> impl Iterator<Item = u32> + '_ {
        let all = if job.is_counted { self.exclusives(job) } else { &[] };
        all.iter().copied().filter(|&who| self.most[who as usize] != u32::MAX)
    }

    /// How a job stands to others in time.
    pub fn orders(&self, job: &Job) -> &[Order] {
        &self.orders[job.orders.0 as usize..job.orders.1 as usize]
    }

    /// Whether any of its jobs keep an order.
    pub fn has_orders(&self) -> bool {
        !self.orders.is_empty()
    }

    /// The slots, first and end, in which a person or group is taken by a job at `start`: its break may go on after the
    /// horizon, but nobody asks for it there.
    pub fn taken(&self, who: u32, job: &Job, start: u32) -> (u32, u32) {
        (start, (start + job.duration + self.breaks[who as usize]).min(self.end))
    }

    /// What a person or group is called.
    pub fn exclusive_name<'r>(&self, who: u32, round: &'r Round) -> &'r Name {
        let (request, position) = self.exclusives[who as usize];
        &round.requests[request as usize].exclusive[position as usize]
    }

    /// The jobs of a person or group.
    pub fn members(&self, exclusive: u32) -> &[u32] {
        self.members.get(exclusive)
    }

    /// The jobs that use a pool.
    pub fn pool_members(&self, pool: u32) -> &[u32] {
        self.pool_members.get(pool)
    }

    /// What a small difference in cost is worth: the mean cost of a cell away from the ideal.
    pub fn unit(&self) -> f64 {
        let slopes: i64 = self.pieces.iter().map(|piece| piece.slope()).sum();
        (slopes as f64 / self.pieces.len().max(1) as f64).max(1.0)
    }

    /// What `job` costs at `start`, if it may start there.
    pub fn cost(&self, job: &Job, start: u32) -> Option<i64> {
        self.pieces(job).iter().filter(|piece| piece.allows(start)).map(|piece| piece.cost(start)).min()
    }
}

/// Lists of numbers, one after another in one vector.
struct Lists {
    ends: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    /// Turns pairs (list, item) into `count` lists.
    fn new(count: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut ends = vec![0_u32; count + 1];
        for (list, _) in pairs.clone() {
            ends[list as usize + 1] += 1;
        }
        for list in 0..count {
            ends[list + 1] += ends[list];
        }
        let mut next = ends.clone();
        let mut items = vec![0; ends[count] as usize];
        for (list, item) in pairs {
            items[next[list as usize] as usize] = item;
            next[list as usize] += 1;
        }
        Self { ends, items }
    }

    fn get(&self, list: u32) -> &[u32] {
        &self.items[self.ends[list as usize] as usize..self.ends[list as usize + 1] as usize]
    }
}

#[cfg(test)]
impl Problem {
    /// Prepares a small valid round.
    pub fn new(round: &Round) -> Self {
        Draft::new(round).problem()
    }
}

/// The window of an arrivals pool, in cells: at most all of them.
fn window(pool: &crate::round::Pool, cells: u32) -> Option<u32> {
    (pool.kind == PoolKind::Arrivals).then(|| pool.window.unwrap_or(1).clamp(1, cells.max(1)))
}

/// The limit of each row of a pool, by slot.
fn row_limits(pool: &crate::round::Pool, timeline: &Timeline, cells: u32) -> Vec<u32> {
    let limits = pool.row_limits(cells);
    timeline.cells().map(|cell| cell.map_or(0, |cell| limits[cell as usize])).collect()
}

/// Files requests into a block.
struct Builder<'a> {
    round: &'a Round,
    timeline: &'a Timeline,
    pool_index: &'a HashMap<&'a str, u32>,
    rules: &'a HashMap<&'a str, &'a Exclusive>,
    jobs: Vec<Job>,
    breaks: Vec<u32>,
    most: Vec<u32>,
    pieces: Vec<Piece>,
    job_pools: Vec<u32>,
    job_exclusives: Vec<u32>,
    local_pools: HashMap<u32, u32>,
    local_exclusives: HashMap<&'a str, u32>,
    exclusives: Vec<(u32, u32)>,
}

impl<'a> Builder<'a> {
    fn new(
        round: &'a Round,
        timeline: &'a Timeline,
        pool_index: &'a HashMap<&'a str, u32>,
        rules: &'a HashMap<&'a str, &'a Exclusive>,
    ) -> Self {
        Self {
            round,
            timeline,
            pool_index,
            rules,
            jobs: Vec::new(),
            breaks: Vec::new(),
            most: Vec::new(),
            pieces: Vec::new(),
            job_pools: Vec::new(),
            job_exclusives: Vec::new(),
            local_pools: HashMap::new(),
            local_exclusives: HashMap::new(),
            exclusives: Vec::new(),
        }
    }

    fn add(&mut self, index: u32) {
        let request: &'a Request = &self.round.requests[index as usize];
        let (piece, pool, exclusive) = (self.pieces.len(), self.job_pools.len(), self.job_exclusives.len());
        self.pieces.extend(pieces(request, self.timeline));
        for id in request.pools.iter() {
            if let Some(&index) = self.pool_index.get(&**id) {
                let next = self.local_pools.len() as u32;
                self.job_pools.push(*self.local_pools.entry(index).or_insert(next));
            }
        }
        for (id, position) in request.exclusive.iter().zip(0..) {
            let next = self.exclusives.len() as u32;
            let local = *self.local_exclusives.entry(id).or_insert(next);
            if local == next {
                self.exclusives.push((index, position));
                let rule = self.rules.get(&**id);
                self.breaks.push(rule.map_or(0, |rule| rule.break_cells.min(self.round.horizon.cells)));
                self.most.push(rule.and_then(|rule| rule.most).unwrap_or(u32::MAX));
            }
            self.job_exclusives.push(local);
        }
        let own = &mut self.job_exclusives[exclusive..];
        own.sort_by_key(|&who| self.breaks[who as usize] > 0);
        let spaced = exclusive + own.partition_point(|&who| self.breaks[who as usize] == 0);
        let is_counted = own.iter().any(|&who| self.most[who as usize] != u32::MAX);
        let range = |from: usize, to: usize| (from as u32, to as u32);
        let floor = self.pieces[piece..].first().map_or(0, Piece::floor);
        self.jobs.push(Job {
            request: index,
            connections: request.connections,
            duration: request.duration,
            unplaced: (request.unplaced * u64::from(request.weight)).cast_signed(),
            pinned: request.current.filter(|_| request.pinned).map(|cell| self.timeline.slot(cell)),
            floor,
            pieces: range(piece, self.pieces.len()),
            pools: range(pool, self.job_pools.len()),
            exclusives: range(exclusive, self.job_exclusives.len()),
            spaced: spaced as u32,
            orders: (0, 0),
            is_counted,
        });
    }

    /// Files how the jobs stand to each other in time, with each of the two.
    fn orders(&mut self) -> Vec<Order> {
        let ordered = self.jobs.iter().zip(0_u32..);
        let ordered = ordered.filter(|(job, _)| !self.round.requests[job.request as usize].after.is_empty());
        let ordered: Vec<u32> = ordered.map(|(_, index)| index).collect();
        if ordered.is_empty() {
            return Vec::new();
        }
        let ids = self.jobs.iter().map(|job| &*self.round.requests[job.request as usize].id);
        let index: HashMap<&str, u32> = ids.zip(0..).collect();
        let mut pairs: Vec<(u32, Order)> = Vec::new();
        for job in ordered {
            for after in &self.round.requests[self.jobs[job as usize].request as usize].after {
                if let Some(&other) = index.get(&*after.request) {
                    pairs.push((job, Order { other, gap: after.gap, is_after: true }));
                    pairs.push((other, Order { other: job, gap: after.gap, is_after: false }));
                }
            }
        }
        pairs.sort_by_key(|(job, _)| *job);
        for (job, index) in self.jobs.iter_mut().zip(0_u32..) {
            let first = pairs.partition_point(|(job, _)| *job < index) as u32;
            job.orders = (first, pairs.partition_point(|(job, _)| *job <= index) as u32);
        }
        pairs.into_iter().map(|(_, order)| order).collect()
    }

    fn finish(mut self, calendar: Option<&Arc<Calendar>>, mut pool: impl FnMut(u32) -> Pool) -> Block {
        let orders = self.orders();
        let has_calendar = !orders.is_empty() || self.most.iter().any(|&most| most != u32::MAX);
        let mut order: Vec<(u32, u32)> = self.local_pools.into_iter().map(|(index, local)| (local, index)).collect();
        order.sort_unstable();
        let pools: Vec<Pool> = order.into_iter().map(|(_, index)| pool(index)).collect();
        let each = |ranges: Vec<(u32, u32)>, of: &[u32]| -> Vec<(u32, u32)> {
            let jobs = ranges.into_iter().zip(0_u32..);
            jobs.flat_map(|((from, to), job)| of[from as usize..to as usize].iter().map(move |&list| (list, job)))
                .collect()
        };
        let by_pool = each(self.jobs.iter().map(|job| job.pools).collect(), &self.job_pools);
        let by_exclusive = each(self.jobs.iter().map(|job| job.exclusives).collect(), &self.job_exclusives);
        Block {
            members: Lists::new(self.exclusives.len(), by_exclusive.iter().copied()),
            pool_members: Lists::new(pools.len(), by_pool.iter().copied()),
            end: self.timeline.end(),
            longest: self.jobs.iter().map(|job| job.duration).max().unwrap_or(1)
                + self.breaks.iter().max().unwrap_or(&0),
            calendar: calendar.filter(|_| has_calendar).cloned(),
            orders,
            breaks: self.breaks,
            most: self.most,
            jobs: self.jobs,
            pools,
            exclusives: self.exclusives,
            pieces: self.pieces,
            job_pools: self.job_pools,
            job_exclusives: self.job_exclusives,
        }
    }
}
