//! Observed load: what platforms, federations and schools really had, whoever counted it.

pub mod bigbluebutton;
pub mod clock;
pub mod log;
pub mod openmetrics;
pub mod prometheus;
pub mod report;
pub mod seen;
pub mod source;
pub mod table;
pub mod track;

use super::id::Id;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// Seconds of a cell.
pub const CELL_SECONDS: i64 = 300;
/// Seconds of an hour.
pub const HOUR_SECONDS: i64 = 3600;

/// What kind of place is observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PlaceKind {
    /// A service that schools teach on.
    Platform,
    /// A login federation.
    Federation,
    /// A school.
    School,
}

impl PlaceKind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Federation => "federation",
            Self::School => "school",
        }
    }
}

/// A platform, a federation or a school.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct Place {
    /// Which of them.
    pub kind: PlaceKind,
    /// Its identifier.
    pub id: Id,
}

impl Place {
    /// A platform.
    pub fn platform(id: Id) -> Self {
        Self { kind: PlaceKind::Platform, id }
    }

    /// A login federation.
    pub fn federation(id: Id) -> Self {
        Self { kind: PlaceKind::Federation, id }
    }

    /// A school.
    pub fn school(id: Id) -> Self {
        Self { kind: PlaceKind::School, id }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.kind.as_str(), self.id)
    }
}

/// What is counted of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Metric {
    /// Connections that are open at the same time.
    Connections,
    /// Logins a minute.
    Logins,
}

impl Metric {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::Logins => "logins",
        }
    }
}

/// What was observed in five minutes, or in an hour.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Cell {
    /// Which five minutes: Unix seconds / 300. Of hours: Unix seconds / 3600.
    pub cell: i64,
    /// How many samples there are of it.
    pub samples: u64,
    /// Their mean.
    pub mean: f64,
    /// The largest of them.
    pub peak: f64,
}

/// The five minutes in which an instant lies.
pub fn cell_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(CELL_SECONDS)
}

/// The hour in which an instant lies.
pub fn hour_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(HOUR_SECONDS)
}
