//! Of which seconds of a cell there is a sample: so that the same sample counts once, however often it comes.

use super::CELL_SECONDS;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

/// A bit for each of 300 seconds.
const BYTES: usize = (CELL_SECONDS as usize).div_ceil(8);

/// The seconds of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen([u8; BYTES]);

impl Default for Seen {
    fn default() -> Self {
        Self([0; BYTES])
    }
}

impl Seen {
    /// Notes a second, in Unix time; tells whether it is new.
    pub fn note(&mut self, at: i64) -> bool {
        let second = usize::try_from(at.rem_euclid(CELL_SECONDS)).unwrap_or(0);
        let (byte, bit) = (&mut self.0[second / 8], 1 << (second % 8));
        let is_new = *byte & bit == 0;
        *byte |= bit;
        is_new
    }

    /// As a column holds it.
    pub fn to_text(&self) -> String {
        STANDARD_NO_PAD.encode(self.0)
    }

    /// Read back; nothing when no `to_text` wrote it.
    pub fn from_text(text: &str) -> Option<Self> {
        let bytes = STANDARD_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_second_is_new_once_also_after_it_was_kept() {
        let mut seen = Seen::default();
        assert!((0..300).all(|second| seen.note(600 + second)));
        assert!((0..300).all(|second| !seen.note(second)));
        let mut one = Seen::default();
        one.note(299);
        let mut kept = Seen::from_text(&one.to_text()).unwrap();
        assert!(!kept.note(299) && kept.note(298));
        assert_eq!(Seen::from_text("?"), None);
    }
}
