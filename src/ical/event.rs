//! A session as a VEVENT.

use super::{Attendee, Publisher, lines::Lines};
use crate::domain::{
    feed::Alarm,
    people::Language,
    session::{NamedSession, SessionState},
};
use chrono::{DateTime, TimeZone, Utc};
use chrono_tz::Tz;

pub(super) fn is_cancelled(session: &NamedSession) -> bool {
    session.session.state == SessionState::Cancelled
}

/// Whom an event concerns besides its publisher, and what its reader asked for.
#[derive(Clone, Copy, Default)]
pub(super) struct Extras<'a> {
    pub attendee: Option<&'a Attendee<'a>>,
    pub alarm: Option<Alarm>,
}

/// Writes the event. DTSTAMP and LAST-MODIFIED are the row's.
pub(super) fn write(lines: &mut Lines, publisher: &Publisher<'_>, named: &NamedSession, extras: Extras<'_>) {
    let session = &named.session;
    let (status, transparency) =
        if is_cancelled(named) { ("CANCELLED", "TRANSPARENT") } else { ("CONFIRMED", "OPAQUE") };
    lines.raw("BEGIN", "VEVENT");
    lines.text("UID", &format!("{}@{}", session.id, publisher.domain));
    lines.raw("DTSTAMP", &utc(session.changed_at));
    lines.raw("CREATED", &utc(session.created_at));
    lines.raw("LAST-MODIFIED", &utc(session.changed_at));
    lines.raw("SEQUENCE", &session.sequence.to_string());
    lines.raw("STATUS", status);
    times(lines, publisher.zone, session.starts_at, session.ends_at);
    let summary = summary(publisher, named);
    lines.text("SUMMARY", &summary);
    let description = description(publisher, named);
    if !description.is_empty() {
        lines.paragraphs("DESCRIPTION", &description);
    }
    if !named.group_names.is_empty() {
        lines.list("CATEGORIES", &named.group_names);
    }
    if let Some(link) = &session.link {
        lines.raw("URL", link);
        // RFC 7986: the value has no kind by itself. What FEATURE lists stands without quotation marks.
        lines.with("CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO", &[("LABEL", words(publisher.language).join)], link);
    }
    lines.raw("TRANSP", transparency);
    // RFC 5546 asks for an organizer with every method, PUBLISH included.
    lines.with("ORGANIZER", &[("CN", publisher.school)], &format!("mailto:{}", organizer(publisher.domain)));
    if let Some(attendee) = extras.attendee {
        // The teacher asked for this class, and the plan is made: no answer is expected.
        let parameters =
            [("CN", attendee.name), ("ROLE", "REQ-PARTICIPANT"), ("PARTSTAT", "ACCEPTED"), ("RSVP", "FALSE")];
        lines.with("ATTENDEE", &parameters, &format!("mailto:{}", attendee.address));
    }
    if let Some(Alarm { minutes }) = extras.alarm.filter(|_| !is_cancelled(named)) {
        lines.raw("BEGIN", "VALARM");
        lines.raw("ACTION", "DISPLAY");
        lines.raw("TRIGGER", &format!("-PT{minutes}M"));
        lines.text("DESCRIPTION", &summary);
        lines.raw("END", "VALARM");
    }
    lines.raw("END", "VEVENT");
}

/// The address in ORGANIZER: the same for every calendar of an installation, because programs take a change from
/// another organizer for a forgery.
fn organizer(domain: &str) -> String {
    format!("creneau@{domain}")
}

/// `Maths – 6e B, 6e C`; a title that names every group stands alone. Many programs show a cancelled event like any other,
/// so its name says so, too.
fn summary(publisher: &Publisher<'_>, named: &NamedSession) -> String {
    let off = if is_cancelled(named) { words(publisher.language).off } else { "" };
    let title = format!("{off}{}", named.session.title);
    if named.group_names.iter().all(|group| named.session.title.contains(group.as_str())) {
        title
    } else {
        format!("{title} – {}", named.group_names.join(", "))
    }
}

/// What an event's texts are called.
struct Words {
    off: &'static str,
    groups: &'static str,
    teachers: &'static str,
    link: &'static str,
    join: &'static str,
}

fn words(language: Language) -> Words {
    match language {
        Language::Fr => Words {
            off: "Annulé : ",
            groups: "Pour : ",
            teachers: "Avec : ",
            link: "Lien : ",
            join: "Rejoindre la classe virtuelle",
        },
        Language::En => Words {
            off: "Cancelled: ",
            groups: "For: ",
            teachers: "With: ",
            link: "Link: ",
            join: "Join the virtual class",
        },
    }
}

/// Who attends, who teaches, and where: many programs show this text and nothing else.
fn description(publisher: &Publisher<'_>, named: &NamedSession) -> Vec<String> {
    let words = words(publisher.language);
    let link = named.session.link.as_slice();
    [(words.groups, &*named.group_names), (words.teachers, &*named.teacher_names), (words.link, link)]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(label, names)| format!("{label}{}", names.join(", ")))
        .collect()
}

/// Start and end in local time with the zone's name. The second of two equal local hours, when clocks go back, can
/// only be told in UTC.
fn times(lines: &mut Lines, zone: Tz, starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) {
    let is_plain = |at: DateTime<Utc>| {
        let local = at.with_timezone(&zone);
        zone.from_local_datetime(&local.naive_local()).earliest() == Some(local)
    };
    let in_local_time = is_plain(starts_at) && is_plain(ends_at);
    for (name, at) in [("DTSTART", starts_at), ("DTEND", ends_at)] {
        if in_local_time {
            let local = at.with_timezone(&zone).format("%Y%m%dT%H%M%S").to_string();
            lines.with(name, &[("TZID", zone.name())], &local);
        } else {
            lines.raw(name, &utc(at));
        }
    }
}

fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}
