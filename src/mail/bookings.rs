//! What mails say of places that are offered and of swaps. Pure: the same news always give the same mail.

use super::{
    classes::{Letter, Line},
    frame::{Frame, Link, Reader, Rendered, shortened},
    words::Words,
};
use crate::domain::{session::NamedSession, text::one_line};
use chrono::{DateTime, Utc};

/// News of a booking for one reader.
#[derive(Clone, Copy, Debug)]
pub struct BookingMail<'a> {
    /// Who reads.
    pub to: Reader<'a>,
    /// A page that shows what waits for the reader.
    pub link: &'a str,
    /// What happened.
    pub news: BookingNews<'a>,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum BookingNews<'a> {
    /// A place came free for a class that waits.
    Offered {
        /// The class, at the place.
        class: &'a NamedSession,
        /// Until when the place is kept.
        until: DateTime<Utc>,
    },
    /// Nobody confirmed the place in time; the class waits on.
    OfferExpired {
        /// What the class is called.
        title: &'a str,
        /// It waits for a place from then on.
        from: DateTime<Utc>,
        /// The place ends then at the latest.
        to: DateTime<Utc>,
    },
    /// The school took the class off the waiting list, or one of its teachers or groups is not there any more.
    TakenOff {
        /// What the class is called.
        title: &'a str,
        /// It waited for a place from then on.
        from: DateTime<Utc>,
        /// The place would have ended then at the latest.
        to: DateTime<Utc>,
    },
    /// The time for which the class waited is over.
    WaitedInVain {
        /// What the class is called.
        title: &'a str,
        /// It waited for a place from then on.
        from: DateTime<Utc>,
        /// The place would have ended then at the latest.
        to: DateTime<Utc>,
    },
    /// Somebody would like to exchange starts with the reader's class.
    SwapProposed {
        /// The reader's class.
        own: &'a NamedSession,
        /// The other one.
        other: &'a NamedSession,
        /// Who proposes it; the school when nobody is named.
        by: Option<&'a str>,
        /// When the first of them begins.
        until: DateTime<Utc>,
    },
    /// A swap that the reader proposed will not be: one of the classes has changed.
    SwapOutdated {
        /// The reader's class.
        own: &'a NamedSession,
        /// The other one.
        other: &'a NamedSession,
    },
    /// A swap will not be.
    SwapDeclined {
        /// One class.
        one: &'a NamedSession,
        /// The other one.
        other: &'a NamedSession,
    },
}

/// Writes the mail.
///
/// # Errors
/// none that a booking could cause: the templates are compiled.
pub fn booking(mail: &BookingMail<'_>) -> Result<Rendered, askama::Error> {
    let words = mail.to.words();
    let line = |label: Option<&str>, class| Line::of(&words, label.map(|key| words.say(key, &[])), class);
    let told = match mail.news {
        BookingNews::Offered { class, until } => Told {
            lines: vec![line(None, class)],
            until: Some(words.say("mail-offer-until", &[("when", words.day_time(until).into())])),
            button: "mail-offer-link",
            ..told(&words, "mail-offer", class)
        },
        BookingNews::OfferExpired { title, from, to } => waited(&words, "mail-offer-expired", title, (from, to)),
        BookingNews::TakenOff { title, from, to } => waited(&words, "mail-taken-off", title, (from, to)),
        BookingNews::WaitedInVain { title, from, to } => waited(&words, "mail-waited-in-vain", title, (from, to)),
        BookingNews::SwapProposed { own, other, by, until } => Told {
            lead: match by {
                Some(name) => words.say("mail-swap-proposed-lead", &[("name", one_line(name).into())]),
                None => words.say("mail-swap-proposed-lead-school", &[]),
            },
            lines: vec![line(Some("mail-swap-own"), own), line(Some("mail-swap-other"), other)],
            until: Some(words.say("mail-swap-until", &[("when", words.day_time(until).into())])),
            button: "mail-swap-link",
            ..told(&words, "mail-swap-proposed", own)
        },
        BookingNews::SwapOutdated { own, other } => Told {
            lines: vec![line(Some("mail-swap-own"), own), line(Some("mail-swap-other"), other)],
            ..told(&words, "mail-swap-outdated", own)
        },
        BookingNews::SwapDeclined { one, other } => {
            Told { lines: vec![line(None, one), line(None, other)], ..told(&words, "mail-swap-declined", one) }
        }
    };
    let letter = Letter {
        frame: Frame::of(&mail.to, &told.subject),
        lead: told.lead,
        lines: told.lines,
        until: told.until,
        rest: told.rest,
        zone: words.zone(),
        link: Link { text: words.say(told.button, &[]), address: one_line(mail.link) },
    };
    letter.render()
}

