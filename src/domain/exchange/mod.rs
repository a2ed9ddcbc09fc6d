//! What a table would change in a school: its rows against those that are there.
//!
//! - [`sheet`]: the table itself, as spreadsheets write it

pub mod sheet;

use super::{
    finding::{Finding, Findings},
    id::Id,
    people::{Group, Language, MOST_HEADS, Teacher},
    text,
};
use serde::Serialize;
use sheet::{Row, Sheet};
use std::collections::{BTreeMap, HashMap, HashSet};
use utoipa::ToSchema;

/// The column that names a row for ever.
const ID: &str = "id";
/// The column by which rows without an id are found.
const NAME: &str = "name";

/// A column of a table: how a cell is written, and how it is read.
pub struct Column<T> {
    /// What it is called in the first line.
    pub name: &'static str,
    /// What else a table may call it, in small letters: French words, first of all.
    pub also: &'static [&'static str],
    /// Whether a new row needs it.
    pub required: bool,
    /// The cell of a row.
    pub write: fn(&T) -> String,
    /// Takes a cell into a row; the last argument is the cell's place.
    pub read: fn(&mut T, &str, &str) -> Result<(), Finding>,
}

/// What stands in the rows of a table.
pub trait Entry: Clone + PartialEq + 'static {
    /// What one is called, in findings.
    const KIND: &'static str;
    /// Its columns, but for the id. A new column is a line here.
    const COLUMNS: &'static [Column<Self>];

    /// Its identifier.
    fn id(&self) -> &Id;
    /// Its name, unique in the school.
    fn name(&self) -> &str;
    /// Its address, which only one of them can use to sign in.
    fn address(&self) -> Option<&str> {
        None
    }
}

#[rustfmt::skip] // a line a column
impl Entry for Group {
    const KIND: &'static str = "group";
    const COLUMNS: &'static [Column<Self>] = &[
        Column { name: NAME, also: &["nom", "groupe", "classe"], required: true, write: |group| group.name.clone(), read: |group, cell, place| text::line(cell, place).map(|name| group.name = name) },
        Column { name: "headcount", also: &["effectif", "effectifs"], required: true, write: |group| group.headcount.to_string(), read: |group, cell, place| number(cell, place, 0, MOST_HEADS).map(|heads| group.headcount = heads) },
        Column { name: "attendance_percent", also: &["attendance", "présence", "presence"], required: false, write: |group| group.attendance_percent.to_string(), read: |group, cell, place| optional(cell.trim_end_matches('%').trim_end(), |cell| number(cell, place, 1, 100)).map(|share| group.attendance_percent = share.unwrap_or(group.attendance_percent)) },
    ];

    fn id(&self) -> &Id { &self.id }
    fn name(&self) -> &str { &self.name }
}

#[rustfmt::skip] // a line a column
impl Entry for Teacher {
    const KIND: &'static str = "teacher";
    const COLUMNS: &'static [Column<Self>] = &[
        Column { name: NAME, also: &["nom", "professeur", "enseignant"], required: true, write: |teacher| teacher.name.clone(), read: |teacher, cell, place| text::line(cell, place).map(|name| teacher.name = name) },
        Column { name: "email", also: &["adresse", "courriel", "e-mail", "mail"], required: false, write: |teacher| teacher.email.clone().unwrap_or_default(), read: |teacher, cell, place| optional(cell, |cell| text::address(cell, place)).map(|email| teacher.email = email.map(|email| email.to_lowercase())) },
        Column { name: "language", also: &["langue"], required: false, write: |teacher| teacher.language.code().to_owned(), read: |teacher, cell, place| optional(cell, |cell| language(cell, place)).map(|language| teacher.language = language.unwrap_or(teacher.language)) },
        Column { name: "link", also: &["lien"], required: false, write: |teacher| teacher.link.clone().unwrap_or_default(), read: |teacher, cell, place| optional(cell, |cell| text::link(cell, place)).map(|link| teacher.link = link) },
    ];

    fn id(&self) -> &Id { &self.id }
    fn name(&self) -> &str { &self.name }
    fn address(&self) -> Option<&str> { self.email.as_deref() }
}

/// What a table changes.
#[derive(Clone, Debug)]
pub struct Difference<T> {
    /// Rows that are new, with their lines.
    pub added: Vec<(u64, T)>,
    /// Rows that are different, with their lines: as they were, and as they will be.
    pub changed: Vec<(u64, T, T)>,
    /// What no row names, when that is to be removed.
    pub removed: Vec<T>,
    /// How many rows are as they were.
    pub unchanged: usize,
    /// What should be looked at; none of it stands in the way.
    pub warnings: Findings,
}

impl<T> Default for Difference<T> {
    fn default() -> Self {
        let warnings = Findings::default();
        Self { added: Vec::new(), changed: Vec::new(), removed: Vec::new(), unchanged: 0, warnings }
    }
}

/// A row that is new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AddedRow {
    /// The line of the file.
    pub line: u64,
    /// What the row says, by column.
    pub cells: BTreeMap<String, String>,
}

