//! What is left of each pool's limits, row by row: common to both kinds of pool.

use wide::u8x16;

/// Connections left in each row of each pool; a row is a slot.
#[derive(Debug, Clone)]
pub(crate) struct Headroom {
    slots: usize,
    free: Vec<u32>,
    /// The same, but at most 255: most classes are smaller, and sixteen rows compare at once.
    near: Vec<u8>,
}

impl Headroom {
    /// Starts from each pool's limits.
    pub fn new<'a>(limits: impl Iterator<Item = &'a [u32]>, slots: usize) -> Self {
        let free: Vec<u32> = limits.flatten().copied().collect();
        Self { slots, near: free.iter().map(|&free| near(free)).collect(), free }
    }

    /// The rows of a pool.
    pub fn rows(&self, pool: u32) -> &[u32] {
        &self.free[pool as usize * self.slots..][..self.slots]
    }

    /// Replaces the rows of a pool.
    pub fn set_rows(&mut self, pool: u32, rows: &[u32]) {
        let from = pool as usize * self.slots;
        self.free[from..from + self.slots].copy_from_slice(rows);
        self.near[from..from + self.slots].iter_mut().zip(rows).for_each(|(near_by, free)| *near_by = near(*free));
    }

    /// The rows of `word` with less than `needed` left, as bits.
    #[inline]
    pub fn short(&self, pool: u32, word: u32, needed: u32) -> u64 {
        let from = pool as usize * self.slots + word as usize * 64;
        if let Ok(needed) = u8::try_from(needed) {
            let needed = u8x16::splat(needed);
            let (chunks, _) = self.near[from..from + 64].as_chunks::<16>();
            let enough = chunks.iter().rev().fold(0, |bits, &chunk| {
                let free = u8x16::new(chunk);
                bits << 16 | u64::from(free.simd_eq(free.max(needed)).to_bitmask())
            });
            !enough
        } else {
            let rows = self.free[from..from + 64].iter();
            rows.rev().fold(0, |bits, free| bits << 1 | u64::from(*free < needed))
        }
    }

    /// Takes `connections` from the rows `from..to`, which have that many left.
    #[inline]
    pub fn take(&mut self, pool: u32, from: u32, to: u32, connections: u32) {
        self.change(pool, from, to, |free| free - connections);
    }

    /// Gives `connections` back to the rows `from..to`.
    #[inline]
    pub fn give(&mut self, pool: u32, from: u32, to: u32, connections: u32) {
        self.change(pool, from, to, |free| free + connections);
    }

    #[inline]
    fn change(&mut self, pool: u32, from: u32, to: u32, change: impl Fn(u32) -> u32) {
        let (from, to) = (pool as usize * self.slots + from as usize, pool as usize * self.slots + to as usize);
        for (free, near_by) in self.free[from..to].iter_mut().zip(&mut self.near[from..to]) {
            *free = change(*free);
            *near_by = near(*free);
        }
    }
}

fn near(free: u32) -> u8 {
    free.min(u8::MAX.into()) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_marks_exactly_the_rows_with_too_little() {
        let limits: Vec<u32> = (0..448).collect();
        let headroom = Headroom::new([limits.as_slice()].into_iter(), 448);
        assert_eq!(headroom.short(0, 0, 3), 0b111);
        assert_eq!(headroom.short(0, 0, 0), 0);
        assert_eq!(headroom.short(0, 1, 66), 0b11);
        assert_eq!(headroom.short(0, 1, 1000), u64::MAX);
        assert_eq!(headroom.short(0, 0, 64), u64::MAX);
        assert_eq!(headroom.short(0, 3, 255), u64::MAX >> 1, "row 255 has just enough");
        assert_eq!(headroom.short(0, 4, 258), 0b11, "more than a byte holds");
    }

    #[test]
    fn what_is_taken_is_short_until_it_is_given_back() {
        let mut headroom = Headroom::new([[300; 64].as_slice()].into_iter(), 64);
        headroom.take(0, 3, 5, 290);
        assert_eq!(headroom.short(0, 0, 11), 0b11 << 3);
        headroom.give(0, 4, 5, 290);
        assert_eq!(headroom.short(0, 0, 11), 1 << 3);
        headroom.set_rows(0, &[10; 64]);
        assert_eq!(headroom.short(0, 0, 11), u64::MAX);
    }
}
