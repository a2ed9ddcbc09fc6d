//! `/api/v1/schools`.

use super::created;
use crate::{
    app::{App, AppError, schools::NewSchool},
    domain::{id::Id, people::School},
    http::{
        caller::Caller,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(create).service(get);
}

/// The schools that the token may see
#[utoipa::path(tag = "Schools", responses((status = 200, body = [School]), ReadRefused))]
#[get("/schools")]
async fn list(app: web::Data<App>, caller: Caller) -> Result<web::Json<Vec<School>>, AppError> {
    Ok(web::Json(app.schools(&caller.0).await?))
}

/// Enter a school
///
/// For operators.
#[utoipa::path(tag = "Schools", request_body = NewSchool, responses((status = 201, body = School), WriteRefused))]
#[post("/schools")]
async fn create(app: web::Data<App>, caller: Caller, new: Input<NewSchool>) -> Result<HttpResponse, AppError> {
    let school = app.create_school(&caller.0, new.0).await?;
    Ok(created(&format!("/api/v1/schools/{}", school.id), &school))
}

/// One school
#[utoipa::path(tag = "Schools", params(("school" = Id, Path)), responses((status = 200, body = School), ReadRefused))]
#[get("/schools/{school}")]
async fn get(app: web::Data<App>, caller: Caller, school: web::Path<Id>) -> Result<web::Json<School>, AppError> {
    Ok(web::Json(app.school(&caller.0, &school).await?))
}
