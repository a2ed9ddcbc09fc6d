//! The JSON API under `/api/v1`, one file a resource.
//!
//! To add an endpoint: write the handler with its `#[utoipa::path]`, add it to its file's `configure`, run
//! `make openapi`, and give it its row in the table of `tests/api/access.rs`.

mod attendance;
mod audit;
mod bookings;
mod calendars;
mod capacity;
mod erasure;
mod exchange;
mod fairness;
mod feeds;
mod groups;
mod invitations;
mod jobs;
mod limits;
mod load;
mod load_map;
mod mail_preferences;
mod me;
mod notices;
mod people;
mod pins;
mod plans;
mod platforms;
mod pools;
mod requests;
mod rounds;
mod scenarios;
mod schools;
mod sessions;
mod shares;
mod sign_in;
mod swaps;
mod teachers;
mod tokens;
mod waiting;
mod webhooks;

use actix_web::{HttpResponse, http::header};
use serde::Serialize;
use utoipa_actix_web::service_config::ServiceConfig;

/// Every resource of the API.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .configure(sign_in::configure)
        .configure(me::configure)
        .configure(mail_preferences::configure)
        .configure(people::configure)
        .configure(erasure::configure)
        .configure(invitations::configure)
        .configure(tokens::configure)
        .configure(schools::configure)
        .configure(calendars::configure)
        .configure(exchange::configure)
        .configure(groups::configure)
        .configure(teachers::configure)
        .configure(capacity::configure)
        .configure(platforms::configure)
        .configure(limits::configure)
        .configure(load_map::configure)
        .configure(pools::configure)
        .configure(shares::configure)
        .configure(rounds::configure)
        .configure(requests::configure)
        .configure(jobs::configure)
        .configure(plans::configure)
        .configure(pins::configure)
        .configure(fairness::configure)
        .configure(scenarios::configure)
        .configure(sessions::configure)
        .configure(attendance::configure)
        .configure(bookings::configure)
        .configure(swaps::configure)
        .configure(waiting::configure)
        .configure(feeds::configure)
        .configure(audit::configure)
        .configure(notices::configure)
        .configure(load::configure)
        .configure(webhooks::configure);
}

/// 201 with the address of what is new.
fn created(address: &str, body: &impl Serialize) -> HttpResponse {
    HttpResponse::Created().insert_header((header::LOCATION, address)).json(body)
}
