//! Requests that come twice, changes of what has changed, and who did what.

use super::school::World;
use crate::support::service::{Answer, Backend, on_both};
use reqwest::Method;
use serde_json::{Value, json};

on_both!(
    a_request_that_comes_twice_is_done_once,
    of_many_at_once_one_is_done,
    a_secret_is_kept_nowhere,
    a_change_of_what_has_changed_is_refused,
    who_did_what_is_read_by_admins_of_that_school,
);

struct Place {
    world: World,
    groups: String,
    token: String,
}

impl Place {
    fn new(backend: Backend) -> Self {
        let world = World::new(backend);
        let school = world.school("Collège A");
        Self { groups: format!("/api/v1/schools/{}/groups", school.id), token: school.admin_token, world }
    }

    fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let request = self.world.service.request(method, path).bearer_auth(&self.token).json(body);
        Answer::to(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)))
    }

    fn count(&self) -> usize {
        self.world.get(&self.groups).expect(200).json().as_array().map_or(0, Vec::len)
    }
}

fn a_request_that_comes_twice_is_done_once(backend: Backend) {
    let place = Place::new(backend);
    let group = json!({"name": "5e B", "headcount": 20});
    let key = [("idempotency-key", "first")];
    let before = place.count();
    let first = place.send(Method::POST, &place.groups, &key, &group).expect(201);
    let (address, body) = (first.header("location").expect("an address").to_owned(), first.json());
    for _ in 0..2 {
        let again = place.send(Method::POST, &place.groups, &key, &group).expect(201);
        assert_eq!(again.header("location"), Some(address.as_str()));
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(again.json(), body);
    }
    assert_eq!(place.count(), before + 1);
    // The same key for something else, and somebody else with the same key.
    let other = json!({"name": "5e C", "headcount": 20});
    let reused = place.send(Method::POST, &place.groups, &key, &other).expect(422).json();
    assert_eq!(reused["code"], "idempotency-key-reused");
    place.send(Method::PUT, &address, &key, &group).expect(422);
    let operator = place.world.service.request(Method::POST, &place.groups).bearer_auth(&place.world.operator);
    Answer::to(operator.json(&other).header("idempotency-key", "first")).expect(201);
    // What was refused was not done: it may be tried again.
    let taken = [("idempotency-key", "second")];
    place.send(Method::POST, &place.groups, &taken, &other).expect(409);
    let free = json!({"name": "5e D", "headcount": 20});
    place.send(Method::POST, &place.groups, &taken, &free).expect(201);
    for bad in [String::new(), "x".repeat(201)] {
        let refused = place.send(Method::POST, &place.groups, &[("idempotency-key", &bad)], &free).expect(400).json();
        assert_eq!(refused["code"], "bad-idempotency-key");
    }
    // What leaves nothing to show is answered the same way.
    let gone = [("idempotency-key", "third")];
    for _ in 0..2 {
        place.send(Method::DELETE, &address, &gone, &json!({})).expect(204);
    }
    place.send(Method::DELETE, &address, &[], &json!({})).expect(404);
}

fn of_many_at_once_one_is_done(backend: Backend) {
    let place = Place::new(backend);
    let before = place.count();
    let group = json!({"name": "5e B", "headcount": 20});
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let send = || place.send(Method::POST, &place.groups, &[("idempotency-key", "one")], &group).status;
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(send)).collect();
        threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
    });
    // Who comes while the first is not answered yet may be asked to wait, and never to be wrong.
    assert!(statuses.iter().all(|status| [201, 503].contains(status)), "{statuses:?}");
    assert!(statuses.contains(&201));
    assert_eq!(place.count(), before + 1);
}

