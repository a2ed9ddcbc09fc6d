//! What mails have in common: who reads, and what stands around the news.

use super::words::Words;
use crate::domain::{access::Role, people::Language, text::one_line};
use chrono_tz::Tz;

/// Characters of a title in a subject; longer ones are cut.
const TITLE_IN_SUBJECT: usize = 60;

/// Who reads news of a school, or of what schools share.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// The school's name, or that of what schools share.
    pub school: &'a str,
    /// Its time zone.
    pub zone: Tz,
    /// The reader's name.
    pub name: &'a str,
    /// The reader's language.
    pub language: Language,
    /// As what the reader gets it.
    pub role: Role,
    /// Where the reader switches such mails off.
    pub unsubscribe: &'a str,
}

impl Reader<'_> {
    pub(super) fn words(&self) -> Words {
        Words { language: self.language, zone: self.zone }
    }
}

/// The mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// As a page.
    pub html: String,
}

/// What stands around the news.
pub(super) struct Frame {
    pub(super) code: &'static str,
    pub(super) subject: String,
    /// The name of the school, or of what schools share; empty in mails about accounts.
    pub(super) school: String,
    pub(super) hello: String,
    /// Why somebody gets this mail.
    pub(super) why: String,
    pub(super) unsubscribe: Option<Link>,
}

/// An address with what it leads to.
pub(super) struct Link {
    pub(super) text: String,
    pub(super) address: String,
}

impl Frame {
    /// Around news of a school.
    pub(super) fn of(to: &Reader<'_>, subject: &str) -> Self {
        let (words, school) = (to.words(), one_line(to.school));
        let why = match to.role {
            Role::Teacher => "mail-why",
            Role::Admin => "mail-why-admin",
            Role::Operator => "mail-why-operator",
        };
        Self {
            code: to.language.code(),
            subject: one_line(subject),
            hello: words.say("mail-hello", &[("name", one_line(to.name).into())]),
            why: words.say(why, &[("school", school.clone().into())]),
            unsubscribe: Some(Link { text: words.say("mail-unsubscribe", &[]), address: one_line(to.unsubscribe) }),
            school,
        }
    }
}

/// A title as it stands in a subject: one line that is not too long.
pub(super) fn shortened(title: &str) -> String {
    let title = one_line(title);
    let short: String = title.chars().take(TITLE_IN_SUBJECT).collect();
    if short.len() < title.len() { format!("{short}…") } else { short }
}
