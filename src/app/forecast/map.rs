//! The load of a place through a week: observed, expected besides classes, planned by Créneau, and what is left.

use super::{pool_of, value, zone_of};
use crate::{
    app::{App, AppResult, schools::see},
    domain::{
        access::Principal,
        capacity::{Background, CELL, Pool, PoolKind},
        forecast::{Expected, Figures},
        id::Id,
        load::{CELL_SECONDS, HOUR_SECONDS, Metric, Place, PlaceKind},
        time::day_start,
    },
    planning::names::Moment,
    store::{self, Conn},
};
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// The load of a place through a week.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LoadWeek {
    /// The place.
    pub place: Place,
    /// Its name.
    pub name: String,
    /// What is counted.
    pub metric: Metric,
    /// The Monday.
    pub monday: NaiveDate,
    /// The time zone of its days, an IANA name.
    pub time_zone: String,
    /// Minutes within which logins count together, from each instant on; none for connections at a time.
    pub window_minutes: Option<u32>,
    /// The pool whose limit it is; nothing when the place has none for what is counted.
    pub pool: Option<Id>,
    /// How what is expected counts against that limit.
    pub background: Background,
    /// How good the forecast is; nothing while there is none.
    pub forecast: Option<MadeView>,
    /// The days.
    pub days: Vec<DayView>,
    /// Every five minutes.
    pub cells: Vec<LoadCell>,
}

/// When a forecast was made, and how good it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MadeView {
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// How good it is.
    #[serde(flatten)]
    pub figures: Figures,
}

/// A day of the week.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DayView {
    /// The day.
    pub date: NaiveDate,
    /// What it is like: `term`, `holidays` with the zones that have them, or `closed`, each with its ISO weekday; nothing
    /// when the forecast does not know the day.
    #[schema(example = "holidays-B-3")]
    pub day_type: Option<String>,
}

/// What is so in five minutes. Of logins: within the window from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LoadCell {
    /// When they begin.
    pub start: Moment,
    /// What was counted, classes and all else.
    pub observed: Option<u32>,
    /// What is expected besides classes: as much as not, it is less.
    pub median: Option<u32>,
    /// Nearly always it is less than this.
    pub upper: Option<u32>,
    /// Connections that Créneau's classes are expected to take.
    pub planned: u32,
    /// The limit.
    pub limit: Option<u32>,
    /// What it leaves: of what was counted or, where nothing is yet, of classes, the upper value and its margin.
    pub left: Option<u32>,
}

impl LoadCell {
    /// What is counted or, where nothing is yet, expected at most with all classes.
    pub fn load(&self) -> Option<u32> {
        let expected = self.upper.map(|upper| upper.saturating_add(self.planned));
        self.observed.or(expected).or((self.planned > 0).then_some(self.planned))
    }
}

impl App {
    /// The load of a place in the week of a day; of this week when none is given.
    ///
    /// # Errors
    /// `NotFound`, also for schools of others.
    pub async fn load_week(
        &self,
        who: &Principal,
        place: Place,
        metric: Metric,
        day: Option<NaiveDate>,
    ) -> AppResult<LoadWeek> {
        let (who, now) = (who.clone(), self.now());
        self.store
            .read(move |conn| {
                let name = visible(conn, &who, &place)?;
                let zone = zone_of(conn, &place)?;
                let day = day.unwrap_or_else(|| now.with_timezone(&zone).date_naive());
                week_of(conn, (place.clone(), name), metric, (zone, day))
            })
            .await
    }
}

/// A place's name, for those who may see its load: a school's is its own people's. What platforms and federations carry is
/// for everybody: off-peak hours are found by it, and it tells nothing of one school.
///
/// # Errors
/// `NotFound`.
pub(super) fn visible(conn: &mut Conn, who: &Principal, place: &Place) -> AppResult<String> {
    let unknown = |error: store::StoreError| error.or_unknown(place.kind.as_str(), &place.id);
    Ok(match place.kind {
        PlaceKind::School => see(conn, who, &place.id)?.name,
        PlaceKind::Platform => store::platforms::get(conn, &place.id).map_err(unknown)?.name,
        PlaceKind::Federation => store::platforms::federation(conn, &place.id).map_err(unknown)?.name,
    })
}

