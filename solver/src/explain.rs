//! Explanations: why a request is where it is, what stands against each better start, which raised limits would have let
//! it through, and what else is free.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::plan::Plan;
use crate::relief::{Relief, Reliefs};
use crate::round::{Name, Pool, PoolKind, Request, Round};

/// The most starts of each kind that an explanation lists.
pub const MOST_STARTS: usize = 200;

/// Answers questions about one plan.
#[derive(Debug)]
pub struct Explainer<'a> {
    round: &'a Round,
    /// Where each request is.
    starts: Vec<Option<u32>>,
    requests: HashMap<&'a str, usize>,
    pools: HashMap<&'a str, PoolUse<'a>>,
    /// The classes of each person and group: first cell, end, request.
    exclusives: HashMap<&'a str, Vec<(u32, u32, usize)>>,
}

/// A pool's limits and use, row by row.
#[derive(Debug)]
struct PoolUse<'a> {
    pool: &'a Pool,
    /// The limit of each cell.
    cells: Vec<u32>,
    limits: Vec<u32>,
    used: Vec<u64>,
}

/// Why a request is where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Id of the request.
    pub request: Name,
    /// Its start in the plan, a cell.
    pub start: Option<u32>,
    /// What it costs there.
    pub cost: u64,
    /// What its cheapest allowed start costs.
    pub best_cost: u64,
    /// The starts that cost less, cheapest first, and what stands against each.
    pub better: Vec<BetterStart>,
    /// The cheapest of all better starts that limits alone forbid, and the raises that it takes.
    pub relief: Option<Relief>,
    /// For each pool that alone forbids a better start: the cheapest such start, and the one raise that it takes.
    pub one_pool: Vec<Relief>,
    /// The starts that are free in this plan, cheapest first.
    pub alternatives: Vec<FreeStart>,
}

/// A start that would cost less than the planned one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BetterStart {
    /// The start, a cell.
    pub start: u32,
    /// What the request would cost there.
    pub cost: u64,
    /// What stands against it; empty if it is free.
    pub blockers: Vec<Blocker>,
}

/// A start that is free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FreeStart {
    /// The start, a cell.
    pub start: u32,
    /// What the request would cost there.
    pub cost: u64,
}

/// What stands against a start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Blocker {
    /// A pool would be over its limit; the worst cell is given.
    Pool {
        /// Id of the pool.
        pool: Name,
        /// The cell (of arrivals pools: the first of the window).
        cell: u32,
        /// Connections of the other classes there.
        used: u64,
        /// The limit there.
        limit: u32,
        /// Connections that the request needs; the limit is passed by `used + needed − limit`.
        needed: u32,
        /// The first cell whose limit is too low.
        from: u32,
        /// The cell after the last one whose limit is too low.
        to: u32,
    },
    /// A person or group is in another class.
    Exclusive {
        /// The person or group.
        exclusive: Name,
        /// The first cell in which both classes would be held.
        cell: u32,
        /// Id of the request whose class it is.
        held_by: Name,
    },
}

/// Prepares explanations of `plan`, which [`crate::check`](crate::check()) must have found feasible for `round`.
pub fn explain<'a>(round: &'a Round, plan: &Plan) -> Explainer<'a> {
    let requests: HashMap<&str, usize> = round.requests.iter().map(|request| &*request.id).zip(0..).collect();
    let mut starts = vec![None; round.requests.len()];
    for session in &plan.sessions {
        if let Some(&index) = requests.get(&*session.request) {
            starts[index] = session.start;
        }
    }
    let pools = round.pools.iter().map(|pool| (&*pool.id, PoolUse::new(pool, round.horizon.cells))).collect();
    let mut explainer = Explainer { round, starts, requests, pools, exclusives: HashMap::new() };
    for (index, request) in round.requests.iter().enumerate() {
        let Some(start) = explainer.starts[index] else { continue };
        for id in request.pools.iter() {
            if let Some(pool) = explainer.pools.get_mut(&**id) {
                pool.rows(start, request.duration).for_each(|row| {
                    if let Some(used) = pool.used.get_mut(row) {
                        *used += u64::from(request.connections);
                    }
                });
            }
        }
        for who in &request.exclusive {
            explainer.exclusives.entry(who).or_default().push((start, start + request.duration, index));
        }
    }
    explainer
}

