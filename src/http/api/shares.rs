//! `/api/v1/pools/{pool}/shares`: how a pool is shared out among its schools.

use crate::{
    app::{
        App, AppError,
        shares::{NewShares, PoolShares, SharesChange},
    },
    domain::id::Id,
    http::{
        caller::Caller,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{get, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get).service(replace);
}

/// How a pool is shared out among its schools
///
/// For operators. A school's admins see their own part in the limits of a week.
#[utoipa::path(
    operation_id = "get_pool_shares", tag = "Capacity", params(("pool" = Id, Path)),
    responses((status = 200, body = PoolShares), ReadRefused)
)]
#[get("/pools/{pool}/shares")]
async fn get(app: web::Data<App>, caller: Caller, pool: web::Path<Id>) -> Result<web::Json<PoolShares>, AppError> {
    Ok(web::Json(app.shares(&caller.0, &pool).await?))
}

/// Share a pool out among its schools
///
/// For operators. In every five minutes a school can use its guaranteed part whatever the others do: of the limit, that
/// per cent, divided by weight and rounded down. What is left is for whoever comes first. What is published or held
/// stays; the answer tells, school by school, which classes no longer fit.
#[utoipa::path(
    operation_id = "replace_pool_shares", tag = "Capacity", params(("pool" = Id, Path)), request_body = NewShares,
    responses((status = 200, body = SharesChange), WriteRefused)
)]
#[put("/pools/{pool}/shares")]
async fn replace(
    app: web::Data<App>,
    caller: Caller,
    pool: web::Path<Id>,
    new: Input<NewShares>,
) -> Result<web::Json<SharesChange>, AppError> {
    Ok(web::Json(app.replace_shares(&caller.0, &pool, new.0).await?))
}
