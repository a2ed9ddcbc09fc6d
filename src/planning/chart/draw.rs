//! The chart as SVG text.

use std::fmt::{self, Write};

use super::{Lang, Panel, Picture, Step};

const STYLE: &str = include_str!("style.css");
/// Pixels; the picture is as wide as a README.
pub(super) const WIDTH: f64 = 1000.0;
/// The plot begins here: the axis' numbers are left of it.
pub(super) const LEFT: f64 = 60.0;
/// The plot ends here: the capacity's label is right of it.
const RIGHT: f64 = 912.0;
/// Height of the title's line, of a panel's caption, and of the hours and days below.
const TITLE: f64 = 42.0;
const CAPTION: f64 = 30.0;
const AXIS: f64 = 54.0;
/// Between a plot and the next caption.
const GAP: f64 = 12.0;
/// Longest name shown, in characters.
pub(super) const LONGEST: usize = 44;

/// The picture as one SVG document.
pub(super) fn svg(picture: &Picture, lang: Lang) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = document(&mut out, picture, lang);
    out
}

fn document(out: &mut String, picture: &Picture, lang: Lang) -> fmt::Result {
    let plot = if picture.panels.len() > 1 { 140.0 } else { 234.0 };
    #[expect(clippy::cast_precision_loss, reason = "at most four panels")]
    let panels = picture.panels.len().max(1) as f64;
    let bottom = TITLE + panels * (CAPTION + plot) + (panels - 1.0) * GAP;
    let height = bottom + AXIS;
    open(out, height, &picture.title, &lang.describe(&picture.panels), lang)?;
    legend(out, lang)?;
    if picture.days.is_empty() {
        write!(out, r#"<text class="caption" x="24" y="{}">{}</text>"#, TITLE + CAPTION, lang.nothing())?;
    } else {
        let days = Days::of(picture);
        let mut top = TITLE;
        for panel in &picture.panels {
            caption(out, panel, top + 18.0, lang)?;
            top += CAPTION;
            draw_panel(out, panel, &days, Scale::of(panel, top, top + plot), lang)?;
            top += plot + GAP;
        }
        axis(out, picture, &days, bottom, lang)?;
    }
    out.write_str("</svg>\n")
}

/// What every picture begins with: its description, the styles, the ground and the title.
pub(super) fn open(out: &mut String, height: f64, title: &str, description: &str, lang: Lang) -> fmt::Result {
    let code = lang.code();
    write!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" class="cc" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" xml:lang="{code}" lang="{code}">
<title>{}</title>
<desc>{}</desc>
<style>
{STYLE}</style>
<defs><pattern id="cc-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="5"/></pattern></defs>
<rect class="bg" width="{WIDTH}" height="{height}" rx="8"/>
<text class="title" x="24" y="30">{}</text>
"#,
        escape(title, usize::MAX),
        escape(description, usize::MAX),
        escape(title, LONGEST)
    )
}

