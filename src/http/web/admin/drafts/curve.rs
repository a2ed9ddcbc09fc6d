//! How full the hours of a round would be with every class at its first choice, and as a plan has them, against the
//! capacity: a picture a day, with its numbers.

use std::{collections::BTreeMap, fmt::Write};

use askama::Template;
use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};

use crate::{
    app::week::Load,
    domain::people::School,
    http::web::{
        week::{cells, view::Cell},
        words::Words,
    },
};

/// What is drawn.
pub struct Material<'a> {
    /// The school.
    pub school: &'a School,
    /// With every class at its first choice.
    pub wished: &'a Load,
    /// As the plan has it; nothing where there is none yet.
    pub planned: Option<&'a Load>,
    /// When both end.
    pub ends_at: DateTime<Utc>,
}

/// The pictures.
#[derive(Template)]
#[template(path = "web/admin/curves.html")]
pub struct Curves {
    w: Words,
    has_plan: bool,
    days: Vec<Day>,
    hours: Vec<Hour>,
    columns: Vec<(String, String)>,
}

/// A day's picture, 100 high and as wide as the minutes that are shown.
struct Day {
    iso: NaiveDate,
    name: String,
    width: u32,
    wished: String,
    excess: String,
    planned: String,
    limit: String,
    before: String,
    after: Option<String>,
    is_over: bool,
    words: String,
    axis: Vec<(u32, String)>,
}

/// An hour's numbers, a cell a day: wished, planned, limit.
struct Hour {
    name: String,
    cells: Vec<Option<Numbers>>,
}

/// What is most in an hour.
struct Numbers {
    wished: String,
    planned: Option<String>,
    limit: String,
    is_over: bool,
}

/// Five minutes of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    minute: u32,
    wished: u64,
    planned: u64,
    limit: u64,
}

/// Minutes of a step.
const STEP: u32 = 5;

impl Curves {
    /// The pictures of a round's days on which something happens.
    pub fn of(material: &Material<'_>, w: Words) -> Self {
        let zone = material.school.zone();
        let wished = cells(material.wished, material.ends_at);
        let planned = material.planned.map(|load| cells(load, material.ends_at));
        let mut days: BTreeMap<NaiveDate, Vec<Step>> = BTreeMap::new();
        for (index, cell) in wished.iter().enumerate() {
            let local = cell.at.with_timezone(&zone).naive_local();
            let after: Option<&Cell> = planned.as_ref().and_then(|cells| cells.get(index));
            days.entry(local.date()).or_default().push(Step {
                minute: local.hour() * 60 + local.minute(),
                wished: cell.load,
                planned: after.map_or(0, |cell| cell.load),
                limit: cell.limit,
            });
        }
        days.retain(|_, steps| steps.iter().any(|step| step.wished > 0 || step.planned > 0));
        let hours = material.school.opening_hours.iter();
        let busy = |step: &&Step| step.wished > 0 || step.planned > 0;
        let minutes: Vec<u32> = days.values().flatten().filter(busy).map(|step| step.minute).collect();
        let from = hours.clone().map(|span| span.from_minute).chain(minutes.iter().copied()).min().unwrap_or(480);
        let to = hours.map(|span| span.to_minute).chain(minutes.iter().map(|minute| minute + STEP)).max();
        let (from, to) = (from / 60 * 60, to.unwrap_or(1080).div_ceil(60) * 60);
        let within = |step: &&Step| (from..to).contains(&step.minute);
        let top = days.values().flatten().filter(within);
        // The limit counts up to where the load is: a limit far above it would press the picture flat.
        let peak = top.clone().map(|step| step.wished.max(step.planned)).max().unwrap_or(0).max(1);
        let limit = top.map(|step| step.limit).max().unwrap_or(0);
        let scale = Scale { from, top: peak.max(limit.min(peak * 2)) };
        let has_plan = material.planned.is_some();
        let columns = days.keys().map(|day| (w.day_short(*day), w.day(*day))).collect();
        let hours = (from / 60..to / 60).map(|hour| Hour {
            name: w.time(hour * 60),
            cells: days.values().map(|steps| Numbers::of(steps, hour, has_plan, w)).collect(),
        });
        Self {
            w,
            has_plan,
            hours: hours.collect(),
            days: days.iter().map(|(day, steps)| Day::of(*day, steps, &scale, to, has_plan, w)).collect(),
            columns,
        }
    }
}