fn a_secret_is_kept_nowhere(backend: Backend) {
    let place = Place::new(backend);
    let token = json!({"role": "operator", "label": "twice"});
    let send = || {
        let request = place.world.service.request(Method::POST, "/api/v1/tokens").bearer_auth(&place.world.operator);
        Answer::to(request.json(&token).header("idempotency-key", "secret"))
    };
    let secret = send().expect(201).json()["secret"].as_str().expect("shown once").to_owned();
    let again = send();
    assert!(!again.text().contains(&secret), "{}", again.text());
    assert!([409, 503].contains(&again.status), "{}", again.status);
    let tokens = place.world.get("/api/v1/tokens").expect(200).json();
    let made = tokens.as_array().expect("tokens").iter().filter(|token| token["label"] == "twice").count();
    assert_eq!(made, 1);
}

fn a_change_of_what_has_changed_is_refused(backend: Backend) {
    let place = Place::new(backend);
    let made = place.send(Method::POST, &place.groups, &[], &json!({"name": "5e B", "headcount": 20})).expect(201);
    let address = made.header("location").expect("an address").to_owned();
    let tag = place.world.get(&address).expect(200).header("etag").expect("a tag").to_owned();
    let known = place.world.service.request(Method::GET, &address).bearer_auth(&place.token);
    Answer::to(known.header("if-none-match", &tag)).expect(304);
    let change = |headcount: u32, tag: &str| {
        let body = json!({"name": "5e B", "headcount": headcount});
        place.send(Method::PUT, &address, &[("if-match", tag)], &body)
    };
    change(21, &tag).expect(200);
    let outdated = change(22, &tag).expect(412).json();
    assert_eq!(outdated["code"], "outdated");
    place.send(Method::DELETE, &address, &[("if-match", &tag)], &json!({})).expect(412);
    let present = place.world.get(&address).expect(200);
    assert_eq!(present.json()["headcount"], 21);
    change(23, present.header("etag").expect("a tag")).expect(200);
    change(24, "*").expect(200);
}

fn who_did_what_is_read_by_admins_of_that_school(backend: Backend) {
    let place = Place::new(backend);
    let group = json!({"name": "5e B", "headcount": 20});
    let made = place.send(Method::POST, &place.groups, &[], &group).expect(201);
    place.send(Method::POST, &place.groups, &[], &group).expect(409);
    let address = made.header("location").expect("an address").to_owned();
    // The operator's deed is known to the school, too.
    place.world.put(&address, &json!({"name": "5e B", "headcount": 21})).expect(200);
    let audit = place.groups.replace("groups", "audit");
    let read = |token: &str| place.world.send(Method::GET, &audit, Some(token), None);
    let deeds = read(&place.token).expect(200).json();
    let of = |deed: &Value| {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        (text(&deed["action"]), text(&deed["target"]), text(&deed["actor"]["name"]))
    };
    let last: Vec<_> = deeds.as_array().expect("deeds").iter().take(2).map(of).collect();
    assert_eq!(last[0].0, "PUT /api/v1/schools/{school}/groups/{group}");
    assert_eq!(last[0].1, address);
    assert_eq!((last[1].0.as_str(), last[1].2.as_str()), ("POST /api/v1/schools/{school}/groups", "test"));
    let other = place.world.school("Collège B");
    read(&other.admin_token).expect(404);
    read(&other.teacher_token).expect(404);
    let theirs = format!("/api/v1/schools/{}/audit", other.id);
    let theirs = place.world.send(Method::GET, &theirs, Some(&other.admin_token), None).expect(200).text();
    assert!(!theirs.contains(&address), "{theirs}");
    let all = place.world.get("/api/v1/audit").expect(200).text();
    assert!(all.contains(&address));
    // An operator's deed that names the school only in its body is the school's to know, too.
    let mine = place.groups.split('/').nth(4).expect("the school");
    let invitation = json!({"email": "new@example.org", "role": "admin", "school": mine});
    place.world.post("/api/v1/invitations", &invitation).expect(201);
    let deeds = read(&place.token).expect(200).json();
    assert_eq!(deeds[0]["action"], "POST /api/v1/invitations", "{deeds}");
}
