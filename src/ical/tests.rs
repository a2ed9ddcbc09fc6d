//! Calendars as they are written; what holds for all of them is in `tests/calendars/`.

use super::{reader::Component, *};
use crate::domain::{
    id::Id,
    session::{Session, SessionState},
};
use chrono::{Duration, NaiveDateTime};

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
            link: None,
            starts_at,
            ends_at: starts_at + Duration::minutes(55),
            state: SessionState::Confirmed,
            held_until: None,
            moved_by: None,
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

fn read(text: &str) -> Component {
    lint::read(text.as_bytes()).unwrap_or_else(|findings| panic!("{findings}\n{text}"))
}

#[test]
fn a_feed_reads_as_written() {
    let mut moved = at(2, utc("2020-03-30T07:00"));
    moved.session.sequence = 3;
    let mut cancelled = at(3, utc("2020-03-31T07:00"));
    cancelled.session.state = SessionState::Cancelled;
    let mut online = at(1, utc("2020-03-23T08:00"));
    online.session.link = Some("https://visio.example.org/b/mar-tin;a,b".to_owned());
    let text = feed(&PARIS, "6e B", utc("2020-03-16T08:00"), &[online, moved, cancelled], None);
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
    let calendar = read(&feed(&PARIS, "6e B", utc("2020-03-16T08:00"), &[], None));
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

#[test]
fn an_alarm_is_for_who_asks_and_for_what_takes_place() {
    let mut cancelled = at(2, utc("2020-03-24T08:00"));
    cancelled.session.state = SessionState::Cancelled;
    let sessions = [at(1, utc("2020-03-23T08:00")), cancelled];
    let events = |alarm| read(&feed(&PARIS, "6e B", utc("2020-03-16T08:00"), &sessions, alarm)).parts[1..].to_vec();
    let [online, cancelled] = &events(Some(Alarm { minutes: 10 }))[..] else { panic!("two events") };
    let [alarm] = &online.parts[..] else { panic!("one alarm") };
    assert_eq!((alarm.value("TRIGGER"), alarm.text("DESCRIPTION")), (Some("-PT10M"), online.text("SUMMARY")));
    assert!(cancelled.parts.is_empty());
    // Programs that do not look at the status show its name.
    assert_eq!(cancelled.text("SUMMARY").unwrap(), format!("Annulé : {}", online.text("SUMMARY").unwrap()));
    assert!(events(None).iter().all(|event| event.parts.is_empty()));
}

/// How a zone's clocks are told: the names of the rules and how often each is.
fn told(zone: Tz, year: &str) -> Vec<String> {
    let at = utc(&format!("{year}-03-23T08:00"));
    let calendar = read(&feed(&Publisher { zone, ..PARIS }, "6e B", at, &[], None));
    let parts = calendar.parts[0].parts.iter().map(|part| {
        let times = part.value("RRULE").or(part.value("RDATE")).unwrap_or("always");
        format!("{} {} {times}", part.name, part.value("TZOFFSETTO").unwrap())
    });
    parts.collect()
}

#[test]
fn zones_are_told_by_yearly_rules() {
    use chrono_tz::{Africa::Sao_Tome, America::Sao_Paulo, Europe::Istanbul, Europe::Paris, Indian::Reunion};
    let paris = ["DAYLIGHT +0200 FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "STANDARD +0100 FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"];
    assert_eq!(told(Paris, "2030"), paris);
    assert_eq!(told(Reunion, "2030"), ["STANDARD +0400 always"]);
    // Brazil gave summer time up in 2019, Turkey made it the only time in 2016, São Tomé tried another time for a year.
    assert_eq!(
        told(Sao_Paulo, "2019"),
        ["STANDARD -0300 FREQ=YEARLY;BYMONTH=2;BYDAY=3SU;UNTIL=20190217T020000Z", "DAYLIGHT -0200 always"]
    );
    assert_eq!(told(Istanbul, "2030"), ["STANDARD +0300 always"]);
    assert_eq!(told(Sao_Tome, "2018").len(), 2);
}
