//! A round's life: when it accepts wishes, where it stands, and who is reminded of it.

use super::{
    rules::{codes, plan, round, wish},
    school::World,
};
use crate::support::{
    process::wait_until,
    service::{Backend, Site, on_both},
    smtp::{Mail, SmtpServer},
};
use chrono::{DateTime, Duration, Utc};
use reqwest::Method;
use serde_json::{Value, json};

on_both!(
    a_round_goes_its_way,
    a_round_closes_by_itself,
    teachers_are_reminded_once,
    a_round_is_announced_when_it_opens,
);

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

fn a_round_goes_its_way(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let id = round(&world, &school, "Semaine 13", "2030-03-25", "2030-03-31");
    let address = format!("/api/v1/rounds/{id}");
    let state = || world.get(&address).expect(200).json()["state"].clone();
    let to =
        |state: &str| world.send(Method::PATCH, &address, Some(&school.admin_token), Some(&json!({"state": state})));
    let code = |answer: crate::support::service::Answer| answer.expect(409).json()["code"].clone();
    world.post(&format!("{address}/requests"), &wish(&school, "a", json!({}))).expect(201);
    assert_eq!(code(to("archived")), "round-collecting");
    for wrong in ["solving", "draft", "published"] {
        assert_eq!(codes(&to(wrong).expect(422)), ["bad-state"]);
    }
    to("closed").expect(200);
    let refused = world.post(&format!("{address}/requests"), &wish(&school, "b", json!({}))).expect(409).json();
    assert_eq!(refused["code"], "round-not-collecting");
    let detail = refused["detail"].as_str().expect("a detail");
    assert!(detail.contains(&format!("POST /api/v1/schools/{}/bookings", school.id)), "{detail}");
    assert_eq!(to("collecting").expect(200).json()["state"], "collecting");
    to("closed").expect(200);
    let made = plan(&world, &id);
    assert_eq!(state(), "draft");
    let listed = world.get(&format!("/api/v1/schools/{}/rounds", school.id)).expect(200).json();
    assert_eq!(listed[0]["state"], "draft");
    let job = world.post(&format!("{address}/jobs"), &json!({"seconds": 60})).expect(202).json();
    assert_eq!(state(), "solving");
    assert_eq!(code(to("collecting")), "round-solving");
    let job = format!("/api/v1/jobs/{}", job["id"].as_str().expect("an id"));
    world.send(Method::DELETE, &job, Some(&world.operator), None);
    wait_until(PATIENCE, "the job is over", || (state() == "draft").then_some(()));
    world.post(&format!("{address}/publication"), &json!({"plan": made["id"]})).expect(200);
    assert_eq!(state(), "published");
    assert_eq!(code(to("collecting")), "round-published");
    let week = world.get(&format!("/api/v1/schools/{}/week?date=2030-03-25", school.id)).expect(200).json();
    let session = format!("/api/v1/sessions/{}", week["sessions"][0]["id"].as_str().expect("an id"));
    // Its classes could not be moved or called off any more.
    assert_eq!(code(to("archived")), "round-running");
    let past = "starts_at = '2020-03-22 23:00:00', ends_at = '2020-03-29 22:00:00'";
    world.service.site().sql(&format!("UPDATE rounds SET {past} WHERE id = '{id}'"));
    assert_eq!(to("archived").expect(200).json()["state"], "archived");
    assert_eq!(code(to("closed")), "round-archived");
    assert_eq!(code(world.post(&format!("{address}/jobs"), &json!({"seconds": 1}))), "round-archived");
    assert_eq!(code(world.post(&format!("{address}/requests"), &wish(&school, "b", json!({})))), "round-archived");
    let moved = json!({"starts_at_local": "2030-03-27T09:00"});
    assert_eq!(code(world.send(Method::PATCH, &session, Some(&world.operator), Some(&moved))), "round-archived");
    assert_eq!(code(world.post(&format!("{session}/cancellation"), &json!({}))), "round-archived");
}

