//! `/api/v1/rounds/{round}/requests`, `/api/v1/requests` and `/api/v1/series`.

use super::created;
use crate::{
    app::{
        App, AppError,
        requests::{
            Checked, Entered, NewRequest,
            copy::{Copied, CopyOrder},
            series::Series,
        },
    },
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
    config.service(list).service(enter).service(check).service(copy).service(get).service(replace).service(delete);
    config.service(get_series).service(replace_series).service(delete_series);
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
/// with a wish is told at once. With `weekly` it is a class of each week: the answer lists one request a week and the
/// weeks left out. Each week has the same wishes at the same local hour, and each week's other classes decide alone
/// whether it gets them. After the round is closed the answer is 409 `round-not-collecting`: classes are booked then.
#[utoipa::path(
    operation_id = "enter_request", tag = "Requests",
    params(("round" = Id, Path)),
    request_body = NewRequest,
    responses((status = 201, body = Entered), WriteRefused)
)]
#[post("/rounds/{round}/requests")]
async fn enter(
    app: web::Data<App>,
    caller: Caller,
    round: web::Path<Id>,
    new: Input<NewRequest>,
) -> Result<HttpResponse, AppError> {
    let entered = app.enter_wish(&caller.0, &round, new.0).await?;
    let address = match &entered {
        Entered::Once(request) => format!("/api/v1/requests/{}", request.id),
        Entered::Weekly(weekly) => format!("/api/v1/series/{}", weekly.series),
    };
    Ok(created(&address, &entered))
}

/// Check a wish without entering it
///
/// Whatever entering it would find wrong; an empty list when nothing is.
#[utoipa::path(
    operation_id = "check_request", tag = "Requests",
    params(("round" = Id, Path)),
    request_body = NewRequest,
    responses((status = 200, body = Checked), WriteRefused)
)]
#[post("/rounds/{round}/requests/check")]
async fn check(
    app: web::Data<App>,
    caller: Caller,
    round: web::Path<Id>,
    new: Input<NewRequest>,
) -> Result<web::Json<Checked>, AppError> {
    let findings = app.check_request(&caller.0, &round, new.0).await?;
    Ok(web::Json(Checked { findings: findings.0 }))
}

/// Copy the wishes of an earlier round
///
/// A teacher copies their own, an admin all. Dates move by whole weeks, weekdays and local hours stay. Wishes that
/// cannot be copied are listed with the reasons, the rest is copied; doing it twice copies nothing twice.
#[utoipa::path(
    operation_id = "copy_requests", tag = "Requests",
    params(("round" = Id, Path)),
    request_body = CopyOrder,
    responses((status = 200, body = Copied), WriteRefused)
)]
#[post("/rounds/{round}/requests/copy")]
async fn copy(
    app: web::Data<App>,
    caller: Caller,
    round: web::Path<Id>,
    order: Input<CopyOrder>,
) -> Result<web::Json<Copied>, AppError> {
    Ok(web::Json(app.copy_requests(&caller.0, &round, order.0).await?))
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

/// A weekly class
#[utoipa::path(operation_id = "get_series", tag = "Requests", params(("series" = Id, Path)), responses((status = 200, body = Series), ReadRefused))]
#[get("/series/{series}")]
async fn get_series(app: web::Data<App>, caller: Caller, series: web::Path<Id>) -> Result<web::Json<Series>, AppError> {
    Ok(web::Json(app.series(&caller.0, &series).await?))
}

/// Replace a weekly class
///
/// In all weeks, also in those that were changed by themselves. Weeks that stay keep their requests.
#[utoipa::path(
    operation_id = "replace_series", tag = "Requests",
    params(("series" = Id, Path)),
    request_body = NewRequest,
    responses((status = 200, body = Series), WriteRefused)
)]
#[put("/series/{series}")]
async fn replace_series(
    app: web::Data<App>,
    caller: Caller,
    series: web::Path<Id>,
    new: Input<NewRequest>,
) -> Result<web::Json<Series>, AppError> {
    Ok(web::Json(app.replace_series(&caller.0, &series, new.0).await?))
}

/// Take a weekly class back
///
/// In all weeks, as long as its round collects requests.
#[utoipa::path(operation_id = "delete_series", tag = "Requests", params(("series" = Id, Path)), responses((status = 204), WriteRefused))]
#[delete("/series/{series}")]
async fn delete_series(app: web::Data<App>, caller: Caller, series: web::Path<Id>) -> Result<HttpResponse, AppError> {
    app.delete_series(&caller.0, &series).await?;
    Ok(HttpResponse::NoContent().finish())
}
