//! What a mail with a one-time link says. Pure: the same link always gives the same mail.

use super::{
    frame::{Frame, Link, Rendered},
    words::Words,
};
use crate::domain::{access::Role, people::Language, text::one_line};
use askama::Template;
use chrono_tz::Tz;

/// A one-time link for one reader.
#[derive(Clone, Copy, Debug)]
pub struct LinkMail<'a> {
    /// The reader's name.
    pub reader: &'a str,
    /// The reader's language.
    pub language: Language,
    /// The link.
    pub link: &'a str,
    /// What it is for.
    pub purpose: Purpose<'a>,
}

/// What a one-time link is for.
#[derive(Clone, Copy, Debug)]
pub enum Purpose<'a> {
    /// To sign in.
    SignIn {
        /// How long it holds.
        minutes: i64,
    },
    /// To become operator, admin or teacher.
    Invitation {
        /// What the reader is to be.
        role: Role,
        /// The school's name, but for operators.
        school: &'a str,
        /// Who invites.
        by: &'a str,
        /// How long it holds.
        days: i64,
    },
}

/// Writes the mail.
///
/// # Errors
/// none that a link could cause: the templates are compiled.
pub fn one_time_link(mail: &LinkMail<'_>) -> Result<Rendered, askama::Error> {
    let words = Words { language: mail.language, zone: Tz::UTC };
    let (subject, lead, button, once, why) = match mail.purpose {
        Purpose::SignIn { minutes } => (
            words.say("mail-sign-in-subject", &[]),
            words.say("mail-sign-in-lead", &[]),
            words.say("mail-sign-in-button", &[]),
            words.say("mail-sign-in-once", &[("minutes", minutes.into())]),
            words.say("mail-sign-in-why", &[]),
        ),
        Purpose::Invitation { role, school, by, days } => {
            let school = one_line(school);
            let key = format!("mail-invitation-lead-{}", role.as_str());
            let subject = match role {
                Role::Operator => words.say("mail-invitation-subject-operator", &[]),
                _ => words.say("mail-invitation-subject", &[("school", school.clone().into())]),
            };
            (
                subject,
                words.say(&key, &[("school", school.into()), ("by", one_line(by).into())]),
                words.say("mail-invitation-button", &[]),
                words.say("mail-invitation-once", &[("days", days.into())]),
                words.say("mail-invitation-why", &[]),
            )
        }
    };
    let letter = Letter {
        frame: Frame {
            code: mail.language.code(),
            subject: one_line(&subject),
            school: String::new(),
            hello: words.say("mail-hello", &[("name", one_line(mail.reader).into())]),
            why,
            // Without it nobody could sign in.
            unsubscribe: None,
        },
        lead,
        link: Link { text: button, address: one_line(mail.link) },
        once,
    };
    let (html, text) = (Page { letter: &letter }.render()?, Plain { letter: &letter }.render()?);
    Ok(Rendered { subject: letter.frame.subject, text, html })
}

/// What both forms of the mail say.
struct Letter {
    frame: Frame,
    lead: String,
    link: Link,
    once: String,
}

#[derive(Template)]
#[template(path = "mail/link.html")]
struct Page<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "mail/link.txt", escape = "none")]
struct Plain<'a> {
    letter: &'a Letter,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(language: Language, purpose: Purpose<'_>) -> Rendered {
        let link = "https://creneau.example.org/link/abc";
        one_time_link(&LinkMail { reader: "Mme <Bernard>\r\nBcc: x@y.fr", language, link, purpose }).unwrap()
    }

    #[test]
    fn both_languages_say_what_the_link_does_and_how_long_it_holds() {
        for (language, minutes, days) in
            [(Language::Fr, "15 minutes", "7 jours"), (Language::En, "15 minutes", "7 days")]
        {
            let sign_in = mail(language, Purpose::SignIn { minutes: 15 });
            assert!(
                sign_in.text.contains(minutes)
                    && sign_in.html.contains("href=\"https://creneau.example.org/link/abc\"")
            );
            assert!(!sign_in.html.contains("<Bernard>") && !sign_in.text.contains("\r\nBcc"));
            for role in [Role::Operator, Role::Admin, Role::Teacher] {
                let purpose = Purpose::Invitation { role, school: "Collège A\nB", by: "M. Colin", days: 7 };
                let invitation = mail(language, purpose);
                assert!(invitation.text.contains(days) && invitation.text.contains("M. Colin"), "{}", invitation.text);
                assert!(
                    !invitation.subject.contains('\n') && !invitation.text.contains("mail-"),
                    "{}",
                    invitation.text
                );
            }
        }
    }
}
