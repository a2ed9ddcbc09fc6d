//! What a director does: import, invite, open and close rounds, solve, compare, publish.

use super::{
    land::{PATIENCE, address, list, text},
    person::Person,
    school::School,
};
use crate::support::{process::wait_until, service::Answer};
use chrono::NaiveDateTime;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A plan that is not published yet.
pub struct Draft<'a> {
    by: &'a Person<'a>,
    id: String,
}

impl<'a> Person<'a> {
    /// What an import of a table of `teachers` or `groups` would do.
    pub fn tries_to_import(&self, what: &str, table: &str) -> Value {
        let path = self.school.path(&format!("{what}/import?dry_run=true"));
        self.post(&path, &json!(table)).expect(200).json()
    }

    /// Does it.
    pub fn imports(&self, what: &str, table: &str) -> Answer {
        self.post(&self.school.path(&format!("{what}/import?dry_run=false")), &json!(table))
    }

    /// Half of a class, or a group of pupils of several: in no two places at a time.
    pub fn makes_group(&self, name: &str, headcount: u32, of: &[&str]) {
        let overlaps: Vec<String> = of.iter().map(|group| self.school.group(group)).collect();
        let group = json!({"name": name, "headcount": headcount, "overlaps": overlaps});
        self.post(&self.school.path("groups"), &group).expect(201);
    }

    /// Invites a teacher by mail.
    pub fn invites(&self, name: &str) {
        let invitation = json!({
            "email": address(name), "name": name, "role": "teacher", "school": self.school.id,
            "teacher": self.school.teacher(name),
        });
        self.post("/api/v1/invitations", &invitation).expect(201);
    }

    /// Asks for wishes for these days, until a day before they begin.
    pub fn opens_round(&self, name: &str, first: &str, last: &str) {
        let first_day: chrono::NaiveDate = first.parse().expect("a day");
        let closes_at = format!("{}T18:00:00Z", first_day - chrono::Days::new(3));
        let round = json!({"name": name, "starts_on": first, "ends_on": last, "closes_at": closes_at});
        self.post(&self.school.path("rounds"), &round).expect(201);
        self.school.in_the_round(name);
    }

    /// Reminds all who have not answered; their names.
    pub fn reminds(&self) -> Vec<String> {
        let path = format!("/api/v1/rounds/{}/reminders", self.school.round());
        let told = self.send(Method::POST, &path, None).expect(200).json();
        list(&told["reminded"]).iter().map(|teacher| text(&teacher["name"])).collect()
    }

    pub fn closes_the_round(&self) {
        let path = format!("/api/v1/rounds/{}", self.school.round());
        self.send(Method::PATCH, &path, Some(&json!({"state": "closed"}))).expect(200);
    }

    /// Has a plan made.
    pub fn solves(&self) -> Draft<'_> {
        self.solves_with(json!({"seconds": 2}))
    }

    /// The same, and again from what was found while a wish has no place: a busy machine needs more time.
    pub fn solves_until_all_have_a_place(&self) -> Draft<'_> {
        let mut draft = self.solves();
        for _ in 0..5 {
            if draft.without_place() == 0 {
                return draft;
            }
            draft = self.solves_with(json!({"seconds": 3, "from": draft.id, "move_cost": 0}));
        }
        panic!("{} wishes have no place", draft.without_place());
    }

    /// Has a plan made from another, with as few changes as can be.
    pub fn solves_again_from(&self, draft: &Draft<'_>) -> Draft<'_> {
        self.solves_with(json!({"seconds": 2, "from": draft.id, "least_change": true}))
    }

    fn solves_with(&self, order: Value) -> Draft<'_> {
        let path = format!("/api/v1/rounds/{}/jobs", self.school.round());
        let job = text(&self.post(&path, &order).expect(202).json()["id"]);
        let done = wait_until(PATIENCE, "the round is solved", || {
            let job = self.get(&format!("/api/v1/jobs/{job}"));
            Some(job).filter(|job| job["state"] != "queued" && job["state"] != "running")
        });
        assert_eq!(done["state"], "done", "{done}");
        Draft { by: self, id: text(&done["plan"]) }
    }

    /// Fixes the class of a group that was wished under this title at an hour.
    pub fn pins(&self, title: &str, group: &str, hour: &str) {
        let path = format!("/api/v1/rounds/{}/pins/{}", self.school.round(), request(self.school, title, group));
        self.put(&path, &json!({"start": self.school.at(hour), "note": "so that the author can come"})).expect(200);
    }
}

impl Draft<'_> {
    fn view(&self, what: &str) -> Value {
        self.by.get(&format!("/api/v1/plans/{}{what}", self.id))
    }

    /// How many wishes have no place in it.
    pub fn without_place(&self) -> u64 {
        self.view("")["unplaced"].as_u64().expect("a number")
    }

    /// When the class of a group that was wished under this title would begin: `Monday 09:00`.
    pub fn hour_of(&self, title: &str, group: &str) -> String {
        let (plan, request) = (self.view(""), request(self.by.school, title, group));
        let start =
            list(&plan["starts"]).iter().find(|start| start["request"] == request).expect("every wish is there");
        let local = text(&start["start"]["local"]).parse::<NaiveDateTime>().expect("a local time");
        local.format("%A %H:%M").to_string()
    }

    /// The classes that are elsewhere in the other draft: `Maths of 6e B`.
    pub fn compared_with(&self, other: &Draft<'_>) -> Vec<String> {
        let compared = self.view(&format!("/comparison?with={}", other.id));
        let name = |class: &Value| format!("{} of {}", text(&class["title"]), text(&class["groups"][0]["name"]));
        list(&compared["classes"]).iter().map(name).collect()
    }

    /// What each teacher counts in it.
    pub fn weights(&self) -> BTreeMap<String, String> {
        let school = self.by.school;
        let requests = self.by.get(&format!("/api/v1/rounds/{}/requests", school.round()));
        let plan = self.view("");
        let of = |start: &Value| {
            let request = list(&requests).iter().find(|request| request["id"] == start["request"]);
            let teacher = text(&request.expect("a request of the round")["teachers"][0]);
            (school.name_of_teacher(&teacher), format!("{:.1}", start["weight"].as_f64().unwrap_or(1.0)))
        };
        list(&plan["starts"]).iter().map(of).collect()
    }

    /// What publishing it would do.
    pub fn preview(&self) -> Value {
        self.view("/publication")
    }

    /// Publishes it in place of what is published now.
    pub fn is_published(&self) -> Value {
        let order = json!({"plan": self.id, "replaces": self.preview()["replaces"]});
        let path = format!("/api/v1/rounds/{}/publication", self.by.school.round());
        self.by.post(&path, &order).expect(200).json()
    }
}

fn request(school: &School<'_>, title: &str, group: &str) -> String {
    let path = format!("/api/v1/rounds/{}/requests", school.round());
    let requests = school.land.operator(Method::GET, &path, &Value::Null).expect(200).json();
    let group_id = json!(school.group(group));
    let is_it = |request: &&Value| request["title"] == title && list(&request["groups"]).contains(&group_id);
    let found = list(&requests).iter().find(is_it);
    text(&found.unwrap_or_else(|| panic!("nobody wished {title} for {group}"))["id"])
}
