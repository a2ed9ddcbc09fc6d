//! For those who run the service: whether it lives, whether it can work, and its numbers.

use crate::app::App;
use actix_web::{HttpResponse, get, http::header, web};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;

static METRICS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Begins to count. Once a process; later calls change nothing.
pub fn install() {
    METRICS.get_or_init(|| {
        PrometheusBuilder::new()
            .install_recorder()
            .inspect_err(|error| tracing::warn!(%error, "no metrics: another recorder is there"))
            .ok()
    });
}

/// The routes of this file; they are not part of the API.
pub fn configure(config: &mut web::ServiceConfig) {
    config.service(live).service(ready).service(metrics);
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
async fn metrics() -> HttpResponse {
    let text = METRICS.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default();
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text)
}

fn plain(mut response: actix_web::HttpResponseBuilder, text: &'static str) -> HttpResponse {
    response.insert_header((header::CACHE_CONTROL, "no-store")).content_type("text/plain; charset=utf-8").body(text)
}
