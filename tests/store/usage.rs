//! What classes take of pools, as it is kept with them.

use crate::{
    fixture::{Fixture, at, code},
    support::service::{Backend, on_both},
};
use chrono::{DateTime, Duration, Utc};
use creneau::{
    domain::{
        capacity::{Pool, PoolKind, PoolUse},
        id::Id,
        session::{Session, SessionState},
    },
    store,
};

on_both!(use_follows_every_change, a_pool_that_joins_or_leaves_is_counted, a_teacher_is_one_person_in_two_schools);

fn session(fixture: &Fixture, starts_at: DateTime<Utc>, connections: u32) -> Session {
    Session {
        id: Id::new(Utc::now()),
        school: fixture.school.id.clone(),
        request: None,
        title: "Maths".into(),
        teachers: vec![fixture.teachers[0].id.clone()],
        groups: vec![fixture.groups[0].id.clone()],
        connections,
        link: None,
        starts_at,
        ends_at: starts_at + Duration::minutes(15),
        state: SessionState::Confirmed,
        held_until: None,
        moved_by: None,
        sequence: 0,
        created_at: at("2020-03-20T08:00"),
        changed_at: at("2020-03-20T08:00"),
    }
}

/// Use by pool's place in the list, minutes after eight, and connections.
fn used(fixture: &Fixture, pools: &[Id]) -> Vec<(usize, i64, u32)> {
    let eight = at("2020-03-23T08:00");
    let day = Duration::days(1);
    let mut uses = fixture.read(|conn| store::usage::between(conn, pools, eight - day, eight + day));
    let key = |taken: &PoolUse| (taken.pool.clone(), taken.at);
    uses.sort_by_key(key);
    let mut counted: Vec<PoolUse> =
        pools.iter().flat_map(|pool| fixture.read(|conn| store::usage::recomputed(conn, pool))).collect();
    counted.sort_by_key(key);
    assert_eq!(uses, counted, "the stored use is that of the sessions");
    let place = |pool: &Id| pools.iter().position(|other| other == pool).unwrap();
    let mut out: Vec<_> = uses.iter().map(|u| (place(&u.pool), (u.at - eight).num_minutes(), u.connections)).collect();
    out.sort_unstable();
    out
}

fn own(fixture: &Fixture) -> Id {
    fixture.read(|conn| store::pools::of_school(conn, &fixture.school.id))[0].id.clone()
}

fn use_follows_every_change(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    let pools = [own(&fixture)];
    let eight = at("2020-03-23T08:00");
    let (one, two) = (session(&fixture, eight, 20), session(&fixture, eight + Duration::minutes(10), 5));
    let write = |body: &mut dyn FnMut(&mut store::Conn) -> Result<(), store::StoreError>| {
        fixture.store.write_now(|conn| body(conn)).unwrap();
    };
    write(&mut |conn| store::sessions::insert(conn, &[one.clone(), two.clone()]));
    assert_eq!(used(&fixture, &pools), [(0, 0, 20), (0, 5, 20), (0, 10, 25), (0, 15, 5), (0, 20, 5)]);
    let later =
        Session { starts_at: eight + Duration::minutes(15), ends_at: eight + Duration::minutes(25), ..one.clone() };
    write(&mut |conn| store::sessions::update(conn, &later));
    assert_eq!(used(&fixture, &pools), [(0, 10, 5), (0, 15, 25), (0, 20, 25)]);
    let off = Session { state: SessionState::Cancelled, ..later.clone() };
    write(&mut |conn| store::sessions::update(conn, &off));
    assert_eq!(used(&fixture, &pools), [(0, 10, 5), (0, 15, 5), (0, 20, 5)]);
    let held = Session { state: SessionState::Held, held_until: Some(eight), ..session(&fixture, eight, 7) };
    write(&mut |conn| store::sessions::insert(conn, std::slice::from_ref(&held)));
    assert_eq!(used(&fixture, &pools)[..2], [(0, 0, 7), (0, 5, 7)]);
    let expired = fixture.read(|conn| store::sessions::expired(conn, &pools, eight));
    assert_eq!(expired, std::slice::from_ref(&held));
    write(&mut |conn| store::sessions::remove(conn, &held.id));
    write(&mut |conn| store::sessions::remove(conn, &two.id));
    assert!(used(&fixture, &pools).is_empty());
}

