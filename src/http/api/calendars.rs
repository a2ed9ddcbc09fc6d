//! `/api/v1/schools/{school}/calendar`.

use crate::{
    app::{
        App, AppError,
        calendars::{AskedDays, CalendarView, NewCalendar},
    },
    domain::id::Id,
    http::{
        caller::Caller,
        input::{Input, Query},
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{get, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get).service(replace);
}

/// When a school is closed, and its lunch break
///
/// With `from` or `to`, `days` tells every closed day between them, with each reason and where it comes from, and
/// whether the school holidays of these days are known.
#[utoipa::path(
    operation_id = "get_calendar", tag = "Schools", params(("school" = Id, Path), AskedDays),
    responses((status = 200, body = CalendarView), ReadRefused)
)]
#[get("/schools/{school}/calendar")]
async fn get(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    asked: Query<AskedDays>,
) -> Result<web::Json<CalendarView>, AppError> {
    Ok(web::Json(app.calendar(&caller.0, &school, asked.0).await?))
}

/// Replace a school's calendar
///
/// The whole of it, at once. No class is placed on a closed day or across the lunch break from then on; published
/// classes stay, and `sessions_on_closed_days` names those that should be moved or called off. For the school's admins.
#[utoipa::path(
    operation_id = "replace_calendar", tag = "Schools", params(("school" = Id, Path)), request_body = NewCalendar,
    responses((status = 200, body = CalendarView), WriteRefused)
)]
#[put("/schools/{school}/calendar")]
async fn replace(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    new: Input<NewCalendar>,
) -> Result<web::Json<CalendarView>, AppError> {
    Ok(web::Json(app.replace_calendar(&caller.0, &school, new.0).await?))
}
