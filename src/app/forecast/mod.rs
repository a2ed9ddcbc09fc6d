//! What load is to be expected at the places that are observed, made anew from what came in.
//!
//! - [`map`]: a place's week, observed, expected, planned, and what is left
//! - [`policy`]: whether what is expected besides classes is taken off a pool's limits
//! - [`forms`]: that week as a table, as OpenMetrics, as a picture
//! - [`quiet`]: when a class would find the least load
//! - [`alerts`]: of what people are warned
//! - [`warnings`]: the mails of it

pub mod alerts;
mod forms;
pub mod map;
pub mod policy;
pub mod quiet;
mod warnings;

use super::{App, AppError, AppResult};
use crate::{
    domain::{
        capacity::{Pool, PoolKind, PoolOwner},
        forecast::{DayTypes, Figures, Forecast, Series, forecast},
        id::Id,
        load::{CELL_SECONDS, Cell, HOUR_SECONDS, Metric, Place, PlaceKind},
        people::School,
        time::day_start,
    },
    store::{self, Conn, forecasts::Made},
};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// How far back observations count: a school year, so that its holidays are known.
const BACK: Duration = Duration::days(400);
/// How many days ahead are expected.
const AHEAD: usize = 400;
/// Raised whenever forecasts are made otherwise, so that all are made anew.
const MAKING: u32 = 2;
/// Minutes of a cell.
const STEP: u32 = 5;

/// All that a forecast is made of.
struct Material {
    observed: Series,
    own: Series,
    types: DayTypes,
    zone: Tz,
    today: NaiveDate,
    known: String,
}

impl App {
    /// Makes the forecasts of a place anew where whole days have been observed since, or came in late; and looks whether
    /// people are to be warned. Workers call it when samples have come in (`jobs/forecast.rs`): the same ones again cost a look at them.
    ///
    /// # Errors
    /// those of the database.
    pub fn refresh_forecast(&self, place: &Place) -> AppResult<()> {
        let now = self.now();
        for metric in [Metric::Connections, Metric::Logins] {
            let material = self.store.read_now(|conn| material(conn, place, metric, now))?;
            if let Some((made, forecast, days)) = material.and_then(|material| material.forecast(now)) {
                let replace = |conn: &mut Conn| {
                    Ok::<_, AppError>(store::forecasts::replace(conn, (place, metric), &made, &forecast, &days)?)
                };
                self.store.write_now(replace)?;
                tracing::info!(%place, metric = metric.as_str(), method = made.figures.method.as_str(), "forecast");
            }
            self.watch_load(place, metric)?;
        }
        Ok(())
    }

    /// The metrics of places of which there are samples.
    ///
    /// # Errors
    /// those of the database.
    pub fn observed_places(&self) -> AppResult<Vec<store::load::Known>> {
        self.store.read_now(|conn| Ok(store::load::known(conn)?))
    }
}

/// The type of each day to come.
type DaysToCome = Vec<(NaiveDate, String)>;

impl Material {
    /// The forecast, with the types of the days to come; nothing while too little was observed.
    fn forecast(self, now: DateTime<Utc>) -> Option<(Made, Forecast, DaysToCome)> {
        let Self { observed, own, types, zone, today, known } = self;
        let background = observed.cleaned().less(&own);
        let days: Vec<NaiveDate> = today.iter_days().take(AHEAD).collect();
        let forecast = forecast(&background, &types, days.iter().copied())?;
        let figures = Figures::of(&forecast.backtest, forecast.through);
        let days = days.into_iter().map(|day| (day, types.of(day).to_string())).collect();
        Some((Made { id: Id::new(now), made_at: now, zone, known, figures }, forecast, days))
    }
}

