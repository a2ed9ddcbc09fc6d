//! Mails of places on offer and of swaps, as a real mail server gets them: one of each cause, to whom it concerns.

use super::school::{School, World};
use crate::support::{
    process::wait_until,
    python::{python, run},
    service::{Backend, Site, on_both},
    smtp::{Mail, SmtpServer},
};
use serde_json::{Value, json};
use std::time::Duration;

on_both!(
    teachers_hear_of_swaps_once,
    teachers_hear_of_offers_and_of_those_they_let_go,
    teachers_hear_when_a_class_waited_in_vain,
);

const PATIENCE: Duration = Duration::from_secs(30);

/// What a mail says in plain text, with its subject before it.
fn read(mail: &Mail) -> String {
    let answer = run(&mut python("tests/tools/read_mail.py"), &mail.raw);
    assert!(answer.ok, "{}\n{}", answer.complaint, mail.text());
    let read: Value = serde_json::from_str(&answer.output).unwrap();
    let text = &read["body"]["parts"][0]["parts"][0]["text"];
    format!("{}\n{}", read["headers"]["subject"].as_str().unwrap(), text.as_str().unwrap())
}

struct Place {
    world: World,
    school: School,
    own: String,
    colleague: String,
    colleague_token: String,
    group: String,
}

impl Place {
    /// Mme Bernard reads French, Mr Colin English; the school has room for one class of 28.
    fn new(backend: Backend, server: &SmtpServer) -> Self {
        let world = World::at(Site::new(backend).mails_to(server));
        let school = world.school("Collège A");
        let own = format!("/api/v1/schools/{}", school.id);
        world.put(&format!("{own}/capacity"), &json!({"connections": 28})).expect(200);
        let colleague = json!({"name": "Mr Colin", "email": "colin@example.org", "language": "en"});
        let colleague = world.made(&format!("{own}/teachers"), &colleague);
        let group = world.made(&format!("{own}/groups"), &json!({"name": "6e B", "headcount": 20}));
        let token = json!({"role": "teacher", "school": school.id, "teacher": colleague, "label": "colin"});
        let made = world.post("/api/v1/tokens", &token).expect(201).json();
        let colleague_token = made["secret"].as_str().expect("shown once").to_owned();
        Self { world, school, own, colleague, colleague_token, group }
    }

    fn post(&self, token: &str, path: &str, body: &Value) -> String {
        let answer = self.world.send(reqwest::Method::POST, path, Some(token), Some(body));
        assert!(answer.status < 300, "{path}: {}", answer.text());
        answer.json()["id"].as_str().unwrap_or_default().to_owned()
    }

    fn book(&self, mine: bool, at: &str) -> String {
        let (title, teacher, group, token) = if mine {
            ("Maths", &self.school.teacher, &self.school.group, &self.school.teacher_token)
        } else {
            ("English", &self.colleague, &self.group, &self.colleague_token)
        };
        let class = json!({"title": title, "teachers": [teacher], "groups": [group], "duration_minutes": 60,
            "starts_at_local": at});
        self.post(token, &format!("{}/bookings", self.own), &class)
    }
}

/// The mails after the first `known`, once there are `count` of them, by address.
fn next(server: &SmtpServer, known: &mut usize, count: usize) -> Vec<(String, String)> {
    let all = server.wait_for(*known + count, PATIENCE);
    let mut new: Vec<_> = all[*known..].iter().map(|mail| (mail.to[0].clone(), read(mail))).collect();
    new.sort();
    assert_eq!(new.len(), count, "{new:#?}");
    *known += count;
    new
}

fn teachers_hear_of_swaps_once(backend: Backend) {
    let server = SmtpServer::start();
    let place = Place::new(backend, &server);
    let (me, colleague) = (&place.school.teacher_token, &place.colleague_token);
    let (mine, theirs) = (place.book(true, "2030-03-18T09:00"), place.book(false, "2030-03-19T10:00"));
    let mut known = 0;
    next(&server, &mut known, 2);
    let propose = || place.post(me, &format!("/api/v1/sessions/{mine}/swaps"), &json!({"with": theirs}));
    let swap = propose();
    let [(to, mail)] = &next(&server, &mut known, 1)[..] else { panic!() };
    assert_eq!(to, "colin@example.org", "who proposes knows");
    assert!(mail.starts_with("Swap of hours proposed: English, Tuesday 19 March 2030 at 10:00\n"), "{mail}");
    assert!(mail.contains("Your class – Tuesday 19 March") && mail.contains("Maths · 6e A · Mme Bernard"), "{mail}");
    assert!(
        mail.contains("Mme Bernard would like to swap") && mail.contains("Answer before Monday 18 March"),
        "{mail}"
    );
    assert!(mail.contains("/plan"), "{mail}");
    place.post(colleague, &format!("/api/v1/swaps/{swap}/refusal"), &json!({}));
    // Declining twice changes nothing.
    place.post(colleague, &format!("/api/v1/swaps/{swap}/refusal"), &json!({}));
    let [(to, mail)] = &next(&server, &mut known, 1)[..] else { panic!() };
    assert_eq!(to, "bernard@example.org", "who declines knows");
    assert!(mail.starts_with("Échange d’heures refusé : Maths, lundi 18 mars 2030 à 9"), "{mail}");
    // Accepted, the classes move: one mail each, the one that brings the calendar up to date.
    let swap = propose();
    next(&server, &mut known, 1);
    for _ in 0..2 {
        place.post(colleague, &format!("/api/v1/swaps/{swap}/acceptance"), &json!({}));
    }
    let moved = next(&server, &mut known, 2);
    assert!(moved[0].1.starts_with("Classe virtuelle déplacée : Maths, mardi 19 mars 2030 à 10"), "{}", moved[0].1);
    assert!(moved[1].1.starts_with("Virtual class moved: English, Monday 18 March 2030 at 9:00"), "{}", moved[1].1);
    place.post(me, &format!("/api/v1/swaps/{swap}/undoing"), &json!({}));
    next(&server, &mut known, 2);
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(server.mails().len(), known);
}

