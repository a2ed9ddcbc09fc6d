//! Rule: a class begins after those that come first, and a gap.

use super::{Placed, Start, Violations};

pub(super) fn violations(placed: &Placed<'_>, violations: &mut Violations) {
    for (request, start) in placed.iter() {
        for after in &request.after {
            let Some(&first) = placed.index.get(&*after.request) else { continue };
            let Start::At(first_start) = placed.starts[first] else { continue };
            let first = &placed.round.requests[first];
            let end = u64::from(first_start) + u64::from(first.duration);
            if u64::from(start) < end + u64::from(after.gap) {
                let message = format!(
                    "request {} at {start} is too early: {} ends at {end}, and the gap is {}",
                    request.id, first.id, after.gap
                );
                violations.push("order", message);
            }
        }
    }
}
