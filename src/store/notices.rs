//! Notices: written with their cause, claimed by a conditional update, held by a lease.

use super::{
    Conn, StoreError,
    jobs::Lease,
    schema::notices,
    types::{column, count, utc, word},
};
use crate::domain::{
    id::Id,
    notice::{Notice, NoticeState, NoticeStatus},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

type StatusRow = (
    (String, Option<String>, Option<String>, String, String, String, i64),
    (NaiveDateTime, Option<String>, NaiveDateTime, Option<NaiveDateTime>),
);
type Row = (
    (String, Option<String>, Option<String>, String, String, String, String),
    (String, String, String, String, Option<String>, NaiveDateTime),
);
type Due = (String, i64, NaiveDateTime);

const NOBODY: Option<&str> = None;
const NEVER: Option<NaiveDateTime> = None;

/// Writes a notice, to be sent from now on; tells whether it was new. There is one of each cause.
///
/// # Errors
/// those of the database.
pub fn enqueue(conn: &mut Conn, notice: &Notice) -> Result<bool, StoreError> {
    // Asked first: on PostgreSQL a broken constraint would end the transaction of the cause.
    let known: i64 = notices::table.filter(notices::cause.eq(&notice.cause)).count().get_result(conn)?;
    if known > 0 {
        return Ok(false);
    }
    diesel::insert_into(notices::table)
        .values((
            notices::id.eq(notice.id.as_str()),
            notices::school_id.eq(notice.school.as_ref().map(Id::as_str)),
            notices::teacher_id.eq(notice.teacher.as_ref().map(Id::as_str)),
            notices::cause.eq(&notice.cause),
            notices::kind.eq(&notice.kind),
            notices::message_id.eq(&notice.message_id),
            notices::to_name.eq(&notice.to_name),
            notices::to_address.eq(&notice.to_address),
            notices::subject.eq(&notice.subject),
            notices::body_text.eq(&notice.text),
            notices::body_html.eq(&notice.html),
            notices::calendar.eq(&notice.calendar),
            notices::state.eq(NoticeState::Queued.as_str()),
            notices::attempts.eq(0),
            notices::run_after.eq(column(notice.created_at)),
            notices::created_at.eq(column(notice.created_at)),
        ))
        .execute(conn)?;
    Ok(true)
}

/// Whether a notice is due, or was left by its worker.
///
/// # Errors
/// those of the database.
pub fn is_due(conn: &mut Conn, now: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(due(conn, now)?.is_some())
}

/// Takes the notice that is due longest, or whose worker let its lease end; one more attempt is counted. Tells how
/// often it was taken up, this time included.
///
/// # Errors
/// `LostRace` when another worker was quicker.
pub fn claim(conn: &mut Conn, lease: &Lease, now: DateTime<Utc>) -> Result<Option<(Notice, u32)>, StoreError> {
    let Some((id, attempts, _)) = due(conn, now)? else { return Ok(None) };
    // `attempts` is what makes the update conditional: whoever claims first raises it.
    let taken = diesel::update(notices::table.filter(notices::id.eq(&id)).filter(notices::attempts.eq(attempts)))
        .set((
            notices::state.eq(NoticeState::Sending.as_str()),
            notices::attempts.eq(attempts + 1),
            notices::lease_owner.eq(Some(&lease.owner)),
            notices::lease_until.eq(Some(column(lease.until))),
        ))
        .execute(conn)?;
    if taken == 1 { Ok(Some((get(conn, &id)?, count(attempts + 1)?))) } else { Err(StoreError::LostRace) }
}

fn due(conn: &mut Conn, now: DateTime<Utc>) -> Result<Option<Due>, StoreError> {
    let now = column(now);
    // One question a state, so that each uses the index.
    let waiting = notices::table
        .filter(notices::state.eq(NoticeState::Queued.as_str()))
        .filter(notices::run_after.le(now))
        .order((notices::run_after, notices::id))
        .select((notices::id, notices::attempts, notices::run_after))
        .first::<Due>(conn)
        .optional()?;
    let left = notices::table
        .filter(notices::state.eq(NoticeState::Sending.as_str()))
        .filter(notices::lease_until.lt(Some(now)))
        .order((notices::run_after, notices::id))
        .select((notices::id, notices::attempts, notices::run_after))
        .first::<Due>(conn)
        .optional()?;
    Ok([waiting, left].into_iter().flatten().min_by_key(|due| due.2))
}

/// Holds a notice longer; tells whether it is still the holder's.
///
/// # Errors
/// those of the database.
pub fn renew(conn: &mut Conn, id: &Id, lease: &Lease) -> Result<bool, StoreError> {
    let held = diesel::update(
        notices::table
            .filter(notices::id.eq(id.as_str()))
            .filter(notices::state.eq(NoticeState::Sending.as_str()))
            .filter(notices::lease_owner.eq(Some(&lease.owner))),
    )
    .set(notices::lease_until.eq(Some(column(lease.until))))
    .execute(conn)?;
    Ok(held == 1)
}

/// What became of an attempt.
#[derive(Clone, Debug)]
pub enum Outcome<'a> {
    /// The mail server took the mail.
    Sent,
    /// It is to be tried again from then on.
    Later {
        /// What went wrong.
        error: &'a str,
        /// When.
        run_after: DateTime<Utc>,
    },
    /// It will not be sent.
    Failed {
        /// Why.
        error: &'a str,
    },
}

