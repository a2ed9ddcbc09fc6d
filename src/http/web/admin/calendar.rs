//! *Calendar*: the school's clock, its opening hours and lunch break, holidays, closures and extra days.

use actix_web::{HttpResponse, web};

use super::{
    Office, capacity,
    form::{Entry, FieldError, FormView, Look, day, errors, text},
    hours::{read_day, written},
    parts::{Action, Card, Cell, Page, Row, Table},
    reply,
    teachers::languages,
    told,
};
use crate::{
    app::{
        App,
        calendars::{AskedDays, CalendarDays, CalendarView},
        call,
        schools::SchoolDetails,
    },
    domain::{
        calendar::{DaySpan, HolidayZone, LunchBreak, PublicHolidays, SchoolCalendar},
        people::{Language, School},
        time::WeekSpan,
    },
    http::web::{
        page::Refusal,
        parts::Choice,
        version::{self, held},
        visitor::{Form, Visitor},
        words::Words,
    },
};

const ADDRESS: &str = "/admin/calendar";
/// The closed days to come that are told.
const TOLD: usize = 24;
/// How often a change is tried while others change the calendar.
const TRIES: usize = 5;
const ZONES: [HolidayZone; 3] = [HolidayZone::A, HolidayZone::B, HolidayZone::C];
const PUBLIC: [PublicHolidays; 8] = [
    PublicHolidays::France,
    PublicHolidays::AlsaceMoselle,
    PublicHolidays::Guadeloupe,
    PublicHolidays::Guyane,
    PublicHolidays::Martinique,
    PublicHolidays::Mayotte,
    PublicHolidays::LaReunion,
    PublicHolidays::SaintBarthelemy,
];

/// Which of the page's forms was sent, and what is wrong with it.
type Sent<'a> = (&'a Form, Vec<FieldError>);

/// `GET /admin/calendar`.
pub async fn show(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        page(&visitor, &app, &office, (&Form::default(), Vec::new())).await
    })
    .await
}

/// `POST /admin/calendar`: what the school says of itself, or its holidays and lunch.
pub async fn save(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let wrong = match form.get("part") {
            "hours" => save_hours(&visitor, &app, &office, &form).await?,
            _ => save_holidays(&visitor, &app, &office, &form).await?,
        };
        if wrong.is_empty() {
            return Ok(told(&visitor, ADDRESS, "admin-done-saved"));
        }
        page(&visitor, &app, &office, (&form, wrong)).await
    })
    .await
}

async fn save_hours(visitor: &Visitor, app: &App, office: &Office, form: &Form) -> Result<Vec<FieldError>, Refusal> {
    let w = visitor.w;
    let (mut hours, mut wrong) = (Vec::new(), Vec::new());
    for weekday in 1..=7 {
        let field = format!("hours-{weekday}");
        match read_day(form.get(&field)) {
            Some(spans) => {
                hours.extend(spans.into_iter().map(|(from_minute, to_minute)| WeekSpan {
                    weekday,
                    from_minute,
                    to_minute,
                }));
            }
            None => wrong.push(FieldError::at(&field, w.t("admin-error-hours"))),
        }
    }
    if !wrong.is_empty() {
        return Ok(wrong);
    }
    let details = SchoolDetails {
        uai: office.school.uai.clone(),
        name: form.get("name").to_owned(),
        time_zone: form.get("time_zone").trim().to_owned(),
        language: Language::from_code(form.get("language")).unwrap_or(office.school.language),
        opening_hours: hours,
    };
    Ok(match held(form, app.replace_school(&office.who, &office.school.id, details)).await {
        Ok(_) => Vec::new(),
        Err(error) => errors(error, w)?,
    })
}

async fn save_holidays(visitor: &Visitor, app: &App, office: &Office, form: &Form) -> Result<Vec<FieldError>, Refusal> {
    let (mut lunch, mut wrong) = (Vec::new(), Vec::new());
    for weekday in 0..=7 {
        let field = format!("lunch-{weekday}");
        match read_day(form.get(&field)) {
            Some(spans) => lunch.extend(spans.into_iter().map(|(from_minute, to_minute)| LunchBreak {
                weekday: (weekday > 0).then_some(weekday),
                from_minute,
                to_minute,
            })),
            None => wrong.push(FieldError::at(&field, visitor.w.t("admin-error-hours"))),
        }
    }
    if !wrong.is_empty() {
        return Ok(wrong);
    }
    let calendar = SchoolCalendar {
        holiday_zone: ZONES.into_iter().find(|zone| zone.as_str() == form.get("holiday_zone")),
        public_holidays: PUBLIC.into_iter().find(|one| one.as_str() == form.get("public_holidays")),
        lunch,
        ..office.school.calendar.clone()
    };
    held(form, keep(visitor, app, office, calendar)).await
}

