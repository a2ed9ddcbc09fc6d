//! `/api/v1/rounds/{round}/plans` and `/api/v1/plans`.

use crate::{
    app::{
        App, AppError,
        plans::{PlanSummary, PlanView},
        preview::PublicationPreview,
    },
    domain::id::Id,
    http::{caller::Caller, input::Query, problem::ReadRefused},
    planning::{comparison::Comparison, explanation::Explanation, hours::PoolHours, raises::Raises},
};
use actix_web::{get, web};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list)
        .service(get)
        .service(explanations)
        .service(prices)
        .service(raises)
        .service(compare)
        .service(preview);
}

/// Which requests are explained.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Explained {
    /// Only this one.
    request: Option<Id>,
}

/// With which plan one is compared.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ComparedWith {
    /// A plan of the same round.
    with: Id,
}

/// A round's plans, the latest first
///
/// A plan never changes. `limits` says what it was made with, `outdated` whether what it was made for has changed since.
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
    query: Query<Explained>,
) -> Result<web::Json<Vec<Explanation>>, AppError> {
    Ok(web::Json(app.explanations(&caller.0, &plan, query.0.request).await?))
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

/// Which raises of one limit would have let the most requests have their first choice
///
/// For the school's admins. Each raise is tried by itself, with all the requests that it is for at their first choices at
/// once and all others where they are: the least number of connections with which that keeps every rule.
#[utoipa::path(
    operation_id = "plan_raises", tag = "Plans",
    params(("plan" = Id, Path)),
    responses((status = 200, body = Raises), ReadRefused)
)]
#[get("/plans/{plan}/raises")]
async fn raises(app: web::Data<App>, caller: Caller, plan: web::Path<Id>) -> Result<web::Json<Raises>, AppError> {
    Ok(web::Json(app.raises(&caller.0, &plan).await?))
}

/// Compare a plan with another of its round
///
/// What changes from this plan to the one named by `with`: in numbers, class by class, and for each teacher.
#[utoipa::path(
    operation_id = "compare_plans", tag = "Plans",
    params(("plan" = Id, Path), ComparedWith),
    responses((status = 200, body = Comparison), ReadRefused)
)]
#[get("/plans/{plan}/comparison")]
async fn compare(
    app: web::Data<App>,
    caller: Caller,
    plan: web::Path<Id>,
    query: Query<ComparedWith>,
) -> Result<web::Json<Comparison>, AppError> {
    Ok(web::Json(app.compare_plans(&caller.0, &plan, &query.0.with).await?))
}

/// What publishing a plan would change, and for whom
///
/// For the school's admins. Nothing is written. It is what the publication itself computes: every class that would be new,
/// moved or called off, how many mails would go out, what to send as `replaces`, and everything that stands against it.
#[utoipa::path(
    operation_id = "preview_publication", tag = "Plans",
    params(("plan" = Id, Path)),
    responses((status = 200, body = PublicationPreview), ReadRefused)
)]
#[get("/plans/{plan}/publication")]
async fn preview(
    app: web::Data<App>,
    caller: Caller,
    plan: web::Path<Id>,
) -> Result<web::Json<PublicationPreview>, AppError> {
    Ok(web::Json(app.publication_preview(&caller.0, &plan).await?))
}
