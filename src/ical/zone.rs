//! A time zone as a VTIMEZONE: the changes of its clocks around the dates shown, as yearly rules where they come
//! every year, one by one where they do not.
//!
//! The window reaches from the year before the first date to the year after the last, so that a rule is seen at work
//! before it is written down, and a program that shows the date's neighbourhood has it right too.

use super::lines::Lines;
use chrono::{DateTime, Datelike, Duration, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::{OffsetComponents, OffsetName, Tz};

/// What clocks show from a change on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Observance {
    /// Seconds east of Greenwich before.
    before: i32,
    /// Seconds east of Greenwich from then on.
    after: i32,
    name: String,
    summer: bool,
}

/// One change of the clocks: when, by the clocks before it.
#[derive(Clone, Debug)]
struct Change {
    at: DateTime<Utc>,
    local: NaiveDateTime,
    observance: Observance,
}

/// Changes that differ only in their year and day: candidates for a yearly rule.
struct Series {
    changes: Vec<Change>,
}

/// Writes the zone, valid for `first … last`.
pub(super) fn write(lines: &mut Lines, zone: Tz, first: DateTime<Utc>, last: DateTime<Utc>) {
    let from = new_year(first.year() - 1);
    let to = new_year(last.year() + 2);
    let changes = changes(zone, from, to);
    lines.raw("BEGIN", "VTIMEZONE");
    lines.raw("TZID", zone.name());
    if changes.first().is_none_or(|change| change.at > first) {
        write_base(lines, &observance(zone, from, from));
    }
    for series in series(changes) {
        series.write(lines, last.year() + 1);
    }
    lines.raw("END", "VTIMEZONE");
}

fn new_year(year: i32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).earliest().unwrap_or(DateTime::UNIX_EPOCH)
}

/// What clocks show at `at`, after `before`.
fn observance(zone: Tz, before: DateTime<Utc>, at: DateTime<Utc>) -> Observance {
    let seconds = |at: DateTime<Utc>| at.with_timezone(&zone).offset().fix().local_minus_utc();
    let offset = *at.with_timezone(&zone).offset();
    Observance {
        before: seconds(before),
        after: seconds(at),
        name: offset.abbreviation().map_or_else(|| offset.to_string(), str::to_owned),
        summer: offset.dst_offset() > TimeDelta::zero(),
    }
}

/// Every change in `from … to`, found day by day and then to the second.
fn changes(zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Change> {
    let offset = |at: DateTime<Utc>| *at.with_timezone(&zone).offset();
    let mut out = Vec::new();
    let (mut day, mut known) = (from, offset(from));
    while day < to {
        let next = day + Duration::days(1);
        let later = offset(next);
        if later != known {
            let (mut before, mut at) = (day, next);
            while at - before > Duration::seconds(1) {
                let middle = before + Duration::seconds((at - before).num_seconds() / 2);
                if offset(middle) == known { before = middle } else { at = middle }
            }
            let observance = observance(zone, before, at);
            let local = at.naive_utc() + Duration::seconds(i64::from(observance.before));
            out.push(Change { at, local, observance });
        }
        (day, known) = (next, later);
    }
    out
}

/// Gathers changes of the same kind, month, weekday and hour.
fn series(changes: Vec<Change>) -> Vec<Series> {
    let mut out: Vec<Series> = Vec::new();
    for change in changes {
        let kind = |change: &Change| (change.local.month(), change.local.weekday(), change.local.time());
        let same = |series: &&mut Series| {
            series.changes.iter().all(|other| other.observance == change.observance && kind(other) == kind(&change))
        };
        match out.iter_mut().find(same) {
            Some(series) => series.changes.push(change),
            None => out.push(Series { changes: vec![change] }),
        }
    }
    out
}

impl Series {
    fn write(&self, lines: &mut Lines, last_year: i32) {
        let Some(first) = self.changes.first() else { return };
        match self.ordinal() {
            Some(ordinal) => {
                let (month, day) = (first.local.month(), two_letters(first.local.weekday()));
                let mut rule = format!("FREQ=YEARLY;BYMONTH={month};BYDAY={ordinal}{day}");
                if let Some(last) = self.changes.last().filter(|last| last.local.year() < last_year) {
                    rule.push_str(&last.at.format(";UNTIL=%Y%m%dT%H%M%SZ").to_string());
                }
                write_observance(lines, &first.observance, first.local, |lines| lines.raw("RRULE", &rule));
            }
            None => {
                let others: Vec<String> = self.changes.iter().skip(1).map(|change| local(change.local)).collect();
                write_observance(lines, &first.observance, first.local, |lines| {
                    if !others.is_empty() {
                        lines.raw("RDATE", &others.join(","));
                    }
                });
            }
        }
    }

    /// Which weekday of the month it is every year: 1 the first …, -1 the last; none when there is no such rule.
    fn ordinal(&self) -> Option<i32> {
        let years_follow =
            self.changes.windows(2).all(|pair| matches!(pair, [a, b] if a.local.year() + 1 == b.local.year()));
        if self.changes.len() < 2 || !years_follow {
            return None;
        }
        let fits = |ordinal: i32, at: NaiveDateTime| match ordinal {
            -1 => (at + Duration::days(7)).month() != at.month(),
            nth => i32::try_from(at.day0() / 7 + 1) == Ok(nth),
        };
        [-1, 1, 2, 3, 4].into_iter().find(|ordinal| self.changes.iter().all(|change| fits(*ordinal, change.local)))
    }
}

/// What clocks show before any change in the window.
fn write_base(lines: &mut Lines, observance: &Observance) {
    let start = DateTime::UNIX_EPOCH.date_naive().and_time(NaiveTime::MIN);
    write_observance(lines, observance, start, |_| {});
}

fn write_observance(lines: &mut Lines, observance: &Observance, start: NaiveDateTime, repeat: impl FnOnce(&mut Lines)) {
    let kind = if observance.summer { "DAYLIGHT" } else { "STANDARD" };
    lines.raw("BEGIN", kind);
    lines.raw("DTSTART", &local(start));
    repeat(lines);
    lines.raw("TZOFFSETFROM", &offset(observance.before));
    lines.raw("TZOFFSETTO", &offset(observance.after));
    lines.text("TZNAME", &observance.name);
    lines.raw("END", kind);
}

fn local(at: NaiveDateTime) -> String {
    at.format("%Y%m%dT%H%M%S").to_string()
}

/// `+0200`; seconds only where there are some.
fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let all = seconds.unsigned_abs();
    let (hours, minutes, rest) = (all / 3600, all / 60 % 60, all % 60);
    if rest == 0 { format!("{sign}{hours:02}{minutes:02}") } else { format!("{sign}{hours:02}{minutes:02}{rest:02}") }
}

fn two_letters(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "MO",
        Weekday::Tue => "TU",
        Weekday::Wed => "WE",
        Weekday::Thu => "TH",
        Weekday::Fri => "FR",
        Weekday::Sat => "SA",
        Weekday::Sun => "SU",
    }
}
