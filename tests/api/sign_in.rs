//! Signing in by links, passwords and invitations; sessions and what ends them; and those who try to get in by force.

use super::{
    guest::{Guest, Mailbox, PASSWORD, find},
    school::World,
};
use crate::support::service::{Backend, Service, Site, on_both};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

on_both!(
    a_link_signs_in_once,
    nobody_learns_who_has_an_account,
    an_invitation_is_accepted_once,
    a_new_password_ends_other_sessions,
    a_browser_signs_out,
    other_sites_change_nothing,
    the_first_operator_comes_by_the_log,
);

const ADDRESS: &str = "claire.martin@example.org";

fn admin(school: &str) -> Value {
    json!({"email": "Claire.Martin@Example.org", "name": "Claire Martin", "role": "admin", "school": school})
}

fn a_link_signs_in_once(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let school = world.school("Collège A");
    world.post("/api/v1/invitations", &admin(&school.id)).expect(201);
    let secret = mailbox.next(&world, ADDRESS, "invitation");
    let mut guest = Guest::new(&world);
    let me = guest.post("/api/v1/sign-in/invitation", &json!({"secret": secret})).expect(200).json();
    assert_eq!((&me["person"]["email"], &me["person"]["has_password"]), (&json!(ADDRESS), &json!(false)));
    assert_eq!(me["acting"]["role"], "admin");
    guest.post("/api/v1/sign-out", &json!({})).expect(204);
    assert!(guest.cookie.is_none());

    let order = |address: &str| {
        Guest::new(&world).post("/api/v1/sign-in/links", &json!({"email": address})).expect(202);
    };
    order(" CLAIRE.martin@example.org ");
    let link = mailbox.next(&world, ADDRESS, "link");
    // A scanner of mails looks at it, and looks again.
    for _ in 0..2 {
        let page = guest.get(&format!("/link/{link}")).expect(200);
        assert!(page.text().contains("<button") && page.header("set-cookie").is_none_or(|it| !it.contains("session")));
    }
    let given = json!({"secret": link});
    assert_eq!(guest.post("/api/v1/sign-in/link", &given).expect(200).json()["actor"]["name"], "Claire Martin");
    Guest::new(&world).post("/api/v1/sign-in/link", &given).expect(410);
    Guest::new(&world).get(&format!("/link/{link}")).expect(410);
    Guest::new(&world).post("/api/v1/sign-in/link", &json!({"secret": "0".repeat(64)})).expect(410);

    // Two at the same time: one gets in.
    order(ADDRESS);
    let given = json!({"secret": mailbox.next(&world, ADDRESS, "link")});
    let statuses: Vec<u16> = at_once(8, || Guest::new(&world).post("/api/v1/sign-in/link", &given).status);
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 410)), "{statuses:?}");

    // Too late.
    order(ADDRESS);
    let late = json!({"secret": mailbox.next(&world, ADDRESS, "link")});
    world.service.site().sql("UPDATE sign_in_links SET expires_at = created_at WHERE used_at IS NULL");
    Guest::new(&world).post("/api/v1/sign-in/link", &late).expect(410);

    // A mailbox is not flooded: three in fifteen minutes, and the answer stays the same.
    for _ in 0..3 {
        order(ADDRESS);
    }
    assert_eq!(mailbox.count(&world, ADDRESS, "link"), 3);
    for secret in [link.as_str(), late["secret"].as_str().unwrap(), secret.as_str(), guest.cookie.as_ref().unwrap()] {
        assert!(!world.service.log().contains(secret), "the log holds a secret");
    }
    let kept = "UPDATE notices SET state = state WHERE school_id IS NULL AND state = 'sent' AND body_text <> ''";
    assert_eq!(world.service.site().sql(kept), 0, "links stay in the outbox");
}

