//! What mails say of load above what was expected, or near a limit, and that it is over. Pure: the same news always give
//! the same mail.

use super::{
    frame::{Frame, Link, Reader, Rendered},
    words::Words,
};
use crate::domain::{
    access::Role,
    alert::{Alert, AlertKind},
    load::Metric,
    text::one_line,
};
use askama::Template;

/// An alert that begins or is over, for one reader.
#[derive(Clone, Copy, Debug)]
pub struct AlertMail<'a> {
    /// Who reads, with the name of the place.
    pub to: Reader<'a>,
    /// A page that shows the load.
    pub link: &'a str,
    /// The alert.
    pub alert: &'a Alert,
    /// Whether it is over because nothing was observed any more.
    pub is_silent: bool,
    /// Minutes within which logins count together.
    pub window_minutes: u32,
}

/// Writes the mail.
///
/// # Errors
/// none that an alert could cause: the templates are compiled.
pub fn load_alert(mail: &AlertMail<'_>) -> Result<Rendered, askama::Error> {
    let (words, alert) = (mail.to.words(), mail.alert);
    let (kind, place) = (alert.kind.as_str(), one_line(mail.to.school));
    let key = match alert.ended_at {
        Some(_) => "mail-alert-over",
        None => "mail-alert",
    };
    let [subject, lead] = match mail.is_silent {
        // Nobody knows whether the load has fallen.
        true => ["subject", "lead"].map(|part| format!("mail-alert-silent-{part}")),
        false => ["subject", "lead"].map(|part| format!("{key}-{part}-{kind}")),
    };
    let subject = words.say(&subject, &[("place", place.clone().into())]);
    let letter = Letter {
        frame: Frame::of(&mail.to, &subject),
        lead: words.say(&lead, &[("place", place.into())]),
        facts: facts(mail, &words),
        rest: match (alert.ended_at, mail.to.role) {
            (Some(_), _) => None,
            (None, Role::Operator) => Some(words.say("mail-alert-rest-operator", &[])),
            (None, _) => Some(words.say("mail-alert-rest", &[])),
        },
        // A platform has clocks of its own, not those of one school.
        zone: match mail.to.role {
            Role::Operator => words.say("mail-alert-zone", &[("zone", words.zone.name().into())]),
            _ => words.zone(),
        },
        link: Link { text: words.say("mail-alert-link", &[]), address: one_line(mail.link) },
    };
    let (html, text) = (Page { letter: &letter }.render()?, Plain { letter: &letter }.render()?);
    Ok(Rendered { subject: letter.frame.subject, text, html })
}

/// What was seen, what it was not to pass, since when, and until when.
fn facts(mail: &AlertMail<'_>, words: &Words) -> Vec<String> {
    let alert = mail.alert;
    let counted = |count: u32| {
        let said = [("count", count.into()), ("number", words.number(count).into())];
        match alert.metric {
            Metric::Connections => words.say("mail-alert-connections", &said),
            Metric::Logins => {
                let [count, number] = said;
                words.say("mail-alert-logins", &[count, number, ("minutes", mail.window_minutes.into())])
            }
        }
    };
    let bound = match alert.kind {
        AlertKind::AboveForecast => "mail-alert-expected",
        AlertKind::NearLimit => "mail-alert-limit",
    };
    let mut facts = vec![
        words.say("mail-alert-observed", &[("what", counted(alert.observed).into())]),
        words.say(bound, &[("what", counted(alert.bound).into())]),
        words.say("mail-alert-since", &[("when", words.day_time(alert.began_at).into())]),
    ];
    facts.extend(alert.ended_at.map(|at| words.say("mail-alert-until", &[("when", words.day_time(at).into())])));
    facts
}

/// What both forms of the mail say.
struct Letter {
    frame: Frame,
    lead: String,
    facts: Vec<String>,
    rest: Option<String>,
    zone: String,
    link: Link,
}

#[derive(Template)]
#[template(path = "mail/alert.html")]
struct Page<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "mail/alert.txt", escape = "none")]
struct Plain<'a> {
    letter: &'a Letter,
}
