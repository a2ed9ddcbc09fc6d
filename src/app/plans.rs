//! Plans: read them, and ask why.

use super::{App, AppError, AppResult, rounds::visible, situation};
use crate::{
    domain::{
        access::Principal,
        id::Id,
        round::{Plan, Round},
    },
    planning::{
        explanation::{Explanation, explanations},
        hours::{PoolHours, pool_hours},
        names::Moment,
    },
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A plan without its starts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanSummary {
    /// Identifier.
    pub id: Id,
    /// The round.
    pub round: Id,
    /// The plan that was published when it was made.
    pub parent: Option<Id>,
    /// The seed of the solver.
    pub seed: u64,
    /// The sum of the costs of all requests; smaller is better.
    pub objective: u64,
    /// No plan can cost less than this.
    pub bound: Option<f64>,
    /// Whether it is proven that no plan is better.
    pub optimal: bool,
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
}

impl PlanSummary {
    fn of(plan: &Plan, round: &Round) -> Self {
        Self {
            id: plan.id.clone(),
            round: plan.round.clone(),
            parent: plan.parent.clone(),
            seed: plan.seed,
            objective: plan.objective,
            bound: plan.bound,
            optimal: plan.optimal,
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
                Ok(plans.iter().map(|plan| PlanSummary::of(plan, &round)).collect())
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
                let school = store::schools::get(conn, &round.school)?;
                let names = situation::names(conn, &school)?;
                let starts = plan.starts.iter().map(|start| StartView {
                    request: start.request.clone(),
                    start: start.starts_at.map(|at| names.moment(at)),
                });
                Ok(PlanView { summary: PlanSummary::of(&plan, &round), starts: starts.collect() })
            })
            .await
    }

    /// Why each request of a plan, or one of them, is where it is.
    ///
    /// # Errors
    /// `NotFound`, also for a request that the plan does not know.
    pub async fn explanations(&self, who: &Principal, id: &Id, request: Option<Id>) -> AppResult<Vec<Explanation>> {
        let (who, id, wanted) = (who.clone(), id.clone(), request.clone());
        let (situation, plan, names) = self
            .store
            .read(move |conn| -> AppResult<_> {
                let (plan, round) = visible_plan(conn, &who, &id)?;
                let situation = situation::situation(conn, &round)?;
                let names = situation::names(conn, &situation.school)?;
                Ok((situation, plan, names))
            })
            .await?;
        let explain = move || explanations(&situation, &plan, &names, wanted.as_ref());
        let explained = tokio::task::spawn_blocking(explain)
            .await
            .map_err(|stopped| AppError::Internal(format!("explaining stopped: {stopped}")))?;
        match request {
            Some(request) if explained.is_empty() => Err(AppError::not_found("request", request)),
            _ => Ok(explained),
        }
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
        tokio::task::spawn_blocking(move || pool_hours(&situation, &plan, &prices, &names))
            .await
            .map_err(|stopped| AppError::Internal(format!("gathering prices stopped: {stopped}")))
    }
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
