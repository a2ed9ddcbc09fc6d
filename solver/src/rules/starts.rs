//! Rule: a class starts where one of its options allows, or at its pin.
//!
//! A request's options, its current start and its pin all become *pieces*: ranges of starts whose cost is a V around an
//! ideal. Where pieces overlap, the cheapest counts; so the current start is one more piece, and all others bear the
//! cost of moving.

use crate::problem::Timeline;
use crate::round::{Request, StartRange};

/// The search counts in so many parts of a cost unit: prices are fractions of one, and who rounds them to whole units cannot
/// tell which of two starts others want more.
pub(crate) const FINE: i64 = 64;

/// Starts `first … last` (slots of one run), each costing `base + slope × |start − ideal|`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    pub first: u32,
    pub last: u32,
    /// The ideal as if the run's slots went on for ever; it may lie outside, even below 0.
    ideal: i64,
    slope: i64,
    base: i64,
}

impl Piece {
    /// What `start` costs.
    pub fn cost(&self, start: u32) -> i64 {
        self.base + self.slope * (i64::from(start) - self.ideal).abs()
    }

    /// Whether `start` is in this piece.
    pub fn allows(&self, start: u32) -> bool {
        (self.first..=self.last).contains(&start)
    }

    /// Cost of each cell away from the ideal.
    pub fn slope(&self) -> i64 {
        self.slope
    }

    /// The allowed start that is nearest to the ideal.
    pub fn nearest(&self) -> u32 {
        self.ideal.clamp(i64::from(self.first), i64::from(self.last)) as u32
    }

    /// Cost of the cheapest start.
    pub fn floor(&self) -> i64 {
        self.cost(self.nearest())
    }

    /// The starts, first and last, that cost less than `below`, or nearly so; at least one.
    pub fn cheaper_than(&self, below: f32) -> (u32, u32) {
        let reach = ((below - self.base as f32) / self.slope as f32).ceil();
        if self.slope == 0 || reach >= u32::MAX as f32 {
            return (self.first, self.last);
        }
        let (ideal, reach) = (self.ideal, reach.max(0.0) as i64);
        let clamp = |start: i64| start.clamp(self.first.into(), self.last.into()) as u32;
        (clamp(ideal - reach), clamp(ideal + reach))
    }

    /// The bits of `word` that are starts of this piece.
    pub fn mask(&self, word: u32) -> u64 {
        let from = i64::from(self.first) - i64::from(word) * 64;
        let to = i64::from(self.last) - i64::from(word) * 64;
        if to < 0 || from > 63 {
            return 0;
        }
        let above = u64::MAX << from.max(0);
        let below = u64::MAX >> (63 - to.min(63));
        above & below
    }

    /// Of the starts set in `open` (bits of `word`), the cheapest, the nearest to the ideal on either side; and its cost.
    pub fn cheapest(&self, word: u32, open: u64) -> Option<(i64, u32)> {
        if open == 0 {
            return None;
        }
        let (after, before) = self.sides(word, open);
        let after = (after != 0).then(|| word * 64 + after.trailing_zeros());
        let before = (before != 0).then(|| word * 64 + 63 - before.leading_zeros());
        after.into_iter().chain(before).map(|start| (self.cost(start), start)).min()
    }

    /// The same where each start has a price of its own, 0 or more, on top; only what costs less than `below`. Prices and
    /// costs are in [`FINE`] parts of a unit.
    pub fn cheapest_with(&self, word: u32, open: u64, below: i64, price: impl Fn(u32) -> i64) -> Option<(i64, u32)> {
        let (mut after, mut before) = self.sides(word, open);
        let (mut best, mut limit) = (None, below);
        let mut consider = |start: u32| {
            let own = self.cost(start) * FINE;
            if own >= limit {
                return false; // further from the ideal it only gets worse
            }
            let cost = own + price(start);
            if cost < limit {
                limit = cost;
                best = Some((cost, start));
            }
            true
        };
        while after != 0 || before != 0 {
            if after != 0 {
                let goes_on = consider(word * 64 + after.trailing_zeros());
                after = if goes_on { after & (after - 1) } else { 0 };
            }
            if before != 0 {
                let bit = 63 - before.leading_zeros();
                let goes_on = consider(word * 64 + bit);
                before = if goes_on { before & !(1 << bit) } else { 0 };
            }
        }
        best
    }

    /// The starts in `open` (bits of `word`) from the ideal on, and those before it.
    fn sides(&self, word: u32, open: u64) -> (u64, u64) {
        let at = self.ideal - i64::from(word) * 64;
        let from_ideal = if at <= 0 {
            u64::MAX
        } else if at > 63 {
            0
        } else {
            u64::MAX << at
        };
        (open & from_ideal, open & !from_ideal)
    }
}

/// The pieces of a request, cheapest first.
pub(crate) fn pieces(request: &Request, timeline: &Timeline) -> Vec<Piece> {
    let weight = i64::from(request.weight);
    let piece = |option: &StartRange, extra: u64| {
        let first = timeline.slot(option.first);
        let shift = i64::from(first) - i64::from(option.first);
        Piece {
            first,
            last: first + (option.last - option.first),
            ideal: i64::from(option.ideal) + shift,
            slope: i64::from(option.per_cell) * weight,
            base: (option.base + extra).cast_signed() * weight,
        }
    };
    let at = |start: u32, cost: u64| StartRange { first: start, last: start, ideal: start, base: cost, per_cell: 0 };
    let listed = |start: u32| {
        request.options.iter().filter(|option| option.allows(start)).map(|option| option.cost(start)).min()
    };
    let mut pieces: Vec<Piece> = match request.current {
        Some(current) if request.pinned => vec![piece(&at(current, listed(current).unwrap_or(0)), 0)],
        Some(current) => {
            let here = listed(current).map(|cost| piece(&at(current, cost), 0));
            here.into_iter().chain(request.options.iter().map(|option| piece(option, request.move_cost))).collect()
        }
        None => request.options.iter().map(|option| piece(option, 0)).collect(),
    };
    pieces.sort_by_key(Piece::floor);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(first: u32, last: u32, ideal: i64) -> Piece {
        Piece { first, last, ideal, slope: 2, base: 10 }
    }

    #[test]
    fn mask_covers_the_starts_of_each_word() {
        assert_eq!(piece(3, 5, 4).mask(0), 0b11_1000);
        assert_eq!(piece(3, 64, 4).mask(1), 1);
        assert_eq!(piece(3, 5, 4).mask(1), 0);
        assert_eq!(piece(64, 127, 70).mask(1), u64::MAX);
    }

    #[test]
    fn cheapest_is_the_nearest_on_either_side() {
        let piece = piece(0, 63, 10);
        assert_eq!(piece.cheapest(0, 0b1), Some((30, 0)));
        assert_eq!(piece.cheapest(0, 1 << 9 | 1 << 12), Some((12, 9)));
        assert_eq!(piece.cheapest(0, 1 << 7 | 1 << 11), Some((12, 11)));
        assert_eq!(piece.cheapest(0, 0), None);
    }

    #[test]
    fn an_ideal_outside_its_range_pulls_to_the_edge() {
        assert_eq!(piece(5, 8, -3).nearest(), 5);
        assert_eq!(piece(5, 8, 90).cheapest(0, 0b1_1110_0000), Some((10 + 2 * 82, 8)));
    }
}
