//! Around every request that may change something: its idempotency key, its `If-Match`, and the answer that is kept.

use super::problem::Problem;
use crate::{
    app::{
        App,
        call::{Call, during, tag},
    },
    domain::answer::SentAnswer,
};
use actix_web::{
    Error, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody, to_bytes},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use std::sync::Arc;

/// The longest key.
pub const LONGEST_KEY: usize = 200;
/// The headers that are part of an answer's meaning.
const KEPT: [header::HeaderName; 3] = [header::CONTENT_TYPE, header::LOCATION, header::ETAG];

/// Carries what a request brings besides its input to the use cases, and keeps the answer of one with a key.
pub async fn carry<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.method().is_safe() {
        return tagged(next.call(request).await?.map_into_boxed_body()).await;
    }
    let text = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or_default().to_owned());
    let key = text("idempotency-key");
    let is_bad = |key: &str| !(1..=LONGEST_KEY).contains(&key.len()) || !key.bytes().all(|it| it.is_ascii_graphic());
    if key.as_deref().is_some_and(is_bad) {
        let detail = format!("an Idempotency-Key has 1 to {LONGEST_KEY} visible ASCII characters, such as a UUID");
        let problem = Problem::new(StatusCode::BAD_REQUEST, "bad-idempotency-key", detail);
        return Ok(request.into_response(problem.error_response()));
    }
    let pattern = request.match_pattern().unwrap_or_default();
    let target = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    let action = format!("{} {pattern}", request.method());
    let call = Arc::new(Call::new(action, target, key, text("if-match")));
    let app = request.app_data::<Data<App>>().cloned();
    let response = during(Arc::clone(&call), next.call(request)).await?.map_into_boxed_body();
    let Some(app) = app.filter(|_| call.is_kept()) else { return Ok(response) };
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let body = to_bytes(body).await.map_err(|_| actix_web::error::ErrorInternalServerError("the body broke off"))?;
    let named = |name: &header::HeaderName| {
        Some((name.as_str().to_owned(), head.headers().get(name)?.to_str().ok()?.to_owned()))
    };
    let sent = SentAnswer {
        status: head.status().as_u16(),
        headers: KEPT.iter().filter_map(named).collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    if let Err(error) = app.keep_answer(call, sent).await {
        // What was made is kept all the same: the same request again does nothing.
        tracing::warn!(%error, "an answer could not be kept");
    }
    Ok(ServiceResponse::new(request, head.set_body(BoxBody::new(body))))
}

/// Gives what the API shows the tag of its version: a change may expect it with `If-Match`, and who has it already
/// (`If-None-Match`) is told so.
async fn tagged(response: ServiceResponse<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let is_json = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if response.status() != StatusCode::OK || !is_json || !response.request().path().starts_with("/api/") {
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let body = to_bytes(body).await.map_err(|_| actix_web::error::ErrorInternalServerError("the body broke off"))?;
    let tag = tag(&body);
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    let is_known = known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
    let mut response = if is_known { HttpResponse::NotModified().finish() } else { head.set_body(BoxBody::new(body)) };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(ServiceResponse::new(request, response))
}

/// A first answer, once more.
pub fn again(sent: &SentAnswer) -> HttpResponse {
    let status = StatusCode::from_u16(sent.status).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    for (name, value) in &sent.headers {
        response.insert_header((name.as_str(), value.as_str()));
    }
    response.insert_header(("idempotency-replayed", "true"));
    response.body(sent.body.clone())
}
