//! Jobs: a round is solved by a worker, not while the caller waits.

use super::{
    App, AppError, AppResult, pins, plans,
    rounds::{may_run, not_archived, visible},
};
use crate::{
    domain::{
        access::Principal,
        finding::Findings,
        id::Id,
        job::{Job, JobState},
        round::Round,
    },
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The kind of job that solves a round.
pub const SOLVE: &str = "solve";
/// The most that moving a class may cost.
const MOST_MOVE_COST: u32 = 1_000_000;

/// How long and with how many threads rounds are solved.
#[derive(Clone, Copy, Debug)]
pub struct SolveLimits {
    /// Seconds when the planner does not say.
    pub seconds: u64,
    /// The most seconds a planner may ask for.
    pub max_seconds: u64,
    /// Threads of one solve.
    pub threads: usize,
}

impl Default for SolveLimits {
    fn default() -> Self {
        Self { seconds: 10, max_seconds: 600, threads: 1 }
    }
}

/// How to solve a round.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SolveOrder {
    /// How long to search; the installation's usual time when nothing is said.
    #[serde(default)]
    #[schema(minimum = 1, example = 10)]
    pub seconds: Option<u64>,
    /// The seed of all randomness.
    #[serde(default)]
    #[schema(maximum = 2_147_483_647)]
    pub seed: Option<u32>,
    /// A plan of the round to start from: its classes are where moving them costs. Without it, those that are published are.
    #[serde(default)]
    pub from: Option<Id>,
    /// Whether no class moves for its own sake: one moves only if a pin, a limit or another class takes its place, or to make
    /// room for one that had to move or had none.
    #[serde(default)]
    pub least_change: Option<bool>,
    /// What moving a class costs, where five minutes' move from a wish cost 1; 6 when nothing is said. Not together with
    /// `least_change`.
    #[serde(default)]
    #[schema(maximum = 1_000_000, example = 6)]
    pub move_cost: Option<u32>,
}

/// What a solve's worker needs to know.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SolvePayload {
    /// How long to search.
    pub seconds: u64,
    /// The seed of all randomness.
    pub seed: u64,
    /// Threads to use.
    pub threads: usize,
    /// The plan to start from, if not the published one.
    #[serde(default)]
    pub from: Option<Id>,
    /// Whether every class stays that need not move.
    #[serde(default)]
    pub least_change: bool,
    /// What moving a class costs, if not the usual.
    #[serde(default)]
    pub move_cost: Option<u32>,
    /// Who asked.
    #[serde(default)]
    pub asked_by: String,
}

/// How far a solve is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct SolveProgress {
    /// What is being done: `reading`, `bound`, `construct`, `search`, `exact` or `done`.
    pub phase: String,
    /// Seconds that were spent on it; those of a worker that died count as far as it told of them.
    pub seconds: f64,
    /// The weighted objective of the best plan so far, rounded up.
    pub objective: Option<u64>,
    /// No plan can have a lower weighted objective than this.
    pub bound: Option<f64>,
    /// Requests without a class in the best plan so far.
    pub unplaced: Option<usize>,
    /// Steps of the search so far.
    pub iterations: u64,
}

/// A job as its owner sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JobView {
    /// Identifier.
    pub id: Id,
    /// The round that is solved.
    pub round: Id,
    /// Where it stands.
    pub state: JobState,
    /// How often a worker took it up.
    pub attempts: u32,
    /// How far it is.
    pub progress: Option<SolveProgress>,
    /// Seconds that it may search.
    #[schema(example = 10)]
    pub seconds: u64,
    /// The plan it made. A cancelled job that was under way keeps the best one it had.
    pub plan: Option<Id>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

impl From<Job> for JobView {
    fn from(job: Job) -> Self {
        Self {
            id: job.id,
            round: job.subject,
            state: job.state,
            attempts: job.attempts,
            // Progress is for looking at: an unreadable one is none.
            progress: job.progress.and_then(|text| serde_json::from_str(&text).ok()),
            seconds: serde_json::from_str(&job.payload).map_or(0, |payload: SolvePayload| payload.seconds),
            plan: job.result,
            error: job.error,
            created_at: job.created_at,
            finished_at: job.finished_at,
        }
    }
}

impl App {
    /// Whether such work, which one process does for all, is this one's.
    ///
    /// # Errors
    /// those of the database.
    pub fn has_duty(&self, name: &'static str) -> AppResult<bool> {
        Ok(self.store.has_duty(name)?)
    }

