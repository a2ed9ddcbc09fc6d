//! `/api/v1/sessions/{session}/attendance` and `/api/v1/groups/{group}/attendance`.

use crate::{
    app::{
        App, AppError,
        attendance::{AttendanceReport, GroupAttendance},
    },
    domain::{attendance::Attendance, id::Id},
    http::{
        caller::Caller,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{delete, get, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(session_attendance).service(report_attendance).service(group_attendance).service(forget_attendance);
}

/// How many attended a class
#[utoipa::path(
    operation_id = "session_attendance", tag = "Sessions", params(("session" = Id, Path)),
    responses((status = 200, body = Attendance), ReadRefused)
)]
#[get("/sessions/{session}/attendance")]
async fn session_attendance(
    app: web::Data<App>,
    caller: Caller,
    session: web::Path<Id>,
) -> Result<web::Json<Attendance>, AppError> {
    Ok(web::Json(app.session_attendance(&caller.0, &session).await?))
}

/// Tell how many attended a class
///
/// A number, no names: by whoever teaches the class, an admin, or a program of theirs. It replaces what was known. Once
/// the class has ended, its groups learn of it.
#[utoipa::path(
    operation_id = "report_attendance", tag = "Sessions", params(("session" = Id, Path)),
    request_body = AttendanceReport, responses((status = 200, body = Attendance), WriteRefused)
)]
#[put("/sessions/{session}/attendance")]
async fn report_attendance(
    app: web::Data<App>,
    caller: Caller,
    session: web::Path<Id>,
    report: Input<AttendanceReport>,
) -> Result<web::Json<Attendance>, AppError> {
    Ok(web::Json(app.report_attendance(&caller.0, &session, report.0).await?))
}

/// How many of a group are expected, and why
///
/// What is expected goes towards the median of the last five classes of which it is known how many attended, by ten points
/// up or five points down a class; from three classes on. It never falls below half of what was entered, and rises above
/// the headcount only where more were there. New wishes and bookings count with it.
#[utoipa::path(
    operation_id = "group_attendance", tag = "Groups", params(("group" = Id, Path)),
    responses((status = 200, body = GroupAttendance), ReadRefused)
)]
#[get("/groups/{group}/attendance")]
async fn group_attendance(
    app: web::Data<App>,
    caller: Caller,
    group: web::Path<Id>,
) -> Result<web::Json<GroupAttendance>, AppError> {
    Ok(web::Json(app.group_attendance(&caller.0, &group).await?))
}

/// Have a group forget what it has learned
///
/// What was entered counts, until three classes from now on are known. Entering another `attendance_percent` does the same.
#[utoipa::path(
    operation_id = "forget_attendance", tag = "Groups", params(("group" = Id, Path)),
    responses((status = 200, body = GroupAttendance), WriteRefused)
)]
#[delete("/groups/{group}/attendance")]
async fn forget_attendance(
    app: web::Data<App>,
    caller: Caller,
    group: web::Path<Id>,
) -> Result<web::Json<GroupAttendance>, AppError> {
    Ok(web::Json(app.forget_attendance(&caller.0, &group).await?))
}
