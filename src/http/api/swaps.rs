//! `/api/v1/sessions/{session}/swaps`, `/api/v1/swaps` and a school's list of them.

use crate::{
    app::{App, AppError, swaps::NewSwap},
    domain::{booking::Swap, id::Id},
    http::{
        caller::Caller,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(propose).service(accept).service(decline).service(undo);
}

/// A school's swaps, the latest first
///
/// All to its admins, to a teacher those of the own classes.
#[utoipa::path(operation_id = "list_swaps", tag = "Bookings", params(("school" = Id, Path)), responses((status = 200, body = [Swap]), ReadRefused))]
#[get("/schools/{school}/swaps")]
async fn list(app: web::Data<App>, caller: Caller, school: web::Path<Id>) -> Result<web::Json<Vec<Swap>>, AppError> {
    Ok(web::Json(app.swaps(&caller.0, &school).await?))
}

/// Propose that a class exchanges its start with another
///
/// For its teachers and the school's admins. Nothing moves until a teacher of the other class agrees.
#[utoipa::path(
    operation_id = "propose_swap", tag = "Bookings", params(("session" = Id, Path)), request_body = NewSwap,
    responses((status = 201, body = Swap), WriteRefused)
)]
#[post("/sessions/{session}/swaps")]
async fn propose(
    app: web::Data<App>,
    caller: Caller,
    session: web::Path<Id>,
    new: Input<NewSwap>,
) -> Result<HttpResponse, AppError> {
    Ok(HttpResponse::Created().json(app.propose_swap(&caller.0, &session, new.0).await?))
}

/// Agree to a swap
///
/// For the teachers of the class that is asked for, and the school's admins. Both classes move at once, or none.
#[utoipa::path(operation_id = "accept_swap", tag = "Bookings", params(("swap" = Id, Path)), responses((status = 200, body = Swap), WriteRefused))]
#[post("/swaps/{swap}/acceptance")]
async fn accept(app: web::Data<App>, caller: Caller, swap: web::Path<Id>) -> Result<web::Json<Swap>, AppError> {
    Ok(web::Json(app.accept_swap(&caller.0, &swap).await?))
}

/// Decline a swap, or take one's proposal back
///
/// For the teachers of both classes, and the school's admins.
#[utoipa::path(operation_id = "decline_swap", tag = "Bookings", params(("swap" = Id, Path)), responses((status = 200, body = Swap), WriteRefused))]
#[post("/swaps/{swap}/refusal")]
async fn decline(app: web::Data<App>, caller: Caller, swap: web::Path<Id>) -> Result<web::Json<Swap>, AppError> {
    Ok(web::Json(app.decline_swap(&caller.0, &swap).await?))
}

/// Undo a swap
///
/// For the teachers of both classes, and the school's admins. Both classes return to where they were, if they fit.
#[utoipa::path(operation_id = "undo_swap", tag = "Bookings", params(("swap" = Id, Path)), responses((status = 200, body = Swap), WriteRefused))]
#[post("/swaps/{swap}/undoing")]
async fn undo(app: web::Data<App>, caller: Caller, swap: web::Path<Id>) -> Result<web::Json<Swap>, AppError> {
    Ok(web::Json(app.undo_swap(&caller.0, &swap).await?))
}
