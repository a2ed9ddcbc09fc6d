//! Rule: a person or group has at most so many classes a day. A class belongs to the day in which it starts.

/// How many classes each person and group has on each day; empty in blocks where nobody counts.
#[derive(Debug, Clone)]
pub(crate) struct Counts {
    days: usize,
    classes: Vec<u32>,
}

impl Counts {
    pub fn new(exclusives: usize, days: usize) -> Self {
        Self { days, classes: vec![0; exclusives * days] }
    }

    /// Whether `who` has `most` classes on `day` already.
    #[inline]
    pub fn is_full(&self, who: u32, day: u32, most: u32) -> bool {
        self.classes[who as usize * self.days + day as usize] >= most
    }

    /// Adds a class.
    #[inline]
    pub fn add(&mut self, who: u32, day: u32) {
        self.classes[who as usize * self.days + day as usize] += 1;
    }

    /// Takes a class away that was added.
    #[inline]
    pub fn take(&mut self, who: u32, day: u32) {
        self.classes[who as usize * self.days + day as usize] -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_full_for_those_who_have_their_most_on_it_and_for_nobody_else() {
        let mut counts = Counts::new(2, 3);
        counts.add(1, 2);
        counts.add(1, 2);
        assert!(counts.is_full(1, 2, 2), "two of two");
        assert!(!counts.is_full(1, 2, 3), "two of three");
        assert!(!counts.is_full(1, 1, 1), "another day");
        assert!(!counts.is_full(0, 2, 1), "somebody else");
        counts.take(1, 2);
        assert!(!counts.is_full(1, 2, 2), "taken away");
    }
}
