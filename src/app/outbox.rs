//! The outbox: what admins see of a school's notices, and what the sender needs.

use super::{
    App, AppError, AppResult, schools,
    sender::{reader as reader_of, reader_id},
    solving::Holder,
};
use crate::{
    domain::{
        access::Principal,
        bounce::bounce,
        id::Id,
        notice::{Notice, NoticeState, NoticeStatus},
        people::Teacher,
    },
    ical,
    mail::Undelivered,
    store::{
        self, Conn, Found, StoreError,
        notices::{Direction, Which},
        outbox::Outcome,
    },
};
use chrono::Duration;
use serde::Deserialize;
use utoipa::IntoParams;

/// How often a mail is tried: with the pauses below, for a day and a half.
pub const MOST_ATTEMPTS: u32 = 80;
/// Seconds before the second attempt, doubled before each further one, up to the longest.
const FIRST_PAUSE: u64 = 2;
const LONGEST_PAUSE: u64 = 1800;
/// Notices in one list.
const LISTED: u32 = 500;
/// Why a notice that an admin withdrew was not sent.
const WITHDRAWN: &str = "withdrawn by an admin";

/// Which notices.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NoticesPart {
    /// Only those in this state.
    pub state: Option<NoticeState>,
    /// Only those after this one. For the page after this one, give the `id` of its last entry.
    pub after: Option<Id>,
}

impl App {
    /// Where a school's notices stand, the newest first. For admins.
    ///
    /// # Errors
    /// `NotFound` also for a notice to list from that is not among them, `Forbidden`.
    pub async fn notices(&self, who: &Principal, school: &Id, part: NoticesPart) -> AppResult<Vec<NoticeStatus>> {
        let (who, school) = (who.clone(), school.clone());
        self.store
            .read(move |conn| {
                schools::run(conn, &who, &school)?;
                listed(conn, Some(&school), &part)
            })
            .await
    }

    /// Where notices of no school stand, which carry sign-ins and invitations, or tell operators of load; the newest first.
    /// For operators.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound` for a notice to list from that is not among them.
    pub async fn account_notices(&self, who: &Principal, part: NoticesPart) -> AppResult<Vec<NoticeStatus>> {
        if !who.may_operate() {
            return Err(AppError::forbidden("only an operator sees the mails of no school"));
        }
        self.store.read(move |conn| listed(conn, None, &part)).await
    }

    /// Sends a notice that failed or was sent once more: the same mail, to the address that its reader has now. For admins.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict` while it still waits: `notice-waits`, and once it was emptied: `notice-emptied`.
    pub async fn resend_notice(&self, who: &Principal, school: &Id, id: &Id) -> AppResult<NoticeStatus> {
        let (who, school, id, now) = (who.clone(), school.clone(), id.clone(), self.now());
        let status = self
            .write(move |conn| {
                schools::run(conn, &who, &school)?;
                let status = of_school(conn, &school, &id)?;
                if status.to.is_empty() {
                    return Err(AppError::conflict(
                        "notice-emptied",
                        "this notice had its time: its text and its address were deleted",
                    ));
                }
                let to = directed(conn, &status, &id)?;
                if !store::notices::resend(conn, &id, &to, now)? {
                    return Err(AppError::conflict(
                        "notice-waits",
                        "this notice still waits to be sent; look again later",
                    ));
                }
                Ok(store::notices::status(conn, &id)?)
            })
            .await?;
        self.bell.ring();
        Ok(status)
    }

    /// Gives up a notice that waits to be sent. One that is on its way just now is not tried again. For admins.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict` `notice-gone` for one that is sent or has failed.
    pub async fn withdraw_notice(&self, who: &Principal, school: &Id, id: &Id) -> AppResult<NoticeStatus> {
        let (who, school, id, now) = (who.clone(), school.clone(), id.clone(), self.now());
        self.write(move |conn| {
            schools::run(conn, &who, &school)?;
            of_school(conn, &school, &id)?;
            if !store::notices::give_up(conn, &id, WITHDRAWN, now)? {
                let message = "this notice does not wait any more: it was sent or has failed";
                return Err(AppError::conflict("notice-gone", message));
            }
            Ok(store::notices::status(conn, &id)?)
        })
        .await
    }

    /// Notes that a mail came back, when that is what this mail says; tells whether it was one of ours. It names ours by its
    /// Message-ID, which only who got the mail knows.
    ///
    /// # Errors
    /// those of the database.
    pub fn note_bounce(&self, mail: &str) -> AppResult<bool> {
        let (Some(bounce), now) = (bounce(mail), self.now()) else { return Ok(false) };
        let why = format!("came back: {}", bounce.reason);
        self.store.write_now(|conn| Ok::<_, AppError>(store::notices::came_back(conn, &bounce.message_id, &why, now)?))
    }

    /// Takes up the notice that is due longest, if one is; with how often it was taken up. `most` go to one domain within a
    /// minute, of all workers together.
    ///
    /// # Errors
    /// those of the database.
    pub fn claim_notice(&self, holder: &Holder, most: Option<u32>) -> AppResult<Option<(Notice, u32)>> {
        let now = self.now();
        // Looking costs no write: a worker with nothing to do leaves the database to others.
        if !self.store.read_now(|conn| store::outbox::is_due(conn, most, now))? {
            return Ok(None);
        }
        self.store.write_now(|conn| Ok::<_, AppError>(store::outbox::claim(conn, &holder.lease(), most, now)?))
    }

