//! Limits by weekday and hour as a grid of numbers to paint: a school's capacity, and the pools that schools share. Numbers
//! are typed, drawn over with the brush, or filled into a row or a column; all of them are sent by one form.
//!
//! - [`cells`]: what stands in the grid

pub mod cells;

use askama::Template;
use serde::Serialize;

pub use self::cells::Cells;
use self::cells::{STEPS, name};
use super::{
    page::Shell,
    parts::FieldError,
    version,
    visitor::{Form, Visitor},
    words::Words,
};

/// What stands in the grid's form, and what is wrong with it.
pub struct Painted {
    /// The cells.
    pub cells: Cells,
    /// The number on the brush, as it was typed.
    pub brush: String,
    /// The version that it showed, when it was sent.
    pub version: String,
    /// What is wrong, and where.
    pub errors: Vec<FieldError>,
}

impl Painted {
    /// What holds, before anything was typed.
    pub fn fresh(cells: Cells) -> Self {
        Self { cells, brush: String::new(), version: String::new(), errors: Vec::new() }
    }

    /// What a form sent; nothing when the grid's cut makes no sense.
    pub fn read(form: &Form) -> Option<Self> {
        let (brush, version) = (form.get("brush").to_owned(), form.get(version::FIELD).to_owned());
        Some(Self { cells: Cells::read(form)?, brush, version, errors: Vec::new() })
    }

    /// Fills a row or a column, or cuts the rows anew, when that is what the form asks for; nothing is kept then.
    pub fn fill(&mut self, form: &Form) -> bool {
        let what = form.get("fill");
        self.cells.fill(what, &self.brush);
        !what.is_empty()
    }

    /// The same, with what is wrong.
    #[must_use]
    pub fn wrong(self, errors: Vec<FieldError>) -> Self {
        Self { errors, ..self }
    }
}

/// The grid with its form.
#[derive(Template)]
#[template(path = "web/limits.html")]
pub struct LimitsView {
    w: Words,
    shell: Shell,
    action: String,
    look: String,
    version: String,
    lead: String,
    note: String,
    painted: Painted,
    days: Vec<(u32, String, String)>,
    rows: Vec<(u32, String, Vec<Amount>)>,
    step: String,
    steps: Vec<(u32, String)>,
    errors_heading: String,
}

/// A cell.
struct Amount {
    name: String,
    label: String,
    value: String,
    level: u32,
    is_wrong: bool,
}

impl LimitsView {
    /// A grid that is sent to `action`, of limits that are there now and are looked at under `look`.
    pub fn new(visitor: &Visitor, (action, look): (&str, &str), present: &impl Serialize, painted: Painted) -> Self {
        let w = visitor.w;
        let cells = &painted.cells;
        let weekday = |day: u32| w.t(&format!("weekday-{day}"));
        let amount = |day: u32, minute: u32| {
            let name = name(day, minute);
            Amount {
                label: w.with("limits-cell", &[("day", &weekday(day)), ("time", &w.time(minute))]),
                value: cells.values.get(&(day, minute)).cloned().unwrap_or_default(),
                level: cells.level(day, minute),
                is_wrong: painted.errors.iter().any(|error| error.field == name),
                name,
            }
        };
        let row = |minute: u32| (minute, w.time(minute), cells.days.iter().map(|day| amount(*day, minute)).collect());
        let day = |day: &u32| (*day, w.t(&format!("weekday-short-{day}")), weekday(*day));
        let other = |step: &&u32| **step != cells.step && cells.fits(**step);
        Self {
            w,
            shell: visitor.shell(""),
            action: action.to_owned(),
            look: look.to_owned(),
            version: version::carried(present, &painted.version, &painted.errors),
            lead: String::new(),
            note: String::new(),
            days: cells.days.iter().map(day).collect(),
            rows: cells.rows().into_iter().map(row).collect(),
            step: w.with("limits-step", &[("step", &w.duration(cells.step))]),
            steps: STEPS.iter().filter(other).map(|step| (*step, w.duration(*step))).collect(),
            errors_heading: w.count("wish-errors", painted.errors.len()),
            painted,
        }
    }

    /// The same with words before the grid.
    #[must_use]
    pub fn lead(self, lead: String) -> Self {
        Self { lead, ..self }
    }

    /// The same with words beside the button.
    #[must_use]
    pub fn note(self, note: String) -> Self {
        Self { note, ..self }
    }
}