async fn keep(
    visitor: &Visitor,
    app: &App,
    office: &Office,
    calendar: SchoolCalendar,
) -> Result<Vec<FieldError>, Refusal> {
    Ok(match app.replace_calendar(&office.who, &office.school.id, calendar.into()).await {
        Ok(_) => Vec::new(),
        Err(error) => errors(error, visitor.w)?,
    })
}

/// The calendar as its form shows it, and as its version is reckoned.
fn shown(school: &School) -> CalendarView {
    CalendarView { calendar: school.calendar.clone(), days: None, sessions_on_closed_days: None }
}

/// Changes a part of the calendar as it is now, whatever else somebody changes meanwhile.
async fn change(
    visitor: &Visitor,
    app: &App,
    office: &Office,
    change: impl Fn(&mut SchoolCalendar),
) -> Result<Vec<FieldError>, Refusal> {
    let mut wrong = Vec::new();
    for _ in 0..TRIES {
        let school = app.school(&office.who, &office.school.id).await?;
        let mut calendar = school.calendar.clone();
        change(&mut calendar);
        wrong = call::expecting(&call::version(&shown(&school)), keep(visitor, app, office, calendar)).await?;
        if !wrong.iter().any(|error| error.field == version::FIELD) {
            break;
        }
    }
    Ok(wrong)
}

/// `POST /admin/calendar/days`: closed, or open all the same.
pub async fn add_days(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let wrong = match (day(&form, "from", visitor.w), text(&form, "to")) {
            (Ok(from), to) => {
                let to = if to.is_some() { day(&form, "to", visitor.w) } else { Ok(from) };
                match to {
                    Ok(to) => {
                        let span = DaySpan { from, to, reason: form.get("reason").to_owned() };
                        let is_open = form.get("kind") == "open";
                        let wrong = change(&visitor, &app, &office, |calendar| {
                            let days = if is_open { &mut calendar.opening_days } else { &mut calendar.closures };
                            days.push(span.clone());
                            days.sort_by_key(|days| days.from);
                        });
                        let wrong = wrong.await?;
                        wrong.into_iter().map(|error| FieldError { field: "from".to_owned(), ..error }).collect()
                    }
                    Err(error) => vec![error],
                }
            }
            (Err(error), _) => vec![error],
        };
        if wrong.is_empty() {
            return Ok(told(&visitor, ADDRESS, "admin-done-saved"));
        }
        page(&visitor, &app, &office, (&form, wrong)).await
    })
    .await
}

/// `POST /admin/calendar/days/delete`.
pub async fn delete_days(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let is_other = |days: &DaySpan| {
            (days.from.to_string().as_str(), days.to.to_string().as_str(), days.reason.as_str())
                != (form.get("from"), form.get("to"), form.get("reason"))
        };
        let wrong = change(&visitor, &app, &office, |calendar| match form.get("kind") {
            "open" => calendar.opening_days.retain(is_other),
            _ => calendar.closures.retain(is_other),
        });
        let wrong = wrong.await?;
        if wrong.is_empty() {
            return Ok(told(&visitor, ADDRESS, "admin-done-saved"));
        }
        page(&visitor, &app, &office, (&Form::default(), wrong)).await
    })
    .await
}