impl Numbers {
    fn of(steps: &[Step], hour: u32, has_plan: bool, w: Words) -> Option<Self> {
        let inside: Vec<&Step> = steps.iter().filter(|step| step.minute / 60 == hour).collect();
        let most = |of: &dyn Fn(&Step) -> u64| inside.iter().map(|step| of(step)).max().unwrap_or(0);
        let (wished, planned) = (most(&|step| step.wished), most(&|step| step.planned));
        let limit = inside.iter().map(|step| step.limit).min()?;
        (wished > 0 || planned > 0).then(|| Self {
            wished: w.number(wished),
            planned: has_plan.then(|| w.number(planned)),
            limit: w.number(limit),
            is_over: wished > limit,
        })
    }
}

impl Day {
    fn of(day: NaiveDate, steps: &[Step], scale: &Scale, to: u32, has_plan: bool, w: Words) -> Self {
        let shown: Vec<Step> = steps.iter().filter(|step| (scale.from..to).contains(&step.minute)).copied().collect();
        let before = shown.iter().max_by_key(|step| (step.wished, std::cmp::Reverse(step.minute)));
        let after = shown.iter().max_by_key(|step| (step.planned, std::cmp::Reverse(step.minute)));
        let say = |key: &str, load: u64, step: &Step| {
            let (load, limit) = (w.number(load), w.number(step.limit));
            w.with(key, &[("load", &load), ("limit", &limit), ("time", &w.time(step.minute))])
        };
        let before_words = before.map_or_else(String::new, |step| say("admin-curve-before", step.wished, step));
        let after_words = after.filter(|_| has_plan).map(|step| say("admin-curve-after", step.planned, step));
        let words = [Some(before_words.clone()), after_words.clone()].into_iter().flatten().collect::<Vec<_>>();
        let axis = (scale.from / 60..=to / 60).step_by(2).map(|hour| (hour * 60 - scale.from, w.time(hour * 60)));
        Self {
            iso: day,
            name: w.day(day),
            width: to - scale.from,
            wished: scale.line(&shown, |step| step.wished),
            excess: scale.between(&shown, |step| step.wished > step.limit, |step| step.wished, |step| step.limit),
            planned: scale.between(&shown, |step| step.planned > 0, |step| step.planned, |_| 0),
            limit: scale.line(&shown, |step| step.limit),
            is_over: before.is_some_and(|step| shown.iter().any(|one| one.wished > one.limit) && step.wished > 0),
            words: format!("{} : {}", w.day(day), words.join(" ")),
            before: before_words,
            after: after_words,
            axis: axis.collect(),
        }
    }

    fn key(&self) -> u32 {
        self.iso.ordinal()
    }
}

/// From minutes and connections to the picture.
struct Scale {
    from: u32,
    top: u64,
}

impl Scale {
    /// The limit may lie above the picture; it then runs along its upper edge.
    fn y(&self, value: u64) -> u64 {
        98 - (value * 94 / self.top.max(1)).min(96)
    }

    /// Writing into a string cannot fail.
    fn run(&self, path: &mut String, begin: char, steps: impl Iterator<Item = (u32, u32, u64)>) {
        let mut last: Option<u64> = None;
        for (from, to, y) in steps {
            let _ = match last {
                None => write!(path, "{begin}{from} {y}H{to}"),
                Some(before) if before == y => write!(path, "H{to}"),
                Some(_) => write!(path, "V{y}H{to}"),
            };
            last = Some(y);
        }
    }

