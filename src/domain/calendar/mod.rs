//! When a school is open: opening hours, less the lunch break, less the days on which it is closed.
//!
//! - [`school_holidays`]: the holidays of the French zones, a table that is built in
//! - [`public_holidays`]: French public holidays, computed
//! - [`opening`]: the open stretches of a school between two instants

pub mod opening;
pub mod public_holidays;
pub mod school_holidays;

pub use opening::{OpenSpan, Opening};
pub use public_holidays::PublicHolidays;
pub use school_holidays::{HolidayData, HolidayZone};

use super::{
    finding::{Finding, Findings},
    text,
    time::{WeekSpan, span_findings},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most lunch breaks, closures or opening days of a school.
pub const MOST_ENTRIES: usize = 400;
/// The longest closure, in days: a year and a bit.
const MOST_DAYS: i64 = 400;

/// On which days a school is closed, and when it has its lunch break.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SchoolCalendar {
    /// The zone whose school holidays apply; none when nothing is said.
    #[serde(default)]
    pub holiday_zone: Option<HolidayZone>,
    /// The public holidays that apply; none when nothing is said.
    #[serde(default)]
    pub public_holidays: Option<PublicHolidays>,
    /// When no class may take place although the school is open.
    #[serde(default)]
    #[schema(max_items = 400)]
    pub lunch: Vec<LunchBreak>,
    /// Days on which the school is closed besides.
    #[serde(default)]
    #[schema(max_items = 400)]
    pub closures: Vec<DaySpan>,
    /// Days on which the school is open although there is a holiday.
    #[serde(default)]
    #[schema(max_items = 400)]
    pub opening_days: Vec<DaySpan>,
}

/// A lunch break, in local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LunchBreak {
    /// ISO weekday: 1 Monday … 7 Sunday; every day when none is given.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 7, example = 3)]
    pub weekday: Option<u32>,
    /// Minutes after local midnight at which it begins.
    #[schema(minimum = 0, maximum = 1439, example = 735)]
    pub from_minute: u32,
    /// Minutes after local midnight at which it ends.
    #[schema(minimum = 1, maximum = 1440, example = 795)]
    pub to_minute: u32,
}

/// Days that follow each other, and why they are special.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DaySpan {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Why.
    #[schema(example = "Journée pédagogique", max_length = 200)]
    pub reason: String,
}

/// What closes a school.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClosedBy {
    /// A school holiday of its zone.
    HolidayZone,
    /// A public holiday.
    PublicHoliday,
    /// A closure of its own.
    Closure,
}

/// One reason for which a school is closed on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClosedReason {
    /// What closes it.
    pub source: ClosedBy,
    /// Why.
    #[schema(example = "Vacances de Noël (zone A)")]
    pub reason: String,
}

impl LunchBreak {
    /// The break as stretches of the days that have it.
    fn spans(&self) -> impl Iterator<Item = WeekSpan> {
        let (from_minute, to_minute) = (self.from_minute, self.to_minute);
        let weekdays = self.weekday.map_or(1..=7, |weekday| weekday..=weekday);
        weekdays.map(move |weekday| WeekSpan { weekday, from_minute, to_minute })
    }
}

impl DaySpan {
    fn contains(&self, day: NaiveDate) -> bool {
        (self.from..=self.to).contains(&day)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }

    /// The span with its reason trimmed, or what is wrong with it.
    fn checked(self, place: &str, findings: &mut Findings) -> Self {
        let days = (self.to - self.from).num_days() + 1;
        if days < 1 {
            let message = format!("{} is before {}", self.to, self.from);
            findings.add("bad-days", place, message, "give the first day as from and the last as to");
        } else if days > MOST_DAYS {
            let action = format!("use at most {MOST_DAYS} days");
            findings.add("bad-days", place, format!("{days} days are too many"), action);
        }
        let reason = findings.keep(text::line(&self.reason, &format!("{place}.reason"))).unwrap_or_default();
        Self { reason, ..self }
    }
}

