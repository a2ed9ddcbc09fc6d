//! The page of wishes: what its template shows.

use askama::Template;
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};

use super::{
    crowded::Crowded,
    form::{DURATIONS, OTHERWISE, TOLERANCES, Typed, choice_field, minute},
    nothing::Nothing,
    paint::mondays,
    rules::{Fields, deleting},
};
use crate::{
    app::{call, desk::Desk, requests::series::Series, sessions::SessionView},
    domain::{
        access::Principal,
        id::Id,
        liking::Liking,
        request::ImpossibleHours,
        round::{Request, Round, RoundState},
        session::SessionState,
    },
    http::web::{
        page::Shell,
        parts::{Choice, Confirm, Field, FieldError, Grid, choices},
        version,
        visitor::Visitor,
        words::Words,
    },
};

/// The page.
#[derive(Template)]
#[template(path = "web/wishes.html")]
pub struct WishesPage {
    w: Words,
    shell: Shell,
    heading: String,
    /// Where the pages of these wishes begin.
    base: String,
    lead: String,
    round: String,
    round_id: Id,
    rounds: Vec<Choice>,
    form: Option<FormView>,
    errors: Vec<FieldError>,
    errors_heading: String,
    mine: Vec<Card>,
    mine_heading: String,
    mine_none: String,
    nothing: Option<Nothing>,
    /// The round whose wishes can be copied.
    copy: Option<String>,
    crowded: Option<Crowded>,
}

/// What is wrong with what is typed so far: a part of the page, for its script.
#[derive(Template)]
#[template(path = "web/wishes_found.html")]
pub struct FoundPart {
    w: Words,
    errors: Vec<FieldError>,
}

impl FoundPart {
    /// The part for this visitor.
    pub fn new(visitor: &Visitor, errors: Vec<FieldError>) -> Self {
        Self { w: visitor.w, errors }
    }
}

/// A wish in the list.
struct Card {
    id: Id,
    title: String,
    groups: String,
    duration: String,
    wished: Vec<String>,
    impossible: Vec<String>,
    got: Option<Got>,
    can_change: bool,
    edit_words: String,
    delete: Confirm,
    delete_all: Option<Confirm>,
}

/// What a published plan gave.
struct Got {
    words: String,
    is_missed: bool,
}

/// The form.
struct FormView {
    heading: String,
    action: String,
    request: String,
    /// Names and values of the versions that the form shows.
    versions: Vec<(&'static str, String)>,
    round: Id,
    submit: String,
    cancel: Option<String>,
    title: String,
    groups: Vec<GroupCheck>,
    durations: Vec<Choice>,
    starts: Vec<StartView>,
    is_exact_open: bool,
    has_fullness: bool,
    grid: Grid,
    weeks: Vec<Choice>,
    any_week: Choice,
    reason: Field,
    rules: Fields,
    is_series: bool,
    tolerances: Vec<Choice>,
    otherwise: Vec<Choice>,
    errors: Vec<FieldError>,
}

struct GroupCheck {
    choice: Choice,
    pupils: String,
}

/// One of the preferred starts.
struct StartView {
    number: usize,
    field: String,
    legend: String,
    none: String,
    days: Vec<Choice>,
    hours: Vec<(String, Vec<Choice>)>,
}

/// What the form is for.
pub enum Purpose {
    /// Another wish.
    New,
    /// A change of this one.
    Change(Id),
}

/// All that the page is made of.
pub struct Material<'a> {
    /// The round and what is in it.
    pub desk: &'a Desk,
    /// The school's rounds.
    pub rounds: &'a [Round],
    /// Whose wishes.
    pub teacher: &'a Id,
    /// Where the pages of these wishes begin.
    pub base: &'a str,
    /// What the form is for.
    pub purpose: Purpose,
    /// What stands in it.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
}

