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
    /// `pool-full`; `teacher-busy`, `teacher-break`, `teacher-day-full` and the same of a `group`; `comes-after` or
    /// `comes-before` another class; `same-day` as a class on whose day it is not to be; `impossible-hours`; or, of more classes
    /// than fit whatever the plan, `teacher-overload`, `group-overload` and `pool-overload`.
    #[schema(example = "pool-full")]
    pub code: &'static str,
    /// Of `pool-full`: `pool`, `at`, `used`, `limit` (without what is kept), `kept` (for what is expected besides
    /// classes), `needed`, `over`, `counts` (`concurrent` connections or `arrivals`), `whose` (a `platform`'s, a login
    /// `federation`'s or a `school`'s limit). Of overloads: `who`, or `pool` and `whose`, `count` (classes), `most` (of them that
    /// fit), and of people and groups the `classes`. Of the others: `who`, `at`, `with` (the other class), `minutes` (the least
    /// break or gap), `most` (classes a day), `reason`, as far as they apply. `at` is an instant in UTC.
    pub parameters: BTreeMap<&'static str, String>,
    /// The same as an English sentence, in the school's local time.
    #[schema(example = "platform/e-lyco is full at Mon 23 Mar 09:00: 480 of 500 connections are taken, 27 are needed")]
    pub message: String,
}

/// Whom a class needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A teacher.
    Teacher(Id),
    /// A group.
    Group(Id),
}

impl Who {
    /// Their id.
    pub fn id(&self) -> &Id {
        match self {
            Self::Teacher(id) | Self::Group(id) => id,
        }
    }

    fn name<'a>(&self, names: &'a Names) -> &'a str {
        match self {
            Self::Teacher(id) => names.teacher(id),
            Self::Group(id) => names.group(id),
        }
    }

    fn either(&self, teacher: &'static str, group: &'static str) -> &'static str {
        match self {
            Self::Teacher(_) => teacher,
            Self::Group(_) => group,
        }
    }
}

/// Why classes are one at a time.
pub enum Only<'a> {
    /// They need the same person or group.
    Who(&'a Who),
    /// Each takes more than half of a pool.
    Pool(&'a Id),
}

impl Obstacle {
    /// A pool is too full.
    pub fn pool(full: &Full, names: &Names) -> Self {
        let pool = names.pool(&full.pool);
        let kept = match full.kept {
            0 => String::new(),
            kept => format!("; {kept} more are kept for what is expected besides classes"),
        };
        let message = format!(
            "{pool} is full at {}: {} of {} connections {}are taken, {} are needed{kept}",
            names.local(full.at),
            full.used,
            full.limit,
            if names.is_shared_out(&full.pool) { "that the school may have now " } else { "" },
            full.needed,
        );
        let parameters = BTreeMap::from([
            ("pool", pool.to_owned()),
            ("at", full.at.to_rfc3339()),
            ("used", full.used.to_string()),
            ("limit", full.limit.to_string()),
            ("kept", full.kept.to_string()),
            ("needed", full.needed.to_string()),
            ("over", full.over().to_string()),
            ("counts", if names.counts_arrivals(&full.pool) { "arrivals" } else { "concurrent" }.to_owned()),
            ("whose", names.whose(&full.pool).as_str().to_owned()),
        ]);
        Self { code: "pool-full", parameters, message }
    }

    /// Somebody is in another class.
    pub fn busy(who: &Who, at: DateTime<Utc>, with: &str, names: &Names) -> Self {
        let name = who.name(names);
        let message = format!("{name} is in “{with}” at {}", names.local(at));
        let parameters = [("who", name.to_owned()), ("at", at.to_rfc3339()), ("with", with.to_owned())];
        Self { code: who.either("teacher-busy", "group-busy"), parameters: parameters.into(), message }
    }

    /// Somebody would have too short a break before or after another class.
    pub fn no_break(who: &Who, at: DateTime<Utc>, with: &str, minutes: u32, names: &Names) -> Self {
        let code = who.either("teacher-break", "group-break");
        let mut obstacle = Self { code, ..Self::busy(who, at, with, names) };
        obstacle.message += &format!(" and needs a break of {minutes} minutes");
        obstacle.parameters.insert("minutes", minutes.to_string());
        obstacle
    }

    /// Somebody has all the classes of a day.
    pub fn full_day(who: &Who, at: DateTime<Utc>, most: u32, names: &Names) -> Self {
        let name = who.name(names);
        let message = format!("{name} may have at most {most} classes on {}", names.date(at));
        let parameters = [("who", name.to_owned()), ("at", at.to_rfc3339()), ("most", most.to_string())];
        Self { code: who.either("teacher-day-full", "group-day-full"), parameters: parameters.into(), message }
    }

    /// The class comes after another one, or before it.
    pub fn order(with: &str, comes_first: bool, at: DateTime<Utc>, minutes: u32, names: &Names) -> Self {
        let (code, side) = if comes_first { ("comes-after", "after") } else { ("comes-before", "before") };
        let gap = if minutes > 0 { format!("at least {minutes} minutes ") } else { String::new() };
        let message = format!("it comes {gap}{side} “{with}”, which is at {}", names.local(at));
        let parameters = [("with", with.to_owned()), ("at", at.to_rfc3339()), ("minutes", minutes.to_string())];
        Self { code, parameters: parameters.into(), message }
    }

    /// The class is not to be on the day of another one.
    pub fn same_day(with: &str, at: DateTime<Utc>, names: &Names) -> Self {
        let message = format!("it is not to be on the same day as “{with}”, {}", names.date(at));
        let parameters = [("with", with.to_owned()), ("at", at.to_rfc3339())];
        Self { code: "same-day", parameters: parameters.into(), message }
    }

    /// The class would lie in hours that its wish calls impossible.
    pub fn impossible(reason: &str, at: DateTime<Utc>, names: &Names) -> Self {
        let message = format!("{} lies in hours that are impossible for it: {reason}", names.local(at));
        let parameters = [("at", at.to_rfc3339()), ("reason", reason.to_owned())];
        Self { code: "impossible-hours", parameters: parameters.into(), message }
    }

    /// The school is closed on that day; `message` says why.
    pub fn closed(message: String, at: DateTime<Utc>) -> Self {
        Self { code: "school-closed", parameters: BTreeMap::from([("at", at.to_rfc3339())]), message }
    }

    /// More classes than any plan can place: `these` are one at a time, and so many of them at most have room.
    pub fn overload(only: &Only<'_>, these: &[&str], most: usize, names: &Names) -> Self {
        let count = these.len();
        let mut message = format!("within the hours that they allow, {most} of these {count} classes fit at most, as ");
        let mut parameters = BTreeMap::from([("count", count.to_string()), ("most", most.to_string())]);
        let code = match only {
            Only::Who(who) => {
                let (name, classes) = (who.name(names), these.join(", "));
                message += &format!("{name} is in all of them: {classes}");
                parameters.extend([("who", name.to_owned()), ("classes", classes)]);
                who.either("teacher-overload", "group-overload")
            }
            // They can be most of a school's: nobody would read their titles.
            Only::Pool(pool) => {
                let (name, whose) = (names.pool(pool), names.whose(pool));
                message += &format!("{name} has room for one of them at a time");
                parameters.extend([("pool", name.to_owned()), ("whose", whose.as_str().to_owned())]);
                "pool-overload"
            }
        };
        Self { code, parameters, message }
    }

    /// The same as a finding about `place`.
    pub fn finding(&self, place: &str, action: &str) -> Finding {
        let parameters = self.parameters.clone();
        Finding { parameters, ..Finding::new(self.code, place, &self.message, action) }
    }
}
