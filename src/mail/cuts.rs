//! What mails say when a limit was lowered and classes do not fit any more. Pure: the same news always give the same mail.

use super::{
    classes::{Letter, Line},
    frame::{Frame, Link, Reader, Rendered},
};
use crate::domain::{access::Role, session::NamedSession, text::one_line};

/// Classes in one mail; of more only the number is told.
const LISTED: usize = 40;

/// A limit that was lowered, for one reader.
#[derive(Clone, Copy, Debug)]
pub struct CutMail<'a> {
    /// Who reads.
    pub to: Reader<'a>,
    /// A page that shows the week.
    pub link: &'a str,
    /// The classes that the reader has to do with, by start.
    pub classes: &'a [Crowded],
}

/// A class at an hour with more connections than its pool allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crowded {
    /// The class.
    pub class: NamedSession,
    /// The pool's name; none for the school's own.
    pub pool: Option<String>,
    /// Connections too many.
    pub over: u64,
}

/// Writes the mail.
///
/// # Errors
/// none that a limit could cause: the templates are compiled.
pub fn capacity_cut(mail: &CutMail<'_>) -> Result<Rendered, askama::Error> {
    let words = mail.to.words();
    let count = [("count", mail.classes.len().into())];
    let is_teacher = mail.to.role == Role::Teacher;
    // Which limit it is, and by how much, is for those who can do something about it.
    let of = |one: &Crowded| (words.date(one.class.session.starts_at), (!is_teacher).then(|| one.pool.clone()));
    let label = |together: &[&Crowded]| {
        let first = together.first().filter(|_| !is_teacher)?;
        let pool = first.pool.as_deref().map_or_else(|| words.say("own-pool", &[]), one_line);
        let over = together.iter().map(|one| one.over).max().unwrap_or_default();
        Some(words.say("mail-cut-over", &[("count", over.into()), ("pool", pool.into())]))
    };
    let mut classes: Vec<&Crowded> = mail.classes.iter().collect();
    classes.sort_by_key(|one| of(one));
    classes.truncate(LISTED);
    let lines = classes.chunk_by(|a, b| of(a) == of(b)).flat_map(|together| {
        let line = |(position, one): (usize, &&Crowded)| match position {
            0 => Line::of(&words, label(together), &one.class),
            _ => Line::of(&words, None, &one.class).of_same_day(),
        };
        together.iter().enumerate().map(line).collect::<Vec<_>>()
    });
    let unsaid = mail.classes.len().saturating_sub(LISTED);
    let letter = Letter {
        frame: Frame::of(&mail.to, &words.say("mail-cut-subject", &count)),
        lead: words.say(if is_teacher { "mail-cut-lead" } else { "mail-cut-lead-admin" }, &count),
        lines: lines.collect(),
        until: (unsaid > 0).then(|| words.say("mail-cut-more", &[("count", unsaid.into())])),
        rest: words.say(if is_teacher { "mail-cut-rest" } else { "mail-cut-rest-admin" }, &[]),
        zone: words.zone(),
        link: Link { text: words.say("mail-link", &[]), address: one_line(mail.link) },
    };
    letter.render()
}
