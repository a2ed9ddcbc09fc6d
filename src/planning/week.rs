//! Cells of a round as days and hours.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use creneau_solver::Horizon;

/// The clock of a round: its horizon's start is taken as it is written, without a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Week {
    start: NaiveDateTime,
    step: u32,
}

impl Week {
    /// The clock of a round that has been validated; one that has not begins in 1970.
    pub fn of(horizon: &Horizon) -> Self {
        let start = DateTime::parse_from_rfc3339(&horizon.start).map(|start| start.naive_utc()).unwrap_or_default();
        Self { start, step: horizon.step_minutes }
    }

    /// Minutes in a cell.
    pub fn step(&self) -> u32 {
        self.step
    }

    /// When a cell begins.
    pub fn at(&self, cell: u32) -> NaiveDateTime {
        let minutes = i64::from(self.step).saturating_mul(i64::from(cell));
        TimeDelta::try_minutes(minutes).and_then(|past| self.start.checked_add_signed(past)).unwrap_or(self.start)
    }

    /// The day a cell begins in.
    pub fn day(&self, cell: u32) -> NaiveDate {
        self.at(cell).date()
    }

    /// Minutes from midnight to the cell's begin.
    pub fn minute(&self, cell: u32) -> u32 {
        let time = self.at(cell).time();
        time.hour() * 60 + time.minute()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_days_and_minutes() {
        let week = Week::of(&Horizon { start: "2020-03-23T00:00:00Z".into(), step_minutes: 5, cells: 2016 });
        assert_eq!(week.at(288 + 108).to_string(), "2020-03-24 09:00:00");
        assert_eq!((week.day(0).to_string(), week.minute(287)), ("2020-03-23".into(), 23 * 60 + 55));
    }

    #[test]
    fn numbers_past_the_end_of_time_do_not_panic() {
        let week = Week::of(&Horizon { start: "no date".into(), step_minutes: u32::MAX, cells: 1 });
        assert_eq!(week.at(u32::MAX), week.at(0));
    }
}
