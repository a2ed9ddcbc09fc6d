//! The effective configuration as a file.

use std::fmt::Write;

use super::reader::Entry;

/// Writes `entries`, which stand section by section, as TOML; each with what it is for and where its value came from.
pub(super) fn to_toml(entries: &[Entry]) -> String {
    let mut text = String::new();
    let mut section = "";
    for entry in entries {
        let (its_section, name) = entry.key.split_once('.').unwrap_or(("", entry.key));
        if its_section != section {
            section = its_section;
            let gap = if text.is_empty() { "" } else { "\n" };
            text += &format!("{gap}[{section}]\n");
        }
        // Writing to a String cannot fail.
        let _ = match &entry.value {
            Some(value) => writeln!(text, "{name} = {value} # {}; {}", entry.origin, entry.about),
            None => writeln!(text, "# {name} is not set; {}", entry.about),
        };
    }
    text
}