    /// The line along a value.
    fn line(&self, steps: &[Step], value: impl Fn(&Step) -> u64) -> String {
        let mut path = String::new();
        let merged = merged(steps, &value);
        self.run(
            &mut path,
            'M',
            merged.iter().map(|(from, to, value)| (*from - self.from, *to - self.from, self.y(*value))),
        );
        path
    }

    /// The surfaces between two values where something holds.
    fn between(
        &self,
        steps: &[Step],
        wanted: impl Fn(&Step) -> bool,
        upper: impl Fn(&Step) -> u64,
        lower: impl Fn(&Step) -> u64,
    ) -> String {
        let mut path = String::new();
        for run in steps.chunk_by(|a, b| wanted(a) == wanted(b)).filter(|run| run.first().is_some_and(&wanted)) {
            let (above, below) = (merged(run, &upper), merged(run, &lower));
            let place = |(from, to, value): &(u32, u32, u64)| (*from - self.from, *to - self.from, self.y(*value));
            self.run(&mut path, 'M', above.iter().map(place));
            self.run(&mut path, 'L', below.iter().rev().map(place).map(|(from, to, y)| (to, from, y)));
            path.push('Z');
        }
        path
    }
}

/// Neighbours of one value as one stretch: from, to, value.
fn merged(steps: &[Step], value: &impl Fn(&Step) -> u64) -> Vec<(u32, u32, u64)> {
    let mut out: Vec<(u32, u32, u64)> = Vec::new();
    for step in steps {
        match out.last_mut() {
            Some(last) if last.1 == step.minute && last.2 == value(step) => last.1 = step.minute + STEP,
            _ => out.push((step.minute, step.minute + STEP, value(step))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::week::LoadStep, domain::people::Language, http::web::samples};

    #[test]
    fn neighbours_are_drawn_in_one_stroke() {
        let step = |minute, wished| Step { minute, wished, planned: 10, limit: 40 };
        let steps = [step(480, 0), step(485, 20), step(490, 20), step(495, 60), step(500, 0)];
        let scale = Scale { from: 480, top: 94 };
        assert_eq!(scale.line(&steps, |step| step.wished), "M0 98H5V78H15V38H20V98H25");
        let excess = scale.between(&steps, |step| step.wished > step.limit, |step| step.wished, |step| step.limit);
        assert_eq!(excess, "M15 38H20L20 58H15Z");
        assert_eq!(scale.between(&steps, |step| step.planned > 0, |step| step.planned, |_| 0), "M0 88H25L25 98H0Z");
    }

    #[test]
    fn peaks_are_said_with_their_time() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let load = |steps: &[(&str, u64)]| Load {
            pool: "p".into(),
            name: "p".to_owned(),
            steps: steps.iter().map(|(from, used)| LoadStep { from: at(from), used: *used, limit: 50 }).collect(),
        };
        let wished = load(&[("2020-03-22T23:00:00Z", 0), ("2020-03-23T08:00:00Z", 80), ("2020-03-23T09:00:00Z", 0)]);
        let planned = load(&[("2020-03-22T23:00:00Z", 0), ("2020-03-23T09:00:00Z", 40), ("2020-03-23T11:00:00Z", 0)]);
        let school = samples::school();
        let ends_at = at("2020-03-24T23:00:00Z");
        let material = Material { school: &school, wished: &wished, planned: Some(&planned), ends_at };
        let curves = Curves::of(&material, Words::new(Language::En));
        let [day] = curves.days.as_slice() else { panic!("one day has classes") };
        assert!(day.before.contains("80") && day.before.contains("9:00"), "{}", day.before);
        assert!(day.after.as_ref().is_some_and(|after| after.contains("40") && after.contains("10:00")));
        assert!(day.is_over && !day.excess.is_empty());
        assert!(curves.render().unwrap().contains("<svg"));
    }
}
