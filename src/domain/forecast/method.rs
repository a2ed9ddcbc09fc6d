//! Ways to forecast a day from those before it.

use super::{
    day::{DayType, DayTypes},
    series::Series,
};
use chrono::{Duration, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Like days that count.
const LIKE_DAYS: usize = 6;
/// Fewer of the very same type are too few where there are others that are nearly so.
const ENOUGH: usize = 3;
/// How far back like days are looked for.
const BACK: Duration = Duration::days(400);
/// The level of a week may be so far from that of the six before.
const LEVELS: (f64, f64) = (0.6, 1.6);
/// Neighbouring minutes to either side that are seen together.
const NEIGHBOURS: u32 = 10;
/// What each further week counts against the one after it.
const FADING: f64 = 0.7;

/// A way to forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// What was a week before: to compare with.
    LastWeek,
    /// The mean of all such hours of the week: to compare with.
    Mean,
    /// The median of six like days, times the level of the last week.
    SixWeeks,
    /// The same, seen together with the minutes around.
    Smoothed,
    /// Like days weighted the more the younger they are, without what is far from their median; times the level of the last week.
    Fading,
    /// Midway between the last two.
    Blend,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::LastWeek, Self::Mean, Self::SixWeeks, Self::Smoothed, Self::Fading, Self::Blend];
    /// Those that may be chosen; the first is to be beaten.
    pub const CHOICE: [Self; 4] = [Self::SixWeeks, Self::Smoothed, Self::Fading, Self::Blend];

    /// Its word in the database and in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LastWeek => "last_week",
            Self::Mean => "mean",
            Self::SixWeeks => "six_weeks",
            Self::Smoothed => "smoothed",
            Self::Fading => "fading",
            Self::Blend => "blend",
        }
    }

    /// What is expected on a day of some type, slot by slot, by what was observed before `origin`; nothing when that is
    /// too little. Those to compare with go by the weekday alone.
    pub fn expect(self, series: &Series, types: &DayTypes, origin: NaiveDate, day: DayType) -> Option<Vec<f64>> {
        let like = Like::of(series, types, origin, day);
        let level = || level(series, types, origin);
        self.of_like(&like, series, level)
    }

    fn of_like(self, like: &Like<'_>, series: &Series, level: impl Fn() -> f64) -> Option<Vec<f64>> {
        if like.days.is_empty() {
            return None;
        }
        let slots = series.slots();
        let filled = |values: Vec<Option<f64>>| fill(values);
        match self {
            Self::LastWeek => filled(like.days.first()?.to_vec()),
            Self::Mean => filled((0..slots).map(|slot| mean(like.at(slot, 0))).collect()),
            Self::SixWeeks => {
                let level = level();
                let median = |slot| Some(median(like.at(slot, 0).collect())? * level);
                filled((0..slots).map(median).collect())
            }
            Self::Smoothed => {
                let (level, around) = (level(), (NEIGHBOURS / series.step_minutes()) as usize);
                let median = |slot| Some(median(like.at(slot, around).collect())? * level);
                filled((0..slots).map(median).collect())
            }
            Self::Fading => {
                let level = level();
                let fading = |slot| Some(fading(&like.days, slot)? * level);
                filled((0..slots).map(fading).collect())
            }
            Self::Blend => {
                let level = level();
                let smoothed = Self::Smoothed.of_like(like, series, || level)?;
                let fading = Self::Fading.of_like(like, series, || level)?;
                Some(smoothed.iter().zip(&fading).map(|(one, other)| (one + other) / 2.0).collect())
            }
        }
    }

    /// What was a week before, or the mean of that weekday, without a calendar: to compare with.
    pub(super) fn plain(self, series: &Series, origin: NaiveDate, day: NaiveDate) -> Option<Vec<f64>> {
        let of_weekday = |at: &NaiveDate| (day - *at).num_days() % 7 == 0;
        let days = series.back_from(origin).filter(|(at, _)| of_weekday(at)).map(|(_, values)| values).collect();
        self.of_like(&Like { days }, series, || 1.0)
    }
}

/// Days that are like one, the latest first.
struct Like<'a> {
    days: Vec<&'a [Option<f64>]>,
}

