//! What was entered by mistake: rounds, shared pools and schools are taken away again, and nothing else with them.

use super::{
    guest::{Guest, Mailbox, find},
    school::{School, World},
};
use crate::support::process::wait_until;
use crate::support::service::{Answer, Backend, Site, on_both};
use crate::support::smtp::{Mail, SmtpServer};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

on_both!(
    a_round_that_was_never_published_goes_with_its_wishes,
    whoever_had_wishes_in_a_deleted_round_is_told,
    a_shared_pool_goes_and_its_limit_with_it,
    a_school_goes_with_all_that_is_its_own,
    who_had_a_role_in_a_deleted_school_alone_has_no_account_any_more,
    nobody_deletes_a_school_whose_classes_are_to_come
);

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// A week of a school with one wish in it.
fn asked(world: &World, school: &School, monday: &str, sunday: &str) -> String {
    let round = json!({"name": format!("Semaine du {monday}"), "starts_on": monday, "ends_on": sunday});
    let round = world.made(&format!("/api/v1/schools/{}/rounds", school.id), &round);
    let wish = json!({
        "title": "Maths", "teachers": [school.teacher], "groups": [school.group], "duration_minutes": 55,
        "preferred": [{"start": format!("{monday}T09:00")}],
    });
    world.post(&format!("/api/v1/rounds/{round}/requests"), &wish).expect(201);
    round
}

/// The same once its plan is made.
fn solved(world: &World, round: &str) -> String {
    let job = world.accepted(&format!("/api/v1/rounds/{round}/jobs"), &json!({"seconds": 1}));
    ended(world, &job)
}

/// The plan of a job, once it has ended.
fn ended(world: &World, job: &str) -> String {
    wait_until(Duration::from_secs(60), "the round is solved", || {
        let job = world.get(&format!("/api/v1/jobs/{job}")).expect(200).json();
        (job["state"] == "done").then(|| text(&job["plan"]))
    })
}

fn published(world: &World, round: &str) {
    let plan = solved(world, round);
    world.post(&format!("/api/v1/rounds/{round}/publication"), &json!({"plan": plan})).expect(200);
}

fn delete(world: &World, path: &str) -> Answer {
    world.send(Method::DELETE, path, Some(&world.operator), None)
}

fn a_round_that_was_never_published_goes_with_its_wishes(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let round = asked(&world, &school, "2030-03-18", "2030-03-24");
    let path = format!("/api/v1/rounds/{round}");
    let plan = solved(&world, &round);
    let wishes = world.get(&format!("{path}/requests")).expect(200).json();
    let scenario = |number: u32| json!({"name": format!("deux fois, {number}"), "changes": {"attendance_percent": 200}, "seconds": 60});
    for number in 0..10 {
        world.accepted(&format!("{path}/scenarios"), &scenario(number));
    }

    // While a worker is at it, nothing is taken away under its hands.
    let job = world.accepted(&format!("{path}/jobs"), &json!({"seconds": 3}));
    assert_eq!(delete(&world, &path).expect(409).json()["code"], "round-solving");
    ended(&world, &job);

    // As for readers whose quiet hours last: their mails wait.
    let waits = "UPDATE notices SET state = 'queued', run_after = '2040-01-01 00:00:00' WHERE kind = 'round-opened'";
    assert_eq!(world.service.site().sql(waits), 1);
    let shown = world.get(&path).expect(200);
    let version = shown.header("etag").expect("a version").to_owned();
    let old = world.service.request(Method::DELETE, &path).bearer_auth(&world.operator).header("if-match", "\"old\"");
    Answer::to(old).expect(412);
    let now = world.service.request(Method::DELETE, &path).bearer_auth(&world.operator).header("if-match", version);
    Answer::to(now).expect(204);
    for gone in [path.clone(), format!("/api/v1/plans/{plan}"), format!("/api/v1/requests/{}", text(&wishes[0]["id"]))]
    {
        world.get(&gone).expect(404);
    }
    delete(&world, &path).expect(404);
    // What waits to be mailed about it goes to nobody, and its scenarios wait for no worker any more.
    let mails = world.get(&format!("/api/v1/schools/{}/notices", school.id)).expect(200).json();
    let mut states: Vec<(String, bool)> =
        mails.as_array().expect("a list").iter().map(|mail| (text(&mail["kind"]), mail["state"] == "failed")).collect();
    states.sort();
    assert_eq!(states, [("round-deleted".to_owned(), false), ("round-opened".to_owned(), true)], "{mails}");
    // The name is free again; what is published is archived, not deleted.
    let again = asked(&world, &school, "2030-03-18", "2030-03-24");
    world.accepted(&format!("/api/v1/rounds/{again}/scenarios"), &scenario(0));
    published(&world, &again);
    assert_eq!(delete(&world, &format!("/api/v1/rounds/{again}")).expect(409).json()["code"], "round-published");
}

