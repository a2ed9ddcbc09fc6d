//! Warnings of load, as operators and admins look them up: when, of what, and whether it is over.

use askama::Template;
use chrono_tz::Tz;

use super::{said, words::Words};
use crate::domain::alert::Alert;

/// The latest that are shown.
const MOST: usize = 10;

/// The latest warnings of a place.
#[derive(Template)]
#[template(path = "web/parts/alerts.html")]
pub struct Alerts {
    w: Words,
    heading: String,
    lines: Vec<Line>,
}

struct Line {
    when: String,
    what: String,
    numbers: String,
    lasts: bool,
}

impl Alerts {
    /// The part for these, the latest first; nothing where there was none.
    pub fn of(alerts: &[Alert], zone: Tz, w: Words) -> Option<Self> {
        let line = |alert: &Alert| {
            let began = said::at(alert.began_at, zone, w);
            let when = match alert.ended_at {
                Some(ended) => w.with("alert-over", &[("from", &began), ("to", &said::at(ended, zone, w))]),
                None => w.with("alert-lasts", &[("from", &began)]),
            };
            let [observed, bound] = [alert.observed, alert.bound].map(|count| w.number(count.into()));
            Line {
                when,
                what: w.t(&format!("alert-{}", alert.kind.as_str())),
                numbers: w.with("alert-numbers", &[("observed", &observed), ("bound", &bound)]),
                lasts: alert.ended_at.is_none(),
            }
        };
        let lines: Vec<Line> = alerts.iter().take(MOST).map(line).collect();
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
        assert!(Alerts::of(&[], zone, w).is_none());
        let over = alert(8, Some(DateTime::UNIX_EPOCH + TimeDelta::hours(9)));
        let page = Alerts::of(&[alert(32, None), over], zone, w).unwrap().render().unwrap();
        let (lasting, over) = page.split_once("</tr>").and_then(|(_, rows)| rows.split_once("</tr>")).unwrap();
        assert!(lasting.contains("tag warn") && lasting.contains("depuis vendredi 2 janvier à 9\u{a0}h"), "{lasting}");
        assert!(lasting.contains("8\u{202f}900 observées pour 9\u{202f}000"), "{lasting}");
        assert!(!over.contains("tag warn") && over.contains("jeudi 1 janvier"), "{over}");
        let many: Vec<Alert> = (0..30).map(|hours| alert(hours, None)).collect();
        assert_eq!(Alerts::of(&many, zone, w).unwrap().lines.len(), MOST);
    }
}
