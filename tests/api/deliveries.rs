//! News on its way to real receivers: what arrives, what is sent again, what is given up.

use super::{
    school::{School, World},
    webhooks::book,
};
use crate::support::{
    process::wait_until,
    receiver::{Received, Receiver},
    service::{Backend, Site, on_both},
};
use serde_json::{Value, json};
use std::time::Duration;

on_both!(
    what_fails_is_sent_again_under_the_same_id,
    a_receiver_that_is_overrun_rests,
    a_receiver_that_is_gone_is_disabled,
    what_fails_for_days_is_disabled,
    private_addresses_are_refused_when_connecting,
    a_hostile_receiver_keeps_nobody_waiting,
    a_killed_workers_news_is_sent_under_its_own_id,
);

/// A receiver's webhook, and what has become of it.
pub struct Webhook<'a> {
    world: &'a World,
    path: String,
    pub secret: String,
}

impl<'a> Webhook<'a> {
    /// Registers the address.
    pub fn at(world: &'a World, school: &School, url: &str, events: &[&str]) -> Self {
        let new = json!({"school": school.id, "url": url, "events": events});
        let made = world.post("/api/v1/webhooks", &new).expect(201).json();
        let path = format!("/api/v1/webhooks/{}", made["id"].as_str().unwrap());
        Self { world, path, secret: made["secret"].as_str().unwrap().to_owned() }
    }

    /// Sends a test; its id.
    pub fn ping(&self) -> String {
        let ping = self.world.post(&format!("{}/ping", self.path), &json!({})).expect(202).json();
        ping["id"].as_str().unwrap().to_owned()
    }

    /// Gives it a new secret.
    pub fn rotate(&self) -> String {
        self.post("/secret").expect(200).json()["secret"].as_str().unwrap().to_owned()
    }

    /// The webhook as it is shown.
    pub fn shown(&self) -> Value {
        self.world.get(&self.path).expect(200).json()
    }

    /// A delivery as it is shown.
    pub fn delivery(&self, id: &str) -> Value {
        self.world.get(&format!("{}/deliveries/{id}", self.path)).expect(200).json()
    }

    /// Waits until a delivery is so.
    pub fn wait(&self, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        wait_until(Duration::from_secs(40), &format!("the delivery {id} is as wanted"), || {
            last = self.delivery(id);
            Some(last.clone()).filter(&wanted)
        })
    }

    fn post(&self, more: &str) -> crate::support::service::Answer {
        self.world.post(&format!("{}{more}", self.path), &json!({}))
    }
}

/// Has what waits be due now.
fn let_time_pass(world: &World) {
    world.service.site().sql("UPDATE deliveries SET run_after = created_at WHERE state = 'queued'");
    world.service.site().sql("UPDATE webhooks SET rests_until = NULL");
}

fn site(backend: Backend, receiver: &Receiver) -> Site {
    Site::new(backend).news_to(receiver).set("webhooks.timeout_seconds", "2").set("jobs.poll_millis", "50")
}

fn minutes(from: &Value, to: &Value) -> i64 {
    let at = |value: &Value| chrono::DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap();
    (at(to) - at(from)).num_minutes()
}

fn what_fails_is_sent_again_under_the_same_id(backend: Backend) {
    let receiver = Receiver::start();
    let world = World::at(site(backend, &receiver));
    let school = world.school("Collège A");
    let webhook = Webhook::at(&world, &school, &receiver.url("/second"), &["swap"]);
    let id = webhook.ping();
    let failed = webhook.wait(&id, |it| it["status"] == 500);
    assert_eq!((&failed["state"], &failed["attempts"]), (&json!("queued"), &json!(1)));
    assert!(failed["error"].as_str().unwrap().contains("500"), "{failed}");
    assert!(webhook.shown()["failing_since"].is_string());
    // The first pause is of five seconds, and the second attempt's time is its own.
    let sent = webhook.wait(&id, |it| it["state"] == "sent");
    assert_eq!((&sent["status"], &sent["error"], &sent["attempts"]), (&json!(200), &Value::Null, &json!(2)));
    assert_eq!(webhook.shown()["failing_since"], Value::Null);
    let [first, second]: [Received; 2] = receiver.at("/second").try_into().unwrap();
    assert_eq!((first.id(), &first.body), (second.id(), &second.body));
    assert_eq!((first.id(), first.body.as_str()), (id.as_str(), sent["body"].as_str().unwrap()));
    assert!((3.5..10.0).contains(&(second.at - first.at).as_secs_f64()), "{:?}", second.at - first.at);
    assert_ne!(first.header("webhook-timestamp"), second.header("webhook-timestamp"));
    assert_ne!(first.header("webhook-signature"), second.header("webhook-signature"));
    // By hand once more: the same again.
    assert_eq!(webhook.post(&format!("/deliveries/{id}/redelivery")).expect(202).json()["attempts"], 0);
    let third = receiver.wait_for("/second", 3).remove(2);
    assert_eq!((third.id(), &third.body), (id.as_str(), &first.body));

    // A receiver that cannot be reached, hangs up, or says nothing fits.
    for (url, error) in [
        ("https://localhost:9999/".to_owned(), "refused"),
        (receiver.url("/drop"), ""),
        (receiver.url("/silent"), "in time"),
        (receiver.url("/redirect"), "redirects are not followed"),
        (receiver.url("/status/404"), "404"),
        // No certificate is for this name.
        (receiver.url("/status/200").replace("localhost", "127.0.0.1.nip.invalid"), ""),
    ] {
        let webhook = Webhook::at(&world, &school, &url, &["swap"]);
        let id = webhook.ping();
        let failed = webhook.wait(&id, |it| it["error"].is_string() && it["state"] == "queued");
        assert!(failed["error"].as_str().unwrap().contains(error), "{url}: {failed}");
        assert_eq!(webhook.post(&format!("/deliveries/{id}/redelivery")).expect(409).json()["code"], "delivery-waits");
    }
    assert_eq!(receiver.at("/status/200"), [], "a redirect is not followed");
}

