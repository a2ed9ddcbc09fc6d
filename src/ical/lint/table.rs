//! What may stand in which component, how often, with which parameters: RFC 5545 and 7986 as far as Créneau's calendars
//! use them.

use super::value::Value::{self, *};

/// How often a property stands in its component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Times {
    Once,
    AtMostOnce,
    AnyNumber,
}

/// A property of a component.
#[derive(Clone, Copy, Debug)]
pub(super) struct Property {
    pub name: &'static str,
    pub times: Times,
    pub value: Value,
    /// The parameters that it may have.
    pub parameters: &'static [&'static str],
    /// What VALUE must say, since the property has no kind of value by itself.
    pub kind: Option<&'static str>,
}

const fn one(name: &'static str, value: Value) -> Property {
    Property { name, times: Times::Once, value, parameters: &[], kind: None }
}

const fn at_most(name: &'static str, value: Value) -> Property {
    Property { times: Times::AtMostOnce, ..one(name, value) }
}

const fn any(name: &'static str, value: Value) -> Property {
    Property { times: Times::AnyNumber, ..one(name, value) }
}

impl Property {
    const fn with(self, parameters: &'static [&'static str]) -> Self {
        Self { parameters, ..self }
    }

    const fn of_kind(self, kind: &'static str) -> Self {
        Self { kind: Some(kind), ..self }
    }
}

/// What METHOD may say.
pub(super) const METHODS: &[&str] = &["PUBLISH", "REQUEST", "CANCEL"];

const CALENDAR: &[Property] = &[
    one("VERSION", Word(&["2.0"])),
    one("PRODID", Text),
    one("METHOD", Word(METHODS)),
    at_most("CALSCALE", Word(&["GREGORIAN"])),
    at_most("NAME", Text),
    at_most("REFRESH-INTERVAL", Duration).with(&["VALUE"]).of_kind("DURATION"),
    at_most("X-WR-CALNAME", Text),
    at_most("X-WR-TIMEZONE", Text),
    at_most("X-PUBLISHED-TTL", Duration),
];

const ZONE: &[Property] = &[one("TZID", Text), at_most("LAST-MODIFIED", Utc), at_most("TZURL", Uri)];

const OBSERVANCE: &[Property] = &[
    one("DTSTART", Local),
    one("TZOFFSETFROM", Offset),
    one("TZOFFSETTO", Offset),
    at_most("RRULE", Rule),
    any("RDATE", Locals),
    any("TZNAME", Text),
];

const EVENT: &[Property] = &[
    one("UID", Text),
    one("DTSTAMP", Utc),
    one("CREATED", Utc),
    one("LAST-MODIFIED", Utc),
    one("SEQUENCE", Number),
    one("STATUS", Word(&["TENTATIVE", "CONFIRMED", "CANCELLED"])),
    one("DTSTART", Time).with(&["TZID"]),
    at_most("DTEND", Time).with(&["TZID"]),
    at_most("DURATION", Duration),
    at_most("RECURRENCE-ID", Time).with(&["TZID"]),
    one("SUMMARY", Text),
    at_most("DESCRIPTION", Text),
    at_most("LOCATION", Text),
    any("CATEGORIES", Texts),
    at_most("TRANSP", Word(&["OPAQUE", "TRANSPARENT"])),
    at_most("URL", Uri),
    any("CONFERENCE", Uri).with(&["VALUE", "FEATURE", "LABEL", "LANGUAGE"]).of_kind("URI"),
    at_most("ORGANIZER", Address).with(&["CN"]),
    any("ATTENDEE", Address).with(&["CN", "ROLE", "PARTSTAT", "RSVP"]),
];

const ALARM: &[Property] =
    &[one("ACTION", Word(&["DISPLAY"])), one("TRIGGER", Duration).with(&["RELATED"]), one("DESCRIPTION", Text)];

/// What may stand in a component; nothing for one that Créneau does not write.
pub(super) fn properties(component: &str) -> Option<&'static [Property]> {
    match component {
        "VCALENDAR" => Some(CALENDAR),
        "VTIMEZONE" => Some(ZONE),
        "STANDARD" | "DAYLIGHT" => Some(OBSERVANCE),
        "VEVENT" => Some(EVENT),
        "VALARM" => Some(ALARM),
        _ => None,
    }
}

/// Which components may stand in a component.
pub(super) fn parts(component: &str) -> &'static [&'static str] {
    match component {
        "VCALENDAR" => &["VTIMEZONE", "VEVENT"],
        "VTIMEZONE" => &["STANDARD", "DAYLIGHT"],
        "VEVENT" => &["VALARM"],
        _ => &[],
    }
}
