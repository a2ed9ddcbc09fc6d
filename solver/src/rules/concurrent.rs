//! Rule: the classes that occupy a cell stay within the pool's limit of that cell.
//!
//! A class uses the rows of its own cells, so a start is blocked by a short row at it or up to `duration - 1` after it.
//! The exclusive rule has the same shape: a busy cell blocks the same starts.

/// The rows that a class uses.
#[inline]
pub(crate) fn rows(start: u32, duration: u32) -> (u32, u32) {
    (start, start + duration)
}

/// The starts that the rows `short` block, for a class that fits into one word.
#[inline]
pub(crate) fn blocked(short: u64, duration: u32) -> u64 {
    let (mut blocked, mut covered) = (short, 1);
    while covered < duration.min(64) {
        let step = covered.min(duration - covered);
        blocked |= blocked >> step;
        covered += step;
    }
    blocked
}

/// The same for several words: `words` changes from short rows to blocked starts.
pub(crate) fn blocked_words(words: &mut [u64], duration: u32) {
    let mut covered = 1;
    while covered < duration {
        let step = covered.min(duration - covered);
        let (far, bits) = ((step / 64) as usize, step % 64);
        for i in 0..words.len() {
            let near = words.get(i + far).copied().unwrap_or(0) >> bits;
            let next = if bits == 0 { 0 } else { words.get(i + far + 1).copied().unwrap_or(0) << (64 - bits) };
            words[i] |= near | next;
        }
        covered += step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_row_blocks_the_starts_that_reach_it_and_no_others() {
        let short = 1 << 10;
        assert_eq!(blocked(short, 1), short, "a class of one cell");
        assert_eq!(blocked(short, 3), 0b111 << 8, "starts 8, 9 and 10 conflict");
        assert_eq!(blocked(0, 64), 0, "nothing short, nothing blocked");
    }

    #[test]
    fn several_words_agree_with_cell_by_cell() {
        for duration in [1, 2, 7, 63, 64, 65, 100] {
            let short = [1 << 5, 0, 1 << 40 | 1, 1 << 63];
            let mut words = short;
            blocked_words(&mut words, duration);
            for start in 0..256_u32 {
                let expected =
                    (start..(start + duration).min(256)).any(|c| short[c as usize / 64] >> (c % 64) & 1 == 1);
                assert_eq!(words[start as usize / 64] >> (start % 64) & 1 == 1, expected, "{duration} {start}");
            }
        }
    }
}
