//! The outbox as admins and operators see it, and the mails of lowered limits.

use super::{
    guest::Mailbox,
    school::{School, World},
};
use crate::support::{
    process::wait_until,
    service::{Answer, Backend, Site, on_both},
    smtp::SmtpServer,
};
use reqwest::Method;
use serde_json::{Value, json};

on_both!(
    admins_see_and_steer_their_mails,
    operators_see_the_mails_about_accounts,
    who_does_not_fit_any_more_hears_of_it,
);

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

fn ids(list: &Answer) -> Vec<String> {
    let list = list.json();
    list.as_array().expect("a list").iter().map(|it| it["id"].as_str().expect("an id").to_owned()).collect()
}

fn admins_see_and_steer_their_mails(backend: Backend) {
    let server = SmtpServer::start();
    let world = World::at(Site::new(backend).mails_to(&server).set("jobs.in_process", "false"));
    let school = world.school("Collège A");
    let stranger = world.school("Collège B");
    let own = format!("/api/v1/schools/{}", school.id);
    for address in ["refuse550-a@example.org", "refuse450-b@example.org"] {
        world.made(&format!("{own}/teachers"), &json!({"name": address, "email": address}));
    }
    let round = json!({"name": "one", "starts_on": "2030-03-18", "ends_on": "2030-03-24"});
    world.made(&format!("{own}/rounds"), &round);
    let admin = |method: Method, path: &str| world.send(method, path, Some(&school.admin_token), None);
    let list = |query: &str| admin(Method::GET, &format!("{own}/notices{query}"));
    let all = ids(&list("").expect(200));
    assert_eq!(all.len(), 3);
    // Page by page, and by state.
    assert_eq!(ids(&list(&format!("?after={}", all[0])).expect(200)), all[1..]);
    assert_eq!(ids(&list(&format!("?state=queued&after={}", all[1])).expect(200)), all[2..]);
    assert_eq!(ids(&list("?state=sent").expect(200)), [""; 0]);
    list("?state=lost").expect(422);
    list("?after=unknown").expect(404);
    let theirs = format!("/api/v1/schools/{}/notices?after={}", stranger.id, all[0]);
    world.send(Method::GET, &theirs, Some(&stranger.admin_token), None).expect(404);

    // One that waits is withdrawn: it is not sent, and says why.
    let to = |address: &str| {
        let found = list("").expect(200).json();
        let found = found.as_array().expect("a list").iter().find(|it| it["to"] == address).cloned();
        found.unwrap_or_else(|| panic!("nothing goes to {address}"))
    };
    let path =
        |address: &str, deed: &str| format!("{own}/notices/{}/{deed}", to(address)["id"].as_str().expect("an id"));
    let done = admin(Method::POST, &path("bernard@example.org", "withdrawal")).expect(200).json();
    assert_eq!((&done["state"], &done["error"]), (&json!("failed"), &json!("withdrawn by an admin")));
    let again = admin(Method::POST, &path("bernard@example.org", "withdrawal")).expect(409).json();
    assert_eq!(again["code"], "notice-gone");

    let _worker = world.service.worker();
    let wait = |address: &str, state: &str| {
        wait_until(PATIENCE, &format!("{address} is {state}"), || {
            Some(to(address)).filter(|it| it["state"] == state && (state != "queued" || it["attempts"] != 0))
        })
    };
    let failed = wait("refuse550-a@example.org", "failed");
    assert!(failed["error"].as_str().expect("why").contains("No such mailbox"), "{failed}");
    assert_eq!((&failed["kind"], &failed["attempts"]), (&json!("round-opened"), &json!(1)));
    let waiting = wait("refuse450-b@example.org", "queued");
    assert!(waiting["error"].as_str().expect("why").contains("Mailbox busy"), "{waiting}");
    assert_eq!(server.mails().len(), 0);
    // It is sent all the same, once somebody says so.
    admin(Method::POST, &path("bernard@example.org", "resend")).expect(202);
    wait("bernard@example.org", "sent");
    assert_eq!(server.wait_for(1, PATIENCE)[0].to, ["bernard@example.org"]);
    assert_eq!(ids(&list("?state=failed").expect(200)).len(), 1);
}

