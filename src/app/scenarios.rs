//! Scenarios: what a round would be like under other limits, attendance or schools.
//!
//! A worker tries them (`jobs/what_if.rs`); nothing that is published or planned is touched. What is kept of the answer
//! are identifiers and sums. Who moves is told to those who run the school, read anew each time; operators see the sums.

use super::{
    App, AppError, AppResult,
    jobs::{SolveLimits, SolveProgress},
    rounds::{may_run, visible},
    situation,
    solving::Holder,
};
use crate::{
    domain::{
        access::Principal,
        finding::Findings,
        id::Id,
        job::{Job, JobState},
        round::{Plan, PlannedStart},
        scenario::{Changes, NewScenario, Scenario},
        share::Others,
    },
    planning::{
        comparison::{ClassDifference, TeacherDifference, comparison},
        problem::Situation,
        what_if::Effect,
    },
    store::{self, Conn, Found, StoreError, jobs::End},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use utoipa::ToSchema;

/// The kind of job that tries a scenario.
pub const WHAT_IF: &str = "what-if";
/// Scenarios of a school that may wait or be tried at a time.
const MOST_OPEN: i64 = 10;

/// A scenario without who moves.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ScenarioSummary {
    /// Identifier.
    pub id: Id,
    /// The round.
    pub round: Id,
    /// Its name, unique in the round.
    pub name: String,
    /// What is other than today.
    pub changes: Changes,
    /// Where it stands.
    pub state: JobState,
    /// How far it is.
    pub progress: Option<SolveProgress>,
    /// What it means beside today, in sums; nothing as long as that is not known.
    pub effect: Option<Effect>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// A scenario.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ScenarioView {
    /// What is known about it.
    #[serde(flatten)]
    pub summary: ScenarioSummary,
    /// The classes that would be elsewhere, those that lose most first. Told to the school's admins.
    pub classes: Option<Vec<ClassDifference>>,
    /// What it would mean to each teacher who has a request in the round, by name. Told to the school's admins.
    pub teachers: Option<Vec<TeacherDifference>>,
}

/// What a scenario gave: kept as it is here.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ScenarioResult {
    /// In sums.
    pub effect: Effect,
    /// Where each request is today; nothing for no class.
    pub today: BTreeMap<Id, Option<DateTime<Utc>>>,
    /// Where each would be.
    pub then: BTreeMap<Id, Option<DateTime<Utc>>>,
}

/// What the worker needs to know.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ScenarioPayload {
    /// How long to search, for today's plan where none is published, and for the scenario's.
    pub seconds: u64,
    /// The seed of all randomness.
    pub seed: u32,
    /// Threads to use.
    pub threads: usize,
}

/// All that trying a scenario needs.
pub struct ScenarioTask {
    /// The scenario.
    pub scenario: Scenario,
    /// What a plan of the round depends on.
    pub situation: Situation,
    /// The published plan, if there is one.
    pub published: Option<Plan>,
    /// The other schools of its pools that are shared out, by pool.
    pub others: HashMap<Id, Others>,
    /// What pools are called, in the situation's order.
    pub pool_names: Vec<String>,
}

