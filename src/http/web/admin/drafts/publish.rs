//! Publishing: who would hear what, then doing it; a plan that somebody else published meanwhile is told kindly.

use actix_web::{HttpResponse, http::StatusCode, web};

use super::{
    super::{
        Asked, Office,
        form::{FormView, errors, text},
        lists::Pages,
        parts::{Action, Card, Cell, Empty, Facts, Page, Row, Table},
        reply, said, told,
    },
    classes::{moment, people},
};
use crate::{
    app::{
        App, AppError,
        preview::{ChangeKind, ChangeView, Concerned, PublicationPreview},
        publication::Publication,
    },
    domain::id::Id,
    http::web::{
        page::Refusal,
        visitor::{Form, Visitor},
        words::Words,
    },
};

/// `GET /admin/plans/{id}/publish`.
pub async fn preview(
    visitor: Visitor,
    app: web::Data<App>,
    id: web::Path<Id>,
    asked: web::Query<Asked>,
) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        page(&visitor, &app, &office, &id, (&asked, None)).await
    })
    .await
}

/// `POST /admin/plans/{id}/publish`, in place of the plan that was published when it was looked at.
pub async fn publish(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let round = app.plan(&office.who, &id).await?.summary.round;
        let order = Publication { plan: id.clone(), replaces: text(&form, "replaces").map(Id::from) };
        let done = || told(&visitor, &format!("/admin/rounds/{round}"), "admin-done-published");
        match app.publish(&office.who, &round, order).await {
            Ok(_) => Ok(done()),
            // Pressed twice: what was asked for is there.
            Err(AppError::Conflict { code: "already-published", .. })
                if app.round(&office.who, &round).await?.published_plan.as_ref() == Some(&*id) =>
            {
                Ok(done())
            }
            Err(AppError::Conflict { code: "already-published", .. }) => {
                let lines = vec![visitor.w.t("admin-publish-conflict-text")];
                page(&visitor, &app, &office, &id, (&Asked::default(), Some(lines))).await
            }
            Err(error) => {
                let lines = errors(error, visitor.w)?.into_iter().map(|error| error.text).collect();
                page(&visitor, &app, &office, &id, (&Asked::default(), Some(lines))).await
            }
        }
    })
    .await
}

async fn page(
    visitor: &Visitor,
    app: &App,
    office: &Office,
    id: &Id,
    (asked, refused): (&Asked, Option<Vec<String>>),
) -> Result<HttpResponse, Refusal> {
    let w = visitor.w;
    let told = app.publication_preview(&office.who, id).await?;
    let round = app.round(&office.who, &told.round).await?;
    let status = if refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let mut page = Page::new(visitor, &round.name, w.t("admin-publish-title"))
        .lead(w.t(if told.replaces.is_some() { "admin-publish-lead-again" } else { "admin-publish-lead" }))
        .action(Action::link(format!("/admin/plans/{id}"), w.t("admin-publish-back")));
    if let Some(lines) = refused {
        let heading = w.t("admin-publish-conflict");
        page = page.part(&Card { id: "refused", heading, lines, is_warning: true, ..Card::default() })?;
    }
    if !told.obstacles.is_empty() {
        page = page.part(&Card {
            id: "obstacles",
            heading: w.t("admin-publish-obstacles"),
            lines: vec![w.t("admin-publish-obstacles-text")],
            items: told.obstacles.iter().map(|finding| said::finding(finding, w)).collect(),
            actions: vec![Action::link(format!("/admin/rounds/{}", round.id), w.t("admin-live-round"))],
            is_warning: true,
        })?;
    }
    page = page.part(&facts(&told, w))?;
    if told.publishable {
        let replaces = told.replaces.as_ref().map(ToString::to_string).unwrap_or_default();
        let form = FormView::new(
            visitor,
            w.t("admin-publish-confirm"),
            format!("/admin/plans/{id}/publish"),
            w.t("admin-publish-do"),
        )
        .lead(w.count("admin-publish-mails", told.mails))
        .hidden("replaces", replaces)
        .cancel(format!("/admin/plans/{id}"));
        page = page.beside(&form)?;
    }
    if told.changes.is_empty() {
        let (heading, text) = (w.t("admin-publish-nothing"), w.t("admin-publish-nothing-text"));
        return Ok(visitor.answer_with(status, Ok(page.part(&Empty { heading, text, actions: Vec::new() })?)));
    }
    let pages = Pages::of(asked, told.changes.len(), &format!("/admin/plans/{id}/publish"), w);
    let page = page
        .part(&concerned("teachers", w.t("admin-publish-teachers"), &told.teachers, true, w))?
        .part(&concerned("groups", w.t("admin-publish-groups"), &told.groups, false, w))?
        .part(&changes(&told.changes, &pages, w))?
        .part(&pages)?;
    Ok(visitor.answer_with(status, Ok(page)))
}