fn a_pool_that_joins_or_leaves_is_counted(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    let eight = at("2020-03-23T08:00");
    let one = session(&fixture, eight, 20);
    let logins = PoolKind::Arrivals { window_minutes: 10 };
    let pool = Pool { id: Id::new(Utc::now()), ..Pool::plain("login/nantes", logins, 50) };
    let pools = [pool.id.clone()];
    let write = |body: &mut dyn FnMut(&mut store::Conn) -> Result<(), store::StoreError>| {
        fixture.store.write_now(|conn| body(conn)).unwrap();
    };
    write(&mut |conn| store::sessions::insert(conn, std::slice::from_ref(&one)));
    write(&mut |conn| store::pools::insert(conn, &pool));
    assert!(used(&fixture, &pools).is_empty());
    for _ in 0..2 {
        write(&mut |conn| store::pools::attach(conn, &fixture.school.id, &pool.id, false));
        assert_eq!(used(&fixture, &pools), [(0, 0, 20)]);
    }
    write(&mut |conn| store::pools::update(conn, &Pool { kind: PoolKind::Concurrent, ..pool.clone() }));
    assert_eq!(used(&fixture, &pools), [(0, 0, 20), (0, 5, 20), (0, 10, 20)]);
    write(&mut |conn| store::pools::detach(conn, &fixture.school.id, &pool.id));
    assert!(used(&fixture, &pools).is_empty());
}

fn a_teacher_is_one_person_in_two_schools(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    let eight = at("2020-03-23T08:00");
    let other = creneau::domain::people::School {
        id: Id::new(Utc::now()),
        name: "Lycée Clemenceau".into(),
        ..fixture.school.clone()
    };
    let mut here = fixture.teachers[0].clone();
    here.email = Some("ada@example.org".into());
    let there = creneau::domain::people::Teacher { id: Id::new(Utc::now()), school: other.id.clone(), ..here.clone() };
    let class = Session {
        school: other.id.clone(),
        teachers: vec![there.id.clone()],
        groups: vec![],
        ..session(&fixture, eight, 20)
    };
    fixture
        .store
        .write_now(|conn| {
            store::schools::insert(conn, &other)?;
            store::teachers::update(conn, &here)?;
            store::teachers::insert(conn, &there)?;
            store::sessions::insert(conn, std::slice::from_ref(&class))
        })
        .unwrap();
    let day = Duration::days(1);
    let away = fixture.read(|conn| store::sessions::elsewhere(conn, &fixture.school.id, eight, eight + day, eight));
    assert_eq!(away, [(here.id.clone(), class.starts_at, class.ends_at)]);
    // A hold keeps nobody busy once its time is over.
    let (state, held_until) = (SessionState::Held, Some(eight - Duration::minutes(1)));
    let held = Session {
        id: Id::new(Utc::now()),
        state,
        held_until,
        starts_at: eight + Duration::hours(2),
        ends_at: eight + Duration::hours(3),
        ..class.clone()
    };
    fixture.store.write_now(|conn| store::sessions::insert(conn, std::slice::from_ref(&held))).unwrap();
    let later = eight + Duration::hours(2);
    let of =
        |now| fixture.read(|conn| store::sessions::elsewhere(conn, &fixture.school.id, later, eight + day, now)).len();
    assert_eq!((of(eight - Duration::hours(1)), of(eight)), (1, 0));
    assert!(fixture.read(|conn| store::sessions::elsewhere(conn, &other.id, eight, eight + day, eight)).is_empty());
    // Nor does one become a class where its teacher was booked elsewhere, as it can be when it seemed to be over there.
    let hold = Session {
        id: Id::new(Utc::now()),
        school: fixture.school.id.clone(),
        teachers: vec![here.id.clone()],
        state,
        held_until: Some(Utc::now() + Duration::minutes(10)),
        ..class
    };
    fixture.store.write_now(|conn| store::sessions::insert(conn, std::slice::from_ref(&hold))).unwrap();
    assert_eq!(code(fixture.wait(fixture.app.confirm(&fixture.admin, &hold.id))), "hold-expired");
}