impl App {
    /// Has a scenario of a round tried.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for teachers; `Invalid`, with all that is wrong with the changes but for days, which the
    /// worker finds; `Conflict` `name-taken`, `scenarios-waiting`.
    pub async fn create_scenario(&self, who: &Principal, round: &Id, new: NewScenario) -> AppResult<ScenarioView> {
        let (who, round, now, limits) = (who.clone(), round.clone(), self.now(), self.solve_limits);
        let view = self
            .write(move |conn| {
                let round = visible(conn, &who, &round)?;
                may_run(&who, &round.school, "try scenarios")?;
                let mut findings = Findings::default();
                let name = new.checked(&mut findings);
                let payload = payload(&new, limits, &mut findings);
                pools_are_known(conn, &round.school, &new.changes, &mut findings)?;
                findings.into_result()?;
                if store::jobs::count_open(conn, WHAT_IF, &round.school)? >= MOST_OPEN {
                    let message = format!("{MOST_OPEN} scenarios of the school are not tried yet");
                    let action = "wait until one of them has ended, or delete one";
                    return Err(AppError::conflict("scenarios-waiting", format!("{message}: {action}")));
                }
                let id = Id::new(now);
                let job = Job {
                    id: Id::new(now),
                    kind: WHAT_IF.to_owned(),
                    school: round.school.clone(),
                    subject: id.clone(),
                    payload: serde_json::to_string(&payload).map_err(|e| AppError::Internal(e.to_string()))?,
                    state: JobState::Queued,
                    attempts: 0,
                    progress: None,
                    result: None,
                    error: None,
                    created_at: now,
                    finished_at: None,
                };
                let (school, changes) = (round.school, new.changes.clone());
                let scenario = Scenario {
                    id,
                    school,
                    round: round.id,
                    name,
                    changes,
                    job: job.id.clone(),
                    result: None,
                    created_at: now,
                };
                store::scenarios::insert(conn, &scenario).map_err(|error| match error {
                    StoreError::Duplicate(_) => {
                        let message = format!(
                            "the round has a scenario named “{}”; delete it, or use another name",
                            scenario.name
                        );
                        AppError::conflict("name-taken", message)
                    }
                    error => error.into(),
                })?;
                store::jobs::insert(conn, &job)?;
                let summary = ScenarioSummary::of(scenario, Some(job), None);
                Ok(ScenarioView { summary, classes: None, teachers: None })
            })
            .await?;
        self.bell.ring();
        Ok(view)
    }

    /// A round's scenarios, the latest first.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers.
    pub async fn scenarios(&self, who: &Principal, round: &Id) -> AppResult<Vec<ScenarioSummary>> {
        let (who, round) = (who.clone(), round.clone());
        self.store
            .read(move |conn| {
                let round = visible(conn, &who, &round)?;
                may_run(&who, &round.school, "see scenarios")?;
                let scenarios = store::scenarios::of_round(conn, &round.id)?;
                scenarios.into_iter().map(|scenario| Ok(summary(conn, scenario)?.0)).collect()
            })
            .await
    }

    /// One scenario; to the school's admins with who would move.
    ///
    /// # Errors
    /// `NotFound`, also for one of another school; `Forbidden` for teachers.
    pub async fn scenario(&self, who: &Principal, id: &Id) -> AppResult<ScenarioView> {
        let (who, id) = (who.clone(), id.clone());
        self.store
            .read(move |conn| {
                let scenario = visible_scenario(conn, &who, &id, "see scenarios")?;
                let round = scenario.round.clone();
                let (summary, result) = summary(conn, scenario)?;
                let Some(result) = result.filter(|_| !who.may_operate()) else {
                    return Ok(ScenarioView { summary, classes: None, teachers: None });
                };
                let round = store::rounds::get(conn, &round)?;
                let situation = situation::situation(conn, &round)?;
                let names = situation::names(conn, &situation.school)?;
                let plan = |starts| plan_of(&summary, starts);
                let both = comparison(&situation, &plan(&result.today), &plan(&result.then), &names);
                Ok(ScenarioView { summary, classes: Some(both.classes), teachers: Some(both.teachers) })
            })
            .await
    }

    /// Forgets a scenario; one that is being tried is stopped.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers.
    pub async fn delete_scenario(&self, who: &Principal, id: &Id) -> AppResult<()> {
        let (who, id, now) = (who.clone(), id.clone(), self.now());
        self.write(move |conn| {
            let scenario = visible_scenario(conn, &who, &id, "delete scenarios")?;
            store::jobs::cancel(conn, &scenario.job, now)?;
            Ok(store::scenarios::delete(conn, &scenario.id)?)
        })
        .await
    }

    /// All that trying a scenario needs.
    ///
    /// # Errors
    /// `NotFound` when it is not there any more.
    pub fn scenario_task(&self, job: &Job) -> AppResult<ScenarioTask> {
        self.store.read_now(|conn| {
            let scenario = match store::scenarios::get(conn, &job.subject) {
                Err(StoreError::NotFound) => return Err(AppError::not_found("scenario", &job.subject)),
                other => other?,
            };
            let round = store::rounds::get(conn, &scenario.round)?;
            let situation = situation::situation(conn, &round)?;
            let published = round.published_plan.as_ref().map(|plan| store::plans::get(conn, plan)).transpose()?;
            let others = situation::others(conn, &situation)?;
            let pool_names = situation.pools.iter().map(|pool| pool.name.clone()).collect();
            Ok(ScenarioTask { scenario, situation, published, others, pool_names })
        })
    }

