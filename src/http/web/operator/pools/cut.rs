//! A shared limit that is lowered: which schools' classes would no longer fit is shown before it is done, since all of them
//! are told.

use std::collections::BTreeSet;

use askama::Template;

use crate::{
    app::{
        App, AppError,
        pools::{PoolChange, PoolDetails, SchoolOverloads},
    },
    domain::{access::Principal, id::Id},
    http::web::{
        page::Shell,
        visitor::{Form, Visitor},
        words::Words,
    },
};

/// Schools that are named.
const NAMED: usize = 100;

/// What became of a change.
pub(super) enum Kept {
    /// It is kept; nothing is worse than before.
    Quietly,
    /// It is kept, and schools are told.
    Telling,
    /// Whoever sends it is to see what it would do first.
    NotYet(Box<PoolChange>),
}

/// Keeps what is new of a pool; where that makes something worse, only if `sure` came with the form.
///
/// # Errors
/// those of [`App::replace_pool`].
pub(super) async fn keep(app: &App, who: &Principal, id: &Id, new: PoolDetails, form: &Form) -> Result<Kept, AppError> {
    let (would, is_cut) = app.would_replace_pool(who, id, new.clone()).await?;
    if is_cut && form.get("sure").is_empty() {
        return Ok(Kept::NotYet(Box::new(would)));
    }
    app.replace_pool(who, id, new).await?;
    Ok(if is_cut { Kept::Telling } else { Kept::Quietly })
}

/// What would no longer fit, and the form once more.
#[derive(Template)]
#[template(path = "web/operator/cut.html")]
pub(super) struct CutPage {
    w: Words,
    shell: Shell,
    name: String,
    page: String,
    count: String,
    schools: Vec<Line>,
    more: usize,
    fields: Vec<(String, String)>,
}

/// A school of which something would no longer fit.
struct Line {
    name: String,
    href: String,
    classes: String,
    over: String,
    first: String,
}

/// Asks whether a limit is to be lowered by this form of a pool's page.
pub(super) fn ask(visitor: &Visitor, would: &PoolChange, page: String, form: &Form) -> CutPage {
    let w = visitor.w;
    let sent = form.0.iter().filter(|(field, _)| field != "csrf" && field != "sure");
    CutPage {
        w,
        shell: visitor.shell(&w.t("admin-cut-title")),
        name: would.pool.name.clone(),
        page,
        count: w.count("op-cut-count", would.overloads.len()),
        schools: would.overloads.iter().take(NAMED).map(|school| Line::of(school, w)).collect(),
        more: would.overloads.len().saturating_sub(NAMED),
        fields: sent.cloned().collect(),
    }
}

impl Line {
    fn of(school: &SchoolOverloads, w: Words) -> Self {
        let classes: BTreeSet<&Id> =
            school.overloads.iter().flat_map(|one| &one.sessions).map(|session| &session.id).collect();
        let first = school.overloads.iter().map(|one| one.from.local).min().unwrap_or_default();
        Self {
            name: school.name.clone(),
            href: format!("/operator/schools/{}", school.school),
            classes: w.count("week-classes", classes.len()),
            over: w.number(school.overloads.iter().map(|one| one.over).max().unwrap_or(0)),
            first: super::limits::moment(first, w),
        }
    }
}
