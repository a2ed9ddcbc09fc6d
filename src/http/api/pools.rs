//! `/api/v1/pools`: the pools that schools share.

use super::created;
use crate::{
    app::{
        App, AppError,
        pools::{PoolChange, PoolDetails},
    },
    domain::{capacity::Pool, id::Id},
    http::{
        caller::Caller,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, delete, get, post, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(create).service(get).service(replace).service(remove);
}

/// The pools that schools share, by name
///
/// For operators.
#[utoipa::path(operation_id = "list_pools", tag = "Capacity", responses((status = 200, body = [Pool]), ReadRefused))]
#[get("/pools")]
async fn list(app: web::Data<App>, caller: Caller) -> Result<web::Json<Vec<Pool>>, AppError> {
    Ok(web::Json(app.pools(&caller.0).await?))
}

/// Enter a pool for schools to share
///
/// For operators.
#[utoipa::path(
    operation_id = "create_pool", tag = "Capacity", request_body = PoolDetails,
    responses((status = 201, body = Pool), WriteRefused)
)]
#[post("/pools")]
async fn create(app: web::Data<App>, caller: Caller, new: Input<PoolDetails>) -> Result<HttpResponse, AppError> {
    let pool = app.create_pool(&caller.0, new.0).await?;
    Ok(created(&format!("/api/v1/pools/{}", pool.id), &pool))
}

/// One pool that schools share
///
/// For operators.
#[utoipa::path(
    operation_id = "get_pool", tag = "Capacity", params(("pool" = Id, Path)),
    responses((status = 200, body = Pool), ReadRefused)
)]
#[get("/pools/{pool}")]
async fn get(app: web::Data<App>, caller: Caller, pool: web::Path<Id>) -> Result<web::Json<Pool>, AppError> {
    Ok(web::Json(app.pool(&caller.0, &pool).await?))
}

/// Replace all that there is to say of a shared pool
///
/// For operators. What is published stays; the answer tells, school by school, which classes no longer fit.
#[utoipa::path(
    operation_id = "replace_pool", tag = "Capacity", params(("pool" = Id, Path)), request_body = PoolDetails,
    responses((status = 200, body = PoolChange), WriteRefused)
)]
#[put("/pools/{pool}")]
async fn replace(
    app: web::Data<App>,
    caller: Caller,
    pool: web::Path<Id>,
    new: Input<PoolDetails>,
) -> Result<web::Json<PoolChange>, AppError> {
    Ok(web::Json(app.replace_pool(&caller.0, &pool, new.0).await?))
}

/// Take a shared pool away
///
/// For operators. Its limits hold for nobody any more; classes stay as they are.
#[utoipa::path(operation_id = "delete_pool", tag = "Capacity", params(("pool" = Id, Path)), responses((status = 204), WriteRefused))]
#[delete("/pools/{pool}")]
async fn remove(app: web::Data<App>, caller: Caller, pool: web::Path<Id>) -> Result<HttpResponse, AppError> {
    app.delete_pool(&caller.0, &pool).await?;
    Ok(HttpResponse::NoContent().finish())
}
