//! `/api/v1/schools/{school}/limits` and `…/overloads`.

use crate::{
    app::{
        App, AppError,
        limits::{Overload, WeekLimits},
    },
    domain::{id::Id, time::asked_day_parameter},
    http::{caller::Caller, input::Query, problem::ReadRefused},
};
use actix_web::{get, web};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(limits).service(overloads);
}

/// Which week.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Day {
    /// Any day of it; today when none is given.
    #[serde(default, deserialize_with = "asked_day_parameter")]
    date: Option<NaiveDate>,
}

/// The limits of every cell of a week, and where each comes from
///
/// Of every pool that the school's classes use, with what all schools take of it, and what the tightest one has left.
#[utoipa::path(
    operation_id = "get_week_limits", tag = "Capacity", params(("school" = Id, Path), Day),
    responses((status = 200, body = WeekLimits), ReadRefused)
)]
#[get("/schools/{school}/limits")]
async fn limits(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    day: Query<Day>,
) -> Result<web::Json<WeekLimits>, AppError> {
    Ok(web::Json(app.week_limits(&caller.0, &school, day.0.date).await?))
}

/// Where classes to come take more than a limit allows, since it was lowered
///
/// Nothing moves by itself: solve the rounds that are named anew with least change, and publish what suits.
#[utoipa::path(operation_id = "list_overloads", tag = "Capacity", params(("school" = Id, Path)), responses((status = 200, body = [Overload]), ReadRefused))]
#[get("/schools/{school}/overloads")]
async fn overloads(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
) -> Result<web::Json<Vec<Overload>>, AppError> {
    Ok(web::Json(app.overloads(&caller.0, &school).await?))
}
