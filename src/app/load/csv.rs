//! Tables of samples, as long as they like.

use super::{
    Place,
    intake::{Goes, Intake},
    may_feed, one_place, own_school,
};
use crate::{
    app::{App, AppError, AppResult},
    domain::{
        access::Principal,
        finding::{Finding, Findings},
        id::Id,
        load::{
            PlaceKind, clock,
            report::{Ingestion, Input, Refusal, Report},
            table::{Head, ValueColumn, number, unreadable},
        },
        time,
    },
};
use chrono_tz::Tz;
use csv::{ByteRecord, ReaderBuilder};
use serde::Deserialize;
use std::{
    cell::Cell,
    io::{self, BufReader, Read},
    rc::Rc,
};
use utoipa::IntoParams;

/// Bytes of the longest line.
const LONGEST_LINE: usize = 64 * 1024;
/// What is read at a time.
const BUFFER: usize = 128 * 1024;
/// Bytes that are read of a row at most: one goes on over many lines where a quotation mark never ends, and would be held as a
/// whole. What is read ahead of it counts.
const LONGEST_ROW: u64 = (LONGEST_LINE + BUFFER) as u64;

/// Whose samples a table has where its lines do not tell, and what clock they were read from.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TableOptions {
    /// The platform of all lines.
    pub platform: Option<Id>,
    /// Or the federation.
    pub federation: Option<Id>,
    /// Or the school.
    pub school: Option<Id>,
    /// The time zone of times that have no offset, an IANA name.
    #[param(example = "Europe/Paris")]
    pub time_zone: Option<String>,
}

impl App {
    /// Takes a table in while it is read, and tells what came of it.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, and `Invalid` when it is no such table. Lines that are wrong are in the report.
    pub async fn import_load(
        &self,
        who: &Principal,
        options: TableOptions,
        table: impl Read + Send + 'static,
    ) -> AppResult<Ingestion> {
        let mut findings = Findings::default();
        let place = one_place(&options.platform, &options.federation, &options.school, false, &mut findings);
        let zone = options.time_zone.as_deref().and_then(|name| findings.keep(time::zone(name, "time_zone")));
        findings.into_result()?;
        let place = place.or_else(|| own_school(who));
        let (app, who, of) = (self.clone(), who.clone(), place.clone());
        let taken = tokio::task::spawn_blocking(move || app.take_table(&who, of, zone, table)).await;
        let report = taken.map_err(|stopped| AppError::Internal(stopped.to_string()))??;
        self.keep_report(place, Input::Csv, report).await
    }

