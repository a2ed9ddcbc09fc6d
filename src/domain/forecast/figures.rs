//! How good a forecast is, in a few numbers.

use super::{Backtest, Method, Score, TARGET};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How good a forecast is: by the weeks that were tried, each with what was known before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Figures {
    /// The last day that it knows.
    pub through: NaiveDate,
    /// How it is made: what did best so far.
    pub method: Method,
    /// Weeks that were tried.
    pub weeks: usize,
    /// Observations that were compared.
    pub observations: u64,
    /// Its weighted absolute percentage error, as a share of 1: the sum of how far it was off, by the sum of what was
    /// observed; nothing before a week could be tried.
    pub wape: Option<f64>,
    /// The same of each method, those to compare with among them.
    pub wapes: Vec<MethodWape>,
    /// The share of observations that the upper value is not to be below.
    #[schema(example = 0.95)]
    pub target: f64,
    /// The share that it was not below, in the weeks that were tried; nothing before enough were.
    #[schema(example = 0.951)]
    pub coverage: Option<f64>,
    /// The same where much was expected.
    #[schema(example = 0.948)]
    pub busy_coverage: Option<f64>,
}

/// How a method did.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MethodWape {
    /// The method.
    pub method: Method,
    /// Its weighted absolute percentage error, as a share of 1.
    pub wape: Option<f64>,
}

impl Figures {
    /// Those of a backtest.
    pub fn of(backtest: &Backtest, through: NaiveDate) -> Self {
        let share = |thousandths: u32| f64::from(thousandths) / 1000.0;
        let rounded = |wape: f64| (wape * 10_000.0).round() / 10_000.0;
        let wape = |method: Method| backtest.scores.get(&method).and_then(Score::wape).map(rounded);
        Self {
            through,
            method: backtest.method,
            weeks: backtest.origins.len(),
            observations: backtest.count,
            wape: backtest.chosen.wape().map(rounded),
            wapes: Method::ALL.map(|method| MethodWape { method, wape: wape(method) }).into(),
            target: share(TARGET),
            coverage: backtest.coverage.map(share),
            busy_coverage: backtest.busy_coverage.map(share),
        }
    }
}
