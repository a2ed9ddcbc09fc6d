//! What came of inputs: kept, and shown to those who send them.

use super::{FEEDERS, may_feed, one_place};
use crate::{
    app::{App, AppError, AppResult, call::note_school},
    domain::{
        access::{Principal, Role},
        finding::Findings,
        id::Id,
        load::{
            Place, PlaceKind,
            report::{Ingestion, Input, Report},
        },
    },
    store::{self, load::ingestions::Of},
};
use chrono::{SubsecRound, Utc};
use serde::Deserialize;
use utoipa::IntoParams;

/// Ingestions in one list.
const LISTED: u32 = 200;

/// Which ingestions are asked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IngestionsAsked {
    /// Those of a platform.
    pub platform: Option<Id>,
    /// Of a federation.
    pub federation: Option<Id>,
    /// Of a school.
    pub school: Option<Id>,
    /// Of a source.
    pub source: Option<Id>,
}

impl App {
    /// What came of inputs, the newest first: at most two hundred. An operator sees those of all places, an admin those of
    /// the own school.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Invalid`.
    pub async fn ingestions(&self, who: &Principal, asked: IngestionsAsked) -> AppResult<Vec<Ingestion>> {
        let mut findings = Findings::default();
        let place = one_place(&asked.platform, &asked.federation, &asked.school, false, &mut findings);
        findings.into_result()?;
        let who = who.clone();
        self.store
            .read(move |conn| {
                if who.role() == Role::Teacher {
                    return Err(AppError::forbidden(FEEDERS));
                }
                if let Some(source) = &asked.source {
                    let found = store::load::sources::get(conn, source);
                    let found = found.map_err(|error| error.or_unknown("source", source))?;
                    may_feed(conn, &who, &found.place)?;
                    return Ok(store::load::ingestions::list(conn, &Of::Source(source), LISTED)?);
                }
                let own = who.school().cloned().map(Place::school);
                let Some(place) = place.clone().or(own) else {
                    return Ok(store::load::ingestions::list(conn, &Of::All, LISTED)?);
                };
                may_feed(conn, &who, &place)?;
                Ok(store::load::ingestions::list(conn, &Of::Place(&place), LISTED)?)
            })
            .await
    }

    /// What came of one input.
    ///
    /// # Errors
    /// `Forbidden` for teachers, `NotFound` also for those of others.
    pub async fn ingestion(&self, who: &Principal, id: &Id) -> AppResult<Ingestion> {
        let (who, id) = (who.clone(), id.clone());
        self.store
            .read(move |conn| {
                if who.role() == Role::Teacher {
                    return Err(AppError::forbidden(FEEDERS));
                }
                let found = store::load::ingestions::get(conn, &id);
                let found = found.map_err(|error| error.or_unknown("ingestion", &id))?;
                let is_own = match &found.place {
                    Some(Place { kind: PlaceKind::School, id }) => who.may_run(id),
                    _ => who.may_operate(),
                };
                if is_own { Ok(found) } else { Err(AppError::not_found("ingestion", &id)) }
            })
            .await
    }

    /// Keeps what came of an input, with the request that sent it.
    pub(super) async fn keep_report(&self, place: Option<Place>, input: Input, report: Report) -> AppResult<Ingestion> {
        let school = place.as_ref().filter(|place| place.kind == PlaceKind::School);
        note_school(school.map(|place| &place.id));
        // Finer than other times: of two inputs in a second one came first.
        let at = Utc::now().trunc_subsecs(6);
        let ingestion = Ingestion { id: Id::new(at), place, source: None, input, at, report };
        self.write(move |conn| {
            store::load::ingestions::insert(conn, &ingestion)?;
            Ok(ingestion.clone())
        })
        .await
    }
}
