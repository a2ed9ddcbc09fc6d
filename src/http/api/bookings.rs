//! `/api/v1/schools/{school}/free-starts`, `…/holds`, `…/bookings` and `…/booking-rules`.

use super::created;
use crate::{
    app::{
        App, AppError,
        bookings::{Booking, FreeStarts, Search},
        sessions::SessionView,
    },
    domain::{booking::BookingRules, finding::Findings, id::Id, time::asked_day_parameter},
    http::{
        caller::Caller,
        input::{Input, Query},
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, get, post, put, web};
use chrono::{NaiveDate, NaiveDateTime};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(free).service(hold).service(book).service(confirm).service(get_rules).service(set_rules);
}

/// For which class, and when.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FreeQuery {
    /// Who teaches: ids, with commas between them.
    #[param(example = "0193599a-0000-7000-8000-000000000000")]
    teachers: String,
    /// Who attends: ids, with commas between them.
    #[param(example = "0193599a-0000-7000-8000-000000000000")]
    groups: String,
    /// The length of the class.
    #[param(minimum = 5, maximum = 600, example = 55)]
    duration_minutes: u32,
    /// Connections that it takes; those of its groups and one for each teacher when nothing is said.
    #[param(minimum = 1, maximum = 100_000)]
    connections: Option<u32>,
    /// The first day; today when none is given.
    #[serde(default, deserialize_with = "asked_day_parameter")]
    from: Option<NaiveDate>,
    /// How many days; a week when nothing is said.
    #[param(minimum = 1, maximum = 31)]
    days: Option<u32>,
    /// The local start that would be liked best, by which the others' cost counts, e.g. `2030-03-18T09:00`.
    #[param(pattern = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$")]
    wished: Option<String>,
}

impl FreeQuery {
    pub(super) fn search(self) -> Result<Search, Findings> {
        let ids = |text: &str| text.split(',').map(str::trim).filter(|id| !id.is_empty()).map(Id::from).collect();
        let read = |text: &str| {
            let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
            formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        };
        let wished = self.wished.as_deref().map(read);
        let mut findings = Findings::default();
        if wished == Some(None) {
            findings.add("bad-time", "wished", "this is no local date and time", "write 2030-03-18T09:00");
        }
        findings.into_result()?;
        Ok(Search {
            teachers: ids(&self.teachers),
            groups: ids(&self.groups),
            duration_minutes: self.duration_minutes,
            connections: self.connections,
            from: self.from,
            days: self.days.unwrap_or(7),
            wished: wished.flatten(),
        })
    }
}

/// Where a class could be
///
/// Every start in these days at which all pools have room for the class and nobody of it is in another.
#[utoipa::path(
    operation_id = "list_free_starts", tag = "Bookings", params(("school" = Id, Path), FreeQuery),
    responses((status = 200, body = FreeStarts), ReadRefused)
)]
#[get("/schools/{school}/free-starts")]
async fn free(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    query: Query<FreeQuery>,
) -> Result<web::Json<FreeStarts>, AppError> {
    let search = query.0.search()?;
    Ok(web::Json(app.free_starts(&caller.0, &school, search).await?))
}

/// Hold a place
///
/// It takes capacity as a class does until it is confirmed (`POST /sessions/{session}/confirmation`), called off, or
/// its time is over: ten minutes, if the school has not set another. A teacher has three open holds at most.
#[utoipa::path(
    operation_id = "hold_place", tag = "Bookings", params(("school" = Id, Path)), request_body = Booking,
    responses((status = 201, body = SessionView), WriteRefused)
)]
#[post("/schools/{school}/holds")]
async fn hold(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    booking: Input<Booking>,
) -> Result<HttpResponse, AppError> {
    let session = app.hold_place(&caller.0, &school, booking.0).await?;
    Ok(created(&format!("/api/v1/sessions/{}", session.id), &session))
}

/// Book a class
///
/// For its teachers and the school's admins. When a pool is too full, or somebody is in another class, the answer is 409
/// `does-not-fit`, which names what stands against it and the nearest free starts.
#[utoipa::path(
    operation_id = "book", tag = "Bookings", params(("school" = Id, Path)), request_body = Booking,
    responses((status = 201, body = SessionView), WriteRefused)
)]
#[post("/schools/{school}/bookings")]
async fn book(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    booking: Input<Booking>,
) -> Result<HttpResponse, AppError> {
    let session = app.book(&caller.0, &school, booking.0).await?;
    Ok(created(&format!("/api/v1/sessions/{}", session.id), &session))
}

/// Make a class of a hold
///
/// For its teachers and the school's admins.
#[utoipa::path(operation_id = "confirm_hold", tag = "Bookings", params(("session" = Id, Path)), responses((status = 200, body = SessionView), WriteRefused))]
#[post("/sessions/{session}/confirmation")]
async fn confirm(
    app: web::Data<App>,
    caller: Caller,
    session: web::Path<Id>,
) -> Result<web::Json<SessionView>, AppError> {
    Ok(web::Json(app.confirm(&caller.0, &session).await?))
}

/// How late one may book, move or cancel
#[utoipa::path(operation_id = "get_booking_rules", tag = "Bookings", params(("school" = Id, Path)), responses((status = 200, body = BookingRules), ReadRefused))]
#[get("/schools/{school}/booking-rules")]
async fn get_rules(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
) -> Result<web::Json<BookingRules>, AppError> {
    Ok(web::Json(app.booking_rules(&caller.0, &school).await?))
}

/// Set how late one may book, move or cancel
///
/// For the school's admins, to whom the notices do not apply.
#[utoipa::path(
    operation_id = "set_booking_rules", tag = "Bookings", params(("school" = Id, Path)), request_body = BookingRules,
    responses((status = 200, body = BookingRules), WriteRefused)
)]
#[put("/schools/{school}/booking-rules")]
async fn set_rules(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    rules: Input<BookingRules>,
) -> Result<web::Json<BookingRules>, AppError> {
    Ok(web::Json(app.set_booking_rules(&caller.0, &school, rules.0).await?))
}
