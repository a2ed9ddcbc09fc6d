//! API tokens: what is known of them, and never their secrets.

use super::{
    Conn, StoreError,
    schema::tokens,
    types::{column, utc, word},
};
use crate::domain::{
    access::{Principal, Role, Token},
    id::Id,
};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

type Row = (
    String,
    String,
    Option<String>,
    Option<String>,
    String,
    NaiveDateTime,
    Option<NaiveDateTime>,
    Option<NaiveDateTime>,
);
type Columns = (
    tokens::id,
    tokens::role,
    tokens::school_id,
    tokens::teacher_id,
    tokens::label,
    tokens::created_at,
    tokens::expires_at,
    tokens::revoked_at,
);
const COLUMNS: Columns = (
    tokens::id,
    tokens::role,
    tokens::school_id,
    tokens::teacher_id,
    tokens::label,
    tokens::created_at,
    tokens::expires_at,
    tokens::revoked_at,
);

/// Enters a token by the hash of its secret.
///
/// # Errors
/// `Reference` when there is no such school or teacher.
pub fn insert(conn: &mut Conn, token: &Token, hash: &str) -> Result<(), StoreError> {
    diesel::insert_into(tokens::table)
        .values((
            tokens::id.eq(token.id.as_str()),
            tokens::hash.eq(hash),
            tokens::role.eq(token.role.as_str()),
            tokens::school_id.eq(token.school.as_ref().map(Id::as_str)),
            tokens::teacher_id.eq(token.teacher.as_ref().map(Id::as_str)),
            tokens::label.eq(&token.label),
            tokens::created_at.eq(column(token.created_at)),
            tokens::expires_at.eq(token.expires_at.map(column)),
            tokens::revoked_at.eq(token.revoked_at.map(column)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Who holds the secret with this hash, by a token that is valid at `now`.
///
/// # Errors
/// `NotFound` for an unknown, expired or revoked one.
pub fn holder(conn: &mut Conn, hash: &str, now: DateTime<Utc>) -> Result<Principal, StoreError> {
    let token = read(tokens::table.select(COLUMNS).filter(tokens::hash.eq(hash)).first::<Row>(conn)?)?;
    let is_valid = token.revoked_at.is_none() && token.expires_at.is_none_or(|end| now < end);
    match (is_valid, token.role, token.school, token.teacher) {
        (true, Role::Operator, _, _) => Ok(Principal::Operator),
        (true, Role::Admin, Some(school), _) => Ok(Principal::Admin { school }),
        (true, Role::Teacher, Some(school), Some(teacher)) => Ok(Principal::Teacher { school, teacher }),
        _ => Err(StoreError::NotFound),
    }
}

/// One token.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Token, StoreError> {
    read(tokens::table.select(COLUMNS).filter(tokens::id.eq(id.as_str())).first::<Row>(conn)?)
}

/// The tokens of one school, or every token; in the order in which they were made.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn, school: Option<&Id>) -> Result<Vec<Token>, StoreError> {
    let all = tokens::table.select(COLUMNS).order((tokens::created_at, tokens::id));
    let rows = match school {
        Some(school) => all.filter(tokens::school_id.eq(school.as_str())).load::<Row>(conn)?,
        None => all.load::<Row>(conn)?,
    };
    rows.into_iter().map(read).collect()
}

/// Makes a token worthless. One that already is stays as it was.
///
/// # Errors
/// those of the database.
pub fn revoke(conn: &mut Conn, id: &Id, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(tokens::table.filter(tokens::id.eq(id.as_str())).filter(tokens::revoked_at.is_null()))
        .set(tokens::revoked_at.eq(column(now)))
        .execute(conn)?;
    Ok(())
}

/// Whether no token was ever made.
///
/// # Errors
/// those of the database.
pub fn none_yet(conn: &mut Conn) -> Result<bool, StoreError> {
    Ok(tokens::table.count().get_result::<i64>(conn)? == 0)
}

fn read((id, role, school, teacher, label, created_at, expires_at, revoked_at): Row) -> Result<Token, StoreError> {
    Ok(Token {
        id: id.into(),
        role: word(&role)?,
        school: school.map(Id::from),
        teacher: teacher.map(Id::from),
        label,
        created_at: utc(created_at),
        expires_at: expires_at.map(utc),
        revoked_at: revoked_at.map(utc),
    })
}
