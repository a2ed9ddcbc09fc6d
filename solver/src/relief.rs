//! Relief: which limits, raised by how much, would have let a request through at a better start.
//!
//! Only pools have limits to raise. A start at which a person or group is in another class, lacks a break or has a full
//! day, or that another class's turn forbids, has no relief.

use serde::Serialize;

use crate::explain::{BetterStart, Blocker};
use crate::round::Name;

/// A pool's limit raised in the cells `from … to-1`: by less, the start stays too full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Raise {
    /// Id of the pool.
    pub pool: Name,
    /// First cell in which the limit is too low.
    pub from: u32,
    /// The cell after the last one in which it is.
    pub to: u32,
    /// Connections.
    pub by: u64,
}

/// What raised limits alone would have given a request, with all other classes where they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Relief {
    /// The start, a cell.
    pub start: u32,
    /// What the request would cost there.
    pub cost: u64,
    /// What it would cost less than in the plan.
    pub saves: u64,
    /// The raises that it takes, all of them.
    pub raises: Vec<Raise>,
}

/// The raises that let a request through where `blockers` stand against it; `None` where nothing does, and where a
/// limit is not all that does.
pub fn raises(blockers: &[Blocker]) -> Option<Vec<Raise>> {
    let raises: Option<Vec<Raise>> = blockers.iter().map(raise).collect();
    raises.filter(|raises| !raises.is_empty())
}

/// The least raise against one blocker.
fn raise(blocker: &Blocker) -> Option<Raise> {
    match blocker {
        Blocker::Pool { pool, used, limit, needed, from, to, .. } => {
            let by = (used + u64::from(*needed)).saturating_sub(u64::from(*limit));
            Some(Raise { pool: pool.clone(), from: *from, to: *to, by })
        }
        Blocker::Exclusive { .. } | Blocker::Break { .. } | Blocker::Day { .. } | Blocker::Order { .. } => None,
    }
}

/// Gathers reliefs from better starts, which must come cheapest first.
#[derive(Debug, Default)]
pub(crate) struct Reliefs {
    best: Option<Relief>,
    one_pool: Vec<Relief>,
}

impl Reliefs {
    /// Takes a better start of a request into account that costs `planned` in the plan.
    pub fn consider(&mut self, better: &BetterStart, planned: u64) {
        let Some(raises) = raises(&better.blockers) else { return };
        let BetterStart { start, cost, .. } = *better;
        let relief = Relief { start, cost, saves: planned - cost, raises };
        if let [raise] = relief.raises.as_slice() {
            match self.one_pool.iter_mut().find(|known| known.raises[0].pool == raise.pool) {
                None => self.one_pool.push(relief.clone()),
                Some(known) => replace_if_less(known, &relief),
            }
        }
        match &mut self.best {
            None => self.best = Some(relief),
            Some(known) => replace_if_less(known, &relief),
        }
    }

    /// Whether no start that costs `cost` or more can change anything for a request that uses so many pools.
    pub fn are_settled(&self, cost: u64, pools: usize) -> bool {
        self.one_pool.len() >= pools && self.best.iter().chain(&self.one_pool).all(|known| known.cost < cost)
    }

    /// The cheapest start that limits alone forbid; and, for each pool, the cheapest that it alone forbids.
    pub fn found(self) -> (Option<Relief>, Vec<Relief>) {
        (self.best, self.one_pool)
    }
}

/// Of starts at the same cost, the one that asks for the fewest connections counts.
fn replace_if_less(known: &mut Relief, other: &Relief) {
    let asked = |relief: &Relief| relief.raises.iter().map(|raise| raise.by).sum::<u64>();
    if other.cost == known.cost && asked(other) < asked(known) {
        known.clone_from(other);
    }
}
