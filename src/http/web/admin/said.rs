//! What use cases find and refuse, in the reader's language.

use chrono::{DateTime, Timelike, Utc};
use chrono_tz::Tz;

use crate::{
    app::capacity::OWN_PREFIX, domain::finding::Finding, http::web::words::Words, planning::obstacle::Obstacle,
};

/// A finding. One whose kind has no words yet is quoted.
pub fn said(finding: &Finding, w: Words) -> String {
    let Finding { code, message, .. } = finding;
    w.find(&format!("refused-{code}")).unwrap_or_else(|| w.with("finding-other", &[("message", message)]))
}

/// Why something does not go with what is there now.
pub fn conflict(code: &str, message: &str, w: Words) -> String {
    w.find(&format!("refused-{code}")).unwrap_or_else(|| w.with("finding-other", &[("message", message)]))
}

/// An instant as the school's clocks show it.
pub fn at(instant: DateTime<Utc>, zone: Tz, w: Words) -> String {
    let local = instant.with_timezone(&zone).naive_local();
    w.day_time(local.date(), local.hour() * 60 + local.minute())
}

/// What a capacity pool is called: a school's own is nobody's but its own.
pub fn pool(name: &str, w: Words) -> String {
    if name.starts_with(OWN_PREFIX) { w.t("admin-own-pool") } else { name.to_owned() }
}

/// What stands against a start.
pub fn obstacle(obstacle: &Obstacle, zone: Tz, w: Words) -> String {
    let get = |name: &str| obstacle.parameters.get(name).map_or("", String::as_str);
    let when = get("at").parse::<DateTime<Utc>>().map(|instant| at(instant, zone, w)).unwrap_or_default();
    let key = match obstacle.code {
        "pool-full" => "obstacle-pool-full",
        "teacher-busy" | "group-busy" => "obstacle-busy",
        "teacher-break" | "group-break" => "obstacle-break",
        "teacher-day-full" | "group-day-full" => "obstacle-day-full",
        "comes-after" => "obstacle-comes-after",
        "comes-before" => "obstacle-comes-before",
        "same-day" => "obstacle-same-day",
        "impossible-hours" => "obstacle-impossible",
        _ => return w.with("finding-other", &[("message", &obstacle.message)]),
    };
    let pool = pool(get("pool"), w);
    let named = [
        ("pool", pool.as_str()),
        ("when", when.as_str()),
        ("used", get("used")),
        ("limit", get("limit")),
        ("needed", get("needed")),
        ("over", get("over")),
        ("who", get("who")),
        ("with", get("with")),
        ("minutes", get("minutes")),
        ("most", get("most")),
        ("reason", get("reason")),
    ];
    w.with(key, &named)
}
