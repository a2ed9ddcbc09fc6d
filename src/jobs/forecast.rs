//! Makes forecasts anew when load has come in.

use super::{Work, Worker};
use crate::{
    app::AppResult,
    domain::load::{Metric, Place},
};
use chrono::{DateTime, Duration, Utc};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// How often this process looks at what came in.
const EVERY: Duration = Duration::seconds(2);
/// After how long a place is looked at in any case: what comes late is not its newest sample, and days end.
const AT_LAST: Duration = Duration::hours(1);
/// How often alerts that last are looked at: they end also when nothing comes in any more.
const WATCH: Duration = Duration::minutes(5);

/// The work of forecasting.
#[derive(Debug, Default)]
pub struct ForecastLoad(Mutex<Looked>);

/// The newest sample, and when that was looked up.
type Newest = (Option<DateTime<Utc>>, DateTime<Utc>);

/// What was looked at.
#[derive(Debug, Default)]
struct Looked {
    last: Option<DateTime<Utc>>,
    watched: Option<DateTime<Utc>>,
    /// By metric of a place.
    places: HashMap<(Place, Metric), Newest>,
}

impl Work for ForecastLoad {
    fn name(&self) -> &'static str {
        "forecast"
    }

    fn run_next(&self, worker: &Worker) -> AppResult<bool> {
        match self.due(worker)? {
            Some(place) => worker.app.refresh_forecast(&place).map(|()| true),
            None if self.is_to_watch(worker) => worker.app.watch_lasting_alerts().map(|()| false),
            None => Ok(false),
        }
    }
}

impl ForecastLoad {
    /// Whether it is time to look at alerts; from now on it was done.
    fn is_to_watch(&self, worker: &Worker) -> bool {
        let now = worker.app.now();
        let mut looked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = looked.watched.is_none_or(|last| now - last >= WATCH);
        if is_due {
            looked.watched = Some(now);
        }
        is_due
    }

    /// A place of which there is something new, which from now on has been looked at.
    fn due(&self, worker: &Worker) -> AppResult<Option<Place>> {
        let now = worker.app.now();
        let mut looked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if looked.last.is_some_and(|last| now - last < EVERY) {
            return Ok(None);
        }
        let known = worker.app.observed_places()?;
        let is_due = |one: &&crate::store::load::Known| {
            let before = looked.places.get(&(one.place.clone(), one.metric));
            before.is_none_or(|(newest, at)| *newest != one.newest_at || now - *at >= AT_LAST)
        };
        let Some(place) = known.iter().find(is_due).map(|one| one.place.clone()) else {
            looked.last = Some(now);
            return Ok(None);
        };
        for one in known.into_iter().filter(|one| one.place == place) {
            looked.places.insert((one.place, one.metric), (one.newest_at, now));
        }
        Ok(Some(place))
    }
}
