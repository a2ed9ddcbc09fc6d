//! Which limits would have let more classes have their first choice, each tried by itself.

use super::super::{
    Office,
    parts::{Cell, Empty, Facts, Page, Row, Table},
    said,
};
use super::classes::{clock, moment};
use crate::{
    app::{App, draft::Draft},
    http::web::{page::Refusal, visitor::Visitor},
    planning::raises::SingleRaise,
};

/// The most classes that are named for a raise.
const NAMED: usize = 5;

/// The raises that were tried.
///
/// # Errors
/// those of the use cases.
pub async fn list(page: Page, visitor: &Visitor, app: &App, office: &Office, draft: &Draft) -> Result<Page, Refusal> {
    let w = visitor.w;
    let told = app.raises(&office.who, &draft.summary.id).await?;
    if told.raises.is_empty() {
        let key = if told.not_first_choice == 0 { "admin-disappointed-none-text" } else { "admin-limits-none-text" };
        return page.part(&Empty { heading: w.t("admin-limits-none"), text: w.t(key), actions: Vec::new() });
    }
    let row = |raise: &SingleRaise| {
        let mut names: Vec<&str> = raise.requests.iter().map(|helped| helped.title.as_str()).take(NAMED).collect();
        if raise.requests.len() > NAMED {
            names.push("…");
        }
        let minutes = u32::try_from(raise.saves_minutes).unwrap_or(u32::MAX);
        Row {
            cells: vec![
                Cell::text(
                    w.with("admin-overload-when", &[("from", &moment(&raise.from, w)), ("to", &clock(&raise.to, w))]),
                )
                .small(said::pool(&raise.name, raise.whose, w)),
                Cell::text(w.with("admin-limits-more", &[("count", &raise.connections.to_string())])),
                Cell::text(w.count("week-classes", raise.requests.len())).small(names.join(", ")),
                Cell::text(w.duration(minutes)),
            ],
            actions: Vec::new(),
        }
    };
    let number = |key: &str, count: usize| (w.t(key), w.number(count as u64), String::new());
    page.part(&Facts(vec![
        number("admin-limits-sad", told.not_first_choice),
        number("admin-limits-people", told.not_helped),
    ]))?
    .part(&Table {
        id: "raises",
        heading: w.t("admin-limits-title"),
        count: w.t("admin-limits-hint"),
        columns: ["admin-limits-where", "admin-limits-by", "admin-limits-helps", "admin-limits-nearer"]
            .map(|key| w.t(key))
            .into(),
        rows: told.raises.iter().map(row).collect(),
        deeds: None,
    })
}
