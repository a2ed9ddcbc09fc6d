//! Rule: in no row does a pool carry more than its limit.

use std::collections::{HashMap, VecDeque};

use super::{Placed, Violations};
use crate::round::{Pool, PoolKind, Request};

pub(super) fn violations(placed: &Placed<'_>, violations: &mut Violations) {
    let cells = placed.round.horizon.cells as usize;
    let mut users: HashMap<&str, Vec<(&Request, u32)>> = HashMap::new();
    for (request, start) in placed.iter() {
        request.pools.iter().for_each(|id| users.entry(id).or_default().push((request, start)));
    }
    for pool in &placed.round.pools {
        let Some(users) = users.get(&*pool.id) else { continue };
        // Changes from each row to the next.
        let mut changes = vec![0_i64; cells + 1];
        for &(request, start) in users {
            let (from, to) = rows(pool, request, start as usize);
            changes[from.min(cells)] += i64::from(request.connections);
            changes[to.min(cells)] -= i64::from(request.connections);
        }
        let mut used = 0;
        for ((cell, change), limit) in changes.iter().enumerate().zip(limits(pool, cells)) {
            used += change;
            if used > i64::from(limit) {
                let message = format!("pool {} at cell {cell}: {used} over {limit}", pool.id);
                violations.push("over-limit", message);
            }
        }
    }
}

/// The rows `from..to` of `pool` that `request` uses when it starts at `start`.
fn rows(pool: &Pool, request: &Request, start: usize) -> (usize, usize) {
    match pool.kind {
        PoolKind::Concurrent => (start, start.saturating_add(request.duration as usize)),
        PoolKind::Arrivals => ((start + 1).saturating_sub(window(pool)), start + 1),
    }
}

/// Cells of an arrivals pool's window.
pub(super) fn window(pool: &Pool) -> usize {
    pool.window.unwrap_or(1).max(1) as usize
}

/// The limit of each row: of the cell, or the least of the window that begins there.
pub(super) fn limits(pool: &Pool, cells: usize) -> Vec<u32> {
    let mut limits = vec![pool.limit; cells];
    for part in &pool.except {
        let (from, to) = ((part.from as usize).min(cells), (part.to as usize).min(cells));
        if from < to {
            limits[from..to].fill(part.limit);
        }
    }
    if pool.kind == PoolKind::Arrivals {
        // From the last cell back: the cells of the window that no earlier one undercuts, the least limit in front.
        let mut least: VecDeque<(usize, u32)> = VecDeque::new();
        for (cell, limit) in limits.iter_mut().enumerate().rev() {
            while least.back().is_some_and(|(_, other)| *other >= *limit) {
                least.pop_back();
            }
            least.push_back((cell, *limit));
            while least.front().is_some_and(|(other, _)| *other - cell >= window(pool)) {
                least.pop_front();
            }
            *limit = least.front().map_or(*limit, |(_, least)| *least);
        }
    }
    limits
}