fn facts(told: &PublicationPreview, w: Words) -> Facts {
    let count = |kind: ChangeKind| told.changes.iter().filter(|change| change.change == kind).count();
    let number = |key: &str, count: usize| (w.t(key), w.number(count as u64), String::new());
    Facts(vec![
        number("admin-publish-added", count(ChangeKind::Added)),
        number("admin-publish-moved", count(ChangeKind::Moved)),
        number("admin-publish-cancelled", count(ChangeKind::Cancelled)),
        number("admin-publish-mail-count", told.mails),
    ])
}

fn concerned(id: &'static str, heading: String, all: &[Concerned], with_mail: bool, w: Words) -> Table {
    let row = |one: &Concerned| {
        let counts = [
            ("admin-publish-n-added", one.added),
            ("admin-publish-n-moved", one.moved),
            ("admin-publish-n-cancelled", one.cancelled),
        ];
        let said = counts.into_iter().filter(|(_, count)| *count > 0).map(|(key, count)| w.count(key, count));
        let mail = match (with_mail, one.mail) {
            (true, true) => Cell::tag(w.t("admin-publish-by-mail"), "quiet"),
            (true, false) => Cell::tag(w.t("admin-publish-no-mail"), "warn"),
            (false, _) => Cell::text(w.t("admin-publish-by-feed")),
        };
        Row {
            cells: vec![Cell::text(&one.who.name), Cell::text(said.collect::<Vec<_>>().join(", ")), mail],
            actions: Vec::new(),
        }
    };
    Table {
        id,
        count: String::new(),
        columns: vec![heading.clone(), w.t("admin-publish-what"), w.t("admin-publish-how")],
        heading,
        rows: all.iter().map(row).collect(),
        deeds: None,
    }
}

fn changes(all: &[ChangeView], pages: &Pages, w: Words) -> Table {
    let row = |one: &ChangeView| {
        let (key, tag) = match one.change {
            ChangeKind::Added => ("admin-publish-new", "quiet"),
            ChangeKind::Moved => ("admin-publish-other-time", "plain"),
            ChangeKind::Cancelled => ("admin-publish-gone", "warn"),
        };
        let none = || "–".to_owned();
        Row {
            cells: vec![
                Cell::text(&one.title).small(people(&one.groups, &one.teachers)),
                Cell::tag(w.t(key), tag),
                Cell::text(one.from.as_ref().map_or_else(none, |at| moment(at, w))),
                Cell::text(one.to.as_ref().map_or_else(none, |at| moment(at, w))),
            ],
            actions: Vec::new(),
        }
    };
    Table {
        id: "changes",
        heading: w.count("admin-publish-changes", all.len()),
        count: pages.count(),
        columns: ["admin-class-column", "admin-publish-change", "admin-publish-before", "admin-publish-after"]
            .map(|key| w.t(key))
            .into(),
        rows: all[pages.range.clone()].iter().map(row).collect(),
        deeds: None,
    }
}
