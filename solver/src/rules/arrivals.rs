//! Rule: the classes that start within a window stay within the pool's least limit there.
//!
//! The row at cell `c` counts the starts in `c … c+window-1`; so a class uses the rows from `window - 1` before its
//! start up to it, and a start is blocked by a short row there.

/// The rows that a class uses. Rows before cell 0 do not exist.
#[inline]
pub(crate) fn rows(start: u32, window: u32) -> (u32, u32) {
    ((start + 1).saturating_sub(window), start + 1)
}

/// The starts that the rows `short` block, where all rows are in one word.
#[inline]
pub(crate) fn blocked(short: u64, window: u32) -> u64 {
    let (mut blocked, mut covered) = (short, 1);
    while covered < window.min(64) {
        let step = covered.min(window - covered);
        blocked |= blocked << step;
        covered += step;
    }
    blocked
}

/// The same for several words: `words` changes from short rows to blocked starts.
pub(crate) fn blocked_words(words: &mut [u64], window: u32) {
    let mut covered = 1;
    while covered < window {
        let step = covered.min(window - covered);
        let (far, bits) = ((step / 64) as usize, step % 64);
        for i in (0..words.len()).rev() {
            let at = |back: usize| i.checked_sub(back).map_or(0, |j| words[j]);
            let near = at(far) << bits;
            let next = if bits == 0 { 0 } else { at(far + 1) >> (64 - bits) };
            words[i] |= near | next;
        }
        covered += step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_window_blocks_the_starts_in_it_and_no_others() {
        let short = 1 << 10;
        assert_eq!(blocked(short, 1), short, "a window of one cell");
        assert_eq!(blocked(short, 3), 0b111 << 10, "starts 10, 11 and 12 conflict");
        assert_eq!(blocked(0, 64), 0, "no full window, nothing blocked");
    }

    #[test]
    fn rows_reach_back_over_the_window_but_not_before_the_horizon() {
        assert_eq!(rows(10, 3), (8, 11));
        assert_eq!(rows(1, 3), (0, 2));
    }

    #[test]
    fn several_words_agree_with_cell_by_cell() {
        for window in [1, 2, 7, 64, 65, 100] {
            let short = [1 << 5, 0, 1 << 40 | 1, 1 << 63];
            let mut words = short;
            blocked_words(&mut words, window);
            for start in 0..256_u32 {
                let (from, to) = rows(start, window);
                let expected = (from..to).any(|c| short[c as usize / 64] >> (c % 64) & 1 == 1);
                assert_eq!(words[start as usize / 64] >> (start % 64) & 1 == 1, expected, "{window} {start}");
            }
        }
    }
}
