//! Erasing a person, and what is stored of oneself.

use crate::{
    app::{
        App, AppError,
        erasure::{Erasure, ErasureConfirmation},
        my_data::MyData,
    },
    domain::id::Id,
    http::{
        caller::{Caller, Identified},
        cookie,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(data).service(of_me).service(me).service(of_teacher).service(teacher);
    config.service(of_person).service(person);
}

/// All that is stored of oneself
#[utoipa::path(operation_id = "get_my_data", tag = "Account", responses((status = 200, body = MyData), ReadRefused))]
#[get("/me/data")]
async fn data(app: web::Data<App>, caller: Identified) -> Result<web::Json<MyData>, AppError> {
    Ok(web::Json(app.my_data(&caller.0).await?))
}

/// What erasing oneself would do
///
/// Nothing is erased.
#[utoipa::path(
    operation_id = "preview_my_erasure", tag = "Account", responses((status = 200, body = Erasure), WriteRefused)
)]
#[get("/me/erasure")]
async fn of_me(app: web::Data<App>, caller: Identified) -> Result<web::Json<Erasure>, AppError> {
    Ok(web::Json(app.would_erase_me(&caller.0).await?))
}

/// Erase oneself, in every school
///
/// It cannot be taken back. Classes stay, under a neutral name; name, addresses, account, tokens, calendars, mails and
/// invitations go, and tokens made for others are revoked. The last operator stays, and a school's last admin.
#[utoipa::path(
    operation_id = "erase_me", tag = "Account", request_body = ErasureConfirmation,
    responses((status = 200, body = Erasure), WriteRefused)
)]
#[post("/me/erasure")]
async fn me(
    app: web::Data<App>,
    caller: Identified,
    confirmation: Input<ErasureConfirmation>,
) -> Result<HttpResponse, AppError> {
    let erasure = app.erase_me(&caller.0, confirmation.0).await?;
    Ok(HttpResponse::Ok().cookie(cookie::ended(&app)).json(erasure))
}

/// What erasing a teacher would do
///
/// Nothing is erased.
#[utoipa::path(
    operation_id = "preview_teacher_erasure", tag = "People", params(("school" = Id, Path), ("teacher" = Id, Path)),
    responses((status = 200, body = Erasure), WriteRefused)
)]
#[get("/schools/{school}/teachers/{teacher}/erasure")]
async fn of_teacher(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<(Id, Id)>,
) -> Result<web::Json<Erasure>, AppError> {
    Ok(web::Json(app.would_erase_teacher(&caller.0, &path.0, &path.1).await?))
}

/// Erase what a school holds of a teacher
///
/// It cannot be taken back. Classes stay, under a neutral name; name, address, roles in the school, tokens, calendars,
/// mails and invitations go. The account goes with them when the person is nothing in any other school. For the school's
/// admins; the last operator stays, and the school's last admin unless an operator asks. Once more it changes nothing.
#[utoipa::path(
    operation_id = "erase_teacher", tag = "People", params(("school" = Id, Path), ("teacher" = Id, Path)),
    responses((status = 200, body = Erasure), WriteRefused)
)]
#[post("/schools/{school}/teachers/{teacher}/erasure")]
async fn teacher(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<(Id, Id)>,
) -> Result<web::Json<Erasure>, AppError> {
    Ok(web::Json(app.erase_teacher(&caller.0, &path.0, &path.1).await?))
}

/// What erasing a person would do
///
/// Nothing is erased. For operators.
#[utoipa::path(
    operation_id = "preview_person_erasure", tag = "People", params(("person" = Id, Path)),
    responses((status = 200, body = Erasure), WriteRefused)
)]
#[get("/people/{person}/erasure")]
async fn of_person(app: web::Data<App>, caller: Caller, id: web::Path<Id>) -> Result<web::Json<Erasure>, AppError> {
    Ok(web::Json(app.would_erase_person(&caller.0, &id).await?))
}

/// Erase a person, in every school
///
/// As they would themselves. For operators; the last operator stays.
#[utoipa::path(
    operation_id = "erase_person", tag = "People", params(("person" = Id, Path)),
    responses((status = 200, body = Erasure), WriteRefused)
)]
#[post("/people/{person}/erasure")]
async fn person(app: web::Data<App>, caller: Caller, id: web::Path<Id>) -> Result<web::Json<Erasure>, AppError> {
    Ok(web::Json(app.erase_person(&caller.0, &id).await?))
}
