//! Defects of one request.

use std::collections::{HashMap, HashSet};

use super::{MOST_COST, MOST_WEIGHT, meant, name};
use crate::finding::{Collector, Finding};
use crate::round::{Pool, Request, Round, StartRange};

pub(super) fn request(
    findings: &mut Collector,
    request: &Request,
    i: usize,
    round: &Round,
    pools: &HashMap<&str, &Pool>,
) {
    let place = |field: &str| format!("requests[{i}].{field}");
    name(findings, place("id"), &request.id, "request");
    if request.duration == 0 {
        findings.push(Finding::error(
            "zero-duration",
            place("duration"),
            "the class has no length",
            "write at least 1",
        ));
    }
    self::pools(findings, request, i, pools);
    exclusives(findings, request, i);
    for (option, j) in request.options.iter().zip(0_usize..) {
        self::option(findings, option, request, format!("requests[{i}].options[{j}]"), round.horizon.cells);
    }
    cost(findings, place("unplaced"), request.unplaced, request.weight);
    cost(findings, place("move"), request.move_cost, request.weight);
    if !(1..=MOST_WEIGHT).contains(&request.weight) {
        let message = format!("a weight of {} is not between 1 and {MOST_WEIGHT}", request.weight);
        findings.push(Finding::error("weight-outside", place("weight"), message, "write 1 for a usual request"));
    }
    current(findings, request, i, round.horizon.cells);
}

fn pools(findings: &mut Collector, request: &Request, i: usize, pools: &HashMap<&str, &Pool>) {
    let mut seen = HashSet::with_capacity(request.pools.len());
    for (id, j) in request.pools.iter().zip(0_usize..) {
        let place = format!("requests[{i}].pools[{j}]");
        let is_first = seen.insert(&**id);
        match pools.get(&**id) {
            None => findings.push(Finding::error(
                "unknown-pool",
                place,
                format!("there is no pool “{}”", id.escape_debug()),
                meant(findings, id, pools.keys().copied(), "define it in `pools`, or remove it here"),
            )),
            Some(_) if !is_first => {
                findings.push(Finding::error(
                    "pool-twice",
                    place,
                    format!("the pool “{}” is named twice", id.escape_debug()),
                    "name it once",
                ));
            }
            Some(pool) => {
                let most = pool.except.iter().map(|part| part.limit).chain([pool.limit]).max().unwrap_or(0);
                if request.connections > most && !request.pinned {
                    findings.push(Finding::warning(
                        "never-fits",
                        place,
                        format!("{} connections are above every limit of “{id}”", request.connections),
                        "raise the limit, or expect the request to stay unplaced",
                    ));
                }
            }
        }
    }
}

fn exclusives(findings: &mut Collector, request: &Request, i: usize) {
    // Long lists (a pupil's whole class) are compared through a set.
    let mut seen = HashSet::with_capacity(request.exclusive.len());
    for (who, j) in request.exclusive.iter().zip(0_usize..) {
        let place = format!("requests[{i}].exclusive[{j}]");
        name(findings, place.clone(), who, "exclusive");
        if !seen.insert(&**who) {
            let message = format!("“{}” is named twice", who.escape_debug());
            findings.push(Finding::error("exclusive-twice", place, message, "name it once"));
        }
    }
}

fn option(findings: &mut Collector, option: &StartRange, request: &Request, place: String, cells: u32) {
    if option.first > option.last {
        findings.push(Finding::error(
            "reversed-option",
            place,
            format!("first {} is after last {}", option.first, option.last),
            "swap them",
        ));
        return;
    }
    if u64::from(option.last) + u64::from(request.duration) > u64::from(cells) {
        findings.push(Finding::error(
            "past-horizon",
            place.clone(),
            format!("a class that starts at {} ends after the horizon of {cells} cells", option.last),
            "let `last` + `duration` stay within it",
        ));
    }
    let most = option.cost(option.first).max(option.cost(option.last)).max(option.base);
    cost(findings, place, most, request.weight);
}

fn current(findings: &mut Collector, request: &Request, i: usize, cells: u32) {
    let place = |field: &str| format!("requests[{i}].{field}");
    match request.current {
        None if request.pinned => findings.push(Finding::error(
            "pinned-nowhere",
            place("pinned"),
            "the class is pinned, but has no current start",
            "give `current`, or do not pin it",
        )),
        None if request.options.is_empty() => findings.push(no_options(place("options"))),
        None => {}
        Some(current) => {
            if u64::from(current) + u64::from(if request.pinned { request.duration } else { 1 }) > u64::from(cells) {
                findings.push(Finding::error(
                    "current-outside",
                    place("current"),
                    format!("the current start {current} leaves the horizon of {cells} cells"),
                    "give a cell of the horizon, or remove it",
                ));
            }
            if request.options.is_empty() && !request.pinned {
                findings.push(no_options(place("options")));
            }
        }
    }
}

fn no_options(place: String) -> Finding {
    Finding::error("no-options", place, "the request allows no start", "give at least one option, or pin it")
}

fn cost(findings: &mut Collector, place: String, cost: u64, weight: u32) {
    let cost = cost.saturating_mul(weight.into());
    if cost > MOST_COST {
        let message = format!("a cost of {cost} is above {MOST_COST}");
        findings.push(Finding::error("cost-too-large", place, message, "use smaller units"));
    }
}
