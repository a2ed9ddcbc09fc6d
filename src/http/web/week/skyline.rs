//! A day's load against the capacity, as the paths of a small picture. The picture stretches with its place and holds
//! no text: what it shows is also said in words.

use std::fmt::Write;

/// A stretch of a day in local minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// First minute.
    pub from: u32,
    /// The minute after the last one.
    pub to: u32,
    /// Connections.
    pub load: u64,
    /// The limit.
    pub limit: u64,
}

/// A day's picture, 100 high and as wide as the shown minutes.
pub struct Skyline {
    /// Minutes shown.
    pub width: u32,
    /// The surface under the load.
    pub load: String,
    /// The load above the limit.
    pub excess: String,
    /// The limit's line.
    pub limit: String,
    /// Opening hours: left edge and width.
    pub open: Vec<(u32, u32)>,
    /// What it shows, in words.
    pub words: String,
}

impl Skyline {
    /// The picture of these steps between two minutes, where `top` is the highest number of the week.
    pub fn of(
        steps: &[Step],
        open: &[(u32, u32)],
        (from, to): (u32, u32),
        top: u64,
        words: impl FnOnce(Option<&Step>) -> String,
    ) -> Self {
        let scale = Scale { from, top: top + top / 12 + 1 };
        let shown: Vec<Step> = steps.iter().filter(|step| step.from >= from && step.to <= to).copied().collect();
        let mut picture = Self {
            width: to - from,
            load: String::new(),
            excess: String::new(),
            limit: String::new(),
            open: open.iter().map(|(opens, closes)| (opens.saturating_sub(from), closes - opens)).collect(),
            words: words(shown.iter().rev().max_by_key(|step| step.load)),
        };
        for run in runs(&shown, |step| step.load > 0) {
            scale.area(&mut picture.load, run, |_| 0);
        }
        for run in runs(&shown, |step| step.load > step.limit) {
            scale.area(&mut picture.excess, run, |step| step.limit);
        }
        scale.line(&mut picture.limit, &shown, 'M', |step| step.limit);
        picture
    }
}

/// Stretches in which `wanted` holds throughout.
fn runs(steps: &[Step], wanted: impl Fn(&Step) -> bool) -> impl Iterator<Item = &[Step]> {
    let same = |a: &Step, b: &Step| wanted(a) == wanted(b) && a.to == b.from;
    let all: Vec<&[Step]> = steps.chunk_by(same).filter(|run| run.first().is_some_and(&wanted)).collect();
    all.into_iter()
}

struct Scale {
    from: u32,
    top: u64,
}

impl Scale {
    fn y(&self, value: u64) -> u64 {
        100 - (value * 100 / self.top).min(100)
    }

    /// The surface between the load and another value.
    fn area(&self, path: &mut String, steps: &[Step], lower: impl Fn(&Step) -> u64) {
        self.line(path, steps, 'M', |step| step.load);
        let back: Vec<Step> = steps.iter().rev().map(|step| Step { from: step.to, to: step.from, ..*step }).collect();
        self.line(path, &back, 'L', lower);
        path.push('Z');
    }

    /// The line along a value. Writing into a string cannot fail.
    fn line(&self, path: &mut String, steps: &[Step], begin: char, value: impl Fn(&Step) -> u64) {
        let mut last = None;
        for step in steps {
            let (x, y) = (step.from - self.from, self.y(value(step)));
            let _ = match last {
                None => write!(path, "{begin}{x} {y}"),
                Some((_, before)) if before == y => Ok(()),
                Some(_) => write!(path, "H{x}V{y}"),
            };
            last = Some((step.to - self.from, y));
        }
        if let Some((x, _)) = last {
            let _ = write!(path, "H{x}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_drawn_in_few_strokes() {
        let step = |from, load| Step { from, to: from + 5, load, limit: 40 };
        let steps = [step(480, 0), step(485, 20), step(490, 20), step(495, 60), step(500, 0)];
        let picture = Skyline::of(&steps, &[(480, 500)], (480, 540), 91, |peak| peak.unwrap().load.to_string());
        assert_eq!(picture.load, "M5 80H15V40H20L20 100H5Z");
        assert_eq!(picture.excess, "M15 40H20L20 60H15Z");
        assert_eq!(picture.limit, "M0 60H25");
        assert_eq!((picture.width, picture.words.as_str(), picture.open), (60, "60", vec![(0, 20)]));
    }

    #[test]
    fn a_gap_ends_a_surface() {
        let step = |from| Step { from, to: from + 5, load: 50, limit: 100 };
        let picture = Skyline::of(&[step(480), step(495)], &[], (480, 540), 91, |_| String::new());
        assert_eq!(picture.load, "M0 50H5L5 100H0ZM15 50H20L20 100H15Z");
    }
}
