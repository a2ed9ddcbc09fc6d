//! Local days and hours, UTC instants, and the grid of cells between them.

use super::finding::Finding;
use chrono::{DateTime, Datelike, Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use std::ops::RangeInclusive;
use utoipa::ToSchema;

/// Minutes in a day of 24 hours, as clocks on the wall count them.
pub const DAY_MINUTES: u32 = 1440;

/// The years in which something may lie: weeks can be counted on from any day of them, and back.
pub const YEARS: RangeInclusive<i32> = 2000..=2100;

/// A day that somebody asks about, as it was typed.
///
/// # Errors
/// what is wrong with it: it is no day, or is far away.
pub fn asked_day(text: &str) -> Result<NaiveDate, String> {
    let day: NaiveDate = text.parse().map_err(|_| format!("{text:?} is no day: write it as 2030-03-18"))?;
    if YEARS.contains(&day.year()) { Ok(day) } else { Err(format!("{day} is far away: use a year from 2000 to 2100")) }
}

/// [`asked_day`] as a parameter of an address, which may be left out.
///
/// # Errors
/// those of [`asked_day`].
pub fn asked_day_parameter<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    asked_day(&String::deserialize(from)?).map(Some).map_err(D::Error::custom)
}

/// A time zone by its IANA name.
///
/// # Errors
/// `unknown-time-zone` at `place`.
pub fn zone(name: &str, place: &str) -> Result<Tz, Finding> {
    name.parse().map_err(|_| {
        Finding::new(
            "unknown-time-zone",
            place,
            format!("{name:?} is not a time zone"),
            "use an IANA name such as Europe/Paris or Indian/Reunion",
        )
    })
}

/// The instant at which the clocks of `zone` show `local`.
///
/// When clocks go back an hour, a local time comes twice: the first one counts.
///
/// # Errors
/// `no-such-local-time` for a time that the change to summer time leaves out, `year-out-of-range` for one far away.
pub fn instant(zone: Tz, local: NaiveDateTime, place: &str) -> Result<DateTime<Utc>, Finding> {
    if !YEARS.contains(&local.year()) {
        let message = format!("{} is far away", local.date());
        let action = format!("use a year from {} to {}", YEARS.start(), YEARS.end());
        return Err(Finding::new("year-out-of-range", place, message, action));
    }
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Ok(at.with_timezone(&Utc)),
        LocalResult::None => Err(Finding::new(
            "no-such-local-time",
            place,
            format!("{} does not exist in {zone}: clocks go forward over it", local.format("%Y-%m-%dT%H:%M")),
            "choose a time before or after the change to summer time",
        )),
    }
}

/// The instant at which the clocks of `zone` show `local`; where they go forward over it, the one at which they do.
pub fn instant_or_next(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    // The changes of the last decades leave out an hour; a few islands left out a day.
    let later = (0..=25 * 60).find_map(|minutes| instant(zone, local + Duration::minutes(minutes), "").ok());
    later.unwrap_or_else(|| Utc.from_utc_datetime(&local))
}

/// The first instant of a local day. Where clocks go forward at midnight, that is the first hour that exists.
pub fn day_start(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let found =
        (0..=4).find_map(|quarter| zone.from_local_datetime(&(midnight + Duration::minutes(30 * quarter))).earliest());
    found.map_or_else(|| Utc.from_utc_datetime(&midnight), |at| at.with_timezone(&Utc))
}

/// A stretch of a weekday in local time, `from_minute` included, `to_minute` not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WeekSpan {
    /// ISO weekday: 1 Monday … 7 Sunday.
    #[schema(minimum = 1, maximum = 7, example = 1)]
    pub weekday: u32,
    /// Minutes after local midnight at which it begins.
    #[schema(minimum = 0, maximum = 1439, example = 480)]
    pub from_minute: u32,
    /// Minutes after local midnight at which it ends.
    #[schema(minimum = 1, maximum = 1440, example = 735)]
    pub to_minute: u32,
}

impl WeekSpan {
    /// Whether the local time lies in the span.
    pub fn contains(&self, local: NaiveDateTime) -> bool {
        let minute = local.hour() * 60 + local.minute();
        local.weekday().number_from_monday() == self.weekday && (self.from_minute..self.to_minute).contains(&minute)
    }

    /// What is wrong with the span itself: `bad-weekday`, `bad-span`.
    pub fn findings(&self, place: &str) -> Vec<Finding> {
        let mut out = Vec::new();
        if !(1..=7).contains(&self.weekday) {
            out.push(Finding::new(
                "bad-weekday",
                format!("{place}.weekday"),
                format!("{} is not a weekday", self.weekday),
                "use 1 (Monday) to 7 (Sunday)",
            ));
        }
        if self.from_minute >= self.to_minute || self.to_minute > DAY_MINUTES {
            out.push(Finding::new(
                "bad-span",
                place,
                format!("minutes {} to {} are not a stretch of a day", self.from_minute, self.to_minute),
                "use 0 <= from_minute < to_minute <= 1440",
            ));
        }
        out
    }
}