impl<'a> Like<'a> {
    /// The six latest of the same type; where there are too few, the next best go with them.
    fn of(series: &'a Series, types: &DayTypes, origin: NaiveDate, day: DayType) -> Self {
        let back = series.back_from(origin).take_while(|(at, _)| origin - *at <= BACK);
        let mut known: Vec<(u8, &[Option<f64>])> = Vec::new();
        for (at, values) in back {
            let likeness = types.of(at).likeness(day);
            if likeness > 0 {
                known.push((likeness, values));
            }
            if known.iter().filter(|(likeness, _)| *likeness == 5).count() == LIKE_DAYS {
                break;
            }
        }
        let mut days = Vec::new();
        for likeness in (1..=5).rev() {
            days.extend(known.iter().filter(|(one, _)| *one == likeness).map(|(_, values)| *values));
            // Of what is merely like it one kind is enough: rather few like days than many unlike ones.
            if days.len() >= ENOUGH {
                break;
            }
        }
        days.truncate(LIKE_DAYS);
        Self { days }
    }

    /// The values of a slot and of so many to either side.
    fn at(&self, slot: usize, around: usize) -> impl Iterator<Item = f64> {
        let slots = slot.saturating_sub(around)..=slot + around;
        self.days.iter().flat_map(move |day| slots.clone().filter_map(|slot| *day.get(slot)?))
    }
}

/// How the last week stands to the weeks before it, day by day, in the middle: so one day that is wrong changes nothing.
fn level(series: &Series, types: &DayTypes, origin: NaiveDate) -> f64 {
    let week = series.back_from(origin).take_while(|(at, _)| (origin - *at).num_days() <= 7);
    let ratios: Vec<f64> = week
        .filter_map(|(at, values)| {
            let like = Like::of(series, types, origin, types.of(at));
            let (mut seen, mut expected) = (0.0, 0.0);
            for (slot, value) in values.iter().enumerate() {
                if let (Some(value), Some(median)) = (value, median(like.at(slot, 0).collect())) {
                    seen += value;
                    expected += median;
                }
            }
            (expected > 0.0).then(|| seen / expected)
        })
        .collect();
    median(ratios).unwrap_or(1.0).clamp(LEVELS.0, LEVELS.1)
}

fn fading(days: &[&[Option<f64>]], slot: usize) -> Option<f64> {
    let values: Vec<(usize, f64)> =
        days.iter().enumerate().filter_map(|(age, day)| Some((age, (*day.get(slot)?)?))).collect();
    let middle = median(values.iter().map(|(_, value)| *value).collect())?;
    let spread = median(values.iter().map(|(_, value)| (value - middle).abs()).collect())?.max(middle * 0.05);
    let (mut sum, mut weights) = (0.0, 0.0);
    for (age, value) in values {
        let weight = FADING.powi(i32::try_from(age).unwrap_or(i32::MAX));
        sum += weight * value.clamp(middle - 2.5 * spread, middle + 2.5 * spread);
        weights += weight;
    }
    (weights > 0.0).then(|| sum / weights)
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// The value in the middle.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = values[middle];
    Some(if values.len() % 2 == 0 { (values[middle - 1] + upper) / 2.0 } else { upper })
}

/// Slots that were never observed get what lies between their neighbours.
fn fill(values: Vec<Option<f64>>) -> Option<Vec<f64>> {
    let known: Vec<(usize, f64)> =
        values.iter().enumerate().filter_map(|(slot, value)| Some((slot, (*value)?))).collect();
    let (first, last) = (known.first()?, known.last()?);
    let between = |slot: usize| {
        let after = known.partition_point(|(known, _)| *known < slot);
        match (after.checked_sub(1).and_then(|before| known.get(before)), known.get(after)) {
            (Some((from, low)), Some((to, high))) => {
                #[expect(clippy::cast_precision_loss, reason = "slots of a day")]
                let share = (slot - from) as f64 / (to - from) as f64;
                low + (high - low) * share
            }
            (None, _) => first.1,
            (_, None) => last.1,
        }
    };
    Some(values.iter().enumerate().map(|(slot, value)| value.unwrap_or_else(|| between(slot))).collect())
}
