//! Which days are like each other.

use crate::domain::calendar::{ClosedBy, HolidayZone, SchoolCalendar, school_holidays};
use chrono::{Datelike, NaiveDate};
use std::fmt;

/// How alike two days of one type are.
pub(super) const SAME: u8 = 5;

/// What a day is like for the load: its weekday in term; in holidays which zones have them; or a public holiday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DayType {
    /// School for all, on this ISO weekday. Wednesdays, with their free afternoon, are their own type as any weekday is.
    Term(u32),
    /// Holidays for some zones or all, on this ISO weekday.
    Holidays(Zones, u32),
    /// A public holiday, or a day on which the only school of the place is closed.
    Closed,
}

/// A set of holiday zones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zones(u8);

impl Zones {
    fn add(&mut self, zone: HolidayZone) {
        self.0 |= 1 << zone as u8;
    }

    fn has(self, zone: HolidayZone) -> bool {
        self.0 & (1 << zone as u8) != 0
    }
}

impl DayType {
    /// In term, in holidays, or closed.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Term(_) => "term",
            Self::Holidays(..) => "holidays",
            Self::Closed => "closed",
        }
    }

    fn weekday(self) -> Option<u32> {
        match self {
            Self::Term(weekday) | Self::Holidays(_, weekday) => Some(weekday),
            Self::Closed => None,
        }
    }

    fn is_weekend(self) -> bool {
        self.weekday().is_none_or(|weekday| weekday > 5)
    }

    /// How alike two types are: the higher the more, 0 for not at all. A day for which there are not enough of the same
    /// kind borrows from the next best; where holidays were never seen, from term, which is rather too much than too little.
    pub(super) fn likeness(self, other: Self) -> u8 {
        let same_weekday = self.weekday() == other.weekday();
        let same_half = self.is_weekend() == other.is_weekend();
        match (self, other) {
            _ if self == other => SAME,
            (Self::Holidays(zones, _), Self::Holidays(others, _)) if same_half => 3 + u8::from(zones == others),
            (Self::Closed, Self::Term(7)) => 3,
            _ if same_weekday => 2,
            _ if same_half => 1,
            _ => 0,
        }
    }
}

/// Its word in the database: `term-3`, `holidays-AC-3`, `closed`.
impl fmt::Display for DayType {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.kind())?;
        if let Self::Holidays(zones, _) = self {
            out.write_str("-")?;
            for zone in [HolidayZone::A, HolidayZone::B, HolidayZone::C].into_iter().filter(|zone| zones.has(*zone)) {
                out.write_str(zone.as_str())?;
            }
        }
        self.weekday().map_or(Ok(()), |weekday| write!(out, "-{weekday}"))
    }
}

/// The types of the days of a place, from the calendars of its schools.
#[derive(Clone, Debug, Default)]
pub struct DayTypes {
    calendars: Vec<SchoolCalendar>,
}

impl DayTypes {
    /// Those of a place with these schools. What one school closes by itself matters only where it is the only one.
    pub fn of_schools(calendars: impl IntoIterator<Item = SchoolCalendar>) -> Self {
        let mut kept: Vec<SchoolCalendar> = Vec::new();
        for calendar in calendars {
            let alike = |other: &SchoolCalendar| {
                (other.holiday_zone, other.public_holidays, &other.closures, &other.opening_days)
                    == (calendar.holiday_zone, calendar.public_holidays, &calendar.closures, &calendar.opening_days)
            };
            if !kept.iter().any(alike) {
                kept.push(calendar);
            }
        }
        Self { calendars: kept }
    }

    /// The type of a day.
    pub fn of(&self, day: NaiveDate) -> DayType {
        let weekday = day.weekday().number_from_monday();
        let closed = self.calendars.iter().map(|calendar| calendar.closed(day)).map(|reasons| {
            let is = |source| reasons.iter().any(|reason| reason.source == source);
            (is(ClosedBy::PublicHoliday) || is(ClosedBy::Closure), is(ClosedBy::HolidayZone))
        });
        if !self.calendars.is_empty() && closed.clone().all(|(is_closed, _)| is_closed) {
            return DayType::Closed;
        }
        let mut zones = Zones::default();
        let of_school = self.calendars.iter().zip(closed).filter(|(_, (_, is_holiday))| *is_holiday);
        for zone in of_school.filter_map(|(calendar, _)| calendar.holiday_zone) {
            if school_holidays::holiday(zone, day).is_some() {
                zones.add(zone);
            }
        }
        if zones == Zones::default() { DayType::Term(weekday) } else { DayType::Holidays(zones, weekday) }
    }
}