fn week_of(
    conn: &mut Conn,
    (place, name): (Place, String),
    metric: Metric,
    (zone, day): (Tz, NaiveDate),
) -> AppResult<LoadWeek> {
    let monday = day - Duration::days(i64::from(day.weekday().num_days_from_monday()));
    let (from, to) = (day_start(zone, monday), day_start(zone, monday + Duration::days(7)));
    let pool = pool_of(conn, &place, metric)?;
    let made = store::forecasts::made(conn, &place, metric)?;
    let cells = in_cells(conn, (&place, metric), pool.as_ref(), zone, (from, to))?;
    let types = match &made {
        Some(made) => store::forecasts::day_types(conn, made, (monday, monday + Duration::days(6)))?,
        None => Default::default(),
    };
    let days = monday.iter_days().take(7).map(|date| DayView { date, day_type: types.get(&date).cloned() });
    Ok(LoadWeek {
        name,
        metric,
        monday,
        time_zone: zone.name().to_owned(),
        window_minutes: (metric == Metric::Logins).then(|| window_minutes(pool.as_ref())),
        background: pool.as_ref().map(|pool| pool.background).unwrap_or_default(),
        pool: pool.map(|pool| pool.id),
        forecast: made.map(|made| MadeView { made_at: made.made_at, figures: made.figures }),
        days: days.collect(),
        cells,
        place,
    })
}

/// Minutes within which logins count together.
pub(super) fn window_minutes(pool: Option<&Pool>) -> u32 {
    window(pool) * 5
}

/// Cells that count together.
fn window(pool: Option<&Pool>) -> u32 {
    match pool.map(|pool| pool.kind) {
        Some(PoolKind::Arrivals { window_minutes }) => window_minutes.div_ceil(5).max(1),
        _ => 1,
    }
}

/// A place's load in every five minutes of a stretch.
pub(in crate::app) fn in_cells(
    conn: &mut Conn,
    (place, metric): (&Place, Metric),
    pool: Option<&Pool>,
    zone: Tz,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> AppResult<Vec<LoadCell>> {
    let window = i32::try_from(window(pool)).unwrap_or(1);
    let until = to + CELL * window;
    let observed = observed(conn, (place, metric), (from, until))?;
    let planned = super::planned(conn, (place, metric), (from, until))?;
    let expected: HashMap<DateTime<Utc>, Expected> = match store::forecasts::made(conn, place, metric)? {
        Some(made) => {
            let expected = store::forecasts::expected(conn, &made, (from, until))?;
            expected.into_iter().map(|one| (one.at, one)).collect()
        }
        None => HashMap::new(),
    };
    let mut cells = Vec::new();
    let mut at = from;
    while at < to {
        let together: Vec<DateTime<Utc>> = (0..window).map(|cell| at + CELL * cell).collect();
        let sum = |of: &dyn Fn(&DateTime<Utc>) -> Option<u32>| -> Option<u32> {
            together.iter().map(of).try_fold(0, |sum: u32, one| Some(sum.saturating_add(one?)))
        };
        let taken = sum(&|at| Some(planned.get(at).copied().unwrap_or(0))).unwrap_or(0);
        let upper = sum(&|at| Some(expected.get(at)?.upper));
        let limit = pool.and_then(|pool| together.iter().map(|at| pool.limit_at(*at, zone)).min());
        let aside = pool.map_or(0, |pool| pool.background.with_margin(upper.unwrap_or(0)));
        let observed_here = sum(&|at| observed.get(at).copied());
        cells.push(LoadCell {
            start: Moment { utc: at, local: at.with_timezone(&zone).naive_local() },
            observed: observed_here,
            median: sum(&|at| Some(expected.get(at)?.median)),
            upper,
            planned: taken,
            limit,
            left: limit.map(|limit| limit.saturating_sub(observed_here.unwrap_or(taken.saturating_add(aside)))),
        });
        at += CELL;
    }
    Ok(cells)
}

/// What was counted in each five minutes; where they have become hours, what the hour says.
fn observed(
    conn: &mut Conn,
    (place, metric): (&Place, Metric),
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> AppResult<HashMap<DateTime<Utc>, u32>> {
    let mut out = HashMap::new();
    for hour in store::load::hours(conn, place, metric, from - Duration::hours(1), to)? {
        let at = super::instant(hour.cell * HOUR_SECONDS);
        out.extend((0..12).map(|step| (at + CELL * step, whole(super::in_cell(metric, hour.mean)))));
    }
    for cell in store::load::cells(conn, place, metric, from, to)? {
        out.insert(super::instant(cell.cell * CELL_SECONDS), whole(value(metric, &cell)));
    }
    Ok(out)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
fn whole(value: f64) -> u32 {
    value.round().clamp(0.0, f64::from(u32::MAX)) as u32
}
