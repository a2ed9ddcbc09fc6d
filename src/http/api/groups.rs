//! `/api/v1/schools/{school}/groups`.

use super::created;
use crate::{
    app::{App, AppError, groups::GroupDetails},
    domain::{id::Id, people::Group},
    http::{
        caller::Caller,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, delete, get, post, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(create).service(get).service(replace).service(delete);
}

/// The groups of a school, by name
#[utoipa::path(
    operation_id = "list_groups", tag = "Groups", params(("school" = Id, Path)),
    responses((status = 200, body = [Group]), ReadRefused)
)]
#[get("/schools/{school}/groups")]
async fn list(app: web::Data<App>, caller: Caller, school: web::Path<Id>) -> Result<web::Json<Vec<Group>>, AppError> {
    Ok(web::Json(app.groups(&caller.0, &school).await?))
}

/// Enter a group
///
/// For the school's admins.
#[utoipa::path(
    operation_id = "create_group", tag = "Groups", params(("school" = Id, Path)), request_body = GroupDetails,
    responses((status = 201, body = Group), WriteRefused)
)]
#[post("/schools/{school}/groups")]
async fn create(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    new: Input<GroupDetails>,
) -> Result<HttpResponse, AppError> {
    let group = app.create_group(&caller.0, &school, new.0).await?;
    Ok(created(&format!("/api/v1/schools/{school}/groups/{}", group.id), &group))
}

/// One group
#[utoipa::path(
    operation_id = "get_group", tag = "Groups", params(("school" = Id, Path), ("group" = Id, Path)),
    responses((status = 200, body = Group), ReadRefused)
)]
#[get("/schools/{school}/groups/{group}")]
async fn get(app: web::Data<App>, caller: Caller, ids: web::Path<(Id, Id)>) -> Result<web::Json<Group>, AppError> {
    Ok(web::Json(app.group(&caller.0, &ids.0, &ids.1).await?))
}

/// Replace what there is to say of a group
///
/// For the school's admins.
#[utoipa::path(
    operation_id = "replace_group", tag = "Groups", params(("school" = Id, Path), ("group" = Id, Path)),
    request_body = GroupDetails, responses((status = 200, body = Group), WriteRefused)
)]
#[put("/schools/{school}/groups/{group}")]
async fn replace(
    app: web::Data<App>,
    caller: Caller,
    ids: web::Path<(Id, Id)>,
    new: Input<GroupDetails>,
) -> Result<web::Json<Group>, AppError> {
    Ok(web::Json(app.replace_group(&caller.0, &ids.0, &ids.1, new.0).await?))
}

/// Take a group away
///
/// Its calendar feeds go with it. For the school's admins; refused while requests name it.
#[utoipa::path(
    operation_id = "delete_group", tag = "Groups", params(("school" = Id, Path), ("group" = Id, Path)),
    responses((status = 204, description = "It is gone."), WriteRefused)
)]
#[delete("/schools/{school}/groups/{group}")]
async fn delete(app: web::Data<App>, caller: Caller, ids: web::Path<(Id, Id)>) -> Result<HttpResponse, AppError> {
    app.delete_group(&caller.0, &ids.0, &ids.1).await?;
    Ok(HttpResponse::NoContent().finish())
}
