//! The service on the network: the JSON API (`api`), the pages (`web`), the calendars (`feeds`).
//!
//! A handler takes its input apart, calls one use case and maps the answer. Registering a route under `api`
//! publishes it in the OpenAPI document; what goes wrong anywhere becomes a [`problem::Problem`].

pub mod api;
mod call;
pub mod caller;
mod client;
mod cookie;
pub mod docs;
mod feeds;
mod headers;
pub mod input;
mod news;
mod observe;
pub mod problem;
mod routes;
mod schema;
mod upload;
pub mod web;

use crate::{
    app::App,
    config,
    telemetry::{Metrics, RequestSpan},
};
use actix_web::{
    HttpServer,
    dev::ServerHandle,
    middleware::{self, Compress},
    web::{Data, PathConfig, QueryConfig, to},
};
use std::{io, net::SocketAddr};
use tracing_actix_web::TracingLogger;
use utoipa_actix_web::{AppExt, UtoipaApp, scope};

/// A server that listens, and will answer once it is awaited.
pub struct Listening {
    /// Where: with the port that was chosen where 0 was asked for.
    pub address: SocketAddr,
    server: actix_web::dev::Server,
}

impl Listening {
    /// Answers until it is told to stop; requests under way are finished first.
    ///
    /// # Errors
    /// those of the network.
    pub async fn run(self) -> io::Result<()> {
        self.server.await
    }

    /// What stops the server.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }
}

/// Listens as the configuration says. Signals are the caller's to handle.
///
/// # Errors
/// when the address cannot be listened on.
pub fn listen(app: App, metrics: Metrics, config: &config::Server) -> io::Result<Listening> {
    let limits = input::Limits { body_bytes: config.max_body_bytes, table_bytes: config.max_table_bytes };
    let document = Data::new(openapi());
    let methods = Data::new(routes::Methods::of(&document));
    let parameters = Data::new(routes::Parameters::of(&document));
    let (app, metrics) = (Data::new(app), Data::new(metrics));
    let proxies = Data::new(client::Proxies(config.proxies));
    let is_https = config.public_url.starts_with("https://");
    let server = HttpServer::new(move || {
        routes(actix_web::App::new().into_utoipa_app())
            .into_app()
            .app_data(app.clone())
            .app_data(metrics.clone())
            .app_data(document.clone())
            .app_data(methods.clone())
            .app_data(parameters.clone())
            .app_data(limits)
            .app_data(proxies.clone())
            .app_data(PathConfig::default().error_handler(input::bad_path))
            .app_data(QueryConfig::default().error_handler(input::bad_query))
            .default_service(to(routes::unknown))
            .wrap(middleware::from_fn(call::carry))
            .wrap(Compress::default())
            .wrap(middleware::from_fn(feeds::choose_coding))
            .wrap(middleware::from_fn(move |request, next| headers::secure(request, next, is_https)))
            .wrap(middleware::from_fn(observe::survive))
            .wrap(middleware::from_fn(observe::measure))
            .wrap(TracingLogger::<RequestSpan>::new())
    });
    let server = server.workers(config.workers).disable_signals().shutdown_timeout(10).bind(config.listen)?;
    let address = server.addrs().first().copied().unwrap_or(config.listen);
    Ok(Listening { address, server: server.run() })
}

/// The OpenAPI document of the routes that are registered.
pub fn openapi() -> utoipa::openapi::OpenApi {
    docs::complete(routes(actix_web::App::new().into_utoipa_app()).split_for_parts().1)
}

/// Every route. Those of `api` are published in the OpenAPI document.
fn routes<T>(app: UtoipaApp<T>) -> UtoipaApp<T>
where
    T: actix_web::dev::ServiceFactory<
            actix_web::dev::ServiceRequest,
            Config = (),
            Error = actix_web::Error,
            InitError = (),
        >,
{
    app.map(|app| app.configure(docs::configure))
        .service(scope("/api/v1").configure(api::configure))
        .map(|app| app.configure(observe::configure).configure(feeds::configure).configure(web::routes))
}
