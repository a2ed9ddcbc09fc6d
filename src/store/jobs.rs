//! Jobs: claimed by a conditional update, held by a lease, finished only by who holds it.

use super::{
    Conn, StoreError,
    schema::jobs,
    types::{column, count, utc, word},
};
use crate::domain::{
    id::Id,
    job::{Job, JobState},
};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;
use std::collections::HashMap;

/// For so long a job that has ended counts among those that a school had of late.
const OF_LATE: Duration = Duration::hours(1);

type Row = (
    (String, String, String, String, String, String, i64),
    (Option<String>, Option<String>, Option<String>, NaiveDateTime, Option<NaiveDateTime>),
);
type Columns = (
    (jobs::id, jobs::kind, jobs::school_id, jobs::subject_id, jobs::payload, jobs::state, jobs::attempts),
    (jobs::progress, jobs::result_id, jobs::error, jobs::created_at, jobs::finished_at),
);
const COLUMNS: Columns = (
    (jobs::id, jobs::kind, jobs::school_id, jobs::subject_id, jobs::payload, jobs::state, jobs::attempts),
    (jobs::progress, jobs::result_id, jobs::error, jobs::created_at, jobs::finished_at),
);

/// Who holds a job, and how long.
#[derive(Clone, Debug)]
pub struct Lease {
    /// The worker, by a name that no other one has.
    pub owner: String,
    /// When another may take the job.
    pub until: DateTime<Utc>,
}

