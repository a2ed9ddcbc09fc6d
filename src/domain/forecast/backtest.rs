//! How good the methods would have been: week by week, each with what was known before.

use super::{
    TARGET,
    band::{Band, Residual, is_busy},
    day::DayTypes,
    method::{Known, Method, typed},
    series::Series,
};
use chrono::{Duration, NaiveDate};
use std::collections::BTreeMap;

/// Weeks that are tried.
const WEEKS: i64 = 26;
/// Days that must have been observed before the first.
const BEFORE: i64 = 21;
/// Weeks after which what has been better is chosen, and the weeks by which it is: what was good before a change of habits may
/// not be so after it.
const CHOOSE: (usize, usize) = (2, 6);
/// Weeks whose errors are enough for a band, and the most that make one.
const BAND: (usize, usize) = (4, 12);
/// The most that a band aims at when it was too narrow before, in a thousand.
const MOST_AIMED: u32 = 990;

/// How good forecasts would have been.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Backtest {
    /// What forecasts now.
    pub method: Method,
    /// The first days of the weeks that were tried.
    pub origins: Vec<NaiveDate>,
    /// Observations that were compared.
    pub count: u64,
    /// How each method did.
    pub scores: BTreeMap<Method, Score>,
    /// How that did which had been best, as if it had been chosen each week: of this the rest speaks.
    pub chosen: Score,
    /// In a thousand observations, those that were not above the upper value of the week; nothing while too few weeks
    /// were tried.
    pub coverage: Option<u32>,
    /// The same where much was expected.
    pub busy_coverage: Option<u32>,
    /// The errors of the last weeks.
    pub residuals: Vec<Residual>,
    /// What a band of them has to aim at, in a thousand, so that so many as are wanted stay below it: weeks differ more
    /// from each other than the hours of one.
    pub aim: u32,
}

/// Sums of errors.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// Of what was observed.
    pub observed: f64,
    /// Of how far forecasts were from it.
    pub wrong: f64,
}

impl Score {
    /// The weighted absolute percentage error, as a share of 1; nothing when nothing was observed.
    pub fn wape(&self) -> Option<f64> {
        (self.observed > 0.0).then(|| self.wrong / self.observed)
    }

    fn add(&mut self, observed: f64, expected: f64) {
        self.observed += observed;
        self.wrong += (observed - expected).abs();
    }
}

impl Default for Method {
    fn default() -> Self {
        Self::CHOICE[0]
    }
}

/// Observations within a band, of all.
#[derive(Default)]
struct Covered {
    within: u64,
    all: u64,
}

impl Covered {
    fn add(&mut self, is_within: bool) {
        self.within += u64::from(is_within);
        self.all += 1;
    }

    fn join(&mut self, other: &Self) {
        self.within += other.within;
        self.all += other.all;
    }

    fn in_thousand(&self) -> Option<u32> {
        u32::try_from((self.within * 1000).checked_div(self.all)?).ok()
    }
}

/// Tries the last weeks; nothing while less than a week was observed.
pub fn backtest(series: &Series, types: &DayTypes) -> Option<Backtest> {
    let (first, last) = (series.first()?, series.last()?);
    let end = last.succ_opt()?;
    if end - first < Duration::days(7) {
        return None;
    }
    let most = series.most();
    let days = typed(series, types);
    let mut out = Backtest::default();
    let (mut covered, mut busy) = (Covered::default(), Covered::default());
    let mut weeks: Vec<BTreeMap<Method, Vec<Residual>>> = Vec::new();
    let mut wrong: Vec<BTreeMap<Method, f64>> = Vec::new();
    let (mut honest, mut aim) = (Score::default(), TARGET);
    for week in (1..=WEEKS).rev() {
        let origin = end - Duration::weeks(week);
        if origin - first < Duration::days(BEFORE) {
            continue;
        }
        let known = Known::before(&days, series, origin);
        let method = best(&wrong);
        let band = (weeks.len() >= BAND.0).then(|| Band::of(&latest(&weeks, method), aim));
        let mut of_week = Covered::default();
        let mut of_methods: BTreeMap<Method, f64> = BTreeMap::new();
        let mut errors: BTreeMap<Method, Vec<Residual>> = BTreeMap::new();
        for day in origin.iter_days().take(7) {
            let observed = series.day(day);
            for one in Method::ALL {
                let expected = match one {
                    Method::LastWeek | Method::Mean => one.plain(&known, day),
                    _ => one.expect(&known, types.of(day)),
                };
                let Some(expected) = expected else { continue };
                for (value, expected) in observed.iter().zip(&expected) {
                    let (Some(value), Some(expected)) = (*value, *expected) else { continue };
                    out.scores.entry(one).or_default().add(value, expected);
                    *of_methods.entry(one).or_default() += (value - expected).abs();
                    errors.entry(one).or_default().push(Residual::of(expected, value, most));
                    if one == method {
                        honest.add(value, expected);
                        out.count += 1;
                        if let Some(band) = &band {
                            let is_within = value <= band.upper(expected, most);
                            of_week.add(is_within);
                            if is_busy(expected, most) {
                                busy.add(is_within);
                            }
                        }
                    }
                }
            }
        }
        if let Some(share) = of_week.in_thousand() {
            aim = (aim + TARGET / 4).saturating_sub(share / 4).clamp(TARGET, MOST_AIMED);
            covered.join(&of_week);
        }
        wrong.push(of_methods);
        weeks.push(errors);
        out.origins.push(origin);
    }
    // Choosing must have paid, or the one to beat stays.
    let to_beat = out.scores.get(&Method::SixWeeks).copied().unwrap_or_default();
    let pays = honest.wrong <= to_beat.wrong;
    out.method = if pays { best(&wrong) } else { Method::SixWeeks };
    out.chosen = if pays { honest } else { to_beat };
    out.residuals = latest(&weeks, out.method);
    out.aim = aim;
    (out.coverage, out.busy_coverage) = (covered.in_thousand(), busy.in_thousand());
    Some(out)
}

/// What has been best in the last weeks.
fn best(wrong: &[BTreeMap<Method, f64>]) -> Method {
    if wrong.len() < CHOOSE.0 {
        return Method::SixWeeks;
    }
    let last = wrong.iter().rev().take(CHOOSE.1);
    let sum =
        |method: &Method| last.clone().map(|week| week.get(method).copied().unwrap_or(f64::INFINITY)).sum::<f64>();
    let best = Method::CHOICE.into_iter().min_by(|one, other| sum(one).total_cmp(&sum(other)));
    best.unwrap_or_default()
}

fn latest(weeks: &[BTreeMap<Method, Vec<Residual>>], method: Method) -> Vec<Residual> {
    weeks.iter().rev().take(BAND.1).filter_map(|errors| errors.get(&method)).flatten().copied().collect()
}
