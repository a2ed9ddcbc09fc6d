//! Wishes, said in words: `teacher.wishes("Maths", "6e B").on("Monday 9:00").or_any_day()`.

use super::person::Person;
use crate::support::service::Answer;
use serde_json::{Value, json};

/// A wish on its way.
pub struct Wish<'a> {
    who: &'a Person<'a>,
    body: Value,
}

impl<'a> Wish<'a> {
    pub fn new(who: &'a Person<'a>, title: &str, group: &str) -> Self {
        let body = json!({
            "title": title, "teachers": [who.school.teacher(&who.name)], "groups": [who.school.group(group)],
            "duration_minutes": 60, "preferred": [], "otherwise": "never",
        });
        Self { who, body }
    }

    fn with(mut self, field: &str, value: Value) -> Self {
        self.body[field] = value;
        self
    }

    /// Best at this hour, or the next best; half an hour more or less would do.
    pub fn on(mut self, hour: &str) -> Self {
        let start = json!({"start": self.who.school.at(hour), "tolerance_minutes": 30});
        self.body["preferred"].as_array_mut().expect("preferred starts").push(start);
        self
    }

    /// At this hour, to the minute, and at no other.
    pub fn only_on(self, hour: &str) -> Self {
        let start = json!([{"start": self.who.school.at(hour)}]);
        self.with("preferred", start)
    }

    pub fn for_minutes(self, minutes: u32) -> Self {
        self.with("duration_minutes", json!(minutes))
    }

    /// At any hour of these days, if need be.
    pub fn or_the_same_day(self) -> Self {
        self.with("otherwise", json!("same_day"))
    }

    /// At any hour of the round, if need be.
    pub fn or_any_day(self) -> Self {
        self.with("otherwise", json!("any_day"))
    }

    /// In every week of the round.
    pub fn every_week(self) -> Self {
        self.with("weekly", json!(true))
    }

    /// What the service would say to it; nothing is kept.
    pub fn looked_at(self) -> Value {
        self.who.post(&self.path("/check"), &self.body).expect(200).json()
    }

    /// Sends it.
    pub fn sent(self) -> Answer {
        self.who.post(&self.path(""), &self.body)
    }

    /// Sends it, and it is accepted.
    #[track_caller]
    pub fn entered(self) {
        self.sent().expect(201);
    }

    fn path(&self, more: &str) -> String {
        format!("/api/v1/rounds/{}/requests{more}", self.who.school.round())
    }
}
