//! Sessions: published classes, as calendars show them.

use super::id::Id;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whether a session takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SessionState {
    /// A place that somebody may still confirm, until `held_until`; it takes capacity, and no calendar knows it.
    Held,
    /// It takes place.
    Confirmed,
    /// It does not; calendars are told so.
    Cancelled,
}

impl SessionState {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Confirmed => "confirmed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Who took a class from where it was planned or booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MovedBy {
    /// One of its teachers.
    Teacher,
    /// Somebody who runs the school.
    School,
    /// It exchanged its start with another class.
    Swap,
}

impl MovedBy {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Teacher => "teacher",
            Self::School => "school",
            Self::Swap => "swap",
        }
    }
}

/// A class with a start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Identifier; the calendar UID is made of it.
    pub id: Id,
    /// The school.
    pub school: Id,
    /// The request that it answers; a class that was booked directly answers none.
    pub request: Option<Id>,
    /// What the class is called.
    pub title: String,
    /// Who teaches.
    pub teachers: Vec<Id>,
    /// Who attends.
    pub groups: Vec<Id>,
    /// Connections that it takes.
    pub connections: u32,
    /// The address of the virtual classroom. Calendars show it, so it is the row's own, also where a teacher's was taken.
    pub link: Option<String>,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Whether it takes place.
    pub state: SessionState,
    /// Until when it is held, while it is.
    pub held_until: Option<DateTime<Utc>>,
    /// Who chose its start by hand; nothing where a plan or the booking did. Later plans leave it there without need.
    #[serde(default)]
    pub moved_by: Option<MovedBy>,
    /// How often its time or state changed since it was published.
    pub sequence: u32,
    /// When it was published first.
    pub created_at: DateTime<Utc>,
    /// When its time, state or link changed last.
    pub changed_at: DateTime<Utc>,
}

impl Session {
    /// Whether it takes capacity and people's time.
    pub fn takes_place(&self) -> bool {
        self.state != SessionState::Cancelled
    }

    /// Where somebody put it by hand.
    pub fn chosen_start(&self) -> Option<DateTime<Utc>> {
        (self.state == SessionState::Confirmed && self.moved_by.is_some()).then_some(self.starts_at)
    }

    /// Whether two sessions overlap in time.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }
}

/// No class is longer: whoever asks about an hour looks at classes that began less than a day before it.
pub const LONGEST: Duration = Duration::hours(24);

/// Somebody of a school is in one of its classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Busy {
    /// The class.
    pub session: Id,
    /// The teacher or group.
    pub who: Id,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// What it is called.
    pub title: String,
    /// A hold ends by itself then.
    pub held_until: Option<DateTime<Utc>>,
}

/// When somebody is busy elsewhere: who, from, to.
pub type Away = (Id, DateTime<Utc>, DateTime<Utc>);

/// A session with the names of those whom it concerns, as calendars and mails show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamedSession {
    /// The session.
    #[serde(flatten)]
    pub session: Session,
    /// The names of its groups, in order.
    pub group_names: Vec<String>,
    /// The names of its teachers, in order.
    pub teacher_names: Vec<String>,
}

/// What happened to a session that calendars and teachers must hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Change {
    /// It is new.
    Added,
    /// It takes place at another time.
    Moved {
        /// When it began before.
        from: DateTime<Utc>,
    },
    /// It does not take place any more.
    Cancelled,
}

/// A session as it is now, and what happened to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionChange {
    /// As it is now.
    pub session: Session,
    /// What happened.
    pub change: Change,
}
