//! `/api/v1/load`: observed load comes in, and is read.

use super::created;
use crate::{
    app::{
        App, AppError,
        load::{CellsAsked, IngestionsAsked, NewSource, Observed, PlaceOptions, SourceDetails, TableOptions},
    },
    domain::{
        id::Id,
        load::{report::Ingestion, source::Source},
    },
    http::{
        caller::Caller,
        input::{Input, OpenMetrics, Query},
        problem::{ReadRefused, WriteRefused},
        upload::Upload,
    },
};
use actix_web::{HttpResponse, delete, get, post, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(observed_load)
        .service(import_load)
        .service(push_load)
        .service(list_ingestions)
        .service(show_ingestion)
        .service(list_sources)
        .service(create_source)
        .service(show_source)
        .service(replace_source)
        .service(delete_source)
        .service(read_source);
}

/// What was observed
///
/// Of a platform, a federation or a school: connections at the same time, or logins a minute, by five minutes of UTC;
/// what is older than `retention.load_days` by hours. What is known of platforms and federations is for everybody.
#[utoipa::path(
    operation_id = "observed_load", tag = "Load", params(CellsAsked),
    responses((status = 200, body = Observed), ReadRefused)
)]
#[get("/load/cells")]
async fn observed_load(
    app: web::Data<App>,
    caller: Caller,
    asked: Query<CellsAsked>,
) -> Result<web::Json<Observed>, AppError> {
    Ok(web::Json(app.observed_load(&caller.0, asked.0).await?))
}

/// Upload a table of samples
///
/// CSV in UTF-8 with commas or semicolons, as long as `server.max_table_bytes` allows. Its first line names the columns:
/// `time`, and `connections`, `logins` (a minute) or `logins_total` (a counter); `platform`, `federation` or `school` where
/// lines are of several places, by id, name or UAI. Times have an offset, are Unix seconds or milliseconds, or are of
/// `time_zone`. An empty cell says that nothing is known. The same table again changes nothing. The report tells what was
/// taken and what was not, with its line. For operators; for a school's admins what is the school's.
#[utoipa::path(
    operation_id = "import_load", tag = "Load", params(TableOptions),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 201, body = Ingestion), WriteRefused)
)]
#[post("/load/csv")]
async fn import_load(
    app: web::Data<App>,
    caller: Caller,
    options: Query<TableOptions>,
    table: Upload,
) -> Result<HttpResponse, AppError> {
    let (table, sending) = table.open();
    let (ingestion, ()) = tokio::join!(app.import_load(&caller.0, options.0, table), sending);
    let ingestion = ingestion?;
    Ok(created(&format!("/api/v1/load/ingestions/{}", ingestion.id), &ingestion))
}

/// Push samples
///
/// OpenMetrics text with `# EOF` at its end: the gauges `connections` and `logins_per_minute`, the counter `logins_total`,
/// each with or without `creneau_` before it. Labels name the place (`platform`, `federation` or `school`) where the
/// address does not; a sample without a time is of now. For operators; for a school's admins what is the school's.
#[utoipa::path(
    operation_id = "push_load", tag = "Load", params(PlaceOptions),
    request_body(content = String, content_type = "application/openmetrics-text"),
    responses((status = 201, body = Ingestion), WriteRefused)
)]
#[post("/load/openmetrics")]
async fn push_load(
    app: web::Data<App>,
    caller: Caller,
    options: Query<PlaceOptions>,
    text: OpenMetrics,
) -> Result<HttpResponse, AppError> {
    let ingestion = app.push_load(&caller.0, options.0, text.0).await?;
    Ok(created(&format!("/api/v1/load/ingestions/{}", ingestion.id), &ingestion))
}

/// What came of inputs
///
/// The newest two hundred: of all places for operators, of the own school for admins, or of one place or source. They are
/// kept for `retention.ingestion_days`.
#[utoipa::path(
    operation_id = "list_ingestions", tag = "Load", params(IngestionsAsked),
    responses((status = 200, body = [Ingestion]), ReadRefused)
)]
#[get("/load/ingestions")]
async fn list_ingestions(
    app: web::Data<App>,
    caller: Caller,
    asked: Query<IngestionsAsked>,
) -> Result<web::Json<Vec<Ingestion>>, AppError> {
    Ok(web::Json(app.ingestions(&caller.0, asked.0).await?))
}

