//! The API's description: `/api/v1/openapi.json`, and a browser for it at `/api/docs` that needs no internet.

use actix_web::{
    App, HttpResponse,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::header,
    web,
};
use std::sync::Arc;
use utoipa::openapi::{
    InfoBuilder, LicenseBuilder, OpenApi,
    security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};
use utoipa_swagger_ui::SwaggerUi;

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
    document.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>("token", [])]);
    document
}

/// Adds the document and its browser to the routes.
pub fn register<T, B>(app: App<T>, document: &Arc<OpenApi>) -> App<T>
where
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
        >,
    B: MessageBody,
{
    let to_docs = || async { HttpResponse::Found().insert_header((header::LOCATION, "/api/docs/")).finish() };
    app.route("/api/docs", web::get().to(to_docs))
        .service(SwaggerUi::new("/api/docs/{_:.*}").url("/api/v1/openapi.json", OpenApi::clone(document)))
}
