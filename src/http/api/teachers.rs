//! `/api/v1/schools/{school}/teachers`.

use super::created;
use crate::{
    app::{App, AppError, links::NewLink, teachers::TeacherDetails},
    domain::{id::Id, people::Teacher},
    http::{
        caller::Caller,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, delete, get, post, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(create).service(get).service(replace).service(link).service(delete);
}

/// The teachers of a school, by name
#[utoipa::path(
    operation_id = "list_teachers", tag = "Teachers", params(("school" = Id, Path)),
    responses((status = 200, body = [Teacher]), ReadRefused)
)]
#[get("/schools/{school}/teachers")]
async fn list(app: web::Data<App>, caller: Caller, school: web::Path<Id>) -> Result<web::Json<Vec<Teacher>>, AppError> {
    Ok(web::Json(app.teachers(&caller.0, &school).await?))
}

/// Enter a teacher
///
/// For the school's admins.
#[utoipa::path(
    operation_id = "create_teacher", tag = "Teachers", params(("school" = Id, Path)), request_body = TeacherDetails,
    responses((status = 201, body = Teacher), WriteRefused)
)]
#[post("/schools/{school}/teachers")]
async fn create(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    new: Input<TeacherDetails>,
) -> Result<HttpResponse, AppError> {
    let teacher = app.create_teacher(&caller.0, &school, new.0).await?;
    Ok(created(&format!("/api/v1/schools/{school}/teachers/{}", teacher.id), &teacher))
}

/// One teacher
#[utoipa::path(
    operation_id = "get_teacher", tag = "Teachers", params(("school" = Id, Path), ("teacher" = Id, Path)),
    responses((status = 200, body = Teacher), ReadRefused)
)]
#[get("/schools/{school}/teachers/{teacher}")]
async fn get(app: web::Data<App>, caller: Caller, ids: web::Path<(Id, Id)>) -> Result<web::Json<Teacher>, AppError> {
    Ok(web::Json(app.teacher(&caller.0, &ids.0, &ids.1).await?))
}

/// Replace what there is to say of a teacher
///
/// For the school's admins.
#[utoipa::path(
    operation_id = "replace_teacher", tag = "Teachers", params(("school" = Id, Path), ("teacher" = Id, Path)),
    request_body = TeacherDetails, responses((status = 200, body = Teacher), WriteRefused)
)]
#[put("/schools/{school}/teachers/{teacher}")]
async fn replace(
    app: web::Data<App>,
    caller: Caller,
    ids: web::Path<(Id, Id)>,
    new: Input<TeacherDetails>,
) -> Result<web::Json<Teacher>, AppError> {
    Ok(web::Json(app.replace_teacher(&caller.0, &ids.0, &ids.1, new.0).await?))
}

/// Say which virtual classroom is a teacher's usual one
///
/// Classes take place there that name no other; those to come that took place at the old one follow. For the teacher
/// and the school's admins.
#[utoipa::path(
    operation_id = "set_teacher_link", tag = "Teachers", params(("school" = Id, Path), ("teacher" = Id, Path)),
    request_body = NewLink, responses((status = 200, body = Teacher), WriteRefused)
)]
#[put("/schools/{school}/teachers/{teacher}/link")]
async fn link(
    app: web::Data<App>,
    caller: Caller,
    ids: web::Path<(Id, Id)>,
    new: Input<NewLink>,
) -> Result<web::Json<Teacher>, AppError> {
    Ok(web::Json(app.set_teacher_link(&caller.0, &ids.0, &ids.1, new.0).await?))
}

/// Take a teacher away
///
/// The teacher's calendar feeds, tokens and notices go too. For the school's admins; refused while requests name the teacher.
#[utoipa::path(
    operation_id = "delete_teacher", tag = "Teachers", params(("school" = Id, Path), ("teacher" = Id, Path)),
    responses((status = 204, description = "It is gone."), WriteRefused)
)]
#[delete("/schools/{school}/teachers/{teacher}")]
async fn delete(app: web::Data<App>, caller: Caller, ids: web::Path<(Id, Id)>) -> Result<HttpResponse, AppError> {
    app.delete_teacher(&caller.0, &ids.0, &ids.1).await?;
    Ok(HttpResponse::NoContent().finish())
}
