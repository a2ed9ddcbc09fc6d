//! Teachers of a school.

use super::{
    Conn, StoreError, feeds, revisions,
    schema::{request_teachers, session_teachers, teachers},
    stamps,
    types::word,
};
use crate::domain::{id::Id, people::Teacher};
use diesel::prelude::*;
use std::collections::HashSet;

type Row = (String, String, String, Option<String>, String, Option<String>);

/// Enters a teacher.
///
/// # Errors
/// `Duplicate` when the school has a teacher of this name, `Reference` when there is no such school.
pub fn insert(conn: &mut Conn, teacher: &Teacher) -> Result<(), StoreError> {
    diesel::insert_into(teachers::table)
        .values((
            teachers::id.eq(teacher.id.as_str()),
            teachers::school_id.eq(teacher.school.as_str()),
            teachers::name.eq(&teacher.name),
            teachers::email.eq(&teacher.email),
            teachers::language.eq(teacher.language.code()),
            teachers::link.eq(&teacher.link),
        ))
        .execute(conn)?;
    stamps::renew_school(conn, &teacher.school)
}

/// One teacher, of whichever school.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Teacher, StoreError> {
    read(teachers::table.filter(teachers::id.eq(id.as_str())).first::<Row>(conn)?)
}

/// The teachers of a school, by name.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn, school: &Id) -> Result<Vec<Teacher>, StoreError> {
    let of_school = teachers::table.filter(teachers::school_id.eq(school.as_str()));
    of_school.order((teachers::name, teachers::id)).load::<Row>(conn)?.into_iter().map(read).collect()
}

/// The teachers of a school whom requests or sessions name.
///
/// # Errors
/// those of the database.
pub fn in_use(conn: &mut Conn, school: &Id) -> Result<HashSet<Id>, StoreError> {
    let of_school = teachers::school_id.eq(school.as_str());
    let wished =
        request_teachers::table.inner_join(teachers::table).filter(of_school).select(request_teachers::teacher_id);
    let mut ids = wished.distinct().load::<String>(conn)?;
    let taught =
        session_teachers::table.inner_join(teachers::table).filter(of_school).select(session_teachers::teacher_id);
    ids.extend(taught.distinct().load::<String>(conn)?);
    Ok(ids.into_iter().map(Id::from).collect())
}

/// Writes a teacher's name, address, language and link. Another address may be somebody else's: what was wanted of mails to
/// the one before is forgotten, and the links in them stop to work.
///
/// # Errors
/// `NotFound`, and `Duplicate` when the school has another teacher of this name.
pub fn update(conn: &mut Conn, teacher: &Teacher) -> Result<(), StoreError> {
    let old = get(conn, &teacher.id)?;
    if old.email != teacher.email {
        super::mail_readers::delete(conn, std::slice::from_ref(&teacher.id))?;
    }
    diesel::update(teachers::table.filter(teachers::id.eq(teacher.id.as_str())))
        .set((
            teachers::name.eq(&teacher.name),
            teachers::email.eq(&teacher.email),
            teachers::language.eq(teacher.language.code()),
            teachers::link.eq(&teacher.link),
        ))
        .execute(conn)?;
    if (&old.name, old.language) != (&teacher.name, teacher.language) {
        revisions::raise_all(conn, &teacher.school)?;
    }
    stamps::renew_school(conn, &teacher.school)
}

/// Takes a teacher away, with the teacher's feeds, tokens and notices, and what the teacher wants of mails.
///
/// # Errors
/// `NotFound`, and `Reference` while wishes or classes name the teacher.
pub fn delete(conn: &mut Conn, id: &Id) -> Result<(), StoreError> {
    let school = get(conn, id)?.school;
    super::mail_readers::delete(conn, std::slice::from_ref(id))?;
    diesel::delete(teachers::table.filter(teachers::id.eq(id.as_str()))).execute(conn)?;
    stamps::renew_school(conn, &school)?;
    feeds::forget(conn, &school, id)
}

fn read((id, school, name, email, language, link): Row) -> Result<Teacher, StoreError> {
    Ok(Teacher { id: id.into(), school: school.into(), name, email, language: word(&language)?, link })
}
