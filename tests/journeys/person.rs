//! Somebody who is signed in, and what they do besides wishing and planning: book, swap, wait, call off.

use super::{
    land::{Land, PATIENCE, address, list, text},
    school::{Class, School},
    wishes::Wish,
};
use crate::support::{process::wait_until, service::Answer, smtp::Mail};
use chrono::NaiveDateTime;
use reqwest::Method;
use serde_json::{Value, json};

/// How somebody shows who they are.
#[derive(Clone)]
pub enum Key {
    /// Not at all.
    Nobody,
    /// A program, by its token.
    Token(String),
    /// A browser, by its session.
    Session(String),
}

/// A director or a teacher of a school.
pub struct Person<'a> {
    pub school: &'a School<'a>,
    pub name: String,
    key: Key,
}

impl<'a> Person<'a> {
    /// Follows the link of an invitation.
    pub fn accepts(school: &'a School<'a>, name: &str) -> Self {
        let secret = school.land.link(&address(name), "invitation");
        Self { school, name: name.to_owned(), key: signed_in(school.land, "invitation", &secret) }
    }

    /// Asks for a link and follows it.
    pub fn signs_in(school: &'a School<'a>, name: &str) -> Self {
        let order = json!({"email": address(name)});
        school.land.send(&Key::Nobody, Method::POST, "/api/v1/sign-in/links", Some(&order)).expect(202);
        let secret = school.land.link(&address(name), "link");
        Self { school, name: name.to_owned(), key: signed_in(school.land, "link", &secret) }
    }

    /// A teacher who uses a program with a token.
    pub fn with_program(school: &'a School<'a>, name: &str) -> Self {
        let token =
            json!({"role": "teacher", "school": school.id, "teacher": school.teacher(name), "label": "program"});
        Self { school, name: name.to_owned(), key: school.land.token(&token) }
    }

    pub fn signs_out(&self) {
        self.post("/api/v1/sign-out", &json!({})).expect(204);
        self.send(Method::GET, "/api/v1/me", None).expect(401);
    }

