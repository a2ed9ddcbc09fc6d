//! What signing in needs: one-time links, by the hash of their secret, and failures in a row.

use super::{
    Conn, StoreError,
    schema::{failed_sign_ins, sign_in_links},
    types::{column, count, utc},
};
use crate::domain::id::Id;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

const NEVER: Option<NaiveDateTime> = None;

/// A link to sign in.
#[derive(Clone, Debug)]
pub struct Link<'a> {
    /// Identifier.
    pub id: &'a Id,
    /// Whom it signs in.
    pub person: &'a Id,
    /// The hash of its secret.
    pub hash: &'a str,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Until when it holds.
    pub expires_at: DateTime<Utc>,
}

/// Enters a link.
///
/// # Errors
/// those of the database.
pub fn insert_link(conn: &mut Conn, link: &Link<'_>) -> Result<(), StoreError> {
    diesel::insert_into(sign_in_links::table)
        .values((
            sign_in_links::id.eq(link.id.as_str()),
            sign_in_links::person_id.eq(link.person.as_str()),
            sign_in_links::hash.eq(link.hash),
            sign_in_links::created_at.eq(column(link.created_at)),
            sign_in_links::expires_at.eq(column(link.expires_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// How many links were made for a person after `since`.
///
/// # Errors
/// those of the database.
pub fn links_since(conn: &mut Conn, person: &Id, since: DateTime<Utc>) -> Result<usize, StoreError> {
    let theirs = sign_in_links::table.filter(sign_in_links::person_id.eq(person.as_str()));
    let count: i64 = theirs.filter(sign_in_links::created_at.gt(column(since))).count().get_result(conn)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Whether a link holds at `now`.
///
/// # Errors
/// those of the database.
pub fn holds(conn: &mut Conn, hash: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let link = sign_in_links::table.filter(sign_in_links::hash.eq(hash)).filter(sign_in_links::used_at.is_null());
    Ok(link.filter(sign_in_links::expires_at.gt(column(now))).count().get_result::<i64>(conn)? == 1)
}

/// Uses a link up: whom it signs in, once.
///
/// # Errors
/// `NotFound` for an unknown, used or expired one.
pub fn use_link(conn: &mut Conn, hash: &str, now: DateTime<Utc>) -> Result<Id, StoreError> {
    // The condition makes one of two who come at the same time the second.
    let link = sign_in_links::table.filter(sign_in_links::hash.eq(hash)).filter(sign_in_links::used_at.is_null());
    let link = link.filter(sign_in_links::expires_at.gt(column(now)));
    if diesel::update(link).set(sign_in_links::used_at.eq(Some(column(now)))).execute(conn)? != 1 {
        return Err(StoreError::NotFound);
    }
    let link = sign_in_links::table.filter(sign_in_links::hash.eq(hash));
    Ok(link.select(sign_in_links::person_id).first::<String>(conn)?.into())
}

/// Makes a person's links worthless.
///
/// # Errors
/// those of the database.
pub fn end_links(conn: &mut Conn, person: &Id) -> Result<(), StoreError> {
    diesel::delete(sign_in_links::table.filter(sign_in_links::person_id.eq(person.as_str()))).execute(conn)?;
    Ok(())
}

/// How often somebody failed in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    /// How often.
    pub count: u32,
    /// When last.
    pub last_at: DateTime<Utc>,
    /// Until when they must wait.
    pub wait_until: Option<DateTime<Utc>>,
}

/// The failures of an account or a client address.
///
/// # Errors
/// those of the database.
pub fn failures(conn: &mut Conn, subject: &str) -> Result<Option<Failures>, StoreError> {
    let row = failed_sign_ins::table
        .filter(failed_sign_ins::subject.eq(subject))
        .select((failed_sign_ins::failures, failed_sign_ins::last_at, failed_sign_ins::wait_until))
        .first::<(i64, NaiveDateTime, Option<NaiveDateTime>)>(conn)
        .optional()?;
    row.map(|(failures, last_at, wait_until)| {
        Ok(Failures { count: count(failures)?, last_at: utc(last_at), wait_until: wait_until.map(utc) })
    })
    .transpose()
}

/// Writes the failures of an account or a client address.
///
/// # Errors
/// those of the database.
pub fn write_failures(conn: &mut Conn, subject: &str, failures: &Failures) -> Result<(), StoreError> {
    clear_failures(conn, subject)?;
    diesel::insert_into(failed_sign_ins::table)
        .values((
            failed_sign_ins::subject.eq(subject),
            failed_sign_ins::failures.eq(i64::from(failures.count)),
            failed_sign_ins::last_at.eq(column(failures.last_at)),
            failed_sign_ins::wait_until.eq(failures.wait_until.map_or(NEVER, |until| Some(column(until)))),
        ))
        .execute(conn)?;
    Ok(())
}

/// Ends a row of failures.
///
/// # Errors
/// those of the database.
pub fn clear_failures(conn: &mut Conn, subject: &str) -> Result<(), StoreError> {
    diesel::delete(failed_sign_ins::table.filter(failed_sign_ins::subject.eq(subject))).execute(conn)?;
    Ok(())
}

/// Forgets failures before `then`.
///
/// # Errors
/// those of the database.
pub fn forget_failures(conn: &mut Conn, then: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::delete(failed_sign_ins::table.filter(failed_sign_ins::last_at.lt(column(then)))).execute(conn)?;
    Ok(())
}
