//! Times as programs write them: Unix seconds or milliseconds, RFC 3339, or local time of a zone that is told.

use super::report::Refusal;
use crate::domain::time::instant;
use chrono::{DateTime, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

/// From here on a number is of milliseconds: as seconds it would be the year 5138.
const MILLIS_FROM: f64 = 1e11;

/// A time in Unix seconds; `zone` is that of times without an offset.
///
/// # Errors
/// `bad-time`, `local-time` when it needs a zone and none is told, `no-such-local-time`.
pub fn read(text: &str, zone: Option<Tz>) -> Result<i64, Refusal> {
    if let Some(at) = utc(text.as_bytes()) {
        return Ok(at);
    }
    if let Ok(number) = text.parse::<f64>() {
        return unix(number).ok_or_else(|| bad(text));
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_str(text, "%F %T%z")) {
        return Ok(at.timestamp());
    }
    let local = ["%FT%T%.f", "%F %T%.f", "%FT%R", "%F %R", "%d/%m/%Y %T", "%d/%m/%Y %R"];
    let Some(local) = local.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()) else {
        return Err(bad(text));
    };
    let zone = zone.ok_or_else(|| {
        let message = format!("{text:?} does not tell its time zone");
        Refusal::new("local-time", message, "write it as 2020-03-16T09:00:00+01:00, or name the time zone of all")
    })?;
    let at = instant(zone, local, "").map_err(|finding| {
        Refusal::new("no-such-local-time", finding.message, "write times in UTC: 2020-03-29T01:00:00Z")
    })?;
    Ok(at.timestamp())
}

/// Unix seconds, or milliseconds, as whole seconds.
pub fn unix(number: f64) -> Option<i64> {
    let seconds = if number.abs() >= MILLIS_FROM { number / 1000.0 } else { number };
    // Up to the year 9999 all is exact.
    (seconds.is_finite() && seconds.abs() < 253_402_300_800.0).then(|| seconds.floor() as i64)
}

fn bad(text: &str) -> Refusal {
    let shown: String = text.chars().take(40).collect();
    let message = format!("{shown:?} is no time");
    Refusal::new("bad-time", message, "write 2020-03-16T09:00:00+01:00, or Unix seconds")
}

/// `2020-03-16T09:00:00Z`, which most samples have, without the parser for all forms.
fn utc(text: &[u8]) -> Option<i64> {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1, b'Z'] = *text else {
        return None;
    };
    let two = |a: u8, b: u8| {
        (a.is_ascii_digit() && b.is_ascii_digit()).then(|| u32::from(a - b'0') * 10 + u32::from(b - b'0'))
    };
    let year = i32::try_from(two(y0, y1)? * 100 + two(y2, y3)?).ok()?;
    let day = NaiveDate::from_ymd_opt(year, two(m0, m1)?, two(d0, d1)?)?;
    let at = day.and_hms_opt(two(h0, h1)?, two(n0, n1)?, two(s0, s1)?)?;
    Some(at.and_utc().timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_instant_in_every_form() {
        let paris = Some(chrono_tz::Europe::Paris);
        for text in [
            "2020-03-16T09:00:00Z",
            "2020-03-16T09:00:00.700Z",
            "2020-03-16T10:00:00+01:00",
            "2020-03-16 10:00:00+01:00",
            "2020-03-16 10:00:00",
            "2020-03-16T10:00",
            "16/03/2020 10:00",
            "1584349200",
            "1584349200.9",
            "1584349200000",
            "1.5843492e9",
        ] {
            assert_eq!(read(text, paris), Ok(1_584_349_200), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_told() {
        for (text, code) in [
            ("", "bad-time"),
            ("soon", "bad-time"),
            ("NaN", "bad-time"),
            ("inf", "bad-time"),
            ("2020-13-16T09:00:00Z", "bad-time"),
            ("2020-03-16T25:00:00Z", "bad-time"),
            ("2020-03-16", "bad-time"),
            ("é020-03-16T09:00:0Z", "bad-time"),
            ("2020-03-16 09:00:00", "local-time"),
        ] {
            assert_eq!(read(text, None).unwrap_err().code, code, "{text}");
        }
        let paris = Some(chrono_tz::Europe::Paris);
        assert_eq!(read("2020-03-29 02:30:00", paris).unwrap_err().code, "no-such-local-time");
    }
}
