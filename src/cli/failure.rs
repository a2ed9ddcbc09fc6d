//! Why a command could not do its work, and how it says so.

use std::process::ExitCode;

use creneau_solver::{Finding, Findings, Severity};
use serde::Serialize;
use serde_json::json;

use super::Console;

/// Why a command could not do its work.
#[derive(Debug)]
pub enum Failure {
    /// An input is not right: exit code 1.
    Input(Vec<Finding>),
    /// The command line asks for what cannot be: exit code 2.
    Usage(Vec<Finding>),
    /// A file could not be read or written, or the program failed: exit code 3.
    System(Finding),
    /// Whoever read our output has seen enough; nothing to say.
    NobodyListens,
}

impl Failure {
    /// A file, or the machine, did not do what was asked.
    pub fn system(code: &'static str, place: &str, message: impl Into<String>, action: &str) -> Self {
        Self::System(Finding::error(code, place, message, action))
    }

    /// The command line asks for what cannot be.
    pub fn usage(place: &str, message: impl Into<String>, action: &str) -> Self {
        Self::Usage(vec![Finding::error("usage", place, message, action)])
    }

    /// Findings about an input, with the input's name put before each place.
    pub fn input(name: &str, findings: Findings) -> Self {
        let name_place = |finding: Finding| {
            let place = if finding.place.is_empty() { name.into() } else { format!("{name}: {}", finding.place) };
            Finding { place, ..finding }
        };
        Self::Input(findings.0.into_iter().map(name_place).collect())
    }

    fn findings(&self) -> (&[Finding], u8) {
        match self {
            Self::Input(findings) => (findings, 1),
            Self::Usage(findings) => (findings, 2),
            Self::System(finding) => (std::slice::from_ref(finding), 3),
            Self::NobodyListens => (&[], 0),
        }
    }

    /// Says everything that is wrong, for people on stderr and for scripts on stdout, and gives the exit code.
    pub fn report(&self, console: &Console) -> ExitCode {
        let (findings, code) = self.findings();
        console.tell(&listed(findings));
        if findings.len() > 1 {
            console.tell(&format!("{} findings\n", findings.len()));
        }
        if console.is_json() && !findings.is_empty() {
            // When even this cannot be written, the exit code still tells.
            let _ = console.document(&json!({ "ok": false, "findings": findings }));
        }
        ExitCode::from(code)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        let action = "check where the output goes, that it is read to its end, and that the disk is not full";
        Self::system("output", "stdout", format!("not all of it could be written: {error}"), action)
    }
}

/// Findings for people: each with its code and place, and what to do once for neighbours that ask for the same.
pub fn listed(findings: &[Finding]) -> String {
    let mut out = String::new();
    for alike in findings.chunk_by(|a, b| a.action == b.action) {
        for Finding { code, severity, place, message, .. } in alike {
            let kind = if *severity == Severity::Error { "error" } else { "warning" };
            let place = if place.is_empty() { String::new() } else { format!(" {}", visible(place)) };
            out.push_str(&format!("{kind}[{code}]{place}: {}\n", visible(message)));
        }
        if let Some(action) = alike.first().map(|finding| &finding.action).filter(|action| !action.is_empty()) {
            out.push_str(&format!("    {}\n", visible(action)));
        }
    }
    out
}

/// The same text with nothing in it that moves a terminal's cursor, turns text round or cannot be seen: names come from
/// other people's files. What cannot be seen is written out, so that two names that look alike can be told apart.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}' => out.extend(character.escape_unicode()),
            _ if character.is_control() => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
    out
}

/// A document for scripts in which everything went well.
#[derive(Serialize)]
pub struct Fine<T: Serialize> {
    ok: bool,
    #[serde(flatten)]
    body: T,
}

impl<T: Serialize> Fine<T> {
    /// Wraps what is told; `ok` as the exit code says it.
    pub fn new(ok: bool, body: T) -> Self {
        Self { ok, body }
    }
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        assert_eq!(visible("3e B — ‘Élèves’ 数学"), "3e B — ‘Élèves’ 数学");
        assert_eq!(visible("a\u{1b}[2Jb\n"), "a\u{fffd}[2Jb\u{fffd}");
        assert_eq!(visible("3B\u{200b}\u{202e}C"), "3B\\u{200b}\\u{202e}C");
    }
}
