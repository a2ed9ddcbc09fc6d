//! *The round*: from a call for wishes to a plan.
//!
//! - [`view`]: the round's page, put together
//! - [`live`]: a solve that is under way

pub mod live;
mod view;

pub use self::view::quality;

use actix_web::{HttpResponse, http::StatusCode, web};
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, Utc};

use super::{
    Office,
    form::{Entry, FieldError, FormView, Look, day, errors, keep, number, text},
    parts::{Action, Cell, Empty, Page, Row, Table},
    reply, said, told, told_words,
};
use crate::{
    app::{
        App,
        jobs::SolveOrder,
        reminders::Reminded,
        rounds::{NewRound, RoundChange},
    },
    domain::{
        id::Id,
        people::School,
        round::{Round, RoundState},
        time::instant,
    },
    http::web::{
        page::Refusal,
        parts::Choice,
        version::held,
        visitor::{Form, Visitor},
        week::monday,
        words::Words,
    },
};

/// The pages beside this one.
pub const TABS: [(&str, &str); 2] = [("/admin/rounds", "admin-tab-rounds"), ("/admin/sessions", "admin-tab-sessions")];
/// The field of how long a plan is looked for.
const SECONDS: &str = "seconds";
/// Minutes between starts to choose from.
const STEPS: [u32; 5] = [5, 10, 15, 20, 30];

/// `GET /admin/rounds`.
pub async fn list(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        page(&visitor, &app, &office, (&Form::default(), Vec::new())).await
    })
    .await
}

/// `POST /admin/rounds`: one more.
pub async fn open(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let wrong = match read(&form, &office.school, visitor.w) {
            Ok(new) => match app.open_coming_round(&office.who, &office.school.id, new).await {
                Ok(round) => {
                    return Ok(told(&visitor, &format!("/admin/rounds/{}", round.id), "admin-done-round-opened"));
                }
                Err(error) => errors(error, visitor.w)?,
            },
            Err(wrong) => wrong,
        };
        page(&visitor, &app, &office, (&form, wrong)).await
    })
    .await
}

fn read(form: &Form, school: &School, w: Words) -> Result<NewRound, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let starts_on = keep(&mut wrong, day(form, "starts_on", w));
    let ends_on = keep(&mut wrong, day(form, "ends_on", w));
    let step = keep(&mut wrong, number(form, "step_minutes", w));
    let closes_at = keep(&mut wrong, local(form, "closes_at", school, w));
    match (starts_on, ends_on, step, closes_at) {
        (Some(starts_on), Some(ends_on), Some(step_minutes), Some(closes_at)) => Ok(NewRound {
            name: form.get("name").to_owned(),
            starts_on,
            ends_on,
            step_minutes,
            opens_at: None,
            closes_at,
        }),
        _ => Err(wrong),
    }
}

/// An instant that was typed in local time; nothing for an empty field.
fn local(form: &Form, field: &str, school: &School, w: Words) -> Result<Option<DateTime<Utc>>, FieldError> {
    let Some(typed) = text(form, field) else { return Ok(None) };
    let wrong = || FieldError::at(field, w.t("admin-error-instant"));
    let typed = NaiveDateTime::parse_from_str(&typed, "%Y-%m-%dT%H:%M").map_err(|_| wrong())?;
    instant(school.zone(), typed, field).map(Some).map_err(|finding| FieldError::at(field, said::finding(&finding, w)))
}

async fn page(
    visitor: &Visitor,
    app: &App,
    office: &Office,
    (typed, wrong): (&Form, Vec<FieldError>),
) -> Result<HttpResponse, Refusal> {
    let w = visitor.w;
    let rounds = app.rounds(&office.who, &office.school.id).await?;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page::new(visitor, &office.school.name, w.t("admin-rounds-title"))
        .lead(w.t("admin-rounds-lead"))
        .tabs("/admin/rounds", &TABS);
    let page = if rounds.is_empty() {
        page.part(&first_steps(app, office, w).await?)?
    } else {
        page.part(&table(&rounds, &office.school, w))?
    };
    let form = form(visitor, &office.school, app.now(), &rounds, typed);
    Ok(visitor.answer_with(status, Ok(page.beside(&form.wrong(wrong))?)))
}

/// What to do where there is no round: what is missing for one comes first.
async fn first_steps(app: &App, office: &Office, w: Words) -> Result<Empty, Refusal> {
    let directory = app.directory(&office.who, &office.school.id).await?;
    let actions = if directory.groups.is_empty() {
        vec![Action::link("/admin/groups/import", w.t("admin-first-groups")).first()]
    } else if directory.teachers.is_empty() {
        vec![Action::link("/admin/teachers/import", w.t("admin-first-teachers")).first()]
    } else {
        vec![Action::link("/admin/capacity", w.t("admin-first-capacity"))]
    };
    let key = if directory.groups.is_empty() || directory.teachers.is_empty() {
        "admin-rounds-none-first"
    } else {
        "admin-rounds-none-text"
    };
    Ok(Empty { heading: w.t("admin-rounds-none"), text: w.t(key), actions })
}