/// What differs from news to news.
struct Told {
    subject: String,
    lead: String,
    lines: Vec<Line>,
    until: Option<String>,
    rest: String,
    /// The key of what the link leads to.
    button: &'static str,
}

/// What is told of one class, by the texts whose keys begin with `key`.
fn told(words: &Words, key: &str, class: &NamedSession) -> Told {
    let when = words.day_time_seen(class.session.starts_at, class.session.changed_at);
    let title = shortened(&class.session.title);
    Told {
        subject: words.say(&format!("{key}-subject"), &[("title", title.into()), ("when", when.into())]),
        lead: words.say(&format!("{key}-lead"), &[]),
        lines: Vec::new(),
        until: None,
        rest: words.say(&format!("{key}-rest"), &[]),
        button: "mail-plan-link",
    }
}

/// What is told of a class that waited between two instants, by the texts whose keys begin with `key`.
fn waited(words: &Words, key: &str, title: &str, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Told {
    let named = [("title", shortened(title).into())];
    let between = [("from", words.day_time(from).into()), ("to", words.day_time(to).into())];
    Told {
        subject: words.say(&format!("{key}-subject"), &named),
        lead: words.say(&format!("{key}-lead"), &named),
        lines: Vec::new(),
        until: None,
        rest: words.say(&format!("{key}-rest"), &between),
        button: "mail-plan-link",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::people::Language,
        mail::samples::{class, reader, utc},
    };

    fn mail(language: Language, news: BookingNews<'_>) -> Rendered {
        booking(&BookingMail { to: reader(language), link: "https://creneau.example.org/plan", news }).unwrap()
    }

    fn proposed<'a>(own: &'a NamedSession, other: &'a NamedSession, by: Option<&'a str>) -> BookingNews<'a> {
        BookingNews::SwapProposed { own, other, by, until: utc("2020-03-24T08:00") }
    }

    #[test]
    fn offers_and_swaps_read_well() {
        let maths = class("Mathématiques", "6e B", "Mme Martin", "2020-03-24T08:00");
        let english = class("Anglais", "5e A", "M. Colin", "2020-03-26T13:30");
        let all = [
            ("offer", BookingNews::Offered { class: &maths, until: utc("2020-03-20T11:00") }),
            (
                "offer-expired",
                BookingNews::OfferExpired {
                    title: "Anglais",
                    from: utc("2020-03-24T07:00"),
                    to: utc("2020-03-27T11:00"),
                },
            ),
            (
                "taken-off",
                BookingNews::TakenOff { title: "Anglais", from: utc("2020-03-24T07:00"), to: utc("2020-03-27T11:00") },
            ),
            (
                "waited-in-vain",
                BookingNews::WaitedInVain {
                    title: "Anglais",
                    from: utc("2020-03-24T07:00"),
                    to: utc("2020-03-27T11:00"),
                },
            ),
            ("swap-proposed", proposed(&maths, &english, Some("M. Colin"))),
            ("swap-proposed-by-the-school", proposed(&maths, &english, None)),
            ("swap-outdated", BookingNews::SwapOutdated { own: &maths, other: &english }),
            ("swap-declined", BookingNews::SwapDeclined { one: &maths, other: &english }),
        ];
        for language in [Language::Fr, Language::En] {
            for (name, news) in all {
                let mail = mail(language, news);
                let name = format!("{name}-{}", language.code());
                insta::assert_snapshot!(name, format!("{}\n\n{}", mail.subject, mail.text));
                assert!(mail.html.contains("href=\"https://creneau.example.org/plan\""));
            }
        }
    }

    #[test]
    fn what_users_wrote_stays_text() {
        let hostile = class("<b>Maths</b>\r\nBcc: x@y.fr", "<i>6e</i>", "<u>x</u>", "2020-03-24T08:00");
        for news in [
            BookingNews::Offered { class: &hostile, until: utc("2020-03-20T11:00") },
            proposed(&hostile, &hostile, Some("<b>x</b>\r\nBcc: x@y.fr")),
            BookingNews::SwapOutdated { own: &hostile, other: &hostile },
            BookingNews::SwapDeclined { one: &hostile, other: &hostile },
            BookingNews::OfferExpired {
                title: &hostile.session.title,
                from: utc("2020-03-24T07:00"),
                to: utc("2020-03-27T11:00"),
            },
        ] {
            let mail = mail(Language::En, news);
            assert!(!mail.html.contains("<b>") && !mail.html.contains("<i>") && !mail.html.contains("<u>"));
            assert!(!mail.subject.contains(['\r', '\n']) && !mail.text.contains("\r\nBcc"), "{}", mail.text);
        }
    }
}
