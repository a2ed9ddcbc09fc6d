//! What load is to be expected at an hour of the week, and how far it may go: from what was observed, whatever is missing
//! or wrong in it.
//!
//! - [`day`]: which days are like each other: term, holidays of a zone, public holidays
//! - [`series`]: what was observed, by local day and slot of the day; what cannot be true is left out
//! - [`method`]: ways to forecast; the median of six like days times a clamped weekly level is the one to beat
//! - [`band`]: from errors that were made to a value that so many of a hundred stay below
//! - [`backtest`]: how good the methods would have been, week by week; the better one forecasts
//! - [`figures`]: that in a few numbers

pub mod backtest;
pub mod band;
pub mod day;
pub mod figures;
pub mod method;
pub mod series;

#[cfg(test)]
mod tests;

pub use backtest::{Backtest, Score};
pub use day::{DayType, DayTypes};
pub use figures::{Figures, MethodWape};
pub use method::Method;
pub use series::Series;

use backtest::backtest;
use band::Band;
use chrono::{DateTime, NaiveDate, Utc};
use method::{Known, typed};
use std::collections::BTreeMap;

/// Of so many in a thousand observations the upper value is not to be below.
pub const TARGET: u32 = 950;

/// What is to be expected on the days to come.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// The last day that it knows.
    pub through: NaiveDate,
    /// Minutes of a slot.
    pub step_minutes: u32,
    /// How it was made.
    pub method: Method,
    /// How good that would have been.
    pub backtest: Backtest,
    /// What is expected on each type of day.
    pub profiles: BTreeMap<DayType, Profile>,
}

/// What is expected in five minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// When they begin.
    pub at: DateTime<Utc>,
    /// As much as not, it is less.
    pub median: u32,
    /// Nearly always it is less.
    pub upper: u32,
}

/// What is expected in each slot of a day; nothing in those of which nothing is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// As much as not, it is less.
    pub median: Vec<Option<u32>>,
    /// Nearly always it is less.
    pub upper: Vec<Option<u32>>,
}

/// Forecasts the days of these types that come after what was observed; nothing while less than a week was.
pub fn forecast(series: &Series, types: &DayTypes, days: impl IntoIterator<Item = NaiveDate>) -> Option<Forecast> {
    let through = series.last()?;
    let next = through.succ_opt()?;
    let backtest = backtest(series, types)?;
    let band = Band::of(&backtest.residuals, backtest.aim);
    let most = series.most();
    let days_known = typed(series, types);
    let known = Known::before(&days_known, series, next);
    let mut profiles = BTreeMap::new();
    for day in days {
        let of_day = types.of(day);
        if profiles.contains_key(&of_day) {
            continue;
        }
        let Some(expected) = backtest.method.expect(&known, of_day) else { continue };
        let upper = expected.iter().map(|value| value.map(|value| up(band.upper(value, most)))).collect();
        let median = expected.iter().map(|value| value.map(|value| up(value.round()))).collect();
        profiles.insert(of_day, Profile { median, upper });
    }
    Some(Forecast { through, step_minutes: series.step_minutes(), method: backtest.method, backtest, profiles })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
fn up(value: f64) -> u32 {
    value.ceil().clamp(0.0, f64::from(u32::MAX)) as u32
}
