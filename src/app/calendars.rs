//! A school's calendar: holidays, closures, lunch.

use super::{App, AppResult, call::Expected, schools, sessions::SessionView, situation};
use crate::{
    domain::{
        access::Principal,
        calendar::{
            ClosedReason, DaySpan, HolidayData, HolidayZone, LunchBreak, PublicHolidays, SchoolCalendar,
            school_holidays,
        },
        finding::Findings,
        id::Id,
        people::School,
        session::SessionState,
        time::asked_day_parameter,
    },
    store::{self, Conn},
};
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Most days that are told at once.
const MOST_DAYS: i64 = 1500;
/// How many days are told when no end is given.
const USUAL_DAYS: u64 = 365;

/// The days that somebody asks about.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AskedDays {
    /// The first day; today when only `to` is given. Without both, no days are told.
    #[serde(default, deserialize_with = "asked_day_parameter")]
    from: Option<NaiveDate>,
    /// The last day; a year after the first when only `from` is given.
    #[serde(default, deserialize_with = "asked_day_parameter")]
    to: Option<NaiveDate>,
}

/// A school's calendar to keep: what is left out is none.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCalendar {
    /// The zone whose school holidays apply.
    #[serde(default)]
    holiday_zone: Option<HolidayZone>,
    /// The public holidays that apply.
    #[serde(default)]
    public_holidays: Option<PublicHolidays>,
    /// When no class may take place although the school is open.
    #[serde(default)]
    #[schema(max_items = 400)]
    lunch: Vec<LunchBreak>,
    /// Days on which the school is closed besides.
    #[serde(default)]
    #[schema(max_items = 400)]
    closures: Vec<DaySpan>,
    /// Days on which the school is open although there is a holiday.
    #[serde(default)]
    #[schema(max_items = 400)]
    opening_days: Vec<DaySpan>,
    /// Told, not set: what an answer says here is ignored when it is sent back.
    #[serde(default, rename = "days")]
    _days: Option<Value>,
    /// Told, not set: what an answer says here is ignored when it is sent back.
    #[serde(default, rename = "sessions_on_closed_days")]
    _sessions_on_closed_days: Option<Value>,
}

/// A school's calendar.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CalendarView {
    /// As it is kept.
    #[serde(flatten)]
    pub calendar: SchoolCalendar,
    /// What it comes to in the days that were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<CalendarDays>,
    /// After a change: the classes that lie on closed days now. They stay where they are until somebody moves them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sessions_on_closed_days: Option<Vec<SessionView>>,
}

/// Which days of a stretch are closed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CalendarDays {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Whether the school holidays of all these days are known. Where they are not, a day without a reason to be
    /// closed may be a holiday all the same.
    pub covered: bool,
    /// The days whose school holidays are not known.
    pub not_covered: Vec<DayRange>,
    /// The table of school holidays; nothing for a school without a zone.
    pub school_holidays: Option<HolidayData>,
    /// Every closed day. Days on which the school merely has no opening hours are not among them.
    pub closed: Vec<ClosedDay>,
}

/// Days that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayRange {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

/// A day on which a school is closed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClosedDay {
    /// The day.
    pub date: NaiveDate,
    /// Whether its school holidays are known.
    pub covered: bool,
    /// Every reason.
    pub reasons: Vec<ClosedReason>,
}

impl App {
    /// A school's calendar, and what it comes to in the days that are asked for.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for days that end before they begin, or too many.
    pub async fn calendar(&self, who: &Principal, school: &Id, asked: AskedDays) -> AppResult<CalendarView> {
        let (who, school, now) = (who.clone(), school.clone(), self.now());
        self.store
            .read(move |conn| {
                let school = schools::see(conn, &who, &school)?;
                let days = asked.range(&school, now)?.map(|range| days(&school.calendar, range));
                Ok(CalendarView { calendar: school.calendar, days, sessions_on_closed_days: None })
            })
            .await
    }

