//! What arrives, and how.

use std::{sync::Arc, thread::sleep, time::Duration};

use creneau::{
    config::{Mail as MailConfig, Transport},
    domain::{
        notice::NoticeState,
        session::{Change, Session},
    },
    jobs::{Runner, Settings, mail::SendMails},
    mail::Mailer,
    store::{self, jobs::Lease},
};

use super::{
    PATIENCE, add, config, mailer, notices, read, send_by,
    support::{
        calendar,
        service::{Backend, on_both},
        smtp::SmtpServer,
        town::{Town, utc},
    },
    wait_for,
};

on_both!(a_plan_is_one_mail_a_teacher, a_mail_server_that_refuses, a_mail_server_that_comes_back);

fn a_plan_is_one_mail_a_teacher(backend: Backend) {
    let town = Town::new(backend, "Europe/Paris");
    let server = SmtpServer::start();
    let martin = town.teacher("Mme Martin", "martin@example.org");
    let durand = town.teacher("M. Durand", "durand@example.org");
    let first = town.session("Maths, algèbre; 6e\\B", &martin, utc("2020-03-27T08:00"));
    let second = town.session("Géométrie", &martin, utc("2020-03-30T07:00"));
    let third = town.session("Latin", &durand, utc("2020-03-30T07:00"));
    let changes = [(&first, Change::Added), (&second, Change::Added), (&third, Change::Added)];
    town.announce("plan-1", &changes);
    // The same release once more, as after a lost race: nothing new.
    town.announce("plan-1", &changes);
    assert_eq!(notices(&town).len(), 2);

    let workers = send_by(&town, server.port());
    let mails = server.wait_for(2, PATIENCE);
    wait_for(&town, "martin@example.org", NoticeState::Sent, 1);
    let moved = town.cancel(&second, utc("2020-03-17T08:00"));
    town.announce("change-1", &[(&moved, Change::Cancelled)]);
    let all = server.wait_for(3, PATIENCE);
    workers.stop();
    assert_eq!(all.len(), 3, "one mail a teacher and release");

    let plan = mails.iter().find(|mail| mail.to == ["martin@example.org"]).unwrap();
    let mail = read(plan);
    assert_eq!(mail.headers["to"].replace('"', ""), "Mme Martin <martin@example.org>");
    assert_eq!(mail.headers["subject"], "Vos 2 classes virtuelles à partir du vendredi 27 mars");
    assert_eq!(mail.headers["auto-submitted"], "auto-generated");
    assert!(mail.headers["message-id"].ends_with("@creneau.example.org>"));
    // Both mails about the one class, which was announced with others and called off alone, can be unsubscribed by kind.
    assert!(mail.headers["list-unsubscribe"].ends_with("/sessions-changed>"), "{mail:?}");
    assert_eq!(mail.headers["list-unsubscribe-post"], "List-Unsubscribe=One-Click");
    assert_eq!(mail.headers["references"], mail.headers["in-reply-to"]);
    let [alternatives, file] = mail.body.parts.as_slice() else { panic!("{mail:?}") };
    let kinds: Vec<&str> = alternatives.parts.iter().map(|part| part.kind.as_str()).collect();
    assert_eq!((mail.body.kind.as_str(), kinds), ("multipart/mixed", vec!["text/plain", "text/html"]));
    let text = alternatives.parts[0].text.as_deref().unwrap();
    // Both sides of the change to summer time, in the school's time.
    assert!(
        text.contains("vendredi 27 mars\r\n  9\u{a0}h\u{a0}–\u{a0}9\u{a0}h\u{a0}55  Maths, algèbre; 6e\\B · 6e B"),
        "{text}"
    );
    assert!(text.contains("lundi 30 mars\r\n  9\u{a0}h"), "{text}");
    assert_eq!((file.method.as_deref(), file.file.as_deref()), (Some("PUBLISH"), Some("classes.ics")));
    let events = calendar::read(file.text.as_deref().unwrap().as_bytes());
    let starts: Vec<_> = events.iter().map(|event| event.start.utc.clone().unwrap()).collect();
    assert_eq!(starts, ["2020-03-27T08:00:00Z", "2020-03-30T07:00:00Z"]);
    assert_eq!(events[0].summary.as_deref(), Some("Maths, algèbre; 6e\\B – 6e B"));
    assert_eq!(events[0].uid, format!("{}@creneau.example.org", first.id));

    let cancellation = read(&all[2]);
    let thread = format!("<session-{}@creneau.example.org>", second.id);
    assert_eq!((&cancellation.headers["references"], &cancellation.headers["in-reply-to"]), (&thread, &thread));
    let [alternatives, file] = cancellation.body.parts.as_slice() else { panic!("{cancellation:?}") };
    let inner = &alternatives.parts[2];
    assert_eq!(
        (inner.kind.as_str(), inner.method.as_deref(), &inner.disposition),
        ("text/calendar", Some("CANCEL"), &None)
    );
    assert_eq!((file.kind.as_str(), file.file.as_deref()), ("application/ics", Some("invite.ics")));
    assert_eq!(inner.text, file.text);
    let told = calendar::try_read(inner.text.as_deref().unwrap().as_bytes(), None).unwrap();
    assert_eq!(told.method.as_deref(), Some("CANCEL"));
    assert_eq!((told.events[0].uid.as_str(), told.events[0].sequence), (events[1].uid.as_str(), 1));
    assert_eq!(told.events[0].attendees, ["mailto:martin@example.org"]);
}

