//! *A draft*: a plan looked at from all sides before it is published.
//!
//! - [`curve`]: how full the hours would be, before and after
//! - [`classes`]: its classes, and one of them with the reasons for where it is
//! - [`limits`]: which limits would have helped
//! - [`pins`]: classes that are fixed where they are
//! - [`compare`]: two drafts side by side
//! - [`publish`]: who would hear what, and doing it

pub mod classes;
pub mod compare;
pub mod curve;
mod limits;
pub mod pins;
pub mod publish;

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::Duration;

use self::curve::{Curves, Material};
use super::{
    Asked, Office,
    lists::{Filter, wants},
    parts::{Action, Card, Facts, Page, Tab},
    reply, rounds,
};
use crate::{
    app::{
        App,
        draft::{Draft, DraftClass},
    },
    domain::{id::Id, round::RoundState},
    http::web::{
        page::Refusal,
        visitor::Visitor,
        week::{
            monday,
            view::{Class, Material as WeekMaterial, WeekView},
        },
        words::Words,
    },
};

/// The ways to look at a draft, with their texts' keys.
const VIEWS: [(&str, &str); 5] = [
    ("load", "admin-view-load"),
    ("week", "admin-view-week"),
    ("classes", "admin-view-classes"),
    ("wishes", "admin-view-wishes"),
    ("limits", "admin-view-limits"),
];

/// The classes of a week as the plan has them.
#[derive(Template)]
#[template(path = "web/admin/draft_week.html")]
struct DraftWeek {
    w: Words,
    week: WeekView,
    is_filtered: bool,
}

/// `GET /admin/plans/{id}`.
pub async fn show(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, asked: web::Query<Asked>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        let draft = app.draft(&office.who, &id).await?;
        let view = VIEWS.iter().find(|(view, _)| *view == asked.view).map_or("load", |(view, _)| view);
        let page = page(&visitor, &draft, view)?;
        let page = match view {
            "week" => week(page, &visitor, &app, &draft, &asked)?,
            "classes" => classes::list(page, &visitor, &draft, &asked)?,
            "wishes" => classes::disappointed(page, &visitor, (&app, &office), &draft, &asked).await?,
            "limits" => limits::list(page, &visitor, &app, &office, &draft).await?,
            _ => load(page, &draft, visitor.w)?,
        };
        Ok(visitor.answer(Ok(page)))
    })
    .await
}

/// The head of a draft's page.
fn page(visitor: &Visitor, draft: &Draft, view: &str) -> Result<Page, Refusal> {
    let (w, plan) = (visitor.w, &draft.summary);
    let when = super::said::at(plan.created_at, draft.school.zone(), w);
    let tab = |(name, key): &(&str, &str)| Tab {
        href: format!("/admin/plans/{}?view={name}", plan.id),
        label: w.t(key),
        current: *name == view,
    };
    let heading = w.with("admin-plan-of", &[("when", &when)]);
    let over = format!("{} · {}", draft.school.name, draft.round.name);
    let mut page = Page::new(visitor, &over, heading)
        .lead(w.with("admin-draft-lead", &[("span", &rounds::span(&draft.round, &draft.school, w))]))
        .views(VIEWS.iter().map(tab).collect())
        .action(Action::link(format!("/admin/rounds/{}", draft.round.id), w.t("admin-live-round")));
    if draft.round.state != RoundState::Archived {
        let again = Action::post(visitor, format!("/admin/rounds/{}/solve", draft.round.id), w.t("admin-draft-again"));
        page = page.action(again.sending("from", plan.id.to_string()).sending("least_change", "1"));
    }
    if plan.published {
        page = page.lead(w.t("admin-plan-published-now"));
    } else if draft.round.state != RoundState::Archived {
        page =
            page.action(Action::link(format!("/admin/plans/{}/publish", plan.id), w.t("admin-plan-publish")).first());
    }
    if plan.outdated == Some(true) && !plan.published {
        let (heading, lines) = (w.t("admin-plan-outdated"), vec![w.t("admin-plan-outdated-text")]);
        page = page.part(&Card { id: "outdated", heading, lines, is_warning: true, ..Card::default() })?;
    }
    Ok(page)
}

fn load(page: Page, draft: &Draft, w: Words) -> Result<Page, Refusal> {
    let placed = draft.classes.iter().filter(|class| class.start.is_some()).count();
    let first = draft.classes.iter().filter(|class| !class.is_disappointed && class.start.is_some()).count();
    let all = draft.classes.len().to_string();
    let of = |some: usize| w.with("admin-of", &[("some", &some.to_string()), ("all", &all)]);
    let cost = w.number(draft.summary.objective);
    let page = page.part(&Facts(vec![
        (w.t("admin-draft-first"), of(first), w.t("admin-draft-first-hint")),
        (w.t("admin-draft-placed"), of(placed), w.count("admin-plan-unplaced", draft.summary.unplaced as usize)),
        (w.t("admin-plan-cost"), cost, rounds::quality(&draft.summary, w)),
        (
            w.t("admin-draft-pins"),
            w.number(draft.classes.iter().filter(|class| class.pin.is_some()).count() as u64),
            w.t("admin-draft-pins-hint"),
        ),
    ]))?;
    let Some(load) = &draft.load else { return Ok(page) };
    let material =
        Material { school: &draft.school, wished: &load.wished, planned: Some(&load.planned), ends_at: load.ends_at };
    page.part(&Curves::of(&material, w))
}

/// The form that says whose classes are shown.
fn filter(draft: &Draft, asked: &Asked, w: Words) -> Filter {
    Filter::of(asked, format!("/admin/plans/{}", draft.summary.id), &draft.directory, w)
}

fn week(page: Page, visitor: &Visitor, app: &App, draft: &Draft, asked: &Asked) -> Result<Page, Refusal> {
    let (w, zone) = (visitor.w, draft.school.zone());
    let first = monday(draft.round.starts_at.with_timezone(&zone).date_naive());
    let start = asked.date.parse().map_or(first, monday);
    let class = |class: &DraftClass| {
        let at = class.start?.local;
        let about = [asked.group.as_str(), asked.teacher.as_str()];
        let named = class.groups.iter().chain(&class.teachers).filter(|one| !about.contains(&one.id.as_str()));
        Some(Class {
            title: class.title.clone(),
            start: at,
            end: at + Duration::minutes(i64::from(class.duration_minutes)),
            who: named.map(|one| one.name.clone()).collect(),
            link: None,
            is_cancelled: false,
        })
    };
    let wanted = draft.classes.iter().filter(|class| wants(asked, &class.groups, &class.teachers));
    let shown: Vec<Class> = wanted.filter_map(class).collect();
    let load = draft.load.as_ref();
    let cells = load.map(|load| crate::http::web::week::cells(&load.planned, load.ends_at)).unwrap_or_default();
    let week = WeekView::of(&WeekMaterial {
        w,
        zone,
        monday: start,
        today: app.now().with_timezone(&zone).date_naive(),
        hours: &draft.school.opening().week_of(start),
        classes: &shown,
        load: &cells,
    });
    let last = (draft.round.ends_at - Duration::seconds(1)).with_timezone(&zone).date_naive();
    let weeks: Vec<_> = first.iter_weeks().take_while(|week| *week <= last).collect();
    let several = if weeks.len() > 1 { weeks } else { Vec::new() };
    let is_filtered = !asked.group.is_empty() || !asked.teacher.is_empty();
    page.part(&filter(draft, asked, w).weeks(several.into_iter()))?.part(&DraftWeek { w, week, is_filtered })
}
