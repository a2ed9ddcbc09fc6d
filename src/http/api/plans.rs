//! `/api/v1/rounds/{round}/plans` and `/api/v1/plans`.

use crate::{
    app::{
        App, AppError,
        plans::{PlanSummary, PlanView},
    },
    domain::id::Id,
    http::{caller::Caller, problem::ReadRefused},
    planning::{explanation::Explanation, hours::PoolHours},
};
use actix_web::{get, web};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(get).service(explanations).service(prices);
}

/// Which requests are explained.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Explained {
    /// Only this one.
    request: Option<Id>,
}

/// A round's plans, the latest first
#[utoipa::path(operation_id = "list_plans", tag = "Plans", params(("round" = Id, Path)), responses((status = 200, body = [PlanSummary]), ReadRefused))]
#[get("/rounds/{round}/plans")]
async fn list(
    app: web::Data<App>,
    caller: Caller,
    round: web::Path<Id>,
) -> Result<web::Json<Vec<PlanSummary>>, AppError> {
    Ok(web::Json(app.plans(&caller.0, &round).await?))
}

/// One plan: where each request is
#[utoipa::path(operation_id = "get_plan", tag = "Plans", params(("plan" = Id, Path)), responses((status = 200, body = PlanView), ReadRefused))]
#[get("/plans/{plan}")]
async fn get(app: web::Data<App>, caller: Caller, plan: web::Path<Id>) -> Result<web::Json<PlanView>, AppError> {
    Ok(web::Json(app.plan(&caller.0, &plan).await?))
}

/// Why each request of a plan is where it is
///
/// And not at a start that it would like better: which pool is full then, who is in another class, which limit, raised by
/// how much, would have let it through; and what else is free.
#[utoipa::path(
    operation_id = "explain_plan", tag = "Plans",
    params(("plan" = Id, Path), Explained),
    responses((status = 200, body = [Explanation]), ReadRefused)
)]
#[get("/plans/{plan}/explanations")]
async fn explanations(
    app: web::Data<App>,
    caller: Caller,
    plan: web::Path<Id>,
    query: web::Query<Explained>,
) -> Result<web::Json<Vec<Explanation>>, AppError> {
    Ok(web::Json(app.explanations(&caller.0, &plan, query.into_inner().request).await?))
}

/// How hard each hour of the school's week is wanted
///
/// For each pool and each hour in which the school is open: what a connection would have to pay then so that no pool were
/// asked for too much, and how many connections the plan leaves free. Hours without a price are off-peak. Of a plan whose
/// prices were not kept all are 0.
#[utoipa::path(
    operation_id = "plan_prices", tag = "Plans",
    params(("plan" = Id, Path)),
    responses((status = 200, body = [PoolHours]), ReadRefused)
)]
#[get("/plans/{plan}/prices")]
async fn prices(
    app: web::Data<App>,
    caller: Caller,
    plan: web::Path<Id>,
) -> Result<web::Json<Vec<PoolHours>>, AppError> {
    Ok(web::Json(app.prices(&caller.0, &plan).await?))
}
