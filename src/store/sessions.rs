//! Sessions: published classes.

use super::{
    Conn, StoreError,
    conn::on_backend,
    requests::people,
    schema::{request_groups, request_teachers, requests, school_pools, sessions},
    types::{ROWS, column, count, utc, word},
};
use crate::domain::{
    id::Id,
    session::{PoolUse, Session, SessionState},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

type Row =
    (String, String, String, String, i64, NaiveDateTime, NaiveDateTime, String, i64, NaiveDateTime, NaiveDateTime);

/// Enters sessions, however many.
///
/// # Errors
/// `Duplicate` when a request has a session already.
pub fn insert(conn: &mut Conn, new: &[Session]) -> Result<(), StoreError> {
    let rows: Vec<_> = new
        .iter()
        .map(|session| {
            (
                sessions::id.eq(session.id.as_str()),
                sessions::school_id.eq(session.school.as_str()),
                sessions::request_id.eq(session.request.as_str()),
                sessions::title.eq(&session.title),
                sessions::connections.eq(i64::from(session.connections)),
                sessions::starts_at.eq(column(session.starts_at)),
                sessions::ends_at.eq(column(session.ends_at)),
                sessions::state.eq(session.state.as_str()),
                sessions::sequence.eq(i64::from(session.sequence)),
                sessions::created_at.eq(column(session.created_at)),
                sessions::changed_at.eq(column(session.changed_at)),
            )
        })
        .collect();
    for rows in rows.chunks(ROWS) {
        let rows = rows.to_vec();
        on_backend!(conn, conn => diesel::insert_into(sessions::table).values(&rows).execute(conn))?;
    }
    Ok(())
}

/// Writes a session's title, connections, time, state, sequence and time of change.
///
/// # Errors
/// `NotFound`.
pub fn update(conn: &mut Conn, session: &Session) -> Result<(), StoreError> {
    let changed = diesel::update(sessions::table.filter(sessions::id.eq(session.id.as_str())))
        .set((
            sessions::title.eq(&session.title),
            sessions::connections.eq(i64::from(session.connections)),
            sessions::starts_at.eq(column(session.starts_at)),
            sessions::ends_at.eq(column(session.ends_at)),
            sessions::state.eq(session.state.as_str()),
            sessions::sequence.eq(i64::from(session.sequence)),
            sessions::changed_at.eq(column(session.changed_at)),
        ))
        .execute(conn)?;
    if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// One session.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Session, StoreError> {
    let rows = sessions::table.filter(sessions::id.eq(id.as_str())).load::<Row>(conn)?;
    with_people(conn, rows)?.pop().ok_or(StoreError::NotFound)
}

/// A school's sessions that overlap `from … to`, cancelled ones too, by start.
///
/// # Errors
/// those of the database.
pub fn of_school(
    conn: &mut Conn,
    school: &Id,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<Session>, StoreError> {
    let rows = sessions::table
        .filter(sessions::school_id.eq(school.as_str()))
        .filter(sessions::starts_at.lt(column(to)))
        .filter(sessions::ends_at.gt(column(from)))
        .order((sessions::starts_at, sessions::id))
        .load::<Row>(conn)?;
    with_people(conn, rows)
}

/// Every session of a round, cancelled ones too, by start.
///
/// # Errors
/// those of the database.
pub fn of_round(conn: &mut Conn, round: &Id) -> Result<Vec<Session>, StoreError> {
    let rows = sessions::table
        .inner_join(requests::table)
        .filter(requests::round_id.eq(round.as_str()))
        .order((sessions::starts_at, sessions::id))
        .select(sessions::all_columns)
        .load::<Row>(conn)?;
    with_people(conn, rows)
}

/// Every session that a group attends and that ends after `from`, cancelled ones too, by start.
///
/// # Errors
/// those of the database.
pub fn of_group(conn: &mut Conn, group: &Id, from: DateTime<Utc>) -> Result<Vec<Session>, StoreError> {
    let rows = sessions::table
        .inner_join(requests::table.inner_join(request_groups::table))
        .filter(request_groups::group_id.eq(group.as_str()))
        .filter(sessions::ends_at.gt(column(from)))
        .order((sessions::starts_at, sessions::id))
        .select(sessions::all_columns)
        .load::<Row>(conn)?;
    with_people(conn, rows)
}

/// Every session that a teacher gives and that ends after `from`, cancelled ones too, by start.
///
/// # Errors
/// those of the database.
pub fn of_teacher(conn: &mut Conn, teacher: &Id, from: DateTime<Utc>) -> Result<Vec<Session>, StoreError> {
    let rows = sessions::table
        .inner_join(requests::table.inner_join(request_teachers::table))
        .filter(request_teachers::teacher_id.eq(teacher.as_str()))
        .filter(sessions::ends_at.gt(column(from)))
        .order((sessions::starts_at, sessions::id))
        .select(sessions::all_columns)
        .load::<Row>(conn)?;
    with_people(conn, rows)
}

/// What the confirmed sessions of every school take of these pools between two instants; a session that uses
/// several of them comes once for each.
///
/// # Errors
/// those of the database.
pub fn uses(conn: &mut Conn, pools: &[Id], from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<PoolUse>, StoreError> {
    let pools: Vec<&str> = pools.iter().map(Id::as_str).collect();
    let rows = sessions::table
        .inner_join(school_pools::table.on(school_pools::school_id.eq(sessions::school_id)))
        .filter(school_pools::pool_id.eq_any(pools))
        .filter(sessions::state.eq(SessionState::Confirmed.as_str()))
        .filter(sessions::starts_at.lt(column(to)))
        .filter(sessions::ends_at.gt(column(from)))
        .select((school_pools::pool_id, sessions::id, sessions::connections, sessions::starts_at, sessions::ends_at))
        .load::<(String, String, i64, NaiveDateTime, NaiveDateTime)>(conn)?;
    rows.into_iter()
        .map(|(pool, session, connections, starts_at, ends_at)| {
            Ok(PoolUse {
                pool: pool.into(),
                session: session.into(),
                connections: count(connections)?,
                starts_at: utc(starts_at),
                ends_at: utc(ends_at),
            })
        })
        .collect()
}

fn with_people(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Session>, StoreError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.2.as_str()).collect();
    let mut people = people(conn, &ids)?;
    rows.into_iter()
        .map(|row| {
            let (id, school, request, title, connections, starts_at, ends_at, state, sequence, created, changed) = row;
            Ok(Session {
                id: id.into(),
                school: school.into(),
                teachers: people.teachers(&request),
                groups: people.groups(&request),
                request: request.into(),
                title,
                connections: count(connections)?,
                starts_at: utc(starts_at),
                ends_at: utc(ends_at),
                state: word(&state)?,
                sequence: count(sequence)?,
                created_at: utc(created),
                changed_at: utc(changed),
            })
        })
        .collect()
}
