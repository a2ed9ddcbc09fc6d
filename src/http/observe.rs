//! For those who run the service: whether it lives, whether it can work, and its numbers.

use crate::{
    app::App,
    telemetry::{Metrics, names},
};
use actix_web::{
    Error, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    get,
    http::header,
    middleware::Next,
    web,
};
use std::time::Instant;

/// The routes of this file; they are not part of the API.
pub fn configure(config: &mut web::ServiceConfig) {
    config.service(live).service(ready).service(numbers);
}

/// The process answers.
#[get("/health/live")]
async fn live() -> HttpResponse {
    plain(HttpResponse::Ok(), "alive\n")
}

/// The database answers too, and its tables are up to date.
#[get("/health/ready")]
async fn ready(app: web::Data<App>) -> HttpResponse {
    match app.is_ready().await {
        Ok(()) => plain(HttpResponse::Ok(), "ready\n"),
        Err(reason) => {
            tracing::warn!(?reason, "not ready");
            plain(HttpResponse::ServiceUnavailable(), "not ready\n")
        }
    }
}

/// The numbers, as Prometheus reads them.
#[get("/metrics")]
async fn numbers(metrics: web::Data<Metrics>) -> HttpResponse {
    let text = metrics.render();
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text)
}

/// Notes an answer and the time it took, by route: the pattern, never the path, which holds ids and secrets.
pub async fn measure<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let begin = Instant::now();
    // Anybody may send any word as a method, but not fill our memory with them.
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let method = known.into_iter().find(|known| request.method().as_str() == *known).unwrap_or("other");
    let response = next.call(request).await?;
    let route = response.request().match_pattern().unwrap_or_else(|| "none".to_owned());
    let status = response.status().as_str().to_owned();
    let seconds = begin.elapsed().as_secs_f64();
    metrics::counter!(names::HTTP_REQUESTS, "method" => method, "route" => route.clone(), "status" => status)
        .increment(1);
    tracing::info!(seconds, status = response.status().as_u16(), "answered");
    metrics::histogram!(names::HTTP_SECONDS, "method" => method, "route" => route).record(seconds);
    Ok(response)
}

fn plain(mut response: actix_web::HttpResponseBuilder, text: &'static str) -> HttpResponse {
    response.insert_header((header::CACHE_CONTROL, "no-store")).content_type("text/plain; charset=utf-8").body(text)
}
