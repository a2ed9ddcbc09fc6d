//! What wishes state reaches the plan, publication and moves by hand; what cannot be is told at entry.

use super::school::{School, World};
use crate::support::service::{Answer, Backend, on_both};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashMap;

on_both!(every_rule_reaches_the_plan, impossible_wishes_are_told_with_all_reasons, hostile_rules_are_refused);

/// A round in the week in which clocks go forward, on Sunday 31 March 2030.
pub fn round(world: &World, school: &School, name: &str, from: &str, to: &str) -> String {
    let body = json!({"name": name, "starts_on": from, "ends_on": to});
    world.made(&format!("/api/v1/schools/{}/rounds", school.id), &body)
}

/// A wish for Monday at nine, with more fields.
pub fn wish(school: &School, title: &str, more: Value) -> Value {
    let mut wish = json!({
        "title": title, "reference": title, "teachers": [school.teacher], "groups": [school.group],
        "duration_minutes": 60, "preferred": [{"start": "2030-03-25T09:00"}], "otherwise": "any_day",
    });
    wish.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    wish
}

pub fn codes(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let findings = body["findings"].as_array().unwrap_or_else(|| panic!("{body}"));
    findings.iter().map(|finding| finding["code"].as_str().expect("a code").to_owned()).collect()
}

/// Solves a round and tells its plan.
pub fn plan(world: &World, round: &str) -> Value {
    let job = world.post(&format!("/api/v1/rounds/{round}/jobs"), &json!({"seconds": 2})).expect(202).json();
    let job = format!("/api/v1/jobs/{}", job["id"].as_str().expect("an id"));
    let patience = std::time::Duration::from_secs(60);
    let done = crate::support::process::wait_until(patience, "the round is solved", || {
        let job = world.get(&job).expect(200).json();
        assert_ne!(job["state"], "failed", "{job}");
        Some(job).filter(|job| job["plan"].is_string())
    });
    world.get(&format!("/api/v1/plans/{}", done["plan"].as_str().expect("a plan"))).expect(200).json()
}

fn starts(plan: &Value, ids: &HashMap<&str, String>) -> HashMap<String, (DateTime<Utc>, NaiveDateTime)> {
    let mut out = HashMap::new();
    for start in plan["starts"].as_array().expect("starts") {
        let title = ids.iter().find(|(_, id)| start["request"] == json!(id)).expect("a known request").0;
        let utc: DateTime<Utc> =
            start["start"]["utc"].as_str().unwrap_or_else(|| panic!("{plan}")).parse().expect("utc");
        let local = start["start"]["local"].as_str().expect("local").parse().expect("a local time");
        out.insert((*title).to_owned(), (utc, local));
    }
    out
}

fn every_rule_reaches_the_plan(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let round = round(&world, &school, "Semaine 13", "2030-03-25", "2030-03-31");
    let requests = format!("/api/v1/rounds/{round}/requests");
    let wishes = [
        ("a", json!({"minimum_break_minutes": {"teacher": 20}, "most_a_day": {"group": 3}})),
        ("b", json!({"most_a_day": {"teacher": 2}, "minimum_break_minutes": {"teacher": 10, "group": 5}})),
        ("c", json!({"after": [{"request": "a", "gap_minutes": 90}], "not_same_day_as": ["b"]})),
        (
            "d",
            json!({
                "preferred": [{"start": "2030-03-26T10:00"}],
                "allowed_hours": [{"weekday": 2, "from_minute": 480, "to_minute": 735}],
                "impossible_hours": [
                    {"weekday": 2, "from_minute": 480, "to_minute": 600, "reason": "Conseil"},
                    {"weekday": 5, "from_minute": 480, "to_minute": 600, "reason": "Stage"},
                ],
            }),
        ),
        ("e", json!({"preferred": [{"start": "2030-03-26T10:00"}], "not_same_day_as": ["d"]})),
    ];
    let mut ids = HashMap::new();
    for (title, more) in wishes {
        let entered = world.post(&requests, &wish(&school, title, more.clone())).expect(201).json();
        for (field, value) in more.as_object().expect("fields") {
            let kept = &entered["wish"][field];
            let given = value.as_object().map_or(value == kept, |object| object.iter().all(|(k, v)| kept[k] == *v));
            assert!(given || field == "preferred", "{field}: {entered}");
        }
        ids.insert(title, entered["id"].as_str().expect("an id").to_owned());
    }
    let read = world.get(&format!("/api/v1/requests/{}", ids["c"])).expect(200).json();
    assert_eq!(read["wish"]["after"], json!([{"request": "a", "gap_minutes": 90}]));
    assert_eq!(read["rules"]["after"][0]["request"], json!(ids["a"]));

    let plan = plan(&world, &round);
    let at = starts(&plan, &ids);
    let hour = Duration::minutes(60);
    assert!(at["a"].0 + hour + Duration::minutes(90) <= at["c"].0, "order: {at:?}");
    assert_ne!(at["b"].1.date(), at["c"].1.date(), "other days: {at:?}");
    assert_ne!(at["d"].1.date(), at["e"].1.date(), "other days: {at:?}");
    assert_eq!(at["d"].1.to_string(), "2030-03-26 10:00:00", "hours: {at:?}");
    let mut all: Vec<_> = at.values().collect();
    all.sort();
    for pair in all.windows(2) {
        assert!(pair[0].0 + hour + Duration::minutes(20) <= pair[1].0, "the longest break counts: {at:?}");
    }
    for (_, local) in at.values() {
        assert!(at.values().filter(|other| other.1.date() == local.date()).count() <= 2, "two a day: {at:?}");
    }

    let order = json!({"plan": plan["id"]});
    world.post(&format!("/api/v1/rounds/{round}/publication"), &order).expect(200);
    moves_keep_the_rules(&world, &school, &at);
}

