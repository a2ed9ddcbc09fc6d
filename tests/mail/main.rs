//! From a change to the mailbox: notices written with their cause, sent by workers to a real mail server, read back
//! by an independent parser.
//!
//! - [`arriving`]: what arrives, and how
//! - [`outbox`]: how many a minute, and mails that do harm
//! - [`tls`]: connections that nobody listens to
//! - [`chaos`]: mail servers that do whatever they like
//! - [`kills`]: workers that are killed at every step
#![cfg(test)]

#[path = "../support/mod.rs"]
mod support;

mod arriving;
mod chaos;
mod kills;
mod outbox;
mod tls;

use std::{sync::Arc, time::Duration};

use creneau::{
    config::{Mail as MailConfig, Security, Transport},
    domain::{
        notice::{NoticeState, NoticeStatus},
        people::Teacher,
        session::Change,
    },
    jobs::{Handle, Runner, Settings, mail::SendMails},
    mail::Mailer,
    store::{self, notices::Which},
};
use serde::Deserialize;
use support::{
    process::wait_until,
    python::{python, run},
    smtp::Mail,
    town::{Town, utc},
};

const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Deserialize)]
struct ReadMail {
    headers: std::collections::BTreeMap<String, String>,
    body: Part,
}

#[derive(Debug, Deserialize)]
struct Part {
    kind: String,
    method: Option<String>,
    disposition: Option<String>,
    file: Option<String>,
    text: Option<String>,
    parts: Vec<Part>,
}

fn read(mail: &Mail) -> ReadMail {
    let answer = run(&mut python("tests/tools/read_mail.py"), &mail.raw);
    assert!(answer.ok, "{}\n{}", answer.complaint, mail.text());
    serde_json::from_str(&answer.output).unwrap()
}

/// Mails to an unencrypted server at this port of the loopback address.
fn config(port: u16) -> MailConfig {
    MailConfig {
        transport: Transport::Smtp,
        from: "Créneau <creneau@creneau.example.org>".to_owned(),
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        username: None,
        password: None,
        ca_file: None,
        timeout_seconds: 5,
        per_domain_per_minute: 0,
        directory: "unused".into(),
    }
}

fn mailer(port: u16) -> Mailer {
    Mailer::open(&config(port)).unwrap()
}

/// Two workers with short leases.
fn send_with(town: &Town, mailer: Mailer) -> Handle {
    let settings = Settings { lease_seconds: 2, poll: Duration::from_millis(50), concurrency: 2 };
    Runner::start_with(&town.app, settings, &[Arc::new(SendMails::new(mailer))])
}

fn send_by(town: &Town, port: u16) -> Handle {
    send_with(town, mailer(port))
}

fn notices(town: &Town) -> Vec<NoticeStatus> {
    town.store.read_now(|conn| store::notices::list(conn, Some(&town.school.id), &Which::default(), 1000)).unwrap()
}

fn wait_for(town: &Town, address: &str, state: NoticeState, attempts: u32) -> NoticeStatus {
    let what = format!("the mail to {address} is {state:?} after {attempts} attempts");
    wait_until(PATIENCE, &what, || {
        let one = notices(town).into_iter().find(|notice| notice.to == address)?;
        (one.state == state && one.attempts >= attempts).then_some(one)
    })
}

fn add(town: &Town, release: &str, teacher: &Teacher) {
    let session = town.session("Maths", teacher, utc("2020-03-27T08:00"));
    town.announce(release, &[(&session, Change::Added)]);
}
