//! Notices: who hears of a change, written in the transaction of the change; then what the sender needs, and what
//! admins see of it.

use super::{App, AppError, AppResult, feeds::view::named, solving::Holder};
use crate::{
    app::Settings,
    domain::{
        access::Principal,
        id::Id,
        notice::{Notice, NoticeStatus},
        people::{School, Teacher},
        session::{Session, SessionChange},
    },
    ical::{self, Attendee, Publisher},
    mail::{
        Undelivered,
        render::{self, Item, News},
    },
    planning::names::Names,
    store::{self, Conn, StoreError, notices::Outcome},
};
use chrono::{DateTime, Duration, Utc};

/// The kind of a notice that tells of sessions.
const SESSIONS: &str = "sessions";
/// How often a mail is tried: with the pauses below, for a day and a half.
const MOST_ATTEMPTS: u32 = 80;
/// Seconds before the second attempt, doubled before each further one, up to the longest.
const FIRST_PAUSE: u64 = 2;
const LONGEST_PAUSE: u64 = 1800;
/// Notices in one list.
const LISTED: u32 = 1000;

/// One mail for each teacher of the changed sessions, however many changed. `release` names what caused them (a
/// plan, or a session and its sequence): the same release never gives a teacher a second mail.
///
/// # Errors
/// those of the database.
pub fn announce(
    conn: &mut Conn,
    settings: &Settings,
    school: &School,
    release: &Id,
    changes: &[SessionChange],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let teachers = store::teachers::list(conn, &school.id)?;
    if concerned(&teachers, changes).all(|(teacher, _)| teacher.email.is_none()) {
        return Ok(());
    }
    let groups = store::groups::list(conn, &school.id)?;
    let names = Names::new(school, &teachers, &groups, &[]);
    for (teacher, theirs) in concerned(&teachers, changes) {
        let Some(address) = &teacher.email else { continue };
        let notice = write(settings, school, release, (teacher, address), items(&theirs, &names), now)?;
        store::notices::enqueue(conn, &notice)?;
    }
    Ok(())
}

/// The teachers whom changes concern, each with theirs; those of them who have an address get a mail.
pub(super) fn concerned<'a>(
    teachers: &'a [Teacher],
    changes: &'a [SessionChange],
) -> impl Iterator<Item = (&'a Teacher, Vec<&'a SessionChange>)> {
    teachers.iter().filter_map(|teacher| {
        let of_teacher = |change: &&SessionChange| change.session.teachers.contains(&teacher.id);
        let theirs: Vec<&SessionChange> = changes.iter().filter(of_teacher).collect();
        (!theirs.is_empty()).then_some((teacher, theirs))
    })
}

fn items(changes: &[&SessionChange], names: &Names) -> Vec<Item> {
    let sessions: Vec<Session> = changes.iter().map(|change| change.session.clone()).collect();
    let kinds = changes.iter().map(|change| change.change);
    let mut items: Vec<Item> =
        named(sessions, names).into_iter().zip(kinds).map(|(session, change)| Item { session, change }).collect();
    items.sort_by_key(|item| (item.session.session.starts_at, item.session.session.id.clone()));
    items
}

fn write(
    settings: &Settings,
    school: &School,
    release: &Id,
    (teacher, address): (&Teacher, &str),
    items: Vec<Item>,
    now: DateTime<Utc>,
) -> Result<Notice, StoreError> {
    let publisher =
        Publisher { domain: &settings.domain, school: &school.name, zone: school.zone(), language: teacher.language };
    let calendar = match items.as_slice() {
        [item] => ical::invitation(&publisher, &Attendee { name: &teacher.name, address }, &item.session),
        items => {
            let sessions: Vec<_> = items.iter().map(|item| item.session.clone()).collect();
            ical::bundle(&publisher, now, &sessions)
        }
    };
    let news = News {
        school: &school.name,
        zone: school.zone(),
        reader: &teacher.name,
        language: teacher.language,
        link: &format!("{}/week", settings.public_url),
        items: &items,
    };
    let mail = render::changes(&news).map_err(|error| StoreError::Other(error.to_string()))?;
    let id = Id::new(now);
    Ok(Notice {
        message_id: format!("{id}@{}", settings.domain),
        id,
        school: Some(school.id.clone()),
        teacher: Some(teacher.id.clone()),
        cause: format!("{release}/{}", teacher.id),
        kind: SESSIONS.to_owned(),
        to_name: teacher.name.clone(),
        to_address: address.to_owned(),
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        calendar: Some(calendar),
        created_at: now,
    })
}

impl App {
    /// Where a school's notices stand, the newest first. For admins.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`.
    pub async fn notices(&self, who: &Principal, school: &Id) -> AppResult<Vec<NoticeStatus>> {
        self.admitted(who, school).await?;
        let school = school.clone();
        self.store.read(move |conn| Ok(store::notices::list(conn, &school, LISTED)?)).await
    }

    /// Sends a notice that failed or was sent once more: the same mail. For admins.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict` while it still waits: `notice-waits`, and once it was emptied: `notice-emptied`.
    pub async fn resend_notice(&self, who: &Principal, school: &Id, id: &Id) -> AppResult<NoticeStatus> {
        self.admitted(who, school).await?;
        let (school, id, now) = (school.clone(), id.clone(), self.now());
        let status = self
            .write(move |conn| {
                let unknown = || AppError::not_found("notice", &id);
                let status = match store::notices::status(conn, &id) {
                    Err(StoreError::NotFound) => return Err(unknown()),
                    other => other?,
                };
                if status.school.as_ref() != Some(&school) {
                    return Err(unknown());
                }
                if status.to.is_empty() {
                    return Err(AppError::conflict(
                        "notice-emptied",
                        "this notice had its time: its text and its address were deleted",
                    ));
                }
                if !store::notices::resend(conn, &id, now)? {
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

    /// Takes up the notice that is due longest, if one is; with how often it was taken up.
    ///
    /// # Errors
    /// those of the database.
    pub fn claim_notice(&self, holder: &Holder) -> AppResult<Option<(Notice, u32)>> {
        let now = self.now();
        // Looking costs no write: a worker with nothing to do leaves the database to others.
        if !self.store.read_now(|conn| store::notices::is_due(conn, now))? {
            return Ok(None);
        }
        self.store.write_now(|conn| Ok::<_, AppError>(store::notices::claim(conn, &holder.lease(), now)?))
    }

    /// Holds a notice longer; tells whether it is still the holder's.
    ///
    /// # Errors
    /// those of the database.
    pub fn hold_notice(&self, id: &Id, holder: &Holder) -> AppResult<bool> {
        self.store.write_now(|conn| Ok::<_, AppError>(store::notices::renew(conn, id, &holder.lease())?))
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
            store::notices::settle(conn, &notice.id, &holder.owner, &outcome, now)?;
            Ok::<_, AppError>(())
        })
    }

    async fn admitted(&self, who: &Principal, school: &Id) -> AppResult<()> {
        self.school(who, school).await?;
        if who.may_run(school) {
            Ok(())
        } else {
            Err(AppError::forbidden("only an admin of the school sees its mails"))
        }
    }
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
