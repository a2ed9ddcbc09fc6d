//! What direct booking keeps besides the sessions: a school's rules, swaps, and the waiting list.

use super::{
    Conn, StoreError,
    conn::on_backend,
    schema::{booking_rules, session_teachers, sessions, swaps, waiting},
    stamps,
    types::{column, count, utc, word},
};
use crate::domain::{
    booking::{BookingRules, Swap, SwapState, Waiting},
    id::Id,
};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{
    dsl::{count_star, exists, max, not},
    prelude::*,
};

/// A school's rules; the usual ones when it has set none.
///
/// # Errors
/// those of the database.
pub fn rules(conn: &mut Conn, school: &Id) -> Result<BookingRules, StoreError> {
    let row = booking_rules::table
        .filter(booking_rules::school_id.eq(school.as_str()))
        .first::<(String, i64, i64, i64, i64, i64)>(conn)
        .optional()?;
    let Some((_, book, moving, cancel, hold, offer)) = row else { return Ok(BookingRules::default()) };
    Ok(BookingRules {
        book_notice_minutes: count(book)?,
        move_notice_minutes: count(moving)?,
        cancel_notice_minutes: count(cancel)?,
        hold_minutes: count(hold)?,
        offer_minutes: count(offer)?,
    })
}

/// Sets a school's rules.
///
/// # Errors
/// `Reference` when there is no such school.
pub fn set_rules(conn: &mut Conn, school: &Id, rules: &BookingRules) -> Result<(), StoreError> {
    diesel::delete(booking_rules::table.filter(booking_rules::school_id.eq(school.as_str()))).execute(conn)?;
    let row = (
        booking_rules::school_id.eq(school.as_str()),
        booking_rules::book_notice_minutes.eq(i64::from(rules.book_notice_minutes)),
        booking_rules::move_notice_minutes.eq(i64::from(rules.move_notice_minutes)),
        booking_rules::cancel_notice_minutes.eq(i64::from(rules.cancel_notice_minutes)),
        booking_rules::hold_minutes.eq(i64::from(rules.hold_minutes)),
        booking_rules::offer_minutes.eq(i64::from(rules.offer_minutes)),
    );
    on_backend!(conn, conn => diesel::insert_into(booking_rules::table).values(row).execute(conn))?;
    stamps::renew_school(conn, school)
}

type SwapRow = (String, String, String, String, NaiveDateTime, NaiveDateTime, String, NaiveDateTime, NaiveDateTime);

