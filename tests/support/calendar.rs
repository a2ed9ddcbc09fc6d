//! Calendars as an independent, strict parser understands them (`tests/tools/read_calendar.py`).

use serde::Deserialize;

use super::python::{python, run};

/// A whole calendar.
#[derive(Debug, Deserialize)]
pub struct Calendar {
    /// `NAME`, or `X-WR-CALNAME`.
    pub name: Option<String>,
    /// `METHOD`: none in a feed, `REQUEST` or `CANCEL` in a mail.
    pub method: Option<String>,
    /// The events as written.
    pub events: Vec<Event>,
    /// Each single occurrence in the period asked for, by its start.
    pub occurrences: Vec<Event>,
}

/// One event.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Event {
    pub uid: String,
    pub recurrence_id: Option<Moment>,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub location: Option<String>,
    pub url: Option<String>,
    pub start: Moment,
    pub end: Option<Moment>,
    pub sequence: u32,
    pub status: Option<String>,
    pub categories: Vec<String>,
    pub organizer: Option<String>,
    pub attendees: Vec<String>,
    pub rrule: Option<String>,
    pub dtstamp: Moment,
    pub last_modified: Option<Moment>,
}

/// A time.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Moment {
    /// As written: `2026-03-30T09:00:00`, or `2026-03-30` for a whole day.
    pub local: String,
    /// The zone as written, `UTC` for a time ending in Z, `None` for a floating time or a day.
    pub zone: Option<String>,
    /// In UTC by the parser's own zone data: `2026-03-30T07:00:00Z`.
    pub utc: Option<String>,
}

/// The events of a calendar; what is wrong with it fails the test.
pub fn read(calendar: &[u8]) -> Vec<Event> {
    try_read(calendar, None).unwrap_or_else(|wrong| panic!("{wrong}")).events
}

/// Each occurrence from the day `first` up to the day `last` (`2026-03-30`, the last excluded), by its start.
pub fn occurrences(calendar: &[u8], first: &str, last: &str) -> Vec<Event> {
    try_read(calendar, Some((first, last))).unwrap_or_else(|wrong| panic!("{wrong}")).occurrences
}

/// The calendar, or what is wrong with it.
pub fn try_read(calendar: &[u8], period: Option<(&str, &str)>) -> Result<Calendar, String> {
    let mut command = python("tests/tools/read_calendar.py");
    if let Some((first, last)) = period {
        command.args([first, last]);
    }
    let answer = run(&mut command, calendar);
    if answer.ok {
        Ok(serde_json::from_str(&answer.output).expect("the tool prints JSON"))
    } else {
        Err(format!("{}\n{}", answer.complaint.trim(), String::from_utf8_lossy(calendar)))
    }
}
