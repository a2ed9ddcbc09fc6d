//! Schools, groups, teachers, capacity and tokens, through their whole life.

use super::school::World;
use crate::support::service::{Backend, on_both};
use reqwest::Method;
use serde_json::{Value, json};

on_both!(
    groups_live_and_go,
    people_in_use_stay,
    capacity_is_replaced_as_a_whole,
    pools_are_shared_and_left,
    tokens_are_shown_once_and_end,
);

fn groups_live_and_go(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let groups = format!("/api/v1/schools/{}/groups", school.id);
    let answer = world.post(&groups, &json!({"name": " 5e B ", "headcount": 0})).expect(201);
    let made = answer.json();
    assert_eq!((&made["name"], &made["headcount"]), (&json!("5e B"), &json!(0)));
    let address = format!("{groups}/{}", made["id"].as_str().expect("an id"));
    assert_eq!(answer.header("location"), Some(address.as_str()));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(world.get(&address).expect(200).json(), made);
    let changed = world.put(&address, &json!({"name": "5e C", "headcount": 10_000})).expect(200).json();
    assert_eq!(changed["name"], "5e C");
    assert_eq!(world.get(&groups).expect(200).json().as_array().map(Vec::len), Some(2));
    assert_eq!(
        world.put(&address, &json!({"name": "6e A", "headcount": 1})).expect(409).json()["code"],
        "group-exists"
    );
    world.send(Method::DELETE, &address, Some(&world.operator), None).expect(204);
    world.get(&address).expect(404);
}

fn people_in_use_stay(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let own = format!("/api/v1/schools/{}", school.id);
    let round = json!({"name": "r", "starts_on": "2030-03-18", "ends_on": "2030-03-24"});
    let round = world.made(&format!("{own}/rounds"), &round);
    let request = json!({
        "title": "Maths", "teachers": [school.teacher], "groups": [school.group], "duration_minutes": 55,
        "preferred": [{"start": "2030-03-18T09:00"}],
    });
    world.made(&format!("/api/v1/rounds/{round}/requests"), &request);
    for (address, code) in [
        (format!("{own}/groups/{}", school.group), "group-in-use"),
        (format!("{own}/teachers/{}", school.teacher), "teacher-in-use"),
    ] {
        let answer = world.send(Method::DELETE, &address, Some(&world.operator), None).expect(409).json();
        assert_eq!(answer["code"], code);
    }
}

fn capacity_is_replaced_as_a_whole(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let address = format!("/api/v1/schools/{}/capacity", school.id);
    assert_eq!(world.get(&address).expect(200).json(), json!({"connections": 200, "weekly": [], "dated": []}));
    let new = json!({
        "connections": 180,
        "weekly": [{"weekday": 1, "from_minute": 510, "to_minute": 570, "connections": 90}],
        "dated": [{"starts_at": "2020-03-23T00:00:00Z", "ends_at": "2020-03-24T00:00:00Z", "connections": 0}],
    });
    let mut told = world.put(&address, &new).expect(200).json();
    assert_eq!(told.as_object_mut().expect("an object").remove("overloads"), Some(json!([])));
    assert_eq!(told, new);
    assert_eq!(world.get(&address).expect(200).json(), new);
    let less = json!({"connections": 50, "weekly": [], "dated": []});
    world.put(&address, &less).expect(200);
    assert_eq!(world.get(&address).expect(200).json(), less);
}

fn pools_are_shared_and_left(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let pool = json!({"name": "login/nantes", "kind": "arrivals", "window_minutes": 10, "connections": 2400});
    let id = world.made("/api/v1/pools", &pool);
    assert_eq!(world.post("/api/v1/pools", &pool).expect(409).json()["code"], "pool-exists");
    let (used, all) =
        (format!("/api/v1/schools/{}/pools/{id}", school.id), format!("/api/v1/schools/{}/pools", school.id));
    for _ in 0..2 {
        world.send(Method::PUT, &used, Some(&world.operator), None).expect(204);
    }
    let names = |answer: Value| -> Vec<String> {
        let pools = answer.as_array().expect("a list").clone();
        pools.iter().map(|pool| pool["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(world.get(&all).expect(200).json()), [format!("school/{}", school.id), "login/nantes".to_owned()]);
    assert_eq!(names(world.get("/api/v1/pools").expect(200).json()), ["login/nantes"]);
    // A school's own pool is nobody else's, and stays.
    let own = world.get(&all).json()[0]["id"].as_str().expect("an id").to_owned();
    world.get(&format!("/api/v1/pools/{own}")).expect(404);
    world.send(Method::DELETE, &format!("{all}/{own}"), Some(&world.operator), None).expect(404);
    world.send(Method::DELETE, &used, Some(&world.operator), None).expect(204);
    world.send(Method::DELETE, &used, Some(&world.operator), None).expect(404);
}

fn tokens_are_shown_once_and_end(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let body = json!({"role": "admin", "school": school.id, "label": "office", "expires_in_days": 30});
    let made = world.post("/api/v1/tokens", &body).expect(201).json();
    let (id, secret) = (made["id"].as_str().expect("an id"), made["secret"].as_str().expect("a secret"));
    assert!(secret.len() >= 32 && made["expires_at"].is_string());
    let list = world.get("/api/v1/tokens").expect(200).text();
    assert!(list.contains(id) && !list.contains(secret));
    world.send(Method::GET, "/api/v1/schools", Some(secret), None).expect(200);
    world.send(Method::DELETE, &format!("/api/v1/tokens/{id}"), Some(&world.operator), None).expect(204);
    world.send(Method::GET, "/api/v1/schools", Some(secret), None).expect(401);
    assert!(!world.service.log().contains(secret));
}
