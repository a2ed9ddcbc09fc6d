//! The load of places: `…/load`, `…/load/alerts`, `…/background`, and `…/quietest-hours`.

use super::bookings::FreeQuery;
use crate::{
    app::{
        App, AppError,
        forecast::{map::LoadWeek, policy::BackgroundChange, quiet::QuietestHours},
    },
    domain::{
        alert::Alert,
        capacity::Background,
        id::Id,
        load::{Metric, Place},
        time::asked_day_parameter,
    },
    http::{
        caller::Caller,
        input::{Input, Query},
        problem::{ReadRefused, WriteRefused},
    },
    planning::chart::Lang,
};
use actix_web::{HttpResponse, get, put, web};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(of_platform)
        .service(of_federation)
        .service(of_school)
        .service(alerts_of_platform)
        .service(alerts_of_federation)
        .service(alerts_of_school)
        .service(quietest)
        .service(set_of_pool)
        .service(set_of_school);
}

/// Which week of what, and how it is told.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WeekQuery {
    /// Any day of the week; today when none is given.
    #[serde(default, deserialize_with = "asked_day_parameter")]
    date: Option<NaiveDate>,
    /// What is counted; connections when nothing is said.
    #[param(inline)]
    metric: Option<Metric>,
    /// How it is told; as JSON when nothing is said.
    #[param(inline)]
    format: Option<Format>,
    /// The language of the picture; French when nothing is said.
    #[param(inline)]
    language: Option<Language>,
}

/// How a week is told.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Format {
    /// A document.
    #[default]
    Json,
    /// A table.
    Csv,
    /// A picture.
    Svg,
    /// The text format of OpenMetrics 1.0, each value with its time.
    Openmetrics,
}

/// The language of a picture.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Language {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

impl WeekQuery {
    async fn answer(self, app: &App, caller: &Caller, place: Place) -> Result<HttpResponse, AppError> {
        let map = app.load_week(&caller.0, place, self.metric.unwrap_or(Metric::Connections), self.date).await?;
        let text = |kind: &'static str, text: String| HttpResponse::Ok().content_type(kind).body(text);
        Ok(match self.format.unwrap_or_default() {
            Format::Json => HttpResponse::Ok().json(map),
            Format::Csv => text("text/csv; charset=utf-8; header=present", map.csv()),
            Format::Openmetrics => {
                text("application/openmetrics-text; version=1.0.0; charset=utf-8", map.openmetrics())
            }
            Format::Svg => {
                let lang = match self.language.unwrap_or_default() {
                    Language::Fr => Lang::Fr,
                    Language::En => Lang::En,
                };
                text("image/svg+xml", map.svg(lang))
            }
        })
    }
}

/// The load of a platform through a week
///
/// In every five minutes what was observed, what is expected besides classes (median, and an upper value with its measured
/// coverage), what Créneau's classes are expected to take, the limit, and what is left. For everybody: off-peak hours
/// are found by it.
#[utoipa::path(
    operation_id = "get_platform_load", tag = "Load", params(("platform" = Id, Path), WeekQuery),
    responses((status = 200, content((LoadWeek = "application/json"), (String = "text/csv"), (String = "image/svg+xml"), (String = "application/openmetrics-text"))), ReadRefused)
)]
#[get("/platforms/{platform}/load")]
async fn of_platform(
    app: web::Data<App>,
    caller: Caller,
    platform: web::Path<Id>,
    week: Query<WeekQuery>,
) -> Result<HttpResponse, AppError> {
    week.0.answer(&app, &caller, Place::platform(platform.into_inner())).await
}

/// The load of a login federation through a week
///
/// As that of a platform. For everybody.
#[utoipa::path(
    operation_id = "get_federation_load", tag = "Load", params(("federation" = Id, Path), WeekQuery),
    responses((status = 200, content((LoadWeek = "application/json"), (String = "text/csv"), (String = "image/svg+xml"), (String = "application/openmetrics-text"))), ReadRefused)
)]
#[get("/federations/{federation}/load")]
async fn of_federation(
    app: web::Data<App>,
    caller: Caller,
    federation: web::Path<Id>,
    week: Query<WeekQuery>,
) -> Result<HttpResponse, AppError> {
    week.0.answer(&app, &caller, Place::federation(federation.into_inner())).await
}

