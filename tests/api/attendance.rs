//! Planned against observed attendance: what is reported, and what groups expect then.

use super::school::{School, World};
use crate::support::process::wait_until;
use crate::support::service::{Backend, on_both};
use chrono::{DateTime, Duration, Utc};
use reqwest::Method;
use serde_json::{Value, json};

on_both!(what_is_expected_follows_what_was_observed, only_those_of_a_class_tell_how_many_attended);

/// A class of the group that ended so many days ago, or is still to come.
fn class(world: &World, school: &School, id: &str, days_ago: i64) {
    let start: DateTime<Utc> = Utc::now() - Duration::days(days_ago) - Duration::hours(2);
    let (start, end) = (start.format("%F %T"), (start + Duration::hours(1)).format("%F %T"));
    world.service.site().sql(&format!(
        "INSERT INTO sessions (id, school_id, title, connections, starts_at, ends_at, state, sequence, created_at, changed_at)
         VALUES ('{id}', '{}', 'Maths', 27, '{start}', '{end}', 'confirmed', 1, '{start}', '{start}')",
        school.id
    ));
    let group = &school.group;
    world.service.site().sql(&format!("INSERT INTO session_groups (session_id, group_id) VALUES ('{id}', '{group}')"));
    let teacher = &school.teacher;
    world
        .service
        .site()
        .sql(&format!("INSERT INTO session_teachers (session_id, teacher_id) VALUES ('{id}', '{teacher}')"));
}

fn expected(world: &World, school: &School) -> Value {
    world.get(&format!("/api/v1/groups/{}/attendance", school.group)).expect(200).json()
}

fn what_is_expected_follows_what_was_observed(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let report = |id: &str, participants: u32| {
        let path = format!("/api/v1/sessions/{id}/attendance");
        let body = json!({"participants": participants});
        world.send(Method::PUT, &path, Some(&school.teacher_token), Some(&body)).expect(200)
    };
    // Reported in no order: what is learned is the same.
    for number in [3, 1, 5, 2, 4] {
        class(&world, &school, &format!("class-{number}"), 10 - number);
        report(&format!("class-{number}"), 18);
    }
    let seen = expected(&world, &school);
    assert_eq!((&seen["headcount"], &seen["entered_percent"]), (&json!(27), &json!(100)));
    assert_eq!((&seen["expected_percent"], &seen["connections"]), (&json!(85), &json!(23)));
    let classes = seen["classes"].as_array().expect("a list");
    let steps: Vec<_> = classes.iter().map(|step| (step["expected_percent"].as_u64(), step["why"].clone())).collect();
    let (few, falls) = (json!("too-few-classes"), json!("falls"));
    assert_eq!(
        steps,
        [
            (Some(100), few.clone()),
            (Some(100), few),
            (Some(95), falls.clone()),
            (Some(90), falls.clone()),
            (Some(85), falls)
        ]
    );
    assert_eq!((&classes[0]["observed_percent"], &classes[0]["planned"]), (&json!(67), &json!(27)));
    report("class-5", 18);
    assert_eq!(expected(&world, &school), {
        let mut same = seen.clone();
        same["classes"][4]["at"] = expected(&world, &school)["classes"][4]["at"].clone();
        same
    });
    let booking = json!({"title": "Maths", "teachers": [school.teacher], "groups": [school.group],
        "duration_minutes": 55, "starts_at_local": "2031-01-06T09:00"});
    let booked = world.post(&format!("/api/v1/schools/{}/bookings", school.id), &booking).expect(201).json();
    assert_eq!(booked["connections"], 24, "bookings count with it, and one who teaches: {booked}");
    let round = json!({"name": "r", "starts_on": "2030-03-18", "ends_on": "2030-03-24"});
    let round = world.made(&format!("/api/v1/schools/{}/rounds", school.id), &round);
    let wish = json!({"title": "Maths", "teachers": [school.teacher], "groups": [school.group], "duration_minutes": 55,
        "preferred": [{"start": "2030-03-18T09:00"}]});
    let wish = world.post(&format!("/api/v1/rounds/{round}/requests"), &wish).expect(201).json();
    assert_eq!(wish["connections"], 24, "and so do wishes: {wish}");
    // A worker learns of what was polled once the class has ended.
    class(&world, &school, "polled", 0);
    world.service.site().sql(
        "INSERT INTO session_attendance (session_id, participants, planned, input, at, learned)
         VALUES ('polled', 27, 27, 'polled', '2020-01-01 00:00:00', FALSE)",
    );
    wait_until(std::time::Duration::from_secs(30), "the group has learned", || {
        (expected(&world, &school)["expected_percent"] == 80).then_some(())
    });
    let group = format!("/api/v1/schools/{}/groups/{}", school.id, school.group);
    assert_eq!(world.get(&group).expect(200).json()["learned_percent"], 80);
    let path = format!("/api/v1/groups/{}/attendance", school.group);
    let forgotten = world.send(Method::DELETE, &path, Some(&school.admin_token), None).expect(200).json();
    assert_eq!((&forgotten["expected_percent"], &forgotten["classes"]), (&json!(100), &json!([])));
    world.put(&group, &json!({"name": "6e A", "headcount": 27, "attendance_percent": 60})).expect(200);
    assert_eq!(expected(&world, &school)["connections"], 17);
}

fn only_those_of_a_class_tell_how_many_attended(backend: Backend) {
    let world = World::new(backend);
    let (school, other) = (world.school("Collège A"), world.school("Collège B"));
    class(&world, &school, "past", 1);
    class(&world, &school, "future", -1);
    let put = |id: &str, token: &str, participants: u64| {
        let body = json!({"participants": participants});
        world.send(Method::PUT, &format!("/api/v1/sessions/{id}/attendance"), Some(token), Some(&body))
    };
    put("past", &other.admin_token, 20).expect(404);
    assert_eq!(put("future", &school.admin_token, 20).expect(409).json()["code"], "class-not-begun");
    put("past", &school.admin_token, 100_001).expect(422);
    put("past", &school.admin_token, 20).expect(200);
    let colleague = world.made(&format!("/api/v1/schools/{}/teachers", school.id), &json!({"name": "M. Colin"}));
    let token = json!({"role": "teacher", "school": school.id, "teacher": colleague, "label": "test"});
    let token = world.post("/api/v1/tokens", &token).expect(201).json()["secret"].as_str().expect("it").to_owned();
    put("past", &token, 20).expect(403);
    world.service.site().sql("UPDATE sessions SET state = 'cancelled' WHERE id = 'past'");
    assert_eq!(put("past", &school.admin_token, 20).expect(409).json()["code"], "class-not-held");
}
