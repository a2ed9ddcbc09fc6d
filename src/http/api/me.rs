//! `/api/v1/me`: the own account.

use crate::{
    app::{
        App, AppError,
        me::{Acting, ActingChoice, Me, MySession, NewPassword, PersonChange},
    },
    domain::{account::Person, id::Id},
    http::{
        caller::Identified,
        client::Client,
        cookie,
        input::Input,
        problem::{ReadRefused, SignInRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, delete, get, patch, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(me).service(change).service(act).service(password);
    config.service(sessions).service(end_session).service(end_sessions);
}

/// Who asks
///
/// The person or the token, the memberships, as what it acts, and the language.
#[utoipa::path(operation_id = "get_me", tag = "Account", responses((status = 200, body = Me), ReadRefused))]
#[get("/me")]
async fn me(app: web::Data<App>, caller: Identified) -> Result<web::Json<Me>, AppError> {
    Ok(web::Json(app.me(&caller.0).await?))
}

/// Change the own name or language
#[utoipa::path(
    operation_id = "change_me", tag = "Account", request_body = PersonChange,
    responses((status = 200, body = Person), WriteRefused)
)]
#[patch("/me")]
async fn change(
    app: web::Data<App>,
    caller: Identified,
    change: Input<PersonChange>,
) -> Result<web::Json<Person>, AppError> {
    Ok(web::Json(app.change_me(&caller.0, change.0).await?))
}

/// Choose which membership acts
///
/// In this browser, from now on.
#[utoipa::path(
    operation_id = "choose_acting", tag = "Account", request_body = ActingChoice,
    responses((status = 200, body = Acting), WriteRefused)
)]
#[put("/me/acting")]
async fn act(
    app: web::Data<App>,
    caller: Identified,
    choice: Input<ActingChoice>,
) -> Result<web::Json<Acting>, AppError> {
    Ok(web::Json(app.act_as(&caller.0, choice.0).await?))
}

/// Set the own password
///
/// Other browsers are signed out, and links that wait are worth nothing.
#[utoipa::path(
    operation_id = "set_password", tag = "Account", request_body = NewPassword,
    responses((status = 204, description = "It holds from now on."), SignInRefused)
)]
#[put("/me/password")]
async fn password(
    app: web::Data<App>,
    caller: Identified,
    client: Client,
    new: Input<NewPassword>,
) -> Result<HttpResponse, AppError> {
    app.set_password(&caller.0, new.0, &client.address).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The browsers that are signed in as oneself
#[utoipa::path(
    operation_id = "list_my_sessions", tag = "Account", responses((status = 200, body = [MySession]), ReadRefused)
)]
#[get("/me/sessions")]
async fn sessions(app: web::Data<App>, caller: Identified) -> Result<web::Json<Vec<MySession>>, AppError> {
    Ok(web::Json(app.my_sessions(&caller.0).await?))
}

/// Sign one of the own browsers out
#[utoipa::path(
    operation_id = "end_my_session", tag = "Account", params(("session" = Id, Path)),
    responses((status = 204, description = "It is signed out."), WriteRefused)
)]
#[delete("/me/sessions/{session}")]
async fn end_session(app: web::Data<App>, caller: Identified, id: web::Path<Id>) -> Result<HttpResponse, AppError> {
    app.end_my_session(&caller.0, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sign out everywhere
///
/// In this browser, too.
#[utoipa::path(
    operation_id = "end_my_sessions", tag = "Account",
    responses((status = 204, description = "No browser is signed in any more."), WriteRefused)
)]
#[delete("/me/sessions")]
async fn end_sessions(app: web::Data<App>, caller: Identified) -> Result<HttpResponse, AppError> {
    app.sign_out_everywhere(&caller.0).await?;
    Ok(HttpResponse::NoContent().cookie(cookie::ended(&app)).finish())
}
