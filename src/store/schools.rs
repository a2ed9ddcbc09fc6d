//! Schools, with their opening hours and calendars.

use super::{
    Conn, StoreError, calendars,
    conn::on_backend,
    mail_readers, pools, revisions,
    schema::{opening_hours, rounds, schools, sessions},
    stamps, teachers,
    types::{column, count, utc, word},
};
use crate::domain::{
    id::Id,
    people::{School, SchoolLine},
    time::WeekSpan,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::{BTreeSet, HashMap};

type Row = (String, Option<String>, String, String, String, NaiveDateTime, Option<String>);
const COLUMNS: (
    schools::id,
    schools::uai,
    schools::name,
    schools::time_zone,
    schools::language,
    schools::created_at,
    schools::platform_id,
) = (
    schools::id,
    schools::uai,
    schools::name,
    schools::time_zone,
    schools::language,
    schools::created_at,
    schools::platform_id,
);

/// Enters a school, with its opening hours and calendar.
///
/// # Errors
/// `Duplicate` when its UAI code is taken.
pub fn insert(conn: &mut Conn, school: &School) -> Result<(), StoreError> {
    diesel::insert_into(schools::table)
        .values((
            schools::id.eq(school.id.as_str()),
            schools::uai.eq(&school.uai),
            schools::name.eq(&school.name),
            schools::time_zone.eq(&school.time_zone),
            schools::language.eq(school.language.code()),
            schools::created_at.eq(column(school.created_at)),
            schools::platform_id.eq(school.platform.as_ref().map(Id::as_str)),
        ))
        .execute(conn)?;
    insert_hours(conn, school)?;
    revisions::begin(conn, &school.id)?;
    calendars::replace(conn, &school.id, &school.calendar)
}

/// Replaces what a school says of itself, but for its id, its platform, its calendar and when it was entered.
///
/// # Errors
/// `NotFound`, and `Duplicate` when its UAI code is another school's.
pub fn update(conn: &mut Conn, school: &School) -> Result<(), StoreError> {
    let id = school.id.as_str();
    let done = diesel::update(schools::table.filter(schools::id.eq(id)))
        .set((
            schools::uai.eq(&school.uai),
            schools::name.eq(&school.name),
            schools::time_zone.eq(&school.time_zone),
            schools::language.eq(school.language.code()),
        ))
        .execute(conn)?;
    if done == 0 {
        return Err(StoreError::NotFound);
    }
    diesel::delete(opening_hours::table.filter(opening_hours::school_id.eq(id))).execute(conn)?;
    revisions::raise_all(conn, &school.id)?;
    stamps::renew_school(conn, &school.id)?;
    insert_hours(conn, school)
}

/// Takes a school away, with everything that is its own: people's roles in it, rounds, classes, calendars and mails.
///
/// # Errors
/// `NotFound`.
pub fn delete(conn: &mut Conn, id: &Id) -> Result<(), StoreError> {
    let teachers: Vec<Id> = teachers::list(conn, id)?.into_iter().map(|teacher| teacher.id).collect();
    mail_readers::delete(conn, &teachers)?;
    let mut own = Vec::new();
    for pool in pools::ids_of_school(conn, id)? {
        // What others may take of a shared pool depends on who shares it.
        match pools::is_own(conn, &pool)? {
            true => own.push(pool),
            false => pools::detach(conn, id, &pool)?,
        }
    }
    // Classes name wishes, wishes name groups and teachers: PostgreSQL looks at each before the school's other rows are gone.
    diesel::delete(sessions::table.filter(sessions::school_id.eq(id.as_str()))).execute(conn)?;
    diesel::delete(rounds::table.filter(rounds::school_id.eq(id.as_str()))).execute(conn)?;
    let done = diesel::delete(schools::table.filter(schools::id.eq(id.as_str()))).execute(conn)?;
    own.iter().try_for_each(|pool| pools::delete(conn, pool))?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// One school.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<School, StoreError> {
    let rows = schools::table.select(COLUMNS).filter(schools::id.eq(id.as_str())).load::<Row>(conn)?;
    with_hours(conn, rows)?.pop().ok_or(StoreError::NotFound)
}

/// The school with this id or this code in the national register.
///
/// # Errors
/// those of the database.
pub fn named(conn: &mut Conn, name: &str) -> Result<Option<Id>, StoreError> {
    let of_name = schools::id.eq(name).or(schools::uai.eq(Some(name)).assume_not_null());
    let found = schools::table.filter(of_name).select(schools::id).first::<String>(conn).optional()?;
    Ok(found.map(Id::from))
}

/// Every school, by name.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn) -> Result<Vec<School>, StoreError> {
    let rows = schools::table.select(COLUMNS).order((schools::name, schools::id)).load::<Row>(conn)?;
    with_hours(conn, rows)
}

