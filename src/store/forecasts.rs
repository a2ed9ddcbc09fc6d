//! What load is expected of places: a profile for each type of day, and of which type the days to come are.

use super::{
    Conn, StoreError,
    conn::on_backend,
    load::of_place,
    pools,
    schema::{forecast_days, forecast_profiles, forecasts},
    types::{ROWS, column, utc},
};
use crate::domain::{
    capacity::{CELL, Policy, Pool, PoolKind, PoolUse},
    forecast::{Expected, Figures, Forecast},
    id::Id,
    load::{Metric, Place},
};
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, Timelike, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// What is known of a forecast besides its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// Identifier.
    pub id: Id,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// The time zone in which its days are.
    pub zone: Tz,
    /// Stands for the observations that it was made of.
    pub known: String,
    /// How good it is.
    pub figures: Figures,
}

/// What is expected in each slot of a day; nothing where nothing is known.
type Slots = Vec<Option<u32>>;
/// A profile of a type of day, as numbers.
type Profile = (Slots, Slots);
/// Stands in a profile where nothing is known.
const UNKNOWN: &str = "-";

/// The forecast of a metric of a place, if there is one.
///
/// # Errors
/// those of the database.
pub fn made(conn: &mut Conn, place: &Place, metric: Metric) -> Result<Option<Made>, StoreError> {
    let (platform, federation, school) = of_place(place);
    // Two of the three are null, which nothing equals.
    let at_place = forecasts::platform_id
        .eq(platform)
        .or(forecasts::federation_id.eq(federation))
        .or(forecasts::school_id.eq(school))
        .assume_not_null();
    let row = forecasts::table
        .filter(at_place)
        .filter(forecasts::metric.eq(metric.as_str()))
        .select((forecasts::id, forecasts::made_at, forecasts::time_zone, forecasts::known, forecasts::figures))
        .first::<(String, NaiveDateTime, String, String, String)>(conn)
        .optional()?;
    let Some((id, made_at, zone, known, figures)) = row else { return Ok(None) };
    let figures = serde_json::from_str(&figures).map_err(|error| StoreError::Other(error.to_string()))?;
    let zone = zone.parse().map_err(|_| StoreError::Other(format!("{zone:?} is no time zone")))?;
    Ok(Some(Made { id: id.into(), made_at: utc(made_at), zone, known, figures }))
}

/// Puts a forecast in the place of the one before.
///
/// # Errors
/// those of the database.
pub fn replace(
    conn: &mut Conn,
    (place, metric): (&Place, Metric),
    new: &Made,
    forecast: &Forecast,
    days: &[(NaiveDate, String)],
) -> Result<(), StoreError> {
    if let Some(old) = made(conn, place, metric)? {
        diesel::delete(forecasts::table.filter(forecasts::id.eq(old.id.as_str()))).execute(conn)?;
    }
    let (platform, federation, school) = of_place(place);
    let figures = serde_json::to_string(&new.figures).map_err(|error| StoreError::Other(error.to_string()))?;
    diesel::insert_into(forecasts::table)
        .values((
            forecasts::id.eq(new.id.as_str()),
            forecasts::platform_id.eq(platform),
            forecasts::federation_id.eq(federation),
            forecasts::school_id.eq(school),
            forecasts::metric.eq(metric.as_str()),
            forecasts::made_at.eq(column(new.made_at)),
            forecasts::time_zone.eq(new.zone.name()),
            forecasts::known.eq(&new.known),
            forecasts::figures.eq(figures),
        ))
        .execute(conn)?;
    let profiles: Vec<_> = forecast
        .profiles
        .iter()
        .map(|(of_day, profile)| {
            (
                forecast_profiles::forecast_id.eq(new.id.as_str()),
                forecast_profiles::day_type.eq(of_day.to_string()),
                forecast_profiles::median.eq(text(&profile.median)),
                forecast_profiles::upper.eq(text(&profile.upper)),
            )
        })
        .collect();
    for part in profiles.chunks(ROWS) {
        on_backend!(conn, conn => diesel::insert_into(forecast_profiles::table).values(part).execute(conn))?;
    }
    let days: Vec<_> = days
        .iter()
        .map(|(day, of_day)| {
            (
                forecast_days::forecast_id.eq(new.id.as_str()),
                forecast_days::day.eq(day.to_string()),
                forecast_days::day_type.eq(of_day),
            )
        })
        .collect();
    for part in days.chunks(ROWS) {
        on_backend!(conn, conn => diesel::insert_into(forecast_days::table).values(part).execute(conn))?;
    }
    Ok(())
}