fn whoever_had_wishes_in_a_deleted_round_is_told(backend: Backend) {
    let server = SmtpServer::start();
    let world = World::at(Site::new(backend).mails_to(&server));
    let school = world.school("Collège A");
    let own = format!("/api/v1/schools/{}", school.id);
    for (name, address) in [("M. Colin", "colin@example.org"), ("Mme Roux", "roux@example.org")] {
        world.made(&format!("{own}/teachers"), &json!({"name": name, "email": address, "language": "en"}));
    }
    let colin = world.get(&format!("{own}/teachers")).expect(200).json();
    let colin = text(&find(&colin, "name", "M. Colin")["id"]);
    let round = asked(&world, &school, "2030-03-18", "2030-03-24");
    for _ in 0..2 {
        let wish = json!({
            "title": "SVT", "teachers": [colin], "groups": [school.group], "duration_minutes": 55,
            "preferred": [{"start": "2030-03-18T09:00"}],
        });
        world.post(&format!("/api/v1/rounds/{round}/requests"), &wish).expect(201);
    }
    let past = asked(&world, &school, "2020-03-16", "2020-03-22");
    let told = || {
        let is_it = |mail: &Mail| mail.header("List-Unsubscribe").is_some_and(|it| it.ends_with("/round-deleted>"));
        let mut told: Vec<Mail> = server.mails().into_iter().filter(is_it).collect();
        told.sort_by(|one, other| one.to.cmp(&other.to));
        told
    };
    for round in [past, round] {
        delete(&world, &format!("/api/v1/rounds/{round}")).expect(204);
    }
    wait_until(Duration::from_secs(30), "both are told", || (told().len() == 2).then_some(()));
    std::thread::sleep(Duration::from_millis(1500));
    let told = told();
    let to: Vec<&str> = told.iter().map(|mail| mail.to[0].as_str()).collect();
    assert_eq!(to, ["bernard@example.org", "colin@example.org"], "those with wishes, of the round to come, once each");
    let mail = told[1].text().replace("=\r\n", "");
    assert!(mail.contains("the 2 wishes that you had entered") && mail.contains("Semaine du 2030-03-18"), "{mail}");
    assert_eq!(told[1].header("Subject").as_deref(), Some("Your wishes are deleted: Semaine du 2030-03-18"));
}

fn a_shared_pool_goes_and_its_limit_with_it(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let platform = world.made("/api/v1/platforms", &json!({"name": "e-lyco"}));
    let pool = json!({"name": "platform/e-lyco", "kind": "concurrent", "connections": 30, "platform": platform});
    let pool = world.made("/api/v1/pools", &pool);
    world.put(&format!("/api/v1/schools/{}/platform", school.id), &json!({"platform": platform})).expect(200);
    let class = json!({
        "title": "Maths", "teachers": [school.teacher], "groups": [school.group], "duration_minutes": 55,
        "starts_at_local": "2030-03-18T09:00",
    });
    let book = format!("/api/v1/schools/{}/bookings", school.id);
    world.post(&book, &class).expect(201);
    let colleague = world.made(&format!("/api/v1/schools/{}/teachers", school.id), &json!({"name": "M. Colin"}));
    let others =
        world.made(&format!("/api/v1/schools/{}/groups", school.id), &json!({"name": "6e Z", "headcount": 25}));
    let class = json!({
        "title": "SVT", "teachers": [colleague], "groups": [others], "duration_minutes": 55,
        "starts_at_local": "2030-03-18T09:00",
    });
    assert_eq!(world.post(&book, &class).expect(409).json()["code"], "does-not-fit");
    assert_eq!(delete(&world, &format!("/api/v1/platforms/{platform}")).expect(409).json()["code"], "in-use");
    // A plan remembers how hard its hours were wanted; that is no reason to keep the pool.
    let round = asked(&world, &school, "2030-03-25", "2030-03-31");
    let wish = json!({
        "title": "SVT", "teachers": [colleague], "groups": [others], "duration_minutes": 55,
        "preferred": [{"start": "2030-03-25T09:00"}],
    });
    world.post(&format!("/api/v1/rounds/{round}/requests"), &wish).expect(201);
    let plan = solved(&world, &round);
    let prices = world.get(&format!("/api/v1/plans/{plan}/prices")).expect(200).text();
    assert!(prices.contains(&pool), "{prices}");
    let job = world.accepted(&format!("/api/v1/rounds/{round}/jobs"), &json!({"seconds": 3}));
    delete(&world, &format!("/api/v1/pools/{pool}")).expect(204);
    ended(&world, &job);
    world.get(&format!("/api/v1/pools/{pool}")).expect(404);
    delete(&world, &format!("/api/v1/pools/{pool}")).expect(404);
    world.post(&book, &class).expect(201);
    let own = world.get(&format!("/api/v1/schools/{}/pools", school.id)).expect(200).json();
    assert_eq!(own.as_array().map(Vec::len), Some(1), "{own}");
    delete(&world, &format!("/api/v1/pools/{}", text(&own[0]["id"]))).expect(404);
}

