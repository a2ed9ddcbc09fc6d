//! What stands in the painted grid: a number for each weekday and hour; nothing where the usual limit holds.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    domain::{
        capacity::WeeklyLimit,
        time::{DAY_MINUTES, WeekSpan},
    },
    http::web::{parts::FieldError, visitor::Form, words::Words},
};

/// Minutes that a row may have.
pub const STEPS: [u32; 4] = [60, 30, 15, 5];

/// What stands in the grid, and how it is cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cells {
    /// Minutes of a row.
    pub step: u32,
    /// The first row's minute.
    pub from: u32,
    /// The minute after the last row.
    pub to: u32,
    /// The limit where nothing else is said, as it was typed.
    pub usual: String,
    /// The days that are shown, from 1 for Monday.
    pub days: BTreeSet<u32>,
    /// What was typed, by weekday and the row's first minute; nothing for empty cells.
    pub values: BTreeMap<(u32, u32), String>,
}

impl Cells {
    /// The grid of these limits, over the hours and days that are open or have a limit, with the widest rows that show
    /// every limit as it is.
    pub fn of((connections, weekly): (u32, &[WeeklyLimit]), hours: &[WeekSpan]) -> Self {
        let limits = || weekly.iter().map(|limit| &limit.span);
        let fits = |step: &&u32| limits().all(|span| span.from_minute % **step == 0 && span.to_minute % **step == 0);
        let step = STEPS.iter().find(fits).copied().unwrap_or(5);
        let all = || hours.iter().chain(limits());
        let from = all().map(|span| span.from_minute).min().unwrap_or(480) / 60 * 60;
        let to = all().map(|span| span.to_minute).max().unwrap_or(1080).div_ceil(60) * 60;
        let mut values = BTreeMap::new();
        for limit in weekly {
            let rows = (limit.span.from_minute..limit.span.to_minute).step_by(step as usize);
            rows.for_each(|minute| drop(values.insert((limit.span.weekday, minute), limit.connections.to_string())));
        }
        let days = (1..=5).chain(all().map(|span| span.weekday)).collect();
        Self { step, from, to, usual: connections.to_string(), days, values }
    }

    /// The grid that a form sent; nothing when its cut makes no sense.
    pub fn read(form: &Form) -> Option<Self> {
        let number = |field: &str| form.get(field).parse::<u32>().ok();
        let (step, from, to) = (number("step")?, number("from")?, number("to")?);
        if !STEPS.contains(&step) || from >= to || to > DAY_MINUTES || !from.is_multiple_of(step) {
            return None;
        }
        let usual = form.get("connections").to_owned();
        let sent = |day: &u32| form.0.iter().any(|(field, _)| field.starts_with(&format!("c-{day}-")));
        let days = (1..=7).filter(|day| *day <= 5 || sent(day)).collect();
        let mut cells = Self { step, from, to, usual, days, values: BTreeMap::new() };
        for weekday in 1..=7 {
            for minute in cells.rows() {
                let value = form.get(&name(weekday, minute)).trim();
                if !value.is_empty() {
                    cells.values.insert((weekday, minute), value.to_owned());
                }
            }
        }
        Some(cells)
    }

    /// The rows' first minutes.
    pub fn rows(&self) -> Vec<u32> {
        (self.from..self.to).step_by(self.step.max(5) as usize).collect()
    }

    /// Fills a row (`row:480`) or a day (`day:1`) with what is on the brush, where an empty brush empties; or cuts the grid
    /// into other rows (`step:30`).
    pub fn fill(&mut self, what: &str, brush: &str) {
        let Some((kind, key)) = what.split_once(':') else { return };
        let Ok(key) = key.parse::<u32>() else { return };
        let places: Vec<(u32, u32)> = match kind {
            "step" => return self.recut(key),
            "row" => self.days.iter().map(|weekday| (*weekday, key)).collect(),
            "day" => self.rows().into_iter().map(|minute| (key, minute)).collect(),
            _ => return,
        };
        for place in places.into_iter().filter(|(weekday, _)| self.days.contains(weekday)).collect::<Vec<_>>() {
            match brush.trim() {
                "" => drop(self.values.remove(&place)),
                value => drop(self.values.insert(place, value.to_owned())),
            }
        }
    }

    /// Whether rows of so many minutes can hold what stands in the grid.
    pub fn fits(&self, step: u32) -> bool {
        STEPS.contains(&step)
            && self.values.iter().all(|((weekday, minute), value)| {
                let first = minute / step * step;
                let parts = (first..first + step.max(self.step)).step_by(self.step as usize);
                parts.into_iter().all(|part| self.values.get(&(*weekday, part)) == Some(value))
            })
    }

    /// Cuts the grid into rows of so many minutes, unless that would lose something.
    fn recut(&mut self, step: u32) {
        if !self.fits(step) || !self.from.is_multiple_of(step) {
            return;
        }
        let old = std::mem::take(&mut self.values);
        for ((weekday, minute), value) in old {
            let first = minute / step * step;
            let rows = (first..first + self.step.max(step)).step_by(step as usize);
            rows.for_each(|minute| drop(self.values.insert((weekday, minute), value.clone())));
        }
        self.step = step;
    }

