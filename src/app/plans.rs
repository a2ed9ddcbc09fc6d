//! Plans: read them, and ask why.

use super::{
    App, AppError, AppResult,
    rounds::{may_run, visible},
    situation,
};
use crate::{
    domain::{
        access::Principal,
        fairness::USUAL,
        finding::Findings,
        id::Id,
        round::{Plan, PlanLimits, Round},
    },
    planning::{
        comparison::{Comparison, comparison},
        explanation::{Explanation, explanations},
        hours::{PoolHours, pool_hours},
        names::{Moment, Names},
        problem::{Situation, fingerprint},
        raises::{Raises, raises},
        terms::Terms,
    },
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::HashSet;
use utoipa::ToSchema;

/// A plan without its starts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanSummary {
    /// Identifier.
    pub id: Id,
    /// The round.
    pub round: Id,
    /// The plan that it was made from: the one that was asked for, or the one that was published then.
    pub parent: Option<Id>,
    /// The seed of the solver.
    pub seed: u64,
    /// The sum of the costs of all requests by their wishes alone, where five minutes' move cost 1; smaller is better.
    pub objective: u64,
    /// What the solver made least: the same with each request's cost times its weight (who was moved far in the last rounds
    /// counts more), and with what moving classes cost.
    pub weighted_objective: f64,
    /// No plan can have a lower weighted objective than this.
    pub bound: Option<f64>,
    /// Whether it is proven that no plan is better.
    pub optimal: bool,
    /// How many requests it leaves without a class.
    pub unplaced: u32,
    /// What it was made with; nothing for a plan from before that was kept.
    pub limits: Option<PlanLimits>,
    /// Whether requests, limits or other classes have changed since it was made; nothing where that is not known.
    pub outdated: Option<bool>,
    /// Whether its sessions are the published ones.
    pub published: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// A plan with its starts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanView {
    /// What is known about it.
    #[serde(flatten)]
    pub summary: PlanSummary,
    /// Where each request is.
    pub starts: Vec<StartView>,
}

/// Where a plan puts a request.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StartView {
    /// The request.
    pub request: Id,
    /// Its start; nothing when it is left without a class.
    pub start: Option<Moment>,
    /// What its cost was multiplied by when the plan was made; told to those who teach it and those who run the school.
    #[schema(minimum = 1, maximum = 2, example = 1.3)]
    pub weight: Option<f64>,
    /// Whether an admin had fixed it there.
    pub pinned: bool,
}

impl PlanSummary {
    pub(super) fn of(plan: &Plan, round: &Round, fingerprint: &str) -> Self {
        Self {
            id: plan.id.clone(),
            round: plan.round.clone(),
            parent: plan.parent.clone(),
            seed: plan.seed,
            objective: plan.objective,
            weighted_objective: plan.weighted_objective,
            bound: plan.bound,
            optimal: plan.optimal,
            unplaced: plan.unplaced,
            outdated: plan.limits.as_ref().map(|limits| limits.fingerprint != fingerprint),
            limits: plan.limits.clone(),
            published: round.published_plan.as_ref() == Some(&plan.id),
            created_at: plan.created_at,
        }
    }
}

