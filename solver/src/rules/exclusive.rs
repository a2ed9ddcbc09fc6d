//! Rule: a person or group is in one class at a time, and has its break before the next.

/// When each person and group is in a class, one bit a slot.
#[derive(Debug, Clone)]
pub(crate) struct Busy {
    words: usize,
    bits: Vec<u64>,
}

impl Busy {
    pub fn new(exclusives: usize, words: usize) -> Self {
        Self { words, bits: vec![0; exclusives * words] }
    }

    /// The slots of `word` in which any of `exclusives` is in a class.
    #[inline]
    pub fn any(&self, exclusives: &[u32], word: u32) -> u64 {
        exclusives.iter().fold(0, |busy, &who| busy | self.bits[who as usize * self.words + word as usize])
    }

    /// Adds (or takes away) a class in the slots `from..to`; a class is added only where nobody is busy.
    #[inline]
    pub fn toggle(&mut self, exclusives: &[u32], from: u32, to: u32) {
        let (first, last) = (from / 64, (to - 1) / 64);
        for word in first..=last {
            let low = if word == first { u64::MAX << (from % 64) } else { u64::MAX };
            let high = if word == last { u64::MAX >> (63 - (to - 1) % 64) } else { u64::MAX };
            for &who in exclusives {
                self.bits[who as usize * self.words + word as usize] ^= low & high;
            }
        }
    }

    /// Whether any of `exclusives` is in a class in the slots `from..to`.
    pub fn is_busy(&self, exclusives: &[u32], from: u32, to: u32) -> bool {
        (from..to).any(|slot| self.any(exclusives, slot / 64) >> (slot % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_classes_of_one_person_conflict_only_when_they_overlap() {
        let mut busy = Busy::new(2, 2);
        busy.toggle(&[0], 60, 70);
        assert!(busy.is_busy(&[1, 0], 69, 80), "overlap");
        assert!(!busy.is_busy(&[0], 70, 80), "one ends when the other begins");
        assert!(!busy.is_busy(&[1], 60, 70), "somebody else");
        busy.toggle(&[0], 60, 70);
        assert!(!busy.is_busy(&[0], 0, 128), "taken away");
    }
}
