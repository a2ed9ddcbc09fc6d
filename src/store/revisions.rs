//! The numbers of changes: what a feed may show has changed when the number of one of its subjects has.
//!
//! Every write that a feed may show raises them in its own transaction, by [`raise`] or [`raise_all`], from the files of
//! the tables that feeds show: `sessions`, `groups`, `teachers`, `schools`, `feeds`. All of one school meet on the school's
//! own row, so that each number is given once, and a feed that is being made misses no change.

use super::{Conn, StoreError, conn::on_backend, schema::feed_revisions, statement::Statement};
use crate::domain::{feed::Revision, id::Id};
use chrono::Utc;
use diesel::prelude::*;

/// Gives subjects the number after their school's last one, or the least that the time allows ([`Revision::next`]): the JSON
/// text has the school, that least number, and the subjects. Bookings wait for it, so that it is one statement and stays
/// prepared.
const GIVE: Statement = Statement {
    sqlite: "WITH given AS (SELECT ? AS json) \
             UPDATE feed_revisions SET revision = (SELECT max(last.revision + 1, json_extract(given.json, '$[1]')) \
             FROM feed_revisions AS last, given WHERE last.subject_id = json_extract(given.json, '$[0]')) \
             WHERE subject_id IN (SELECT value FROM json_each((SELECT json FROM given), '$[2]'))",
    postgres: "WITH given AS (SELECT ?::jsonb AS json), \
               next AS (SELECT greatest(last.revision + 1, (given.json ->> 1)::bigint) AS revision \
               FROM feed_revisions AS last, given WHERE last.subject_id = given.json ->> 0) \
               UPDATE feed_revisions SET revision = next.revision FROM next \
               WHERE subject_id IN (SELECT jsonb_array_elements_text(given.json -> 2) FROM given)",
};

/// Begins to number a school's changes.
///
/// # Errors
/// those of the database.
pub(super) fn begin(conn: &mut Conn, school: &Id) -> Result<(), StoreError> {
    follow(conn, school, &[school], Revision::first(Utc::now()))
}

/// Numbers a change of what feeds of these subjects show, and so does the school's own.
///
/// # Errors
/// `NotFound` for an unknown school.
pub(super) fn raise<'a>(
    conn: &mut Conn,
    school: &'a Id,
    subjects: impl IntoIterator<Item = &'a Id>,
) -> Result<(), StoreError> {
    let subjects: Vec<&str> = subjects.into_iter().chain([school]).map(Id::as_str).collect();
    let given = (school.as_str(), Revision::first(Utc::now()).0, subjects);
    if GIVE.run(conn, &given)? == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Numbers a change that any feed of the school may show, such as a name.
///
/// # Errors
/// `NotFound` for an unknown school.
pub(super) fn raise_all(conn: &mut Conn, school: &Id) -> Result<(), StoreError> {
    let next = last(conn, school)?.next(Utc::now());
    diesel::update(feed_revisions::table.filter(feed_revisions::school_id.eq(school.as_str())))
        .set(feed_revisions::revision.eq(next.0))
        .execute(conn)?;
    Ok(())
}

/// Sees to it that these subjects have numbers from now on.
///
/// # Errors
/// `NotFound` for an unknown school.
pub(super) fn open(conn: &mut Conn, school: &Id, subjects: &[&Id]) -> Result<(), StoreError> {
    let last = last(conn, school)?;
    // Written though it stays the same: whoever changes something at this moment, and does not see these subjects yet, must
    // meet this transaction and try again.
    diesel::update(feed_revisions::table.filter(feed_revisions::subject_id.eq(school.as_str())))
        .set(feed_revisions::revision.eq(last.0))
        .execute(conn)?;
    follow(conn, school, subjects, last)
}

/// Forgets a subject's number.
///
/// # Errors
/// those of the database.
pub(super) fn forget(conn: &mut Conn, subject: &Id) -> Result<(), StoreError> {
    diesel::delete(feed_revisions::table.filter(feed_revisions::subject_id.eq(subject.as_str()))).execute(conn)?;
    Ok(())
}

/// The last number that the school gave.
///
/// # Errors
/// `NotFound` for an unknown school.
pub(super) fn last(conn: &mut Conn, school: &Id) -> Result<Revision, StoreError> {
    let of_school = feed_revisions::table.filter(feed_revisions::subject_id.eq(school.as_str()));
    Ok(Revision(of_school.select(feed_revisions::revision).first(conn)?))
}

/// The last numbers that these schools gave.
///
/// # Errors
/// those of the database.
pub(super) fn last_of(conn: &mut Conn, schools: &[Id]) -> Result<Vec<(Id, Revision)>, StoreError> {
    let of_schools = feed_revisions::table.filter(feed_revisions::subject_id.eq_any(schools.iter().map(Id::as_str)));
    let rows = of_schools.select((feed_revisions::subject_id, feed_revisions::revision)).load::<(String, i64)>(conn)?;
    Ok(rows.into_iter().map(|(school, last)| (Id::from(school), Revision(last))).collect())
}

fn follow(conn: &mut Conn, school: &Id, subjects: &[&Id], revision: Revision) -> Result<(), StoreError> {
    for subject in subjects {
        let row = (
            feed_revisions::subject_id.eq(subject.as_str()),
            feed_revisions::school_id.eq(school.as_str()),
            feed_revisions::revision.eq(revision.0),
        );
        on_backend!(conn, conn => {
            diesel::insert_into(feed_revisions::table).values(row).on_conflict_do_nothing().execute(conn)
        })?;
    }
    Ok(())
}
