//! Solves a round: reads all that its plan depends on, searches, verifies, keeps the plan.

use super::{
    Work, Worker,
    heartbeat::{Halt, Pulse, with_heartbeat},
};
use crate::{
    app::{
        AppError, AppResult,
        jobs::{SolvePayload, SolveProgress},
    },
    domain::{id::Id, job::Job, round::Plan},
    planning::{
        answer::{self, Origin},
        clock::WallClock,
        problem::{Problem, Purpose, problem},
    },
};
use creneau_solver as solver;
use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

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
    let (situation, published) = worker.app.situation_of(job)?;
    let now = worker.app.now();
    let problem = problem(&situation, Purpose::Solve(now));
    let pulse = Pulse::default();
    let stop = Arc::new(AtomicBool::new(false));
    let warm_start = published.as_ref().map(|plan| answer::solver_plan(&problem, plan));
    let search = || search(&problem, &payload, warm_start.as_ref(), &stop, &pulse);
    let (solution, halt) = with_heartbeat(worker, &job.id, &stop, &pulse, search);
    match halt {
        Some(Halt::Lost) => return Ok(End::Lost),
        Some(Halt::Stopping) => {
            worker.app.give_back(job, &worker.holder, true)?;
            return Ok(End::GivenBack);
        }
        // What a cancelled search has found by then is kept.
        Some(Halt::Cancelled) | None => {}
    }
    let solution = solution.map_err(|findings| Trouble::Lasting(format!("the round is not sound: {findings}")))?;
    verify(&problem, &solution)?;
    let parent = published.map(|plan| plan.id);
    let origin = Origin { id: Id::new(now), parent, seed: payload.seed, created_at: worker.app.now() };
    let plan: Plan = answer::plan(&problem, &situation.round.id, &solution, origin);
    let prices = answer::prices(&problem, &solution);
    let kept = worker.app.finish_solve(&job.id, &worker.holder, &plan, &prices, pulse.last().as_deref())?;
    Ok(if kept { End::Done } else { End::Lost })
}

fn search(
    problem: &Problem,
    payload: &SolvePayload,
    warm_start: Option<&solver::Plan>,
    stop: &Arc<AtomicBool>,
    pulse: &Pulse,
) -> Result<solver::Solution, solver::Findings> {
    let clock = WallClock::new(Some(Duration::from_secs(payload.seconds)), Arc::clone(stop));
    let options = solver::Options {
        seed: payload.seed,
        threads: payload.threads.max(1),
        iterations: None,
        budget: &clock,
        warm_start,
        method: solver::Method::Auto,
    };
    solver::solve(&problem.round, &options, &mut |progress| {
        let progress = SolveProgress {
            phase: format!("{:?}", progress.phase).to_lowercase(),
            seconds: clock.elapsed().as_secs_f64(),
            objective: progress.objective,
            bound: progress.bound,
            unplaced: progress.unplaced,
            iterations: progress.iterations,
        };
        // It holds nothing that JSON could not.
        if let Ok(text) = serde_json::to_string(&progress) {
            pulse.tell(text);
        }
    })
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
