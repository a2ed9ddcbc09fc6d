//! Pins: requests that an admin has fixed at a start.

use super::id::Id;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A request fixed at a start: every plan that is made from then on has it there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The request.
    pub request: Id,
    /// Its start.
    pub starts_at: DateTime<Utc>,
    /// Why, in the admin's words.
    pub note: Option<String>,
    /// When it was pinned.
    pub created_at: DateTime<Utc>,
}
