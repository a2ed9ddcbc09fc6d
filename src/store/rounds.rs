//! Rounds.

use super::{
    Conn, StoreError,
    schema::{jobs, plans, round_answers, rounds},
    types::{ROWS, column, count, utc, word},
};
use crate::domain::{
    id::Id,
    job::JobState,
    round::{Round, RoundState},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use std::collections::HashSet;

const NEVER: Option<NaiveDateTime> = None;

type Row = (
    (String, String, String, NaiveDateTime, NaiveDateTime, i64, String, Option<String>, NaiveDateTime),
    (Option<NaiveDateTime>, Option<NaiveDateTime>, Option<NaiveDateTime>),
);
type Columns = (
    (
        rounds::id,
        rounds::school_id,
        rounds::name,
        rounds::starts_at,
        rounds::ends_at,
        rounds::step_minutes,
        rounds::state,
        rounds::published_plan_id,
        rounds::created_at,
    ),
    (rounds::opens_at, rounds::closes_at, rounds::archived_at),
);
const COLUMNS: Columns = (
    (
        rounds::id,
        rounds::school_id,
        rounds::name,
        rounds::starts_at,
        rounds::ends_at,
        rounds::step_minutes,
        rounds::state,
        rounds::published_plan_id,
        rounds::created_at,
    ),
    (rounds::opens_at, rounds::closes_at, rounds::archived_at),
);

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
            rounds::opens_at.eq(round.opens_at.map(column)),
            rounds::closes_at.eq(round.closes_at.map(column)),
        ))
        .execute(conn)?;
    Ok(())
}

/// One round.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Round, StoreError> {
    round(rounds::table.filter(rounds::id.eq(id.as_str())).select(COLUMNS).first::<Row>(conn)?)
}

/// A school's rounds, the latest first.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn, school: &Id) -> Result<Vec<Round>, StoreError> {
    let rows = rounds::table
        .filter(rounds::school_id.eq(school.as_str()))
        .order((rounds::starts_at.desc(), rounds::id.desc()))
        .select(COLUMNS)
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

