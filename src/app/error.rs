//! What a use case answers when it cannot do what was asked. Which one to use:
//!
//! * [`AppError::Unauthorized`]: nobody known asks. [`AppError::Forbidden`]: somebody known may not.
//! * [`AppError::WrongCredentials`]: somebody tries to sign in and does not know how. [`AppError::TooMany`]: they must wait.
//! * [`AppError::Gone`]: a one-time link that was used, has expired or never was.
//! * [`AppError::NotFound`]: it is not there, or the one who asks may not know whether it is.
//! * [`AppError::Invalid`]: the input is wrong; every finding is in it.
//! * [`AppError::Conflict`]: the input is right, but not with what is there now.
//! * [`AppError::Internal`]: ours to mend; it is logged, and the client learns no details.

use crate::{
    domain::{
        answer::SentAnswer,
        finding::{Finding, Findings},
    },
    store::{LostRace, StoreError},
};

/// The answer of a use case.
pub type AppResult<T> = Result<T, AppError>;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// No valid token came with the request.
    #[error("no valid token")]
    Unauthorized,
    /// The address and the password are not those of an account; which of the two is nobody's business.
    #[error("the e-mail address or the password is wrong")]
    WrongCredentials,
    /// Too many failures in a row.
    #[error("too many failures in a row: wait {seconds} seconds, or ask for a link by e-mail")]
    TooMany {
        /// How long to wait.
        seconds: u64,
    },
    /// A one-time link is worth nothing.
    #[error("this link was used already, has expired, or never was one: ask for another")]
    Gone,
    /// The role does not allow it; the text says which one does.
    #[error("{0}")]
    Forbidden(String),
    /// There is no such thing: its kind and the id that was asked for.
    #[error("there is no {kind} {id}")]
    NotFound {
        /// `school`, `group`, …
        kind: &'static str,
        /// As it was asked for.
        id: String,
    },
    /// The input is wrong.
    #[error("{0}")]
    Invalid(Findings),
    /// It does not go with the present state.
    #[error("{message}")]
    Conflict {
        /// A stable name, e.g. `already-published`.
        code: &'static str,
        /// What stands against it, and what to do.
        message: String,
        /// Each thing that stands against it, when there are several.
        findings: Vec<Finding>,
    },
    /// What was asked for was done before, by the same request: its first answer.
    #[error("done already")]
    Answered(Box<SentAnswer>),
    /// The idempotency key was used for another request.
    #[error("this Idempotency-Key was used for another request: choose a new one")]
    KeyReused,
    /// It is not the version that `If-Match` expects any more.
    #[error("it has changed since you read it: read it again, and change what is there now")]
    Outdated,
    /// Somebody else wrote at the same time, again and again.
    #[error("too many others write at the same time; try again")]
    Busy,
    /// The database cannot be reached.
    #[error("the database cannot be reached; try again")]
    Unavailable(String),
    /// A defect of ours.
    #[error("internal error")]
    Internal(String),
}

impl AppError {
    /// There is no such thing.
    pub fn not_found(kind: &'static str, id: impl ToString) -> Self {
        Self::NotFound { kind, id: id.to_string() }
    }

    /// It does not go with the present state.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::Conflict { code, message: message.into(), findings: Vec::new() }
    }

    /// Whoever asks must wait so long.
    pub fn too_many(wait: chrono::Duration) -> Self {
        Self::TooMany { seconds: u64::try_from(wait.num_seconds()).unwrap_or(0).max(1) }
    }

    /// The role does not allow it.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::Forbidden(message.into())
    }
}

impl From<Findings> for AppError {
    fn from(findings: Findings) -> Self {
        Self::Invalid(findings)
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::LostRace => Self::Busy,
            StoreError::Unavailable(text) => Self::Unavailable(text),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<std::io::Error> for AppError {
    fn from(error: std::io::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl StoreError {
    /// A row that is not there as what it is to the one who asked; every other error as it is.
    pub fn or_unknown(self, kind: &'static str, id: impl ToString) -> AppError {
        match self {
            Self::NotFound => AppError::not_found(kind, id),
            other => other.into(),
        }
    }
}

impl LostRace for AppError {
    fn lost_race(&self) -> bool {
        matches!(self, Self::Busy)
    }
}
