//! What happens that people and programs are told of.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Kinds of news.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// A round takes wishes.
    RoundOpened,
    /// A round closes soon.
    RoundClosing,
    /// A round is deleted, with the wishes in it.
    RoundDeleted,
    /// A plan is published: one piece of news however many sessions it brings.
    PlanPublished,
    /// Sessions are booked, moved or cancelled.
    SessionsChanged,
    /// A place is kept for somebody on the waiting list, or is not kept any more.
    PlaceOffered,
    /// A swap is asked for or answered.
    Swap,
    /// A limit is lowered, and sessions do not fit any more.
    CapacityCut,
    /// Load is above what was expected, or near a limit; or is not any more.
    LoadAlert,
    /// Somebody signs in by a link.
    SignIn,
    /// Somebody is invited.
    Invitation,
}

impl Event {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::RoundOpened,
        Self::RoundClosing,
        Self::RoundDeleted,
        Self::PlanPublished,
        Self::SessionsChanged,
        Self::PlaceOffered,
        Self::Swap,
        Self::CapacityCut,
        Self::LoadAlert,
        Self::SignIn,
        Self::Invitation,
    ];

    /// Those whose mails carry a one-time link.
    pub const WITH_SIGN_IN: [Self; 2] = [Self::SignIn, Self::Invitation];

    /// The word for it in the database and in webhooks.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RoundOpened => "round-opened",
            Self::RoundClosing => "round-closing",
            Self::RoundDeleted => "round-deleted",
            Self::PlanPublished => "plan-published",
            Self::SessionsChanged => "sessions-changed",
            Self::PlaceOffered => "place-offered",
            Self::Swap => "swap",
            Self::CapacityCut => "capacity-cut",
            Self::LoadAlert => "load-alert",
            Self::SignIn => "sign-in",
            Self::Invitation => "invitation",
        }
    }

    /// Whether teachers are told of it, too, and not only those who run a school or the installation.
    pub fn is_for_teachers(self) -> bool {
        self != Self::LoadAlert
    }

    /// Whether its reader may do without the mails of it: not what carries a sign-in.
    pub fn may_be_switched_off(self) -> bool {
        !Self::WITH_SIGN_IN.contains(&self)
    }
}
