//! The round's page: where it stands, what to do next, who has answered, and its plans.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use chrono::{DateTime, Utc};

use super::super::{
    Office,
    drafts::curve::{Curves, Material},
    form::{Entry, FieldError, FormView, Look},
    parts::{Action, Cell, Facts, Page, Row, Table},
    said,
};
use super::{SECONDS, span, state_words};
use crate::{
    app::{App, desk::Desk, plans::PlanSummary, reminders::Answers, sessions::Named},
    domain::{
        id::Id,
        people::School,
        round::{Round, RoundState},
    },
    http::web::{
        page::Refusal,
        version,
        visitor::{Form, Visitor},
        wishes::crowded::Crowded,
        words::Words,
    },
};

/// The way of a round, with where it is.
#[derive(Template)]
#[template(path = "web/admin/steps.html")]
struct Steps {
    label: String,
    steps: Vec<Step>,
}

/// A step of the way.
struct Step {
    name: String,
    text: String,
    is_done: bool,
    is_current: bool,
}

/// The page of a round, with what was sent to it and is wrong.
///
/// # Errors
/// those of the use cases.
pub async fn page(
    visitor: &Visitor,
    app: &App,
    office: &Office,
    id: &Id,
    (typed, wrong): (&Form, Vec<FieldError>),
) -> Result<HttpResponse, Refusal> {
    let (w, who) = (visitor.w, &office.who);
    let desk = app.desk(who, id).await?;
    let answers = app.answers(who, id).await?;
    let plans = app.plans(who, id).await?;
    let job = app.job_of_round(who, id).await?;
    let (round, school) = (&desk.round, &desk.school);
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT };
    let (in_times, wrong): (Vec<FieldError>, Vec<FieldError>) =
        wrong.into_iter().partition(|error| ["closes_at", version::FIELD].contains(&error.field.as_str()));
    let (in_solve, elsewhere): (Vec<FieldError>, Vec<FieldError>) =
        wrong.into_iter().partition(|error| error.field == SECONDS);
    let warning: Vec<String> = elsewhere.into_iter().map(|error| error.text).collect();
    let mut page = Page::new(visitor, &school.name, round.name.as_str())
        .lead(span(round, school, w))
        .warning((!warning.is_empty()).then(|| warning.join(" ")))
        .part(&steps(round, &answers, &plans, w))?;
    for action in actions(visitor, (round, app.now()), &answers, job.as_ref().map(|job| &job.id)) {
        page = page.action(action);
    }
    if round.published_plan.is_none() && job.is_none() {
        let delete = Action::post(visitor, format!("/admin/rounds/{id}/delete"), w.t("admin-round-delete"));
        let mut text = w.count("admin-round-delete-text", desk.requests.len());
        if !desk.requests.is_empty() && round.ends_at > app.now() {
            text = format!("{text} {}", w.t("admin-round-delete-told"));
        }
        page = page.action(delete.sure(text, w.t("admin-round-delete-do")));
    }
    page = page.part(&facts(&desk, &answers, &plans, w))?;
    if let Some(crowded) = Crowded::of(&desk, None, w) {
        page = page.part(&crowded)?;
    }
    if let Some(load) = desk.wished.as_ref().filter(|_| plans.is_empty() && !desk.requests.is_empty()) {
        let material = Material { school, wished: load, planned: None, ends_at: round.ends_at };
        page = page.part(&Curves::of(&material, w))?;
    }
    if !plans.is_empty() {
        page = page.part(&plans_table(visitor, round, school, &plans))?;
    }
    page = page.part(&answers_table(&answers, id, w))?;
    if job.is_none() && !matches!(round.state, RoundState::Archived) && !desk.requests.is_empty() {
        page = page.beside(&solve_form(visitor, round, plans.first(), typed).wrong(in_solve))?;
    }
    if round.state != RoundState::Archived && !round.is_published() {
        let form = times_form(visitor, round, school, typed);
        page = page.beside(&form.changes(round, typed.get(version::FIELD), in_times))?;
    }
    Ok(visitor.answer_with(status, Ok(page)))
}

fn steps(round: &Round, answers: &Answers, plans: &[PlanSummary], w: Words) -> Steps {
    let place = match round.state {
        RoundState::Collecting => 0,
        RoundState::Closed | RoundState::Solving => 1,
        RoundState::Draft => 2,
        RoundState::Published => 3,
        RoundState::Archived => 4,
    };
    let all = answers.answered.len() + answers.waiting.len();
    let answered =
        w.with("admin-step-answered", &[("some", &answers.answered.len().to_string()), ("all", &all.to_string())]);
    let texts = [
        ("admin-step-wishes", answered),
        ("admin-step-solve", w.t("admin-step-solve-text")),
        ("admin-step-draft", w.count("admin-plans-count", plans.len())),
        ("admin-step-publish", w.t("admin-step-publish-text")),
    ];
    let step = |(index, (key, text)): (usize, (&str, String))| Step {
        name: w.t(key),
        text,
        is_done: index < place || index == 3 && place == 3,
        is_current: index == place,
    };
    Steps { label: w.t("admin-steps"), steps: texts.into_iter().enumerate().map(step).collect() }
}

