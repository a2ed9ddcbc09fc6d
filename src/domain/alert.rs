//! When people are warned of load, and when that is over.

use super::{
    id::Id,
    load::{Metric, Place},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Five minutes in a row that begin an alert, and that end it: what comes and goes is told once.
const BEGINS: usize = 2;
const ENDS: usize = 3;
/// In a hundred of the limit: what is near it, and what is not any more.
const NEAR: (u64, u64) = (90, 80);
/// In a hundred of what was expected at most: above which nothing is over.
const CALM: u64 = 95;
/// So many connections above what was expected at most are none of anybody's concern.
const LEAST: u32 = 10;

/// Of what people are warned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AlertKind {
    /// More load than the forecast's upper value and all classes together.
    AboveForecast,
    /// Nine tenths of the limit or more.
    NearLimit,
}

impl AlertKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::AboveForecast, Self::NearLimit];

    /// The word for it in the database, in news and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AboveForecast => "above-forecast",
            Self::NearLimit => "near-limit",
        }
    }
}

/// A warning of load, from when it began until it is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Alert {
    /// Identifier.
    pub id: Id,
    /// Where.
    pub place: Place,
    /// Of what.
    pub metric: Metric,
    /// Of what people are warned.
    pub kind: AlertKind,
    /// Since when.
    pub began_at: DateTime<Utc>,
    /// Until when; nothing while it lasts.
    pub ended_at: Option<DateTime<Utc>>,
    /// The load when it began.
    pub observed: u32,
    /// What it was not to pass: the upper value with all classes, or the limit.
    pub bound: u32,
}

/// What was observed in five minutes, and what it was not to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// When they began.
    pub at: DateTime<Utc>,
    /// What was observed.
    pub observed: u32,
    /// The upper value with all classes, or the limit.
    pub bound: u32,
}

/// What the last readings make of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It begins with this reading.
    Begins(Reading),
    /// It is over.
    Ends,
    /// It is over because nothing was read for so long that nobody knows whether it lasts.
    FallsSilent,
}

/// What the readings of the last hour, the latest last, make of an alert that lasts or does not. Where they come seldom, those
/// of an hour are enough to end it: three of them would never be together.
pub fn turn(kind: AlertKind, lasts: bool, readings: &[Reading]) -> Option<Turn> {
    let last = |count: usize| readings.len().checked_sub(count).and_then(|from| readings.get(from..));
    let percent = |one: &Reading, percent: u64| u64::from(one.bound) * percent / 100;
    let is_much = |one: &Reading| match kind {
        AlertKind::AboveForecast => one.observed > one.bound.saturating_add(LEAST),
        AlertKind::NearLimit => one.bound > 0 && u64::from(one.observed) >= percent(one, NEAR.0),
    };
    let is_calm = |one: &Reading| match kind {
        AlertKind::AboveForecast => u64::from(one.observed) <= percent(one, CALM).max(u64::from(LEAST)),
        AlertKind::NearLimit => u64::from(one.observed) < percent(one, NEAR.1),
    };
    if lasts {
        if readings.is_empty() {
            return Some(Turn::FallsSilent);
        }
        return readings.iter().rev().take(ENDS).all(is_calm).then_some(Turn::Ends);
    }
    let begun = last(BEGINS)?;
    begun.iter().all(is_much).then(|| begun.last().copied().map(Turn::Begins))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(observed: &[u32]) -> Vec<Reading> {
        let at = |minute: i64| DateTime::from_timestamp(300 * minute, 0).unwrap();
        (0..)
            .zip(observed)
            .map(|(minute, observed)| Reading { at: at(minute), observed: *observed, bound: 100 })
            .collect()
    }

    #[test]
    fn an_alert_begins_once_and_ends_when_it_is_calm() {
        let near = |lasts, observed: &[u32]| turn(AlertKind::NearLimit, lasts, &readings(observed));
        assert_eq!(near(false, &[95]), None, "one reading is chance");
        assert_eq!(near(false, &[89, 95]), None);
        assert!(matches!(near(false, &[10, 90, 95]), Some(Turn::Begins(one)) if one.observed == 95));
        assert_eq!(near(true, &[90, 95]), None, "it is told once");
        assert_eq!(near(true, &[85, 85, 85]), None, "between the two nothing changes");
        assert_eq!(near(true, &[95, 79, 79]), None);
        assert_eq!(near(true, &[79, 79, 79]), Some(Turn::Ends));
    }

    #[test]
    fn an_alert_does_not_outlast_its_readings() {
        for kind in AlertKind::ALL {
            assert_eq!(turn(kind, true, &[]), Some(Turn::FallsSilent));
            assert_eq!(turn(kind, false, &[]), None);
        }
        let near = |observed: &[u32]| turn(AlertKind::NearLimit, true, &readings(observed));
        assert_eq!(near(&[95]), None, "it is known to last");
        assert_eq!(near(&[79]), Some(Turn::Ends), "no more came in an hour");
        assert_eq!(near(&[95, 79]), None);
    }

    #[test]
    fn a_little_more_than_was_expected_is_no_alert() {
        let above = |lasts, observed: &[u32]| turn(AlertKind::AboveForecast, lasts, &readings(observed));
        assert_eq!(above(false, &[105, 110]), None);
        assert!(above(false, &[111, 111]).is_some());
        assert_eq!(above(true, &[96, 96, 96]), None);
        assert_eq!(above(true, &[95, 95, 95]), Some(Turn::Ends));
    }
}
