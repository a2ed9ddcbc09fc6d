//! `/api/v1/schools/{school}/fairness`.

use crate::{
    app::{App, AppError, fairness::Fairness},
    domain::id::Id,
    http::{caller::Caller, problem::ReadRefused},
};
use actix_web::{get, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get);
}

/// How much each teacher counts in the next round, and why
///
/// Who was moved far from the wishes in the last rounds counts more. Admins see everybody; teachers see their own row and the
/// school's mean.
#[utoipa::path(operation_id = "school_fairness", tag = "Plans", params(("school" = Id, Path)), responses((status = 200, body = Fairness), ReadRefused))]
#[get("/schools/{school}/fairness")]
async fn get(app: web::Data<App>, caller: Caller, school: web::Path<Id>) -> Result<web::Json<Fairness>, AppError> {
    Ok(web::Json(app.fairness(&caller.0, &school).await?))
}
