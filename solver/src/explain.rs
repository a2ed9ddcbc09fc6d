//! Explanations: why a request is where it is, what stands against each better start, which raised limits would have let
//! it through, and what else is free.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde::Serialize;

use crate::bound::{self, Named};
use crate::engine::prepared;
use crate::plan::Plan;
use crate::relief::{Relief, Reliefs};
use crate::round::{Days, Exclusive, Name, Pool, PoolKind, Request, Round};

/// The most starts of each kind that an explanation lists.
pub const MOST_STARTS: usize = 200;

/// So many rows are looked at, about, in search of the least raise.
const MOST_ROWS: usize = 1 << 28;

/// The most classes of one person or group that are named against a start: a long class may stand against a whole day.
const MOST_CLASSES: usize = 5;

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
    rules: HashMap<&'a str, &'a Exclusive>,
    days: Days,
    /// The requests that come after each, and the gap.
    followers: HashMap<usize, Vec<(usize, u32)>>,
    /// What no plan can place, once somebody asks for a request without a class.
    overloads: OnceLock<Vec<Overloaded>>,
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

/// Where a pool has no room for a request.
struct Full<'a> {
    pool: &'a PoolUse<'a>,
    duration: u32,
    /// How many of the rows before each have none.
    before: Vec<u32>,
}

impl Full<'_> {
    /// Whether there is room at `start`.
    fn has_room(&self, start: u32) -> bool {
        let rows = self.pool.rows(start, self.duration);
        let before = |row: usize| self.before[row.min(self.before.len() - 1)];
        before(rows.start) == before(rows.end)
    }
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
    /// Of a request without a class: those, it among them, that no plan can all place.
    pub overload: Option<Overloaded>,
}

/// Requests that are one at a time, and together longer than the time that they may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overloaded {
    /// The person or group that they share.
    pub exclusive: Option<Name>,
    /// Or the concurrent pool of which each takes more than half.
    pub pool: Option<Name>,
    /// Their ids.
    pub requests: Vec<Name>,
    /// How many of them can have a class.
    pub most: usize,
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
    /// A person or group would have too short a break before or after another class.
    Break {
        /// The person or group.
        exclusive: Name,
        /// The cell in which the other class begins.
        cell: u32,
        /// Id of the request whose class it is.
        held_by: Name,
        /// The break that is needed, in cells.
        needed: u32,
    },
    /// A person or group has as many other classes on that day as it may have.
    Day {
        /// The person or group.
        exclusive: Name,
        /// The day, counted from 0.
        day: u32,
        /// A cell of that day: the start in question.
        cell: u32,
        /// The most classes a day.
        most: u32,
    },
    /// Another request's class has to come first, or after this one: it would not, or be too near.
    Order {
        /// Id of the other request.
        other: Name,
        /// The cell in which its class begins.
        cell: u32,
        /// Whether the other class comes first.
        comes_first: bool,
        /// The gap that is needed between the two, in cells.
        gap: u32,
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
    let rules = round.exclusives.iter().map(|rule| (&*rule.id, rule)).collect();
    let mut followers: HashMap<usize, Vec<(usize, u32)>> = HashMap::new();
    for (index, request) in round.requests.iter().enumerate() {
        for after in &request.after {
            if let Some(&first) = requests.get(&*after.request) {
                followers.entry(first).or_default().push((index, after.gap));
            }
        }
    }
    let (exclusives, days) = (HashMap::new(), round.days());
    let mut explainer =
        Explainer { round, starts, requests, pools, exclusives, rules, days, followers, overloads: OnceLock::new() };
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
            let end = start.saturating_add(request.duration);
            explainer.exclusives.entry(who).or_default().push((start, end, index));
        }
    }
    explainer
}

