//! `/feeds/{secret}.ics`: calendars, for programs that cannot log in. The address is the password.

use super::problem::Problem;
use crate::{
    app::{App, AppError, feeds::FeedCalendar},
    telemetry::names::FEED_READS,
};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{
            self, CacheControl, CacheDirective, ContentDisposition, DispositionParam, DispositionType, ETag, EntityTag,
            IfModifiedSince, IfNoneMatch, LastModified,
        },
    },
    web,
};
use sha2::{Digest, Sha256};
use std::time::SystemTime;

/// Seconds for which a program may show what it read without asking again.
const FRESH: u32 = 300;

/// The routes of this file; they are not part of the API.
pub fn configure(config: &mut web::ServiceConfig) {
    config.service(web::resource("/feeds/{secret}.ics").route(web::get().to(read)).route(web::head().to(read)));
}

async fn read(app: web::Data<App>, request: HttpRequest, secret: web::Path<String>) -> HttpResponse {
    let (outcome, response) = match app.feed_calendar(&secret).await {
        Ok(calendar) => answer(&request, calendar),
        Err(AppError::NotFound { .. }) => ("unknown", unknown().error_response()),
        Err(error) => ("failed", error.error_response()),
    };
    metrics::counter!(FEED_READS, "outcome" => outcome).increment(1);
    response
}

fn unknown() -> Problem {
    let detail = "there is no calendar at this address: it was replaced, or a part of the address is missing; ask \
        your school for the present one and subscribe to that";
    Problem::new(StatusCode::NOT_FOUND, "unknown-feed", detail)
}

fn answer(request: &HttpRequest, calendar: FeedCalendar) -> (&'static str, HttpResponse) {
    let tag = EntityTag::new_strong(hex::encode(&Sha256::digest(calendar.text.as_bytes())[..16]));
    let changed_at = SystemTime::from(calendar.changed_at);
    let is_known = is_known(request, &tag, changed_at);
    let mut response = HttpResponse::build(if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    response
        .insert_header(ETag(tag))
        .insert_header(LastModified(changed_at.into()))
        .insert_header(CacheControl(vec![CacheDirective::Private, CacheDirective::MaxAge(FRESH)]));
    if is_known {
        return ("unchanged", response.finish());
    }
    let name = DispositionParam::Filename("creneau.ics".to_owned());
    response
        .insert_header(ContentDisposition { disposition: DispositionType::Inline, parameters: vec![name] })
        .insert_header((header::CONTENT_TYPE, "text/calendar; charset=utf-8"));
    ("sent", response.body(calendar.text))
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
    use chrono::{TimeZone, Utc};

    fn status(headers: &[(&str, &str)]) -> u16 {
        let mut request = TestRequest::get();
        for (name, value) in headers {
            request = request.append_header((*name, *value));
        }
        let changed_at = Utc.with_ymd_and_hms(2020, 3, 16, 8, 0, 0).unwrap();
        let calendar = FeedCalendar { text: "BEGIN:VCALENDAR\r\n".to_owned(), changed_at };
        answer(&request.to_http_request(), calendar).1.status().as_u16()
    }

    #[test]
    fn the_tag_goes_before_the_date_and_a_bad_date_is_none() {
        let tag = format!("\"{}\"", hex::encode(&Sha256::digest("BEGIN:VCALENDAR\r\n")[..16]));
        let (same, later, earlier) =
            ("Mon, 16 Mar 2020 08:00:00 GMT", "Tue, 17 Mar 2020 08:00:00 GMT", "Sun, 15 Mar 2020 08:00:00 GMT");
        for (headers, expected) in [
            (vec![], 200),
            (vec![("If-None-Match", tag.as_str())], 304),
            (vec![("If-None-Match", "*")], 304),
            (vec![("If-None-Match", &format!("\"other\", W/{tag}"))], 304),
            (vec![("If-None-Match", "\"other\""), ("If-Modified-Since", later)], 200),
            (vec![("If-None-Match", "no tag"), ("If-Modified-Since", later)], 200),
            (vec![("If-None-Match", tag.as_str()), ("If-Modified-Since", earlier)], 304),
            (vec![("If-Modified-Since", same)], 304),
            (vec![("If-Modified-Since", later)], 304),
            (vec![("If-Modified-Since", earlier)], 200),
            (vec![("If-Modified-Since", "yesterday")], 200),
        ] {
            assert_eq!(status(&headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn the_problem_says_what_to_do() {
        assert!(unknown().to_string().contains("ask your school"));
    }
}