fn nobody_learns_who_has_an_account(backend: Backend) {
    let (world, mailbox) = (World::at(Site::new(backend).set("server.proxies", "1")), Mailbox::default());
    let school = world.school("Collège A");
    world.join(&mailbox, &admin(&school.id));
    let mut answers = Vec::new();
    for (index, address) in [ADDRESS, "nobody@example.org"].into_iter().enumerate() {
        let mut guest = Guest::new(&world).at(&format!("203.0.113.{}", index + 1));
        let start = Instant::now();
        let answer = guest.post("/api/v1/sign-in/links", &json!({"email": address}));
        assert!(start.elapsed() >= Duration::from_millis(250));
        let mut seen = vec![(answer.status, answer.text(), answer.header("retry-after").map(str::to_owned))];
        for _ in 0..6 {
            let answer = guest.try_password(address, "a wrong password");
            let wait = answer.header("retry-after").is_some();
            seen.push((answer.status, answer.json()["code"].to_string(), wait.then(|| "some time".to_owned())));
        }
        answers.push(seen);
    }
    assert_eq!(answers[0], answers[1]);
    let status: Vec<u16> = answers[0].iter().map(|answer| answer.0).collect();
    assert_eq!(status, [202, 401, 401, 401, 401, 401, 429]);
    assert!(!world.service.log().contains("a wrong password"));
}

fn an_invitation_is_accepted_once(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let school = world.school("Collège A");
    let made = world.post("/api/v1/invitations", &admin(&school.id)).expect(201).json();
    let path = format!("/api/v1/invitations/{}", made["id"].as_str().unwrap());
    assert_eq!(world.post("/api/v1/invitations", &admin(&school.id)).expect(409).json()["code"], "already-invited");
    let old = mailbox.next(&world, ADDRESS, "invitation");
    assert_eq!(world.post(&format!("{path}/resend"), &json!({})).expect(200).json()["state"], "open");
    let secret = mailbox.next(&world, ADDRESS, "invitation");
    Guest::new(&world).post("/api/v1/sign-in/invitation", &json!({"secret": old})).expect(410);

    let offer = Guest::new(&world).post("/api/v1/sign-in/invitation/offer", &json!({"secret": secret})).expect(200);
    assert_eq!((&offer.json()["school_name"], &offer.json()["has_account"]), (&json!("Collège A"), &json!(false)));
    let page = Guest::new(&world).get(&format!("/invitation/{secret}?lang=en")).expect(200).text();
    assert!(page.contains("run the virtual classes of Collège A") && page.contains("name=\"password\""), "{page}");
    for (password, code) in [("too short", "password-too-short"), ("I am claire.martin!", "password-with-name")] {
        let given = json!({"secret": secret, "password": password});
        let refused = Guest::new(&world).post("/api/v1/sign-in/invitation", &given).expect(422).json();
        assert_eq!(refused["findings"][0]["code"], code);
    }
    let given = json!({"secret": secret, "password": PASSWORD, "name": "Claire M."});
    let statuses = at_once(6, || Guest::new(&world).post("/api/v1/sign-in/invitation", &given).status);
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 410 | 503)), "{statuses:?}");
    let people = world.get(&format!("/api/v1/schools/{}/people", school.id)).expect(200).json();
    assert_eq!((people.as_array().unwrap().len(), &people[0]["name"]), (1, &json!("Claire M.")));
    let state =
        |email: &str| find(&world.get("/api/v1/invitations").expect(200).json(), "email", email)["state"].clone();
    assert_eq!(state(ADDRESS), "accepted");
    assert_eq!(world.post(&format!("{path}/resend"), &json!({})).expect(409).json()["code"], "invitation-over");
    assert_eq!(world.post("/api/v1/invitations", &admin(&school.id)).expect(409).json()["code"], "already-member");

    // Withdrawn, or too late.
    let other =
        json!({"email": "other@example.org", "role": "teacher", "school": school.id, "teacher": school.teacher});
    let made = world.post("/api/v1/invitations", &other).expect(201).json();
    let secret = mailbox.next(&world, "other@example.org", "invitation");
    world.service.site().sql("UPDATE invitations SET expires_at = '2020-01-01 00:00:00' WHERE accepted_at IS NULL");
    Guest::new(&world).post("/api/v1/sign-in/invitation", &json!({"secret": secret})).expect(410);
    assert_eq!(state("other@example.org"), "expired");
    let path = format!("/api/v1/invitations/{}", made["id"].as_str().unwrap());
    world.post(&format!("{path}/resend"), &json!({})).expect(200);
    let secret = mailbox.next(&world, "other@example.org", "invitation");
    world.send(Method::DELETE, &path, Some(&world.operator), None).expect(204);
    Guest::new(&world).post("/api/v1/sign-in/invitation", &json!({"secret": secret})).expect(410);
    Guest::new(&world).get(&format!("/invitation/{secret}")).expect(410);
}

