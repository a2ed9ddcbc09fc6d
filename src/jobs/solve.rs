//! Solves a round: reads all that its plan depends on, searches, verifies, keeps the plan.

use super::{
    Work, Worker,
    heartbeat::{Halt, KEEP, Pulse, with_heartbeat},
};
use crate::{
    app::{
        AppError, AppResult,
        jobs::{SolvePayload, SolveProgress},
        solving::{BestSoFar, Task},
    },
    domain::{
        id::Id,
        job::{Job, JobState},
        round::{Plan, PlanLimits},
    },
    planning::{
        answer::{self, Origin, planned},
        clock::WallClock,
        problem::{Problem, Purpose, problem},
    },
};
use creneau_solver as solver;
use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

/// What a search gets at least, whatever the workers before it have spent.
const LEAST_SECONDS: f64 = 1.0;

/// The work of solving rounds.
#[derive(Clone, Copy, Debug)]
pub struct Solve;

impl Work for Solve {
    fn name(&self) -> &'static str {
        "solve"
    }

    fn run_next(&self, worker: &Worker) -> AppResult<bool> {
        let Some(job) = worker.app.claim_solve(&worker.holder)? else { return Ok(false) };
        tracing::info!(job = %job.id, round = %job.subject, attempt = job.attempts, "solving");
        match solve(worker, &job) {
            Ok(end) => tracing::info!(job = %job.id, ?end, "solving ended"),
            Err(Trouble::Lasting(reason)) => {
                tracing::error!(job = %job.id, reason, "the round cannot be solved");
                worker.app.fail_job(&job.id, &worker.holder, &reason)?;
            }
            Err(Trouble::Passing(error)) => {
                tracing::warn!(job = %job.id, %error, ?error, "solving is tried again later");
                worker.app.give_back(&job, &worker.holder, false)?;
            }
        }
        Ok(true)
    }
}

/// How a solve ended.
#[derive(Debug)]
enum End {
    /// Its plan is kept.
    Done,
    /// It was given back, to be taken up again.
    GivenBack,
    /// It is another worker's.
    Lost,
}

/// Why a solve did not end.
enum Trouble {
    /// Trying again may help.
    Passing(AppError),
    /// It will not.
    Lasting(String),
}

impl From<AppError> for Trouble {
    fn from(error: AppError) -> Self {
        match error {
            AppError::NotFound { .. } => Self::Lasting(error.to_string()),
            other => Self::Passing(other),
        }
    }
}

fn solve(worker: &Worker, job: &Job) -> Result<End, Trouble> {
    let payload: SolvePayload = serde_json::from_str(&job.payload)
        .map_err(|error| Trouble::Lasting(format!("the order cannot be read: {error}")))?;
    let Task { situation, parent, fingerprint, best } = worker.app.task(job, &payload)?;
    let now = worker.app.now();
    let problem = problem(&situation, Purpose::Solve(now));
    let spent = spent(job);
    let pulse = Pulse::new(spent);
    // Of a cancelled job only what its worker had found is made a plan.
    let stop = Arc::new(AtomicBool::new(job.state == JobState::Cancelled));
    let start = match &best {
        Some(best) => Some(planned(&problem, |request| best.starts.get(request).copied())),
        None => parent.as_ref().map(|plan| answer::solver_plan(&problem, plan)),
    };
    let search = Search { problem: &problem, payload: &payload, start: start.as_ref(), spent };
    let (solution, halt) = with_heartbeat(worker, &job.id, &stop, &pulse, || search.run(&stop, &pulse));
    let solution = match halt {
        Some(Halt::Lost) => return Ok(End::Lost),
        Some(Halt::Stopping) => {
            if let Ok(solution) = &solution {
                worker.app.keep_best(&job.id, &worker.holder, &best_so_far(&problem, &solution.plan))?;
            }
            worker.app.give_back(job, &worker.holder, true)?;
            return Ok(End::GivenBack);
        }
        // What a cancelled search has found by then is kept.
        Some(Halt::Cancelled) | None => solution,
    };
    let solution = solution.map_err(|findings| Trouble::Lasting(format!("the round is not sound: {findings}")))?;
    verify(&problem, &solution)?;
    let limits = PlanLimits {
        seconds: payload.seconds,
        threads: u32::try_from(payload.threads).unwrap_or(u32::MAX),
        move_cost: problem.move_cost,
        fingerprint,
        asked_by: payload.asked_by.clone(),
    };
    let origin = Origin {
        id: Id::new(now),
        parent: parent.map(|plan| plan.id),
        seed: payload.seed,
        limits: Some(limits),
        created_at: worker.app.now(),
    };
    let plan: Plan = answer::plan(&problem, &situation, &solution, origin);
    let prices = answer::prices(&problem, &solution);
    let kept = worker.app.finish_solve(&job.id, &worker.holder, &plan, &prices, pulse.last().as_deref())?;
    Ok(if kept { End::Done } else { End::Lost })
}

