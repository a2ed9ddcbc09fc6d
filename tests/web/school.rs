//! A small school that collects wishes, made through the API.

use std::time::Duration;

use chrono::{Datelike, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::support::{
    process::wait_until,
    service::{Backend, Service},
};

/// A running service with one school.
pub struct School {
    pub service: Service,
    pub id: String,
    pub round: String,
    pub groups: Vec<String>,
    pub teacher: String,
    /// The first day of the round.
    pub monday: NaiveDate,
    /// Tokens: of an admin, of the first teacher, and of the second.
    pub admin: String,
    pub key: String,
    pub colleague: String,
}

/// What a hostile group is called.
pub const HOSTILE: &str = "<img src=x onerror=alert(1)> & \"5e B\"";

impl School {
    /// Two groups, two teachers, room for 60, one round from 23 to 29 March 2020.
    pub fn open() -> Self {
        Self::with(60, NaiveDate::from_ymd_opt(2020, 3, 23).unwrap())
    }

    /// The same with room for so many, and a week that is to come.
    pub fn coming(connections: u32) -> Self {
        let today = Utc::now().date_naive();
        let monday = today - TimeDelta::days(i64::from(today.weekday().num_days_from_monday()));
        Self::with(connections, monday + TimeDelta::days(14))
    }

    fn with(connections: u32, monday: NaiveDate) -> Self {
        let mut service = Service::start(Backend::Sqlite);
        let operator = service.site().run(&["token", "operator"]);
        service.authorise(operator.trim());
        let made = |path: &str, body: Value| -> Value { service.post_json(path, &body).expect(201).json() };
        let id =
            text(&made("/api/v1/schools", json!({ "name": "Collège Jules-Verne", "connections": connections })), "id");
        let under = |what: &str| format!("/api/v1/schools/{id}/{what}");
        let groups = [("6e A", 24), (HOSTILE, 26)]
            .map(|(name, headcount)| {
                text(&made(&under("groups"), json!({ "name": name, "headcount": headcount })), "id")
            })
            .to_vec();
        let teacher = text(&made(&under("teachers"), json!({ "name": "Mme Petit" })), "id");
        let colleague = text(&made(&under("teachers"), json!({ "name": "M. Le Goff" })), "id");
        let ends_on = monday + TimeDelta::days(6);
        let round = json!({ "name": "Semaine 13", "starts_on": monday, "ends_on": ends_on });
        let round = text(&made(&under("rounds"), round), "id");
        let token = |role: &str, teacher: Option<&str>| {
            let new = json!({ "role": role, "school": id, "teacher": teacher, "label": "test" });
            text(&made("/api/v1/tokens", new), "secret")
        };
        let (admin, key) = (token("admin", None), token("teacher", Some(&teacher)));
        let colleague = token("teacher", Some(&colleague));
        Self { id, round, groups, teacher, monday, admin, key, colleague, service }
    }

    /// The page of a calendar of the first group, for pupils.
    pub fn feed(&self) -> String {
        let new = json!({ "group": self.groups[0] });
        let feed = self.service.post_json(&format!("/api/v1/schools/{}/feeds", self.id), &new).expect(201).json();
        text(&feed, "path").trim_end_matches(".ics").to_owned()
    }

    /// Solves the round and publishes the plan.
    pub fn publish(&self) {
        let job = self.service.post_json(&format!("/api/v1/rounds/{}/jobs", self.round), &json!({ "seconds": 2 }));
        let job = text(&job.expect(202).json(), "id");
        let patience = Duration::from_secs(60);
        wait_until(patience, "the round is solved", || {
            let job = self.service.get(&format!("/api/v1/jobs/{job}")).expect(200).json();
            assert_ne!(job["state"], "failed", "{job}");
            (job["state"] == "done").then_some(())
        });
        let plans = self.service.get(&format!("/api/v1/rounds/{}/plans", self.round)).expect(200).json();
        let publication = json!({ "plan": plans[0]["id"] });
        self.service.post_json(&format!("/api/v1/rounds/{}/publication", self.round), &publication).expect(200);
    }
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_else(|| panic!("{field} in {value}")).to_owned()
}
