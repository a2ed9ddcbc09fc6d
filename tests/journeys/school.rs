//! A school as its people speak of it: groups, teachers and rounds by name, hours as `Monday 9:00` of the week that the
//! story is in.

use super::land::{Land, PATIENCE, address, list, text};
use crate::support::process::wait_until;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc, Weekday};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet, HashMap},
};

/// A school.
pub struct School<'a> {
    pub land: &'a Land,
    pub id: String,
    connections: Cell<u32>,
    /// Groups, teachers and rounds by name.
    names: RefCell<HashMap<(&'static str, String), String>>,
    monday: Cell<NaiveDate>,
    round: RefCell<String>,
}

/// A class that takes place.
#[derive(Clone, Debug)]
pub struct Class {
    pub id: String,
    pub title: String,
    pub teachers: Vec<String>,
    pub groups: Vec<String>,
    /// `Monday 09:00`.
    pub hour: String,
    pub local: NaiveDateTime,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub connections: u32,
}

impl<'a> School<'a> {
    pub fn new(land: &'a Land, id: String, connections: u32) -> Self {
        Self {
            land,
            id,
            connections: Cell::new(connections),
            names: RefCell::default(),
            monday: Cell::default(),
            round: RefCell::default(),
        }
    }

    /// The address of something of this school.
    pub fn path(&self, what: &str) -> String {
        format!("/api/v1/schools/{}/{what}", self.id)
    }

    fn read(&self, path: &str) -> Value {
        self.land.operator(Method::GET, path, &Value::Null).expect(200).json()
    }

    /// From here on weekdays are those of the week of this day.
    pub fn in_the_week_of(&self, day: &str) {
        let day: NaiveDate = day.parse().expect("a day");
        self.monday.set(day.week(Weekday::Mon).first_day());
    }

    /// `Monday 9:00` as a local time.
    pub fn at(&self, hour: &str) -> String {
        let (day, time) = hour.split_once(' ').unwrap_or_else(|| panic!("{hour} is no hour of a weekday"));
        let date = self.monday.get() + chrono::Days::new(weekday(day).num_days_from_monday().into());
        format!("{date}T{time:0>5}")
    }

    /// Tells that this name is this id.
    pub fn knows(&self, kind: &'static str, name: &str, id: String) {
        self.names.borrow_mut().insert((kind, name.to_owned()), id);
    }

    fn find(&self, kind: &'static str, list: &str, name: &str) -> String {
        if let Some(id) = self.names.borrow().get(&(kind, name.to_owned())) {
            return id.clone();
        }
        for one in self.read(&self.path(list)).as_array().into_iter().flatten() {
            self.knows(kind, &text(&one["name"]), text(&one["id"]));
        }
        let names = self.names.borrow();
        names.get(&(kind, name.to_owned())).unwrap_or_else(|| panic!("the school has no {kind} {name}")).clone()
    }

    pub fn teacher(&self, name: &str) -> String {
        self.find("teacher", "teachers", name)
    }

    /// The name of a teacher whom the story has spoken of.
    pub fn name_of_teacher(&self, id: &str) -> String {
        let names = self.names.borrow();
        let found = names.iter().find(|((kind, _), known)| *kind == "teacher" && *known == id);
        found.unwrap_or_else(|| panic!("nobody has spoken of {id}")).0.1.clone()
    }

    pub fn group(&self, name: &str) -> String {
        self.find("group", "groups", name)
    }

    /// The round that the story is in.
    pub fn round(&self) -> String {
        self.round.borrow().clone()
    }

    /// From here on wishes and plans are of this round.
    pub fn in_the_round(&self, name: &str) {
        *self.round.borrow_mut() = self.find("round", "rounds", name);
    }

    /// The state of the round that the story is in.
    pub fn state_of_the_round(&self) -> String {
        text(&self.read(&format!("/api/v1/rounds/{}", self.round()))["state"])
    }

    /// Lets the time for wishes be over, and waits until the service has noticed.
    pub fn lets_the_time_for_wishes_pass(&self) {
        let passed = format!("UPDATE rounds SET closes_at = created_at WHERE id = '{}'", self.round());
        assert_eq!(self.land.service.site().sql(&passed), 1);
        wait_until(PATIENCE, "the round is closed", || (self.state_of_the_round() == "closed").then_some(()));
    }

    /// The classes of the week that the story is in; not those called off.
    pub fn week(&self) -> Vec<Class> {
        let week = self.read(&self.path(&format!("week?date={}", self.monday.get())));
        let classes = list(&week["sessions"]).iter().filter(|session| session["state"] == "confirmed");
        classes.map(Class::of).collect()
    }

