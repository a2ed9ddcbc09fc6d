//! Jobs: what must happen after a change, by a worker.

use super::id::Id;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// It waits for a worker.
    Queued,
    /// A worker has it, as long as its lease lasts.
    Running,
    /// It is done.
    Done,
    /// It cannot be done.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

impl JobState {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Identifier.
    pub id: Id,
    /// What is to be done, a word that one worker knows.
    pub kind: String,
    /// The school it belongs to.
    pub school: Id,
    /// What it is about: of a solve, the round.
    pub subject: Id,
    /// What the worker needs to know, in JSON.
    pub payload: String,
    /// Where it stands.
    pub state: JobState,
    /// How often a worker took it up.
    pub attempts: u32,
    /// How far the worker is, in JSON.
    pub progress: Option<String>,
    /// What it made: of a solve, the plan.
    pub result: Option<Id>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it ended, one way or another.
    pub finished_at: Option<DateTime<Utc>>,
}
