//! How full the wishes so far make each hour.

use chrono::{DateTime, Datelike, Duration, Timelike, Utc};

use crate::{
    app::week::Load,
    domain::{people::School, round::Round},
};

/// From these shares of the capacity on, in per cent, an hour is drawn as the next fuller one.
const LEVELS: [u64; 4] = [25, 50, 80, 101];

/// The fullest moment of every hour of every weekday, in per cent of the capacity. Where the round has several weeks, an
/// hour shows its fullest week.
pub struct Shares([[u64; 24]; 8]);

impl Shares {
    /// The shares of a round.
    pub fn of(load: &Load, round: &Round, school: &School) -> Self {
        let mut full = [[0; 24]; 8];
        let ends = load.steps.iter().skip(1).map(|step| step.from).chain(std::iter::once(round.ends_at));
        for (step, end) in load.steps.iter().zip(ends).filter(|(step, _)| step.used > 0) {
            let share = if step.limit == 0 { 999 } else { step.used * 100 / u64::from(step.limit) };
            let mut at: DateTime<Utc> = step.from;
            while at < end {
                let local = at.with_timezone(&school.zone()).naive_local();
                let hour = usize::try_from(local.hour()).unwrap_or(0);
                let weekday = usize::try_from(local.weekday().number_from_monday()).unwrap_or(0);
                full[weekday][hour] = full[weekday][hour].max(share);
                at += Duration::minutes(5);
            }
        }
        Self(full)
    }

    /// The share of an hour, and how full that is: 0 to 4, of which the last is too full.
    pub fn at(&self, weekday: u32, hour: u32) -> (u64, usize) {
        let share = self.0[weekday as usize % 8][hour as usize % 24];
        (share, LEVELS.iter().take_while(|level| share >= **level).count())
    }
}
