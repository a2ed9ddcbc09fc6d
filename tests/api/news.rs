//! What webhooks are sent: each kind of news once, signed, as the API document describes it, without names and addresses.

use super::{
    deliveries::Webhook,
    school::{School, World},
};
use crate::support::{
    process::wait_until,
    python::{ROOT, run},
    receiver::{Received, Receiver},
    service::{Backend, Site, on_both},
};
use chrono::{Duration, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{path::Path, process::Command};

on_both!(every_kind_of_news_arrives_once, both_secrets_sign_for_a_day);

const EVENTS: [&str; 9] = [
    "round-opened",
    "round-closing",
    "round-deleted",
    "plan-published",
    "sessions-changed",
    "place-offered",
    "swap",
    "capacity-cut",
    "load-alert",
];

/// HMAC-SHA256 as RFC 2104 has it, with a key of a block at most.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let padded = |pad: u8| block.map(|byte| byte ^ pad);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().to_vec()
}

/// Whether one of the signatures is by this secret, over what came, and made just now.
fn is_signed_by(secret: &str, news: &Received) -> bool {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let text = format!("{}.{}.{}", news.id(), news.header("webhook-timestamp"), news.body);
    let right = format!("v1,{}", STANDARD.encode(hmac(&key, text.as_bytes())));
    let sent_at: i64 = news.header("webhook-timestamp").parse().unwrap();
    (Utc::now().timestamp() - sent_at).abs() < 300 && news.header("webhook-signature").split(' ').any(|it| it == right)
}

