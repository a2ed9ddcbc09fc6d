//! Headers that every answer carries, and what no request may carry.

use super::problem::Problem;
use actix_web::{
    Error, ResponseError,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderName, HeaderValue},
    middleware::Next,
};

/// Pages load nothing from elsewhere and run no script that stands in the page itself.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);
/// The browser for the API document writes styles into its page.
const DOCS_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// Refuses addresses that hold a NUL, which PostgreSQL cannot store and so can name nothing, and adds the headers.
pub async fn secure<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
    is_https: bool,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let path = request.path().to_owned();
    let has_nul = |text: &str| text.contains("%00") || text.contains('\0');
    let mut response = if has_nul(&path) || has_nul(request.query_string()) {
        request.into_response(Problem::unknown_address().error_response()).map_into_right_body()
    } else {
        next.call(request).await?.map_into_left_body()
    };
    let is_docs = path.starts_with("/api/docs");
    let headers = response.headers_mut();
    let mut add = |name: HeaderName, value: HeaderValue| {
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    };
    add(header::CONTENT_SECURITY_POLICY, if is_docs { DOCS_POLICY } else { POLICY });
    add(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    add(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    add(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    if is_https {
        add(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if path.starts_with("/api/") && !is_docs {
        add(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(response)
}