/// What can be done with the round now; what is to be done next comes first.
fn actions(
    visitor: &Visitor,
    (round, now): (&Round, DateTime<Utc>),
    answers: &Answers,
    job: Option<&Id>,
) -> Vec<Action> {
    let w = visitor.w;
    let address = |end: &str| format!("/admin/rounds/{}/{end}", round.id);
    let state =
        |state: &str, key: &str| Action::post(visitor, address("state"), w.t(key)).sending("state", state.to_owned());
    let archive =
        state("archived", "admin-round-archive").sure(w.t("admin-round-archive-text"), w.t("admin-round-archive-do"));
    let mut actions = Vec::new();
    if let Some(job) = job {
        actions.push(Action::link(format!("/admin/jobs/{job}"), w.t("admin-round-watch")).first());
    }
    match round.state {
        RoundState::Collecting => {
            if !answers.waiting.is_empty() {
                actions.push(Action::post(visitor, address("remind"), w.t("admin-round-remind")));
            }
            actions.push(state("closed", "admin-round-close").first());
        }
        RoundState::Closed | RoundState::Draft => {
            actions.push(state("collecting", "admin-round-reopen"));
            actions.push(archive.quiet());
        }
        RoundState::Published => {
            actions.push(Action::link("/week", w.t("admin-round-week")).first());
            if round.ends_at <= now {
                actions.push(archive.quiet());
            }
        }
        RoundState::Solving | RoundState::Archived => {}
    }
    actions
}

fn facts(desk: &Desk, answers: &Answers, plans: &[PlanSummary], w: Words) -> Facts {
    let (key, _) = state_words(desk.round.state);
    let closes = desk.round.closes_at.map(|at| said::at(at, desk.school.zone(), w));
    let closes = closes.map_or_else(String::new, |at| w.with("admin-round-until", &[("at", &at)]));
    let all = answers.answered.len() + answers.waiting.len();
    let best = plans.iter().map(|plan| plan.unplaced).min();
    let unplaced = best.map_or_else(String::new, |count| w.count("admin-plan-unplaced", count as usize));
    Facts(vec![
        (w.t("admin-state"), w.t(key), closes),
        (
            w.t("admin-round-answers"),
            w.with("admin-of", &[("some", &answers.answered.len().to_string()), ("all", &all.to_string())]),
            w.count("admin-round-waiting", answers.waiting.len()),
        ),
        (
            w.t("admin-round-wishes"),
            w.number(desk.requests.len() as u64),
            w.count(
                "admin-round-places",
                desk.requests.iter().map(|request| request.connections as usize).sum::<usize>(),
            ),
        ),
        (w.t("admin-round-plans"), w.number(plans.len() as u64), unplaced),
    ])
}

fn solve_form(visitor: &Visitor, round: &Round, latest: Option<&PlanSummary>, typed: &Form) -> FormView {
    let w = visitor.w;
    let is_out = round.published_plan.is_some();
    let is_sent = !typed.get(SECONDS).is_empty();
    let (seconds, least_change) = match is_sent {
        true => (typed.get(SECONDS), !typed.get("least_change").is_empty()),
        false => ("10", is_out),
    };
    let form = FormView::new(
        visitor,
        w.t("admin-solve-title"),
        format!("/admin/rounds/{}/solve", round.id),
        w.t("admin-solve-do"),
    )
    .lead(w.t(if round.state == RoundState::Collecting { "admin-solve-early" } else { "admin-solve-lead" }))
    .field(Entry::number(SECONDS, w.t("admin-solve-seconds"), seconds).hint(w.t("admin-solve-seconds-hint")));
    match (latest, is_out) {
        (None, false) => form,
        (latest, _) => {
            let form = match latest.filter(|_| !is_out) {
                Some(plan) => form.hidden("from", plan.id.to_string()),
                None => form,
            };
            form.field(
                Entry::tick("least_change", w.t("admin-solve-least"), least_change).hint(w.t("admin-solve-least-hint")),
            )
        }
    }
}

