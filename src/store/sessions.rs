//! Sessions: classes with a start, and who gives and attends them. What they take of pools is written with them.

use super::{
    Conn, StoreError,
    conn::on_backend,
    revisions,
    schema::{requests, school_pools, session_groups, session_teachers, sessions, teachers},
    types::{ROWS, column, count, utc, word},
    usage,
};
use crate::domain::{
    capacity::Pool,
    id::Id,
    session::{Away, Busy, LONGEST, MovedBy, Session, SessionState},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{
    dsl::{exists, sql},
    prelude::*,
    sql_types::Bool,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(super) type Row = (
    String,
    String,
    Option<String>,
    String,
    i64,
    NaiveDateTime,
    NaiveDateTime,
    String,
    i64,
    Option<NaiveDateTime>,
    NaiveDateTime,
    NaiveDateTime,
    Option<String>,
    Option<String>,
);

/// Enters rows, however many. A statement for one row stays prepared, one for several does not.
macro_rules! insert_all {
    ($conn:expr, $table:expr, $rows:expr) => {
        for rows in $rows.chunks(ROWS) {
            match rows {
                [row] => diesel::insert_into($table).values(*row).execute($conn)?,
                rows => {
                    let rows = rows.to_vec();
                    on_backend!($conn, conn => diesel::insert_into($table).values(&rows).execute(conn))?
                }
            };
        }
    };
}

/// Enters sessions, however many.
///
/// # Errors
/// `Duplicate` when a request has a session already, `Reference` for an unknown school, teacher or group.
pub fn insert(conn: &mut Conn, new: &[Session]) -> Result<(), StoreError> {
    insert_rows(conn, new)?;
    usage::add(conn, new)
}

/// Enters a session of a school that has just these pools.
///
/// # Errors
/// those of [`insert`].
pub fn insert_with_pools(conn: &mut Conn, new: &Session, pools: &[Pool]) -> Result<(), StoreError> {
    insert_rows(conn, std::slice::from_ref(new))?;
    usage::add_to(conn, new, pools)
}

fn insert_rows(conn: &mut Conn, new: &[Session]) -> Result<(), StoreError> {
    let rows: Vec<_> = new
        .iter()
        .map(|session| {
            (
                sessions::id.eq(session.id.as_str()),
                sessions::school_id.eq(session.school.as_str()),
                sessions::request_id.eq(session.request.as_ref().map(Id::as_str)),
                sessions::title.eq(&session.title),
                sessions::connections.eq(i64::from(session.connections)),
                sessions::starts_at.eq(column(session.starts_at)),
                sessions::ends_at.eq(column(session.ends_at)),
                sessions::state.eq(session.state.as_str()),
                sessions::sequence.eq(i64::from(session.sequence)),
                sessions::held_until.eq(session.held_until.map(column)),
                sessions::created_at.eq(column(session.created_at)),
                sessions::changed_at.eq(column(session.changed_at)),
                sessions::link.eq(&session.link),
                sessions::moved_by.eq(session.moved_by.map(MovedBy::as_str)),
            )
        })
        .collect();
    insert_all!(conn, sessions::table, rows);
    insert_people(conn, new)?;
    number(conn, new)
}

/// Writes all of a session but its id, school, request and when it was entered.
///
/// # Errors
/// `NotFound`, and those of [`insert`].
pub fn update(conn: &mut Conn, session: &Session) -> Result<(), StoreError> {
    update_all(conn, std::slice::from_ref(session))
}

/// [`update`] of many: one change to whoever subscribes.
///
/// # Errors
/// those of [`update`].
pub fn update_all(conn: &mut Conn, changed: &[Session]) -> Result<(), StoreError> {
    let mut seen = Vec::with_capacity(2 * changed.len());
    for session in changed {
        seen.extend([write(conn, session)?, session.clone()]);
    }
    number(conn, &seen)
}

/// Writes a session, and tells what it was.
fn write(conn: &mut Conn, session: &Session) -> Result<Session, StoreError> {
    let old = get(conn, &session.id)?;
    let id = session.id.as_str();
    diesel::update(sessions::table.filter(sessions::id.eq(id)))
        .set((
            sessions::title.eq(&session.title),
            sessions::connections.eq(i64::from(session.connections)),
            sessions::starts_at.eq(column(session.starts_at)),
            sessions::ends_at.eq(column(session.ends_at)),
            sessions::state.eq(session.state.as_str()),
            sessions::sequence.eq(i64::from(session.sequence)),
            sessions::held_until.eq(session.held_until.map(column)),
            sessions::changed_at.eq(column(session.changed_at)),
            sessions::link.eq(&session.link),
            sessions::moved_by.eq(session.moved_by.map(MovedBy::as_str)),
        ))
        .execute(conn)?;
    if (&old.teachers, &old.groups) != (&session.teachers, &session.groups) {
        diesel::delete(session_teachers::table.filter(session_teachers::session_id.eq(id))).execute(conn)?;
        diesel::delete(session_groups::table.filter(session_groups::session_id.eq(id))).execute(conn)?;
        insert_people(conn, std::slice::from_ref(session))?;
    }
    usage::replace(conn, &old, Some(session))?;
    Ok(old)
}

/// Numbers a change for the feeds of whoever is in these sessions, or was. Holds are in no feed.
fn number(conn: &mut Conn, changed: &[Session]) -> Result<(), StoreError> {
    let mut schools: BTreeMap<&Id, BTreeSet<&Id>> = BTreeMap::new();
    for session in changed.iter().filter(|session| session.state != SessionState::Held) {
        schools.entry(&session.school).or_default().extend(session.groups.iter().chain(&session.teachers));
    }
    schools.into_iter().try_for_each(|(school, subjects)| revisions::raise(conn, school, subjects))
}

/// Writes the links of sessions and when they changed, and nothing else: one change to whoever subscribes.
///
/// # Errors
/// those of the database.
pub fn set_links(conn: &mut Conn, changed: &[Session]) -> Result<(), StoreError> {
    for session in changed {
        let link = (sessions::link.eq(&session.link), sessions::changed_at.eq(column(session.changed_at)));
        diesel::update(sessions::table.filter(sessions::id.eq(session.id.as_str()))).set(link).execute(conn)?;
    }
    number(conn, changed)
}

/// Takes a session out: a hold that nobody confirmed. No calendar has ever known it.
///
/// # Errors
/// `NotFound`.
pub fn remove(conn: &mut Conn, id: &Id) -> Result<(), StoreError> {
    let old = get(conn, id)?;
    diesel::delete(sessions::table.filter(sessions::id.eq(id.as_str()))).execute(conn)?;
    number(conn, std::slice::from_ref(&old))?;
    usage::replace(conn, &old, None)
}

/// Deletes sessions that were called off and ended before `then`, and tells how many. A swap of one goes with it. They take
/// no room and are in no feed any more; but feeds are dated by them, and must not become older without them.
///
/// # Errors
/// those of the database.
pub(super) fn delete_cancelled(conn: &mut Conn, then: DateTime<Utc>) -> Result<usize, StoreError> {
    let over = || {
        sessions::table
            // Written out, for an index that knows only those.
            .filter(sql::<Bool>("state = 'cancelled'"))
            .filter(sessions::ends_at.lt(column(then)))
            .filter(sessions::changed_at.lt(column(then)))
    };
    let rows = over().load::<Row>(conn)?;
    let gone = with_people(conn, rows)?;
    number(conn, &gone)?;
    Ok(diesel::delete(over()).execute(conn)?)
}

/// One session.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Session, StoreError> {
    let rows = sessions::table.filter(sessions::id.eq(id.as_str())).load::<Row>(conn)?;
    with_people(conn, rows)?.pop().ok_or(StoreError::NotFound)
}

/// A school's sessions that overlap `from … to` and take capacity and people's time: confirmed and held ones, by start.
///
/// # Errors
/// those of the database.
pub fn taking_place(
    conn: &mut Conn,
    school: &Id,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<Session>, StoreError> {
    let rows = sessions::table
        .filter(sessions::school_id.eq(school.as_str()))
        .filter(sessions::starts_at.gt(column(from - LONGEST)))
        .filter(sessions::starts_at.lt(column(to)))
        .filter(sessions::ends_at.gt(column(from)))
        .filter(sessions::state.ne(SessionState::Cancelled.as_str()))
        .order((sessions::starts_at, sessions::id))
        .load::<Row>(conn)?;
    with_people(conn, rows)
}

/// How many of a school's classes are still to end. A place that is only held is none.
///
/// # Errors
/// those of the database.
pub fn number_to_come(conn: &mut Conn, school: &Id, now: DateTime<Utc>) -> Result<u32, StoreError> {
    let number = sessions::table
        .filter(sessions::school_id.eq(school.as_str()))
        .filter(sessions::ends_at.gt(column(now)))
        .filter(sessions::state.eq(SessionState::Confirmed.as_str()))
        .count()
        .get_result::<i64>(conn)?;
    count(number)
}

/// A school's sessions that overlap `from … to`, cancelled ones too but no holds, by start.
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
        .filter(sessions::held_until.is_null())
        .order((sessions::starts_at, sessions::id))
        .load::<Row>(conn)?;
    with_people(conn, rows)
}

/// When these teachers and groups of a school are in its classes between two instants, holds among them.
///
/// # Errors
/// those of the database.
pub fn busy(
    conn: &mut Conn,
    school: &Id,
    who: &[&str],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<Busy>, StoreError> {
    type Class = (String, NaiveDateTime, NaiveDateTime, String, Option<NaiveDateTime>);
    let meeting = sessions::school_id
        .eq(school.as_str())
        .and(sessions::starts_at.gt(column(from - LONGEST)))
        .and(sessions::starts_at.lt(column(to)))
        .and(sessions::ends_at.gt(column(from)))
        .and(sessions::state.ne(SessionState::Cancelled.as_str()));
    let columns = (sessions::id, sessions::starts_at, sessions::ends_at, sessions::title, sessions::held_until);
    let rows = on_backend!(conn, conn => {
        let teach = sessions::table
            .inner_join(session_teachers::table)
            .filter(meeting)
            .filter(session_teachers::teacher_id.eq_any(who))
            .select((session_teachers::teacher_id, columns));
        let attend = sessions::table
            .inner_join(session_groups::table)
            .filter(meeting)
            .filter(session_groups::group_id.eq_any(who))
            .select((session_groups::group_id, columns));
        teach.union_all(attend).load::<(String, Class)>(conn)
    })?;
    let busy = |(who, (session, starts_at, ends_at, title, held_until)): (String, Class)| Busy {
        session: session.into(),
        who: who.into(),
        starts_at: utc(starts_at),
        ends_at: utc(ends_at),
        title,
        held_until: held_until.map(utc),
    };
    Ok(rows.into_iter().map(busy).collect())
}

/// What a school's teachers give in other schools between two instants: the teacher as this school knows them, from,
/// to. Who has the same address is the same person. Holds that have expired by `now` are nothing.
///
/// # Errors
/// those of the database.
pub fn elsewhere(
    conn: &mut Conn,
    school: &Id,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Away>, StoreError> {
    let (here, there) = diesel::alias!(teachers as here, teachers as there);
    let rows = here
        .inner_join(there.on(there.field(teachers::email).eq(here.field(teachers::email))))
        .inner_join(session_teachers::table.on(session_teachers::teacher_id.eq(there.field(teachers::id))))
        .inner_join(sessions::table.on(sessions::id.eq(session_teachers::session_id)))
        .filter(here.field(teachers::school_id).eq(school.as_str()))
        .filter(there.field(teachers::school_id).ne(school.as_str()))
        .filter(sessions::state.ne(SessionState::Cancelled.as_str()))
        .filter(sessions::held_until.is_null().or(sessions::held_until.gt(column(now))))
        .filter(sessions::starts_at.gt(column(from - LONGEST)))
        .filter(sessions::starts_at.lt(column(to)))
        .filter(sessions::ends_at.gt(column(from)))
        .select((here.field(teachers::id), sessions::starts_at, sessions::ends_at))
        .load::<(String, NaiveDateTime, NaiveDateTime)>(conn)?;
    Ok(rows.into_iter().map(|(teacher, from, to)| (teacher.into(), utc(from), utc(to))).collect())
}

/// Holds of whichever school that take room in these pools and have expired by `now`.
///
/// # Errors
/// those of the database.
pub fn expired(conn: &mut Conn, pools: &[Id], now: DateTime<Utc>) -> Result<Vec<Session>, StoreError> {
    let pools: Vec<&str> = pools.iter().map(Id::as_str).collect();
    // Asked of each hold that has expired, of which there are few: a list of the schools, of which there may be thousands,
    // would have the database look through all their sessions.
    let takes_room = school_pools::table
        .filter(school_pools::school_id.eq(sessions::school_id))
        .filter(school_pools::pool_id.eq_any(pools));
    let rows =
        sessions::table.filter(sessions::held_until.le(column(now))).filter(exists(takes_room)).load::<Row>(conn)?;
    with_people(conn, rows)
}

/// The rounds of those sessions that answer a request.
///
/// # Errors
/// those of the database.
pub fn rounds_of(conn: &mut Conn, of: &[Session]) -> Result<HashMap<Id, Id>, StoreError> {
    let mut out = HashMap::new();
    for part in of.chunks(ROWS) {
        let ids: Vec<&str> = part.iter().map(|session| session.id.as_str()).collect();
        let rows = sessions::table
            .inner_join(requests::table)
            .filter(sessions::id.eq_any(ids))
            .select((sessions::id, requests::round_id))
            .load::<(String, String)>(conn)?;
        out.extend(rows.into_iter().map(|(session, round)| (Id::from(session), Id::from(round))));
    }
    Ok(out)
}

/// The holds of a school that have not expired at `now`.
///
/// # Errors
/// those of the database.
pub fn holds_of(conn: &mut Conn, school: &Id, now: DateTime<Utc>) -> Result<Vec<Session>, StoreError> {
    let rows = sessions::table
        .filter(sessions::held_until.gt(column(now)))
        .filter(sessions::school_id.eq(school.as_str()))
        .load::<Row>(conn)?;
    with_people(conn, rows)
}

/// Every hold that has expired by `now`.
///
/// # Errors
/// those of the database.
pub fn all_expired(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<Session>, StoreError> {
    let rows = sessions::table.filter(sessions::held_until.le(column(now))).load::<Row>(conn)?;
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

/// Every session that one of these groups attends, cancelled ones too but no holds, by start.
///
/// # Errors
/// those of the database.
pub fn of_groups(conn: &mut Conn, groups: &[Id]) -> Result<Vec<Session>, StoreError> {
    let groups: Vec<&str> = groups.iter().map(Id::as_str).collect();
    let attended = session_groups::table.filter(session_groups::group_id.eq_any(groups));
    let rows = sessions::table
        .filter(sessions::id.eq_any(attended.select(session_groups::session_id)))
        .filter(sessions::held_until.is_null())
        .order((sessions::starts_at, sessions::id))
        .load::<Row>(conn)?;
    with_people(conn, rows)
}

/// Every session that a teacher gives and that ends after `from`, cancelled ones too but no holds, by start.
///
/// # Errors
/// those of the database.
pub fn of_teacher(conn: &mut Conn, teacher: &Id, from: DateTime<Utc>) -> Result<Vec<Session>, StoreError> {
    let rows = sessions::table
        .inner_join(session_teachers::table)
        .filter(session_teachers::teacher_id.eq(teacher.as_str()))
        .filter(sessions::ends_at.gt(column(from)))
        .filter(sessions::held_until.is_null())
        .order((sessions::starts_at, sessions::id))
        .select(sessions::all_columns)
        .load::<Row>(conn)?;
    with_people(conn, rows)
}

fn insert_people(conn: &mut Conn, new: &[Session]) -> Result<(), StoreError> {
    // A set: a list that names somebody twice means them once.
    let pairs = |of: fn(&Session) -> &Vec<Id>| -> BTreeSet<(&str, &str)> {
        let pairs = new.iter().flat_map(|session| of(session).iter().map(|id| (session.id.as_str(), id.as_str())));
        pairs.collect()
    };
    let teachers: Vec<_> = pairs(|session| &session.teachers)
        .into_iter()
        .map(|(session, id)| (session_teachers::session_id.eq(session), session_teachers::teacher_id.eq(id)))
        .collect();
    insert_all!(conn, session_teachers::table, teachers);
    let groups: Vec<_> = pairs(|session| &session.groups)
        .into_iter()
        .map(|(session, id)| (session_groups::session_id.eq(session), session_groups::group_id.eq(id)))
        .collect();
    insert_all!(conn, session_groups::table, groups);
    Ok(())
}

pub(super) fn with_people(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Session>, StoreError> {
    let (mut teachers, mut groups): (HashMap<String, Vec<Id>>, HashMap<String, Vec<Id>>) = Default::default();
    for rows in rows.chunks(ROWS) {
        let ids: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
        let pairs = session_teachers::table
            .filter(session_teachers::session_id.eq_any(ids.clone()))
            .order((session_teachers::session_id, session_teachers::teacher_id))
            .load::<(String, String)>(conn)?;
        pairs.into_iter().for_each(|(session, id)| teachers.entry(session).or_default().push(id.into()));
        let pairs = session_groups::table
            .filter(session_groups::session_id.eq_any(ids))
            .order((session_groups::session_id, session_groups::group_id))
            .load::<(String, String)>(conn)?;
        pairs.into_iter().for_each(|(session, id)| groups.entry(session).or_default().push(id.into()));
    }
    rows.into_iter()
        .map(|row| {
            let (id, school, request, title, connections, from, to, state, sequence, held, created, changed, link, by) =
                row;
            Ok(Session {
                teachers: teachers.remove(&id).unwrap_or_default(),
                groups: groups.remove(&id).unwrap_or_default(),
                id: id.into(),
                school: school.into(),
                request: request.map(Id::from),
                title,
                connections: count(connections)?,
                link,
                starts_at: utc(from),
                ends_at: utc(to),
                state: word(&state)?,
                held_until: held.map(utc),
                moved_by: by.as_deref().map(word).transpose()?,
                sequence: count(sequence)?,
                created_at: utc(created),
                changed_at: utc(changed),
            })
        })
        .collect()
}