    /// Replaces a school's calendar. Classes that lie on closed days then stay, and are named in the answer.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers, `Invalid` with every finding.
    pub async fn replace_calendar(&self, who: &Principal, school: &Id, new: NewCalendar) -> AppResult<CalendarView> {
        let (who, school, expected) = (who.clone(), school.clone(), Expected::now());
        self.write(move |conn| {
            let mut school = schools::run(conn, &who, &school)?;
            let old = school.calendar.clone();
            expected.is(&CalendarView { calendar: old, days: None, sessions_on_closed_days: None })?;
            school.calendar = new.clone().calendar().checked()?;
            store::calendars::replace(conn, &school.id, &school.calendar)?;
            let sessions = on_closed_days(conn, &school)?;
            Ok(CalendarView { calendar: school.calendar, days: None, sessions_on_closed_days: Some(sessions) })
        })
        .await
    }
}

impl From<SchoolCalendar> for NewCalendar {
    fn from(calendar: SchoolCalendar) -> Self {
        let SchoolCalendar { holiday_zone, public_holidays, lunch, closures, opening_days } = calendar;
        let (_days, _sessions_on_closed_days) = (None, None);
        Self { holiday_zone, public_holidays, lunch, closures, opening_days, _days, _sessions_on_closed_days }
    }
}

impl NewCalendar {
    fn calendar(self) -> SchoolCalendar {
        let Self { holiday_zone, public_holidays, lunch, closures, opening_days, .. } = self;
        SchoolCalendar { holiday_zone, public_holidays, lunch, closures, opening_days }
    }
}

impl AskedDays {
    /// The year that begins today.
    pub fn coming(today: NaiveDate) -> Self {
        Self { from: Some(today), to: None }
    }

    /// The days, when some are asked for.
    fn range(self, school: &School, now: DateTime<Utc>) -> Result<Option<DayRange>, Findings> {
        if self.from.is_none() && self.to.is_none() {
            return Ok(None);
        }
        let from = self.from.unwrap_or_else(|| now.with_timezone(&school.zone()).date_naive());
        let to = self.to.or_else(|| from.checked_add_days(Days::new(USUAL_DAYS))).unwrap_or(from);
        let mut findings = Findings::default();
        match (to - from).num_days() + 1 {
            ..1 => findings.add("bad-days", "?to", format!("{to} is before {from}"), "give the last day as to"),
            1..=MOST_DAYS => {}
            days => {
                findings.add("bad-days", "?to", format!("{days} days are too many"), format!("ask for {MOST_DAYS}"));
            }
        }
        findings.into_result().map(|()| Some(DayRange { from, to }))
    }
}

fn days(calendar: &SchoolCalendar, DayRange { from, to }: DayRange) -> CalendarDays {
    let mut not_covered: Vec<DayRange> = Vec::new();
    let mut closed = Vec::new();
    for date in from.iter_days().take_while(|day| *day <= to) {
        let covered = calendar.covers(date);
        if !covered {
            match not_covered.last_mut().filter(|range| range.to.succ_opt() == Some(date)) {
                Some(range) => range.to = date,
                None => not_covered.push(DayRange { from: date, to: date }),
            }
        }
        let reasons = calendar.closed(date);
        if !reasons.is_empty() {
            closed.push(ClosedDay { date, covered, reasons });
        }
    }
    let school_holidays = calendar.holiday_zone.and_then(|_| school_holidays::data().cloned());
    CalendarDays { from, to, covered: not_covered.is_empty(), not_covered, school_holidays, closed }
}

/// The classes that take place on closed days, by start.
fn on_closed_days(conn: &mut Conn, school: &School) -> AppResult<Vec<SessionView>> {
    let opening = school.opening();
    // Anything published is between these.
    let (since, until) = (DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH + Duration::days(365 * 1000));
    let mut sessions = store::sessions::of_school(conn, &school.id, since, until)?;
    sessions.retain(|session| {
        session.state != SessionState::Cancelled
            && !opening.closed_between(session.starts_at, session.ends_at).is_empty()
    });
    let names = situation::names(conn, school)?;
    Ok(sessions.iter().map(|session| SessionView::of(session, &names)).collect())
}
