//! The off-peak map as SVG text. The stronger the shade the dearer, and every hour has its number.

use std::fmt::{self, Write};

use super::Lang;
use super::draw::{LEFT, LONGEST, escape, open};
use super::off_peak::{Map, Panel, Spot};

/// The plot ends here.
const RIGHT: f64 = 976.0;
/// Heights of the title's line, of a panel's caption with the days below it, of an hour, and below a panel.
const TITLE: f64 = 42.0;
const CAPTION: f64 = 52.0;
const HOUR: f64 = 26.0;
const GAP: f64 = 14.0;
/// Shades, from no surcharge to the highest.
const SHADES: u64 = 5;
/// Narrower hours have no room for what is free.
const ROOM_FOR_FREE: f64 = 92.0;

/// The picture as one SVG document.
pub(super) fn svg(map: &Map, lang: Lang) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = document(&mut out, map, lang);
    out
}

fn document(out: &mut String, map: &Map, lang: Lang) -> fmt::Result {
    let shades = Shades::of(map.highest());
    let plot = f64::from(map.hours.1.saturating_sub(map.hours.0)) * HOUR;
    #[expect(clippy::cast_precision_loss, reason = "at most four panels")]
    let height =
        TITLE + map.panels.len() as f64 * (CAPTION + plot + GAP) + if map.days.is_empty() { CAPTION } else { 8.0 };
    let title = format!("{} · {}", map.title, lang.off_peak());
    open(out, height, &title, &lang.describe_map(map), lang)?;
    if map.days.is_empty() {
        writeln!(out, r#"<text class="caption" x="24" y="{}">{}</text>"#, TITLE + 30.0, lang.nothing())?;
    } else {
        legend(out, &shades, lang)?;
        let mut top = TITLE;
        for panel in &map.panels {
            draw_panel(out, map, panel, &shades, top, lang)?;
            top += CAPTION + plot + GAP;
        }
    }
    out.write_str("</svg>\n")
}

/// What shades mean, from the right end of the title's line to the left.
fn legend(out: &mut String, shades: &Shades, lang: Lang) -> fmt::Result {
    let mut x = RIGHT;
    for shade in (0..shades.count()).rev() {
        let range = shades.range(shade, lang);
        // Letters of this size are about 6.6 pixels wide.
        let width = (14.0 + 6.6 * f64::from(u32::try_from(range.chars().count()).unwrap_or(0))).max(34.0);
        x -= width;
        writeln!(
            out,
            r#"<rect class="shade{shade}" x="{x:.1}" y="15" width="{width:.1}" height="20"/><text class="on{shade}" x="{:.1}" y="29" text-anchor="middle">{range}</text>"#,
            x + width / 2.0
        )?;
    }
    writeln!(out, r#"<text x="{:.1}" y="29" text-anchor="end">{}</text>"#, x - 10.0, lang.surcharge())
}

fn draw_panel(out: &mut String, map: &Map, panel: &Panel, shades: &Shades, top: f64, lang: Lang) -> fmt::Result {
    #[expect(clippy::cast_precision_loss, reason = "days of a picture")]
    let width = (RIGHT - LEFT) / map.days.len().max(1) as f64;
    let name = escape(&panel.name, LONGEST);
    writeln!(
        out,
        r#"<text class="caption" x="24" y="{:.1}"><tspan class="strong">{name}</tspan> · {}</text>"#,
        top + 18.0,
        lang.caption_map(panel)
    )?;
    let top = top + CAPTION;
    for (row, hour) in (0_u32..).zip(map.hours.0..map.hours.1) {
        let y = top + f64::from(row) * HOUR + 17.5;
        writeln!(out, r#"<text x="{}" y="{y:.1}" text-anchor="end">{}</text>"#, LEFT - 8.0, lang.hour(hour))?;
    }
    for (column, (day, spots)) in (0_u32..).zip(map.days.iter().zip(&panel.spots)) {
        let x = LEFT + f64::from(column) * width;
        let (name, middle) = (lang.day(*day, width), x + width / 2.0);
        writeln!(out, r#"<text class="date" x="{middle:.1}" y="{:.1}" text-anchor="middle">{name}</text>"#, top - 8.0)?;
        for (row, spot) in (0_u32..).zip(spots) {
            let y = top + f64::from(row) * HOUR;
            if let Some(spot) = spot {
                draw_spot(out, *spot, shades, (x, y, width), lang)?;
            }
        }
    }
    Ok(())
}

fn draw_spot(out: &mut String, spot: Spot, shades: &Shades, (x, y, width): (f64, f64, f64), lang: Lang) -> fmt::Result {
    let shade = shades.shade(spot.surcharge);
    write!(
        out,
        r#"<rect class="shade{shade}" x="{:.1}" y="{:.1}" width="{:.1}" height="{}"/>"#,
        x + 1.0,
        y + 1.0,
        (width - 2.0).max(0.5),
        HOUR - 2.0
    )?;
    let (y, number) = (y + 17.5, lang.number(whole(spot.surcharge)));
    if width < ROOM_FOR_FREE {
        let x = x + width / 2.0;
        return writeln!(
            out,
            r#"<text class="spot on{shade}" x="{x:.1}" y="{y:.1}" text-anchor="middle">{number}</text>"#
        );
    }
    let free = lang.free(spot.free);
    writeln!(
        out,
        r#"<text class="spot on{shade}" x="{:.1}" y="{y:.1}" text-anchor="end">{number}</text><text class="on{shade}" x="{:.1}" y="{y:.1}" text-anchor="end">{free}</text>"#,
        x + width * 0.36,
        x + width - 10.0
    )
}

/// Surcharges in whole units by shade: none, then equal parts up to the highest.
struct Shades {
    part: u64,
    highest: u64,
}

impl Shades {
    fn of(highest: f64) -> Self {
        let highest = whole(highest);
        Self { part: highest.div_ceil(SHADES - 1).max(1), highest }
    }

    fn count(&self) -> u64 {
        1 + self.highest.div_ceil(self.part)
    }

    fn shade(&self, surcharge: f64) -> u64 {
        whole(surcharge).div_ceil(self.part).min(SHADES - 1)
    }

    fn range(&self, shade: u64, lang: Lang) -> String {
        let (from, to) = (shade.saturating_sub(1) * self.part + 1, shade.saturating_mul(self.part).min(self.highest));
        match shade {
            0 => lang.number(0),
            _ if from == to => lang.number(to),
            _ => format!("{}–{}", lang.number(from), lang.number(to)),
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative; absurd ones are the most")]
fn whole(surcharge: f64) -> u64 {
    surcharge.round() as u64
}