fn a_round_closes_by_itself(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let rounds = format!("/api/v1/schools/{}/rounds", school.id);
    let now = Utc::now();
    let new = |name: &str, opens: Value, closes: Value| json!({"name": name, "starts_on": "2030-03-25", "ends_on": "2030-03-31", "opens_at": opens, "closes_at": closes});
    let at = |seconds: i64| json!(instant(now + Duration::seconds(seconds)));
    for (opens, closes, code) in [
        (at(60), at(30), "reversed-times"),
        (Value::Null, json!("2030-06-01T00:00:00Z"), "after-round"),
        (Value::Null, at(-60), "in-the-past"),
        (json!("1999-01-01T00:00:00Z"), Value::Null, "bad-date"),
    ] {
        assert_eq!(codes(&world.post(&rounds, &new("x", opens, closes)).expect(422)), [code]);
    }
    world.post(&rounds, &new("x", json!("soon"), Value::Null)).expect(422);

    // Nobody is asked for wishes for days on which there is no school.
    let weekend = json!({"name": "x", "starts_on": "2030-03-30", "ends_on": "2030-03-31"});
    assert_eq!(codes(&world.post(&rounds, &weekend).expect(422)), ["no-open-day"]);

    let later = world.made(&rounds, &new("later", at(3600), Value::Null));
    let refused = world.post(&format!("/api/v1/rounds/{later}/requests"), &wish(&school, "a", json!({}))).expect(409);
    assert_eq!(refused.json()["code"], "round-not-open");
    let over = json!({"opens_at": null, "closes_at": at(-60)});
    let refused = world.send(Method::PATCH, &format!("/api/v1/rounds/{later}"), Some(&world.operator), Some(&over));
    assert_eq!(codes(&refused.expect(422)), ["in-the-past"]);
    let open = json!({"opens_at": null});
    world.send(Method::PATCH, &format!("/api/v1/rounds/{later}"), Some(&world.operator), Some(&open)).expect(200);
    world.post(&format!("/api/v1/rounds/{later}/requests"), &wish(&school, "a", json!({}))).expect(201);

    let soon = world.made(&rounds, &new("soon", Value::Null, at(7)));
    let address = format!("/api/v1/rounds/{soon}");
    world.post(&format!("{address}/requests"), &wish(&school, "a", json!({}))).expect(201);
    wait_until(PATIENCE, "the round is closed", || {
        (world.get(&address).expect(200).json()["state"] == "closed").then_some(())
    });
    let refused = world.post(&format!("{address}/requests"), &wish(&school, "b", json!({}))).expect(409).json();
    assert_eq!(refused["code"], "round-not-collecting");
    let patch = |body: Value| world.send(Method::PATCH, &address, Some(&school.admin_token), Some(&body));
    assert_eq!(patch(json!({"state": "collecting"})).expect(409).json()["code"], "round-over");
    assert_eq!(patch(json!({"opens_at": null, "closes_at": null})).expect(200).json()["state"], "closed");
    let again = patch(json!({"state": "collecting", "closes_at": null})).expect(200).json();
    assert_eq!((&again["state"], &again["closes_at"]), (&json!("collecting"), &Value::Null));
    patch(json!({"status": "collecting"})).expect(422);
}

