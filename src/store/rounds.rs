//! Rounds.

use super::{
    Conn, StoreError,
    schema::rounds,
    types::{column, count, utc, word},
};
use crate::domain::{
    id::Id,
    round::{Round, RoundState},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

type Row = (String, String, String, NaiveDateTime, NaiveDateTime, i64, String, Option<String>, NaiveDateTime);

/// Opens a round.
///
/// # Errors
/// `Duplicate` when the school has a round of this name.
pub fn insert(conn: &mut Conn, round: &Round) -> Result<(), StoreError> {
    diesel::insert_into(rounds::table)
        .values((
            rounds::id.eq(round.id.as_str()),
            rounds::school_id.eq(round.school.as_str()),
            rounds::name.eq(&round.name),
            rounds::starts_at.eq(column(round.starts_at)),
            rounds::ends_at.eq(column(round.ends_at)),
            rounds::step_minutes.eq(i64::from(round.step_minutes)),
            rounds::state.eq(round.state.as_str()),
            rounds::published_plan_id.eq(round.published_plan.as_ref().map(Id::as_str)),
            rounds::created_at.eq(column(round.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// One round.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Round, StoreError> {
    round(rounds::table.filter(rounds::id.eq(id.as_str())).first::<Row>(conn)?)
}

/// A school's rounds, the latest first.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn, school: &Id) -> Result<Vec<Round>, StoreError> {
    let rows = rounds::table
        .filter(rounds::school_id.eq(school.as_str()))
        .order((rounds::starts_at.desc(), rounds::id.desc()))
        .load::<Row>(conn)?;
    rows.into_iter().map(round).collect()
}

/// Moves a round to another state.
///
/// # Errors
/// `NotFound`.
pub fn set_state(conn: &mut Conn, id: &Id, state: RoundState) -> Result<(), StoreError> {
    let changed = diesel::update(rounds::table.filter(rounds::id.eq(id.as_str())))
        .set(rounds::state.eq(state.as_str()))
        .execute(conn)?;
    if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Makes `plan` the published one, if the one published until now is `replaces`; tells whether it was.
///
/// # Errors
/// those of the database.
pub fn publish(conn: &mut Conn, id: &Id, replaces: Option<&Id>, plan: &Id) -> Result<bool, StoreError> {
    let values = (rounds::published_plan_id.eq(Some(plan.as_str())), rounds::state.eq(RoundState::Published.as_str()));
    let of_id = rounds::table.filter(rounds::id.eq(id.as_str()));
    let changed = match replaces {
        None => diesel::update(of_id.filter(rounds::published_plan_id.is_null())).set(values).execute(conn)?,
        Some(old) => {
            let old = rounds::published_plan_id.eq(Some(old.as_str()));
            diesel::update(of_id.filter(old)).set(values).execute(conn)?
        }
    };
    Ok(changed == 1)
}

fn round(row: Row) -> Result<Round, StoreError> {
    let (id, school, name, starts_at, ends_at, step, state, published_plan, created_at) = row;
    Ok(Round {
        id: id.into(),
        school: school.into(),
        name,
        starts_at: utc(starts_at),
        ends_at: utc(ends_at),
        step_minutes: count(step)?,
        state: word(&state)?,
        published_plan: published_plan.map(Id::from),
        created_at: utc(created_at),
    })
}
