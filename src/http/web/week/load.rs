//! How full a week's hours are: by the day, in words, and which of them are quiet.

use std::collections::HashMap;

use chrono::{Duration, NaiveDate};

use super::{
    skyline::Step,
    view::{HourLoad, Material, minute},
};
use crate::http::web::assets::ROW_MINUTES;

/// Below this share of the capacity, in per cent, an hour is one to move to.
pub const QUIET: u64 = 40;
/// From these shares on, an hour is busy, and full.
const BUSY: u64 = 70;
const FULL: u64 = 90;
/// Quiet stretches that are named.
const QUIET_NAMED: usize = 3;
/// Minutes below which no class is: less of an opening is no room.
const SHORTEST: u32 = 20;

impl Material<'_> {
    /// Load and limit by local day, in steps of local time. An hour that comes twice shows the fuller one.
    pub(super) fn steps(&self) -> HashMap<NaiveDate, Vec<Step>> {
        let mut out: HashMap<NaiveDate, Vec<Step>> = HashMap::new();
        for cell in self.load {
            let local = cell.at.with_timezone(&self.zone).naive_local();
            if !(self.monday..=self.monday + Duration::days(6)).contains(&local.date()) {
                continue;
            }
            let from = minute(local);
            let steps = out.entry(local.date()).or_default();
            match steps.iter_mut().find(|step| step.from == from) {
                Some(step) => step.load = step.load.max(cell.load),
                None => steps.push(Step { from, to: from + ROW_MINUTES, load: cell.load, limit: cell.limit }),
            }
        }
        for steps in out.values_mut() {
            steps.sort_by_key(|step| step.from);
        }
        out
    }

    /// How full an hour is; it is called quiet only where a class may begin.
    pub(super) fn hour_load(&self, step: &Step, has_starts: bool) -> HourLoad {
        let share = share(step);
        let (level, word) = match share {
            _ if step.load > step.limit => ("over", "week-hour-level-over"),
            FULL.. => ("full", "week-hour-level-full"),
            BUSY.. => ("busy", "week-hour-level-busy"),
            QUIET.. => ("some", "week-hour-level-some"),
            _ => ("quiet", "week-hour-level-quiet"),
        };
        HourLoad {
            load: self.w.number(step.load),
            limit: self.w.number(step.limit),
            width: share.min(100),
            level,
            word: (level != "quiet" || has_starts).then(|| self.w.t(word)),
        }
    }

    pub(super) fn peak(&self, steps: &HashMap<NaiveDate, Vec<Step>>) -> Option<String> {
        let mut all: Vec<(&NaiveDate, &Step)> =
            steps.iter().flat_map(|(day, steps)| steps.iter().map(move |step| (day, step))).collect();
        all.sort_by_key(|(day, step)| (**day, step.from));
        // The first of the fullest.
        let (day, step) =
            all.into_iter().rev().max_by_key(|(_, step)| (share(step), step.load)).filter(|(_, step)| step.load > 0)?;
        Some(self.w.with(
            "week-peak",
            &[
                ("load", &self.w.number(step.load)),
                ("limit", &self.w.number(step.limit)),
                ("when", &self.w.day_time(*day, step.from)),
            ],
        ))
    }

    /// The longest stretches of opening hours with much room left, in the order of the week, and how many others there are.
    pub(super) fn quiet(&self, steps: &HashMap<NaiveDate, Vec<Step>>) -> (Vec<String>, usize) {
        let mut found: Vec<(NaiveDate, u32, u32)> = Vec::new();
        for (day, steps) in steps {
            for (opens, closes) in self.open(*day) {
                let quiet =
                    |from: &u32| fullest(steps, *from, (from + 60).min(closes)).is_none_or(|step| share(step) < QUIET);
                let mut last: Option<(u32, u32)> = None;
                for from in (opens..closes).step_by(60).filter(quiet) {
                    let to = (from + 60).min(closes);
                    match &mut last {
                        Some((_, end)) if *end == from => *end = to,
                        _ => found.extend(last.replace((from, to)).map(|(from, to)| (*day, from, to))),
                    }
                }
                found.extend(last.map(|(from, to)| (*day, from, to)));
            }
        }
        found.retain(|(_, from, to)| to - from >= SHORTEST);
        found.sort_by_key(|(day, from, to)| (std::cmp::Reverse(to - from), *day, *from));
        let others = found.len().saturating_sub(QUIET_NAMED);
        found.truncate(QUIET_NAMED);
        found.sort_unstable();
        let name =
            |(day, from, to): (NaiveDate, u32, u32)| format!("{} {}", self.w.weekday(day), self.w.times(from, to));
        (found.into_iter().map(name).collect(), others)
    }
}

/// Whether a class may begin between two minutes of a day with these opening hours.
pub(super) fn has_starts(open: &[(u32, u32)], begins: u32, ends: u32) -> bool {
    open.iter().any(|(opens, closes)| {
        let start = begins.max(*opens);
        start < ends && start + SHORTEST <= *closes
    })
}

/// The step between two minutes that leaves the least room.
pub(super) fn fullest(steps: &[Step], from: u32, to: u32) -> Option<&Step> {
    steps.iter().filter(|step| step.from < to && step.to > from).max_by_key(|step| (share(step), step.load))
}

/// Load in per cent of the limit; a load without a limit is too much.
fn share(step: &Step) -> u64 {
    match (step.load, step.limit) {
        (0, _) => 0,
        (_, 0) => 1000,
        (load, limit) => load * 100 / limit,
    }
}
