//! Settings that no log, message or printed configuration may show.

use std::fmt;

use super::setting::{Setting, quoted};

const REDACTED: &str = "[redacted]";

/// A password or a key.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret itself; not to be logged.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl Setting for Secret {
    const WANTED: &'static str = "a text without control characters";
    const SECRET: bool = true;

    fn from_text(text: &str) -> Option<Self> {
        Some(Self(text.to_owned()))
    }

    fn to_toml(&self) -> String {
        quoted(REDACTED)
    }
}

/// The URL of a PostgreSQL database, which may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The URL with its password; not to be logged.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The URL without user, password and parameters: enough to see which database it is.
    fn redacted(&self) -> String {
        let (scheme, rest) = self.0.split_once("://").unwrap_or_default();
        // Before the last @, because an unescaped password may hold any character.
        let (user, place) = match rest.rsplit_once('@') {
            Some((_, place)) => (format!("{REDACTED}@"), place),
            None => (String::new(), rest),
        };
        match place.split_once('?') {
            Some((place, _)) => format!("{scheme}://{user}{place}?{REDACTED}"),
            None => format!("{scheme}://{user}{place}"),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted())
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted())
    }
}

impl Setting for DatabaseUrl {
    const WANTED: &'static str =
        "postgres://user:password@host/database (for SQLite leave it out and set database.data)";
    const SECRET: bool = true;

    fn from_text(text: &str) -> Option<Self> {
        ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)).then(|| Self(text.to_owned()))
    }

    fn to_toml(&self) -> String {
        quoted(&self.redacted())
    }
}
