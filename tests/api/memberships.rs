//! What people are, who may change it, and that it holds at once; and the tokens of programs.

use super::{
    guest::{Guest, Mailbox, PASSWORD, find},
    school::{School, World},
};
use crate::support::{
    process::wait_until,
    service::{Backend, on_both},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

on_both!(
    a_person_teaches_in_two_schools,
    a_withdrawn_admin_may_nothing_at_once,
    somebody_always_stays,
    nobody_invites_above_themselves,
    a_token_for_reading_changes_nothing,
);

fn teacher(school: &School) -> Value {
    json!({"email": "bernard@example.org", "role": "teacher", "school": school.id, "teacher": school.teacher})
}

fn admin(school: &School, email: &str) -> Value {
    json!({"email": email, "role": "admin", "school": school.id})
}

fn membership(guest: &mut Guest, role: &str) -> String {
    let me = guest.me();
    let memberships = me["memberships"].as_array().expect("a list");
    let found = memberships.iter().find(|it| it["role"] == role).expect("a membership");
    found["id"].as_str().expect("an id").to_owned()
}

fn a_person_teaches_in_two_schools(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let (a, b) = (world.school("Collège A"), world.school("Collège B"));
    let mut guest = world.join(&mailbox, &teacher(&a));
    world.post("/api/v1/invitations", &teacher(&b)).expect(201);
    let secret = mailbox.next(&world, "bernard@example.org", "invitation");
    let with_password = json!({"secret": secret, "password": "another long one"});
    let refused = Guest::new(&world).post("/api/v1/sign-in/invitation", &with_password).expect(422).json();
    assert_eq!(refused["findings"][0]["code"], "has-account");
    Guest::new(&world).post("/api/v1/sign-in/invitation", &json!({"secret": secret})).expect(200);

    let me = guest.me();
    assert_eq!((&me["acting"]["school"], me["memberships"].as_array().unwrap().len()), (&json!(a.id), 2));
    let other = find(&me["memberships"], "school_name", "Collège B");
    assert_eq!((&me["actor"]["kind"], &me["language"]), (&json!("person"), &json!("fr")));
    let sees = |guest: &mut Guest, school: &School| guest.get(&format!("/api/v1/schools/{}/groups", school.id)).status;
    assert_eq!((sees(&mut guest, &a), sees(&mut guest, &b)), (200, 404));
    let other = other["id"].as_str().unwrap();
    let acting = guest.put("/api/v1/me/acting", &json!({"membership": other})).expect(200).json();
    assert_eq!((&acting["school"], &acting["teacher"]), (&json!(b.id), &json!(b.teacher)));
    assert_eq!((sees(&mut guest, &a), sees(&mut guest, &b)), (404, 200));

    // Not as somebody else.
    let mut boss = world.join(&mailbox, &json!({"email": "anne@example.org", "role": "operator"}));
    let theirs = membership(&mut boss, "operator");
    guest.put("/api/v1/me/acting", &json!({"membership": theirs})).expect(404);
    // Another person is not that teacher, too.
    let refused = world.post(
        "/api/v1/invitations",
        &json!({"email": "eve@example.org", "role": "teacher", "school": a.id, "teacher": a.teacher}),
    );
    assert_eq!(refused.expect(409).json()["code"], "already-member");
    // An admin sees what people are in the own school, and not elsewhere.
    let people = world.send(Method::GET, &format!("/api/v1/schools/{}/people", a.id), Some(&a.admin_token), None);
    let people = people.expect(200).json();
    assert_eq!(people[0]["memberships"].as_array().unwrap().len(), 1);
    // Withdrawn from the school that acts, one acts as what is left.
    world.send(Method::DELETE, &format!("/api/v1/memberships/{other}"), Some(&b.admin_token), None).expect(204);
    assert_eq!((sees(&mut guest, &a), sees(&mut guest, &b)), (200, 404));
    let change = json!({"language": "en", "name": "Mme B."});
    assert_eq!(guest.send(Method::PATCH, "/api/v1/me", Some(&change)).expect(200).json()["language"], "en");
}

fn a_withdrawn_admin_may_nothing_at_once(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let school = world.school("Collège A");
    let mut first = world.join(&mailbox, &admin(&school, "first@example.org"));
    let mut second = world.join(&mailbox, &admin(&school, "second@example.org"));
    let groups = format!("/api/v1/schools/{}/groups", school.id);
    second.post(&groups, &json!({"name": "6e Y", "headcount": 20})).expect(201);
    let theirs = membership(&mut second, "admin");
    second.post("/api/v1/invitations", &admin(&school, "back@example.org")).expect(201);
    let back = mailbox.next(&world, "back@example.org", "invitation");
    // Made a teacher, with the session open.
    let change = json!({"role": "teacher", "teacher": school.teacher});
    first.send(Method::PATCH, &format!("/api/v1/memberships/{theirs}"), Some(&change)).expect(200);
    second.get(&groups).expect(200);
    second.post(&groups, &json!({"name": "6e Z", "headcount": 20})).expect(403);
    first.send(Method::DELETE, &format!("/api/v1/memberships/{theirs}"), None).expect(204);
    // An invitation made before is worth no more than its maker.
    let gone = Guest::new(&world).post("/api/v1/sign-in/invitation", &json!({"secret": back, "password": PASSWORD}));
    gone.expect(410);
    second.get(&groups).expect(403);
    second.get("/week").expect(403);
    let me = second.me();
    assert_eq!((&me["acting"], &me["memberships"]), (&Value::Null, &json!([])));
    first.send(Method::DELETE, &format!("/api/v1/memberships/{theirs}"), None).expect(404);
}

fn somebody_always_stays(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let school = world.school("Collège A");
    let mut boss = world.join(&mailbox, &json!({"email": "anne@example.org", "role": "operator"}));
    let mut first = world.join(&mailbox, &admin(&school, "first@example.org"));
    let path = |id: &str| format!("/api/v1/memberships/{id}");
    let (bosses, firsts) = (path(&membership(&mut boss, "operator")), path(&membership(&mut first, "admin")));
    assert_eq!(boss.send(Method::DELETE, &bosses, None).expect(409).json()["code"], "last-operator");
    assert_eq!(first.send(Method::DELETE, &firsts, None).expect(409).json()["code"], "last-admin");
    let change = json!({"role": "teacher", "teacher": school.teacher});
    assert_eq!(first.send(Method::PATCH, &firsts, Some(&change)).expect(409).json()["code"], "last-admin");
    assert_eq!(first.send(Method::PATCH, &firsts, Some(&json!({"role": "operator"}))).expect(422).status, 422);
    first.send(Method::DELETE, &bosses, None).expect(404);

    // Two admins withdraw each other at the same time: one stays.
    let mut second = world.join(&mailbox, &admin(&school, "second@example.org"));
    let seconds = path(&membership(&mut second, "admin"));
    std::thread::scope(|scope| {
        let (one, two) = (&mut first, &mut second);
        let threads = [
            scope.spawn(|| one.send(Method::DELETE, &seconds, None).status),
            scope.spawn(|| two.send(Method::DELETE, &firsts, None).status),
        ];
        let statuses = threads.map(|thread| thread.join().expect("it does not panic"));
        assert!(statuses.contains(&204), "{statuses:?}");
    });
    let people = boss.get(&format!("/api/v1/schools/{}/people", school.id)).expect(200).json();
    assert_eq!(people.as_array().unwrap().len(), 1, "{people}");
    // An operator may leave a school without an admin.
    let last = people[0]["memberships"][0]["id"].as_str().unwrap().to_owned();
    boss.send(Method::DELETE, &path(&last), None).expect(204);
    assert_eq!(boss.get("/api/v1/people").expect(200).json().as_array().unwrap().len(), 3, "accounts stay");
}

fn nobody_invites_above_themselves(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let (a, b) = (world.school("Collège A"), world.school("Collège B"));
    let mut guest = world.join(&mailbox, &admin(&a, "first@example.org"));
    guest.post("/api/v1/invitations", &json!({"email": "x@example.org", "role": "operator"})).expect(403);
    guest.post("/api/v1/invitations", &admin(&b, "x@example.org")).expect(403);
    let elsewhere = json!({"email": "x@example.org", "role": "teacher", "school": a.id, "teacher": b.teacher});
    let refused = guest.post("/api/v1/invitations", &elsewhere).expect(422).json();
    assert_eq!(refused["findings"][0]["code"], "unknown-teacher");
    let wrong = json!({"email": "no address", "role": "operator", "school": a.id, "name": "a\u{7}b"});
    let refused = world.post("/api/v1/invitations", &wrong).expect(422).json();
    let places: Vec<&str> =
        refused["findings"].as_array().unwrap().iter().map(|it| it["place"].as_str().unwrap()).collect();
    assert_eq!(places, ["email", "name", "school"]);
    guest.post("/api/v1/invitations", &admin(&a, "x@example.org")).expect(201);
    let all = guest.get("/api/v1/invitations").expect(200).json();
    let made = find(&all, "email", "x@example.org");
    assert_eq!((all.as_array().unwrap().len(), &made["invited_by"]), (2, &json!("first@example.org")));
    // Another school's admin sees none of it.
    let theirs = world.send(Method::GET, "/api/v1/invitations", Some(&b.admin_token), None).expect(200).json();
    assert_eq!(theirs, json!([]));
    let path = format!("/api/v1/invitations/{}", made["id"].as_str().unwrap());
    world.send(Method::DELETE, &path, Some(&b.admin_token), None).expect(404);
}

fn a_token_for_reading_changes_nothing(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let new = json!({"role": "admin", "school": school.id, "label": "display", "scope": "read"});
    let made = world.post("/api/v1/tokens", &new).expect(201).json();
    assert_eq!((&made["scope"], &made["last_used_at"]), (&json!("read"), &Value::Null));
    let secret = made["secret"].as_str().unwrap();
    let groups = format!("/api/v1/schools/{}/groups", school.id);
    world.send(Method::GET, &groups, Some(secret), None).expect(200);
    let body = json!({"name": "6e Z", "headcount": 20});
    let refused = world.send(Method::POST, &groups, Some(secret), Some(&body)).expect(403).json();
    assert_eq!(refused["code"], "read-only-token");
    world
        .send(Method::DELETE, &format!("/api/v1/tokens/{}", made["id"].as_str().unwrap()), Some(secret), None)
        .expect(403);
    let me = world.send(Method::GET, "/api/v1/me", Some(secret), None).expect(200).json();
    assert_eq!((&me["actor"]["name"], &me["scope"], &me["person"]), (&json!("display"), &json!("read"), &Value::Null));
    world.send(Method::GET, "/api/v1/me/sessions", Some(secret), None).expect(403);
    wait_until(Duration::from_secs(10), "the use is noted", || {
        let all = world.get("/api/v1/tokens").expect(200).json();
        all.as_array().unwrap().iter().any(|it| it["id"] == made["id"] && it["last_used_at"].is_string()).then_some(())
    });
    // A browser that came by it may not write either.
    let mut guest = Guest::new(&world);
    guest.get(&format!("/enter/{secret}")).expect(303);
    guest.get(&groups).expect(200);
    guest.post(&groups, &body).expect(403);
    // Revoked, it ends the session, too.
    world.send(
        Method::DELETE,
        &format!("/api/v1/tokens/{}", made["id"].as_str().unwrap()),
        Some(&world.operator),
        None,
    );
    guest.get(&groups).expect(401);
}
