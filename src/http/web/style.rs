//! `/style`: every token and every part on one page, in both themes, for those who build pages.

use actix_web::HttpResponse;
use askama::Template;

use super::{
    page::Shell,
    parts::{
        Cell, Choice, Confirm, Field, Grid, GridCell, GridDay, GridRow, Head, Level, Mistakes, Progress, Tab, Table,
    },
    visitor::Visitor,
    words::Words,
};

/// The page.
#[derive(Template)]
#[template(path = "web/style.html")]
pub struct StylePage {
    w: Words,
    shell: Shell,
    colours: Vec<&'static str>,
    icons: Vec<&'static str>,
    /// The parts once a theme; their names differ, for ids are unique in a page.
    themes: Vec<Theme>,
}

/// The parts in one theme.
struct Theme {
    class: &'static str,
    name: String,
    mistakes: Mistakes,
    input: Field,
    wrong: Field,
    select: Field,
    checks: Field,
    radios: Field,
    confirm: Confirm,
    table: Table,
    tabs: Vec<Tab>,
    progress: Progress,
    grid: Grid,
}

/// `GET /style`.
pub async fn show(visitor: Visitor) -> HttpResponse {
    visitor.answer(Ok(StylePage::new(&visitor)))
}

impl StylePage {
    /// The page for this visitor.
    pub fn new(visitor: &Visitor) -> Self {
        let w = visitor.w;
        Self {
            w,
            shell: visitor.shell(&w.t("style-title")),
            colours: names(include_str!("../../../static/css/1-tokens.css"), "  --", ": #"),
            icons: names(include_str!("../../../static/icons.svg"), "<symbol id=\"", "\""),
            themes: vec![
                Theme::new("in-light", w.t("style-light"), "light", w),
                Theme::new("in-dark", w.t("style-dark"), "dark", w),
            ],
        }
    }
}

/// The names between two marks, each once.
fn names(text: &'static str, before: &str, after: &str) -> Vec<&'static str> {
    let mut out: Vec<&'static str> = Vec::new();
    let found = text.lines().filter_map(|line| line.split_once(before)?.1.split_once(after));
    for (name, _) in found.filter(|(name, _)| !name.contains(' ')) {
        if !out.contains(&name) {
            out.push(name);
        }
    }
    out
}

impl Theme {
    fn new(class: &'static str, name: String, key: &str, w: Words) -> Self {
        let id = |part: &str| format!("{part}-{key}");
        let options = |chosen: &str| ["6e A", "6e B", "5e C"].map(|name| Choice::new(name, name, chosen)).to_vec();
        let text = w.t("style-sample");
        let tab = |name: &str, current: bool| Tab { name: name.to_owned(), href: "/style".to_owned(), current };
        Self {
            class,
            name,
            mistakes: Mistakes {
                heading: w.count("wish-errors", 1),
                text: w.t("wish-errors-text"),
                list: vec![(id("wrong"), w.t("refused-empty-text-title"))],
            },
            input: Field::text(id("input"), w.t("wish-title")).hint(w.t("wish-title-hint")).value("SVT"),
            wrong: Field::text(id("wrong"), w.t("wish-title")).error(Some(w.t("refused-empty-text-title"))),
            select: Field::choice(id("select"), w.t("week-filter-group"), options("6e B")),
            checks: Field::choice(id("checks"), w.t("wish-groups"), options("6e A")).hint(w.t("wish-groups-hint")),
            radios: Field::choice(id("radios"), w.t("week-filter-group"), options("5e C")),
            confirm: Confirm::new("/style", w.t("wish-delete"), text.clone(), w.t("wish-delete")),
            table: Table {
                caption: text.clone(),
                heads: vec![
                    Head::new(w.t("week-filter-group")),
                    Head::number(w.t("week-load")),
                    Head::new(w.t("week-legend")),
                ],
                rows: vec![
                    vec![
                        Cell::link("6e A", "/style"),
                        Cell::new("24"),
                        Cell::tag(w.t("week-hour-level-quiet"), "quiet"),
                    ],
                    vec![Cell::link("6e B", "/style"), Cell::new("26"), Cell::tag(w.t("week-hour-level-over"), "warn")],
                ],
            },
            tabs: vec![tab("6e A", true), tab("6e B", false)],
            progress: Progress { label: text.clone(), value: 12, most: 30, words: format!("{} / {}", 12, 30) },
            grid: grid(id("grid"), text, w),
        }
    }
}

fn grid(id: String, caption: String, w: Words) -> Grid {
    let level = |value: &str, key: &str, sign, look| Level { value: value.to_owned(), name: w.t(key), sign, look };
    let levels = vec![
        level("fine", "level-fine", "", "fine"),
        level("wish", "level-wish", "★", "wish"),
        level("need", "level-need", "~", "need"),
        level("never", "level-never", "✕", "never"),
    ];
    let cell = |row: usize, day: usize| {
        (row != 1 || day != 2).then(|| GridCell {
            name: format!("{id}-c-{row}-{day}"),
            label: w.t(&format!("weekday-{day}")),
            chosen: levels.get((row + day) % 4).map(|level| level.value.clone()).unwrap_or_default(),
            note: w.percent(((row * 3 + day) % 5 * 25) as u64),
            full: (row * 3 + day) % 5,
        })
    };
    let row = |row: usize| GridRow {
        key: row.to_string(),
        name: w.time(540 + 60 * u32::try_from(row).unwrap_or_default()),
        fill: w.t("grid-fill-row"),
        cells: (1..=5).map(|day| cell(row, day)).collect(),
    };
    let day = |day: usize| GridDay {
        key: day.to_string(),
        short: w.t(&format!("weekday-short-{day}")),
        name: w.t(&format!("weekday-{day}")),
        fill: w.t("grid-fill-day"),
    };
    Grid {
        caption,
        brush: w.t("grid-brush"),
        chosen: "wish".to_owned(),
        days: (1..=5).map(day).collect(),
        rows: (0..3).map(row).collect(),
        levels,
        id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::people::Language,
        http::web::samples::{self, keep},
    };

    #[test]
    fn it_shows_every_token_and_picture_in_both_themes() {
        let html = StylePage::new(&samples::visitor(Language::Fr, "/style")).render().unwrap();
        keep("style-fr", &html);
        for part in ["swatch-paper", "swatch-warn-tint", "#federations", "in-light", "in-dark", "data-paint"] {
            assert!(html.contains(part), "{part}");
        }
        assert!(html.len() < 100_000, "{}", html.len());
    }
}