fn a_receiver_that_is_overrun_rests(backend: Backend) {
    let receiver = Receiver::start();
    let world = World::at(site(backend, &receiver));
    let school = world.school("Collège A");
    let busy = Webhook::at(&world, &school, &receiver.url("/status/429/7200"), &["swap"]);
    let first = busy.ping();
    let waits = busy.wait(&first, |it| it["status"] == 429);
    assert!((119..=121).contains(&minutes(&waits["created_at"], &waits["run_after"])), "{waits}");
    let second = busy.ping();
    // Nobody else has to wait for it.
    let other = Webhook::at(&world, &school, &receiver.url("/status/204"), &["swap"]);
    let id = other.ping();
    other.wait(&id, |it| it["state"] == "sent");
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(busy.delivery(&second)["attempts"], 0, "nothing is sent to who rests");
    assert_eq!(receiver.at("/status/429/7200").len(), 1);
    // A date says it, too.
    let url = receiver.url("/status/503/Fri,_31_Dec_2100_23:59:59_GMT");
    let dated = Webhook::at(&world, &school, &url, &["swap"]);
    let id = dated.ping();
    let waits = dated.wait(&id, |it| it["status"] == 503);
    let day = minutes(&waits["created_at"], &waits["run_after"]);
    assert!((1439..=1441).contains(&day), "a day at the longest: {waits}");
}

fn a_receiver_that_is_gone_is_disabled(backend: Backend) {
    let receiver = Receiver::start();
    let world = World::at(site(backend, &receiver));
    let school = world.school("Collège A");
    let webhook = Webhook::at(&world, &school, &receiver.url("/status/410"), &["sessions-changed"]);
    // One waits when the other hears that nobody is there any more.
    let waiting = webhook.ping();
    webhook.wait(&waiting, |it| it["state"] == "failed");
    let shown = webhook.shown();
    assert_eq!((&shown["enabled"], &shown["disabled"]["why"]), (&json!(false), &json!("gone")));
    let id = &school.id;
    world.service.site().sql(&format!(
        "INSERT INTO deliveries (id, webhook_id, event, cause, body, state, attempts, run_after, created_at)
         SELECT 'x', id, 'ping', 'x', '{{}}', 'queued', 0, created_at, created_at FROM webhooks WHERE school_id = '{id}'"
    ));
    book(&world, &school, "2031-01-06T09:00");
    std::thread::sleep(Duration::from_millis(500));
    let list = world.get(&format!("{}/deliveries", webhook.path)).expect(200).json();
    assert_eq!(list.as_array().unwrap().len(), 2, "what happens meanwhile is not written: {list}");
    assert_eq!(receiver.at("/status/410").len(), 1);
    assert_eq!(
        webhook.post(&format!("/deliveries/{waiting}/redelivery")).expect(409).json()["code"],
        "webhook-disabled"
    );
    // Its owner mends the address.
    let mended = json!({"url": receiver.url("/status/200"), "events": ["sessions-changed"], "enabled": true});
    let mended = world.put(&webhook.path, &mended).expect(200).json();
    assert_eq!((&mended["disabled"], &mended["failing_since"]), (&Value::Null, &Value::Null));
    webhook.post(&format!("/deliveries/{waiting}/redelivery")).expect(202);
    webhook.wait(&waiting, |it| it["state"] == "sent");
    webhook.wait("x", |it| it["state"] == "sent");
}

