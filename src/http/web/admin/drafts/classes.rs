//! The classes of a draft: all of them, those that did not get their wish, and one with every reason.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use chrono::{NaiveDateTime, Timelike};

use super::{super::form::Entry, filter};
use crate::{
    app::{
        App,
        draft::{Draft, DraftClass},
        sessions::Named,
    },
    domain::id::Id,
    http::web::{
        admin::{
            Asked, Office,
            form::{FieldError, FormView, Look},
            lists::{Pages, wants},
            parts::{Action, Cell, Empty, Facts, Page, Row, Table},
            reply,
            said::{at, obstacle, pool},
        },
        page::Refusal,
        visitor::{Form, Visitor},
        words::Words,
    },
    planning::{
        explanation::{Explanation, Outcome, Relief},
        names::Moment,
    },
};

/// The most reasons that are told of a class in a list, and of one by itself.
const FEW: usize = 2;

/// Those that did not get their wish.
#[derive(Template)]
#[template(path = "web/admin/disappointed.html")]
struct Disappointed {
    heading: String,
    more: String,
    classes: Vec<Reasons>,
}

/// Why a class is where it is.
struct Reasons {
    href: String,
    title: String,
    people: String,
    wished: String,
    got: String,
    is_missed: bool,
    reasons: Vec<String>,
    relief: Option<String>,
}

/// A moment in words.
pub fn moment(moment: &Moment, w: Words) -> String {
    w.day_time(moment.local.date(), moment.local.hour() * 60 + moment.local.minute())
}

