//! What every calendar holds to, read back by the strict reader and by the `icalendar` crate's parser.

use super::*;
use crate::domain::{
    id::Id,
    session::{Session, SessionState},
    text,
};
use chrono::{Duration, NaiveDateTime, Offset, TimeZone};
use icalendar::{Calendar as Parsed, Component as _};
use proptest::prelude::*;

const PARIS: Publisher<'static> = Publisher {
    domain: "creneau.example.org",
    school: "Collège Jules-Verne",
    zone: chrono_tz::Europe::Paris,
    language: Language::Fr,
};

fn utc(text: &str) -> DateTime<Utc> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap().and_utc()
}

fn at(number: u32, starts_at: DateTime<Utc>) -> NamedSession {
    NamedSession {
        session: Session {
            id: Id::from(format!("s{number}")),
            school: "school".into(),
            request: Some("request".into()),
            title: "Maths".to_owned(),
            teachers: Vec::new(),
            groups: Vec::new(),
            connections: 25,
            starts_at,
            ends_at: starts_at + Duration::minutes(55),
            state: SessionState::Confirmed,
            held_until: None,
            sequence: 0,
            created_at: utc("2020-03-16T08:00"),
            changed_at: utc("2020-03-17T09:30"),
        },
        group_names: vec!["6e B".to_owned()],
        teacher_names: vec!["Mme Martin".to_owned()],
    }
}

fn attendee() -> Attendee<'static> {
    Attendee { name: "Martin, \"Mme\"\r\nBcc: x", address: "martin@example.org" }
}

fn read(text: &str) -> lint::Component {
    lint::read(text).unwrap_or_else(|wrong| panic!("{wrong}\n{text}"))
}

#[test]
fn a_feed_reads_as_written() {
    let mut moved = at(2, utc("2020-03-30T07:00"));
    moved.session.sequence = 3;
    let mut cancelled = at(3, utc("2020-03-31T07:00"));
    cancelled.session.state = SessionState::Cancelled;
    let text = feed(&PARIS, "6e B", utc("2020-03-16T08:00"), &[at(1, utc("2020-03-23T08:00")), moved, cancelled]);
    insta::assert_snapshot!(text.replace("\r\n", "\n"));
    read(&text);
}

#[test]
fn an_invitation_is_a_request_until_the_class_is_cancelled() {
    let mut session = at(1, utc("2020-03-23T08:00"));
    let text = invitation(&PARIS, &attendee(), &session);
    assert_eq!(Method::of(&text), Method::Request);
    let event = read(&text).parts_named("VEVENT")[0].clone();
    assert_eq!(event.all("ATTENDEE")[0].parameters["CN"], "Martin, 'Mme'  Bcc: x");
    session.session.state = SessionState::Cancelled;
    let text = invitation(&PARIS, &attendee(), &session);
    assert_eq!(Method::of(&text), Method::Cancel);
    assert_eq!(read(&text).parts_named("VEVENT")[0].value("UID"), event.value("UID"));
    assert_eq!(Method::of(&bundle(&PARIS, utc("2020-03-16T08:00"), &[session])), Method::Publish);
}

#[test]
fn a_feed_without_sessions_is_a_calendar() {
    let calendar = read(&feed(&PARIS, "6e B", utc("2020-03-16T08:00"), &[]));
    assert!(calendar.parts_named("VEVENT").is_empty());
}

#[test]
fn a_title_that_names_the_groups_stands_alone() {
    let mut session = at(1, utc("2020-03-23T08:00"));
    session.session.title = "Maths 6e B".to_owned();
    let of = |session: NamedSession| read(&bundle(&PARIS, utc("2020-03-16T08:00"), &[session]));
    assert_eq!(of(session.clone()).parts[1].text("SUMMARY").unwrap(), "Maths 6e B");
    session.group_names.push("6e C".to_owned());
    assert_eq!(of(session).parts[1].text("SUMMARY").unwrap(), "Maths 6e B – 6e B, 6e C");
}