fn a_new_password_ends_other_sessions(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let school = world.school("Collège A");
    let mut first = world.join(&mailbox, &admin(&school.id));
    let mut second = Guest::new(&world);
    second.try_password("CLAIRE.MARTIN@example.org", PASSWORD).expect(200);
    Guest::new(&world).post("/api/v1/sign-in/links", &json!({"email": ADDRESS})).expect(202);
    let waiting = mailbox.next(&world, ADDRESS, "link");
    assert_eq!(first.get("/api/v1/me/sessions").expect(200).json().as_array().unwrap().len(), 2);

    // Signed in by a password, one must know it.
    let refused = second.put("/api/v1/me/password", &json!({"password": "another long one"})).expect(422).json();
    assert_eq!(refused["findings"][0]["place"], "current");
    let wrong = json!({"password": "another long one", "current": "not the right one"});
    second.put("/api/v1/me/password", &wrong).expect(401);
    let right = json!({"password": "another long one", "current": PASSWORD});
    second.put("/api/v1/me/password", &right).expect(204);
    first.get("/api/v1/me").expect(401);
    second.get("/api/v1/me").expect(200);
    Guest::new(&world).post("/api/v1/sign-in/link", &json!({"secret": waiting})).expect(410);
    Guest::new(&world).try_password(ADDRESS, PASSWORD).expect(401);

    // Whoever has lately come by a link has shown enough.
    Guest::new(&world).post("/api/v1/sign-in/links", &json!({"email": ADDRESS})).expect(202);
    let secret = mailbox.next(&world, ADDRESS, "link");
    first.post("/api/v1/sign-in/link", &json!({"secret": secret})).expect(200);
    first.put("/api/v1/me/password", &json!({"password": PASSWORD})).expect(204);
    second.get("/api/v1/me").expect(401);
    second.try_password(ADDRESS, PASSWORD).expect(200);
}

fn a_browser_signs_out(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let school = world.school("Collège A");
    let mut first = world.join(&mailbox, &admin(&school.id));
    let known = first.cookie.clone();
    let mut second = Guest::new(&world);
    second.try_password(ADDRESS, PASSWORD).expect(200);
    let sessions = first.get("/api/v1/me/sessions").expect(200).json();
    let theirs = sessions.as_array().unwrap().iter().find(|session| session["current"] == false).unwrap();
    assert_eq!(theirs["begun_by"], "password");
    let path = format!("/api/v1/me/sessions/{}", theirs["id"].as_str().unwrap());
    let mut stranger = world.join(&mailbox, &json!({"email": "x.y.z@example.org", "role": "operator"}));
    stranger.send(Method::DELETE, &path, None).expect(404);
    first.send(Method::DELETE, &path, None).expect(204);
    second.get("/api/v1/me").expect(401);

    // Signing in anew ends the session that the browser had, and each has another secret.
    first.try_password(ADDRESS, PASSWORD).expect(200);
    assert_ne!(first.cookie, known);
    let mut old = Guest::new(&world);
    old.cookie = known;
    old.get("/api/v1/me").expect(401);
    second.try_password(ADDRESS, PASSWORD).expect(200);
    first.send(Method::DELETE, "/api/v1/me/sessions", None).expect(204);
    second.get("/api/v1/me").expect(401);

    // Idle for a week, or begun long ago.
    for column in ["seen_at", "expires_at"] {
        second.try_password(ADDRESS, PASSWORD).expect(200);
        world.service.site().sql(&format!("UPDATE browser_sessions SET {column} = '2020-01-01 00:00:00'"));
        second.get("/api/v1/me").expect(401);
    }
    // A token's secret is no session's, nor the other way round.
    let mut thief = Guest::new(&world);
    thief.cookie = Some(world.operator.clone());
    thief.get("/api/v1/me").expect(401);
    second.try_password(ADDRESS, PASSWORD).expect(200);
    world.send(Method::GET, "/api/v1/me", second.cookie.as_deref(), None).expect(401);
}

