//! `/api/v1/schools/{school}/waiting` and `/api/v1/waiting/{waiting}`.

use crate::{
    app::{App, AppError, waiting::NewWaiting},
    domain::{booking::Waiting, id::Id},
    http::{
        caller::Caller,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(enter).service(leave);
}

/// A school's waiting list, the first in line first
///
/// All to its admins, to a teacher the own classes. A class whose `offer` is set is offered this hold: confirm it with
/// `POST /sessions/{session}/confirmation` before its `held_until`.
#[utoipa::path(operation_id = "list_waiting", tag = "Bookings", params(("school" = Id, Path)), responses((status = 200, body = [Waiting]), ReadRefused))]
#[get("/schools/{school}/waiting")]
async fn list(app: web::Data<App>, caller: Caller, school: web::Path<Id>) -> Result<web::Json<Vec<Waiting>>, AppError> {
    Ok(web::Json(app.waiting_list(&caller.0, &school).await?))
}

/// Put a class on the waiting list
///
/// For its teachers and the school's admins. The first place that is free between the two times is offered to it, when
/// it is first in line; an offer that is not confirmed in time goes to the next.
#[utoipa::path(
    operation_id = "wait_for_place", tag = "Bookings", params(("school" = Id, Path)), request_body = NewWaiting,
    responses((status = 201, body = Waiting), WriteRefused)
)]
#[post("/schools/{school}/waiting")]
async fn enter(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    new: Input<NewWaiting>,
) -> Result<HttpResponse, AppError> {
    Ok(HttpResponse::Created().json(app.wait(&caller.0, &school, new.0).await?))
}

/// Take a class off the waiting list
///
/// For its teachers and the school's admins. A place that is offered to it goes to the next.
#[utoipa::path(operation_id = "stop_waiting", tag = "Bookings", params(("waiting" = Id, Path)), responses((status = 204), WriteRefused))]
#[delete("/waiting/{waiting}")]
async fn leave(app: web::Data<App>, caller: Caller, waiting: web::Path<Id>) -> Result<HttpResponse, AppError> {
    app.stop_waiting(&caller.0, &waiting).await?;
    Ok(HttpResponse::NoContent().finish())
}