/// People in words.
pub fn people(groups: &[Named], teachers: &[Named]) -> String {
    groups.iter().chain(teachers).map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Every class, or one group's or teacher's.
///
/// # Errors
/// when a part cannot be rendered.
pub fn list(page: Page, visitor: &Visitor, draft: &Draft, asked: &Asked) -> Result<Page, Refusal> {
    let w = visitor.w;
    let wanted: Vec<&DraftClass> =
        draft.classes.iter().filter(|class| wants(asked, &class.groups, &class.teachers)).collect();
    let row = |class: &&DraftClass| {
        let wished = class.wished.as_ref().map_or_else(String::new, |at| moment(at, w));
        let got = match &class.start {
            None => Cell::tag(w.t("admin-class-none"), "warn"),
            Some(at) if class.is_disappointed => Cell::text(moment(at, w)),
            Some(_) => Cell::tag(w.t("admin-class-as-wished"), "quiet"),
        };
        let pin =
            class.pin.as_ref().map_or_else(String::new, |at| w.with("admin-class-pinned", &[("when", &moment(at, w))]));
        Row {
            cells: vec![
                Cell::link(&class.title, address(draft, &class.request)).small(people(&class.groups, &class.teachers)),
                Cell::text(wished),
                got.small(pin),
            ],
            actions: Vec::new(),
        }
    };
    let address = format!("/admin/plans/{}", draft.summary.id);
    let pages = Pages::of(asked, wanted.len(), &address, w);
    let table = Table {
        id: "classes",
        heading: w.count("week-classes", wanted.len()),
        count: pages.count(),
        columns: ["admin-class-column", "admin-class-wished", "admin-class-planned"].map(|key| w.t(key)).into(),
        rows: wanted[pages.range.clone()].iter().map(row).collect(),
        deeds: None,
    };
    page.part(&filter(draft, asked, w))?.part(&table)?.part(&pages)
}

fn address(draft: &Draft, request: &Id) -> String {
    format!("/admin/plans/{}/classes/{request}", draft.summary.id)
}

/// Those that did not get their wish, with what stood against it and which limit would have helped.
///
/// # Errors
/// those of the use cases.
pub async fn disappointed(
    page: Page,
    visitor: &Visitor,
    (app, office): (&App, &Office),
    draft: &Draft,
    asked: &Asked,
) -> Result<Page, Refusal> {
    let w = visitor.w;
    let all = app.explanations(&office.who, &draft.summary.id, None).await?;
    let mut sad: Vec<&Explanation> =
        all.iter().filter(|one| matches!(one.outcome, Outcome::Moved | Outcome::Unplaced)).collect();
    sad.sort_by_key(|one| std::cmp::Reverse(one.cost - one.best_cost.min(one.cost)));
    if sad.is_empty() {
        let (heading, text) = (w.t("admin-disappointed-none"), w.t("admin-disappointed-none-text"));
        return page.part(&Empty { heading, text, actions: Vec::new() });
    }
    let pages = Pages::of(asked, sad.len(), &format!("/admin/plans/{}", draft.summary.id), w);
    let classes = sad[pages.range.clone()].iter().map(|one| Reasons::of(one, draft, FEW, w));
    let heading = w.count("admin-disappointed", sad.len());
    page.part(&Disappointed { heading, more: pages.count(), classes: classes.collect() })?.part(&pages)
}

impl Reasons {
    fn of(one: &Explanation, draft: &Draft, most: usize, w: Words) -> Self {
        let zone = draft.school.zone();
        let class = draft.classes.iter().find(|class| class.request == one.request);
        let mut reasons: Vec<String> = one.overload.iter().map(|overload| obstacle(overload, zone, w)).collect();
        for against in one.better.iter().flat_map(|better| &better.obstacles) {
            let said = obstacle(against, zone, w);
            if !reasons.contains(&said) && reasons.len() < most {
                reasons.push(said);
            }
        }
        if reasons.is_empty() && one.better.iter().any(|better| better.obstacles.is_empty()) {
            reasons.push(w.t("admin-reason-free"));
        }
        let relief = one.relief.as_ref().or(one.one_pool.first());
        Self {
            href: address(draft, &one.request),
            title: one.title.clone(),
            people: class.map_or_else(String::new, |class| people(&class.groups, &class.teachers)),
            wished: one.wished.as_ref().map_or_else(String::new, |at| moment(at, w)),
            got: one.planned.as_ref().map_or_else(|| w.t("admin-class-none"), |at| moment(at, w)),
            is_missed: one.outcome == Outcome::Unplaced,
            reasons,
            relief: relief.map(|relief| relief_words(relief, w)),
        }
    }
}

/// What would have helped, in words.
fn relief_words(relief: &Relief, w: Words) -> String {
    let raise = |raise: &crate::planning::explanation::Raise| {
        let (from, to) = (moment(&raise.from, w), clock(&raise.to, w));
        let args = [("pool", pool(&raise.name, raise.whose, w)), ("from", from), ("to", to)];
        w.count_with(
            "admin-raise",
            raise.connections as usize,
            &args.each_ref().map(|(name, text)| (*name, text.as_str())),
        )
    };
    let raises = relief.raises.iter().map(raise).collect::<Vec<_>>().join(" ; ");
    w.with("admin-relief", &[("raises", &raises), ("start", &moment(&relief.start, w))])
}

/// The time of day of a moment.
pub fn clock(moment: &Moment, w: Words) -> String {
    w.time(moment.local.hour() * 60 + moment.local.minute())
}

/// `GET /admin/plans/{id}/classes/{request}`: one class with every reason, and where else it could be.
pub async fn show(visitor: Visitor, app: web::Data<App>, path: web::Path<(Id, Id)>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        let (plan, request) = path.into_inner();
        one(&visitor, &app, &office, (&plan, &request), (&Form::default(), Vec::new())).await
    })
    .await
}