/// Seconds that workers before this one have spent on the job.
fn spent(job: &Job) -> f64 {
    let progress = job.progress.as_deref().and_then(|text| serde_json::from_str::<SolveProgress>(text).ok());
    progress.map_or(0.0, |progress| progress.seconds.max(0.0))
}

/// Where the solver's plan has each request.
fn best_so_far(problem: &Problem, plan: &solver::Plan) -> BestSoFar {
    let starts = plan.sessions.iter().filter_map(|session| {
        let at = problem.grid.at(session.start?);
        Some(((&*session.request).into(), at))
    });
    BestSoFar { starts: starts.collect() }
}

/// One search.
struct Search<'a> {
    problem: &'a Problem,
    payload: &'a SolvePayload,
    start: Option<&'a solver::Plan>,
    /// Seconds that were spent before.
    spent: f64,
}

impl Search<'_> {
    fn run(&self, stop: &Arc<AtomicBool>, pulse: &Pulse) -> Result<solver::Solution, solver::Findings> {
        // However long the ones before took: with a second left there is a plan, and it is no worse than theirs.
        let seconds = (Duration::from_secs(self.payload.seconds).as_secs_f64() - self.spent).max(LEAST_SECONDS);
        let clock = WallClock::new(Some(Duration::from_secs_f64(seconds)), Arc::clone(stop));
        let options = solver::Options {
            seed: self.payload.seed,
            threads: self.payload.threads.max(1),
            iterations: None,
            budget: &clock,
            warm_start: self.start,
            method: solver::Method::Auto,
        };
        let mut kept: Option<(u64, Duration)> = None;
        solver::solve(&self.problem.round, &options, &mut |progress| {
            let is_due = match (progress.objective, kept) {
                (None, _) => false,
                (Some(_), None) => true,
                // The exact method tells nothing for long.
                (Some(now), Some((then, at))) => {
                    now < then && (clock.elapsed() >= at + KEEP || progress.phase == solver::Phase::Exact)
                }
            };
            if let Some(plan) = is_due.then(|| progress.incumbent.plan()).flatten() {
                kept = progress.objective.map(|objective| (objective, clock.elapsed()));
                pulse.found(best_so_far(self.problem, &plan));
            }
            let scale = u64::from(self.problem.scale);
            pulse.tell(SolveProgress {
                phase: format!("{:?}", progress.phase).to_lowercase(),
                seconds: 0.0,
                objective: progress.objective.map(|objective| (objective + self.problem.kept_cost).div_ceil(scale)),
                bound: progress.bound.map(|bound| bound / f64::from(self.problem.scale)),
                unplaced: progress.unplaced,
                iterations: progress.iterations,
            });
        })
    }
}

/// No plan is kept that the independent checker refuses.
fn verify(problem: &Problem, solution: &solver::Solution) -> Result<(), Trouble> {
    let report = solver::check(&problem.round, &solution.plan);
    if report.is_feasible() {
        return Ok(());
    }
    let broken: Vec<&str> = report.violations.iter().take(5).map(|violation| violation.message.as_str()).collect();
    tracing::error!(?broken, "the solver's plan breaks rules: a defect of ours");
    Err(Trouble::Lasting("the plan that was found did not pass the check; please report it".to_owned()))
}