/// The requests of a valid round of which no plan can place all, no request twice: known before there is a plan.
pub fn overloads(round: &Round) -> Vec<Overloaded> {
    // What is too large to be solved has no plan either.
    let Ok(problem) = prepared(round) else { return Vec::new() };
    let of_block = |block| {
        let overloads = bound::overloads(block).into_iter();
        overloads.map(move |overload| {
            let Named { exclusive, pool, requests } = overload.named(block, round);
            Overloaded { exclusive, pool, most: requests.len() - overload.out, requests }
        })
    };
    problem.blocks.iter().flat_map(of_block).collect()
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
        let unplaced = request.unplaced.saturating_mul(request.weight.into());
        let cost = start.map_or(Some(unplaced), cost_of).unwrap_or(0);
        let others = || costs.iter().filter(|(_, at)| Some(*at) != start);
        let (mut better, mut reliefs) = (Vec::new(), Reliefs::default());
        for (&(each, at), count) in others().take_while(|(each, _)| *each < cost).zip(0..) {
            if better.len() == MOST_STARTS
                && (reliefs.are_settled(each, request.pools.len()) || count > self.most_considered(request))
            {
                break;
            }
            let start = BetterStart { start: at, cost: each, blockers: self.blockers(index, at) };
            reliefs.consider(&start, cost);
            if better.len() < MOST_STARTS {
                better.push(start);
            }
        }
        let (relief, one_pool) = reliefs.found();
        let full: Vec<Full<'_>> = request.pools.iter().filter_map(|id| self.full(id, index)).collect();
        let is_free = |at: u32| {
            full.iter().all(|full| full.has_room(at))
                && request.exclusive.iter().all(|who| self.busy(who, index, at).is_empty())
                && self.out_of_order(index, at).is_empty()
        };
        let free = others().filter(|(_, at)| is_free(*at)).take(MOST_STARTS);
        Some(Explanation {
            request: request.id.clone(),
            start,
            cost,
            best_cost: costs.first().map_or(unplaced, |(cost, _)| *cost),
            better,
            relief,
            one_pool,
            alternatives: free.map(|&(cost, start)| FreeStart { start, cost }).collect(),
            overload: if start.is_none() { self.overload(&request.id) } else { None },
        })
    }

    /// How many better starts are looked at in search of the least raise: all, but for windows that are far longer than a day.
    fn most_considered(&self, request: &Request) -> usize {
        let pools = request.pools.iter().filter_map(|id| self.pools.get(&**id));
        let rows = pools.map(|pool| length(pool.pool).min(pool.used.len()));
        MOST_ROWS / rows.sum::<usize>().max(1)
    }

    /// The rows of a pool in which a request has no room.
    fn full(&self, id: &Name, index: usize) -> Option<Full<'_>> {
        let pool = self.pools.get(&**id)?;
        let request = &self.round.requests[index];
        // Where it is now, the request itself uses the pool.
        let own = self.starts[index].map(|start| pool.rows(start, request.duration)).unwrap_or(0..0);
        let needed = u64::from(request.connections);
        let mut count = 0;
        let mut before = vec![0];
        before.extend(pool.used.iter().zip(&pool.limits).zip(0..).map(|((&used, &limit), row)| {
            let own = if own.contains(&row) { needed } else { 0 };
            count += u32::from(used.saturating_sub(own) + needed > u64::from(limit));
            count
        }));
        Some(Full { pool, duration: request.duration, before })
    }

    /// The requests, `id` among them, that no plan can all place.
    fn overload(&self, id: &Name) -> Option<Overloaded> {
        let all = self.overloads.get_or_init(|| overloads(self.round));
        all.iter().find(|overload| overload.requests.contains(id)).cloned()
    }

    /// What stands against the request `id` at `start`, whether it allows it or not; `None` if the round has no such
    /// request.
    pub fn blockers_at(&self, id: &str, start: u32) -> Option<Vec<Blocker>> {
        self.requests.get(id).map(|index| self.blockers(*index, start))
    }

    /// What stands against the request `index` at `start`.
    fn blockers(&self, index: usize, start: u32) -> Vec<Blocker> {
        let request = &self.round.requests[index];
        let people = request.exclusive.iter().flat_map(|who| self.busy(who, index, start));
        let pools = request.pools.iter().filter_map(|id| self.short_pool(id, index, start));
        people.chain(pools).chain(self.out_of_order(index, start)).collect()
    }

    /// The other classes, the breaks and the full day that keep a person or group from one more class.
    fn busy(&self, who: &Name, index: usize, start: u32) -> Vec<Blocker> {
        let end = start.saturating_add(self.round.requests[index].duration);
        let classes = self.exclusives.get(&**who).map(Vec::as_slice).unwrap_or_default();
        let others = || classes.iter().filter(|(.., other)| *other != index);
        let rule = self.rules.get(&**who);
        let needed = rule.map_or(0, |rule| rule.break_cells);
        let is_held = |from: u32, to: u32| from < end && to > start;
        let near = others()
            .filter(|(from, to, _)| *from < end.saturating_add(needed) && to.saturating_add(needed) > start)
            .map(|&(from, to, other)| (!is_held(from, to), from, other));
        let mut near: Vec<(bool, u32, usize)> = near.collect();
        near.sort_unstable();
        let class = |(is_apart, from, other): (bool, u32, usize)| {
            let (exclusive, held_by) = (who.clone(), self.round.requests[other].id.clone());
            if is_apart {
                Blocker::Break { exclusive, cell: from, held_by, needed }
            } else {
                Blocker::Exclusive { exclusive, cell: from.max(start), held_by }
            }
        };
        let day = self.days.of(start);
        let full = rule
            .and_then(|rule| rule.most)
            .filter(|most| others().filter(|(from, ..)| self.days.of(*from) == day).count() >= *most as usize);
        let full = full.map(|most| Blocker::Day { exclusive: who.clone(), day, cell: start, most });
        near.into_iter().take(MOST_CLASSES).map(class).chain(full).collect()
    }

    /// The classes that come first and have not ended by `start`, and those that come after and begin too early.
    fn out_of_order(&self, index: usize, start: u32) -> Vec<Blocker> {
        let requests = &self.round.requests;
        let at = |other: usize| Some((self.starts[other]?, requests[other].duration));
        let order = |other: usize, cell: u32, comes_first: bool, gap: u32| Blocker::Order {
            other: requests[other].id.clone(),
            cell,
            comes_first,
            gap,
        };
        let before = requests[index].after.iter().filter_map(|after| {
            let other = *self.requests.get(&*after.request)?;
            let (cell, duration) = at(other)?;
            let is_late = cell.saturating_add(duration).saturating_add(after.gap) > start;
            is_late.then(|| order(other, cell, true, after.gap))
        });
        let end = start.saturating_add(requests[index].duration);
        let followers = self.followers.get(&index).map(Vec::as_slice).unwrap_or_default();
        let after = followers.iter().filter_map(|&(other, gap)| {
            let (cell, _) = at(other)?;
            (end.saturating_add(gap) > cell).then(|| order(other, cell, false, gap))
        });
        before.chain(after).collect()
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
        let rows = over.iter().map(|&(_, std::cmp::Reverse(row), used, _)| (row, used + needed));
        let (from, last) = pool.too_low(rows)?;
        let (pool, needed) = (id.clone(), request.connections);
        Some(Blocker::Pool { pool, cell: row as u32, used, limit, needed, from, to: last + 1 })
    }
}

