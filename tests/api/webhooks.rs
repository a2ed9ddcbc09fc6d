//! Webhooks are registered, changed and taken away by those who run a school or a platform, and by nobody else.

use super::school::{School, World};
use crate::support::service::{Answer, Backend, Site, on_both};
use reqwest::Method;
use serde_json::{Value, json};

on_both!(
    a_webhook_is_registered_changed_and_taken_away,
    everything_that_is_wrong_is_told_at_once,
    each_hears_of_its_own_schools,
    what_is_registered_is_nobody_elses_business,
);

fn codes(answer: Answer) -> Vec<String> {
    let findings = answer.expect(422).json()["findings"].as_array().expect("findings").clone();
    findings.iter().map(|it| format!("{} {}", it["code"].as_str().unwrap(), it["place"].as_str().unwrap())).collect()
}

fn a_webhook_is_registered_changed_and_taken_away(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let send = |method: Method, path: &str, body: Option<&Value>| {
        world.send(method, &format!("/api/v1/webhooks{path}"), Some(&school.admin_token), body)
    };
    let new = json!({"school": school.id, "url": "https://example.org/creneau", "events": ["swap", "round-opened"]});
    let answer = send(Method::POST, "", Some(&new)).expect(201);
    let made = answer.json();
    let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    assert_eq!(answer.header("location"), Some(format!("/api/v1/webhooks/{id}").as_str()));
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
    assert_eq!((&made["enabled"], &made["disabled"], &made["description"]), (&json!(true), &Value::Null, &json!("")));
    let path = format!("/{id}");
    for shown in [send(Method::GET, "", None).expect(200).text(), send(Method::GET, &path, None).expect(200).text()] {
        assert!(shown.contains(id) && !shown.contains(secret), "a secret is shown once: {shown}");
    }

    let details = json!({"url": "https://example.org:8443/b?c=d", "events": ["swap"], "description": " timetable ",
        "enabled": false});
    let read = send(Method::GET, &path, None).expect(200);
    let changed = send(Method::PUT, &path, Some(&details)).expect(200).json();
    assert_eq!(changed["url"], "https://example.org:8443/b?c=d");
    assert_eq!((&changed["events"], &changed["description"]), (&json!(["swap"]), &json!("timetable")));
    assert_eq!((&changed["enabled"], &changed["disabled"]), (&json!(false), &Value::Null), "its owner needs no reason");
    let request = world.service.request(Method::DELETE, &format!("/api/v1/webhooks{path}"));
    let outdated = request.bearer_auth(&school.admin_token).header("if-match", read.header("etag").unwrap());
    assert_eq!(Answer::to(outdated).expect(412).json()["code"], "outdated");
    assert_eq!(send(Method::POST, &format!("{path}/ping"), None).expect(409).json()["code"], "webhook-disabled");

    let rotated = send(Method::POST, &format!("{path}/secret"), None).expect(200).json();
    assert!(rotated["secret"] != secret && rotated["old_secret_until"].is_string(), "{rotated}");
    send(Method::DELETE, &path, None).expect(204);
    send(Method::GET, &path, None).expect(404);
    let audit = world.get(&format!("/api/v1/schools/{}/audit", school.id)).expect(200).json();
    let deeds: Vec<&str> = audit.as_array().unwrap().iter().map(|deed| deed["action"].as_str().unwrap()).collect();
    for deed in ["POST /api/v1/webhooks", "PUT /api/v1/webhooks/{webhook}", "DELETE /api/v1/webhooks/{webhook}"] {
        assert!(deeds.contains(&deed), "{deeds:?}");
    }
    assert!(!world.service.log().contains(secret));
}

fn everything_that_is_wrong_is_told_at_once(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let wrong = json!({"school": "x", "platform": "y", "url": "http://me:secret@169.254.169.254:22/#a",
        "events": ["swap", "sign-in", "swap", "invitation"], "description": "a\u{202E}b"});
    let found = codes(world.post("/api/v1/webhooks", &wrong));
    let expected = [
        "two-owners platform",
        "unknown-school school",
        "unknown-platform platform",
        "not-https url",
        "url-with-password url",
        "url-with-fragment url",
        "bad-port url",
        "private-address url",
        "control-character description",
        "not-for-webhooks events[1]",
        "twice events[2]",
        "not-for-webhooks events[3]",
    ];
    assert_eq!(found, expected);
    for (url, code) in [
        ("https://127.0.0.1/", "private-address url"),
        ("https://2130706433/", "private-address url"),
        ("https://[::ffff:127.0.0.1]/", "private-address url"),
        ("https://[64:ff9b::a00:1]/", "private-address url"),
        ("https://[fd00:ec2::254]/", "private-address url"),
        ("file:///etc/passwd", "not-https url"),
        ("example.org", "bad-url url"),
    ] {
        let new = json!({"school": school.id, "url": url, "events": ["swap"]});
        assert!(codes(world.post("/api/v1/webhooks", &new)).contains(&code.to_owned()), "{url}");
    }
    let nothing = json!({"school": school.id, "url": "https://example.org/", "events": []});
    assert_eq!(codes(world.post("/api/v1/webhooks", &nothing)).len(), 1);
    let right = json!({"school": school.id, "url": "https://example.org/", "events": ["swap"]});
    let id = world.made("/api/v1/webhooks", &right);
    let bad = json!({"url": "https://10.0.0.1/", "events": ["sign-in"], "enabled": true});
    let found = codes(world.put(&format!("/api/v1/webhooks/{id}"), &bad));
    assert_eq!(found, ["private-address url", "not-for-webhooks events[0]"]);
}

