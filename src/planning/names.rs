//! Names and local times for the sentences that people read.

use crate::domain::{
    capacity::{Pool, PoolKind, Whose},
    id::Id,
    people::{Group, School, Teacher},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use utoipa::ToSchema;

/// An instant, and what the school's clocks show then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Moment {
    /// The instant, in UTC.
    pub utc: DateTime<Utc>,
    /// The school's local time, without an offset.
    #[schema(value_type = String, example = "2020-03-23T09:00:00")]
    pub local: NaiveDateTime,
}

/// An identifier and the name behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Named {
    /// Identifier.
    pub id: Id,
    /// Name.
    pub name: String,
}

/// What things are called.
#[derive(Clone, Debug)]
pub struct Names {
    zone: Tz,
    teachers: HashMap<Id, String>,
    links: HashMap<Id, String>,
    groups: HashMap<Id, String>,
    pools: HashMap<Id, String>,
    shared_out: HashSet<Id>,
    arrivals: HashSet<Id>,
    owners: HashMap<Id, Whose>,
}

/// For what has no name any more.
const NAMELESS: &str = "?";

impl Names {
    /// The names of one school.
    pub fn new(school: &School, teachers: &[Teacher], groups: &[Group], pools: &[Pool]) -> Self {
        Self {
            zone: school.zone(),
            teachers: teachers.iter().map(|one| (one.id.clone(), one.name.clone())).collect(),
            links: teachers.iter().filter_map(|one| Some((one.id.clone(), one.link.clone()?))).collect(),
            groups: groups.iter().map(|one| (one.id.clone(), one.name.clone())).collect(),
            pools: pools.iter().map(|one| (one.id.clone(), one.name.clone())).collect(),
            shared_out: pools.iter().filter(|one| one.share.is_some()).map(|one| one.id.clone()).collect(),
            arrivals: pools.iter().filter(|one| one.kind != PoolKind::Concurrent).map(|one| one.id.clone()).collect(),
            owners: pools.iter().map(|one| (one.id.clone(), one.owner.whose())).collect(),
        }
    }

    /// A teacher's name.
    pub fn teacher(&self, id: &Id) -> &str {
        self.teachers.get(id).map_or(NAMELESS, String::as_str)
    }

    /// The link of a class of these teachers that names none itself: that of the first of them who has one.
    pub fn usual_link(&self, teachers: &[Id]) -> Option<String> {
        teachers.iter().find_map(|id| self.links.get(id).cloned())
    }

    /// A group's name.
    pub fn group(&self, id: &Id) -> &str {
        self.groups.get(id).map_or(NAMELESS, String::as_str)
    }

    /// A pool's name.
    pub fn pool(&self, id: &Id) -> &str {
        self.pools.get(id).map_or(NAMELESS, String::as_str)
    }

    /// Whether a pool is shared out, so that what it allows is what it allows this school.
    pub fn is_shared_out(&self, pool: &Id) -> bool {
        self.shared_out.contains(pool)
    }

    /// Whether a pool counts the connections that begin, such as sign-ins, and not those that are open.
    pub fn counts_arrivals(&self, pool: &Id) -> bool {
        self.arrivals.contains(pool)
    }

    /// Whose limit a pool is.
    pub fn whose(&self, pool: &Id) -> Whose {
        self.owners.get(pool).copied().unwrap_or_default()
    }

    /// Teachers with their names.
    pub fn teachers(&self, ids: &[Id]) -> Vec<Named> {
        ids.iter().map(|id| Named { id: id.clone(), name: self.teacher(id).to_owned() }).collect()
    }

    /// Groups with their names.
    pub fn groups(&self, ids: &[Id]) -> Vec<Named> {
        ids.iter().map(|id| Named { id: id.clone(), name: self.group(id).to_owned() }).collect()
    }

    /// An instant with its local time.
    pub fn moment(&self, at: DateTime<Utc>) -> Moment {
        Moment { utc: at, local: at.with_timezone(&self.zone).naive_local() }
    }

    /// The local time, e.g. `Mon 23 Mar 09:00`.
    pub fn local(&self, at: DateTime<Utc>) -> String {
        shown(self.moment(at).local)
    }

    /// A stretch of local time, e.g. `Mon 23 Mar 09:00–09:55`.
    pub fn local_span(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> String {
        span(self.moment(from).local, self.moment(to).local)
    }

    /// The local date, e.g. `Mon 23 Mar`.
    pub fn date(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%a %-d %b").to_string()
    }
}

/// A time for people, e.g. `Mon 23 Mar 09:00`.
pub fn shown(at: NaiveDateTime) -> String {
    at.format("%a %-d %b %H:%M").to_string()
}

/// A stretch of time for people: the day is named twice only where there are two.
pub fn span(from: NaiveDateTime, to: NaiveDateTime) -> String {
    let end = if from.date() == to.date() { to.format("%H:%M").to_string() } else { shown(to) };
    format!("{}–{end}", shown(from))
}
