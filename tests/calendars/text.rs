//! Whatever the names and times are, a generated calendar is accepted by the linter and reads back as what went in.
//!
//! A few hundred calendars each time; `CRENEAU_CALENDARS=10000000` makes so many.

use super::zone::{instant, utc};
use chrono::{DateTime, Duration, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use creneau::{
    domain::{
        feed::Alarm,
        id::Id,
        people::Language,
        session::{NamedSession, Session, SessionState},
        text::{link, one_line},
    },
    ical::{self, Attendee, Publisher, lint, reader},
};
use icalendar::{Calendar as Parsed, Component as _};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

/// How many calendars are made when nothing else is asked for.
const USUAL: u32 = 400;
/// After how many a long run says how far it is.
const AT_A_TIME: u32 = 50_000;

/// A calendar to be made.
#[derive(Clone, Debug)]
struct Wanted {
    zone: Tz,
    language: Language,
    alarm: Option<u32>,
    school: String,
    name: String,
    sessions: Vec<NamedSession>,
}

/// What an event says.
#[derive(Debug, PartialEq, Eq)]
struct Event {
    uid: String,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    changed_at: [DateTime<Utc>; 2],
    created_at: DateTime<Utc>,
    sequence: String,
    status: String,
    summary: String,
    description: String,
    categories: Vec<String>,
    links: [Option<String>; 2],
    alarm: Option<String>,
}

fn zones() -> impl Strategy<Value = Tz> {
    use chrono_tz::*;
    prop::sample::select(vec![
        Europe::Paris,
        Indian::Reunion,
        America::Martinique,
        America::Miquelon,
        America::New_York,
        America::St_Johns,
        America::Santiago,
        America::Sao_Paulo,
        Pacific::Noumea,
        Pacific::Auckland,
        Pacific::Apia,
        Australia::Lord_Howe,
        Africa::Casablanca,
        Africa::Sao_Tome,
        Asia::Amman,
        Asia::Kathmandu,
        Europe::Dublin,
        Europe::Istanbul,
        Europe::Volgograd,
        UTC,
    ])
}

/// Text of any kind, mostly short.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[ -~éèüßœ–🎓,;:\\\\\"]{1,60}",
        8 => any::<String>(),
        8 => "(\r|\n|\r\n|\t|\0|,|;|\\\\|:|\"|BEGIN:VEVENT|END:VCALENDAR|\u{85}|\u{2028}|\u{202E}|شعبة|é|👩‍🏫| ){0,40}",
        1 => (9000usize..10000).prop_map(|length| "aé🎓 ".chars().cycle().take(length).collect()),
    ]
}

fn links() -> impl Strategy<Value = Option<String>> {
    let path = "[a-zé0-9/,;:?=&#%\"'|^`{}<>\\\\\\[\\]~!@$*()_+. -]{0,90}";
    prop::option::of(path.prop_filter_map("a link", |path| link(&format!("https://visio.example.org/{path}"), "").ok()))
}

prop_compose! {
    fn sessions()(
        title in texts(),
        groups in prop::collection::vec(texts(), 0..3),
        teachers in prop::collection::vec(texts(), 0..3),
        link in links(),
        minute in 0i64..(15 * 366 * 24 * 60),
        length in 5i64..=600,
        state in prop::sample::select(vec![SessionState::Confirmed, SessionState::Cancelled]),
        sequence in 0u32..1000,
        age in 0i64..10_000_000,
    ) -> NamedSession {
        let starts_at = Utc.with_ymd_and_hms(2015, 1, 1, 0, 0, 0).unwrap() + Duration::minutes(minute);
        NamedSession {
            session: Session {
                id: Id::from("s"),
                school: Id::from("school"),
                request: None,
                title,
                teachers: Vec::new(),
                groups: Vec::new(),
                connections: 25,
                link,
                starts_at,
                ends_at: starts_at + Duration::minutes(length),
                state,
                held_until: None,
                moved_by: None,
                sequence,
                created_at: starts_at - Duration::seconds(age),
                changed_at: starts_at - Duration::seconds(age / 2),
            },
            group_names: groups,
            teacher_names: teachers,
        }
    }
}

prop_compose! {
    fn calendars()(
        zone in zones(),
        language in prop::sample::select(vec![Language::Fr, Language::En]),
        alarm in prop::option::of(prop::sample::select(Alarm::CHOICES.to_vec())),
        school in texts(),
        name in texts(),
        mut sessions in prop::collection::vec(sessions(), 0..4),
    ) -> Wanted {
        for (session, number) in sessions.iter_mut().zip(1..) {
            session.session.id = Id::from(format!("s{number}"));
        }
        Wanted { zone, language, alarm, school, name, sessions }
    }
}

