//! `/api/v1/platforms`, `/api/v1/federations`, and which platform a school uses.

use super::created;
use crate::{
    app::{
        App, AppError,
        platforms::{FederationDetails, PlatformChoice, PlatformDetails},
    },
    domain::{
        id::Id,
        people::{Federation, Platform, School},
    },
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
    config.service(federations).service(create_federation).service(rename_federation).service(remove_federation);
    config.service(choose);
}

/// The platforms, by name
#[utoipa::path(operation_id = "list_platforms", tag = "Platforms", responses((status = 200, body = [Platform]), ReadRefused))]
#[get("/platforms")]
async fn list(app: web::Data<App>, caller: Caller) -> Result<web::Json<Vec<Platform>>, AppError> {
    Ok(web::Json(app.platforms(&caller.0).await?))
}

/// Enter a platform
///
/// For operators. Its pools come next: `POST /pools` with it as `platform`.
#[utoipa::path(
    operation_id = "create_platform", tag = "Platforms", request_body = PlatformDetails,
    responses((status = 201, body = Platform), WriteRefused)
)]
#[post("/platforms")]
async fn create(app: web::Data<App>, caller: Caller, new: Input<PlatformDetails>) -> Result<HttpResponse, AppError> {
    let platform = app.create_platform(&caller.0, new.0).await?;
    Ok(created(&format!("/api/v1/platforms/{}", platform.id), &platform))
}

/// One platform
#[utoipa::path(operation_id = "get_platform", tag = "Platforms", params(("platform" = Id, Path)), responses((status = 200, body = Platform), ReadRefused))]
#[get("/platforms/{platform}")]
async fn get(app: web::Data<App>, caller: Caller, platform: web::Path<Id>) -> Result<web::Json<Platform>, AppError> {
    Ok(web::Json(app.platform(&caller.0, &platform).await?))
}

/// Replace what there is to say of a platform
///
/// For operators. With another federation, its schools use that one's pools.
#[utoipa::path(
    operation_id = "replace_platform", tag = "Platforms", params(("platform" = Id, Path)),
    request_body = PlatformDetails, responses((status = 200, body = Platform), WriteRefused)
)]
#[put("/platforms/{platform}")]
async fn replace(
    app: web::Data<App>,
    caller: Caller,
    platform: web::Path<Id>,
    new: Input<PlatformDetails>,
) -> Result<web::Json<Platform>, AppError> {
    Ok(web::Json(app.replace_platform(&caller.0, &platform, new.0).await?))
}

/// Take a platform away
///
/// For operators, once no school and no pool is its.
#[utoipa::path(operation_id = "delete_platform", tag = "Platforms", params(("platform" = Id, Path)), responses((status = 204), WriteRefused))]
#[delete("/platforms/{platform}")]
async fn remove(app: web::Data<App>, caller: Caller, platform: web::Path<Id>) -> Result<HttpResponse, AppError> {
    app.delete_platform(&caller.0, &platform).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The login federations, by name
#[utoipa::path(operation_id = "list_federations", tag = "Platforms", responses((status = 200, body = [Federation]), ReadRefused))]
#[get("/federations")]
async fn federations(app: web::Data<App>, caller: Caller) -> Result<web::Json<Vec<Federation>>, AppError> {
    Ok(web::Json(app.federations(&caller.0).await?))
}

/// Enter a login federation
///
/// For operators.
#[utoipa::path(
    operation_id = "create_federation", tag = "Platforms", request_body = FederationDetails,
    responses((status = 201, body = Federation), WriteRefused)
)]
#[post("/federations")]
async fn create_federation(
    app: web::Data<App>,
    caller: Caller,
    new: Input<FederationDetails>,
) -> Result<HttpResponse, AppError> {
    let federation = app.create_federation(&caller.0, new.0).await?;
    Ok(HttpResponse::Created().json(federation))
}

/// Rename a login federation
///
/// For operators.
#[utoipa::path(
    operation_id = "rename_federation", tag = "Platforms", params(("federation" = Id, Path)),
    request_body = FederationDetails, responses((status = 200, body = Federation), WriteRefused)
)]
#[put("/federations/{federation}")]
async fn rename_federation(
    app: web::Data<App>,
    caller: Caller,
    federation: web::Path<Id>,
    new: Input<FederationDetails>,
) -> Result<web::Json<Federation>, AppError> {
    Ok(web::Json(app.rename_federation(&caller.0, &federation, new.0).await?))
}

/// Take a login federation away
///
/// For operators, once no platform and no pool is its.
#[utoipa::path(operation_id = "delete_federation", tag = "Platforms", params(("federation" = Id, Path)), responses((status = 204), WriteRefused))]
#[delete("/federations/{federation}")]
async fn remove_federation(
    app: web::Data<App>,
    caller: Caller,
    federation: web::Path<Id>,
) -> Result<HttpResponse, AppError> {
    app.delete_federation(&caller.0, &federation).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Choose the platform that a school uses
///
/// For operators. Its classes then use the platform's pools and those of its federation, and leave those of the one
/// before.
#[utoipa::path(
    operation_id = "choose_platform", tag = "Platforms", params(("school" = Id, Path)),
    request_body = PlatformChoice, responses((status = 200, body = School), WriteRefused)
)]
#[put("/schools/{school}/platform")]
async fn choose(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    choice: Input<PlatformChoice>,
) -> Result<web::Json<School>, AppError> {
    Ok(web::Json(app.choose_platform(&caller.0, &school, choice.0).await?))
}
