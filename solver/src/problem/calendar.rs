//! Which day and which cell each slot is: for rules that look further than a half-day.

use super::timeline::{Timeline, WORD};
use crate::round::Days;

/// The days and cells of the slots.
pub(crate) struct Calendar {
    /// How many days there are.
    pub days: usize,
    /// By slot. A slot that only fills a word is like the next one in use.
    day: Vec<u32>,
    cell: Vec<u32>,
}

impl Calendar {
    pub fn new(timeline: &Timeline, days: &Days) -> Self {
        let mut cells: Vec<u32> = Vec::with_capacity(timeline.slots());
        let all: Vec<Option<u32>> = timeline.cells().collect();
        let mut next = u32::MAX;
        for cell in all.iter().rev() {
            next = cell.unwrap_or(next);
            cells.push(next);
        }
        cells.reverse();
        let last = days.count().max(1) as u32 - 1;
        Self {
            days: days.count().max(1),
            day: cells.iter().map(|&cell| days.of(cell).min(last)).collect(),
            cell: cells,
        }
    }

    /// The day of a slot.
    pub fn day(&self, slot: u32) -> u32 {
        self.day[slot as usize]
    }

    /// The cell of a slot.
    pub fn cell(&self, slot: u32) -> u32 {
        self.cell[slot as usize]
    }

    /// The slots of `word` for which `is_closed` holds of their day, as bits.
    pub fn days_of(&self, word: u32, mut is_closed: impl FnMut(u32) -> bool) -> u64 {
        let first = word * WORD;
        let (mut bits, mut slot) = (0_u64, first);
        while slot < first + WORD {
            let day = self.day(slot);
            let end = (slot..first + WORD).find(|&slot| self.day(slot) != day).unwrap_or(first + WORD);
            if is_closed(day) {
                bits |= (u64::MAX >> (WORD - (end - slot))) << (slot - first);
            }
            slot = end;
        }
        bits
    }

    /// The slots of `word` whose cells are in `first ..= last`, as bits.
    pub fn cells_of(&self, word: u32, (first, last): (u32, u32)) -> u64 {
        let slots = &self.cell[(word * WORD) as usize..((word + 1) * WORD) as usize];
        let from = slots.partition_point(|&cell| cell < first) as u32;
        let to = slots.partition_point(|&cell| cell <= last) as u32;
        if from >= to { 0 } else { (u64::MAX >> (WORD - (to - from))) << from }
    }
}
