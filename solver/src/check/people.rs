//! Rule: a person or group is in one class at a time.

use std::collections::HashMap;

use super::{Placed, Violations};
use crate::round::Request;

pub(super) fn violations(placed: &Placed<'_>, violations: &mut Violations) {
    let mut classes: HashMap<&str, Vec<(u32, &Request)>> = HashMap::new();
    for (request, start) in placed.iter() {
        request.exclusive.iter().for_each(|who| classes.entry(who).or_default().push((start, request)));
    }
    let mut classes: Vec<_> = classes.into_iter().collect();
    classes.sort_unstable_by_key(|(who, _)| *who);
    for (who, mut classes) in classes {
        classes.sort_by_key(|(start, _)| *start);
        // The class that ends last of those seen, and its end.
        let mut last: Option<(u64, &Request)> = None;
        for (start, request) in classes {
            if let Some((_, other)) = last.filter(|(end, _)| u64::from(start) < *end) {
                let message = format!("exclusive {who} at cell {start}: in {} and {}", other.id, request.id);
                violations.push("exclusive", message);
            }
            let end = u64::from(start) + u64::from(request.duration);
            if last.is_none_or(|(other, _)| other < end) {
                last = Some((end, request));
            }
        }
    }
}
