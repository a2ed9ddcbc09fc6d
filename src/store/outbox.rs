//! The way out of the outbox: notices are claimed by a conditional update and held by a lease. How many a minute go to one
//! domain is decided here, by the database, so that it holds for all workers together.

use super::{
    Conn, StoreError,
    jobs::Lease,
    schema::{mail_attempts, notices},
    types::{column, count, utc, word},
};
use crate::domain::{
    event::Event,
    id::Id,
    notice::{Notice, NoticeState},
};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::{dsl::count_star, prelude::*};

type Row = (
    (String, Option<String>, Option<String>, String, String, String, String),
    (String, String, String, String, Option<String>, Option<String>, Option<String>, NaiveDateTime),
);
type Due = (String, i64, NaiveDateTime, String);

const NOBODY: Option<&str> = None;
const NEVER: Option<NaiveDateTime> = None;
/// In what time mails to a domain are counted. Instants are to the second, so it is one more.
const COUNTED: Duration = Duration::seconds(61);

/// Whether a notice is due, or was left by its worker. `most` mails a minute go to one domain; none stands for any number.
///
/// # Errors
/// those of the database.
pub fn is_due(conn: &mut Conn, most: Option<u32>, now: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(due(conn, most, now)?.is_some())
}

/// Takes the notice that is due longest, or whose worker let its lease end; one more attempt is counted. Notices to a
/// domain that has had its `most` of the last minute wait, and others pass them. Tells how often the notice was taken up,
/// this time included.
///
/// # Errors
/// `LostRace` when another worker was quicker.
pub fn claim(
    conn: &mut Conn,
    lease: &Lease,
    most: Option<u32>,
    now: DateTime<Utc>,
) -> Result<Option<(Notice, u32)>, StoreError> {
    let Some((id, attempts, _, domain)) = due(conn, most, now)? else { return Ok(None) };
    // `attempts` is what makes the update conditional: whoever claims first raises it.
    let taken = diesel::update(notices::table.filter(notices::id.eq(&id)).filter(notices::attempts.eq(attempts)))
        .set((
            notices::state.eq(NoticeState::Sending.as_str()),
            notices::attempts.eq(attempts + 1),
            notices::lease_owner.eq(Some(&lease.owner)),
            notices::lease_until.eq(Some(column(lease.until))),
        ))
        .execute(conn)?;
    if taken != 1 {
        return Err(StoreError::LostRace);
    }
    if most.is_some() {
        diesel::delete(mail_attempts::table.filter(mail_attempts::begun_at.lt(column(now - COUNTED)))).execute(conn)?;
        diesel::insert_into(mail_attempts::table)
            .values((
                mail_attempts::id.eq(Id::new(now).as_str()),
                mail_attempts::domain.eq(domain),
                mail_attempts::begun_at.eq(column(now)),
            ))
            .execute(conn)?;
    }
    Ok(Some((get(conn, &id)?, count(attempts + 1)?)))
}

fn due(conn: &mut Conn, most: Option<u32>, now: DateTime<Utc>) -> Result<Option<Due>, StoreError> {
    let columns = (notices::id, notices::attempts, notices::run_after, notices::domain);
    // Mails about accounts hold links that end soon: they pass all others, and wait for no domain's next minute.
    let of_account = notices::table
        .filter(notices::state.eq(NoticeState::Queued.as_str()))
        .filter(notices::school_id.is_null())
        .filter(notices::kind.eq_any(Event::WITH_SIGN_IN.map(Event::as_str)))
        .filter(notices::run_after.le(column(now)))
        .order((notices::run_after, notices::id))
        .select(columns)
        .first::<Due>(conn)
        .optional()?;
    if of_account.is_some() {
        return Ok(of_account);
    }
    let full = full_domains(conn, most, now)?;
    let now = column(now);
    // One question a state, so that each uses the index.
    let waiting = notices::table
        .filter(notices::state.eq(NoticeState::Queued.as_str()))
        .filter(notices::run_after.le(now))
        .filter(notices::domain.ne_all(&full))
        .order((notices::run_after, notices::id))
        .select(columns)
        .first::<Due>(conn)
        .optional()?;
    let left = notices::table
        .filter(notices::state.eq(NoticeState::Sending.as_str()))
        .filter(notices::lease_until.lt(Some(now)))
        .filter(notices::domain.ne_all(&full))
        .order((notices::run_after, notices::id))
        .select(columns)
        .first::<Due>(conn)
        .optional()?;
    Ok([waiting, left].into_iter().flatten().min_by_key(|due| due.2))
}

/// The domains that have had their mails of the last minute.
fn full_domains(conn: &mut Conn, most: Option<u32>, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
    let Some(most) = most else { return Ok(Vec::new()) };
    let counts = mail_attempts::table
        .filter(mail_attempts::begun_at.gt(column(now - COUNTED)))
        .group_by(mail_attempts::domain)
        .select((mail_attempts::domain, count_star()))
        .load::<(String, i64)>(conn)?;
    Ok(counts.into_iter().filter(|(_, count)| *count >= i64::from(most)).map(|(domain, _)| domain).collect())
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

/// Ends an attempt, if `owner` still holds the notice; tells whether that is so. A notice that was given up meanwhile stays
/// given up, with the reason, unless the mail server took it: then it was sent.
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
    let settled = if settled == 0 { settle_given_up(conn, id, owner, outcome, now)? } else { settled };
    // A mail with a one-time link is kept without its text once nobody needs it: the link's secret stands nowhere else.
    if settled == 1 && outcome.is_end() {
        let secret = notices::table
            .filter(notices::id.eq(id.as_str()))
            .filter(notices::kind.eq_any(Event::WITH_SIGN_IN.map(Event::as_str)));
        diesel::update(secret).set((notices::body_text.eq(""), notices::body_html.eq(""))).execute(conn)?;
    }
    Ok(settled == 1)
}

/// Ends the attempt at a notice that was given up while it was on its way; tells of how many there are.
fn settle_given_up(
    conn: &mut Conn,
    id: &Id,
    owner: &str,
    outcome: &Outcome<'_>,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let ours = notices::table
        .filter(notices::id.eq(id.as_str()))
        .filter(notices::state.eq(NoticeState::Failed.as_str()))
        .filter(notices::lease_owner.eq(Some(owner)));
    let released = (notices::lease_owner.eq(NOBODY), notices::lease_until.eq(NEVER));
    let settled = match outcome {
        Outcome::Sent => diesel::update(ours)
            .set((
                notices::state.eq(NoticeState::Sent.as_str()),
                notices::error.eq(NOBODY),
                notices::run_after.eq(column(now)),
                notices::sent_at.eq(Some(column(now))),
                released,
            ))
            .execute(conn)?,
        Outcome::Later { .. } | Outcome::Failed { .. } => diesel::update(ours).set(released).execute(conn)?,
    };
    Ok(settled)
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
                notices::thread,
                notices::unsubscribe,
                notices::created_at,
            ),
        ))
        .first::<Row>(conn)?;
    let ((id, school, teacher, cause, kind, message_id, to_name), rest) = row;
    let (to_address, subject, text, html, calendar, thread, unsubscribe, created_at) = rest;
    let created_at = utc(created_at);
    Ok(Notice {
        id: id.into(),
        school: school.map(Id::from),
        teacher: teacher.map(Id::from),
        cause,
        kind: word(&kind)?,
        message_id,
        to_name,
        to_address,
        subject,
        text,
        html,
        calendar,
        thread,
        unsubscribe,
        created_at,
        // It is on its way.
        send_at: created_at,
    })
}
