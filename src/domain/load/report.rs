//! What came of an input of samples: told to whoever sent it, so that a source that goes wrong is seen to.

use crate::domain::{finding::Finding, id::Id, load::Place};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Findings of one kind that are listed; all are counted.
const MOST_OF_A_KIND: u64 = 20;

/// By which way samples came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Input {
    /// Fetched from a Prometheus.
    Prometheus,
    /// A table.
    Csv,
    /// Pushed as OpenMetrics text.
    OpenMetrics,
    /// Counted from a web server's log.
    Log,
    /// Polled from a BigBlueButton.
    BigBlueButton,
}

impl Input {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prometheus => "prometheus",
            Self::Csv => "csv",
            Self::OpenMetrics => "openmetrics",
            Self::Log => "log",
            Self::BigBlueButton => "bigbluebutton",
        }
    }
}

/// What came of an input. Gaps, jumps and resets are told; they keep nothing from being taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// Samples that were taken.
    pub taken: u64,
    /// Samples of a second of which there was one: the first counts.
    pub duplicates: u64,
    /// Samples that came after a newer one of their place and metric; they are taken all the same.
    pub late: u64,
    /// Samples of hours whose five minutes have become an hour already: nothing is added to those.
    pub aged: u64,
    /// Samples, lines or cells of a table that say nothing that could be taken.
    pub refused: u64,
    /// Times at which samples stayed away for more than twice their usual distance.
    pub gaps: u64,
    /// Times at which the sender's clock went back.
    pub clock_jumps: u64,
    /// Times at which a counter began anew.
    pub counter_resets: u64,
    /// The oldest sample that was taken.
    pub from: Option<DateTime<Utc>>,
    /// The newest sample that was taken.
    pub until: Option<DateTime<Utc>>,
    /// How many findings there are of each kind.
    pub found: BTreeMap<String, u64>,
    /// The first twenty of each kind.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Notes a finding; its text is made only when it is listed.
    pub fn note(&mut self, code: &'static str, finding: impl FnOnce() -> Finding) {
        // Looked up by reference first: of ten million wrong lines each comes by here.
        match self.found.get_mut(code) {
            Some(count) => *count += 1,
            None => {
                self.found.insert(code.to_owned(), 1);
            }
        }
        if self.found.get(code).is_some_and(|count| *count <= MOST_OF_A_KIND) {
            self.findings.push(finding());
        }
    }

    /// Notes what could not be taken, and why.
    pub fn refuse(&mut self, why: Refusal, place: impl FnOnce() -> String) {
        self.refused += 1;
        let Refusal { code, message, action } = why;
        self.note(code, || Finding::new(code, place(), message, action));
    }

    /// Notes samples that were taken, with the oldest and the newest of them.
    pub fn took(&mut self, samples: u64, span: Option<(DateTime<Utc>, DateTime<Utc>)>) {
        self.taken += samples;
        if let Some((from, until)) = span {
            self.from = Some(self.from.map_or(from, |oldest| oldest.min(from)));
            self.until = Some(self.until.map_or(until, |newest| newest.max(until)));
        }
    }

    /// The same with what another report refused before samples were made of it.
    #[must_use]
    pub fn with_refused(mut self, other: Self) -> Self {
        self.refused += other.refused;
        for (code, count) in other.found {
            *self.found.entry(code).or_default() += count;
        }
        self.findings.extend(other.findings);
        self
    }

    /// Whether there is nothing to see to.
    pub fn is_clean(&self) -> bool {
        self.refused + self.gaps + self.clock_jumps + self.counter_resets == 0
    }
}

/// Why something could not be taken: a finding that does not know yet where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// A stable name.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub action: &'static str,
}

impl Refusal {
    /// From its three parts.
    pub fn new(code: &'static str, message: impl Into<String>, action: &'static str) -> Self {
        Self { code, message: message.into(), action }
    }

    /// The finding, at its place.
    pub fn at(self, place: impl Into<String>) -> Finding {
        Finding::new(self.code, place, self.message, self.action)
    }
}

/// An input with what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Ingestion {
    /// Identifier.
    pub id: Id,
    /// Whose samples they are; nothing when its lines name their places themselves.
    pub place: Option<Place>,
    /// The source that they were fetched from.
    pub source: Option<Id>,
    /// By which way they came.
    pub input: Input,
    /// When it ended.
    pub at: DateTime<Utc>,
    /// What came of it.
    pub report: Report,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_counted_and_the_first_of_each_kind_listed() {
        let mut report = Report::default();
        for line in 0..1000 {
            report.refuse(Refusal::new("bad-time", "no time", "write one"), || format!("line {line}"));
        }
        report.refuse(Refusal::new("bad-value", "no number", "write one"), || "line 7".to_owned());
        assert_eq!((report.refused, report.findings.len()), (1001, 21));
        assert_eq!(report.found["bad-time"], 1000);
        assert!(!report.is_clean());
        assert!(Report::default().is_clean());
    }
}
