//! What the worker that solves a round does with the database: claim, hold, finish, give back.

use super::{App, AppError, AppResult, jobs::SOLVE, situation};
use crate::{
    domain::{
        id::Id,
        job::{Job, JobState},
        round::{Plan, PlanPrice},
    },
    planning::problem::Situation,
    store::{
        self, StoreError,
        jobs::{End, Lease},
    },
};
use chrono::{Duration, Utc};

/// How often a job is taken up before it is given up.
pub const MOST_ATTEMPTS: u32 = 5;

/// A worker that lets jobs go when it says nothing for `seconds`.
#[derive(Clone, Debug)]
pub struct Holder {
    /// A name that no other worker has.
    pub owner: String,
    /// How long it holds a job without a sign.
    pub seconds: u64,
}

impl Holder {
    pub(super) fn lease(&self) -> Lease {
        let until = Utc::now() + Duration::seconds(i64::try_from(self.seconds).unwrap_or(i64::MAX / 1000));
        Lease { owner: self.owner.clone(), until }
    }
}

impl App {
    /// Takes up the solve that waits longest, if one does.
    ///
    /// # Errors
    /// those of the database.
    pub fn claim_solve(&self, holder: &Holder) -> AppResult<Option<Job>> {
        let now = self.now();
        // Looking costs no write: a worker with nothing to do leaves the database to others.
        if !self.store.read_now(|conn| store::jobs::is_due(conn, SOLVE, now))? {
            return Ok(None);
        }
        self.store.write_now(|conn| {
            let Some(job) = store::jobs::claim(conn, SOLVE, &holder.lease(), now)? else { return Ok(None) };
            if job.attempts <= MOST_ATTEMPTS {
                return Ok(Some(job));
            }
            let error = format!("given up: {MOST_ATTEMPTS} workers took it up and did not end it");
            store::jobs::finish(conn, &job.id, &holder.owner, &End::Failed { error: &error }, None, now)?;
            Ok::<_, AppError>(None)
        })
    }

    /// All that the job's plan depends on, and the plan that is published.
    ///
    /// # Errors
    /// `NotFound` when the round is not there any more.
    pub fn situation_of(&self, job: &Job) -> AppResult<(Situation, Option<Plan>)> {
        self.store.read_now(|conn| {
            let round = match store::rounds::get(conn, &job.subject) {
                Err(StoreError::NotFound) => return Err(AppError::not_found("round", &job.subject)),
                other => other?,
            };
            let published = round.published_plan.as_ref().map(|plan| store::plans::get(conn, plan)).transpose()?;
            Ok((situation::situation(conn, &round)?, published))
        })
    }

    /// Holds a job longer and notes how far it is; tells its state, or nothing when it is another worker's now.
    ///
    /// # Errors
    /// those of the database.
    pub fn hold(&self, job: &Id, holder: &Holder, progress: Option<&str>) -> AppResult<Option<JobState>> {
        self.store.write_now(|conn| Ok(store::jobs::renew(conn, job, &holder.lease(), progress)?))
    }

    /// Keeps the plan with its prices and ends the job, all or nothing; tells whether the job was still the worker's.
    ///
    /// # Errors
    /// those of the database.
    pub fn finish_solve(
        &self,
        job: &Id,
        holder: &Holder,
        plan: &Plan,
        prices: &[PlanPrice],
        progress: Option<&str>,
    ) -> AppResult<bool> {
        let now = self.now();
        self.store.write_now(|conn| {
            let end = End::Done { result: &plan.id };
            if !store::jobs::finish(conn, job, &holder.owner, &end, progress, now)? {
                return Ok(false);
            }
            store::plans::insert(conn, plan)?;
            store::plans::insert_prices(conn, &plan.id, prices)?;
            Ok::<_, AppError>(true)
        })
    }

    /// Ends a job that cannot be done.
    ///
    /// # Errors
    /// those of the database.
    pub fn fail_job(&self, job: &Id, holder: &Holder, error: &str) -> AppResult<()> {
        let now = self.now();
        self.store.write_now(|conn| {
            store::jobs::finish(conn, job, &holder.owner, &End::Failed { error }, None, now)?;
            Ok::<_, AppError>(())
        })
    }

    /// Gives a job back: at once and uncounted when the worker stops, after some seconds when something passing went
    /// wrong.
    ///
    /// # Errors
    /// those of the database.
    pub fn give_back(&self, job: &Job, holder: &Holder, stopping: bool) -> AppResult<()> {
        let wait = if stopping { 0 } else { 2_i64.saturating_pow(job.attempts.min(8)) };
        let run_after = self.now() + Duration::seconds(wait);
        self.store.write_now(|conn| {
            store::jobs::release(conn, &job.id, &holder.owner, run_after, !stopping)?;
            Ok::<_, AppError>(())
        })
    }
}
