//! Notices: written with their cause, and shown to those who run the school. How they leave: [`super::outbox`].

use super::{
    Conn, StoreError,
    schema::notices,
    types::{column, count, utc, word},
};
use crate::domain::{
    event::Event,
    id::Id,
    notice::{Notice, NoticeState, NoticeStatus},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

type StatusRow = (
    (String, Option<String>, String, Option<String>, String, String, String, i64),
    (NaiveDateTime, Option<String>, NaiveDateTime, Option<NaiveDateTime>),
);

const NOBODY: Option<&str> = None;
const NEVER: Option<NaiveDateTime> = None;

/// Where a notice goes, and the parts of it that depend on that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Direction {
    /// The address.
    pub address: String,
    /// The calendar that comes with it, which invites that address.
    pub calendar: Option<String>,
    /// The address at which its reader switches such mails off, by a secret of theirs.
    pub unsubscribe: Option<String>,
    /// The body as plain text, which names that address.
    pub text: String,
    /// The body as a page, which names it too.
    pub html: String,
}

/// Where a notice goes.
///
/// # Errors
/// `NotFound`.
pub fn direction(conn: &mut Conn, id: &Id) -> Result<Direction, StoreError> {
    let (address, calendar, unsubscribe, text, html) = notices::table
        .filter(notices::id.eq(id.as_str()))
        .select((notices::to_address, notices::calendar, notices::unsubscribe, notices::body_text, notices::body_html))
        .first::<(String, Option<String>, Option<String>, String, String)>(conn)?;
    Ok(Direction { address, calendar, unsubscribe, text, html })
}

/// Writes a notice, to be sent from its time on; tells whether it was new. There is one of each cause.
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
            notices::kind.eq(notice.kind.as_str()),
            notices::message_id.eq(&notice.message_id),
            notices::to_name.eq(&notice.to_name),
            notices::to_address.eq(&notice.to_address),
            notices::subject.eq(&notice.subject),
            notices::body_text.eq(&notice.text),
            notices::body_html.eq(&notice.html),
            notices::calendar.eq(&notice.calendar),
            notices::state.eq(NoticeState::Queued.as_str()),
            notices::attempts.eq(0),
            notices::run_after.eq(column(notice.send_at)),
            notices::created_at.eq(column(notice.created_at)),
            notices::domain.eq(domain(&notice.to_address)),
            notices::thread.eq(&notice.thread),
            notices::unsubscribe.eq(&notice.unsubscribe),
        ))
        .execute(conn)?;
    hurry_older(conn, notice)?;
    Ok(true)
}

/// What waits for the end of somebody's quiet hours goes before later news of the same class that is sent at once: the
/// last mail is the one that holds. A plan may have told of the class, too.
fn hurry_older(conn: &mut Conn, notice: &Notice) -> Result<(), StoreError> {
    let news = [Event::PlanPublished, Event::SessionsChanged];
    let Some(teacher) = notice.teacher.as_ref().filter(|_| news.contains(&notice.kind)) else { return Ok(()) };
    let waiting = notices::table
        .filter(notices::teacher_id.eq(teacher.as_str()))
        .filter(notices::state.eq(NoticeState::Queued.as_str()))
        .filter(notices::attempts.eq(0))
        .filter(notices::kind.eq_any(news.map(Event::as_str)))
        .filter(notices::thread.eq(&notice.thread).or(notices::kind.eq(Event::PlanPublished.as_str())))
        .filter(notices::run_after.gt(column(notice.send_at)));
    diesel::update(waiting).set(notices::run_after.eq(column(notice.send_at))).execute(conn)?;
    Ok(())
}

/// Has a notice that failed or was sent go out once more: the same mail, at once, to the address that is given. Tells whether
/// it did; one that waits or is under way is left alone, and so is one that was emptied.
///
/// # Errors
/// those of the database.
pub fn resend(conn: &mut Conn, id: &Id, to: &Direction, now: DateTime<Utc>) -> Result<bool, StoreError> {
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
            notices::to_address.eq(&to.address),
            notices::domain.eq(domain(&to.address)),
            notices::calendar.eq(&to.calendar),
            notices::unsubscribe.eq(&to.unsubscribe),
            notices::body_text.eq(&to.text),
            notices::body_html.eq(&to.html),
            // What an attempt from before comes to is not of this one.
            notices::lease_owner.eq(NOBODY),
            notices::lease_until.eq(NEVER),
        ))
        .execute(conn)?;
    Ok(queued == 1)
}

