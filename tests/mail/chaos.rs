//! Mail servers that do whatever they like: each notice arrives, under one Message-ID, and none is in another's way.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use creneau::{
    config::Mail as MailConfig,
    domain::notice::{NoticeState, NoticeStatus},
    mail::Mailer,
};

use super::{
    PATIENCE, add, config, notices, send_with,
    support::{
        gate::{Deed, Gate, Moment, Step, Trap},
        process::wait_until,
        service::Backend,
        smtp::{Mail, SmtpServer},
        town::Town,
    },
    wait_for,
};

fn impatient(port: u16) -> Mailer {
    Mailer::open(&MailConfig { timeout_seconds: 1, ..config(port) }).unwrap()
}

fn trap(step: Step, moment: Moment, deed: Deed) -> Trap {
    Trap { step, moment, deed, times: 1 }
}

/// The Message-IDs by recipient.
fn names(mails: &[Mail]) -> BTreeMap<String, BTreeSet<String>> {
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for mail in mails {
        names.entry(mail.to[0].clone()).or_default().insert(mail.header("Message-ID").unwrap());
    }
    names
}

fn wait_until_all_are_sent(town: &Town) -> Vec<NoticeStatus> {
    wait_until(PATIENCE, "all mails are sent", || {
        Some(notices(town)).filter(|all| all.iter().all(|notice| notice.state == NoticeState::Sent))
    })
}

#[test]
fn a_mail_comes_through_dropped_connections() {
    comes_through(Deed::Drop);
}

#[test]
fn a_mail_comes_through_a_server_that_closes() {
    comes_through(Deed::Answer("421 4.3.2 Closing"));
}

#[test]
fn a_mail_comes_through_local_errors() {
    comes_through(Deed::Answer("451 4.3.0 Local error"));
}

/// Whatever happens at whichever step: the mail is tried again, as the same mail.
fn comes_through(deed: Deed) {
    let town = Town::new(Backend::Sqlite, "Europe/Paris");
    let server = SmtpServer::start();
    let gate = Gate::before(server.port(), trap(Step::Greeting, Moment::Before, Deed::Drop));
    let mut number = 0;
    for step in Step::ALL {
        for moment in [Moment::Before, Moment::After] {
            number += 1;
            gate.set(trap(step, moment, deed));
            let address = format!("t{number}@example.org");
            add(&town, &format!("release-{number}"), &town.teacher(&format!("Teacher {number}"), &address));
            // A pool of its own each time: no connection is left over from the time before.
            let workers = send_with(&town, impatient(gate.port()));
            wait_for(&town, &address, NoticeState::Sent, 2);
            workers.stop();
            assert_eq!(gate.sprung(), 1, "{step:?} {moment:?} {deed:?}");
        }
    }
    let names = names(&server.mails());
    assert_eq!(names.len(), number, "every notice arrived");
    assert!(names.values().all(|names| names.len() == 1), "none came under two names: {names:?}");
    // Only what went wrong behind the final dot came twice.
    assert_eq!(server.mails().len(), number + 1);
}

/// What the server says for good is the end of one mail, and of no other.
#[test]
fn what_is_refused_for_good_is_told_and_not_tried_again() {
    let town = Town::new(Backend::Sqlite, "Europe/Paris");
    let server = SmtpServer::start();
    let gate = Gate::before(server.port(), trap(Step::Greeting, Moment::Before, Deed::Drop));
    for (number, (step, answer)) in [
        (Step::Mail, "550 5.7.1 Sender refused"),
        (Step::Rcpt, "550 5.1.1 No such mailbox"),
        (Step::End, "552 5.3.4 Too large"),
        (Step::End, "554 5.7.1 Looks like spam"),
    ]
    .into_iter()
    .enumerate()
    {
        gate.set(trap(step, Moment::Before, Deed::Answer(answer)));
        let address = format!("t{number}@example.org");
        let teacher = town.teacher(&format!("Teacher {number}"), &address);
        add(&town, &format!("release-{number}"), &teacher);
        let workers = send_with(&town, impatient(gate.port()));
        let failed = wait_for(&town, &address, NoticeState::Failed, 1);
        workers.stop();
        let error = failed.error.unwrap();
        assert!(error.contains(&answer[4..]), "{error}");
        assert_eq!(failed.attempts, 1);
    }
    assert_eq!(server.mails().len(), 0);
}

/// A server that says nothing, and one that never stops talking: both cost a worker a few seconds, and others send on.
#[test]
fn a_tarpit_keeps_nobody_for_long() {
    let town = Town::new(Backend::Sqlite, "Europe/Paris");
    let server = SmtpServer::start();
    for (deed, reason) in [(Deed::Hold, "timed out"), (Deed::Drip, "did not end within 6 seconds")] {
        let gate = Gate::before(server.port(), trap(Step::Mail, Moment::After, deed));
        let (stuck, other) = (format!("stuck-{deed:?}@example.org"), format!("other-{deed:?}@example.org"));
        add(&town, &format!("first-{deed:?}"), &town.teacher(&format!("Stuck {deed:?}"), &stuck));
        let begun = Instant::now();
        let workers = send_with(&town, impatient(gate.port()));
        gate.wait_until_sprung(PATIENCE);
        add(&town, &format!("second-{deed:?}"), &town.teacher(&format!("Other {deed:?}"), &other));
        wait_for(&town, &other, NoticeState::Sent, 1);
        let sent_after = begun.elapsed();
        let waiting = wait_until(PATIENCE, "the stuck mail is given back", || {
            notices(&town).into_iter().find(|notice| notice.to == stuck && notice.error.is_some())
        });
        assert!(sent_after < begun.elapsed(), "the other did not wait");
        let error = waiting.error.unwrap();
        assert!(error.contains(reason), "{error}");
        wait_for(&town, &stuck, NoticeState::Sent, 2);
        workers.stop();
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    }
}

/// Down, then slow to greet, then up: a whole plan's mails arrive, each once.
#[test]
fn a_server_that_was_down_gets_everything_once() {
    let town = Town::new(Backend::Sqlite, "Europe/Paris");
    let server = SmtpServer::start();
    let count = 20;
    for number in 0..count {
        let teacher = town.teacher(&format!("Teacher {number}"), &format!("t{number}@example.org"));
        add(&town, &format!("release-{number}"), &teacher);
    }
    // Nobody listens at the discard port.
    let workers = send_with(&town, impatient(9));
    wait_until(PATIENCE, "each was tried", || {
        notices(&town).iter().all(|notice| notice.attempts > 0 && notice.error.is_some()).then_some(())
    });
    workers.stop();
    let gate = Gate::before(server.port(), Trap { times: 2, ..trap(Step::Greeting, Moment::Before, Deed::Drop) });
    let workers = send_with(&town, impatient(gate.port()));
    wait_until_all_are_sent(&town);
    workers.stop();
    let mails = server.mails();
    assert_eq!((mails.len(), names(&mails).len()), (count, count));
    // Two were dropped; the others share the connections of two workers.
    assert!(gate.connections() <= 2 + 4, "{} connections", gate.connections());
}