fn times_form(visitor: &Visitor, round: &Round, school: &School, typed: &Form) -> FormView {
    let w = visitor.w;
    let known = round.closes_at.map(|at| at.with_timezone(&school.zone()).format("%Y-%m-%dT%H:%M").to_string());
    let value =
        if typed.get("closes_at").is_empty() { known.unwrap_or_default() } else { typed.get("closes_at").into() };
    FormView::new(visitor, w.t("admin-times-title"), format!("/admin/rounds/{}", round.id), w.t("admin-save")).field(
        Entry::new(Look::Input("datetime-local"), "closes_at", w.t("admin-round-closes"), value)
            .hint(w.t("admin-round-closes-hint")),
    )
}

fn plans_table(visitor: &Visitor, round: &Round, school: &School, plans: &[PlanSummary]) -> Table {
    let w = visitor.w;
    let newest = plans.first().map(|plan| plan.id.clone());
    let row = |plan: &PlanSummary| {
        let address = format!("/admin/plans/{}", plan.id);
        let (mark, tag) = match (plan.published, plan.outdated) {
            (true, _) => ("admin-plan-published", "quiet"),
            (false, Some(true)) => ("admin-plan-outdated", "warn"),
            _ => ("admin-plan-draft", "plain"),
        };
        let mut actions = Vec::new();
        if let Some(newest) = newest.as_ref().filter(|newest| **newest != plan.id) {
            let compare = format!("/admin/plans/{}/compare?with={newest}", plan.id);
            actions.push(Action::link(compare, w.t("admin-plan-compare")));
        }
        if !plan.published && round.state != RoundState::Archived {
            actions.push(Action::link(format!("{address}/publish"), w.t("admin-plan-publish")));
        }
        let when = said::at(plan.created_at, school.zone(), w);
        Row {
            cells: vec![
                Cell::link(w.with("admin-plan-of", &[("when", &when)]), address),
                Cell::text(w.number(plan.objective)).small(quality(plan, w)),
                Cell::text(w.number(u64::from(plan.unplaced))),
                Cell::tag(w.t(mark), tag),
            ],
            actions: actions.into_iter().map(|action| action.about(&when)).collect(),
        }
    };
    Table {
        id: "plans",
        heading: w.t("admin-plans-title"),
        count: w.count("admin-plans-count", plans.len()),
        columns: ["admin-plan-column", "admin-plan-cost", "admin-plan-without", "admin-state"]
            .map(|key| w.t(key))
            .into(),
        rows: plans.iter().map(row).collect(),
        deeds: Some(w.t("admin-deeds")),
    }
}

/// How near a plan is to the best there can be, in words.
pub fn quality(plan: &PlanSummary, w: Words) -> String {
    let Some(bound) = plan.bound else { return w.t("admin-plan-no-bound") };
    // A plan that keeps classes where they are is the best of its kind; one that moves them freely may cost less.
    let keeps = plan.limits.as_ref().is_some_and(|limits| limits.move_cost.is_some_and(|cost| cost > 0));
    if plan.optimal || plan.weighted_objective <= bound {
        return w.t(if keeps { "admin-plan-best-kept" } else { "admin-plan-best" });
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a hundred, for display")]
    let percent = ((plan.weighted_objective - bound) / plan.weighted_objective.max(1e-9) * 100.0).ceil() as u64;
    let key = if keeps { "admin-plan-gap-kept" } else { "admin-plan-gap" };
    w.with(key, &[("percent", &w.percent(percent.min(100)))])
}

fn answers_table(answers: &Answers, round: &Id, w: Words) -> Table {
    let name = |teacher: &Named| Cell::link(&teacher.name, format!("/admin/teachers/{}", teacher.id));
    let wishes = |teacher: &Named| {
        let address = format!("/admin/teachers/{}/wishes?round={round}", teacher.id);
        vec![Action::link(address, w.t("admin-teacher-wishes")).about(&teacher.name)]
    };
    let answered = answers.answered.iter().map(|answer| {
        let mark = if answer.nothing && answer.requests == 0 {
            Cell::tag(w.t("admin-answer-nothing"), "plain")
        } else {
            Cell::tag(w.t("admin-answer-yes"), "quiet")
        };
        Row {
            cells: vec![
                name(&answer.teacher),
                mark,
                Cell::text(w.count("admin-answer-wishes", answer.requests as usize)),
            ],
            actions: wishes(&answer.teacher),
        }
    });
    let waiting = answers.waiting.iter().map(|teacher| Row {
        cells: vec![name(teacher), Cell::tag(w.t("admin-answer-no"), "warn"), Cell::text("–")],
        actions: wishes(teacher),
    });
    Table {
        id: "answers",
        heading: w.t("admin-answers-title"),
        count: w.count("admin-round-waiting", answers.waiting.len()),
        columns: ["admin-teacher-column", "admin-answer", "admin-round-wishes"].map(|key| w.t(key)).into(),
        rows: waiting.chain(answered).collect(),
        deeds: Some(w.t("admin-deeds")),
    }
}
