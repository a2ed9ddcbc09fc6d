//! `/feeds/{secret}.ics`: calendars, for programs that cannot log in. The address is the password.

use super::problem::Problem;
use crate::{
    app::{
        App, AppError, AppResult,
        feeds::calendar::{Calendar, Coded, Coding},
    },
    domain::{feed::Alarm, finding::Findings},
    telemetry::names::FEED_READS,
};
use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse, ResponseError,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{
            self, AcceptEncoding, ContentEncoding, ETag, Encoding, EntityTag, Header, HeaderValue, IfModifiedSince,
            IfNoneMatch, LastModified,
        },
    },
    middleware::Next,
    web,
};
use serde::Deserialize;
use std::{
    sync::{Arc, LazyLock},
    time::SystemTime,
};

/// A program may keep what it read, and asks each time whether it still holds: what is shown is never out of date.
const CACHING: HeaderValue = HeaderValue::from_static("private, no-cache");
const VARY: HeaderValue = HeaderValue::from_static("accept-encoding");
const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("text/calendar; charset=utf-8");
const FILE_NAME: HeaderValue = HeaderValue::from_static("inline; filename=\"creneau.ics\"");

/// The routes of this file; they are not part of the API.
pub fn configure(config: &mut web::ServiceConfig) {
    let calendar = web::resource("/feeds/{secret}.ics").route(web::get().to(read)).route(web::head().to(read));
    config.service(calendar.default_service(web::to(other_method)));
}

/// Keeps a calendar from being coded once more, and differently from what its tag says: calendars are kept coded
/// already. To be wrapped around the program's own compression, which acts by the header.
pub async fn choose_coding<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if request.path().ends_with(".ics") && request.headers().contains_key(header::ACCEPT_ENCODING) {
        let coding = AcceptEncoding::parse(&request).map_or(Coding::Plain, |accepted| coding(&accepted));
        request.headers_mut().remove(header::ACCEPT_ENCODING);
        request.extensions_mut().insert(coding);
    }
    next.call(request).await
}

/// What a program likes best of what there is. One that refuses everything gets the calendar as it is.
fn coding(accepted: &AcceptEncoding) -> Coding {
    static THERE_IS: LazyLock<[Encoding; 3]> =
        LazyLock::new(|| [Encoding::brotli(), Encoding::gzip(), Encoding::identity()]);
    match accepted.negotiate(THERE_IS.iter()) {
        Some(Encoding::Known(ContentEncoding::Brotli)) => Coding::Brotli,
        Some(Encoding::Known(ContentEncoding::Gzip)) => Coding::Gzip,
        _ => Coding::Plain,
    }
}

/// What a subscriber may add to the address.
// Programs add parameters of their own: what is not known is passed over.
#[derive(Debug, Deserialize)]
struct Wishes {
    /// Minutes before each class at which to be reminded.
    alarm: Option<String>,
}

async fn read(
    app: web::Data<App>,
    request: HttpRequest,
    secret: web::Path<String>,
    wishes: web::Query<Wishes>,
) -> HttpResponse {
    let (outcome, response) = match calendar(&app, &secret, &wishes).await {
        Ok(calendar) => answer(&request, &calendar, SystemTime::now()),
        Err(AppError::NotFound { .. }) => ("unknown", unkept(unknown().error_response())),
        Err(error) => ("failed", unkept(error.error_response())),
    };
    metrics::counter!(FEED_READS, "outcome" => outcome).increment(1);
    response
}

async fn calendar(app: &App, secret: &str, wishes: &Wishes) -> AppResult<Arc<Calendar>> {
    let alarm = wishes.alarm.as_deref().map(|minutes| Alarm::read(minutes, "?alarm")).transpose();
    app.feed_calendar(secret, alarm.map_err(|finding| Findings(vec![finding]))?).await
}

async fn other_method() -> HttpResponse {
    Problem::method_not_allowed("GET, HEAD".to_owned()).error_response()
}

fn unknown() -> Problem {
    let detail = "there is no calendar at this address: it was replaced, or a part of the address is missing; ask \
        your school for the present one and subscribe to that";
    Problem::new(StatusCode::NOT_FOUND, "unknown-feed", detail)
}