impl WishesPage {
    /// The page for this visitor.
    pub fn new(visitor: &Visitor, material: Material<'_>) -> Self {
        let (w, desk) = (visitor.w, material.desk);
        let is_collecting = desk.round.state == RoundState::Collecting;
        let is_own = matches!(visitor.who, Some(Principal::Teacher { .. }));
        let teacher = desk.directory.teachers.iter().find(|teacher| teacher.id == *material.teacher);
        let heading = match teacher {
            Some(teacher) if !is_own => w.name("wishes-title-of", &teacher.name),
            _ => w.t("wishes-title"),
        };
        let title = if material.errors.is_empty() {
            heading.clone()
        } else {
            format!("{} {heading}", w.t("wish-error-prefix"))
        };
        let mine: Vec<Card> = desk
            .requests
            .iter()
            .filter(|request| request.teachers.contains(material.teacher))
            .map(|request| Card::of(request, &material, is_own, w))
            .collect();
        let key = match (is_own, desk.round.is_published()) {
            (true, true) => "wishes-mine-got",
            (true, false) => "wishes-mine",
            (false, true) => "wishes-theirs-got",
            (false, false) => "wishes-theirs",
        };
        let several = if material.rounds.len() > 1 { material.rounds } else { &[] };
        Self {
            w,
            shell: visitor.shell(&title),
            heading,
            base: material.base.to_owned(),
            lead: w.t(if is_own { "wishes-lead" } else { "wishes-lead-of" }),
            mine_none: w.t(if is_own { "wishes-mine-none" } else { "wishes-theirs-none" }),
            round: round_name(&desk.round, desk, w),
            round_id: desk.round.id.clone(),
            rounds: choices(several.iter().map(|round| (&round.id, round.name.as_str())), |id| *id == desk.round.id),
            errors_heading: w.count("wish-errors", material.errors.len()),
            errors: material.errors.clone(),
            mine_heading: w.t(key),
            copy: earlier(&material)
                .filter(|_| is_collecting)
                .map(|round| w.name(if is_own { "wish-copy" } else { "wish-copy-of" }, &round.name)),
            nothing: Nothing::of(desk, material.teacher, is_own, w),
            crowded: Crowded::of(desk, Some((material.teacher, material.base)), w),
            form: is_collecting.then(|| FormView::of(&material, w)),
            mine,
        }
    }
}

/// The school's latest round before this one.
fn earlier<'a>(material: &Material<'a>) -> Option<&'a Round> {
    let before = material.rounds.iter().filter(|round| round.starts_at < material.desk.round.starts_at);
    before.max_by_key(|round| round.starts_at)
}

fn round_name(round: &Round, desk: &Desk, w: Words) -> String {
    let (first, last) = days(desk);
    w.with("wishes-round", &[("name", &round.name), ("span", &w.days(first, last))])
}

/// The first and the last day of the round, where the school is.
pub fn days(desk: &Desk) -> (NaiveDate, NaiveDate) {
    let local = |at: DateTime<Utc>| at.with_timezone(&desk.school.zone()).date_naive();
    (local(desk.round.starts_at), local(desk.round.ends_at - Duration::seconds(1)))
}

