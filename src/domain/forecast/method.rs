//! Ways to forecast a day from those before it.

use super::{
    day::{DayType, DayTypes, SAME},
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
/// Minutes without an observation on any like day that are taken for what lies between their neighbours.
const BRIDGED: u32 = 120;

/// A way to forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// What was a week before: to compare with.
    LastWeek,
    /// The mean of all such hours of the week: to compare with.
    Mean,
    /// What was on the last like day; where it has a gap, on the one before.
    LastAlike,
    /// The median of six like days, times the level of the last week.
    SixWeeks,
    /// The same, seen together with the minutes around.
    Smoothed,
    /// Like days weighted the more the younger they are, without what is far from their median; times the level of the last week.
    Fading,
    /// Midway between that and the last like day, as far as it is not far off itself.
    Blend,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::LastWeek, Self::Mean, Self::LastAlike, Self::SixWeeks, Self::Smoothed, Self::Fading, Self::Blend];
    /// Those that may be chosen; the first is to be beaten.
    pub const CHOICE: [Self; 5] = [Self::SixWeeks, Self::Smoothed, Self::Fading, Self::Blend, Self::LastAlike];

    /// Its word in the database and in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LastWeek => "last_week",
            Self::LastAlike => "last_alike",
            Self::Mean => "mean",
            Self::SixWeeks => "six_weeks",
            Self::Smoothed => "smoothed",
            Self::Fading => "fading",
            Self::Blend => "blend",
        }
    }

    /// What is expected on a day of some type, slot by slot; nothing in those in which no like day was observed, nor near them,
    /// and nothing at all when too little is known. In the same slots by every method, so that they can be compared.
    pub fn expect(self, known: &Known<'_>, day: DayType) -> Option<Slots> {
        self.of_like(&known.like(day), known, known.level)
    }

    /// What was a week before, or the mean of that weekday, without a calendar: to compare with.
    pub(super) fn plain(self, known: &Known<'_>, day: NaiveDate) -> Option<Slots> {
        let of_weekday = known.days.iter().rev().filter(|(at, ..)| (day - *at).num_days() % 7 == 0);
        self.of_like(&Like { days: of_weekday.map(|(_, _, values)| *values).collect() }, known, 1.0)
    }

    fn of_like(self, like: &Like<'_>, known: &Known<'_>, level: f64) -> Option<Slots> {
        let around = (NEIGHBOURS / known.step_minutes) as usize;
        let last = |slot: usize| like.at(slot, 0).next();
        let times_level = |value: f64| value * level;
        let middle = |slot, around| median(like.at(slot, around).collect()).map(times_level);
        let in_slot = |slot: usize| match self {
            Self::LastWeek | Self::LastAlike => last(slot),
            Self::Mean => mean(like.at(slot, 0)),
            Self::SixWeeks => middle(slot, 0),
            Self::Smoothed => last(slot).and_then(|_| middle(slot, around)),
            Self::Fading => fading(&like.days, slot).map(times_level),
            Self::Blend => {
                // What is younger needs less of the level, which it has in it.
                let (faded, last) = (fading(&like.days, slot).map(times_level)?, last(slot)?);
                Some((faded + last.clamp(faded * 0.75, faded * 1.25)) / 2.0)
            }
        };
        bridged((0..known.slots).map(in_slot).collect(), (BRIDGED / known.step_minutes) as usize)
    }
}

/// What is expected in each slot of a day; nothing in those of which nothing is known.
pub type Slots = Vec<Option<f64>>;

/// A day that was observed: its type, and what was seen in each slot.
type Day<'a> = (NaiveDate, DayType, &'a [Option<f64>]);

/// What is known on the morning of a day: the days before it, and the level of the last week.
pub struct Known<'a> {
    days: &'a [Day<'a>],
    step_minutes: u32,
    slots: usize,
    level: f64,
}

