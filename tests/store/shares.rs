//! Pools that are shared out: what schools take beyond their guaranteed parts, as it is kept with their classes.

use crate::{
    fixture::{Fixture, at},
    support::service::{Backend, on_both},
};
use chrono::{Duration, Utc};
use creneau::{
    domain::{
        capacity::{CELL, Pool, PoolKind, PoolUse, WeeklyLimit},
        id::Id,
        people::{Group, School},
        session::{Session, SessionState},
        time::WeekSpan,
    },
    store::{self, Conn, StoreError},
};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use std::collections::BTreeMap;

on_both!(what_is_kept_is_what_is_counted_after_any_changes, what_is_read_is_as_much_for_many_schools_as_for_two,);

/// Three schools that share a pool, and a random run of changes.
struct Run {
    fixture: Fixture,
    pool: Pool,
    schools: Vec<Id>,
    sessions: Vec<Session>,
    random: StdRng,
}

impl Run {
    fn new(backend: Backend, schools: usize) -> Self {
        let fixture = Fixture::new(backend, 10_000);
        let mut pool = Pool { id: Id::new(Utc::now()), ..Pool::plain("platform", PoolKind::Concurrent, 100) };
        pool.time_zone = Some("Europe/Paris".into());
        let mut ids = vec![fixture.school.id.clone()];
        let new: Vec<School> = (1..schools)
            .map(|number| School {
                id: Id::new(Utc::now()),
                name: format!("School {number}"),
                ..fixture.school.clone()
            })
            .collect();
        ids.extend(new.iter().map(|school| school.id.clone()));
        fixture
            .store
            .write_now(|conn| {
                store::pools::insert(conn, &pool)?;
                new.iter().try_for_each(|school| store::schools::insert(conn, school))?;
                ids.iter().try_for_each(|school| store::pools::attach(conn, school, &pool.id, false))
            })
            .unwrap();
        Self { fixture, pool, schools: ids, sessions: Vec::new(), random: StdRng::seed_from_u64(7) }
    }

    fn write(&self, mut body: impl FnMut(&mut Conn) -> Result<(), StoreError>) {
        self.fixture.store.write_now(|conn| body(conn)).unwrap();
    }

    fn school(&mut self) -> Id {
        self.schools.choose(&mut self.random).unwrap().clone()
    }

    fn session(&mut self) -> Session {
        let starts_at = at("2020-03-23T08:00") + CELL * self.random.random_range(0..12);
        Session {
            id: Id::new(Utc::now()),
            school: self.school(),
            request: None,
            title: "Maths".into(),
            teachers: vec![],
            groups: vec![],
            connections: self.random.random_range(1..40),
            link: None,
            starts_at,
            ends_at: starts_at + CELL * self.random.random_range(1..6),
            state: SessionState::Confirmed,
            held_until: None,
            moved_by: None,
            sequence: 0,
            created_at: starts_at,
            changed_at: starts_at,
        }
    }

    /// One change of any kind.
    fn step(&mut self) {
        let id = self.pool.id.clone();
        match self.random.random_range(0..10) {
            0..4 => {
                let new = [self.session(), self.session()];
                self.write(|conn| store::sessions::insert(conn, &new));
                self.sessions.extend(new);
            }
            4..6 if !self.sessions.is_empty() => {
                let place = self.random.random_range(0..self.sessions.len());
                let other = self.session();
                let old = self.sessions[place].clone();
                let states = [SessionState::Confirmed, SessionState::Cancelled];
                let state = *states.choose(&mut self.random).unwrap();
                let new = Session { id: old.id, school: old.school, state, ..other };
                self.write(|conn| store::sessions::update(conn, &new));
                self.sessions[place] = new;
            }
            6 if !self.sessions.is_empty() => {
                let place = self.random.random_range(0..self.sessions.len());
                let old = self.sessions.swap_remove(place);
                self.write(|conn| store::sessions::remove(conn, &old.id));
            }
            7 => {
                let group = Group::new(Id::new(Utc::now()), self.school(), Id::new(Utc::now()).to_string(), 30);
                self.write(|conn| {
                    store::groups::insert(conn, &group)?;
                    store::shares::follow_heads(conn, &group.school)
                });
            }
            8 => {
                let weights: BTreeMap<Id, u32> = match self.random.random_range(0..3) {
                    0 => BTreeMap::new(),
                    _ => [(self.school(), self.random.random_range(0..100))].into(),
                };
                let percent = *[0, 50, 80, 100].choose(&mut self.random).unwrap();
                self.write(|conn| store::shares::replace(conn, &id, percent, &weights));
            }
            _ => {
                let school = self.school();
                let span = WeekSpan { weekday: 1, from_minute: 510, to_minute: 540 };
                self.pool.weekly = vec![WeeklyLimit { span, connections: self.random.random_range(0..120) }];
                let pool = self.pool.clone();
                self.write(|conn| {
                    store::pools::detach(conn, &school, &id)?;
                    store::pools::update(conn, &pool)?;
                    store::pools::attach(conn, &school, &id, false)
                });
            }
        }
    }