fn a_school_goes_with_all_that_is_its_own(backend: Backend) {
    let world = World::new(backend);
    let (school, neighbour) = (world.school("Collège A"), world.school("Collège B"));
    let pool = json!({"name": "platform/shared", "kind": "concurrent", "connections": 500});
    let pool = world.made("/api/v1/pools", &pool);
    for one in [&school, &neighbour] {
        world.put(&format!("/api/v1/schools/{}/pools/{pool}", one.id), &json!({})).expect(204);
        // A week that is over: its classes took room in the shared pool.
        published(&world, &asked(&world, one, "2020-03-16", "2020-03-22"));
    }
    let own = format!("/api/v1/schools/{}", school.id);
    world.post(&format!("{own}/feeds"), &json!({"group": school.group})).expect(201);
    world
        .post("/api/v1/invitations", &json!({"email": "a@example.org", "role": "admin", "school": school.id}))
        .expect(201);
    let hook = json!({"school": school.id, "url": "https://receiver.invalid/", "events": ["swap"]});
    world.made("/api/v1/webhooks", &hook);
    asked(&world, &school, "2030-03-18", "2030-03-24");

    let by_admin = world.send(Method::DELETE, &own, Some(&school.admin_token), None);
    assert_eq!(by_admin.expect(403).json()["code"], "forbidden");
    delete(&world, &own).expect(204);
    world.get(&own).expect(404);
    delete(&world, &own).expect(404);
    world.send(Method::GET, "/api/v1/me", Some(&school.admin_token), None).expect(401);
    let left = world.get("/api/v1/schools").expect(200).json();
    assert_eq!(left.as_array().map(Vec::len), Some(1), "{left}");
    assert_eq!(world.get("/api/v1/webhooks").expect(200).json(), json!([]));

    // What others take is theirs alone now, and their classes are as they were.
    let store = world.service.site().store().expect("the database is there");
    let (used, recomputed) = store
        .read_now(|conn| {
            let id = pool.as_str().into();
            let from = "2020-03-01T00:00:00Z".parse().expect("a time");
            let to = "2020-04-01T00:00:00Z".parse().expect("a time");
            let used = creneau::store::usage::between(conn, std::slice::from_ref(&id), from, to)?;
            Ok::<_, creneau::store::StoreError>((used, creneau::store::usage::recomputed(conn, &id)?))
        })
        .expect("readable");
    let taken = |uses: &[creneau::domain::capacity::PoolUse]| uses.iter().map(|one| one.connections).sum::<u32>();
    assert!(taken(&used) > 0 && taken(&used) == taken(&recomputed), "{used:?} {recomputed:?}");
    let week = world.get(&format!("/api/v1/schools/{}/week?date=2020-03-16", neighbour.id)).expect(200).json();
    assert_eq!(week["sessions"].as_array().map(Vec::len), Some(1), "{week}");
}

