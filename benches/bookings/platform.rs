//! Schools that share a platform's pool, put in by the store's own functions.

use chrono::{DateTime, Duration, Utc};
use creneau::{
    app::{App, Settings},
    domain::{
        calendar::SchoolCalendar,
        capacity::{Pool, PoolKind},
        id::Id,
        people::{Group, Language, School, Teacher},
        session::{Session, SessionState},
    },
    store::{self, Conn, Store, StoreError},
};

/// Teachers of each school, and groups.
pub const PEOPLE: usize = 8;
/// Large enough for all: what is measured is the way to yes.
const ROOM: u32 = 10_000_000;
/// Sessions that are entered at a time.
const AT_A_TIME: usize = 5000;

/// A school with its people.
pub struct Site {
    pub school: School,
    pub teachers: Vec<Id>,
    pub groups: Vec<Id>,
    pub pools: [Id; 2],
}

/// The use cases on a new database with so many schools.
pub fn open(url: &str, schools: usize) -> Result<(App, Store, Vec<Site>), StoreError> {
    let store = Store::open(url, 8)?;
    store.migrate()?;
    let shared = Pool { id: Id::new(Utc::now()), ..Pool::plain("platform/shared", PoolKind::Concurrent, ROOM) };
    let sites = store.write_now(|conn| -> Result<Vec<Site>, StoreError> {
        store::pools::insert(conn, &shared)?;
        (0..schools).map(|number| site(conn, number, &shared.id)).collect()
    })?;
    let settings = Settings { public_url: "http://localhost".to_owned(), domain: "localhost".to_owned() };
    Ok((App::new(store.clone(), settings), store, sites))
}

/// Monday, 18 March 2030, at eight in Paris.
pub fn monday() -> DateTime<Utc> {
    DateTime::from_timestamp(1_900_047_600, 0).unwrap_or_default()
}

/// Where class hours begin in a school's day, in hours after eight.
const HOURS: [i64; 7] = [0, 1, 2, 3, 6, 7, 8];

/// The start of a class hour, counted through the weeks from that Monday on.
pub fn hour(number: usize) -> DateTime<Utc> {
    let (day, hour) = (number / HOURS.len(), HOURS[number % HOURS.len()]);
    let days = i64::try_from(day / 5 * 7 + day % 5).unwrap_or_default();
    monday() + Duration::days(days) + Duration::hours(hour)
}

/// A class of one of the school's teachers with one of its groups.
pub fn class(site: &Site, person: usize, starts_at: DateTime<Utc>) -> Session {
    let now = Utc::now();
    Session {
        id: Id::new(now),
        school: site.school.id.clone(),
        request: None,
        title: "Maths".to_owned(),
        teachers: vec![site.teachers[person].clone()],
        groups: vec![site.groups[person].clone()],
        connections: 26,
        link: None,
        starts_at,
        ends_at: starts_at + Duration::minutes(55),
        state: SessionState::Confirmed,
        held_until: None,
        moved_by: None,
        sequence: 0,
        created_at: now,
        changed_at: now,
    }
}

/// Enters sessions, however many.
pub fn fill(store: &Store, sessions: &[Session]) -> Result<(), StoreError> {
    sessions
        .chunks(AT_A_TIME)
        .try_for_each(|part| store.write_now(|conn| -> Result<(), StoreError> { store::sessions::insert(conn, part) }))
}

fn site(conn: &mut Conn, number: usize, shared: &Id) -> Result<Site, StoreError> {
    let now = Utc::now();
    let school = School {
        id: Id::new(now),
        uai: None,
        name: format!("Collège {number}"),
        time_zone: "Europe/Paris".to_owned(),
        language: Language::Fr,
        platform: None,
        opening_hours: School::usual_hours(),
        calendar: SchoolCalendar::default(),
        created_at: now,
    };
    store::schools::insert(conn, &school)?;
    let own = Pool { id: Id::new(now), ..Pool::plain(&format!("school/{number}"), PoolKind::Concurrent, ROOM) };
    store::pools::insert(conn, &own)?;
    store::pools::attach(conn, &school.id, &own.id, true)?;
    store::pools::attach(conn, &school.id, shared, false)?;
    let mut site = Site { teachers: Vec::new(), groups: Vec::new(), pools: [own.id, shared.clone()], school };
    for person in 0..PEOPLE {
        let teacher = Teacher {
            id: Id::new(now),
            school: site.school.id.clone(),
            name: format!("Teacher {person}"),
            email: None,
            language: Language::Fr,
            link: None,
        };
        store::teachers::insert(conn, &teacher)?;
        let group = Group::new(Id::new(now), site.school.id.clone(), format!("Group {person}"), 25);
        store::groups::insert(conn, &group)?;
        site.teachers.push(teacher.id);
        site.groups.push(group.id);
    }
    Ok(site)
}
