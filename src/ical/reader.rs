//! Calendar text read back: lines, their parameters, and what stands in what (RFC 5545, section 3.1).
//!
//! It shares no code with what writes calendars, and forgives nothing: what it accepts, every program can read.

use crate::domain::finding::Findings;
use std::collections::BTreeMap;

/// Octets that a line may have, its end not counted.
const WIDTH: usize = 75;

/// One content line, unfolded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The number of its first line in the text, from 1 on.
    pub number: usize,
    /// The property's name.
    pub name: String,
    /// The parameters by name, without quotation marks; several values with commas between them.
    pub parameters: BTreeMap<String, String>,
    /// The value as written, with its escapes.
    pub value: String,
}

/// A component with its lines and the components in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Component {
    /// The number of its first line.
    pub number: usize,
    /// `VEVENT`, say.
    pub name: String,
    /// Its own lines.
    pub lines: Vec<Line>,
    /// The components in it.
    pub parts: Vec<Component>,
}

impl Component {
    /// Every line of this name.
    pub fn all(&self, name: &str) -> Vec<&Line> {
        self.lines.iter().filter(|line| line.name == name).collect()
    }

    /// The value of the first line of this name, as written.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.lines.iter().find(|line| line.name == name).map(|line| line.value.as_str())
    }

    /// The text of the first line of this name, without its escapes.
    pub fn text(&self, name: &str) -> Option<String> {
        self.value(name).map(unescaped)
    }

    /// Every component of this name in it.
    pub fn parts_named(&self, name: &str) -> Vec<&Component> {
        self.parts.iter().filter(|part| part.name == name).collect()
    }
}

/// The one component that the text is, with all that is in it.
///
/// # Errors
/// Every finding about its lines; when there is none, every one about properties and parameters; then about nesting.
pub fn read(bytes: &[u8]) -> Result<Component, Findings> {
    let lines = unfold(bytes)?;
    let mut findings = Findings::default();
    let lines: Vec<Line> = lines
        .into_iter()
        .filter_map(|(number, text)| match parse(number, &text) {
            Ok(line) => Some(line),
            Err((code, action)) => {
                findings.add(code, place(number), format!("{text:?} is no content line"), action);
                None
            }
        })
        .collect();
    findings.into_result()?;
    nest(lines)
}

/// Where a line is, for findings.
pub(super) fn place(number: usize) -> String {
    format!("line {number}")
}

/// Text as it was before it was escaped (section 3.3.11).
pub fn unescaped(value: &str) -> String {
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

/// The content lines with the number of the first line of each.
fn unfold(bytes: &[u8]) -> Result<Vec<(usize, String)>, Findings> {
    let mut findings = Findings::default();
    let body = bytes.strip_suffix(b"\r\n").unwrap_or_else(|| {
        findings.add("line-end", "", "the last line does not end in CRLF", "end every line with CRLF");
        bytes
    });
    let mut out: Vec<(usize, Vec<u8>)> = Vec::new();
    let mut cut = Vec::new();
    for (line, number) in lines_of(body).zip(1..) {
        line_findings(line, number, &mut findings);
        if std::str::from_utf8(line).is_err() {
            cut.push(number);
        }
        match (line.strip_prefix(b" ").or(line.strip_prefix(b"\t")), out.last_mut()) {
            (Some(rest), Some((_, last))) => last.extend(rest),
            (Some(_), None) => {
                findings.add("stray-fold", place(number), "the first line continues nothing", "remove the blank");
            }
            (None, _) => out.push((number, line.to_vec())),
        }
    }
    let mut whole = true;
    let text = |(number, line): (usize, Vec<u8>)| match String::from_utf8(line) {
        Ok(line) => Some((number, line)),
        Err(_) => {
            findings.add("not-utf8", place(number), "the line is no UTF-8", "write the calendar in UTF-8");
            whole = false;
            None
        }
    };
    let out = out.into_iter().filter_map(text).collect();
    for number in cut.into_iter().filter(|_| whole) {
        let action = "fold between characters: many programs decode before they unfold";
        findings.add("split-character", place(number), "a fold cuts a character in two", action);
    }
    findings.into_result().map(|()| out)
}

fn lines_of(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(body);
    std::iter::from_fn(move || {
        let text = rest?;
        match text.windows(2).position(|two| two == b"\r\n") {
            Some(at) => {
                rest = text.get(at + 2..);
                text.get(..at)
            }
            None => rest.take(),
        }
    })
}

fn line_findings(line: &[u8], number: usize, findings: &mut Findings) {
    let is_control = |c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n');
    if line.is_empty() {
        findings.add("empty-line", place(number), "the line is empty", "remove it");
    } else if line.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
        findings.add("line-end", place(number), "a CR or LF stands alone", "end every line with CRLF");
    } else if line.len() > WIDTH {
        let message = format!("the line has {} octets", line.len());
        findings.add("long-line", place(number), message, format!("fold it after {WIDTH}"));
    }
    if let Some(c) = String::from_utf8_lossy(line).chars().find(|c| is_control(*c)) {
        let message = format!("the line holds the control character U+{:04X}", u32::from(c));
        findings.add("control-character", place(number), message, "remove it");
    }
}