/// Gives somebody who has an account another role.
fn also(world: &World, mailbox: &Mailbox, invitation: &Value) {
    world.post("/api/v1/invitations", invitation).expect(201);
    let secret = mailbox.next(world, &text(&invitation["email"]), "invitation");
    Guest::new(world).post("/api/v1/sign-in/invitation", &json!({"secret": secret})).expect(200);
}

fn who_had_a_role_in_a_deleted_school_alone_has_no_account_any_more(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let (school, neighbour) = (world.school("Collège A"), world.school("Collège B"));
    let own = format!("/api/v1/schools/{}", school.id);
    let admin_of = |email: &str, school: &School| json!({"email": email, "role": "admin", "school": school.id});
    let named = json!({"email": "gone@example.org", "role": "admin", "school": school.id, "name": "Camille Roux"});
    let mut gone = world.join(&mailbox, &named);
    let teaches = json!({"email": "bernard@example.org", "role": "teacher", "school": school.id,
        "teacher": school.teacher, "name": "Mme Bernard"});
    let mut teacher = world.join(&mailbox, &teaches);
    let mut stays = world.join(&mailbox, &admin_of("stays@example.org", &school));
    also(&world, &mailbox, &admin_of("stays@example.org", &neighbour));
    let mut operates = world.join(&mailbox, &admin_of("operates@example.org", &school));
    also(&world, &mailbox, &json!({"email": "operates@example.org", "role": "operator"}));
    // Somebody whom another school has invited, and who has not accepted yet.
    let mut awaited = world.join(&mailbox, &admin_of("awaited@example.org", &school));
    world.post("/api/v1/invitations", &admin_of("awaited@example.org", &neighbour)).expect(201);
    let waiting = mailbox.next(&world, "awaited@example.org", "invitation");
    // What they did stands in the journal, and what they made works.
    let token = json!({"role": "admin", "school": school.id, "label": "of the one who goes"});
    let token = text(&gone.post("/api/v1/tokens", &token).expect(201).json()["secret"]);
    let names = || {
        let audit = world.get("/api/v1/audit").expect(200).text();
        ["Camille Roux", "Mme Bernard"].map(|name| audit.contains(name))
    };
    gone.post(&format!("{own}/groups"), &json!({"name": "6e C", "headcount": 20})).expect(201);
    assert!(names()[0]);

    delete(&world, &own).expect(204);
    for guest in [&mut gone, &mut teacher, &mut awaited] {
        guest.get("/api/v1/me").expect(401);
    }
    world.send(Method::GET, "/api/v1/me", Some(&token), None).expect(401);
    let people = world.get("/api/v1/people").expect(200).json();
    let mut left: Vec<String> =
        people.as_array().expect("a list").iter().map(|person| text(&person["email"])).collect();
    left.sort();
    assert_eq!(left, ["operates@example.org", "stays@example.org"]);
    assert_eq!(names(), [false, false], "nobody is named who is gone");
    for guest in [&mut stays, &mut operates] {
        assert_eq!(guest.me()["memberships"].as_array().map(Vec::len), Some(1));
    }
    // No way in is left, and none is told; the other school's teacher of the same address is as before.
    Guest::new(&world).post("/api/v1/sign-in/links", &json!({"email": "gone@example.org"})).expect(202);
    assert_eq!(mailbox.count(&world, "gone@example.org", "link"), 0);
    let teachers = world.get(&format!("/api/v1/schools/{}/teachers", neighbour.id)).expect(200).json();
    assert_eq!(find(&teachers, "name", "Mme Bernard")["email"], "bernard@example.org");
    // Whom another school has invited accepts as somebody new.
    let accept = json!({"secret": waiting, "password": "correct horse battery"});
    Guest::new(&world).post("/api/v1/sign-in/invitation", &accept).expect(200);
}

fn nobody_deletes_a_school_whose_classes_are_to_come(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    published(&world, &asked(&world, &school, "2030-03-18", "2030-03-24"));
    let path = format!("/api/v1/schools/{}", school.id);
    let refused = delete(&world, &path).expect(409).json();
    assert_eq!(refused["code"], "classes-to-come");
    let week = world.get(&format!("{path}/week?date=2030-03-18")).expect(200).json();
    let class = text(&week["sessions"][0]["id"]);
    world.post(&format!("/api/v1/sessions/{class}/cancellation"), &json!({})).expect(200);
    delete(&world, &path).expect(204);
}