/// The page of a class, with what was sent to it and is wrong.
///
/// # Errors
/// those of the use cases.
pub async fn one(
    visitor: &Visitor,
    app: &App,
    office: &Office,
    (plan, request): (&Id, &Id),
    (typed, wrong): (&Form, Vec<FieldError>),
) -> Result<HttpResponse, Refusal> {
    let w = visitor.w;
    let draft = app.draft(&office.who, plan).await?;
    let explained = app.explanations(&office.who, plan, Some(request.clone())).await?;
    let class = draft.classes.iter().find(|class| class.request == *request);
    let (Some(one), Some(class)) = (explained.first(), class) else {
        return Err(crate::app::AppError::not_found("request", request).into());
    };
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let over = format!("{} · {}", draft.round.name, at(draft.summary.created_at, draft.school.zone(), w));
    let reasons = Reasons::of(one, &draft, usize::MAX, w);
    let back = format!("/admin/plans/{plan}?view=wishes");
    let page = Page::new(visitor, &over, one.title.as_str())
        .lead(reasons.people.clone())
        .action(Action::link(back, w.t("admin-class-back")));
    let weight = one.weight.filter(|weight| *weight > 1.0).map(|weight| format!("{weight:.1}"));
    let page = page.part(&Facts(vec![
        (w.t("admin-class-wished"), reasons.wished.clone(), String::new()),
        (w.t("admin-class-planned"), reasons.got.clone(), pinned(class, w)),
        (
            w.t("admin-class-cost"),
            w.number(one.cost),
            weight.map_or_else(String::new, |weight| w.with("admin-class-weight", &[("weight", &weight)])),
        ),
    ]))?;
    let page = page.part(&Disappointed {
        heading: w.t("admin-class-why"),
        more: String::new(),
        classes: vec![Reasons { title: w.t("admin-class-better"), ..reasons }],
    })?;
    let page = if one.alternatives.is_empty() { page } else { page.part(&alternatives(visitor, &draft, plan, one))? };
    let page = page.beside(&pin_form(visitor, &draft, (plan, class), typed).wrong(wrong))?;
    Ok(visitor.answer_with(status, Ok(page)))
}

fn pinned(class: &DraftClass, w: Words) -> String {
    class.pin.as_ref().map_or_else(String::new, |at| w.with("admin-class-pinned", &[("when", &moment(at, w))]))
}

fn pin(visitor: &Visitor, draft: &Draft, (plan, request): (&Id, &Id), start: NaiveDateTime, label: String) -> Action {
    Action::post(visitor, format!("/admin/rounds/{}/pin", draft.round.id), label)
        .sending("request", request.to_string())
        .sending("plan", plan.to_string())
        .sending("start", start.format("%Y-%m-%dT%H:%M").to_string())
}

fn alternatives(visitor: &Visitor, draft: &Draft, plan: &Id, one: &Explanation) -> Table {
    let w = visitor.w;
    let row = |other: &crate::planning::explanation::Alternative| {
        let when = moment(&other.start, w);
        let here = pin(visitor, draft, (plan, &one.request), other.start.local, w.t("admin-pin-here"));
        Row { cells: vec![Cell::text(&when), Cell::text(w.number(other.cost))], actions: vec![here.about(&when)] }
    };
    Table {
        id: "alternatives",
        heading: w.t("admin-class-free"),
        count: w.t("admin-class-free-hint"),
        columns: ["admin-class-start", "admin-class-cost"].map(|key| w.t(key)).into(),
        rows: one.alternatives.iter().map(row).collect(),
        deeds: Some(w.t("admin-deeds")),
    }
}

fn pin_form(visitor: &Visitor, draft: &Draft, (plan, class): (&Id, &DraftClass), typed: &Form) -> FormView {
    let w = visitor.w;
    let known = class.pin.or(class.start).or(class.wished);
    let known = known.map_or_else(String::new, |at| at.local.format("%Y-%m-%dT%H:%M").to_string());
    let start = if typed.get("start").is_empty() { known } else { typed.get("start").to_owned() };
    let address = |end: &str| format!("/admin/rounds/{}/{end}", draft.round.id);
    let form = FormView::new(visitor, w.t("admin-pin-title"), address("pin"), w.t("admin-pin-do"))
        .lead(w.t("admin-pin-lead"))
        .hidden("request", class.request.to_string())
        .hidden("plan", plan.to_string())
        .field(Entry::new(Look::Input("datetime-local"), "start", w.t("admin-pin-start"), start).needed())
        .field(Entry::line("note", w.t("admin-pin-note"), typed.get("note")));
    match class.pin {
        None => form,
        Some(_) => form.also(
            Action::post(visitor, address("unpin"), w.t("admin-pin-undo"))
                .sending("request", class.request.to_string())
                .sending("plan", plan.to_string()),
        ),
    }
}
