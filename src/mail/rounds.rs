//! What mails say of rounds that wait for wishes, and of those that were deleted with them. Pure: the same news always give
//! the same mail.

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

/// A round that was deleted, with a teacher's wishes.
#[derive(Clone, Copy, Debug)]
pub struct Gone<'a> {
    /// Who reads.
    pub to: Reader<'a>,
    /// The page on which wishes are entered.
    pub link: &'a str,
    /// The round's name.
    pub round: &'a str,
    /// When it would have begun.
    pub starts_at: DateTime<Utc>,
    /// How many wishes the reader had in it.
    pub wishes: u32,
    /// Whom to ask; nobody where the school's admins have no accounts.
    pub ask: &'a [String],
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

/// Writes the mail that tells a teacher that a round was deleted.
///
/// # Errors
/// none that a round could cause: the templates are compiled.
pub fn deleted(gone: &Gone<'_>) -> Result<Rendered, askama::Error> {
    let (words, named) = (gone.to.words(), ("round", one_line(gone.round).into()));
    let ask = match gone.ask {
        [] => words.say("mail-deleted-ask", &[]),
        names => words.say("mail-deleted-ask-names", &[("names", one_line(&names.join(", ")).into())]),
    };
    let letter = Letter {
        frame: Frame::of(&gone.to, &words.say("mail-deleted-subject", std::slice::from_ref(&named))),
        lead: words.say(
            "mail-deleted-lead",
            &[named, ("day", words.day(gone.starts_at).into()), ("count", gone.wishes.into())],
        ),
        until: None,
        zone: words.zone(),
        rest: ask,
        link: Link { text: words.say("mail-deleted-link", &[]), address: one_line(gone.link) },
    };
    letter.render()
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
        rest: words.say("mail-reminder-nothing", &[]),
        link: Link { text: words.say("mail-reminder-link", &[]), address: one_line(call.link) },
    };
    letter.render()
}

/// What both forms of the mail say.
struct Letter {
    frame: Frame,
    lead: String,
    until: Option<String>,
    zone: String,
    rest: String,
    link: Link,
}

impl Letter {
    fn render(self) -> Result<Rendered, askama::Error> {
        let (html, text) = (Page { letter: &self }.render()?, Plain { letter: &self }.render()?);
        Ok(Rendered { subject: self.frame.subject, text, html })
    }
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