/// Asks for a job, to be taken up from its creation on.
///
/// # Errors
/// those of the database.
pub fn insert(conn: &mut Conn, job: &Job) -> Result<(), StoreError> {
    diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(job.id.as_str()),
            jobs::kind.eq(&job.kind),
            jobs::school_id.eq(job.school.as_str()),
            jobs::subject_id.eq(job.subject.as_str()),
            jobs::payload.eq(&job.payload),
            jobs::state.eq(job.state.as_str()),
            jobs::attempts.eq(i64::from(job.attempts)),
            jobs::run_after.eq(column(job.created_at)),
            jobs::created_at.eq(column(job.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// One job.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Job, StoreError> {
    job(jobs::table.filter(jobs::id.eq(id.as_str())).select(COLUMNS).first::<Row>(conn)?)
}

/// The job of this kind about this subject that waits or runs, if there is one.
///
/// # Errors
/// those of the database.
pub fn open(conn: &mut Conn, kind: &str, subject: &Id) -> Result<Option<Job>, StoreError> {
    let found = jobs::table
        .filter(jobs::kind.eq(kind))
        .filter(jobs::subject_id.eq(subject.as_str()))
        .filter(jobs::state.eq_any([JobState::Queued.as_str(), JobState::Running.as_str()]))
        .select(COLUMNS)
        .first::<Row>(conn)
        .optional()?;
    found.map(job).transpose()
}

/// How many jobs of this kind a school has that wait or run.
///
/// # Errors
/// those of the database.
pub fn count_open(conn: &mut Conn, kind: &str, school: &Id) -> Result<i64, StoreError> {
    let open = jobs::table
        .filter(jobs::kind.eq(kind))
        .filter(jobs::school_id.eq(school.as_str()))
        .filter(jobs::state.eq_any([JobState::Queued.as_str(), JobState::Running.as_str()]));
    Ok(open.count().get_result(conn)?)
}

/// Whether a job of this kind waits, or was left by its worker.
///
/// # Errors
/// those of the database.
pub fn is_due(conn: &mut Conn, kind: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(due(conn, kind, now)?.is_some())
}

/// Takes a job of this kind that waits, or whose worker let its lease end: of the school that had fewest of late, so that no
/// school waits for all that another has asked for, the one that waits longest. The lease is the claimer's from now on, and
/// one more attempt is counted. One that was cancelled stays so: it is taken to make what its worker had found a result.
///
/// # Errors
/// those of the database.
pub fn claim(conn: &mut Conn, kind: &str, lease: &Lease, now: DateTime<Utc>) -> Result<Option<Job>, StoreError> {
    let Some((id, attempts, state)) = due(conn, kind, now)? else { return Ok(None) };
    let state = match word(&state)? {
        JobState::Cancelled => JobState::Cancelled,
        _ => JobState::Running,
    };
    // `attempts` is what makes the update conditional: whoever claims first raises it.
    let taken = diesel::update(jobs::table.filter(jobs::id.eq(&id)).filter(jobs::attempts.eq(attempts)))
        .set((
            jobs::state.eq(state.as_str()),
            jobs::attempts.eq(attempts + 1),
            jobs::lease_owner.eq(Some(&lease.owner)),
            jobs::lease_until.eq(Some(column(lease.until))),
        ))
        .execute(conn)?;
    if taken == 1 { get(conn, &id.into()).map(Some) } else { Err(StoreError::LostRace) }
}

/// Holds a job longer and notes how far it is; tells its state, or nothing when another worker has it. An attempt that
/// knows nothing yet leaves the progress of the one before.
///
/// # Errors
/// those of the database.
pub fn renew(conn: &mut Conn, id: &Id, lease: &Lease, progress: Option<&str>) -> Result<Option<JobState>, StoreError> {
    let ours = jobs::table.filter(jobs::id.eq(id.as_str())).filter(jobs::lease_owner.eq(Some(&lease.owner)));
    let until = jobs::lease_until.eq(Some(column(lease.until)));
    let renewed = match progress {
        Some(progress) => diesel::update(ours).set((until, jobs::progress.eq(Some(progress)))).execute(conn)?,
        None => diesel::update(ours).set(until).execute(conn)?,
    };
    if renewed == 0 { Ok(None) } else { get(conn, id).map(|job| Some(job.state)) }
}

/// Keeps the best that the worker has found so far, if `owner` still holds the job.
///
/// # Errors
/// those of the database.
pub fn keep_best(conn: &mut Conn, id: &Id, owner: &str, best: &str) -> Result<(), StoreError> {
    let ours = jobs::table.filter(jobs::id.eq(id.as_str())).filter(jobs::lease_owner.eq(Some(owner)));
    diesel::update(ours).set(jobs::best.eq(Some(best))).execute(conn)?;
    Ok(())
}

/// The best that the workers of a job have found so far.
///
/// # Errors
/// `NotFound`.
pub fn best(conn: &mut Conn, id: &Id) -> Result<Option<String>, StoreError> {
    Ok(jobs::table.filter(jobs::id.eq(id.as_str())).select(jobs::best).first(conn)?)
}

/// How a job ends.
#[derive(Clone, Debug)]
pub enum End<'a> {
    /// It made this.
    Done {
        /// What it made.
        result: &'a Id,
    },
    /// It cannot be done.
    Failed {
        /// Why, in words for its owner.
        error: &'a str,
    },
}

/// Ends a job, if `owner` still holds it; tells whether that is so. A job that was cancelled meanwhile stays
/// cancelled, and keeps what it made.
///
/// # Errors
/// those of the database.
pub fn finish(
    conn: &mut Conn,
    id: &Id,
    owner: &str,
    end: &End<'_>,
    progress: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let ours = || jobs::table.filter(jobs::id.eq(id.as_str())).filter(jobs::lease_owner.eq(Some(owner)));
    let (state, result, error) = match end {
        End::Done { result } => (JobState::Done, Some(result.as_str()), None),
        End::Failed { error } => (JobState::Failed, None, Some(*error)),
    };
    let nobody: Option<&str> = None;
    let ended = diesel::update(ours())
        .set((jobs::result_id.eq(result), jobs::error.eq(error), jobs::finished_at.eq(Some(column(now)))))
        .execute(conn)?;
    // How far it came stays to be read when nothing newer is known.
    if progress.is_some() {
        diesel::update(ours()).set(jobs::progress.eq(progress)).execute(conn)?;
    }
    diesel::update(ours().filter(jobs::state.eq(JobState::Running.as_str())))
        .set(jobs::state.eq(state.as_str()))
        .execute(conn)?;
    diesel::update(ours()).set((jobs::lease_owner.eq(nobody), jobs::best.eq(nobody))).execute(conn)?;
    Ok(ended == 1)
}

/// Gives a job back, to be taken up from `run_after` on: a worker that stops, or a passing trouble. `counted` tells
/// whether the attempt counts.
///
/// # Errors
/// those of the database.
pub fn release(
    conn: &mut Conn,
    id: &Id,
    owner: &str,
    run_after: DateTime<Utc>,
    counted: bool,
) -> Result<(), StoreError> {
    let ours = jobs::table
        .filter(jobs::id.eq(id.as_str()))
        .filter(jobs::lease_owner.eq(Some(owner)))
        .filter(jobs::state.eq(JobState::Running.as_str()));
    let nobody: Option<&str> = None;
    diesel::update(ours)
        .set((
            jobs::state.eq(JobState::Queued.as_str()),
            jobs::lease_owner.eq(nobody),
            jobs::run_after.eq(column(run_after)),
            jobs::attempts.eq(jobs::attempts - i64::from(!counted)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Cancels a job that waits or runs; tells whether it did. Its worker sees it at the next renewal.
///
/// # Errors
/// those of the database.
pub fn cancel(conn: &mut Conn, id: &Id, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let open = jobs::table
        .filter(jobs::id.eq(id.as_str()))
        .filter(jobs::state.eq_any([JobState::Queued.as_str(), JobState::Running.as_str()]));
    let cancelled = diesel::update(open)
        .set((jobs::state.eq(JobState::Cancelled.as_str()), jobs::finished_at.eq(Some(column(now)))))
        .execute(conn)?;
    Ok(cancelled == 1)
}

/// When a job may be taken up, its id and its school, how often it was taken up, and its state.
type Waiting = (NaiveDateTime, String, String, i64, String);

/// The job to be taken next, how often it was taken up, and its state. Of those that were cancelled, one whose worker had
/// found something and did not live to hand it in.
fn due(conn: &mut Conn, kind: &str, now: DateTime<Utc>) -> Result<Option<(String, i64, String)>, StoreError> {
    let columns = (jobs::run_after, jobs::id, jobs::school_id, jobs::attempts, jobs::state);
    // One question a state, so that each uses its index: most jobs are over, and no question reads them.
    let mut waiting = jobs::table
        .filter(jobs::kind.eq(kind))
        .filter(jobs::state.eq(JobState::Queued.as_str()))
        .filter(jobs::run_after.le(column(now)))
        .select(columns)
        .load::<Waiting>(conn)?;
    let held = || jobs::table.filter(jobs::kind.eq(kind)).filter(jobs::lease_owner.is_not_null());
    let ended = || jobs::lease_until.is_null().or(jobs::lease_until.lt(Some(column(now)))).assume_not_null();
    let left = jobs::state.eq(JobState::Running.as_str());
    let unfinished = jobs::state.eq(JobState::Cancelled.as_str()).and(jobs::best.is_not_null());
    waiting.extend(held().filter(left.or(unfinished)).filter(ended()).select(columns).load::<Waiting>(conn)?);
    if waiting.is_empty() {
        return Ok(None);
    }
    waiting.sort();
    let running = held()
        .filter(jobs::state.eq(JobState::Running.as_str()))
        .filter(jobs::lease_until.ge(Some(column(now))))
        .filter(jobs::attempts.gt(0));
    let mut had = running.select(jobs::school_id).load::<String>(conn)?;
    let of_late = jobs::table
        .filter(jobs::kind.eq(kind))
        .filter(jobs::finished_at.ge(Some(column(now - OF_LATE))))
        .filter(jobs::attempts.gt(0));
    had.extend(of_late.select(jobs::school_id).load::<String>(conn)?);
    let mut counts: HashMap<&str, usize> = HashMap::new();
    had.iter().for_each(|school| *counts.entry(school).or_default() += 1);
    // Of several that had as few, the first.
    let next = waiting.iter().min_by_key(|(_, _, school, ..)| counts.get(school.as_str()).copied().unwrap_or(0));
    Ok(next.map(|(_, id, _, attempts, state)| (id.clone(), *attempts, state.clone())))
}

fn job(row: Row) -> Result<Job, StoreError> {
    let ((id, kind, school, subject, payload, state, attempts), (progress, result, error, created, finished)) = row;
    Ok(Job {
        id: id.into(),
        kind,
        school: school.into(),
        subject: subject.into(),
        payload,
        state: word(&state)?,
        attempts: count(attempts)?,
        progress,
        result: result.map(Id::from),
        error,
        created_at: utc(created),
        finished_at: finished.map(utc),
    })
}