fn what_fails_for_days_is_disabled(backend: Backend) {
    let receiver = Receiver::start();
    let world = World::at(site(backend, &receiver));
    let school = world.school("Collège A");
    let webhook = Webhook::at(&world, &school, &receiver.url("/status/500"), &["swap"]);
    // Every attempt in its turn, as days pass; the last one was the last.
    let id = webhook.ping();
    for attempts in 1..=11 {
        webhook.wait(&id, |it| it["attempts"] == attempts && it["state"] != "sending");
        let_time_pass(&world);
    }
    let given_up = webhook.wait(&id, |it| it["state"] == "failed");
    assert_eq!((&given_up["attempts"], &given_up["status"]), (&json!(11), &json!(500)));
    assert_eq!(webhook.shown()["enabled"], true, "it has failed for seconds only");
    let seconds = chrono::Utc::now() - chrono::Duration::hours(73);
    let then = seconds.naive_utc().format("%Y-%m-%d %H:%M:%S");
    world.service.site().sql(&format!("UPDATE webhooks SET failing_since = '{then}'"));
    let id = webhook.ping();
    let last = webhook.wait(&id, |it| it["state"] == "failed");
    assert!(last["error"].as_str().unwrap().contains("three days"), "{last}");
    let shown = webhook.shown();
    assert_eq!((&shown["enabled"], &shown["disabled"]["why"]), (&json!(false), &json!("failing")));
}

fn private_addresses_are_refused_when_connecting(backend: Backend) {
    let receiver = Receiver::start();
    // The certificate is trusted, but the operator allows another network than this one.
    let world = World::at(site(backend, &receiver).set("webhooks.allow", "10.1.0.0/16"));
    let school = world.school("Collège A");
    let webhook = Webhook::at(&world, &school, &receiver.url("/status/200"), &["swap"]);
    let id = webhook.ping();
    let failed = webhook.wait(&id, |it| it["error"].is_string());
    assert!(failed["error"].as_str().unwrap().contains("no address of the public internet"), "{failed}");
    assert_eq!(failed["status"], Value::Null);
    // An address in figures that came in while it was allowed.
    let url = receiver.url("/status/200").replace("localhost", "127.0.0.1");
    world.service.site().sql(&format!("UPDATE webhooks SET url = '{url}'"));
    let id = webhook.ping();
    let failed = webhook.wait(&id, |it| it["error"].is_string());
    assert!(failed["error"].as_str().unwrap().contains("private-address"), "{failed}");
    assert_eq!(receiver.at("/status/200"), []);
}

fn a_hostile_receiver_keeps_nobody_waiting(backend: Backend) {
    let receiver = Receiver::start();
    let world = World::at(site(backend, &receiver));
    let school = world.school("Collège A");
    let hostile: Vec<(Webhook<'_>, Vec<String>)> = ["/silent", "/trickle", "/head", "/endless"]
        .iter()
        .map(|path| {
            let webhook = Webhook::at(&world, &school, &receiver.url(path), &["swap"]);
            let ids = (0..6).map(|_| webhook.ping()).collect();
            (webhook, ids)
        })
        .collect();
    let good = Webhook::at(&world, &school, &receiver.url("/status/200"), &["swap"]);
    let begin = std::time::Instant::now();
    let id = good.ping();
    good.wait(&id, |it| it["state"] == "sent");
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    for (webhook, ids) in &hostile {
        for id in ids {
            let end = webhook.wait(id, |it| it["state"] == "sent" || it["error"].is_string());
            // A body that never ends is not read at all: its head said that the news was taken.
            assert_eq!(end["state"] == "sent", end["status"] == 200, "{end}");
        }
    }
    assert!(hostile[3].1.iter().all(|id| hostile[3].0.delivery(id)["status"] == 200));
    let most = receiver.at("/silent").windows(5).map(|five| five[4].at - five[0].at).min().unwrap_or(Duration::MAX);
    assert!(most > Duration::from_secs(1), "one receiver has four under way at most: {most:?}");
}

fn a_killed_workers_news_is_sent_under_its_own_id(backend: Backend) {
    let receiver = Receiver::start();
    let site = Site::new(backend).news_to(&receiver).set("webhooks.timeout_seconds", "10");
    let world = World::at(site.set("jobs.in_process", "false").set("jobs.lease_seconds", "2"));
    let school = world.school("Collège A");
    let webhook = Webhook::at(&world, &school, &receiver.url("/slow"), &["sessions-changed"]);
    book(&world, &school, "2031-01-06T09:00");
    let mut worker = world.service.worker();
    let first = receiver.wait_for("/slow", 1).remove(0);
    // The receiver has it, and has not answered yet.
    worker.kill9();
    let id = first.id().to_owned();
    assert_eq!(webhook.delivery(&id)["state"], "sending");
    let _other = world.service.worker();
    let sent = webhook.wait(&id, |it| it["state"] == "sent");
    assert_eq!(sent["attempts"], 2);
    let all = receiver.at("/slow");
    assert_eq!(all.len(), 2, "a lease that is renewed is nobody else's");
    assert_eq!((all[1].id(), &all[1].body), (id.as_str(), &first.body));
}
