//! Defects of the days and of the rules for people and groups.

use std::collections::HashSet;

use super::{duplicate, meant, name};
use crate::finding::{Collector, Finding};
use crate::round::Round;

/// The first cells of the days rise from 0 and stay within the horizon.
pub(super) fn days(findings: &mut Collector, round: &Round) {
    if round.days.first().is_some_and(|first| *first != 0) {
        let message = format!("the first day begins at cell {}", round.days[0]);
        findings.push(Finding::error("days-not-from-0", "days[0]", message, "begin with cell 0"));
    }
    for (pair, i) in round.days.windows(2).zip(1_usize..).filter(|(pair, _)| pair[0] >= pair[1]) {
        let message = format!("day {i} begins at cell {}, not after the one before, at {}", pair[1], pair[0]);
        findings.push(Finding::error("days-not-rising", format!("days[{i}]"), message, "sort them, each once"));
    }
    let cells = round.horizon.cells;
    for (first, i) in round.days.iter().zip(0_usize..).filter(|(first, _)| **first >= cells) {
        let message = format!("day {i} begins at cell {first}, after the horizon of {cells} cells");
        findings.push(Finding::error("day-outside", format!("days[{i}]"), message, "remove it"));
    }
}

pub(super) fn exclusives(findings: &mut Collector, round: &Round) {
    if round.exclusives.is_empty() {
        return;
    }
    let named: HashSet<&str> = round.requests.iter().flat_map(|request| &request.exclusive).map(|who| &**who).collect();
    let mut seen = HashSet::with_capacity(round.exclusives.len());
    for (rule, i) in round.exclusives.iter().zip(0_usize..) {
        let place = |field: &str| format!("exclusives[{i}].{field}");
        name(findings, place("id"), &rule.id, "exclusive");
        if !seen.insert(&*rule.id) {
            findings.push(duplicate("duplicate-exclusive", place("id"), &rule.id));
        }
        if !named.contains(&*rule.id) {
            let message = format!("no request names “{}”", rule.id.escape_debug());
            let action = meant(findings, &rule.id, named.iter().copied(), "name it in `exclusive`, or remove it here");
            findings.push(Finding::warning("unused-exclusive", place("id"), message, action));
        }
        if rule.most == Some(0) {
            findings.push(Finding::warning(
                "no-classes",
                place("most"),
                format!("“{}” may have no class on any day", rule.id.escape_debug()),
                "write at least 1, or expect the requests to stay unplaced",
            ));
        }
    }
}
