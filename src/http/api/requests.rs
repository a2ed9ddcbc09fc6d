//! `/api/v1/rounds/{round}/requests` and `/api/v1/requests`.

use super::created;
use crate::{
    app::{App, AppError, requests::NewRequest},
    domain::{id::Id, round::Request},
    http::{
        caller::Caller,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, delete, get, post, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(enter).service(get).service(replace).service(delete);
}

/// A round's requests, in the order of entry
#[utoipa::path(operation_id = "list_requests", tag = "Requests", params(("round" = Id, Path)), responses((status = 200, body = [Request]), ReadRefused))]
#[get("/rounds/{round}/requests")]
async fn list(app: web::Data<App>, caller: Caller, round: web::Path<Id>) -> Result<web::Json<Vec<Request>>, AppError> {
    Ok(web::Json(app.requests(&caller.0, &round).await?))
}

/// Enter a wish for a class
///
/// Teachers ask for classes that they teach, admins for anybody. Times are the school's local ones. All that is wrong
/// with a wish is told at once.
#[utoipa::path(
    operation_id = "enter_request", tag = "Requests",
    params(("round" = Id, Path)),
    request_body = NewRequest,
    responses((status = 201, body = Request), WriteRefused)
)]
#[post("/rounds/{round}/requests")]
async fn enter(
    app: web::Data<App>,
    caller: Caller,
    round: web::Path<Id>,
    new: Input<NewRequest>,
) -> Result<HttpResponse, AppError> {
    let request = app.enter_request(&caller.0, &round, new.0).await?;
    Ok(created(&format!("/api/v1/requests/{}", request.id), &request))
}

/// One request
#[utoipa::path(operation_id = "get_request", tag = "Requests", params(("request" = Id, Path)), responses((status = 200, body = Request), ReadRefused))]
#[get("/requests/{request}")]
async fn get(app: web::Data<App>, caller: Caller, request: web::Path<Id>) -> Result<web::Json<Request>, AppError> {
    Ok(web::Json(app.request(&caller.0, &request).await?))
}

/// Replace a request
///
/// As long as its round collects requests.
#[utoipa::path(
    operation_id = "replace_request", tag = "Requests",
    params(("request" = Id, Path)),
    request_body = NewRequest,
    responses((status = 200, body = Request), WriteRefused)
)]
#[put("/requests/{request}")]
async fn replace(
    app: web::Data<App>,
    caller: Caller,
    request: web::Path<Id>,
    new: Input<NewRequest>,
) -> Result<web::Json<Request>, AppError> {
    Ok(web::Json(app.replace_request(&caller.0, &request, new.0).await?))
}

/// Take a request back
///
/// As long as its round collects requests.
#[utoipa::path(operation_id = "delete_request", tag = "Requests", params(("request" = Id, Path)), responses((status = 204), WriteRefused))]
#[delete("/requests/{request}")]
async fn delete(app: web::Data<App>, caller: Caller, request: web::Path<Id>) -> Result<HttpResponse, AppError> {
    app.delete_request(&caller.0, &request).await?;
    Ok(HttpResponse::NoContent().finish())
}
