//! What mails say of rounds that wait for wishes. Pure: the same news always give the same mail.

use super::frame::{Frame, Link, Reader, Rendered};
use crate::domain::text::one_line;
use askama::Template;
use chrono::{DateTime, Utc};

/// A round that waits for a teacher's wishes.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Who reads.
    pub to: Reader<'a>,
    /// The page on which wishes are entered.
    pub link: &'a str,
    /// The round's name.
    pub round: &'a str,
    /// When the round begins.
    pub starts_at: DateTime<Utc>,
    /// Until when wishes are accepted.
    pub closes_at: Option<DateTime<Utc>>,
}

/// Writes the mail that tells a teacher of a round that takes wishes.
///
/// # Errors
/// none that a round could cause: the templates are compiled.
pub fn opened(call: &Call<'_>) -> Result<Rendered, askama::Error> {
    write(call, "mail-opened")
}

/// Writes the mail that reminds a teacher of a round.
///
/// # Errors
/// none that a round could cause: the templates are compiled.
pub fn reminder(call: &Call<'_>) -> Result<Rendered, askama::Error> {
    write(call, "mail-reminder")
}

/// The mail by the texts whose keys begin with `key`.
fn write(call: &Call<'_>, key: &str) -> Result<Rendered, askama::Error> {
    let (words, round) = (call.to.words(), one_line(call.round));
    let until = |at: DateTime<Utc>| words.say("mail-reminder-until", &[("when", words.day_time(at).into())]);
    let named = ("round", round.into());
    let letter = Letter {
        frame: Frame::of(&call.to, &words.say(&format!("{key}-subject"), std::slice::from_ref(&named))),
        lead: words.say(&format!("{key}-lead"), &[named, ("day", words.day(call.starts_at).into())]),
        until: call.closes_at.map(until),
        zone: words.zone(),
        nothing: words.say("mail-reminder-nothing", &[]),
        link: Link { text: words.say("mail-reminder-link", &[]), address: one_line(call.link) },
    };
    let (html, text) = (Page { letter: &letter }.render()?, Plain { letter: &letter }.render()?);
    Ok(Rendered { subject: letter.frame.subject, text, html })
}

/// What both forms of the mail say.
struct Letter {
    frame: Frame,
    lead: String,
    until: Option<String>,
    zone: String,
    nothing: String,
    link: Link,
}

#[derive(Template)]
#[template(path = "mail/round.html")]
struct Page<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "mail/round.txt", escape = "none")]
struct Plain<'a> {
    letter: &'a Letter,
}
