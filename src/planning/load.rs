//! Connections on a pool, cell by cell.

use std::collections::HashMap;

use creneau_solver::{Plan, Pool, PoolKind, Round};

use super::wish::wish;

/// Where every request of a round starts, in the round's order.
pub type Starts = Vec<Option<u32>>;

/// Every request at its ideal start, allowed or not.
pub fn wished(round: &Round) -> Starts {
    round.requests.iter().map(|request| wish(request).map(|wish| wish.ideal)).collect()
}

/// Every request where the plan puts it; `None` also for a request the plan does not name.
pub fn planned(round: &Round, plan: &Plan) -> Starts {
    let starts: HashMap<&str, Option<u32>> =
        plan.sessions.iter().map(|session| (&*session.request, session.start)).collect();
    round.requests.iter().map(|request| starts.get(&*request.id).copied().flatten()).collect()
}

/// A round with, for each of its pools, the requests that use it.
pub struct Loads<'a> {
    round: &'a Round,
    users: Vec<Vec<usize>>,
}

/// What a pool carries in a cell worth telling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Peak {
    /// Connections.
    pub load: u64,
    /// The limit in that cell.
    pub limit: u64,
}

impl Peak {
    /// Whether this peak fills its limit more than the other one; at the same share, the larger load.
    pub fn is_tighter_than(&self, other: &Peak) -> bool {
        let (mine, theirs) = (share(self.load, other.limit), share(other.load, self.limit));
        (mine, self.load) > (theirs, other.load)
    }

    /// Whether the limit is passed.
    pub fn is_over(&self) -> bool {
        self.load > self.limit
    }
}

/// One side of `a.load / a.limit > b.load / b.limit`, multiplied out so that a limit of 0 needs no exception.
fn share(load: u64, others_limit: u64) -> u128 {
    u128::from(load) * u128::from(others_limit)
}

impl<'a> Loads<'a> {
    /// Indexes the round's requests by pool.
    pub fn of(round: &'a Round) -> Self {
        let index: HashMap<&str, usize> =
            round.pools.iter().enumerate().map(|(index, pool)| (&*pool.id, index)).collect();
        let mut users = vec![Vec::new(); round.pools.len()];
        for (position, request) in round.requests.iter().enumerate() {
            for pool in request.pools.iter().filter_map(|id| index.get(&**id)) {
                users[*pool].push(position);
            }
        }
        Self { round, users }
    }

    /// The requests that use the pool at this position, by their positions.
    pub fn users(&self, pool: usize) -> &[usize] {
        &self.users[pool]
    }

    /// What the pool at this position carries in every cell. For arrivals: what begins in the window that the cell opens.
    pub fn on(&self, pool: usize, starts: &[Option<u32>]) -> Vec<u64> {
        let cells = self.round.horizon.cells as usize;
        let mut changes = vec![0_i64; cells + 1];
        for &position in &self.users[pool] {
            let (request, Some(start)) = (&self.round.requests[position], starts[position]) else { continue };
            let start = start as usize;
            let (from, to) = match (&self.round.pools[pool].kind, window(&self.round.pools[pool])) {
                (PoolKind::Concurrent, _) => (start, start.saturating_add(request.duration as usize)),
                (PoolKind::Arrivals, window) => ((start + 1).saturating_sub(window), start + 1),
            };
            changes[from.min(cells)] += i64::from(request.connections);
            changes[to.min(cells)] -= i64::from(request.connections);
        }
        let mut load = 0_i64;
        changes[..cells]
            .iter()
            .map(|change| {
                load += change;
                load.unsigned_abs()
            })
            .collect()
    }

    /// The pool's limit in every cell. For arrivals: the least limit of the window that the cell opens.
    pub fn limits(&self, pool: usize) -> Vec<u64> {
        limits(&self.round.pools[pool], self.round.horizon.cells as usize)
    }

    /// The cell in which the pool carries most; of several, the one with the least limit.
    pub fn peak(&self, pool: usize, starts: &[Option<u32>]) -> Peak {
        let cells = self.cells(pool, starts);
        cells.max_by_key(|cell| (cell.load, std::cmp::Reverse(cell.limit))).unwrap_or_default()
    }

    /// The cell in which the pool is fullest, measured against its limit there.
    pub fn tightest(&self, pool: usize, starts: &[Option<u32>]) -> Peak {
        let tighter = |best: Peak, cell: Peak| if cell.is_tighter_than(&best) { cell } else { best };
        self.cells(pool, starts).reduce(tighter).unwrap_or_default()
    }

    fn cells(&self, pool: usize, starts: &[Option<u32>]) -> impl Iterator<Item = Peak> {
        self.on(pool, starts).into_iter().zip(self.limits(pool)).map(|(load, limit)| Peak { load, limit })
    }
}

/// A pool's limit in every cell. For arrivals: the least limit of the window that the cell opens.
pub fn limits(pool: &Pool, cells: usize) -> Vec<u64> {
    pool.row_limits(cells as u32).into_iter().map(u64::from).collect()
}

/// Cells in the pool's window; 1 for a concurrent pool.
pub fn window(pool: &Pool) -> usize {
    pool.window.unwrap_or(1).max(1) as usize
}
