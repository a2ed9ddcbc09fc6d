//! A strict reader for the tests: it refuses what parsers forgive.

use std::collections::{BTreeMap, BTreeSet};

/// One content line, unfolded.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub name: String,
    pub parameters: BTreeMap<String, String>,
    pub value: String,
}

/// A component with its lines and parts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Component {
    pub name: String,
    pub lines: Vec<Line>,
    pub parts: Vec<Component>,
}

impl Component {
    pub fn all(&self, name: &str) -> Vec<&Line> {
        self.lines.iter().filter(|line| line.name == name).collect()
    }

    pub fn value(&self, name: &str) -> Option<&str> {
        self.lines.iter().find(|line| line.name == name).map(|line| line.value.as_str())
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.value(name).map(unescape)
    }

    pub fn parts_named(&self, name: &str) -> Vec<&Component> {
        self.parts.iter().filter(|part| part.name == name).collect()
    }
}

/// The calendar, or the first thing that is wrong with it.
pub(crate) fn read(text: &str) -> Result<Component, String> {
    let calendar = parse(&unfold(text)?)?;
    check_calendar(&calendar)?;
    Ok(calendar)
}

fn unfold(text: &str) -> Result<Vec<String>, String> {
    let body = text.strip_suffix("\r\n").ok_or("the last line does not end in CRLF")?;
    let mut out: Vec<String> = Vec::new();
    for line in body.split("\r\n") {
        if line.len() > 75 {
            return Err(format!("a line of {} octets", line.len()));
        }
        if let Some(bad) = line.chars().find(|c| c.is_control() && *c != '\t') {
            return Err(format!("the control character {bad:?}"));
        }
        match (line.strip_prefix([' ', '\t']), out.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            (Some(_), None) => return Err("the first line continues nothing".into()),
            (None, _) if line.is_empty() => return Err("an empty line".into()),
            (None, _) => out.push(line.to_owned()),
        }
    }
    Ok(out)
}

fn parse(lines: &[String]) -> Result<Component, String> {
    let mut open: Vec<Component> = Vec::new();
    for (index, text) in lines.iter().enumerate() {
        let line = parse_line(text)?;
        match line.name.as_str() {
            "BEGIN" => open.push(Component { name: line.value, ..Component::default() }),
            "END" => {
                let done = open.pop().filter(|done| done.name == line.value);
                let done = done.ok_or_else(|| format!("END:{} closes nothing", line.value))?;
                match open.last_mut() {
                    Some(parent) => parent.parts.push(done),
                    None if index + 1 == lines.len() => return Ok(done),
                    None => return Err("text after the calendar".into()),
                }
            }
            _ => open.last_mut().ok_or("a property outside a component")?.lines.push(line),
        }
    }
    Err("a component is not closed".into())
}

fn parse_line(text: &str) -> Result<Line, String> {
    let mut quoted = false;
    let mut pieces = vec![String::new()];
    let mut rest = text.chars();
    let value = loop {
        match rest.next() {
            None => return Err(format!("no colon in {text:?}")),
            Some(':') if !quoted => break rest.as_str().to_owned(),
            Some(';') if !quoted => pieces.push(String::new()),
            Some('"') => quoted = !quoted,
            Some(c) => pieces.last_mut().unwrap().push(c),
        }
    };
    let name = pieces.remove(0);
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-') {
        return Err(format!("{name:?} is no property"));
    }
    let parameter = |piece: String| {
        let (key, value) = piece.split_once('=').ok_or(format!("the parameter {piece:?} has no value"))?;
        Ok((key.to_owned(), value.to_owned()))
    };
    let parameters = pieces.into_iter().map(parameter).collect::<Result<_, String>>()?;
    Ok(Line { name, parameters, value })
}

fn once<'a>(component: &'a Component, name: &str) -> Result<&'a str, String> {
    match component.all(name).as_slice() {
        [line] => Ok(&line.value),
        lines => Err(format!("{} has {} times {name}", component.name, lines.len())),
    }
}

