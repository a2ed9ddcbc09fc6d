//! `/api/v1/rounds/{round}/pins`.

use crate::{
    app::{
        App, AppError,
        pins::{NewPin, PinView},
    },
    domain::id::Id,
    http::{
        caller::Caller,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, delete, get, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(set).service(remove);
}

/// A round's fixed requests, by start
#[utoipa::path(operation_id = "list_pins", tag = "Plans", params(("round" = Id, Path)), responses((status = 200, body = [PinView]), ReadRefused))]
#[get("/rounds/{round}/pins")]
async fn list(app: web::Data<App>, caller: Caller, round: web::Path<Id>) -> Result<web::Json<Vec<PinView>>, AppError> {
    Ok(web::Json(app.pins(&caller.0, &round).await?))
}

/// Fix a request at a start
///
/// For the school's admins. Every plan that is made from then on has it there, whatever its wish says. What stands against it
/// (limits, people in other fixed classes, opening hours) is told at once. To keep all other classes where they are, solve
/// again with `from` and `least_change`.
#[utoipa::path(
    operation_id = "pin_request", tag = "Plans",
    params(("round" = Id, Path), ("request" = Id, Path)),
    request_body = NewPin,
    responses((status = 200, body = PinView), WriteRefused)
)]
#[put("/rounds/{round}/pins/{request}")]
async fn set(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<(Id, Id)>,
    pin: Input<NewPin>,
) -> Result<web::Json<PinView>, AppError> {
    let (round, request) = path.into_inner();
    Ok(web::Json(app.pin(&caller.0, &round, &request, pin.0).await?))
}

/// Let a fixed request go
///
/// For the school's admins.
#[utoipa::path(
    operation_id = "unpin_request", tag = "Plans",
    params(("round" = Id, Path), ("request" = Id, Path)),
    responses((status = 204), WriteRefused)
)]
#[delete("/rounds/{round}/pins/{request}")]
async fn remove(app: web::Data<App>, caller: Caller, path: web::Path<(Id, Id)>) -> Result<HttpResponse, AppError> {
    let (round, request) = path.into_inner();
    app.unpin(&caller.0, &round, &request).await?;
    Ok(HttpResponse::NoContent().finish())
}
