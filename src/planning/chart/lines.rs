//! Two lines in each of some panels, one below the other: how it was, dashed, and how it is then; with the limit.

use std::fmt::{self, Write};

use super::Lang;
use super::draw::{LEFT, LONGEST, WIDTH, escape, open};

/// The plot ends here; a limit's number is right of it.
const RIGHT: f64 = 912.0;
/// Heights of the title's line, a panel's caption, a plot, below a plot, and of the axis.
const TITLE: f64 = 42.0;
const CAPTION: f64 = 30.0;
const PLOT: f64 = 120.0;
const GAP: f64 = 12.0;
const AXIS: f64 = 30.0;

/// What is drawn.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Its title, of at most 44 characters.
    pub title: String,
    /// The picture in words, for those who do not see it.
    pub description: String,
    /// What the two lines and the limit are called.
    pub legend: [String; 3],
    /// Names below, each at its share of the way from left to right.
    pub ticks: Vec<(f64, String)>,
    /// The panels.
    pub panels: Vec<Panel>,
}

/// One plot. Values are evenly spaced from left to right.
#[derive(Clone, Debug)]
pub struct Panel {
    /// What it shows.
    pub name: String,
    /// More about it.
    pub caption: String,
    /// How it was.
    pub before: Vec<f64>,
    /// How it is then.
    pub after: Vec<f64>,
    /// The limit, where there is one.
    pub limit: Option<f64>,
}

/// Draws the figure as one SVG document.
pub fn lines(figure: &Figure, lang: Lang) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = document(&mut out, figure, lang);
    out
}

