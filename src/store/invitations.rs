//! Invitations, by the hash of their link's secret.

use super::{
    Conn, StoreError,
    schema::invitations,
    types::{column, utc, word},
};
use crate::domain::{account::Invitation, id::Id};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

type Row = (
    (String, Option<String>, String, String, String, Option<String>, Option<String>, String, Option<String>),
    (NaiveDateTime, NaiveDateTime, NaiveDateTime, Option<NaiveDateTime>, Option<NaiveDateTime>),
);

/// Enters an invitation.
///
/// # Errors
/// `Reference` when there is no such school or teacher.
pub fn insert(conn: &mut Conn, invitation: &Invitation, hash: &str) -> Result<(), StoreError> {
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(invitation.id.as_str()),
            invitations::email.eq(&invitation.email),
            invitations::name.eq(&invitation.name),
            invitations::language.eq(invitation.language.code()),
            invitations::role.eq(invitation.role.as_str()),
            invitations::school_id.eq(invitation.school.as_ref().map(Id::as_str)),
            invitations::teacher_id.eq(invitation.teacher.as_ref().map(Id::as_str)),
            invitations::invited_by.eq(&invitation.invited_by),
            invitations::made_by.eq(invitation.made_by.as_ref().map(Id::as_str)),
            invitations::hash.eq(hash),
            invitations::created_at.eq(column(invitation.created_at)),
            invitations::sent_at.eq(column(invitation.sent_at)),
            invitations::expires_at.eq(column(invitation.expires_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// One invitation.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Invitation, StoreError> {
    read(selected().filter(invitations::id.eq(id.as_str())).first::<Row>(conn)?)
}

/// The invitation whose link has a secret with this hash.
///
/// # Errors
/// `NotFound`.
pub fn by_hash(conn: &mut Conn, hash: &str) -> Result<Invitation, StoreError> {
    read(selected().filter(invitations::hash.eq(hash)).first::<Row>(conn)?)
}

/// The invitations of a school, or every one; the newest first.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn, school: Option<&Id>) -> Result<Vec<Invitation>, StoreError> {
    let all = selected().order((invitations::created_at.desc(), invitations::id.desc()));
    let rows = match school {
        Some(school) => all.filter(invitations::school_id.eq(school.as_str())).load::<Row>(conn)?,
        None => all.load::<Row>(conn)?,
    };
    rows.into_iter().map(read).collect()
}

/// The newest invitations that are neither accepted nor withdrawn, at most so many.
///
/// # Errors
/// those of the database.
pub fn waiting(conn: &mut Conn, most: i64) -> Result<Vec<Invitation>, StoreError> {
    let rows = selected()
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null())
        .order((invitations::created_at.desc(), invitations::id.desc()))
        .limit(most);
    rows.load::<Row>(conn)?.into_iter().map(read).collect()
}

/// How many invitations are open, and whether one of them is to a school.
///
/// # Errors
/// those of the database.
pub fn count_open(conn: &mut Conn, now: DateTime<Utc>) -> Result<(usize, bool), StoreError> {
    let open = || {
        invitations::table
            .filter(invitations::accepted_at.is_null())
            .filter(invitations::withdrawn_at.is_null())
            .filter(invitations::expires_at.gt(column(now)))
    };
    let all = open().count().get_result::<i64>(conn)?;
    let to_school = open().filter(invitations::school_id.is_not_null()).select(invitations::id);
    Ok((usize::try_from(all).unwrap_or(0), to_school.first::<String>(conn).optional()?.is_some()))
}

/// The invitations to this address, and those of these teachers; the newest first.
///
/// # Errors
/// those of the database.
pub fn concerning(conn: &mut Conn, email: &str, teachers: &[Id]) -> Result<Vec<Invitation>, StoreError> {
    let of_teachers = invitations::teacher_id.eq_any(teachers.iter().map(|id| Some(id.as_str())));
    let theirs = invitations::email.eq(Some(email)).or(of_teachers).assume_not_null();
    let rows = selected().filter(theirs).order((invitations::created_at.desc(), invitations::id.desc()));
    rows.load::<Row>(conn)?.into_iter().map(read).collect()
}

