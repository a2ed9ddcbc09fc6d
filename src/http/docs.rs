//! The API's description: `/api/v1/openapi.json`, and a browser for it at `/api/docs` that needs no internet.

use super::{call::LONGEST_KEY, cookie, news};
use actix_web::{HttpResponse, http::header, web};
use std::collections::HashMap;
use utoipa::openapi::{
    InfoBuilder, LicenseBuilder, OpenApi, RefOr, Required, Schema,
    path::{Operation, ParameterBuilder, ParameterIn},
    schema::{AdditionalProperties, Object, ObjectBuilder, SchemaType, Type},
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};
use utoipa_swagger_ui::{Config, SwaggerUi};

const ADDRESS: &str = "/api/v1/openapi.json";

const KEY: &str = "A key of your own choice, such as a UUID. The same request with the same key within a day gets the \
    first answer again and does nothing; another request with it is refused (422 `idempotency-key-reused`).";
const KEY_PATTERN: &str = "^[!-~]+$";
const MATCH: &str = "The ETag of what you read: the change is refused (412 `outdated`) when it has changed since.";

/// The operations that look at `If-Match`: their use cases ask `app::call::Expected`.
const MATCHED: [&str; 31] = [
    "cancel_session",
    "change_round",
    "delete_group",
    "delete_platform",
    "delete_pool",
    "delete_request",
    "delete_round",
    "delete_school",
    "delete_series",
    "delete_source",
    "delete_teacher",
    "delete_webhook",
    "move_session",
    "replace_calendar",
    "replace_capacity",
    "replace_group",
    "replace_platform",
    "replace_pool",
    "replace_pool_background",
    "replace_pool_shares",
    "replace_request",
    "replace_school",
    "replace_school_background",
    "replace_series",
    "replace_source",
    "replace_teacher",
    "replace_webhook",
    "set_booking_rules",
    "set_my_mail_preferences",
    "set_session_link",
    "set_teacher_link",
];

const DESCRIPTION: &str = "Créneau agrees on hours for virtual classes so that no platform is overrun: it collects \
    wishes, finds the plan that respects every capacity and disappoints teachers least, and publishes calendars.\n\n\
    Identifiers are opaque. Instants are UTC (RFC 3339); wishes are in the school's local time. Errors are problems \
    (RFC 9457) whose `findings` list everything that is wrong, each with its place and what to do.";

/// Adds what the routes cannot say: title, version, how to show who asks.
pub fn complete(mut document: OpenApi) -> OpenApi {
    document.info = InfoBuilder::new()
        .title("Créneau")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(LicenseBuilder::new().name("Apache-2.0 OR MIT").build()))
        .build();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API token.")).build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    let session = ApiKeyValue::with_description(cookie::NAME, "The session of a browser that is signed in.");
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
    document.security =
        Some(["token", "session"].map(|scheme| SecurityRequirement::new::<_, [&str; 0], &str>(scheme, [])).into());
    name_operations(&mut document);
    name_headers(&mut document);
    open_parts(&mut document);
    news::describe(&mut document);
    document
}

/// Some answers are what was sent and more. What is sent knows its own fields only; as a part of such an answer it must
/// let the others stand beside them.
fn open_parts(document: &mut OpenApi) {
    let Some(components) = &mut document.components else { return };
    let closed = components.schemas.iter().filter_map(|(name, schema)| match schema {
        RefOr::T(Schema::Object(object)) => {
            let additional = object.additional_properties.as_deref();
            let is_closed = matches!(additional, Some(AdditionalProperties::FreeForm(false)));
            let mut open = object.clone();
            open.additional_properties = None;
            is_closed.then(|| (format!("#/components/schemas/{name}"), open))
        }
        _ => None,
    });
    let closed: HashMap<String, Object> = closed.collect();
    for schema in components.schemas.values_mut() {
        let RefOr::T(Schema::AllOf(whole)) = schema else { continue };
        for part in &mut whole.items {
            if let RefOr::Ref(reference) = part
                && let Some(open) = closed.get(&reference.ref_location)
            {
                *part = RefOr::T(Schema::Object(open.clone()));
            }
        }
    }
}

/// Handlers of different files share names, and are called by a bare verb; operations must not.
fn name_operations(document: &mut OpenApi) {
    let mut uses: HashMap<String, usize> = HashMap::new();
    let count = |_: &str, _: &str, operation: &mut Operation| {
        *uses.entry(operation.operation_id.clone().unwrap_or_default()).or_default() += 1;
    };
    each_operation(document, count);
    each_operation(document, |method, path, operation| {
        let is_shared = |id: &String| !id.contains('_') || uses.get(id).is_none_or(|count| *count > 1);
        if operation.operation_id.as_ref().is_none_or(is_shared) {
            let words = path.trim_start_matches("/api/v1/").split(['/', '{', '}', '.']).filter(|word| !word.is_empty());
            let name = std::iter::once(method).chain(words).collect::<Vec<_>>().join("_");
            operation.operation_id = Some(name);
        }
    });
}

/// Headers that writes take.
fn name_headers(document: &mut OpenApi) {
    let text = || ObjectBuilder::new().schema_type(SchemaType::new(Type::String));
    let parameter = |name: &str, description: &str, text: ObjectBuilder| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(description))
            .schema(Some(text.build()))
            .build()
    };
    each_operation(document, |method, _, operation| {
        if method == "get" {
            return;
        }
        let parameters = operation.parameters.get_or_insert_default();
        let key = text().pattern(Some(KEY_PATTERN)).min_length(Some(1)).max_length(Some(LONGEST_KEY));
        parameters.push(parameter("Idempotency-Key", KEY, key).into());
        if operation.operation_id.as_deref().is_some_and(|id| MATCHED.contains(&id)) {
            parameters.push(parameter("If-Match", MATCH, text()).into());
        }
    });
}

fn each_operation(document: &mut OpenApi, mut visit: impl FnMut(&str, &str, &mut Operation)) {
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                visit(method, path, operation);
            }
        }
    }
}

/// The document and its browser. To be registered before the API, whose scope takes every address that begins like it.
pub fn configure(config: &mut web::ServiceConfig) {
    let to_docs = || async { HttpResponse::Found().insert_header((header::LOCATION, "/api/docs/")).finish() };
    config
        .route(ADDRESS, web::get().to(document))
        .route("/api/docs", web::get().to(to_docs))
        .service(SwaggerUi::new("/api/docs/{_:.*}").config(Config::from(ADDRESS)));
}

async fn document(document: web::Data<OpenApi>) -> HttpResponse {
    HttpResponse::Ok().json(document)
}