/// What the program in the README thinks of it.
fn readme_accepts(secret: &str, news: &Received, body: &str, seconds_later: i64) -> bool {
    let readme = std::fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let example = readme.split("```python\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let timestamp: i64 = news.header("webhook-timestamp").parse().unwrap();
    let headers: serde_json::Map<String, Value> =
        news.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let program = format!(
        "{example}\nimport json, sys\nnews = json.load(sys.stdin)\ntime.time = lambda: news['now']\n\
         print(is_ours(news['secret'], news['headers'], news['body'].encode()))"
    );
    let input = json!({"secret": secret, "headers": headers, "body": body, "now": timestamp + seconds_later});
    let answer = run(Command::new("python3").args(["-c", &program]), input.to_string().as_bytes());
    assert!(answer.ok, "{}", answer.complaint);
    answer.output.trim() == "True"
}

/// The schema of a kind of news, by the API document.
fn validator(document: &Value, kind: &str) -> jsonschema::Validator {
    let post = &document["webhooks"][kind]["post"];
    let mut schema = post["requestBody"]["content"]["application/json"]["schema"].clone();
    schema["components"] = document["components"].clone();
    jsonschema::options().build(&schema).unwrap_or_else(|error| panic!("{kind}: {error}"))
}

struct Place {
    world: World,
    school: School,
    own: String,
    colleague: String,
    group: String,
}

impl Place {
    /// A school with room for one class of 28, and two teachers.
    fn new(site: Site) -> Self {
        let world = World::at(site);
        let school = world.school("Collège A");
        let own = format!("/api/v1/schools/{}", school.id);
        let colleague =
            world.made(&format!("{own}/teachers"), &json!({"name": "Mr Colin", "email": "colin@example.org"}));
        let group = world.made(&format!("{own}/groups"), &json!({"name": "6e B", "headcount": 20}));
        Self { world, school, own, colleague, group }
    }

    fn class(&self, mine: bool) -> Value {
        let (title, teacher, group) = if mine {
            ("Maths", &self.school.teacher, &self.school.group)
        } else {
            ("English", &self.colleague, &self.group)
        };
        json!({"title": title, "teachers": [teacher], "groups": [group], "duration_minutes": 60})
    }

    fn book(&self, mine: bool, at: &str) -> String {
        let mut class = self.class(mine);
        class["starts_at_local"] = json!(at);
        self.world.made(&format!("{}/bookings", self.own), &class)
    }
}

fn every_kind_of_news_arrives_once(backend: Backend) {
    let receiver = Receiver::start();
    let place = Place::new(Site::new(backend).news_to(&receiver).set("jobs.poll_millis", "50"));
    let world = &place.world;
    let webhook = Webhook::at(world, &place.school, &receiver.url("/status/200"), &EVENTS);
    let mut told = Vec::new();
    let mut next = |kinds: &[&str]| -> Vec<Value> {
        let all = receiver.wait_for("/status/200", told.len() + kinds.len());
        let mut new: Vec<Value> = all[told.len()..].iter().map(Received::json).collect();
        new.sort_by_key(|news| news["type"].to_string());
        let found: Vec<&str> = new.iter().map(|news| news["type"].as_str().unwrap()).collect();
        assert_eq!(found, kinds, "{new:#?}");
        told = all;
        new.into_iter().map(|news| news["data"].clone()).collect()
    };

    // A round that opens now and closes within the day.
    let soon = Utc::now() + Duration::hours(20);
    let round = json!({"name": "Mars", "starts_on": "2030-03-18", "ends_on": "2030-03-24", "closes_at": soon});
    let round = world.made(&format!("{}/rounds", place.own), &round);
    let opened = next(&["round-closing", "round-opened"]);
    assert_eq!((&opened[0]["round"], &opened[1]["round"]), (&json!(round), &json!(round)));
    assert_eq!(opened[1]["start"], json!({"utc": "2030-03-17T23:00:00Z", "local": "2030-03-18T00:00:00"}));
    assert_eq!((&opened[1]["name"], &opened[1]["opens"]), (&json!("Mars"), &Value::Null));
    // One that opens later is told of then.
    let later = json!({"name": "Avril", "starts_on": "2030-04-15", "ends_on": "2030-04-21",
        "opens_at": Utc::now() + Duration::seconds(3)});
    let later = world.made(&format!("{}/rounds", place.own), &later);
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert_eq!(receiver.at("/status/200").len(), 2);
    assert_eq!(next(&["round-opened"])[0]["round"], json!(later));
    world.send(reqwest::Method::DELETE, &format!("/api/v1/rounds/{later}"), Some(&world.operator), None).expect(204);
    assert_eq!(next(&["round-deleted"])[0]["round"], json!(later));

    let mut wish = place.class(true);
    wish["preferred"] = json!([{"start": "2030-03-18T09:00"}]);
    world.made(&format!("/api/v1/rounds/{round}/requests"), &wish);
    let job = world.post(&format!("/api/v1/rounds/{round}/jobs"), &json!({"seconds": 1})).expect(202).json();
    let job = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap());
    let plan = wait_until(std::time::Duration::from_secs(30), "the round is solved", || {
        Some(world.get(&job).expect(200).json()["plan"].clone()).filter(Value::is_string)
    });
    world.post(&format!("/api/v1/rounds/{round}/publication"), &json!({"plan": plan})).expect(200);
    let published = next(&["plan-published"]).remove(0);
    assert_eq!((&published["plan"], &published["round"]), (&plan, &json!(round)));
    let [change] = published["changes"].as_array().unwrap().as_slice() else { panic!("{published}") };
    assert_eq!(change["start"], json!({"utc": "2030-03-18T08:00:00Z", "local": "2030-03-18T09:00:00"}));
    assert_eq!(
        (&change["title"], &change["sequence"], &change["state"]),
        (&json!("Maths"), &json!(0), &json!("confirmed"))
    );
    assert_eq!(change["change"], json!({"kind": "added"}));

    // Moved and called off.
    let session = format!("/api/v1/sessions/{}", change["id"].as_str().unwrap());
    let to = json!({"starts_at_local": "2030-03-18T10:00"});
    world.send(reqwest::Method::PATCH, &session, Some(&world.operator), Some(&to)).expect(200);
    let moved = next(&["sessions-changed"]).remove(0)["changes"][0].clone();
    assert_eq!(moved["change"], json!({"kind": "moved", "from": "2030-03-18T08:00:00Z"}));
    assert_eq!((&moved["sequence"], &moved["start"]["local"]), (&json!(1), &json!("2030-03-18T10:00:00")));
    world.post(&format!("{session}/cancellation"), &json!({})).expect(200);
    let off = next(&["sessions-changed"]).remove(0)["changes"][0].clone();
    assert_eq!(
        (&off["state"], &off["sequence"], &off["change"]["kind"]),
        (&json!("cancelled"), &json!(2), &json!("cancelled"))
    );

    // Two classes are booked and exchange their starts; one more waits for a place.
    let mine = place.book(true, "2031-01-06T09:00");
    let other = place.book(false, "2031-01-06T11:00");
    next(&["sessions-changed", "sessions-changed"]);
    let swap = world.made(&format!("/api/v1/sessions/{mine}/swaps"), &json!({"with": other}));
    assert_eq!(next(&["swap"])[0]["state"], "proposed");
    world.post(&format!("/api/v1/swaps/{swap}/acceptance"), &json!({})).expect(200);
    let agreed = next(&["sessions-changed", "swap"]);
    assert_eq!((agreed[0]["changes"].as_array().unwrap().len(), &agreed[1]["state"]), (2, &json!("agreed")));
    let declined = world.made(&format!("/api/v1/sessions/{mine}/swaps"), &json!({"with": other}));
    world.post(&format!("/api/v1/swaps/{declined}/refusal"), &json!({})).expect(200);
    let states: Vec<Value> = next(&["swap", "swap"]).iter().map(|news| news["state"].clone()).collect();
    assert!(states.contains(&json!("proposed")) && states.contains(&json!("declined")), "{states:?}");
    let mut waiting = place.class(false);
    waiting["from_local"] = json!("2031-01-07T08:00");
    waiting["to_local"] = json!("2031-01-07T09:00");
    let taken = place.book(false, "2031-01-07T08:00");
    next(&["sessions-changed"]);
    let waiting = world.made(&format!("{}/waiting", place.own), &waiting);
    world.post(&format!("/api/v1/sessions/{taken}/cancellation"), &json!({})).expect(200);
    let offered = next(&["place-offered", "sessions-changed"]).remove(0);
    assert_eq!(
        (&offered["waiting"], &offered["offer"]["start"]["local"]),
        (&json!(waiting), &json!("2031-01-07T08:00:00"))
    );
    world.service.site().sql("UPDATE sessions SET held_until = '2020-03-16 08:00:00' WHERE state = 'held'");
    // Nobody took it, and nobody is offered the same place twice.
    let let_go = next(&["place-offered"]).remove(0);
    assert!(let_go["offer"].is_null() && let_go["session"] == offered["session"], "{let_go:#}");

    // A limit that the class of 28 exceeds.
    let cut = json!({"connections": 200, "dated": [
        {"starts_at": "2031-01-06T00:00:00Z", "ends_at": "2031-01-07T00:00:00Z", "connections": 0},
    ]});
    world.put(&format!("{}/capacity", place.own), &cut).expect(200);
    let cut = next(&["capacity-cut"]).remove(0);
    let over: Vec<&Value> = cut["overloads"].as_array().unwrap().iter().map(|it| &it["over"]).collect();
    assert_eq!(over, [&json!(21), &json!(28)], "{cut:#}");

    // More than nine tenths of the limit, twice in a row.
    let near = [12, 7].map(|minutes| format!("{},195", (Utc::now() - Duration::minutes(minutes)).timestamp()));
    let table = json!(format!("time,connections\n{}\n", near.join("\n")));
    world.post(&format!("/api/v1/load/csv?school={}", place.school.id), &table).expect(201);
    let alert = next(&["load-alert"]).remove(0);
    assert_eq!(
        (&alert["kind"], &alert["observed"], &alert["ended_at"]),
        (&json!("near-limit"), &json!(195), &json!(null))
    );

    let ping = webhook.ping();
    next(&["ping"]);
    let document = world.get("/api/v1/openapi.json").expect(200).json();
    let described = document["webhooks"].as_object().unwrap();
    assert_eq!(described.len(), EVENTS.len() + 1, "{:?}", described.keys());
    let mut ids = Vec::new();
    for news in receiver.at("/status/200") {
        assert!(is_signed_by(&webhook.secret, &news), "{news:?}");
        assert_eq!(news.header("content-type"), "application/json");
        assert!(!news.body.contains('@') && !news.body.contains("Bernard") && !news.body.contains("Colin"), "{news:?}");
        let kind = news.json()["type"].as_str().unwrap().to_owned();
        let errors: Vec<String> =
            validator(&document, &kind).iter_errors(&news.json()).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{kind}: {errors:?}\n{}", news.body);
        ids.push(news.id().to_owned());
    }
    assert_eq!(ids.last(), Some(&ping));
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "each came once");
}