fn a_mail_server_that_refuses(backend: Backend) {
    let town = Town::new(backend, "Europe/Paris");
    let server = SmtpServer::start();
    for (number, address) in
        ["refuse421-a@example.org", "refuse450-b@example.org", "refuse550-c@example.org", "d@example.org"]
            .iter()
            .enumerate()
    {
        let teacher = town.teacher(&format!("Teacher {number}"), address);
        add(&town, &format!("release-{number}"), &teacher);
    }
    let workers = send_by(&town, server.port());
    // What is refused stands in nobody's way.
    wait_for(&town, "d@example.org", NoticeState::Sent, 1);
    let failed = wait_for(&town, "refuse550-c@example.org", NoticeState::Failed, 1);
    assert!(failed.error.unwrap().contains("No such mailbox"));
    assert_eq!(failed.attempts, 1);
    for address in ["refuse421-a@example.org", "refuse450-b@example.org"] {
        let waiting = wait_for(&town, address, NoticeState::Queued, 2);
        assert!(waiting.error.unwrap().contains("later"));
    }
    workers.stop();
    assert_eq!(server.mails().len(), 1);
}

fn a_mail_server_that_comes_back(backend: Backend) {
    let town = Town::new(backend, "Europe/Paris");
    let teacher = town.teacher("Mme Martin", "martin@example.org");
    add(&town, "release", &teacher);
    // Nobody listens at the discard port.
    let workers = send_by(&town, 9);
    let waiting = wait_for(&town, "martin@example.org", NoticeState::Queued, 1);
    workers.stop();
    assert!(waiting.error.is_some());
    let server = SmtpServer::start();
    let workers = send_by(&town, server.port());
    server.wait_for(1, PATIENCE);
    wait_for(&town, "martin@example.org", NoticeState::Sent, 2);
    workers.stop();
}

