//! Browsers that are signed in, by the hash of the secret in their cookie.

use super::{
    Conn, StoreError,
    schema::browser_sessions,
    types::{column, utc, word},
};
use crate::domain::{account::BrowserSession, id::Id};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

type Row = (
    (String, Option<String>, Option<String>, Option<String>),
    (String, String, NaiveDateTime, NaiveDateTime, NaiveDateTime),
);
type Columns = (
    (browser_sessions::id, browser_sessions::person_id, browser_sessions::token_id, browser_sessions::membership_id),
    (
        browser_sessions::begun_by,
        browser_sessions::program,
        browser_sessions::created_at,
        browser_sessions::seen_at,
        browser_sessions::expires_at,
    ),
);
const COLUMNS: Columns = (
    (browser_sessions::id, browser_sessions::person_id, browser_sessions::token_id, browser_sessions::membership_id),
    (
        browser_sessions::begun_by,
        browser_sessions::program,
        browser_sessions::created_at,
        browser_sessions::seen_at,
        browser_sessions::expires_at,
    ),
);

/// Enters a session by the hash of its secret.
///
/// # Errors
/// those of the database.
pub fn insert(conn: &mut Conn, session: &BrowserSession, hash: &str) -> Result<(), StoreError> {
    diesel::insert_into(browser_sessions::table)
        .values((
            browser_sessions::id.eq(session.id.as_str()),
            browser_sessions::hash.eq(hash),
            browser_sessions::person_id.eq(session.person.as_ref().map(Id::as_str)),
            browser_sessions::token_id.eq(session.token.as_ref().map(Id::as_str)),
            browser_sessions::membership_id.eq(session.membership.as_ref().map(Id::as_str)),
            browser_sessions::begun_by.eq(session.begun_by.as_str()),
            browser_sessions::program.eq(&session.program),
            browser_sessions::created_at.eq(column(session.created_at)),
            browser_sessions::seen_at.eq(column(session.seen_at)),
            browser_sessions::expires_at.eq(column(session.expires_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The session whose secret has this hash, valid or not.
///
/// # Errors
/// `NotFound`.
pub fn by_hash(conn: &mut Conn, hash: &str) -> Result<BrowserSession, StoreError> {
    read(browser_sessions::table.select(COLUMNS).filter(browser_sessions::hash.eq(hash)).first::<Row>(conn)?)
}

/// One session.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<BrowserSession, StoreError> {
    read(browser_sessions::table.select(COLUMNS).filter(browser_sessions::id.eq(id.as_str())).first::<Row>(conn)?)
}

/// A person's sessions, valid or not, the newest first.
///
/// # Errors
/// those of the database.
pub fn of_person(conn: &mut Conn, person: &Id) -> Result<Vec<BrowserSession>, StoreError> {
    let theirs = browser_sessions::table.select(COLUMNS).filter(browser_sessions::person_id.eq(person.as_str()));
    let rows = theirs.order((browser_sessions::created_at.desc(), browser_sessions::id.desc())).load::<Row>(conn)?;
    rows.into_iter().map(read).collect()
}

/// Notes that a browser was heard of.
///
/// # Errors
/// those of the database.
pub fn seen(conn: &mut Conn, id: &Id, now: DateTime<Utc>) -> Result<(), StoreError> {
    let session = browser_sessions::table.filter(browser_sessions::id.eq(id.as_str()));
    diesel::update(session).set(browser_sessions::seen_at.eq(column(now))).execute(conn)?;
    Ok(())
}

/// Has another membership act.
///
/// # Errors
/// `NotFound`.
pub fn act_by(conn: &mut Conn, id: &Id, membership: &Id) -> Result<(), StoreError> {
    let session = browser_sessions::table.filter(browser_sessions::id.eq(id.as_str()));
    let done =
        diesel::update(session).set(browser_sessions::membership_id.eq(Some(membership.as_str()))).execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Ends a session. One that has ended stays so.
///
/// # Errors
/// those of the database.
pub fn end(conn: &mut Conn, id: &Id) -> Result<(), StoreError> {
    diesel::delete(browser_sessions::table.filter(browser_sessions::id.eq(id.as_str()))).execute(conn)?;
    Ok(())
}

/// Ends the session whose secret has this hash, if there is one.
///
/// # Errors
/// those of the database.
pub fn end_by_hash(conn: &mut Conn, hash: &str) -> Result<(), StoreError> {
    diesel::delete(browser_sessions::table.filter(browser_sessions::hash.eq(hash))).execute(conn)?;
    Ok(())
}

/// Ends a person's sessions, but for one.
///
/// # Errors
/// those of the database.
pub fn end_others(conn: &mut Conn, person: &Id, kept: Option<&Id>) -> Result<(), StoreError> {
    let theirs = browser_sessions::table.filter(browser_sessions::person_id.eq(person.as_str()));
    match kept {
        Some(kept) => diesel::delete(theirs.filter(browser_sessions::id.ne(kept.as_str()))).execute(conn)?,
        None => diesel::delete(theirs).execute(conn)?,
    };
    Ok(())
}

fn read(((id, person, token, membership), rest): Row) -> Result<BrowserSession, StoreError> {
    let (begun_by, program, created_at, seen_at, expires_at) = rest;
    Ok(BrowserSession {
        id: id.into(),
        person: person.map(Id::from),
        token: token.map(Id::from),
        membership: membership.map(Id::from),
        begun_by: word(&begun_by)?,
        program,
        created_at: utc(created_at),
        seen_at: utc(seen_at),
        expires_at: utc(expires_at),
    })
}
