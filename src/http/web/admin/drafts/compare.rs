//! Two drafts side by side: what changes from the first to the second, and for whom.

use actix_web::{HttpResponse, web};

use super::{
    super::{
        Asked, Office,
        parts::{Action, Cell, Empty, Facts, Page, Row, Table},
        reply,
    },
    classes::{moment, people},
};
use crate::{
    app::{App, plans::PlanSummary},
    domain::id::Id,
    http::web::{page::Refusal, visitor::Visitor, words::Words},
    planning::comparison::{ClassDifference, Comparison, TeacherDifference},
};

/// `GET /admin/plans/{id}/compare`.
pub async fn show(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, asked: web::Query<Asked>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        if asked.with.is_empty() {
            let page = choose(&visitor, &app, &office, &id).await?;
            return Ok(visitor.answer(Ok(page)));
        }
        let with = Id::from(asked.with.as_str());
        let compared = app.compare_plans(&office.who, &id, &with).await?;
        let (first, second) = (app.draft(&office.who, &id).await?, app.draft(&office.who, &with).await?);
        let page = page(&visitor, &compared, (&first.summary, &second.summary), &first)?;
        Ok(visitor.answer(Ok(page)))
    })
    .await
}

/// The plans of the same round, to choose the other one of two.
async fn choose(visitor: &Visitor, app: &App, office: &Office, id: &Id) -> Result<Page, Refusal> {
    let w = visitor.w;
    let draft = app.draft(&office.who, id).await?;
    let mut plans = app.plans(&office.who, &draft.round.id).await?;
    plans.retain(|plan| plan.id != *id);
    let page = Page::new(visitor, &draft.round.name, w.t("admin-compare-title"))
        .lead(w.t("admin-compare-choose"))
        .action(Action::link(format!("/admin/plans/{id}"), w.t("admin-publish-back")));
    if plans.is_empty() {
        let (heading, text) = (w.t("admin-compare-none"), w.t("admin-compare-none-text"));
        let actions = vec![Action::link(format!("/admin/rounds/{}", draft.round.id), w.t("admin-live-round"))];
        return page.part(&Empty { heading, text, actions });
    }
    let row = |plan: &PlanSummary| {
        let when = super::super::said::at(plan.created_at, draft.school.zone(), w);
        let address = format!("/admin/plans/{}/compare?with={id}", plan.id);
        Row {
            cells: vec![
                Cell::link(w.with("admin-plan-of", &[("when", &when)]), address),
                Cell::text(w.number(plan.objective)),
                Cell::text(w.number(u64::from(plan.unplaced))),
            ],
            actions: Vec::new(),
        }
    };
    page.part(&Table {
        id: "plans",
        heading: w.t("admin-plans-title"),
        count: w.count("admin-plans-count", plans.len()),
        columns: ["admin-plan-column", "admin-plan-cost", "admin-plan-without"].map(|key| w.t(key)).into(),
        rows: plans.iter().map(row).collect(),
        deeds: None,
    })
}

fn page(
    visitor: &Visitor,
    compared: &Comparison,
    (first, second): (&PlanSummary, &PlanSummary),
    draft: &crate::app::draft::Draft,
) -> Result<Page, Refusal> {
    let w = visitor.w;
    let when = |plan: &PlanSummary| super::super::said::at(plan.created_at, draft.school.zone(), w);
    let (from, to) = (&compared.from, &compared.to);
    let change = |key: &str, before: usize, after: usize| {
        let named = [("before", w.number(before as u64)), ("after", w.number(after as u64))];
        let words = w.with("admin-compare-change", &named.each_ref().map(|(name, value)| (*name, value.as_str())));
        (w.t(key), words, String::new())
    };
    let cost = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    let lead = w.with("admin-compare-lead", &[("first", &when(first)), ("second", &when(second))]);
    let page = Page::new(visitor, &draft.round.name, w.t("admin-compare-title"))
        .lead(lead)
        .action(Action::link(format!("/admin/plans/{}", first.id), w.t("admin-compare-first")))
        .action(Action::link(format!("/admin/plans/{}", second.id), w.t("admin-compare-second")))
        .part(&Facts(vec![
            change("admin-draft-first", from.first_choices, to.first_choices),
            change("admin-plan-without", from.unplaced, to.unplaced),
            change("admin-plan-cost", cost(from.objective), cost(to.objective)),
        ]))?;
    if compared.classes.is_empty() {
        let (heading, text) = (w.t("admin-compare-same"), w.t("admin-compare-same-text"));
        return page.part(&Empty { heading, text, actions: Vec::new() });
    }
    let page = page.part(&classes(&compared.classes, w))?;
    let touched: Vec<&TeacherDifference> = compared.teachers.iter().filter(|one| one.changed > 0).collect();
    page.part(&teachers(&touched, w))
}

fn classes(all: &[ClassDifference], w: Words) -> Table {
    let none = || w.t("admin-class-none");
    let row = |one: &ClassDifference| {
        let (before, after) = (one.cost_before.unwrap_or(0), one.cost_after.unwrap_or(0));
        let mark = match after.cmp(&before) {
            std::cmp::Ordering::Less => Cell::tag(w.t("admin-compare-better"), "quiet"),
            std::cmp::Ordering::Greater => Cell::tag(w.t("admin-compare-worse"), "warn"),
            std::cmp::Ordering::Equal => Cell::tag(w.t("admin-compare-equal"), "plain"),
        };
        Row {
            cells: vec![
                Cell::text(&one.title).small(people(&one.groups, &one.teachers)),
                Cell::text(one.from.as_ref().map_or_else(none, |at| moment(at, w))),
                Cell::text(one.to.as_ref().map_or_else(none, |at| moment(at, w))),
                mark,
            ],
            actions: Vec::new(),
        }
    };
    Table {
        id: "classes",
        heading: w.count("admin-compare-classes", all.len()),
        count: String::new(),
        columns: ["admin-class-column", "admin-compare-before", "admin-compare-after", "admin-compare-mark"]
            .map(|key| w.t(key))
            .into(),
        rows: all.iter().map(row).collect(),
        deeds: None,
    }
}

fn teachers(all: &[&TeacherDifference], w: Words) -> Table {
    let minutes = |minutes: u64, unplaced: usize| {
        let without = if unplaced > 0 { w.count("admin-compare-without", unplaced) } else { String::new() };
        Cell::text(w.duration(u32::try_from(minutes).unwrap_or(u32::MAX))).small(without)
    };
    let row = |one: &&TeacherDifference| Row {
        cells: vec![
            Cell::text(&one.teacher.name),
            Cell::text(w.count("week-classes", one.changed)),
            minutes(one.minutes_before, one.unplaced_before),
            minutes(one.minutes_after, one.unplaced_after),
        ],
        actions: Vec::new(),
    };
    Table {
        id: "teachers",
        heading: w.t("admin-compare-teachers"),
        count: w.t("admin-compare-minutes"),
        columns: ["admin-teacher-column", "admin-compare-changed", "admin-compare-before", "admin-compare-after"]
            .map(|key| w.t(key))
            .into(),
        rows: all.iter().map(row).collect(),
        deeds: None,
    }
}
