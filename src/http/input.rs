//! Input at the door: a JSON body is read up to a limit, checked against the schema that the API document
//! publishes, so that everything wrong with it is told at once, and only then taken into a type. What is wrong is told to
//! those only who may ask: until that is known, every kind of input waits.

use super::{caller::known_caller, problem::Problem, routes::unknown_parameters, schema};
use crate::app::call::note_body;
use crate::domain::finding::Finding;
use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    error::{PathError, QueryPayloadError},
    http::{StatusCode, header},
    web,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{future::Future, pin::Pin, time::Duration};
use utoipa::ToSchema;

/// How much a body may hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a body that is held as a whole.
    pub body_bytes: usize,
    /// Bytes of a table that is read while it comes.
    pub table_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body_bytes: 2 << 20, table_bytes: 1 << 30 }
    }
}

/// How long the rest of a body that is refused is still read. A client that is cut off while it sends would not
/// see the answer that tells it why.
pub(super) const LINGER: Duration = Duration::from_secs(10);

/// A JSON body.
#[derive(Clone, Debug)]
pub struct Input<T>(pub T);

impl<T: DeserializeOwned + ToSchema + 'static> FromRequest for Input<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let body = whole(&request, &mut payload, &JSON).await?;
            known_caller(&request).await;
            parse(&body).map(Self)
        })
    }
}

/// What an operation takes in its query.
#[derive(Clone, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let read = web::Query::<T>::from_query(request.query_string());
            known_caller(&request).await;
            read.map(|read| Self(read.into_inner())).map_err(|error| bad_query(error, &request))
        })
    }
}

/// A table: CSV, as it came.
#[derive(Clone, Debug)]
pub struct Table(pub Vec<u8>);

impl FromRequest for Table {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move { whole(&request, &mut payload, &CSV).await.map(Self) })
    }
}

/// OpenMetrics text, as it came.
#[derive(Clone, Debug)]
pub struct OpenMetrics(pub Vec<u8>);

impl FromRequest for OpenMetrics {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move { whole(&request, &mut payload, &OPEN_METRICS).await.map(Self) })
    }
}

/// What a body must be.
pub(super) struct Media {
    name: &'static str,
    media_type: &'static str,
    refused: &'static str,
}

const JSON: Media = Media { name: "JSON", media_type: "application/json", refused: "not-json-type" };
pub(super) const CSV: Media = Media { name: "a table", media_type: "text/csv", refused: "not-csv-type" };
const OPEN_METRICS: Media =
    Media { name: "OpenMetrics text", media_type: "application/openmetrics-text", refused: "not-openmetrics-type" };

/// The whole body; one that is refused is still read, in time.
async fn whole(request: &HttpRequest, payload: &mut Payload, media: &Media) -> Result<Vec<u8>, Problem> {
    let body = read(request, payload, media).await;
    if let Ok(body) = &body {
        note_body(body);
    } else {
        known_caller(request).await;
        // Whether the rest came or not, the answer is the same.
        let _ = tokio::time::timeout(LINGER, drain(payload)).await;
    }
    body
}

/// Whether a body is what it must be by its headers, and not longer than so many bytes.
pub(super) fn check(request: &HttpRequest, media: &Media, limit: u64) -> Result<(), Problem> {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let media_type = text(header::CONTENT_TYPE).unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case(media.media_type) {
        let (name, wanted) = (media.name, media.media_type);
        let detail = format!("{media_type:?} is not understood: send {name}, with Content-Type: {wanted}");
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, media.refused, detail));
    }
    if let Some(coding) = text(header::CONTENT_ENCODING).filter(|coding| !coding.eq_ignore_ascii_case("identity")) {
        let detail = format!("a body coded as {coding:?} is not understood: send it as it is");
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "coded-body", detail));
    }
    match text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok()) {
        Some(length) if length > limit => Err(too_large(limit)),
        _ => Ok(()),
    }
}

fn too_large(limit: u64) -> Problem {
    let detail = format!("the body is larger than {limit} bytes");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", detail)
}

