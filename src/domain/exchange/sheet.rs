//! Tables as spreadsheets read and write them: CSV in UTF-8, with a comma or a semicolon between the cells.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and runs it. So such a text is written
//! with an apostrophe before it, and so is one that begins with an apostrophe; reading takes that one away again. A text
//! that was typed without one is taken as it stands, so that what is written is read back as it was, and nobody who types
//! a table needs to know of this.

use crate::domain::finding::{Finding, Findings};

/// Most rows of a table.
pub const MOST_ROWS: usize = 5000;
/// Most columns of a table.
const MOST_COLUMNS: usize = 100;
/// Before UTF-8 in a file: Excel reads the file right only with it.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// What stands between two cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// As the English Excel writes.
    Comma,
    /// As the French Excel writes, where the comma is for decimals.
    Semicolon,
}

impl Separator {
    fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
        }
    }

    /// The one that comes more often in the first line, outside of quotes.
    fn of(text: &str) -> Self {
        let (mut quoted, mut commas, mut semicolons) = (false, 0, 0);
        for c in text.trim_start().chars().take_while(|c| !matches!(c, '\n' | '\r')) {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => commas += 1,
                ';' if !quoted => semicolons += 1,
                _ => {}
            }
        }
        if semicolons > commas { Self::Semicolon } else { Self::Comma }
    }
}

/// A table that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The names in its first line, trimmed and in small letters.
    pub columns: Vec<String>,
    /// Its rows; empty ones are left out.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line of the file, from 1.
    pub line: u64,
    /// A cell for each column, trimmed.
    pub cells: Vec<String>,
}

impl Row {
    /// The place of one of its cells, for findings.
    pub fn place(&self, column: &str) -> String {
        format!("line {}, column {column}", self.line)
    }
}

/// A table as bytes, ready for Excel: a mark that it is UTF-8, the names of the columns, and the rows.
pub fn write(separator: Separator, columns: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let mut out = MARK.to_vec();
    let mut writer =
        csv::WriterBuilder::new().delimiter(separator.byte()).terminator(csv::Terminator::CRLF).from_writer(&mut out);
    // Writing into memory cannot fail.
    let _ = writer.write_record(columns);
    for row in rows {
        let _ = writer.write_record(row.iter().map(|cell| protected(cell)));
    }
    let _ = writer.flush();
    drop(writer);
    out
}

/// Reads a table.
///
/// # Errors
/// `not-utf-8`, `empty-table`, `too-many`, `unnamed-column`, `wrong-cell-count`.
pub fn read(bytes: &[u8]) -> Result<Sheet, Findings> {
    let text = utf8(bytes).map_err(|finding| Findings(vec![finding]))?;
    let mut findings = Findings::default();
    let mut sheet = Sheet::default();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(Separator::of(text).byte())
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    for record in reader.records() {
        let Ok(record) = record else { continue }; // it is UTF-8, and rows may be of any length
        let line = lines.at(record.position().map_or(0, csv::Position::byte));
        let mut cells: Vec<String> = record.iter().map(|cell| plain(cell.trim()).trim().to_owned()).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if sheet.columns.is_empty() {
            while cells.last().is_some_and(String::is_empty) {
                cells.pop();
            }
            if let Some(at) = cells.iter().position(String::is_empty) {
                let message = format!("column {} of the first line has no name", at + 1);
                findings.add("unnamed-column", format!("line {line}"), message, "name it or take it out");
            }
            if cells.len() > MOST_COLUMNS {
                let message = format!("the table has {} columns", cells.len());
                findings.add("too-many", format!("line {line}"), message, format!("use at most {MOST_COLUMNS}"));
                break;
            }
            sheet.columns = cells.iter().map(|name| name.to_lowercase()).collect();
            continue;
        }
        if sheet.rows.len() == MOST_ROWS {
            let message = format!("the table has more than {MOST_ROWS} rows");
            findings.add("too-many", format!("line {line}"), message, "send it in parts");
            break;
        }
        while cells.len() > sheet.columns.len() && cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        if cells.len() != sheet.columns.len() {
            let message = format!("the row has {} cells, the first line {}", cells.len(), sheet.columns.len());
            let action = "give each row a cell for each column; put a text that holds the separator in quotes";
            findings.add("wrong-cell-count", format!("line {line}"), message, action);
        }
        cells.resize(sheet.columns.len(), String::new());
        sheet.rows.push(Row { line, cells });
    }
    if sheet.columns.is_empty() && findings.0.is_empty() {
        let action = "begin with a line that names the columns; export the table to see them";
        findings.add("empty-table", "", "the table is empty", action);
    }
    findings.into_result()?;
    Ok(sheet)
}

/// Counts lines. The reader's own count is behind after `\r\n` and empty lines.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the first cell at or after this byte; bytes come in ascending order.
    fn at(&mut self, byte: u64) -> u64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(here) = self.text.get(self.at).filter(|here| self.at < byte || matches!(here, b'\r' | b'\n')) {
            let ends = match here {
                b'\r' => self.text.get(self.at + 1) != Some(&b'\n'),
                other => *other == b'\n',
            };
            self.line += u64::from(ends);
            self.at += 1;
        }
        self.line
    }
}