/// Each move would break one rule at least; an admin may insist.
fn moves_keep_the_rules(world: &World, school: &School, at: &HashMap<String, (DateTime<Utc>, NaiveDateTime)>) {
    let week = world.get(&format!("/api/v1/schools/{}/week?date=2030-03-25", school.id)).expect(200).json();
    let session = |title: &str| {
        let sessions = week["sessions"].as_array().expect("sessions");
        let found = sessions.iter().find(|session| session["title"] == title).expect("a session");
        format!("/api/v1/sessions/{}", found["id"].as_str().expect("an id"))
    };
    let moved = |title: &str, to: NaiveDateTime, token: &str, insist: bool| {
        let body = json!({"starts_at_local": to.format("%Y-%m-%dT%H:%M").to_string(), "insist": insist});
        world.send(Method::PATCH, &session(title), Some(token), Some(&body))
    };
    let teacher = &school.teacher_token;
    // A quarter of an hour before or after: on one side at least the school is open.
    let near = [at["b"].1 - Duration::minutes(65), at["b"].1 + Duration::minutes(65)];
    let refused = near.map(|to| moved("a", to, teacher, false)).into_iter().find(|answer| answer.status == 409);
    let refused = refused.expect("one side is open");
    assert!(codes(&refused).contains(&"teacher-break".to_owned()), "{}", refused.text());
    let monday = |time: &str| format!("2030-03-25T{time}:00").parse::<NaiveDateTime>().expect("a time");
    let friday = |time: &str| format!("2030-03-29T{time}:00").parse::<NaiveDateTime>().expect("a time");
    let refused = moved("a", friday("16:00"), teacher, false).expect(409);
    assert!(codes(&refused).contains(&"comes-before".to_owned()), "{}", refused.text());
    let there = at["b"].1.date().and_time(monday("15:00").time());
    let refused = moved("c", there, teacher, false).expect(409);
    assert!(codes(&refused).contains(&"same-day".to_owned()), "{}", refused.text());
    let refused = moved("d", friday("08:00"), teacher, false).expect(409);
    assert_eq!(codes(&refused), ["impossible-hours"], "{}", refused.text());
    moved("d", friday("08:00"), teacher, true).expect(403);
    moved("d", friday("08:00"), &school.admin_token, true).expect(200);
}

