//! `/api/v1/schools/{school}/feeds`.

use crate::{
    app::{
        App, AppError,
        feeds::{IssuedFeed, NewFeed},
    },
    domain::{feed::Feed, id::Id},
    http::{
        caller::Caller,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(create).service(replace).service(revoke);
}

/// A school's feeds
///
/// Without their addresses, which are shown once. Teachers see their own, and those that they made.
#[utoipa::path(tag = "Feeds", params(("school" = Id, Path)), responses((status = 200, body = [Feed]), ReadRefused))]
#[get("/schools/{school}/feeds")]
async fn list(app: web::Data<App>, caller: Caller, school: web::Path<Id>) -> Result<web::Json<Vec<Feed>>, AppError> {
    Ok(web::Json(app.feeds(&caller.0, &school).await?))
}

/// Make a feed
///
/// Of a group, of several groups (`groups`: those of a family's children, say), of a teacher, or of the whole school when
/// nobody is named. Its addresses hold a secret and are shown this once, with a QR code: whoever knows one reads the
/// calendar. Teachers make feeds of themselves and of groups. One with `headcount_only` shows when, which groups and how
/// many, but no title and nobody's name.
#[utoipa::path(
    tag = "Feeds", params(("school" = Id, Path)), request_body = NewFeed,
    responses((status = 201, body = IssuedFeed), WriteRefused)
)]
#[post("/schools/{school}/feeds")]
async fn create(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    new: Input<NewFeed>,
) -> Result<HttpResponse, AppError> {
    Ok(HttpResponse::Created().json(app.create_feed(&caller.0, &school, new.0).await?))
}

/// Replace a feed's address
///
/// The one that it had stops to work at once; the new one is shown this once. Who subscribes to it keeps the sessions that
/// the calendar program knows already. For whoever made the feed, the teacher that it is of, and admins.
#[utoipa::path(
    tag = "Feeds", params(("school" = Id, Path), ("feed" = Id, Path)),
    responses((status = 200, body = IssuedFeed), WriteRefused)
)]
#[post("/schools/{school}/feeds/{feed}/replacement")]
async fn replace(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<(Id, Id)>,
) -> Result<web::Json<IssuedFeed>, AppError> {
    let (school, feed) = path.into_inner();
    Ok(web::Json(app.replace_feed(&caller.0, &school, &feed).await?))
}

/// Revoke a feed
///
/// Its address stops to work at once.
#[utoipa::path(
    tag = "Feeds", params(("school" = Id, Path), ("feed" = Id, Path)),
    responses((status = 204, description = "It is revoked"), WriteRefused)
)]
#[delete("/schools/{school}/feeds/{feed}")]
async fn revoke(app: web::Data<App>, caller: Caller, path: web::Path<(Id, Id)>) -> Result<HttpResponse, AppError> {
    let (school, feed) = path.into_inner();
    app.revoke_feed(&caller.0, &school, &feed).await?;
    Ok(HttpResponse::NoContent().finish())
}
