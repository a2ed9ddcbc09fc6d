//! What is wrong with a configuration, all of it, for a person who wants to put it right.

use std::fmt;

use super::sources::Origin;

/// Everything that is wrong with a configuration; its text has one line a finding.
#[derive(Debug)]
pub struct ConfigErrors(pub(super) Vec<Finding>);

/// One thing that is wrong, and where.
#[derive(Debug)]
pub(super) struct Finding {
    /// What is wrong and what to do.
    pub(super) message: String,
    /// Where it stands.
    pub(super) origin: Origin,
}

impl ConfigErrors {
    /// Each mistake: where it stands, and what is wrong and what to do.
    pub fn mistakes(&self) -> impl Iterator<Item = (String, &str)> {
        self.0.iter().map(|Finding { message, origin }| (origin.to_string(), message.as_str()))
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => write!(f, "the configuration has a mistake:")?,
            count => write!(f, "the configuration has {count} mistakes:")?,
        }
        for (place, message) in self.mistakes() {
            write!(f, "\n  {place}: {message}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}