/// The form for one more: the first week with an open day after the last round, or after this week.
fn form(visitor: &Visitor, school: &School, now: DateTime<Utc>, rounds: &[Round], typed: &Form) -> FormView {
    let w = visitor.w;
    let local = |at: DateTime<Utc>| at.with_timezone(&school.zone()).date_naive();
    let today = local(now);
    let last = rounds.iter().map(|round| local(round.ends_at - Duration::seconds(1))).fold(today, NaiveDate::max);
    let sunday = monday(last) + Duration::days(6);
    let open = school.opening().next_open_day(sunday).unwrap_or(sunday + Duration::days(1));
    let monday = monday(open);
    let value = |field: &str, usual: String| match typed.0.is_empty() {
        true => usual,
        false => typed.get(field).to_owned(),
    };
    let day = w.read_in(today.year()).day(monday);
    let name = w.with("admin-round-usual-name", &[("day", &day)]);
    let step = value("step_minutes", "5".to_owned());
    let steps = STEPS.iter().map(|minutes| Choice::new(minutes, w.duration(*minutes), &step));
    let date = |field: &str, key: &str, usual: NaiveDate| {
        Entry::new(Look::Input("date"), field, w.t(key), value(field, usual.to_string())).needed()
    };
    FormView::new(visitor, w.t("admin-round-new"), "/admin/rounds", w.t("admin-round-open"))
        .field(Entry::line("name", w.t("admin-round-name"), value("name", name)).needed())
        .field(date("starts_on", "admin-round-starts", monday))
        .field(date("ends_on", "admin-round-ends", open.max(monday + Duration::days(4))))
        .field(
            Entry::new(
                Look::Input("datetime-local"),
                "closes_at",
                w.t("admin-round-closes"),
                value("closes_at", String::new()),
            )
            .hint(w.t("admin-round-closes-hint")),
        )
        .field(
            Entry::select("step_minutes", w.t("admin-round-step"), steps.collect()).hint(w.t("admin-round-step-hint")),
        )
}

fn table(rounds: &[Round], school: &School, w: Words) -> Table {
    let row = |round: &Round| {
        let (key, tag) = state_words(round.state);
        let closes = round.closes_at.map(|at| w.with("admin-round-until", &[("at", &said::at(at, school.zone(), w))]));
        let closes = closes.filter(|_| round.state == RoundState::Collecting);
        Row {
            cells: vec![
                Cell::link(&round.name, format!("/admin/rounds/{}", round.id)),
                Cell::text(span(round, school, w)),
                Cell::tag(w.t(key), tag).small(closes.unwrap_or_default()),
            ],
            actions: Vec::new(),
        }
    };
    Table {
        id: "rounds",
        heading: w.t("admin-rounds-list"),
        count: w.count("admin-rounds-count", rounds.len()),
        columns: ["admin-round-column", "admin-round-days", "admin-state"].map(|key| w.t(key)).into(),
        rows: rounds.iter().map(row).collect(),
        deeds: None,
    }
}

/// The days of a round, where the school is.
pub fn span(round: &Round, school: &School, w: Words) -> String {
    let local = |at: DateTime<Utc>| at.with_timezone(&school.zone()).date_naive();
    w.days(local(round.starts_at), local(round.ends_at - Duration::seconds(1)))
}

/// A state's key and tag.
pub fn state_words(state: RoundState) -> (&'static str, &'static str) {
    match state {
        RoundState::Collecting => ("admin-round-collecting", "quiet"),
        RoundState::Closed => ("admin-round-closed", "warn"),
        RoundState::Solving => ("admin-round-solving", "warn"),
        RoundState::Draft => ("admin-round-draft", "warn"),
        RoundState::Published => ("admin-round-published", "quiet"),
        RoundState::Archived => ("admin-round-archived", "plain"),
    }
}

/// `GET /admin/rounds/{id}`.
pub async fn show(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        view::page(&visitor, &app, &office, &id, (&Form::default(), Vec::new())).await
    })
    .await
}

/// `POST /admin/rounds/{id}`: until when wishes are welcome.
pub async fn times(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let wrong = match local(&form, "closes_at", &office.school, visitor.w) {
            Ok(closes_at) => {
                let change = RoundChange { state: None, opens_at: None, closes_at: Some(closes_at) };
                match held(&form, app.change_round(&office.who, &id, change)).await {
                    Ok(_) => return Ok(told(&visitor, &format!("/admin/rounds/{id}"), "admin-done-saved")),
                    Err(error) => errors(error, visitor.w)?,
                }
            }
            Err(error) => vec![error],
        };
        view::page(&visitor, &app, &office, &id, (&form, wrong)).await
    })
    .await
}

