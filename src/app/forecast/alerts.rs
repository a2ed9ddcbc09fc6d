//! Of what people are warned: load above what was expected, or near a limit. Each is told once, and once that it is over.

use super::{
    map::{in_cells, visible},
    pool_of, schools_of, warnings, zone_of,
};
use crate::{
    app::{App, AppError, AppResult, Settings, events},
    domain::{
        access::Principal,
        alert::{Alert, AlertKind, Reading, Turn, turn},
        capacity::CELL,
        id::Id,
        load::{Metric, Place},
    },
    store::{self, Conn},
    telemetry::names,
};
use chrono::{DateTime, Duration, Utc};
use std::collections::HashSet;

/// How far back readings count: what comes in later than that warns nobody any more, and an alert ends when there are none.
pub(super) const RECENT: Duration = Duration::minutes(60);
/// Alerts in one list.
const LISTED: i64 = 200;

impl App {
    /// The alerts of a place, the latest first: at most two hundred.
    ///
    /// # Errors
    /// those of [`App::load_week`].
    pub async fn load_alerts(&self, who: &Principal, place: Place) -> AppResult<Vec<Alert>> {
        let who = who.clone();
        self.store
            .read(move |conn| {
                visible(conn, &who, &place)?;
                Ok(store::alerts::of(conn, &place, Some(LISTED))?)
            })
            .await
    }

    /// Looks whether alerts that last are over: of a place of which nothing comes in any more nothing else would tell.
    ///
    /// # Errors
    /// those of the database.
    pub fn watch_lasting_alerts(&self) -> AppResult<()> {
        let lasting = self.store.read_now(|conn| Ok::<_, AppError>(store::alerts::all_lasting(conn)?))?;
        let watched: HashSet<(Place, Metric)> = lasting.into_iter().map(|one| (one.place, one.metric)).collect();
        watched.iter().try_for_each(|(place, metric)| self.watch_load(place, *metric))
    }

    /// Looks whether the last observations of a place begin or end an alert.
    pub(super) fn watch_load(&self, place: &Place, metric: Metric) -> AppResult<()> {
        let now = self.now();
        let turns = self.store.read_now(|conn| turns(conn, (place, metric), now))?;
        if !turns.is_empty() {
            self.store.write_now(|conn| -> AppResult<()> {
                // Each is asked again there: another process may have been first.
                turns
                    .iter()
                    .try_for_each(|(kind, turn)| take(conn, &self.settings, (place, metric), (*kind, *turn), now))
            })?;
            self.bell.ring();
        }
        for kind in AlertKind::ALL {
            let count = self.store.read_now(|conn| Ok::<_, AppError>(store::alerts::count_lasting(conn, kind)?))?;
            metrics::gauge!(names::LOAD_ALERTS, "kind" => kind.as_str()).set(f64::from(count));
        }
        Ok(())
    }
}

/// What the last observations make of the alerts of a place.
fn turns(conn: &mut Conn, (place, metric): (&Place, Metric), now: DateTime<Utc>) -> AppResult<Vec<(AlertKind, Turn)>> {
    let zone = zone_of(conn, place)?;
    let pool = pool_of(conn, place, metric)?;
    let end = now - Duration::seconds(now.timestamp().rem_euclid(CELL.num_seconds()));
    let cells = in_cells(conn, (place, metric), pool.as_ref(), zone, (end - RECENT, end))?;
    let mut out = Vec::new();
    for kind in AlertKind::ALL {
        let readings: Vec<Reading> = cells
            .iter()
            .filter_map(|cell| {
                let bound = match kind {
                    AlertKind::AboveForecast => cell.upper?.saturating_add(cell.planned),
                    AlertKind::NearLimit => cell.limit?,
                };
                Some(Reading { at: cell.start.utc, observed: cell.observed?, bound })
            })
            .collect();
        let lasts = store::alerts::lasting(conn, place, metric, kind)?.is_some();
        out.extend(turn(kind, lasts, &readings).map(|turn| (kind, turn)));
    }
    Ok(out)
}

fn take(
    conn: &mut Conn,
    settings: &Settings,
    (place, metric): (&Place, Metric),
    (kind, turn): (AlertKind, Turn),
    now: DateTime<Utc>,
) -> AppResult<()> {
    let lasting = store::alerts::lasting(conn, place, metric, kind)?;
    let alert = match (turn, lasting) {
        (Turn::Begins(reading), None) => {
            let alert = Alert {
                id: Id::new(now),
                place: place.clone(),
                metric,
                kind,
                began_at: reading.at,
                ended_at: None,
                observed: reading.observed,
                bound: reading.bound,
            };
            store::alerts::insert(conn, &alert)?;
            alert
        }
        (Turn::Ends | Turn::FallsSilent, Some(alert)) => {
            store::alerts::end(conn, &alert, now)?;
            Alert { ended_at: Some(now), ..alert }
        }
        _ => return Ok(()),
    };
    let schools = schools_of(conn, place)?;
    warnings::announce(conn, settings, &schools, (&alert, turn == Turn::FallsSilent), now)?;
    events::load_alert(conn, &schools, &alert, now)
}
