//! Everything that takes place, to ask whether one class more fits.

use super::{
    names::Names,
    obstacle::{Obstacle, Who},
    room::Room,
};
use crate::domain::{
    capacity::{Pool, PoolUse},
    id::Id,
    people::{Overlaps, School},
    session::Session,
};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// What takes place over a stretch of time: the use of a school's pools by everybody, and its people's classes.
#[derive(Clone, Debug)]
pub struct Agenda {
    school: Id,
    overlaps: Overlaps,
    rooms: Vec<Room>,
    busy: HashMap<Id, Vec<Busy>>,
}

#[derive(Clone, Debug)]
struct Busy {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    title: String,
}

impl Agenda {
    /// Nothing takes place yet. Groups with pupils in common are never in two classes at a time.
    pub fn new(school: &School, pools: &[Pool], overlaps: Overlaps, from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        let zone = school.zone();
        let rooms = pools.iter().map(|pool| Room::new(pool, from, to, zone)).collect();
        Self { school: school.id.clone(), overlaps, rooms, busy: HashMap::new() }
    }

    /// Puts in what is known to be taken of the pools.
    pub fn add_uses<'a>(&mut self, uses: impl IntoIterator<Item = &'a PoolUse>) {
        for each in uses {
            if let Some(room) = self.rooms.iter_mut().find(|room| room.pool == each.pool) {
                room.add_use(each);
            }
        }
    }

    /// Takes out what a session takes of every pool of the school; its people stay.
    pub fn remove_use(&mut self, session: &Session) {
        for room in &mut self.rooms {
            room.remove(session.starts_at, session.ends_at, session.connections);
        }
    }

    /// Takes out what a session of any school takes of these pools.
    pub fn remove_use_by(&mut self, session: &Session, pools: &[Id]) {
        for room in self.rooms.iter_mut().filter(|room| pools.contains(&room.pool)) {
            if session.school == self.school {
                room.remove(session.starts_at, session.ends_at, session.connections);
            } else {
                room.remove_of_others(session.starts_at, session.ends_at, session.connections);
            }
        }
    }

    /// How full the fullest pool would be with a session, of 1.
    pub fn load_with(&self, session: &Session) -> f64 {
        let loads =
            self.rooms.iter().map(|room| room.load_with(session.starts_at, session.ends_at, session.connections));
        loads.fold(0.0, f64::max)
    }

    /// Somebody is busy, whatever with.
    pub fn add_busy(&mut self, who: &Id, from: DateTime<Utc>, to: DateTime<Utc>, title: &str) {
        self.busy.entry(who.clone()).or_default().push(Busy { from, to, title: title.to_owned() });
    }

    /// Somebody of the school is in a class. Of groups that attend together the overlap is no clash, but with another
    /// class it is.
    pub fn add_person(&mut self, who: &Id, from: DateTime<Utc>, to: DateTime<Utc>, title: &str) {
        self.add_busy(who, from, to, title);
        let others: Vec<Id> = self.overlaps.with(who).cloned().collect();
        others.iter().for_each(|id| self.add_busy(id, from, to, title));
    }

    /// Puts in where the people of a session are.
    pub fn add_people(&mut self, session: &Session) {
        for id in session.teachers.iter().chain(&session.groups) {
            self.add_person(id, session.starts_at, session.ends_at, &session.title);
        }
    }

    /// Puts a session in: its people, and what it takes of every pool of the school.
    pub fn add(&mut self, session: &Session) {
        self.add_people(session);
        for room in &mut self.rooms {
            room.add(session.starts_at, session.ends_at, session.connections);
        }
    }

    /// Whether a session that is not in yet fits.
    pub fn is_free(&self, session: &Session) -> bool {
        self.rooms.iter().all(|room| room.full(session.starts_at, session.ends_at, session.connections).is_none())
            && session.teachers.iter().chain(&session.groups).all(|id| self.meets(id, session).is_none())
    }

    /// Everything that stands against a session that is not in yet.
    pub fn obstacles(&self, session: &Session, names: &Names) -> Vec<Obstacle> {
        let full = self.rooms.iter().filter_map(|room| {
            let full = room.full(session.starts_at, session.ends_at, session.connections)?;
            Some(Obstacle::pool(&full, names))
        });
        let teachers = session.teachers.iter().filter_map(|id| {
            let busy = self.meets(id, session)?;
            Some(Obstacle::busy(&Who::Teacher(id.clone()), busy.from.max(session.starts_at), &busy.title, names))
        });
        let groups = session.groups.iter().filter_map(|id| {
            let busy = self.meets(id, session)?;
            Some(Obstacle::busy(&Who::Group(id.clone()), busy.from.max(session.starts_at), &busy.title, names))
        });
        full.chain(teachers).chain(groups).collect()
    }

    /// The use of one pool.
    pub fn room(&self, pool: &Id) -> Option<&Room> {
        self.rooms.iter().find(|room| room.pool == *pool)
    }

    fn meets(&self, who: &Id, session: &Session) -> Option<&Busy> {
        let busy = self.busy.get(who)?;
        busy.iter().find(|busy| busy.from < session.ends_at && session.starts_at < busy.to)
    }
}