fn check_calendar(calendar: &Component) -> Result<(), String> {
    if calendar.name != "VCALENDAR" {
        return Err(format!("{} is no calendar", calendar.name));
    }
    if once(calendar, "VERSION")? != "2.0" {
        return Err("not version 2.0".into());
    }
    once(calendar, "PRODID")?;
    let method = once(calendar, "METHOD")?;
    if calendar.parts.is_empty() {
        return Err("the calendar is empty".into());
    }
    let mut zones = BTreeSet::new();
    for zone in calendar.parts_named("VTIMEZONE") {
        check_zone(zone)?;
        zones.insert(once(zone, "TZID")?.to_owned());
    }
    let mut uids = BTreeSet::new();
    for event in calendar.parts_named("VEVENT") {
        check_event(event, method, &zones)?;
        if !uids.insert(once(event, "UID")?) {
            return Err("a UID twice".into());
        }
    }
    if method != "PUBLISH" && uids.len() != 1 {
        return Err(format!("{} UIDs with {method}", uids.len()));
    }
    Ok(())
}

fn check_zone(zone: &Component) -> Result<(), String> {
    if zone.parts.is_empty() {
        return Err("a VTIMEZONE without any observance".into());
    }
    for foreign in ["DTSTAMP", "UID"] {
        if !zone.all(foreign).is_empty() || zone.parts.iter().any(|part| !part.all(foreign).is_empty()) {
            return Err(format!("{foreign} in a VTIMEZONE"));
        }
    }
    for part in &zone.parts {
        if !["STANDARD", "DAYLIGHT"].contains(&part.name.as_str()) {
            return Err(format!("{} in a VTIMEZONE", part.name));
        }
        if !is_time(once(part, "DTSTART")?, false) {
            return Err("an observance must begin in local time".into());
        }
        for name in ["TZOFFSETFROM", "TZOFFSETTO"] {
            let offset = once(part, name)?;
            let digits = offset.strip_prefix(['+', '-']).unwrap_or("");
            if ![4, 6].contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return Err(format!("{name} is {offset:?}"));
            }
        }
    }
    Ok(())
}

fn check_event(event: &Component, method: &str, zones: &BTreeSet<String>) -> Result<(), String> {
    if once(event, "UID")?.split_once('@').is_none_or(|(id, domain)| id.is_empty() || domain.is_empty()) {
        return Err("a UID without a domain".into());
    }
    for name in ["DTSTAMP", "CREATED", "LAST-MODIFIED"] {
        if !is_time(once(event, name)?, true) {
            return Err(format!("{name} must be in UTC"));
        }
    }
    let mut ends = Vec::new();
    for name in ["DTSTART", "DTEND"] {
        let value = once(event, name)?;
        match event.all(name)[0].parameters.get("TZID") {
            Some(zone) if !zones.contains(zone) => return Err(format!("the zone {zone} is not defined")),
            Some(_) if !is_time(value, false) => return Err(format!("{name} with TZID must be local")),
            None if !is_time(value, true) => return Err(format!("{name} floats")),
            _ => ends.push(value),
        }
    }
    if ends[0].len() != ends[1].len() || ends[0] >= ends[1] {
        return Err("it does not end after its start".into());
    }
    once(event, "SEQUENCE")?.parse::<u32>().map_err(|_| "SEQUENCE is no number")?;
    let status = once(event, "STATUS")?;
    if !["CONFIRMED", "CANCELLED", "TENTATIVE"].contains(&status) {
        return Err(format!("STATUS {status:?}"));
    }
    if (method == "CANCEL") != (status == "CANCELLED") && method != "PUBLISH" {
        return Err(format!("{status} with {method}"));
    }
    for name in ["SUMMARY", "DESCRIPTION", "LOCATION"] {
        event.all(name).iter().try_for_each(|line| check_text(name, &line.value))?;
    }
    once(event, "SUMMARY")?;
    if !once(event, "ORGANIZER")?.starts_with("mailto:") {
        return Err("ORGANIZER is no address".into());
    }
    match (method, event.all("ATTENDEE").len()) {
        ("PUBLISH", 0) => Ok(()),
        ("PUBLISH", _) => Err("ATTENDEE with PUBLISH".into()),
        (_, 0) => Err(format!("no ATTENDEE with {method}")),
        _ => Ok(()),
    }
}