/// What a forecast is to be made of; nothing when it would be that which there is.
fn material(conn: &mut Conn, place: &Place, metric: Metric, now: DateTime<Utc>) -> AppResult<Option<Material>> {
    let zone = zone_of(conn, place)?;
    // Only whole days count, so that a forecast is the same all day; and only once nobody is warned of their last hour any
    // more: what is compared with a forecast must not be in it.
    let today = (now - alerts::RECENT).with_timezone(&zone).date_naive();
    let (from, until) = (day_start(zone, today) - BACK, day_start(zone, today));
    let cells = store::load::cells(conn, place, metric, from, until)?;
    let hours = store::load::hours(conn, place, metric, from, until)?;
    if cells.is_empty() && hours.is_empty() {
        return Ok(None);
    }
    let own = planned(conn, (place, metric), (from, until))?;
    let calendars: Vec<_> = schools_of(conn, place)?.into_iter().map(|school| school.calendar).collect();
    let known = fingerprint(&(&cells, &hours, &calendars, today, zone.name(), MAKING))?;
    if store::forecasts::made(conn, place, metric)?.is_some_and(|made| made.known == known) {
        return Ok(None);
    }
    let (mut observed, mut ours) = (Series::new(STEP), Series::new(STEP));
    for cell in &hours {
        let at = instant(cell.cell * HOUR_SECONDS);
        for step in 0..12 {
            let at = at + Duration::minutes(i64::from(STEP * step));
            observed.put(at.with_timezone(&zone).naive_local(), in_cell(metric, cell.mean));
        }
    }
    for cell in &cells {
        let at = instant(cell.cell * CELL_SECONDS);
        observed.put(at.with_timezone(&zone).naive_local(), value(metric, cell));
    }
    for (at, connections) in own {
        ours.put(at.with_timezone(&zone).naive_local(), f64::from(connections));
    }
    Ok(Some(Material { observed, own: ours, types: DayTypes::of_schools(calendars), zone, today, known }))
}

/// What is counted in five minutes: the most connections at a time, or the logins of all five.
fn value(metric: Metric, cell: &Cell) -> f64 {
    match metric {
        Metric::Connections => cell.peak,
        Metric::Logins => in_cell(metric, cell.mean),
    }
}

fn in_cell(metric: Metric, mean: f64) -> f64 {
    match metric {
        Metric::Connections => mean,
        Metric::Logins => mean * f64::from(STEP),
    }
}

fn instant(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

fn fingerprint(of: &impl serde::Serialize) -> AppResult<String> {
    let text = serde_json::to_vec(of).map_err(|error| AppError::Internal(error.to_string()))?;
    Ok(hex::encode(Sha256::digest(&text))[..32].to_owned())
}

/// The pool of a place in which such a metric counts: the first, where there are several.
fn pool_of(conn: &mut Conn, place: &Place, metric: Metric) -> AppResult<Option<Pool>> {
    let pools = match place.kind {
        PlaceKind::Platform => {
            let owner = PoolOwner { platform: Some(place.id.clone()), federation: None };
            store::pools::of_owner(conn, &owner)?
        }
        PlaceKind::Federation => {
            let owner = PoolOwner { platform: None, federation: Some(place.id.clone()) };
            store::pools::of_owner(conn, &owner)?
        }
        PlaceKind::School => match store::pools::of_school(conn, &place.id)?.into_iter().next() {
            Some(pool) if store::pools::is_own(conn, &pool.id)? => vec![pool],
            _ => Vec::new(),
        },
    };
    Ok(pools.into_iter().find(|pool| matches!(pool.kind, PoolKind::Concurrent) == (metric == Metric::Connections)))
}

/// What our own classes take of a place in each five minutes.
fn planned(
    conn: &mut Conn,
    (place, metric): (&Place, Metric),
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> AppResult<HashMap<DateTime<Utc>, u32>> {
    let Some(pool) = pool_of(conn, place, metric)? else { return Ok(HashMap::new()) };
    let uses = store::usage::between(conn, &[pool.id], from, until)?;
    Ok(uses.into_iter().map(|taken| (taken.at, taken.connections)).collect())
}

/// The schools of a place.
fn schools_of(conn: &mut Conn, place: &Place) -> AppResult<Vec<School>> {
    let platforms = match place.kind {
        PlaceKind::School => return Ok(vec![store::schools::get(conn, &place.id)?]),
        PlaceKind::Platform => vec![place.id.clone()],
        PlaceKind::Federation => store::platforms::of_federation(conn, &place.id)?,
    };
    Ok(store::schools::of_platforms(conn, &platforms)?)
}

/// The time zone in which a place's days are.
fn zone_of(conn: &mut Conn, place: &Place) -> AppResult<Tz> {
    let platform = match place.kind {
        PlaceKind::School => return Ok(store::schools::get(conn, &place.id)?.zone()),
        PlaceKind::Platform => Some(place.id.clone()),
        PlaceKind::Federation => store::platforms::of_federation(conn, &place.id)?.into_iter().next(),
    };
    let zone = match platform {
        Some(id) => store::platforms::get(conn, &id)?.time_zone.parse().ok(),
        None => None,
    };
    Ok(zone.unwrap_or(chrono_tz::Europe::Paris))
}
