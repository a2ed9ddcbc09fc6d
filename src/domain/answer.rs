//! First answers to writes that carry an idempotency key, kept for the same key again.

use chrono::{DateTime, Utc};

/// The first answer to a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstAnswer {
    /// Stands for the request: method, address and body.
    pub fingerprint: String,
    /// What the write made, as JSON; kept in the write's own transaction.
    pub result: String,
    /// The answer itself, once it was made. Whoever is killed in between has made none.
    pub sent: Option<SentAnswer>,
    /// When the write was done.
    pub created_at: DateTime<Utc>,
}

/// An answer as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers that belong to the body.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}
