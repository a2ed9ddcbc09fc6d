//! Whatever the names, times and links of classes are, the linter accepts the calendar and reads the same back.
#![no_main]

use arbitrary::Arbitrary;
use chrono::{DateTime, Duration};
use creneau::{
    domain::{
        feed::Alarm,
        id::Id,
        people::Language,
        session::{NamedSession, Session, SessionState},
        text::{link, one_line},
    },
    ical::{self, Attendee, Publisher, lint},
};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Calendar<'a> {
    zone: u16,
    english: bool,
    alarm: Option<u16>,
    name: &'a str,
    school: &'a str,
    classes: Vec<Class<'a>>,
}

#[derive(Arbitrary, Debug)]
struct Class<'a> {
    title: &'a str,
    group: &'a str,
    teacher: &'a str,
    link: &'a str,
    minute: u32,
    length: u8,
    cancelled: bool,
    sequence: u16,
}

impl Class<'_> {
    fn session(&self, number: usize) -> NamedSession {
        // From 1990 to 2109.
        let starts_at = DateTime::UNIX_EPOCH + Duration::days(7305) + Duration::minutes((self.minute >> 6).into());
        NamedSession {
            session: Session {
                id: Id::from(format!("s{number}")),
                school: Id::from("school"),
                request: None,
                title: self.title.to_owned(),
                teachers: Vec::new(),
                groups: Vec::new(),
                connections: 25,
                link: link(&format!("https://{}", self.link), "").ok(),
                starts_at,
                ends_at: starts_at + Duration::minutes(5 + i64::from(self.length)),
                state: if self.cancelled { SessionState::Cancelled } else { SessionState::Confirmed },
                held_until: None,
                moved_by: None,
                sequence: self.sequence.into(),
                created_at: starts_at,
                changed_at: starts_at,
            },
            group_names: vec![self.group.to_owned()],
            teacher_names: vec![self.teacher.to_owned()],
        }
    }
}

fuzz_target!(|wanted: Calendar<'_>| {
    let zones = chrono_tz::TZ_VARIANTS;
    let publisher = Publisher {
        domain: "creneau.example.org",
        school: wanted.school,
        zone: zones[usize::from(wanted.zone) % zones.len()],
        language: if wanted.english { Language::En } else { Language::Fr },
    };
    let sessions: Vec<_> = wanted.classes.iter().take(8).enumerate().map(|(n, class)| class.session(n)).collect();
    let choices = Alarm::CHOICES;
    let alarm = wanted.alarm.map(|number| Alarm { minutes: choices[usize::from(number) % choices.len()] });
    let text = ical::feed(&publisher, wanted.name, DateTime::UNIX_EPOCH, &sessions, alarm);
    let calendar = lint::read(text.as_bytes()).unwrap_or_else(|findings| panic!("{findings}\n{text}"));
    assert_eq!(calendar.text("NAME").unwrap(), one_line(wanted.name));
    let events = calendar.parts_named("VEVENT");
    assert_eq!(events.len(), sessions.len());
    for (session, event) in sessions.iter().zip(events) {
        let label = if wanted.english { ["For: ", "With: "] } else { ["Pour : ", "Avec : "] };
        let [group, teacher] = [&session.group_names[0], &session.teacher_names[0]].map(|name| one_line(name));
        assert!(event.text("SUMMARY").unwrap().starts_with(&one_line(&session.session.title)));
        let described = event.text("DESCRIPTION").unwrap();
        assert!(described.starts_with(&format!("{}{group}\n{}{teacher}", label[0], label[1])), "{described}");
        assert_eq!(event.value("URL"), session.session.link.as_deref());
    }
    for session in &sessions {
        let attendee = Attendee { name: wanted.name, address: "martin@example.org" };
        let text = ical::invitation(&publisher, &attendee, session);
        lint::read(text.as_bytes()).unwrap_or_else(|findings| panic!("{findings}\n{text}"));
    }
});
