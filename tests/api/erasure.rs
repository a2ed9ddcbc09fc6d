//! Erasing a person: the classes stay, the person goes; and what a person may see of themselves.

use super::{
    guest::{Guest, Mailbox, PASSWORD},
    school::{School, World},
};
use crate::support::service::{Backend, on_both};
use reqwest::Method;
use serde_json::{Value, json};

on_both!(
    a_school_erases_a_teacher_and_keeps_the_classes,
    who_teaches_elsewhere_keeps_the_account,
    a_person_erases_themselves,
    somebody_always_stays,
    the_command_line_erases_by_address,
    tokens_go_with_the_role_of_who_made_them,
    a_person_sees_all_that_is_stored,
);

const ADDRESS: &str = "bernard@example.org";

fn teacher(school: &School) -> Value {
    json!({"email": ADDRESS, "role": "teacher", "school": school.id, "teacher": school.teacher})
}

/// A class of the teacher's, a wish with a reason, a calendar, and a deed in the audit. The calendar's address.
fn lives(world: &World, school: &School, guest: &mut Guest) -> String {
    let own = format!("/api/v1/schools/{}", school.id);
    let class = json!({"title": "Maths", "teachers": [school.teacher], "groups": [school.group],
        "duration_minutes": 60, "starts_at_local": "2030-03-18T09:00"});
    guest.post(&format!("{own}/bookings"), &class).expect(201);
    let round = json!({"name": "r", "starts_on": "2030-03-18", "ends_on": "2030-03-24"});
    let round = world.made(&format!("{own}/rounds"), &round);
    let wish = json!({"title": "Maths", "teachers": [school.teacher], "groups": [school.group], "duration_minutes": 55,
        "preferred": [{"start": "2030-03-19T09:00"}],
        "impossible_hours": [{"weekday": 3, "from_minute": 480, "to_minute": 600, "reason": "kiné"}]});
    guest.post(&format!("/api/v1/rounds/{round}/requests"), &wish).expect(201);
    let me = guest.me();
    let (id, name) = (me["person"]["id"].as_str().expect("an id"), me["person"]["name"].as_str().expect("a name"));
    world.service.site().sql(&format!(
        "INSERT INTO audit_entries (id, at, actor_kind, actor_id, actor_name, school_id, action, target)
         VALUES ('{id}', '2026-01-01 08:00:00', 'person', '{id}', '{name}', '{}', 'POST', 'bookings')",
        school.id
    ));
    let feed = guest.post(&format!("{own}/feeds"), &json!({"teacher": school.teacher})).expect(201).json();
    let url = feed["url"].as_str().expect("an address");
    url[url.find("/feeds/").expect("a path")..].to_owned()
}

/// How often a person is still found in any text of the database.
fn traces(world: &World, what: &str) -> Vec<(&'static str, usize)> {
    let columns = [
        ("people", "email"),
        ("people", "name"),
        ("teachers", "name"),
        ("teachers", "email"),
        ("invitations", "email"),
        ("invitations", "name"),
        ("invitations", "invited_by"),
        ("notices", "to_address"),
        ("notices", "to_name"),
        ("notices", "body_text"),
        ("notices", "body_html"),
        ("notices", "calendar"),
        ("notices", "error"),
        ("audit_entries", "actor_name"),
        ("audit_entries", "target"),
        ("tokens", "label"),
        ("answers", "body"),
        ("answers", "result"),
        ("requests", "wish"),
        ("requests", "rules"),
        ("requests", "title"),
        ("pins", "note"),
        ("jobs", "payload"),
        ("waiting", "people"),
    ];
    let found = |(table, column): (&'static str, &str)| {
        let statement = format!("UPDATE {table} SET {column} = {column} WHERE {column} LIKE '%{what}%'");
        (table, world.service.site().sql(&statement))
    };
    columns.into_iter().map(found).filter(|(_, count)| *count > 0).collect()
}

fn a_school_erases_a_teacher_and_keeps_the_classes(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let school = world.school("Collège A");
    let mut guest = world.join(&mailbox, &teacher(&school));
    let feed = lives(&world, &school, &mut guest);
    let own = format!("/api/v1/schools/{}", school.id);
    let path = format!("{own}/teachers/{}/erasure", school.teacher);
    let as_admin = |method: Method, path: &str| world.send(method, path, Some(&school.admin_token), None);
    let would = as_admin(Method::GET, &path).expect(200).json();
    assert_eq!(guest.me()["person"]["email"], ADDRESS, "looking erases nothing");
    let done = as_admin(Method::POST, &path).expect(200).json();
    assert_eq!(would, done);
    let name = done["teachers"][0]["name"].as_str().expect("a name");
    assert!(name.starts_with("ancien professeur "), "{name}");
    for (field, least) in
        [("memberships", 1), ("tokens", 1), ("feeds", 1), ("mails", 2), ("invitations", 1), ("wishes", 1)]
    {
        assert!(done[field].as_u64().expect("a number") >= least, "{field}: {done}");
    }
    assert_eq!(done["account"], true);
    assert!(done["mentions"].as_u64().expect("a number") >= 1, "{done}");

    let known = world.get(&format!("{own}/teachers/{}", school.teacher)).expect(200).json();
    assert_eq!((known["name"].as_str(), &known["email"]), (Some(name), &Value::Null));
    let week = world.get(&format!("{own}/week?date=2030-03-18")).expect(200).text();
    assert!(week.contains("Maths") && week.contains(name), "{week}");
    for what in [ADDRESS, "Mme Bernard", "kiné"] {
        assert_eq!(traces(&world, what), [], "{what}");
    }
    guest.get("/api/v1/me").expect(401);
    Guest::new(&world).try_password(ADDRESS, PASSWORD).expect(401);
    world.service.get(&feed).expect(404);
    world.send(Method::GET, "/api/v1/me", Some(&school.teacher_token), None).expect(401);
    // Once more it changes nothing.
    let again = as_admin(Method::POST, &path).expect(200).json();
    let nothing = |value: &Value| *value == json!(0) || *value == json!([]) || *value == json!(false);
    assert!(again.as_object().expect("numbers").values().all(nothing), "{again}");
}

