//! Errors as clients see them: RFC 9457 problems. Each error of the application has its status here and nowhere else.

use super::call::again;
use crate::{app::AppError, domain::finding::Finding};
use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use serde::Serialize;
use std::fmt;
use utoipa::{IntoResponses, ToSchema};

/// What went wrong (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: `code` tells what happened.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: &'static str,
    /// The status in words.
    #[schema(example = "Unprocessable Content")]
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 422)]
    status: u16,
    /// A stable name of what happened.
    #[schema(example = "invalid")]
    code: String,
    /// What happened, for people.
    #[schema(value_type = String)]
    detail: Box<str>,
    /// Everything that is wrong with the input, or that stands against the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    findings: Vec<Finding>,
    /// A header that belongs to it: methods that the address knows, or seconds to wait.
    #[serde(skip)]
    header: Option<Box<(header::HeaderName, String)>>,
}

impl Problem {
    /// A problem without findings.
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            // The name that RFC 9110 gives to 422; the crate knows an older one.
            title: match status {
                StatusCode::UNPROCESSABLE_ENTITY => "Unprocessable Content",
                other => other.canonical_reason().unwrap_or("Error"),
            },
            status: status.as_u16(),
            code: code.to_owned(),
            detail: detail.into().into_boxed_str(),
            findings: Vec::new(),
            header: None,
        }
    }

    /// The same problem with findings.
    pub fn with(mut self, findings: Vec<Finding>) -> Self {
        self.findings = findings;
        self
    }

    /// The input is wrong, in these places.
    pub fn invalid(findings: Vec<Finding>) -> Self {
        let detail = match findings.len() {
            1 => "1 finding: correct it and send the request again".to_owned(),
            count => format!("{count} findings: correct them and send the request again"),
        };
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail).with(findings)
    }

    /// The address is known, the method is not: `allow` lists those that are.
    pub fn method_not_allowed(allow: String) -> Self {
        let detail = format!("this address knows {allow}");
        Self {
            header: Some(Box::new((header::ALLOW, allow))),
            ..Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail)
        }
    }

    /// The service has a defect.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "something went wrong on our side")
    }

    /// Nothing is at this address.
    pub fn unknown_address() -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown-address", "there is nothing at this address; see /api/docs")
    }
}

impl From<&AppError> for Problem {
    fn from(error: &AppError) -> Self {
        let detail = error.to_string();
        match error {
            AppError::Unauthorized => {
                Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "send a valid token: Authorization: Bearer <token>")
            }
            AppError::WrongCredentials => Self::new(StatusCode::UNAUTHORIZED, "wrong-credentials", detail),
            AppError::TooMany { seconds } => Self {
                header: Some(Box::new((header::RETRY_AFTER, seconds.to_string()))),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-failures", detail)
            },
            AppError::Gone => Self::new(StatusCode::GONE, "link-not-valid", detail),
            AppError::Forbidden(_) => Self::new(StatusCode::FORBIDDEN, "forbidden", detail),
            AppError::NotFound { kind, .. } => {
                Self::new(StatusCode::NOT_FOUND, &format!("unknown-{}", kind.replace(' ', "-")), detail)
            }
            AppError::Invalid(findings) => Self::invalid(findings.0.clone()),
            AppError::Conflict { code, message, findings } => {
                Self::new(StatusCode::CONFLICT, code, message.as_str()).with(findings.clone())
            }
            AppError::Answered(_) => Self::new(StatusCode::OK, "answered", detail),
            AppError::KeyReused => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused", detail),
            AppError::Outdated => Self::new(StatusCode::PRECONDITION_FAILED, "outdated", detail),
            AppError::Busy => Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail),
            AppError::Unavailable(reason) => {
                tracing::error!(%reason, "the database cannot be reached");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
            }
            AppError::Internal(reason) => {
                tracing::error!(%reason, "internal error");
                Self::internal()
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}: {}", self.status, self.code, self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        let mut response = HttpResponse::build(status);
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, r#"Bearer realm="creneau""#));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((header::RETRY_AFTER, "1"));
        }
        if let Some((name, value)) = self.header.as_deref()
            && let Ok(value) = HeaderValue::from_str(value)
        {
            response.insert_header((name.clone(), value));
        }
        let body = serde_json::to_string(self).unwrap_or_default();
        response.content_type("application/problem+json").body(body)
    }
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthorized | Self::WrongCredentials => StatusCode::UNAUTHORIZED,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Gone => StatusCode::GONE,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound { .. } => StatusCode::NOT_FOUND,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::Answered(sent) => StatusCode::from_u16(sent.status).unwrap_or(StatusCode::OK),
            Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Outdated => StatusCode::PRECONDITION_FAILED,
            Self::Busy | Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::Answered(sent) => again(sent),
            other => Problem::from(other).error_response(),
        }
    }
}

/// What a request that reads may be refused with, for the OpenAPI document.
#[derive(IntoResponses)]
pub enum ReadRefused {
    /// No valid token came with the request.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(#[to_schema] Problem),
    /// The role does not allow it.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] Problem),
    /// It is not there, or is another school's.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] Problem),
    /// A parameter of the query is wrong, unknown or missing; `findings` lists everything.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(#[to_schema] Problem),
    /// Too busy, or the database is away: try again.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] Problem),
}

/// What a request that writes may be refused with, for the OpenAPI document.
#[derive(IntoResponses)]
pub enum WriteRefused {
    /// The body is not JSON.
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(#[to_schema] Problem),
    /// No valid token came with the request.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(#[to_schema] Problem),
    /// The role does not allow it.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] Problem),
    /// It is not there, or is another school's.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] Problem),
    /// It does not go with what is there now.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(#[to_schema] Problem),
    /// It is not the version that `If-Match` expects any more.
    #[response(status = 412, content_type = "application/problem+json")]
    Outdated(#[to_schema] Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] Problem),
    /// The body is not of the type that the address takes: `application/json`, or `text/csv` for a table.
    #[response(status = 415, content_type = "application/problem+json")]
    UnsupportedMediaType(#[to_schema] Problem),
    /// The input is wrong; `findings` lists everything.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(#[to_schema] Problem),
    /// Too busy, or the database is away: try again.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] Problem),
}

/// What signing in may be refused with, for the OpenAPI document.
#[derive(IntoResponses)]
pub enum SignInRefused {
    /// The body is not JSON.
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(#[to_schema] Problem),
    /// The address or the password is wrong.
    #[response(status = 401, content_type = "application/problem+json")]
    WrongCredentials(#[to_schema] Problem),
    /// The request was sent by a page of another site.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] Problem),
    /// It does not go with what is there now.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(#[to_schema] Problem),
    /// The link was used, has expired, or never was one.
    #[response(status = 410, content_type = "application/problem+json")]
    Gone(#[to_schema] Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] Problem),
    /// The body is not `application/json`.
    #[response(status = 415, content_type = "application/problem+json")]
    UnsupportedMediaType(#[to_schema] Problem),
    /// The input is wrong; `findings` lists everything.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(#[to_schema] Problem),
    /// Too many failures in a row: `Retry-After` tells how long to wait.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] Problem),
    /// Too busy, or the database is away: try again.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] Problem),
}
