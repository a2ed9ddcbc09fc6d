//! Whatever placing a class asks of a school has a new stamp after each change, and an old one after none.

use crate::{
    fixture::{Fixture, at},
    support::service::{Backend, on_both},
};
use chrono::Utc;
use creneau::{
    domain::{
        booking::BookingRules,
        calendar::{LunchBreak, SchoolCalendar},
        capacity::{DatedLimit, Pool, PoolKind},
        id::Id,
        people::{Group, Platform},
    },
    store::{self, Conn, StoreError},
};
use std::collections::BTreeMap;

on_both!(every_change_has_a_stamp_of_its_own, what_is_taken_back_leaves_no_stamp);

type Change = (&'static str, Box<dyn FnMut(&mut Conn) -> Result<(), StoreError>>);

fn stamps(fixture: &Fixture) -> Vec<String> {
    let id = &fixture.school.id;
    let stamps = fixture.read(|conn| store::stamps::of_site(conn, id));
    // Of many schools at once they are the same.
    let unknown = Id::from("unknown");
    let of_schools = fixture.read(|conn| store::stamps::of_schools(conn, &[unknown.clone(), id.clone()]));
    assert!(of_schools.len() == 1 && of_schools[id].0 == stamps, "{of_schools:?}");
    stamps
}

fn own_pool(fixture: &Fixture) -> Pool {
    fixture.read(|conn| store::pools::of_school(conn, &fixture.school.id)).remove(0)
}

fn every_change_has_a_stamp_of_its_own(backend: Backend) {
    let fixture = Fixture::new(backend, 60);
    let (school, pool) = (fixture.school.clone(), own_pool(&fixture));
    let (id, teacher, group) = (school.id.clone(), fixture.teachers[0].clone(), fixture.groups[0].clone());
    let shared = Pool {
        id: Id::new(Utc::now()),
        time_zone: Some("Europe/Paris".into()),
        ..Pool::plain("shared", PoolKind::Concurrent, 200)
    };
    let platform = Platform {
        id: Id::new(Utc::now()),
        name: "e-lyco".into(),
        time_zone: "Europe/Paris".into(),
        federation: None,
        created_at: Utc::now(),
    };
    let weights = BTreeMap::from([(id.clone(), 3)]);
    fixture
        .store
        .write_now(|conn| {
            store::platforms::insert(conn, &platform)?;
            store::pools::insert(conn, &shared)
        })
        .unwrap();
    let lunch = LunchBreak { weekday: None, from_minute: 720, to_minute: 780 };
    let renamed = creneau::domain::people::School { name: "Collège Anne-Frank".into(), ..school.clone() };
    let newcomer = Group::new(Id::new(Utc::now()), id.clone(), "6e D", 20);
    let dated = DatedLimit { starts_at: at("2020-03-23T09:00"), ends_at: at("2020-03-23T10:00"), connections: 5 };
    let (raised, cut) = (Pool { connections: 61, ..pool.clone() }, Pool { dated: vec![dated], ..pool.clone() });
    let wider = Pool { connections: 300, ..shared.clone() };
    let (leaver, leaver_too) = (fixture.teachers[1].id.clone(), newcomer.id.clone());
    let changes: Vec<Change> = vec![
        ("the school is renamed", Box::new(move |conn| store::schools::update(conn, &renamed))),
        ("it has a lunch break", {
            let (id, calendar) = (id.clone(), SchoolCalendar { lunch: vec![lunch], ..SchoolCalendar::default() });
            Box::new(move |conn| store::calendars::replace(conn, &id, &calendar))
        }),
        ("it uses a platform", {
            let (id, platform) = (id.clone(), platform.id);
            Box::new(move |conn| store::platforms::set_of_school(conn, &id, Some(&platform)))
        }),
        ("its rules change", {
            let (id, rules) = (id.clone(), BookingRules { hold_minutes: 3, ..BookingRules::default() });
            Box::new(move |conn| store::bookings::set_rules(conn, &id, &rules))
        }),
        ("a teacher has a link", {
            let linked = creneau::domain::people::Teacher { link: Some("https://a.example".into()), ..teacher };
            Box::new(move |conn| store::teachers::update(conn, &linked))
        }),
        ("a teacher goes", Box::new(move |conn| store::teachers::delete(conn, &leaver))),
        ("a group comes", Box::new(move |conn| store::groups::insert(conn, &newcomer))),
        ("a group grows", {
            let grown = Group { headcount: 30, ..group };
            Box::new(move |conn| store::groups::update(conn, &grown))
        }),
        ("a group learns", {
            let group = fixture.groups[1].id.clone();
            Box::new(move |conn| store::groups::set_learned(conn, &group, Some(90)))
        }),
        ("a group forgets", {
            let group = fixture.groups[1].id.clone();
            Box::new(move |conn| store::groups::forget_learned(conn, &group, at("2020-03-23T09:00")))
        }),
        ("a group goes", Box::new(move |conn| store::groups::delete(conn, &leaver_too))),
        ("its limit is raised", Box::new(move |conn| store::pools::update(conn, &raised))),
        ("its limit is lowered for an hour", Box::new(move |conn| store::pools::update(conn, &cut))),
        ("it uses another pool", {
            let (id, shared) = (id.clone(), shared.id.clone());
            Box::new(move |conn| store::pools::attach(conn, &id, &shared, false))
        }),
        ("that pool is shared out", {
            let shared = shared.id.clone();
            Box::new(move |conn| store::shares::replace(conn, &shared, 50, &weights))
        }),
        ("that pool's limit is raised", Box::new(move |conn| store::pools::update(conn, &wider))),
        ("it does not use that pool any more", Box::new(move |conn| store::pools::detach(conn, &id, &shared.id))),
    ];
    let mut before = stamps(&fixture);
    assert_eq!(before, stamps(&fixture), "nothing has changed");
    for (what, mut change) in changes {
        fixture.store.write_now(|conn| change(conn)).unwrap();
        let after = stamps(&fixture);
        assert_ne!(before, after, "{what}");
        before = after;
    }
}

fn what_is_taken_back_leaves_no_stamp(backend: Backend) {
    let fixture = Fixture::new(backend, 60);
    let before = stamps(&fixture);
    let mut within = Vec::new();
    let raised = Pool { connections: 61, ..own_pool(&fixture) };
    let undone = fixture.store.write_now(|conn| {
        store::pools::update(conn, &raised)?;
        within.push(store::stamps::of_site(conn, &fixture.school.id)?);
        Err::<(), StoreError>(StoreError::NotFound)
    });
    assert!(matches!(undone, Err(StoreError::NotFound)));
    assert_eq!(stamps(&fixture), before);
    fixture.store.write_now(|conn| store::pools::update(conn, &raised)).unwrap();
    // A stamp of what never was must not come back for something else.
    assert!(!within.contains(&stamps(&fixture)));
}