fn who_teaches_elsewhere_keeps_the_account(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let (a, b) = (world.school("Collège A"), world.school("Collège B"));
    let mut guest = world.join(&mailbox, &teacher(&a));
    world.post("/api/v1/invitations", &teacher(&b)).expect(201);
    let secret = mailbox.next(&world, ADDRESS, "invitation");
    Guest::new(&world).post("/api/v1/sign-in/invitation", &json!({"secret": secret})).expect(200);
    let path = |school: &School| format!("/api/v1/schools/{}/teachers/{}/erasure", school.id, school.teacher);
    let done = world.send(Method::POST, &path(&a), Some(&a.admin_token), None).expect(200).json();
    assert_eq!((&done["account"], &done["memberships"]), (&json!(false), &json!(1)));
    let me = guest.me();
    let left: Vec<&str> =
        me["memberships"].as_array().expect("a list").iter().filter_map(|it| it["school"].as_str()).collect();
    assert_eq!(left, [b.id.as_str()]);
    let known = world.get(&format!("/api/v1/schools/{}/teachers/{}", b.id, b.teacher)).expect(200).json();
    assert_eq!(known["email"], ADDRESS, "what another school holds is not this one's to erase");
    // An operator erases the rest.
    let person = me["person"]["id"].as_str().expect("an id");
    let path = format!("/api/v1/people/{person}/erasure");
    assert_eq!(world.post(&path, &json!({})).expect(200).json()["account"], true);
    world.post(&path, &json!({})).expect(404);
    for what in [ADDRESS, "Mme Bernard"] {
        assert_eq!(traces(&world, what), [], "{what}");
    }
}

fn a_person_erases_themselves(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let school = world.school("Collège A");
    let mut guest = world.join(&mailbox, &teacher(&school));
    lives(&world, &school, &mut guest);
    let would = guest.get("/api/v1/me/erasure").expect(200).json();
    let refused = guest.post("/api/v1/me/erasure", &json!({"email": "somebody@example.org"})).expect(422).json();
    assert_eq!(refused["findings"][0]["code"], "not-confirmed");
    let done = guest.post("/api/v1/me/erasure", &json!({"email": "Bernard@example.org"})).expect(200).json();
    assert_eq!(would, done);
    assert_eq!(guest.cookie, None, "the browser is signed out");
    for what in [ADDRESS, "Mme Bernard", "kiné"] {
        assert_eq!(traces(&world, what), [], "{what}");
    }
}

fn somebody_always_stays(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let school = world.school("Collège A");
    let mut boss = world.join(&mailbox, &json!({"email": "anne@example.org", "role": "operator"}));
    let mut admin = world.join(&mailbox, &json!({"email": "admin@example.org", "role": "admin", "school": school.id}));
    for (guest, email, code) in
        [(&mut boss, "anne@example.org", "last-operator"), (&mut admin, "admin@example.org", "last-admin")]
    {
        assert_eq!(guest.get("/api/v1/me/erasure").expect(409).json()["code"], code);
        assert_eq!(guest.post("/api/v1/me/erasure", &json!({"email": email})).expect(409).json()["code"], code);
        guest.me();
    }
    let id = |guest: &mut Guest| guest.me()["person"]["id"].as_str().expect("an id").to_owned();
    let (anne, last) = (id(&mut boss), id(&mut admin));
    let refused = world.post(&format!("/api/v1/people/{anne}/erasure"), &json!({})).expect(409).json();
    assert_eq!(refused["code"], "last-operator");
    world.post(&format!("/api/v1/people/{last}/erasure"), &json!({})).expect(200);
}

