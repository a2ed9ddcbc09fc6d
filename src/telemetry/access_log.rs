//! The span that each request's log lines stand in.

use actix_web::Error;
use actix_web::HttpMessage;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use tracing::Span;
use tracing::field::Empty;
use tracing_actix_web::{RequestId, RootSpanBuilder};

use super::redaction::redact_path;

/// Builds the span of a request, for `TracingLogger::<RequestSpan>::new()`.
///
/// The crate's own builder logs the path with its query, the user agent and whatever an error says; this one logs no
/// more than is needed to find a request again, and no secret: neither a feed's, nor a token in a query.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = request.extensions().get::<RequestId>().map(ToString::to_string);
        tracing::info_span!(
            "request",
            method = %request.method(),
            path = redact_path(request.path()),
            route = request.match_pattern(),
            id,
            status = Empty,
        )
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("status", status.as_u16());
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{App, HttpResponse, test, web};
    use tracing_actix_web::TracingLogger;

    use super::*;
    use crate::config::{Log, LogFormat};
    use crate::telemetry::tests::Memory;

    #[actix_web::test]
    async fn shows_the_request_without_its_secrets() {
        let memory = Memory::default();
        let writer = memory.clone();
        let log = Log { format: LogFormat::Json, filter: "info".to_owned() };
        let subscriber = crate::telemetry::subscriber(&log, move || writer.clone(), false).unwrap();
        let _guard = tracing::subscriber::set_default(subscriber);
        let answer = || async {
            tracing::info!("read");
            HttpResponse::Gone().finish()
        };
        let app =
            App::new().wrap(TracingLogger::<RequestSpan>::new()).route("/feeds/{secret}.ics", web::get().to(answer));
        let app = test::init_service(app).await;
        let request = test::TestRequest::get()
            .uri("/feeds/s3cr3t.ics?token=s3cr3t")
            .insert_header(("authorization", "Bearer s3cr3t"))
            .to_request();
        test::call_service(&app, request).await;

        let text = memory.text();
        assert!(!text.contains("s3cr3t"), "{text}");
        let line: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert_eq!(line["span"]["method"], "GET");
        assert_eq!(line["span"]["path"], "/feeds/[redacted].ics");
        assert_eq!(line["span"]["route"], "/feeds/{secret}.ics");
        assert_eq!(line["span"]["id"].as_str().map(str::len), Some(36));
    }
}
