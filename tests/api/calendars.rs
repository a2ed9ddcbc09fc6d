//! A school's calendar, and that no class is placed on a day on which it is closed.

use super::school::{School, World};
use crate::support::{
    process::wait_until,
    service::{Answer, Backend, on_both},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

on_both!(
    a_calendar_is_replaced_as_a_whole,
    days_beyond_the_table_are_told,
    no_wish_and_no_move_goes_to_a_closed_day,
    a_plan_for_a_day_that_was_closed_is_not_published,
    no_class_lies_across_lunch,
);

fn calendar_of(school: &School) -> String {
    format!("/api/v1/schools/{}/calendar", school.id)
}

fn closed_on(from: &str, to: &str) -> Value {
    json!({"closures": [{"from": from, "to": to, "reason": "Travaux"}]})
}

fn wish(school: &School, start: &str, otherwise: &str) -> Value {
    json!({
        "title": "Maths", "teachers": [school.teacher], "groups": [school.group], "duration_minutes": 55,
        "preferred": [{"start": start, "tolerance_minutes": 60}], "otherwise": otherwise,
    })
}

fn round(world: &World, school: &School) -> String {
    let round = json!({"name": "solved", "starts_on": "2030-03-18", "ends_on": "2030-03-24"});
    world.made(&format!("/api/v1/schools/{}/rounds", school.id), &round)
}

fn plan(world: &World, round: &str) -> String {
    let job = world.post(&format!("/api/v1/rounds/{round}/jobs"), &json!({"seconds": 1})).expect(202).json();
    let path = format!("/api/v1/jobs/{}", job["id"].as_str().expect("an id"));
    let done = wait_until(Duration::from_secs(60), "the round is solved", || {
        Some(world.get(&path).expect(200).json()).filter(|job| job["plan"].is_string())
    });
    done["plan"].as_str().expect("a plan").to_owned()
}

fn findings(answer: &Answer) -> Vec<(String, String)> {
    let answer = answer.json();
    let text = |finding: &Value, key: &str| finding[key].as_str().expect("text").to_owned();
    let findings = answer["findings"].as_array().expect("findings");
    findings.iter().map(|finding| (text(finding, "code"), text(finding, "place"))).collect()
}

fn a_calendar_is_replaced_as_a_whole(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let path = calendar_of(&school);
    let none = json!({
        "holiday_zone": null, "public_holidays": null, "lunch": [], "closures": [], "opening_days": [],
    });
    assert_eq!(world.get(&path).expect(200).json(), none);
    let kept = json!({
        "holiday_zone": "C", "public_holidays": "alsace-moselle",
        "lunch": [{"weekday": null, "from_minute": 720, "to_minute": 780}],
        "closures": [{"from": "2026-11-30", "to": "2026-12-01", "reason": "Travaux"}],
        "opening_days": [{"from": "2026-12-21", "to": "2026-12-21", "reason": "Rattrapage"}],
    });
    let mut answer = world.put(&path, &kept).expect(200).json();
    assert_eq!(answer["sessions_on_closed_days"], json!([]));
    world.put(&path, &answer).expect(200);
    answer.as_object_mut().expect("an object").remove("sessions_on_closed_days");
    assert_eq!(answer, kept);
    // What is read can be sent back, with the days that were asked for or without.
    let read = world.get(&format!("{path}?from=2026-11-28&to=2026-12-26")).expect(200).json();
    world.put(&path, &read).expect(200);
    assert_eq!(world.get(&path).expect(200).json(), kept);
    let days = &read["days"];
    assert_eq!((&days["covered"], &days["not_covered"]), (&json!(true), &json!([])));
    assert!(days["school_holidays"]["source"].as_str().is_some_and(|source| source.contains("Ministère")));
    let closed = days["closed"].as_array().expect("days");
    let dates: Vec<&str> = closed.iter().map(|day| day["date"].as_str().expect("a day")).collect();
    let expected = ["2026-11-30", "2026-12-01", "2026-12-19", "2026-12-20", "2026-12-22", "2026-12-23"];
    assert_eq!(dates[..6], expected);
    let christmas = json!([
        {"source": "holiday_zone", "reason": "Vacances de Noël (zone C)"},
        {"source": "public_holiday", "reason": "Saint-Étienne"},
    ]);
    assert_eq!(closed.last().map(|day| &day["reasons"]), Some(&christmas));
    let closure = json!([{"source": "closure", "reason": "Travaux"}]);
    assert_eq!(closed[0]["reasons"], closure);
    // Everything wrong is told, and nothing kept.
    let wrong = json!({
        "lunch": [{"from_minute": 800, "to_minute": 700}],
        "closures": [{"from": "2026-12-02", "to": "2026-12-01", "reason": " "}],
    });
    let answer = world.put(&path, &wrong).expect(422);
    let place = |code: &str, place: &str| (code.to_owned(), place.to_owned());
    assert_eq!(
        findings(&answer),
        [place("bad-span", "lunch[0]"), place("bad-days", "closures[0]"), place("empty-text", "closures[0].reason")]
    );
    world.put(&path, &json!({"holiday_zone": "D"})).expect(422);
    world.put(&path, &json!({"closures": [{"from": "2026-02-30", "to": "2026-03-01", "reason": "x"}]})).expect(422);
    assert_eq!(world.get(&path).expect(200).json(), kept);
    // The school's own details leave the calendar alone.
    let details = json!({
        "name": "Collège A", "time_zone": "Europe/Paris", "language": "fr",
        "opening_hours": [{"weekday": 1, "from_minute": 480, "to_minute": 1080}],
    });
    world.put(&format!("/api/v1/schools/{}", school.id), &details).expect(200);
    assert_eq!(world.get(&path).expect(200).json(), kept);
    assert_eq!(world.put(&path, &json!({})).expect(200).json()["holiday_zone"], Value::Null);
    assert_eq!(world.get(&path).expect(200).json(), none);
}

fn days_beyond_the_table_are_told(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let path = calendar_of(&school);
    world.put(&path, &json!({"holiday_zone": "A", "public_holidays": "france"})).expect(200);
    let days = world.get(&format!("{path}?from=2027-06-30&to=2027-07-20")).expect(200).json()["days"].clone();
    assert_eq!(days["covered"], json!(false));
    assert_eq!(days["not_covered"], json!([{"from": "2027-07-03", "to": "2027-07-20"}]));
    let bastille = json!([{"source": "public_holiday", "reason": "Fête nationale"}]);
    assert_eq!(days["closed"], json!([{"date": "2027-07-14", "covered": false, "reasons": bastille}]));
    world.put(&path, &json!({"public_holidays": "la-reunion"})).expect(200);
    let days = world.get(&format!("{path}?from=2030-12-20&to=2030-12-24")).expect(200).json()["days"].clone();
    assert_eq!((&days["covered"], &days["school_holidays"]), (&json!(true), &Value::Null));
    assert_eq!(days["closed"][0]["reasons"][0]["reason"], "Abolition de l’esclavage");
    for wrong in ["from=2027-01-02&to=2027-01-01", "from=2027-01-01&to=2037-01-01", "from=now", "since=2027-01-01"] {
        world.get(&format!("{path}?{wrong}")).expect(422);
    }
}

fn no_wish_and_no_move_goes_to_a_closed_day(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let round = round(&world, &school);
    let requests = format!("/api/v1/rounds/{round}/requests");
    world.post(&requests, &wish(&school, "2030-03-18T09:00", "never")).expect(201);
    let plan = plan(&world, &round);
    world.post(&format!("/api/v1/rounds/{round}/publication"), &json!({"plan": plan})).expect(200);
    // Closing the days of a published class names it, and leaves it.
    let answer = world.put(&calendar_of(&school), &closed_on("2030-03-18", "2030-03-19")).expect(200).json();
    let session = &answer["sessions_on_closed_days"][0];
    assert_eq!((&session["title"], &session["state"]), (&json!("Maths"), &json!("confirmed")));
    let session = format!("/api/v1/sessions/{}", session["id"].as_str().expect("an id"));
    assert_eq!(world.get(&session).expect(200).json()["sequence"], 0);
    let to = |start: &str| {
        world.send(Method::PATCH, &session, Some(&world.operator), Some(&json!({"starts_at_local": start})))
    };
    let refused = to("2030-03-19T09:00").expect(422).json();
    assert_eq!(refused["findings"][0]["code"], "school-closed");
    assert_eq!(refused["findings"][0]["message"], "the school is closed on 2030-03-19: Travaux");
    assert_eq!(refused["findings"][0]["action"], "the next open day is 2030-03-20");
    to("2030-03-20T09:00").expect(200);
    let answer = world.put(&calendar_of(&school), &closed_on("2030-03-18", "2030-03-19")).expect(200).json();
    assert_eq!(answer["sessions_on_closed_days"], json!([]));
    // A wish for a closed day is refused; one for another day gets no start on a closed one.
    let next = json!({"name": "next", "starts_on": "2030-03-18", "ends_on": "2030-03-24"});
    let next = world.made(&format!("/api/v1/schools/{}/rounds", school.id), &next);
    let requests = format!("/api/v1/rounds/{next}/requests");
    let refused = world.post(&requests, &wish(&school, "2030-03-19T09:00", "any_day")).expect(422);
    assert_eq!(findings(&refused), [("school-closed".to_owned(), "preferred[0].start".to_owned())]);
    let wish = world.post(&requests, &wish(&school, "2030-03-20T09:00", "any_day")).expect(201).json();
    let windows = wish["windows"].as_array().expect("windows");
    let first: Vec<&str> = windows.iter().map(|window| window["first_at"].as_str().expect("a time")).collect();
    assert!(first.iter().all(|at| !at.starts_with("2030-03-18") && !at.starts_with("2030-03-19")), "{first:?}");
}

fn a_plan_for_a_day_that_was_closed_is_not_published(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let round = round(&world, &school);
    let requests = format!("/api/v1/rounds/{round}/requests");
    let movable = world.post(&requests, &wish(&school, "2030-03-18T09:00", "any_day")).expect(201).json();
    let fixed = world.post(&requests, &wish(&school, "2030-03-18T14:00", "same_day")).expect(201).json();
    let old = plan(&world, &round);
    world.put(&calendar_of(&school), &closed_on("2030-03-18", "2030-03-18")).expect(200);
    let publication = format!("/api/v1/rounds/{round}/publication");
    let refused = world.post(&publication, &json!({"plan": old})).expect(409);
    assert_eq!(refused.json()["code"], "does-not-fit");
    let place = |request: &Value| {
        ("school-closed".to_owned(), format!("requests[{}]", request["reference"].as_str().expect("text")))
    };
    let (mut found, mut expected) = (findings(&refused), [place(&movable), place(&fixed)]);
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    // The next plan keeps off the day: one class finds another, the other one has none.
    let new = plan(&world, &round);
    let changes = world.post(&publication, &json!({"plan": new})).expect(200).json()["changes"].clone();
    assert_eq!(changes.as_array().map(Vec::len), Some(1), "{changes}");
    assert_eq!(changes[0]["session"]["request"], movable["id"]);
    assert!(!changes[0]["session"]["starts_at"].as_str().expect("a time").starts_with("2030-03-18"));
    // With an opening day the old plan fits again.
    world.put(&calendar_of(&school), &json!({})).expect(200);
    world.post(&publication, &json!({"plan": old, "replaces": new})).expect(200);
}

fn no_class_lies_across_lunch(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let hours: Vec<Value> =
        (1..=5).map(|weekday| json!({"weekday": weekday, "from_minute": 480, "to_minute": 1080})).collect();
    let details = json!({
        "name": "Collège A", "time_zone": "Indian/Reunion", "language": "fr", "opening_hours": hours,
    });
    world.put(&format!("/api/v1/schools/{}", school.id), &details).expect(200);
    let requests = format!("/api/v1/rounds/{}/requests", round(&world, &school));
    world.post(&requests, &wish(&school, "2030-03-18T11:30", "never")).expect(201);
    let lunch = json!({"lunch": [
        {"from_minute": 720, "to_minute": 780}, {"weekday": 3, "from_minute": 780, "to_minute": 1080},
    ]});
    world.put(&calendar_of(&school), &lunch).expect(200);
    for start in ["2030-03-18T11:30", "2030-03-18T12:00", "2030-03-20T14:00"] {
        let refused = world.post(&requests, &wish(&school, start, "never")).expect(422);
        assert_eq!(findings(&refused)[0].0, "outside-hours", "{start}");
    }
    let wish = world.post(&requests, &wish(&school, "2030-03-18T11:00", "never")).expect(201).json();
    // Eleven o'clock on Réunion, four hours before UTC in summer and winter, and at most five minutes later.
    assert_eq!(wish["windows"][0]["last_at"], "2030-03-18T07:05:00Z", "{wish}");
    assert_eq!(wish["windows"].as_array().map(Vec::len), Some(1));
}