/// Enters a swap.
///
/// # Errors
/// `Reference` when a session is not there.
pub fn insert_swap(conn: &mut Conn, swap: &Swap) -> Result<(), StoreError> {
    diesel::insert_into(swaps::table)
        .values((
            swaps::id.eq(swap.id.as_str()),
            swaps::school_id.eq(swap.school.as_str()),
            swaps::session_id.eq(swap.session.as_str()),
            swaps::other_id.eq(swap.other.as_str()),
            swaps::session_starts_at.eq(column(swap.session_starts_at)),
            swaps::other_starts_at.eq(column(swap.other_starts_at)),
            swaps::state.eq(swap.state.as_str()),
            swaps::created_at.eq(column(swap.created_at)),
            swaps::changed_at.eq(column(swap.changed_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Moves a swap to another state.
///
/// # Errors
/// `NotFound`.
pub fn set_swap(conn: &mut Conn, id: &Id, state: SwapState, now: DateTime<Utc>) -> Result<(), StoreError> {
    let done = diesel::update(swaps::table.filter(swaps::id.eq(id.as_str())))
        .set((swaps::state.eq(state.as_str()), swaps::changed_at.eq(column(now))))
        .execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// One swap.
///
/// # Errors
/// `NotFound`.
pub fn swap(conn: &mut Conn, id: &Id) -> Result<Swap, StoreError> {
    read_swap(swaps::table.filter(swaps::id.eq(id.as_str())).first::<SwapRow>(conn)?)
}

/// A school's swaps that nobody has answered, the first first.
///
/// # Errors
/// those of the database.
pub fn open_swaps(conn: &mut Conn, school: &Id) -> Result<Vec<Swap>, StoreError> {
    let rows = swaps::table
        .filter(swaps::school_id.eq(school.as_str()))
        .filter(swaps::state.eq(SwapState::Proposed.as_str()))
        .order((swaps::created_at, swaps::id))
        .load::<SwapRow>(conn)?;
    rows.into_iter().map(read_swap).collect()
}

/// A school's swaps, or those of a teacher's classes; the latest first, at most so many.
///
/// # Errors
/// those of the database.
pub fn swaps(conn: &mut Conn, school: &Id, teacher: Option<&Id>, most: u32) -> Result<Vec<Swap>, StoreError> {
    let latest = swaps::table
        .filter(swaps::school_id.eq(school.as_str()))
        .order((swaps::created_at.desc(), swaps::id.desc()))
        .limit(i64::from(most));
    let rows = match teacher {
        None => latest.load::<SwapRow>(conn)?,
        Some(teacher) => {
            let theirs = || {
                let of_teacher = session_teachers::table.filter(session_teachers::teacher_id.eq(teacher.as_str()));
                of_teacher.select(session_teachers::session_id)
            };
            let either = swaps::session_id.eq_any(theirs()).or(swaps::other_id.eq_any(theirs()));
            latest.filter(either).load::<SwapRow>(conn)?
        }
    };
    rows.into_iter().map(read_swap).collect()
}

fn read_swap((id, school, session, other, mine, theirs, state, created, changed): SwapRow) -> Result<Swap, StoreError> {
    Ok(Swap {
        id: id.into(),
        school: school.into(),
        session: session.into(),
        other: other.into(),
        session_starts_at: utc(mine),
        other_starts_at: utc(theirs),
        state: word(&state)?,
        created_at: utc(created),
        changed_at: utc(changed),
    })
}

/// How many wait, and since when the last.
pub type Line = (i64, Option<NaiveDateTime>);

type WaitingRow = (
    String,
    String,
    String,
    String,
    i64,
    i64,
    NaiveDateTime,
    NaiveDateTime,
    Option<String>,
    NaiveDateTime,
    NaiveDateTime,
    Option<String>,
    String,
    String,
    String,
);

/// Puts a class on the waiting list.
///
/// # Errors
/// `Reference` when there is no such school.
pub fn insert_waiting(conn: &mut Conn, entry: &Waiting) -> Result<(), StoreError> {
    let people = written(&(&entry.teachers, &entry.groups))?;
    diesel::insert_into(waiting::table)
        .values((
            waiting::id.eq(entry.id.as_str()),
            waiting::school_id.eq(entry.school.as_str()),
            waiting::title.eq(&entry.title),
            waiting::people.eq(people),
            waiting::connections.eq(i64::from(entry.connections)),
            waiting::duration_minutes.eq(i64::from(entry.duration_minutes)),
            waiting::from_at.eq(column(entry.from)),
            waiting::to_at.eq(column(entry.to)),
            waiting::offer_id.eq(entry.offer.as_ref().map(Id::as_str)),
            waiting::queued_at.eq(column(entry.queued_at)),
            waiting::created_at.eq(column(entry.created_at)),
            waiting::link.eq(&entry.link),
            waiting::offered.eq(written(&entry.offered)?),
            waiting::hours.eq(written(&entry.hours)?),
            waiting::passed.eq(written(&entry.passed)?),
        ))
        .execute(conn)?;
    Ok(())
}

/// Writes what changes of a class while it waits: which hold is offered to it, which starts were or are of no
/// interest to it, since when it waits.
///
/// # Errors
/// `NotFound`.
pub fn update_waiting(conn: &mut Conn, entry: &Waiting) -> Result<(), StoreError> {
    let done = diesel::update(waiting::table.filter(waiting::id.eq(entry.id.as_str())))
        .set((
            waiting::offer_id.eq(entry.offer.as_ref().map(Id::as_str)),
            waiting::offered.eq(written(&entry.offered)?),
            waiting::passed.eq(written(&entry.passed)?),
            waiting::queued_at.eq(column(entry.queued_at)),
        ))
        .execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Takes a class off the waiting list.
///
/// # Errors
/// `NotFound`.
pub fn delete_waiting(conn: &mut Conn, id: &Id) -> Result<(), StoreError> {
    let done = diesel::delete(waiting::table.filter(waiting::id.eq(id.as_str()))).execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// One class that waits.
///
/// # Errors
/// `NotFound`.
pub fn waiting(conn: &mut Conn, id: &Id) -> Result<Waiting, StoreError> {
    read_waiting(waiting::table.filter(waiting::id.eq(id.as_str())).first::<WaitingRow>(conn)?)
}

/// The class that waits and to which this hold is offered, if there is one.
///
/// # Errors
/// those of the database.
pub fn waiting_for(conn: &mut Conn, offer: &Id) -> Result<Option<Waiting>, StoreError> {
    let row = waiting::table.filter(waiting::offer_id.eq(offer.as_str())).first::<WaitingRow>(conn).optional()?;
    row.map(read_waiting).transpose()
}

/// Takes the link out of a class that waits.
///
/// # Errors
/// those of the database.
pub fn forget_link(conn: &mut Conn, id: &Id) -> Result<(), StoreError> {
    let nowhere = waiting::link.eq(None::<String>);
    diesel::update(waiting::table.filter(waiting::id.eq(id.as_str()))).set(nowhere).execute(conn)?;
    Ok(())
}

/// A school's waiting list, the first in line first.
///
/// # Errors
/// those of the database.
pub fn waiting_list(conn: &mut Conn, school: &Id) -> Result<Vec<Waiting>, StoreError> {
    let of_school = waiting::table.filter(waiting::school_id.eq(school.as_str()));
    let rows = of_school.order((waiting::queued_at, waiting::id)).load::<WaitingRow>(conn)?;
    rows.into_iter().map(read_waiting).collect()
}

/// The schools where classes wait without an offer, or with one whose hold somebody's booking took out: how many, and when
/// the last of them came.
///
/// # Errors
/// those of the database.
pub fn schools_waiting(conn: &mut Conn) -> Result<Vec<(Id, Line)>, StoreError> {
    let hold = sessions::table.filter(sessions::id.nullable().eq(waiting::offer_id));
    let open = waiting::table.filter(waiting::offer_id.is_null().or(not(exists(hold))));
    let rows = open
        .group_by(waiting::school_id)
        .select((waiting::school_id, count_star(), max(waiting::queued_at)))
        .order(waiting::school_id)
        .load::<(String, i64, Option<NaiveDateTime>)>(conn)?;
    Ok(rows.into_iter().map(|(school, count, last)| (Id::from(school), (count, last))).collect())
}

fn read_waiting(row: WaitingRow) -> Result<Waiting, StoreError> {
    let (
        id,
        school,
        title,
        people,
        connections,
        duration,
        from,
        to,
        offer,
        queued,
        created,
        link,
        offered,
        hours,
        passed,
    ) = row;
    let unreadable = |error| StoreError::Other(format!("what waits as {id} cannot be read: {error}"));
    let people: (Vec<Id>, Vec<Id>) = serde_json::from_str(&people).map_err(unreadable)?;
    let offered = serde_json::from_str(&offered).map_err(unreadable)?;
    let hours = serde_json::from_str(&hours).map_err(unreadable)?;
    let passed = serde_json::from_str(&passed).map_err(unreadable)?;
    Ok(Waiting {
        id: id.into(),
        school: school.into(),
        title,
        teachers: people.0,
        groups: people.1,
        connections: count(connections)?,
        link,
        duration_minutes: count(duration)?,
        from: utc(from),
        to: utc(to),
        hours,
        offer: offer.map(Id::from),
        offered,
        passed,
        queued_at: utc(queued),
        created_at: utc(created),
    })
}

fn written(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Other(error.to_string()))
}
