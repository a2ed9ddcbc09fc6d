//! `/api/v1/invitations`.

use super::created;
use crate::{
    app::{
        App, AppError,
        invitations::{InvitationStatus, NewInvitation},
    },
    domain::id::Id,
    http::{
        caller::Caller,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(create).service(resend).service(withdraw);
}

/// The invitations, the newest first
///
/// An operator sees all, an admin those of the school.
#[utoipa::path(
    operation_id = "list_invitations", tag = "People", responses((status = 200, body = [InvitationStatus]), ReadRefused)
)]
#[get("/invitations")]
async fn list(app: web::Data<App>, caller: Caller) -> Result<web::Json<Vec<InvitationStatus>>, AppError> {
    Ok(web::Json(app.invitations(&caller.0).await?))
}

/// Invite somebody
///
/// A mail brings a link that works once, within seven days. An operator invites anybody, an admin the admins and teachers
/// of the own school.
#[utoipa::path(
    operation_id = "create_invitation", tag = "People", request_body = NewInvitation,
    responses((status = 201, body = InvitationStatus), WriteRefused)
)]
#[post("/invitations")]
async fn create(app: web::Data<App>, caller: Caller, new: Input<NewInvitation>) -> Result<HttpResponse, AppError> {
    let made = app.invite(&caller.0, &caller.1, new.0).await?;
    Ok(created(&format!("/api/v1/invitations/{}", made.id), &made))
}

/// Send an invitation once more
///
/// With a new link, for another seven days; the link before is worth nothing.
#[utoipa::path(
    operation_id = "resend_invitation", tag = "People", params(("invitation" = Id, Path)),
    responses((status = 200, body = InvitationStatus), WriteRefused)
)]
#[post("/invitations/{invitation}/resend")]
async fn resend(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<Id>,
) -> Result<web::Json<InvitationStatus>, AppError> {
    Ok(web::Json(app.resend_invitation(&caller.0, &id).await?))
}

/// Withdraw an invitation
///
/// Its link is worth nothing, at once.
#[utoipa::path(
    operation_id = "withdraw_invitation", tag = "People", params(("invitation" = Id, Path)),
    responses((status = 204, description = "It is withdrawn."), WriteRefused)
)]
#[delete("/invitations/{invitation}")]
async fn withdraw(app: web::Data<App>, caller: Caller, id: web::Path<Id>) -> Result<HttpResponse, AppError> {
    app.withdraw_invitation(&caller.0, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}