impl Explainer<'_> {
    /// Explains the request `id`; `None` if the round has no such request. At most [`MOST_STARTS`] better starts and
    /// as many alternatives are listed.
    pub fn request(&self, id: &str) -> Option<Explanation> {
        let index = *self.requests.get(id)?;
        let request = &self.round.requests[index];
        let start = self.starts[index];
        let costs = costs(request);
        let cost_of = |start: u32| costs.iter().find(|(_, at)| *at == start).map(|(cost, _)| *cost);
        let cost = start.map_or(Some(request.unplaced), cost_of).unwrap_or(0);
        let others = || costs.iter().filter(|(_, at)| Some(*at) != start);
        let (mut better, mut reliefs) = (Vec::new(), Reliefs::default());
        for &(each, at) in others().take_while(|(each, _)| *each < cost) {
            if better.len() == MOST_STARTS && reliefs.are_settled(each, request.pools.len()) {
                break;
            }
            let start = BetterStart { start: at, cost: each, blockers: self.blockers(index, at) };
            reliefs.consider(&start, cost);
            if better.len() < MOST_STARTS {
                better.push(start);
            }
        }
        let (relief, one_pool) = reliefs.found();
        let free = others().filter(|(_, at)| self.blockers(index, *at).is_empty()).take(MOST_STARTS);
        Some(Explanation {
            request: request.id.clone(),
            start,
            cost,
            best_cost: costs.first().map_or(request.unplaced, |(cost, _)| *cost),
            better,
            relief,
            one_pool,
            alternatives: free.map(|&(cost, start)| FreeStart { start, cost }).collect(),
        })
    }

    /// What stands against the request `index` at `start`.
    fn blockers(&self, index: usize, start: u32) -> Vec<Blocker> {
        let request = &self.round.requests[index];
        let end = start + request.duration;
        let mut blockers = Vec::new();
        for who in &request.exclusive {
            let classes = self.exclusives.get(&**who).map(Vec::as_slice).unwrap_or_default();
            let held = classes.iter().filter(|(from, to, other)| *other != index && *from < end && *to > start).min();
            if let Some(&(from, _, other)) = held {
                let held_by = self.round.requests[other].id.clone();
                blockers.push(Blocker::Exclusive { exclusive: who.clone(), cell: from.max(start), held_by });
            }
        }
        blockers.extend(request.pools.iter().filter_map(|id| self.short_pool(id, index, start)));
        blockers
    }

    /// The worst row of a pool, and where its limits are too low, if the request does not fit at `start`.
    fn short_pool(&self, id: &Name, index: usize, start: u32) -> Option<Blocker> {
        let pool = self.pools.get(&**id)?;
        let request = &self.round.requests[index];
        // Where it is now, the request itself uses the pool.
        let own = self.starts[index].map(|start| pool.rows(start, request.duration)).unwrap_or(0..0);
        let needed = u64::from(request.connections);
        let over = pool.rows(start, request.duration).filter_map(|row| {
            let own = if own.contains(&row) { needed } else { 0 };
            let (used, limit) = (pool.used.get(row)?.saturating_sub(own), *pool.limits.get(row)?);
            let over = (used + needed).checked_sub(u64::from(limit)).filter(|over| *over > 0)?;
            Some((over, std::cmp::Reverse(row), used, limit))
        });
        let over: Vec<_> = over.collect();
        let &(_, std::cmp::Reverse(row), used, limit) = over.iter().max()?;
        let too_low = over.iter().flat_map(|&(_, std::cmp::Reverse(row), used, _)| pool.too_low(row, used + needed));
        let (from, last) = (too_low.clone().min()? as u32, too_low.max()? as u32);
        let (pool, needed) = (id.clone(), request.connections);
        Some(Blocker::Pool { pool, cell: row as u32, used, limit, needed, from, to: last + 1 })
    }
}

impl<'a> PoolUse<'a> {
    fn new(pool: &'a Pool, cells: u32) -> Self {
        let mut limits = vec![pool.limit; cells as usize];
        for part in &pool.except {
            if let Some(range) = limits.get_mut(part.from as usize..part.to as usize) {
                range.fill(part.limit);
            }
        }
        let mut pool = Self { pool, used: vec![0; limits.len()], limits: Vec::new(), cells: limits };
        let least = |row: usize| pool.cells_of(row).map(|cell| pool.cells[cell]).min().unwrap_or(0);
        pool.limits = (0..pool.cells.len()).map(least).collect();
        pool
    }

    /// The cells that a row counts together.
    fn cells_of(&self, row: usize) -> std::ops::Range<usize> {
        let length = match self.pool.kind {
            PoolKind::Concurrent => 1,
            PoolKind::Arrivals => self.pool.window.unwrap_or(1) as usize,
        };
        row..self.cells.len().min(row + length)
    }

    /// The cells of a row whose limits are below `wanted`.
    fn too_low(&self, row: usize, wanted: u64) -> impl Iterator<Item = usize> + Clone + '_ {
        self.cells_of(row).filter(move |&cell| u64::from(self.cells[cell]) < wanted)
    }

    /// The rows that a class uses.
    fn rows(&self, start: u32, duration: u32) -> std::ops::Range<usize> {
        let start = start as usize;
        match self.pool.kind {
            PoolKind::Concurrent => start..start + duration as usize,
            PoolKind::Arrivals => (start + 1).saturating_sub(self.pool.window.unwrap_or(1) as usize)..start + 1,
        }
    }
}

/// Cost and start of every allowed start, cheapest first.
fn costs(request: &Request) -> Vec<(u64, u32)> {
    let mut costs: BTreeMap<u32, u64> = BTreeMap::new();
    for option in request.options.iter() {
        for start in option.first..=option.last {
            let cost = costs.entry(start).or_insert(u64::MAX);
            *cost = option.cost(start).min(*cost);
        }
    }
    if let Some(current) = request.current {
        if request.pinned {
            return vec![(costs.get(&current).copied().unwrap_or(0), current)];
        }
        costs.iter_mut().filter(|(start, _)| **start != current).for_each(|(_, cost)| *cost += request.move_cost);
    }
    let mut sorted: Vec<(u64, u32)> = costs.into_iter().map(|(start, cost)| (cost, start)).collect();
    sorted.sort_unstable();
    sorted
}