    /// The limits, neighbours of one number as one stretch; or every cell that holds no number.
    ///
    /// # Errors
    /// what is wrong with each cell.
    pub fn weekly(&self, w: Words) -> Result<(u32, Vec<WeeklyLimit>), Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut number = |field: &str, value: &str| {
            let plain: String = value.chars().filter(|one| !one.is_whitespace()).collect();
            let read = plain.parse::<u32>();
            read.map_err(|_| errors.push(FieldError::at(field, w.t("admin-error-number")))).unwrap_or(0)
        };
        let usual = number("connections", &self.usual);
        let mut weekly: Vec<WeeklyLimit> = Vec::new();
        for ((weekday, minute), value) in &self.values {
            let connections = number(&name(*weekday, *minute), value);
            let to_minute = (*minute + self.step).min(DAY_MINUTES);
            match weekly.last_mut() {
                Some(last)
                    if last.span.weekday == *weekday
                        && last.span.to_minute == *minute
                        && last.connections == connections =>
                {
                    last.span.to_minute = to_minute;
                }
                _ => {
                    let span = WeekSpan { weekday: *weekday, from_minute: *minute, to_minute };
                    weekly.push(WeeklyLimit { span, connections });
                }
            }
        }
        if errors.is_empty() { Ok((usual, weekly)) } else { Err(errors) }
    }

    /// Whether some number needs more room than a phone's narrow cells have.
    pub fn is_wide(&self) -> bool {
        self.values.values().chain([&self.usual]).any(|value| value.len() > 3)
    }

    /// How much of the highest number of the grid stands in a cell: 0 for none of it to 4.
    pub fn level(&self, weekday: u32, minute: u32) -> u32 {
        let number = |value: &String| value.parse::<u32>().unwrap_or(0);
        let most = self.values.values().chain([&self.usual]).map(number).max().unwrap_or(0).max(1);
        let value = number(self.values.get(&(weekday, minute)).unwrap_or(&self.usual));
        (u64::from(value) * 4).div_ceil(u64::from(most)).try_into().unwrap_or(4)
    }
}

/// A cell's field.
pub fn name(weekday: u32, minute: u32) -> String {
    format!("c-{weekday}-{minute}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::people::{Language, School};

    fn limit(weekday: u32, from_minute: u32, to_minute: u32, connections: u32) -> WeeklyLimit {
        WeeklyLimit { span: WeekSpan { weekday, from_minute, to_minute }, connections }
    }

    fn cells(weekly: &[WeeklyLimit]) -> Cells {
        Cells::of((180, weekly), &School::usual_hours())
    }

    const W: Words = Words { language: Language::Fr, year: None };

    #[test]
    fn limits_become_cells_and_cells_limits() {
        let weekly = vec![limit(1, 480, 600, 90), limit(1, 600, 660, 0), limit(3, 1080, 1140, 40)];
        let cells = cells(&weekly);
        assert_eq!((cells.step, cells.from, cells.to), (60, 480, 1140));
        assert_eq!(cells.weekly(W).unwrap(), (180, weekly));
        assert_eq!([cells.level(1, 480), cells.level(1, 600), cells.level(2, 480)], [2, 0, 4]);
    }

    #[test]
    fn a_limit_that_is_finer_than_an_hour_stays_as_it_is() {
        for (weekly, step) in [(limit(2, 510, 570, 5), 30), (limit(2, 485, 500, 5), 5)] {
            let cells = cells(&[weekly]);
            assert_eq!((cells.step, cells.weekly(W).unwrap().1), (step, vec![weekly]));
        }
    }

    #[test]
    fn rows_and_days_are_filled() {
        let mut cells = cells(&[]);
        cells.fill("row:480", "30");
        cells.fill("day:1", "");
        cells.fill("day:9", "1");
        cells.fill("nonsense", "1");
        assert_eq!(cells.weekly(W).unwrap().1.len(), 4);
        cells.fill("day:2", "10");
        assert_eq!(cells.weekly(W).unwrap().1[0], limit(2, 480, 1080, 10));
    }

    #[test]
    fn rows_are_cut_as_long_as_nothing_is_lost() {
        let weekly = [limit(1, 480, 540, 90)];
        let mut cells = cells(&weekly);
        cells.fill("step:15", "");
        assert_eq!((cells.step, cells.values.len()), (15, 4));
        assert_eq!(cells.weekly(W).unwrap().1, weekly);
        cells.values.remove(&(1, 525));
        cells.fill("step:30", "");
        assert_eq!(cells.step, 15, "45 minutes are no half hours");
        cells.values.remove(&(1, 510));
        cells.fill("step:30", "");
        assert_eq!((cells.step, cells.weekly(W).unwrap().1), (30, vec![limit(1, 480, 510, 90)]));
        cells.fill("step:7", "");
        assert_eq!((cells.step, cells.fits(60)), (30, false));
    }

    #[test]
    fn what_is_no_number_is_told_at_its_cell() {
        let fields = [("step", "60"), ("from", "480"), ("to", "600"), ("connections", "x"), ("c-2-540", "many")];
        let form = |fields: &[(&str, &str)]| {
            Form(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
        };
        let wrong = Cells::read(&form(&fields)).unwrap().weekly(W).unwrap_err();
        let fields: Vec<&str> = wrong.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["connections", "c-2-540"]);
        assert_eq!(Cells::read(&form(&[("step", "7"), ("from", "0"), ("to", "60")])), None);
    }
}