#[test]
fn the_second_of_two_equal_hours_is_told_in_utc() {
    let calendar = read(&bundle(
        &PARIS,
        utc("2020-03-16T08:00"),
        &[at(1, utc("2020-10-25T00:00")), at(2, utc("2020-10-25T01:00"))],
    ));
    let starts: Vec<&str> = calendar.parts_named("VEVENT").iter().map(|e| e.value("DTSTART").unwrap()).collect();
    assert_eq!(starts, ["20201025T020000", "20201025T010000Z"]);
}

/// The offset that a VTIMEZONE gives a local time, worked out as RFC 5545 says: that of the last onset before it.
fn offset_by(zone: &lint::Component, local: NaiveDateTime) -> i32 {
    let parse = |text: &str| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").unwrap();
    let mut last: Option<(NaiveDateTime, i32)> = None;
    for part in &zone.parts {
        let first = parse(part.value("DTSTART").unwrap());
        let mut onsets = vec![first];
        if let Some(dates) = part.value("RDATE") {
            onsets.extend(dates.split(',').map(parse));
        }
        if let Some(rule) = part.value("RRULE") {
            onsets.extend(yearly(first, rule));
        }
        let offset = part.value("TZOFFSETTO").unwrap();
        let (hours, minutes): (i32, i32) = (offset[1..3].parse().unwrap(), offset[3..5].parse().unwrap());
        let seconds = (hours * 60 + minutes) * if offset.starts_with('-') { -60 } else { 60 };
        for onset in onsets.into_iter().filter(|onset| *onset <= local) {
            if last.is_none_or(|(other, _)| onset > other) {
                last = Some((onset, seconds));
            }
        }
    }
    last.unwrap().1
}