    fn seen_by(&self, school: &Id) -> Vec<PoolUse> {
        let day = (at("2020-03-23T00:00"), at("2020-03-24T00:00"));
        let mut uses = self.fixture.read(|conn| {
            let pools = store::pools::of_school(conn, school)?;
            store::usage::seen_by(conn, school, &pools, day)
        });
        uses.retain(|taken| taken.pool == self.pool.id);
        uses.sort_by_key(|taken| taken.at);
        uses
    }

    /// Whether what is kept is what is counted, for all and for each school.
    fn holds(&self) {
        let counted = self.fixture.read(|conn| store::usage::recomputed(conn, &self.pool.id));
        let seen: Vec<Vec<PoolUse>> = self.schools.iter().map(|school| self.seen_by(school)).collect();
        let pool = self.fixture.read(|conn| store::pools::get(conn, &self.pool.id));
        for (index, expected) in counted.iter().enumerate() {
            let own: u32 = seen.iter().map(|uses| uses[index].own).sum();
            let all = if pool.share.is_some() { expected.connections } else { 0 };
            assert_eq!(own, all, "what schools take is what all take");
            for uses in &seen {
                assert_eq!(PoolUse { own: 0, ..uses[index].clone() }, *expected);
            }
        }
        assert!(seen.iter().all(|uses| uses.len() == counted.len()));
    }
}

fn what_is_kept_is_what_is_counted_after_any_changes(backend: Backend) {
    let mut run = Run::new(backend, 3);
    let pool = run.pool.id.clone();
    run.write(|conn| store::shares::replace(conn, &pool, 80, &BTreeMap::new()));
    let mut was_beyond = false;
    for _ in 0..120 {
        run.step();
        run.holds();
        was_beyond |= run.seen_by(&run.schools[0]).iter().any(|taken| taken.beyond > 0);
    }
    assert!(was_beyond, "somebody took of the common part");
}

fn what_is_read_is_as_much_for_many_schools_as_for_two(backend: Backend) {
    let mut run = Run::new(backend, 40);
    let pool = run.pool.id.clone();
    run.write(|conn| store::shares::replace(conn, &pool, 80, &BTreeMap::new()));
    let one = run.session();
    let many: Vec<Session> = run
        .schools
        .iter()
        .map(|school| Session { id: Id::new(Utc::now()), school: school.clone(), connections: 2, ..one.clone() })
        .collect();
    run.write(|conn| store::sessions::insert(conn, &many));
    run.holds();
    let cells = (one.ends_at - one.starts_at).num_minutes() / CELL.num_minutes();
    let seen = run.seen_by(&run.schools[39].clone());
    assert_eq!(i64::try_from(seen.len()).unwrap(), cells, "a row a cell");
    assert!(seen.iter().all(|taken| (taken.connections, taken.own) == (80, 2)));
    let day = Duration::days(1);
    let all = run
        .fixture
        .read(|conn| store::usage::between(conn, std::slice::from_ref(&pool), one.starts_at, one.starts_at + day));
    // Only the first school has groups, and so a guaranteed part: it is within it, the other thirty-nine have none.
    assert!(all.iter().all(|taken| taken.beyond == 78), "{all:?}");
}
