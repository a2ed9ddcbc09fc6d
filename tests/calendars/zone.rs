//! What a VTIMEZONE says of a local time, worked out as RFC 5545 says it, with no other knowledge of time zones.

use chrono::{DateTime, Datelike, Days, Duration, Months, NaiveDate, NaiveDateTime, Utc, Weekday};
use creneau::ical::reader::{Component, Line};

/// The instant of a DTSTART or DTEND.
pub fn instant(zone: &Component, line: &Line) -> DateTime<Utc> {
    match line.value.strip_suffix('Z') {
        Some(told) => time(told).and_utc(),
        None => {
            assert_eq!(line.parameters.get("TZID").map(String::as_str), zone.value("TZID"));
            let local = time(&line.value);
            (local - Duration::seconds(offset(zone, local))).and_utc()
        }
    }
}

/// A time in UTC: `20200316T080000Z`.
pub fn utc(text: &str) -> DateTime<Utc> {
    time(text.strip_suffix('Z').unwrap()).and_utc()
}

fn time(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").unwrap()
}

/// Seconds east of Greenwich: those of the last onset before that time.
fn offset(zone: &Component, local: NaiveDateTime) -> i64 {
    let mut last: Option<(NaiveDateTime, i64)> = None;
    for part in &zone.parts {
        let first = time(part.value("DTSTART").unwrap());
        let mut onsets = vec![first];
        onsets.extend(part.value("RDATE").into_iter().flat_map(|dates| dates.split(',')).map(time));
        onsets.extend(part.value("RRULE").into_iter().flat_map(|rule| yearly(first, rule, part, local.year())));
        let onset = onsets.into_iter().filter(|onset| *onset <= local).max();
        if let Some(onset) = onset.filter(|onset| last.is_none_or(|(other, _)| *onset > other)) {
            last = Some((onset, seconds(part.value("TZOFFSETTO").unwrap())));
        }
    }
    last.expect("an onset before every event").1
}

fn seconds(offset: &str) -> i64 {
    let two = |at: usize| offset.get(at..at + 2).map_or(0, |digits| digits.parse::<i64>().unwrap());
    (two(1) * 3600 + two(3) * 60 + two(5)) * if offset.starts_with('-') { -1 } else { 1 }
}

/// The onsets of a rule such as `FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20190331T010000Z` up to a year.
fn yearly(first: NaiveDateTime, rule: &str, observance: &Component, last: i32) -> Vec<NaiveDateTime> {
    let part = |name: &str| rule.split(';').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    let month: u32 = part("BYMONTH").unwrap().parse().unwrap();
    let by_day = part("BYDAY").unwrap();
    let (ordinal, day) = by_day.split_at(by_day.len() - 2);
    let weekday = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun]
        .into_iter()
        .find(|weekday| weekday.to_string().to_uppercase().starts_with(day))
        .unwrap();
    let before = Duration::seconds(seconds(observance.value("TZOFFSETFROM").unwrap()));
    let until = part("UNTIL").map(utc);
    let onsets: Vec<NaiveDateTime> = (first.year()..=last.max(first.year()))
        .map(|year| nth(year, month, weekday, ordinal.parse().unwrap()).and_time(first.time()))
        .take_while(|onset| until.is_none_or(|until| (*onset - before).and_utc() <= until))
        .collect();
    assert_eq!(onsets.first(), Some(&first), "DTSTART is the rule's first");
    onsets
}

/// The first, second … (1, 2 …) or last (-1) such weekday of a month.
fn nth(year: i32, month: u32, weekday: Weekday, ordinal: i64) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(year, month, 1).unwrap();
    let next = first + Months::new(1);
    if ordinal > 0 {
        let earliest = first.iter_days().find(|day| day.weekday() == weekday).unwrap();
        earliest + Duration::weeks(ordinal - 1)
    } else {
        (1..=7).map(|back| next - Days::new(back)).find(|day| day.weekday() == weekday).unwrap()
    }
}
