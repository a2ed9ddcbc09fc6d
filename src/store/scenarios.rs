//! Scenarios: asked for by name, given their result once.

use super::{
    Conn, StoreError,
    schema::scenarios,
    types::{column, utc},
};
use crate::domain::{id::Id, scenario::Scenario};
use chrono::NaiveDateTime;
use diesel::prelude::*;

type Row = (String, String, String, String, String, String, Option<String>, NaiveDateTime);
type Columns = (
    scenarios::id,
    scenarios::school_id,
    scenarios::round_id,
    scenarios::name,
    scenarios::changes,
    scenarios::job_id,
    scenarios::result,
    scenarios::created_at,
);
const COLUMNS: Columns = (
    scenarios::id,
    scenarios::school_id,
    scenarios::round_id,
    scenarios::name,
    scenarios::changes,
    scenarios::job_id,
    scenarios::result,
    scenarios::created_at,
);

/// Keeps a scenario that is to be tried.
///
/// # Errors
/// `Duplicate` when the round has one of this name.
pub fn insert(conn: &mut Conn, scenario: &Scenario) -> Result<(), StoreError> {
    let changes = serde_json::to_string(&scenario.changes).map_err(|error| StoreError::Other(error.to_string()))?;
    diesel::insert_into(scenarios::table)
        .values((
            scenarios::id.eq(scenario.id.as_str()),
            scenarios::school_id.eq(scenario.school.as_str()),
            scenarios::round_id.eq(scenario.round.as_str()),
            scenarios::name.eq(&scenario.name),
            scenarios::changes.eq(changes),
            scenarios::job_id.eq(scenario.job.as_str()),
            scenarios::result.eq(scenario.result.as_deref()),
            scenarios::created_at.eq(column(scenario.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// One scenario.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Scenario, StoreError> {
    scenario(scenarios::table.filter(scenarios::id.eq(id.as_str())).select(COLUMNS).first::<Row>(conn)?)
}

/// A round's scenarios, the latest first.
///
/// # Errors
/// those of the database.
pub fn of_round(conn: &mut Conn, round: &Id) -> Result<Vec<Scenario>, StoreError> {
    let rows = scenarios::table
        .filter(scenarios::round_id.eq(round.as_str()))
        .order((scenarios::created_at.desc(), scenarios::id.desc()))
        .select(COLUMNS)
        .load::<Row>(conn)?;
    rows.into_iter().map(scenario).collect()
}

/// Keeps what a scenario gave; one that was deleted meanwhile is not missed.
///
/// # Errors
/// those of the database.
pub fn keep_result(conn: &mut Conn, id: &Id, result: &str) -> Result<(), StoreError> {
    diesel::update(scenarios::table.filter(scenarios::id.eq(id.as_str())))
        .set(scenarios::result.eq(Some(result)))
        .execute(conn)?;
    Ok(())
}

/// Forgets a scenario.
///
/// # Errors
/// those of the database.
pub fn delete(conn: &mut Conn, id: &Id) -> Result<(), StoreError> {
    diesel::delete(scenarios::table.filter(scenarios::id.eq(id.as_str()))).execute(conn)?;
    Ok(())
}

fn scenario((id, school, round, name, changes, job, result, created_at): Row) -> Result<Scenario, StoreError> {
    Ok(Scenario {
        id: id.into(),
        school: school.into(),
        round: round.into(),
        name,
        changes: serde_json::from_str(&changes).map_err(|error| StoreError::Other(error.to_string()))?,
        job: job.into(),
        result,
        created_at: utc(created_at),
    })
}
