//! Direct booking: how late is too late, who swaps with whom, and who waits.

use super::id::Id;
use chrono::{DateTime, Duration, Utc};
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
    /// The hold that is offered now; confirm it like any hold.
    pub offer: Option<Id>,
    /// Starts that it was offered, the present one too: of places that overlap them it is offered none again, until a class
    /// leaves one.
    #[serde(default)]
    pub offered: Vec<DateTime<Utc>>,
    /// Since when it waits; who lets an offer expire begins anew.
    pub queued_at: DateTime<Utc>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
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
}