fn both_secrets_sign_for_a_day(backend: Backend) {
    let receiver = Receiver::start();
    let place = Place::new(Site::new(backend).news_to(&receiver).set("jobs.poll_millis", "50"));
    let webhook = Webhook::at(&place.world, &place.school, &receiver.url("/status/200"), &["swap"]);
    webhook.ping();
    let first = receiver.wait_for("/status/200", 1).remove(0);
    assert!(is_signed_by(&webhook.secret, &first));
    // The program in the README knows ours, and neither another's, nor a changed, nor an old one.
    assert!(readme_accepts(&webhook.secret, &first, &first.body, 10));
    assert!(!readme_accepts("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", &first, &first.body, 10));
    assert!(!readme_accepts(&webhook.secret, &first, &first.body.replace("ping", "pong"), 10));
    assert!(!readme_accepts(&webhook.secret, &first, &first.body, 301));
    assert!(!readme_accepts(&webhook.secret, &first, &first.body, -301));
    let new = webhook.rotate();
    webhook.ping();
    let second = receiver.wait_for("/status/200", 2).remove(1);
    assert!(is_signed_by(&webhook.secret, &second) && is_signed_by(&new, &second));
    assert!(readme_accepts(&webhook.secret, &second, &second.body, 10));
    assert!(readme_accepts(&new, &second, &second.body, 10));
    place.world.service.site().sql("UPDATE webhooks SET old_secret_until = '2020-03-16 08:00:00'");
    webhook.ping();
    let third = receiver.wait_for("/status/200", 3).remove(2);
    assert!(!is_signed_by(&webhook.secret, &third) && is_signed_by(&new, &third));
}