fn impossible_wishes_are_told_with_all_reasons(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let round = round(&world, &school, "Semaine 13", "2030-03-25", "2030-03-31");
    let check = format!("/api/v1/rounds/{round}/requests/check");
    let requests = format!("/api/v1/rounds/{round}/requests");
    let told = |more: Value| {
        let wish = wish(&school, "x", more);
        let found = codes(&world.post(&check, &wish).expect(200));
        let refused = world.post(&requests, &wish).expect(422);
        assert_eq!(codes(&refused), found, "the dry check tells what entering tells");
        found
    };
    let span = |weekday: u32, from: u32, to: u32| json!({"weekday": weekday, "from_minute": from, "to_minute": to});
    let hole = |weekday: u32| json!({"weekday": weekday, "from_minute": 0, "to_minute": 1440, "reason": "Stage"});
    assert_eq!(told(json!({"allowed_hours": [span(6, 480, 735)]})), ["no-start-left"]);
    assert_eq!(told(json!({"allowed_hours": [span(1, 480, 510)]})), ["no-start-left"]);
    let week: Vec<Value> = (1..=5).map(hole).collect();
    assert_eq!(told(json!({"impossible_hours": week})), ["no-start-left"]);
    assert_eq!(told(json!({"allowed_hours": [span(1, 480, 735)], "impossible_hours": [hole(1)]})), ["no-start-left"]);
    assert_eq!(told(json!({"allowed_hours": [span(2, 480, 735)]})), ["not-allowed-hours"]);
    assert_eq!(told(json!({"impossible_hours": [hole(1)]})), ["impossible-hours"]);
    assert_eq!(told(json!({"after": [{"request": "nobody"}]})), ["unknown-request"]);

    // The pool is narrow on Monday morning, and only then.
    let narrow = json!({"connections": 200, "weekly": [{"weekday": 1, "from_minute": 480, "to_minute": 735, "connections": 27}]});
    world.put(&format!("/api/v1/schools/{}/capacity", school.id), &narrow).expect(200);
    assert_eq!(told(json!({"otherwise": "never"})), ["above-capacity"]);
    let refused = world.post(&requests, &wish(&school, "x", json!({"otherwise": "never"}))).expect(422).text();
    assert!(refused.contains("at most 27"), "the limit is told: {refused}");
    world.post(&check, &wish(&school, "x", json!({"otherwise": "same_day"}))).expect(200);

    let late = json!({"preferred": [{"start": "2030-03-29T15:00"}], "otherwise": "never"});
    let first = world.made(&requests, &wish(&school, "late", late));
    let early = |more: Value| {
        let mut body = json!({"preferred": [{"start": "2030-03-26T09:00"}], "otherwise": "never"});
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        body
    };
    assert_eq!(told(early(json!({"after": [{"request": first}]}))), ["order-impossible"]);
    let friday =
        json!({"preferred": [{"start": "2030-03-29T09:00"}], "otherwise": "never", "not_same_day_as": ["late"]});
    assert_eq!(told(friday), ["same-day-only"]);
    let one =
        json!({"preferred": [{"start": "2030-03-29T09:00"}], "otherwise": "same_day", "most_a_day": {"group": 1}});
    assert_eq!(told(one), ["most-exceeded"]);
    // A circle closes when the first is changed.
    let second = world.made(&requests, &wish(&school, "second", json!({"preferred": [{"start": "2030-03-27T09:00"}]})));
    let third = json!({"preferred": [{"start": "2030-03-28T09:00"}], "after": [{"request": "second"}]});
    world.made(&requests, &wish(&school, "third", third));
    let circle = json!({"preferred": [{"start": "2030-03-27T09:00"}], "after": [{"request": "third"}]});
    let refused = world.put(&format!("/api/v1/requests/{second}"), &wish(&school, "second", circle)).expect(422);
    assert_eq!(codes(&refused), ["order-cycle"]);
    assert_eq!(world.get(&requests).expect(200).json().as_array().map(Vec::len), Some(3), "nothing else was entered");
}

fn hostile_rules_are_refused(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let round = round(&world, &school, "Semaine 13", "2030-03-25", "2030-03-31");
    let requests = format!("/api/v1/rounds/{round}/requests");
    let hole = |reason: &str| json!({"weekday": 1, "from_minute": 0, "to_minute": 10, "reason": reason});
    for (more, code) in [
        (json!({"impossible_hours": [hole("a\r\nBCC: x@example.org")]}), "control-character"),
        (json!({"impossible_hours": [hole(&"x".repeat(201))]}), "too-long"),
        (json!({"impossible_hours": vec![hole("a"); 51]}), "too-many"),
        (json!({"allowed_hours": [{"weekday": 1, "from_minute": 600, "to_minute": 300}]}), "bad-span"),
        (json!({"after": [{"request": "'; DROP TABLE requests; --"}]}), "unknown-request"),
        (json!({"not_same_day_as": ["\u{0}"]}), "control-character"),
        (json!({"most_a_day": {"teacher": 0}}), "bad-most"),
        (json!({"minimum_break_minutes": {"group": 100_000}}), "bad-break"),
        (json!({"weeks": 3}), "not-weekly"),
        (json!({"weekly": true, "weeks": 5000}), "out-of-range"),
        (json!({"weekly": true, "preferred": []}), "no-preference"),
        (json!({"weekly": true, "preferred": [{"start": "2030-03-25T09:02"}]}), "off-grid"),
        (json!({"weekly": true, "until": "2030-03-01"}), "no-week"),
        (
            json!({"weekly": true, "preferred": [{"start": "2030-03-25T09:00"}, {"start": "2030-04-03T09:00"}]}),
            "outside-week",
        ),
        (json!({"weekly": true, "preferred": [{"start": "+262142-12-31T09:00"}]}), ""),
        (json!({"most_a_day": {"pupil": 1}}), "unknown-field"),
    ] {
        let refused = world.post(&requests, &wish(&school, "x", more.clone()));
        assert!([400, 422].contains(&refused.status), "{more}: {} {}", refused.status, refused.text());
        assert!(refused.text().contains(code), "{more}: {}", refused.text());
    }
    assert_eq!(world.get(&requests).expect(200).json(), json!([]));
}
