//! The load of a place through a week as a picture: an hour a tile, darker the fuller, each with its number and the twelve
//! five minutes below it; from nine tenths of the limit on it is dotted, beyond it hatched.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use chrono::{NaiveDate, NaiveDateTime, Timelike};

use super::Lang;
use super::draw::{LEFT, escape, open};
use super::off_peak::Day;

/// The plot ends here.
const RIGHT: f64 = 976.0;
/// Heights: of the title, of the caption with the days below it, of a day's kind, of an hour, of the bars in it, below.
const TITLE: f64 = 42.0;
const CAPTION: f64 = 62.0;
const HOUR: f64 = 34.0;
const BARS: f64 = 9.0;
const BELOW: f64 = 12.0;
/// In a hundred of the limit: where shades end.
const SHADES: [u32; 4] = [10, 40, 65, 90];
/// The hours that are shown at least.
const HOURS: (u32, u32) = (8, 18);

/// What is drawn.
#[derive(Clone, Debug)]
pub struct WeekLoad {
    /// The place.
    pub name: String,
    /// Minutes within which logins count together; none for connections at a time.
    pub window: Option<u32>,
    /// The Monday.
    pub monday: NaiveDate,
    /// Error and coverage of the forecast, of 1.
    pub quality: Option<(f64, Option<f64>)>,
    /// Every five minutes.
    pub cells: Vec<WeekCell>,
}

/// Five minutes.
#[derive(Clone, Copy, Debug)]
pub struct WeekCell {
    /// When they begin, in local time.
    pub local: NaiveDateTime,
    /// The load: what was observed, or what is expected at most.
    pub load: Option<u32>,
    /// Whether it was observed.
    pub is_observed: bool,
    /// The limit.
    pub limit: Option<u32>,
    /// What is left.
    pub left: Option<u32>,
}

/// An hour.
#[derive(Clone, Debug, Default)]
struct Tile {
    /// In a hundred of the limit, where it is fullest; without a limit of the greatest load.
    percent: u32,
    /// Without a limit: the greatest load.
    load: u32,
    left: Option<u32>,
    is_observed: bool,
    bars: Vec<u32>,
}

/// Draws the week.
pub fn load_map(week: &WeekLoad, lang: Lang) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = document(&mut out, week, lang);
    out
}

