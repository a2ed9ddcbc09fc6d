//! For those who run the service: whether it lives, whether it can work, and its numbers.

use super::problem::Problem;
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
use futures_util::FutureExt;
use std::{panic::AssertUnwindSafe, time::Instant};

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
    let route = request.match_pattern().unwrap_or_else(|| "none".to_owned());
    let answered = next.call(request).await;
    let status = match &answered {
        Ok(response) => response.status(),
        Err(error) => error.as_response_error().status_code(),
    };
    let seconds = begin.elapsed().as_secs_f64();
    let code = status.as_str().to_owned();
    metrics::counter!(names::HTTP_REQUESTS, "method" => method, "route" => route.clone(), "status" => code)
        .increment(1);
    tracing::info!(seconds, status = status.as_u16(), "answered");
    metrics::histogram!(names::HTTP_SECONDS, "method" => method, "route" => route).record(seconds);
    answered
}

/// Answers 500 where a handler panics: without it the connection would close, and nobody would hear of it.
pub async fn survive<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    // What a handler shares with others is the pool of connections and caches, whose locks outlive a panic.
    let outcome = AssertUnwindSafe(next.call(request)).catch_unwind();
    outcome.await.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let reason = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason is known");
        tracing::error!(reason, "a handler panicked");
        Err(Problem::internal().into())
    })
}

fn plain(mut response: actix_web::HttpResponseBuilder, text: &'static str) -> HttpResponse {
    response.insert_header((header::CACHE_CONTROL, "no-store")).content_type("text/plain; charset=utf-8").body(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{
        App,
        dev::Service,
        middleware::from_fn,
        test::{TestRequest, init_service},
    };
    use metrics_exporter_prometheus::PrometheusBuilder;

    #[actix_web::test]
    async fn a_panic_is_answered_and_counted() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let _recording = metrics::set_default_local_recorder(&recorder);
        let broken = || async {
            let days: Vec<u32> = Vec::new();
            HttpResponse::Ok().body(days[7].to_string())
        };
        let app = App::new().wrap(from_fn(survive)).wrap(from_fn(measure)).route("/weeks/{id}", web::get().to(broken));
        let app = init_service(app).await;
        let answer = app.call(TestRequest::get().uri("/weeks/1").to_request()).await;
        let status = answer.map_or_else(|error| error.as_response_error().status_code(), |answer| answer.status());
        assert_eq!(status, 500);
        let told = recorder.handle().render();
        assert!(told.contains(r#"{method="GET",route="/weeks/{id}",status="500"} 1"#), "{told}");
    }
}
