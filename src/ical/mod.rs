//! Calendar text (RFC 5545, 5546, 7986): sessions in, text out. No clock and no database: the same rows always give
//! the same bytes.
//!
//! ```
//! use chrono::{TimeZone, Utc};
//! use creneau::{domain::people::Language, ical};
//!
//! let publisher = ical::Publisher {
//!     domain: "creneau.example.org",
//!     school: "Collège Jules-Verne",
//!     zone: chrono_tz::Europe::Paris,
//!     language: Language::Fr,
//! };
//! let text = ical::feed(&publisher, "6e B", Utc.with_ymd_and_hms(2020, 3, 16, 8, 0, 0).unwrap(), &[], None);
//! assert_eq!(ical::lint::read(text.as_bytes()).unwrap().text("NAME").unwrap(), "6e B");
//! ```
//!
//! - [`event`], [`zone`], written by [`lines`]: what goes out
//! - [`reader`], [`lint`]: what our calendars are held to; they share no code with what writes

mod event;
mod lines;
pub mod lint;
pub mod reader;
#[cfg(test)]
mod tests;
mod zone;

use crate::domain::{feed::Alarm, notice::Method, people::Language, session::NamedSession};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use event::Extras;
use lines::Lines;

/// Who made the calendar, for other programs; the language of its texts follows.
const PRODUCT: &str = "-//Creneau//Creneau//";

/// How often a subscriber should look for changes. Most clients choose their own pace, none a quicker one.
const REFRESH: &str = "PT1H";

/// Whose calendar it is, and how times and words are to be shown.
#[derive(Clone, Copy, Debug)]
pub struct Publisher<'a> {
    /// The domain in UIDs and in the organizer's address; it must never change.
    pub domain: &'a str,
    /// The school's name.
    pub school: &'a str,
    /// The school's time zone.
    pub zone: Tz,
    /// The reader's language.
    pub language: Language,
}

/// To whom an invitation goes.
#[derive(Clone, Copy, Debug)]
pub struct Attendee<'a> {
    /// The name to show.
    pub name: &'a str,
    /// The e-mail address.
    pub address: &'a str,
}

/// A calendar to subscribe to. `since` is when the feed was made: where there is no session yet, it stands in for
/// one, so that the time zone can be told. `alarm` is what this subscriber asked for.
pub fn feed(
    publisher: &Publisher<'_>,
    name: &str,
    since: DateTime<Utc>,
    sessions: &[NamedSession],
    alarm: Option<Alarm>,
) -> String {
    let mut lines = begin(publisher, Method::Publish);
    lines.text("NAME", name);
    lines.text("X-WR-CALNAME", name);
    lines.raw("X-WR-TIMEZONE", publisher.zone.name());
    lines.with("REFRESH-INTERVAL", &[("VALUE", "DURATION")], REFRESH);
    lines.raw("X-PUBLISHED-TTL", REFRESH);
    end(lines, publisher, since, sessions, Extras { alarm, ..Extras::default() })
}

/// Several sessions at once, to be attached to a mail. Each carries its own state and sequence, so that a program
/// that knows an older version updates it.
pub fn bundle(publisher: &Publisher<'_>, since: DateTime<Utc>, sessions: &[NamedSession]) -> String {
    end(begin(publisher, Method::Publish), publisher, since, sessions, Extras::default())
}

/// One session as an invitation by mail (RFC 6047): a request, or a cancellation when it does not take place.
pub fn invitation(publisher: &Publisher<'_>, attendee: &Attendee<'_>, session: &NamedSession) -> String {
    let method = if event::is_cancelled(session) { Method::Cancel } else { Method::Request };
    let since = session.session.created_at;
    let extras = Extras { attendee: Some(attendee), ..Extras::default() };
    end(begin(publisher, method), publisher, since, std::slice::from_ref(session), extras)
}

/// The same invitation to another address: mail programs take it for their owner's by the attendee.
pub fn readdressed(calendar: &str, from: &str, to: &str) -> String {
    let (old, mut lines) = (format!(":mailto:{from}"), Lines::new());
    for line in calendar.replace("\r\n ", "").lines() {
        match line.strip_suffix(&old).filter(|line| line.starts_with("ATTENDEE;")) {
            Some(start) => lines.fold(&format!("{start}:mailto:{to}")),
            None => lines.fold(line),
        }
    }
    lines.finish()
}

fn begin(publisher: &Publisher<'_>, method: Method) -> Lines {
    let mut lines = Lines::new();
    lines.raw("BEGIN", "VCALENDAR");
    lines.raw("VERSION", "2.0");
    lines.text("PRODID", &format!("{PRODUCT}{}", publisher.language.code().to_uppercase()));
    lines.raw("CALSCALE", "GREGORIAN");
    lines.raw("METHOD", method.as_str());
    lines
}

fn end(
    mut lines: Lines,
    publisher: &Publisher<'_>,
    since: DateTime<Utc>,
    sessions: &[NamedSession],
    extras: Extras<'_>,
) -> String {
    let first = sessions.iter().map(|named| named.session.starts_at).min().unwrap_or(since);
    let last = sessions.iter().map(|named| named.session.ends_at).max().unwrap_or(since);
    zone::write(&mut lines, publisher.zone, first, last);
    for session in sessions {
        event::write(&mut lines, publisher, session, extras);
    }
    lines.raw("END", "VCALENDAR");
    lines.finish()
}