async fn page(visitor: &Visitor, app: &App, office: &Office, sent: Sent<'_>) -> Result<HttpResponse, Refusal> {
    let (w, school) = (visitor.w, &office.school);
    let today = app.now().with_timezone(&school.zone()).date_naive();
    let view = app.calendar(&office.who, &school.id, AskedDays::coming(today)).await?;
    let status = version::status(&sent.1);
    let part = if sent.0.get("part").is_empty() { "days" } else { sent.0.get("part") };
    let wrong = |of: &str| if part == of { sent.1.clone() } else { Vec::new() };
    let own = |of: &str| if part == of && !sent.1.is_empty() { Some(sent.0) } else { None };
    let version_of = |of: &str| own(of).map_or("", |form| form.get(version::FIELD));
    let mut page = Page::new(visitor, &school.name, w.t("admin-calendar-title"))
        .lead(w.t("admin-calendar-lead"))
        .tabs(ADDRESS, &capacity::TABS)
        .part(&hours_form(visitor, office, own("hours")).changes(school, version_of("hours"), wrong("hours")))?
        .part(&holidays_form(visitor, office, own("holidays")).changes(
            &shown(school),
            version_of("holidays"),
            wrong("holidays"),
        ))?;
    let calendar = &school.calendar;
    if !calendar.closures.is_empty() || !calendar.opening_days.is_empty() {
        page = page.part(&days_table(visitor, calendar))?;
    }
    page = page.beside(&days_form(visitor, own("days").unwrap_or(&Form::default())).wrong(wrong("days")))?;
    if let Some(days) = &view.days {
        page = page.beside(&coming(days, w))?;
    }
    Ok(visitor.answer_with(status, Ok(page)))
}

fn hours_form(visitor: &Visitor, office: &Office, typed: Option<&Form>) -> FormView {
    let (w, school) = (visitor.w, &office.school);
    let value = |field: &str, known: String| typed.map_or(known, |form| form.get(field).to_owned());
    let fields = (1..=7).map(|weekday| {
        let spans = school.opening_hours.iter().filter(|span| span.weekday == weekday);
        let known = written(spans.map(|span| (span.from_minute, span.to_minute)));
        let field = format!("hours-{weekday}");
        let label = w.t(&format!("weekday-{weekday}"));
        let entry = Entry::line(&field, label, value(&field, known));
        if weekday == 1 { entry.hint(w.t("admin-calendar-hours-hint")) } else { entry }
    });
    let language = value("language", school.language.code().to_owned());
    FormView::new(visitor, w.t("admin-calendar-hours"), ADDRESS, w.t("admin-save"))
        .named("hours")
        .hidden("part", "hours")
        .field(Entry::line("name", w.t("admin-school-name"), value("name", school.name.clone())).needed())
        .field(
            Entry::line("time_zone", w.t("admin-school-zone"), value("time_zone", school.time_zone.clone()))
                .hint(w.t("admin-school-zone-hint"))
                .needed(),
        )
        .field(Entry::select("language", w.t("admin-school-language"), languages(&language, w)))
        .fields(fields.collect())
}

fn holidays_form(visitor: &Visitor, office: &Office, typed: Option<&Form>) -> FormView {
    let (w, calendar) = (visitor.w, &office.school.calendar);
    let value = |field: &str, known: String| typed.map_or(known, |form| form.get(field).to_owned());
    let zone = value("holiday_zone", calendar.holiday_zone.map(|zone| zone.as_str().to_owned()).unwrap_or_default());
    let public =
        value("public_holidays", calendar.public_holidays.map(|one| one.as_str().to_owned()).unwrap_or_default());
    let none = |key: &str, chosen: &str| Choice::new("", w.t(key), chosen);
    let zones = ZONES.iter().map(|one| {
        Choice::new(one.as_str(), w.t(&format!("admin-holiday-zone-{}", one.as_str().to_lowercase())), &zone)
    });
    let publics =
        PUBLIC.iter().map(|one| Choice::new(one.as_str(), w.t(&format!("admin-public-{}", one.as_str())), &public));
    let lunch = (0..=7_u32).map(|weekday| {
        let own = calendar.lunch.iter().filter(|lunch| lunch.weekday.unwrap_or(0) == weekday);
        let known = written(own.map(|lunch| (lunch.from_minute, lunch.to_minute)));
        let field = format!("lunch-{weekday}");
        let label = match weekday {
            0 => w.t("admin-lunch-all"),
            _ => w.with("admin-lunch-day", &[("day", &w.t(&format!("weekday-{weekday}")))]),
        };
        Entry::line(&field, label, value(&field, known))
    });
    FormView::new(visitor, w.t("admin-calendar-holidays"), ADDRESS, w.t("admin-save"))
        .named("holidays")
        .hidden("part", "holidays")
        .field(Entry::select(
            "holiday_zone",
            w.t("admin-holiday-zone"),
            std::iter::once(none("admin-holiday-zone-none", &zone)).chain(zones).collect(),
        ))
        .field(Entry::select(
            "public_holidays",
            w.t("admin-public"),
            std::iter::once(none("admin-public-none", &public)).chain(publics).collect(),
        ))
        .fields(lunch.collect())
}

