//! What Créneau's calendars are held to: a linter that is stricter than programs that read calendars, and tells all
//! that is wrong.
//!
//! It follows RFC 5545 (calendars), 5546 (methods) and 7986 (more properties), and asks for some things besides that
//! these leave free: no floating times, a domain in each UID, LAST-MODIFIED and SEQUENCE in each event.
//!
//! - [`table`]: what may stand where, and how often
//! - [`value`]: kinds of values

mod table;
#[cfg(test)]
mod tests;
mod value;

use super::reader::{self, Component, Line, place};
use crate::domain::finding::Findings;
use std::collections::{BTreeMap, BTreeSet};
use table::Times;

/// The calendar, when nothing is wrong with it.
///
/// # Errors
/// Those of [`reader::read`]; when its text can be read, every finding about properties and their values; when these are
/// right, every one about what they say together.
pub fn read(bytes: &[u8]) -> Result<Component, Findings> {
    let calendar = reader::read(bytes)?;
    let mut findings = Findings::default();
    if calendar.name == "VCALENDAR" {
        component(&calendar, &mut findings);
    } else {
        findings.add("unknown-component", place(1), format!("{} is no calendar", calendar.name), "begin a VCALENDAR");
    }
    findings.into_result()?;
    let mut findings = Findings::default();
    together(&calendar, &mut findings);
    findings.into_result().map(|()| calendar)
}

/// The properties of a component and of those in it, each by itself.
fn component(component: &Component, findings: &mut Findings) {
    let Some(properties) = table::properties(&component.name) else {
        let message = format!("there is no component {}", component.name);
        return findings.add("unknown-component", place(component.number), message, "leave it out");
    };
    for property in properties {
        let count = component.all(property.name).len();
        let message = |what| format!("{what} {} in {}", property.name, component.name);
        if count == 0 && property.times == Times::Once {
            findings.add("missing-property", place(component.number), message("there is no"), "add it");
        }
        if count > 1 && property.times != Times::AnyNumber {
            findings.add("repeated-property", place(component.number), message("there is more than one"), "keep one");
        }
    }
    for line in &component.lines {
        match properties.iter().find(|property| property.name == line.name) {
            Some(property) => line_findings(property, line, findings),
            // Everybody's own.
            None if line.name.starts_with("X-") => {}
            None => {
                let message = format!("{} does not belong in {}", line.name, component.name);
                findings.add("unknown-property", place(line.number), message, "leave it out");
            }
        }
    }
    let allowed = table::parts(&component.name);
    for part in &component.parts {
        if allowed.contains(&part.name.as_str()) || table::properties(&part.name).is_none() {
            self::component(part, findings);
        } else {
            let message = format!("{} does not belong in {}", part.name, component.name);
            findings.add("misplaced-component", place(part.number), message, "put it where it belongs");
        }
    }
}

fn line_findings(property: &table::Property, line: &Line, findings: &mut Findings) {
    for name in line.parameters.keys().filter(|name| !property.parameters.contains(&name.as_str())) {
        let message = format!("{} has no parameter {name}", line.name);
        findings.add("unknown-parameter", place(line.number), message, "leave it out");
    }
    if let Some(kind) = property.kind
        && line.parameters.get("VALUE").is_none_or(|told| told != kind)
    {
        let message = format!("{} does not say what its value is", line.name);
        findings.add("no-value-kind", place(line.number), message, format!("add ;VALUE={kind}"));
    }
    if let Err((code, action)) = property.value.check(line) {
        findings.add(code, place(line.number), format!("{}:{:?} is not right", line.name, line.value), action);
    }
}