fn operators_see_the_mails_about_accounts(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    world.join(&Mailbox::default(), &json!({"email": "claire@example.org", "role": "admin", "school": school.id}));
    let list = world.get("/api/v1/notices?state=sent").expect(200).json();
    assert_eq!((&list[0]["kind"], &list[0]["to"]), (&json!("invitation"), &json!("claire@example.org")));
    assert!(list[0]["school"].is_null() && list[1].is_null(), "{list}");
    world.send(Method::GET, "/api/v1/notices", Some(&school.admin_token), None).expect(403);
}

/// Mails to an address of the kind of lowered limits, as subjects.
fn cuts(server: &SmtpServer, address: &str) -> usize {
    let is_cut = |mail: &&crate::support::smtp::Mail| {
        mail.to == [address] && mail.header("List-Unsubscribe").is_some_and(|it| it.contains("/capacity-cut>"))
    };
    server.mails().iter().filter(is_cut).count()
}

fn who_does_not_fit_any_more_hears_of_it(backend: Backend) {
    let server = SmtpServer::start();
    let world = World::at(Site::new(backend).mails_to(&server));
    let school = world.school("Collège A");
    let own = format!("/api/v1/schools/{}", school.id);
    admin_account(&world, &server, &school);
    let other = json!({"name": "M. Colin", "email": "colin@example.org", "language": "en"});
    let other = world.made(&format!("{own}/teachers"), &other);
    let group = world.made(&format!("{own}/groups"), &json!({"name": "6e B", "headcount": 20}));
    for (teacher, group, at) in [
        (&school.teacher, &school.group, "2030-03-18T09:00"),
        (&school.teacher, &school.group, "2030-03-19T09:00"),
        (&other, &group, "2030-03-18T09:00"),
    ] {
        let class = json!({"title": "Maths", "teachers": [teacher], "groups": [group], "duration_minutes": 60,
            "starts_at_local": at});
        world.made(&format!("{own}/bookings"), &class);
    }
    let capacity = |connections: u32| {
        let body = json!({"connections": connections});
        let answer = world.send(Method::PUT, &format!("{own}/capacity"), Some(&school.admin_token), Some(&body));
        answer.expect(200).json()["overloads"].as_array().expect("a list").len()
    };
    let heard = || ["claire@example.org", "bernard@example.org", "colin@example.org"].map(|to| cuts(&server, to));
    let settled = |expected: [usize; 3]| {
        wait_until(PATIENCE, &format!("{expected:?} hear of it"), || (heard() == expected).then_some(()));
        std::thread::sleep(std::time::Duration::from_millis(1500));
        assert_eq!(heard(), expected);
    };
    // On Monday two classes take 28 + 21 connections, on Tuesday one takes 28.
    assert_eq!(capacity(49), 0);
    assert_eq!(capacity(40), 1);
    settled([1, 1, 1]);
    // What is as crowded as before, or less, is no news.
    assert_eq!((capacity(40), capacity(45)), (1, 1));
    settled([1, 1, 1]);
    // More is; and of a pool that schools share as well.
    assert_eq!(capacity(28), 1);
    settled([2, 2, 2]);
    assert_eq!(capacity(200), 0);
    let pool = |connections: u32| json!({"name": "platform/e-lyco", "kind": "concurrent", "connections": connections});
    let id = world.made("/api/v1/pools", &pool(900));
    world.put(&format!("{own}/pools/{id}"), &json!({})).expect(204);
    let changed = world.put(&format!("/api/v1/pools/{id}"), &pool(25)).expect(200).json();
    assert_eq!(changed["overloads"][0]["overloads"].as_array().map(Vec::len), Some(2), "{changed}");
    settled([3, 3, 3]);
    let mails = server.mails();
    let mail = mails.iter().rfind(|mail| mail.to == ["colin@example.org"]).expect("the last one");
    assert_eq!(mail.header("Subject").as_deref(), Some("Fewer connections: one virtual class concerned"));
}

/// Somebody with an account who runs the school.
fn admin_account(world: &World, server: &SmtpServer, school: &School) {
    let new = json!({"email": "claire@example.org", "name": "Claire", "role": "admin", "school": school.id});
    world.post("/api/v1/invitations", &new).expect(201);
    let text = server.wait_for(1, PATIENCE)[0].text().replace("=\r\n", "");
    let secret = text.split("/invitation/").nth(1).and_then(|rest| rest.get(..64)).expect("a link").to_owned();
    let body: Value = json!({"secret": secret});
    world.send(Method::POST, "/api/v1/sign-in/invitation", None, Some(&body)).expect(200);
}
