//! Every endpoint, as every role, as strangers from another school and as nobody.
//! The table below has a row for each operation of the API's document; an operation without one fails the test.

use super::guest::Mailbox;
use super::load_access;
use super::school::{School, World};
use crate::support::process::wait_until;
use crate::support::service::{Backend, Site, on_both};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What the operator, an admin, a teacher, another school's admin and another school's teacher get; nobody gets 401.
pub type Row = (&'static str, &'static str, [u16; 5]);

/// Allowed; whether it can be done now is for other tests.
pub const ALLOWED: u16 = 0;

/// Only the operator; others are told so.
pub const fn operators(done: u16) -> [u16; 5] {
    [done, 403, 403, 403, 403]
}

/// Whoever belongs to the school; to others it does not exist.
pub const fn members(done: u16) -> [u16; 5] {
    [done, done, done, 404, 404]
}

/// Whoever runs the school; its teachers are told so, to others it does not exist.
pub const fn admins(done: u16) -> [u16; 5] {
    [done, done, 403, 404, 404]
}

/// Only a person who is signed in, whom no token stands for: see `sign_in.rs`.
const PEOPLE: [u16; 5] = [403; 5];

/// Whoever may invite: operators, and admins what is the own school's.
pub const fn inviters(done: u16) -> [u16; 5] {
    [done, done, 403, 404, 403]
}

/// What nobody may do as well: it is how nobody becomes somebody.
const PUBLIC: &[&str] =
    &["/sign-in/links", "/sign-in/link", "/sign-in/password", "/sign-in/invitation/offer", "/sign-in/invitation"];