/// A row that is different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChangedRow {
    /// The line of the file.
    pub line: u64,
    /// Whose row it is.
    pub id: Id,
    /// The name before the change.
    pub name: String,
    /// Each cell that is different.
    pub changes: Vec<CellChange>,
}

/// A cell that is different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CellChange {
    /// Its column.
    pub column: String,
    /// What is there now.
    pub before: String,
    /// What the file says.
    pub after: String,
}

/// Something that no row names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RemovedRow {
    /// Identifier.
    pub id: Id,
    /// Name.
    pub name: String,
}

/// The names of the columns of a table.
pub fn columns<T: Entry>() -> Vec<&'static str> {
    std::iter::once(ID).chain(T::COLUMNS.iter().map(|column| column.name)).collect()
}

/// The cells of a row.
pub fn cells<T: Entry>(entry: &T) -> Vec<String> {
    std::iter::once(entry.id().to_string()).chain(T::COLUMNS.iter().map(|column| (column.write)(entry))).collect()
}

/// What a table changes, and everything that is wrong with it. A row is known by its id, or without one by its name;
/// `blank` makes a new one. Columns that the table does not have stay as they are.
pub fn difference<T: Entry>(
    known: &[T],
    sheet: &Sheet,
    in_use: Option<&HashSet<Id>>,
    mut blank: impl FnMut() -> T,
) -> (Difference<T>, Findings) {
    let mut out = Difference::default();
    let columns: Vec<&str> = sheet.columns.iter().map(|name| column::<T>(name)).collect();
    let mut findings = header_findings::<T>(&columns);
    if !findings.0.is_empty() {
        return (out, findings);
    }
    let by_id: HashMap<&str, &T> = known.iter().map(|entry| (entry.id().as_str(), entry)).collect();
    let by_name: HashMap<&str, &T> = known.iter().map(|entry| (entry.name(), entry)).collect();
    let mut lines: HashMap<&Id, u64> = HashMap::new();
    // What each name will stand for: known rows that no line names keep theirs, unless they go.
    let mut named: HashMap<String, u64> = HashMap::new();
    for row in &sheet.rows {
        let id = cell(&columns, row, ID).filter(|id| !id.is_empty());
        let before = match id {
            Some(id) => match by_id.get(id) {
                Some(entry) => Some(*entry),
                None => {
                    let message = format!("this school has no {} {id}", T::KIND);
                    let action = "leave the id empty: then the row is known by its name, or new";
                    findings.add(&format!("unknown-{}", T::KIND), row.place(ID), message, action);
                    continue;
                }
            },
            None => cell(&columns, row, NAME).and_then(|name| by_name.get(name).copied()),
        };
        if let Some(earlier) = before.and_then(|entry| lines.insert(entry.id(), row.line)) {
            let message = format!("line {earlier} is for the same {}", T::KIND);
            findings.add("named-twice", format!("line {}", row.line), message, "keep one of the two");
            continue;
        }
        let wrong = findings.0.len();
        let after = read(&columns, row, before.cloned().unwrap_or_else(&mut blank), before.is_none(), &mut findings);
        if !after.name().is_empty()
            && let Some(earlier) = named.insert(after.name().to_owned(), row.line)
        {
            let message = format!("line {earlier} has the same name");
            findings.add("named-twice", row.place(NAME), message, "give each a name of its own");
        }
        // Of a row that cannot be read, nothing is shown as if it had been.
        if findings.0.len() > wrong {
            continue;
        }
        match before {
            None => out.added.push((row.line, after)),
            Some(before) if *before == after => out.unchanged += 1,
            Some(before) => out.changed.push((row.line, before.clone(), after)),
        }
    }
    for entry in known.iter().filter(|entry| !lines.contains_key(entry.id())) {
        match in_use {
            Some(in_use) if in_use.contains(entry.id()) => {
                let message = format!("{:?} is not in the table, and classes or wishes name it", entry.name());
                let action = "keep its row, or take it out of them first";
                findings.add(&format!("{}-in-use", T::KIND), "", message, action);
            }
            Some(_) => out.removed.push(entry.clone()),
            None => {
                if let Some(line) = named.get(entry.name()) {
                    let message = format!("the school has a {} {:?} already", T::KIND, entry.name());
                    let place = format!("line {line}, column {NAME}");
                    findings.add(&format!("{}-exists", T::KIND), place, message, "choose another name");
                }
            }
        }
    }
    out.warn_of_addresses(known);
    (out, findings)
}