/// The days of a series with their types, in order.
pub fn typed<'a>(series: &'a Series, types: &DayTypes) -> Vec<Day<'a>> {
    series.days().map(|(day, values)| (day, types.of(day), values)).collect()
}

impl<'a> Known<'a> {
    /// What is known of these days before one.
    pub fn before(days: &'a [Day<'a>], series: &Series, origin: NaiveDate) -> Self {
        let first = days.partition_point(|(day, ..)| *day < origin - BACK);
        let end = days.partition_point(|(day, ..)| *day < origin);
        let days = &days[first..end];
        let known = Self { days, step_minutes: series.step_minutes(), slots: series.slots(), level: 1.0 };
        Self { level: known.level_of_week(origin), ..known }
    }

    /// The six latest days of the same type, the latest first; where they are too few, the next best go with them.
    fn like(&self, day: DayType) -> Like<'a> {
        let mut known: Vec<(u8, &[Option<f64>])> = Vec::new();
        let mut same = 0;
        for (_, of_day, values) in self.days.iter().rev() {
            let likeness = of_day.likeness(day);
            if likeness > 0 {
                known.push((likeness, *values));
            }
            same += usize::from(likeness == SAME);
            if same == LIKE_DAYS {
                break;
            }
        }
        let mut days = Vec::new();
        for likeness in (1..=SAME).rev() {
            days.extend(known.iter().filter(|(one, _)| *one == likeness).map(|(_, values)| *values));
            // Rather few days that are like it than many that are less so.
            if days.len() >= ENOUGH {
                break;
            }
        }
        days.truncate(LIKE_DAYS);
        Like { days }
    }

    /// How the last week stands to the weeks before it, day by day, in the middle: so one day that is wrong changes nothing.
    fn level_of_week(&self, origin: NaiveDate) -> f64 {
        let week = self.days.iter().rev().take_while(|(day, ..)| (origin - *day).num_days() <= 7);
        let ratio = |(_, of_day, values): &Day<'_>| {
            let like = self.like(*of_day);
            let (mut seen, mut expected) = (0.0, 0.0);
            for (slot, value) in values.iter().enumerate() {
                if let (Some(value), Some(median)) = (value, median(like.at(slot, 0).collect())) {
                    seen += value;
                    expected += median;
                }
            }
            (expected > 0.0).then(|| seen / expected)
        };
        median(week.filter_map(ratio).collect()).unwrap_or(1.0).clamp(LEVELS.0, LEVELS.1)
    }
}

/// Days that are like one, the latest first.
struct Like<'a> {
    days: Vec<&'a [Option<f64>]>,
}

impl Like<'_> {
    /// The values of a slot and of so many to either side.
    fn at(&self, slot: usize, around: usize) -> impl Iterator<Item = f64> {
        let slots = slot.saturating_sub(around)..=slot + around;
        self.days.iter().flat_map(move |day| slots.clone().filter_map(|slot| *day.get(slot)?))
    }
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
    Some(if values.len().is_multiple_of(2) { (values[middle - 1] + upper) / 2.0 } else { upper })
}

/// Gaps of so many slots get what lies between their neighbours. Of longer ones, and of what comes before the first and after
/// the last observation, nothing is known, and nothing is made of it; nothing at all where nothing was observed.
fn bridged(mut values: Slots, most: usize) -> Option<Slots> {
    let known: Vec<(usize, f64)> =
        values.iter().enumerate().filter_map(|(slot, value)| Some((slot, (*value)?))).collect();
    for pair in known.windows(2) {
        let [(from, low), (to, high)] = *pair else { continue };
        if to - from <= most {
            for (slot, value) in (from + 1..).zip(&mut values[from + 1..to]) {
                #[expect(clippy::cast_precision_loss, reason = "slots of a day")]
                let share = (slot - from) as f64 / (to - from) as f64;
                *value = Some(low + (high - low) * share);
            }
        }
    }
    (!known.is_empty()).then_some(values)
}
