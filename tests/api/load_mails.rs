//! Mails of load: who hears that an alert has begun, and that it is over, from a real mail server.

use super::{
    guest::{Guest, find},
    school::World,
};
use crate::support::{
    process::wait_until,
    service::{Backend, Site, on_both},
    smtp::{Mail, SmtpServer},
};
use chrono::{Duration, Timelike, Utc};
use serde_json::{Value, json};

on_both!(
    an_alert_is_one_mail_when_it_begins_and_one_when_it_is_over,
    what_waited_for_the_end_of_the_night_is_told_once,
    an_alert_ends_when_nothing_is_observed_any_more,
);

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);
const OPERATOR: &str = "operator@example.org";
const ADMIN: &str = "claire@example.org";

/// A platform of 500 connections, one school on it with 200 of its own, an operator and an admin with accounts.
struct Place {
    world: World,
    server: SmtpServer,
    platform: String,
    pool: String,
    school: String,
    /// The operator's session.
    cookie: Option<String>,
}

impl Place {
    fn new(backend: Backend) -> Self {
        let server = SmtpServer::start();
        let world = World::at(Site::new(backend).mails_to(&server));
        let platform = world.made("/api/v1/platforms", &json!({"name": "e-lyco", "time_zone": "Europe/Paris"}));
        let pool = json!({"name": "platform/e-lyco", "kind": "concurrent", "connections": 500, "platform": platform});
        let pool = world.made("/api/v1/pools", &pool);
        let school = world.school("Collège A").id;
        world.put(&format!("/api/v1/schools/{school}/platform"), &json!({"platform": platform})).expect(200);
        let mut place = Self { world, server, platform, pool, school, cookie: None };
        place.join(ADMIN, &json!({"email": ADMIN, "role": "admin", "school": place.school}));
        place.cookie = place.join(OPERATOR, &json!({"email": OPERATOR, "role": "operator", "language": "en"}));
        place
    }

    /// Invites somebody, who accepts; their session.
    fn join(&self, address: &str, invitation: &Value) -> Option<String> {
        self.world.post("/api/v1/invitations", invitation).expect(201);
        let secret = wait_until(PATIENCE, "the invitation comes", || {
            let mail = self.to(address, "").pop()?.text().replace("=\r\n", "");
            mail.split("/invitation/").nth(1).and_then(|rest| rest.get(..64)).map(str::to_owned)
        });
        let mut guest = Guest::new(&self.world);
        guest.post("/api/v1/sign-in/invitation", &json!({"secret": secret})).expect(200);
        guest.cookie
    }

    /// Takes in what was seen so many minutes ago.
    fn seen(&self, place: &str, values: &[(i64, u32)]) {
        let line =
            |(ago, value): &(i64, u32)| format!("{},{value}", (Utc::now() - Duration::minutes(*ago)).timestamp());
        let table = format!("time,connections\n{}\n", values.iter().map(line).collect::<Vec<_>>().join("\n"));
        self.world.post(&format!("/api/v1/load/csv?{place}"), &json!(table)).expect(201);
    }

    /// The mails to an address that can be switched off as this kind.
    fn to(&self, address: &str, kind: &str) -> Vec<Mail> {
        let is_it = |mail: &Mail| {
            mail.to == [address]
                && (kind.is_empty()
                    || mail.header("List-Unsubscribe").is_some_and(|it| it.ends_with(&format!("/{kind}>"))))
        };
        self.server.mails().into_iter().filter(is_it).collect()
    }

    /// How many mails of load the operator and the admin have, once it is so many and stays so.
    fn settled(&self, expected: [usize; 2]) {
        let heard = || [OPERATOR, ADMIN].map(|address| self.to(address, "load-alert").len());
        wait_until(PATIENCE, &format!("{expected:?} mails of load have come"), || (heard() == expected).then_some(()));
        std::thread::sleep(std::time::Duration::from_millis(1500));
        assert_eq!(heard(), expected);
    }
}