impl Card {
    fn of(request: &Request, material: &Material<'_>, is_own: bool, w: Words) -> Self {
        let (desk, base) = (material.desk, material.base);
        let zone = desk.school.zone();
        let words = |at: DateTime<Utc>| {
            let local = at.with_timezone(&zone).naive_local();
            w.day_time(local.date(), minute(local))
        };
        let name =
            |id: &Id| desk.directory.groups.iter().find(|group| group.id == *id).map(|group| group.name.as_str());
        let typed = Typed::of(request, &desk.round, &desk.school);
        let wished =
            typed.choices.iter().filter_map(|(day, time)| Some(w.day_time(day.parse().ok()?, time.parse().ok()?)));
        let session = desk.sessions.iter().find(|session| session.request.as_ref() == Some(&request.id));
        let title = [("title", request.title.as_str())];
        let action = format!("{base}/{}/delete", request.id);
        let sure = deleting(request, &desk.requests, w);
        let delete_all = request.series.as_ref().map(|series| Confirm {
            fields: vec![
                ("scope".to_owned(), "all".to_owned()),
                (version::FIELD.to_owned(), call::version(&all_weeks(desk, series))),
            ],
            ..Confirm::new(action.clone(), w.t("wish-delete-all"), w.t("wish-delete-all-text"), w.t("wish-delete-all"))
        });
        let painted = request.wish.as_ref().is_some_and(|wish| !wish.liked_hours.is_empty());
        Self {
            id: request.id.clone(),
            title: request.title.clone(),
            groups: request.groups.iter().filter_map(name).collect::<Vec<_>>().join(", "),
            duration: w.duration(request.duration_minutes),
            wished: if painted { liked(request, w) } else { wished.collect() },
            impossible: impossible(request, w),
            got: desk.round.is_published().then(|| got((session, is_own), request, words, w)),
            can_change: desk.round.state == RoundState::Collecting,
            edit_words: w.with("wish-edit-which", &title),
            delete: Confirm {
                fields: vec![(version::FIELD.to_owned(), call::version(request))],
                ..Confirm::new(action, w.t("wish-delete"), sure, w.t("wish-delete"))
            },
            delete_all,
        }
    }
}

/// The hours that a painted wish likes best, neighbours as one stretch: `lundi 9 h – 11 h`.
fn liked(request: &Request, w: Words) -> Vec<String> {
    let all = request.wish.iter().flat_map(|wish| &wish.liked_hours);
    let best: Vec<_> = all.filter(|hours| hours.liking == Liking::Wish).collect();
    let stretches = best.chunk_by(|a, b| a.weekday == b.weekday && a.to_minute == b.from_minute);
    stretches
        .filter_map(|stretch| {
            let (first, last) = (stretch.first()?, stretch.last()?);
            let day = w.t(&format!("weekday-{}", first.weekday));
            Some(format!("{day} {}", w.times(first.from_minute, last.to_minute)))
        })
        .collect()
}

/// The hours that are painted as impossible.
fn impossible(request: &Request, w: Words) -> Vec<String> {
    let all = request.wish.iter().flat_map(|wish| &wish.impossible_hours);
    let words = |hours: &ImpossibleHours| {
        format!("{} {}", w.t(&format!("weekday-{}", hours.weekday)), w.times(hours.from_minute, hours.to_minute))
    };
    all.map(words).collect()
}

fn got(
    (session, is_own): (Option<&SessionView>, bool),
    request: &Request,
    words: impl Fn(DateTime<Utc>) -> String,
    w: Words,
) -> Got {
    let Some(session) = session else {
        let key = if is_own { "wish-got-nothing" } else { "wish-got-nothing-of" };
        return Got { words: w.t(key), is_missed: true };
    };
    let when = words(session.start.utc);
    let moved = request.wished_start().map_or(0, |wished| (session.start.utc - wished).num_minutes().unsigned_abs());
    let moved = u32::try_from(moved).unwrap_or(0);
    let (key, is_missed) = match (session.state, moved) {
        (SessionState::Cancelled, _) => ("wish-got-cancelled", true),
        // A published class is never held.
        (SessionState::Confirmed | SessionState::Held, 0) => ("wish-got-exactly", false),
        (SessionState::Confirmed | SessionState::Held, _) => ("wish-got-moved", false),
    };
    Got { words: w.with(key, &[("when", &when), ("moved", &w.duration(moved))]), is_missed }
}

