//! How many mails a minute go to one domain, and mails that do harm.

use creneau::{
    domain::notice::{Notice, NoticeState},
    mail::{Mailer, Undelivered, transport::Transport},
};
use lettre::Message;
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{
    PATIENCE, add, notices, send_with,
    support::{
        process::wait_until,
        service::{Backend, Site, on_both},
        smtp::SmtpServer,
        town::Town,
    },
    wait_for,
};

on_both!(a_domain_gets_no_more_than_its_share);

/// Two processes with two workers each, and three mails a minute: the fourth waits, and other domains do not.
fn a_domain_gets_no_more_than_its_share(backend: Backend) {
    let server = SmtpServer::start();
    let site = Site::new(backend)
        .mails_to(&server)
        .set("mail.per_domain_per_minute", "3")
        .set("jobs.in_process", "false")
        .set("jobs.poll_millis", "50");
    let mut service = site.serve();
    let token = service.site().run(&["token", "operator"]);
    service.authorise(token.trim());
    let made = |path: &str, body: &Value| service.post_json(path, body).expect(201).json()["id"].clone();
    let school = made("/api/v1/schools", &json!({"name": "Collège A", "connections": 200}));
    let own = format!("/api/v1/schools/{}", school.as_str().unwrap());
    let teachers = (0..8)
        .map(|number| format!("t{number}@Busy.example"))
        .chain(["a@calm.example".to_owned(), "b@calm.example".to_owned()]);
    for (number, email) in teachers.enumerate() {
        made(&format!("{own}/teachers"), &json!({"name": format!("Teacher {number}"), "email": email}));
    }
    made(&format!("{own}/rounds"), &json!({"name": "Mars", "starts_on": "2030-03-18", "ends_on": "2030-03-24"}));
    let _workers = [service.worker(), service.worker()];
    let to = |domain: &str| server.mails().iter().filter(|mail| mail.to[0].ends_with(domain)).count();
    for (after, sent) in [3, 6].into_iter().enumerate() {
        wait_until(PATIENCE, "what may be sent is sent", || {
            ((to("@busy.example"), to("@calm.example")) == (sent, 2)).then_some(())
        });
        std::thread::sleep(Duration::from_secs(1));
        assert_eq!(to("@busy.example"), sent, "none more within the minute");
        if after == 0 {
            // A minute passes.
            service.site().sql("UPDATE mail_attempts SET begun_at = '2020-03-16 08:00:00'");
        }
    }
    // Who signs in does not wait behind them.
    let guest = json!({"email": "guest@busy.example", "role": "operator"});
    service.post_json("/api/v1/invitations", &guest).expect(201);
    wait_until(PATIENCE, "the invitation passes", || (to("guest@busy.example") == 1).then_some(()));
    let waiting = service.get(&format!("{own}/notices?state=queued")).expect(200).json();
    assert_eq!(waiting.as_array().unwrap().len(), 2);
    assert!(
        waiting.as_array().unwrap().iter().all(|notice| notice["attempts"] == 0),
        "waiting is no attempt: {waiting}"
    );
}

/// Hands over what it can, and panics at one address.
struct Fragile(Arc<Mutex<Vec<String>>>);

impl Transport for Fragile {
    fn send(&self, notice: &Notice, _: &Message) -> Result<(), Undelivered> {
        assert!(!notice.to_address.starts_with("poison"), "a defect of ours");
        self.0.lock().unwrap().push(notice.to_address.clone());
        Ok(())
    }
}

#[test]
fn a_poisonous_mail_harms_no_other() {
    let town = Town::new(Backend::Sqlite, "Europe/Paris");
    for (number, address) in ["poison@example.org", "a@example.org", "b@example.org"].iter().enumerate() {
        add(&town, &format!("release-{number}"), &town.teacher(&format!("Teacher {number}"), address));
    }
    let sent = Arc::new(Mutex::new(Vec::new()));
    let mailer = Mailer::new("creneau@example.org", Box::new(Fragile(Arc::clone(&sent)))).unwrap();
    let workers = send_with(&town, mailer);
    for address in ["a@example.org", "b@example.org"] {
        wait_for(&town, address, NoticeState::Sent, 1);
    }
    let poison = wait_for(&town, "poison@example.org", NoticeState::Queued, 2);
    workers.stop();
    assert!(poison.error.unwrap().contains("a defect of ours"));
    assert_eq!(sent.lock().unwrap().len(), 2);
    assert_eq!(notices(&town).len(), 3);
}

/// The reader's mail server took the mail from ours, and sent it back later.
#[test]
fn a_mail_that_comes_back_counts_as_failed() {
    let town = Town::new(Backend::Sqlite, "Europe/Paris");
    let server = SmtpServer::start();
    add(&town, "release", &town.teacher("Mme Martin", "martin@example.org"));
    let workers = send_with(&town, super::mailer(server.port()));
    wait_for(&town, "martin@example.org", NoticeState::Sent, 1);
    workers.stop();
    let ours = server.mails()[0].header("Message-ID").unwrap();
    let notification = |action: &str, id: &str| {
        format!(
            "Message-ID: <x@mail.example>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nAction: {action}\r\nStatus: 5.1.1\r\n\
             Diagnostic-Code: smtp; 550 5.1.1 unknown\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n\
             Message-ID: {id}\r\n--b--\r\n"
        )
    };
    for (action, id) in [("delayed", &*ours), ("failed", "<somebody@else.example>")] {
        assert!(!town.app.note_bounce(&notification(action, id)).unwrap());
    }
    assert_eq!(notices(&town)[0].state, NoticeState::Sent);
    assert!(town.app.note_bounce(&notification("failed", &ours)).unwrap());
    let failed = &notices(&town)[0];
    assert_eq!(
        (failed.state, failed.error.as_deref()),
        (NoticeState::Failed, Some("came back: smtp; 550 5.1.1 unknown"))
    );
}

/// A mail that ends the worker's process each time, before it can say so, is not taken up for ever.
#[test]
fn a_mail_that_no_worker_survives_is_given_up() {
    let server = SmtpServer::start();
    let site = Site::new(Backend::Sqlite).mails_to(&server).set("jobs.in_process", "false");
    let mut service = site.serve();
    let token = service.site().run(&["token", "operator"]);
    service.authorise(token.trim());
    service.post_json("/api/v1/invitations", &json!({"email": "a@example.org", "role": "operator"})).expect(201);
    let left =
        "UPDATE notices SET state = 'sending', attempts = 80, lease_owner = 'x', lease_until = '2020-03-16 08:00:00'";
    assert_eq!(service.site().sql(left), 1);
    let _worker = service.worker();
    let failed = service.wait_for("/api/v1/notices?state=failed", |list| list[0]["state"] == "failed");
    assert!(failed[0]["error"].as_str().unwrap().starts_with("given up"), "{failed}");
    assert_eq!(server.mails().len(), 0);
}
