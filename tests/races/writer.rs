//! Somebody who books, holds, confirms, moves, swaps, calls off and now and then cuts a pool, as fast as it goes.

use crate::{
    model::{Limit, Span},
    scene::{MOST, Scene, text},
};
use chrono::{DateTime, Utc};
use creneau::domain::{
    booking::{Swap, SwapState},
    id::Id,
    session::SessionState,
};
use rand::seq::{IndexedRandom, IteratorRandom};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How a class is put where it is.
const PUTS: [&str; 3] = ["book", "hold", "move"];

pub struct Writer<'a> {
    scene: &'a Scene,
    number: usize,
}

/// What came of a request.
enum Outcome {
    Done(Value, Span),
    /// Refused, or told to try again: nothing has happened.
    Nothing,
    /// Nobody knows.
    Lost,
}

impl<'a> Writer<'a> {
    pub fn new(scene: &'a Scene, number: usize) -> Self {
        Self { scene, number }
    }

    /// One request.
    pub fn write(&mut self) {
        match rand::random_range(0..100) {
            0..30 => self.place("book", "bookings"),
            30..42 => self.place("hold", "holds"),
            42..52 => self.change("confirm", Method::POST, "/confirmation", &json!({})),
            52..70 => self.change("move", Method::PATCH, "", &json!({"starts_at_local": start()})),
            70..84 => self.change("call off", Method::POST, "/cancellation", &json!({})),
            84..90 => self.propose(),
            90..96 => self.decide("acceptance", SwapState::Proposed),
            96..98 => self.decide("undoing", SwapState::Agreed),
            _ => self.cut(),
        }
    }

    fn place(&self, what: &'static str, path: &str) {
        let mut rng = rand::rng();
        let school = self.scene.schools.choose(&mut rng).expect("two schools");
        let body = json!({
            "title": what, "duration_minutes": 55, "connections": 10, "starts_at_local": start(),
            "teachers": [school.teachers.choose(&mut rng)], "groups": [school.groups.choose(&mut rng)],
        });
        let path = format!("/api/v1/schools/{}/{path}", school.id);
        match self.send(what, Method::POST, &path, &body) {
            Outcome::Done(class, span) => self.told(what, &class, span),
            Outcome::Nothing => {}
            Outcome::Lost => self.scene.model().lost_places += 1,
        }
    }

    fn change(&self, what: &'static str, method: Method, path: &str, body: &Value) {
        let Some(class) = self.some_class() else { return };
        match self.send(what, method, &format!("/api/v1/sessions/{class}{path}"), body) {
            Outcome::Done(class, span) => self.told(what, &class, span),
            Outcome::Nothing => {}
            Outcome::Lost => self.scene.model().lost(&class),
        }
    }

    fn propose(&self) {
        let (Some(mine), Some(other)) = (self.some_class(), self.some_class()) else { return };
        let path = format!("/api/v1/sessions/{mine}/swaps");
        if let Outcome::Done(swap, span) = self.send("propose", Method::POST, &path, &json!({"with": other})) {
            self.told_swap(&swap, span);
        }
    }

    /// Mostly about a swap that was last told to be so: others race for it, and most are outdated soon.
    fn decide(&self, what: &'static str, state: SwapState) {
        let is_any = rand::random_ratio(1, 10);
        let model = self.scene.model();
        let open = |swap: &&Swap| is_any || (swap.state == state && model.take_place(swap));
        let known = model.swaps.values().filter(open).choose(&mut rand::rng()).cloned();
        drop(model);
        let Some(swap) = known else { return };
        match self.send(what, Method::POST, &format!("/api/v1/swaps/{}/{what}", swap.id), &json!({})) {
            Outcome::Done(swap, span) => self.told_swap(&swap, span),
            Outcome::Nothing => {}
            Outcome::Lost => [&swap.session, &swap.other].into_iter().for_each(|class| self.scene.model().lost(class)),
        }
    }

    fn cut(&self) {
        let cut = self.scene.cuts.choose(&mut rand::rng()).expect("pools");
        let Ok(_turn) = cut.turn.try_lock() else { return };
        let connections = rand::random_range(1..=MOST / 10) * 10;
        let mut body = cut.body.clone();
        body["connections"] = connections.into();
        let sent = Instant::now();
        let answered = match self.send("cut", Method::PUT, &cut.path, &body) {
            Outcome::Done(_, span) => Some(span.answered),
            Outcome::Nothing => return,
            Outcome::Lost => None,
        };
        let limit = Limit { connections, sent, answered };
        self.scene.model().limits.get_mut(&cut.pool).expect("its first limit").push(limit);
    }

    /// A class that somebody was told of, whoever's.
    fn some_class(&self) -> Option<Id> {
        let model = self.scene.model();
        let classes = model.classes.iter().filter(|(_, class)| !class.is_off());
        classes.map(|(id, _)| id).choose(&mut rand::rng()).cloned()
    }

    fn told(&self, what: &'static str, class: &Value, span: Span) {
        let start: DateTime<Utc> = serde_json::from_value(class["start"]["utc"].clone()).expect("an instant");
        let state: SessionState = serde_json::from_value(class["state"].clone()).expect("a state");
        let sequence = class["sequence"].as_u64().and_then(|count| u32::try_from(count).ok()).expect("a count");
        let put = PUTS.contains(&what).then_some(span);
        self.scene.model().told(text(&class["id"]), sequence, (start, state), put);
    }

    fn told_swap(&self, swap: &Value, span: Span) {
        let swap: Swap = serde_json::from_value(swap.clone()).expect("a swap");
        self.scene.model().told_swap(&swap, span);
    }

    fn send(&self, what: &'static str, method: Method, path: &str, body: &Value) -> Outcome {
        let address = &self.scene.addresses[self.number % self.scene.addresses.len()];
        let by_person = (self.number / self.scene.addresses.len()).is_multiple_of(2);
        let request = self.scene.request(method, format!("{address}{path}"), by_person).json(body);
        let sent = Instant::now();
        let answer = request.send().and_then(|answer| {
            let status = answer.status().as_u16();
            Ok((status, answer.text()?))
        });
        let mut model = self.scene.model();
        let (status, text) = match answer {
            Ok(answer) => answer,
            Err(error) => {
                model.count(what, "without an answer");
                drop(model);
                if error.is_connect() {
                    // Whoever found nobody there asked for nothing; do not press.
                    std::thread::sleep(Duration::from_millis(50));
                    return Outcome::Nothing;
                }
                return Outcome::Lost;
            }
        };
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        match status {
            200..300 => {
                model.count(what, "done");
                Outcome::Done(body, Span { sent, answered: Instant::now() })
            }
            400..500 => {
                model.count(what, body["code"].as_str().unwrap_or("refused"));
                Outcome::Nothing
            }
            503 if body["code"] == "busy" => {
                model.count(what, "busy");
                Outcome::Nothing
            }
            _ => {
                model.count(what, &format!("{status} {}", body["code"]));
                model.broken(format!("{what}: {status} {}", body["detail"]));
                drop(model);
                std::thread::sleep(Duration::from_millis(50));
                Outcome::Lost
            }
        }
    }
}

/// A start of Monday morning, 18 March 2030: there are few, and all want them.
fn start() -> String {
    let minutes = 8 * 60 + 5 * rand::random_range(0..36);
    format!("2030-03-18T{:02}:{:02}", minutes / 60, minutes % 60)
}
