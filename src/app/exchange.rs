//! Groups and teachers as tables: out to a spreadsheet, and in again.

use super::{App, AppError, AppResult, call::Expected, links, schools, teachers::as_seen_by};
use crate::{
    domain::{
        access::Principal,
        exchange::{
            AddedRow, ChangedRow, Difference, Entry, RemovedRow, cells, columns, difference,
            sheet::{self, Separator, Sheet},
        },
        finding::{Finding, Findings},
        id::Id,
        people::{Group, Language, School, Teacher},
    },
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use utoipa::{IntoParams, ToSchema};

/// How a table is taken in.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportOptions {
    /// Only tell what would change, and everything that is wrong; nothing is changed until this is `false`.
    #[serde(default = "yes")]
    #[param(default = true)]
    dry_run: bool,
    /// Take away what no row names.
    #[serde(default)]
    #[param(default = false)]
    remove_missing: bool,
}

fn yes() -> bool {
    true
}

impl ImportOptions {
    /// Looking, or doing it; with or without taking away what no row names.
    pub fn new(dry_run: bool, remove_missing: bool) -> Self {
        Self { dry_run, remove_missing }
    }
}

/// What a table changes, or would change.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Import {
    /// Whether it was done; a dry run changes nothing.
    pub applied: bool,
    /// Rows that are new.
    pub added: Vec<AddedRow>,
    /// Rows that are different.
    pub changed: Vec<ChangedRow>,
    /// What goes because no row names it.
    pub removed: Vec<RemovedRow>,
    /// How many rows are as they were.
    pub unchanged: usize,
    /// Everything that is wrong with the table; with any of it, nothing can be changed.
    pub findings: Vec<Finding>,
    /// What should be looked at before it is done; none of it stands in the way. `read-as-windows-1252`: the file is not
    /// UTF-8. `address-shared`: another teacher has the same address.
    pub warnings: Vec<Finding>,
}

/// A kind of row that tables hold, with its place in the database.
pub trait Exchanged: Entry + Send {
    /// An empty row for something new.
    fn blank(school: &School, id: Id) -> Self;
    /// The row as somebody may see it.
    #[must_use]
    fn seen_by(self, who: &Principal) -> Self;
    /// The same with another name.
    #[must_use]
    fn renamed(self, name: String) -> Self;
    /// Does what follows from a change.
    ///
    /// # Errors
    /// those of the database.
    fn follow(_: &mut Conn, _before: &Self, _after: &Self, _now: DateTime<Utc>) -> AppResult<()> {
        Ok(())
    }
    /// The same when others are gone.
    #[must_use]
    fn without(self, gone: &HashSet<Id>) -> Self;
    /// Those of a school, by name.
    ///
    /// # Errors
    /// those of the database.
    fn list(conn: &mut Conn, school: &Id) -> Result<Vec<Self>, StoreError>;
    /// Those of a school that something else names.
    ///
    /// # Errors
    /// those of the database.
    fn in_use(conn: &mut Conn, school: &Id) -> Result<HashSet<Id>, StoreError>;
    /// Enters one.
    ///
    /// # Errors
    /// those of the database.
    fn insert(&self, conn: &mut Conn) -> Result<(), StoreError>;
    /// Writes one.
    ///
    /// # Errors
    /// those of the database.
    fn update(&self, conn: &mut Conn) -> Result<(), StoreError>;
    /// Takes one away.
    ///
    /// # Errors
    /// `Reference` while something else names it.
    fn delete(&self, conn: &mut Conn) -> Result<(), StoreError>;
}

impl App {
    /// The table of a school's groups or teachers: with semicolons where the school speaks French, as its spreadsheets
    /// expect.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn export<T: Exchanged>(&self, who: &Principal, school: &Id) -> AppResult<Vec<u8>> {
        let (who, school) = (who.clone(), school.clone());
        self.store
            .read(move |conn| {
                let school = schools::see(conn, &who, &school)?;
                let rows = T::list(conn, &school.id)?.into_iter().map(|entry| cells(&entry.seen_by(&who)));
                let separator = match school.language {
                    Language::Fr => Separator::Semicolon,
                    Language::En => Separator::Comma,
                };
                Ok(sheet::write(separator, &columns::<T>(), &rows.collect::<Vec<_>>()))
            })
            .await
    }

    /// Takes a table of groups or teachers in: all of it, or nothing.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers; `Invalid` with every finding, unless it is a dry run, which tells them;
    /// `Outdated` when a dry run that is expected told something else.
    pub async fn import<T: Exchanged>(
        &self,
        who: &Principal,
        school: &Id,
        table: Vec<u8>,
        options: ImportOptions,
    ) -> AppResult<Import> {
        let (who, school, now, expected) = (who.clone(), school.clone(), self.now(), Expected::now());
        let (sheet, unreadable) = match sheet::read(&table) {
            Ok(sheet) => (Some(sheet), Findings::default()),
            Err(findings) => (None, findings),
        };
        let work = move |conn: &mut Conn| {
            let school = schools::run(conn, &who, &school)?;
            let (difference, findings) = match &sheet {
                Some(sheet) => compared::<T>(conn, &school, sheet, options, now)?,
                None => (Difference::default(), unreadable.clone()),
            };
            let of_file = sheet.as_ref().map(|sheet| sheet.warnings.0.clone()).unwrap_or_default();
            let looked = Import {
                applied: false,
                added: difference.added_rows(),
                changed: difference.changed_rows(),
                removed: difference.removed_rows(),
                unchanged: difference.unchanged,
                findings: findings.0.clone(),
                warnings: of_file.into_iter().chain(difference.warnings.0.clone()).collect(),
            };
            if options.dry_run {
                return Ok(looked);
            }
            findings.into_result()?;
            expected.is(&looked)?;
            apply(conn, &difference, now)?;
            store::shares::follow_heads(conn, &school.id)?;
            Ok(Import { applied: true, ..looked })
        };
        // Looking is no deed: nothing is written.
        if options.dry_run { self.store.read(work).await } else { self.write(work).await }
    }
}

