//! What is wrong with an input, said so that its author can mend it.

use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};
use utoipa::ToSchema;

/// One defect of an input. Inputs are read to the end and every defect is reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// A stable name for the kind of defect, e.g. `unknown-group`.
    #[schema(example = "unknown-group")]
    pub code: String,
    /// Where it stands in the input, as a JSON path, e.g. `groups[1]`; empty for the whole.
    #[schema(example = "groups[1]")]
    pub place: String,
    /// What is wrong.
    #[schema(example = "this school has no group 42")]
    pub message: String,
    /// What to do about it.
    #[schema(example = "list the groups with GET /api/v1/schools/{school}/groups")]
    pub action: String,
    /// What the message names, for who says it in another language. It leaves the service in the message alone.
    #[serde(skip)]
    pub parameters: BTreeMap<&'static str, String>,
}

impl Finding {
    /// A finding from its four parts.
    pub fn new(code: &str, place: impl Into<String>, message: impl Into<String>, action: impl Into<String>) -> Self {
        let parameters = BTreeMap::new();
        Self { code: code.to_owned(), place: place.into(), message: message.into(), action: action.into(), parameters }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, place, message, action, parameters: _ } = self;
        if place.is_empty() {
            write!(formatter, "{code}: {message}; {action}")
        } else {
            write!(formatter, "{code} at {place}: {message}; {action}")
        }
    }
}

/// Gathers findings while an input is read, so that none hides another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    /// Adds a finding.
    pub fn add(&mut self, code: &str, place: impl Into<String>, message: impl Into<String>, action: impl Into<String>) {
        self.0.push(Finding::new(code, place, message, action));
    }

    /// The value, or the finding noted and nothing.
    pub fn keep<T>(&mut self, result: Result<T, Finding>) -> Option<T> {
        result.map_err(|finding| self.0.push(finding)).ok()
    }

    /// `Ok` when nothing was found.
    pub fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            finding.fmt(formatter)?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}
