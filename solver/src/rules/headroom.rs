//! What is left of each pool's limits, row by row: common to both kinds of pool.

/// Connections left in each row of each pool; a row is a slot.
#[derive(Debug, Clone)]
pub(crate) struct Headroom {
    slots: usize,
    free: Vec<u32>,
}

impl Headroom {
    /// Starts from each pool's limits.
    pub fn new<'a>(limits: impl Iterator<Item = &'a [u32]>, slots: usize) -> Self {
        Self { slots, free: limits.flatten().copied().collect() }
    }

    /// The rows of a pool.
    pub fn rows(&self, pool: u32) -> &[u32] {
        &self.free[pool as usize * self.slots..][..self.slots]
    }

    /// The rows of a pool, to change.
    pub fn rows_mut(&mut self, pool: u32) -> &mut [u32] {
        &mut self.free[pool as usize * self.slots..][..self.slots]
    }

    /// The rows of `word` with less than `needed` left, as bits.
    #[inline]
    pub fn short(&self, pool: u32, word: u32, needed: u32) -> u64 {
        let rows = &self.rows(pool)[word as usize * 64..][..64];
        // Compares fill bytes, eight of which one multiplication gathers into bits: the compiler makes SIMD of it.
        let mut bytes = [0_u8; 64];
        for (byte, free) in bytes.iter_mut().zip(rows) {
            *byte = u8::from(*free < needed);
        }
        let mut short = 0;
        for (eight, position) in bytes.chunks_exact(8).zip(0..) {
            let packed = eight.iter().rev().fold(0, |packed, &byte| packed << 8 | u64::from(byte));
            short |= (packed.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * position);
        }
        short
    }

    /// Takes `connections` from the rows `from..to`, which have that many left.
    #[inline]
    pub fn take(&mut self, pool: u32, from: u32, to: u32, connections: u32) {
        self.rows_mut(pool)[from as usize..to as usize].iter_mut().for_each(|free| *free -= connections);
    }

    /// Gives `connections` back to the rows `from..to`.
    #[inline]
    pub fn give(&mut self, pool: u32, from: u32, to: u32, connections: u32) {
        self.rows_mut(pool)[from as usize..to as usize].iter_mut().for_each(|free| *free += connections);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_marks_exactly_the_rows_with_too_little() {
        let limits: Vec<u32> = (0..128).collect();
        let headroom = Headroom::new([limits.as_slice()].into_iter(), 128);
        assert_eq!(headroom.short(0, 0, 3), 0b111);
        assert_eq!(headroom.short(0, 0, 0), 0);
        assert_eq!(headroom.short(0, 1, 66), 0b11);
        assert_eq!(headroom.short(0, 1, 1000), u64::MAX);
        assert_eq!(headroom.short(0, 0, 64), u64::MAX);
    }
}
