//! Rules: a person or group is in one class at a time, has its breaks, and not too many classes a day.

use std::collections::HashMap;

use super::{Placed, Violations};
use crate::round::{Days, Exclusive, Request};

/// A class: its start, and whose it is.
type Class<'a> = (u32, &'a Request);

pub(super) fn violations(placed: &Placed<'_>, violations: &mut Violations) {
    let rules: HashMap<&str, &Exclusive> = placed.round.exclusives.iter().map(|rule| (&*rule.id, rule)).collect();
    let days = placed.round.days();
    let mut classes: HashMap<&str, Vec<Class<'_>>> = HashMap::new();
    for (request, start) in placed.iter() {
        request.exclusive.iter().for_each(|who| classes.entry(who).or_default().push((start, request)));
    }
    let mut classes: Vec<_> = classes.into_iter().collect();
    classes.sort_unstable_by_key(|(who, _)| *who);
    for (who, mut classes) in classes {
        classes.sort_by_key(|(start, _)| *start);
        let rule = rules.get(who);
        together(who, &classes, rule.map_or(0, |rule| rule.break_cells), violations);
        if let Some(most) = rule.and_then(|rule| rule.most) {
            a_day(who, &classes, most, &days, violations);
        }
    }
}

/// Classes, sorted by start, that begin before another has ended or too soon after.
fn together(who: &str, classes: &[Class<'_>], break_cells: u32, violations: &mut Violations) {
    // Of the classes before, the one that ends last, and its end.
    let mut last: Option<(u64, &Request)> = None;
    for &(start, request) in classes {
        if let Some((end, other)) = last {
            if u64::from(start) < end {
                let message = format!("exclusive {who} at cell {start}: in {} and {}", other.id, request.id);
                violations.push("exclusive", message);
            } else if u64::from(start) < end + u64::from(break_cells) {
                let message = format!(
                    "exclusive {who} at cell {start}: {} begins {} cells after {}, the break is {break_cells}",
                    request.id,
                    u64::from(start) - end,
                    other.id
                );
                violations.push("break", message);
            }
        }
        let end = u64::from(start) + u64::from(request.duration);
        if last.is_none_or(|(other, _)| other < end) {
            last = Some((end, request));
        }
    }
}

/// Days with more than `most` classes.
fn a_day(who: &str, classes: &[Class<'_>], most: u32, days: &Days, violations: &mut Violations) {
    for classes in classes.chunk_by(|(a, _), (b, _)| days.of(*a) == days.of(*b)) {
        if classes.len() > most as usize {
            let message = format!("exclusive {who} on day {}: {} over {most}", days.of(classes[0].0), classes.len());
            violations.push("too-many-a-day", message);
        }
    }
}
