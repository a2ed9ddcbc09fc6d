//! Schools, their groups and their teachers.

use super::{
    calendar::{Opening, SchoolCalendar},
    id::Id,
    time::WeekSpan,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use utoipa::ToSchema;

/// Most pupils of a group.
pub const MOST_HEADS: u32 = 10_000;

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

/// What a teacher is called whose name was erased: a word, and so many of the last characters of the id, which is random
/// at its end.
pub fn former_teacher(language: Language, id: &Id, digits: usize) -> String {
    let all: Vec<char> = id.as_str().chars().collect();
    let last: String = all.iter().skip(all.len().saturating_sub(digits)).collect();
    match language {
        Language::Fr => format!("ancien professeur {last}"),
        Language::En => format!("former teacher {last}"),
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
    /// The platform that it uses.
    pub platform: Option<Id>,
    /// When classes may take place; a class lies within one of the spans.
    pub opening_hours: Vec<WeekSpan>,
    /// Its lunch break, and the days on which it is closed; it has an address of its own in the API.
    #[serde(skip)]
    pub calendar: SchoolCalendar,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
}

/// A school in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolLine {
    /// Identifier.
    pub id: Id,
    /// Its code in the national register.
    pub uai: Option<String>,
    /// Its name.
    pub name: String,
    /// The platform that it uses.
    pub platform: Option<Id>,
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

    /// When it is open: everything that places a class asks here.
    pub fn opening(&self) -> Opening<'_> {
        Opening { zone: self.zone(), hours: &self.opening_hours, calendar: &self.calendar }
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
    /// How many pupils.
    pub headcount: u32,
    /// How many of a hundred pupils attend a class, as a rule: as it was entered.
    pub attendance_percent: u32,
    /// The same as the group's classes have shown; it counts instead, where it is known.
    #[serde(default)]
    pub learned_percent: Option<u32>,
    /// The groups of the school that have pupils in common with it, such as its halves; they never have classes at
    /// the same time. What one group says of another holds for both.
    pub overlaps: Vec<Id>,
}

impl Group {
    /// A group all of whose pupils attend, with none in common with others.
    pub fn new(id: Id, school: Id, name: impl Into<String>, headcount: u32) -> Self {
        Self {
            id,
            school,
            name: name.into(),
            headcount,
            attendance_percent: 100,
            learned_percent: None,
            overlaps: Vec::new(),
        }
    }

    /// How many of a hundred pupils are expected in a class.
    pub fn expected_percent(&self) -> u32 {
        self.learned_percent.unwrap_or(self.attendance_percent)
    }

    /// The connections that a class of the group takes, as a rule.
    pub fn connections(&self) -> u32 {
        (self.headcount * self.expected_percent()).div_ceil(100)
    }
}

/// Which groups of a school have pupils in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlaps(HashMap<Id, BTreeSet<Id>>);

impl Overlaps {
    /// Those of these groups.
    pub fn of(groups: &[Group]) -> Self {
        let mut overlaps = Self::default();
        for group in groups {
            for other in &group.overlaps {
                overlaps.0.entry(group.id.clone()).or_default().insert(other.clone());
                overlaps.0.entry(other.clone()).or_default().insert(group.id.clone());
            }
        }
        overlaps
    }

    /// The groups that have pupils in common with this one.
    pub fn with<'a>(&'a self, group: &Id) -> impl Iterator<Item = &'a Id> + use<'a> {
        self.0.get(group).into_iter().flatten()
    }
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
    /// Where notices go, in small letters; none are sent without it. Teachers of several schools with the same address
    /// are one person, who is in one class at a time.
    pub email: Option<String>,
    /// The language of the notices.
    pub language: Language,
    /// The address of the teacher's usual virtual classroom: where classes take place that name no other.
    pub link: Option<String>,
}

/// The link of a class of these teachers that names none itself: that of the first of them who has one.
pub fn usual_link(teachers: &[Id], known: &[Teacher]) -> Option<String> {
    let of = |id: &Id| known.iter().find(|teacher| teacher.id == *id)?.link.clone();
    teachers.iter().find_map(of)
}

/// A service with limited connections that schools teach on, such as e-lyco.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Platform {
    /// Identifier.
    pub id: Id,
    /// Its name, unique.
    pub name: String,
    /// Its time zone, an IANA name: that of the weekly limits of pools that are entered for it from then on.
    pub time_zone: String,
    /// The login federation that its pupils pass first.
    pub federation: Option<Id>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
}

/// A login federation, which several platforms may share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Federation {
    /// Identifier.
    pub id: Id,
    /// Its name, unique.
    pub name: String,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
}
