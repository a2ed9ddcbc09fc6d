//! What stands against a class, in the reader's language.

use chrono::{DateTime, NaiveDateTime, Timelike, Utc};
use chrono_tz::Tz;

use super::words::Words;
use crate::{app::capacity::OWN_PREFIX, domain::finding::Finding, planning::obstacle::Obstacle};

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
    let known = |name: &str| obstacle.parameters.get(name).map_or("", String::as_str);
    let when = known("at").parse::<DateTime<Utc>>().map(|instant| at(instant, zone, w)).unwrap_or_default();
    let pool = pool(known("pool"), w);
    let args = [
        ("pool", pool.as_str()),
        ("when", when.as_str()),
        ("used", known("used")),
        ("limit", known("limit")),
        ("kept", known("kept")),
        ("needed", known("needed")),
        ("who", known("who")),
        ("with", known("with")),
        ("minutes", known("minutes")),
        ("most", known("most")),
        ("reason", known("reason")),
    ];
    let kept = if matches!(known("kept"), "" | "0") { "" } else { "-kept" };
    w.with(&format!("stands-{}{kept}", obstacle.code), &args)
}

/// What a capacity pool is called: a school's own is nobody's but its own.
pub fn pool(name: &str, w: Words) -> String {
    if name.starts_with(OWN_PREFIX) { w.t("own-pool") } else { name.to_owned() }
}

/// An instant as the school's clocks show it.
pub fn at(instant: DateTime<Utc>, zone: Tz, w: Words) -> String {
    moment(instant.with_timezone(&zone).naive_local(), w)
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
        let [none, some] = ["0", "45"].map(|kept| {
            let parameters = [("pool", "platform/e-lyco".to_owned()), ("kept", kept.to_owned())].into();
            obstacle(&Obstacle { code: "pool-full", parameters, message: "m".into() }, chrono_tz::UTC, Words::default())
        });
        assert!(!none.contains("gardées") && some.contains("45 autres sont gardées"), "{some}");
        assert_eq!(refusal("new-one", "as it came", Words::default()), "as it came");
    }
}
