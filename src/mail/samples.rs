//! Made-up readers, classes and changes, for the tests of this folder.

use super::{Reader, changes::Item};
use crate::domain::{
    access::Role,
    people::Language,
    session::{Change, NamedSession, Session, SessionState},
};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};

pub const WEEK: &str = "https://creneau.example.org/week";

pub fn utc(text: &str) -> DateTime<Utc> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap().and_utc()
}

pub fn reader(language: Language) -> Reader<'static> {
    Reader {
        school: "Collège Jules-Verne",
        zone: chrono_tz::Europe::Paris,
        name: "Mme Martin",
        language,
        role: Role::Teacher,
        unsubscribe: "https://creneau.example.org/unsubscribe/abc/kind",
    }
}

pub fn class(title: &str, group: &str, teacher: &str, starts_at: &str) -> NamedSession {
    let starts_at = utc(starts_at);
    NamedSession {
        session: Session {
            id: title.into(),
            school: "school".into(),
            request: None,
            title: title.to_owned(),
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
            changed_at: utc("2020-03-16T08:00"),
        },
        group_names: vec![group.to_owned()],
        teacher_names: vec![teacher.to_owned()],
    }
}

pub fn item(title: &str, starts_at: &str, change: Change) -> Item {
    let mut session = class(title, "6e B", "Mme Martin", starts_at);
    if change == Change::Cancelled {
        session.session.state = SessionState::Cancelled;
    }
    Item { session, change }
}

pub fn plan() -> Vec<Item> {
    vec![
        item("Mathématiques", "2020-03-27T08:00", Change::Added),
        item("Maths <b>& géométrie</b>", "2020-03-27T10:30", Change::Added),
        item("Mathématiques", "2020-03-30T07:00", Change::Added),
    ]
}

pub fn mixed() -> Vec<Item> {
    vec![
        item("Mathématiques", "2020-03-24T08:00", Change::Added),
        item("Algèbre", "2020-03-26T09:00", Change::Moved { from: utc("2020-03-24T08:00") }),
        item("Soutien", "2020-04-01T07:30", Change::Cancelled),
    ]
}