/// The types of the days from one to another that a forecast knows.
///
/// # Errors
/// those of the database.
pub fn day_types(
    conn: &mut Conn,
    made: &Made,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<BTreeMap<NaiveDate, String>, StoreError> {
    let rows = forecast_days::table
        .filter(forecast_days::forecast_id.eq(made.id.as_str()))
        .filter(forecast_days::day.between(from.to_string(), to.to_string()))
        .select((forecast_days::day, forecast_days::day_type))
        .load::<(String, String)>(conn)?;
    Ok(rows.into_iter().filter_map(|(day, of_day)| Some((day.parse().ok()?, of_day))).collect())
}

/// What a forecast expects in every five minutes that begin from `from` on and before `to`; those of days and
/// hours that it does not know are left out.
///
/// # Errors
/// those of the database.
pub fn expected(
    conn: &mut Conn,
    made: &Made,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Expected>, StoreError> {
    let local = |at: DateTime<Utc>| at.with_timezone(&made.zone).naive_local();
    let days = day_types(conn, made, (local(from).date(), local(to).date()))?;
    let mut types: Vec<&str> = days.values().map(String::as_str).collect();
    types.sort_unstable();
    types.dedup();
    let rows = forecast_profiles::table
        .filter(forecast_profiles::forecast_id.eq(made.id.as_str()))
        .filter(forecast_profiles::day_type.eq_any(types))
        .select((forecast_profiles::day_type, forecast_profiles::median, forecast_profiles::upper))
        .load::<(String, String, String)>(conn)?;
    let profiles: HashMap<String, Profile> =
        rows.into_iter().map(|(of_day, median, upper)| (of_day, (numbers(&median), numbers(&upper)))).collect();
    let into_cell = from.timestamp().rem_euclid(CELL.num_seconds());
    let mut at = if into_cell == 0 { from } else { from + CELL - Duration::seconds(into_cell) };
    let mut out = Vec::new();
    while at < to {
        let local = local(at);
        let slot = (local.num_seconds_from_midnight() / 300) as usize;
        if let Some((median, upper)) = days.get(&local.date()).and_then(|of_day| profiles.get(of_day))
            && let (Some(Some(median)), Some(Some(upper))) = (median.get(slot), upper.get(slot))
        {
            out.push(Expected { at, median: *median, upper: *upper });
        }
        at += CELL;
    }
    Ok(out)
}

/// What is counted of the place of a pool, and which place it is; nothing of a pool that is nobody's.
///
/// # Errors
/// those of the database.
pub fn place_of(conn: &mut Conn, pool: &Pool) -> Result<Option<(Place, Metric)>, StoreError> {
    let metric = match pool.kind {
        PoolKind::Concurrent => Metric::Connections,
        PoolKind::Arrivals { .. } => Metric::Logins,
    };
    let owner = pool.owner.clone();
    let of_owner = owner.platform.map(Place::platform).or(owner.federation.map(Place::federation));
    let place = match of_owner {
        Some(place) => Some(place),
        None => pools::owner_of(conn, &pool.id)?.map(Place::school),
    };
    Ok(place.map(|place| (place, metric)))
}

/// Puts in what is expected besides classes in every five minutes of a stretch, for pools whose policy asks for it.
///
/// # Errors
/// those of the database.
pub fn put_background(
    conn: &mut Conn,
    pools: &[Pool],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    uses: &mut Vec<PoolUse>,
) -> Result<(), StoreError> {
    for pool in pools.iter().filter(|pool| pool.background.policy != Policy::Off) {
        let Some((place, metric)) = place_of(conn, pool)? else { continue };
        let Some(made) = made(conn, &place, metric)? else { continue };
        let known: HashMap<DateTime<Utc>, usize> =
            uses.iter().enumerate().filter(|(_, one)| one.pool == pool.id).map(|(at, one)| (one.at, at)).collect();
        for Expected { at, upper, .. } in expected(conn, &made, (from, to))?.into_iter().filter(|one| one.upper > 0) {
            let background = pool.background.with_margin(upper);
            let kept = if pool.background.policy == Policy::Enforce { background } else { 0 };
            match known.get(&at).and_then(|place| uses.get_mut(*place)) {
                Some(one) => (one.background, one.kept) = (background, kept),
                None => uses.push(PoolUse {
                    pool: pool.id.clone(),
                    at,
                    connections: 0,
                    own: 0,
                    beyond: 0,
                    background,
                    kept,
                }),
            }
        }
    }
    Ok(())
}

fn text(slots: &[Option<u32>]) -> String {
    let number = |slot: &Option<u32>| slot.map_or_else(|| UNKNOWN.to_owned(), |number| number.to_string());
    slots.iter().map(number).collect::<Vec<_>>().join(" ")
}

fn numbers(text: &str) -> Slots {
    text.split(' ').map(|number| number.parse().ok()).collect()
}
