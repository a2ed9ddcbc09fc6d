//! Content lines: what keeps any text inside its line.
//!
//! Written here and not by the `icalendar` crate, which reads our calendars back in the tests: it stamps a VTIMEZONE
//! with the clock and a random UID, lets a bare CR through, does not know that `NAME` is text, and takes time that
//! grows with the square of a line's length to fold it.

use crate::domain::text::one_line;

/// Octets in a line, its end not counted.
const WIDTH: usize = 75;

/// A calendar in the making.
pub(super) struct Lines(String);

impl Lines {
    pub(super) fn new() -> Self {
        Self(String::new())
    }

    /// A value that this program wrote: a date, a word of the standard.
    pub(super) fn raw(&mut self, name: &str, value: &str) {
        self.fold(&format!("{name}:{}", one_line(value)));
    }

    /// A value of this program's with parameters; these may hold user text. Those that this program knows beforehand may
    /// stand in the name.
    pub(super) fn with(&mut self, name: &str, parameters: &[(&str, &str)], value: &str) {
        let mut line = name.to_owned();
        for (key, value) in parameters {
            // No quotation mark can stand in a parameter, not even within quotes.
            let value = one_line(value).replace('"', "'");
            let quote = if value.contains([':', ';', ',']) { "\"" } else { "" };
            line.push_str(&format!(";{key}={quote}{value}{quote}"));
        }
        self.fold(&format!("{line}:{}", one_line(value)));
    }

    /// One line of user text.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.fold(&format!("{name}:{}", escaped(text)));
    }

    /// Several lines of user text.
    pub(super) fn paragraphs(&mut self, name: &str, lines: &[String]) {
        self.joined(name, lines, "\\n");
    }

    /// A list of user texts.
    pub(super) fn list(&mut self, name: &str, items: &[String]) {
        self.joined(name, items, ",");
    }

    pub(super) fn finish(self) -> String {
        self.0
    }

    fn joined(&mut self, name: &str, texts: &[String], between: &str) {
        let texts: Vec<String> = texts.iter().map(|text| escaped(text)).collect();
        self.fold(&format!("{name}:{}", texts.join(between)));
    }

    /// Adds a whole line, cut into lines of 75 octets between characters (RFC 5545, section 3.1).
    pub(super) fn fold(&mut self, line: &str) {
        let mut width = 0;
        for character in line.chars() {
            if width + character.len_utf8() > WIDTH {
                self.0.push_str("\r\n ");
                width = 1;
            }
            self.0.push(character);
            width += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// Text as a value (RFC 5545, section 3.3.11).
fn escaped(text: &str) -> String {
    one_line(text).replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,")
}