impl Wanted {
    fn publisher(&self) -> Publisher<'_> {
        Publisher { domain: "creneau.example.org", school: &self.school, zone: self.zone, language: self.language }
    }

    fn text(&self) -> String {
        let since = Utc.with_ymd_and_hms(2020, 3, 16, 8, 0, 0).unwrap();
        let alarm = self.alarm.map(|minutes| Alarm { minutes });
        ical::feed(&self.publisher(), &self.name, since, &self.sessions, alarm)
    }

    /// What the event of a session is to say.
    fn event(&self, named: &NamedSession) -> Event {
        let (session, groups) = (&named.session, &named.group_names);
        let is_cancelled = session.state == SessionState::Cancelled;
        let names_all = groups.iter().all(|group| session.title.contains(group.as_str()));
        let title =
            if names_all { session.title.clone() } else { format!("{} – {}", session.title, groups.join(", ")) };
        let off = match self.language {
            Language::Fr => "Annulé : ",
            Language::En => "Cancelled: ",
        };
        let title = if is_cancelled { format!("{off}{title}") } else { title };
        let labels = match self.language {
            Language::Fr => ["Pour", "Avec", "Lien"],
            Language::En => ["For", "With", "Link"],
        };
        let french = if self.language == Language::Fr { " : " } else { ": " };
        let link: Vec<String> = session.link.iter().cloned().collect();
        let lines = labels.iter().zip([groups, &named.teacher_names, &link]).filter(|(_, names)| !names.is_empty());
        let lines: Vec<String> =
            lines.map(|(label, names)| one_line(&format!("{label}{french}{}", names.join(", ")))).collect();
        Event {
            uid: format!("{}@creneau.example.org", session.id),
            starts_at: session.starts_at,
            ends_at: session.ends_at,
            changed_at: [session.changed_at; 2],
            created_at: session.created_at,
            sequence: session.sequence.to_string(),
            status: if is_cancelled { "CANCELLED" } else { "CONFIRMED" }.to_owned(),
            summary: one_line(&title),
            description: lines.join("\n"),
            categories: groups.iter().map(|group| one_line(group)).collect(),
            links: [session.link.clone(), session.link.clone()],
            alarm: self.alarm.filter(|_| !is_cancelled).map(|minutes| format!("-PT{minutes}M")),
        }
    }
}

/// What the event of a calendar says.
fn told(zone: &reader::Component, event: &reader::Component) -> Event {
    let value = |name: &str| event.value(name).unwrap().to_owned();
    Event {
        uid: event.text("UID").unwrap(),
        starts_at: instant(zone, event.all("DTSTART")[0]),
        ends_at: instant(zone, event.all("DTEND")[0]),
        changed_at: [utc(&value("DTSTAMP")), utc(&value("LAST-MODIFIED"))],
        created_at: utc(&value("CREATED")),
        sequence: value("SEQUENCE"),
        status: value("STATUS"),
        summary: event.text("SUMMARY").unwrap(),
        description: event.text("DESCRIPTION").unwrap_or_default(),
        categories: event.value("CATEGORIES").map(list).unwrap_or_default(),
        links: [event.value("URL"), event.value("CONFERENCE")].map(|link| link.map(str::to_owned)),
        alarm: event.parts.first().map(|alarm| alarm.value("TRIGGER").unwrap().to_owned()),
    }
}

