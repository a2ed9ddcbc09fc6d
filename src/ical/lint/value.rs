//! Kinds of values (RFC 5545, section 3.3), and what is wrong with one.

use super::super::reader::Line;

/// What a property's value is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value {
    /// Text in one value.
    Text,
    /// Texts with commas between them.
    Texts,
    /// One of some words.
    Word(&'static [&'static str]),
    /// A whole number, 0 or more.
    Number,
    /// A time in UTC.
    Utc,
    /// A time in UTC, or a local one whose zone is named.
    Time,
    /// A local time without its zone's name, as time zones are told in.
    Local,
    /// Several of these.
    Locals,
    /// A length of time.
    Duration,
    /// A web address or the like.
    Uri,
    /// Somebody's address.
    Address,
    /// The difference to UTC.
    Offset,
    /// What comes every year.
    Rule,
}

/// Code and action of what is wrong with a value.
type Wrong = Result<(), (&'static str, &'static str)>;

impl Value {
    /// What is wrong with a line's value.
    pub(super) fn check(self, line: &Line) -> Wrong {
        let value = line.value.as_str();
        let unless = |is_right: bool, code, action| if is_right { Ok(()) } else { Err((code, action)) };
        match self {
            Self::Text => text(value, false),
            Self::Texts => text(value, true),
            Self::Word(words) => unless(words.contains(&value), "unknown-word", "use a word of the standard"),
            Self::Number => unless(is_number(value), "bad-number", "write digits alone, 0 or more"),
            Self::Utc => unless(is_utc(value), "not-utc", "write it in UTC, as 20200316T080000Z"),
            Self::Time => time(line),
            Self::Local => unless(is_local(value), "bad-time", "write it as 20200316T080000"),
            Self::Locals => unless(value.split(',').all(is_local), "bad-time", "write them as 20200316T080000"),
            Self::Duration => unless(is_duration(value), "bad-duration", "write it as PT1H or -PT10M"),
            Self::Uri => unless(is_uri(value), "bad-uri", "write an address such as https://example.org/"),
            Self::Address => unless(is_address(value), "bad-address", "write mailto: and an e-mail address"),
            Self::Offset => unless(is_offset(value), "bad-offset", "write it as +0100"),
            Self::Rule => unless(is_yearly(value), "bad-rule", "write FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU, UNTIL in UTC"),
        }
    }
}

/// Whether `value` is a local time: `20200323T090000`.
pub(super) fn is_local(value: &str) -> bool {
    let is_shaped = value.len() == 15
        && value.bytes().enumerate().all(|(at, byte)| if at == 8 { byte == b'T' } else { byte.is_ascii_digit() });
    is_shaped && chrono::NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%S").is_ok()
}

/// Whether `value` is a time in UTC: `20200323T080000Z`.
pub(super) fn is_utc(value: &str) -> bool {
    value.strip_suffix('Z').is_some_and(is_local)
}

fn time(line: &Line) -> Wrong {
    let has_zone = line.parameters.contains_key("TZID");
    match (is_utc(&line.value), is_local(&line.value)) {
        (true, _) if has_zone => Err(("bad-time", "leave TZID out for a time in UTC")),
        (true, _) => Ok(()),
        (_, true) if has_zone => Ok(()),
        (_, true) => Err(("floating-time", "name the zone with TZID, or write the time in UTC")),
        _ => Err(("bad-time", "write it as 20200316T080000Z, or as 20200316T090000 with TZID")),
    }
}

fn text(value: &str, is_list: bool) -> Wrong {
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' if !matches!(rest.next(), Some('\\' | ';' | ',' | 'n' | 'N')) => {
                return Err(("bad-escape", "escape only \\ ; , and line breaks (\\n)"));
            }
            ',' if is_list => {}
            ';' | ',' => return Err(("bare-separator", "escape ; and , with \\")),
            _ => {}
        }
    }
    Ok(())
}

fn is_number(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_digit()) && value.parse::<u32>().is_ok()
}

/// Weeks, or days and time; of hours, minutes and seconds none is left out between two that are there (section 3.3.6).
fn is_duration(value: &str) -> bool {
    let Some(rest) = value.strip_prefix(['+', '-']).unwrap_or(value).strip_prefix('P') else { return false };
    let (days, time) = rest.split_once('T').map_or((rest, None), |(days, time)| (days, Some(time)));
    match (units(days), time.map(units)) {
        (Some(days), None) => matches!(days.as_str(), "W" | "D"),
        (Some(days), Some(Some(time))) => {
            matches!(days.as_str(), "" | "D") && !time.is_empty() && "HMS".contains(time.as_str())
        }
        _ => false,
    }
}

