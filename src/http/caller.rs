//! Who asks: an API token in `Authorization`, or the same kind of token in a cookie.

use super::problem::Problem;
use crate::{
    app::{App, AppError},
    domain::access::Principal,
};
use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{StatusCode, header},
    web,
};
use std::{future::Future, pin::Pin};

/// The cookie that holds a browser's token. It is HttpOnly and SameSite, see the page that sets it.
pub const COOKIE: &str = "creneau_session";

/// Who asks. A handler that takes it answers nobody without a valid token.
#[derive(Clone, Debug)]
pub struct Caller(pub Principal);

impl FromRequest for Caller {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let token = token(request);
        let app = request.app_data::<web::Data<App>>().cloned();
        Box::pin(async move {
            let app = app.ok_or_else(|| AppError::Internal("the application is not registered".to_owned()))?;
            Ok(Self(app.who(&token?).await?))
        })
    }
}

/// The token that came with a request. The header goes before the cookie: whoever sets it means it.
///
/// # Errors
/// 401 without one; 403 for a cookie on a request that changes something and was not sent by a page of ours.
fn token(request: &HttpRequest) -> Result<String, actix_web::Error> {
    if let Some(value) = request.headers().get(header::AUTHORIZATION) {
        let bearer = value.to_str().ok().and_then(|value| value.split_once(' '));
        return match bearer {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim().to_owned()),
            _ => Err(AppError::Unauthorized.into()),
        };
    }
    let cookie = request.cookie(COOKIE).ok_or(AppError::Unauthorized)?;
    if request.method().is_safe() || is_from_our_page(request) {
        Ok(cookie.value().to_owned())
    } else {
        let detail = "this request was not sent by a page of this site; scripts send Authorization: Bearer <token>";
        Err(Problem::new(StatusCode::FORBIDDEN, "cross-site", detail).into())
    }
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
        token(&request.to_http_request()).err().map(|error| error.as_response_error().status_code().as_u16())
    }

    fn with_cookie(request: TestRequest) -> TestRequest {
        request.cookie(Cookie::new(COOKIE, "secret"))
    }

    #[test]
    fn a_token_comes_in_the_header_or_the_cookie() {
        assert_eq!(status(TestRequest::get()), Some(401));
        assert_eq!(status(TestRequest::get().insert_header(("Authorization", "Basic abc"))), Some(401));
        assert_eq!(status(TestRequest::post().insert_header(("Authorization", "bearer abc"))), None);
        assert_eq!(status(with_cookie(TestRequest::get())), None);
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
