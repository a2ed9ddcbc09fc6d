//! Bad input: each kind gets its clear answer, with every finding, its code and its place.

use super::school::World;
use crate::support::service::{Answer, Backend, on_both};
use reqwest::Method;
use serde_json::{Value, json};

on_both!(
    findings_name_their_place,
    conflicts_are_told,
    a_hundred_megabytes_are_refused,
    days_far_away_are_refused_and_break_nothing,
    parameters_that_nobody_knows_are_refused,
    who_asks_is_looked_at_before_what_is_asked,
);

/// What it is, the request, and the findings with their places.
type Case<'a> = (&'a str, Method, String, Value, Vec<(&'a str, &'a str)>);

fn told(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{}", answer.text());
    let problem = answer.json();
    assert_eq!(problem["status"], json!(answer.status));
    let findings = problem["findings"].as_array().cloned().unwrap_or_default();
    let text = |finding: &Value, key: &str| finding[key].as_str().expect("text").to_owned();
    let mut out = Vec::new();
    for finding in &findings {
        assert!(!text(finding, "message").is_empty() && !text(finding, "action").is_empty(), "{finding}");
        out.push((text(finding, "code"), text(finding, "place")));
    }
    out.sort();
    out
}

fn findings_name_their_place(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let own = format!("/api/v1/schools/{}", school.id);
    let round = json!({"name": "r", "starts_on": "2030-03-25", "ends_on": "2030-03-31"});
    let round = world.made(&format!("{own}/rounds"), &round);
    let week_end = json!({"weekday": 7, "from_minute": 0, "to_minute": 1440});
    let hours = json!({"name": "A", "time_zone": "Europe/Paris", "language": "fr", "opening_hours": [week_end]});
    world.put(&own, &hours).expect(200);

    let long = "x".repeat(201);
    let span = |weekday: i64, from: i64, to: i64| json!({"weekday": weekday, "from_minute": from, "to_minute": to, "connections": 50});
    let request = |start: &str, teacher: &str| {
        json!({
            "title": "Maths", "teachers": [teacher], "groups": [school.group], "duration_minutes": 55,
            "preferred": [{"start": start}],
        })
    };
    let cases: Vec<Case> = vec![
        (
            "wrong types, all at once",
            Method::POST,
            format!("{own}/groups"),
            json!({"name": 7, "headcount": "many"}),
            vec![("wrong-type", "headcount"), ("wrong-type", "name")],
        ),
        (
            "a near miss",
            Method::POST,
            format!("{own}/groups"),
            json!({"name": "a", "headcont": 3}),
            vec![("missing-field", "headcount"), ("unknown-field", "headcont")],
        ),
        ("no object", Method::POST, format!("{own}/groups"), json!([]), vec![("wrong-type", "")]),
        (
            "a negative headcount",
            Method::POST,
            format!("{own}/groups"),
            json!({"name": "a", "headcount": -1}),
            vec![("out-of-range", "headcount")],
        ),
        (
            "a huge number",
            Method::POST,
            format!("{own}/groups"),
            json!({"name": "a", "headcount": u64::MAX}),
            vec![("out-of-range", "headcount")],
        ),
        (
            "a broken number",
            Method::POST,
            format!("{own}/groups"),
            json!({"name": "a", "headcount": 1.5}),
            vec![("wrong-type", "headcount")],
        ),
        (
            "a line break in a name",
            Method::POST,
            format!("{own}/groups"),
            json!({"name": "a\r\nb", "headcount": 1}),
            vec![("control-character", "name")],
        ),
        (
            "text turned round",
            Method::POST,
            format!("{own}/teachers"),
            json!({"name": "a\u{202E}b"}),
            vec![("control-character", "name")],
        ),
        (
            "a NUL",
            Method::POST,
            format!("{own}/teachers"),
            json!({"name": "a\u{0}b"}),
            vec![("control-character", "name")],
        ),
        ("an empty name", Method::POST, format!("{own}/teachers"), json!({"name": "  "}), vec![("empty-text", "name")]),
        ("a long name", Method::POST, format!("{own}/teachers"), json!({"name": long}), vec![("too-long", "name")]),
        (
            "no address",
            Method::POST,
            format!("{own}/teachers"),
            json!({"name": "a", "email": "a b@c"}),
            vec![("bad-address", "email")],
        ),
        (
            "an unknown language",
            Method::POST,
            format!("{own}/teachers"),
            json!({"name": "a", "language": "frr"}),
            vec![("unknown-value", "language")],
        ),
        (
            "a bad time zone and code",
            Method::POST,
            "/api/v1/schools".into(),
            json!({"name": "b", "connections": 1, "time_zone": "Europe/Nantes", "uai": "12"}),
            vec![("bad-uai", "uai"), ("unknown-time-zone", "time_zone")],
        ),
        (
            "a bad weekday",
            Method::PUT,
            format!("{own}/capacity"),
            json!({"connections": 50, "weekly": [span(8, 0, 60)]}),
            vec![("out-of-range", "weekly[0].weekday")],
        ),
        (
            "overlapping spans",
            Method::PUT,
            format!("{own}/capacity"),
            json!({"connections": 50, "weekly": [span(1, 0, 60), span(1, 30, 90)]}),
            vec![("overlapping-spans", "weekly[1]")],
        ),
        (
            "a span backwards",
            Method::PUT,
            format!("{own}/capacity"),
            json!({"connections": 50, "weekly": [span(1, 60, 60)]}),
            vec![("bad-span", "weekly[0]")],
        ),
        (
            "a capacity below one class",
            Method::PUT,
            format!("{own}/capacity"),
            json!({"connections": 26}),
            vec![("below-one-class", "connections")],
        ),
        (
            "no instant",
            Method::PUT,
            format!("{own}/capacity"),
            json!({"connections": 50, "dated": [{"starts_at": "today", "ends_at": "2030-02-31T00:00:00Z", "connections": 0}]}),
            vec![("wrong-format", "dated[0].ends_at"), ("wrong-format", "dated[0].starts_at")],
        ),
        (
            "a role without its school",
            Method::POST,
            "/api/v1/tokens".into(),
            json!({"role": "teacher", "label": "x"}),
            vec![("missing-field", "school"), ("missing-field", "teacher")],
        ),
        (
            "a token for an unknown school",
            Method::POST,
            "/api/v1/tokens".into(),
            json!({"role": "admin", "school": "42", "label": "x"}),
            vec![("unknown-school", "school")],
        ),
        (
            "a time that does not exist",
            Method::POST,
            format!("/api/v1/rounds/{round}/requests"),
            request("2030-03-31T02:30", &school.teacher),
            vec![("no-such-local-time", "preferred[0].start")],
        ),
        (
            "an unknown teacher",
            Method::POST,
            format!("/api/v1/rounds/{round}/requests"),
            request("2030-03-31T09:00", "42"),
            vec![("unknown-teacher", "teachers[0]")],
        ),
    ];
    let mut wrong = Vec::new();
    for (name, method, path, body, expected) in cases {
        let answer = world.send(method, &path, Some(&world.operator), Some(&body));
        let expected: Vec<(String, String)> =
            expected.into_iter().map(|(code, place)| (code.to_owned(), place.to_owned())).collect();
        let found = told(&answer);
        if answer.status != 422 || found != expected {
            wrong.push(format!("{name}: {} {found:?}", answer.status));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    let raw = |body: String, media_type: &str| {
        let request = world.service.request(Method::POST, &format!("{own}/groups")).bearer_auth(&world.operator);
        Answer::to(request.header("content-type", media_type).body(body))
    };
    let deep = format!(r#"{{"name": {}}}"#, "[".repeat(100_000));
    let cases = [
        ("bad JSON", "{\n \"name\": }".to_owned(), "application/json", 400, "not-json"),
        ("nothing", String::new(), "application/json", 400, "not-json"),
        ("deep nesting", deep, "application/json", 400, "not-json"),
        ("a form", "name=a".to_owned(), "application/x-www-form-urlencoded", 415, "not-json-type"),
        ("text", "{}".to_owned(), "text/plain", 415, "not-json-type"),
    ];
    for (name, body, media_type, status, code) in cases {
        let answer = raw(body, media_type).expect(status);
        assert_eq!(answer.json()["code"], code, "{name}");
    }
    let squeezed = world.service.request(Method::POST, &format!("{own}/groups")).bearer_auth(&world.operator);
    let squeezed = squeezed.header("content-type", "application/json").header("content-encoding", "gzip").body("x");
    assert_eq!(Answer::to(squeezed).expect(415).json()["code"], "coded-body");
    let answer = world.send(Method::PATCH, &format!("{own}/groups"), Some(&world.operator), None).expect(405);
    assert_eq!(answer.header("allow"), Some("GET, POST"));
    assert_eq!(world.get("/api/v1/nothing").expect(404).json()["code"], "unknown-address");
}

fn conflicts_are_told(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let own = format!("/api/v1/schools/{}", school.id);
    let coded = json!({"name": "B", "connections": 100, "uai": "0440012A"});
    world.post("/api/v1/schools", &coded).expect(201);
    for (path, body, code) in [
        ("/api/v1/schools".to_owned(), coded, "school-exists"),
        (format!("{own}/groups"), json!({"name": "6e A", "headcount": 1}), "group-exists"),
        (format!("{own}/teachers"), json!({"name": "Mme Bernard"}), "teacher-exists"),
    ] {
        assert_eq!(world.post(&path, &body).expect(409).json()["code"], code);
    }
}

fn a_hundred_megabytes_are_refused(backend: Backend) {
    let world = World::new(backend);
    let request = || world.service.request(Method::POST, "/api/v1/schools").bearer_auth(&world.operator);
    let answer = Answer::to(request().header("content-type", "application/json").body(vec![b' '; 100 << 20]));
    let problem = answer.expect(413).json();
    assert_eq!(problem["code"], "body-too-large");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("2097152")), "{problem}");
    world.get("/api/v1/schools").expect(200);
}

fn days_far_away_are_refused_and_break_nothing(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let own = format!("/api/v1/schools/{}", school.id);
    let class = format!("teachers={}&groups={}&duration_minutes=60", school.teacher, school.group);
    for day in ["%2B262142-12-31", "-262143-01-01", "9999-12-31", "1999-12-31", "yesterday"] {
        for path in [
            format!("week?date={day}"),
            format!("limits?date={day}"),
            format!("load?date={day}"),
            format!("quietest-hours?{class}&from={day}"),
            format!("free-starts?{class}&from={day}"),
        ] {
            let answer = world.get(&format!("{own}/{path}"));
            assert_eq!(answer.status, 422, "{path}: {}", answer.text());
        }
    }
    world.get(&format!("{own}/week?date=2100-12-31")).expect(200);
}

fn parameters_that_nobody_knows_are_refused(backend: Backend) {
    let world = World::new(backend);
    let document = world.service.get("/api/v1/openapi.json").expect(200).json();
    let paths = document["paths"].as_object().expect("paths");
    let mut asked = 0;
    for path in paths.iter().filter(|(_, item)| item["get"].is_object()).map(|(path, _)| path) {
        let some = path.replace(|sign| ['{', '}'].contains(&sign), "");
        let query = format!("{some}?no-such-parameter=1");
        let unknown = vec![("unknown-field".to_owned(), "no-such-parameter".to_owned())];
        assert_eq!(told(&world.get(&query).expect(422)), unknown, "{path}");
        world.send(Method::GET, &query, None, None).expect(401);
        asked += 1;
    }
    assert!(asked > 70, "{asked}");

    // What is meant, or what there is, is told; nothing is looked up and nothing done before.
    let action = |answer: &Answer| answer.json()["findings"][0]["action"].as_str().expect("words").to_owned();
    assert_eq!(action(&world.get("/api/v1/schools/nowhere/week?dat=2030-03-18").expect(422)), "did you mean \"date\"?");
    assert_eq!(action(&world.get("/api/v1/audit?limit=10").expect(422)), "remove it; known are before",);
    let three = world.get("/api/v1/schools?a=1&b=2&a=3&%F0%9F%8E%93").expect(422);
    assert_eq!(told(&three).iter().map(|(_, place)| place.as_str()).collect::<Vec<_>>(), ["a", "b", "🎓"]);
    assert_eq!(action(&three), "remove it");
    let new = json!({"name": "A", "connections": 10});
    world.post("/api/v1/schools?dry_run=true", &new).expect(422);
    assert_eq!(world.get("/api/v1/schools?").expect(200).json(), json!([]));
    // Who may not ask at all is not told what could be asked.
    let nobody = world.send(Method::GET, "/api/v1/schools?a=1", Some("no-token"), None);
    assert_eq!(nobody.status, 401);
}

fn who_asks_is_looked_at_before_what_is_asked(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let order = json!({"role": "admin", "school": school.id, "label": "x", "scope": "read"});
    let reader = world.post("/api/v1/tokens", &order).expect(201).json();
    let reader = reader["secret"].as_str().expect("a secret");
    let document = world.service.get("/api/v1/openapi.json").expect(200).json();
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        if path.contains("/sign-in/") {
            continue;
        }
        // The parameters that it takes, with what they cannot be, one that it does not, and a body that is none.
        let some = path.replace(|sign| ['{', '}'].contains(&sign), "");
        for (method, operation) in item.as_object().expect("operations") {
            let Ok(known) = method.to_uppercase().parse::<Method>() else { continue };
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let query = parameters
                .iter()
                .filter(|one| one["in"] == "query")
                .map(|one| format!("{}=not-that&", one["name"].as_str().expect("a name")));
            let target = format!("{some}?{}no-such-parameter=1", query.collect::<String>());
            let body = json!({"no-such-field": 1});
            for token in [None, Some("no-token")] {
                let answer = world.send(known.clone(), &target, token, Some(&body));
                assert_eq!(answer.status, 401, "{known} {target}: {}", answer.text());
            }
            if !known.is_safe() {
                let answer = world.send(known.clone(), &target, Some(reader), Some(&body));
                assert_eq!(answer.status, 403, "{known} {target}: {}", answer.text());
            }
            asked += 1;
        }
    }
    assert!(asked > 150, "{asked}");
}
