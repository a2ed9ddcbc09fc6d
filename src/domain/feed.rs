//! Feeds: calendars that somebody subscribes to.

use super::{
    id::Id,
    session::{Session, SessionState},
};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long a cancelled session stays in a feed, marked as cancelled: programs that poll seldom must see it, and
/// what merely vanished stays in some calendars for ever.
pub const CANCELLED_KEPT: Duration = Duration::days(30);

/// A calendar to subscribe to: of one group, of one teacher, or of the whole school.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Feed {
    /// Identifier; the address holds a secret instead.
    pub id: Id,
    /// The school.
    pub school: Id,
    /// Only this group's sessions.
    pub group: Option<Id>,
    /// Only this teacher's sessions.
    pub teacher: Option<Id>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its address stopped to work.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// When a session leaves the feeds: a cancelled one 30 days after its end or its cancellation, whichever is later.
/// Others stay, as what was in a calendar is its reader's memory.
pub fn leaves_at(session: &Session) -> Option<DateTime<Utc>> {
    (session.state == SessionState::Cancelled).then(|| session.ends_at.max(session.changed_at) + CANCELLED_KEPT)
}

/// When the feed changed last, seen at `now`. It never goes back, not even when sessions leave.
pub fn changed_at(feed: &Feed, sessions: &[Session], now: DateTime<Utc>) -> DateTime<Utc> {
    let left = |session: &Session| leaves_at(session).filter(|at| *at <= now).unwrap_or(session.changed_at);
    sessions.iter().map(left).fold(feed.created_at, DateTime::max)
}
