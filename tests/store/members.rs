//! Everybody with what they are, in parts.

use crate::{
    fixture::{Fixture, at},
    support::service::{Backend, on_both},
};
use creneau::{
    domain::{
        access::Role,
        account::{Membership, Person},
        id::Id,
        people::Language,
    },
    store,
};

on_both!(parts_put_together_are_everybody_in_order, whoever_is_looked_for_is_found);

/// Five people: two teachers who are there, two admins, an operator.
fn settled(backend: Backend) -> Fixture {
    let fixture = Fixture::new(backend, 60);
    let created_at = at("2020-03-01T00:00");
    let [ada, bo] = [0, 1].map(|index| Some(fixture.teachers[index].id.clone()));
    let roles = [
        ("Zoé", Role::Teacher, ada),
        ("Anne", Role::Teacher, bo),
        ("Yves", Role::Admin, None),
        ("Bertrand", Role::Admin, None),
        ("Xavier", Role::Operator, None),
    ];
    for (name, role, teacher) in roles {
        let person = Person {
            id: Id::new(created_at),
            email: format!("{}@example.org", name.to_lowercase()),
            name: name.to_owned(),
            language: Language::Fr,
            has_password: false,
            created_at,
        };
        let school = (role != Role::Operator).then(|| fixture.school.id.clone());
        let membership =
            Membership { id: Id::new(created_at), person: person.id.clone(), role, school, teacher, created_at };
        fixture
            .store
            .write_now(|conn| {
                store::people::insert(conn, &person, None)?;
                store::memberships::insert(conn, &membership)
            })
            .unwrap();
    }
    fixture
}

fn names(part: Vec<(Membership, Person)>) -> Vec<String> {
    part.into_iter().map(|(_, person)| person.name).collect()
}

fn parts_put_together_are_everybody_in_order(backend: Backend) {
    let fixture = settled(backend);
    let everybody = ["Xavier", "Bertrand", "Yves", "Anne", "Zoé"];
    for size in 1..=6 {
        let mut seen = Vec::new();
        for skip in (0..6).step_by(size) {
            let part = names(fixture.read(|conn| store::memberships::part(conn, skip, size)));
            assert_eq!(part, everybody[skip.min(5)..(skip + size).min(5)], "{size} after {skip}");
            seen.extend(part);
        }
        assert_eq!(seen, everybody);
    }
    let ids = fixture.read(|conn| store::people::found(conn, &|_, _| true, 10));
    assert_eq!(names(fixture.read(|conn| store::memberships::of_people(conn, &ids))), everybody);
}

fn whoever_is_looked_for_is_found(backend: Backend) {
    let fixture = settled(backend);
    let found = |most| fixture.read(|conn| store::people::found(conn, &|name, _| name.contains('e'), most));
    assert_eq!((found(10).len(), found(2).len(), found(1).len()), (4, 2, 1), "Anne, Bertrand, Xavier, Yves");
    let by_address = fixture.read(|conn| store::people::found(conn, &|_, email| email.starts_with("xavier@"), 10));
    let found = names(fixture.read(|conn| store::memberships::of_people(conn, &by_address)));
    assert_eq!(found, ["Xavier"]);
}