/// The invitations that a person has made.
///
/// # Errors
/// those of the database.
pub fn made_by(conn: &mut Conn, person: &Id) -> Result<Vec<Invitation>, StoreError> {
    let theirs = selected().filter(invitations::made_by.eq(person.as_str()));
    theirs.load::<Row>(conn)?.into_iter().map(read).collect()
}

/// Whether somebody waits for whoever has this address to accept.
///
/// # Errors
/// those of the database.
pub fn is_invited(conn: &mut Conn, email: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let open = invitations::table
        .filter(invitations::email.eq(email))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null())
        .filter(invitations::expires_at.gt(column(now)));
    Ok(open.count().get_result::<i64>(conn)? > 0)
}

/// Gives an invitation another link; the one before is worth nothing any more. Tells whether it was still waiting.
///
/// # Errors
/// those of the database.
pub fn renew(
    conn: &mut Conn,
    id: &Id,
    hash: &str,
    sent_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let waiting = invitations::table
        .filter(invitations::id.eq(id.as_str()))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null());
    let done = diesel::update(waiting)
        .set((
            invitations::hash.eq(hash),
            invitations::sent_at.eq(column(sent_at)),
            invitations::expires_at.eq(column(expires_at)),
        ))
        .execute(conn)?;
    Ok(done == 1)
}

/// Accepts an invitation, once; tells whether it still held.
///
/// # Errors
/// those of the database.
pub fn accept(conn: &mut Conn, hash: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let open = invitations::table
        .filter(invitations::hash.eq(hash))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null())
        .filter(invitations::expires_at.gt(column(now)));
    Ok(diesel::update(open).set(invitations::accepted_at.eq(Some(column(now)))).execute(conn)? == 1)
}

/// Withdraws an invitation; tells whether it was still waiting.
///
/// # Errors
/// those of the database.
pub fn withdraw(conn: &mut Conn, id: &Id, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let waiting = invitations::table
        .filter(invitations::id.eq(id.as_str()))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null());
    Ok(diesel::update(waiting).set(invitations::withdrawn_at.eq(Some(column(now)))).execute(conn)? == 1)
}

/// Withdraws what the first start left open.
///
/// # Errors
/// those of the database.
pub fn withdraw_first(conn: &mut Conn, now: DateTime<Utc>) -> Result<(), StoreError> {
    let waiting = invitations::table
        .filter(invitations::email.is_null())
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null());
    diesel::update(waiting).set(invitations::withdrawn_at.eq(Some(column(now)))).execute(conn)?;
    Ok(())
}

#[diesel::dsl::auto_type]
fn selected() -> _ {
    invitations::table.select((
        (
            invitations::id,
            invitations::email,
            invitations::name,
            invitations::language,
            invitations::role,
            invitations::school_id,
            invitations::teacher_id,
            invitations::invited_by,
            invitations::made_by,
        ),
        (
            invitations::created_at,
            invitations::sent_at,
            invitations::expires_at,
            invitations::accepted_at,
            invitations::withdrawn_at,
        ),
    ))
}

fn read(row: Row) -> Result<Invitation, StoreError> {
    let ((id, email, name, language, role, school, teacher, invited_by, made_by), times) = row;
    let (created_at, sent_at, expires_at, accepted_at, withdrawn_at) = times;
    Ok(Invitation {
        id: id.into(),
        email,
        name,
        language: word(&language)?,
        role: word(&role)?,
        school: school.map(Id::from),
        teacher: teacher.map(Id::from),
        invited_by,
        made_by: made_by.map(Id::from),
        created_at: utc(created_at),
        sent_at: utc(sent_at),
        expires_at: utc(expires_at),
        accepted_at: accepted_at.map(utc),
        withdrawn_at: withdrawn_at.map(utc),
    })
}
