//! Groups of a school.

use super::{
    Conn, StoreError,
    conn::on_backend,
    feeds, revisions,
    schema::{group_overlaps, groups, request_groups, requests, rounds, session_groups, sessions},
    stamps,
    types::{column, count},
};
use crate::domain::{id::Id, people::Group};
use chrono::{DateTime, SubsecRound, Utc};
use diesel::{dsl::count_star, prelude::*};
use std::collections::HashSet;

type Row = (String, String, String, i64, i64, Option<i64>);
type Columns = (
    groups::id,
    groups::school_id,
    groups::name,
    groups::headcount,
    groups::attendance_percent,
    groups::learned_percent,
);
const COLUMNS: Columns = (
    groups::id,
    groups::school_id,
    groups::name,
    groups::headcount,
    groups::attendance_percent,
    groups::learned_percent,
);

/// Enters a group.
///
/// # Errors
/// `Duplicate` when the school has a group of this name, `Reference` when there is no such school.
pub fn insert(conn: &mut Conn, group: &Group) -> Result<(), StoreError> {
    diesel::insert_into(groups::table)
        .values((
            groups::id.eq(group.id.as_str()),
            groups::school_id.eq(group.school.as_str()),
            groups::name.eq(&group.name),
            groups::headcount.eq(i64::from(group.headcount)),
            groups::attendance_percent.eq(i64::from(group.attendance_percent)),
        ))
        .execute(conn)?;
    insert_overlaps(conn, group)
}

/// One group, of whichever school.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Group, StoreError> {
    let rows = groups::table
        .left_join(group_overlaps::table.on(group_overlaps::group_id.eq(groups::id)))
        .filter(groups::id.eq(id.as_str()))
        .order(group_overlaps::other_id)
        .select((COLUMNS, group_overlaps::other_id.nullable()))
        .load::<(Row, Option<String>)>(conn)?;
    with_overlaps(rows)?.pop().ok_or(StoreError::NotFound)
}

/// The groups of a school, by name.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn, school: &Id) -> Result<Vec<Group>, StoreError> {
    let rows = groups::table
        .left_join(group_overlaps::table.on(group_overlaps::group_id.eq(groups::id)))
        .filter(groups::school_id.eq(school.as_str()))
        .order((groups::name, groups::id, group_overlaps::other_id))
        .select((COLUMNS, group_overlaps::other_id.nullable()))
        .load::<(Row, Option<String>)>(conn)?;
    with_overlaps(rows)
}

/// The groups of a school that requests or sessions name.
///
/// # Errors
/// those of the database.
pub fn in_use(conn: &mut Conn, school: &Id) -> Result<HashSet<Id>, StoreError> {
    let of_school = groups::school_id.eq(school.as_str());
    let wished = request_groups::table.inner_join(groups::table).filter(of_school).select(request_groups::group_id);
    let mut ids = wished.distinct().load::<String>(conn)?;
    let taught = session_groups::table.inner_join(groups::table).filter(of_school).select(session_groups::group_id);
    ids.extend(taught.distinct().load::<String>(conn)?);
    Ok(ids.into_iter().map(Id::from).collect())
}

/// What names a group: requests by the name of their round, the latest first, and classes that answer none.
///
/// # Errors
/// those of the database.
pub fn uses(conn: &mut Conn, group: &Id) -> Result<(Vec<(String, i64)>, i64), StoreError> {
    let wished = request_groups::table
        .inner_join(requests::table.inner_join(rounds::table))
        .filter(request_groups::group_id.eq(group.as_str()))
        .group_by((rounds::id, rounds::name, rounds::starts_at))
        .order(rounds::starts_at.desc())
        .select((rounds::name, count_star()))
        .load(conn)?;
    let booked = session_groups::table
        .inner_join(sessions::table)
        .filter(session_groups::group_id.eq(group.as_str()).and(sessions::request_id.is_null()))
        .count()
        .get_result(conn)?;
    Ok((wished, booked))
}

