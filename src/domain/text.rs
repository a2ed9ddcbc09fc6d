//! User text at the door: what may go into a name, a title, an address.

use super::finding::Finding;
use url::Url;

/// Most characters of a name or title.
pub const MAX_LINE: usize = 200;

/// Most characters of a link.
pub const MAX_LINK: usize = 500;

/// One line of user text, trimmed.
///
/// Control characters (line breaks, NUL, escape, and the invisible ones that turn text round) are refused here,
/// at the edge, so that nothing behind it can be made to break out of a calendar line or a mail header.
///
/// # Errors
/// `empty-text`, `text-too-long`, `control-character`, each at `place`.
pub fn line(input: &str, place: &str) -> Result<String, Finding> {
    bounded(input, MAX_LINE, place).map(str::to_owned)
}

fn bounded<'a>(input: &'a str, most: usize, place: &str) -> Result<&'a str, Finding> {
    let text = input.trim();
    if text.is_empty() {
        return Err(Finding::new("empty-text", place, "the text is empty", "give at least one visible character"));
    }
    if let Some(bad) = text.chars().find(|c| is_control(*c)) {
        return Err(Finding::new(
            "control-character",
            place,
            format!("the text holds the control character U+{:04X}", u32::from(bad)),
            "remove line breaks and invisible characters",
        ));
    }
    let length = text.chars().count();
    if length > most {
        return Err(Finding::new(
            "text-too-long",
            place,
            format!("the text has {length} characters"),
            format!("shorten it to {most}"),
        ));
    }
    Ok(text)
}

/// Text as it may stand in one line, whatever came in: each character that [`line`] refuses becomes a space.
///
/// What came through the door is clean already; this is for the places where one line too many would be a breach
/// (mail headers, calendar lines), so that they need not trust every way into the database.
pub fn one_line(input: &str) -> String {
    input.chars().map(|c| if is_control(c) { ' ' } else { c }).collect()
}

/// Characters that never belong into a line of text: controls, line and paragraph separators, and the
/// bidirectional overrides and isolates.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// An e-mail address, trimmed: `local@domain`, no spaces, no control characters.
///
/// # Errors
/// those of [`line`], and `bad-address`.
pub fn address(input: &str, place: &str) -> Result<String, Finding> {
    let text = line(input, place)?;
    let well_formed = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.len() > 2
            && !domain.contains('@')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
    });
    let plain = !text.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')'));
    if well_formed && plain {
        Ok(text)
    } else {
        Err(Finding::new(
            "bad-address",
            place,
            format!("{text:?} is not an e-mail address"),
            "write it as name@example.org",
        ))
    }
}

/// The address of a web page over HTTPS, as browsers write it: in ASCII, so that it can stand in a calendar or a mail.
///
/// A name or password in it would be shown to everybody who sees the class; one belongs into what the page asks for.
///
/// # Errors
/// those of [`line`], and `bad-link`.
pub fn link(input: &str, place: &str) -> Result<String, Finding> {
    let text = bounded(input, MAX_LINK, place)?;
    let is_plain =
        |url: &Url| url.scheme() == "https" && url.has_host() && url.username().is_empty() && url.password().is_none();
    // Browsers leave these in a query, RFC 3986 does not.
    let encoded = |link: String| {
        ['\\', '^', '`', '{', '|', '}']
            .iter()
            .fold(link, |link, c| link.replace(*c, &format!("%{:02X}", u32::from(*c))))
    };
    let link = Url::parse(text).ok().filter(is_plain).map(String::from).map(encoded);
    link.filter(|link| link.len() <= MAX_LINK).ok_or_else(|| {
        let message = format!("{text:?} is not the address of a web page over HTTPS");
        let action = "copy it from the virtual classroom: https://visio.example.org/b/abc";
        Finding::new("bad-link", place, message, action)
    })
}

/// A whole number with `mark` between its thousands.
pub fn grouped(number: u64, mark: &str) -> String {
    let digits = number.to_string();
    // Four digits stand together, as in years.
    if digits.len() < 5 {
        return digits;
    }
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push_str(mark);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_kept() {
        assert_eq!(line("  6e B – Maths 🎓 ", "name").unwrap(), "6e B – Maths 🎓");
    }

    #[test]
    fn what_could_break_out_is_refused() {
        for (text, code) in [
            ("", "empty-text"),
            (" \t ", "empty-text"),
            ("a\rb", "control-character"),
            ("a\nBEGIN:VEVENT", "control-character"),
            ("a\0b", "control-character"),
            ("a\u{202E}b", "control-character"),
            ("a\u{2028}b", "control-character"),
            (&"x".repeat(201), "text-too-long"),
        ] {
            assert_eq!(line(text, "name").unwrap_err().code, code, "{text:?}");
        }
    }

    #[test]
    fn one_line_takes_out_what_a_line_refuses() {
        assert_eq!(one_line("a\r\nBEGIN:VEVENT\0\u{202E}é🎓"), "a  BEGIN:VEVENT  é🎓");
        assert_eq!(one_line("6e B – Maths"), "6e B – Maths");
    }

    #[test]
    fn an_address_has_two_sides() {
        assert_eq!(address(" a.b@example.org", "email").unwrap(), "a.b@example.org");
        for text in ["a", "@b.fr", "a@", "a@b@c.fr", "a b@c.fr", "<a@b.fr>", "a@b.fr, c@d.fr"] {
            assert_eq!(address(text, "email").unwrap_err().code, "bad-address", "{text:?}");
        }
    }

    #[test]
    fn a_link_leads_to_a_web_page_and_gives_nothing_away() {
        for (text, link_) in [
            (" https://visio.example.org/b/mar-tin?x=1,2;3#a ", "https://visio.example.org/b/mar-tin?x=1,2;3#a"),
            ("HTTPS://École.example", "https://xn--cole-9oa.example/"),
            ("https://example.org/é \"", "https://example.org/%C3%A9%20%22"),
            ("https://example.org/?a={b|c}\\^`", "https://example.org/?a=%7Bb%7Cc%7D%5C%5E%60"),
        ] {
            assert_eq!(link(text, "link").unwrap(), link_, "{text:?}");
        }
        let long = format!("https://example.org/{}", "é".repeat(400));
        for text in [
            "http://example.org",
            "example.org",
            "javascript:alert(1)",
            "https://",
            "https://a:b@c.fr",
            "https://a@c.fr",
            "mailto:a@b.fr",
            &long,
        ] {
            assert_eq!(link(text, "link").unwrap_err().code, "bad-link", "{text:?}");
        }
        for (text, code) in
            [("https://a.fr/\r\nURL:x", "control-character"), ("", "empty-text"), (&*"x".repeat(501), "text-too-long")]
        {
            assert_eq!(link(text, "link").unwrap_err().code, code, "{text:?}");
        }
    }
}