/// What the parts of a calendar say together.
fn together(calendar: &Component, findings: &mut Findings) {
    let mut zones = BTreeMap::new();
    for zone in calendar.parts_named("VTIMEZONE") {
        let name = zone.value("TZID").unwrap_or_default();
        if zone.parts.is_empty() {
            findings.add("empty-zone", place(zone.number), format!("{name} has no offset"), "add a STANDARD");
        }
        let since = zone.parts.iter().filter_map(|part| part.value("DTSTART")).min().unwrap_or_default();
        if zones.insert(name, since).is_some() {
            findings.add("zone-twice", place(zone.number), format!("{name} is defined twice"), "keep one of the two");
        }
    }
    let method = calendar.value("METHOD").unwrap_or_default();
    let events = calendar.parts_named("VEVENT");
    if calendar.parts.is_empty() {
        findings.add("empty-calendar", place(1), "the calendar has no component", "add a VTIMEZONE, or an event");
    }
    let mut known = BTreeSet::new();
    for event in &events {
        let uid = event.value("UID").unwrap_or_default();
        if !known.insert((uid, event.value("RECURRENCE-ID"))) {
            findings.add("uid-twice", place(event.number), format!("{uid} stands there twice"), "keep one of the two");
        }
        times(event, &zones, findings);
        people(event, method, findings);
        if uid.split_once('@').is_none_or(|(id, domain)| id.is_empty() || domain.is_empty()) {
            let action = "add @ and a domain of your own, so that no other program takes the same one";
            findings.add("uid-without-domain", place(event.number), format!("{uid:?} may be another's too"), action);
        }
    }
    if method != "PUBLISH" && known.iter().map(|(uid, _)| uid).collect::<BTreeSet<_>>().len() != 1 {
        let message = format!("a {method} is of one event and its occurrences");
        findings.add("not-one-event", place(1), message, "send one calendar for each");
    }
}

/// Whether an event's times have their zones, and its end comes after its start.
fn times(event: &Component, zones: &BTreeMap<&str, &str>, findings: &mut Findings) {
    let all = ["DTSTART", "DTEND", "RECURRENCE-ID"].into_iter().flat_map(|name| event.all(name));
    for line in all {
        let Some(zone) = line.parameters.get("TZID") else { continue };
        match zones.get(zone.as_str()) {
            None => {
                let action = "add its VTIMEZONE: names alone mean different things to different programs";
                findings.add("zone-not-defined", place(line.number), format!("{zone} is not defined"), action);
            }
            Some(since) if line.value.as_str() < *since => {
                let message = format!("{zone} says nothing of times before {since}");
                findings.add("zone-too-late", place(line.number), message, "add an earlier offset to its VTIMEZONE");
            }
            Some(_) => {}
        }
    }
    let (start, end) = (event.all("DTSTART"), event.all("DTEND"));
    match (start.first(), end.first(), event.value("DURATION")) {
        (_, None, None) => {
            findings.add("no-end", place(event.number), "the event has no end", "add DTEND or DURATION");
        }
        (_, Some(end), Some(_)) => {
            findings.add("two-ends", place(end.number), "the event has DTEND and DURATION", "keep one of the two");
        }
        (_, None, Some(duration)) if duration.starts_with('-') => {
            findings.add("ends-first", place(event.number), "the event ends before it begins", "correct DURATION");
        }
        (Some(start), Some(end), None) => {
            let is_one_kind = start.parameters.get("TZID") == end.parameters.get("TZID");
            if !is_one_kind {
                let message = "start and end are told in different zones";
                findings.add("mixed-times", place(end.number), message, "tell both in the same one");
            } else if start.value >= end.value {
                let message = "the event does not end after it begins";
                findings.add("ends-first", place(end.number), message, "correct DTEND");
            }
        }
        _ => {}
    }
}

/// Whether organizer, attendees and status are what the method asks for (RFC 5546, section 3.2).
fn people(event: &Component, method: &str, findings: &mut Findings) {
    let here = place(event.number);
    if event.all("ORGANIZER").is_empty() {
        findings.add("no-organizer", &*here, format!("{method} without ORGANIZER"), "add it");
    }
    match (method, event.all("ATTENDEE").len()) {
        ("PUBLISH", 0) => {}
        ("PUBLISH", _) => {
            let message = "ATTENDEE in a calendar that nobody is invited by";
            findings.add("attendee-published", &*here, message, "leave it out");
        }
        (_, 0) => findings.add("no-attendee", &*here, format!("{method} to nobody"), "add ATTENDEE"),
        _ => {}
    }
    let is_cancelled = event.value("STATUS") == Some("CANCELLED");
    if method != "PUBLISH" && is_cancelled != (method == "CANCEL") {
        let message = format!("STATUS does not go with {method}");
        findings.add("status-against-method", &*here, message, "use CANCEL for what is cancelled, and nothing else");
    }
    if is_cancelled && !event.parts.is_empty() {
        findings.add("alarm-of-cancelled", &*here, "an alarm for what does not take place", "leave it out");
    }
}
