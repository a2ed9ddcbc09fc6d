//! Tables as spreadsheets read and write them: CSV in UTF-8, with a comma or a semicolon between the cells. The French
//! Excel saves CSV as Windows-1252, which nothing in the file tells: what is not UTF-8 is read so, and said to be.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and runs it. So such a text is written
//! with an apostrophe before it, and so is one that begins with an apostrophe; reading takes that one away again. A text
//! that was typed without one is taken as it stands, so that what is written is read back as it was, and nobody who types
//! a table needs to know of this.

use crate::domain::finding::{Finding, Findings};
use encoding_rs::WINDOWS_1252;
use std::borrow::Cow;

/// Most rows of a table.
pub const MOST_ROWS: usize = 5000;
/// Most columns of a table.
const MOST_COLUMNS: usize = 100;
/// Before UTF-8 in a file: Excel reads the file right only with it.
const MARK: &[u8] = b"\xEF\xBB\xBF";
/// How workbooks begin: the zipped ones of today, and Excel's of old.
const WORKBOOKS: [&[u8]; 2] = [b"PK\x03\x04", b"\xD0\xCF\x11\xE0"];

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
    /// What whoever sent it should look at; none of it stands in the way.
    pub warnings: Findings,
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
/// `workbook`, `not-text`, `empty-table`, `too-many`, `unnamed-column`, `wrong-cell-count`.
pub fn read(bytes: &[u8]) -> Result<Sheet, Findings> {
    let text = text(bytes).map_err(|finding| Findings(vec![finding]))?;
    let mut findings = Findings::default();
    let mut sheet = Sheet::default();
    if let Cow::Owned(_) = text {
        let message = "the file is not UTF-8 and was read as Windows-1252";
        sheet.warnings.add("read-as-windows-1252", "", message, "look whether the accents are right");
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(Separator::of(&text).byte())
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

/// The text without the mark: borrowed when it is UTF-8, else read as Windows-1252.
///
/// # Errors
/// `workbook`, and `not-text` for what is in neither.
pub fn text(bytes: &[u8]) -> Result<Cow<'_, str>, Finding> {
    if WORKBOOKS.iter().any(|begin| bytes.starts_with(begin)) {
        let action = "save it as CSV: in Excel as “CSV UTF-8”, in LibreOffice as “Text CSV”";
        return Err(Finding::new("workbook", "", "the file is a workbook of a spreadsheet, not CSV", action));
    }
    // No text has a zero in it, but UTF-16 has one beside almost each letter.
    if bytes.contains(&0) || bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        let action = "save the file as CSV in UTF-8: in Excel as “CSV UTF-8”";
        return Err(Finding::new("not-text", "", "the file is UTF-16, or no text at all", action));
    }
    let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
    let as_windows = || Cow::Owned(WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned());
    Ok(std::str::from_utf8(bytes).map_or_else(|_| as_windows(), Cow::Borrowed))
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
    fn what_the_french_excel_writes_is_read_and_said_to_be_so() {
        let sheet = read(b"nom;effectif\r\n6\xE8me \x96 \x9Cuvre \x80;27").unwrap();
        assert_eq!(sheet.rows[0].cells, ["6ème – œuvre €", "27"]);
        assert_eq!(sheet.warnings.0[0].code, "read-as-windows-1252");
        assert_eq!(read("\u{FEFF}nom\r\n6ème".as_bytes()).unwrap().warnings, Findings::default());
    }

    #[test]
    fn workbooks_and_what_is_no_text_are_told() {
        let of = |code: &str| vec![(code.to_owned(), String::new())];
        assert_eq!(codes(b"PK\x03\x04\x14\0\x06\0"), of("workbook"));
        assert_eq!(codes(b"\xD0\xCF\x11\xE0\xA1\xB1"), of("workbook"));
        assert_eq!((codes(b"\xFF\xFEn\0a\0"), codes(b"n\0a\0")), (of("not-text"), of("not-text")));
        assert_eq!(read(b"PK\n6e").unwrap().columns, ["pk"], "a column may be called so");
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
