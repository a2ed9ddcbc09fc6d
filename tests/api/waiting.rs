//! The waiting list, as teachers meet it: who is offered what, and who would wait in vain.

use super::bookings::{Place, id};
use crate::support::{
    process::wait_until,
    service::{Backend, on_both},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

on_both!(
    who_waits_is_offered_the_place_that_comes_free,
    an_offer_that_is_not_taken_goes_to_the_next,
    only_what_comes_free_at_hours_that_suit_is_offered_and_only_once,
    who_would_wait_in_vain_or_twice_is_told_at_once,
    who_left_the_school_keeps_nobody_waiting,
);

/// The entry of the list, once it is offered a place.
fn offered(place: &Place, waiting: &str) -> Value {
    wait_until(Duration::from_secs(20), "the place is offered", || {
        let list = place.get(&format!("{}/waiting", place.own));
        let entry = list.as_array().expect("entries").iter().find(|entry| entry["id"] == waiting)?.clone();
        Some(entry).filter(|entry| entry["offer"].is_string())
    })
}

fn waits(place: &Place) -> Value {
    json!({"title": "Anglais", "teachers": [place.colleague], "groups": [place.other_group], "duration_minutes": 60,
        "from_local": "2030-03-18T08:30", "to_local": "2030-03-18T10:30"})
}

fn who_waits_is_offered_the_place_that_comes_free(backend: Backend) {
    let place = Place::new(backend);
    let mine = id(&place.as_me("bookings", &place.mine("2030-03-18T09:00")).expect(201).json());
    let waiting = id(&place.as_colleague("waiting", &waits(&place)).expect(201).json());
    let path = format!("{}/waiting", place.own);
    let seen = place.world.send(Method::GET, &path, Some(&place.school.teacher_token), None).expect(200).json();
    assert_eq!(seen, json!([]), "a teacher sees the own classes only");
    place.post(&place.school.teacher_token, &format!("/api/v1/sessions/{mine}/cancellation"), &json!({})).expect(200);
    let entry = offered(&place, &waiting);
    let offer = entry["offer"].as_str().expect("an offer");
    assert_eq!(place.get(&format!("/api/v1/sessions/{offer}"))["state"], "held");
    let path = format!("/api/v1/sessions/{offer}/confirmation");
    place.post(&place.colleague_token, &path, &json!({})).expect(200);
    assert_eq!(place.get(&format!("{}/waiting", place.own)), json!([]));
    let closed = json!({"title": "x", "teachers": [place.colleague], "groups": [place.other_group],
        "duration_minutes": 60, "from_local": "2030-03-16T08:30", "to_local": "2030-03-17T10:30"});
    let told = place.as_colleague("waiting", &closed).expect(422).json();
    assert_eq!(told["findings"][0]["code"], "outside-hours", "a Saturday and a Sunday");
}

fn an_offer_that_is_not_taken_goes_to_the_next(backend: Backend) {
    let place = Place::new(backend);
    place.world.put(&format!("{}/capacity", place.own), &json!({"connections": 28})).expect(200);
    let mine = id(&place.as_me("bookings", &place.mine("2030-03-18T09:00")).expect(201).json());
    let first = id(&place.as_colleague("waiting", &waits(&place)).expect(201).json());
    place.post(&place.school.teacher_token, &format!("/api/v1/sessions/{mine}/cancellation"), &json!({})).expect(200);
    let entry = offered(&place, &first);
    let mut second = waits(&place);
    second["teachers"] = json!([place.school.teacher]);
    second["groups"] = json!([place.school.group]);
    let second = id(&place.as_me("waiting", &second).expect(201).json());
    // Calling the offer off is as good as letting it expire.
    let offer = entry["offer"].as_str().expect("an offer");
    place.post(&place.colleague_token, &format!("/api/v1/sessions/{offer}/cancellation"), &json!({})).expect(200);
    offered(&place, &second);
    let list = place.get(&format!("{}/waiting", place.own));
    let ids: Vec<&str> = list.as_array().expect("entries").iter().map(|e| e["id"].as_str().expect("an id")).collect();
    assert_eq!(ids, [second.as_str(), first.as_str()], "who let an offer go is last in line");
    let path = format!("/api/v1/waiting/{second}");
    place.send(&place.school.teacher_token, Method::DELETE, &path, &json!({})).expect(204);
    offered(&place, &first);
}

fn only_what_comes_free_at_hours_that_suit_is_offered_and_only_once(backend: Backend) {
    let place = Place::new(backend);
    let book = || id(&place.as_me("bookings", &place.mine("2030-03-18T09:00")).expect(201).json());
    let call_off = |token: &str, id: &str| {
        place.post(token, &format!("/api/v1/sessions/{id}/cancellation"), &json!({})).expect(200);
    };
    let (me, colleague) = (&place.school.teacher_token, &place.colleague_token);
    let mine = book();
    let mut waits = waits(&place);
    waits["to_local"] = json!("2030-03-18T12:00");
    waits["hours"] = json!([{"weekday": 1, "from_minute": 540, "to_minute": 720}]);
    let waiting = id(&place.as_colleague("waiting", &waits).expect(201).json());
    let entry = || place.get(&format!("{}/waiting", place.own))[0].clone();
    let is_quiet = |why: &str| {
        std::thread::sleep(Duration::from_secs(2));
        assert_eq!(entry()["offer"], Value::Null, "{why}");
    };
    is_quiet("ten o'clock is free, and was when the class began to wait");
    let offer = |why: &str| {
        let offer = offered(&place, &waiting)["offer"].as_str().expect("an offer").to_owned();
        let start = place.get(&format!("/api/v1/sessions/{offer}"))["start"]["local"].clone();
        assert_eq!(start, "2030-03-18T09:00:00", "{why}");
        offer
    };
    call_off(me, &mine);
    let first = offer("half past eight does not suit");
    call_off(colleague, &first);
    is_quiet("it was let go, and is as free as it was");
    assert_eq!(entry()["offered"], json!(["2030-03-18T08:00:00Z"]));
    // Somebody has it, and leaves.
    let mine = book();
    wait_until(Duration::from_secs(20), "the place is seen taken", || (entry()["offered"] == json!([])).then_some(()));
    call_off(me, &mine);
    offer("it came free once more");
}

fn who_would_wait_in_vain_or_twice_is_told_at_once(backend: Backend) {
    let place = Place::new(backend);
    let mut large = waits(&place);
    large["connections"] = json!(41);
    let told = place.as_colleague("waiting", &large).expect(422).json();
    assert_eq!(
        (&told["findings"][0]["code"], &told["findings"][0]["place"]),
        (&json!("above-capacity"), &json!("connections"))
    );
    let search = format!(
        "{}/free-starts?teachers={}&groups={}&duration_minutes=60&from=2030-03-18&connections=41",
        place.own, place.colleague, place.other_group
    );
    let told = place.world.send(Method::GET, &search, Some(&place.colleague_token), None).expect(422).json();
    assert_eq!(told["findings"][0]["code"], "above-capacity");
    let mut wrong = waits(&place);
    wrong["hours"] = json!([{"weekday": 1, "from_minute": 600, "to_minute": 540}]);
    assert_eq!(place.as_colleague("waiting", &wrong).expect(422).json()["findings"][0]["code"], "bad-span");
    wrong["hours"] = json!([{"weekday": 2, "from_minute": 480, "to_minute": 720}]);
    let told = place.as_colleague("waiting", &wrong).expect(422).json();
    assert_eq!(told["findings"][0]["code"], "outside-hours", "a Monday has no Tuesday");

    place.as_colleague("waiting", &waits(&place)).expect(201);
    assert_eq!(place.as_colleague("waiting", &waits(&place)).expect(409).json()["code"], "already-waiting");
    // So many of a teacher, whoever enters them.
    let path = format!("{}/waiting", place.own);
    let enter = |number: u32| {
        let mut other = waits(&place);
        other["title"] = json!(format!("Anglais {number}"));
        place.post(&place.school.admin_token, &path, &other)
    };
    (1..20).for_each(|number| drop(enter(number).expect(201)));
    assert_eq!(enter(20).expect(409).json()["code"], "too-many-waiting");
}

fn who_left_the_school_keeps_nobody_waiting(backend: Backend) {
    let place = Place::new(backend);
    place.world.put(&format!("{}/capacity", place.own), &json!({"connections": 28})).expect(200);
    let mine = id(&place.as_me("bookings", &place.mine("2030-03-18T09:00")).expect(201).json());
    let leaver = place.world.made(&format!("{}/teachers", place.own), &json!({"name": "Mme Partie"}));
    let mut gone = waits(&place);
    gone["teachers"] = json!([leaver]);
    place.post(&place.school.admin_token, &format!("{}/waiting", place.own), &gone).expect(201);
    let next = id(&place.as_colleague("waiting", &waits(&place)).expect(201).json());
    let path = format!("{}/teachers/{leaver}", place.own);
    place.send(&place.school.admin_token, Method::DELETE, &path, &json!({})).expect(204);
    place.post(&place.school.teacher_token, &format!("/api/v1/sessions/{mine}/cancellation"), &json!({})).expect(200);
    offered(&place, &next);
    let list = place.get(&format!("{}/waiting", place.own));
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
}
