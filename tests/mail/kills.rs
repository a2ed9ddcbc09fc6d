//! Workers that are killed at every step on the way of a mail: it arrives all the same, under one Message-ID.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    PATIENCE,
    support::{
        gate::{Deed, Gate, Moment, Step, Trap},
        process::wait_until,
        service::{Backend, Service, Site, on_both},
        smtp::SmtpServer,
    },
};
use serde_json::{Value, json};

on_both!(a_killed_worker_loses_no_mail);

/// A service whose mails are sent by worker processes alone.
fn service(backend: Backend, port: u16) -> Service {
    let site = Site::new(backend)
        .set("mail.transport", "smtp")
        .set("mail.host", "127.0.0.1")
        .set("mail.port", &port.to_string())
        .set("mail.security", "none")
        .set("jobs.in_process", "false")
        .set("jobs.lease_seconds", "1");
    let mut service = site.serve();
    let token = service.site().run(&["token", "operator"]);
    service.authorise(token.trim());
    service
}

/// Enters a teacher to whom a mail goes: a round that opens in a school of their own.
fn notice(service: &Service, number: usize) -> String {
    let made = |path: &str, body: &Value| service.post_json(path, body).expect(201).json()["id"].clone();
    let school = made("/api/v1/schools", &json!({"name": format!("Collège {number}"), "connections": 200}));
    let own = format!("/api/v1/schools/{}", school.as_str().unwrap());
    let email = format!("t{number}@example.org");
    made(&format!("{own}/teachers"), &json!({"name": "Mme Bernard", "email": email}));
    made(&format!("{own}/rounds"), &json!({"name": "Mars", "starts_on": "2030-03-18", "ends_on": "2030-03-24"}));
    format!("{own}/notices")
}

fn a_killed_worker_loses_no_mail(backend: Backend) {
    let server = SmtpServer::start();
    let trap = |step, moment| Trap { step, moment, deed: Deed::Hold, times: 1 };
    let gate = Gate::before(server.port(), trap(Step::Greeting, Moment::Before));
    let service = service(backend, gate.port());
    let mut lists = Vec::new();
    for step in Step::ALL {
        for moment in [Moment::Before, Moment::After] {
            gate.set(trap(step, moment));
            lists.push(notice(&service, lists.len()));
            let mut worker = service.worker();
            gate.wait_until_sprung(PATIENCE);
            worker.kill9();
            gate.release(false);
        }
    }
    let state = |list: &String| service.get(list).expect(200).json()[0]["state"].clone();
    let wait_for_all = |lists: &[String]| {
        wait_until(PATIENCE, "each mail is sent", || lists.iter().all(|list| state(list) == "sent").then_some(()))
    };
    let mut worker = service.worker();
    wait_for_all(&lists);
    worker.stop();
    // The server has taken the mail and said so; the worker heard it and cannot write it down.
    gate.set(trap(Step::End, Moment::After));
    lists.push(notice(&service, lists.len()));
    let mut worker = service.worker();
    gate.wait_until_sprung(PATIENCE);
    let hold = service.site().hold_writes();
    gate.release(true);
    std::thread::sleep(Duration::from_millis(500));
    worker.kill9();
    drop(hold);

    assert_eq!(state(lists.last().unwrap()), "sending", "killed before it could be written down");
    let _worker = service.worker();
    wait_for_all(&lists);
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for mail in server.mails() {
        names.entry(mail.to[0].clone()).or_default().insert(mail.header("Message-ID").unwrap());
    }
    assert_eq!(names.len(), lists.len(), "none is lost");
    assert!(names.values().all(|names| names.len() == 1), "none came under two names: {names:?}");
}
