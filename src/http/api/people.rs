//! `/api/v1/people`, `/api/v1/schools/{school}/people` and `/api/v1/memberships`.

use crate::{
    app::{
        App, AppError,
        people::{MembershipChange, PersonWithMemberships},
    },
    domain::{account::Membership, id::Id},
    http::{
        caller::Caller,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, delete, get, patch, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(everybody).service(of_school).service(change).service(withdraw);
}

/// Everybody with an account, by name, with all that they are
///
/// For operators.
#[utoipa::path(
    operation_id = "list_people", tag = "People", responses((status = 200, body = [PersonWithMemberships]), ReadRefused)
)]
#[get("/people")]
async fn everybody(app: web::Data<App>, caller: Caller) -> Result<web::Json<Vec<PersonWithMemberships>>, AppError> {
    Ok(web::Json(app.people(&caller.0).await?))
}

/// The people of a school, by name, with what they are there
///
/// For the school's admins.
#[utoipa::path(
    operation_id = "list_people_of_school", tag = "People", params(("school" = Id, Path)),
    responses((status = 200, body = [PersonWithMemberships]), ReadRefused)
)]
#[get("/schools/{school}/people")]
async fn of_school(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
) -> Result<web::Json<Vec<PersonWithMemberships>>, AppError> {
    Ok(web::Json(app.people_of(&caller.0, &school).await?))
}

/// Make a person something else in the same school
///
/// At once, for open sessions too. For the school's admins; the last admin stays one unless an operator asks.
#[utoipa::path(
    operation_id = "change_membership", tag = "People", params(("membership" = Id, Path)),
    request_body = MembershipChange, responses((status = 200, body = Membership), WriteRefused)
)]
#[patch("/memberships/{membership}")]
async fn change(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<Id>,
    change: Input<MembershipChange>,
) -> Result<web::Json<Membership>, AppError> {
    Ok(web::Json(app.change_membership(&caller.0, &id, change.0).await?))
}

/// Withdraw a membership
///
/// At once, for open sessions too, and tokens that the person made by it are revoked; the account stays. For the school's admins, or operators; the last operator stays, and
/// a school's last admin unless an operator asks.
#[utoipa::path(
    operation_id = "withdraw_membership", tag = "People", params(("membership" = Id, Path)),
    responses((status = 204, description = "It is withdrawn."), WriteRefused)
)]
#[delete("/memberships/{membership}")]
async fn withdraw(app: web::Data<App>, caller: Caller, id: web::Path<Id>) -> Result<HttpResponse, AppError> {
    app.withdraw_membership(&caller.0, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}