/// What came of one input
#[utoipa::path(
    operation_id = "show_ingestion", tag = "Load", params(("ingestion" = Id, Path)),
    responses((status = 200, body = Ingestion), ReadRefused)
)]
#[get("/load/ingestions/{ingestion}")]
async fn show_ingestion(
    app: web::Data<App>,
    caller: Caller,
    ingestion: web::Path<Id>,
) -> Result<web::Json<Ingestion>, AppError> {
    Ok(web::Json(app.ingestion(&caller.0, &ingestion).await?))
}

/// The sources, without their secrets
///
/// An operator sees all, an admin those of the school.
#[utoipa::path(operation_id = "list_sources", tag = "Load", responses((status = 200, body = [Source]), ReadRefused))]
#[get("/load/sources")]
async fn list_sources(app: web::Data<App>, caller: Caller) -> Result<web::Json<Vec<Source>>, AppError> {
    Ok(web::Json(app.sources(&caller.0).await?))
}

/// Enter a source
///
/// From then on it is read every `every_seconds`: a Prometheus by `query_range`, from `since` on; a BigBlueButton by
/// `getMeetings`, which also tells how many attend the classes whose link, or whose meeting's id or `meta_creneau-session`,
/// names them. Its address begins with one that whoever runs this service has entered under `load.allow`. What fails is
/// tried again after pauses that grow to an hour, and what was missed is asked for then.
#[utoipa::path(
    operation_id = "create_source", tag = "Load", request_body = NewSource,
    responses((status = 201, body = Source), WriteRefused)
)]
#[post("/load/sources")]
async fn create_source(app: web::Data<App>, caller: Caller, new: Input<NewSource>) -> Result<HttpResponse, AppError> {
    let source = app.create_source(&caller.0, new.0).await?;
    Ok(created(&format!("/api/v1/load/sources/{}", source.id), &source))
}

/// One source
#[utoipa::path(
    operation_id = "show_source", tag = "Load", params(("source" = Id, Path)),
    responses((status = 200, body = Source), ReadRefused)
)]
#[get("/load/sources/{source}")]
async fn show_source(
    app: web::Data<App>,
    caller: Caller,
    source: web::Path<Id>,
) -> Result<web::Json<Source>, AppError> {
    Ok(web::Json(app.source(&caller.0, &source).await?))
}

/// Change a source
///
/// It is read at once. A secret that is left out stays, unless the address becomes that of another server.
#[utoipa::path(
    operation_id = "replace_source", tag = "Load", params(("source" = Id, Path)), request_body = SourceDetails,
    responses((status = 200, body = Source), WriteRefused)
)]
#[put("/load/sources/{source}")]
async fn replace_source(
    app: web::Data<App>,
    caller: Caller,
    source: web::Path<Id>,
    new: Input<SourceDetails>,
) -> Result<web::Json<Source>, AppError> {
    Ok(web::Json(app.replace_source(&caller.0, &source, new.0).await?))
}

/// Take a source away
///
/// The samples that came of it stay.
#[utoipa::path(
    operation_id = "delete_source", tag = "Load", params(("source" = Id, Path)),
    responses((status = 204, description = "It is gone"), WriteRefused)
)]
#[delete("/load/sources/{source}")]
async fn delete_source(app: web::Data<App>, caller: Caller, source: web::Path<Id>) -> Result<HttpResponse, AppError> {
    app.delete_source(&caller.0, &source).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Read a source at once
#[utoipa::path(
    operation_id = "read_source", tag = "Load", params(("source" = Id, Path)),
    responses((status = 202, body = Source), WriteRefused)
)]
#[post("/load/sources/{source}/reading")]
async fn read_source(app: web::Data<App>, caller: Caller, source: web::Path<Id>) -> Result<HttpResponse, AppError> {
    Ok(HttpResponse::Accepted().json(app.read_source(&caller.0, &source).await?))
}
