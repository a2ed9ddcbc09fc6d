//! What people are.

use super::{
    Conn, StoreError,
    schema::{memberships, people},
    types::{ROWS, column, utc, word},
};
use crate::domain::{
    access::Role,
    account::{Membership, Person},
    id::Id,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::BTreeSet;

type Row = (String, String, String, Option<String>, Option<String>, NaiveDateTime);

/// Makes a person something.
///
/// # Errors
/// `Duplicate` when the person is that already or the teacher is somebody else, `Reference` when there is no such
/// school or teacher.
pub fn insert(conn: &mut Conn, membership: &Membership) -> Result<(), StoreError> {
    diesel::insert_into(memberships::table)
        .values((
            memberships::id.eq(membership.id.as_str()),
            memberships::person_id.eq(membership.person.as_str()),
            memberships::role.eq(membership.role.as_str()),
            memberships::school_id.eq(membership.school.as_ref().map(Id::as_str)),
            memberships::teacher_id.eq(membership.teacher.as_ref().map(Id::as_str)),
            memberships::created_at.eq(column(membership.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// One membership.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Membership, StoreError> {
    read(memberships::table.filter(memberships::id.eq(id.as_str())).first::<Row>(conn)?)
}

/// What a person is, the oldest first.
///
/// # Errors
/// those of the database.
pub fn of_person(conn: &mut Conn, person: &Id) -> Result<Vec<Membership>, StoreError> {
    let theirs = memberships::table.filter(memberships::person_id.eq(person.as_str()));
    let rows = theirs.order((memberships::created_at, memberships::id)).load::<Row>(conn)?;
    rows.into_iter().map(read).collect()
}

/// The memberships of a school, or every one; the oldest first.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn, school: Option<&Id>) -> Result<Vec<Membership>, StoreError> {
    let all = memberships::table.order((memberships::created_at, memberships::id));
    let rows = match school {
        Some(school) => all.filter(memberships::school_id.eq(school.as_str())).load::<Row>(conn)?,
        None => all.load::<Row>(conn)?,
    };
    rows.into_iter().map(read).collect()
}

/// How many memberships there are.
///
/// # Errors
/// those of the database.
pub fn count_all(conn: &mut Conn) -> Result<usize, StoreError> {
    Ok(usize::try_from(memberships::table.count().get_result::<i64>(conn)?).unwrap_or(0))
}

/// Whether anybody is something in a school.
///
/// # Errors
/// those of the database.
pub fn is_any_in_school(conn: &mut Conn) -> Result<bool, StoreError> {
    let one = memberships::table.filter(memberships::school_id.is_not_null()).select(memberships::id);
    Ok(one.first::<String>(conn).optional()?.is_some())
}

/// A part of all memberships with their people: operators, admins, teachers, each by name. Only those of the roles in it are
/// put in order.
///
/// # Errors
/// those of the database.
pub fn part(conn: &mut Conn, mut skip: usize, most: usize) -> Result<Vec<(Membership, Person)>, StoreError> {
    let mut out = Vec::new();
    for role in [Role::Operator, Role::Admin, Role::Teacher] {
        let of_role = || memberships::table.filter(memberships::role.eq(role.as_str()));
        let count = usize::try_from(of_role().count().get_result::<i64>(conn)?).unwrap_or(0);
        if skip >= count {
            skip -= count;
            continue;
        }
        let [from, left] = [skip, most - out.len()].map(|count| i64::try_from(count).unwrap_or(i64::MAX));
        let order = (people::name, memberships::id);
        let rows = of_role().inner_join(people::table).order(order).offset(from).limit(left);
        for row in rows.load::<(Row, super::people::Row)>(conn)? {
            out.push(with_person(row)?);
        }
        if out.len() == most {
            break;
        }
        skip = 0;
    }
    Ok(out)
}

/// All memberships of these people, in the same order.
///
/// # Errors
/// those of the database.
pub fn of_people(conn: &mut Conn, ids: &[Id]) -> Result<Vec<(Membership, Person)>, StoreError> {
    // The words of roles stand in the alphabet as they do in lists, but for operators, who have no school.
    let order = (memberships::school_id.is_not_null(), memberships::role, people::name, memberships::id);
    let theirs = memberships::table.filter(memberships::person_id.eq_any(ids.iter().map(Id::as_str)));
    let rows = theirs.inner_join(people::table).order(order);
    rows.load::<(Row, super::people::Row)>(conn)?.into_iter().map(with_person).collect()
}

/// The operators, the oldest first.
///
/// # Errors
/// those of the database.
pub fn operators(conn: &mut Conn) -> Result<Vec<Membership>, StoreError> {
    let operators = memberships::table.filter(memberships::role.eq(Role::Operator.as_str()));
    let rows = operators.order((memberships::created_at, memberships::id)).load::<Row>(conn)?;
    rows.into_iter().map(read).collect()
}

/// How many operators there are, or how many admins a school has.
///
/// # Errors
/// those of the database.
pub fn count_like(conn: &mut Conn, membership: &Membership) -> Result<i64, StoreError> {
    let like = memberships::table.filter(memberships::role.eq(membership.role.as_str()));
    Ok(match &membership.school {
        Some(school) => like.filter(memberships::school_id.eq(school.as_str())).count().get_result(conn)?,
        None => like.count().get_result(conn)?,
    })
}

/// Whether there is an operator with an account.
///
/// # Errors
/// those of the database.
pub fn is_any_operator(conn: &mut Conn) -> Result<bool, StoreError> {
    let operators = memberships::table.filter(memberships::role.eq(Role::Operator.as_str()));
    Ok(operators.count().get_result::<i64>(conn)? > 0)
}

/// Who a teacher is, when the teacher has an account.
///
/// # Errors
/// those of the database.
pub fn of_teacher(conn: &mut Conn, teacher: &Id) -> Result<Option<Membership>, StoreError> {
    let rows = memberships::table.filter(memberships::teacher_id.eq(teacher.as_str()));
    rows.first::<Row>(conn).optional()?.map(read).transpose()
}

/// Those who are something in a school, and nothing anywhere else.
///
/// # Errors
/// those of the database.
pub fn of_school_alone(conn: &mut Conn, school: &Id) -> Result<BTreeSet<Id>, StoreError> {
    let here = memberships::table.filter(memberships::school_id.eq(school.as_str())).select(memberships::person_id);
    let mut people: BTreeSet<String> = here.load::<String>(conn)?.into_iter().collect();
    let ids: Vec<String> = people.iter().cloned().collect();
    for part in ids.chunks(ROWS) {
        let elsewhere = memberships::school_id.is_null().or(memberships::school_id.ne(school.as_str()));
        let theirs = memberships::table.filter(memberships::person_id.eq_any(part)).filter(elsewhere.assume_not_null());
        for person in theirs.select(memberships::person_id).load::<String>(conn)? {
            people.remove(&person);
        }
    }
    Ok(people.into_iter().map(Id::from).collect())
}

/// Makes a person something else in the same school.
///
/// # Errors
/// `Duplicate`, `Reference` as [`insert`], `NotFound`.
pub fn update(conn: &mut Conn, id: &Id, role: Role, teacher: Option<&Id>) -> Result<(), StoreError> {
    let done = diesel::update(memberships::table.filter(memberships::id.eq(id.as_str())))
        .set((memberships::role.eq(role.as_str()), memberships::teacher_id.eq(teacher.map(Id::as_str))))
        .execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Takes a membership away.
///
/// # Errors
/// `NotFound`.
pub fn delete(conn: &mut Conn, id: &Id) -> Result<(), StoreError> {
    let done = diesel::delete(memberships::table.filter(memberships::id.eq(id.as_str()))).execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

fn with_person((membership, person): (Row, super::people::Row)) -> Result<(Membership, Person), StoreError> {
    Ok((read(membership)?, super::people::read(person)?))
}

fn read((id, person, role, school, teacher, created_at): Row) -> Result<Membership, StoreError> {
    Ok(Membership {
        id: id.into(),
        person: person.into(),
        role: word(&role)?,
        school: school.map(Id::from),
        teacher: teacher.map(Id::from),
        created_at: utc(created_at),
    })
}