    pub fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.school.land.send(&self.key, method, path, body)
    }

    pub fn get(&self, path: &str) -> Value {
        self.send(Method::GET, path, None).expect(200).json()
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body))
    }

    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Some(body))
    }

    /// A wish for a class of one's own with a group.
    pub fn wishes(&self, title: &str, group: &str) -> Wish<'_> {
        Wish::new(self, title, group)
    }

    /// Wishes again what was wished in the round before.
    pub fn copies_the_last_round(&self) -> Value {
        let path = format!("/api/v1/rounds/{}/requests/copy", self.school.round());
        self.post(&path, &json!({})).expect(200).json()
    }

    /// The mails that came so far.
    pub fn mails(&self) -> Vec<Mail> {
        self.school.land.mails_to(&address(&self.name))
    }

    /// Waits for one mail more than `before`.
    pub fn hears(&self, before: usize) {
        wait_until(PATIENCE, &format!("{} gets a mail", self.name), || (self.mails().len() > before).then_some(()));
    }

    /// The hours at which a class of one's own could be booked on the day of `hour`, those near it first.
    pub fn finds_free(&self, group: &str, hour: &str) -> Vec<String> {
        let (at, teacher, group) = (self.school.at(hour), self.school.teacher(&self.name), self.school.group(group));
        let class = format!("teachers={teacher}&groups={group}&duration_minutes=60");
        let path = format!("free-starts?{class}&from={}&days=1&wished={at}", &at[..10]);
        let starts = self.get(&self.school.path(&path))["starts"].clone();
        let local = |start: &Value| text(&start["start"]["local"]).parse::<NaiveDateTime>().expect("a local time");
        let wished: NaiveDateTime = format!("{at}:00").parse().expect("a local time");
        let mut hours: Vec<NaiveDateTime> = list(&starts).iter().map(local).collect();
        hours.sort_by_key(|hour| (*hour - wished).abs());
        hours.into_iter().map(|hour| hour.format("%A %H:%M").to_string()).collect()
    }

    /// Books a class of one's own, of an hour, directly.
    pub fn books(&self, title: &str, group: &str, hour: &str) -> Answer {
        let booking = self.class_of_mine(title, group, json!({"starts_at_local": self.school.at(hour)}));
        self.post(&self.school.path("bookings"), &booking)
    }

    /// Waits for a place for a class of one's own, of an hour, between two hours.
    pub fn waits_for(&self, title: &str, group: &str, from: &str, to: &str) -> Answer {
        let hours = json!({"from_local": self.school.at(from), "to_local": self.school.at(to)});
        self.post(&self.school.path("waiting"), &self.class_of_mine(title, group, hours))
    }

    fn class_of_mine(&self, title: &str, group: &str, more: Value) -> Value {
        let mut class = json!({
            "title": title, "teachers": [self.school.teacher(&self.name)], "groups": [self.school.group(group)],
            "duration_minutes": 60,
        });
        class.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        class
    }

    /// Waits until a place is offered for the class of this title, and takes it.
    pub fn takes_what_is_offered(&self, title: &str) {
        let offer = wait_until(PATIENCE, &format!("{} is offered a place", self.name), || {
            let waiting = self.get(&self.school.path("waiting"));
            let entry = waiting.as_array()?.iter().find(|entry| entry["title"] == title)?.clone();
            entry["offer"].as_str().map(str::to_owned)
        });
        self.post(&format!("/api/v1/sessions/{offer}/confirmation"), &json!({})).expect(200);
    }

    /// Whether a class of this title is still waiting.
    pub fn is_waiting_without_offer(&self, title: &str) -> bool {
        let waiting = self.get(&self.school.path("waiting"));
        waiting.as_array().into_iter().flatten().any(|entry| entry["title"] == title && entry["offer"].is_null())
    }

    /// Calls a class off.
    pub fn calls_off(&self, class: &Class) {
        self.post(&format!("/api/v1/sessions/{}/cancellation", class.id), &json!({})).expect(200);
    }

    /// Proposes that a class of one's own and a colleague's change places.
    pub fn proposes_to_swap(&self, mine: &Class, theirs: &Class) -> Swap {
        let path = format!("/api/v1/sessions/{}/swaps", mine.id);
        Swap(text(&self.post(&path, &json!({"with": theirs.id})).expect(201).json()["id"]))
    }

    pub fn agrees(&self, swap: &Swap) -> Answer {
        self.post(&format!("/api/v1/swaps/{}/acceptance", swap.0), &json!({}))
    }

    /// Subscribes to the calendar of a group; where it is.
    pub fn subscribes_to(&self, group: &str) -> Calendar {
        let feed = json!({"group": self.school.group(group)});
        Calendar(text(&self.post(&self.school.path("feeds"), &feed).expect(201).json()["path"]))
    }

    /// Subscribes to one's own calendar, as a teacher.
    pub fn subscribes(&self) -> Calendar {
        let feed = json!({"teacher": self.school.teacher(&self.name)});
        Calendar(text(&self.post(&self.school.path("feeds"), &feed).expect(201).json()["path"]))
    }
}

/// Two classes that may change places.
pub struct Swap(String);

/// The address of a calendar, which needs no sign-in.
pub struct Calendar(String);

impl Calendar {
    /// What a calendar program sees now: title, local start, and whether it is called off.
    pub fn shows(&self, land: &Land) -> Vec<(String, String, bool)> {
        let feed = land.send(&Key::Nobody, Method::GET, &self.0, None).expect(200);
        let events = crate::support::calendar::read(&feed.body).into_iter();
        let mut shown: Vec<_> = events
            .map(|event| {
                let is_off = event.status.as_deref() == Some("CANCELLED");
                // `Maths – 6e B`, `Annulé : Maths – 6e B`
                let summary = event.summary.unwrap_or_default();
                let title = summary.split(" – ").next().unwrap_or_default();
                let title = title.strip_prefix("Annulé : ").unwrap_or(title).to_owned();
                (title, event.start.local, is_off)
            })
            .collect();
        shown.sort();
        shown
    }
}

fn signed_in(land: &Land, how: &str, secret: &str) -> Key {
    let path = format!("/api/v1/sign-in/{how}");
    let answer = land.send(&Key::Nobody, Method::POST, &path, Some(&json!({"secret": secret}))).expect(200);
    let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    let session = cookies.filter_map(|cookie| cookie.strip_prefix("creneau_session=")).next();
    let session = session.and_then(|cookie| cookie.split(';').next()).expect("signing in gives a session");
    Key::Session(session.to_owned())
}
