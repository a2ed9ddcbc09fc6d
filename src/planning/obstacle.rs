//! What stands against a start, in codes with parameters for programs and in a sentence for people.

use super::{names::Names, room::Full};
use crate::domain::{finding::Finding, id::Id};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One thing that stands against a start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Obstacle {
    /// `pool-full`, `teacher-busy` or `group-busy`.
    #[schema(example = "pool-full")]
    pub code: &'static str,
    /// Of `pool-full`: `pool`, `at`, `used`, `limit`, `needed`, `over`. Of the others: `who`, `at`, `with` (the other
    /// class). `at` is an instant in UTC.
    pub parameters: BTreeMap<&'static str, String>,
    /// The same as an English sentence, in the school's local time.
    #[schema(example = "platform/e-lyco is full at Mon 23 Mar 09:00: 480 of 500 connections are taken, 27 are needed")]
    pub message: String,
}

impl Obstacle {
    /// A pool is too full.
    pub fn pool(full: &Full, names: &Names) -> Self {
        let pool = names.pool(&full.pool);
        let message = format!(
            "{pool} is full at {}: {} of {} connections are taken, {} are needed",
            names.local(full.at),
            full.used,
            full.limit,
            full.needed,
        );
        let parameters = BTreeMap::from([
            ("pool", pool.to_owned()),
            ("at", full.at.to_rfc3339()),
            ("used", full.used.to_string()),
            ("limit", full.limit.to_string()),
            ("needed", full.needed.to_string()),
            ("over", full.over().to_string()),
        ]);
        Self { code: "pool-full", parameters, message }
    }

    /// A teacher is in another class.
    pub fn teacher(id: &Id, at: DateTime<Utc>, with: &str, names: &Names) -> Self {
        Self::busy("teacher-busy", names.teacher(id), at, with, names)
    }

    /// A group is in another class.
    pub fn group(id: &Id, at: DateTime<Utc>, with: &str, names: &Names) -> Self {
        Self::busy("group-busy", names.group(id), at, with, names)
    }

    fn busy(code: &'static str, who: &str, at: DateTime<Utc>, with: &str, names: &Names) -> Self {
        let message = format!("{who} is in “{with}” at {}", names.local(at));
        let parameters = BTreeMap::from([("who", who.to_owned()), ("at", at.to_rfc3339()), ("with", with.to_owned())]);
        Self { code, parameters, message }
    }

    /// The same as a finding about `place`.
    pub fn finding(&self, place: &str, action: &str) -> Finding {
        Finding::new(self.code, place, &self.message, action)
    }
}