/// What becomes of a notice that reaches nobody.
#[derive(AsChangeset)]
#[diesel(table_name = notices)]
struct Failed<'a> {
    state: &'static str,
    error: Option<&'a str>,
    run_after: NaiveDateTime,
}

fn failed(why: &str, now: DateTime<Utc>) -> Failed<'_> {
    Failed { state: NoticeState::Failed.as_str(), error: Some(why), run_after: column(now) }
}

/// The states in which a notice may still be tried.
const UNDER_WAY: [&str; 2] = [NoticeState::Queued.as_str(), NoticeState::Sending.as_str()];

/// Gives up a notice that waits or is on its way; tells whether it did. Of one on its way the worker keeps the lease: should
/// the mail server take it all the same, it was sent ([`super::outbox::settle`]); it is not tried again.
///
/// # Errors
/// those of the database.
pub fn give_up(conn: &mut Conn, id: &Id, why: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let waiting = notices::table.filter(notices::id.eq(id.as_str())).filter(notices::state.eq_any(UNDER_WAY));
    Ok(diesel::update(waiting).set(failed(why, now)).execute(conn)? == 1)
}

/// Gives up all that wait or are on their way of one thread.
///
/// # Errors
/// those of the database.
pub fn give_up_thread(conn: &mut Conn, thread: &str, why: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let waiting = notices::table.filter(notices::thread.eq(thread)).filter(notices::state.eq_any(UNDER_WAY));
    diesel::update(waiting).set(failed(why, now)).execute(conn)?;
    Ok(())
}

/// Notes that a notice that was sent came back; tells whether there is such a one.
///
/// # Errors
/// those of the database.
pub fn came_back(conn: &mut Conn, message_id: &str, why: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let sent =
        notices::table.filter(notices::message_id.eq(message_id)).filter(notices::state.eq(NoticeState::Sent.as_str()));
    Ok(diesel::update(sent).set(failed(why, now)).execute(conn)? == 1)
}

/// Where one notice stands.
///
/// # Errors
/// `NotFound`.
pub fn status(conn: &mut Conn, id: &Id) -> Result<NoticeStatus, StoreError> {
    read_status(statuses().filter(notices::id.eq(id.as_str())).first::<StatusRow>(conn)?)
}

/// Which notices.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Only those in this state.
    pub state: Option<NoticeState>,
    /// Only those that come after this one in the list.
    pub after: Option<NoticeStatus>,
}

/// Where a school's notices stand, or those of no school; the newest first, `most` at most.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn, school: Option<&Id>, which: &Which, most: u32) -> Result<Vec<NoticeStatus>, StoreError> {
    let mut found =
        statuses().order((notices::created_at.desc(), notices::id.desc())).limit(i64::from(most)).into_boxed();
    found = match school {
        Some(school) => found.filter(notices::school_id.eq(school.as_str())),
        None => found.filter(notices::school_id.is_null()),
    };
    if let Some(state) = which.state {
        found = found.filter(notices::state.eq(state.as_str()));
    }
    if let Some(last) = &which.after {
        let at = column(last.created_at);
        let beside = notices::created_at.eq(at).and(notices::id.lt(last.id.as_str()));
        found = found.filter(notices::created_at.lt(at).or(beside));
    }
    found.load::<StatusRow>(conn)?.into_iter().map(read_status).collect()
}

#[diesel::dsl::auto_type]
fn statuses() -> _ {
    notices::table.select((
        (
            notices::id,
            notices::school_id,
            notices::kind,
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
    let ((id, school, kind, teacher, to, subject, state, attempts), (run_after, error, created_at, sent_at)) = row;
    Ok(NoticeStatus {
        id: id.into(),
        school: school.map(Id::from),
        kind: word(&kind)?,
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

/// What comes after the @, in small letters: where mails are taken to be handed over.
fn domain(address: &str) -> String {
    address.rsplit_once('@').map_or(String::new(), |(_, domain)| domain.to_lowercase())
}