    /// Has a round solved.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for teachers; `Invalid`; `Conflict`: `round-archived`, `already-solving` naming the job
    /// that solves the round already, `pins-do-not-fit` with everything that stands against the round's pins.
    pub async fn solve(&self, who: &Principal, round: &Id, order: SolveOrder) -> AppResult<JobView> {
        let (who, round, now, limits) = (who.clone(), round.clone(), self.now(), self.solve_limits);
        let job = self
            .write(move |conn| {
                let round = visible(conn, &who, &round)?;
                may_run(&who, &round.school, "have rounds solved")?;
                not_archived(&round)?;
                let payload = payload(conn, &who, &round, &order, limits)?;
                if let Some(other) = store::jobs::open(conn, SOLVE, &round.id)? {
                    let message = format!("job {} solves this round already; wait for it, or cancel it", other.id);
                    return Err(AppError::conflict("already-solving", message));
                }
                pins::must_fit(conn, &round, now)?;
                let job = Job {
                    id: Id::new(now),
                    kind: SOLVE.to_owned(),
                    school: round.school,
                    subject: round.id,
                    payload: serde_json::to_string(&payload).map_err(|e| AppError::Internal(e.to_string()))?,
                    state: JobState::Queued,
                    attempts: 0,
                    progress: None,
                    result: None,
                    error: None,
                    created_at: now,
                    finished_at: None,
                };
                store::jobs::insert(conn, &job)?;
                Ok(JobView::from(job))
            })
            .await?;
        self.bell.ring();
        Ok(job)
    }

    /// One job.
    ///
    /// # Errors
    /// `NotFound`, also for a job of another school.
    pub async fn job(&self, who: &Principal, id: &Id) -> AppResult<JobView> {
        let (who, id) = (who.clone(), id.clone());
        self.store.read(move |conn| Ok(visible_job(conn, &who, &id)?.into())).await
    }

    /// The job that solves a round now, if one does.
    ///
    /// # Errors
    /// `NotFound`, also for a round of another school.
    pub async fn job_of_round(&self, who: &Principal, round: &Id) -> AppResult<Option<JobView>> {
        let (who, round) = (who.clone(), round.clone());
        self.store
            .read(move |conn| {
                let round = visible(conn, &who, &round)?;
                Ok(store::jobs::open(conn, SOLVE, &round.id)?.map(JobView::from))
            })
            .await
    }

    /// Stops a job. One that waits never begins; one that is under way ends within seconds and keeps the best plan it
    /// has. A job that has ended stays as it is.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers.
    pub async fn cancel_job(&self, who: &Principal, id: &Id) -> AppResult<JobView> {
        let (who, id, now) = (who.clone(), id.clone(), self.now());
        self.write(move |conn| {
            let job = visible_job(conn, &who, &id)?;
            may_run(&who, &job.school, "cancel jobs")?;
            store::jobs::cancel(conn, &id, now)?;
            Ok(store::jobs::get(conn, &id)?.into())
        })
        .await
    }
}

fn payload(
    conn: &mut Conn,
    who: &Principal,
    round: &Round,
    order: &SolveOrder,
    limits: SolveLimits,
) -> AppResult<SolvePayload> {
    let mut findings = Findings::default();
    let seconds = order.seconds.unwrap_or(limits.seconds);
    if !(1..=limits.max_seconds).contains(&seconds) {
        let message = format!("{seconds} seconds are not allowed");
        findings.add("bad-seconds", "seconds", message, format!("use 1 to {}", limits.max_seconds));
    }
    let least_change = order.least_change.unwrap_or(false);
    if least_change && order.move_cost.is_some() {
        let message = "least_change says already what moving a class costs: more than it gains";
        findings.add("two-move-costs", "move_cost", message, "give one of the two");
    }
    if order.move_cost.is_some_and(|cost| cost > MOST_MOVE_COST) {
        let action = format!("use at most {MOST_MOVE_COST}, or least_change");
        findings.add("bad-move-cost", "move_cost", "the cost is beyond all others", action);
    }
    let is_placed = order.from.is_some() || round.published_plan.is_some();
    if !is_placed && (least_change || order.move_cost.is_some()) {
        let message = "no class has a place yet that it could keep";
        findings.add("nothing-to-keep", "from", message, "say which plan it starts from");
    }
    if let Some(from) = &order.from {
        plans::of_this_round(conn, who, round, from, "from", &mut findings)?;
    }
    findings.into_result()?;
    Ok(SolvePayload {
        seconds,
        seed: u64::from(order.seed.unwrap_or(1)),
        threads: limits.threads,
        from: order.from.clone(),
        least_change,
        move_cost: order.move_cost,
        asked_by: who.role().as_str().to_owned(),
    })
}

fn visible_job(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<Job> {
    match store::jobs::get(conn, id) {
        Ok(job) if job.kind == SOLVE && who.may_see(&job.school) => Ok(job),
        Ok(_) | Err(StoreError::NotFound) => Err(AppError::not_found("job", id)),
        Err(error) => Err(error.into()),
    }
}
