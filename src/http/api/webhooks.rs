//! `/api/v1/webhooks`.

use super::created;
use crate::{
    app::{
        App, AppError,
        deliveries::DeliveryWithNews,
        webhooks::{IssuedWebhook, NewWebhook, WebhookDetails},
    },
    domain::{
        id::Id,
        webhook::{Delivery, Webhook},
    },
    http::{
        caller::Caller,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, delete, get, post, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list)
        .service(create)
        .service(one)
        .service(replace_webhook)
        .service(delete_webhook)
        .service(rotate)
        .service(ping)
        .service(deliveries)
        .service(one_delivery)
        .service(redeliver);
}

/// The webhooks, without their secrets
///
/// An operator sees all, an admin those of the school.
#[utoipa::path(
    operation_id = "list_webhooks", tag = "Webhooks", responses((status = 200, body = [Webhook]), ReadRefused)
)]
#[get("/webhooks")]
async fn list(app: web::Data<App>, caller: Caller) -> Result<web::Json<Vec<Webhook>>, AppError> {
    Ok(web::Json(app.webhooks(&caller.0).await?))
}

/// Register a webhook
///
/// From now on each piece of news is sent there by POST, signed as Standard Webhooks 1.0.0 says (`webhook-id`,
/// `webhook-timestamp`, `webhook-signature`). The secret is in the answer, and cannot be shown again. What is sent is
/// described under `webhooks` in this document. Any answer of 200 to 299 within the time limit takes the news; after any
/// other it is sent again, for three days, under the same `webhook-id`. No order is promised: `sequence` and `timestamp`
/// tell what is newer. A receiver that answers 410, or takes nothing for three days, is disabled. Redirects are not
/// followed, and addresses that are not of the public internet are refused. An operator registers any webhook, an admin
/// those of the own school.
#[utoipa::path(
    operation_id = "create_webhook", tag = "Webhooks", request_body = NewWebhook,
    responses((status = 201, body = IssuedWebhook), WriteRefused)
)]
#[post("/webhooks")]
async fn create(app: web::Data<App>, caller: Caller, new: Input<NewWebhook>) -> Result<HttpResponse, AppError> {
    let issued = app.create_webhook(&caller.0, new.0).await?;
    Ok(created(&format!("/api/v1/webhooks/{}", issued.webhook.id), &issued))
}

/// One webhook
#[utoipa::path(
    operation_id = "show_webhook", tag = "Webhooks", params(("webhook" = Id, Path)),
    responses((status = 200, body = Webhook), ReadRefused)
)]
#[get("/webhooks/{webhook}")]
async fn one(app: web::Data<App>, caller: Caller, webhook: web::Path<Id>) -> Result<web::Json<Webhook>, AppError> {
    Ok(web::Json(app.webhook(&caller.0, &webhook).await?))
}

/// Change a webhook
///
/// What waits goes to the new address. Of one that is disabled it is given up, and what happens meanwhile is not sent
/// later.
#[utoipa::path(
    tag = "Webhooks", params(("webhook" = Id, Path)), request_body = WebhookDetails,
    responses((status = 200, body = Webhook), WriteRefused)
)]
#[put("/webhooks/{webhook}")]
async fn replace_webhook(
    app: web::Data<App>,
    caller: Caller,
    webhook: web::Path<Id>,
    new: Input<WebhookDetails>,
) -> Result<web::Json<Webhook>, AppError> {
    Ok(web::Json(app.replace_webhook(&caller.0, &webhook, new.0).await?))
}

/// Take a webhook away
///
/// With all that was or is to be sent to it.
#[utoipa::path(
    tag = "Webhooks", params(("webhook" = Id, Path)), responses((status = 204, description = "It is gone"), WriteRefused)
)]
#[delete("/webhooks/{webhook}")]
async fn delete_webhook(app: web::Data<App>, caller: Caller, webhook: web::Path<Id>) -> Result<HttpResponse, AppError> {
    app.delete_webhook(&caller.0, &webhook).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Give a webhook a new secret
///
/// It is in the answer, and cannot be shown again. For a day the old one signs beside it: `webhook-signature` holds both
/// signatures, with a blank between.
#[utoipa::path(
    operation_id = "rotate_webhook_secret", tag = "Webhooks", params(("webhook" = Id, Path)),
    responses((status = 200, body = IssuedWebhook), WriteRefused)
)]
#[post("/webhooks/{webhook}/secret")]
async fn rotate(
    app: web::Data<App>,
    caller: Caller,
    webhook: web::Path<Id>,
) -> Result<web::Json<IssuedWebhook>, AppError> {
    Ok(web::Json(app.rotate_webhook_secret(&caller.0, &webhook).await?))
}

/// Send a test to a webhook
///
/// News of the type `ping`. What came of it is told with the delivery.
#[utoipa::path(
    operation_id = "ping_webhook", tag = "Webhooks", params(("webhook" = Id, Path)),
    responses((status = 202, body = Delivery), WriteRefused)
)]
#[post("/webhooks/{webhook}/ping")]
async fn ping(app: web::Data<App>, caller: Caller, webhook: web::Path<Id>) -> Result<HttpResponse, AppError> {
    Ok(HttpResponse::Accepted().json(app.ping_webhook(&caller.0, &webhook).await?))
}

/// What was or is to be sent to a webhook
///
/// The newest five hundred: where each stands, what was answered last, and when it is sent next. Thirty days after it was
/// sent or given up a delivery is deleted (`retention.delivery_days`).
#[utoipa::path(
    operation_id = "list_deliveries", tag = "Webhooks", params(("webhook" = Id, Path)),
    responses((status = 200, body = [Delivery]), ReadRefused)
)]
#[get("/webhooks/{webhook}/deliveries")]
async fn deliveries(
    app: web::Data<App>,
    caller: Caller,
    webhook: web::Path<Id>,
) -> Result<web::Json<Vec<Delivery>>, AppError> {
    Ok(web::Json(app.deliveries(&caller.0, &webhook).await?))
}

/// One delivery, with what is sent
#[utoipa::path(
    operation_id = "show_delivery", tag = "Webhooks", params(("webhook" = Id, Path), ("delivery" = Id, Path)),
    responses((status = 200, body = DeliveryWithNews), ReadRefused)
)]
#[get("/webhooks/{webhook}/deliveries/{delivery}")]
async fn one_delivery(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<(Id, Id)>,
) -> Result<web::Json<DeliveryWithNews>, AppError> {
    let (webhook, delivery) = path.into_inner();
    Ok(web::Json(app.delivery(&caller.0, &webhook, &delivery).await?))
}

/// Send a delivery once more
///
/// One that failed, or was sent and got lost at its receiver: the same body under the same `webhook-id`, at once.
#[utoipa::path(
    operation_id = "redeliver", tag = "Webhooks", params(("webhook" = Id, Path), ("delivery" = Id, Path)),
    responses((status = 202, body = Delivery), WriteRefused)
)]
#[post("/webhooks/{webhook}/deliveries/{delivery}/redelivery")]
async fn redeliver(app: web::Data<App>, caller: Caller, path: web::Path<(Id, Id)>) -> Result<HttpResponse, AppError> {
    let (webhook, delivery) = path.into_inner();
    Ok(HttpResponse::Accepted().json(app.redeliver(&caller.0, &webhook, &delivery).await?))
}