/// Line styles and what they mean, from the right end of the title's line to the left.
fn legend(out: &mut String, lang: Lang) -> fmt::Result {
    let hatch = |x: f64| format!(r#"<rect x="{x}" y="18" width="26" height="13" fill="url(#cc-hatch)"/>"#);
    let line = |x: f64, class: &str, y: u32| format!(r#"<path class="{class}" d="M{x} {y}h26"/>"#);
    let plan = |x: f64| {
        let area = format!(r#"<rect class="plan-area" x="{x}" y="18" width="26" height="13"/>"#);
        area + line(x, "plan-line", 18).as_str()
    };
    let entries: [(&str, &dyn Fn(f64) -> String); 4] = [
        (lang.capacity(), &|x| line(x, "cap-line", 25)),
        (lang.planned(), &plan),
        (lang.over(), &hatch),
        (lang.wished(), &|x| line(x, "wish-line", 25)),
    ];
    let mut x = WIDTH - 2.0;
    for (name, sample) in entries {
        // Letters of this size are about 6.6 pixels wide.
        x -= 58.0 + 6.6 * f64::from(u32::try_from(name.chars().count()).unwrap_or(0));
        writeln!(out, r#"{}<text x="{}" y="29">{name}</text>"#, sample(x), x + 33.0)?;
    }
    Ok(())
}

fn caption(out: &mut String, panel: &Panel, y: f64, lang: Lang) -> fmt::Result {
    let name = escape(&panel.name, LONGEST);
    writeln!(
        out,
        r#"<text class="caption" x="24" y="{y}"><tspan class="strong">{name}</tspan> · {}</text>"#,
        lang.caption(panel)
    )
}

fn draw_panel(out: &mut String, panel: &Panel, days: &Days, scale: Scale, lang: Lang) -> fmt::Result {
    for day in 0..days.count {
        let (from, to) = days.edges(day);
        let (width, height) = (to - from, scale.bottom - scale.top);
        writeln!(
            out,
            r#"<rect class="day" x="{from:.1}" y="{:.1}" width="{width:.1}" height="{height:.1}"/>"#,
            scale.top
        )?;
    }
    for tick in scale.ticks() {
        let y = scale.y(tick);
        write!(out, r#"<path class="grid" d="M{LEFT} {y:.1}H{RIGHT}"/>"#)?;
        writeln!(out, r#"<text x="{}" y="{:.1}" text-anchor="end">{}</text>"#, LEFT - 8.0, y + 4.0, lang.number(tick))?;
    }
    let (mut area, mut excess, mut plan, mut wish, mut capacity) = Default::default();
    for (day, steps) in panel.days.iter().enumerate() {
        let pen = Pen { days, day, scale, steps };
        pen.area(&mut area, |step| step.planned, |_| 0)?;
        pen.area(&mut excess, |step| step.wished, |step| step.limit)?;
        pen.outline(&mut plan, |step| step.planned)?;
        pen.outline(&mut wish, |step| step.wished)?;
        pen.line(&mut capacity, |step| step.limit)?;
    }
    // The plan lies over the wishes and lets them show through: what counts is where they part.
    writeln!(out, r#"<path class="wish-area" d="{wish}"/>"#)?;
    writeln!(out, r#"<path fill="url(#cc-hatch)" d="{excess}"/>"#)?;
    writeln!(out, r#"<path class="wish-line" d="{wish}"/>"#)?;
    writeln!(out, r#"<path class="plan-area" d="{area}"/>"#)?;
    writeln!(out, r#"<path class="plan-line" d="{plan}"/>"#)?;
    writeln!(out, r#"<path class="cap-line" d="{capacity}"/>"#)?;
    label_capacity(out, panel, scale, lang)?;
    label_peak(out, panel, days, scale, lang)
}

/// The capacity's number where its line ends; with an arrow where it lies above the picture.
fn label_capacity(out: &mut String, panel: &Panel, scale: Scale, lang: Lang) -> fmt::Result {
    let Some(limit) = panel.days.last().and_then(|steps| steps.last()).map(|step| step.limit) else { return Ok(()) };
    let (y, arrow) = if limit > scale.most { (scale.top + 10.0, " ↑") } else { (scale.y(limit), "") };
    let (name, number) = (lang.capacity(), lang.number(limit));
    writeln!(
        out,
        r#"<text class="cap" x="{0}" y="{1:.1}">{name}</text><text class="cap strong" x="{0}" y="{2:.1}">{number}{arrow}</text>"#,
        RIGHT + 8.0,
        y - 3.0,
        y + 12.0
    )
}

/// The wished peak's number, above it.
fn label_peak(out: &mut String, panel: &Panel, days: &Days, scale: Scale, lang: Lang) -> fmt::Result {
    let steps = panel.days.iter().enumerate().flat_map(|(day, steps)| steps.iter().map(move |step| (day, step)));
    let Some((day, step)) = steps.rev().max_by_key(|(_, step)| step.wished).filter(|(_, step)| step.wished > 0) else {
        return Ok(());
    };
    let x = f64::midpoint(days.x(day, step.from), days.x(day, step.to)).clamp(LEFT + 20.0, RIGHT - 20.0);
    let (y, number) = (scale.y(step.wished) - 6.0, lang.number(step.wished));
    writeln!(out, r#"<text class="mark wish" x="{x:.1}" y="{y:.1}" text-anchor="middle">{number}</text>"#)
}

/// Hours and days below the plots.
fn axis(out: &mut String, picture: &Picture, days: &Days, y: f64, lang: Lang) -> fmt::Result {
    let (from, to) = picture.hours;
    let width = days.width;
    let per_hour = width * 60.0 / f64::from(to.saturating_sub(from).max(1));
    let every = [1, 2, 3, 4, 6, 12].into_iter().find(|hours| per_hour * f64::from(*hours) >= 38.0);
    // Days too narrow for a number are named every so often.
    let stride = (1..).find(|days| f64::from(*days) * width >= 17.0).unwrap_or(1) as usize;
    for (day, date) in picture.days.iter().enumerate() {
        let (left, right) = days.edges(day);
        writeln!(out, r#"<path class="grid" d="M{left:.1} {y:.1}H{right:.1}"/>"#)?;
        if let Some(every) = every.filter(|_| width > 60.0) {
            let hours = (from / 60..to.div_ceil(60)).filter(|hour| hour % every == 0);
            for hour in hours.filter(|hour| days.x(day, hour * 60) + 16.0 < right) {
                let x = days.x(day, hour * 60);
                write!(out, r#"<path class="grid" d="M{x:.1} {y:.1}v4"/>"#)?;
                write!(out, r#"<text x="{x:.1}" y="{:.1}" text-anchor="middle">{}</text>"#, y + 17.0, lang.hour(hour))?;
            }
        }
        if day.is_multiple_of(stride) {
            #[expect(clippy::cast_precision_loss, reason = "days of a picture")]
            let name = lang.date(*date, width * stride as f64);
            let x = f64::midpoint(left, right);
            writeln!(out, r#"<text class="date" x="{x:.1}" y="{:.1}" text-anchor="middle">{name}</text>"#, y + 39.0)?;
        }
    }
    Ok(())
}

/// Where days and their minutes lie from left to right.
struct Days {
    count: usize,
    width: f64,
    gap: f64,
    from: u32,
    to: u32,
}

impl Days {
    fn of(picture: &Picture) -> Self {
        let count = picture.days.len();
        #[expect(clippy::cast_precision_loss, reason = "days of a picture")]
        let each = (RIGHT - LEFT) / count.max(1) as f64;
        let gap = (each * 0.06).min(10.0);
        Self { count, width: each - gap, gap, from: picture.hours.0, to: picture.hours.1 }
    }

    fn edges(&self, day: usize) -> (f64, f64) {
        (self.x(day, self.from), self.x(day, self.to))
    }

    fn x(&self, day: usize, minute: u32) -> f64 {
        let share = f64::from(minute.saturating_sub(self.from)) / f64::from(self.to.saturating_sub(self.from).max(1));
        #[expect(clippy::cast_precision_loss, reason = "days of a picture")]
        let before = day as f64 * (self.width + self.gap);
        LEFT + self.gap / 2.0 + before + share * self.width
    }
}

/// Where loads lie from bottom to top.
#[derive(Clone, Copy)]
struct Scale {
    top: f64,
    bottom: f64,
    most: u64,
}

impl Scale {
    fn of(panel: &Panel, top: f64, bottom: f64) -> Self {
        let steps = panel.days.iter().flatten();
        let load = steps.clone().map(|step| step.wished.max(step.planned)).max().unwrap_or(0);
        let limit = steps.map(|step| step.limit).max().unwrap_or(0);
        // A capacity far above every load would press the loads flat.
        let most = if limit > load.saturating_mul(3) { load } else { load.max(limit) };
        // Headroom for the peak's number.
        Self { top, bottom, most: most.saturating_add(most / 9).max(1) }
    }

    fn y(&self, load: u64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "pixels need no more")]
        let share = load.min(self.most) as f64 / self.most as f64;
        self.bottom - share * (self.bottom - self.top)
    }

    /// Round numbers from 0, at most six.
    fn ticks(&self) -> impl Iterator<Item = u64> + use<> {
        let most = self.most;
        let rooms = if self.bottom - self.top > 200.0 { 5 } else { 3 };
        let powers = (0..19).map(|power| 10_u64.pow(power));
        let steps = powers.flat_map(|power| [1, 2, 5].map(|digit| power.saturating_mul(digit)));
        let step = steps.filter(|step| most / step <= rooms).min().unwrap_or(most);
        (0..=most / step).map(move |tick| tick * step)
    }
}

/// Draws one day's steps as parts of paths.
struct Pen<'a> {
    days: &'a Days,
    day: usize,
    scale: Scale,
    steps: &'a [Step],
}

impl Pen<'_> {
    fn x(&self, minute: u32) -> f64 {
        self.days.x(self.day, minute)
    }

    /// Stretches in which `wanted` holds throughout.
    fn runs(&self, wanted: impl Fn(&Step) -> bool) -> Vec<&[Step]> {
        let runs = self.steps.chunk_by(|a, b| wanted(a) == wanted(b));
        runs.filter(|run| run.first().is_some_and(&wanted)).collect()
    }

    /// The surface between two values, where the upper one is above.
    fn area(&self, path: &mut String, upper: fn(&Step) -> u64, lower: fn(&Step) -> u64) -> fmt::Result {
        let is_above = |step: &Step| upper(step) > lower(step);
        for run in self.runs(is_above) {
            self.trace(path, 'M', run.iter().map(|step| (step.from, step.to, upper(step))))?;
            self.trace(path, 'L', run.iter().rev().map(|step| (step.to, step.from, lower(step))))?;
            path.push('Z');
        }
        Ok(())
    }

    /// The line over a value, up from the bottom and down to it again, where there is any.
    fn outline(&self, path: &mut String, value: fn(&Step) -> u64) -> fmt::Result {
        for run in self.runs(|step| value(step) > 0) {
            let (Some(first), bottom) = (run.first(), self.scale.bottom) else { continue };
            write!(path, "M{:.1} {bottom:.1}", self.x(first.from))?;
            self.trace(path, 'L', run.iter().map(|step| (step.from, step.to, value(step))))?;
            write!(path, "V{bottom:.1}")?;
        }
        Ok(())
    }

    /// The line along a value, where the picture is high enough for it.
    fn line(&self, path: &mut String, value: fn(&Step) -> u64) -> fmt::Result {
        for run in self.runs(|step| value(step) <= self.scale.most) {
            self.trace(path, 'M', run.iter().map(|step| (step.from, step.to, value(step))))?;
        }
        Ok(())
    }

    /// Along values, each from one minute to another, beginning with a move or a line.
    fn trace(&self, path: &mut String, begin: char, values: impl Iterator<Item = (u32, u32, u64)>) -> fmt::Result {
        let mut last = None;
        for (from, to, value) in values {
            match last {
                None => write!(path, "{begin}{:.1} {:.1}", self.x(from), self.scale.y(value))?,
                Some((_, before)) if before == value => {}
                Some(_) => write!(path, "H{:.1}V{:.1}", self.x(from), self.scale.y(value))?,
            }
            last = Some((to, value));
        }
        last.map_or(Ok(()), |(end, _)| write!(path, "H{:.1}", self.x(end)))
    }
}

/// Text that XML allows, at most so many characters of it.
pub(super) fn escape(text: &str, longest: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for (position, character) in text.chars().enumerate() {
        if position == longest {
            out.push('…');
            break;
        }
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            character if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => {
                out.push(char::REPLACEMENT_CHARACTER);
            }
            character => out.push(character),
        }
    }
    out
}
