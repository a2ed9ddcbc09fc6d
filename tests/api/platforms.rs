//! Platforms, login federations, and the pools that their schools share.

use super::school::World;
use crate::support::service::{Backend, on_both};
use serde_json::{Value, json};

on_both!(
    a_school_uses_the_pools_of_its_platform_and_federation,
    a_platforms_hours_are_its_own,
    a_half_class_is_never_in_two_places,
);

fn pools(world: &World, school: &str) -> Vec<String> {
    let pools = world.get(&format!("/api/v1/schools/{school}/pools")).expect(200).json();
    let name = |pool: &Value| pool["name"].as_str().expect("a name").to_owned();
    pools.as_array().expect("pools").iter().map(name).filter(|name| !name.starts_with("school/")).collect()
}

fn a_school_uses_the_pools_of_its_platform_and_federation(backend: Backend) {
    let world = World::new(backend);
    let (near, far) = (world.school("Collège A"), world.school("École B"));
    let nantes = world.made("/api/v1/federations", &json!({"name": "Académie de Nantes"}));
    let corsica = world.made("/api/v1/federations", &json!({"name": "Académie de Corse"}));
    let platform = |name: &str| world.made("/api/v1/platforms", &json!({"name": name, "federation": nantes}));
    let (elyco, eprimo) = (platform("e-lyco"), platform("e-primo"));
    let pool = |name: &str, owner: Value| {
        let mut body = json!({"name": name, "kind": "concurrent", "connections": 9000});
        body.as_object_mut().expect("an object").extend(owner.as_object().expect("an object").clone());
        world.made("/api/v1/pools", &body)
    };
    let first = pool("platform/e-lyco", json!({"platform": elyco}));
    for (school, platform) in [(&near.id, &elyco), (&far.id, &eprimo)] {
        let chosen =
            world.put(&format!("/api/v1/schools/{school}/platform"), &json!({"platform": platform})).expect(200);
        assert_eq!(chosen.json()["platform"], *platform);
    }
    // What comes later reaches the schools that are there.
    pool("platform/e-primo", json!({"platform": eprimo}));
    pool("login/nantes", json!({"federation": nantes}));
    pool("login/corse", json!({"federation": corsica}));
    assert_eq!(pools(&world, &near.id), ["login/nantes", "platform/e-lyco"]);
    assert_eq!(pools(&world, &far.id), ["login/nantes", "platform/e-primo"]);
    let own = world.put(&format!("/api/v1/schools/{}/pools/{first}", far.id), &json!({})).expect(409).json();
    assert!(own.to_string().contains("pool-of-a-platform"), "{own}");

    let moved = json!({"name": "e-lyco", "federation": corsica});
    world.put(&format!("/api/v1/platforms/{elyco}"), &moved).expect(200);
    assert_eq!(pools(&world, &near.id), ["login/corse", "platform/e-lyco"]);
    world.put(&format!("/api/v1/schools/{}/platform", near.id), &json!({"platform": null})).expect(200);
    assert!(pools(&world, &near.id).is_empty());
    let unknown = world.put(&format!("/api/v1/schools/{}/platform", near.id), &json!({"platform": "x"})).expect(422);
    assert!(unknown.text().contains("unknown-platform"), "{}", unknown.text());
    let path = format!("/api/v1/platforms/{elyco}");
    let in_use = world.send(reqwest::Method::DELETE, &path, Some(&world.operator), None).expect(409);
    assert!(in_use.text().contains("in-use"), "{}", in_use.text());
    let both = json!({"name": "x", "kind": "concurrent", "connections": 1, "platform": elyco, "federation": nantes});
    assert!(world.post("/api/v1/pools", &both).expect(422).text().contains("two-owners"));
}

fn a_platforms_hours_are_its_own(backend: Backend) {
    let world = World::new(backend);
    let platform = world.made("/api/v1/platforms", &json!({"name": "itslearning", "time_zone": "Indian/Reunion"}));
    let pool = json!({"name": "platform/itslearning", "kind": "concurrent", "connections": 100, "platform": platform});
    let pool = world.made("/api/v1/pools", &pool);
    assert_eq!(world.get(&format!("/api/v1/pools/{pool}")).expect(200).json()["time_zone"], "Indian/Reunion");
}

fn a_half_class_is_never_in_two_places(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let own = format!("/api/v1/schools/{}", school.id);
    let half = json!({"name": "6e A 1", "headcount": 14, "attendance_percent": 50, "overlaps": [school.group]});
    let half = world.made(&format!("{own}/groups"), &half);
    let whole = world.get(&format!("{own}/groups/{}", school.group)).expect(200).json();
    assert_eq!(whole["overlaps"], json!([half]), "it is enough that one says so");
    let colleague = world.made(&format!("{own}/teachers"), &json!({"name": "M. Colin"}));
    let round = json!({"name": "Mars", "starts_on": "2030-03-18", "ends_on": "2030-03-18"});
    let round = world.made(&format!("{own}/rounds"), &round);
    for (title, teacher, group) in [("Maths", &school.teacher, &school.group), ("Anglais", &colleague, &half)] {
        let wish = json!({"title": title, "teachers": [teacher], "groups": [group], "duration_minutes": 60,
            "preferred": [{"start": "2030-03-18T09:00"}]});
        let made = world.post(&format!("/api/v1/rounds/{round}/requests"), &wish).expect(201).json();
        // Half of fourteen and a teacher; twenty-seven and a teacher.
        assert_eq!(made["connections"], if title == "Anglais" { 8 } else { 28 });
    }
    let job = world.post(&format!("/api/v1/rounds/{round}/jobs"), &json!({"seconds": 1})).expect(202).json();
    let job = job["id"].as_str().expect("an id").to_owned();
    let patience = std::time::Duration::from_secs(30);
    let done = crate::support::process::wait_until(patience, "the round is solved", || {
        Some(world.get(&format!("/api/v1/jobs/{job}")).expect(200).json()).filter(|job| job["plan"].is_string())
    });
    world.post(&format!("/api/v1/rounds/{round}/publication"), &json!({"plan": done["plan"]})).expect(200);
    let week = world.get(&format!("{own}/week?date=2030-03-18")).expect(200).json();
    let sessions = week["sessions"].as_array().expect("sessions");
    assert_eq!(sessions.len(), 2);
    let starts: Vec<&str> = sessions.iter().map(|session| session["start"]["utc"].as_str().expect("a time")).collect();
    assert_ne!(starts[0], starts[1], "they have pupils in common");
    let path = format!("/api/v1/sessions/{}", sessions[0]["id"].as_str().expect("an id"));
    let other = sessions[1]["start"]["local"].as_str().expect("a time").get(..16).expect("to the minute").to_owned();
    let body = json!({"starts_at_local": other});
    let refused = world.send(reqwest::Method::PATCH, &path, Some(&world.operator), Some(&body)).expect(409);
    assert!(refused.text().contains("group-busy"), "{}", refused.text());
}