impl<T: Entry> Difference<T> {
    /// Warns of rows that take an address which another has: of those only one can sign in with it.
    fn warn_of_addresses(&mut self, known: &[T]) {
        let gone = self.removed.iter().chain(self.changed.iter().map(|(_, before, _)| before));
        let gone: HashSet<&Id> = gone.map(Entry::id).collect();
        let mut of: HashMap<&str, Vec<&str>> = HashMap::new();
        let staying = known.iter().filter(|entry| !gone.contains(entry.id()));
        let coming = self.added.iter().map(|(line, entry)| (*line, None, entry));
        let coming = coming.chain(self.changed.iter().map(|(line, before, after)| (*line, before.address(), after)));
        let coming: Vec<_> = coming.collect();
        for entry in staying.chain(coming.iter().map(|(_, _, entry)| *entry)) {
            if let Some(address) = entry.address() {
                of.entry(address).or_default().push(entry.name());
            }
        }
        let mut warnings = Findings::default();
        for (line, before, entry) in &coming {
            let Some(address) = entry.address().filter(|address| Some(*address) != *before) else { continue };
            let others = of.get(address).into_iter().flatten().filter(|name| **name != entry.name());
            if let Some(other) = others.copied().next() {
                let message = format!("{address} is the address of “{other}” too");
                let place = format!("line {line}, column email");
                warnings.add("address-shared", place, message, "give each their own: only one can sign in with it");
            }
        }
        self.warnings = warnings;
    }

    /// What is new, for people.
    pub fn added_rows(&self) -> Vec<AddedRow> {
        let cells = |entry: &T| T::COLUMNS.iter().map(|it| (it.name.to_owned(), (it.write)(entry))).collect();
        self.added.iter().map(|(line, entry)| AddedRow { line: *line, cells: cells(entry) }).collect()
    }

    /// What is different, for people.
    pub fn changed_rows(&self) -> Vec<ChangedRow> {
        let row = |(line, before, after): &(u64, T, T)| {
            let changes = T::COLUMNS.iter().map(|column| CellChange {
                column: column.name.to_owned(),
                before: (column.write)(before),
                after: (column.write)(after),
            });
            let changes = changes.filter(|change| change.before != change.after).collect();
            ChangedRow { line: *line, id: before.id().clone(), name: before.name().to_owned(), changes }
        };
        self.changed.iter().map(row).collect()
    }

    /// What goes, for people.
    pub fn removed_rows(&self) -> Vec<RemovedRow> {
        self.removed.iter().map(|it| RemovedRow { id: it.id().clone(), name: it.name().to_owned() }).collect()
    }
}

/// The row with its cells taken in.
fn read<T: Entry>(columns: &[&str], row: &Row, mut entry: T, is_new: bool, findings: &mut Findings) -> T {
    for column in T::COLUMNS {
        let place = row.place(column.name);
        match cell(columns, row, column.name) {
            Some(cell) => {
                findings.keep((column.read)(&mut entry, cell, &place));
            }
            None if is_new && column.required => {
                let message = format!("a new {} needs a {}", T::KIND, column.name);
                findings.add("missing-column", place, message, format!("add the column {}", column.name));
            }
            None => {}
        }
    }
    entry
}

/// What a column is called here, whatever the table calls it.
fn column<T: Entry>(given: &str) -> &str {
    T::COLUMNS.iter().find(|column| column.also.contains(&given)).map_or(given, |column| column.name)
}

/// The cell of a column, when the table has it.
fn cell<'a>(columns: &[&str], row: &'a Row, column: &str) -> Option<&'a str> {
    let at = columns.iter().position(|name| *name == column)?;
    row.cells.get(at).map(String::as_str)
}

/// What is wrong with the names of the columns.
fn header_findings<T: Entry>(given: &[&str]) -> Findings {
    let (mut findings, known) = (Findings::default(), columns::<T>());
    for (at, name) in given.iter().enumerate() {
        let place = format!("line 1, column {name}");
        if !known.contains(name) {
            let message = format!("there is no column {name:?}");
            findings.add("unknown-column", place, message, format!("the columns are {}", known.join(", ")));
        } else if given[..at].contains(name) {
            findings.add("named-twice", place, "the column is there twice", "keep one of the two");
        }
    }
    if !given.iter().any(|name| [ID, NAME].contains(name)) {
        let message = "neither an id nor a name tells whose the rows are";
        findings.add("missing-column", "line 1", message, format!("the columns are {}", known.join(", ")));
    }
    findings
}

/// Nothing for an empty cell.
fn optional<T>(cell: &str, read: impl FnOnce(&str) -> Result<T, Finding>) -> Result<Option<T>, Finding> {
    if cell.is_empty() { Ok(None) } else { read(cell).map(Some) }
}

fn number(cell: &str, place: &str, least: u32, most: u32) -> Result<u32, Finding> {
    // What is below zero or too long is a number all the same, only none that can be.
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    cell.parse().ok().filter(|number| (least..=most).contains(number)).ok_or_else(|| {
        let code = if is_number { "out-of-range" } else { "not-a-number" };
        let action = format!("write a whole number from {least} to {most}");
        Finding::new(code, place, format!("{cell:?} is no such number"), action)
    })
}

fn language(cell: &str, place: &str) -> Result<Language, Finding> {
    Language::from_code(&cell.to_lowercase()).ok_or_else(|| {
        Finding::new("unknown-language", place, format!("{cell:?} is no language of Créneau"), "write fr or en")
    })
}

#[cfg(test)]
mod tests;
