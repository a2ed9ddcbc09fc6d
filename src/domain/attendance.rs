//! How many pupils attend, observed against planned, and what is learned of it: slowly, within bounds, always by the same
//! rule of the same classes, so that it can be followed class by class.

use super::id::Id;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The largest number of people in a class that is believed.
pub const MOST_PARTICIPANTS: u32 = 100_000;
/// Nothing is learned of fewer classes.
pub const FEWEST_CLASSES: usize = 3;
/// The median of so many of the last classes is what is aimed at.
const LAST_CLASSES: usize = 5;
/// How many points more one class can make of what is expected. Too few connections are worse than too many,
const UP: u32 = 10;
/// so that less is learned more slowly.
const DOWN: u32 = 5;
/// More than twice the headcount is no attendance.
const MOST_PERCENT: u32 = 200;

/// How the number of those who attended became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AttendanceInput {
    /// Somebody of the school, or a program, has told.
    Reported,
    /// The most that polls of a BigBlueButton saw.
    Polled,
}

impl AttendanceInput {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Polled => "polled",
        }
    }
}

/// How many attended a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attendance {
    /// The class.
    pub session: Id,
    /// Connections that were planned for it, those who teach among them.
    pub planned: u32,
    /// Pupils who attended.
    pub participants: u32,
    /// How that became known.
    pub input: AttendanceInput,
    /// When.
    pub at: DateTime<Utc>,
}

/// A class of a group that has ended, with those who attended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttendedClass {
    /// How many attended.
    pub attendance: Attendance,
    /// When it began.
    pub starts_at: DateTime<Utc>,
    /// The pupils of all groups that were to attend.
    pub headcount: u32,
}

/// What a class showed, and what was expected after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LearnedOf {
    /// How many attended.
    #[serde(flatten)]
    pub attendance: Attendance,
    /// When it began.
    pub starts_at: DateTime<Utc>,
    /// The pupils of all groups that were to attend.
    pub headcount: u32,
    /// Of a hundred pupils so many attended.
    pub observed_percent: u32,
    /// Of a hundred pupils so many were expected from then on.
    pub expected_percent: u32,
    /// Why.
    pub why: Why,
}

/// Why so many are expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Fewer than three classes are known: what was entered counts.
    TooFewClasses,
    /// It is the median of the last classes.
    AsObserved,
    /// More attended: it rose by ten points, the most that one class makes.
    Rises,
    /// Fewer attended: it fell by five points, the most that one class makes.
    Falls,
    /// It is half of what was entered: it never falls lower.
    AtHalf,
}

/// What is learned of classes in their order, from what was entered on; nothing of too few.
///
/// What is expected goes towards the median of the last five classes, by ten points up or five points down a class. It
/// never falls below half of what was entered, and never rises above the headcount unless more than that were there.
pub fn learn(entered: u32, classes: Vec<AttendedClass>) -> (Option<u32>, Vec<LearnedOf>) {
    let mut expected = entered;
    let mut observed: Vec<u32> = Vec::new();
    let mut steps = Vec::new();
    for AttendedClass { attendance, starts_at, headcount } in classes.into_iter().filter(|class| class.headcount > 0) {
        let percent = (u64::from(attendance.participants) * 100).div_ceil(u64::from(headcount));
        let observed_percent = u32::try_from(percent).unwrap_or(u32::MAX).min(MOST_PERCENT);
        observed.push(observed_percent);
        let (next, why) = next(entered, expected, &observed);
        expected = next;
        steps.push(LearnedOf { attendance, starts_at, headcount, observed_percent, expected_percent: next, why });
    }
    (Some(expected).filter(|_| observed.len() >= FEWEST_CLASSES), steps)
}

fn next(entered: u32, expected: u32, observed: &[u32]) -> (u32, Why) {
    if observed.len() < FEWEST_CLASSES {
        return (entered, Why::TooFewClasses);
    }
    let mut last: Vec<u32> = observed.iter().rev().take(LAST_CLASSES).copied().collect();
    last.sort_unstable();
    // The upper one of two in the middle. It is above a hundred only where more than the headcount were there.
    let aim = last.get(last.len() / 2).copied().unwrap_or(expected);
    let half = entered.div_ceil(2);
    if aim > expected + UP {
        (expected + UP, Why::Rises)
    } else if aim >= expected {
        (aim, Why::AsObserved)
    } else if expected.saturating_sub(DOWN).max(aim) < half {
        (half.min(expected), Why::AtHalf)
    } else if aim + DOWN < expected {
        (expected - DOWN, Why::Falls)
    } else {
        (aim, Why::AsObserved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn classes(observed: &[u32]) -> Vec<AttendedClass> {
        let class = |participants: &u32| AttendedClass {
            attendance: Attendance {
                session: Id::from("a"),
                planned: 100,
                participants: *participants,
                input: AttendanceInput::Reported,
                at: DateTime::UNIX_EPOCH,
            },
            starts_at: DateTime::UNIX_EPOCH,
            headcount: 100,
        };
        observed.iter().map(class).collect()
    }

    fn expected(entered: u32, observed: &[u32]) -> Vec<u32> {
        learn(entered, classes(observed)).1.iter().map(|step| step.expected_percent).collect()
    }

    #[test]
    fn what_is_expected_follows_slowly() {
        assert_eq!(expected(100, &[80, 80]), [100, 100]);
        assert_eq!(learn(100, classes(&[80, 80])).0, None);
        assert_eq!(expected(100, &[80, 80, 80, 80, 80, 80, 80]), [100, 100, 95, 90, 85, 80, 80]);
        assert_eq!(expected(50, &[90, 90, 90, 90, 90, 90, 90]), [50, 50, 60, 70, 80, 90, 90]);
        assert_eq!(expected(100, &[80, 10, 80, 80, 10, 80]), [100, 100, 95, 90, 85, 80], "one bad day is none");
        assert_eq!(expected(100, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).last(), Some(&50), "half at least");
        assert_eq!(expected(20, &[0; 9]).last(), Some(&10));
    }

    #[test]
    fn above_the_headcount_it_is_only_as_observed() {
        assert_eq!(expected(100, &[120, 120, 120, 120, 120]), [100, 100, 110, 120, 120]);
        assert_eq!(expected(100, &[100, 100, 120]), [100, 100, 100], "once is no rule");
        assert_eq!(expected(100, &[900, 900, 900]).last(), Some(&110));
    }

    #[test]
    fn a_class_of_nobody_says_nothing() {
        let mut none = classes(&[1, 1, 1, 1]);
        none.iter_mut().for_each(|class| class.headcount = 0);
        assert_eq!(learn(90, none), (None, Vec::new()));
    }

    proptest! {
        #[test]
        fn steps_are_bounded_and_within_what_was_seen(
            entered in 1u32..=100,
            observed in prop::collection::vec(0u32..250, 0..40),
        ) {
            let mut before = entered;
            let most = observed.iter().map(|percent| (*percent).min(MOST_PERCENT)).max().unwrap_or(0).max(entered);
            for step in learn(entered, classes(&observed)).1 {
                let now = step.expected_percent;
                prop_assert!(now <= before + UP && now + DOWN >= before, "{before} to {now}");
                prop_assert!(now >= entered.div_ceil(2) && now <= most, "{now} of {entered}, at most {most}");
                before = now;
            }
        }
    }
}
