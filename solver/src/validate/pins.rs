//! Pinned classes that contradict each other or a limit: no plan could be feasible.

use std::collections::HashMap;

use crate::finding::{Collector, Finding};
use crate::round::{Pool, PoolKind, Request, Round};

/// A pinned request: its index, it, and its start.
type Pin<'a> = (usize, &'a Request, u32);

pub(super) fn pins(findings: &mut Collector, round: &Round, pools: &HashMap<&str, &Pool>) {
    let cells = round.horizon.cells;
    let fits = |request: &Request, start: u32| {
        request.duration > 0 && u64::from(start) + u64::from(request.duration) <= u64::from(cells)
    };
    let pinned = round.requests.iter().enumerate().filter(|(_, request)| request.pinned);
    let pinned: Vec<Pin<'_>> = pinned
        .filter_map(|(i, request)| Some((i, request, request.current?)))
        .filter(|(_, request, start)| fits(request, *start))
        .collect();
    if pinned.is_empty() || cells > super::MOST_CELLS {
        return;
    }
    exclusives(findings, &pinned);
    limits(findings, &pinned, pools, cells as usize);
}

/// Two pinned classes of one person or group at once.
fn exclusives(findings: &mut Collector, pinned: &[Pin<'_>]) {
    let mut by_who: HashMap<&str, Vec<Pin<'_>>> = HashMap::new();
    for pin in pinned {
        pin.1.exclusive.iter().for_each(|who| by_who.entry(who).or_default().push(*pin));
    }
    let mut clashes = Vec::new();
    for (who, mut pins) in by_who {
        pins.sort_by_key(|&(i, _, start)| (start, i));
        for pair in pins.windows(2) {
            let ((a, first, start), (b, _, next)) = (pair[0], pair[1]);
            if a != b && start + first.duration > next {
                clashes.push((b, a, who, next));
            }
        }
    }
    clashes.sort_unstable();
    for (b, a, who, cell) in clashes {
        findings.push(Finding::error(
            "pins-clash",
            format!("requests[{b}].current"),
            format!("“{}” is also pinned to requests[{a}] at cell {cell}", who.escape_debug()),
            "unpin or move one of them",
        ));
    }
}

/// Pinned classes above a limit; the worst row of each pool.
fn limits(findings: &mut Collector, pinned: &[Pin<'_>], pools: &HashMap<&str, &Pool>, cells: usize) {
    let mut by_pool: HashMap<&str, Vec<Pin<'_>>> = HashMap::new();
    for pin in pinned {
        pin.1.pools.iter().for_each(|pool| by_pool.entry(pool).or_default().push(*pin));
    }
    let mut over = Vec::new();
    for (id, pins) in by_pool {
        let Some(pool) = pools.get(id) else { continue };
        let window = match pool.kind {
            PoolKind::Concurrent => None,
            PoolKind::Arrivals => Some(pool.window.unwrap_or(1).max(1) as usize),
        };
        let mut limit = vec![u64::from(pool.limit); cells];
        for part in pool.except.iter().filter(|part| part.from < part.to && part.to as usize <= cells) {
            limit[part.from as usize..part.to as usize].fill(part.limit.into());
        }
        let mut used = vec![0_u64; cells];
        for (_, request, start) in &pins {
            let start = *start as usize;
            let rows = window.map_or(start..start + request.duration as usize, |window| {
                (start + 1).saturating_sub(window)..start + 1
            });
            used[rows].iter_mut().for_each(|used| *used += u64::from(request.connections));
        }
        let row = |cell: usize| {
            let end = cells.min(cell.saturating_add(window.unwrap_or(1)));
            limit[cell..end].iter().min().copied().unwrap_or(0)
        };
        let worst = (0..cells)
            .filter(|&cell| used[cell] > 0 && used[cell] > row(cell))
            .max_by_key(|&cell| used[cell] - row(cell));
        if let Some(cell) = worst {
            let first = pins.iter().map(|pin| pin.0).min().unwrap_or(0);
            over.push((first, id, cell, used[cell], row(cell)));
        }
    }
    over.sort_unstable();
    for (i, id, cell, used, limit) in over {
        findings.push(Finding::error(
            "pins-over-limit",
            format!("requests[{i}].current"),
            format!("pinned classes need {used} connections of “{id}” at cell {cell}, its limit is {limit}"),
            "unpin or move some of them, or raise the limit",
        ));
    }
}
