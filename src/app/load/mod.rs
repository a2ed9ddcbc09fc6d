//! Observed load: who may bring it and who may see it, and by which ways it comes.

mod csv;
mod fetched;
mod ingestions;
mod intake;
mod log;
mod openmetrics;
mod sources;

pub use self::{
    csv::TableOptions,
    fetched::Fetch,
    ingestions::IngestionsAsked,
    log::count_log,
    openmetrics::PlaceOptions,
    sources::{NewSource, SourceDetails},
};

use super::{App, AppError, AppResult};
use crate::{
    domain::{
        access::Principal,
        finding::Findings,
        id::Id,
        load::{Cell, Metric, Place, PlaceKind},
        network::Reachable,
    },
    store::{self, Conn},
};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The longest stretch that is read at once: a quarter of a year of five minutes.
const LONGEST: Duration = Duration::days(92);

/// Which sources may be read.
#[derive(Clone, Debug, Default)]
pub struct LoadSettings {
    /// The addresses that sources may have.
    pub origins: crate::domain::load::source::AllowedOrigins,
    /// What the names in them may mean: the public internet, and networks of one's own.
    pub reachable: Reachable,
}

/// Which observed load is asked for.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CellsAsked {
    /// The platform.
    pub platform: Option<Id>,
    /// Or the federation.
    pub federation: Option<Id>,
    /// Or the school.
    pub school: Option<Id>,
    /// What is counted.
    pub metric: Metric,
    /// The first instant.
    #[param(example = "2020-03-16T00:00:00Z")]
    pub from: DateTime<Utc>,
    /// The first instant that is not asked for any more: 92 days later at most.
    #[param(example = "2020-03-23T00:00:00Z")]
    pub until: DateTime<Utc>,
}

/// What was observed of a place.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Observed {
    /// The place.
    pub place: Place,
    /// What is counted: connections, or logins a minute.
    pub metric: Metric,
    /// Five minutes of which something is known.
    pub cells: Vec<Cell>,
    /// Hours, of what is older.
    pub hours: Vec<Cell>,
}

impl App {
    /// What was observed of a place. What is known of platforms and federations is for everybody: off-peak hours are found
    /// by it.
    ///
    /// # Errors
    /// `NotFound` also for schools of others, `Invalid` with every finding.
    pub async fn observed_load(&self, who: &Principal, asked: CellsAsked) -> AppResult<Observed> {
        let mut findings = Findings::default();
        let place = one_place(&asked.platform, &asked.federation, &asked.school, true, &mut findings);
        if asked.until <= asked.from || asked.until - asked.from > LONGEST {
            let message = "it is no stretch of time of at most 92 days";
            findings.add("bad-span", "until", message, "ask for less, and again for the rest");
        }
        let Some(place) = place.filter(|_| findings.0.is_empty()) else { return Err(findings.into()) };
        let who = who.clone();
        self.store
            .read(move |conn| {
                may_see(conn, &who, &place)?;
                let (metric, from, until) = (asked.metric, asked.from, asked.until);
                let cells = store::load::cells(conn, &place, metric, from, until)?;
                let hours = store::load::hours(conn, &place, metric, from, until)?;
                Ok(Observed { place: place.clone(), metric, cells, hours })
            })
            .await
    }
}

/// The place of which one of three parameters gives the id; none when none does and none must.
fn one_place(
    platform: &Option<Id>,
    federation: &Option<Id>,
    school: &Option<Id>,
    is_needed: bool,
    findings: &mut Findings,
) -> Option<Place> {
    let kinds = [PlaceKind::Platform, PlaceKind::Federation, PlaceKind::School];
    let named = kinds.into_iter().zip([platform, federation, school]);
    let mut named: Vec<Place> =
        named.filter_map(|(kind, id)| id.as_ref().map(|id| Place { kind, id: id.clone() })).collect();
    let action = "name the platform, the federation or the school";
    match named.len() {
        0 if is_needed => findings.add("missing-place", "?", "it does not tell whose load it is", action),
        0 | 1 => return named.pop(),
        _ => findings.add("two-places", "?", "it is of one place", action),
    }
    None
}

/// The place of lines that name none, of those who belong to a school.
fn own_school(who: &Principal) -> Option<Place> {
    who.school().cloned().map(Place::school)
}

/// Whether there is such a place, and whoever asks may know what is observed of it.
fn may_see(conn: &mut Conn, who: &Principal, place: &Place) -> AppResult<()> {
    let Place { kind, id } = place;
    match kind {
        PlaceKind::Platform => store::platforms::get(conn, id).map(drop),
        PlaceKind::Federation => store::platforms::federation(conn, id).map(drop),
        PlaceKind::School if who.may_see(id) => store::schools::get(conn, id).map(drop),
        PlaceKind::School => return Err(AppError::not_found("school", id)),
    }
    .map_err(|error| error.or_unknown(kind.as_str(), id))
}

/// Whether whoever asks may say what a place's load is.
fn may_feed(conn: &mut Conn, who: &Principal, place: &Place) -> AppResult<()> {
    may_see(conn, who, place)?;
    let may = match place.kind {
        PlaceKind::School => who.may_run(&place.id),
        PlaceKind::Platform | PlaceKind::Federation => who.may_operate(),
    };
    if may { Ok(()) } else { Err(AppError::forbidden(FEEDERS)) }
}

const FEEDERS: &str = "an operator brings the load of platforms and federations, an admin that of the own school";
