//! Nobody learns by its answers what the service holds of others.

use super::school::World;
use crate::support::service::{Backend, on_both};
use reqwest::Method;
use serde_json::{Value, json};

on_both!(unknown_ids_are_as_unknown_as_those_of_others);

fn unknown_ids_are_as_unknown_as_those_of_others(backend: Backend) {
    let world = World::new(backend);
    let (ours, theirs) = (world.school("Collège A"), world.school("Collège B"));
    for id in ["42", &theirs.group, "a'; DROP TABLE groups; --", "%F0%9F%8E%93", "..%2F..", "a%00b"] {
        let path = format!("/api/v1/schools/{}/groups/{id}", ours.id);
        assert_eq!(world.get(&path).status, 404, "{id}");
    }
    let answers = ["42", &theirs.id].map(|id| {
        let path = format!("/api/v1/schools/{id}");
        let answer = world.send(Method::GET, &path, Some(&ours.admin_token), None).expect(404).json();
        answer.to_string().replace(id, "ID")
    });
    assert_eq!(answers[0], answers[1], "nobody learns which schools there are");
    let teachers = format!("/api/v1/schools/{}/teachers", ours.id);
    let other = world.made(&teachers, &json!({"name": "M. Colin", "email": "colin@example.org"}));
    let seen = world.send(Method::GET, &teachers, Some(&ours.teacher_token), None).expect(200).text();
    assert!(seen.contains("bernard@example.org") && !seen.contains("colin@example.org"), "{seen}");
    let path = format!("{teachers}/{other}");
    assert_eq!(
        world.send(Method::GET, &path, Some(&ours.teacher_token), None).expect(200).json()["email"],
        Value::Null
    );
}
