//! `/api/v1/audit` and `/api/v1/schools/{school}/audit`: who did what when.

use crate::{
    app::{App, AppError},
    domain::{audit::AuditEntry, id::Id},
    http::{caller::Caller, input::Query, problem::ReadRefused},
};
use actix_web::{get, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(of_school).service(whole);
}

/// Which deeds.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Before {
    /// Only what was done before this instant; everything until now when nothing is said. For the page after this one,
    /// give the `at` of its last entry.
    before: Option<DateTime<Utc>>,
}

/// Who did what in a school, the latest first
///
/// Five hundred deeds at most. For the school's admins.
#[utoipa::path(
    operation_id = "list_school_audit", tag = "Audit", params(("school" = Id, Path), Before),
    responses((status = 200, body = [AuditEntry]), ReadRefused)
)]
#[get("/schools/{school}/audit")]
async fn of_school(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    query: Query<Before>,
) -> Result<web::Json<Vec<AuditEntry>>, AppError> {
    Ok(web::Json(app.audit(&caller.0, &school, query.0.before).await?))
}

/// Who did what anywhere, the latest first
///
/// Five hundred deeds at most. For operators.
#[utoipa::path(operation_id = "list_audit", tag = "Audit", params(Before), responses((status = 200, body = [AuditEntry]), ReadRefused))]
#[get("/audit")]
async fn whole(
    app: web::Data<App>,
    caller: Caller,
    query: Query<Before>,
) -> Result<web::Json<Vec<AuditEntry>>, AppError> {
    Ok(web::Json(app.whole_audit(&caller.0, query.0.before).await?))
}
