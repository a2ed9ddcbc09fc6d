//! Pinned classes that contradict each other, a rule or a limit: no plan could be feasible.

use std::collections::HashMap;

use crate::finding::{Collector, Finding};
use crate::round::{Exclusive, Pool, PoolKind, Request, Round};

/// A pinned request: its index, it, and its start.
type Pin<'a> = (usize, &'a Request, u32);

pub(super) fn pins(
    findings: &mut Collector,
    round: &Round,
    pools: &HashMap<&str, &Pool>,
    index: &HashMap<&str, usize>,
) {
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
    exclusives(findings, round, &pinned);
    order(findings, round, &pinned, index);
    limits(findings, &pinned, pools, cells as usize);
}

/// Pinned classes of one person or group at once, without their break, or too many on a day.
fn exclusives(findings: &mut Collector, round: &Round, pinned: &[Pin<'_>]) {
    let rules: HashMap<&str, &Exclusive> = round.exclusives.iter().map(|rule| (&*rule.id, rule)).collect();
    let days = round.days();
    let mut by_who: HashMap<&str, Vec<Pin<'_>>> = HashMap::new();
    for pin in pinned {
        pin.1.exclusive.iter().for_each(|who| by_who.entry(who).or_default().push(*pin));
    }
    let mut found = Vec::new();
    for (who, mut pins) in by_who {
        let (name, rule) = (who.escape_debug(), rules.get(who));
        let break_cells = rule.map_or(0, |rule| rule.break_cells);
        pins.sort_by_key(|&(i, _, start)| (start, i));
        for pair in pins.windows(2) {
            let ((a, first, start), (b, _, next)) = (pair[0], pair[1]);
            let end = start + first.duration;
            if a != b && end > next {
                found.push((b, "pins-clash", format!("“{name}” is also pinned to requests[{a}] at cell {next}")));
            } else if a != b && next - end < break_cells {
                let message =
                    format!("“{name}” is pinned to requests[{a}] until cell {end}, the break is {break_cells}");
                found.push((b, "pins-break", message));
            }
        }
        let Some(most) = rule.and_then(|rule| rule.most) else { continue };
        for pins in pins.chunk_by(|(.., a), (.., b)| days.of(*a) == days.of(*b)) {
            if let Some((i, _, start)) = pins.get(most as usize) {
                let message =
                    format!("“{name}” has {} pinned classes on day {}, above {most}", pins.len(), days.of(*start));
                found.push((*i, "pins-over-most", message));
            }
        }
    }
    found.sort_unstable();
    for (i, code, message) in found {
        findings.push(Finding::error(code, format!("requests[{i}].current"), message, "unpin or move one of them"));
    }
}

/// A pinned class before one that comes first, or too soon after it.
fn order(findings: &mut Collector, round: &Round, pinned: &[Pin<'_>], index: &HashMap<&str, usize>) {
    let starts: HashMap<usize, u32> = pinned.iter().map(|(i, _, start)| (*i, *start)).collect();
    for (i, request, start) in pinned {
        for (after, j) in request.after.iter().zip(0_usize..) {
            let Some(&first) = index.get(&*after.request).filter(|first| *first != i) else { continue };
            let Some(first_start) = starts.get(&first) else { continue };
            let end = u64::from(first_start + round.requests[first].duration);
            if u64::from(*start) < end + u64::from(after.gap) {
                let message = format!(
                    "pinned at cell {start}, but requests[{first}] is pinned until {end}, and the gap is {}",
                    after.gap
                );
                let place = format!("requests[{i}].after[{j}]");
                findings.push(Finding::error("pins-order", place, message, "unpin or move one of them"));
            }
        }
    }
}

/// Pinned classes above a limit; the worst row of each pool.
fn limits(findings: &mut Collector, pinned: &[Pin<'_>], pools: &HashMap<&str, &Pool>, cells: usize) {
    let mut by_pool: HashMap<&str, Vec<Pin<'_>>> = HashMap::new();
    for pin in pinned {
        pin.1.pools.iter().for_each(|pool| by_pool.entry(pool).or_default().push(*pin));
    }
    let mut found = Vec::new();
    for (id, pins) in by_pool {
        let Some(pool) = pools.get(id) else { continue };
        let limits = pool.row_limits(cells as u32);
        // Changes from each row to the next: a class may use as many rows as there are.
        let mut changes = vec![0_i64; cells + 1];
        for (_, request, start) in &pins {
            let start = *start as usize;
            let rows = match pool.kind {
                PoolKind::Concurrent => start..start + request.duration as usize,
                PoolKind::Arrivals => (start + 1).saturating_sub(pool.window.unwrap_or(1).max(1) as usize)..start + 1,
            };
            changes[rows.start] += i64::from(request.connections);
            changes[rows.end] -= i64::from(request.connections);
        }
        let rows = changes.iter().scan(0, |used, change| {
            *used += change;
            Some(*used)
        });
        let over =
            rows.zip(&limits).zip(0_usize..).map(|((used, &limit), cell)| (used - i64::from(limit), cell, limit));
        let worst = over.filter(|(over, ..)| *over > 0).max_by_key(|(over, ..)| *over);
        if let Some((over, cell, limit)) = worst {
            let first = pins.iter().map(|pin| pin.0).min().unwrap_or(0);
            found.push((first, id, cell, over + i64::from(limit), limit));
        }
    }
    found.sort_unstable();
    for (i, id, cell, used, limit) in found {
        findings.push(Finding::error(
            "pins-over-limit",
            format!("requests[{i}].current"),
            format!("pinned classes need {used} connections of “{id}” at cell {cell}, its limit is {limit}"),
            "unpin or move some of them, or raise the limit",
        ));
    }
}
