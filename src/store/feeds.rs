//! Feeds. Their secrets are kept as hashes only.

use super::{
    Conn, StoreError,
    conn::on_backend,
    revisions,
    schema::{feed_revisions, feed_subjects, feeds},
    types::{ROWS, column, utc, word},
};
use crate::domain::{
    feed::{Feed, FeedKind, Revision},
    id::Id,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::{
    dsl::{exists, not},
    prelude::*,
};
use std::collections::HashMap;

type Row = (
    String,
    String,
    String,
    bool,
    Option<String>,
    String,
    NaiveDateTime,
    Option<NaiveDateTime>,
    Option<NaiveDateTime>,
    Option<String>,
);

/// What a poll needs to know of a feed.
#[derive(Clone, Debug)]
pub struct Polled {
    /// The feed.
    pub feed: Id,
    /// The number of the last change to what it shows.
    pub revision: Revision,
    /// The last day on which it was noted to be read.
    pub last_read_on: Option<NaiveDate>,
}

/// Enters a feed whose secret has this hash.
///
/// # Errors
/// `Reference` when there is no such school or maker.
pub fn insert(conn: &mut Conn, feed: &Feed, secret_hash: &str) -> Result<(), StoreError> {
    diesel::insert_into(feeds::table)
        .values((
            feeds::id.eq(feed.id.as_str()),
            feeds::school_id.eq(feed.school.as_str()),
            feeds::kind.eq(feed.kind.as_str()),
            feeds::headcount_only.eq(feed.headcount_only),
            feeds::made_by.eq(feed.made_by.as_ref().map(Id::as_str)),
            feeds::secret_hash.eq(secret_hash),
            feeds::created_at.eq(column(feed.created_at)),
        ))
        .execute(conn)?;
    let subjects = feed.subjects();
    let rows: Vec<_> = subjects
        .iter()
        .map(|subject| (feed_subjects::feed_id.eq(feed.id.as_str()), feed_subjects::subject_id.eq(subject.as_str())))
        .collect();
    on_backend!(conn, conn => diesel::insert_into(feed_subjects::table).values(&rows).execute(conn))?;
    revisions::open(conn, &feed.school, &subjects)
}

/// One feed, revoked or not.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Feed, StoreError> {
    let rows = feeds::table.filter(feeds::id.eq(id.as_str())).load::<Row>(conn)?;
    with_subjects(conn, rows)?.pop().ok_or(StoreError::NotFound)
}

/// The feed whose secret has this hash, unless it is revoked.
///
/// # Errors
/// `NotFound`.
pub fn by_hash(conn: &mut Conn, secret_hash: &str) -> Result<Feed, StoreError> {
    let valid = feeds::table.filter(feeds::secret_hash.eq(secret_hash)).filter(feeds::revoked_at.is_null());
    let rows = valid.load::<Row>(conn)?;
    with_subjects(conn, rows)?.pop().ok_or(StoreError::NotFound)
}

/// The feeds of a school, the oldest first, revoked ones too.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn, school: &Id) -> Result<Vec<Feed>, StoreError> {
    let of_school = feeds::table.filter(feeds::school_id.eq(school.as_str()));
    let rows = of_school.order((feeds::created_at, feeds::id)).load::<Row>(conn)?;
    with_subjects(conn, rows)
}

/// What polls need of the feeds whose secrets have these hashes, by hash; revoked and unknown ones are left out.
///
/// # Errors
/// those of the database.
pub fn polled(conn: &mut Conn, hashes: &[&str]) -> Result<HashMap<String, Polled>, StoreError> {
    let mut found: HashMap<String, Polled> = HashMap::with_capacity(hashes.len());
    let valid = || {
        feeds::table
            .inner_join(feed_subjects::table)
            .inner_join(feed_revisions::table.on(feed_revisions::subject_id.eq(feed_subjects::subject_id)))
            .filter(feeds::revoked_at.is_null())
            .select((feeds::secret_hash, feeds::id, feed_revisions::revision, feeds::last_read_on))
    };
    for part in hashes.chunks(ROWS) {
        let rows: Vec<(String, String, i64, Option<String>)> = match part {
            // A statement for one stays prepared on either database.
            [one] => valid().filter(feeds::secret_hash.eq(*one)).load(conn)?,
            many => valid().filter(feeds::secret_hash.eq_any(many.to_vec())).load(conn)?,
        };
        for (hash, id, revision, read_on) in rows {
            let revision = Revision(revision);
            let polled = Polled { feed: id.into(), revision, last_read_on: read_on.as_deref().and_then(day) };
            let known = found.entry(hash).or_insert(polled);
            known.revision = known.revision.max(revision);
        }
    }
    Ok(found)
}

