//! The pages of those who run a school, all under `/admin`: its admins, and an operator who looks after it.
//!
//! A page is put together from [`parts`], [`lists`] and [`form`]s; what is refused is said by [`super::said`]. None of them decides
//! anything: each calls the use cases that the API calls.
//!
//! - [`groups`], [`teachers`], [`invitations`], [`erasure`]: who is there
//! - [`wishes`]: a teacher's wishes, as the teacher sees them
//! - [`import`]: groups and teachers as tables, with a look at what would change
//! - [`feeds`]: calendars to subscribe to
//! - [`capacity`], [`calendar`], [`rules`]: when there is room, when the school is open, how late is too late
//! - [`rounds`]: from a call for wishes to a plan; [`drafts`]: looking at plans, publishing one
//! - [`sessions`]: the classes that are published, and who waits
//! - [`outbox`], [`audit`], [`webhooks`], [`tokens`]: mails, deeds and programs

mod audit;
mod calendar;
mod capacity;
mod drafts;
mod erasure;
mod feeds;
mod form;
mod groups;
mod hours;
mod import;
mod invitations;
mod lists;
pub mod outbox;
pub mod parts;
mod rounds;
mod rules;
mod sessions;
mod teachers;
mod tokens;
mod upload;
mod webhooks;

use std::future::Future;

use actix_web::{
    HttpResponse,
    web::{self, FormConfig, ServiceConfig, get, post, resource},
};
use serde::Deserialize;

use super::{
    flash::Flash,
    page::Refusal,
    said,
    visitor::{Form, Visitor},
    wishes,
};
use crate::{
    app::{App, AppError, call::note_school},
    domain::{
        access::{Actor, Principal},
        people::School,
    },
};

/// The most that a form may bring: a table of a large school.
const MOST_BYTES: usize = 1 << 20;

/// What the addresses of these pages may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Which page of a list.
    pub after: String,
    /// Only those in this state.
    pub state: String,
    /// Any day of the week to show.
    pub date: String,
    /// How something is looked at.
    pub view: String,
    /// Only this group's.
    pub group: String,
    /// Only this teacher's.
    pub teacher: String,
    /// The other one of two.
    pub with: String,
}

/// Somebody who runs a school, in it.
pub struct Office {
    /// As what they act.
    pub who: Principal,
    /// Who they are.
    pub actor: Actor,
    /// The school.
    pub school: School,
}

impl Office {
    /// The office of whoever looks: an admin's school, or the one that an operator looks after. An operator acts there
    /// as the school's admin, so that nothing of another school is seen or changed, whatever an address names; the
    /// audit names the operator all the same.
    ///
    /// # Errors
    /// `Unauthorized` for nobody, `Forbidden` for teachers, `NoOffice` for an operator of several schools who has chosen
    /// none of them.
    pub async fn of(visitor: &Visitor, app: &App) -> Result<Self, Refusal> {
        let identity = visitor.identity.as_ref().ok_or(AppError::Unauthorized)?;
        let who = visitor.who.clone().ok_or_else(|| AppError::forbidden("no role that changes anything"))?;
        let school = match &who {
            Principal::Teacher { .. } => {
                return Err(AppError::forbidden("these pages are for those who run a school").into());
            }
            Principal::Admin { school } => app.school(&who, school).await?,
            Principal::Operator => visitor.office.clone().ok_or(Refusal::NoOffice)?,
        };
        note_school(Some(&school.id));
        let who = Principal::Admin { school: school.id.clone() };
        Ok(Self { who, actor: identity.actor.clone(), school })
    }

    /// The same for a form, which must be ours.
    ///
    /// # Errors
    /// `Form`, and those of [`Office::of`].
    pub async fn for_form(visitor: &Visitor, app: &App, form: &Form) -> Result<Self, Refusal> {
        visitor.check(form)?;
        Self::of(visitor, app).await
    }
}

/// Does a page's work, and says why not where it cannot be done.
async fn reply(visitor: &Visitor, work: impl Future<Output = Result<HttpResponse, Refusal>>) -> HttpResponse {
    match work.await {
        Ok(answer) => answer,
        Err(refusal) => visitor.refuse(&refusal),
    }
}

/// Leads to another page, which says what has been done.
fn told(visitor: &Visitor, to: &str, key: &str) -> HttpResponse {
    told_words(visitor, to, visitor.w.t(key))
}

/// The same with words of one's own.
fn told_words(visitor: &Visitor, to: &str, words: String) -> HttpResponse {
    let mut answer = visitor.redirect(to);
    if let Err(error) = answer.add_cookie(&visitor.flash_cookie(&Flash::done(words))) {
        tracing::error!(%error, "a message could not be kept");
    }
    answer
}

/// The pages' routes.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        web::scope("/admin")
            .app_data(FormConfig::default().limit(MOST_BYTES))
            .configure(people)
            .configure(room)
            .configure(planning)
            .configure(news),
    );
}

