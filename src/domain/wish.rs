//! From a teacher's wish, in local time and plain words, to the starts that a request allows.

use super::{
    calendar::Opening,
    finding::{Finding, Findings},
    round::Window,
    time::{Grid, instant},
};
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What each hour later in the order of preference costs, in minutes moved: the second choice weighs as much as
/// an hour's move.
const NEXT_CHOICE: u32 = 60;
/// What leaving the tolerance costs on the same day, in minutes moved.
const SAME_DAY: u32 = 120;
/// What another day costs, in minutes moved, and each further day on top.
const ANY_DAY: u32 = 300;
const EACH_DAY: u32 = 120;
/// The cost of one step counts in fives of minutes, whatever the step.
const COST_MINUTES: u32 = 5;

/// A start that a teacher would like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Preferred {
    /// The local date and time, e.g. `2020-03-23T09:00`.
    #[serde(with = "local_minutes")]
    #[schema(value_type = String, example = "2020-03-23T09:00", pattern = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$")]
    pub start: NaiveDateTime,
    /// How far the class may move to either side.
    #[serde(default)]
    #[schema(maximum = 1440, example = 60)]
    pub tolerance_minutes: u32,
}

/// What is acceptable when no preferred start is free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    /// Rather no class.
    Never,
    /// Any hour of the day of the first preference.
    #[default]
    SameDay,
    /// Any hour of any day of the round.
    AnyDay,
}

/// Reads and writes local times to the minute.
pub mod local_minutes {
    use chrono::NaiveDateTime;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    /// Writes a local time to the minute.
    ///
    /// # Errors
    /// the serializer's own.
    pub fn serialize<S: Serializer>(at: &NaiveDateTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&at.format("%Y-%m-%dT%H:%M"))
    }

    /// Reads a local time to the minute or second.
    ///
    /// # Errors
    /// when the text is none.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDateTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok())
            .ok_or_else(|| D::Error::custom(format!("{text:?} is not a local date and time; write 2020-03-23T09:00")))
    }
}

/// Where and when a wish must fit.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// When the school is open; a class lies within one span.
    pub opening: Opening<'a>,
    /// The round's cells.
    pub grid: Grid,
    /// The length of the class.
    pub duration_minutes: u32,
    /// Whether the cells are a round's, outside of which no class may be; else they are where starts are looked for.
    pub is_round: bool,
}

/// The starts that a wish allows, cheapest window first.
///
/// A preferred start costs nothing, each five minutes away from it 1; the second choice costs as much as an hour's
/// move, another hour of the same day two hours', another day five hours' and two more for each further day.
///
/// # Errors
/// Every finding at once: `no-preference`, `no-such-local-time`, `off-grid`, `outside-round`, `school-closed`,
/// `outside-hours`, `duration-too-long`.
pub fn windows(preferred: &[Preferred], otherwise: Otherwise, frame: &Frame<'_>) -> Result<Vec<Window>, Findings> {
    let mut findings = Findings::default();
    if preferred.is_empty() {
        findings.add("no-preference", "preferred", "no preferred start is given", "give at least one");
    }
    let spans = frame.open_spans();
    if spans.is_empty() && frame.opening.closed_between(frame.grid.start, frame.grid.end()).is_empty() {
        findings.add(
            "duration-too-long",
            "duration_minutes",
            format!("no opening hours of the school hold a class of {} minutes", frame.duration_minutes),
            "shorten the class or widen the school's opening hours",
        );
        return Err(findings);
    }
    let mut out = Vec::new();
    for (index, wish) in preferred.iter().enumerate() {
        let place = format!("preferred[{index}].start");
        let Some(ideal_at) = findings.keep(instant(frame.opening.zone, wish.start, &place)) else { continue };
        if let Err((code, message, action)) = frame.fits(ideal_at, &spans) {
            findings.add(code, place, message, action);
            continue;
        }
        let base = cost(NEXT_CHOICE) * u32::try_from(index).unwrap_or(u32::MAX / 1024);
        let reach = Duration::minutes(i64::from(wish.tolerance_minutes));
        out.extend(
            spans.iter().filter_map(|span| frame.window(span, ideal_at, ideal_at - reach, ideal_at + reach, base)),
        );
    }
    findings.into_result()?;
    if let Some(first) = preferred.first().filter(|_| otherwise != Otherwise::Never) {
        let wished_day = first.start.date();
        for span in &spans {
            let away = u32::try_from((span.day - wished_day).num_days().abs()).unwrap_or(0);
            if away > 0 && otherwise == Otherwise::SameDay {
                continue;
            }
            let base = if away == 0 { cost(SAME_DAY) } else { cost(ANY_DAY) + cost(EACH_DAY) * away };
            // The hour that was wished, on that day; where summer time leaves it out, the end of the gap is near.
            let ideal = span.day.and_time(first.start.time());
            let ideal_at = instant(frame.opening.zone, ideal, "")
                .or_else(|_| instant(frame.opening.zone, ideal + Duration::hours(1), ""));
            if let Ok(ideal_at) = ideal_at {
                out.extend(frame.window(span, ideal_at, span.first_at, span.last_at, base));
            }
        }
    }
    out.sort_by_key(|window| (window.base, window.first_at));
    Ok(out)
}

