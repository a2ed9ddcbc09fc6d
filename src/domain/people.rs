//! Schools, their groups and their teachers.

use super::{id::Id, time::WeekSpan};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A language that Créneau speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

impl Language {
    /// Its ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The language with this ISO 639-1 code.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "fr" => Some(Self::Fr),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// A school (establishment).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct School {
    /// Identifier.
    pub id: Id,
    /// Its code in the national register, e.g. `0440012A`.
    pub uai: Option<String>,
    /// Its name.
    pub name: String,
    /// Its time zone, an IANA name.
    pub time_zone: String,
    /// The language of its pages and mails where nobody chose another.
    pub language: Language,
    /// When classes may take place; a class lies within one of the spans.
    pub opening_hours: Vec<WeekSpan>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
}

impl School {
    /// The hours of a school that states none: Monday to Friday, 8:00 to 12:15 and 13:15 to 18:00.
    pub fn usual_hours() -> Vec<WeekSpan> {
        let halves = [(480, 735), (795, 1080)];
        (1..=5)
            .flat_map(|weekday| halves.map(|(from_minute, to_minute)| WeekSpan { weekday, from_minute, to_minute }))
            .collect()
    }

    /// Its time zone; UTC when the name is not known to this program's tables.
    pub fn zone(&self) -> chrono_tz::Tz {
        self.time_zone.parse().unwrap_or(chrono_tz::UTC)
    }
}

/// A class of pupils, or part of one, with a headcount. No pupil's name is ever needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Group {
    /// Identifier.
    pub id: Id,
    /// Its school.
    pub school: Id,
    /// Its name, unique in the school, e.g. `6e B`.
    pub name: String,
    /// How many pupils: the connections that a class of the group takes.
    pub headcount: u32,
}

/// A teacher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Teacher {
    /// Identifier.
    pub id: Id,
    /// The school.
    pub school: Id,
    /// The name that colleagues and pupils know, unique in the school.
    pub name: String,
    /// Where notices go; none are sent without it.
    pub email: Option<String>,
    /// The language of the notices.
    pub language: Language,
}