fn people(config: &mut ServiceConfig) {
    config
        .service(resource("/groups").route(get().to(groups::list)).route(post().to(groups::add)))
        .route("/groups.csv", get().to(import::export_groups))
        .service(resource("/groups/import").route(get().to(import::groups)).route(post().to(import::take_groups)))
        .service(resource("/groups/{id}").route(get().to(groups::edit)).route(post().to(groups::change)))
        .route("/groups/{id}/delete", post().to(groups::delete))
        .service(resource("/teachers").route(get().to(teachers::list)).route(post().to(teachers::add)))
        .route("/teachers.csv", get().to(import::export_teachers))
        .service(resource("/teachers/import").route(get().to(import::teachers)).route(post().to(import::take_teachers)))
        .route("/teachers/invite", post().to(invitations::invite_teachers))
        .service(resource("/teachers/{id}").route(get().to(teachers::edit)).route(post().to(teachers::change)))
        .route("/teachers/{id}/delete", post().to(teachers::delete))
        .route("/teachers/{id}/invite", post().to(invitations::invite_teacher))
        .service(web::scope("/teachers/{teacher}/wishes").configure(wishes::routes))
        .service(resource("/teachers/{id}/erase").route(get().to(erasure::preview)).route(post().to(erasure::erase)))
        .service(resource("/invitations").route(get().to(invitations::list)).route(post().to(invitations::invite)))
        .route("/invitations/{id}/resend", post().to(invitations::resend))
        .route("/invitations/{id}/withdraw", post().to(invitations::withdraw))
        .service(resource("/feeds").route(get().to(feeds::list)).route(post().to(feeds::make)))
        .route("/feeds/{id}/replace", post().to(feeds::replace))
        .route("/feeds/{id}/revoke", post().to(feeds::revoke));
}

fn room(config: &mut ServiceConfig) {
    config
        .service(resource("/capacity").route(get().to(capacity::show)).route(post().to(capacity::save)))
        .route("/capacity/dated", post().to(capacity::add_dated))
        .route("/capacity/dated/delete", post().to(capacity::delete_dated))
        .route("/capacity/overloads", get().to(capacity::overloads))
        .service(resource("/calendar").route(get().to(calendar::show)).route(post().to(calendar::save)))
        .route("/calendar/days", post().to(calendar::add_days))
        .route("/calendar/days/delete", post().to(calendar::delete_days))
        .service(resource("/rules").route(get().to(rules::show)).route(post().to(rules::save)));
}

fn planning(config: &mut ServiceConfig) {
    config
        .service(resource("/rounds").route(get().to(rounds::list)).route(post().to(rounds::open)))
        .service(resource("/rounds/{id}").route(get().to(rounds::show)).route(post().to(rounds::times)))
        .route("/rounds/{id}/state", post().to(rounds::state))
        .route("/rounds/{id}/delete", post().to(rounds::delete))
        .route("/rounds/{id}/remind", post().to(rounds::remind))
        .route("/rounds/{id}/solve", post().to(rounds::solve))
        .route("/rounds/{id}/pin", post().to(drafts::pins::pin))
        .route("/rounds/{id}/unpin", post().to(drafts::pins::unpin))
        .route("/jobs/{id}", get().to(rounds::live::show))
        .route("/jobs/{id}/events", get().to(rounds::live::events))
        .route("/jobs/{id}/stop", post().to(rounds::live::stop))
        .route("/plans/{id}", get().to(drafts::show))
        .route("/plans/{id}/classes/{request}", get().to(drafts::classes::show))
        .route("/plans/{id}/compare", get().to(drafts::compare::show))
        .service(
            resource("/plans/{id}/publish")
                .route(get().to(drafts::publish::preview))
                .route(post().to(drafts::publish::publish)),
        )
        .route("/sessions", get().to(sessions::list))
        .service(resource("/sessions/{id}").route(get().to(sessions::show)).route(post().to(sessions::move_to)))
        .route("/sessions/{id}/cancel", post().to(sessions::cancel))
        .route("/waiting/{id}/delete", post().to(sessions::stop_waiting));
}

fn news(config: &mut ServiceConfig) {
    config
        .route("/outbox", get().to(outbox::list))
        .route("/outbox/{id}/resend", post().to(outbox::resend))
        .route("/outbox/{id}/withdraw", post().to(outbox::withdraw))
        .route("/audit", get().to(audit::list))
        .service(resource("/webhooks").route(get().to(webhooks::list)).route(post().to(webhooks::add)))
        .service(resource("/webhooks/{id}").route(get().to(webhooks::show)).route(post().to(webhooks::change)))
        .route("/webhooks/{id}/switch", post().to(webhooks::switch))
        .route("/webhooks/{id}/delete", post().to(webhooks::delete))
        .route("/webhooks/{id}/secret", post().to(webhooks::rotate))
        .route("/webhooks/{id}/ping", post().to(webhooks::ping))
        .service(resource("/tokens").route(get().to(tokens::list)).route(post().to(tokens::make)))
        .route("/tokens/{id}/revoke", post().to(tokens::revoke));
}
