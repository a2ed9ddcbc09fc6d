//! `/api/v1/tokens`.

use super::created;
use crate::{
    app::{
        App, AppError,
        access::{MadeToken, NewToken},
    },
    domain::{access::Token, id::Id},
    http::{
        caller::Caller,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(create).service(revoke);
}

/// The tokens, without their secrets
///
/// An operator sees all, an admin those of the school.
#[utoipa::path(operation_id = "list_tokens", tag = "Tokens", responses((status = 200, body = [Token]), ReadRefused))]
#[get("/tokens")]
async fn list(app: web::Data<App>, caller: Caller) -> Result<web::Json<Vec<Token>>, AppError> {
    Ok(web::Json(app.tokens(&caller.0).await?))
}

/// Make a token
///
/// The secret is in the answer, and nowhere else: it cannot be shown again. An operator makes any token, an admin those
/// of admins and teachers of the own school. It is worth nothing any more once the person who made it could not make it.
#[utoipa::path(
    operation_id = "create_token", tag = "Tokens", request_body = NewToken,
    responses((status = 201, body = MadeToken), WriteRefused)
)]
#[post("/tokens")]
async fn create(app: web::Data<App>, caller: Caller, new: Input<NewToken>) -> Result<HttpResponse, AppError> {
    let made = app.create_token(&caller.0, &caller.1, new.0).await?;
    Ok(created(&format!("/api/v1/tokens/{}", made.token.id), &made))
}

/// Make a token worthless, at once
#[utoipa::path(
    operation_id = "revoke_token", tag = "Tokens", params(("token" = Id, Path)),
    responses((status = 204, description = "It is worth nothing any more."), WriteRefused)
)]
#[delete("/tokens/{token}")]
async fn revoke(app: web::Data<App>, caller: Caller, token: web::Path<Id>) -> Result<HttpResponse, AppError> {
    app.revoke_token(&caller.0, &token).await?;
    Ok(HttpResponse::NoContent().finish())
}
