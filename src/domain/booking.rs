//! Direct booking: how late is too late, who swaps with whom, and who waits.

use super::{id::Id, time::WeekSpan};
use chrono::{DateTime, Datelike, Duration, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How late teachers may book, move or cancel a class, and how long a place is held. Admins may at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookingRules {
    /// A class is booked at least this long before it begins.
    #[schema(maximum = 100_000, example = 60)]
    pub book_notice_minutes: u32,
    /// It is moved at least this long before it begins, and to a start at least this far away.
    #[schema(maximum = 100_000, example = 120)]
    pub move_notice_minutes: u32,
    /// It is called off at least this long before it begins.
    #[schema(maximum = 100_000, example = 60)]
    pub cancel_notice_minutes: u32,
    /// How long a place is held for somebody who has not confirmed yet.
    #[schema(minimum = 1, maximum = 1440, example = 10)]
    pub hold_minutes: u32,
    /// How long a place is offered to the first who waits, before it is offered to the next.
    #[schema(minimum = 1, maximum = 10_080, example = 120)]
    pub offer_minutes: u32,
}

impl Default for BookingRules {
    /// Anything goes until a class begins; a place is held for ten minutes and offered for two hours.
    fn default() -> Self {
        Self {
            book_notice_minutes: 0,
            move_notice_minutes: 0,
            cancel_notice_minutes: 0,
            hold_minutes: 10,
            offer_minutes: 120,
        }
    }
}

/// What somebody does with a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Books it.
    Book,
    /// Moves it.
    Move,
    /// Calls it off.
    Cancel,
}

impl BookingRules {
    /// The last instant for this with a class that begins at `starts_at`.
    pub fn last_call(&self, deed: Deed, starts_at: DateTime<Utc>) -> DateTime<Utc> {
        let minutes = match deed {
            Deed::Book => self.book_notice_minutes,
            Deed::Move => self.move_notice_minutes,
            Deed::Cancel => self.cancel_notice_minutes,
        };
        starts_at - Duration::minutes(i64::from(minutes))
    }
}

/// Where a swap stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SwapState {
    /// One side proposes it.
    Proposed,
    /// Both sides agreed, and the classes have exchanged their starts.
    Agreed,
    /// The other side does not want it, or the one who proposed it does not any more.
    Declined,
    /// It was taken back after both had agreed.
    Undone,
    /// Before anybody answered, one of the classes moved or was called off.
    Outdated,
}

impl SwapState {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Agreed => "agreed",
            Self::Declined => "declined",
            Self::Undone => "undone",
            Self::Outdated => "outdated",
        }
    }
}

/// Two classes of a school that exchange their starts when the teachers of both agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Swap {
    /// Identifier.
    pub id: Id,
    /// The school.
    pub school: Id,
    /// The class of the one who proposes it.
    pub session: Id,
    /// The class of the one who is asked.
    pub other: Id,
    /// The first one's start when it was proposed.
    pub session_starts_at: DateTime<Utc>,
    /// The other one's start when it was proposed.
    pub other_starts_at: DateTime<Utc>,
    /// Where it stands.
    pub state: SwapState,
    /// When it was proposed.
    pub created_at: DateTime<Utc>,
    /// When its state changed last.
    pub changed_at: DateTime<Utc>,
}

/// A class that waits for a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Waiting {
    /// Identifier.
    pub id: Id,
    /// The school.
    pub school: Id,
    /// What the class is called.
    pub title: String,
    /// Who teaches.
    pub teachers: Vec<Id>,
    /// Who attends.
    pub groups: Vec<Id>,
    /// Connections that it takes.
    pub connections: u32,
    /// The address of its virtual classroom; its teachers' usual one when there is none.
    pub link: Option<String>,
    /// Its length.
    pub duration_minutes: u32,
    /// It begins at this instant or later.
    pub from: DateTime<Utc>,
    /// It ends at this instant or earlier.
    pub to: DateTime<Utc>,
    /// It lies in one of these hours of the week; anywhere between the two instants when there are none.
    #[serde(default)]
    pub hours: Vec<WeekSpan>,
    /// The hold that is offered now; confirm it like any hold.
    pub offer: Option<Id>,
    /// Starts that it was offered, the present one too, as long as no class takes them.
    #[serde(default)]
    pub offered: Vec<DateTime<Utc>>,
    /// What has been free since it was entered, or since it was offered: it is not offered again, until a class has taken it
    /// and left.
    #[serde(skip)]
    pub passed: Starts,
    /// Since when it waits; who lets an offer expire begins anew.
    pub queued_at: DateTime<Utc>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
}

