//! API tokens: what is known of them, and never their secrets.

use super::{
    Conn, StoreError,
    schema::tokens,
    types::{column, utc, word},
};
use crate::domain::{access::Token, id::Id};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

type Row = (
    (String, String, Option<String>, Option<String>, String, String),
    (NaiveDateTime, Option<NaiveDateTime>, Option<NaiveDateTime>, Option<NaiveDateTime>, Option<String>),
);
type Columns = (
    (tokens::id, tokens::role, tokens::school_id, tokens::teacher_id, tokens::label, tokens::scope),
    (tokens::created_at, tokens::expires_at, tokens::revoked_at, tokens::last_used_at, tokens::made_by),
);
const COLUMNS: Columns = (
    (tokens::id, tokens::role, tokens::school_id, tokens::teacher_id, tokens::label, tokens::scope),
    (tokens::created_at, tokens::expires_at, tokens::revoked_at, tokens::last_used_at, tokens::made_by),
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
            tokens::scope.eq(token.scope.as_str()),
            tokens::made_by.eq(token.made_by.as_ref().map(Id::as_str)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The token whose secret has this hash, valid or not.
///
/// # Errors
/// `NotFound`.
pub fn by_hash(conn: &mut Conn, hash: &str) -> Result<Token, StoreError> {
    read(tokens::table.select(COLUMNS).filter(tokens::hash.eq(hash)).first::<Row>(conn)?)
}

/// Notes that a token was used.
///
/// # Errors
/// those of the database.
pub fn used(conn: &mut Conn, id: &Id, now: DateTime<Utc>) -> Result<(), StoreError> {
    let token = tokens::table.filter(tokens::id.eq(id.as_str()));
    diesel::update(token).set(tokens::last_used_at.eq(Some(column(now)))).execute(conn)?;
    Ok(())
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

/// The tokens that come from a person and are not revoked, in the order in which they were made.
///
/// # Errors
/// those of the database.
pub fn made_by(conn: &mut Conn, person: &Id) -> Result<Vec<Token>, StoreError> {
    let theirs = tokens::table.select(COLUMNS).filter(tokens::made_by.eq(person.as_str()));
    let rows = theirs.filter(tokens::revoked_at.is_null()).order((tokens::created_at, tokens::id)).load::<Row>(conn)?;
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

/// Whether an operator's token is valid at `now`.
///
/// # Errors
/// those of the database.
pub fn is_any_operator(conn: &mut Conn, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let rows = tokens::table.select(COLUMNS).filter(tokens::school_id.is_null()).load::<Row>(conn)?;
    let tokens: Vec<Token> = rows.into_iter().map(read).collect::<Result<_, _>>()?;
    Ok(tokens.iter().any(|token| token.is_valid(now)))
}

fn read(row: Row) -> Result<Token, StoreError> {
    let ((id, role, school, teacher, label, scope), times) = row;
    let (created_at, expires_at, revoked_at, last_used_at, made_by) = times;
    Ok(Token {
        id: id.into(),
        role: word(&role)?,
        school: school.map(Id::from),
        teacher: teacher.map(Id::from),
        label,
        created_at: utc(created_at),
        expires_at: expires_at.map(utc),
        revoked_at: revoked_at.map(utc),
        scope: word(&scope)?,
        last_used_at: last_used_at.map(utc),
        made_by: made_by.map(Id::from),
    })
}
