//! OpenMetrics text, as far as it tells samples of load: the gauges `connections` and `logins_per_minute`, and the
//! counter `logins`, each with or without `creneau_` before its name, and with the labels `platform`, `federation` or `school`
//! where a place is named.

use super::{Metric, PlaceKind, clock, report::Refusal};

/// The types of which numbers are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Gauge(Metric),
    Counter(Metric),
}

/// A line that tells a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The place that its labels name, if they do.
    pub place: Option<(PlaceKind, String)>,
    /// What is counted.
    pub metric: Metric,
    /// Whether it counts up.
    pub is_counter: bool,
    /// When, in Unix seconds; none means now.
    pub at: Option<i64>,
    /// The number.
    pub value: f64,
}

/// Reads a line; comments, and empty lines, tell nothing.
///
/// # Errors
/// `bad-line`, `unknown-metric`, `wrong-type`, `bad-value`, `bad-time`, `two-places`.
pub fn line(text: &str) -> Result<Option<Line>, Refusal> {
    let text = text.trim_end_matches('\r');
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(comment) = text.strip_prefix('#') {
        return comment_line(comment).map(|()| None);
    }
    let (name, rest) = text.split_at(text.find(['{', ' ']).ok_or_else(bad)?);
    let (labels, rest) = if rest.starts_with('{') { labels(rest)? } else { (Vec::new(), rest) };
    // An exemplar follows a blank and a #.
    let rest = rest.split(" # ").next().unwrap_or_default();
    let mut parts = rest.split(' ').filter(|part| !part.is_empty());
    let (number, at) = (parts.next().ok_or_else(bad)?, parts.next());
    if parts.next().is_some() || !rest.starts_with(' ') {
        return Err(bad());
    }
    let family = sample_of(name)?;
    let value = number.parse().map_err(|_| {
        Refusal::new("bad-value", format!("{} is no number", shown(number)), "write a number from 0 on")
    })?;
    let at = at.map(|at| at.parse().ok().and_then(clock::unix).ok_or_else(|| bad_time(at))).transpose()?;
    let (metric, is_counter) = match family {
        Family::Gauge(metric) => (metric, false),
        Family::Counter(metric) => (metric, true),
    };
    Ok(Some(Line { place: place(labels)?, metric, is_counter, at, value }))
}

/// Whether a line is the one that ends the text.
pub fn is_end(text: &str) -> bool {
    text.trim_end_matches('\r') == "# EOF"
}

/// A `# TYPE` of a known name says what it is; other comments may say what they like.
fn comment_line(comment: &str) -> Result<(), Refusal> {
    let mut words = comment.split_whitespace();
    if words.next() != Some("TYPE") {
        return Ok(());
    }
    let (Some(name), Some(kind)) = (words.next(), words.next()) else { return Err(bad()) };
    let wanted = match name.strip_prefix("creneau_").unwrap_or(name) {
        "connections" | "logins_per_minute" => "gauge",
        "logins" => "counter",
        _ => return Ok(()),
    };
    if [wanted, "unknown"].contains(&kind) {
        return Ok(());
    }
    let message = format!("{} is a {wanted}, not a {}", shown(name), shown(kind));
    Err(Refusal::new("wrong-type", message, "send connections and logins_per_minute as gauges, logins as a counter"))
}

fn sample_of(name: &str) -> Result<Family, Refusal> {
    match name.strip_prefix("creneau_").unwrap_or(name) {
        "connections" => Ok(Family::Gauge(Metric::Connections)),
        "logins_per_minute" => Ok(Family::Gauge(Metric::Logins)),
        "logins_total" => Ok(Family::Counter(Metric::Logins)),
        _ => {
            let message = format!("{} is nothing that is taken", shown(name));
            Err(Refusal::new("unknown-metric", message, "send connections, logins_per_minute or logins_total alone"))
        }
    }
}

/// Names and values.
type Labels = Vec<(String, String)>;

