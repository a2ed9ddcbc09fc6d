//! Requests that come after others: unknown ones, themselves, and circles.

use std::collections::HashMap;

use super::meant;
use crate::finding::{Collector, Finding};
use crate::round::Round;

/// The most requests of a circle that a finding names.
const MOST_NAMED: usize = 6;

pub(super) fn order(findings: &mut Collector, round: &Round, index: &HashMap<&str, usize>) {
    for (request, i) in round.requests.iter().zip(0_usize..) {
        for (after, j) in request.after.iter().zip(0_usize..) {
            let place = format!("requests[{i}].after[{j}].request");
            if after.request == request.id {
                let message = format!("“{}” comes after itself", request.id.escape_debug());
                findings.push(Finding::error("after-itself", place, message, "name another request, or remove it"));
            } else if !index.contains_key(&*after.request) {
                let message = format!("there is no request “{}”", after.request.escape_debug());
                let action = meant(
                    findings,
                    &after.request,
                    index.keys().copied(),
                    "name a request of this round, or remove it",
                );
                findings.push(Finding::error("unknown-request", place, message, action));
            }
        }
    }
    circles(findings, round, index);
}

#[derive(Clone, Copy, PartialEq)]
enum Visit {
    Not,
    /// On the path that is being walked.
    Now,
    Done,
}

/// Walks from each request to those before it; whoever is met on the way again closes a circle.
fn circles(findings: &mut Collector, round: &Round, index: &HashMap<&str, usize>) {
    let mut visits = vec![Visit::Not; round.requests.len()];
    for root in 0..round.requests.len() {
        if visits[root] != Visit::Not {
            continue;
        }
        visits[root] = Visit::Now;
        // The requests of the path, each with how many of those before it were tried.
        let mut path = vec![(root, 0)];
        while let Some((request, tried)) = path.last_mut() {
            let (i, j) = (*request, *tried);
            *tried += 1;
            let Some(after) = round.requests[i].after.get(j) else {
                visits[i] = Visit::Done;
                path.pop();
                continue;
            };
            match index.get(&*after.request) {
                Some(&first) if visits[first] == Visit::Not => {
                    visits[first] = Visit::Now;
                    path.push((first, 0));
                }
                Some(&first) if visits[first] == Visit::Now && first != i => {
                    let circle = path.iter().map(|(request, _)| *request).skip_while(|request| *request != first);
                    findings.push(circle_of(&circle.collect::<Vec<_>>(), round, i, j));
                }
                _ => {}
            }
        }
    }
}

fn circle_of(circle: &[usize], round: &Round, i: usize, j: usize) -> Finding {
    let names =
        circle.iter().take(MOST_NAMED).map(|request| format!("“{}”", round.requests[*request].id.escape_debug()));
    let more = if circle.len() > MOST_NAMED { " …" } else { "" };
    let message = format!("{}{more} come after each other in a circle", names.collect::<Vec<_>>().join(", "));
    Finding::error("circle", format!("requests[{i}].after[{j}]"), message, "remove one of them from `after`")
}