    fn take_table(
        &self,
        who: &Principal,
        place: Option<Place>,
        zone: Option<Tz>,
        table: impl Read,
    ) -> AppResult<Report> {
        if let Some(place) = &place {
            self.store.read_now(|conn| may_feed(conn, who, place))?;
        }
        let row_start = Rc::new(Cell::new(0));
        let mut table = Lines::new(BufReader::with_capacity(BUFFER, table), Rc::clone(&row_start));
        let start = table.first_line().map_err(|error| broken(&error, 1))?;
        let names = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let separator = if names.contains(&b';') { b';' } else { b',' };
        let mut rows = ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(BUFFER)
            .from_reader(io::Cursor::new(start).chain(table));
        let mut row = ByteRecord::new();
        let mut next = |row: &mut ByteRecord| {
            row_start.set(rows.position().byte());
            let line = rows.position().line();
            rows.read_byte_record(row).map_err(|error| broken(&error, line))
        };
        if !next(&mut row)? {
            return Err(Findings(vec![unreadable("the table is empty")]).into());
        }
        let names: Vec<_> = row.iter().map(String::from_utf8_lossy).collect();
        let head = Head::read(names.iter().map(AsRef::as_ref), place.is_some())?;
        let mut reading = Reading { intake: Intake::new(self, who, Goes::Alone), head, place, zone, last: None };
        loop {
            match next(&mut row) {
                Ok(true) => reading.row(&row)?,
                Ok(false) => return reading.intake.end(),
                // What was read before it is taken; to read on is not possible.
                Err(AppError::Invalid(findings)) => {
                    for finding in findings.0 {
                        let refusal = Refusal::new("broken-off", finding.message.clone(), "send the rest once more");
                        let line = || finding.place.clone();
                        reading.intake.refuse(refusal, line);
                    }
                    return reading.intake.end();
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// A table that is being read.
struct Reading {
    intake: Intake,
    head: Head,
    /// The place of lines that name none.
    place: Option<Place>,
    zone: Option<Tz>,
    /// Whose the last line was, by what it says, and the numbers of its metrics: most lines are like the one before.
    last: Option<(Vec<u8>, Vec<usize>)>,
}

impl Reading {
    fn row(&mut self, row: &ByteRecord) -> AppResult<()> {
        let line = || format!("line {}", row.position().map_or(0, csv::Position::line));
        if row.iter().all(|cell| cell.trim_ascii().is_empty()) {
            return Ok(());
        }
        if row.len() < self.head.width() {
            let message = format!("it has {} cells", row.len());
            self.intake.refuse(Refusal::new("wrong-cell-count", message, "give a cell for each column"), line);
            return Ok(());
        }
        let at = text(row, self.head.time).and_then(|text| clock::read(text, self.zone));
        let at = match at {
            Ok(at) => at,
            Err(refusal) => {
                self.intake.refuse(refusal, line);
                return Ok(());
            }
        };
        if !self.find_series(row, line)? {
            return Ok(());
        }
        let numbers = self.last.as_ref().map(|(_, numbers)| numbers.as_slice()).unwrap_or_default();
        for (ValueColumn { at: column, name, is_counter, .. }, series) in self.head.values.iter().zip(numbers) {
            let place = || format!("{}, column {name}", line());
            match text(row, *column).and_then(|text| if text.is_empty() { Ok(None) } else { number(text).map(Some) }) {
                Ok(Some(value)) => self.intake.take(*series, at, value, *is_counter, place)?,
                Ok(None) => {}
                Err(refusal) => self.intake.refuse(refusal, place),
            }
        }
        Ok(())
    }

    /// Finds out whose a line is; tells whether it is somebody's.
    fn find_series(&mut self, row: &ByteRecord, line: impl Fn() -> String) -> AppResult<bool> {
        let cells = || self.head.places.iter().flat_map(|(column, _)| row.get(*column).into_iter().chain([&b"\0"[..]]));
        if self.last.as_ref().is_some_and(|(last, _)| cells().flatten().eq(last.iter())) {
            return Ok(true);
        }
        let key: Vec<u8> = cells().flatten().copied().collect();
        let mut named: Vec<(PlaceKind, String)> = Vec::new();
        for (column, kind) in &self.head.places {
            match text(row, *column) {
                Ok("") => {}
                Ok(name) => named.push((*kind, name.to_owned())),
                Err(refusal) => {
                    self.intake.refuse(refusal, line);
                    return Ok(false);
                }
            }
        }
        let place = match (named.as_slice(), &self.place) {
            ([], Some(place)) => Ok(place.clone()),
            ([(kind, name)], _) => self.intake.place(*kind, name)?,
            ([], None) => Err(Refusal::new("missing-place", "it does not tell whose load it is", ONE)),
            _ => Err(Refusal::new("two-places", "it names more than one place", ONE)),
        };
        match place {
            Ok(place) => {
                let values = self.head.values.clone();
                let numbers = values.iter().map(|column| self.intake.series(&place, column.metric));
                self.last = Some((key, numbers.collect::<AppResult<_>>()?));
                Ok(true)
            }
            Err(refusal) => {
                self.intake.refuse(refusal, line);
                Ok(false)
            }
        }
    }
}

const ONE: &str = "name a platform, a federation or a school";

fn text(row: &ByteRecord, column: usize) -> Result<&str, Refusal> {
    let cell = row.get(column).unwrap_or_default().trim_ascii();
    std::str::from_utf8(cell).map_err(|_| Refusal::new("not-utf-8", "a cell is not UTF-8", "save the table as UTF-8"))
}

/// What cannot be read on, from the row that begins on a line.
fn broken(error: &impl ToString, line: u64) -> AppError {
    let finding = unreadable(format!("from line {line} on: {}", error.to_string()));
    Findings(vec![Finding { place: format!("line {line}"), ..finding }]).into()
}

/// Text of which no line and no row is longer than can be held.
struct Lines<R> {
    inner: R,
    length: usize,
    /// How many bytes were read so far.
    read: u64,
    /// Where the row begins that is being read.
    row_start: Rc<Cell<u64>>,
}

impl<R: Read> Lines<R> {
    fn new(inner: R, row_start: Rc<Cell<u64>>) -> Self {
        Self { inner, length: 0, read: 0, row_start }
    }

    /// What stands in the first line, and perhaps the beginning of what follows.
    fn first_line(&mut self) -> io::Result<Vec<u8>> {
        let (mut start, mut part) = (Vec::new(), [0; 1024]);
        while !start.contains(&b'\n') {
            match self.read(&mut part)? {
                0 => break,
                count => start.extend_from_slice(&part[..count]),
            }
        }
        Ok(start)
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let part = &buffer[..count];
        self.length = match part.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => count - end - 1,
            None => self.length + count,
        };
        if self.length > LONGEST_LINE {
            return Err(io::Error::other(format!("a line is longer than {LONGEST_LINE} bytes")));
        }
        self.read += count as u64;
        if self.read - self.row_start.get() > LONGEST_ROW {
            return Err(io::Error::other("a cell is too long: a quotation mark that begins it seems never to end"));
        }
        Ok(count)
    }
}