fn compared<T: Exchanged>(
    conn: &mut Conn,
    school: &School,
    sheet: &Sheet,
    options: ImportOptions,
    now: DateTime<Utc>,
) -> AppResult<(Difference<T>, Findings)> {
    let known = T::list(conn, &school.id)?;
    let in_use = if options.remove_missing { Some(T::in_use(conn, &school.id)?) } else { None };
    Ok(difference(&known, sheet, in_use.as_ref(), || T::blank(school, Id::new(now))))
}

fn apply<T: Exchanged>(conn: &mut Conn, difference: &Difference<T>, now: DateTime<Utc>) -> AppResult<()> {
    for entry in &difference.removed {
        entry.delete(conn).map_err(|error| match error {
            StoreError::Reference(_) => {
                let message = format!("something names the {} {:?}: keep its row", T::KIND, entry.name());
                AppError::conflict("row-in-use", message)
            }
            error => error.into(),
        })?;
    }
    let gone: HashSet<Id> = difference.removed.iter().map(|entry| entry.id().clone()).collect();
    // Two may swap their names: those that change go through a name that nobody has.
    let renamed = difference.changed.iter().filter(|(_, before, after)| before.name() != after.name());
    for (_, before, _) in renamed {
        before.clone().without(&gone).renamed(before.id().to_string()).update(conn)?;
    }
    difference.changed.iter().try_for_each(|(_, _, after)| after.clone().without(&gone).update(conn))?;
    difference.changed.iter().try_for_each(|(_, before, after)| T::follow(conn, before, after, now))?;
    Ok(difference.added.iter().try_for_each(|(_, entry)| entry.insert(conn))?)
}

impl Exchanged for Group {
    fn blank(school: &School, id: Id) -> Self {
        Self::new(id, school.id.clone(), String::new(), 0)
    }

    fn seen_by(self, _: &Principal) -> Self {
        self
    }

    fn renamed(self, name: String) -> Self {
        Self { name, ..self }
    }

    fn without(mut self, gone: &HashSet<Id>) -> Self {
        self.overlaps.retain(|other| !gone.contains(other));
        self
    }

    fn list(conn: &mut Conn, school: &Id) -> Result<Vec<Self>, StoreError> {
        store::groups::list(conn, school)
    }

    fn in_use(conn: &mut Conn, school: &Id) -> Result<HashSet<Id>, StoreError> {
        store::groups::in_use(conn, school)
    }

    fn insert(&self, conn: &mut Conn) -> Result<(), StoreError> {
        store::groups::insert(conn, self)
    }

    fn update(&self, conn: &mut Conn) -> Result<(), StoreError> {
        store::groups::update(conn, self)
    }

    fn delete(&self, conn: &mut Conn) -> Result<(), StoreError> {
        store::groups::delete(conn, &self.id)
    }
}

impl Exchanged for Teacher {
    fn blank(school: &School, id: Id) -> Self {
        let (name, language) = (String::new(), school.language);
        Self { id, school: school.id.clone(), name, email: None, language, link: None }
    }

    fn seen_by(self, who: &Principal) -> Self {
        as_seen_by(who, self)
    }

    fn renamed(self, name: String) -> Self {
        Self { name, ..self }
    }

    fn without(self, _: &HashSet<Id>) -> Self {
        self
    }

    fn follow(conn: &mut Conn, before: &Self, after: &Self, now: DateTime<Utc>) -> AppResult<()> {
        links::follow(conn, before, after, now)
    }

    fn list(conn: &mut Conn, school: &Id) -> Result<Vec<Self>, StoreError> {
        store::teachers::list(conn, school)
    }

    fn in_use(conn: &mut Conn, school: &Id) -> Result<HashSet<Id>, StoreError> {
        store::teachers::in_use(conn, school)
    }

    fn insert(&self, conn: &mut Conn) -> Result<(), StoreError> {
        store::teachers::insert(conn, self)
    }

    fn update(&self, conn: &mut Conn) -> Result<(), StoreError> {
        store::teachers::update(conn, self)
    }

    fn delete(&self, conn: &mut Conn) -> Result<(), StoreError> {
        store::teachers::delete(conn, &self.id)
    }
}