/// Texts with commas between them.
fn list(value: &str) -> Vec<String> {
    let (mut out, mut escaped) = (vec![String::new()], false);
    for c in value.chars() {
        match c {
            ',' if !escaped => out.push(String::new()),
            c => out.last_mut().unwrap().push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    out.iter().map(|text| reader::unescaped(text)).collect()
}

fn reads_back(wanted: &Wanted) -> Result<(), TestCaseError> {
    let text = wanted.text();
    let calendar = lint::read(text.as_bytes());
    let calendar = calendar.map_err(|findings| TestCaseError::fail(format!("{findings}\n{text}")))?;
    let name = Some(one_line(&wanted.name));
    prop_assert_eq!((calendar.text("NAME"), calendar.text("X-WR-CALNAME")), (name.clone(), name));
    let zone = calendar.parts_named("VTIMEZONE")[0];
    prop_assert_eq!(zone.value("TZID"), Some(wanted.zone.name()));
    let events = calendar.parts_named("VEVENT");
    prop_assert_eq!(events.len(), wanted.sessions.len());
    for (session, event) in wanted.sessions.iter().zip(events) {
        prop_assert_eq!(told(zone, event), wanted.event(session));
        let organizer = event.all("ORGANIZER")[0];
        prop_assert_eq!(&organizer.parameters["CN"], &one_line(&wanted.school).replace('"', "'"));
    }
    Ok(())
}

fn invitation_reads_back(wanted: &Wanted) -> Result<(), TestCaseError> {
    for session in &wanted.sessions {
        let attendee = Attendee { name: &wanted.name, address: "martin@example.org" };
        let text = ical::invitation(&wanted.publisher(), &attendee, session);
        let calendar = lint::read(text.as_bytes());
        let calendar = calendar.map_err(|findings| TestCaseError::fail(format!("{findings}\n{text}")))?;
        let event = calendar.parts_named("VEVENT")[0];
        let told = told(calendar.parts_named("VTIMEZONE")[0], event);
        prop_assert_eq!(told, Event { alarm: None, ..wanted.event(session) });
        prop_assert_eq!(&event.all("ATTENDEE")[0].parameters["CN"], &one_line(&wanted.name).replace('"', "'"));
    }
    Ok(())
}

/// The calendars to make: `CRENEAU_CALENDARS`, or a few.
fn number() -> u32 {
    std::env::var("CRENEAU_CALENDARS").map_or(USUAL, |number| number.parse().expect("CRENEAU_CALENDARS is a number"))
}

#[test]
fn a_feed_reads_back_as_what_went_in() {
    let all = number();
    let mut done = 0;
    while done < all {
        let cases = AT_A_TIME.min(all - done);
        let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
        let mut runner = TestRunner::new(config);
        runner.run(&calendars(), |wanted| reads_back(&wanted)).unwrap_or_else(|wrong| panic!("{wrong}"));
        done += cases;
        println!("{done} of {all} calendars read back");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(USUAL / 4))]

    #[test]
    fn an_invitation_reads_back_as_what_went_in(wanted in calendars()) {
        invitation_reads_back(&wanted)?;
    }

    /// A parser that others wrote finds the same titles.
    #[test]
    fn another_parser_finds_the_same_titles(wanted in calendars()) {
        let text = wanted.text();
        let parsed: Parsed = text.parse().map_err(|wrong| TestCaseError::fail(format!("{wrong}\n{text}")))?;
        let titles: Vec<_> = parsed.events().map(|event| event.get_summary().unwrap().to_owned()).collect();
        let wanted: Vec<_> = wanted.sessions.iter().map(|session| wanted.event(session).summary).collect();
        prop_assert_eq!(titles, wanted);
    }
}

/// Both sides of both changes in a year, where there are such changes and where there are none.
#[test]
fn an_hour_is_the_same_hour_before_and_after_the_clocks_change() {
    let days = ["2030-03-29T08:00:00Z", "2030-04-01T07:00:00Z", "2030-10-25T07:00:00Z", "2030-10-28T08:00:00Z"];
    let days = days.map(|at| at.parse::<DateTime<Utc>>().unwrap());
    for (zone, hours) in [(chrono_tz::Europe::Paris, [9; 4]), (chrono_tz::Indian::Reunion, [12, 11, 11, 12])] {
        let mut runner = TestRunner::deterministic();
        let any = sessions().new_tree(&mut runner).unwrap().current();
        let on = |at: DateTime<Utc>| {
            let session = Session { starts_at: at, ends_at: at + TimeDelta::hours(1), ..any.session.clone() };
            NamedSession { session: Session { id: Id::from(at.to_rfc3339()), ..session }, ..any.clone() }
        };
        let sessions = days.map(on).to_vec();
        let (school, name) = ("Collège".to_owned(), "6e B".to_owned());
        let wanted = Wanted { zone, language: Language::Fr, alarm: None, school, name, sessions };
        reads_back(&wanted).unwrap();
        let calendar = lint::read(wanted.text().as_bytes()).unwrap();
        let told: Vec<u32> = calendar
            .parts_named("VEVENT")
            .iter()
            .map(|event| event.value("DTSTART").unwrap()[9..11].parse().unwrap())
            .collect();
        assert_eq!(told, hours, "{zone}");
    }
}