/// Minutes moved as cost.
pub(super) fn cost(minutes: u32) -> u32 {
    minutes / COST_MINUTES
}

/// A stretch in which a class of the frame's length may start.
struct StartSpan {
    day: chrono::NaiveDate,
    first_at: DateTime<Utc>,
    last_at: DateTime<Utc>,
}

impl Frame<'_> {
    /// The instant at which a class would begin at this local time, if it may.
    ///
    /// # Errors
    /// `year-out-of-range`, `no-such-local-time`, `off-grid`, `outside-round`, `school-closed` or `outside-hours`, at `place`.
    pub fn start(&self, local: NaiveDateTime, place: &str) -> Result<DateTime<Utc>, Finding> {
        let at = instant(self.opening.zone, local, place)?;
        let fits = self.fits(at, &self.open_spans());
        fits.map(|()| at).map_err(|(code, message, action)| Finding::new(code, place, message, action))
    }

    /// Every start at which a class may begin.
    pub fn starts(&self) -> Vec<DateTime<Utc>> {
        let step = Duration::minutes(i64::from(self.grid.step_minutes.max(1)));
        self.open_spans()
            .into_iter()
            .flat_map(|span| {
                std::iter::successors(Some(span.first_at), move |at| Some(*at + step))
                    .take_while(move |at| *at <= span.last_at)
            })
            .collect()
    }

    /// Every stretch of the round in which the class may start.
    fn open_spans(&self) -> Vec<StartSpan> {
        let length = Duration::minutes(i64::from(self.grid.cells_of(self.duration_minutes) * self.grid.step_minutes));
        let starts = self.opening.spans(self.grid.start, self.grid.end()).into_iter().map(|span| StartSpan {
            day: span.day,
            first_at: self.round_up(span.opens_at),
            last_at: self.round_down(span.closes_at - length),
        });
        starts.filter(|span| span.first_at <= span.last_at).collect()
    }

    /// Why a class cannot start at `at`: code, message, action.
    fn fits(&self, at: DateTime<Utc>, spans: &[StartSpan]) -> Result<(), (&'static str, String, String)> {
        let local = |at: DateTime<Utc>| at.with_timezone(&self.opening.zone).format("%Y-%m-%dT%H:%M").to_string();
        if at < self.grid.start || at >= self.grid.end() {
            let message = format!("the round lasts from {} to {}", local(self.grid.start), local(self.grid.end()));
            return Err(("outside-round", message, "choose a start within the round".to_owned()));
        }
        if self.grid.cell(at).is_none() {
            let message = format!("classes start every {} minutes", self.grid.step_minutes);
            return Err(("off-grid", message, format!("use {}", local(self.round_down(at)))));
        }
        if spans.iter().any(|span| span.first_at <= at && at <= span.last_at) {
            return Ok(());
        }
        let length = Duration::minutes(i64::from(self.duration_minutes));
        if let Some((day, reasons)) = self.opening.closed_between(at, at + length).first() {
            let (message, action) = self.opening.closed_message(*day, reasons);
            return Err(("school-closed", message, self.open_day(*day, spans).unwrap_or(action)));
        }
        let nearest =
            spans.iter().map(|span| at.clamp(span.first_at, span.last_at)).min_by_key(|near| (*near - at).abs());
        let action = nearest.map_or_else(
            || "choose another round".to_owned(),
            |near| format!("the nearest start that fits is {}", local(near)),
        );
        Err(("outside-hours", "the class would not lie within the school's opening hours".to_owned(), action))
    }

    /// The open day of the round next to a closed one, as advice; after it where there is one.
    fn open_day(&self, closed: NaiveDate, spans: &[StartSpan]) -> Option<String> {
        let days = || spans.iter().map(|span| span.day).filter(|_| self.is_round);
        let next = days().filter(|day| *day > closed).min().map(|day| format!("the next open day is {day}"));
        next.or_else(|| days().max().map(|day| format!("the last open day of the round is {day}")))
    }

    /// The part of `from … to` that lies within the span, as a window.
    fn window(
        &self,
        span: &StartSpan,
        ideal_at: DateTime<Utc>,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        base: u32,
    ) -> Option<Window> {
        let first_at = self.round_up(from.max(span.first_at));
        let last_at = self.round_down(to.min(span.last_at));
        let per_step = (self.grid.step_minutes / COST_MINUTES).max(1);
        (first_at <= last_at).then_some(Window { first_at, last_at, ideal_at, base, per_step })
    }

    /// The starts of a day between two minutes after local midnight, the second not included. The first of them is the
    /// best; where summer time leaves a minute out, there are none.
    pub(super) fn windows_on(&self, day: NaiveDate, (from, to): (u32, u32), base: u32) -> Vec<Window> {
        let at = |minute: u32| {
            let local = day.and_time(NaiveTime::MIN) + Duration::minutes(i64::from(minute));
            instant(self.opening.zone, local, "").ok()
        };
        let (Some(first), Some(end)) = (at(from), at(to)) else { return Vec::new() };
        let spans = self.open_spans();
        let window =
            |span: &StartSpan| self.window(span, first.max(span.first_at), first, end - Duration::seconds(1), base);
        spans.iter().filter_map(window).collect()
    }

    fn round_down(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let step = i64::from(self.grid.step_minutes) * 60;
        at - Duration::seconds((at - self.grid.start).num_seconds().rem_euclid(step))
    }

    fn round_up(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let step = i64::from(self.grid.step_minutes) * 60;
        self.round_down(at + Duration::seconds(step - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        calendar::{DaySpan, SchoolCalendar},
        people::School,
        time::{WeekSpan, day_start},
    };
    use chrono::NaiveDate;

    fn local(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
    }

    static EVERY_DAY: SchoolCalendar = SchoolCalendar {
        holiday_zone: None,
        public_holidays: None,
        lunch: Vec::new(),
        closures: Vec::new(),
        opening_days: Vec::new(),
    };

    fn frame(hours: &[WeekSpan], monday: NaiveDate, duration_minutes: u32) -> Frame<'_> {
        let zone = chrono_tz::Europe::Paris;
        let start = day_start(zone, monday);
        let cells = u32::try_from((day_start(zone, monday + Duration::days(7)) - start).num_minutes() / 5).unwrap();
        let opening = Opening { zone, hours, calendar: &EVERY_DAY };
        Frame { opening, grid: Grid { start, step_minutes: 5, cells }, duration_minutes, is_round: true }
    }

    fn monday() -> NaiveDate {
        NaiveDate::from_ymd_opt(2020, 3, 23).unwrap()
    }

    #[test]
    fn a_tolerance_is_cut_at_the_opening_hours() {
        let hours = School::usual_hours();
        let wish = [Preferred { start: local("2020-03-23T08:30"), tolerance_minutes: 60 }];
        let out = windows(&wish, Otherwise::Never, &frame(&hours, monday(), 55)).unwrap();
        assert_eq!(out.len(), 1);
        let hour = |at: DateTime<Utc>| at.with_timezone(&chrono_tz::Europe::Paris).format("%H:%M").to_string();
        assert_eq!((hour(out[0].first_at), hour(out[0].last_at), out[0].base), ("08:00".into(), "09:30".into(), 0));
    }

    #[test]
    fn any_day_reaches_the_week_and_costs_more() {
        let hours = School::usual_hours();
        let wish = [Preferred { start: local("2020-03-23T09:00"), tolerance_minutes: 0 }];
        let of = |otherwise| windows(&wish, otherwise, &frame(&hours, monday(), 55)).unwrap();
        assert_eq!(of(Otherwise::Never).len(), 1);
        assert_eq!(of(Otherwise::SameDay).len(), 3);
        let any = of(Otherwise::AnyDay);
        assert_eq!(any.len(), 11);
        assert_eq!((any[0].base, any[1].base, any[10].base), (0, 24, 156));
    }

    #[test]
    fn the_local_hour_holds_across_summer_time() {
        let hours: Vec<WeekSpan> =
            (1..=7).map(|weekday| WeekSpan { weekday, from_minute: 480, to_minute: 1080 }).collect();
        let wish = [Preferred { start: local("2020-03-28T09:00"), tolerance_minutes: 0 }];
        let out = windows(&wish, Otherwise::AnyDay, &frame(&hours, monday(), 60)).unwrap();
        let sunday =
            out.iter().find(|w| w.ideal_at.date_naive() == NaiveDate::from_ymd_opt(2020, 3, 29).unwrap()).unwrap();
        assert_eq!(sunday.ideal_at.to_rfc3339(), "2020-03-29T07:00:00+00:00");
    }

    #[test]
    fn every_finding_is_told() {
        let hours: Vec<WeekSpan> =
            (1..=7).map(|weekday| WeekSpan { weekday, from_minute: 0, to_minute: 1080 }).collect();
        let at = |text| Preferred { start: local(text), tolerance_minutes: 0 };
        let wish = [at("2020-03-29T02:30"), at("2020-04-01T09:00"), at("2020-03-23T09:02"), at("2020-03-23T19:00")];
        let codes: Vec<String> = windows(&wish, Otherwise::Never, &frame(&hours, monday(), 55))
            .unwrap_err()
            .0
            .into_iter()
            .map(|f| f.code)
            .collect();
        assert_eq!(codes, ["no-such-local-time", "outside-round", "off-grid", "outside-hours"]);
        assert_eq!(windows(&[], Otherwise::Never, &frame(&hours, monday(), 5000)).unwrap_err().0.len(), 2);
    }

    fn closed(from: &str, to: &str) -> SchoolCalendar {
        let days = DaySpan { from: from.parse().unwrap(), to: to.parse().unwrap(), reason: "Travaux".to_owned() };
        SchoolCalendar { closures: vec![days], ..SchoolCalendar::default() }
    }

    #[test]
    fn no_window_lies_on_a_closed_day() {
        let (hours, calendar) = (School::usual_hours(), closed("2020-03-24", "2020-03-25"));
        let open = frame(&hours, monday(), 55);
        let frame = Frame { opening: Opening { calendar: &calendar, ..open.opening }, ..open };
        let wish = |text| [Preferred { start: local(text), tolerance_minutes: 6000 }];
        for window in windows(&wish("2020-03-23T09:00"), Otherwise::AnyDay, &frame).unwrap() {
            let days = [window.first_at, window.last_at].map(|at| at.date_naive().to_string());
            assert!(days.iter().all(|day| day != "2020-03-24" && day != "2020-03-25"), "{days:?}");
        }
        let finding = &windows(&wish("2020-03-24T09:00"), Otherwise::AnyDay, &frame).unwrap_err().0[0];
        assert_eq!((&*finding.code, &*finding.place), ("school-closed", "preferred[0].start"));
        assert_eq!(finding.message, "the school is closed on 2020-03-24: Travaux");
        assert_eq!(finding.action, "the next open day is 2020-03-26");
    }

    #[test]
    fn the_open_day_that_is_told_is_of_the_round() {
        let (hours, calendar) = (School::usual_hours(), closed("2020-03-26", "2020-03-30"));
        let open = frame(&hours, monday(), 55);
        let round = Frame { opening: Opening { calendar: &calendar, ..open.opening }, ..open };
        let told = |frame: &Frame<'_>| frame.start(local("2020-03-27T09:00"), "").unwrap_err().action;
        assert_eq!(told(&round), "the last open day of the round is 2020-03-25");
        assert_eq!(told(&Frame { is_round: false, ..round }), "the next open day is 2020-03-31");
    }

    #[test]
    fn a_round_that_is_closed_altogether_says_so() {
        let (hours, calendar) = (School::usual_hours(), closed("2020-03-01", "2020-04-30"));
        let open = frame(&hours, monday(), 55);
        let frame = Frame { opening: Opening { calendar: &calendar, ..open.opening }, ..open };
        let wish =
            ["2020-03-23T09:00", "2020-03-24T23:00"].map(|text| Preferred { start: local(text), tolerance_minutes: 0 });
        let found = windows(&wish, Otherwise::AnyDay, &frame).unwrap_err().0;
        assert!(found.iter().all(|finding| finding.code == "school-closed"), "{found:?}");
        assert_eq!((found.len(), &*found[0].action), (2, "the next open day is 2020-05-01"));
        assert!(frame.starts().is_empty());
    }
}
