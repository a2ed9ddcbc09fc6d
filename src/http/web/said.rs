//! What stands against a class, in the reader's language.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Timelike, Utc};
use chrono_tz::Tz;

use super::words::Words;
use crate::{
    app::capacity::OWN_PREFIX,
    domain::{capacity::Whose, finding::Finding},
    planning::obstacle::Obstacle,
};

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
/// What no plan can place: nobody asks for that, so that no input is refused for it.
const OVERLOADS: [&str; 3] = ["teacher-overload", "group-overload", "pool-overload"];

/// What stands against a start, with names and hours.
pub fn obstacle(obstacle: &Obstacle, zone: Tz, w: Words) -> String {
    if KNOWN.contains(&obstacle.code) || OVERLOADS.contains(&obstacle.code) {
        stands(obstacle.code, &obstacle.parameters, zone, w)
    } else {
        obstacle.message.clone()
    }
}

/// What stands against a start that somebody asked for, with names and hours as far as the finding knows them.
pub fn against(finding: &Finding, zone: Tz, w: Words) -> String {
    if KNOWN.contains(&finding.code.as_str()) && !finding.parameters.is_empty() {
        stands(&finding.code, &finding.parameters, zone, w)
    } else {
        self::finding(finding, w)
    }
}

fn stands(code: &str, parameters: &BTreeMap<&'static str, String>, zone: Tz, w: Words) -> String {
    let known = |name: &str| parameters.get(name).map_or("", String::as_str);
    let when = known("at").parse::<DateTime<Utc>>().map(|instant| at(instant, zone, w)).unwrap_or_default();
    let pool = pool(known("pool"), Whose::of(known("whose")), w);
    let number = |name: &str| known(name).parse::<u64>().unwrap_or(0);
    let free = number("limit").saturating_sub(number("used")).to_string();
    let args = [
        ("pool", pool.as_str()),
        ("when", when.as_str()),
        ("free", free.as_str()),
        ("limit", known("limit")),
        ("kept", known("kept")),
        ("needed", known("needed")),
        ("who", known("who")),
        ("with", known("with")),
        ("minutes", known("minutes")),
        ("most", known("most")),
        ("count", known("count")),
        ("classes", known("classes")),
        ("reason", known("reason")),
    ];
    let kept = if matches!(known("kept"), "" | "0") { "" } else { "-kept" };
    let code = if known("counts") == "arrivals" { "arrivals-full" } else { code };
    w.with(&format!("stands-{code}{kept}"), &args)
}

/// What a capacity pool is called: a school's own is nobody's but its own; others say whose they are before the name that
/// operators gave them, which may begin with a word for the same.
pub fn pool(name: &str, whose: Whose, w: Words) -> String {
    let own = name.split_once('/').map_or(name, |(_, own)| own);
    match whose {
        Whose::Platform => w.name("platform-pool", own),
        Whose::Federation => w.name("login-pool", own),
        Whose::School if name.starts_with(OWN_PREFIX) => w.t("own-pool"),
        Whose::School => name.to_owned(),
    }
}

/// An instant as the school's clocks show it.
pub fn at(instant: DateTime<Utc>, zone: Tz, w: Words) -> String {
    moment(instant.with_timezone(&zone).naive_local(), w)
}

/// A finding, with what it tells to do. A field may have words of its own; a kind that has none is quoted.
pub fn finding(finding: &Finding, w: Words) -> String {
    let field = finding.place.split(['[', '.']).next().unwrap_or_default();
    // What the advice ends with: a bound, the nearest start, the next open day.
    let last = finding.action.rsplit(' ').next().unwrap_or_default();
    let nearest = NaiveDateTime::parse_from_str(last, "%Y-%m-%dT%H:%M").ok().map(|at| moment(at, w));
    let next = last.parse::<NaiveDate>().ok().map(|day| w.day(day));
    let kind = match (finding.code.as_str(), &nearest, &next) {
        ("outside-hours" | "off-grid", Some(_), _) => "nearest",
        ("school-closed", _, Some(_)) => "next",
        _ => field,
    };
    let reason = finding.message.rsplit_once(": ").map_or("", |(_, reason)| reason);
    // Of what is off the grid, the message says how many minutes apart its starts are.
    let step = finding.message.split(' ').find(|word| word.parse::<u32>().is_ok()).unwrap_or_default();
    let known = finding.parameters.iter().map(|(name, value)| (*name, value.as_str()));
    let args = [
        ("step", step),
        ("most", last),
        ("nearest", nearest.as_deref().unwrap_or_default()),
        ("next", next.as_deref().unwrap_or_default()),
        ("reason", reason),
        ("message", finding.message.as_str()),
    ];
    refused(&finding.code, kind, &args.into_iter().chain(known).collect::<Vec<_>>(), w)
}

