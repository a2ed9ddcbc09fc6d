//! How the domain's values stand in a column: text, 64-bit integers, booleans and UTC instants, on every backend.

use super::error::StoreError;
use chrono::{DateTime, NaiveDateTime, Utc};

/// Rows of one batch insert, or keys of one query: below SQLite's limit of 32,766 variables a statement, whatever the
/// table.
pub const ROWS: usize = 2000;

/// An instant as a column holds it.
pub fn column(at: DateTime<Utc>) -> NaiveDateTime {
    at.naive_utc()
}

/// An instant read back.
pub fn utc(at: NaiveDateTime) -> DateTime<Utc> {
    at.and_utc()
}

/// A count, a limit or a number of minutes read back. Columns are checked to be small and not negative, so what
/// does not fit was not written by this program.
///
/// # Errors
/// `Other` for such a number.
pub fn count(number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| StoreError::Other(format!("{number} is no count")))
}

/// A word of a closed list read back, by its serde name.
///
/// # Errors
/// `Other` for a word that is not in the list.
pub fn word<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    use serde::de::{IntoDeserializer, value::Error};
    let reader: serde::de::value::StrDeserializer<'_, Error> = text.into_deserializer();
    T::deserialize(reader).map_err(|_| StoreError::Other(format!("{text:?} is not a word of this program")))
}