    /// Holds a notice longer; tells whether it is still the holder's.
    ///
    /// # Errors
    /// those of the database.
    pub fn hold_notice(&self, id: &Id, holder: &Holder) -> AppResult<bool> {
        self.store.write_now(|conn| Ok::<_, AppError>(store::outbox::renew(conn, id, &holder.lease())?))
    }

    /// Notes what became of an attempt. What was deferred is tried again after a pause that grows with the attempts,
    /// each time a little different, so that a server that comes back is not overrun.
    ///
    /// # Errors
    /// those of the database.
    pub fn settle_notice(
        &self,
        notice: &Notice,
        attempts: u32,
        holder: &Holder,
        result: &Result<(), Undelivered>,
    ) -> AppResult<()> {
        let now = self.now();
        let outcome = match result {
            Ok(()) => Outcome::Sent,
            Err(Undelivered::Deferred(error)) if attempts < MOST_ATTEMPTS => {
                Outcome::Later { error, run_after: now + pause(attempts, rand::random_range(0.5..1.0)) }
            }
            Err(Undelivered::Deferred(error) | Undelivered::Refused(error)) => Outcome::Failed { error },
        };
        self.store.write_now(|conn| {
            store::outbox::settle(conn, &notice.id, &holder.owner, &outcome, now)?;
            Ok::<_, AppError>(())
        })
    }
}

fn of_school(conn: &mut Conn, school: &Id, id: &Id) -> AppResult<NoticeStatus> {
    match store::notices::status(conn, id) {
        Ok(status) if status.school.as_ref() == Some(school) => Ok(status),
        Ok(_) | Err(StoreError::NotFound) => Err(AppError::not_found("notice", id)),
        Err(error) => Err(error.into()),
    }
}

/// Where a notice goes when it is sent again: its reader's address may have been corrected since, when it came back say. A reader
/// who has none any more, or is not there any more, keeps the one that it was written to.
fn directed(conn: &mut Conn, status: &NoticeStatus, id: &Id) -> AppResult<Direction> {
    let mut to = store::notices::direction(conn, id)?;
    let secret = to.unsubscribe.as_deref().and_then(secret).map(str::to_owned);
    let present = match (&status.teacher, &secret) {
        (Some(teacher), _) => match store::teachers::get(conn, teacher).found()? {
            Some(Teacher { email: None, .. }) | None => None,
            Some(teacher) => {
                let reader = reader_id(conn, &teacher)?;
                let reader = reader_of(conn, &reader, Some(&teacher.id))?;
                teacher.email.map(|address| (address, reader.secret))
            }
        },
        // A secret is its reader's own.
        (None, Some(secret)) => match store::mail_readers::by_secret(conn, secret).found()? {
            Some(reader) => {
                let person = store::people::get(conn, &reader.id).found()?;
                person.map(|person| (person.email, reader.secret))
            }
            None => None,
        },
        (None, None) => None,
    };
    let Some((address, present)) = present.filter(|(address, _)| *address != to.address) else { return Ok(to) };
    to.calendar = to.calendar.map(|calendar| ical::readdressed(&calendar, &to.address, &address));
    // Who reads another address may be another reader, who must not decide for the first.
    if let Some(old) = secret {
        for text in [Some(&mut to.text), Some(&mut to.html), to.unsubscribe.as_mut()].into_iter().flatten() {
            *text = text.replace(&old, &present);
        }
    }
    to.address = address;
    Ok(to)
}

/// The secret of an address at which mails are switched off.
fn secret(unsubscribe: &str) -> Option<&str> {
    unsubscribe.rsplit_once("/unsubscribe/")?.1.split('/').next()
}

fn listed(conn: &mut Conn, school: Option<&Id>, part: &NoticesPart) -> AppResult<Vec<NoticeStatus>> {
    let after = match &part.after {
        Some(id) => match store::notices::status(conn, id) {
            Ok(last) if last.school.as_ref() == school => Some(last),
            Ok(_) | Err(StoreError::NotFound) => return Err(AppError::not_found("notice", id)),
            Err(error) => return Err(error.into()),
        },
        None => None,
    };
    Ok(store::notices::list(conn, school, &Which { state: part.state, after }, LISTED)?)
}

/// The pause after so many attempts; `share` of it, to spread them.
fn pause(attempts: u32, share: f64) -> Duration {
    let whole = FIRST_PAUSE.saturating_mul(2_u64.saturating_pow(attempts.saturating_sub(1))).min(LONGEST_PAUSE);
    let millis = Duration::seconds(i64::try_from(whole).unwrap_or(1800)).num_milliseconds();
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "half an hour in milliseconds")]
    Duration::milliseconds((millis as f64 * share) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_half_an_hour() {
        let seconds: Vec<i64> = [1, 2, 5, 11, 80].map(|attempts| pause(attempts, 1.0).num_seconds()).to_vec();
        assert_eq!(seconds, [2, 4, 32, 1800, 1800]);
        assert_eq!(pause(1, 0.5).num_milliseconds(), 1000);
    }
}