fn an_alert_is_one_mail_when_it_begins_and_one_when_it_is_over(backend: Backend) {
    let place = Place::new(backend);
    let platform = format!("platform={}", place.platform);
    place.seen(&platform, &[(47, 480), (42, 481)]);
    place.settled([1, 0]);
    let begun = place.to(OPERATOR, "load-alert").remove(0);
    assert_eq!(begun.header("Subject").as_deref(), Some("Load near the limit: e-lyco"));
    assert_eq!(begun.header("List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
    let text = begun.text().replace("=\r\n", "");
    for said in ["481 connections at a time", "Limit: 500 connections", "you run this installation", &place.pool] {
        assert!(text.contains(said), "{said}: {text}");
    }
    // No sign-in is in it: it is kept as it was sent, as other notices are.
    let kept = "UPDATE notices SET kind = kind WHERE kind = 'load-alert' AND state = 'sent' AND body_text <> ''";
    wait_until(PATIENCE, "it is sent", || (place.world.service.site().sql(kept) == 1).then_some(()));
    // Still so, and a little less: no news.
    place.seen(&platform, &[(37, 490), (32, 430)]);
    place.settled([1, 0]);
    place.seen(&platform, &[(27, 20), (22, 20), (17, 20)]);
    place.settled([2, 0]);
    let over = place.to(OPERATOR, "load-alert").remove(1);
    assert_eq!(over.header("Subject").as_deref(), Some("Load no longer near the limit: e-lyco"));
    assert_eq!(over.header("References"), begun.header("References"), "both are one thread");

    // A school's own load is its admins' to hear of, in their language.
    place.seen(&format!("school={}", place.school), &[(12, 195), (7, 196)]);
    place.settled([2, 1]);
    let mail = place.to(ADMIN, "load-alert").remove(0).text().replace("=\r\n", "");
    assert!(mail.contains("/week?date=3D") && mail.contains("196 connexions simultan"), "{mail}");
    let listed = place.world.get(&format!("/api/v1/schools/{}/notices", place.school)).expect(200).json();
    assert_eq!(find(&listed, "kind", "load-alert")["to"], ADMIN);
    let listed = place.world.get("/api/v1/notices").expect(200).json();
    assert_eq!(find(&listed, "kind", "load-alert")["to"], OPERATOR);

    // Who switched such mails off hears of no other.
    let off = begun.header("List-Unsubscribe").expect("a link");
    let path = off.trim_matches(['<', '>']).split_once("/unsubscribe/").expect("our page").1.to_owned();
    let path = format!("/unsubscribe/{path}");
    assert!(place.world.service.get(&format!("{path}?lang=en")).expect(200).text().contains("that warn of the load"));
    place.world.service.post_form(&path, &[("List-Unsubscribe", "One-Click")]).expect(200);
    place.seen(&platform, &[(12, 495), (7, 495)]);
    let alerts = format!("/api/v1/platforms/{}/load/alerts", place.platform);
    wait_until(PATIENCE, "another alert begins", || {
        (place.world.get(&alerts).expect(200).json().as_array()?.len() == 2).then_some(())
    });
    place.settled([2, 1]);
}

fn what_waited_for_the_end_of_the_night_is_told_once(backend: Backend) {
    let place = Place::new(backend);
    let mut operator = Guest::new(&place.world);
    operator.cookie.clone_from(&place.cookie);
    let local = Utc::now().with_timezone(&chrono_tz::Europe::Paris);
    let minute = local.hour() * 60 + local.minute();
    let quiet = json!({"quiet_hours": {"from_minute": (minute + 1380) % 1440, "to_minute": (minute + 120) % 1440}});
    operator.put("/api/v1/me/mail-preferences", &quiet).expect(200);
    let platform = format!("platform={}", place.platform);
    let waiting = |count: usize| {
        wait_until(PATIENCE, &format!("{count} mails of load are written"), || {
            let all = place.world.get("/api/v1/notices").expect(200).json();
            let of_load = all.as_array()?.iter().filter(|one| one["kind"] == "load-alert").cloned();
            let of_load: Vec<Value> = of_load.collect();
            (of_load.len() == count).then_some(of_load)
        })
    };
    place.seen(&platform, &[(47, 480), (42, 481)]);
    assert_eq!(waiting(1)[0]["state"], "queued");
    place.seen(&platform, &[(37, 20), (32, 20), (27, 20)]);
    let told = waiting(2);
    let states: Vec<&str> = told.iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["queued", "failed"], "the newest first: {told:?}");
    assert_eq!(told[1]["error"], "the alert was over before this was sent");
    place.settled([0, 0]);
}

fn an_alert_ends_when_nothing_is_observed_any_more(backend: Backend) {
    let mut place = Place::new(backend);
    place.seen(&format!("platform={}", place.platform), &[(47, 480), (42, 481)]);
    place.settled([1, 0]);
    let alerts = format!("/api/v1/platforms/{}/load/alerts", place.platform);
    let ended = |place: &Place| place.world.get(&alerts).expect(200).json()[0]["ended_at"].clone();
    assert!(ended(&place).is_null());
    // An hour later nothing of the last hour is known, and nothing has come in that would have the place looked at.
    place.world.service.site().sql("DELETE FROM load_cells");
    place.world.service.site().sql("DELETE FROM load_series");
    // Who begins to work looks at what lasts.
    place.world.service.restart();
    wait_until(PATIENCE, "the alert ends", || (!ended(&place).is_null()).then_some(()));
    place.settled([2, 0]);
    let over = place.to(OPERATOR, "load-alert").remove(1);
    assert_eq!(over.header("Subject").as_deref(), Some("No load is observed any more: e-lyco"));
}
