//! `/api/v1/schools/{school}/notices` and `/api/v1/notices`: the outbox.

use crate::{
    app::{App, AppError, outbox::NoticesPart},
    domain::{id::Id, notice::NoticeStatus},
    http::{
        caller::Caller,
        input::Query,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(about_accounts).service(resend).service(withdraw);
}

/// A school's mails
///
/// The newest first, five hundred at most: to whom, about what, whether they were sent, and if not, why. For admins.
#[utoipa::path(
    operation_id = "list_notices", tag = "Notices", params(("school" = Id, Path), NoticesPart),
    responses((status = 200, body = [NoticeStatus]), ReadRefused)
)]
#[get("/schools/{school}/notices")]
async fn list(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    part: Query<NoticesPart>,
) -> Result<web::Json<Vec<NoticeStatus>>, AppError> {
    Ok(web::Json(app.notices(&caller.0, &school, part.0).await?))
}

/// The mails of no school
///
/// Links to sign in, invitations, and what operators are told of load. The newest first, five hundred at most. For operators.
#[utoipa::path(
    operation_id = "list_account_notices", tag = "Notices", params(NoticesPart),
    responses((status = 200, body = [NoticeStatus]), ReadRefused)
)]
#[get("/notices")]
async fn about_accounts(
    app: web::Data<App>,
    caller: Caller,
    part: Query<NoticesPart>,
) -> Result<web::Json<Vec<NoticeStatus>>, AppError> {
    Ok(web::Json(app.account_notices(&caller.0, part.0).await?))
}

/// Send a mail once more
///
/// One that failed, or was sent and did not arrive: the same mail, to the address that its reader has now. For admins.
#[utoipa::path(
    tag = "Notices", params(("school" = Id, Path), ("notice" = Id, Path)),
    responses((status = 202, body = NoticeStatus), WriteRefused)
)]
#[post("/schools/{school}/notices/{notice}/resend")]
async fn resend(app: web::Data<App>, caller: Caller, path: web::Path<(Id, Id)>) -> Result<HttpResponse, AppError> {
    let (school, notice) = path.into_inner();
    Ok(HttpResponse::Accepted().json(app.resend_notice(&caller.0, &school, &notice).await?))
}

/// Withdraw a mail
///
/// One that waits to be sent: it counts as failed, and can be sent all the same later. One that is on its way just now is not
/// tried again; should the mail server take it all the same, it shows as sent. For admins.
#[utoipa::path(
    operation_id = "withdraw_notice", tag = "Notices", params(("school" = Id, Path), ("notice" = Id, Path)),
    responses((status = 200, body = NoticeStatus), WriteRefused)
)]
#[post("/schools/{school}/notices/{notice}/withdrawal")]
async fn withdraw(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<(Id, Id)>,
) -> Result<web::Json<NoticeStatus>, AppError> {
    let (school, notice) = path.into_inner();
    Ok(web::Json(app.withdraw_notice(&caller.0, &school, &notice).await?))
}
