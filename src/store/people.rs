//! People with accounts. The hash of a password leaves this file only to be compared.

use super::{
    Conn, StoreError,
    schema::{memberships, people},
    types::{ROWS, column, utc, word},
};
use crate::domain::{account::Person, id::Id, people::Language};
use chrono::NaiveDateTime;
use diesel::prelude::*;

pub(super) type Row = (String, String, String, String, Option<String>, NaiveDateTime);

/// People who are read at a time when somebody is looked for.
const PART: i64 = 10_000;

/// Enters a person.
///
/// # Errors
/// `Duplicate` when the address is somebody's.
pub fn insert(conn: &mut Conn, person: &Person, password_hash: Option<&str>) -> Result<(), StoreError> {
    diesel::insert_into(people::table)
        .values((
            people::id.eq(person.id.as_str()),
            people::email.eq(&person.email),
            people::name.eq(&person.name),
            people::language.eq(person.language.code()),
            people::password_hash.eq(password_hash),
            people::created_at.eq(column(person.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// One person.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Person, StoreError> {
    read(people::table.filter(people::id.eq(id.as_str())).first::<Row>(conn)?)
}

/// The person with this address in lower case.
///
/// # Errors
/// those of the database.
pub fn by_email(conn: &mut Conn, email: &str) -> Result<Option<Person>, StoreError> {
    people::table.filter(people::email.eq(email)).first::<Row>(conn).optional()?.map(read).transpose()
}

/// Everybody with a membership in the school, by name; without a school everybody.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn, school: Option<&Id>) -> Result<Vec<Person>, StoreError> {
    let all = people::table.order((people::name, people::id));
    let rows = match school {
        Some(school) => {
            let members = memberships::table.filter(memberships::school_id.eq(school.as_str()));
            let ids = members.select(memberships::person_id).distinct().load::<String>(conn)?;
            let mut rows = Vec::new();
            for part in ids.chunks(ROWS) {
                rows.extend(all.filter(people::id.eq_any(part)).load::<Row>(conn)?);
            }
            rows
        }
        None => all.load::<Row>(conn)?,
    };
    rows.into_iter().map(read).collect()
}

/// How many people have an account.
///
/// # Errors
/// those of the database.
pub fn count_all(conn: &mut Conn) -> Result<usize, StoreError> {
    Ok(usize::try_from(people::table.count().get_result::<i64>(conn)?).unwrap_or(0))
}

/// Those whose name and address are looked for, at most so many, however many there are of others.
///
/// # Errors
/// those of the database.
pub fn found(conn: &mut Conn, is_wanted: &dyn Fn(&str, &str) -> bool, most: usize) -> Result<Vec<Id>, StoreError> {
    let (mut out, mut last) = (Vec::new(), String::new());
    loop {
        let part = people::table
            .filter(people::id.gt(&last))
            .order(people::id)
            .limit(PART)
            .select((people::id, people::name, people::email))
            .load::<(String, String, String)>(conn)?;
        let Some((id, ..)) = part.last() else { return Ok(out) };
        last.clone_from(id);
        let wanted = part.into_iter().filter(|(_, name, email)| is_wanted(name, email));
        out.extend(wanted.map(|(id, ..)| Id::from(id)).take(most - out.len()));
        if out.len() == most {
            return Ok(out);
        }
    }
}

/// Writes a person's name and language.
///
/// # Errors
/// `NotFound`.
pub fn update(conn: &mut Conn, id: &Id, name: &str, language: Language) -> Result<(), StoreError> {
    let done = diesel::update(people::table.filter(people::id.eq(id.as_str())))
        .set((people::name.eq(name), people::language.eq(language.code())))
        .execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// The hash of a person's password.
///
/// # Errors
/// `NotFound`.
pub fn password_hash(conn: &mut Conn, id: &Id) -> Result<Option<String>, StoreError> {
    Ok(people::table.filter(people::id.eq(id.as_str())).select(people::password_hash).first(conn)?)
}

/// Gives a person another password.
///
/// # Errors
/// `NotFound`.
pub fn set_password_hash(conn: &mut Conn, id: &Id, hash: &str) -> Result<(), StoreError> {
    let person = people::table.filter(people::id.eq(id.as_str()));
    let done = diesel::update(person).set(people::password_hash.eq(Some(hash))).execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

pub(super) fn read((id, email, name, language, password_hash, created_at): Row) -> Result<Person, StoreError> {
    Ok(Person {
        id: id.into(),
        email,
        name,
        language: word(&language)?,
        has_password: password_hash.is_some(),
        created_at: utc(created_at),
    })
}
