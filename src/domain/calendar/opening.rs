//! The open stretches of a school between two instants.

use super::{ClosedReason, SchoolCalendar};
use crate::domain::time::{WeekSpan, day_start, instant_or_next};
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

/// How far ahead the next open day is looked for.
const AHEAD_DAYS: usize = 400;

/// When a school is open: its opening hours, less the lunch break, less closed days; in local time.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// The school's time zone.
    pub zone: Tz,
    /// Its opening hours; a class lies within one span.
    pub hours: &'a [WeekSpan],
    /// Its lunch break, and the days on which it is closed.
    pub calendar: &'a SchoolCalendar,
}

/// A stretch of a day in which the school is open: a class lies within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenSpan {
    /// The local day.
    pub day: NaiveDate,
    /// When it begins.
    pub opens_at: DateTime<Utc>,
    /// When it ends.
    pub closes_at: DateTime<Utc>,
}

impl Opening<'_> {
    /// Every stretch between two instants in which the school is open, by begin. The clock on the wall counts: hours stay
    /// where they are when summer time begins or ends, and one that does not exist begins when the clocks have changed.
    pub fn spans(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<OpenSpan> {
        let week = self.week();
        let mut out = Vec::new();
        for day in self.days(from, to).filter(|day| self.closed_on(*day).is_empty()) {
            for span in week.iter().filter(|span| span.weekday == day.weekday().number_from_monday()) {
                let at = |minute: u32| {
                    instant_or_next(self.zone, day.and_time(NaiveTime::MIN) + Duration::minutes(i64::from(minute)))
                };
                let (opens_at, closes_at) = (at(span.from_minute).max(from), at(span.to_minute).min(to));
                if opens_at < closes_at {
                    out.push(OpenSpan { day, opens_at, closes_at });
                }
            }
        }
        out.sort_by_key(|span| (span.opens_at, span.closes_at));
        out
    }

    /// The hours of an ordinary week: opening hours less the lunch break.
    pub fn week(&self) -> Vec<WeekSpan> {
        self.calendar.without_lunch(self.hours)
    }

    /// The hours of the seven days from `monday` on: those of an ordinary week, less the days that are closed.
    pub fn week_of(&self, monday: NaiveDate) -> Vec<WeekSpan> {
        let days = monday.iter_days().take(7).filter(|day| self.closed_on(*day).is_empty());
        let open: Vec<u32> = days.map(|day| day.weekday().number_from_monday()).collect();
        self.week().into_iter().filter(|span| open.contains(&span.weekday)).collect()
    }

    /// Every reason for which the school is closed on a local day; none on a day that is merely without opening hours.
    pub fn closed_on(&self, day: NaiveDate) -> Vec<ClosedReason> {
        self.calendar.closed(day)
    }

    /// The closed days that a stretch of time touches, each with its reasons.
    pub fn closed_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<(NaiveDate, Vec<ClosedReason>)> {
        let days = self.days(from, to).map(|day| (day, self.closed_on(day)));
        days.filter(|(_, reasons)| !reasons.is_empty()).collect()
    }

    /// The same as stretches of time: from the first instant of each day to that of the next.
    pub fn closed_spans(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let start = |day| day_start(self.zone, day);
        let days = self.closed_between(from, to).into_iter().map(|(day, _)| day);
        days.map(|day| (start(day), day.succ_opt().map_or(to, start))).collect()
    }

    /// The first day after `day` on which the school has hours and is not closed; nothing when there is none within a
    /// year.
    pub fn next_open_day(&self, day: NaiveDate) -> Option<NaiveDate> {
        let week = self.week();
        let has_hours = |day: &NaiveDate| week.iter().any(|span| span.weekday == day.weekday().number_from_monday());
        let days = day.iter_days().skip(1).take(AHEAD_DAYS);
        days.filter(has_hours).find(|day| self.closed_on(*day).is_empty())
    }

    /// Why no class may take place on a closed day, and what to do: for people.
    pub fn closed_message(&self, day: NaiveDate, reasons: &[ClosedReason]) -> (String, String) {
        let reasons: Vec<&str> = reasons.iter().map(|reason| reason.reason.as_str()).collect();
        let action = self.next_open_day(day).map_or_else(
            || "ask the school to correct its calendar: no day of the next year is open".to_owned(),
            |next| format!("the next open day is {next}"),
        );
        (format!("the school is closed on {day}: {}", reasons.join(", ")), action)
    }

    /// The local days that a stretch of time touches.
    fn days(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> impl Iterator<Item = NaiveDate> + use<> {
        let zone = self.zone;
        let first = from.with_timezone(&zone).date_naive();
        first.iter_days().take_while(move |day| day_start(zone, *day) < to)
    }
}