/// The whole body, when it is what it must be and not too large.
async fn read(request: &HttpRequest, payload: &mut Payload, media: &Media) -> Result<Vec<u8>, Problem> {
    let limit = request.app_data::<Limits>().copied().unwrap_or_default().body_bytes;
    check(request, media, limit as u64)?;
    let mut body = Vec::new();
    while let Some(part) = next(payload).await {
        let part = part.map_err(|error| Problem::new(StatusCode::BAD_REQUEST, "body-broken-off", error.to_string()))?;
        if body.len() + part.len() > limit {
            return Err(too_large(limit as u64));
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

pub(super) async fn drain(payload: &mut Payload) {
    while let Some(Ok(_)) = next(payload).await {}
}

pub(super) async fn next(
    payload: &mut Payload,
) -> Option<Result<actix_web::web::Bytes, actix_web::error::PayloadError>> {
    use std::{future::poll_fn, pin::Pin};
    poll_fn(|context| futures_core::Stream::poll_next(Pin::new(&mut *payload), context)).await
}

/// A body as its type, or everything that is wrong with it.
fn parse<T: DeserializeOwned + ToSchema + 'static>(body: &[u8]) -> Result<T, Problem> {
    // Nesting deeper than 128 is refused here, so that nothing behind it can run out of stack.
    let value: Value = serde_json::from_slice(body).map_err(|error| not_json(&error))?;
    let mut findings = schema::findings::<T>(&value)?;
    nul_findings(&value, &mut String::new(), &mut findings);
    if !findings.is_empty() {
        return Err(Problem::invalid(findings));
    }
    // What a schema cannot say (a number too large for its type, a form that only the parser knows) is told here.
    serde_path_to_error::deserialize(value).map_err(|error| {
        let place = Some(error.path().to_string()).filter(|path| path != ".").unwrap_or_default();
        let message = error.into_inner().to_string();
        Problem::invalid(vec![Finding::new("wrong-value", place, message, "see /api/docs for what is expected")])
    })
}

fn not_json(error: &serde_json::Error) -> Problem {
    let place = format!("line {}, column {}", error.line(), error.column());
    let finding = Finding::new("not-json", place, error.to_string(), "send one JSON document");
    Problem::new(StatusCode::BAD_REQUEST, "not-json", format!("the body is not JSON: {error}")).with(vec![finding])
}

/// PostgreSQL cannot store a NUL, wherever it stands.
fn nul_findings(value: &Value, place: &mut String, findings: &mut Vec<Finding>) {
    let length = place.len();
    match value {
        Value::String(text) if text.contains('\0') => findings.push(Finding::new(
            "control-character",
            place.as_str(),
            "the text holds the control character U+0000",
            "remove line breaks and invisible characters",
        )),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                place.push_str(&format!("[{index}]"));
                nul_findings(item, place, findings);
                place.truncate(length);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                if length > 0 {
                    place.push('.');
                }
                place.push_str(name);
                nul_findings(field, place, findings);
                place.truncate(length);
            }
        }
        _ => {}
    }
}

/// An address whose variable parts cannot be read names nothing.
pub fn bad_path(_: PathError, _: &HttpRequest) -> actix_web::Error {
    Problem::unknown_address().into()
}

/// A query that cannot be read. One that has what nobody knows is told so by name, as in [`super::caller`].
pub fn bad_query(error: QueryPayloadError, request: &HttpRequest) -> actix_web::Error {
    let unknown = unknown_parameters(request);
    if !unknown.is_empty() {
        return Problem::invalid(unknown).into();
    }
    let message = match error {
        QueryPayloadError::Deserialize(error) => error.to_string(),
        other => other.to_string(),
    };
    Problem::invalid(vec![Finding::new("bad-query", "?", message, "see /api/docs for the parameters")]).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::schools::NewSchool;

    fn problem(body: &str) -> (u16, Vec<(String, String)>) {
        let problem = serde_json::to_value(parse::<NewSchool>(body.as_bytes()).unwrap_err()).unwrap();
        let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
        let findings = problem["findings"].as_array().unwrap();
        let findings = findings.iter().map(|finding| (text(finding, "code"), text(finding, "place"))).collect();
        (problem["status"].as_u64().unwrap().try_into().unwrap(), findings)
    }

    #[test]
    fn what_is_not_json_is_told_with_its_place() {
        let (status, findings) = problem("{\n \"name\": }");
        assert_eq!((status, findings[0].1.as_str()), (400, "line 2, column 10"));
        assert_eq!(problem("").0, 400);
        assert_eq!(problem(&"[".repeat(1_000_000)).0, 400);
        assert_eq!(problem(r#"{"name": 1e999}"#).0, 400);
    }

    #[test]
    fn a_nul_is_found_wherever_it_stands() {
        let (status, findings) = problem(r#"{"name": "a\u0000b", "connections": 1}"#);
        assert_eq!(status, 422);
        assert!(findings.contains(&("control-character".to_owned(), "name".to_owned())), "{findings:?}");
    }
}