fn document(out: &mut String, week: &WeekLoad, lang: Lang) -> fmt::Result {
    let tiles = tiles(week);
    let busy = tiles.iter().filter(|(_, tile)| tile.percent > SHADES[0]).map(|((_, hour), _)| *hour);
    let first = busy.clone().fold(HOURS.0, u32::min);
    let end = busy.fold(HOURS.1, |end, hour| end.max(hour + 1));
    let height = TITLE + CAPTION + f64::from(end - first) * HOUR + BELOW;
    let title = format!("{} · {}", week.name, lang.pick("charge de la semaine", "load of the week"));
    open(out, height, &title, &describe(week, &tiles, lang), lang)?;
    writeln!(
        out,
        r#"<defs><pattern id="cc-dots" width="5" height="5" patternUnits="userSpaceOnUse"><circle class="dot" cx="2.5" cy="2.5" r="1"/></pattern></defs>"#
    )?;
    if tiles.is_empty() {
        let nothing =
            lang.pick("Rien d’observé ni de prévu cette semaine", "Nothing observed or expected in this week");
        writeln!(out, r#"<text class="caption" x="24" y="{}">{nothing}</text>"#, TITLE + 30.0)?;
        return out.write_str("</svg>\n");
    }
    legend(out, week, lang)?;
    writeln!(out, r#"<text class="caption" x="24" y="{}">{}</text>"#, TITLE + 18.0, escape(&caption(week, lang), 160))?;
    let width = (RIGHT - LEFT) / 7.0;
    let top = TITLE + CAPTION;
    for (row, hour) in (0_u32..).zip(first..end) {
        let y = top + f64::from(row) * HOUR + 20.0;
        writeln!(out, r#"<text x="{}" y="{y:.1}" text-anchor="end">{}</text>"#, LEFT - 8.0, lang.hour(hour))?;
    }
    for (column, day) in (0_u32..).zip(week.monday.iter_days().take(7)) {
        let x = LEFT + f64::from(column) * width;
        let (middle, name) = (x + width / 2.0, lang.day(Day::Date(day), 60.0));
        writeln!(
            out,
            r#"<text class="date" x="{middle:.1}" y="{:.1}" text-anchor="middle">{name}</text>"#,
            top - 10.0
        )?;
        for (row, hour) in (0_u32..).zip(first..end) {
            if let Some(tile) = tiles.get(&(day, hour)) {
                draw_tile(out, tile, (x, top + f64::from(row) * HOUR, width), lang)?;
            }
        }
    }
    out.write_str("</svg>\n")
}

fn tiles(week: &WeekLoad) -> BTreeMap<(NaiveDate, u32), Tile> {
    let greatest = week.cells.iter().filter_map(|cell| cell.load).max().unwrap_or(0).max(1);
    let mut tiles: BTreeMap<(NaiveDate, u32), Tile> = BTreeMap::new();
    for cell in &week.cells {
        let Some(load) = cell.load else { continue };
        let percent = percent(load, cell.limit.unwrap_or(greatest));
        let tile = tiles.entry((cell.local.date(), cell.local.hour())).or_default();
        tile.percent = tile.percent.max(percent);
        tile.load = tile.load.max(load);
        tile.left = match (tile.left, cell.left) {
            (Some(known), Some(left)) => Some(known.min(left)),
            (known, left) => known.or(left),
        };
        tile.is_observed |= cell.is_observed;
        tile.bars.push(percent.min(100));
    }
    tiles
}

fn percent(load: u32, of: u32) -> u32 {
    if of == 0 {
        return if load == 0 { 0 } else { 999 };
    }
    u32::try_from((u64::from(load) * 100).div_ceil(u64::from(of))).unwrap_or(u32::MAX).min(999)
}

fn draw_tile(out: &mut String, tile: &Tile, (x, y, width): (f64, f64, f64), lang: Lang) -> fmt::Result {
    let shade = shade(tile.percent);
    let (x, y, width, height) = (x + 1.5, y + 1.5, width - 3.0, HOUR - 3.0);
    let class = if tile.is_observed { "seen" } else { "foreseen" };
    write!(
        out,
        r#"<g class="{class}"><rect class="shade{shade}" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" rx="3"/>"#
    )?;
    // Below the numbers, so that they can be read.
    for (from, pattern) in [(100, "cc-hatch"), (SHADES[3], "cc-dots")] {
        if tile.percent >= from {
            write!(
                out,
                r#"<rect x="{x:.1}" y="{:.1}" width="{width:.1}" height="{:.1}" fill="url(#{pattern})"/>"#,
                y + height - BARS - 3.0,
                BARS + 3.0
            )?;
            break;
        }
    }
    let mut path = String::new();
    let step = (width - 8.0) / 12.0;
    for (place, percent) in (0_u32..).zip(&tile.bars) {
        let bar = f64::from(*percent) / 100.0 * BARS;
        write!(
            path,
            "M{:.1} {:.1}v{:.1}h{:.1}v{:.1}z",
            x + 4.0 + f64::from(place) * step,
            y + height - 2.0,
            -bar,
            step * 0.7,
            bar
        )?;
    }
    write!(out, r#"<path class="bars on{shade}" d="{path}"/>"#)?;
    let baseline = y + 15.0;
    let number = if tile.left.is_some() {
        format!("{} %", lang.number(tile.percent.into()))
    } else {
        lang.number(tile.load.into())
    };
    write!(out, r#"<text class="spot on{shade}" x="{:.1}" y="{baseline:.1}">{number}</text>"#, x + 6.0)?;
    if let Some(left) = tile.left {
        let left = lang.free(left.into());
        write!(
            out,
            r#"<text class="on{shade}" x="{:.1}" y="{baseline:.1}" text-anchor="end">{left}</text>"#,
            x + width - 6.0
        )?;
    }
    out.write_str("</g>\n")
}

fn shade(percent: u32) -> usize {
    SHADES.iter().filter(|end| percent >= **end).count()
}

/// What shades and patterns mean, from the right end of the title's line to the left.
fn legend(out: &mut String, week: &WeekLoad, lang: Lang) -> fmt::Result {
    let ranges = ["&lt; 10", "10–39", "40–64", "65–89", "90–99", "≥ 100"];
    let mut x = RIGHT;
    for (place, range) in ranges.iter().enumerate().rev() {
        let (shade, width) = (place.min(4), 52.0);
        x -= width;
        write!(out, r#"<rect class="shade{shade}" x="{x:.1}" y="15" width="{width}" height="20"/>"#)?;
        if let Some(pattern) = [None, None, None, None, Some("cc-dots"), Some("cc-hatch")].get(place).copied().flatten()
        {
            write!(out, r#"<rect x="{x:.1}" y="29" width="{width}" height="6" fill="url(#{pattern})"/>"#)?;
        }
        writeln!(
            out,
            r#"<text class="on{shade}" x="{:.1}" y="27" text-anchor="middle">{range}</text>"#,
            x + width / 2.0
        )?;
    }
    let has_limit = week.cells.iter().any(|cell| cell.limit.is_some());
    let words = if has_limit {
        lang.pick("% de la limite", "% of the limit")
    } else {
        lang.pick("% du plus fort", "% of the most")
    };
    writeln!(out, r#"<text x="{:.1}" y="29" text-anchor="end">{words}</text>"#, x - 10.0)
}

fn caption(week: &WeekLoad, lang: Lang) -> String {
    let what = match week.window {
        None => lang.pick("Connexions simultanées", "Connections at a time").to_owned(),
        Some(minutes) => match lang {
            Lang::Fr => format!("Connexions ouvertes en {minutes} min"),
            Lang::En => format!("Logins within {minutes} min"),
        },
    };
    let how = lang.pick(
        "observées ou, à venir, attendues au plus avec les classes",
        "observed or, ahead, expected at most with all classes",
    );
    let share = |share: f64| {
        let text = format!("{:.1} %", share * 100.0);
        lang.pick(text.replace('.', ","), text.clone())
    };
    let quality = week.quality.map(|(wape, coverage)| {
        let covered = coverage.map(share).unwrap_or_else(|| "–".to_owned());
        match lang {
            Lang::Fr => format!(" · erreur de la prévision {}, couverture {covered}", share(wape)),
            Lang::En => format!(" · error of the forecast {}, coverage {covered}", share(wape)),
        }
    });
    format!("{what}, {how}{}", quality.unwrap_or_default())
}

/// For those who do not see it: the fullest hour, and the hours that are too full.
fn describe(week: &WeekLoad, tiles: &BTreeMap<(NaiveDate, u32), Tile>, lang: Lang) -> String {
    let Some(((day, hour), tile)) = tiles.iter().max_by_key(|(at, tile)| (tile.percent, std::cmp::Reverse(*at))) else {
        return lang.pick("Rien d’observé ni de prévu", "Nothing observed or expected").to_owned();
    };
    let (day, hour, over) =
        (lang.day(Day::Date(*day), 200.0), lang.hour(*hour), tiles.values().filter(|tile| tile.percent > 100).count());
    let name = &week.name;
    match lang {
        Lang::Fr => format!(
            "{name} : heure la plus chargée {day} {hour}, {} % ; heures au-delà de la limite : {over}",
            tile.percent
        ),
        Lang::En => {
            format!("{name}: the fullest hour is {day} {hour}, {} %; hours beyond the limit: {over}", tile.percent)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;

    #[test]
    fn each_hour_has_its_number_and_its_pattern() {
        let monday = NaiveDate::from_ymd_opt(2020, 3, 16).unwrap();
        let cells = (0..2016).map(|cell| {
            let local = monday.and_time(chrono::NaiveTime::MIN) + Duration::minutes(5 * cell);
            let load = match local.hour() {
                9 => 1000,
                10 => 470,
                14 => 200,
                _ => 3,
            };
            WeekCell {
                local,
                load: Some(load),
                is_observed: false,
                limit: Some(500),
                left: Some(500_u32.saturating_sub(load)),
            }
        });
        let quality = Some((0.123, Some(0.951)));
        let week = WeekLoad { name: "e-lyco & Co".into(), window: None, monday, quality, cells: cells.collect() };
        let french = load_map(&week, Lang::Fr);
        for part in
            [">200 %<", ">94 %<", ">40 %<", "url(#cc-hatch)", "url(#cc-dots)", "e-lyco &amp; Co", "12,3 %", "95,1 %"]
        {
            assert!(french.contains(part), "{part} in {french}");
        }
        let english = load_map(&week, Lang::En);
        assert!(roxmltree::Document::parse(&english).is_ok() && roxmltree::Document::parse(&french).is_ok());
        assert!(english.contains("<desc>e-lyco &amp; Co: the fullest hour is"), "{english}");
        let empty = WeekLoad { cells: Vec::new(), ..week };
        assert!(load_map(&empty, Lang::En).contains("Nothing observed"));
    }
}
