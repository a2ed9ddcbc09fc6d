//! A place's week as a table, as OpenMetrics, and as a picture.

use super::map::{LoadCell, LoadWeek};
use crate::planning::chart::{Lang, WeekCell, WeekLoad, load_map};
use std::fmt::Write;

/// What can be told of five minutes: its name, what it is, its value.
type Value = (&'static str, &'static str, fn(&LoadCell) -> Option<u32>);

const VALUES: [Value; 6] = [
    ("observed", "What was counted", |cell| cell.observed),
    ("forecast_median", "What is expected besides classes: as much as not, it is less", |cell| cell.median),
    ("forecast_upper", "What is expected besides classes at most", |cell| cell.upper),
    ("planned", "What classes are expected to take", |cell| Some(cell.planned)),
    ("limit", "The limit", |cell| cell.limit),
    ("left", "What the limit leaves", |cell| cell.left),
];

impl LoadWeek {
    /// The week as CSV: a line for each five minutes.
    pub fn csv(&self) -> String {
        let names: Vec<&str> = VALUES.iter().map(|(name, ..)| *name).collect();
        let mut out = format!("start,local,{}\r\n", names.join(","));
        for cell in &self.cells {
            let values = VALUES.map(|(_, _, value)| value(cell).map(|value| value.to_string()).unwrap_or_default());
            let (start, local) =
                (cell.start.utc.format("%Y-%m-%dT%H:%M:%SZ"), cell.start.local.format("%Y-%m-%dT%H:%M"));
            // Writing into a string cannot fail.
            let _ = write!(out, "{start},{local},{}\r\n", values.join(","));
        }
        out
    }

    /// The week in the text format of OpenMetrics 1.0, each value with its time: what `promtool tsdb create-blocks-from
    /// openmetrics` takes.
    pub fn openmetrics(&self) -> String {
        let (kind, id, metric) = (self.place.kind.as_str(), &self.place.id, self.metric.as_str());
        let mut out = String::new();
        for (name, help, value) in VALUES {
            let _ = write!(out, "# TYPE creneau_load_{name} gauge\n# HELP creneau_load_{name} {help}.\n");
            for cell in &self.cells {
                if let Some(value) = value(cell) {
                    let at = cell.start.utc.timestamp();
                    let _ = writeln!(
                        out,
                        r#"creneau_load_{name}{{place="{kind}",id="{id}",metric="{metric}"}} {value} {at}"#
                    );
                }
            }
        }
        out.push_str("# EOF\n");
        out
    }

    /// The week as a picture.
    pub fn svg(&self, lang: Lang) -> String {
        let cell = |cell: &LoadCell| WeekCell {
            local: cell.start.local,
            load: cell.load(),
            is_observed: cell.observed.is_some(),
            limit: cell.limit,
            left: cell.left,
        };
        let figures = self.forecast.as_ref().map(|made| &made.figures);
        let week = WeekLoad {
            name: self.name.clone(),
            window: self.window_minutes,
            monday: self.monday,
            quality: figures.and_then(|figures| Some((figures.wape?, figures.coverage))),
            cells: self.cells.iter().map(cell).collect(),
        };
        load_map(&week, lang)
    }
}
