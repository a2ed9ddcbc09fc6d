//! What can go wrong in the database, in words that the use cases understand.

use diesel::result::{DatabaseErrorKind, Error};

/// An error of the store. Broken constraints are named, so that a use case can turn them into a conflict or a
/// finding; everything else is the operator's to mend.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The row is not there.
    #[error("no such row")]
    NotFound,
    /// A row with this key exists; the text is the database's own, naming table and columns.
    #[error("already there: {0}")]
    Duplicate(String),
    /// A row that this one points to is not there, or a row that points to this one is.
    #[error("still referred to, or referring to nothing: {0}")]
    Reference(String),
    /// A CHECK of the schema refuses the row.
    #[error("refused by the schema: {0}")]
    Check(String),
    /// Somebody else wrote at the same time; trying again is right.
    #[error("lost a race against another writer")]
    LostRace,
    /// No connection is to be had.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// Anything else.
    #[error("database: {0}")]
    Other(String),
}

/// Tells what is not there from what could not be read. Whoever takes any error for an absence hides a lost race, and goes on
/// in a transaction that PostgreSQL has given up.
pub trait Found<T> {
    /// The row, or nothing when it is not there.
    ///
    /// # Errors
    /// every other one.
    fn found(self) -> Result<Option<T>, StoreError>;
}

impl<T> Found<T> for Result<T, StoreError> {
    fn found(self) -> Result<Option<T>, StoreError> {
        match self {
            Ok(row) => Ok(Some(row)),
            Err(StoreError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Tells an error after which the whole transaction should be tried again.
pub trait LostRace {
    /// Whether trying again is right.
    fn lost_race(&self) -> bool;
}

impl LostRace for StoreError {
    fn lost_race(&self) -> bool {
        matches!(self, Self::LostRace)
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::NotFound,
            Error::DatabaseError(kind, ref info) => {
                let text = info.constraint_name().unwrap_or_else(|| info.message()).to_owned();
                match kind {
                    DatabaseErrorKind::UniqueViolation => Self::Duplicate(text),
                    DatabaseErrorKind::ForeignKeyViolation => Self::Reference(text),
                    DatabaseErrorKind::CheckViolation => Self::Check(text),
                    DatabaseErrorKind::SerializationFailure => Self::LostRace,
                    DatabaseErrorKind::ClosedConnection => Self::Unavailable(text),
                    // What libpq says of the statement after the one that the server died in.
                    _ if text.contains("no connection to the server") => Self::Unavailable(text),
                    _ if ["deadlock", "database is locked", "lock timeout"].iter().any(|it| text.contains(it)) => {
                        Self::LostRace
                    }
                    _ => Self::Other(error.to_string()),
                }
            }
            other => Self::Other(other.to_string()),
        }
    }
}