/// Why something that was right could not be done.
pub fn refusal(code: &str, message: &str, w: Words) -> String {
    refused(code, "", &[("message", message)], w)
}

/// The text for a code, in this field when it has one of its own.
fn refused(code: &str, field: &str, args: &[(&'static str, &str)], w: Words) -> String {
    let plain = format!("refused-{code}");
    let own = format!("{plain}-{field}");
    w.first(&[&own, &plain, "refused-other"], args).unwrap_or_default()
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
                assert_ne!(finding(&Finding::new(code, "", "m", "a"), w), "m", "{code}");
            }
            for code in OVERLOADS {
                let parameters = [("count", "4"), ("most", "3")].map(|(name, value)| (name, value.to_owned())).into();
                let said = obstacle(&Obstacle { code, parameters, message: "m".into() }, chrono_tz::UTC, w);
                assert!(said.contains('4') && said.contains('3') && !said.contains("nknown local"), "{said}");
            }
        }
        let [none, some] = ["0", "45"].map(|kept| {
            let parameters = [("pool", "platform/e-lyco".to_owned()), ("kept", kept.to_owned())].into();
            obstacle(&Obstacle { code: "pool-full", parameters, message: "m".into() }, chrono_tz::UTC, Words::default())
        });
        assert!(!none.contains("gardées") && some.contains("45 autres sont gardées"), "{some}");
        assert_eq!(refusal("new-one", "as it came", Words::default()), "as it came");
    }

    #[test]
    fn a_finding_tells_what_to_do_in_the_readers_words() {
        let said =
            |code, place, message, action| finding(&Finding::new(code, place, message, action), Words::default());
        let near = said("outside-hours", "preferred[0].start", "m", "the nearest start that fits is 2020-03-24T09:00");
        assert!(near.contains("mardi 24 mars"), "{near}");
        let closed =
            said("school-closed", "", "the school is closed on 2020-03-24: Travaux", "the next open day is 2020-03-26");
        assert!(closed.contains("(Travaux)") && closed.contains("jeudi 26 mars"), "{closed}");
        let between = said("off-grid", "starts_at_local", "classes start every 5 minutes", "use 2020-03-24T16:00");
        assert!(between.contains("toutes les 5 minutes") && between.contains("à 16\u{a0}h"), "{between}");
        assert!(said("text-too-long", "name", "m", "shorten it to 200").contains("200 caractères"));
        assert_eq!(said("empty-text", "title", "m", "a"), "Donnez un intitulé à la classe.");
        assert_eq!(said("empty-text", "name", "m", "a"), "Remplissez ce champ.");
    }

    #[test]
    fn a_pool_is_called_after_its_owner_and_not_after_its_name() {
        let english = Words::new(Language::En);
        let called = |name, whose| pool(name, whose, english);
        assert_eq!(called("platform/e-lyco", Whose::Platform), "platform e-lyco");
        assert_eq!(called("e-lyco", Whose::Platform), "platform e-lyco");
        assert_eq!(called("nantes", Whose::Federation), "sign-in page nantes");
        assert_eq!(called("platform/of nobody", Whose::School), "platform/of nobody");
        assert_eq!(called("school/0440001A", Whose::School), "the school’s capacity");
    }

    #[test]
    fn a_refusal_says_all_that_is_known_of_what_stands_against_it() {
        let parameters = [("pool", "e-lyco"), ("at", "2020-03-23T08:00:00Z"), ("used", "480"), ("limit", "500")];
        let parameters = parameters.into_iter().chain([("kept", "45"), ("needed", "27")]);
        let parameters = parameters.map(|(name, value)| (name, value.to_owned())).collect();
        let full = Finding { parameters, ..Finding::new("pool-full", "starts_at_local", "m", "a") };
        let (zone, english) = (chrono_tz::Europe::Paris, Words::new(Language::En));
        let said = against(&full, zone, english);
        for part in ["Monday 23 March at 9:00", "e-lyco", "20 of 500", "27 are needed", "45 more are kept"] {
            assert!(said.contains(part), "{part}: {said}");
        }
        let logins = [("pool", "login/nantes"), ("whose", "federation"), ("counts", "arrivals")];
        let logins = logins.into_iter().chain([("used", "107"), ("limit", "130"), ("needed", "27")]);
        let parameters = logins.map(|(name, value)| (name, value.to_owned())).collect();
        let logins = Finding { parameters, ..Finding::new("pool-full", "starts_at_local", "m", "a") };
        let said = against(&logins, zone, Words::default());
        for part in ["page de connexion nantes", "place pour 23 sur 130", "il en faut pour 27"] {
            assert!(said.contains(part), "{part}: {said}");
        }
        let bare = Finding::new("pool-full", "", "m", "a");
        assert_eq!(against(&bare, zone, english), finding(&bare, english));
    }
}