fn teachers_hear_of_offers_and_of_those_they_let_go(backend: Backend) {
    let server = SmtpServer::start();
    let place = Place::new(backend, &server);
    let mine = place.book(true, "2030-03-18T09:00");
    let mut known = 0;
    next(&server, &mut known, 1);
    let waits = json!({"title": "English", "teachers": [place.colleague], "groups": [place.group],
        "duration_minutes": 60, "from_local": "2030-03-18T08:30", "to_local": "2030-03-18T10:30"});
    let waiting = place.post(&place.colleague_token, &format!("{}/waiting", place.own), &waits);
    place.post(&place.school.teacher_token, &format!("/api/v1/sessions/{mine}/cancellation"), &json!({}));
    let [(_, cancelled), (to, offer)] = &next(&server, &mut known, 2)[..] else { panic!() };
    assert!(cancelled.starts_with("Classe virtuelle annulée"), "{cancelled}");
    assert_eq!(to, "colin@example.org");
    assert!(offer.starts_with("A place is free: English, Monday 18 March 2030 at 8:30\n"), "{offer}");
    assert!(offer.contains("Confirm before") && offer.contains("/plan"), "{offer}");
    // Time passes: nobody confirmed. The same place is not offered again, but the next that does not overlap it.
    let offered = |old: &str| {
        wait_until(PATIENCE, "a place is offered", || {
            let list = place.world.get(&format!("{}/waiting", place.own)).expect(200).json();
            let entry = list.as_array()?.iter().find(|entry| entry["id"] == waiting.as_str())?.clone();
            entry["offer"].as_str().filter(|offer| *offer != old).map(str::to_owned)
        })
    };
    let first = offered("");
    let let_pass = "UPDATE sessions SET held_until = '2020-01-01 00:00:00' WHERE held_until IS NOT NULL";
    assert_eq!(place.world.service.site().sql(let_pass), 1);
    let second = offered(&first);
    let mails = next(&server, &mut known, 2);
    let subjects: Vec<&str> = mails.iter().filter_map(|(_, mail)| mail.lines().next()).collect();
    assert_eq!(subjects, ["A place is free: English, Monday 18 March 2030 at 9:30", "Place not confirmed: English"]);
    assert!(mails[1].1.contains("for a place between Monday 18 March at 8:30 and Monday 18 March at 10:30"));
    // Somebody's booking takes an expired hold out before a worker does.
    place.world.service.site().sql(&format!("DELETE FROM sessions WHERE id = '{second}'"));
    let [(_, gone)] = &next(&server, &mut known, 1)[..] else { panic!() };
    assert!(gone.starts_with("Place not confirmed: English"), "{gone}");
    let list = place.world.get(&format!("{}/waiting", place.own)).expect(200).json();
    assert_eq!(list[0]["offer"], json!(null), "{list}");
    // Who does not take it off the list themselves is told.
    let path = format!("/api/v1/waiting/{waiting}");
    place.world.send(reqwest::Method::DELETE, &path, Some(&place.school.admin_token), None).expect(204);
    let [(to, off)] = &next(&server, &mut known, 1)[..] else { panic!() };
    assert_eq!(to, "colin@example.org");
    assert!(off.starts_with("Class taken off the waiting list: English\n"), "{off}");
}

fn teachers_hear_when_a_class_waited_in_vain(backend: Backend) {
    let server = SmtpServer::start();
    let place = Place::new(backend, &server);
    place.book(true, "2030-03-18T09:00");
    let mut known = 0;
    next(&server, &mut known, 1);
    let wait = |group: &str| {
        let waits = json!({"title": "English", "teachers": [place.colleague], "groups": [group],
            "duration_minutes": 60, "from_local": "2030-03-18T08:30", "to_local": "2030-03-18T10:30"});
        place.post(&place.colleague_token, &format!("{}/waiting", place.own), &waits)
    };
    let waiting = wait(&place.group);
    let past = "UPDATE waiting SET from_at = '2020-01-06 08:00:00', to_at = '2020-01-06 10:00:00'";
    assert_eq!(place.world.service.site().sql(&format!("{past} WHERE id = '{waiting}'")), 1);
    // Time alone is noticed within a minute; what changes in the school at once.
    place.world.made(&format!("{}/groups", place.own), &json!({"name": "6e D", "headcount": 20}));
    let [(to, vain)] = &next(&server, &mut known, 1)[..] else { panic!() };
    assert_eq!(to, "colin@example.org");
    assert!(vain.starts_with("No place found: English\n"), "{vain}");
    assert!(vain.contains("is off the waiting list now") && vain.contains("/plan"), "{vain}");
    // A class whose group is gone is told of as one that the school took off.
    let gone = place.world.made(&format!("{}/groups", place.own), &json!({"name": "6e C", "headcount": 20}));
    wait(&gone);
    let path = format!("{}/groups/{gone}", place.own);
    place.world.send(reqwest::Method::DELETE, &path, Some(&place.school.admin_token), None).expect(204);
    let [(_, off)] = &next(&server, &mut known, 1)[..] else { panic!() };
    assert!(off.starts_with("Class taken off the waiting list: English\n"), "{off}");
    assert_eq!(place.world.get(&format!("{}/waiting", place.own)).expect(200).json(), json!([]));
}