impl Waiting {
    /// Its length.
    pub fn length(&self) -> Duration {
        Duration::minutes(i64::from(self.duration_minutes))
    }

    /// Whether a class from this start on lies where it may.
    pub fn suits(&self, start: DateTime<Utc>, zone: Tz) -> bool {
        let local = start.with_timezone(&zone);
        let (day, from) = (local.weekday().number_from_monday(), local.hour() * 60 + local.minute());
        let to = from + self.duration_minutes;
        let has = |span: &WeekSpan| span.weekday == day && span.from_minute <= from && to <= span.to_minute;
        self.from <= start && start + self.length() <= self.to && (self.hours.is_empty() || self.hours.iter().any(has))
    }

    /// Whether both wait for the same.
    pub fn is_same(&self, other: &Self) -> bool {
        let own = |one: &Self| Self {
            id: self.id.clone(),
            offer: None,
            offered: Vec::new(),
            passed: Starts::default(),
            queued_at: self.queued_at,
            created_at: self.created_at,
            ..one.clone()
        };
        own(self) == own(other)
    }
}

/// Minutes between two starts.
const STEP: Duration = Duration::minutes(5);

/// Starts, in order: of those that follow each other every five minutes only the first and the last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Starts(Vec<(DateTime<Utc>, DateTime<Utc>)>);

impl Starts {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is one of them.
    pub fn has(&self, start: DateTime<Utc>) -> bool {
        let is_in = |(first, last): &(DateTime<Utc>, DateTime<Utc>)| {
            *first <= start && start <= *last && (start - *first).num_seconds() % STEP.num_seconds() == 0
        };
        self.0.iter().any(is_in)
    }
}

impl FromIterator<DateTime<Utc>> for Starts {
    /// Of starts in order.
    fn from_iter<I: IntoIterator<Item = DateTime<Utc>>>(starts: I) -> Self {
        let mut stretches: Vec<(DateTime<Utc>, DateTime<Utc>)> = Vec::new();
        for start in starts {
            match stretches.last_mut() {
                Some((_, last)) if start - *last == STEP => *last = start,
                _ => stretches.push((start, start)),
            }
        }
        Self(stretches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_deed_has_its_own_notice() {
        let rules = BookingRules { book_notice_minutes: 60, cancel_notice_minutes: 15, ..BookingRules::default() };
        let nine = "2020-03-23T09:00:00Z".parse::<DateTime<Utc>>().unwrap();
        let last =
            [Deed::Book, Deed::Move, Deed::Cancel].map(|deed| (nine - rules.last_call(deed, nine)).num_minutes());
        assert_eq!(last, [60, 0, 15]);
    }

    fn at(text: &str) -> DateTime<Utc> {
        format!("2020-03-{text}:00Z").parse().unwrap()
    }

    #[test]
    fn starts_are_kept_as_stretches() {
        let all = ["23T09:00", "23T09:05", "23T09:10", "23T10:00"].map(at);
        let starts: Starts = all.into_iter().collect();
        assert_eq!(starts.0, [(all[0], all[2]), (all[3], all[3])]);
        assert!(all.iter().all(|start| starts.has(*start)));
        assert!(["23T08:55", "23T09:03", "23T09:15", "23T10:05"].iter().all(|start| !starts.has(at(start))));
    }

    #[test]
    fn a_class_waits_for_the_hours_that_suit() {
        let entry = Waiting {
            id: "w".into(),
            school: "s".into(),
            title: "Maths".to_owned(),
            teachers: vec!["t".into()],
            groups: vec!["g".into()],
            connections: 20,
            link: None,
            duration_minutes: 55,
            from: at("22T23:00"),
            to: at("27T23:00"),
            hours: vec![WeekSpan { weekday: 2, from_minute: 600, to_minute: 720 }],
            offer: None,
            offered: Vec::new(),
            passed: Starts::default(),
            queued_at: at("20T08:00"),
            created_at: at("20T08:00"),
        };
        // Tuesday from ten to noon, in Paris.
        let suits = |entry: &Waiting, start: &str| entry.suits(at(start), chrono_tz::Europe::Paris);
        assert!(suits(&entry, "24T09:00") && suits(&entry, "24T10:05"));
        for start in ["24T08:55", "24T10:10", "25T09:00", "31T09:00"] {
            assert!(!suits(&entry, start), "{start}");
        }
        let any = Waiting { hours: Vec::new(), ..entry.clone() };
        assert!(
            suits(&any, "25T09:00") && !any.is_same(&entry) && any.is_same(&Waiting { id: "x".into(), ..any.clone() })
        );
    }
}