impl<'a> PoolUse<'a> {
    fn new(pool: &'a Pool, cells: u32) -> Self {
        let (limits, cells) = (pool.row_limits(cells), pool.cell_limits(cells));
        Self { pool, used: vec![0; limits.len()], limits, cells }
    }

    /// The first and the last cell whose limits are below what rows want that count them; rows come in their order.
    fn too_low(&self, rows: impl DoubleEndedIterator<Item = (usize, u64)> + Clone) -> Option<(u32, u32)> {
        let is_low = |cell: &usize, wanted: u64| u64::from(self.cells[*cell]) < wanted;
        let end = |row: usize| self.cells.len().min(row + length(self.pool));
        // Only cells beyond the ones found so far are looked at: a row may count a whole week.
        let first = rows.clone().fold(usize::MAX, |first, (row, wanted)| {
            (row..end(row).min(first)).find(|cell| is_low(cell, wanted)).unwrap_or(first)
        });
        let after = rows.rev().fold(0, |after, (row, wanted)| {
            (row.max(after)..end(row)).rev().find(|cell| is_low(cell, wanted)).map_or(after, |cell| cell + 1)
        });
        (first < after).then(|| (first as u32, after as u32 - 1))
    }

    /// The rows that a class uses.
    fn rows(&self, start: u32, duration: u32) -> std::ops::Range<usize> {
        let start = start as usize;
        match self.pool.kind {
            PoolKind::Concurrent => start..start + duration as usize,
            PoolKind::Arrivals => (start + 1).saturating_sub(length(self.pool))..start + 1,
        }
    }
}

/// How many cells a row of a pool counts together.
fn length(pool: &Pool) -> usize {
    match pool.kind {
        PoolKind::Concurrent => 1,
        PoolKind::Arrivals => pool.window.unwrap_or(1).max(1) as usize,
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
    match request.current {
        Some(current) if request.pinned => {
            costs = BTreeMap::from([(current, costs.get(&current).copied().unwrap_or(0))])
        }
        Some(current) => {
            costs.iter_mut().filter(|(start, _)| **start != current).for_each(|(_, cost)| *cost += request.move_cost);
        }
        None => {}
    }
    let weighted = |(start, cost): (u32, u64)| (cost.saturating_mul(request.weight.into()), start);
    let mut sorted: Vec<(u64, u32)> = costs.into_iter().map(weighted).collect();
    sorted.sort_unstable();
    sorted
}