fn yearly(first: NaiveDateTime, rule: &str) -> Vec<NaiveDateTime> {
    use chrono::Datelike;
    let part = |name: &str| rule.split(';').find_map(|part| part.strip_prefix(&format!("{name}=")));
    let (ordinal, day) = part("BYDAY").unwrap().split_at(part("BYDAY").unwrap().len() - 2);
    let until = part("UNTIL").map(|text| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ").unwrap());
    let until = until.map_or(9999, |until| until.year());
    let month: u32 = part("BYMONTH").unwrap().parse().unwrap();
    let weekday: chrono::Weekday = match day {
        "MO" => "Mon",
        "TU" => "Tue",
        "WE" => "Wed",
        "TH" => "Thu",
        "FR" => "Fri",
        "SA" => "Sat",
        _ => "Sun",
    }
    .parse()
    .unwrap();
    (first.year()..=until.min(first.year() + 10))
        .map(|year| {
            let days = first.date().with_day(1).unwrap().with_year(year).unwrap().with_month(month).unwrap();
            let all: Vec<_> =
                days.iter_days().take_while(|d| d.month() == month).filter(|d| d.weekday() == weekday).collect();
            let nth: i32 = ordinal.parse().unwrap();
            let index = if nth < 0 { all.len() - 1 } else { usize::try_from(nth).unwrap() - 1 };
            all[index].and_time(first.time())
        })
        .collect()
}

fn zones() -> impl Strategy<Value = Tz> {
    use chrono_tz::*;
    prop::sample::select(vec![
        Europe::Paris,
        Indian::Reunion,
        America::Martinique,
        America::New_York,
        America::St_Johns,
        America::Santiago,
        Pacific::Noumea,
        Pacific::Auckland,
        Australia::Lord_Howe,
        Africa::Casablanca,
        Asia::Amman,
        Europe::Dublin,
        Europe::Istanbul,
        UTC,
    ])
}

#[test]
fn both_sides_of_the_change_in_paris_and_none_in_reunion() {
    let sessions = [at(1, utc("2020-03-27T08:00")), at(2, utc("2020-03-30T07:00")), at(3, utc("2020-10-26T08:00"))];
    for (zone, hours, rules) in
        [(chrono_tz::Europe::Paris, [9, 9, 9], 2), (chrono_tz::Indian::Reunion, [12, 11, 12], 0)]
    {
        let calendar = read(&feed(&Publisher { zone, ..PARIS }, "6e B", utc("2020-03-16T08:00"), &sessions));
        let written = calendar.parts_named("VTIMEZONE")[0];
        assert_eq!(written.parts.iter().filter(|part| part.value("RRULE").is_some()).count(), rules);
        for ((session, event), hour) in sessions.iter().zip(calendar.parts_named("VEVENT")).zip(hours) {
            let start = event.value("DTSTART").unwrap();
            let local = NaiveDateTime::parse_from_str(start, "%Y%m%dT%H%M%S").unwrap();
            assert_eq!(chrono::Timelike::hour(&local), hour);
            let instant = local - Duration::seconds(i64::from(offset_by(written, local)));
            assert_eq!(instant.and_utc(), session.session.starts_at);
        }
    }
}

fn titles() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~éèüßœ–🎓,;:\\\\\"]{1,200}",
        any::<String>(),
        "(\r|\n|\r\n|\0|,|;|\\\\|:|\"|BEGIN:VEVENT|\u{202E}|é|🎓| ){0,40}",
        (9000usize..10000).prop_map(|length| "aé🎓 ".chars().cycle().take(length).collect()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_text_breaks_out(title in titles(), group in titles(), teacher in titles(), name in titles()) {
        let mut session = at(1, utc("2020-03-23T08:00"));
        session.session.title = title;
        session.group_names = vec![group.clone(), "6e C".to_owned()];
        session.teacher_names = vec![teacher.clone()];
        let text = feed(&Publisher { school: &teacher, ..PARIS }, &name, utc("2020-03-16T08:00"), &[session.clone(), at(2, utc("2020-03-24T08:00"))]);
        let calendar = read(&text);
        prop_assert_eq!(calendar.text("NAME").unwrap(), text::one_line(&name));
        prop_assert_eq!(calendar.text("X-WR-CALNAME").unwrap(), text::one_line(&name));
        let events = calendar.parts_named("VEVENT");
        prop_assert_eq!(events.len(), 2);
        let summary = events[0].text("SUMMARY").unwrap();
        prop_assert!(summary.starts_with(&text::one_line(&session.session.title)));
        let described = format!("Pour : {}, 6e C\nAvec : {}", text::one_line(&group), text::one_line(&teacher));
        prop_assert_eq!(events[0].text("DESCRIPTION").unwrap(), described);
        let parsed: Parsed = text.parse().map_err(|wrong| TestCaseError::fail(format!("{wrong}\n{text}")))?;
        let event = parsed.events().next().unwrap();
        prop_assert_eq!(event.get_summary().unwrap(), &summary);
        let invited = invitation(&PARIS, &Attendee { name: &name, address: "a@example.org" }, &session);
        read(&invited);
    }

    #[test]
    fn every_time_reads_back(zone in zones(), minutes in prop::collection::vec(0i64..(8 * 366 * 24 * 60), 1..6)) {
        let sessions: Vec<NamedSession> = (0..).zip(&minutes).map(|(n, m)| at(n, utc("2015-01-01T00:00") + Duration::minutes(*m))).collect();
        let calendar = read(&feed(&Publisher { zone, ..PARIS }, "6e B", utc("2020-03-16T08:00"), &sessions));
        let written = calendar.parts_named("VTIMEZONE")[0];
        for (session, event) in sessions.iter().zip(calendar.parts_named("VEVENT")) {
            let start = event.value("DTSTART").unwrap();
            let told = match start.strip_suffix('Z') {
                Some(start) => NaiveDateTime::parse_from_str(start, "%Y%m%dT%H%M%S").unwrap(),
                None => {
                    let local = NaiveDateTime::parse_from_str(start, "%Y%m%dT%H%M%S").unwrap();
                    local - Duration::seconds(i64::from(offset_by(written, local)))
                }
            };
            prop_assert_eq!(told.and_utc(), session.session.starts_at, "{} {}", zone, start);
            let own = zone.offset_from_utc_datetime(&told).fix().local_minus_utc();
            prop_assert_eq!(own.rem_euclid(60), 0);
        }
    }
}
