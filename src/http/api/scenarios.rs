//! `/api/v1/rounds/{round}/scenarios` and `/api/v1/scenarios`.

use crate::{
    app::{
        App, AppError,
        first_choices::PlatformFirstChoices,
        scenarios::{ScenarioSummary, ScenarioView},
    },
    domain::{id::Id, scenario::NewScenario},
    http::{
        caller::Caller,
        input::{Input, Query},
        problem::{ReadRefused, WriteRefused},
    },
    planning::first_choices::FirstChoices,
};
use actix_web::{HttpResponse, delete, get, http::header, post, web};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list)
        .service(create)
        .service(get)
        .service(remove)
        .service(first_choices)
        .service(platform_first_choices);
}

/// Which share of first choices limits are looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Per cent of first choices that the least limits are looked for; 95 when nothing is said.
    #[param(minimum = 1, maximum = 100, example = 95)]
    share: Option<u32>,
}

/// Which rounds of a platform, and which share of their first choices limits are looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WantedOfPlatform {
    /// The day on which the rounds begin.
    #[param(example = "2020-03-23")]
    starts_on: NaiveDate,
    /// Per cent of first choices that the least limits are looked for; 95 when nothing is said.
    #[param(minimum = 1, maximum = 100, example = 95)]
    share: Option<u32>,
}

/// A round's scenarios, the latest first, in sums
///
/// For the school's admins.
#[utoipa::path(operation_id = "list_scenarios", tag = "What if", params(("round" = Id, Path)), responses((status = 200, body = [ScenarioSummary]), ReadRefused))]
#[get("/rounds/{round}/scenarios")]
async fn list(
    app: web::Data<App>,
    caller: Caller,
    round: web::Path<Id>,
) -> Result<web::Json<Vec<ScenarioSummary>>, AppError> {
    Ok(web::Json(app.scenarios(&caller.0, &round).await?))
}

/// Try a round under other limits, attendance or schools
///
/// For the school's admins. A worker solves the round with the changes, and without them where no plan is published. Nothing
/// that is planned or published is touched. Ask for the scenario until its state is `done`. Ten of a school may wait or be
/// tried at a time.
#[utoipa::path(
    operation_id = "create_scenario", tag = "What if",
    params(("round" = Id, Path)),
    request_body = NewScenario,
    responses((status = 202, body = ScenarioView), WriteRefused)
)]
#[post("/rounds/{round}/scenarios")]
async fn create(
    app: web::Data<App>,
    caller: Caller,
    round: web::Path<Id>,
    new: Input<NewScenario>,
) -> Result<HttpResponse, AppError> {
    let scenario = app.create_scenario(&caller.0, &round, new.0).await?;
    let address = format!("/api/v1/scenarios/{}", scenario.summary.id);
    Ok(HttpResponse::Accepted().insert_header((header::LOCATION, address)).json(scenario))
}

/// What a scenario means beside today
///
/// For the school's admins, with the classes that would move and what it means to each teacher; operators get the sums. Today
/// is the published plan, or one that was found in the same time.
#[utoipa::path(operation_id = "get_scenario", tag = "What if", params(("scenario" = Id, Path)), responses((status = 200, body = ScenarioView), ReadRefused))]
#[get("/scenarios/{scenario}")]
async fn get(
    app: web::Data<App>,
    caller: Caller,
    scenario: web::Path<Id>,
) -> Result<web::Json<ScenarioView>, AppError> {
    Ok(web::Json(app.scenario(&caller.0, &scenario).await?))
}

/// Forget a scenario
///
/// For the school's admins. One that is being tried is stopped.
#[utoipa::path(operation_id = "delete_scenario", tag = "What if", params(("scenario" = Id, Path)), responses((status = 204), WriteRefused))]
#[delete("/scenarios/{scenario}")]
async fn remove(app: web::Data<App>, caller: Caller, scenario: web::Path<Id>) -> Result<HttpResponse, AppError> {
    app.delete_scenario(&caller.0, &scenario).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// How many first choices the limits allow at once, and the smallest limits for all or most of them
///
/// For the school's admins. For each scale of all limits: how many first choices were kept at once, and no more than how many
/// can be. What classes of other rounds and schools take stays taken; what other schools are guaranteed of a pool that is
/// shared out follows its limit, in whole connections, so that a little more may leave a little less.
#[utoipa::path(
    operation_id = "round_first_choices", tag = "What if",
    params(("round" = Id, Path), Wanted),
    responses((status = 200, body = FirstChoices), ReadRefused)
)]
#[get("/rounds/{round}/first-choices")]
async fn first_choices(
    app: web::Data<App>,
    caller: Caller,
    round: web::Path<Id>,
    query: Query<Wanted>,
) -> Result<web::Json<FirstChoices>, AppError> {
    Ok(web::Json(app.first_choices(&caller.0, &round, query.0.share).await?))
}

/// How many first choices a platform's limits allow at once, and the smallest limits for all or most of them
///
/// For operators: of all rounds of the platform's schools that begin on a day, in sums. Only the limits of the platform and its
/// federation count, not the schools' own.
#[utoipa::path(
    operation_id = "platform_first_choices", tag = "What if",
    params(("platform" = Id, Path), WantedOfPlatform),
    responses((status = 200, body = PlatformFirstChoices), ReadRefused)
)]
#[get("/platforms/{platform}/first-choices")]
async fn platform_first_choices(
    app: web::Data<App>,
    caller: Caller,
    platform: web::Path<Id>,
    query: Query<WantedOfPlatform>,
) -> Result<web::Json<PlatformFirstChoices>, AppError> {
    let WantedOfPlatform { starts_on, share } = query.0;
    Ok(web::Json(app.platform_first_choices(&caller.0, &platform, starts_on, share).await?))
}
