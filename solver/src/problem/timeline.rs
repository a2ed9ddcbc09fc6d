//! The cells that some class could use, packed into 64-bit words.
//!
//! A *run* is a longest range of consecutive cells in use, such as a half-day. Slots number the cells of all runs; a run
//! that fits into one word never crosses into the next, so that most questions about a half-day take one word.

use std::collections::HashMap;

use crate::round::{Days, Exclusive, PoolKind, Round};

/// Bits of a word.
pub(crate) const WORD: u32 = u64::BITS;

/// The mapping between cells and slots.
pub(crate) struct Timeline {
    /// First cell, end cell and first slot of each run.
    runs: Vec<(u32, u32, u32)>,
    slots: u32,
    end: u32,
    /// See [`Self::stretches()`].
    stretches: Vec<(u32, u32)>,
}

impl Timeline {
    pub fn new(round: &Round, pools: &HashMap<&str, u32>, rules: &HashMap<&str, &Exclusive>) -> Self {
        let cells = round.horizon.cells;
        let mut changes = vec![0_i32; cells as usize + 1];
        let mut mark = |from: u32, to: u32| {
            changes[from as usize] += 1;
            changes[to.min(cells) as usize] -= 1;
        };
        for request in &round.requests {
            let windows = request.pools.iter().filter_map(|id| {
                let pool = &round.pools[*pools.get(&**id)? as usize];
                (pool.kind == PoolKind::Arrivals).then(|| pool.window.unwrap_or(1))
            });
            // An arrivals row stands for the starts after it: rows before the first start count as used.
            let before = windows.max().unwrap_or(1).saturating_sub(1);
            let breaks = request.exclusive.iter().filter_map(|who| Some(rules.get(&**who)?.break_cells));
            let length = request.duration.saturating_add(breaks.max().unwrap_or(0));
            if let (true, Some(current)) = (request.pinned, request.current) {
                mark(current.saturating_sub(before), current.saturating_add(length));
            } else {
                for option in request.options.iter() {
                    mark(option.first.saturating_sub(before), option.last.saturating_add(length));
                }
            }
        }
        let has_most = rules.values().any(|rule| rule.most.is_some());
        Self::pack(&changes, cells, has_most.then(|| round.days()).as_ref())
    }

    fn pack(changes: &[i32], cells: u32, days: Option<&Days>) -> Self {
        let (mut runs, mut slots, mut users, mut first) = (Vec::new(), 0_u32, 0, None);
        for cell in 0..=cells {
            users += if cell < cells { changes[cell as usize] } else { -users };
            match (users > 0, first) {
                (true, None) => first = Some(cell),
                (false, Some(from)) => {
                    let (length, left) = (cell - from, WORD - slots % WORD);
                    if length > left && left < WORD {
                        slots += left;
                    }
                    runs.push((from, cell, slots));
                    slots += length;
                    first = None;
                }
                _ => {}
            }
        }
        let stretches = stretches(&runs, days);
        Self { runs, end: slots, slots: slots.next_multiple_of(WORD), stretches }
    }

    /// Number of slots, a multiple of [`WORD`].
    pub fn slots(&self) -> usize {
        self.slots as usize
    }

    /// The end of the last slot in use.
    pub fn end(&self) -> u32 {
        self.end
    }

    /// Number of words.
    pub fn words(&self) -> usize {
        (self.slots / WORD) as usize
    }

    /// Ranges of words (first, end) such that no run is in two of them, nor a day if somebody counts classes a day: what
    /// happens in one does not concern another.
    pub fn stretches(&self) -> &[(u32, u32)] {
        &self.stretches
    }

    /// The slot of a cell that is in use.
    pub fn slot(&self, cell: u32) -> u32 {
        let run = self.runs.partition_point(|&(_, end, _)| end <= cell);
        self.runs.get(run).map_or(0, |&(first, _, slot)| slot + cell.saturating_sub(first))
    }

    /// The cell of a slot that is in use.
    pub fn cell(&self, slot: u32) -> u32 {
        let run = self.runs.partition_point(|&(_, _, first)| first <= slot).saturating_sub(1);
        self.runs.get(run).map_or(0, |&(cell, _, first)| cell + slot - first)
    }

    /// The cell of each slot; `None` for those that only fill a word.
    pub fn cells(&self) -> impl Iterator<Item = Option<u32>> + '_ {
        let mut cells = vec![None; self.slots()];
        for &(first, end, slot) in &self.runs {
            for cell in first..end {
                cells[(slot + cell - first) as usize] = Some(cell);
            }
        }
        cells.into_iter()
    }
}

/// Joins the words that a run spans, and those of a day.
fn stretches(runs: &[(u32, u32, u32)], days: Option<&Days>) -> Vec<(u32, u32)> {
    let mut stretches: Vec<(u32, u32)> = Vec::new();
    let mut last_day = None;
    for &(first, end, slot) in runs {
        let is_same_day = days.is_some_and(|days| Some(days.of(first)) == last_day);
        last_day = days.map(|days| days.of(end - 1));
        let (from, to) = (slot / WORD, (slot + end - first).div_ceil(WORD));
        match stretches.last_mut() {
            Some(last) if last.1 > from || is_same_day => last.1 = to.max(last.1),
            _ => stretches.push((from, to)),
        }
    }
    stretches
}
