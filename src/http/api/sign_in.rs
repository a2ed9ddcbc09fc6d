//! `/api/v1/sign-in` and `/api/v1/sign-out`: for those who are nobody yet, but for signing out.

use crate::{
    app::{
        App, AppError,
        identity::{Begun, Credential},
        invitations::{Acceptance, InvitationOffer},
        me::Me,
        sign_in::{LinkOrder, LinkSecret, PasswordSignIn},
    },
    http::{
        caller::Identified,
        client::Client,
        cookie,
        input::Input,
        problem::{SignInRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(link).service(by_link).service(by_password).service(offer).service(accept).service(sign_out);
}

/// Ask for a link to sign in
///
/// It comes by e-mail, works once and within 15 minutes. The answer is the same whether the address is an account's or
/// not; a person is sent three such mails in 15 minutes at most.
#[utoipa::path(
    operation_id = "order_sign_in_link", tag = "Sign-in", request_body = LinkOrder, security(()),
    responses((status = 202, description = "If the address is an account's, a mail is on its way."), SignInRefused)
)]
#[post("/sign-in/links")]
async fn link(app: web::Data<App>, _: Client, order: Input<LinkOrder>) -> Result<HttpResponse, AppError> {
    app.send_link(&order.0).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Sign in by a link
///
/// Uses the link up, and sets the cookie of a browser's session.
#[utoipa::path(
    operation_id = "sign_in_by_link", tag = "Sign-in", request_body = LinkSecret, security(()),
    responses((status = 200, body = Me), SignInRefused)
)]
#[post("/sign-in/link")]
async fn by_link(app: web::Data<App>, client: Client, given: Input<LinkSecret>) -> Result<HttpResponse, AppError> {
    let begun = app.sign_in_by_link(&given.0.secret, client.browser).await?;
    signed_in(&app, begun).await
}

/// Sign in by a password
///
/// Sets the cookie of a browser's session. After five failures in a row the account, and separately the client's address,
/// waits 30 seconds, and twice as long after each further failure, up to an hour; a link by e-mail works all the same.
#[utoipa::path(
    operation_id = "sign_in_by_password", tag = "Sign-in", request_body = PasswordSignIn, security(()),
    responses((status = 200, body = Me), SignInRefused)
)]
#[post("/sign-in/password")]
async fn by_password(
    app: web::Data<App>,
    client: Client,
    given: Input<PasswordSignIn>,
) -> Result<HttpResponse, AppError> {
    let begun = app.sign_in_by_password(given.0, &client.address, client.browser).await?;
    signed_in(&app, begun).await
}

/// What an invitation offers
///
/// For whoever has its link. Looking does not use it up.
#[utoipa::path(
    operation_id = "show_invitation_offer", tag = "Sign-in", request_body = LinkSecret, security(()),
    responses((status = 200, body = InvitationOffer), SignInRefused)
)]
#[post("/sign-in/invitation/offer")]
async fn offer(
    app: web::Data<App>,
    _: Client,
    given: Input<LinkSecret>,
) -> Result<web::Json<InvitationOffer>, AppError> {
    Ok(web::Json(app.offer(&given.0.secret).await?))
}

/// Accept an invitation
///
/// Uses the link up, makes the membership, and the account where there is none, and sets the cookie of a browser's
/// session.
#[utoipa::path(
    operation_id = "accept_invitation", tag = "Sign-in", request_body = Acceptance, security(()),
    responses((status = 200, body = Me), SignInRefused)
)]
#[post("/sign-in/invitation")]
async fn accept(app: web::Data<App>, client: Client, given: Input<Acceptance>) -> Result<HttpResponse, AppError> {
    let begun = app.accept(given.0, client.browser).await?;
    signed_in(&app, begun).await
}

/// Sign out
///
/// Ends the browser's session.
#[utoipa::path(
    operation_id = "sign_out", tag = "Sign-in",
    responses((status = 204, description = "The session has ended."), WriteRefused)
)]
#[post("/sign-out")]
async fn sign_out(app: web::Data<App>, caller: Identified) -> Result<HttpResponse, AppError> {
    app.sign_out(&caller.0).await?;
    Ok(HttpResponse::NoContent().cookie(cookie::ended(&app)).finish())
}

async fn signed_in(app: &App, begun: Begun) -> Result<HttpResponse, AppError> {
    let identity = app.identify(Credential::Session(begun.secret.clone())).await?;
    let me = app.me(&identity).await?;
    Ok(HttpResponse::Ok().cookie(cookie::begun(app, begun.secret)).json(me))
}
