//! What was observed, by local day and slot of the day.

use chrono::{NaiveDate, NaiveDateTime, Timelike};
use std::collections::BTreeMap;

/// A value that stands still for so many minutes is a collector that does.
const STUCK_MINUTES: u32 = 180;
/// Small values may well stand still: nights and weekends have them. They are small below so many, or below this share of
/// what busy hours have.
const STUCK_FROM: f64 = 10.0;
const STUCK_SHARE: f64 = 0.25;
/// So many in a thousand values are below what busy hours have: two hours of a day in term are more than the rest.
const BUSY: usize = 950;

/// Values of one quantity in equal slots of each local day. A slot without a value was not observed.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    step_minutes: u32,
    days: BTreeMap<NaiveDate, Vec<Option<f64>>>,
}

impl Series {
    /// Nothing observed yet, in slots of so many minutes: a divisor of a day's.
    pub fn new(step_minutes: u32) -> Self {
        Self { step_minutes: step_minutes.clamp(1, 1440), days: BTreeMap::new() }
    }

    /// Minutes of a slot.
    pub fn step_minutes(&self) -> u32 {
        self.step_minutes
    }

    /// Slots of a day.
    pub fn slots(&self) -> usize {
        (1440 / self.step_minutes) as usize
    }

    /// Puts in what was observed at a local time. Of an hour that comes twice, as of any slot with two values, the
    /// higher counts. What is negative or no number was not observed.
    pub fn put(&mut self, at: NaiveDateTime, value: f64) {
        if !value.is_finite() || value < 0.0 {
            return;
        }
        let slots = self.slots();
        let slot = ((at.hour() * 60 + at.minute()) / self.step_minutes) as usize;
        let day = self.days.entry(at.date()).or_insert_with(|| vec![None; slots]);
        if let Some(place) = day.get_mut(slot) {
            *place = Some(place.map_or(value, |known| known.max(value)));
        }
    }

    /// Takes out what cannot be: a value that stands still for hours, and a day that ends before its time.
    #[must_use]
    pub fn cleaned(mut self) -> Self {
        let least = (STUCK_MINUTES / self.step_minutes).max(6) as usize;
        let from_here = STUCK_FROM.max(STUCK_SHARE * self.quantile(BUSY));
        for day in self.days.values_mut() {
            let mut from = 0;
            while from < day.len() {
                let run = day[from..].iter().take_while(|value| **value == day[from]).count().max(1);
                if run >= least && day[from].is_some_and(|value| value >= from_here) {
                    day[from..from + run].fill(None);
                }
                from += run;
            }
        }
        self.days.retain(|_, day| day.iter().any(Option::is_some));
        self
    }

    /// The same less what is known to be in it.
    #[must_use]
    pub fn less(mut self, taken: &Self) -> Self {
        for (day, values) in &mut self.days {
            for (value, taken) in values.iter_mut().zip(taken.day(*day)) {
                *value = value.map(|value| (value - taken.unwrap_or(0.0)).max(0.0));
            }
        }
        self
    }

    /// The same without the days from this one on.
    #[must_use]
    pub fn before(mut self, day: NaiveDate) -> Self {
        drop(self.days.split_off(&day));
        self
    }

    /// The first day with a value.
    pub fn first(&self) -> Option<NaiveDate> {
        self.days.keys().next().copied()
    }

    /// The last day with a value.
    pub fn last(&self) -> Option<NaiveDate> {
        self.days.keys().next_back().copied()
    }

    /// What was observed on a day, slot by slot; nothing where nothing was.
    pub fn day(&self, day: NaiveDate) -> &[Option<f64>] {
        self.days.get(&day).map_or(&[], Vec::as_slice)
    }

    /// The days with a value, in order.
    pub fn days(&self) -> impl Iterator<Item = (NaiveDate, &[Option<f64>])> {
        self.days.iter().map(|(day, values)| (*day, values.as_slice()))
    }

    /// What one in a thousand values is above: the height by which loads are called small or great.
    pub fn most(&self) -> f64 {
        self.quantile(999)
    }

    /// What so many in a thousand values are not above.
    fn quantile(&self, in_thousand: usize) -> f64 {
        let mut values: Vec<f64> = self.days.values().flatten().flatten().copied().collect();
        values.sort_by(f64::total_cmp);
        let place = values.len().saturating_sub(1 + values.len() * (1000 - in_thousand) / 1000);
        values.get(place).copied().unwrap_or(0.0)
    }
}
