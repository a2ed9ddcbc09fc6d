//! Groups of a school.

use super::{Conn, StoreError, schema::groups, types::count};
use crate::domain::{id::Id, people::Group};
use diesel::prelude::*;

type Row = (String, String, String, i64);

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
        ))
        .execute(conn)?;
    Ok(())
}

/// One group, of whichever school.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Group, StoreError> {
    read(groups::table.filter(groups::id.eq(id.as_str())).first::<Row>(conn)?)
}

/// The groups of a school, by name.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn, school: &Id) -> Result<Vec<Group>, StoreError> {
    let of_school = groups::table.filter(groups::school_id.eq(school.as_str()));
    of_school.order((groups::name, groups::id)).load::<Row>(conn)?.into_iter().map(read).collect()
}

/// Writes a group's name and headcount.
///
/// # Errors
/// `NotFound`, and `Duplicate` when the school has another group of this name.
pub fn update(conn: &mut Conn, group: &Group) -> Result<(), StoreError> {
    let done = diesel::update(groups::table.filter(groups::id.eq(group.id.as_str())))
        .set((groups::name.eq(&group.name), groups::headcount.eq(i64::from(group.headcount))))
        .execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Takes a group away, with its feeds.
///
/// # Errors
/// `NotFound`, and `Reference` while requests name it.
pub fn delete(conn: &mut Conn, id: &Id) -> Result<(), StoreError> {
    let done = diesel::delete(groups::table.filter(groups::id.eq(id.as_str()))).execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

fn read((id, school, name, headcount): Row) -> Result<Group, StoreError> {
    Ok(Group { id: id.into(), school: school.into(), name, headcount: count(headcount)? })
}