/// `POST /admin/rounds/{id}/state`: closed, open again, archived.
pub async fn state(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let (state, done) = match form.get("state") {
            "closed" => (RoundState::Closed, "admin-done-round-closed"),
            "collecting" => (RoundState::Collecting, "admin-done-round-reopened"),
            "archived" => (RoundState::Archived, "admin-done-round-archived"),
            _ => return Err(Refusal::Input),
        };
        // Who opens a round again that closed by its time means: without an end. One that is still to come holds.
        let is_overdue = || async {
            let round = app.round(&office.who, &id).await?;
            Ok::<_, Refusal>(round.closes_at.is_some_and(|at| at <= app.now()))
        };
        let closes_at = (state == RoundState::Collecting && is_overdue().await?).then_some(None);
        let change = RoundChange { state: Some(state), opens_at: None, closes_at };
        match app.change_round(&office.who, &id, change).await {
            Ok(_) => Ok(told(&visitor, &format!("/admin/rounds/{id}"), done)),
            Err(error) => {
                let wrong = errors(error, visitor.w)?;
                view::page(&visitor, &app, &office, &id, (&form, wrong)).await
            }
        }
    })
    .await
}

/// `POST /admin/rounds/{id}/delete`.
pub async fn delete(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        match app.delete_round(&office.who, &id).await {
            Ok(()) => Ok(told(&visitor, "/admin/rounds", "admin-done-round-deleted")),
            Err(error) => {
                let wrong = errors(error, visitor.w)?;
                view::page(&visitor, &app, &office, &id, (&form, wrong)).await
            }
        }
    })
    .await
}

/// `POST /admin/rounds/{id}/remind`.
pub async fn remind(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        match app.remind(&office.who, &id).await {
            Ok(told) => {
                let address = format!("/admin/rounds/{id}");
                Ok(told_words(&visitor, &address, reminded(&told, visitor.w)))
            }
            Err(error) => {
                let wrong = errors(error, visitor.w)?;
                view::page(&visitor, &app, &office, &id, (&form, wrong)).await
            }
        }
    })
    .await
}

/// Whom a reminder reached, in words.
fn reminded(told: &Reminded, w: Words) -> String {
    let parts = [
        ("admin-reminded", told.reminded.len()),
        ("admin-reminded-already", told.already.len()),
        ("admin-reminded-unwanted", told.unwanted.len()),
        ("admin-reminded-no-address", told.without_address.len()),
    ];
    let said = parts.into_iter().filter(|(key, count)| *count > 0 || *key == "admin-reminded");
    said.map(|(key, count)| w.count(key, count)).collect::<Vec<_>>().join(" ")
}

/// `POST /admin/rounds/{id}/solve`.
pub async fn solve(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let order = |seconds| SolveOrder {
            seconds,
            seed: None,
            from: text(&form, "from").map(Id::from),
            least_change: (!form.get("least_change").is_empty()).then_some(true),
            move_cost: None,
        };
        // Buttons that plan anew say nothing of it.
        let seconds = text(&form, SECONDS).map(|_| number(&form, SECONDS, visitor.w)).transpose();
        let wrong = match seconds {
            Ok(seconds) => match app.solve(&office.who, &id, order(seconds)).await {
                Ok(job) => return Ok(visitor.redirect(&format!("/admin/jobs/{}", job.id))),
                Err(error) => errors(error, visitor.w)?,
            },
            Err(wrong) => vec![wrong],
        };
        view::page(&visitor, &app, &office, &id, (&form, wrong)).await
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::sessions::Named,
        domain::{
            calendar::{HolidayZone, SchoolCalendar},
            people::Language,
        },
        http::web::samples,
    };
    use askama::Template;

    #[test]
    fn an_end_is_typed_in_the_school_s_time() {
        let read = |typed: &str| {
            let form = Form(vec![("closes_at".to_owned(), typed.to_owned())]);
            local(&form, "closes_at", &samples::school(), Words::new(Language::Fr))
        };
        assert_eq!(read("2020-03-20T18:00").unwrap().unwrap().to_rfc3339(), "2020-03-20T17:00:00+00:00");
        assert_eq!(read("").unwrap(), None);
        assert_eq!(read("soon").unwrap_err().field, "closes_at");
        assert_eq!(read("2020-03-29T02:30").unwrap_err().field, "closes_at", "clocks go forward over it");
    }

    #[test]
    fn the_week_that_is_proposed_has_an_open_day() {
        let calendar = SchoolCalendar { holiday_zone: Some(HolidayZone::B), ..SchoolCalendar::default() };
        let (open, holidays) = (samples::school(), School { calendar, ..samples::school() });
        let now = "2026-12-16T09:00:00Z".parse().unwrap();
        let proposed = |school: &School| {
            let visitor = samples::visitor(Language::Fr, "/admin/rounds");
            form(&visitor, school, now, &[], &Form::default()).render().unwrap()
        };
        let page = proposed(&open);
        assert!(page.contains("2026-12-21") && page.contains("Semaine du lundi 21 décembre\""), "{page}");
        let page = proposed(&holidays);
        assert!(page.contains("2027-01-04") && page.contains("2027-01-08"), "{page}");
        assert!(page.contains("Semaine du lundi 4 janvier 2027"), "{page}");
    }

    #[test]
    fn a_reminder_tells_whom_it_did_not_reach() {
        let named = |name: &str| Named { id: name.into(), name: name.to_owned() };
        let told = Reminded { without_address: vec![named("a"), named("b")], ..Reminded::default() };
        let said = reminded(&told, Words::new(Language::En));
        assert!(said.contains('2') && !said.contains("today"), "{said}");
    }
}
