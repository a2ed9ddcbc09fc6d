//! A school of two teachers and three groups, with one pool of its own, on a database of the test's own.

use crate::support::{postgres, service::Backend};
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, Utc};
use creneau::{
    app::{App, AppError, Settings, requests::NewRequest, rounds::NewRound},
    domain::{
        access::Principal,
        capacity::{Pool, PoolKind},
        id::Id,
        people::{Group, Language, School, Teacher},
        round::{Plan, PlannedStart, Request, Round},
        wish::{Otherwise, Preferred},
    },
    store::{self, Store, StoreError},
};
use std::future::Future;
use tempfile::TempDir;

pub struct Fixture {
    pub app: App,
    pub store: Store,
    pub school: School,
    pub admin: Principal,
    pub teachers: Vec<Teacher>,
    pub groups: Vec<Group>,
    runtime: tokio::runtime::Runtime,
    _folder: TempDir,
}

impl Fixture {
    /// The school's pool holds so many connections.
    pub fn new(backend: Backend, connections: u32) -> Self {
        let folder = TempDir::new().unwrap();
        let store = match backend {
            Backend::Sqlite => Store::embedded(folder.path(), 12).unwrap(),
            Backend::Postgres => Store::open(&postgres::database().url, 12).unwrap(),
        };
        store.migrate().unwrap();
        let now = Utc::now();
        let school = School {
            id: Id::new(now),
            uai: None,
            name: "Collège Jules-Verne".into(),
            time_zone: "Europe/Paris".into(),
            language: Language::Fr,
            platform: None,
            opening_hours: School::usual_hours(),
            calendar: creneau::domain::calendar::SchoolCalendar::default(),
            created_at: at("2020-03-01T00:00"),
        };
        let teachers: Vec<Teacher> = ["Mme Ada", "M. Bo"]
            .map(|name| Teacher {
                id: Id::new(now),
                school: school.id.clone(),
                name: name.into(),
                email: None,
                language: Language::Fr,
                link: None,
            })
            .into();
        let groups: Vec<Group> =
            ["6e A", "6e B", "6e C"].map(|name| Group::new(Id::new(now), school.id.clone(), name, 25)).into();
        let pool = Pool { id: Id::new(now), ..Pool::plain("school/test", PoolKind::Concurrent, connections) };
        store
            .write_now(|conn| {
                store::schools::insert(conn, &school)?;
                groups.iter().try_for_each(|group| store::groups::insert(conn, group))?;
                teachers.iter().try_for_each(|teacher| store::teachers::insert(conn, teacher))?;
                store::pools::insert(conn, &pool)?;
                store::pools::attach(conn, &school.id, &pool.id, true)
            })
            .unwrap();
        let settings = Settings { public_url: "http://localhost".into(), domain: "creneau.test".into() };
        Self {
            app: App::new(store.clone(), settings),
            store,
            admin: Principal::Admin { school: school.id.clone() },
            school,
            teachers,
            groups,
            runtime: tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap(),
            _folder: folder,
        }
    }

    pub fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// A round of the week of 23 March 2020.
    pub fn round(&self) -> Round {
        let day = |d| NaiveDate::from_ymd_opt(2020, 3, d).unwrap();
        let new = NewRound {
            name: "Semaine 13".into(),
            starts_on: day(23),
            ends_on: day(29),
            step_minutes: 5,
            opens_at: None,
            closes_at: None,
        };
        self.wait(self.app.open_round(&self.admin, &self.school.id, new)).unwrap()
    }

    /// A wish of 55 minutes for a group and a teacher, by their places in the lists.
    pub fn wish(&self, title: &str, teacher: usize, group: usize, start: &str) -> NewRequest {
        NewRequest {
            title: title.into(),
            teachers: vec![self.teachers[teacher].id.clone()],
            groups: vec![self.groups[group].id.clone()],
            duration_minutes: 55,
            preferred: vec![Preferred { start: local(start), tolerance_minutes: 60 }],
            otherwise: Otherwise::AnyDay,
            ..NewRequest::default()
        }
    }

    pub fn enter(&self, round: &Round, wish: NewRequest) -> Request {
        self.wait(self.app.enter_request(&self.admin, &round.id, wish)).unwrap()
    }

    /// Keeps a plan with these starts, without any solver.
    pub fn plan(&self, round: &Round, starts: &[(&Request, Option<DateTime<Utc>>)]) -> Id {
        let plan = Plan {
            id: Id::new(Utc::now()),
            round: round.id.clone(),
            parent: None,
            seed: 1,
            objective: 0,
            weighted_objective: 0.0,
            bound: None,
            optimal: false,
            unplaced: 0,
            limits: None,
            created_at: at("2020-03-20T12:00"),
            starts: starts
                .iter()
                .map(|(request, starts_at)| PlannedStart::new(request.id.clone(), *starts_at))
                .collect(),
        };
        self.store.write_now(|conn| store::plans::insert(conn, &plan)).unwrap();
        plan.id
    }

    pub fn read<T>(&self, body: impl FnMut(&mut store::Conn) -> Result<T, StoreError>) -> T {
        self.store.read_now(body).unwrap()
    }
}

/// A local time of the school.
pub fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

/// The instant at which the school's clocks show it, in the winter.
pub fn at(text: &str) -> DateTime<Utc> {
    local(text).and_utc() - Duration::hours(1)
}

/// The code of a conflict.
pub fn code<T>(result: Result<T, AppError>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(AppError::Conflict { code, .. }) => code,
        Err(AppError::Invalid(_)) => "invalid",
        Err(AppError::NotFound { .. }) => "not-found",
        Err(AppError::Forbidden(_)) => "forbidden",
        Err(other) => panic!("{other:?}"),
    }
}

impl Fixture {
    /// A teacher and a group that nobody else has.
    pub fn newcomers(&self, number: usize) -> (Id, Id) {
        let (name, school) = (format!("New {number}"), self.school.id.clone());
        let teacher = Teacher {
            id: Id::new(Utc::now()),
            school: school.clone(),
            name: name.clone(),
            email: None,
            language: Language::En,
            link: None,
        };
        let group = Group::new(Id::new(Utc::now()), school, name, 25);
        self.store
            .write_now(|conn| {
                store::teachers::insert(conn, &teacher)?;
                store::groups::insert(conn, &group)
            })
            .unwrap();
        (teacher.id, group.id)
    }
}
