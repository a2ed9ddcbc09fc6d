//! `/api/v1/schools/{school}/week` and `/api/v1/sessions`.

use crate::{
    app::{
        App, AppError,
        links::NewLink,
        sessions::{Move, SessionView},
        week::Week,
    },
    domain::{id::Id, time::asked_day_parameter},
    http::{
        caller::Caller,
        input::{Input, Query},
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{get, patch, post, put, web};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(week).service(get).service(change).service(link).service(cancel);
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

/// A school's week: its classes, and how full its own pool is
#[utoipa::path(
    operation_id = "get_week", tag = "Sessions",
    params(("school" = Id, Path), Day),
    responses((status = 200, body = Week), ReadRefused)
)]
#[get("/schools/{school}/week")]
async fn week(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    day: Query<Day>,
) -> Result<web::Json<Week>, AppError> {
    Ok(web::Json(app.week(&caller.0, &school, day.0.date).await?))
}

/// One session
#[utoipa::path(operation_id = "get_session", tag = "Sessions", params(("session" = Id, Path)), responses((status = 200, body = SessionView), ReadRefused))]
#[get("/sessions/{session}")]
async fn get(app: web::Data<App>, caller: Caller, session: web::Path<Id>) -> Result<web::Json<SessionView>, AppError> {
    Ok(web::Json(app.session(&caller.0, &session).await?))
}

/// Move a session to another start
///
/// For its teachers and the school's admins. When a pool is too full then, or somebody is in another class, the answer
/// is 409 `does-not-fit`, which names what stands against it and the nearest free starts.
#[utoipa::path(
    operation_id = "move_session", tag = "Sessions",
    params(("session" = Id, Path)),
    request_body = Move,
    responses((status = 200, body = SessionView), WriteRefused)
)]
#[patch("/sessions/{session}")]
async fn change(
    app: web::Data<App>,
    caller: Caller,
    session: web::Path<Id>,
    to: Input<Move>,
) -> Result<web::Json<SessionView>, AppError> {
    Ok(web::Json(app.move_session(&caller.0, &session, to.0).await?))
}

/// Say where a session takes place
///
/// For its teachers and the school's admins. Calendars show the link; without one, that of the teachers.
#[utoipa::path(
    operation_id = "set_session_link", tag = "Sessions",
    params(("session" = Id, Path)),
    request_body = NewLink,
    responses((status = 200, body = SessionView), WriteRefused)
)]
#[put("/sessions/{session}/link")]
async fn link(
    app: web::Data<App>,
    caller: Caller,
    session: web::Path<Id>,
    new: Input<NewLink>,
) -> Result<web::Json<SessionView>, AppError> {
    Ok(web::Json(app.set_session_link(&caller.0, &session, new.0).await?))
}

/// Call a session off
///
/// For its teachers and the school's admins. Calendars show it as cancelled.
#[utoipa::path(operation_id = "cancel_session", tag = "Sessions", params(("session" = Id, Path)), responses((status = 200, body = SessionView), WriteRefused))]
#[post("/sessions/{session}/cancellation")]
async fn cancel(
    app: web::Data<App>,
    caller: Caller,
    session: web::Path<Id>,
) -> Result<web::Json<SessionView>, AppError> {
    Ok(web::Json(app.cancel_session(&caller.0, &session).await?))
}
