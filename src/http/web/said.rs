//! What stands against a class, in the reader's language.

use chrono::{DateTime, NaiveDateTime, Timelike};
use chrono_tz::Tz;

use super::words::Words;
use crate::{domain::finding::Finding, planning::obstacle::Obstacle};

/// Obstacles that have a text with all that is known of them.
const KNOWN: [&str; 12] = [
    "pool-full",
    "teacher-busy",
    "group-busy",
    "teacher-break",
    "group-break",
    "teacher-day-full",
    "group-day-full",
    "comes-after",
    "comes-before",
    "same-day",
    "impossible-hours",
    "school-closed",
];
/// Refusals that have a text.
const REFUSALS: [&str; 13] = [
    "does-not-fit",
    "too-late",
    "too-many-holds",
    "too-many-waiting",
    "hold-expired",
    "session-cancelled",
    "round-archived",
    "cannot-swap",
    "swap-closed",
    "swap-outdated",
    "no-earlier-round",
    "round-not-collecting",
    "round-not-open",
];

/// What stands against a start, with names and hours.
pub fn obstacle(obstacle: &Obstacle, zone: Tz, w: Words) -> String {
    if !KNOWN.contains(&obstacle.code) {
        return obstacle.message.clone();
    }
    let known = |name: &str| obstacle.parameters.get(name).cloned().unwrap_or_default();
    let at = DateTime::parse_from_rfc3339(&known("at")).ok().map(|at| at.with_timezone(&zone).naive_local());
    let when = at.map_or_else(String::new, |at| moment(at, w));
    let args = [
        ("who", known("who")),
        ("with", known("with")),
        ("minutes", known("minutes")),
        ("most", known("most")),
        ("reason", known("reason")),
        ("used", known("used")),
        ("limit", known("limit")),
        ("needed", known("needed")),
        ("when", when),
    ];
    let key = format!("stands-{}", obstacle.code);
    w.with(&key, &args.each_ref().map(|(name, value)| (*name, value.as_str())))
}

/// What stands against a start, as far as a finding tells it.
pub fn finding(finding: &Finding, w: Words) -> String {
    if KNOWN.contains(&finding.code.as_str()) {
        w.t(&format!("short-{}", finding.code))
    } else {
        super::wishes::form::said(finding, w)
    }
}

/// Why something that was right could not be done.
pub fn refusal(code: &str, message: &str, w: Words) -> String {
    if REFUSALS.contains(&code) { w.t(&format!("refusal-{code}")) } else { message.to_owned() }
}

/// A local time: `mardi 24 mars à 9 h 05`.
pub fn moment(at: NaiveDateTime, w: Words) -> String {
    w.day_time(at.date(), at.hour() * 60 + at.minute())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::people::Language;

    #[test]
    fn everything_that_can_stand_against_a_class_has_a_text_in_both_languages() {
        for w in [Words::new(Language::Fr), Words::new(Language::En)] {
            for code in KNOWN {
                let known = Obstacle { code, parameters: [("who", "6e A".to_owned())].into(), message: "m".into() };
                assert!(!obstacle(&known, chrono_tz::UTC, w).contains("nknown local"), "{code}");
                assert!(!finding(&Finding::new(code, "", "m", "a"), w).contains("nknown local"), "{code}");
            }
            for code in REFUSALS {
                assert!(!refusal(code, "m", w).contains("nknown local"), "{code}");
            }
        }
        assert_eq!(refusal("new-one", "as it came", Words::default()), "as it came");
    }
}