/// Code and action of what is wrong with a line.
type Wrong = (&'static str, &'static str);

fn parse(number: usize, text: &str) -> Result<Line, Wrong> {
    const NO_NAME: Wrong = ("bad-line", "write NAME:value or NAME;PARAMETER=value:value");
    const NO_PARAMETER: Wrong = ("bad-parameter", "write ;NAME=value, in quotation marks where it holds : ; or ,");
    let at = text.find([';', ':']).ok_or(NO_NAME)?;
    let (name, mut rest) = text.split_at(at);
    if !is_name(name) {
        return Err(NO_NAME);
    }
    let mut parameters = BTreeMap::new();
    while let Some(parameter) = rest.strip_prefix(';') {
        let (key, values) = parameter.split_once('=').filter(|(key, _)| is_name(key)).ok_or(NO_PARAMETER)?;
        let (value, after) = parameter_values(values).ok_or(NO_PARAMETER)?;
        if parameters.insert(key.to_owned(), value).is_some() {
            return Err(("bad-parameter", "name each parameter once"));
        }
        rest = after;
    }
    let value = rest.strip_prefix(':').ok_or(NO_NAME)?.to_owned();
    Ok(Line { number, name: name.to_owned(), parameters, value })
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
}

/// The values of a parameter, with commas between them, and what follows.
fn parameter_values(text: &str) -> Option<(String, &str)> {
    let (mut out, mut rest) = (String::new(), text);
    loop {
        let value = match rest.strip_prefix('"') {
            Some(quoted) => {
                let (inside, after) = quoted.split_once('"')?;
                rest = after;
                inside
            }
            None => {
                let (plain, after) = rest.split_at(rest.find(['"', ':', ';', ','])?);
                rest = after;
                plain
            }
        };
        out.push_str(value);
        match rest.strip_prefix(',') {
            Some(more) => {
                out.push(',');
                rest = more;
            }
            None => return rest.starts_with([':', ';']).then_some((out, rest)),
        }
    }
}

fn nest(lines: Vec<Line>) -> Result<Component, Findings> {
    let wrong = |number: usize, message: String| {
        let mut findings = Findings::default();
        findings.add("nesting", place(number), message, "close each component that is begun, the last one first");
        findings
    };
    let last = lines.len();
    let mut open: Vec<Component> = Vec::new();
    for (line, count) in lines.into_iter().zip(1..) {
        let number = line.number;
        match line.name.as_str() {
            "BEGIN" => open.push(Component { number, name: line.value, ..Component::default() }),
            "END" => {
                let done = open.pop().filter(|done| done.name == line.value);
                let done = done.ok_or_else(|| wrong(number, format!("END:{} closes nothing", line.value)))?;
                match open.last_mut() {
                    Some(parent) => parent.parts.push(done),
                    None if count == last => return Ok(done),
                    None => return Err(wrong(number, "text follows the calendar".to_owned())),
                }
            }
            _ => {
                let inside = open.last_mut();
                inside.ok_or_else(|| wrong(number, "a property outside of any component".to_owned()))?.lines.push(line);
            }
        }
    }
    Err(wrong(open.last().map_or(1, |open| open.number), "a component is not closed".to_owned()))
}
