//! The use cases, one file a resource: authorise, decide, one transaction.

pub mod access;
pub mod attendance;
pub mod bell;
mod booking_notices;
pub mod bookings;
pub mod calendars;
pub mod call;
pub mod capacity;
mod capacity_cuts;
pub mod deliveries;
pub mod demo;
pub mod desk;
pub mod directory;
pub mod draft;
pub mod erasure;
pub mod error;
pub mod events;
pub mod exchange;
pub mod fairness;
pub mod feeds;
pub mod first_choices;
pub mod forecast;
pub mod groups;
pub mod identity;
pub mod intake;
pub mod invitations;
pub mod jobs;
mod letters;
pub mod limits;
pub mod links;
pub mod load;
mod lockout;
pub mod mail_preferences;
pub mod me;
pub mod my_data;
pub mod notices;
pub mod offers;
pub mod outbox;
pub mod overview;
mod passwords;
pub mod people;
pub mod pins;
mod places;
pub mod plans;
pub mod platforms;
pub mod pools;
pub mod pressure;
pub mod preview;
pub mod publication;
pub mod reminders;
pub mod requests;
pub mod retention;
pub mod rounds;
pub mod scenarios;
pub mod schools;
mod sender;
pub mod sessions;
pub mod shares;
pub mod sign_in;
mod sites;
mod situation;
pub mod solving;
pub mod swaps;
pub mod teachers;
mod thinking;
pub mod timetable;
mod trial;
pub mod waiting;
pub mod webhooks;
pub mod week;

pub use error::{AppError, AppResult};
pub use places::People;

use crate::{domain::network::Reachable, store::Store};
use bell::Bell;
use chrono::{DateTime, SubsecRound, Utc};
use jobs::SolveLimits;
use retention::Retention;
use std::sync::Arc;

/// What the use cases need to know of the installation.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where people reach the service, without a slash at the end, e.g. `https://creneau.example.org`.
    pub public_url: String,
    /// The domain in calendar UIDs and Message-IDs; it must never change.
    pub domain: String,
}

/// What every use case needs; cloning it is cheap.
#[derive(Clone)]
pub struct App {
    pub(crate) store: Store,
    pub(crate) settings: Arc<Settings>,
    pub(crate) solve_limits: SolveLimits,
    pub(crate) retention: Retention,
    pub(crate) reachable: Reachable,
    pub(crate) load: Arc<load::LoadSettings>,
    pub(crate) bell: Arc<Bell>,
    pub(crate) passwords: Arc<passwords::Passwords>,
    pub(crate) marks: Arc<identity::Marks>,
    calendars: Arc<feeds::calendar::Calendars>,
    sites: Arc<sites::Sites>,
    looks: Arc<offers::Looks>,
    thinkers: Arc<thinking::Thinkers>,
}

impl App {
    /// The use cases on this database.
    pub fn new(store: Store, settings: Settings) -> Self {
        Self {
            store,
            settings: Arc::new(settings),
            solve_limits: SolveLimits::default(),
            retention: Retention::default(),
            reachable: Reachable::default(),
            load: Arc::default(),
            bell: Arc::default(),
            passwords: Arc::default(),
            marks: Arc::default(),
            sites: Arc::default(),
            looks: Arc::default(),
            thinkers: Arc::default(),
            calendars: Arc::new(feeds::calendar::Calendars::within(feeds::calendar::USUAL_BYTES)),
        }
    }

    /// The same with other limits for solving.
    #[must_use]
    pub fn with_solve_limits(self, solve_limits: SolveLimits) -> Self {
        Self { solve_limits, ..self }
    }

    /// The same with other rules of how long things are kept.
    #[must_use]
    pub fn with_retention(self, retention: Retention) -> Self {
        Self { retention, ..self }
    }

    /// The same with webhooks at other addresses, too.
    #[must_use]
    pub fn with_reachable(self, reachable: Reachable) -> Self {
        Self { reachable, ..self }
    }

    /// The same with sources of load at these addresses.
    #[must_use]
    pub fn with_load(self, load: load::LoadSettings) -> Self {
        Self { load: Arc::new(load), ..self }
    }

    /// The time, to the second: the precision of calendars, and one that every database keeps.
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(0)
    }

    /// Whether the database answers and its tables are up to date.
    ///
    /// # Errors
    /// `Unavailable`, with the reason.
    pub async fn is_ready(&self) -> AppResult<()> {
        let store = self.store.clone();
        let ready = tokio::task::spawn_blocking(move || store.is_ready()).await;
        match ready.map_err(|stopped| AppError::Internal(stopped.to_string()))?? {
            true => Ok(()),
            false => Err(AppError::Unavailable("tables are missing: run creneau migrate".to_owned())),
        }
    }
}