/// Says anew when wishes are welcome; the teachers are reminded once more.
///
/// # Errors
/// `NotFound`.
pub fn set_times(
    conn: &mut Conn,
    id: &Id,
    opens_at: Option<DateTime<Utc>>,
    closes_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let changed = diesel::update(rounds::table.filter(rounds::id.eq(id.as_str())))
        .set((
            rounds::opens_at.eq(opens_at.map(column)),
            rounds::closes_at.eq(closes_at.map(column)),
            rounds::reminded_at.eq(NEVER),
        ))
        .execute(conn)?;
    if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Puts a round away.
///
/// # Errors
/// `NotFound`.
pub fn archive(conn: &mut Conn, id: &Id, now: DateTime<Utc>) -> Result<(), StoreError> {
    let changed = diesel::update(rounds::table.filter(rounds::id.eq(id.as_str())))
        .set(rounds::archived_at.eq(Some(column(now))))
        .execute(conn)?;
    if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Takes a round away, with its wishes and plans.
///
/// # Errors
/// `NotFound`, `Reference` when its classes were published.
pub fn delete(conn: &mut Conn, id: &Id) -> Result<(), StoreError> {
    let done = diesel::delete(rounds::table.filter(rounds::id.eq(id.as_str()))).execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// What is under way in rounds beyond what their rows say.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// Rounds that are being solved.
    pub solving: HashSet<Id>,
    /// Rounds that have plans.
    pub planned: HashSet<Id>,
}

/// What is under way in these rounds.
///
/// # Errors
/// those of the database.
pub fn progress(conn: &mut Conn, solving: &str, ids: &[Id]) -> Result<Progress, StoreError> {
    let mut out = Progress::default();
    for ids in ids.chunks(ROWS) {
        let ids: Vec<&str> = ids.iter().map(Id::as_str).collect();
        let open = jobs::table
            .filter(jobs::kind.eq(solving))
            .filter(jobs::subject_id.eq_any(ids.clone()))
            .filter(jobs::state.eq_any([JobState::Queued.as_str(), JobState::Running.as_str()]))
            .select(jobs::subject_id)
            .load::<String>(conn)?;
        let planned = plans::table.filter(plans::round_id.eq_any(ids)).select(plans::round_id).distinct();
        out.solving.extend(open.into_iter().map(Id::from));
        out.planned.extend(planned.load::<String>(conn)?.into_iter().map(Id::from));
    }
    Ok(out)
}

/// The round whose time for wishes is over and that says it still collects them, if there is one.
///
/// # Errors
/// those of the database.
pub fn overdue(conn: &mut Conn, now: DateTime<Utc>) -> Result<Option<Id>, StoreError> {
    let found = collecting().filter(rounds::closes_at.le(Some(column(now)))).select(rounds::id);
    Ok(found.first::<String>(conn).optional()?.map(Id::from))
}

/// The round that closes before `until`, collects wishes now and whose teachers have not been reminded.
///
/// # Errors
/// those of the database.
pub fn to_remind(conn: &mut Conn, now: DateTime<Utc>, until: DateTime<Utc>) -> Result<Option<Round>, StoreError> {
    let found = collecting()
        .filter(rounds::closes_at.gt(Some(column(now))))
        .filter(rounds::closes_at.le(Some(column(until))))
        .filter(rounds::reminded_at.is_null())
        .order((rounds::closes_at, rounds::id))
        .select(COLUMNS)
        .first::<Row>(conn)
        .optional()?;
    found.map(round).transpose()
}

/// The round that takes wishes since `opens_at` and whose teachers have not been told, if there is one. One without
/// `opens_at` takes them from the moment at which it is entered, and whoever enters it tells.
///
/// # Errors
/// those of the database.
pub fn to_announce(conn: &mut Conn, now: DateTime<Utc>) -> Result<Option<Round>, StoreError> {
    let found = collecting()
        .filter(rounds::opens_at.le(Some(column(now))))
        .filter(rounds::closes_at.is_null().or(rounds::closes_at.gt(Some(column(now)))))
        .filter(rounds::announced_at.is_null())
        .order((rounds::opens_at, rounds::id))
        .select(COLUMNS)
        .first::<Row>(conn)
        .optional()?;
    found.map(round).transpose()
}

/// Notes that a round's teachers are told that it takes wishes; tells whether nobody else did.
///
/// # Errors
/// those of the database.
pub fn set_announced(conn: &mut Conn, id: &Id, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let unsaid = rounds::table.filter(rounds::id.eq(id.as_str())).filter(rounds::announced_at.is_null());
    Ok(diesel::update(unsaid).set(rounds::announced_at.eq(Some(column(now)))).execute(conn)? == 1)
}

/// Notes that a round's teachers are reminded; tells whether nobody else did.
///
/// # Errors
/// those of the database.
pub fn set_reminded(conn: &mut Conn, id: &Id, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let changed =
        diesel::update(rounds::table.filter(rounds::id.eq(id.as_str())).filter(rounds::reminded_at.is_null()))
            .set(rounds::reminded_at.eq(Some(column(now))))
            .execute(conn)?;
    Ok(changed == 1)
}

/// Notes that a teacher wants nothing in a round, or takes it back.
///
/// # Errors
/// `Reference` for an unknown teacher.
pub fn set_nothing(
    conn: &mut Conn,
    round: &Id,
    teacher: &Id,
    nothing: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let known = round_answers::table
        .filter(round_answers::round_id.eq(round.as_str()))
        .filter(round_answers::teacher_id.eq(teacher.as_str()));
    diesel::delete(known).execute(conn)?;
    if nothing {
        diesel::insert_into(round_answers::table)
            .values((
                round_answers::round_id.eq(round.as_str()),
                round_answers::teacher_id.eq(teacher.as_str()),
                round_answers::answered_at.eq(column(now)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The teachers who want nothing in a round.
///
/// # Errors
/// those of the database.
pub fn wanting_nothing(conn: &mut Conn, round: &Id) -> Result<HashSet<Id>, StoreError> {
    let of_round = round_answers::table.filter(round_answers::round_id.eq(round.as_str()));
    Ok(of_round.select(round_answers::teacher_id).load::<String>(conn)?.into_iter().map(Id::from).collect())
}

#[diesel::dsl::auto_type]
fn collecting() -> _ {
    let state: &'static str = "collecting";
    rounds::table.filter(rounds::state.eq(state)).filter(rounds::archived_at.is_null())
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
    let ((id, school, name, starts_at, ends_at, step, state, published_plan, created_at), times) = row;
    let (opens_at, closes_at, archived_at) = times;
    Ok(Round {
        id: id.into(),
        school: school.into(),
        name,
        starts_at: utc(starts_at),
        ends_at: utc(ends_at),
        step_minutes: count(step)?,
        state: if archived_at.is_some() { RoundState::Archived } else { word(&state)? },
        opens_at: opens_at.map(utc),
        closes_at: closes_at.map(utc),
        published_plan: published_plan.map(Id::from),
        created_at: utc(created_at),
    })
}
