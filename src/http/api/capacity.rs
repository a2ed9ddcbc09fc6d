//! `/api/v1/schools/{school}/capacity` and `/api/v1/schools/{school}/pools`.

use crate::{
    app::{
        App, AppError,
        capacity::{Capacity, CapacityChange},
    },
    domain::{capacity::Pool, id::Id},
    http::{
        caller::Caller,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, delete, get, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get).service(replace).service(list_used).service(use_pool).service(leave_pool);
}

/// How many connections a school's classes may have open, and when
#[utoipa::path(
    operation_id = "get_capacity", tag = "Capacity", params(("school" = Id, Path)),
    responses((status = 200, body = Capacity), ReadRefused)
)]
#[get("/schools/{school}/capacity")]
async fn get(app: web::Data<App>, caller: Caller, school: web::Path<Id>) -> Result<web::Json<Capacity>, AppError> {
    Ok(web::Json(app.capacity(&caller.0, &school).await?))
}

/// Replace a school's capacity
///
/// The whole of it, at once. What is published stays; the answer tells which classes no longer fit. The next plan keeps
/// to the new limits. For the school's admins.
#[utoipa::path(
    operation_id = "replace_capacity", tag = "Capacity", params(("school" = Id, Path)), request_body = Capacity,
    responses((status = 200, body = CapacityChange), WriteRefused)
)]
#[put("/schools/{school}/capacity")]
async fn replace(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    new: Input<Capacity>,
) -> Result<web::Json<CapacityChange>, AppError> {
    Ok(web::Json(app.replace_capacity(&caller.0, &school, new.0).await?))
}

/// The pools that a school's classes use, its own first
#[utoipa::path(
    operation_id = "list_school_pools", tag = "Capacity", params(("school" = Id, Path)),
    responses((status = 200, body = [Pool]), ReadRefused)
)]
#[get("/schools/{school}/pools")]
async fn list_used(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
) -> Result<web::Json<Vec<Pool>>, AppError> {
    Ok(web::Json(app.school_pools(&caller.0, &school).await?))
}

/// Have a school's classes use a shared pool
///
/// For operators.
#[utoipa::path(
    operation_id = "use_pool", tag = "Capacity", params(("school" = Id, Path), ("pool" = Id, Path)),
    responses((status = 204, description = "They use it."), WriteRefused)
)]
#[put("/schools/{school}/pools/{pool}")]
async fn use_pool(app: web::Data<App>, caller: Caller, ids: web::Path<(Id, Id)>) -> Result<HttpResponse, AppError> {
    app.use_pool(&caller.0, &ids.0, &ids.1).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Have a school's classes no longer use a shared pool
///
/// For operators.
#[utoipa::path(
    operation_id = "leave_pool", tag = "Capacity", params(("school" = Id, Path), ("pool" = Id, Path)),
    responses((status = 204, description = "They do not use it any more."), WriteRefused)
)]
#[delete("/schools/{school}/pools/{pool}")]
async fn leave_pool(app: web::Data<App>, caller: Caller, ids: web::Path<(Id, Id)>) -> Result<HttpResponse, AppError> {
    app.leave_pool(&caller.0, &ids.0, &ids.1).await?;
    Ok(HttpResponse::NoContent().finish())
}
