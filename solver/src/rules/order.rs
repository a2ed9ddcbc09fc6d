//! Rule: where one class is asked to come after another, it begins at least a gap after the other's end, if both are held.

/// How a job stands to another: it must come after it, or before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    /// The other job.
    pub other: u32,
    /// Cells between the two, at least.
    pub gap: u32,
    pub is_after: bool,
}

/// The cells, first and last, in which a class of `duration` may start for the sake of an order, when the other class
/// starts at cell `start` and has `other` cells; there is none where the first is above the last.
pub(crate) fn window(order: Order, duration: u32, start: u32, other: u32) -> (u32, u32) {
    if order.is_after {
        (start.saturating_add(other).saturating_add(order.gap), u32::MAX)
    } else {
        match start.checked_sub(duration).and_then(|last| last.checked_sub(order.gap)) {
            Some(last) => (0, last),
            None => (1, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_after_another_waits_for_its_end_and_the_gap_and_one_before_it_ends_in_time() {
        let after = Order { other: 0, gap: 2, is_after: true };
        assert_eq!(window(after, 4, 10, 5), (17, u32::MAX), "16 conflicts, 17 does not");
        let before = Order { is_after: false, ..after };
        assert_eq!(window(before, 4, 10, 5), (0, 4), "4 … 7, two cells, then 10");
        assert_eq!(window(before, 4, 5, 5), (1, 0), "too early for any class before");
    }
}