    /// Keeps what a scenario gave and ends its job, all or nothing; tells whether the job was still the worker's.
    ///
    /// # Errors
    /// those of the database.
    pub fn finish_scenario(
        &self,
        job: &Job,
        holder: &Holder,
        result: &ScenarioResult,
        progress: Option<&str>,
    ) -> AppResult<bool> {
        let now = self.now();
        let text = serde_json::to_string(result).map_err(|error| AppError::Internal(error.to_string()))?;
        self.store.write_now(|conn| {
            let end = End::Done { result: &job.subject };
            if !store::jobs::finish(conn, &job.id, &holder.owner, &end, progress, now)? {
                return Ok(false);
            }
            store::scenarios::keep_result(conn, &job.subject, &text)?;
            Ok::<_, AppError>(true)
        })
    }
}

impl ScenarioSummary {
    /// Where it stands is read from its job; of one whose job is not kept any more, from whether it has a result.
    fn of(scenario: Scenario, job: Option<Job>, effect: Option<Effect>) -> Self {
        let ended = if effect.is_some() { JobState::Done } else { JobState::Failed };
        Self {
            id: scenario.id,
            round: scenario.round,
            name: scenario.name,
            changes: scenario.changes,
            state: job.as_ref().map_or(ended, |job| job.state),
            // Progress is for looking at: an unreadable one is none.
            progress: job.as_ref().and_then(|job| serde_json::from_str(job.progress.as_deref()?).ok()),
            effect,
            error: job.as_ref().and_then(|job| job.error.clone()),
            created_at: scenario.created_at,
            finished_at: job.and_then(|job| job.finished_at),
        }
    }
}

fn summary(conn: &mut Conn, scenario: Scenario) -> AppResult<(ScenarioSummary, Option<ScenarioResult>)> {
    let job = store::jobs::get(conn, &scenario.job).found()?;
    // One that another version wrote and that cannot be read is none.
    let result: Option<ScenarioResult> = scenario.result.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let effect = result.as_ref().map(|result| result.effect.clone());
    Ok((ScenarioSummary::of(scenario, job, effect), result))
}

/// Where requests are, in a plan's words.
fn plan_of(summary: &ScenarioSummary, starts: &BTreeMap<Id, Option<DateTime<Utc>>>) -> Plan {
    Plan {
        id: summary.id.clone(),
        round: summary.round.clone(),
        parent: None,
        seed: 0,
        objective: 0,
        weighted_objective: 0.0,
        bound: None,
        optimal: false,
        unplaced: 0,
        limits: None,
        created_at: summary.created_at,
        starts: starts.iter().map(|(request, at)| PlannedStart::new(request.clone(), *at)).collect(),
    }
}

fn payload(new: &NewScenario, limits: SolveLimits, findings: &mut Findings) -> ScenarioPayload {
    let seconds = new.seconds.unwrap_or(limits.seconds);
    if !(1..=limits.max_seconds).contains(&seconds) {
        let message = format!("{seconds} seconds are not allowed");
        findings.add("bad-seconds", "seconds", message, format!("use 1 to {}", limits.max_seconds));
    }
    ScenarioPayload { seconds, seed: new.seed.unwrap_or(1), threads: limits.threads }
}

/// Pools that changes name must be the school's.
fn pools_are_known(conn: &mut Conn, school: &Id, changes: &Changes, findings: &mut Findings) -> AppResult<()> {
    let pools = store::pools::of_school(conn, school)?;
    for (place, name) in changes.pools() {
        if !pools.iter().any(|pool| pool.id.as_str() == name || pool.name == name) {
            let message = format!("the school uses no pool {name}");
            let action = "list its pools with GET /api/v1/schools/{school}/pools";
            findings.add("unknown-pool", format!("changes.{place}"), message, action);
        }
    }
    Ok(())
}

fn visible_scenario(conn: &mut Conn, who: &Principal, id: &Id, what: &str) -> AppResult<Scenario> {
    match store::scenarios::get(conn, id) {
        Ok(scenario) if who.may_see(&scenario.school) => {
            may_run(who, &scenario.school, what)?;
            Ok(scenario)
        }
        Ok(_) | Err(StoreError::NotFound) => Err(AppError::not_found("scenario", id)),
        Err(error) => Err(error.into()),
    }
}