impl FormView {
    fn of(material: &Material<'_>, w: Words) -> Self {
        let (desk, typed, base) = (material.desk, &material.typed, material.base);
        let round = desk.round.id.clone();
        let (heading, action, submit, cancel) = match &material.purpose {
            Purpose::New => ("wish-new", base.to_owned(), "wish-save-new", None),
            Purpose::Change(id) => {
                ("wish-change", format!("{base}/{id}"), "wish-save-change", Some(format!("{base}?round={round}")))
            }
        };
        let groups = desk.directory.groups.iter().map(|group| (&group.id, group.name.as_str()));
        let pupils = |choice: &Choice| {
            let group = desk.directory.groups.iter().find(|group| group.id.as_str() == choice.value);
            w.count("wish-groups-pupils", group.map_or(0, |group| group.headcount as usize))
        };
        let mut durations: Vec<u32> = DURATIONS.to_vec();
        durations.extend(typed.duration.parse::<u32>().ok().filter(|minutes| !DURATIONS.contains(minutes)));
        durations.sort_unstable();
        let own = match &material.purpose {
            Purpose::New => None,
            Purpose::Change(id) => Some(id),
        };
        let request = own.and_then(|id| desk.requests.iter().find(|request| request.id == *id));
        let is_series = request.is_some_and(|request| request.series.is_some());
        let error = |field: &str| material.errors.iter().find(|one| one.field == field).map(|one| one.text.clone());
        let weeks = mondays(desk);
        let week = |monday: &NaiveDate| Choice::new(monday, w.days(*monday, *monday + Duration::days(6)), &typed.week);
        let exact = ["day-1", "day-2", "day-3", "tolerance", "otherwise"];
        Self {
            versions: request.map_or_else(Vec::new, |request| versions(request, material)),
            request: own.map_or_else(String::new, ToString::to_string),
            has_fullness: desk.wished.is_some(),
            grid: typed.paint.grid(desk, &typed.brush, w),
            weeks: if weeks.len() > 1 { weeks.iter().map(week).collect() } else { Vec::new() },
            any_week: Choice::new("yes", w.t("wish-any-week"), if typed.any_week { "yes" } else { "" }),
            reason: Field::text("reason", w.t("wish-reason"))
                .hint(w.t("wish-reason-hint"))
                .value(typed.reason.clone())
                .error(error("reason")),
            rules: typed.rules.fields((&own_requests(material), own), is_series, error, w),
            is_series,
            heading: w.t(heading),
            action,
            round,
            submit: w.t(submit),
            cancel,
            groups: choices(groups, |id| typed.groups.iter().any(|group| group == id.as_str()))
                .into_iter()
                .map(|choice| GroupCheck { pupils: pupils(&choice), choice })
                .collect(),
            durations: durations.iter().map(|minutes| option(minutes, w.duration(*minutes), &typed.duration)).collect(),
            starts: [("wish-first", "wish-choose"), ("wish-second", "wish-no-day"), ("wish-third", "wish-no-day")]
                .iter()
                .zip(&typed.choices)
                .enumerate()
                .map(|(index, ((legend, none), (day, time)))| StartView {
                    number: index + 1,
                    field: choice_field(index),
                    legend: w.t(legend),
                    none: w.t(none),
                    days: day_options(desk, day, w),
                    hours: hour_options(desk, time, w),
                })
                .collect(),
            is_exact_open: typed.choices.iter().any(|(day, time)| !day.is_empty() || !time.is_empty())
                || exact.iter().any(|field| error(field).is_some()),
            tolerances: TOLERANCES
                .iter()
                .map(|minutes| {
                    let name = match minutes {
                        0 => w.t("wish-tolerance-none"),
                        _ => w.with("wish-tolerance-some", &[("duration", &w.duration(*minutes))]),
                    };
                    option(minutes, name, &typed.tolerance)
                })
                .collect(),
            otherwise: OTHERWISE.iter().map(|(_, word, key)| option(word, w.t(key), &typed.otherwise)).collect(),
            title: typed.title.clone(),
            errors: material.errors.clone(),
        }
    }

    /// What is wrong with a field.
    fn error(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.field == field).map(|error| error.text.as_str())
    }
}

