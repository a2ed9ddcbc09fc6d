//! A small school in a database of the test's own, for tests that speak to the use cases directly.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use creneau::{
    app::{
        App, People, Settings,
        notices::{Release, announce},
    },
    domain::{
        id::Id,
        people::{Group, Language, School, Teacher},
        request::Rules,
        round::{Request, Round, RoundState},
        session::{Change, Session, SessionChange, SessionState},
    },
    store::{self, Conn, Store, StoreError},
};
use tempfile::TempDir;

use super::postgres::{self, Database};
use super::service::Backend;

/// A school with one group and the teachers a test names.
pub struct Town {
    /// The use cases on its database.
    pub app: App,
    /// The database.
    pub store: Store,
    /// The school.
    pub school: School,
    /// Its group, `6e B`.
    pub group: Group,
    _folder: TempDir,
    _database: Option<Database>,
}

/// What the installation is called.
pub fn settings() -> Settings {
    Settings { public_url: "https://creneau.example.org".to_owned(), domain: "creneau.example.org".to_owned() }
}

/// A time in UTC: `2020-03-27T08:00`.
pub fn utc(text: &str) -> DateTime<Utc> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").expect("a time").and_utc()
}

impl Town {
    /// An empty database with the school in it.
    pub fn new(backend: Backend, time_zone: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let database = (backend == Backend::Postgres).then(postgres::database);
        let store = match &database {
            Some(database) => Store::open(&database.url, 4),
            None => Store::embedded(folder.path(), 4),
        };
        let store = store.expect("a database");
        store.migrate().expect("tables");
        let now = utc("2020-03-16T08:00");
        let school = School {
            id: Id::new(now),
            uai: None,
            name: "Collège Jules-Verne".to_owned(),
            time_zone: time_zone.to_owned(),
            language: Language::Fr,
            platform: None,
            opening_hours: School::usual_hours(),
            calendar: creneau::domain::calendar::SchoolCalendar::default(),
            created_at: now,
        };
        let group = Group::new(Id::new(now), school.id.clone(), "6e B", 25);
        let round = Round {
            id: Id::from("round"),
            school: school.id.clone(),
            name: "Mars".to_owned(),
            starts_at: utc("2020-03-22T23:00"),
            ends_at: utc("2020-11-29T23:00"),
            step_minutes: 5,
            state: RoundState::Published,
            opens_at: None,
            closes_at: None,
            published_plan: None,
            created_at: now,
        };
        let app = App::new(store.clone(), settings());
        let town = Self { app, store, school, group, _folder: folder, _database: database };
        town.write(|conn| {
            store::schools::insert(conn, &town.school)?;
            store::groups::insert(conn, &town.group)?;
            store::rounds::insert(conn, &round)
        });
        town
    }

    /// One transaction.
    pub fn write<T>(&self, body: impl FnMut(&mut Conn) -> Result<T, StoreError>) -> T {
        self.store.write_now(body).expect("a transaction")
    }

    /// A teacher who reads French.
    pub fn teacher(&self, name: &str, email: &str) -> Teacher {
        let teacher = Teacher {
            id: Id::new(utc("2020-03-16T08:00")),
            school: self.school.id.clone(),
            name: name.to_owned(),
            email: Some(email.to_owned()),
            language: Language::Fr,
            link: None,
        };
        self.write(|conn| store::teachers::insert(conn, &teacher));
        teacher
    }

    /// A published session of the group.
    pub fn session(&self, title: &str, teacher: &Teacher, starts_at: DateTime<Utc>) -> Session {
        let now = utc("2020-03-16T08:00");
        let request = Request {
            id: Id::new(now),
            round: Id::from("round"),
            reference: Id::new(now).to_string(),
            title: title.to_owned(),
            teachers: vec![teacher.id.clone()],
            groups: vec![self.group.id.clone()],
            connections: 25,
            duration_minutes: 55,
            windows: Vec::new(),
            unplaced_cost: 0,
            created_at: now,
            rules: Rules::default(),
            wish: None,
            series: None,
        };
        let session = Session {
            id: Id::new(now),
            school: self.school.id.clone(),
            request: Some(request.id.clone()),
            title: title.to_owned(),
            teachers: request.teachers.clone(),
            groups: request.groups.clone(),
            connections: 25,
            link: None,
            starts_at,
            ends_at: starts_at + Duration::minutes(55),
            state: SessionState::Confirmed,
            held_until: None,
            moved_by: None,
            sequence: 0,
            created_at: now,
            changed_at: now,
        };
        self.write(|conn| {
            store::requests::insert(conn, std::slice::from_ref(&request))?;
            store::sessions::insert(conn, std::slice::from_ref(&session))
        });
        session
    }

    /// Calls a session off at `now`, without a word to anybody.
    pub fn cancel(&self, session: &Session, now: DateTime<Utc>) -> Session {
        let state = SessionState::Cancelled;
        let cancelled = Session { state, sequence: session.sequence + 1, changed_at: now, ..session.clone() };
        self.write(|conn| store::sessions::update(conn, &cancelled));
        cancelled
    }

    /// Tells the teachers of these changes.
    pub fn announce(&self, release: &str, changes: &[(&Session, Change)]) {
        let changes: Vec<SessionChange> = changes
            .iter()
            .map(|(session, change)| SessionChange { session: (*session).clone(), change: *change })
            .collect();
        let (settings, release, now) = (settings(), Release::Change(release.to_owned()), self.app.now());
        self.write(|conn| {
            let people = People::of(conn, &self.school)?;
            announce(conn, &settings, (&self.school, &people), &release, &changes, now)
        });
    }
}
