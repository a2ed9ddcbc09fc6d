//! What the worker that solves a round does with the database: claim, hold, finish, give back.

use super::{
    App, AppError, AppResult, fairness,
    jobs::{SOLVE, SolvePayload},
    pins, situation,
};
use crate::{
    domain::{
        id::Id,
        job::{Job, JobState},
        round::{Plan, PlanPrice},
        session::SessionState,
    },
    planning::{
        problem::{Situation, fingerprint},
        terms::{Keep, MOVE, MoveCost, Terms},
    },
    store::{
        self, StoreError,
        jobs::{End, Lease},
    },
};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

/// All that a solve needs.
#[derive(Clone, Debug)]
pub struct Task {
    /// What the plan depends on.
    pub situation: Situation,
    /// The plan that it is made from: the one that was asked for, or the published one.
    pub parent: Option<Plan>,
    /// Stands for what the plan is made for.
    pub fingerprint: String,
    /// What a worker that did not end had found.
    pub best: Option<BestSoFar>,
}

/// The best plan that a solve has found so far: where each request is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BestSoFar {
    /// By request.
    pub starts: BTreeMap<Id, DateTime<Utc>>,
}

/// Where classes had better stay: as in the plan to start from; of the published one, where they are by now.
fn keep(payload: &SolvePayload, parent: &Plan, situation: &Situation) -> Keep {
    let move_cost = match (payload.least_change, payload.move_cost) {
        (true, _) => MoveCost::MoreThanItGains,
        (false, Some(cost)) => MoveCost::Of(cost),
        (false, None) => MoveCost::Of(MOVE),
    };
    let is_published = situation.round.published_plan.as_ref() == Some(&parent.id);
    let planned = parent.starts.iter().filter_map(|start| Some((start.request.clone(), start.starts_at?)));
    let published = situation.published.iter().filter(|session| session.state == SessionState::Confirmed);
    let published = published.filter_map(|session| Some((session.request.clone()?, session.starts_at)));
    let starts = if is_published { published.collect() } else { planned.collect() };
    Keep { starts, move_cost }
}

impl App {
    /// Takes up the solve that waits longest, if one does.
    ///
    /// # Errors
    /// those of the database.
    pub fn claim_solve(&self, holder: &Holder) -> AppResult<Option<Job>> {
        self.claim_job(SOLVE, holder)
    }

    /// Takes up the job of this kind that waits longest, if one does.
    ///
    /// # Errors
    /// those of the database.
    pub fn claim_job(&self, kind: &str, holder: &Holder) -> AppResult<Option<Job>> {
        let now = self.now();
        // Looking costs no write: a worker with nothing to do leaves the database to others.
        if !self.store.read_now(|conn| store::jobs::is_due(conn, kind, now))? {
            return Ok(None);
        }
        self.store.write_now(|conn| {
            let Some(job) = store::jobs::claim(conn, kind, &holder.lease(), now)? else { return Ok(None) };
            if job.attempts <= MOST_ATTEMPTS {
                return Ok(Some(job));
            }
            let error = format!("given up: {MOST_ATTEMPTS} workers took it up and did not end it");
            store::jobs::finish(conn, &job.id, &holder.owner, &End::Failed { error: &error }, None, now)?;
            Ok::<_, AppError>(None)
        })
    }

    /// All that the job's plan depends on, and what it starts from.
    ///
    /// # Errors
    /// `NotFound` when the round or the plan to start from is not there any more.
    pub fn task(&self, job: &Job, payload: &SolvePayload) -> AppResult<Task> {
        self.store.read_now(|conn| {
            let round = match store::rounds::get(conn, &job.subject) {
                Err(StoreError::NotFound) => return Err(AppError::not_found("round", &job.subject)),
                other => other?,
            };
            let from = payload.from.as_ref().or(round.published_plan.as_ref());
            let parent = match from.map(|plan| store::plans::get(conn, plan).map_err(|error| (plan, error))) {
                Some(Err((plan, error))) => return Err(error.or_unknown("plan", plan)),
                Some(Ok(plan)) => Some(plan),
                None => None,
            };
            let mut situation = situation::situation(conn, &round)?;
            situation.terms = Terms {
                pins: pins::starts(conn, &round)?,
                weights: fairness::weights(conn, &round, &situation.requests)?,
                keep: parent.as_ref().map(|parent| keep(payload, parent, &situation)),
            };
            let fingerprint = fingerprint(&situation);
            let best = store::jobs::best(conn, &job.id)?;
            // What cannot be read is of another version: then the search begins anew.
            let best = best.and_then(|best| serde_json::from_str(&best).ok());
            Ok(Task { situation, parent, fingerprint, best })
        })
    }

    /// Keeps the best that a solve has found so far, for the worker that takes the job up again should this one die.
    ///
    /// # Errors
    /// those of the database.
    pub fn keep_best(&self, job: &Id, holder: &Holder, best: &BestSoFar) -> AppResult<()> {
        let text = serde_json::to_string(best).map_err(|error| AppError::Internal(error.to_string()))?;
        self.store.write_now(|conn| Ok(store::jobs::keep_best(conn, job, &holder.owner, &text)?))
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
