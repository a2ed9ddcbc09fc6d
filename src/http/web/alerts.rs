//! Warnings of load, as operators and admins look them up: when, of what, and whether it is over.

use std::cmp::Reverse;

use askama::Template;
use chrono_tz::Tz;

use super::{said, words::Words};
use crate::domain::alert::Alert;

/// The latest that are shown.
const MOST: usize = 10;

/// The latest warnings of some places.
#[derive(Template)]
#[template(path = "web/parts/alerts.html")]
pub struct Alerts {
    w: Words,
    heading: String,
    lines: Vec<Line>,
}

struct Line {
    place: String,
    when: String,
    what: String,
    numbers: String,
    lasts: bool,
}

impl Alerts {
    /// The part for these, each with its time zone and what its place is called, empty for the only one; nothing where
    /// there was none. Those that last come first, then the latest.
    pub fn of(alerts: &[(Alert, Tz, &str)], w: Words) -> Option<Self> {
        let mut alerts: Vec<&(Alert, Tz, &str)> = alerts.iter().collect();
        alerts.sort_by_key(|(alert, ..)| (alert.ended_at.is_some(), Reverse(alert.began_at)));
        let line = |(alert, zone, place): &(Alert, Tz, &str)| {
            let began = said::at(alert.began_at, *zone, w);
            let when = match alert.ended_at {
                Some(ended) => w.with("alert-over", &[("from", &began), ("to", &said::at(ended, *zone, w))]),
                None => w.with("alert-lasts", &[("from", &began)]),
            };
            let [observed, bound] = [alert.observed, alert.bound].map(|count| w.number(count.into()));
            Line {
                place: (*place).to_owned(),
                when,
                what: w.t(&format!("alert-{}", alert.kind.as_str())),
                numbers: w.with("alert-numbers", &[("observed", &observed), ("bound", &bound)]),
                lasts: alert.ended_at.is_none(),
            }
        };
        let lines: Vec<Line> = alerts.into_iter().take(MOST).map(line).collect();
        (!lines.is_empty()).then(|| Self { w, heading: w.t("alerts-title"), lines })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        alert::AlertKind,
        id::Id,
        load::{Metric, Place},
        people::Language,
    };
    use chrono::{DateTime, TimeDelta};

    #[test]
    fn one_that_lasts_is_marked_and_the_latest_are_shown() {
        let alert = |hours: i64, ended_at| Alert {
            id: Id::from("a"),
            place: Place::platform(Id::from("p")),
            metric: Metric::Connections,
            kind: AlertKind::NearLimit,
            began_at: DateTime::UNIX_EPOCH + TimeDelta::hours(hours),
            ended_at,
            observed: 8_900,
            bound: 9_000,
        };
        let (zone, w) = (chrono_tz::Europe::Paris, Words::new(Language::Fr));
        let named = |alert| (alert, zone, "platform/e-lyco");
        assert!(Alerts::of(&[], w).is_none());
        let over = alert(8, Some(DateTime::UNIX_EPOCH + TimeDelta::hours(9)));
        let page = Alerts::of(&[named(over), named(alert(32, None))], w).unwrap().render().unwrap();
        let (lasting, over) = page.split_once("</tr>").and_then(|(_, rows)| rows.split_once("</tr>")).unwrap();
        assert!(lasting.contains("tag warn") && lasting.contains("depuis vendredi 2 janvier à 9\u{a0}h"), "{lasting}");
        assert!(lasting.contains("<small>platform/e-lyco</small>"), "{lasting}");
        assert!(lasting.contains("8900 observées pour 9000"), "{lasting}");
        assert!(!over.contains("tag warn") && over.contains("jeudi 1er janvier"), "{over}");
        let many: Vec<_> = (0..30).map(|hours| named(alert(hours, None))).collect();
        assert_eq!(Alerts::of(&many, w).unwrap().lines.len(), MOST);
    }
}
