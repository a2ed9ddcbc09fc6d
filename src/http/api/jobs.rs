//! `/api/v1/rounds/{round}/jobs` and `/api/v1/jobs`.

use crate::{
    app::{
        App, AppError,
        jobs::{JobView, SolveOrder},
    },
    domain::id::Id,
    http::{
        caller::Caller,
        input::Input,
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, delete, get, http::header, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(solve).service(get).service(cancel);
}

/// Have a round solved
///
/// For the school's admins. The answer names the job; ask for it until its state is `done`, and find the plan in it.
/// One job solves a round at a time.
#[utoipa::path(
    operation_id = "solve_round", tag = "Plans",
    params(("round" = Id, Path)),
    request_body = SolveOrder,
    responses((status = 202, body = JobView), WriteRefused)
)]
#[post("/rounds/{round}/jobs")]
async fn solve(
    app: web::Data<App>,
    caller: Caller,
    round: web::Path<Id>,
    order: Input<SolveOrder>,
) -> Result<HttpResponse, AppError> {
    let job = app.solve(&caller.0, &round, order.0).await?;
    let address = format!("/api/v1/jobs/{}", job.id);
    Ok(HttpResponse::Accepted().insert_header((header::LOCATION, address)).json(job))
}

/// Where a job stands, with the best so far
#[utoipa::path(operation_id = "get_job", tag = "Plans", params(("job" = Id, Path)), responses((status = 200, body = JobView), ReadRefused))]
#[get("/jobs/{job}")]
async fn get(app: web::Data<App>, caller: Caller, job: web::Path<Id>) -> Result<web::Json<JobView>, AppError> {
    Ok(web::Json(app.job(&caller.0, &job).await?))
}

/// Stop a job
///
/// For the school's admins. One that is under way ends within seconds and keeps the best plan it has.
#[utoipa::path(operation_id = "cancel_job", tag = "Plans", params(("job" = Id, Path)), responses((status = 200, body = JobView), WriteRefused))]
#[delete("/jobs/{job}")]
async fn cancel(app: web::Data<App>, caller: Caller, job: web::Path<Id>) -> Result<web::Json<JobView>, AppError> {
    Ok(web::Json(app.cancel_job(&caller.0, &job).await?))
}