/// The number of the last change to what a feed shows.
///
/// # Errors
/// `NotFound` when it shows nobody's classes.
pub fn revision(conn: &mut Conn, feed: &Feed) -> Result<Revision, StoreError> {
    let subjects: Vec<&str> = feed.subjects().into_iter().map(Id::as_str).collect();
    let of_feed = feed_revisions::table.filter(feed_revisions::subject_id.eq_any(subjects));
    let numbers = of_feed.select(feed_revisions::revision).load::<i64>(conn)?;
    numbers.into_iter().max().map(Revision).ok_or(StoreError::NotFound)
}

/// Gives a feed another secret, by its hash: the old address stops to work.
///
/// # Errors
/// `NotFound`.
pub fn replace(conn: &mut Conn, id: &Id, secret_hash: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let done = diesel::update(feeds::table.filter(feeds::id.eq(id.as_str())))
        .set((feeds::secret_hash.eq(secret_hash), feeds::replaced_at.eq(Some(column(now)))))
        .execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
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

/// Notes on which day a feed was read.
///
/// # Errors
/// those of the database.
pub fn read_on(conn: &mut Conn, id: &Id, day: NaiveDate) -> Result<(), StoreError> {
    let read = feeds::last_read_on.eq(Some(day.to_string()));
    diesel::update(feeds::table.filter(feeds::id.eq(id.as_str()))).set(read).execute(conn)?;
    Ok(())
}

/// Takes somebody who is gone out of a school's feeds; those that were of nobody else go, too.
///
/// # Errors
/// those of the database.
pub(super) fn forget(conn: &mut Conn, school: &Id, subject: &Id) -> Result<(), StoreError> {
    let theirs = || feed_subjects::table.filter(feed_subjects::subject_id.eq(subject.as_str()));
    let ids = theirs().select(feed_subjects::feed_id).load::<String>(conn)?;
    diesel::delete(theirs()).execute(conn)?;
    let left = feed_subjects::table.filter(feed_subjects::feed_id.eq(feeds::id));
    diesel::delete(feeds::table.filter(feeds::id.eq_any(ids)).filter(not(exists(left)))).execute(conn)?;
    revisions::forget(conn, subject)?;
    revisions::raise_all(conn, school)
}

fn with_subjects(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Feed>, StoreError> {
    let mut subjects: HashMap<String, Vec<Id>> = HashMap::new();
    for part in rows.chunks(ROWS) {
        let ids: Vec<&str> = part.iter().map(|row| row.0.as_str()).collect();
        let pairs = feed_subjects::table
            .filter(feed_subjects::feed_id.eq_any(ids))
            .order((feed_subjects::feed_id, feed_subjects::subject_id))
            .load::<(String, String)>(conn)?;
        pairs.into_iter().for_each(|(feed, subject)| subjects.entry(feed).or_default().push(subject.into()));
    }
    rows.into_iter()
        .map(|(id, school, kind, headcount_only, made_by, _, created_at, replaced_at, revoked_at, read_on)| {
            let kind = word(&kind)?;
            let mut subjects = subjects.remove(&id).unwrap_or_default();
            let teacher = (kind == FeedKind::Teacher).then(|| subjects.pop()).flatten();
            let is_of_groups = matches!(kind, FeedKind::Group | FeedKind::Bundle);
            Ok(Feed {
                id: id.into(),
                school: school.into(),
                kind,
                groups: if is_of_groups { subjects } else { Vec::new() },
                teacher,
                headcount_only,
                made_by: made_by.map(Id::from),
                created_at: utc(created_at),
                replaced_at: replaced_at.map(utc),
                revoked_at: revoked_at.map(utc),
                last_read_on: read_on.as_deref().and_then(day),
            })
        })
        .collect()
}

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}
