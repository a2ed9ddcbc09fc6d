//! Findings: what is wrong with an input, where, and what to do about it. All of them, never only the first.

use std::cell::Cell;
use std::fmt;

use serde::Serialize;

/// Among more known names than these, nobody looks for the one that is meant; and in all, so many are looked at: a thousand
/// findings about as many names would take minutes.
const MOST_COMPARED: usize = 10_000;
const MOST_COMPARED_IN_ALL: usize = 500_000;

/// How many findings are listed before the rest is only counted.
pub const MOST_FINDINGS: usize = 1000;

/// One defect of an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A stable name of the kind of defect, such as `unknown-pool`.
    pub code: &'static str,
    /// Whether work can go on regardless.
    pub severity: Severity,
    /// Where it is, as a path into the JSON document: `requests[3].pools[0]`; empty for the document itself.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub action: String,
}

/// Whether a finding stops the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The input cannot be used.
    Error,
    /// Legal, but probably not what was meant.
    Warning,
}

impl Finding {
    /// A defect that stops the work.
    pub fn error(
        code: &'static str,
        place: impl Into<String>,
        message: impl Into<String>,
        action: impl Into<String>,
    ) -> Self {
        Self { code, severity: Severity::Error, place: place.into(), message: message.into(), action: action.into() }
    }

    /// Something legal but surprising.
    pub fn warning(
        code: &'static str,
        place: impl Into<String>,
        message: impl Into<String>,
        action: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, place, message, action) }
    }

    /// Whether this finding stops the work.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        write!(f, "{} ({})", self.message, self.code)?;
        if !self.action.is_empty() {
            write!(f, ": {}", self.action)?;
        }
        Ok(())
    }
}

/// All findings about one input; as an error, at least one of them is a [`Severity::Error`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Findings(pub Vec<Finding>);

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}

impl From<Finding> for Findings {
    fn from(finding: Finding) -> Self {
        Self(vec![finding])
    }
}

/// Collects findings up to [`MOST_FINDINGS`] and counts the rest, so that a bad file of a million requests costs no
/// memory.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    findings: Vec<Finding>,
    more: usize,
    /// Whether one of those that are not listed stops the work.
    hides_an_error: bool,
    /// Known names that were looked at for one that is meant.
    compared: Cell<usize>,
}

impl Collector {
    pub fn push(&mut self, finding: Finding) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        } else {
            self.more += 1;
            self.hides_an_error |= finding.is_error();
        }
    }

    /// Whether so many known names are worth looking at for the one that is meant: not for a finding that is only counted,
    /// whose text nobody will read.
    pub fn may_compare(&self, names: usize) -> bool {
        let compared = self.compared.get() + names;
        let may = names <= MOST_COMPARED && compared <= MOST_COMPARED_IN_ALL && self.findings.len() < MOST_FINDINGS;
        if may {
            self.compared.set(compared);
        }
        may
    }

    pub fn finish(mut self) -> Vec<Finding> {
        if self.more > 0 {
            let kind = if self.hides_an_error { Finding::error } else { Finding::warning };
            let message = format!("{} more findings are not listed", self.more);
            self.findings.push(kind("more-findings", "", message, "correct the ones listed, then check again"));
        }
        self.findings
    }
}

/// Names of more characters are compared with none: they are no misspelt ids.
const LONGEST_COMPARED: usize = 100;

/// Of `known`, the name nearest to `name`, if one is near enough to be a likely misspelling.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let is_short = |name: &str| name.chars().nth(LONGEST_COMPARED).is_none();
    if !is_short(name) {
        return None;
    }
    let name: Vec<char> = name.chars().collect();
    let allowed = (name.len() / 3).clamp(1, 4);
    known
        .into_iter()
        .filter(|other| is_short(other))
        .filter_map(|other| Some((distance(&name, other, allowed)?, other)))
        .min()
        .map(|(_, other)| other)
}

/// `did you mean “x”?`, or nothing.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known).map(|other| format!("did you mean “{}”?", other.escape_debug())).unwrap_or_default()
}

/// Levenshtein distance in characters, if it is at most `most`: ends as soon as it is known to be more.
fn distance(a: &[char], b: &str, most: usize) -> Option<usize> {
    let b: Vec<char> = b.chars().collect();
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        // Who is further from the diagonal is further than `most`.
        let (first, end) = (i.saturating_sub(most), b.len().min(i + most + 1));
        if first > 0 {
            diagonal = std::mem::replace(&mut row[first], most + 1);
        }
        for j in first..end {
            let replaced = diagonal + usize::from(*from != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
        if row[first..=end].iter().min().is_none_or(|least| *least > most) {
            return None;
        }
    }
    Some(row[b.len()]).filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nearest_finds_a_misspelling_but_not_anything() {
        let known = ["connections", "duration", "pools"];
        assert_eq!(nearest("conections", known), Some("connections"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("pool", known), Some("pools"));
    }

    #[test]
    fn names_too_long_to_be_misspelt_are_compared_with_none() {
        let (fits, long) = ("x".repeat(LONGEST_COMPARED), "x".repeat(LONGEST_COMPARED + 1));
        assert_eq!(nearest(&fits, [&*long, &fits[1..]]), Some(&fits[1..]));
        assert_eq!(nearest(&long, [&*fits, &*long]), None);
    }

    /// Levenshtein distance by its definition.
    fn by_definition(a: &[char], b: &[char]) -> usize {
        let (Some((x, a)), Some((y, b))) = (a.split_first(), b.split_first()) else { return a.len() + b.len() };
        let changed = by_definition(a, b) + usize::from(x != y);
        let mut with = [&[*y], b].concat();
        let left_out = by_definition(a, &with) + 1;
        with = [&[*x], a].concat();
        changed.min(left_out).min(by_definition(&with, b) + 1)
    }

    proptest! {
        #[test]
        fn the_distance_is_levenshteins_up_to_the_most(a in "[ab]{0,6}", b in "[ab]{0,6}", most in 0..5_usize) {
            let (from, to): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            let all = by_definition(&from, &to);
            prop_assert_eq!(distance(&from, &b, most), (all <= most).then_some(all));
        }
    }
}
