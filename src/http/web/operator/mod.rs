//! The operator's pages: all schools, what they share, and who may do what.
//!
//! - [`home`]: where an operator begins, with what to do next, and the demo school
//! - [`load`]: how full each hour is in what schools share, and which schools press on it
//! - [`platforms`], [`federations`]: the services that schools share
//! - [`pools`]: their limits: by the week on a grid, by date, and shared out among schools
//! - [`schools`]: schools, their platform, their admins
//! - [`office`]: how an operator steps into a school's own pages, and out of them
//! - [`people`]: everybody with a role, and invitations
//! - [`mails`]: where mails of no school stand
//! - [`audit`]: who did what
//! - [`form`]: what was typed and what is wrong with it

pub mod audit;
pub mod federations;
pub mod form;
pub mod home;
pub mod load;
pub mod mails;
pub mod office;
pub mod people;
pub mod platforms;
pub mod pools;
pub mod schools;

use actix_web::web::{FormConfig, ServiceConfig, get, post, resource, scope};
use serde::Deserialize;

use super::{
    page::Refusal,
    visitor::{Form, Visitor},
};
use crate::{app::AppError, domain::access::Principal};

/// The most that a form may bring: a week of limits by five minutes.
const MOST_BYTES: usize = 1 << 18;

/// The routes of these pages.
pub fn routes(config: &mut ServiceConfig) {
    config.route("/operator", get().to(home::show)).service(
        scope("/operator")
            .app_data(FormConfig::default().limit(MOST_BYTES))
            .route("/demo", post().to(home::make_demo))
            .route("/load", get().to(load::show))
            .service(resource("/platforms").route(get().to(platforms::list)).route(post().to(platforms::add)))
            .service(resource("/platforms/{id}").route(get().to(platforms::show)).route(post().to(platforms::change)))
            .route("/platforms/{id}/delete", post().to(platforms::delete))
            .service(resource("/federations").route(get().to(federations::list)).route(post().to(federations::add)))
            .service(
                resource("/federations/{id}").route(get().to(federations::show)).route(post().to(federations::change)),
            )
            .route("/federations/{id}/delete", post().to(federations::delete))
            .service(resource("/pools").route(get().to(pools::new)).route(post().to(pools::add)))
            .service(resource("/pools/{id}").route(get().to(pools::show)).route(post().to(pools::change)))
            .route("/pools/{id}/delete", post().to(pools::delete))
            .route("/pools/{id}/weekly", post().to(pools::limits::paint))
            .route("/pools/{id}/dated", post().to(pools::limits::add_dated))
            .route("/pools/{id}/dated/delete", post().to(pools::limits::delete_dated))
            .service(
                resource("/pools/{id}/shares")
                    .route(get().to(pools::shares::show))
                    .route(post().to(pools::shares::change)),
            )
            .service(resource("/schools").route(get().to(schools::list)).route(post().to(schools::add)))
            .route("/schools/new", get().to(schools::new))
            .service(resource("/schools/{id}").route(get().to(schools::show)).route(post().to(schools::change)))
            .route("/schools/{id}/delete", post().to(schools::delete))
            .route("/schools/{id}/office", post().to(office::enter))
            .route("/office/leave", post().to(office::leave))
            .route("/schools/{id}/platform", post().to(schools::choose_platform))
            .service(resource("/people").route(get().to(people::list)).route(post().to(people::invite)))
            .route("/people/{membership}/withdraw", post().to(people::withdraw))
            .route("/invitations/{id}/resend", post().to(people::resend))
            .route("/invitations/{id}/withdraw", post().to(people::withdraw_invitation))
            .route("/mails", get().to(mails::list))
            .route("/audit", get().to(audit::show)),
    );
}

/// What the addresses of these pages may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Part of a name.
    pub name: String,
    /// Which part of a long list, from 1.
    pub page: String,
}

impl Visitor {
    /// The operator who looks at the page.
    ///
    /// # Errors
    /// `Unauthorized`, `Forbidden`.
    pub fn operator(&self) -> Result<&Principal, Refusal> {
        let who = self.who.as_ref().ok_or(AppError::Unauthorized)?;
        if who.may_operate() { Ok(who) } else { Err(AppError::forbidden("an operator looks at this page").into()) }
    }

    /// The operator who sends a form of ours.
    ///
    /// # Errors
    /// `Form`, and those of [`Visitor::operator`].
    pub fn operator_sends(&self, form: &Form) -> Result<&Principal, Refusal> {
        let who = self.operator()?;
        self.check(form)?;
        Ok(who)
    }
}
