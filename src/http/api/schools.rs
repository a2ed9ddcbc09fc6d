//! `/api/v1/schools`.

use super::created;
use crate::{
    app::{
        App, AppError,
        schools::{NewSchool, SchoolDetails},
    },
    domain::{id::Id, people::School},
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

/// The schools that the token may see
#[utoipa::path(operation_id = "list_schools", tag = "Schools", responses((status = 200, body = [School]), ReadRefused))]
#[get("/schools")]
async fn list(app: web::Data<App>, caller: Caller) -> Result<web::Json<Vec<School>>, AppError> {
    Ok(web::Json(app.schools(&caller.0).await?))
}

/// Enter a school
///
/// For operators.
#[utoipa::path(operation_id = "create_school", tag = "Schools", request_body = NewSchool, responses((status = 201, body = School), WriteRefused))]
#[post("/schools")]
async fn create(app: web::Data<App>, caller: Caller, new: Input<NewSchool>) -> Result<HttpResponse, AppError> {
    let school = app.create_school(&caller.0, new.0).await?;
    Ok(created(&format!("/api/v1/schools/{}", school.id), &school))
}

/// One school
#[utoipa::path(operation_id = "get_school", tag = "Schools", params(("school" = Id, Path)), responses((status = 200, body = School), ReadRefused))]
#[get("/schools/{school}")]
async fn get(app: web::Data<App>, caller: Caller, school: web::Path<Id>) -> Result<web::Json<School>, AppError> {
    Ok(web::Json(app.school(&caller.0, &school).await?))
}

/// Replace what a school says of itself
///
/// For its admins. Its capacity has an address of its own.
#[utoipa::path(
    operation_id = "replace_school", tag = "Schools", params(("school" = Id, Path)), request_body = SchoolDetails,
    responses((status = 200, body = School), WriteRefused)
)]
#[put("/schools/{school}")]
async fn replace(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    details: Input<SchoolDetails>,
) -> Result<web::Json<School>, AppError> {
    Ok(web::Json(app.replace_school(&caller.0, &school, details.0).await?))
}

/// Take a school away
///
/// For operators, once no class of it is to take place (`classes-to-come`). All that is its own goes with it: rounds,
/// classes, calendars, mails and everybody's role in it. The accounts of those who have no role anywhere else are erased;
/// an address that another school goes by, or has invited, stays there.
#[utoipa::path(operation_id = "delete_school", tag = "Schools", params(("school" = Id, Path)), responses((status = 204), WriteRefused))]
#[delete("/schools/{school}")]
async fn remove(app: web::Data<App>, caller: Caller, school: web::Path<Id>) -> Result<HttpResponse, AppError> {
    app.delete_school(&caller.0, &school).await?;
    Ok(HttpResponse::NoContent().finish())
}
