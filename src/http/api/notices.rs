//! `/api/v1/schools/{school}/notices`.

use crate::{
    app::{App, AppError},
    domain::{id::Id, notice::NoticeStatus},
    http::{
        caller::Caller,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(resend);
}

/// A school's mails to its teachers
///
/// The newest first: to whom, about what, whether they were sent, and if not, why. For admins.
#[utoipa::path(
    tag = "Notices", params(("school" = Id, Path)), responses((status = 200, body = [NoticeStatus]), ReadRefused)
)]
#[get("/schools/{school}/notices")]
async fn list(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
) -> Result<web::Json<Vec<NoticeStatus>>, AppError> {
    Ok(web::Json(app.notices(&caller.0, &school).await?))
}

/// Send a mail once more
///
/// One that failed, or was sent and did not arrive: the same mail, to the same address. For admins.
#[utoipa::path(
    tag = "Notices", params(("school" = Id, Path), ("notice" = Id, Path)),
    responses((status = 202, body = NoticeStatus), WriteRefused)
)]
#[post("/schools/{school}/notices/{notice}/resend")]
async fn resend(app: web::Data<App>, caller: Caller, path: web::Path<(Id, Id)>) -> Result<HttpResponse, AppError> {
    let (school, notice) = path.into_inner();
    Ok(HttpResponse::Accepted().json(app.resend_notice(&caller.0, &school, &notice).await?))
}
