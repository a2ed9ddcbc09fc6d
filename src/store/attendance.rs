//! How many attended classes.

use super::{
    Conn, StoreError,
    schema::{groups, platforms, schools, session_attendance, session_groups, sessions},
    types::{ROWS, column, count, utc, word},
};
use crate::domain::{
    attendance::{Attendance, AttendanceInput, AttendedClass},
    id::Id,
    load::{Place, PlaceKind},
    session::{LONGEST, SessionState},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use std::collections::HashMap;

type Row = (String, i64, i64, String, NaiveDateTime);
type Columns = (
    session_attendance::session_id,
    session_attendance::participants,
    session_attendance::planned,
    session_attendance::input,
    session_attendance::at,
);
const COLUMNS: Columns = (
    session_attendance::session_id,
    session_attendance::participants,
    session_attendance::planned,
    session_attendance::input,
    session_attendance::at,
);

/// Notes how many attended a class. What is reported replaces what was known; of polls the most counts, unless
/// somebody has reported.
///
/// # Errors
/// `Reference` when there is no such class.
pub fn note(conn: &mut Conn, new: &Attendance) -> Result<(), StoreError> {
    if let Some(old) = of_session(conn, &new.session)? {
        let stays = old.input == AttendanceInput::Reported || old.participants >= new.participants;
        if new.input == AttendanceInput::Polled && stays {
            return Ok(());
        }
    }
    let of_session = session_attendance::table.filter(session_attendance::session_id.eq(new.session.as_str()));
    diesel::delete(of_session).execute(conn)?;
    diesel::insert_into(session_attendance::table)
        .values((
            session_attendance::session_id.eq(new.session.as_str()),
            session_attendance::participants.eq(i64::from(new.participants)),
            session_attendance::planned.eq(i64::from(new.planned)),
            session_attendance::input.eq(new.input.as_str()),
            session_attendance::at.eq(column(new.at)),
            session_attendance::learned.eq(false),
        ))
        .execute(conn)?;
    Ok(())
}

/// How many attended a class, if that is known.
///
/// # Errors
/// those of the database.
pub fn of_session(conn: &mut Conn, session: &Id) -> Result<Option<Attendance>, StoreError> {
    let of_session = session_attendance::table.filter(session_attendance::session_id.eq(session.as_str()));
    of_session.select(COLUMNS).first::<Row>(conn).optional()?.map(attendance).transpose()
}

/// The last classes of a group that have ended, and of which it is known how many attended, in their order: `most` at
/// most, none from before the group was to learn anew.
///
/// # Errors
/// `NotFound` when there is no such group.
pub fn of_group(conn: &mut Conn, group: &Id, most: u32, now: DateTime<Utc>) -> Result<Vec<AttendedClass>, StoreError> {
    let of_id = groups::table.filter(groups::id.eq(group.as_str()));
    let since = of_id.select(groups::learns_from).first::<Option<NaiveDateTime>>(conn)?.unwrap_or(NaiveDateTime::MIN);
    let since = since.max(DateTime::UNIX_EPOCH.naive_utc());
    let mut rows = session_attendance::table
        .inner_join(sessions::table.inner_join(session_groups::table))
        .filter(session_groups::group_id.eq(group.as_str()))
        .filter(sessions::state.eq(SessionState::Confirmed.as_str()))
        .filter(sessions::ends_at.le(column(now)))
        .filter(sessions::starts_at.ge(since))
        .order((sessions::starts_at.desc(), sessions::id.desc()))
        .limit(i64::from(most))
        .select((COLUMNS, sessions::starts_at))
        .load::<(Row, NaiveDateTime)>(conn)?;
    rows.reverse();
    let ids: Vec<String> = rows.iter().map(|((id, ..), _)| id.clone()).collect();
    let heads = session_groups::table
        .inner_join(groups::table)
        .filter(session_groups::session_id.eq_any(ids))
        .select((session_groups::session_id, groups::headcount))
        .load::<(String, i64)>(conn)?;
    let mut headcounts: HashMap<String, i64> = HashMap::new();
    heads.into_iter().for_each(|(session, heads)| *headcounts.entry(session).or_default() += heads);
    let class = |(row, starts_at): (Row, NaiveDateTime)| {
        let headcount = count(headcounts.get(&row.0).copied().unwrap_or(0))?;
        Ok(AttendedClass { attendance: attendance(row)?, starts_at: utc(starts_at), headcount })
    };
    rows.into_iter().map(class).collect()
}

/// A class that has ended and of which its groups have not learned yet.
///
/// # Errors
/// those of the database.
pub fn to_learn(conn: &mut Conn, now: DateTime<Utc>) -> Result<Option<Id>, StoreError> {
    let id = session_attendance::table
        .inner_join(sessions::table)
        .filter(session_attendance::learned.eq(false))
        .filter(sessions::ends_at.le(column(now)))
        .select(session_attendance::session_id)
        .first::<String>(conn)
        .optional()?;
    Ok(id.map(Id::from))
}

/// Notes that its groups have learned of a class.
///
/// # Errors
/// those of the database.
pub fn set_learned(conn: &mut Conn, session: &Id) -> Result<(), StoreError> {
    let of_session = session_attendance::table.filter(session_attendance::session_id.eq(session.as_str()));
    diesel::update(of_session).set(session_attendance::learned.eq(true)).execute(conn)?;
    Ok(())
}

/// The classes that take place now at a school, or at the schools of a platform or federation: id, link, connections.
///
/// # Errors
/// those of the database.
pub fn under_way(
    conn: &mut Conn,
    place: &Place,
    now: DateTime<Utc>,
) -> Result<Vec<(Id, Option<String>, u32)>, StoreError> {
    let schools = match place.kind {
        PlaceKind::School => vec![place.id.to_string()],
        PlaceKind::Platform => {
            schools::table.filter(schools::platform_id.eq(place.id.as_str())).select(schools::id).load(conn)?
        }
        PlaceKind::Federation => schools::table
            .inner_join(platforms::table)
            .filter(platforms::federation_id.eq(place.id.as_str()))
            .select(schools::id)
            .load(conn)?,
    };
    let mut classes = Vec::new();
    for part in schools.chunks(ROWS) {
        let rows = sessions::table
            .filter(sessions::school_id.eq_any(part.to_vec()))
            .filter(sessions::state.eq(SessionState::Confirmed.as_str()))
            .filter(sessions::starts_at.between(column(now - LONGEST), column(now)))
            .filter(sessions::ends_at.gt(column(now)))
            .select((sessions::id, sessions::link, sessions::connections))
            .load::<(String, Option<String>, i64)>(conn)?;
        for (id, link, connections) in rows {
            classes.push((id.into(), link, count(connections)?));
        }
    }
    Ok(classes)
}

fn attendance((session, participants, planned, input, at): Row) -> Result<Attendance, StoreError> {
    Ok(Attendance {
        session: session.into(),
        planned: count(planned)?,
        participants: count(participants)?,
        input: word(&input)?,
        at: utc(at),
    })
}