impl Outcome<'_> {
    fn is_end(&self) -> bool {
        !matches!(self, Self::Later { .. })
    }
}

/// Ends an attempt, if `owner` still holds the notice; tells whether that is so.
///
/// # Errors
/// those of the database.
pub fn settle(
    conn: &mut Conn,
    id: &Id,
    owner: &str,
    outcome: &Outcome<'_>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let (state, error, run_after, sent_at) = match outcome {
        Outcome::Sent => (NoticeState::Sent, None, now, Some(column(now))),
        Outcome::Later { error, run_after } => (NoticeState::Queued, Some(*error), *run_after, None),
        Outcome::Failed { error } => (NoticeState::Failed, Some(*error), now, None),
    };
    let ours = notices::table
        .filter(notices::id.eq(id.as_str()))
        .filter(notices::state.eq(NoticeState::Sending.as_str()))
        .filter(notices::lease_owner.eq(Some(owner)));
    let settled = diesel::update(ours)
        .set((
            notices::state.eq(state.as_str()),
            notices::error.eq(error),
            notices::run_after.eq(column(run_after)),
            notices::sent_at.eq(sent_at),
            notices::lease_owner.eq(NOBODY),
            notices::lease_until.eq(NEVER),
        ))
        .execute(conn)?;
    // A mail with a one-time link is kept without its text once nobody needs it: the link's secret stands nowhere else.
    if settled == 1 && outcome.is_end() {
        let secret = notices::table.filter(notices::id.eq(id.as_str())).filter(notices::school_id.is_null());
        diesel::update(secret).set((notices::body_text.eq(""), notices::body_html.eq(""))).execute(conn)?;
    }
    Ok(settled == 1)
}

/// Has a notice that failed or was sent go out once more: the same mail, at once. Tells whether it did; one that
/// waits or is under way is left alone, and so is one that was emptied.
///
/// # Errors
/// those of the database.
pub fn resend(conn: &mut Conn, id: &Id, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let ended = notices::table
        .filter(notices::id.eq(id.as_str()))
        .filter(notices::state.eq_any([NoticeState::Failed.as_str(), NoticeState::Sent.as_str()]))
        .filter(notices::to_address.ne(""));
    let queued = diesel::update(ended)
        .set((
            notices::state.eq(NoticeState::Queued.as_str()),
            notices::attempts.eq(0),
            notices::run_after.eq(column(now)),
            notices::sent_at.eq(NEVER),
        ))
        .execute(conn)?;
    Ok(queued == 1)
}

/// Where one notice stands.
///
/// # Errors
/// `NotFound`.
pub fn status(conn: &mut Conn, id: &Id) -> Result<NoticeStatus, StoreError> {
    read_status(statuses().filter(notices::id.eq(id.as_str())).first::<StatusRow>(conn)?)
}

/// Where a school's notices stand, the newest first, `most` at most.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn, school: &Id, most: u32) -> Result<Vec<NoticeStatus>, StoreError> {
    let rows = statuses()
        .filter(notices::school_id.eq(school.as_str()))
        .order((notices::created_at.desc(), notices::id.desc()))
        .limit(i64::from(most))
        .load::<StatusRow>(conn)?;
    rows.into_iter().map(read_status).collect()
}

#[diesel::dsl::auto_type]
fn statuses() -> _ {
    notices::table.select((
        (
            notices::id,
            notices::school_id,
            notices::teacher_id,
            notices::to_address,
            notices::subject,
            notices::state,
            notices::attempts,
        ),
        (notices::run_after, notices::error, notices::created_at, notices::sent_at),
    ))
}

fn read_status(row: StatusRow) -> Result<NoticeStatus, StoreError> {
    let ((id, school, teacher, to, subject, state, attempts), (run_after, error, created_at, sent_at)) = row;
    Ok(NoticeStatus {
        id: id.into(),
        school: school.map(Id::from),
        teacher: teacher.map(Id::from),
        to,
        subject,
        state: word(&state)?,
        attempts: count(attempts)?,
        run_after: utc(run_after),
        error,
        created_at: utc(created_at),
        sent_at: sent_at.map(utc),
    })
}

fn get(conn: &mut Conn, id: &str) -> Result<Notice, StoreError> {
    let row = notices::table
        .filter(notices::id.eq(id))
        .select((
            (
                notices::id,
                notices::school_id,
                notices::teacher_id,
                notices::cause,
                notices::kind,
                notices::message_id,
                notices::to_name,
            ),
            (
                notices::to_address,
                notices::subject,
                notices::body_text,
                notices::body_html,
                notices::calendar,
                notices::created_at,
            ),
        ))
        .first::<Row>(conn)?;
    let ((id, school, teacher, cause, kind, message_id, to_name), rest) = row;
    let (to_address, subject, text, html, calendar, created_at) = rest;
    Ok(Notice {
        id: id.into(),
        school: school.map(Id::from),
        teacher: teacher.map(Id::from),
        cause,
        kind,
        message_id,
        to_name,
        to_address,
        subject,
        text,
        html,
        calendar,
        created_at: utc(created_at),
    })
}