fn document(out: &mut String, figure: &Figure, lang: Lang) -> fmt::Result {
    #[expect(clippy::cast_precision_loss, reason = "a handful of panels")]
    let panels = figure.panels.len() as f64;
    let bottom = TITLE + panels * (CAPTION + PLOT) + (panels - 1.0).max(0.0) * GAP;
    open(out, bottom + AXIS, &figure.title, &figure.description, lang)?;
    legend(out, figure)?;
    let mut top = TITLE;
    for panel in &figure.panels {
        let (name, caption) = (escape(&panel.name, LONGEST), escape(&panel.caption, usize::MAX));
        let y = top + 18.0;
        writeln!(
            out,
            r#"<text class="caption" x="24" y="{y}"><tspan class="strong">{name}</tspan> · {caption}</text>"#
        )?;
        top += CAPTION;
        draw(out, panel, &figure.ticks, top, lang)?;
        top += PLOT + GAP;
    }
    for (share, name) in &figure.ticks {
        let x = LEFT + share * (RIGHT - LEFT);
        writeln!(out, r#"<text x="{x:.1}" y="{:.1}" text-anchor="middle">{name}</text>"#, bottom + 18.0)?;
    }
    out.write_str("</svg>\n")
}

/// What lines mean, from the right end of the title's line to the left.
fn legend(out: &mut String, figure: &Figure) -> fmt::Result {
    let [before, after, limit] = &figure.legend;
    let line = |x: f64, class: &str, y: u32| format!(r#"<path class="{class}" d="M{x:.1} {y}h26"/>"#);
    let area = |x: f64| format!(r#"<rect class="plan-area" x="{x:.1}" y="18" width="26" height="13"/>"#);
    let has_limit = figure.panels.iter().any(|panel| panel.limit.is_some());
    let mut x = WIDTH - 2.0;
    for (name, mark) in [(limit, 2), (after, 1), (before, 0)].into_iter().filter(|(_, mark)| *mark < 2 || has_limit) {
        // Letters of this size are about 6.6 pixels wide.
        x -= 58.0 + 6.6 * f64::from(u32::try_from(name.chars().count()).unwrap_or(0));
        let sample = match mark {
            0 => line(x, "wish-line", 25),
            1 => area(x) + line(x, "plan-line", 18).as_str(),
            _ => line(x, "cap-line", 25),
        };
        writeln!(out, r#"{sample}<text x="{:.1}" y="29">{}</text>"#, x + 33.0, escape(name, LONGEST))?;
    }
    Ok(())
}

fn draw(out: &mut String, panel: &Panel, ticks: &[(f64, String)], top: f64, lang: Lang) -> fmt::Result {
    let scale = Scale::of(panel, top);
    let width = RIGHT - LEFT;
    writeln!(out, r#"<rect class="day" x="{LEFT}" y="{top:.1}" width="{width}" height="{PLOT}"/>"#)?;
    for (share, _) in ticks {
        write!(out, r#"<path class="grid" d="M{:.1} {top:.1}v{PLOT}"/>"#, LEFT + share * width)?;
    }
    for tick in scale.ticks() {
        #[expect(clippy::cast_precision_loss, reason = "pixels need no more")]
        let y = scale.y(tick as f64);
        write!(out, r#"<path class="grid" d="M{LEFT} {y:.1}H{RIGHT}"/>"#)?;
        writeln!(out, r#"<text x="{}" y="{:.1}" text-anchor="end">{}</text>"#, LEFT - 8.0, y + 4.0, lang.number(tick))?;
    }
    let before = scale.line(&panel.before);
    writeln!(out, r#"<path class="wish-area" d="{}"/>"#, scale.area(&before))?;
    let after = scale.line(&panel.after);
    writeln!(out, r#"<path class="plan-area" d="{}"/>"#, scale.area(&after))?;
    writeln!(out, r#"<path class="plan-line" d="{after}"/><path class="wish-line" d="{before}"/>"#)?;
    if let Some(limit) = panel.limit {
        let y = scale.y(limit);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a limit is a count")]
        let number = lang.number(limit as u64);
        writeln!(
            out,
            r#"<path class="cap-line" d="M{LEFT} {y:.1}H{RIGHT}"/><text class="cap strong" x="{}" y="{:.1}">{number}</text>"#,
            RIGHT + 8.0,
            y + 4.0
        )?;
    }
    Ok(())
}

/// Where values lie from bottom to top.
struct Scale {
    top: f64,
    most: f64,
}

impl Scale {
    fn of(panel: &Panel, top: f64) -> Self {
        let values = panel.before.iter().chain(&panel.after).copied().chain(panel.limit);
        // Headroom above the highest.
        Self { top, most: (values.fold(0.0, f64::max) * 1.08).max(1.0) }
    }

    fn y(&self, value: f64) -> f64 {
        self.top + PLOT * (1.0 - value / self.most)
    }

    /// Round numbers from 0, at most five.
    fn ticks(&self) -> impl Iterator<Item = u64> + use<> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least 1, and a count")]
        let most = self.most as u64;
        let powers = (0..18).map(|power| 10_u64.pow(power));
        let steps = powers.flat_map(|power| [1, 2, 5].map(|digit| power * digit));
        let step = steps.filter(|step| most / step <= 4).min().unwrap_or(most.max(1));
        (0..=most / step).map(move |tick| tick * step)
    }

    /// The line through values, without the points that say nothing new.
    fn line(&self, values: &[f64]) -> String {
        let mut path = String::new();
        #[expect(clippy::cast_precision_loss, reason = "pixels need no more")]
        let x = |index: usize| LEFT + index as f64 / (values.len().max(2) - 1) as f64 * (RIGHT - LEFT);
        let same = |a: usize, b: usize| values.get(a).zip(values.get(b)).is_some_and(|(a, b)| (a - b).abs() < 1e-9);
        for (index, value) in values.iter().enumerate() {
            if index == 0 || !same(index - 1, index) || !same(index, index + 1) {
                let command = if index == 0 { 'M' } else { 'L' };
                let _ = write!(path, "{command}{:.1} {:.1}", x(index), self.y(*value));
            }
        }
        path
    }

    /// The surface below a line.
    fn area(&self, line: &str) -> String {
        if line.is_empty() { String::new() } else { format!("{line}V{0:.1}H{LEFT}Z", self.top + PLOT) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(before: Vec<f64>, limit: Option<f64>) -> Figure {
        let panel =
            Panel { name: "a < b".into(), caption: "logins".into(), after: vec![1.0; before.len()], before, limit };
        let legend = ["before", "after", "limit"].map(str::to_owned);
        Figure {
            title: "Morning".into(),
            description: "words".into(),
            legend,
            ticks: vec![(0.5, "9:00".into())],
            panels: vec![panel],
        }
    }

    #[test]
    fn both_lines_and_the_limit_are_drawn_and_named() {
        let svg = lines(&figure(vec![0.0, 20.0, 0.0], Some(10.0)), Lang::En);
        for part in [
            "wish-line",
            "plan-line",
            "cap-line",
            ">10</text>",
            ">before</text>",
            ">limit</text>",
            "a &lt; b",
            ">9:00</text>",
        ] {
            assert!(svg.contains(part), "{part} in {svg}");
        }
        assert!(!lines(&figure(vec![1.0; 3], None), Lang::En).contains(">limit</text>"));
    }

    #[test]
    fn nothing_to_draw_is_no_reason_to_fail() {
        assert!(lines(&figure(vec![], None), Lang::Fr).ends_with("</svg>\n"));
        assert!(lines(&figure(vec![3.0], None), Lang::Fr).contains("wish-line"));
    }
}