/// Writes all of a group but its id and school. When another attendance is entered, what was learned before is forgotten.
///
/// # Errors
/// `NotFound`, and `Duplicate` when the school has another group of this name.
pub fn update(conn: &mut Conn, group: &Group) -> Result<(), StoreError> {
    let of_id = || groups::table.filter(groups::id.eq(group.id.as_str()));
    let columns = (groups::name, groups::attendance_percent);
    let (old_name, old_attendance) = of_id().select(columns).first::<(String, i64)>(conn)?;
    diesel::update(of_id())
        .set((
            groups::name.eq(&group.name),
            groups::headcount.eq(i64::from(group.headcount)),
            groups::attendance_percent.eq(i64::from(group.attendance_percent)),
        ))
        .execute(conn)?;
    if old_attendance != i64::from(group.attendance_percent) {
        forget_learned(conn, &group.id, Utc::now())?;
    }
    let id = group.id.as_str();
    let either = group_overlaps::group_id.eq(id).or(group_overlaps::other_id.eq(id));
    diesel::delete(group_overlaps::table.filter(either)).execute(conn)?;
    if old_name != group.name {
        revisions::raise_all(conn, &group.school)?;
    }
    insert_overlaps(conn, group)
}

/// Writes what a group has learned of the attendance of its classes.
///
/// # Errors
/// those of the database.
pub fn set_learned(conn: &mut Conn, id: &Id, percent: Option<u32>) -> Result<(), StoreError> {
    let of_id = groups::table.filter(groups::id.eq(id.as_str()));
    diesel::update(of_id).set(groups::learned_percent.eq(percent.map(i64::from))).execute(conn)?;
    stamps::renew_school_of_group(conn, id)
}

/// Forgets what a group has learned; it learns anew of classes that begin from `now` on.
///
/// # Errors
/// those of the database.
pub fn forget_learned(conn: &mut Conn, id: &Id, now: DateTime<Utc>) -> Result<(), StoreError> {
    let anew = (groups::learned_percent.eq(None::<i64>), groups::learns_from.eq(Some(column(now.trunc_subsecs(0)))));
    diesel::update(groups::table.filter(groups::id.eq(id.as_str()))).set(anew).execute(conn)?;
    stamps::renew_school_of_group(conn, id)
}

/// Takes a group away, and out of feeds; those of it alone go with it.
///
/// # Errors
/// `NotFound`, and `Reference` while wishes or classes name it.
pub fn delete(conn: &mut Conn, id: &Id) -> Result<(), StoreError> {
    let of_id = || groups::table.filter(groups::id.eq(id.as_str()));
    let school = of_id().select(groups::school_id).first::<String>(conn)?.into();
    diesel::delete(of_id()).execute(conn)?;
    stamps::renew_school(conn, &school)?;
    feeds::forget(conn, &school, id)
}

/// Each pair stands twice, once for each of its groups. The last part of every write to a group.
fn insert_overlaps(conn: &mut Conn, group: &Group) -> Result<(), StoreError> {
    let pair = |one: &Id, other: &Id| {
        (group_overlaps::group_id.eq(one.to_string()), group_overlaps::other_id.eq(other.to_string()))
    };
    let rows: Vec<_> =
        group.overlaps.iter().flat_map(|other| [pair(&group.id, other), pair(other, &group.id)]).collect();
    on_backend!(conn, conn => diesel::insert_into(group_overlaps::table).values(&rows).execute(conn))?;
    stamps::renew_school(conn, &group.school)
}

/// The groups of rows that name one overlap each, or none.
fn with_overlaps(rows: Vec<(Row, Option<String>)>) -> Result<Vec<Group>, StoreError> {
    let mut groups: Vec<Group> = Vec::new();
    for ((id, school, name, headcount, attendance, learned), other) in rows {
        if groups.last().is_none_or(|last| last.id.as_str() != id) {
            let headcount = count(headcount)?;
            let group = Group::new(id.into(), school.into(), name, headcount);
            let learned_percent = learned.map(count).transpose()?;
            groups.push(Group { attendance_percent: count(attendance)?, learned_percent, ..group });
        }
        if let Some(last) = groups.last_mut() {
            last.overlaps.extend(other.map(Id::from));
        }
    }
    Ok(groups)
}