/// The letters of `1H30M`, when each has a number before it.
fn units(text: &str) -> Option<String> {
    let (mut out, mut has_number) = (String::new(), false);
    for c in text.chars() {
        match (c.is_ascii_digit(), has_number) {
            (true, _) => has_number = true,
            (false, true) => {
                out.push(c);
                has_number = false;
            }
            (false, false) => return None,
        }
    }
    (!has_number).then_some(out)
}

fn is_uri(value: &str) -> bool {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_lowercase())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte))
    };
    let is_plain = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic());
    let is_bare = !value.contains(['"', '<', '>', '\\', '^', '`', '{', '|', '}']);
    is_bare && value.split_once(':').is_some_and(|(scheme, rest)| is_scheme(scheme) && is_plain(rest))
}

fn is_address(value: &str) -> bool {
    let sides = value.strip_prefix("mailto:").and_then(|address| address.split_once('@'));
    let is_plain =
        |side: &str| !side.is_empty() && !side.contains(|c: char| c.is_whitespace() || "@,;<>\"".contains(c));
    sides.is_some_and(|(local, domain)| is_plain(local) && is_plain(domain))
}

/// `+0100`, or with seconds; nothing is east of Greenwich by -0000.
fn is_offset(value: &str) -> bool {
    let Some(digits) = value.strip_prefix(['+', '-']) else { return false };
    let number = |at: usize| digits.get(at..at + 2).and_then(|two| two.parse::<u32>().ok());
    let is_shaped = matches!(digits.len(), 4 | 6) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let fits = number(0).is_some_and(|hours| hours < 24)
        && number(2).is_some_and(|minutes| minutes < 60)
        && number(4).unwrap_or(0) < 60;
    is_shaped && fits && !(value.starts_with('-') && digits.bytes().all(|byte| byte == b'0'))
}

fn is_yearly(value: &str) -> bool {
    let mut seen = Vec::new();
    let parts_fit = value.split(';').all(|part| {
        let Some((key, value)) = part.split_once('=') else { return false };
        let is_new = !seen.contains(&key);
        seen.push(key);
        is_new
            && match key {
                "FREQ" => value == "YEARLY",
                "BYMONTH" => value.parse::<u32>().is_ok_and(|month| (1..=12).contains(&month)),
                "BYDAY" => is_weekday(value),
                "UNTIL" => is_utc(value),
                _ => false,
            }
    });
    parts_fit && ["FREQ", "BYMONTH", "BYDAY"].iter().all(|key| seen.contains(key))
}

/// `-1SU`: the last Sunday.
fn is_weekday(value: &str) -> bool {
    let days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let ordinal = days.iter().find_map(|day| value.strip_suffix(day));
    ordinal.is_some_and(|ordinal| matches!(ordinal, "-1" | "1" | "2" | "3" | "4"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_the_standard() {
        for good in ["PT1H", "-PT10M", "+PT0M", "P1W", "P1D", "P1DT2H", "PT1H30M", "PT1H0M10S", "PT5M10S"] {
            assert!(is_duration(good), "{good}");
        }
        for bad in ["", "P", "PT", "1H", "PT1", "PTH", "P1H", "PT1D", "PT1H10S", "PT10M1H", "P1WT1H", "P1DT", "PT1h"] {
            assert!(!is_duration(bad), "{bad}");
        }
    }

    #[test]
    fn addresses_are_whole() {
        for good in ["https://example.org/a?b=c#d", "mailto:a@b.fr", "tel:+33123"] {
            assert!(is_uri(good), "{good}");
        }
        for bad in ["example.org", "https:", "https://a b", "https://é", "https://a\"b", ":x"] {
            assert!(!is_uri(bad), "{bad}");
        }
        assert!(is_address("mailto:a@b.fr"));
        for bad in ["a@b.fr", "mailto:a", "mailto:@b", "mailto:a@", "mailto:a@b@c", "mailto:a b@c"] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn offsets_and_rules_are_those_of_the_standard() {
        for (value, is_right) in
            [("+0100", true), ("-0330", true), ("+053025", true), ("+0000", true), ("-0000", false), ("0100", false)]
        {
            assert_eq!(is_offset(value), is_right, "{value}");
        }
        for bad in ["+01", "+01:00", "+2400", "+0160", "+01000"] {
            assert!(!is_offset(bad), "{bad}");
        }
        assert!(is_yearly("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20200329T010000Z"));
        for bad in [
            "",
            "FREQ=YEARLY",
            "FREQ=DAILY;BYMONTH=3;BYDAY=1SU",
            "FREQ=YEARLY;BYMONTH=13;BYDAY=1SU",
            "BYDAY=1SU;BYMONTH=3",
            "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20200329T010000",
            "FREQ=YEARLY;FREQ=YEARLY;BYMONTH=3;BYDAY=1SU",
        ] {
            assert!(!is_yearly(bad), "{bad}");
        }
    }
}