impl App {
    /// A round's plans, the latest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn plans(&self, who: &Principal, round: &Id) -> AppResult<Vec<PlanSummary>> {
        let (who, round) = (who.clone(), round.clone());
        self.store
            .read(move |conn| {
                let round = visible(conn, &who, &round)?;
                let plans = store::plans::list(conn, &round.id)?;
                let fingerprint = fingerprint(&situation::situation(conn, &round)?);
                Ok(plans.iter().map(|plan| PlanSummary::of(plan, &round, &fingerprint)).collect())
            })
            .await
    }

    /// One plan, with its starts.
    ///
    /// # Errors
    /// `NotFound`, also for a plan of another school.
    pub async fn plan(&self, who: &Principal, id: &Id) -> AppResult<PlanView> {
        let (who, id) = (who.clone(), id.clone());
        self.store
            .read(move |conn| {
                let (plan, round) = visible_plan(conn, &who, &id)?;
                let situation = situation::situation(conn, &round)?;
                let names = situation::names(conn, &situation.school)?;
                let own = own_requests(&who, &situation);
                let starts = plan.starts.iter().map(|start| StartView {
                    request: start.request.clone(),
                    start: start.starts_at.map(|at| names.moment(at)),
                    weight: own.contains(&start.request).then(|| f64::from(start.weight) / f64::from(USUAL)),
                    pinned: start.pinned,
                });
                let summary = PlanSummary::of(&plan, &round, &fingerprint(&situation));
                Ok(PlanView { summary, starts: starts.collect() })
            })
            .await
    }

    /// Why each request of a plan, or one of them, is where it is.
    ///
    /// # Errors
    /// `NotFound`, also for a request that the plan does not know.
    pub async fn explanations(&self, who: &Principal, id: &Id, request: Option<Id>) -> AppResult<Vec<Explanation>> {
        let (wanted, asks) = (request.clone(), who.clone());
        let explain = move |made: &Made| {
            let mut all = explanations(&made.situation, &made.plan, &made.names, wanted.as_ref());
            let own = own_requests(&asks, &made.situation);
            all.iter_mut().filter(|one| !own.contains(&one.request)).for_each(|one| one.weight = None);
            all
        };
        let explained = self.look_into(who, id, false, explain).await?;
        match request {
            Some(request) if explained.is_empty() => Err(AppError::not_found("request", request)),
            _ => Ok(explained),
        }
    }

    /// Which raises of one limit would have let the most requests of a plan have their first choice.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for teachers.
    pub async fn raises(&self, who: &Principal, id: &Id) -> AppResult<Raises> {
        self.look_into(who, id, true, |made| raises(&made.situation, &made.plan, &made.names)).await
    }

    /// Two plans of a round side by side.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` (`unknown-plan`) when the other is no plan of the same round.
    pub async fn compare_plans(&self, who: &Principal, id: &Id, with: &Id) -> AppResult<Comparison> {
        let (who, id, with) = (who.clone(), id.clone(), with.clone());
        self.store
            .read(move |conn| {
                let (plan, round) = visible_plan(conn, &who, &id)?;
                let mut findings = Findings::default();
                let other = of_this_round(conn, &who, &round, &with, "with", &mut findings)?;
                let Some(other) = other else { return Err(findings.into()) };
                let situation = situation::situation(conn, &round)?;
                let names = situation::names(conn, &situation.school)?;
                Ok(comparison(&situation, &plan, &other, &names))
            })
            .await
    }

    /// Reads a plan with all that it depends on, and thinks about it off the async threads.
    async fn look_into<T: Send + 'static>(
        &self,
        who: &Principal,
        id: &Id,
        only_admins: bool,
        think: impl FnOnce(&Made) -> T + Send + 'static,
    ) -> AppResult<T> {
        let (who, id) = (who.clone(), id.clone());
        let made = self
            .store
            .read(move |conn| -> AppResult<_> {
                let (plan, round) = visible_plan(conn, &who, &id)?;
                if only_admins {
                    may_run(&who, &round.school, "see which limits to raise")?;
                }
                let mut situation = situation::situation(conn, &round)?;
                situation.terms = Terms::of_plan(&plan, &situation);
                let names = situation::names(conn, &situation.school)?;
                Ok(Made { situation, plan, names })
            })
            .await?;
        self.think(move || think(&made)).await
    }

    /// How hard each hour of the school's week is wanted in a plan, pool by pool, and what is free then.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn prices(&self, who: &Principal, id: &Id) -> AppResult<Vec<PoolHours>> {
        let (who, id) = (who.clone(), id.clone());
        let (situation, plan, prices, names) = self
            .store
            .read(move |conn| -> AppResult<_> {
                let (plan, round) = visible_plan(conn, &who, &id)?;
                let situation = situation::situation(conn, &round)?;
                let names = situation::names(conn, &situation.school)?;
                let prices = store::plans::prices(conn, &plan.id)?;
                Ok((situation, plan, prices, names))
            })
            .await?;
        self.think(move || pool_hours(&situation, &plan, &prices, &names)).await
    }
}

/// A plan, with all that it depends on.
struct Made {
    situation: Situation,
    plan: Plan,
    names: Names,
}

/// The requests of which somebody may know how much they count: what teachers were moved in the past concerns them and those
/// who run the school.
fn own_requests<'a>(who: &Principal, situation: &'a Situation) -> HashSet<&'a Id> {
    let own = situation.requests.iter().filter(|request| who.may_ask_for(&situation.school.id, &request.teachers));
    own.map(|request| &request.id).collect()
}

/// A plan and its round, for those who may see them.
pub(super) fn visible_plan(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<(Plan, Round)> {
    let unknown = || AppError::not_found("plan", id);
    let plan = match store::plans::get(conn, id) {
        Err(StoreError::NotFound) => return Err(unknown()),
        other => other?,
    };
    let round = store::rounds::get(conn, &plan.round)?;
    if who.may_see(&round.school) { Ok((plan, round)) } else { Err(unknown()) }
}

/// The plan, if it is one of this round; else the finding about it is noted.
pub(super) fn of_this_round(
    conn: &mut Conn,
    who: &Principal,
    round: &Round,
    id: &Id,
    place: &str,
    findings: &mut Findings,
) -> AppResult<Option<Plan>> {
    match visible_plan(conn, who, id) {
        Ok((plan, of)) if of.id == round.id => Ok(Some(plan)),
        // A plan of another school is as unknown as one that is not there.
        Ok(_) | Err(AppError::NotFound { .. }) => {
            let action = "list them with GET /api/v1/rounds/{round}/plans";
            findings.add("unknown-plan", place, format!("the round has no plan {id}"), action);
            Ok(None)
        }
        Err(other) => Err(other),
    }
}