    /// The class of this title and group in this week.
    #[track_caller]
    pub fn class(&self, title: &str, group: &str) -> Class {
        let is_it = |class: &Class| class.title == title && class.groups.iter().any(|name| name == group);
        self.week().into_iter().find(is_it).unwrap_or_else(|| panic!("no {title} for {group} in this week"))
    }

    /// Whether there is one.
    pub fn has_class(&self, title: &str, group: &str) -> bool {
        self.week().iter().any(|class| class.title == title && class.groups.iter().any(|name| name == group))
    }

    /// What must hold in this week, whatever happened: no limit exceeded, nobody in two places, nobody in a class that
    /// has pupils of theirs elsewhere.
    pub fn week_is_sound(&self) -> Vec<Class> {
        let classes = self.week();
        let limits = self.read(&self.path(&format!("limits?date={}", self.monday.get())));
        for pool in list(&limits["pools"]) {
            for step in list(&pool["steps"]) {
                assert!(step["used"].as_u64() <= step["limit"].as_u64(), "{} is exceeded: {step}", pool["name"]);
            }
        }
        // The same once more, by our own count.
        for class in &classes {
            let used: u32 = classes.iter().filter(|other| other.lasts_at(class.from)).map(|it| it.connections).sum();
            assert!(used <= self.connections.get(), "{used} connections at {}", class.hour);
        }
        let in_common = self.pupils_in_common();
        for (index, one) in classes.iter().enumerate() {
            for other in &classes[index + 1..] {
                if one.from < other.to && other.from < one.to {
                    assert!(!one.teachers.iter().any(|it| other.teachers.contains(it)), "{one:?}\n{other:?}");
                    let meet = |a: &String, b: &String| a == b || in_common.contains(&(a.clone(), b.clone()));
                    let do_meet = one.groups.iter().any(|a| other.groups.iter().any(|b| meet(a, b)));
                    assert!(!do_meet, "{one:?}\n{other:?}");
                }
            }
        }
        classes
    }

    fn pupils_in_common(&self) -> BTreeSet<(String, String)> {
        let groups = self.read(&self.path("groups"));
        let names: HashMap<String, String> =
            list(&groups).iter().map(|group| (text(&group["id"]), text(&group["name"]))).collect();
        let pairs = list(&groups).iter().flat_map(|group| {
            list(&group["overlaps"]).iter().map(|other| (text(&group["name"]), names[&text(other)].clone()))
        });
        pairs.flat_map(|(a, b)| [(a.clone(), b.clone()), (b, a)]).collect()
    }

    /// Everybody who has a class in this week got a mail with a calendar.
    pub fn everyone_is_told(&self) {
        let classes = self.week();
        let names: BTreeSet<&String> = classes.iter().flat_map(|class| &class.teachers).collect();
        wait_until(PATIENCE, "everyone is told", || {
            let mut told: BTreeMap<String, usize> = BTreeMap::new();
            for mail in self.land.mails.mails().iter().filter(|mail| mail.text().contains("text/calendar")) {
                mail.to.iter().for_each(|to| *told.entry(to.clone()).or_default() += 1);
            }
            names.iter().all(|name| told.contains_key(&address(name))).then_some(())
        });
    }

    /// What its own limit is from now on.
    pub fn has_connections(&self, connections: u32, weekly: &Value) {
        let capacity = json!({"connections": connections, "weekly": weekly});
        self.land.operator(Method::PUT, &self.path("capacity"), &capacity).expect(200);
        self.connections.set(connections);
    }
}

impl Class {
    fn of(session: &Value) -> Self {
        let names = |field: &str| list(&session[field]).iter().map(|one| text(&one["name"])).collect();
        let utc = |field: &str| text(&session[field]["utc"]).parse().expect("an instant");
        let local = text(&session["start"]["local"]).parse::<NaiveDateTime>().expect("a local time");
        Self {
            id: text(&session["id"]),
            title: text(&session["title"]),
            teachers: names("teachers"),
            groups: names("groups"),
            hour: local.format("%A %H:%M").to_string(),
            local,
            from: utc("start"),
            to: utc("end"),
            connections: session["connections"].as_u64().and_then(|it| it.try_into().ok()).expect("connections"),
        }
    }

    /// Whether it has begun and not ended then.
    pub fn lasts_at(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && at < self.to
    }
}

/// `Monday`.
pub fn weekday(name: &str) -> Weekday {
    name.parse().unwrap_or_else(|_| panic!("{name} is no weekday"))
}