const TABLE: &[Row] = &[
    ("POST", "/sign-in/links", [202; 5]),
    ("POST", "/sign-in/link", [410; 5]),
    ("POST", "/sign-in/password", [401; 5]),
    ("POST", "/sign-in/invitation/offer", [410; 5]),
    ("POST", "/sign-in/invitation", [410; 5]),
    ("POST", "/sign-out", PEOPLE),
    ("GET", "/me", [200; 5]),
    ("PATCH", "/me", PEOPLE),
    ("PUT", "/me/acting", PEOPLE),
    ("PUT", "/me/password", PEOPLE),
    ("GET", "/me/mail-preferences", PEOPLE),
    ("PUT", "/me/mail-preferences", PEOPLE),
    ("GET", "/schools/{school}/teachers/{teacher}/mail-preferences", admins(200)),
    ("GET", "/me/sessions", PEOPLE),
    ("DELETE", "/me/sessions", PEOPLE),
    ("DELETE", "/me/sessions/{session}", PEOPLE),
    ("GET", "/me/data", PEOPLE),
    ("GET", "/me/erasure", PEOPLE),
    ("POST", "/me/erasure", PEOPLE),
    ("GET", "/people/{person}/erasure", operators(200)),
    ("POST", "/people/{person}/erasure", operators(200)),
    ("GET", "/schools/{school}/teachers/{teacher}/erasure", admins(200)),
    ("POST", "/schools/{school}/teachers/{teacher}/erasure", admins(200)),
    ("GET", "/people", operators(200)),
    ("GET", "/schools/{school}/people", admins(200)),
    ("PATCH", "/memberships/{membership}", inviters(200)),
    ("DELETE", "/memberships/{membership}", inviters(204)),
    ("GET", "/invitations", [200, 200, 403, 200, 403]),
    ("POST", "/invitations", [201, 201, 403, 403, 403]),
    ("POST", "/invitations/{invitation}/resend", inviters(200)),
    ("DELETE", "/invitations/{invitation}", inviters(204)),
    ("GET", "/schools", [200; 5]),
    ("POST", "/schools", operators(201)),
    ("GET", "/schools/{school}", members(200)),
    ("PUT", "/schools/{school}", admins(200)),
    ("DELETE", "/schools/{school}", operators(204)),
    ("GET", "/schools/{school}/calendar", members(200)),
    ("PUT", "/schools/{school}/calendar", admins(200)),
    ("GET", "/schools/{school}/groups.csv", members(200)),
    ("POST", "/schools/{school}/groups/import", admins(200)),
    ("GET", "/schools/{school}/teachers.csv", members(200)),
    ("POST", "/schools/{school}/teachers/import", admins(200)),
    ("GET", "/schools/{school}/capacity", members(200)),
    ("PUT", "/schools/{school}/capacity", admins(200)),
    ("GET", "/schools/{school}/groups", members(200)),
    ("POST", "/schools/{school}/groups", admins(201)),
    ("GET", "/schools/{school}/groups/{group}", members(200)),
    ("PUT", "/schools/{school}/groups/{group}", admins(200)),
    ("DELETE", "/schools/{school}/groups/{group}", admins(204)),
    ("GET", "/schools/{school}/teachers", members(200)),
    ("POST", "/schools/{school}/teachers", admins(201)),
    ("GET", "/schools/{school}/teachers/{teacher}", members(200)),
    ("PUT", "/schools/{school}/teachers/{teacher}", admins(200)),
    ("PUT", "/schools/{school}/teachers/{teacher}/link", admins(200)),
    ("DELETE", "/schools/{school}/teachers/{teacher}", admins(204)),
    ("GET", "/schools/{school}/pools", members(200)),
    ("PUT", "/schools/{school}/pools/{pool}", operators(204)),
    ("DELETE", "/schools/{school}/pools/{pool}", operators(204)),
    ("GET", "/audit", operators(200)),
    ("GET", "/schools/{school}/audit", admins(200)),
    ("GET", "/schools/{school}/limits", members(200)),
    ("GET", "/schools/{school}/overloads", members(200)),
    ("GET", "/schools/{school}/free-starts", members(200)),
    ("POST", "/schools/{school}/holds", members(201)),
    ("POST", "/schools/{school}/bookings", members(201)),
    ("GET", "/schools/{school}/booking-rules", members(200)),
    ("PUT", "/schools/{school}/booking-rules", admins(200)),
    ("POST", "/sessions/{session}/confirmation", members(200)),
    ("GET", "/schools/{school}/swaps", members(200)),
    ("POST", "/sessions/{session}/swaps", members(ALLOWED)),
    ("POST", "/swaps/{swap}/acceptance", members(ALLOWED)),
    ("POST", "/swaps/{swap}/refusal", members(ALLOWED)),
    ("POST", "/swaps/{swap}/undoing", members(ALLOWED)),
    ("GET", "/schools/{school}/waiting", members(200)),
    ("POST", "/schools/{school}/waiting", members(201)),
    ("DELETE", "/waiting/{waiting}", members(204)),
    ("PUT", "/schools/{school}/platform", operators(200)),
    ("GET", "/platforms", [200; 5]),
    ("POST", "/platforms", operators(201)),
    ("GET", "/platforms/{platform}", [200; 5]),
    ("PUT", "/platforms/{platform}", operators(200)),
    ("DELETE", "/platforms/{platform}", operators(204)),
    ("GET", "/federations", [200; 5]),
    ("POST", "/federations", operators(201)),
    ("PUT", "/federations/{federation}", operators(200)),
    ("DELETE", "/federations/{federation}", operators(204)),
    ("GET", "/pools", operators(200)),
    ("POST", "/pools", operators(201)),
    ("GET", "/pools/{pool}", operators(200)),
    ("PUT", "/pools/{pool}", operators(200)),
    ("DELETE", "/pools/{pool}", operators(204)),
    ("GET", "/pools/{pool}/shares", operators(200)),
    ("PUT", "/pools/{pool}/shares", operators(200)),
    ("GET", "/tokens", [200, 200, 403, 200, 403]),
    ("POST", "/tokens", [201, 201, 403, 403, 403]),
    ("DELETE", "/tokens/{token}", [204, 204, 403, 404, 403]),
    ("GET", "/schools/{school}/rounds", members(200)),
    ("POST", "/schools/{school}/rounds", admins(201)),
    ("GET", "/rounds/{round}", members(200)),
    ("GET", "/rounds/{round}/overloads", members(200)),
    ("PATCH", "/rounds/{round}", admins(200)),
    ("DELETE", "/rounds/{round}", admins(204)),
    ("GET", "/rounds/{round}/requests", members(200)),
    ("POST", "/rounds/{round}/requests", members(201)),
    ("POST", "/rounds/{round}/requests/check", members(200)),
    ("POST", "/rounds/{round}/requests/copy", members(ALLOWED)),
    ("GET", "/rounds/{round}/reminders", admins(200)),
    ("POST", "/rounds/{round}/reminders", admins(200)),
    ("PUT", "/rounds/{round}/answer", members(200)),
    ("GET", "/rounds/{round}/plans", members(200)),
    ("POST", "/rounds/{round}/jobs", admins(202)),
    ("GET", "/requests/{request}", members(200)),
    ("PUT", "/requests/{request}", members(200)),
    ("DELETE", "/requests/{request}", members(204)),
    ("GET", "/series/{series}", members(200)),
    ("PUT", "/series/{series}", members(200)),
    ("DELETE", "/series/{series}", members(204)),
    ("GET", "/schools/{school}/week", members(200)),
    ("GET", "/schools/{school}/feeds", members(200)),
    ("POST", "/schools/{school}/feeds", admins(201)),
    ("DELETE", "/schools/{school}/feeds/{feed}", [204, 204, 404, 404, 404]),
    ("POST", "/schools/{school}/feeds/{feed}/replacement", [200, 200, 404, 404, 404]),
    ("GET", "/schools/{school}/notices", admins(200)),
    ("POST", "/schools/{school}/notices/{notice}/resend", admins(ALLOWED)),
    ("GET", "/webhooks", [200, 200, 403, 200, 403]),
    ("POST", "/webhooks", [201, 201, 403, 403, 403]),
    ("GET", "/webhooks/{webhook}", inviters(200)),
    ("PUT", "/webhooks/{webhook}", inviters(200)),
    ("DELETE", "/webhooks/{webhook}", inviters(204)),
    ("POST", "/webhooks/{webhook}/secret", inviters(200)),
    ("POST", "/webhooks/{webhook}/ping", inviters(202)),
    ("GET", "/webhooks/{webhook}/deliveries", inviters(200)),
    ("GET", "/webhooks/{webhook}/deliveries/{delivery}", inviters(200)),
    ("POST", "/webhooks/{webhook}/deliveries/{delivery}/redelivery", inviters(ALLOWED)),
    ("POST", "/schools/{school}/notices/{notice}/withdrawal", admins(ALLOWED)),
    ("GET", "/notices", operators(200)),
    ("GET", "/jobs/{job}", members(200)),
    ("DELETE", "/jobs/{job}", admins(ALLOWED)),
    ("GET", "/plans/{plan}", members(200)),
    ("GET", "/plans/{plan}/explanations", members(200)),
    ("GET", "/plans/{plan}/prices", members(200)),
    ("GET", "/plans/{plan}/raises", admins(200)),
    ("GET", "/plans/{plan}/comparison", members(200)),
    ("GET", "/plans/{plan}/publication", admins(200)),
    ("GET", "/rounds/{round}/pins", members(200)),
    ("PUT", "/rounds/{round}/pins/{request}", admins(200)),
    ("DELETE", "/rounds/{round}/pins/{request}", admins(204)),
    ("GET", "/schools/{school}/fairness", members(200)),
    ("GET", "/rounds/{round}/scenarios", admins(200)),
    ("POST", "/rounds/{round}/scenarios", admins(202)),
    ("GET", "/scenarios/{scenario}", admins(200)),
    ("DELETE", "/scenarios/{scenario}", admins(204)),
    ("GET", "/rounds/{round}/first-choices", admins(200)),
    ("GET", "/platforms/{platform}/first-choices", operators(200)),
    ("POST", "/rounds/{round}/publication", admins(ALLOWED)),
    ("GET", "/sessions/{session}", members(200)),
    ("PATCH", "/sessions/{session}", members(ALLOWED)),
    ("PUT", "/sessions/{session}/link", members(ALLOWED)),
    ("POST", "/sessions/{session}/cancellation", members(ALLOWED)),
];

