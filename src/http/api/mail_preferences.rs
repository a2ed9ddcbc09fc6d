//! `/api/v1/me/mail-preferences`, and those of a school's teachers.

use crate::{
    app::{App, AppError},
    domain::{id::Id, mail_preferences::MailPreferences},
    http::{
        caller::{Caller, Identified},
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{get, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(own).service(set_own).service(of_teacher);
}

/// Which mails oneself wants
///
/// The kinds that are switched off, and the hours in which mails wait. For a person who is signed in; a token has no account.
#[utoipa::path(
    operation_id = "get_my_mail_preferences", tag = "Account",
    responses((status = 200, body = MailPreferences), ReadRefused)
)]
#[get("/me/mail-preferences")]
async fn own(app: web::Data<App>, caller: Identified) -> Result<web::Json<MailPreferences>, AppError> {
    Ok(web::Json(app.my_mail_preferences(&caller.0).await?))
}

/// Say which mails oneself wants
///
/// Any kind can be switched off but those that carry a sign-in. Mails that are written in the quiet hours wait until their
/// end, in the time of the school that writes; but a class that begins within 24 hours and is new, moved or called off is
/// told of at once, and so is an offer that would be over by then.
///
/// These settings belong to the person: only their own sign-in changes them, or a link in a mail of theirs. A token is refused,
/// whoever made it (403), and so is a personal link of a teacher who has an account.
#[utoipa::path(
    operation_id = "set_my_mail_preferences", tag = "Account", request_body = MailPreferences,
    responses((status = 200, body = MailPreferences), WriteRefused)
)]
#[put("/me/mail-preferences")]
async fn set_own(
    app: web::Data<App>,
    caller: Identified,
    new: Input<MailPreferences>,
) -> Result<web::Json<MailPreferences>, AppError> {
    Ok(web::Json(app.set_my_mail_preferences(&caller.0, new.0).await?))
}

/// Which mails a teacher wants
///
/// It tells why somebody got none. For the school's admins; only the teacher changes it.
#[utoipa::path(
    operation_id = "get_mail_preferences", tag = "Teachers", params(("school" = Id, Path), ("teacher" = Id, Path)),
    responses((status = 200, body = MailPreferences), ReadRefused)
)]
#[get("/schools/{school}/teachers/{teacher}/mail-preferences")]
async fn of_teacher(
    app: web::Data<App>,
    caller: Caller,
    ids: web::Path<(Id, Id)>,
) -> Result<web::Json<MailPreferences>, AppError> {
    Ok(web::Json(app.mail_preferences_of(&caller.0, &ids.0, &ids.1).await?))
}
