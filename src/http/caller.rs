//! Who asks: an API token in `Authorization`, or a browser's session in a cookie.

use super::{cookie, problem::Problem, routes::unknown_parameters};
use crate::{
    app::{
        App, AppError,
        call::note_actor,
        identity::{Credential, Identity},
    },
    domain::access::{Actor, Principal},
};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::{StatusCode, header},
    web,
};
use std::{future::Future, pin::Pin};
use tokio::sync::watch;

/// Who asks, by what they may do and by who they are. A handler that takes it answers nobody without a valid token or
/// session, nobody without a role, and changes nothing for a token that is for reading only. Then, and before anything is
/// looked up, it refuses parameters of the query that the operation does not take.
#[derive(Clone, Debug)]
pub struct Caller(pub Principal, pub Actor);

impl FromRequest for Caller {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (request, known) = (request.clone(), to_be_known(request));
        Box::pin(async move {
            let _known = known;
            let identity = identify(&request).await?;
            if !identity.may_write() && !request.method().is_safe() {
                let detail = "this token is for reading only: make one with the scope write";
                return Err(Problem::new(StatusCode::FORBIDDEN, "read-only-token", detail).into());
            }
            let principal = identity.principal()?;
            only_known_parameters(&request)?;
            Ok(Self(principal, identity.actor))
        })
    }
}

/// Who asks, also when no role acts: for what people do of their own account.
#[derive(Clone, Debug)]
pub struct Identified(pub Identity);

impl FromRequest for Identified {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (request, known) = (request.clone(), to_be_known(request));
        Box::pin(async move {
            let _known = known;
            let identity = identify(&request).await?;
            if !request.method().is_safe() {
                // A token has no account in which something could change.
                identity.person()?;
            }
            only_known_parameters(&request)?;
            Ok(Self(identity))
        })
    }
}

/// Closed as soon as it is known who asks.
#[derive(Clone)]
struct Pending(watch::Receiver<()>);

/// Has [`known_caller`] wait until what is given back is dropped.
fn to_be_known(request: &HttpRequest) -> watch::Sender<()> {
    let (known, pending) = watch::channel(());
    request.extensions_mut().insert(Pending(pending));
    known
}

/// Waits until it is known who asks, where a handler wants to know: all that a handler takes is made at the same time, and
/// whatever is refused first is the answer. Nobody is to be told what is wrong with the input of what they may not ask.
pub(super) async fn known_caller(request: &HttpRequest) {
    let pending = request.extensions().get::<Pending>().cloned();
    if let Some(Pending(mut pending)) = pending {
        // Nothing is ever sent: the error is the end.
        let _ = pending.changed().await;
    }
}

fn only_known_parameters(request: &HttpRequest) -> Result<(), Problem> {
    match unknown_parameters(request) {
        unknown if unknown.is_empty() => Ok(()),
        unknown => Err(Problem::invalid(unknown)),
    }
}

async fn identify(request: &HttpRequest) -> Result<Identity, actix_web::Error> {
    let app = request.app_data::<web::Data<App>>();
    let app = app.ok_or_else(|| AppError::Internal("the application is not registered".to_owned()))?;
    let identity = app.identify(credential(request)?).await?;
    note_actor(&identity.actor, identity.principal.as_ref());
    Ok(identity)
}

/// What came with a request. The header goes before the cookie: whoever sets it means it.
///
/// # Errors
/// 401 without anything; 403 for a cookie on a request that changes something and was not sent by a page of ours.
fn credential(request: &HttpRequest) -> Result<Credential, actix_web::Error> {
    if let Some(value) = request.headers().get(header::AUTHORIZATION) {
        let bearer = value.to_str().ok().and_then(|value| value.split_once(' '));
        return match bearer {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
                Ok(Credential::Token(token.trim().to_owned()))
            }
            _ => Err(AppError::Unauthorized.into()),
        };
    }
    let cookie = request.cookie(cookie::NAME).ok_or(AppError::Unauthorized)?;
    if request.method().is_safe() || is_from_our_page(request) {
        Ok(Credential::Session(cookie.value().to_owned()))
    } else {
        Err(cross_site().into())
    }
}

/// The request may have been sent by a page of another site.
pub fn cross_site() -> Problem {
    let detail = "this request was not sent by a page of this site; scripts send Authorization: Bearer <token>";
    Problem::new(StatusCode::FORBIDDEN, "cross-site", detail)
}

/// Whether the browser says that a page of another site sent the request. What is no browser says nothing: it may
/// sign in, but has no cookie of somebody's yet.
pub fn is_from_elsewhere(request: &HttpRequest) -> bool {
    let says = |name: header::HeaderName| request.headers().contains_key(name);
    let is_browser = says(header::HeaderName::from_static("sec-fetch-site")) || says(header::ORIGIN);
    is_browser && !is_from_our_page(request)
}

/// Whether the browser says that one of our own pages sent the request: by `Sec-Fetch-Site`, or, in browsers too old
/// for it, by `Origin`. A browser sends the cookie along with other sites' requests too, but lets none of them
/// choose these headers.
fn is_from_our_page(request: &HttpRequest) -> bool {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    match text(header::HeaderName::from_static("sec-fetch-site")) {
        Some(site) => site == "same-origin",
        None => {
            let origin = text(header::ORIGIN).and_then(|origin| origin.split_once("://"));
            origin.is_some_and(|(_, host)| text(header::HOST) == Some(host))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{cookie::Cookie, test::TestRequest};

    fn status(request: TestRequest) -> Option<u16> {
        credential(&request.to_http_request()).err().map(|error| error.as_response_error().status_code().as_u16())
    }

    fn with_cookie(request: TestRequest) -> TestRequest {
        request.cookie(Cookie::new(cookie::NAME, "secret"))
    }

    #[test]
    fn a_token_comes_in_the_header_or_the_cookie() {
        assert_eq!(status(TestRequest::get()), Some(401));
        assert_eq!(status(TestRequest::get().insert_header(("Authorization", "Basic abc"))), Some(401));
        assert_eq!(status(TestRequest::post().insert_header(("Authorization", "bearer abc"))), None);
        assert_eq!(status(with_cookie(TestRequest::get())), None);
    }

    #[test]
    fn no_page_of_another_site_signs_in() {
        let foreign = |name: &'static str, value: &'static str| {
            let request = TestRequest::post().insert_header(("Host", "creneau.example")).insert_header((name, value));
            is_from_elsewhere(&request.to_http_request())
        };
        assert!(!foreign("User-Agent", "curl"));
        assert!(!foreign("Sec-Fetch-Site", "same-origin"));
        assert!(!foreign("Origin", "https://creneau.example"));
        for (name, value) in
            [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "https://evil.example")]
        {
            assert!(foreign(name, value), "{value}");
        }
    }

    #[test]
    fn a_cookie_changes_nothing_for_other_sites() {
        assert_eq!(status(with_cookie(TestRequest::post())), Some(403));
        let post = |name: &'static str, value: &'static str| {
            with_cookie(TestRequest::post()).insert_header(("Host", "creneau.example")).insert_header((name, value))
        };
        assert_eq!(status(post("Sec-Fetch-Site", "same-origin")), None);
        assert_eq!(status(post("Sec-Fetch-Site", "same-site")), Some(403));
        assert_eq!(
            status(post("Sec-Fetch-Site", "cross-site").insert_header(("Origin", "https://creneau.example"))),
            Some(403)
        );
        assert_eq!(status(post("Origin", "https://creneau.example")), None);
        assert_eq!(status(post("Origin", "https://evil.example")), Some(403));
        assert_eq!(status(post("Origin", "null")), Some(403));
    }
}