/// `{name="value",…}`, with `\\`, `\"` and `\n` in values, and what follows it.
fn labels(text: &str) -> Result<(Labels, &str), Refusal> {
    let mut labels = Vec::new();
    let mut rest = text.strip_prefix('{').ok_or_else(bad)?;
    loop {
        if let Some(after) = rest.strip_prefix('}') {
            return Ok((labels, after));
        }
        let (name, after) = rest.split_once("=\"").ok_or_else(bad)?;
        let mut value = String::new();
        let mut chars = after.char_indices();
        let end = loop {
            match chars.next().ok_or_else(bad)? {
                (at, '"') => break at,
                (_, '\\') => match chars.next().ok_or_else(bad)?.1 {
                    'n' => value.push('\n'),
                    c @ ('\\' | '"') => value.push(c),
                    _ => return Err(bad()),
                },
                (_, c) => value.push(c),
            }
        };
        labels.push((name.to_owned(), value));
        rest = &after[end + 1..];
        rest = match rest.strip_prefix(',') {
            Some(after) => after,
            None if rest.starts_with('}') => rest,
            None => return Err(bad()),
        };
    }
}

fn place(labels: Vec<(String, String)>) -> Result<Option<(PlaceKind, String)>, Refusal> {
    let mut place = None;
    for (name, value) in labels {
        let kind = match name.as_str() {
            "platform" => PlaceKind::Platform,
            "federation" => PlaceKind::Federation,
            "school" => PlaceKind::School,
            // Labels of the sender's own, such as an instance.
            _ => continue,
        };
        if place.replace((kind, value)).is_some() {
            let message = "a sample is a platform's, a federation's or a school's";
            return Err(Refusal::new("two-places", message, "name one of them"));
        }
    }
    Ok(place)
}

fn bad() -> Refusal {
    let message = "this is no line of OpenMetrics";
    Refusal::new("bad-line", message, "write it as: connections{platform=\"…\"} 1234 1584349200")
}

fn bad_time(text: &str) -> Refusal {
    Refusal::new("bad-time", format!("{} is no time", shown(text)), "write Unix seconds, or nothing for now")
}

fn shown(text: &str) -> String {
    format!("{:?}", text.chars().take(40).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tell_samples() {
        let of = |text| line(text).unwrap().unwrap();
        let plain = of("connections 12 1584349200.5");
        assert_eq!((plain.place, plain.metric, plain.is_counter), (None, Metric::Connections, false));
        assert_eq!((plain.at, plain.value), (Some(1_584_349_200), 12.0));
        let named = of("creneau_logins_total{instance=\"a,b}\",platform=\"e\\\"ly\\\\co\"} 7 # {trace=\"x\"} 1");
        assert_eq!(named.place, Some((PlaceKind::Platform, "e\"ly\\co".to_owned())));
        assert_eq!((named.metric, named.is_counter, named.at), (Metric::Logins, true, None));
        for nothing in ["", "# HELP connections Connections.", "# TYPE connections gauge", "# EOF", "# TYPE x y"] {
            assert_eq!(line(nothing), Ok(None), "{nothing}");
        }
        assert!(is_end("# EOF\r") && !is_end("# EOF."));
    }

    #[test]
    fn what_is_wrong_with_a_line_is_told() {
        for (wrong, code) in [
            ("connections", "bad-line"),
            ("connections{platform=\"a\" 1", "bad-line"),
            ("connections{platform=a} 1", "bad-line"),
            ("connections{platform=\"a\"}1", "bad-line"),
            ("connections 1 2 3", "bad-line"),
            ("connections many", "bad-value"),
            ("connections 1 soon", "bad-time"),
            ("connections 1 1e99", "bad-time"),
            ("users 1", "unknown-metric"),
            ("logins 1", "unknown-metric"),
            ("# TYPE connections counter", "wrong-type"),
            ("connections{platform=\"a\",school=\"b\"} 1", "two-places"),
        ] {
            assert_eq!(line(wrong).unwrap_err().code, code, "{wrong}");
        }
    }
}
