//! A letter that lists classes and says what is to be done: the form of mails about offers, swaps and lowered limits.

use super::{
    frame::{Frame, Link, Rendered},
    words::Words,
};
use crate::domain::{session::NamedSession, text::one_line};
use askama::Template;

/// What both forms of the mail say.
pub(super) struct Letter {
    pub(super) frame: Frame,
    pub(super) lead: String,
    pub(super) lines: Vec<Line>,
    /// What must be done until when.
    pub(super) until: Option<String>,
    pub(super) rest: String,
    pub(super) zone: String,
    pub(super) link: Link,
}

/// A class.
pub(super) struct Line {
    pub(super) label: Option<String>,
    /// Nothing for one more of the same day.
    day: Option<String>,
    times: String,
    title: String,
    people: String,
}

#[derive(Template)]
#[template(path = "mail/classes.html")]
struct Page<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "mail/classes.txt", escape = "none")]
struct Plain<'a> {
    letter: &'a Letter,
}

impl Letter {
    pub(super) fn render(self) -> Result<Rendered, askama::Error> {
        let (html, text) = (Page { letter: &self }.render()?, Plain { letter: &self }.render()?);
        Ok(Rendered { subject: self.frame.subject, text, html })
    }
}

impl Line {
    pub(super) fn of(words: &Words, label: Option<String>, class: &NamedSession) -> Self {
        let session = &class.session;
        let names = [class.group_names.join(", "), class.teacher_names.join(", ")];
        let named: Vec<String> = names.iter().map(|names| one_line(names)).filter(|names| !names.is_empty()).collect();
        Self {
            label: label.map(|label| one_line(&label)),
            day: Some(words.day(session.starts_at)),
            times: words.times(session.starts_at, session.ends_at),
            title: one_line(&session.title),
            people: named.join(" · "),
        }
    }

    /// The same below a line of the same day.
    pub(super) fn of_same_day(self) -> Self {
        Self { day: None, ..self }
    }
}