/// Schools as lists show them, by name; at most so many.
///
/// # Errors
/// those of the database.
pub fn lines(conn: &mut Conn, most: Option<usize>) -> Result<Vec<SchoolLine>, StoreError> {
    let most = most.map_or(i64::MAX, |most| i64::try_from(most).unwrap_or(i64::MAX));
    let columns = (schools::id, schools::uai, schools::name, schools::platform_id);
    let rows = schools::table.select(columns).order((schools::name, schools::id)).limit(most).load::<(
        String,
        Option<String>,
        String,
        Option<String>,
    )>(conn)?;
    let line = |(id, uai, name, platform): (String, _, _, Option<String>)| SchoolLine {
        id: id.into(),
        uai,
        name,
        platform: platform.map(Id::from),
    };
    Ok(rows.into_iter().map(line).collect())
}

/// What these schools are called; one that is not there any more is left out.
///
/// # Errors
/// those of the database.
pub fn names(conn: &mut Conn, ids: &BTreeSet<Id>) -> Result<HashMap<Id, String>, StoreError> {
    let wanted = schools::table.filter(schools::id.eq_any(ids.iter().map(Id::as_str)));
    let rows = wanted.select((schools::id, schools::name)).load::<(String, String)>(conn)?;
    Ok(rows.into_iter().map(|(id, name)| (Id::from(id), name)).collect())
}

/// How many schools there are.
///
/// # Errors
/// those of the database.
pub fn count_all(conn: &mut Conn) -> Result<usize, StoreError> {
    Ok(usize::try_from(schools::table.count().get_result::<i64>(conn)?).unwrap_or(0))
}

/// The schools on these platforms, by name.
///
/// # Errors
/// those of the database.
pub fn of_platforms(conn: &mut Conn, platforms: &[Id]) -> Result<Vec<School>, StoreError> {
    let ids = platforms.iter().map(Id::as_str);
    let of_these = schools::table.filter(schools::platform_id.eq_any(ids));
    let rows = of_these.select(COLUMNS).order((schools::name, schools::id)).load::<Row>(conn)?;
    with_hours(conn, rows)
}

fn insert_hours(conn: &mut Conn, school: &School) -> Result<(), StoreError> {
    let hours: Vec<_> = school
        .opening_hours
        .iter()
        .map(|span| {
            (
                opening_hours::school_id.eq(school.id.as_str()),
                opening_hours::weekday.eq(i64::from(span.weekday)),
                opening_hours::from_minute.eq(i64::from(span.from_minute)),
                opening_hours::to_minute.eq(i64::from(span.to_minute)),
            )
        })
        .collect();
    on_backend!(conn, conn => diesel::insert_into(opening_hours::table).values(&hours).execute(conn))?;
    Ok(())
}

fn with_hours(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<School>, StoreError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
    let mut calendars = calendars::of_schools(conn, &ids)?;
    let spans = opening_hours::table
        .filter(opening_hours::school_id.eq_any(ids))
        .order((opening_hours::weekday, opening_hours::from_minute))
        .load::<(String, i64, i64, i64)>(conn)?;
    let mut hours: HashMap<String, Vec<WeekSpan>> = HashMap::new();
    for (school, weekday, from, to) in spans {
        let span = WeekSpan { weekday: count(weekday)?, from_minute: count(from)?, to_minute: count(to)? };
        hours.entry(school).or_default().push(span);
    }
    rows.into_iter()
        .map(|(id, uai, name, time_zone, language, created_at, platform)| {
            let opening_hours = hours.remove(&id).unwrap_or_default();
            let calendar = calendars.remove(&id).unwrap_or_default();
            let language = word(&language)?;
            let (platform, created_at) = (platform.map(Id::from), utc(created_at));
            Ok(School { id: id.into(), uai, name, time_zone, language, platform, opening_hours, calendar, created_at })
        })
        .collect()
}