fn teachers_are_reminded_once(backend: Backend) {
    let mails = SmtpServer::start();
    let world = World::at(Site::new(backend).mails_to(&mails));
    let school = world.school("Collège A");
    let teachers = format!("/api/v1/schools/{}/teachers", school.id);
    let ada = json!({"name": "Ms Ada", "email": "ada@example.org", "language": "en"});
    world.made(&teachers, &ada);
    world.made(&teachers, &json!({"name": "M. Muet"}));
    let quiet = world.made(&teachers, &json!({"name": "M. Rien", "email": "rien@example.org"}));
    // A second process works on the same queues.
    let _worker = world.service.worker();

    let id = round(&world, &school, "Semaine 13", "2030-03-25", "2030-03-31");
    let address = format!("/api/v1/rounds/{id}");
    let answer = format!("{address}/answer");
    world.post(&format!("{address}/requests"), &wish(&school, "a", json!({}))).expect(201);
    let nothing = |teacher: &str, token: &str| {
        let body = json!({"nothing": true, "teacher": teacher});
        world.send(Method::PUT, &answer, Some(token), Some(&body))
    };
    nothing(&quiet, &school.teacher_token).expect(403);
    assert_eq!(nothing("nobody", &school.admin_token).expect(422).json()["findings"][0]["code"], "unknown-teacher");
    assert_eq!(nothing(&quiet, &school.admin_token).expect(200).json()["nothing"], json!(true));

    let seen = world.get(&format!("{address}/reminders")).expect(200).json();
    let names =
        |list: &Value| list.as_array().expect("a list").iter().map(|one| one["name"].clone()).collect::<Vec<_>>();
    assert_eq!(names(&seen["waiting"]), ["M. Muet", "Ms Ada"]);
    assert_eq!(seen["answered"].as_array().map(Vec::len), Some(2), "{seen}");
    let remind =
        || world.send(Method::POST, &format!("{address}/reminders"), Some(&school.admin_token), None).expect(200);
    let first = remind().json();
    assert_eq!(
        (names(&first["reminded"]), names(&first["without_address"])),
        (vec![json!("Ms Ada")], vec![json!("M. Muet")])
    );
    let second = remind().json();
    assert_eq!((names(&second["reminded"]), names(&second["already"])), (vec![], vec![json!("Ms Ada")]));
    let of_kind = |kind: &str| -> Vec<Mail> {
        let is_of_kind =
            |mail: &Mail| mail.header("List-Unsubscribe").is_some_and(|it| it.contains(&format!("/{kind}>")));
        mails.mails().into_iter().filter(is_of_kind).collect()
    };
    let wait_for = |kind: &str, count: usize| {
        wait_until(PATIENCE, &format!("{count} mails of the kind {kind}"), || {
            Some(of_kind(kind)).filter(|mails| mails.len() >= count)
        })
    };
    let arrived = wait_for("round-closing", 1);
    assert!(arrived[0].text().contains("Your wishes for virtual classes"), "{}", arrived[0].text());
    // All three with an address heard that the round takes wishes; both mails about it are one thread.
    let opened = wait_for("round-opened", 3);
    let thread = format!("<round-{id}@127.0.0.1>");
    for mail in opened.iter().chain(&arrived) {
        assert_eq!(mail.header("References").as_deref(), Some(&*thread));
    }

    // By itself, a day before the round closes, whoever of the two processes comes first.
    let closes = instant(Utc::now() + Duration::hours(24) + Duration::seconds(7));
    let body = json!({"name": "Semaine 14", "starts_on": "2030-04-01", "ends_on": "2030-04-07", "closes_at": closes});
    world.made(&format!("/api/v1/schools/{}/rounds", school.id), &body);
    // Opened less than a day before it closes: nobody is reminded by itself.
    let closes = instant(Utc::now() + Duration::hours(20));
    let body = json!({"name": "Semaine 15", "starts_on": "2030-04-08", "ends_on": "2030-04-14", "closes_at": closes});
    world.made(&format!("/api/v1/schools/{}/rounds", school.id), &body);
    wait_for("round-closing", 4);
    std::thread::sleep(std::time::Duration::from_secs(2));
    let all = of_kind("round-closing");
    assert_eq!(all.len(), 4, "Ada, Bernard and Rien, once each");
    assert_eq!(all.iter().filter(|mail| mail.text().contains("Semaine 15")).count(), 0);
    assert_eq!(of_kind("round-opened").len(), 9, "of each round each of them heard once");
}

/// A round that takes wishes later is told of when it does, once, by whichever of the two processes comes first.
fn a_round_is_announced_when_it_opens(backend: Backend) {
    let mails = SmtpServer::start();
    let world = World::at(Site::new(backend).mails_to(&mails));
    let school = world.school("Collège A");
    let _worker = world.service.worker();
    let rounds = format!("/api/v1/schools/{}/rounds", school.id);
    let new = |name: &str, opens: i64| {
        let opens = instant(Utc::now() + Duration::seconds(opens));
        world.made(
            &rounds,
            &json!({"name": name, "starts_on": "2030-03-25", "ends_on": "2030-03-31", "opens_at": opens}),
        )
    };
    let later = new("later", 3600);
    new("soon", 2);
    assert!(mails.wait_for(1, PATIENCE)[0].text().contains("soon"));
    let change = |body: &Value| {
        world.send(Method::PATCH, &format!("/api/v1/rounds/{later}"), Some(&world.operator), Some(body)).expect(200)
    };
    change(&json!({"opens_at": null}));
    assert!(mails.wait_for(2, PATIENCE)[1].text().contains("later"));
    // Closed and open again: it is the same round, and everybody knows.
    change(&json!({"state": "closed"}));
    change(&json!({"state": "collecting"}));
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(mails.mails().len(), 2);
}