fn days_form(visitor: &Visitor, typed: &Form) -> FormView {
    let w = visitor.w;
    let chosen = if typed.get("kind").is_empty() { "closed" } else { typed.get("kind") };
    FormView::new(visitor, w.t("admin-days-new"), "/admin/calendar/days", w.t("admin-days-add"))
        .field(Entry::select(
            "kind",
            w.t("admin-days-kind"),
            vec![
                Choice::new("closed", w.t("admin-days-closed"), chosen),
                Choice::new("open", w.t("admin-days-open"), chosen),
            ],
        ))
        .field(Entry::new(Look::Input("date"), "from", w.t("admin-days-from"), typed.get("from")).needed())
        .field(
            Entry::new(Look::Input("date"), "to", w.t("admin-days-to"), typed.get("to"))
                .hint(w.t("admin-days-to-hint")),
        )
        .field(Entry::line("reason", w.t("admin-days-reason"), typed.get("reason")).needed())
}

fn days_table(visitor: &Visitor, calendar: &SchoolCalendar) -> Table {
    let w = visitor.w;
    let row = |(days, kind): (&DaySpan, &'static str)| {
        let when = if days.from == days.to {
            w.with(
                "admin-days-one",
                &[("day", &w.day_of_week(days.from)), ("year", &days.from.format("%Y").to_string())],
            )
        } else {
            w.days(days.from, days.to)
        };
        let delete = Action::post(visitor, "/admin/calendar/days/delete", w.t("admin-days-delete"))
            .sending("from", days.from.to_string())
            .sending("to", days.to.to_string())
            .sending("reason", &days.reason)
            .sending("kind", kind)
            .quiet();
        let tag = if kind == "open" { "quiet" } else { "plain" };
        Row {
            cells: vec![Cell::text(&days.reason), Cell::text(when), Cell::tag(w.t(&format!("admin-days-{kind}")), tag)],
            actions: vec![delete.about(&days.reason)],
        }
    };
    let closed = calendar.closures.iter().map(|days| (days, "closed"));
    let open = calendar.opening_days.iter().map(|days| (days, "open"));
    Table {
        id: "days",
        heading: w.t("admin-days-title"),
        count: w.count("admin-days-count", calendar.closures.len() + calendar.opening_days.len()),
        columns: ["admin-days-reason", "admin-days-when", "admin-days-kind"].map(|key| w.t(key)).into(),
        rows: closed.chain(open).map(row).collect(),
        deeds: Some(w.t("admin-deeds")),
    }
}

/// The closed days to come, neighbours of one reason together.
fn coming(days: &CalendarDays, w: Words) -> Card {
    let mut spans: Vec<(chrono::NaiveDate, chrono::NaiveDate, String)> = Vec::new();
    for closed in &days.closed {
        let reason = closed.reasons.iter().map(|one| one.reason.as_str()).collect::<Vec<_>>().join(", ");
        match spans.last_mut() {
            Some(last) if last.2 == reason && last.1.succ_opt() == Some(closed.date) => last.1 = closed.date,
            _ => spans.push((closed.date, closed.date, reason)),
        }
    }
    let item = |(from, to, reason): &(chrono::NaiveDate, chrono::NaiveDate, String)| {
        let when = if from == to { w.day(*from) } else { w.days(*from, *to) };
        format!("{when} · {reason}")
    };
    let mut lines = Vec::new();
    if spans.is_empty() {
        lines.push(w.t("admin-coming-none"));
    }
    if !days.covered {
        lines.push(w.t("admin-coming-not-covered"));
    }
    Card {
        id: "coming",
        heading: w.t("admin-coming-title"),
        lines,
        items: spans.iter().take(TOLD).map(item).collect(),
        ..Card::default()
    }
}
