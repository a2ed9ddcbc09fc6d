//! What came of inputs.

use super::{
    super::{
        Conn, StoreError,
        schema::load_ingestions,
        types::{column, utc, word},
    },
    series::{PlaceColumns, of_place, place},
};
use crate::domain::{
    id::Id,
    load::{Place, report::Ingestion},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

type Row = (String, PlaceColumns, Option<String>, String, NaiveDateTime, String);
type Columns = (
    load_ingestions::id,
    (load_ingestions::platform_id, load_ingestions::federation_id, load_ingestions::school_id),
    load_ingestions::source_id,
    load_ingestions::input,
    load_ingestions::at,
    load_ingestions::report,
);
const COLUMNS: Columns = (
    load_ingestions::id,
    (load_ingestions::platform_id, load_ingestions::federation_id, load_ingestions::school_id),
    load_ingestions::source_id,
    load_ingestions::input,
    load_ingestions::at,
    load_ingestions::report,
);

/// Which of them are asked for.
#[derive(Clone, Debug)]
pub enum Of<'a> {
    /// All.
    All,
    /// Those of a place.
    Place(&'a Place),
    /// Those of a source.
    Source(&'a Id),
}

/// Keeps what came of an input.
///
/// # Errors
/// `Reference` when there is no such place or source.
pub fn insert(conn: &mut Conn, ingestion: &Ingestion) -> Result<(), StoreError> {
    let (platform, federation, school) = ingestion.place.as_ref().map(of_place).unwrap_or_default();
    let report = serde_json::to_string(&ingestion.report).map_err(|error| StoreError::Other(error.to_string()))?;
    diesel::insert_into(load_ingestions::table)
        .values((
            load_ingestions::id.eq(ingestion.id.as_str()),
            load_ingestions::platform_id.eq(platform),
            load_ingestions::federation_id.eq(federation),
            load_ingestions::school_id.eq(school),
            load_ingestions::source_id.eq(ingestion.source.as_ref().map(Id::as_str)),
            load_ingestions::input.eq(ingestion.input.as_str()),
            load_ingestions::at.eq(column(ingestion.at)),
            load_ingestions::taken.eq(i64::try_from(ingestion.report.taken).unwrap_or(i64::MAX)),
            load_ingestions::report.eq(report),
        ))
        .execute(conn)?;
    Ok(())
}

/// One of them.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Ingestion, StoreError> {
    let of_id = load_ingestions::table.filter(load_ingestions::id.eq(id.as_str()));
    ingestion(of_id.select(COLUMNS).first::<Row>(conn)?)
}

/// The newest first, `most` at most.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn, of: &Of<'_>, most: u32) -> Result<Vec<Ingestion>, StoreError> {
    let mut rows = load_ingestions::table
        .order((load_ingestions::at.desc(), load_ingestions::id.desc()))
        .limit(i64::from(most))
        .select(COLUMNS)
        .into_boxed();
    match of {
        Of::All => {}
        Of::Place(place) => {
            let (platform, federation, school) = of_place(place);
            let at_place = load_ingestions::platform_id
                .eq(platform)
                .or(load_ingestions::federation_id.eq(federation))
                .or(load_ingestions::school_id.eq(school));
            rows = rows.filter(at_place);
        }
        Of::Source(source) => rows = rows.filter(load_ingestions::source_id.eq(source.to_string())),
    }
    rows.load::<Row>(conn)?.into_iter().map(ingestion).collect()
}

fn ingestion((id, columns, source, input, at, report): Row) -> Result<Ingestion, StoreError> {
    let report = serde_json::from_str(&report).map_err(|error| StoreError::Other(error.to_string()))?;
    // None of the columns is there when its lines named their places.
    let place = place(columns).ok();
    Ok(Ingestion { id: id.into(), place, source: source.map(Id::from), input: word(&input)?, at: utc(at), report })
}
