//! Feeds. Their secrets are kept as hashes only.

use super::{
    Conn, StoreError,
    schema::feeds,
    types::{column, utc},
};
use crate::domain::{feed::Feed, id::Id};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

type Row = (String, String, Option<String>, Option<String>, String, NaiveDateTime, Option<NaiveDateTime>);

/// Enters a feed whose secret has this hash.
///
/// # Errors
/// `Reference` when there is no such school, group or teacher.
pub fn insert(conn: &mut Conn, feed: &Feed, secret_hash: &str) -> Result<(), StoreError> {
    diesel::insert_into(feeds::table)
        .values((
            feeds::id.eq(feed.id.as_str()),
            feeds::school_id.eq(feed.school.as_str()),
            feeds::group_id.eq(feed.group.as_ref().map(Id::as_str)),
            feeds::teacher_id.eq(feed.teacher.as_ref().map(Id::as_str)),
            feeds::secret_hash.eq(secret_hash),
            feeds::created_at.eq(column(feed.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// One feed, revoked or not.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Feed, StoreError> {
    Ok(read(feeds::table.filter(feeds::id.eq(id.as_str())).first::<Row>(conn)?))
}

/// The feed whose secret has this hash, unless it is revoked.
///
/// # Errors
/// `NotFound`.
pub fn by_hash(conn: &mut Conn, secret_hash: &str) -> Result<Feed, StoreError> {
    let valid = feeds::table.filter(feeds::secret_hash.eq(secret_hash)).filter(feeds::revoked_at.is_null());
    Ok(read(valid.first::<Row>(conn)?))
}

/// The feeds of a school, the oldest first, revoked ones too.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn, school: &Id) -> Result<Vec<Feed>, StoreError> {
    let of_school = feeds::table.filter(feeds::school_id.eq(school.as_str()));
    Ok(of_school.order((feeds::created_at, feeds::id)).load::<Row>(conn)?.into_iter().map(read).collect())
}

/// Stops a feed's address from working. What was revoked stays revoked since then.
///
/// # Errors
/// those of the database.
pub fn revoke(conn: &mut Conn, id: &Id, now: DateTime<Utc>) -> Result<(), StoreError> {
    let valid = feeds::table.filter(feeds::id.eq(id.as_str())).filter(feeds::revoked_at.is_null());
    diesel::update(valid).set(feeds::revoked_at.eq(Some(column(now)))).execute(conn)?;
    Ok(())
}

fn read((id, school, group, teacher, _, created_at, revoked_at): Row) -> Feed {
    Feed {
        id: id.into(),
        school: school.into(),
        group: group.map(Id::from),
        teacher: teacher.map(Id::from),
        created_at: utc(created_at),
        revoked_at: revoked_at.map(utc),
    }
}