fn other_sites_change_nothing(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let school = world.school("Collège A");
    let mut guest = world.join(&mailbox, &admin(&school.id));
    let groups = format!("/api/v1/schools/{}/groups", school.id);
    let body = json!({"name": "6e Z", "headcount": 20});
    let foreign: [&[(&str, &str)]; 5] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
    ];
    for headers in foreign {
        let refused = guest.send_with(Method::POST, &groups, Some(&body), headers).expect(403).json();
        assert_eq!(refused["code"], "cross-site");
        guest.send_with(Method::POST, "/api/v1/sign-out", None, headers).expect(403);
        guest.send_with(Method::DELETE, "/api/v1/me/sessions", None, headers).expect(403);
    }
    // Nor do they sign somebody in as somebody else.
    let given = json!({"email": ADDRESS, "password": PASSWORD});
    for headers in &foreign[1..] {
        Guest::new(&world).send_with(Method::POST, "/api/v1/sign-in/password", Some(&given), headers).expect(403);
    }
    let form = world.service.request(Method::POST, "/api/v1/sign-in/password").form(&[("email", ADDRESS)]);
    crate::support::service::Answer::to(form).expect(415);
    guest.send_with(Method::POST, &groups, Some(&body), &[("sec-fetch-site", "same-origin")]).expect(201);
    // Pages' forms: the header, and the proof of this very session.
    for path in ["/sign-out", "/sign-in", "/wishes", "/link/0", "/invitation/0"] {
        guest.send_with(Method::POST, path, None, &[("sec-fetch-site", "same-origin")]).expect(403);
        guest.send_with(Method::POST, path, None, &[("sec-fetch-site", "cross-site")]).expect(403);
    }
    guest.get("/api/v1/me").expect(200);
}

fn the_first_operator_comes_by_the_log(backend: Backend) {
    let mut service = Service::start(backend);
    let link = |service: &Service| {
        let log = service.log();
        log.rsplit("/invitation/").next().and_then(|rest| rest.get(..64)).map(str::to_owned).expect("a link")
    };
    let old = link(&service);
    service.restart();
    let secret = link(&service);
    assert_ne!(old, secret);
    let accept = |secret: &str, email: Option<&str>| {
        let body = json!({"secret": secret, "email": email, "password": PASSWORD, "name": "Anne"});
        service.post_json("/api/v1/sign-in/invitation", &body)
    };
    accept(&old, Some("anne@example.org")).expect(410);
    assert_eq!(accept(&secret, None).expect(422).json()["findings"][0]["place"], "email");
    let me = accept(&secret, Some("Anne@example.org")).expect(200).json();
    assert_eq!((&me["acting"]["role"], &me["person"]["email"]), (&json!("operator"), &json!("anne@example.org")));
    accept(&secret, Some("eve@example.org")).expect(410);
    let said = service.log().matches("/invitation/").count();
    service.restart();
    assert_eq!(service.log().matches("/invitation/").count(), said, "there is an operator now");
    assert!(!service.site().data().join("operator.token").exists());
}

/// Does something from so many threads at the same time.
fn at_once<T: Send>(count: usize, body: impl Fn() -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(&body)).collect();
        threads.into_iter().map(|thread| thread.join().expect("it does not panic")).collect()
    })
}