/// The versions of a wish, and of all weeks of a weekly class.
fn versions(request: &Request, material: &Material<'_>) -> Vec<(&'static str, String)> {
    let ([one, all], errors) = (&material.typed.shown, &material.errors);
    let mut out = vec![(version::FIELD, version::carried(request, one, errors))];
    if let Some(series) = &request.series {
        out.push((version::OF_ALL, version::carried(&all_weeks(material.desk, series), all, errors)));
    }
    out
}

/// A weekly class of the round.
fn all_weeks(desk: &Desk, series: &Id) -> Series {
    let weeks = desk.requests.iter().filter(|request| request.series.as_ref() == Some(series));
    Series::of(series, weeks.cloned().collect())
}

/// The teacher's wishes in the round.
fn own_requests(material: &Material<'_>) -> Vec<Request> {
    let own = material.desk.requests.iter().filter(|request| request.teachers.contains(material.teacher));
    own.cloned().collect()
}

fn option(value: &impl ToString, name: String, chosen: &str) -> Choice {
    let value = value.to_string();
    Choice { chosen: value == chosen, value, name }
}

/// The days of the round on which the school is open.
fn day_options(desk: &Desk, chosen: &str, w: Words) -> Vec<Choice> {
    let (first, last) = days(desk);
    let opening = desk.school.opening();
    let week = opening.week();
    let is_open = |day: &NaiveDate| {
        let weekday = day.weekday().number_from_monday();
        week.iter().any(|span| span.weekday == weekday) && opening.closed_on(*day).is_empty()
    };
    let days = first.iter_days().take_while(|day| *day <= last).filter(is_open);
    days.map(|day| option(&day, w.day(day), chosen)).collect()
}

/// The starts that lie in the opening hours of some day, by hour.
fn hour_options(desk: &Desk, chosen: &str, w: Words) -> Vec<(String, Vec<Choice>)> {
    let step = desk.round.step_minutes.max(5);
    let week = desk.school.opening().week();
    let is_open = |minute: &u32| week.iter().any(|span| (span.from_minute..span.to_minute).contains(minute));
    let starts: Vec<u32> = (0..1440).step_by(step as usize).filter(is_open).collect();
    starts
        .chunk_by(|a, b| a / 60 == b / 60)
        .filter_map(|hour| {
            let name = w.time(hour.first()? / 60 * 60);
            Some((name, hour.iter().map(|minute| option(minute, w.time(*minute), chosen)).collect()))
        })
        .collect()
}

/// A page that says why there is no form, and what to do.
#[derive(Template)]
#[template(path = "web/wishes_none.html")]
pub struct NoWishesPage {
    w: Words,
    shell: Shell,
    heading: String,
    text: String,
    /// What to do: an address and its words.
    action: (&'static str, String),
}

impl NoWishesPage {
    /// For admins: the page is for teachers.
    pub fn for_admins(visitor: &Visitor) -> Self {
        let action = ("/admin/teachers", visitor.w.t("wishes-admin-link"));
        Self::new(visitor, "wishes-admin", "wishes-admin-text", action)
    }

    /// No round takes wishes.
    pub fn without_round(visitor: &Visitor) -> Self {
        let (text, action) = match visitor.who {
            Some(Principal::Teacher { .. }) => ("wishes-none-open-text", ("/week", "wishes-none-open-week")),
            _ => ("wishes-none-open-text-of", ("/admin/rounds", "wishes-none-open-rounds")),
        };
        Self::new(visitor, "wishes-none-open", text, (action.0, visitor.w.t(action.1)))
    }

    fn new(visitor: &Visitor, heading: &str, text: &str, action: (&'static str, String)) -> Self {
        let w = visitor.w;
        Self { w, shell: visitor.shell(&w.t("wishes-title")), heading: w.t(heading), text: w.t(text), action }
    }
}