fn unkept(mut response: HttpResponse) -> HttpResponse {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn answer(request: &HttpRequest, calendar: &Calendar, now: SystemTime) -> (&'static str, HttpResponse) {
    let coding = request.extensions().get::<Coding>().copied().unwrap_or(Coding::Plain);
    let Coded { bytes, tag } = calendar.coded(coding);
    let tag = EntityTag::new_strong(tag.clone());
    let changed_at = SystemTime::from(calendar.changed_at);
    let is_known = is_known(request, &tag, changed_at);
    let mut response = HttpResponse::build(if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    response
        .insert_header(ETag(tag))
        // More changes than seconds have dates that are still to come, which no answer may bear.
        .insert_header(LastModified(changed_at.min(now).into()))
        .insert_header((header::CACHE_CONTROL, CACHING))
        .insert_header((header::VARY, VARY));
    if is_known {
        return ("unchanged", response.finish());
    }
    match coding {
        Coding::Plain => &mut response,
        Coding::Gzip => response.insert_header(ContentEncoding::Gzip),
        Coding::Brotli => response.insert_header(ContentEncoding::Brotli),
    };
    response.insert_header((header::CONTENT_TYPE, MEDIA_TYPE)).insert_header((header::CONTENT_DISPOSITION, FILE_NAME));
    ("sent", response.body(bytes.clone()))
}

/// Whether the program has this very calendar (RFC 9110, section 13.2.2): the tag decides where one is sent, and a
/// date that cannot be read is no condition.
fn is_known(request: &HttpRequest, tag: &EntityTag, changed_at: SystemTime) -> bool {
    if request.headers().contains_key(header::IF_NONE_MATCH) {
        return match request.get_header::<IfNoneMatch>() {
            Some(IfNoneMatch::Any) => true,
            Some(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
            None => false,
        };
    }
    request.get_header::<IfModifiedSince>().is_some_and(|IfModifiedSince(since)| changed_at <= SystemTime::from(since))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;
    use chrono::{DateTime, TimeZone, Utc};

    fn changed_at() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2020, 3, 16, 8, 0, 0).unwrap()
    }

    fn answered(coding: Coding, headers: &[(&str, &str)]) -> HttpResponse {
        let mut request = TestRequest::get();
        for (name, value) in headers {
            request = request.append_header((*name, *value));
        }
        let request = request.to_http_request();
        request.extensions_mut().insert(coding);
        answer(&request, &Calendar::sample(changed_at()), changed_at().into()).1
    }

    fn header(response: &HttpResponse, name: header::HeaderName) -> Option<&str> {
        response.headers().get(name).map(|value| value.to_str().unwrap())
    }

    #[test]
    fn the_tag_goes_before_the_date_and_a_bad_date_is_none() {
        let tag = header(&answered(Coding::Plain, &[]), header::ETAG).unwrap().to_owned();
        assert!(tag.starts_with('"'), "a strong tag: {tag}");
        let (same, later, earlier) =
            ("Mon, 16 Mar 2020 08:00:00 GMT", "Tue, 17 Mar 2020 08:00:00 GMT", "Sun, 15 Mar 2020 08:00:00 GMT");
        for (headers, expected) in [
            (vec![], 200),
            (vec![("If-None-Match", tag.as_str())], 304),
            (vec![("If-None-Match", "*")], 304),
            (vec![("If-None-Match", &format!("\"other\", W/{tag}"))], 304),
            (vec![("If-None-Match", "\"other\""), ("If-None-Match", tag.as_str())], 304),
            (vec![("If-None-Match", "\"other\""), ("If-Modified-Since", later)], 200),
            (vec![("If-None-Match", "no tag"), ("If-Modified-Since", later)], 200),
            (vec![("If-None-Match", tag.as_str()), ("If-Modified-Since", earlier)], 304),
            (vec![("If-Modified-Since", same)], 304),
            (vec![("If-Modified-Since", later)], 304),
            (vec![("If-Modified-Since", earlier)], 200),
            (vec![("If-Modified-Since", "yesterday")], 200),
        ] {
            assert_eq!(answered(Coding::Plain, &headers).status().as_u16(), expected, "{headers:?}");
        }
    }

    #[test]
    fn each_coding_has_a_tag_of_its_own() {
        let codings = [Coding::Plain, Coding::Gzip, Coding::Brotli];
        let answers = codings.map(|coding| answered(coding, &[]));
        let tags = answers.each_ref().map(|answer| header(answer, header::ETAG).unwrap());
        let named = answers.each_ref().map(|answer| header(answer, header::CONTENT_ENCODING));
        assert_eq!(named, [None, Some("gzip"), Some("br")]);
        for (tag, coding) in tags.iter().zip(codings) {
            let known: Vec<u16> =
                tags.map(|known| answered(coding, &[("If-None-Match", known)]).status().as_u16()).to_vec();
            assert_eq!(known.iter().filter(|status| **status == 304).count(), 1, "{tag}: {known:?}");
        }
    }

    #[test]
    fn an_answer_without_a_body_says_what_one_with_it_would() {
        let tag = header(&answered(Coding::Gzip, &[]), header::ETAG).unwrap().to_owned();
        let (full, short) = (answered(Coding::Gzip, &[]), answered(Coding::Gzip, &[("If-None-Match", &tag)]));
        for name in [header::ETAG, header::LAST_MODIFIED, header::CACHE_CONTROL, header::VARY] {
            let value = header(&full, name.clone());
            assert!(value.is_some() && header(&short, name.clone()) == value, "{name}");
        }
        assert_eq!(header(&short, header::CONTENT_ENCODING), None);
    }

    #[test]
    fn no_answer_bears_a_date_to_come() {
        let request = TestRequest::get().insert_header(("If-Modified-Since", "Mon, 16 Mar 2020 07:59:58 GMT"));
        let now = changed_at() - chrono::Duration::seconds(2);
        let response = answer(&request.to_http_request(), &Calendar::sample(changed_at()), now.into()).1;
        assert_eq!(header(&response, header::LAST_MODIFIED), Some("Mon, 16 Mar 2020 07:59:58 GMT"));
        assert_eq!(response.status(), 200, "until its date has come, nobody is told that it did not change");
    }

    #[test]
    fn programs_choose_the_coding() {
        for (accepted, expected) in [
            ("gzip, deflate, br", Coding::Brotli),
            ("gzip, deflate", Coding::Gzip),
            ("br;q=0.5, gzip", Coding::Gzip),
            ("br;q=0, gzip;q=0", Coding::Plain),
            ("deflate, zstd", Coding::Plain),
            ("identity", Coding::Plain),
            ("identity;q=0", Coding::Plain),
            ("", Coding::Plain),
            ("*", Coding::Plain),
        ] {
            let request = TestRequest::get().insert_header(("Accept-Encoding", accepted)).to_http_request();
            assert_eq!(coding(&AcceptEncoding::parse(&request).unwrap()), expected, "{accepted:?}");
        }
    }

    #[test]
    fn the_problem_says_what_to_do() {
        assert!(unknown().to_string().contains("ask your school"));
    }
}