/// The kinds of news on their way to a webhook, and the schools that they are of.
fn heard(world: &World, webhook: &str) -> Vec<(String, String)> {
    let path = format!("/api/v1/webhooks/{webhook}/deliveries");
    let list = world.get(&path).expect(200).json();
    let mut heard: Vec<(String, String)> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let shown = world.get(&format!("{path}/{}", one["id"].as_str().unwrap())).expect(200).json();
            assert_eq!(shown["news"], serde_json::from_str::<Value>(shown["body"].as_str().unwrap()).unwrap());
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (text(&shown["news"]["type"]), text(&shown["news"]["data"]["school"]))
        })
        .collect();
    heard.sort();
    heard
}

fn each_hears_of_its_own_schools(backend: Backend) {
    // Without workers: what is written is looked at, not sent.
    let world = World::at(Site::new(backend).set("jobs.in_process", "false"));
    let (one, other) = (world.school("Collège A"), world.school("Collège B"));
    let platform = world.made("/api/v1/platforms", &json!({"name": "e-lyco"}));
    let register = |more: Value, events: &[&str]| {
        let mut new = json!({"url": "https://example.org/", "events": events});
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        world.made("/api/v1/webhooks", &new)
    };
    let changes = ["sessions-changed"];
    let of_one = register(json!({"school": one.id}), &changes);
    let of_other = register(json!({"school": other.id}), &["sessions-changed", "round-opened"]);
    let of_platform = register(json!({"platform": platform}), &changes);
    let of_all = register(json!({}), &["sessions-changed", "round-opened"]);
    let off = register(json!({"school": one.id, "enabled": false}), &changes);
    world.put(&format!("/api/v1/schools/{}/platform", other.id), &json!({"platform": platform})).expect(200);
    // Their teachers have one address, and so are one person.
    book(&world, &one, "2031-01-06T09:00");
    book(&world, &other, "2031-01-06T14:00");
    let round = json!({"name": "r", "starts_on": "2030-03-18", "ends_on": "2030-03-24"});
    world.made(&format!("/api/v1/schools/{}/rounds", other.id), &round);
    let changed = |school: &School| ("sessions-changed".to_owned(), school.id.clone());
    let opened = ("round-opened".to_owned(), other.id.clone());
    assert_eq!(heard(&world, &of_one), [changed(&one)]);
    assert_eq!(heard(&world, &of_other), [opened.clone(), changed(&other)]);
    assert_eq!(heard(&world, &of_platform), [changed(&other)]);
    let mut all = vec![opened, changed(&one), changed(&other)];
    all.sort();
    assert_eq!(heard(&world, &of_all), all);
    assert_eq!(heard(&world, &off), []);
    // What is refused is no news: the same hour is taken.
    let again = json!({"title": "Maths", "teachers": [one.teacher], "groups": [one.group], "duration_minutes": 55,
        "starts_at_local": "2031-01-06T09:00"});
    world.post(&format!("/api/v1/schools/{}/bookings", one.id), &again).expect(409);
    assert_eq!(heard(&world, &of_one), [changed(&one)]);
}

pub fn book(world: &World, school: &School, at: &str) -> String {
    let class = json!({"title": "Maths", "teachers": [school.teacher], "groups": [school.group],
        "duration_minutes": 55, "starts_at_local": at});
    world.made(&format!("/api/v1/schools/{}/bookings", school.id), &class)
}

fn what_is_registered_is_nobody_elses_business(backend: Backend) {
    let world = World::at(Site::new(backend).set("jobs.in_process", "false"));
    let (one, other) = (world.school("Collège A"), world.school("Collège B"));
    let new = json!({"school": one.id, "url": "https://example.org/", "events": ["swap"]});
    let id = world.made("/api/v1/webhooks", &new);
    let of_all = world.made("/api/v1/webhooks", &json!({"url": "https://example.org/", "events": ["swap"]}));
    let second = world.made("/api/v1/webhooks", &new);
    let ping = world.post(&format!("/api/v1/webhooks/{id}/ping"), &json!({})).expect(202).json();
    let ping = ping["id"].as_str().unwrap();
    let details = json!({"url": "https://example.com/", "events": ["swap"], "enabled": false});
    for (who, id) in [(&other.admin_token, &id), (&one.admin_token, &of_all)] {
        let path = format!("/api/v1/webhooks/{id}");
        for (method, more, body) in [
            (Method::GET, String::new(), None),
            (Method::PUT, String::new(), Some(&details)),
            (Method::DELETE, String::new(), None),
            (Method::POST, "/secret".to_owned(), None),
            (Method::POST, "/ping".to_owned(), None),
            (Method::GET, "/deliveries".to_owned(), None),
            (Method::GET, format!("/deliveries/{ping}"), None),
            (Method::POST, format!("/deliveries/{ping}/redelivery"), None),
        ] {
            world.send(method, &format!("{path}{more}"), Some(who), body).expect(404);
        }
    }
    // A delivery is looked for at its own webhook only.
    world.get(&format!("/api/v1/webhooks/{second}/deliveries/{ping}")).expect(404);
    for body in [json!({"url": "https://example.org/", "events": ["swap"]}), new] {
        world.send(Method::POST, "/api/v1/webhooks", Some(&other.admin_token), Some(&body)).expect(403);
        world.send(Method::POST, "/api/v1/webhooks", Some(&one.teacher_token), Some(&body)).expect(403);
    }
    let seen = world.send(Method::GET, "/api/v1/webhooks", Some(&one.admin_token), None).expect(200).json();
    assert_eq!(seen.as_array().unwrap().len(), 2, "those of the own school");
    let seen = world.send(Method::GET, "/api/v1/webhooks", Some(&other.admin_token), None).expect(200).json();
    assert_eq!(seen, json!([]));
}