fn the_command_line_erases_by_address(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let school = world.school("Collège A");
    let mut guest = world.join(&mailbox, &teacher(&school));
    let site = world.service.site();
    let told = site.run(&["erase", "--email", "Bernard@example.org"]);
    assert!(told.contains("becomes \"ancien professeur ") && told.contains("1  accounts"), "{told}");
    guest.me();
    let done = site.run(&["erase", "--email", ADDRESS, "--yes", "--json"]);
    let done: Value = serde_json::from_str(&done).expect("a JSON document");
    assert_eq!((&done["account"], done["teachers"][0]["id"].as_str()), (&json!(true), Some(school.teacher.as_str())));
    guest.get("/api/v1/me").expect(401);
    assert_eq!(traces(&world, ADDRESS), []);
    // Nobody has that address any more; and a teacher without an account goes by id.
    let again = site.command(&["erase", "--email", ADDRESS, "--yes", "--data"]).arg(site.data()).output();
    let again = again.expect("the program starts");
    let told = String::from_utf8_lossy(&again.stderr);
    assert_eq!(again.status.code(), Some(1), "{told}");
    assert!(told.contains("error[nobody]") && told.contains(ADDRESS), "{told}");
    let own = format!("/api/v1/schools/{}/teachers", school.id);
    let colin = world.made(&own, &json!({"name": "M. Colin", "email": "colin@example.org"}));
    site.run(&["erase", "--teacher", &colin, "--yes"]);
    assert_eq!(traces(&world, "olin"), []);
    // Two who are erased are still told apart.
    let names = world.get(&own).expect(200).json();
    let names: Vec<&str> = names.as_array().expect("a list").iter().filter_map(|it| it["name"].as_str()).collect();
    assert!(names.len() == 2 && names[0] != names[1], "{names:?}");
}

fn tokens_go_with_the_role_of_who_made_them(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let (a, b) = (world.school("Collège A"), world.school("Collège B"));
    let admin = |school: &School| json!({"email": "anne@example.org", "role": "admin", "school": school.id});
    let mut anne = world.join(&mailbox, &admin(&a));
    let token = |school: &School| json!({"role": "admin", "school": school.id, "label": "timetable"});
    let first = anne.post("/api/v1/tokens", &token(&a)).expect(201).json();
    let person = anne.me()["person"]["id"].clone();
    assert_eq!(first["made_by"], person);
    let first = first["secret"].as_str().expect("shown once").to_owned();
    // A token that a token made comes from the same person.
    let second = world.send(Method::POST, "/api/v1/tokens", Some(&first), Some(&token(&a))).expect(201).json();
    assert_eq!(second["made_by"], person);
    let second = second["secret"].as_str().expect("shown once").to_owned();
    world.post("/api/v1/invitations", &admin(&b)).expect(201);
    let secret = mailbox.next(&world, "anne@example.org", "invitation");
    anne.post("/api/v1/sign-in/invitation", &json!({"secret": secret})).expect(200);
    let third = anne.post("/api/v1/tokens", &token(&b)).expect(201).json();
    let third = third["secret"].as_str().expect("shown once").to_owned();
    let status = |token: &str| world.send(Method::GET, "/api/v1/me", Some(token), None).status;
    assert_eq!([&first, &second, &third].map(|token| status(token)), [200; 3]);
    // Withdrawn from A: what she made there is worth nothing, what she made at B is.
    let me = anne.me();
    let memberships = me["memberships"].as_array().expect("a list");
    let at_a = memberships.iter().find(|it| it["school"] == a.id.as_str()).expect("a membership");
    let path = format!("/api/v1/memberships/{}", at_a["id"].as_str().expect("an id"));
    world.send(Method::DELETE, &path, Some(&world.operator), None).expect(204);
    assert_eq!([&first, &second, &third].map(|token| status(token)), [401, 401, 200]);
    assert_eq!(status(&a.admin_token), 200, "nobody in particular made it");
    // Erased, nothing is left.
    let person = person.as_str().expect("an id");
    let done = world.post(&format!("/api/v1/people/{person}/erasure"), &json!({})).expect(200).json();
    assert_eq!(done["revoked_tokens"], 1);
    assert_eq!(status(&third), 401);
}

fn a_person_sees_all_that_is_stored(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let (school, other) = (world.school("Collège A"), world.school("Collège B"));
    let mut guest = world.join(&mailbox, &teacher(&school));
    lives(&world, &school, &mut guest);
    let data = guest.get("/api/v1/me/data").expect(200).json();
    for field in [
        "memberships",
        "teachers",
        "browser_sessions",
        "tokens",
        "feeds",
        "invitations",
        "mails",
        "wishes",
        "sessions",
        "deeds",
    ] {
        assert!(!data[field].as_array().expect("a list").is_empty(), "{field}: {data}");
    }
    assert_eq!(data["person"]["email"], ADDRESS);
    assert_eq!(data["wishes"][0]["wish"]["impossible_hours"][0]["reason"], "kiné");
    // A link that waits to be sent is nobody's to read here: it would sign in as who ordered it.
    world
        .service
        .site()
        .sql("UPDATE notices SET state = 'queued', body_text = 'https://x/link/secret' WHERE teacher_id IS NULL");
    let data = guest.get("/api/v1/me/data").expect(200).json();
    let text = data.to_string();
    assert!(!text.contains("/link/secret"), "{text}");
    assert!(!text.contains(&other.id) && !text.contains("password_hash"), "{text}");
}