on_both!(every_endpoint_as_every_role);

fn every_endpoint_as_every_role(backend: Backend) {
    let world = World::at(Site::new(backend).set("load.allow", "https://prometheus.invalid"));
    let (ours, theirs) = (world.school("Collège A"), world.school("Collège B"));
    assert_eq!(published(&world), listed(), "each operation of the document has its row here, and no other");
    let solved = solved(&world, &ours);
    let mut wrong = Vec::new();
    for (method, path, expected) in rows() {
        let tokens =
            [&world.operator, &ours.admin_token, &ours.teacher_token, &theirs.admin_token, &theirs.teacher_token];
        for (who, token) in ["operator", "admin", "teacher", "other admin", "other teacher"].iter().zip(tokens) {
            let index = tokens.iter().position(|it| it == &token).expect("it is one of them");
            let (address, body) = prepared(&world, &ours, &solved, method, path);
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let answer = world.send(method.clone(), &address, Some(token), body.as_ref());
            let is_allowed = expected[index] == ALLOWED && ![401, 403, 404, 422, 500].contains(&answer.status);
            if !is_allowed && answer.status != expected[index] {
                wrong.push(format!(
                    "{method} {path} as {who}: {} not {}: {}",
                    answer.status,
                    expected[index],
                    answer.text()
                ));
            }
        }
        let (address, body) = prepared(&world, &ours, &solved, method, path);
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let answer = world.send(method.clone(), &address, None, body.as_ref());
        // The sixth wrong password in a row is not even looked at.
        let is_public = PUBLIC.contains(path) && (answer.status == expected[0] || answer.status == 429);
        if !is_public && (answer.status != 401 || answer.header("www-authenticate").is_none()) {
            wrong.push(format!("{method} {path} as nobody: {}", answer.status));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn rows() -> impl Iterator<Item = &'static Row> {
    TABLE.iter().chain(load_access::ROWS).chain(super::load_map::ENDPOINTS)
}

fn published(world: &World) -> BTreeSet<(String, String)> {
    let document = world.service.get("/api/v1/openapi.json").expect(200).json();
    let mut out = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("operations").keys() {
            out.insert((method.to_uppercase(), path.trim_start_matches("/api/v1").to_owned()));
        }
    }
    out
}

fn listed() -> BTreeSet<(String, String)> {
    rows().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect()
}

/// What there is once a round has been solved and published.
struct Solved {
    round: String,
    job: String,
    plan: String,
    session: String,
    notice: String,
}

fn solved(world: &World, school: &School) -> Solved {
    let own = format!("/api/v1/schools/{}", school.id);
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    let round = json!({"name": "solved", "starts_on": "2030-03-18", "ends_on": "2030-03-24"});
    let round = world.made(&format!("{own}/rounds"), &round);
    world.made(&format!("/api/v1/rounds/{round}/requests"), &wish(school));
    let job = world.accepted(&format!("/api/v1/rounds/{round}/jobs"), &json!({"seconds": 1}));
    let done = wait_until(std::time::Duration::from_secs(30), "the round is solved", || {
        Some(world.get(&format!("/api/v1/jobs/{job}")).expect(200).json()).filter(|job| job["plan"].is_string())
    });
    let plan = text(&done["plan"]);
    world.post(&format!("/api/v1/rounds/{round}/publication"), &json!({"plan": plan})).expect(200);
    let week = world.get(&format!("{own}/week?date=2030-03-18")).expect(200).json();
    let session = text(&week["sessions"][0]["id"]);
    let notices = world.get(&format!("{own}/notices")).expect(200).json();
    let notice = text(&notices[0]["id"]);
    Solved { round, job, plan, session, notice }
}

fn wish(school: &School) -> Value {
    json!({
        "title": "Maths", "teachers": [school.teacher], "groups": [school.group], "duration_minutes": 55,
        "preferred": [{"start": "2030-03-18T09:00"}],
    })
}

/// The address with ids in it, of things made for this one call where the call uses them up, and a right body.
fn prepared(world: &World, school: &School, solved: &Solved, method: &str, path: &str) -> (String, Option<Value>) {
    let fresh = uuid::Uuid::now_v7().to_string();
    let own = format!("/api/v1/schools/{}", school.id);
    let group = |name: &str| world.made(&format!("{own}/groups"), &json!({"name": name, "headcount": 20}));
    let mut address = format!("/api/v1{path}");
    if (method, path) == ("DELETE", "/schools/{school}") {
        // One that nothing else needs.
        address =
            address.replace("{school}", &world.made("/api/v1/schools", &json!({"name": fresh, "connections": 9})));
    }
    address = address.replace("{school}", &school.id);
    if path.contains("{group}") {
        address = address.replace("{group}", &group(&format!("group {fresh}")));
    }
    if path.contains("{teacher}") {
        let id = world.made(&format!("{own}/teachers"), &json!({"name": format!("teacher {fresh}")}));
        address = address.replace("{teacher}", &id);
    }
    let pool = json!({"name": format!("platform/{fresh}"), "kind": "concurrent", "connections": 900});
    if path.contains("{pool}") {
        let id = world.made("/api/v1/pools", &pool);
        if method == "DELETE" {
            world.put(&format!("{own}/pools/{id}"), &json!({})).expect(204);
        }
        address = address.replace("{pool}", &id);
    }
    for (name, kind) in [("{platform}", "platforms"), ("{federation}", "federations")] {
        if path.contains(name) {
            address = address.replace(name, &world.made(&format!("/api/v1/{kind}"), &json!({"name": fresh})));
        }
    }
    let book = || {
        // Every call its own day, teacher and group: what is in the way is not the question here.
        let number = world.day();
        let group = group(&format!("booked {fresh} {number}"));
        let teacher = world.made(&format!("{own}/teachers"), &json!({"name": format!("booking {fresh} {number}")}));
        let teachers = json!([school.teacher, teacher]);
        let day = chrono::NaiveDate::from_ymd_opt(2031, 1, 6).expect("a Monday") + chrono::Days::new(7 * number);
        json!({"title": "Maths", "teachers": teachers, "groups": [group], "duration_minutes": 55, "starts_at_local": format!("{day}T09:00")})
    };
    if path.contains("{swap}") {
        let mut ids = [book(), book()].map(|body| world.made(&format!("{own}/bookings"), &body)).into_iter();
        let (one, other) = (ids.next().expect("one"), ids.next().expect("another"));
        let swap = world.made(&format!("/api/v1/sessions/{one}/swaps"), &json!({"with": other}));
        address = address.replace("{swap}", &swap);
    }
    // The same class does not wait twice.
    let waiting = json!({"title": format!("Maths {fresh}"), "teachers": [school.teacher], "groups": [school.group],
        "duration_minutes": 55, "from_local": "2031-03-17T08:00", "to_local": "2031-03-17T12:00"});
    if path.contains("{waiting}") {
        // An offer would end the waiting of the teacher's other classes at the limit of the list.
        address = address.replace("{waiting}", &world.made(&format!("{own}/waiting"), &waiting));
    }
    if path.ends_with("/free-starts") || path.ends_with("/quietest-hours") {
        let (teacher, group) = (&school.teacher, &school.group);
        address.push_str(&format!("?teachers={teacher}&groups={group}&duration_minutes=55&from=2030-03-18"));
    }
    let address_of_somebody = format!("{fresh}@example.org");
    let invitation = json!({"email": address_of_somebody, "role": "admin", "school": school.id});
    if path.contains("{invitation}") {
        address = address.replace("{invitation}", &world.made("/api/v1/invitations", &invitation));
    }
    if path.contains("{membership}") {
        let teacher = world.made(&format!("{own}/teachers"), &json!({"name": format!("teacher {fresh}")}));
        let new = json!({"email": address_of_somebody, "role": "teacher", "school": school.id, "teacher": teacher});
        let me = world.join(&Mailbox::default(), &new).me();
        address = address.replace("{membership}", me["acting"]["membership"].as_str().expect("an id"));
    }
    if path.contains("{person}") {
        let me = world.join(&Mailbox::default(), &invitation).me();
        address = address.replace("{person}", me["person"]["id"].as_str().expect("an id"));
    }
    let token = json!({"role": "admin", "school": school.id, "label": "x"});
    if path.contains("{token}") {
        address = address.replace("{token}", &world.made("/api/v1/tokens", &token));
    }
    let webhook = json!({"school": school.id, "url": "https://receiver.invalid/", "events": ["swap"]});
    if path.contains("{webhook}") {
        let id = world.made("/api/v1/webhooks", &webhook);
        if path.contains("{delivery}") {
            address =
                address.replace("{delivery}", &world.accepted(&format!("/api/v1/webhooks/{id}/ping"), &json!({})));
        }
        address = address.replace("{webhook}", &id);
    }
    let round = json!({"name": format!("round {fresh}"), "starts_on": "2030-03-18", "ends_on": "2030-03-24"});
    let request = wish(school);
    for (name, id) in
        [("{job}", &solved.job), ("{plan}", &solved.plan), ("{session}", &solved.session), ("{notice}", &solved.notice)]
    {
        address = address.replace(name, id);
    }
    if path.ends_with("/publication") {
        address = address.replace("{round}", &solved.round);
    }
    if path.contains("{feed}") {
        let made = world.post(&format!("{own}/feeds"), &json!({})).expect(201).json();
        address = address.replace("{feed}", made["id"].as_str().or(made["feed"]["id"].as_str()).expect("an id"));
    }
    let weekly = json!({
        "title": "Maths", "teachers": [school.teacher], "groups": [school.group], "duration_minutes": 55,
        "preferred": [{"start": "2030-03-18T09:00"}], "weekly": true,
    });
    if path.contains("{series}") {
        let id = world.made(&format!("{own}/rounds"), &round);
        let made = world.post(&format!("/api/v1/rounds/{id}/requests"), &weekly).expect(201).json();
        address = address.replace("{series}", made["series"].as_str().expect("an id"));
    }
    if address.contains("{round}") || path.contains("{request}") {
        let id = world.made(&format!("{own}/rounds"), &round);
        address = address.replace("{round}", &id);
        if path.contains("{request}") {
            address = address.replace("{request}", &world.made(&format!("/api/v1/rounds/{id}/requests"), &request));
        }
    }
    let scenario = json!({"name": fresh, "changes": {"attendance_percent": 200}, "seconds": 1});
    if path.contains("{scenario}") {
        let scenarios = format!("/api/v1/rounds/{}/scenarios", solved.round);
        address = address.replace("{scenario}", &world.accepted(&scenarios, &scenario));
    }
    match path.rsplit_once('/') {
        Some((_, "comparison")) => address.push_str(&format!("?with={}", solved.plan)),
        Some((_, "week")) => address.push_str("?date=2030-03-18"),
        Some(("/platforms/{platform}", "first-choices")) => address.push_str("?starts_on=2030-03-18"),
        _ => {}
    }
    if let Some(body) = load_access::prepared(world, school, method, path, &mut address) {
        return (address, body);
    }
    let body = match (method, path) {
        ("POST", "/sign-in/links") => json!({"email": address_of_somebody}),
        ("POST", "/sign-in/password") => json!({"email": address_of_somebody, "password": fresh}),
        ("POST", "/sign-in/link" | "/sign-in/invitation/offer" | "/sign-in/invitation") => json!({"secret": fresh}),
        ("PATCH", "/me") => json!({"language": "en"}),
        ("POST", "/me/erasure") => json!({"email": address_of_somebody}),
        ("PUT", "/me/mail-preferences") => json!({}),
        ("PUT", "/me/acting") => json!({"membership": fresh}),
        ("PUT", "/me/password") => json!({"password": fresh}),
        ("PATCH", "/memberships/{membership}") => json!({"role": "admin"}),
        ("POST", "/invitations") => invitation,
        ("POST", "/schools") => json!({"name": "Collège C", "connections": 100}),
        ("PUT", "/schools/{school}") => json!({
            "name": "Collège A", "time_zone": "Europe/Paris", "language": "fr",
            "opening_hours": [{"weekday": 1, "from_minute": 480, "to_minute": 1080}],
        }),
        ("PUT", "/schools/{school}/calendar") => json!({"holiday_zone": "A"}),
        ("POST", "/schools/{school}/groups/import") => json!("name,headcount\n3e A,20\n"),
        ("POST", "/schools/{school}/teachers/import") => json!("name\nM. Colin\n"),
        ("PUT", "/schools/{school}/capacity") => json!({"connections": 100}),
        ("POST", "/schools/{school}/groups") | ("PUT", "/schools/{school}/groups/{group}") => {
            json!({"name": fresh, "headcount": 20})
        }
        ("POST", "/schools/{school}/teachers") | ("PUT", "/schools/{school}/teachers/{teacher}") => {
            json!({"name": fresh, "email": "a@example.org"})
        }
        ("POST", "/schools/{school}/holds" | "/schools/{school}/bookings") => book(),
        ("PUT", "/schools/{school}/booking-rules") => json!({"book_notice_minutes": 0, "move_notice_minutes": 0,
            "cancel_notice_minutes": 0, "hold_minutes": 10, "offer_minutes": 120}),
        ("POST", "/sessions/{session}/swaps") => json!({"with": solved.session}),
        ("POST", "/schools/{school}/waiting") => waiting,
        ("PUT", "/schools/{school}/platform") => json!({"platform": null}),
        ("POST" | "PUT", "/platforms" | "/federations" | "/platforms/{platform}" | "/federations/{federation}") => {
            json!({"name": format!("new {fresh}")})
        }
        ("POST", "/pools") => json!({"name": fresh, "kind": "arrivals", "window_minutes": 10, "connections": 9}),
        ("PUT", "/pools/{pool}") => pool,
        ("PUT", "/pools/{pool}/shares") => json!({"guaranteed_percent": 0}),
        ("PUT", "/pools/{pool}/background" | "/schools/{school}/background") => json!({"policy": "off"}),
        ("POST", "/webhooks") => webhook,
        ("PUT", "/webhooks/{webhook}") => {
            json!({"url": "https://receiver.invalid/", "events": ["swap"], "enabled": true})
        }
        ("POST", "/tokens") => token,
        ("POST", "/schools/{school}/rounds") => round,
        ("PATCH", "/rounds/{round}") => json!({"state": "closed"}),
        ("PUT", "/rounds/{round}/pins/{request}") => json!({"start": "2030-03-18T15:00"}),
        ("POST", "/rounds/{round}/requests" | "/rounds/{round}/requests/check") | ("PUT", "/requests/{request}") => {
            request
        }
        ("POST", "/rounds/{round}/requests/copy") => json!({}),
        ("PUT", "/rounds/{round}/answer") => json!({"nothing": true, "teacher": school.teacher}),
        ("PUT", "/series/{series}") => weekly,
        ("POST", "/rounds/{round}/jobs") => json!({"seconds": 1}),
        ("POST", "/rounds/{round}/scenarios") => scenario,
        ("POST", "/schools/{school}/feeds") => json!({}),
        ("POST", "/rounds/{round}/publication") => json!({"plan": solved.plan, "replaces": solved.plan}),
        ("PUT", "/sessions/{session}/link") | ("PUT", "/schools/{school}/teachers/{teacher}/link") => {
            json!({"link": "https://visio.example.org/b/abc"})
        }
        ("PATCH", "/sessions/{session}") => json!({"starts_at_local": "2030-03-18T10:00"}),
        _ => return (address, None),
    };
    (address, Some(body))
}
