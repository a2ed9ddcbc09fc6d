//! A school's open stretches, in Paris and on Réunion, and across the changes of summer time.

use super::*;
use crate::domain::time::instant;
use chrono::{DateTime, Datelike, Duration, NaiveDateTime, Timelike, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

const PARIS: Tz = chrono_tz::Europe::Paris;
const REUNION: Tz = chrono_tz::Indian::Reunion;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn days(from: &str, to: &str) -> DaySpan {
    DaySpan { from: day(from), to: day(to), reason: "Travaux".to_owned() }
}

fn at(zone: Tz, text: &str) -> DateTime<Utc> {
    instant(zone, NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap(), "").unwrap()
}

fn every_day(from_minute: u32, to_minute: u32) -> Vec<WeekSpan> {
    (1..=7).map(|weekday| WeekSpan { weekday, from_minute, to_minute }).collect()
}

/// The open stretches of some days, as local times and UTC hours.
fn open(zone: Tz, hours: &[WeekSpan], calendar: &SchoolCalendar, from: &str, to: &str) -> Vec<String> {
    let opening = Opening { zone, hours, calendar };
    let spans = opening.spans(at(zone, &format!("{from}T00:00")), at(zone, &format!("{to}T00:00")));
    let local = |at: DateTime<Utc>| at.with_timezone(&zone).format("%H:%M");
    spans
        .iter()
        .map(|span| {
            let utc = span.opens_at.hour();
            format!("{} {}-{} {utc}Z", span.day.format("%m-%d"), local(span.opens_at), local(span.closes_at))
        })
        .collect()
}

#[test]
fn hours_stay_on_the_wall_when_summer_time_begins_and_ends() {
    let (hours, calendar) = (every_day(480, 600), SchoolCalendar::default());
    assert_eq!(
        open(PARIS, &hours, &calendar, "2020-03-28", "2020-03-31"),
        ["03-28 08:00-10:00 7Z", "03-29 08:00-10:00 6Z", "03-30 08:00-10:00 6Z"]
    );
    assert_eq!(
        open(PARIS, &hours, &calendar, "2020-10-24", "2020-10-27"),
        ["10-24 08:00-10:00 6Z", "10-25 08:00-10:00 7Z", "10-26 08:00-10:00 7Z"]
    );
    let reunion = open(REUNION, &hours, &calendar, "2020-03-28", "2020-03-31");
    assert!(reunion.iter().all(|span| span.ends_with(" 4Z")) && reunion.len() == 3, "{reunion:?}");
}

#[test]
fn the_hour_that_is_left_out_shortens_the_day() {
    let (hours, calendar) = (every_day(60, 240), SchoolCalendar::default());
    let opening = Opening { zone: PARIS, hours: &hours, calendar: &calendar };
    let minutes = |date: &str| {
        let from = at(PARIS, &format!("{date}T00:00"));
        let spans = opening.spans(from, from + Duration::hours(20));
        spans.iter().map(|span| (span.closes_at - span.opens_at).num_minutes()).sum::<i64>()
    };
    assert_eq!((minutes("2020-03-28"), minutes("2020-03-29"), minutes("2020-10-25")), (180, 120, 240));
    // Hours that begin in the gap begin when it is over.
    let hours = every_day(150, 240);
    assert_eq!(open(PARIS, &hours, &calendar, "2020-03-29", "2020-03-30"), ["03-29 03:00-04:00 1Z"]);
    let hours = every_day(60, 150);
    assert_eq!(open(PARIS, &hours, &calendar, "2020-03-29", "2020-03-30"), ["03-29 01:00-03:00 0Z"]);
    assert!(open(PARIS, &every_day(125, 170), &calendar, "2020-03-29", "2020-03-30").is_empty());
}

#[test]
fn lunch_is_taken_out_of_the_hours() {
    let lunch = |weekday, from_minute, to_minute| LunchBreak { weekday, from_minute, to_minute };
    let calendar = SchoolCalendar {
        lunch: vec![lunch(None, 720, 780), lunch(Some(2), 1000, 1020), lunch(Some(3), 0, 1440)],
        ..SchoolCalendar::default()
    };
    let found = open(PARIS, &every_day(480, 1020), &calendar, "2020-03-16", "2020-03-19");
    assert_eq!(
        found,
        ["03-16 08:00-12:00 7Z", "03-16 13:00-17:00 12Z", "03-17 08:00-12:00 7Z", "03-17 13:00-16:40 12Z"]
    );
    assert_eq!(calendar.without_lunch(&every_day(720, 780)), []);
    assert_eq!(
        calendar.without_lunch(&every_day(780, 800))[0],
        WeekSpan { weekday: 1, from_minute: 780, to_minute: 800 }
    );
}

#[test]
fn a_day_is_closed_for_every_reason_that_it_has() {
    let calendar = SchoolCalendar {
        holiday_zone: Some(HolidayZone::A),
        public_holidays: Some(PublicHolidays::France),
        closures: vec![days("2026-12-24", "2026-12-26")],
        opening_days: vec![days("2027-01-01", "2027-01-01"), days("2026-12-21", "2026-12-22")],
        ..SchoolCalendar::default()
    };
    let sources = |text| calendar.closed(day(text)).iter().map(|reason| reason.source).collect::<Vec<_>>();
    use ClosedBy::{Closure, HolidayZone as Zone, PublicHoliday as Public};
    assert_eq!(sources("2026-12-25"), [Closure, Zone, Public]);
    assert_eq!(sources("2026-12-23"), [Zone]);
    assert_eq!(sources("2026-11-11"), [Public]);
    for open in ["2026-12-21", "2027-01-01", "2027-01-04"] {
        assert_eq!(sources(open), [], "{open}");
    }
    assert!(calendar.covers(day("2027-06-30")) && !calendar.covers(day("2027-09-01")));
    assert!(SchoolCalendar::default().covers(day("2127-09-01")), "without a zone there is nothing to know");
}

#[test]
fn the_next_open_day_has_hours_and_is_not_closed() {
    let hours: Vec<WeekSpan> = every_day(480, 600).into_iter().filter(|span| span.weekday <= 5).collect();
    let mut calendar = SchoolCalendar { holiday_zone: Some(HolidayZone::C), ..SchoolCalendar::default() };
    calendar.closures = vec![days("2027-01-04", "2027-01-05")];
    let opening = Opening { zone: PARIS, hours: &hours, calendar: &calendar };
    assert_eq!(opening.next_open_day(day("2026-12-20")), Some(day("2027-01-06")));
    let weekdays = |monday| opening.week_of(day(monday)).iter().map(|span| span.weekday).collect::<Vec<_>>();
    assert_eq!((weekdays("2026-12-14"), weekdays("2027-01-04")), (vec![1, 2, 3, 4, 5], vec![3, 4, 5]));
    let (message, action) = opening.closed_message(day("2026-12-21"), &opening.closed_on(day("2026-12-21")));
    assert_eq!(message, "the school is closed on 2026-12-21: Vacances de Noël (zone C)");
    assert_eq!(action, "the next open day is 2027-01-06");
    assert_eq!(Opening { hours: &[], ..opening }.next_open_day(day("2026-12-20")), None);
}

#[test]
fn a_closed_day_is_the_local_day() {
    let calendar = SchoolCalendar { closures: vec![days("2020-03-29", "2020-03-29")], ..SchoolCalendar::default() };
    let hours = every_day(0, 1440);
    for (zone, hours_long) in [(PARIS, 23), (REUNION, 24)] {
        let opening = Opening { zone, hours: &hours, calendar: &calendar };
        let (from, to) = (at(zone, "2020-03-28T00:00"), at(zone, "2020-03-31T00:00"));
        let closed = opening.closed_spans(from, to);
        assert_eq!(closed.len(), 1);
        assert_eq!((closed[0].1 - closed[0].0).num_hours(), hours_long, "{zone}");
        let midnight = at(zone, "2020-03-29T00:00");
        assert!(opening.closed_between(midnight - Duration::minutes(30), midnight).is_empty());
        assert_eq!(opening.closed_between(midnight - Duration::minutes(30), midnight + Duration::minutes(1)).len(), 1);
    }
}

#[test]
fn everything_that_is_wrong_with_a_calendar_is_told() {
    let lunch = |weekday, from_minute, to_minute| LunchBreak { weekday, from_minute, to_minute };
    let long = DaySpan { reason: "a\nb".to_owned(), ..days("2020-01-01", "2022-01-01") };
    let calendar = SchoolCalendar {
        lunch: vec![lunch(Some(8), 0, 10), lunch(None, 20, 10)],
        closures: vec![days("2020-03-05", "2020-03-01"), long, days("2020-05-01", "2020-05-03")],
        opening_days: vec![days("2020-05-03", "2020-05-04")],
        ..SchoolCalendar::default()
    };
    let codes: Vec<String> = calendar.checked().unwrap_err().0.into_iter().map(|finding| finding.code).collect();
    let expected = ["bad-weekday", "bad-span", "bad-days", "bad-days", "control-character", "contradicting-days"];
    assert_eq!(codes, expected);
    let overlapping =
        SchoolCalendar { lunch: vec![lunch(None, 720, 780), lunch(Some(3), 700, 730)], ..SchoolCalendar::default() };
    assert_eq!(overlapping.checked().unwrap_err().0[0].code, "overlapping-spans");
    let many = vec![days("2020-03-01", "2020-03-01"); MOST_ENTRIES + 1];
    let many = SchoolCalendar { closures: many, ..SchoolCalendar::default() };
    assert_eq!(many.checked().unwrap_err().0[0].code, "too-many");
}

fn any_calendar() -> impl Strategy<Value = SchoolCalendar> {
    let span = (0_u64..60, 0_u64..5).prop_map(|(from, length)| {
        let from = day("2020-03-01") + chrono::Days::new(from);
        DaySpan { from, to: from + chrono::Days::new(length), reason: "x".to_owned() }
    });
    let lunch = (proptest::option::of(1_u32..8), 0_u32..1400, 1_u32..120).prop_map(|(weekday, from_minute, length)| {
        LunchBreak { weekday, from_minute, to_minute: (from_minute + length).min(1440) }
    });
    let zone = proptest::option::of(prop_oneof![Just(HolidayZone::A), Just(HolidayZone::B), Just(HolidayZone::C)]);
    let public = proptest::option::of(prop_oneof![Just(PublicHolidays::France), Just(PublicHolidays::LaReunion)]);
    let spans = proptest::collection::vec(span, 0..4);
    (zone, public, proptest::collection::vec(lunch, 0..3), spans.clone(), spans).prop_map(
        |(holiday_zone, public_holidays, lunch, closures, opening_days)| SchoolCalendar {
            holiday_zone,
            public_holidays,
            lunch,
            closures,
            opening_days,
        },
    )
}

proptest! {
    /// Minute by minute: what is in a span is within the hours, not at lunch, not closed; and what is all that is in one.
    #[test]
    fn a_minute_is_open_when_hours_lunch_and_days_say_so(
        calendar in any_calendar(),
        zone in prop_oneof![Just(PARIS), Just(REUNION), Just(chrono_tz::America::Cayenne)],
        start in 0_i64..55,
        (from_minute, to_minute) in (0_u32..700, 700_u32..1441),
    ) {
        let hours = every_day(from_minute, to_minute);
        let opening = Opening { zone, hours: &hours, calendar: &calendar };
        let from = at(zone, "2020-03-01T00:00") + Duration::days(start) + Duration::minutes(7);
        let to = from + Duration::days(3);
        let spans = opening.spans(from, to);
        for pair in spans.windows(2) {
            prop_assert!(pair[0].closes_at <= pair[1].opens_at);
        }
        for step in 0..(3 * 1440 / 13) {
            let now = from + Duration::minutes(step * 13);
            let local = now.with_timezone(&zone).naive_local();
            let minute = local.hour() * 60 + local.minute();
            let weekday = local.weekday().number_from_monday();
            let lunch = calendar.lunch.iter().any(|lunch| {
                lunch.weekday.is_none_or(|it| it == weekday) && (lunch.from_minute..lunch.to_minute).contains(&minute)
            });
            let expected = (from_minute..to_minute).contains(&minute) && !lunch && calendar.closed(local.date()).is_empty();
            let found = spans.iter().any(|span| (span.opens_at..span.closes_at).contains(&now));
            prop_assert_eq!(found, expected, "{}", local);
        }
    }

    #[test]
    fn a_calendar_is_read_as_it_is_written(calendar in any_calendar()) {
        let text = serde_json::to_string(&calendar).unwrap();
        prop_assert_eq!(serde_json::from_str::<SchoolCalendar>(&text).unwrap(), calendar);
    }
}