/// Told, moved and called off: three mails, one event that rises in sequence, one thread.
#[test]
fn one_class_is_one_invitation_from_first_to_last() {
    let town = Town::new(Backend::Sqlite, "Europe/Paris");
    let server = SmtpServer::start();
    let martin = town.teacher("Mme Martin", "martin@example.org");
    let class = town.session("Géométrie", &martin, utc("2020-03-27T08:00"));
    let starts_at = utc("2020-03-30T07:00");
    let moved = Session { starts_at, ends_at: utc("2020-03-30T07:55"), sequence: 1, ..class.clone() };
    let cancelled = town.cancel(&moved, utc("2020-03-17T08:00"));
    let workers = send_by(&town, server.port());
    for (release, session, change) in [
        ("added", &class, Change::Added),
        ("moved", &moved, Change::Moved { from: class.starts_at }),
        ("cancelled", &cancelled, Change::Cancelled),
    ] {
        let before = server.mails().len();
        town.announce(release, &[(session, change)]);
        server.wait_for(before + 1, PATIENCE);
    }
    workers.stop();
    let thread = format!("<session-{}@creneau.example.org>", class.id);
    let mut names = std::collections::BTreeSet::new();
    for (mail, (method, sequence)) in server.mails().iter().zip([("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)]) {
        let read = read(mail);
        assert_eq!((&read.headers["references"], &read.headers["in-reply-to"]), (&thread, &thread));
        names.insert(read.headers["message-id"].clone());
        let [alternatives, file] = read.body.parts.as_slice() else { panic!("{read:?}") };
        let kinds: Vec<&str> = alternatives.parts.iter().map(|part| part.kind.as_str()).collect();
        assert_eq!(kinds, ["text/plain", "text/html", "text/calendar"], "the richest last");
        let inner = &alternatives.parts[2];
        assert_eq!((inner.method.as_deref(), &inner.disposition), (Some(method), &None));
        assert!(mail.text().contains(&format!("Content-Type: text/calendar; method={method}; charset=utf-8\r\n")));
        assert_eq!((file.disposition.as_deref(), file.file.as_deref()), (Some("attachment"), Some("invite.ics")));
        assert_eq!(inner.text, file.text);
        let told = calendar::try_read(inner.text.as_deref().unwrap().as_bytes(), None).unwrap();
        assert_eq!((told.method.as_deref(), told.events.len()), (Some(method), 1));
        let event = &told.events[0];
        assert_eq!((&*event.uid, event.sequence), (&*format!("{}@creneau.example.org", class.id), sequence));
        assert_eq!(event.attendees, ["mailto:martin@example.org"]);
        assert_eq!(event.organizer.as_deref(), Some("mailto:creneau@creneau.example.org"));
        assert_eq!(event.status.as_deref(), Some(if method == "CANCEL" { "CANCELLED" } else { "CONFIRMED" }));
    }
    assert_eq!(names.len(), 3);
}

/// The server took the mail, but we never heard so: it is the same mail that comes again.
#[test]
fn a_mail_that_comes_twice_is_the_same_mail() {
    let town = Town::new(Backend::Sqlite, "Europe/Paris");
    let server = SmtpServer::start();
    let teacher = town.teacher("Mme Martin", "vanish-martin@example.org");
    add(&town, "release", &teacher);
    let workers = send_by(&town, server.port());
    let mails = server.wait_for(2, PATIENCE);
    workers.stop();
    assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
    assert_eq!(mails[0].raw, mails[1].raw);
}

/// A worker that was killed before it could note what it did: its lease ends, another takes the mail up.
#[test]
fn a_killed_workers_mail_is_sent_under_its_own_name() {
    let town = Town::new(Backend::Sqlite, "Europe/Paris");
    let server = SmtpServer::start();
    let teacher = town.teacher("Mme Martin", "martin@example.org");
    add(&town, "release", &teacher);
    let now = town.app.now();
    let lease = Lease { owner: "killed".to_owned(), until: now + chrono::Duration::seconds(2) };
    let (claimed, _) = town.write(|conn| store::outbox::claim(conn, &lease, None, now)).unwrap();
    mailer(server.port()).send(&claimed).unwrap();
    let workers = send_by(&town, server.port());
    sleep(Duration::from_millis(500));
    assert_eq!(server.mails().len(), 1, "the lease holds");
    let mails = server.wait_for(2, PATIENCE);
    wait_for(&town, "martin@example.org", NoticeState::Sent, 2);
    workers.stop();
    assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
}

/// A server that needs longer than a lease lasts: the lease is renewed, and nobody sends the mail a second time.
#[test]
fn a_slow_server_gets_a_mail_once() {
    let town = Town::new(Backend::Sqlite, "Europe/Paris");
    let server = SmtpServer::start();
    let teacher = town.teacher("Mme Martin", "slow-martin@example.org");
    add(&town, "release", &teacher);
    let settings = Settings { lease_seconds: 1, poll: Duration::from_millis(50), concurrency: 3 };
    let workers = Runner::start_with(&town.app, settings, &[Arc::new(SendMails::new(mailer(server.port())))]);
    wait_for(&town, "slow-martin@example.org", NoticeState::Sent, 1);
    workers.stop();
    assert_eq!(server.mails().len(), 1);
}

/// Names that no door would let in, but that some way into the database might.
#[test]
fn hostile_names_stay_where_they_belong() {
    let town = Town::new(Backend::Sqlite, "Europe/Paris");
    let server = SmtpServer::start();
    let names = [
        "Eve\r\nBcc: everyone@example.org",
        "Eve\rBcc: everyone@example.org",
        "\"Eve\" <eve@example.com>, x",
        "\0\u{1b}[2J",
        "Ève 🎓 \u{202E}evE",
        "x\\\"; DROP TABLE",
    ];
    for (number, name) in names.iter().enumerate() {
        let teacher = town.teacher(name, &format!("t{number}@example.org"));
        let session = town.session("Maths\r\n\r\n<script>alert(1)</script>", &teacher, utc("2020-03-27T08:00"));
        town.announce(&format!("release-{number}"), &[(&session, Change::Added)]);
    }
    let workers = send_by(&town, server.port());
    let mails = server.wait_for(names.len(), PATIENCE);
    workers.stop();
    for mail in &mails {
        let read = read(mail);
        assert!(!read.headers.contains_key("bcc") && mail.to.len() == 1, "{read:?}");
        assert!(read.headers["to"].ends_with(&format!("<{}>", mail.to[0])), "{read:?}");
        let html = read.body.parts[0].parts[1].text.as_deref().unwrap();
        assert!(!html.contains("<script>"));
        calendar::read(read.body.parts[1].text.as_deref().unwrap().as_bytes());
    }
}

/// One file a mail, also when it comes twice.
#[test]
fn mails_become_files() {
    let town = Town::new(Backend::Sqlite, "Europe/Paris");
    let folder = tempfile::TempDir::new().unwrap();
    let teacher = town.teacher("Mme Martin", "martin@example.org");
    add(&town, "release", &teacher);
    let now = town.app.now();
    let lease = Lease { owner: "one".to_owned(), until: now };
    let (notice, _) = town.write(|conn| store::outbox::claim(conn, &lease, None, now)).unwrap();
    let directory = folder.path().join("mail");
    let config = MailConfig { transport: Transport::File, directory, ..config(25) };
    let mailer = Mailer::open(&config).unwrap();
    mailer.send(&notice).unwrap();
    mailer.send(&notice).unwrap();
    assert_eq!(std::fs::read_dir(folder.path().join("mail")).unwrap().count(), 1);
}
