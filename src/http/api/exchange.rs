//! Groups and teachers as tables: `/api/v1/schools/{school}/groups.csv`, `…/groups/import`, and the same for teachers.

use crate::{
    app::{
        App, AppError,
        exchange::{Import, ImportOptions},
    },
    domain::{
        id::Id,
        people::{Group, Teacher},
    },
    http::{
        caller::Caller,
        input::{Query, Table},
        problem::{ReadRefused, WriteRefused},
    },
};
use actix_web::{HttpResponse, get, http::header, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(export_groups).service(import_groups).service(export_teachers).service(import_teachers);
}

/// The groups of a school as a table
///
/// CSV in UTF-8, with semicolons where the school's language is French and commas elsewhere, ready for a spreadsheet. A
/// text that a spreadsheet would take for a formula has an apostrophe before it, which the import takes away.
#[utoipa::path(
    operation_id = "export_groups", tag = "Groups", params(("school" = Id, Path)),
    responses((status = 200, body = String, content_type = "text/csv"), ReadRefused)
)]
#[get("/schools/{school}/groups.csv")]
async fn export_groups(app: web::Data<App>, caller: Caller, school: web::Path<Id>) -> Result<HttpResponse, AppError> {
    Ok(table("groups", app.export::<Group>(&caller.0, &school).await?))
}

/// Take a table of groups in
///
/// As the export writes it, with commas or semicolons, in any order; columns that are left out stay as they are. A row is
/// known by its id, or without one by its name. Without `dry_run=false` nothing changes: the answer tells what would,
/// and every finding with line and column. With it, all is done or, with any finding, nothing. For the school's admins.
#[utoipa::path(
    operation_id = "import_groups", tag = "Groups", params(("school" = Id, Path), ImportOptions),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = Import), WriteRefused)
)]
#[post("/schools/{school}/groups/import")]
async fn import_groups(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    options: Query<ImportOptions>,
    table: Table,
) -> Result<web::Json<Import>, AppError> {
    Ok(web::Json(app.import::<Group>(&caller.0, &school, table.0, options.0).await?))
}

/// The teachers of a school as a table
///
/// As with groups. Teachers do not see each other's addresses.
#[utoipa::path(
    operation_id = "export_teachers", tag = "Teachers", params(("school" = Id, Path)),
    responses((status = 200, body = String, content_type = "text/csv"), ReadRefused)
)]
#[get("/schools/{school}/teachers.csv")]
async fn export_teachers(app: web::Data<App>, caller: Caller, school: web::Path<Id>) -> Result<HttpResponse, AppError> {
    Ok(table("teachers", app.export::<Teacher>(&caller.0, &school).await?))
}

/// Take a table of teachers in
///
/// As with groups. For the school's admins.
#[utoipa::path(
    operation_id = "import_teachers", tag = "Teachers", params(("school" = Id, Path), ImportOptions),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = Import), WriteRefused)
)]
#[post("/schools/{school}/teachers/import")]
async fn import_teachers(
    app: web::Data<App>,
    caller: Caller,
    school: web::Path<Id>,
    options: Query<ImportOptions>,
    table: Table,
) -> Result<web::Json<Import>, AppError> {
    Ok(web::Json(app.import::<Teacher>(&caller.0, &school, table.0, options.0).await?))
}

fn table(name: &str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8; header=present")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")))
        .body(bytes)
}