/// The load of a school through a week
///
/// As that of a platform. For operators and the school's own people.
#[utoipa::path(
    operation_id = "get_school_load", tag = "Load", params(("school" = Id, Path), WeekQuery),
    responses((status = 200, content((LoadWeek = "application/json"), (String = "text/csv"), (String = "image/svg+xml"), (String = "application/openmetrics-text"))), ReadRefused)
)]
#[get("/schools/{school}/load")]
async fn of_school(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    week: Query<WeekQuery>,
) -> Result<HttpResponse, AppError> {
    week.0.answer(&app, &caller, Place::school(school.into_inner())).await
}

/// The alerts of a platform's load, the latest first
///
/// Load above the forecast's upper value and all classes together, or nine tenths of the limit or more; each once, until it
/// is over.
#[utoipa::path(
    operation_id = "list_platform_alerts", tag = "Load", params(("platform" = Id, Path)),
    responses((status = 200, body = [Alert]), ReadRefused)
)]
#[get("/platforms/{platform}/load/alerts")]
async fn alerts_of_platform(
    app: web::Data<App>,
    caller: Caller,
    platform: web::Path<Id>,
) -> Result<web::Json<Vec<Alert>>, AppError> {
    Ok(web::Json(app.load_alerts(&caller.0, Place::platform(platform.into_inner())).await?))
}

/// The alerts of a login federation's load, the latest first
#[utoipa::path(
    operation_id = "list_federation_alerts", tag = "Load", params(("federation" = Id, Path)),
    responses((status = 200, body = [Alert]), ReadRefused)
)]
#[get("/federations/{federation}/load/alerts")]
async fn alerts_of_federation(
    app: web::Data<App>,
    caller: Caller,
    federation: web::Path<Id>,
) -> Result<web::Json<Vec<Alert>>, AppError> {
    Ok(web::Json(app.load_alerts(&caller.0, Place::federation(federation.into_inner())).await?))
}

/// The alerts of a school's load, the latest first
#[utoipa::path(
    operation_id = "list_school_alerts", tag = "Load", params(("school" = Id, Path)),
    responses((status = 200, body = [Alert]), ReadRefused)
)]
#[get("/schools/{school}/load/alerts")]
async fn alerts_of_school(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
) -> Result<web::Json<Vec<Alert>>, AppError> {
    Ok(web::Json(app.load_alerts(&caller.0, Place::school(school.into_inner())).await?))
}

/// When a class would find the least load
///
/// Its free starts, of each hour of each day the best, in order of how full everything would be with the class and all that
/// is expected besides, and of how far they are from the wished start; each with how hard its hour was wanted in the last
/// published plan.
#[utoipa::path(
    operation_id = "list_quietest_hours", tag = "Load", params(("school" = Id, Path), FreeQuery),
    responses((status = 200, body = QuietestHours), ReadRefused)
)]
#[get("/schools/{school}/quietest-hours")]
async fn quietest(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    query: Query<FreeQuery>,
) -> Result<web::Json<QuietestHours>, AppError> {
    Ok(web::Json(app.quietest_hours(&caller.0, &school, query.0.search()?).await?))
}

/// Say whether what is expected besides classes is taken off a pool's limits
///
/// For operators. With `enforce` no plan, booking or move takes what the upper value of the forecast, with so many per cent
/// more, leaves no room for; with `advise` it is shown, and forbids nothing. The answer tells which classes no longer fit.
#[utoipa::path(
    operation_id = "replace_pool_background", tag = "Capacity", params(("pool" = Id, Path)), request_body = Background,
    responses((status = 200, body = BackgroundChange), WriteRefused)
)]
#[put("/pools/{pool}/background")]
async fn set_of_pool(
    app: web::Data<App>,
    caller: Caller,
    pool: web::Path<Id>,
    new: Input<Background>,
) -> Result<web::Json<BackgroundChange>, AppError> {
    Ok(web::Json(app.set_pool_background(&caller.0, &pool, new.0).await?))
}

/// Say whether what is expected besides classes is taken off a school's own limits
///
/// As for a pool that schools share. For the school's admins.
#[utoipa::path(
    operation_id = "replace_school_background", tag = "Capacity", params(("school" = Id, Path)), request_body = Background,
    responses((status = 200, body = BackgroundChange), WriteRefused)
)]
#[put("/schools/{school}/background")]
async fn set_of_school(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    new: Input<Background>,
) -> Result<web::Json<BackgroundChange>, AppError> {
    Ok(web::Json(app.set_school_background(&caller.0, &school, new.0).await?))
}