/// What is wrong with a list of spans: each span's own findings, and `overlapping-spans`.
pub fn span_findings(spans: &[WeekSpan], place: &str) -> Vec<Finding> {
    let mut out: Vec<Finding> =
        spans.iter().enumerate().flat_map(|(index, span)| span.findings(&format!("{place}[{index}]"))).collect();
    for (index, span) in spans.iter().enumerate() {
        let earlier = spans[..index].iter().position(|other| {
            other.weekday == span.weekday && other.from_minute < span.to_minute && span.from_minute < other.to_minute
        });
        if let Some(other) = earlier {
            out.push(Finding::new(
                "overlapping-spans",
                format!("{place}[{index}]"),
                format!("it overlaps {place}[{other}]"),
                "make the stretches of one day follow each other",
            ));
        }
    }
    out
}

/// Time cut into cells of `step_minutes`, numbered from 0 at `start`, without gaps: nights are cells too, and so
/// is every hour that a change of summer time adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// The instant at which cell 0 begins.
    pub start: DateTime<Utc>,
    /// Minutes a cell.
    pub step_minutes: u32,
    /// How many cells.
    pub cells: u32,
}

impl Grid {
    /// The cell that begins at `at`, if one does.
    pub fn cell(&self, at: DateTime<Utc>) -> Option<u32> {
        let seconds = (at - self.start).num_seconds();
        let step = i64::from(self.step_minutes) * 60;
        let cell = u32::try_from(seconds / step).ok()?;
        (seconds >= 0 && seconds % step == 0 && cell <= self.cells).then_some(cell)
    }

    /// The instant at which a cell begins; `cells` itself gives the end of the grid.
    pub fn at(&self, cell: u32) -> DateTime<Utc> {
        self.start + Duration::minutes(i64::from(cell) * i64::from(self.step_minutes))
    }

    /// The instant after the last cell.
    pub fn end(&self) -> DateTime<Utc> {
        self.at(self.cells)
    }

    /// How many cells something of `minutes` occupies, rounded up.
    pub fn cells_of(&self, minutes: u32) -> u32 {
        minutes.div_ceil(self.step_minutes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
    }

    #[test]
    fn summer_time_leaves_an_hour_out_and_gives_one_twice() {
        let paris = zone("Europe/Paris", "").unwrap();
        assert_eq!(instant(paris, at("2020-03-29T02:30"), "start").unwrap_err().code, "no-such-local-time");
        assert_eq!(instant(paris, at("2020-03-29T09:00"), "").unwrap().to_rfc3339(), "2020-03-29T07:00:00+00:00");
        assert_eq!(instant(paris, at("2020-10-25T02:30"), "").unwrap().to_rfc3339(), "2020-10-25T00:30:00+00:00");
        let reunion = zone("Indian/Reunion", "").unwrap();
        assert_eq!(instant(reunion, at("2020-03-29T02:30"), "").unwrap().to_rfc3339(), "2020-03-28T22:30:00+00:00");
    }

    #[test]
    fn days_far_away_are_none() {
        assert_eq!(asked_day("2030-03-18").unwrap().to_string(), "2030-03-18");
        for (day, reason) in [
            ("+262142-12-31", "far away"),
            ("-262143-01-01", "far away"),
            ("1999-12-31", "far away"),
            ("2101-01-01", "far away"),
            ("18 March", "no day"),
            ("", "no day"),
        ] {
            let message = asked_day(day).unwrap_err();
            assert!(message.contains(reason), "{day}: {message}");
        }
        for (zone, far) in
            [(chrono_tz::Asia::Tokyo, NaiveDateTime::MIN), (chrono_tz::America::Lima, NaiveDateTime::MAX)]
        {
            assert_eq!(instant(zone, far, "start").unwrap_err().code, "year-out-of-range");
        }
    }

    #[test]
    fn the_week_of_the_change_is_an_hour_shorter() {
        let paris = zone("Europe/Paris", "").unwrap();
        let day = |d| NaiveDate::from_ymd_opt(2020, 3, d).unwrap();
        let hours = (day_start(paris, day(30)) - day_start(paris, day(23))).num_hours();
        assert_eq!(hours, 167);
    }

    #[test]
    fn a_grid_goes_there_and_back() {
        let grid = Grid {
            start: day_start(chrono_tz::Europe::Paris, NaiveDate::from_ymd_opt(2020, 3, 23).unwrap()),
            step_minutes: 5,
            cells: 2016,
        };
        assert_eq!(grid.cell(grid.at(108)), Some(108));
        assert_eq!(grid.cell(grid.at(108) + Duration::minutes(2)), None);
        assert_eq!(grid.cell(grid.start - Duration::minutes(5)), None);
        assert_eq!(grid.cells_of(55), 11);
        assert_eq!(grid.cells_of(52), 11);
    }

    #[test]
    fn spans_tell_all_that_is_wrong() {
        let span = |weekday, from_minute, to_minute| WeekSpan { weekday, from_minute, to_minute };
        let codes: Vec<String> =
            span_findings(&[span(8, 0, 10), span(1, 20, 10), span(2, 0, 60), span(2, 30, 90)], "hours")
                .into_iter()
                .map(|f| f.code)
                .collect();
        assert_eq!(codes, ["bad-weekday", "bad-span", "overlapping-spans"]);
    }
}