fn check_text(name: &str, value: &str) -> Result<(), String> {
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' if !matches!(rest.next(), Some('\\' | ';' | ',' | 'n' | 'N')) => {
                return Err(format!("{name} holds an unknown escape"));
            }
            ';' | ',' => return Err(format!("{name} holds a bare {c:?}")),
            _ => {}
        }
    }
    Ok(())
}

/// `20200323T090000`, with Z when it is in UTC.
fn is_time(value: &str, in_utc: bool) -> bool {
    let digits = if in_utc { value.strip_suffix('Z').unwrap_or("") } else { value };
    chrono::NaiveDateTime::parse_from_str(digits, "%Y%m%dT%H%M%S").is_ok() && digits.len() == 15
}

fn unescape(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => match rest.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::read;

    const GOOD: &str = "BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//a//b//EN
METHOD:PUBLISH
BEGIN:VTIMEZONE
TZID:Indian/Reunion
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0400
TZOFFSETTO:+0400
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20200316T080000Z
CREATED:20200316T080000Z
LAST-MODIFIED:20200316T080000Z
SEQUENCE:0
STATUS:CONFIRMED
DTSTART;TZID=Indian/Reunion:20200323T090000
DTEND;TZID=Indian/Reunion:20200323T095500
SUMMARY:Maths
ORGANIZER:mailto:creneau@example.org
END:VEVENT
END:VCALENDAR
";

    #[test]
    fn broken_calendars_are_refused() {
        let good = GOOD.replace('\n', "\r\n");
        read(&good).unwrap();
        let event = &good[good.find("BEGIN:VEVENT").unwrap()..good.find("END:VCALENDAR").unwrap()];
        let twice = good.replace(event, &event.repeat(2));
        for (what, broken) in [
            ("bare line feeds", GOOD.to_owned()),
            ("a bare CR", good.replace("Maths", "Ma\rths")),
            ("a NUL", good.replace("Maths", "Ma\0ths")),
            ("a long line", good.replace("Maths", &"x".repeat(80))),
            ("an empty line", good.replace("SEQUENCE", "\r\nSEQUENCE")),
            ("no end", good.replace("END:VCALENDAR\r\n", "")),
            ("crossed ends", good.replace("END:VEVENT", "END:VTODO")),
            ("no version", good.replace("VERSION:2.0\r\n", "")),
            ("another version", good.replace("VERSION:2.0", "VERSION:1.0")),
            ("no product", good.replace("PRODID:-//a//b//EN\r\n", "")),
            ("nothing in it", good[..good.find("BEGIN:VTIMEZONE").unwrap()].to_owned() + "END:VCALENDAR\r\n"),
            ("a UID twice", twice),
            ("no UID", good.replace("UID:1@example.org\r\n", "")),
            ("no domain", good.replace("UID:1@example.org", "UID:1")),
            ("no stamp", good.replace("DTSTAMP:20200316T080000Z\r\n", "")),
            ("a local stamp", good.replace("DTSTAMP:20200316T080000Z", "DTSTAMP:20200316T080000")),
            ("floating", good.replace(";TZID=Indian/Reunion:", ":")),
            ("an unknown zone", good.replace("TZID=Indian/Reunion", "TZID=Indian/Mayotte")),
            ("ends first", good.replace("T095500", "T085500")),
            ("a bare comma", good.replace("Maths", "Maths, 6e B")),
            ("an unknown escape", good.replace("Maths", "Ma\\ths")),
            ("an unknown state", good.replace("CONFIRMED", "PERHAPS")),
            ("no organizer", good.replace("ORGANIZER:mailto:creneau@example.org\r\n", "")),
            ("a request to nobody", good.replace("PUBLISH", "REQUEST")),
            ("an attendee of all", good.replace("END:VEVENT", "ATTENDEE:mailto:a@b.fr\r\nEND:VEVENT")),
            ("a stamped zone", good.replace("TZID:Indian", "DTSTAMP:20200316T080000Z\r\nTZID:Indian")),
            ("a zone without offsets", good.replace("TZOFFSETTO:+0400\r\n", "")),
        ] {
            assert!(read(&broken).is_err(), "{what}");
        }
    }
}
