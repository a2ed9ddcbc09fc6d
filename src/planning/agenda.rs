//! Everything that takes place, to ask whether one class more fits.

use super::{
    names::Names,
    obstacle::{Obstacle, Who},
    room::Room,
};
use crate::domain::{
    capacity::Pool,
    id::Id,
    people::School,
    session::{PoolUse, Session},
};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// What takes place over a stretch of time: the use of a school's pools by everybody, and its people's classes.
#[derive(Clone, Debug)]
pub struct Agenda {
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
    /// Nothing takes place yet.
    pub fn new(school: &School, pools: &[Pool], from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        let zone = school.zone();
        Self { rooms: pools.iter().map(|pool| Room::new(pool, from, to, zone)).collect(), busy: HashMap::new() }
    }

    /// Puts in what sessions take of the pools.
    pub fn add_uses<'a>(&mut self, uses: impl IntoIterator<Item = &'a PoolUse>) {
        for each in uses {
            if let Some(room) = self.rooms.iter_mut().find(|room| room.pool == each.pool) {
                room.add(each.starts_at, each.ends_at, each.connections);
            }
        }
    }

    /// Puts in where the people of a session are.
    pub fn add_people(&mut self, session: &Session) {
        for id in session.teachers.iter().chain(&session.groups) {
            let busy = Busy { from: session.starts_at, to: session.ends_at, title: session.title.clone() };
            self.busy.entry(id.clone()).or_default().push(busy);
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