impl SchoolCalendar {
    /// Every reason for which the school is closed on a day; it is open when there is none.
    pub fn closed(&self, day: NaiveDate) -> Vec<ClosedReason> {
        let because = |source, reason: String| ClosedReason { source, reason };
        let own = self.closures.iter().filter(|closure| closure.contains(day));
        let mut reasons: Vec<ClosedReason> =
            own.map(|closure| because(ClosedBy::Closure, closure.reason.clone())).collect();
        if self.opening_days.iter().any(|days| days.contains(day)) {
            return reasons;
        }
        if let Some((zone, name)) =
            self.holiday_zone.and_then(|zone| Some((zone, school_holidays::holiday(zone, day)?)))
        {
            reasons.push(because(ClosedBy::HolidayZone, format!("{name} (zone {})", zone.as_str())));
        }
        let public = self.public_holidays.and_then(|which| which.on(day));
        reasons.extend(public.map(|name| because(ClosedBy::PublicHoliday, name.to_owned())));
        reasons
    }

    /// Whether it is known if the school is closed on a day: its zone's holidays are known for a part of time only.
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.holiday_zone.is_none() || school_holidays::covers(day)
    }

    /// The opening hours less the lunch break.
    pub fn without_lunch(&self, hours: &[WeekSpan]) -> Vec<WeekSpan> {
        let mut left = hours.to_vec();
        for lunch in self.lunch.iter().flat_map(LunchBreak::spans) {
            left = left.into_iter().flat_map(|span| less(span, lunch)).flatten().collect();
        }
        left
    }

    /// The calendar as it may be kept, or everything that is wrong with it.
    ///
    /// # Errors
    /// `bad-weekday`, `bad-span`, `overlapping-spans`, `bad-days`, `contradicting-days`, `too-many`, and those of
    /// [`text::line`].
    pub fn checked(mut self) -> Result<Self, Findings> {
        let mut findings = Findings::default();
        for (place, count) in
            [("lunch", self.lunch.len()), ("closures", self.closures.len()), ("opening_days", self.opening_days.len())]
        {
            if count > MOST_ENTRIES {
                findings.add("too-many", place, format!("{count} entries"), format!("use at most {MOST_ENTRIES}"));
            }
        }
        findings.into_result()?;
        let mut findings = self.lunch_findings();
        let checked = |spans: Vec<DaySpan>, place: &str, findings: &mut Findings| -> Vec<DaySpan> {
            let spans = spans.into_iter().enumerate();
            spans.map(|(index, span)| span.checked(&format!("{place}[{index}]"), findings)).collect()
        };
        self.closures = checked(self.closures, "closures", &mut findings);
        self.opening_days = checked(self.opening_days, "opening_days", &mut findings);
        for (index, open) in self.opening_days.iter().enumerate() {
            if let Some(closed) = self.closures.iter().position(|closure| closure.overlaps(open)) {
                findings.add(
                    "contradicting-days",
                    format!("opening_days[{index}]"),
                    format!("closures[{closed}] closes some of these days"),
                    "shorten one of the two",
                );
            }
        }
        findings.into_result()?;
        Ok(self)
    }

    fn lunch_findings(&self) -> Findings {
        let each = |(index, lunch): (usize, &LunchBreak)| -> Vec<Finding> {
            let place = format!("lunch[{index}]");
            lunch.spans().next().map(|span| span.findings(&place)).unwrap_or_default()
        };
        let mut findings: Vec<Finding> = self.lunch.iter().enumerate().flat_map(each).collect();
        if findings.is_empty() {
            let spans: Vec<WeekSpan> = self.lunch.iter().flat_map(LunchBreak::spans).collect();
            if !span_findings(&spans, "lunch").is_empty() {
                let action = "make the breaks of one day follow each other";
                findings.push(Finding::new("overlapping-spans", "lunch", "two breaks of one day overlap", action));
            }
        }
        Findings(findings)
    }
}

/// What is left of a span when another of the same weekday is taken out.
fn less(span: WeekSpan, taken: WeekSpan) -> [Option<WeekSpan>; 2] {
    if span.weekday != taken.weekday || taken.from_minute >= span.to_minute || taken.to_minute <= span.from_minute {
        return [Some(span), None];
    }
    let before = WeekSpan { to_minute: taken.from_minute, ..span };
    let after = WeekSpan { from_minute: taken.to_minute, ..span };
    [before, after].map(|left| (left.from_minute < left.to_minute).then_some(left))
}

#[cfg(test)]
mod tests;
