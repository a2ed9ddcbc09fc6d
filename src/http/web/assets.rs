//! What the pages load besides themselves: one style sheet, one script, the icon and the pictures, part of the binary,
//! under names that hold their content's hash, so that browsers may keep them for ever.

use std::{fmt::Write, sync::LazyLock};

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    web,
};
use sha2::{Digest, Sha256};

/// A file to load.
pub struct Asset {
    /// Its address.
    pub path: String,
    kind: &'static str,
    /// What it holds.
    pub body: String,
}

/// The style sheet.
pub static STYLE: LazyLock<Asset> = LazyLock::new(|| Asset::new("style", "css", "text/css; charset=utf-8", style()));

/// The icon.
pub static MARK: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("mark", "svg", "image/svg+xml", include_str!("../../../static/mark.svg").to_owned()));

/// The pictures, each a symbol.
pub static ICONS: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icons", "svg", "image/svg+xml", include_str!("../../../static/icons.svg").to_owned()));

/// The script. Pages do without it; it only makes them pleasanter.
pub static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("script", "js", "text/javascript; charset=utf-8", script()));

/// Rows of a day in the week's grid: five minutes each.
pub const ROW_MINUTES: u32 = 5;
const ROWS: u32 = 24 * 60 / ROW_MINUTES;

impl Asset {
    fn new(name: &str, extension: &str, kind: &'static str, body: String) -> Self {
        let hash = hex::encode(Sha256::digest(body.as_bytes()));
        let path = format!("/static/{name}.{}.{extension}", hash.get(..12).unwrap_or(&hash));
        Self { path, kind, body }
    }
}

/// One of the files; 404 for a name that this version does not have.
pub async fn serve(file: web::Path<String>) -> HttpResponse {
    let path = format!("/static/{file}");
    let Some(asset) = [&*STYLE, &*SCRIPT, &*ICONS, &*MARK].into_iter().find(|asset| asset.path == path) else {
        return HttpResponse::NotFound().finish();
    };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, asset.kind))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(asset.body.clone())
}

/// The small scripts, each in a block of its own so that their names do not meet; those that paint know what a stroke is.
fn script() -> String {
    let parts = [
        include_str!("../../../static/js/countdown.js"),
        concat!(
            include_str!("../../../static/js/stroke.js"),
            include_str!("../../../static/js/paint.js"),
            include_str!("../../../static/js/amounts.js")
        ),
        include_str!("../../../static/js/check.js"),
        include_str!("../../../static/js/copy.js"),
        include_str!("../../../static/js/live.js"),
        include_str!("../../../static/js/print.js"),
    ];
    parts.iter().fold("\"use strict\";\n".to_owned(), |script, part| script + "{\n" + part + "}\n")
}

fn style() -> String {
    let tokens = include_str!("../../../static/css/1-tokens.css");
    let mut out = [
        tokens,
        include_str!("../../../static/css/2-base.css"),
        include_str!("../../../static/css/3-frame.css"),
        include_str!("../../../static/css/4-parts.css"),
        include_str!("../../../static/css/5-home.css"),
        include_str!("../../../static/css/6-week.css"),
        include_str!("../../../static/css/7-grid.css"),
        include_str!("../../../static/css/7-admin.css"),
        include_str!("../../../static/css/7-wishes.css"),
        include_str!("../../../static/css/72-operator.css"),
        include_str!("../../../static/css/7-teacher.css"),
        include_str!("../../../static/css/8-style.css"),
        include_str!("../../../static/css/9-print.css"),
    ]
    .concat();
    out = without_comments(&out);
    // The style page shows both themes side by side.
    let from = |at: Option<usize>| at.and_then(|at| tokens.get(at..)).unwrap_or_default();
    let light = from(tokens.find("--paper")).split("\n\n").next().unwrap_or_default();
    let dark = from(tokens.rfind("--paper")).split('}').next().unwrap_or_default();
    out.push_str(&format!(".in-light{{{light}}}.in-dark{{{dark}}}\n"));
    // Writing into a string cannot fail.
    let _ = places(&mut out);
    out
}

/// What readers need not load.
fn without_comments(css: &str) -> String {
    css.split("/*").map(|part| part.split_once("*/").map_or(part, |(_, rest)| rest)).collect()
}

/// Where things lie in the week's grid. The security policy forbids `style` attributes, so every row, length and lane
/// is a class: `at-108` begins at the 108th row, `for-11` is 11 rows long, `lane-1-2` is the second of two lanes.
fn places(out: &mut String) -> std::fmt::Result {
    // For `.by-hour`, whose rows are hours, on wide screens only; a list needs no places.
    out.push_str("@media (min-width:62rem){");
    for rows in 1..=ROWS {
        write!(out, ".at-{rows}{{grid-row-start:{rows}}}.for-{rows}{{grid-row-end:span {rows}}}")?;
    }
    for lanes in [1, 2, 3, 4, 6] {
        for lane in 0..lanes {
            let width = 12 / lanes;
            write!(out, ".lane-{lane}-{lanes}{{grid-column:{}/span {width}}}", lane * width + 1)?;
        }
    }
    out.push('}');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_stays_small_and_loads_nothing() {
        assert!(STYLE.body.len() < 80_000, "{}", STYLE.body.len());
        assert!(!STYLE.body.contains("/*") && !STYLE.body.contains("*/"));
        assert!(!STYLE.body.contains("@import") && !STYLE.body.contains("http"));
        assert_eq!(STYLE.body.matches('{').count(), STYLE.body.matches('}').count());
        assert!(STYLE.body.contains(".at-108{grid-row-start:108}"));
        assert!(STYLE.body.contains(".in-light{--paper: #f7f6f2") && STYLE.body.contains(".in-dark{--paper: #0e1315"));
    }

    #[test]
    fn the_script_stays_small_and_runs_no_text() {
        assert!(SCRIPT.body.len() < 20_000, "{}", SCRIPT.body.len());
        for word in ["eval(", "innerHTML", "http:", "https:", ".style"] {
            assert!(!SCRIPT.body.contains(word), "{word}");
        }
    }

    #[test]
    fn every_name_holds_a_hash() {
        assert!(STYLE.path.starts_with("/static/style.") && STYLE.path.len() == "/static/style..css".len() + 12);
    }
}
