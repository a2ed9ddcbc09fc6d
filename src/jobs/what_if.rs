//! Tries a scenario: reads all that a plan of its round depends on, makes the changes, solves, and keeps what it means.

use super::{
    Work, Worker,
    heartbeat::{Halt, Pulse, with_heartbeat},
};
use crate::{
    app::{
        AppError, AppResult,
        jobs::SolveProgress,
        scenarios::{ScenarioPayload, ScenarioResult, ScenarioTask, WHAT_IF},
    },
    domain::{id::Id, job::Job},
    planning::{
        answer,
        clock::WallClock,
        problem::{Problem, Purpose, Situation, problem},
        terms::MOVE,
        what_if::{self, Refusal, Standing, Today, checked, try_out},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use creneau_solver as solver;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

/// The work of trying scenarios.
#[derive(Clone, Copy, Debug)]
pub struct WhatIf;

impl Work for WhatIf {
    fn name(&self) -> &'static str {
        WHAT_IF
    }

    fn run_next(&self, worker: &Worker) -> AppResult<bool> {
        let Some(job) = worker.app.claim_job(WHAT_IF, &worker.holder)? else { return Ok(false) };
        tracing::info!(job = %job.id, scenario = %job.subject, attempt = job.attempts, "trying a scenario");
        match tried(worker, &job) {
            Ok(()) => tracing::info!(job = %job.id, "the scenario was tried"),
            Err(Trouble::Lasting(reason)) => {
                tracing::warn!(job = %job.id, reason, "the scenario cannot be tried");
                worker.app.fail_job(&job.id, &worker.holder, &reason)?;
            }
            Err(Trouble::Passing(error)) => {
                tracing::warn!(job = %job.id, %error, ?error, "the scenario is tried again later");
                worker.app.give_back(&job, &worker.holder, false)?;
            }
        }
        Ok(true)
    }
}

/// Why a scenario was not tried to its end.
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

impl From<solver::Findings> for Trouble {
    fn from(findings: solver::Findings) -> Self {
        Self::Lasting(format!("the round is not sound: {findings}"))
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Lasting(refusal.to_string())
    }
}

fn tried(worker: &Worker, job: &Job) -> Result<(), Trouble> {
    let payload: ScenarioPayload = serde_json::from_str(&job.payload)
        .map_err(|error| Trouble::Lasting(format!("the order cannot be read: {error}")))?;
    let task = worker.app.scenario_task(job)?;
    let (stop, pulse) = (Arc::new(AtomicBool::new(false)), Pulse::new(0.0));
    let now = worker.app.now();
    let (result, halt) = with_heartbeat(worker, &job.id, &stop, &pulse, || {
        Trial { payload, stop: &stop, pulse: &pulse }.run(&task, now)
    });
    match halt {
        Some(Halt::Lost | Halt::Cancelled) => Ok(()),
        Some(Halt::Stopping) => Ok(worker.app.give_back(job, &worker.holder, true)?),
        None => {
            worker.app.finish_scenario(job, &worker.holder, &result?, pulse.last().as_deref())?;
            Ok(())
        }
    }
}

/// One trial.
struct Trial<'a> {
    payload: ScenarioPayload,
    stop: &'a Arc<AtomicBool>,
    pulse: &'a Pulse,
}

impl Trial<'_> {
    fn run(&self, task: &ScenarioTask, now: DateTime<Utc>) -> Result<ScenarioResult, Trouble> {
        let situation = &task.situation;
        let purpose = Purpose::Solve(now);
        let problem = problem(situation, purpose);
        let zone = situation.school.zone();
        let day_of = |cell: u32| -> NaiveDate { problem.grid.at(cell).with_timezone(&zone).date_naive() };
        let today = Today {
            round: problem.round.clone(),
            standing: Some(Standing::of(situation, purpose, &task.others)),
            pool_names: task.pool_names.clone(),
            day_of: &day_of,
        };
        let (plan, move_cost) = match published(situation, &problem, task) {
            Some(plan) => (plan, u64::from(MOVE)),
            // What nobody has been told of may move for little.
            None => (self.solved(&today.round)?, what_if::MOVE),
        };
        let clock = self.clock();
        let tried =
            try_out(&today, &plan, &task.scenario.changes, move_cost, &self.options(&clock), &mut |progress| {
                self.tell(progress)
            })?;
        let starts = |plan: &solver::Plan| starts(&problem, situation, plan);
        Ok(ScenarioResult { today: starts(&plan), then: starts(&tried.plan), effect: tried.effect })
    }

    fn solved(&self, round: &solver::Round) -> Result<solver::Plan, Trouble> {
        let clock = self.clock();
        Ok(checked(round, &self.options(&clock), &mut |progress| self.tell(progress))?)
    }

    fn clock(&self) -> WallClock {
        WallClock::new(Some(Duration::from_secs(self.payload.seconds)), Arc::clone(self.stop))
    }

    fn options<'a>(&self, clock: &'a WallClock) -> solver::Options<'a> {
        solver::Options {
            seed: u64::from(self.payload.seed),
            threads: self.payload.threads.max(1),
            iterations: None,
            budget: clock,
            warm_start: None,
            method: solver::Method::Auto,
        }
    }

    fn tell(&self, progress: &solver::Progress<'_>) {
        self.pulse.tell(SolveProgress {
            phase: format!("{:?}", progress.phase).to_lowercase(),
            seconds: 0.0,
            objective: progress.objective,
            bound: progress.bound,
            unplaced: progress.unplaced,
            iterations: progress.iterations,
        });
    }
}

/// The published classes where they are by now, as the solver knows them.
fn published(situation: &Situation, problem: &Problem, task: &ScenarioTask) -> Option<solver::Plan> {
    task.published.as_ref()?;
    let confirmed = situation.published.iter().filter(|session| session.takes_place());
    let starts: HashMap<&Id, DateTime<Utc>> =
        confirmed.filter_map(|session| Some((session.request.as_ref()?, session.starts_at))).collect();
    Some(answer::planned(problem, |request| starts.get(request).copied()))
}

/// Where a plan has the round's requests, with those that are not left to the solver.
fn starts(problem: &Problem, situation: &Situation, plan: &solver::Plan) -> BTreeMap<Id, Option<DateTime<Utc>>> {
    let own: HashMap<&str, &Id> = situation.requests.iter().map(|request| (request.id.as_str(), &request.id)).collect();
    let solved = plan.sessions.iter().filter_map(|session| {
        let request = own.get(&*session.request)?;
        Some(((*request).clone(), session.start.map(|cell| problem.grid.at(cell))))
    });
    let kept = problem.kept.iter().map(|start| (start.request.clone(), start.starts_at));
    solved.chain(kept).collect()
}
