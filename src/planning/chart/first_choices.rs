//! The curve of first choices by limits.

use super::{
    Lang,
    lines::{Figure, Panel, lines},
};
use crate::planning::first_choices::{FirstChoices, Point};

/// Values from left to right.
const STEPS: u32 = 400;

/// Draws which share of first choices limits allow: what was kept, and what could be at most.
pub fn curve(title: &str, capacity: &FirstChoices, lang: Lang) -> String {
    let (first, last) = match capacity.curve.as_slice() {
        [] => (0, 1),
        [only] => (only.percent.saturating_sub(1), only.percent),
        [first, .., last] => (first.percent, last.percent),
    };
    let width = f64::from(last - first);
    let at = |percent: u32| f64::from(percent - first) / width;
    let share = |count: usize| {
        #[expect(clippy::cast_precision_loss, reason = "a share, for a picture")]
        let share = 100.0 * count as f64 / capacity.requests.max(1) as f64;
        share
    };
    // What fits at a scale fits at every larger one; what is impossible at a scale is so at every smaller one.
    let kept = |percent: f64| capacity.curve.iter().rfind(|point| f64::from(point.percent) <= percent + 1e-9);
    let most = |percent: f64| capacity.curve.iter().find(|point| f64::from(point.percent) >= percent - 1e-9);
    let line = |of: &dyn Fn(f64) -> f64| {
        (0..=STEPS).map(|step| of(f64::from(first) + width * f64::from(step) / f64::from(STEPS))).collect::<Vec<f64>>()
    };
    let count = |point: Option<&Point>, of: fn(&Point) -> usize| point.map_or(0.0, |point| share(of(point)));
    let panel = Panel {
        name: lang.pick("Premiers choix tenus, en %", "First choices kept, in %").to_owned(),
        caption: lang.pick("selon les limites, en % de celles d’aujourd’hui", "by limits, in % of today’s").to_owned(),
        before: line(&|percent| count(most(percent), |point| point.at_most)),
        after: line(&|percent| count(kept(percent), |point| point.kept)),
        limit: Some(f64::from(capacity.share)),
    };
    let labelled = capacity.curve.iter().fold(Vec::<u32>::new(), |mut labelled, point| {
        // Labels need some room.
        if labelled.last().is_none_or(|last| at(point.percent) - at(*last) > 0.05) {
            labelled.push(point.percent);
        }
        labelled
    });
    let ticks = labelled.into_iter().map(|percent| (at(percent), format!("{percent}\u{a0}%"))).collect();
    let found = capacity.share_percent.map_or_else(|| "–".to_owned(), |percent| percent.to_string());
    let description = lang.pick(
        format!(
            "{} % des premiers choix tiennent à partir de {found} % des limites, tous à partir de {} %.",
            capacity.share, capacity.all_percent
        ),
        format!(
            "{} % of first choices are kept from {found} % of the limits on, all from {} % on.",
            capacity.share, capacity.all_percent
        ),
    );
    let legend =
        [lang.pick("au plus", "at most"), lang.pick("tenus", "kept"), lang.pick("visé", "wanted")].map(str::to_owned);
    lines(&Figure { title: title.to_owned(), description, legend, ticks, panels: vec![panel] }, lang)
}