/// The text without the mark, or where it stops being UTF-8 and what to do.
fn utf8(bytes: &[u8]) -> Result<&str, Finding> {
    let wrong = |place: String, message: String| {
        let action = "save the file as UTF-8: in Excel as “CSV UTF-8”, in LibreOffice with the character set UTF-8";
        Finding::new("not-utf-8", place, message, action)
    };
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(wrong(String::new(), "the file is UTF-16, not UTF-8".to_owned()));
    }
    let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let (before, after) = bytes.split_at(error.valid_up_to());
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let in_line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        let column = String::from_utf8_lossy(in_line).chars().count() + 1;
        let byte = after.first().copied().unwrap_or_default();
        let guess = match byte {
            0xA0..=0xFF => format!(" (“{}” in Latin-1)", char::from(byte)),
            _ => String::new(),
        };
        let message =
            format!("the byte 0x{byte:02X}{guess} is not UTF-8: the file seems to be Latin-1 or Windows-1252");
        wrong(format!("line {line}, character {column}"), message)
    })
}

/// Whether a spreadsheet would take the text for a formula, or reading for a protected one. The wide forms count where
/// Japanese is written.
fn is_risky(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\'', '＝', '＋', '－', '＠'])
}

fn protected(text: &str) -> String {
    if is_risky(text) { format!("'{text}") } else { text.to_owned() }
}

fn plain(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_risky(rest)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn codes(bytes: &[u8]) -> Vec<(String, String)> {
        read(bytes).unwrap_err().0.into_iter().map(|finding| (finding.code, finding.place)).collect()
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        read(text.as_bytes()).unwrap().rows.into_iter().map(|row| row.cells).collect()
    }

    #[test]
    fn commas_semicolons_marks_and_line_ends_are_all_the_same() {
        for text in [
            "name,headcount\n6e B,27\n",
            "name;headcount\r\n6e B;27\r\n",
            "\u{FEFF}Name ; HEADCOUNT\r\n 6e B ; 27",
            "name;headcount;;\r\n;;;\r\n6e B;27;;\r\n;;;\r\n",
            "\"name\",\"headcount\"\n\n\"6e B\",\"27\"\n",
        ] {
            let sheet = read(text.as_bytes()).unwrap();
            assert_eq!(sheet.columns, ["name", "headcount"], "{text:?}");
            assert_eq!(sheet.rows[0].cells, ["6e B", "27"], "{text:?}");
        }
        assert_eq!(cells("name;headcount\n\"a;b,c\"\"d\";1"), [["a;b,c\"d", "1"]]);
        assert_eq!(read(b"name\r\na\r\n\r\nb").unwrap().rows[1].place("name"), "line 4, column name");
    }

    #[test]
    fn another_encoding_is_told_with_its_place() {
        let found = &read(b"name,headcount\r\nab,1\r\n6\xE8me,27").unwrap_err().0[0];
        assert_eq!((&*found.code, &*found.place), ("not-utf-8", "line 3, character 2"));
        assert!(found.message.contains("0xE8 (“è” in Latin-1)") && found.action.contains("CSV UTF-8"), "{found}");
        assert!(read(b"\xFF\xFEn\0a\0").unwrap_err().0[0].message.contains("UTF-16"));
    }

    #[test]
    fn what_cannot_be_a_table_is_told() {
        let of = |code: &str, place: &str| vec![(code.to_owned(), place.to_owned())];
        assert_eq!(codes(b""), of("empty-table", ""));
        assert_eq!(codes(b"\r\n;;\r\n"), of("empty-table", ""));
        assert_eq!(codes(b"name;;headcount\n"), of("unnamed-column", "line 1"));
        assert_eq!(codes(b"name;headcount\n6e B\n"), of("wrong-cell-count", "line 2"));
        assert_eq!(codes(b"name\n6e B,27\n")[0].0, "wrong-cell-count");
        let many = format!("name\n{}", "x\n".repeat(MOST_ROWS + 1));
        assert_eq!(codes(many.as_bytes()), of("too-many", "line 5002"));
        assert_eq!(codes(",".repeat(1000).replace(',', "a,").as_bytes())[0].0, "too-many");
    }

    #[test]
    fn no_cell_is_written_as_a_formula() {
        for text in ["=1+1", "+33", "-1", "@SUM(A1)", "'=x", "'", "＝1"] {
            let written = write(Separator::Semicolon, &["name"], &[vec![text.to_owned()]]);
            let line = String::from_utf8(written.clone()).unwrap().lines().nth(1).unwrap().trim_matches('"').to_owned();
            assert!(line.starts_with('\''), "{line}");
            assert_eq!(read(&written).unwrap().rows[0].cells, [text]);
        }
        assert_eq!(cells("name\n=1\n'neuf\n'=1\n"), [["=1"], ["'neuf"], ["=1"]]);
    }

    fn nasty() -> impl Strategy<Value = String> {
        proptest::string::string_regex("[ -~éèœ’“＝；\u{1F393}=+@;,\"'-]{0,12}")
            .unwrap()
            .prop_map(|text| text.trim().to_owned())
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            rows in proptest::collection::vec((nasty(), nasty(), nasty()), 0..8),
            separator in prop_oneof![Just(Separator::Comma), Just(Separator::Semicolon)],
        ) {
            let rows: Vec<Vec<String>> = rows.into_iter().map(|(a, b, c)| vec![a, b, c]).collect();
            let sheet = read(&write(separator, &["a", "b", "c"], &rows)).unwrap();
            let kept: Vec<_> = rows.into_iter().filter(|row| row.iter().any(|cell| !cell.is_empty())).collect();
            prop_assert_eq!(sheet.rows.into_iter().map(|row| row.cells).collect::<Vec<_>>(), kept);
        }

        #[test]
        fn no_bytes_upset_it(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
        }
    }
}
