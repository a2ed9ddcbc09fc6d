//! A table of samples: a time, whose they are, and a number for each metric that is known.

use super::{Metric, PlaceKind, report::Refusal};
use crate::domain::finding::{Finding, Findings};

/// A column with numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueColumn {
    /// Which column, from 0.
    pub at: usize,
    /// Its name.
    pub name: &'static str,
    /// What it counts.
    pub metric: Metric,
    /// Whether its numbers count up, so that only what they rise by says something.
    pub is_counter: bool,
}

/// What the columns of a table are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The column of times.
    pub time: usize,
    /// The columns that name a place, each of one kind.
    pub places: Vec<(usize, PlaceKind)>,
    /// The columns with numbers.
    pub values: Vec<ValueColumn>,
}

const VALUES: [(&str, Metric, bool); 3] = [
    ("connections", Metric::Connections, false),
    ("logins", Metric::Logins, false),
    ("logins_total", Metric::Logins, true),
];
const PLACES: [PlaceKind; 3] = [PlaceKind::Platform, PlaceKind::Federation, PlaceKind::School];
const KNOWN: &str = "use time, connections, logins, logins_total, platform, federation and school";

impl Head {
    /// The columns by their names; `has_place` tells that all lines are of one place that is named elsewhere.
    ///
    /// # Errors
    /// `unknown-column`, `column-twice`, `missing-column`, `two-ways`.
    pub fn read<'a>(names: impl Iterator<Item = &'a str>, has_place: bool) -> Result<Self, Findings> {
        let mut findings = Findings::default();
        let (mut time, mut places, mut values) = (None, Vec::new(), Vec::<ValueColumn>::new());
        let mut known = Vec::new();
        for (at, name) in names.enumerate() {
            let name = name.trim_start_matches('\u{FEFF}').trim().to_lowercase();
            let place = format!("line 1, column {}", at + 1);
            if known.contains(&name) {
                findings.add("column-twice", place, format!("{name:?} is there twice"), "take one of them out");
                continue;
            }
            if name == "time" {
                time = Some(at);
            } else if let Some(kind) = PLACES.into_iter().find(|kind| kind.as_str() == name) {
                places.push((at, kind));
            } else if let Some((name, metric, is_counter)) = VALUES.into_iter().find(|(known, ..)| *known == name) {
                values.push(ValueColumn { at, name, metric, is_counter });
            } else {
                let shown: String = name.chars().take(40).collect();
                findings.add("unknown-column", place, format!("there is no column {shown:?}"), KNOWN);
            }
            known.push(name);
        }
        let mut missing = |what: &str| findings.add("missing-column", "line 1", format!("{what} is missing"), KNOWN);
        if time.is_none() {
            missing("the column time");
        }
        if values.is_empty() {
            missing("a column with numbers");
        }
        if places.is_empty() && !has_place {
            missing("a column that names the place, or the place of all lines,");
        }
        if values.iter().filter(|column| column.metric == Metric::Logins).count() > 1 {
            let message = "logins and logins_total say the same in two ways";
            findings.add("two-ways", "line 1", message, "keep logins, or logins_total where a program counts up");
        }
        findings.into_result()?;
        Ok(Self { time: time.unwrap_or_default(), places, values })
    }

    /// How many columns a line must have at least.
    pub fn width(&self) -> usize {
        let others = self.places.iter().map(|(at, _)| *at).chain(self.values.iter().map(|column| column.at));
        others.chain([self.time]).max().map_or(0, |last| last + 1)
    }
}

/// A number of a table, with a point or a comma before its decimals.
///
/// # Errors
/// `bad-value`.
pub fn number(text: &str) -> Result<f64, Refusal> {
    let parsed = text.parse::<f64>().or_else(|_| text.replacen(',', ".", 1).parse());
    parsed.map_err(|_| {
        let shown: String = text.chars().take(40).collect();
        Refusal::new("bad-value", format!("{shown:?} is no number"), "write a number, or nothing when it is not known")
    })
}

/// What is wrong with a table as a whole.
pub fn unreadable(message: impl Into<String>) -> Finding {
    Finding::new("not-a-table", "", message, "send CSV in UTF-8 whose first line names the columns")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(head: &str, has_place: bool) -> Vec<String> {
        let read = Head::read(head.split(';'), has_place);
        read.map_or_else(|findings| findings.0.into_iter().map(|finding| finding.code).collect(), |_| Vec::new())
    }

    #[test]
    fn a_head_is_told_all_that_is_wrong_with_it() {
        for right in ["time;connections", "\u{FEFF}Time; Logins_total ;connections", "logins;time"] {
            assert_eq!(codes(right, true), [""; 0], "{right}");
        }
        assert_eq!(codes("time;school;connections", false), [""; 0]);
        for (wrong, expected) in [
            ("", vec!["unknown-column", "missing-column", "missing-column"]),
            ("time", vec!["missing-column"]),
            ("connections", vec!["missing-column"]),
            ("time;conections", vec!["unknown-column", "missing-column"]),
            ("time;connections;connections", vec!["column-twice"]),
            ("time;logins;logins_total", vec!["two-ways"]),
        ] {
            assert_eq!(codes(wrong, true), expected, "{wrong}");
        }
        assert_eq!(codes("time;connections", false), ["missing-column"]);
    }

    #[test]
    fn a_number_has_a_point_or_a_comma() {
        assert_eq!(number("12"), Ok(12.0));
        assert_eq!(number("12,5"), Ok(12.5));
        for wrong in ["", "1 000", "1,2,3", "many"] {
            assert_eq!(number(wrong).unwrap_err().code, "bad-value", "{wrong}");
        }
    }
}
