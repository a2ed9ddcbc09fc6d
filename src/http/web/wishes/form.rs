//! The form of a wish: what was typed, what it means, and what is wrong with it, next to the field it is wrong in.

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use super::{
    paint::{Paint, mondays},
    rules::{self, RULES},
};
use crate::{
    app::{desk::Desk, requests::NewRequest},
    domain::{
        finding::Finding,
        id::Id,
        people::School,
        round::{Request, Round},
        wish::{Frame, Otherwise, Preferred, windows},
    },
    http::web::{parts::FieldError, said, version, visitor::Form, words::Words},
};

/// Durations to choose from, in minutes.
pub const DURATIONS: [u32; 12] = [20, 25, 30, 40, 45, 50, 55, 60, 75, 90, 110, 120];
/// Tolerances to choose from, in minutes.
pub const TOLERANCES: [u32; 6] = [0, 15, 30, 60, 120, 240];
/// What may follow when no choice is free, with the texts' keys.
pub const OTHERWISE: [(Otherwise, &str, &str); 3] = [
    (Otherwise::SameDay, "same_day", "wish-otherwise-same-day"),
    (Otherwise::AnyDay, "any_day", "wish-otherwise-any-day"),
    (Otherwise::Never, "never", "wish-otherwise-never"),
];
/// Preferred starts that can be given.
pub const CHOICES: usize = 3;

/// What stands in the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The title, as it was typed.
    pub title: String,
    /// The chosen groups.
    pub groups: Vec<String>,
    /// Minutes.
    pub duration: String,
    /// Day (`2020-03-23`) and start (minutes after midnight) of each choice.
    pub choices: [(String, String); CHOICES],
    /// Minutes.
    pub tolerance: String,
    /// One of [`OTHERWISE`].
    pub otherwise: String,
    /// What is painted on the week.
    pub paint: Paint,
    /// What the brush is dipped in.
    pub brush: String,
    /// The Monday of the week that the paint is about.
    pub week: String,
    /// Whether hours of other weeks do, too.
    pub any_week: bool,
    /// Why hours are impossible.
    pub reason: String,
    /// The rules beyond the hours.
    pub rules: rules::Typed,
    /// Which versions the form showed: of the wish, and of all weeks of a weekly class.
    pub shown: [String; 2],
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            title: String::new(),
            groups: Vec::new(),
            duration: "55".to_owned(),
            choices: Default::default(),
            tolerance: "60".to_owned(),
            otherwise: "same_day".to_owned(),
            paint: Paint::default(),
            brush: "wish".to_owned(),
            week: String::new(),
            any_week: false,
            reason: String::new(),
            rules: rules::Typed::default(),
            shown: Default::default(),
        }
    }
}

impl Typed {
    /// What was sent.
    pub fn read(form: &Form) -> Self {
        let choice = |number: usize| {
            (form.get(&format!("day-{number}")).to_owned(), form.get(&format!("time-{number}")).to_owned())
        };
        Self {
            title: form.get("title").to_owned(),
            groups: form.all("group").map(str::to_owned).collect(),
            duration: form.get("duration").to_owned(),
            choices: [choice(1), choice(2), choice(3)],
            tolerance: form.get("tolerance").to_owned(),
            otherwise: form.get("otherwise").to_owned(),
            paint: Paint::read(form),
            brush: form.get("brush").to_owned(),
            week: form.get("week").to_owned(),
            any_week: form.get("any-week") == "yes",
            reason: form.get("reason").trim().to_owned(),
            rules: rules::Typed::read(form),
            shown: [version::FIELD, version::OF_ALL].map(|field| form.get(field).to_owned()),
        }
    }

    /// The form that gives this request. The request holds only the starts it allows, so the form is found by trying
    /// what people can have chosen; one that was entered otherwise shows its first choice.
    pub fn of(request: &Request, round: &Round, school: &School) -> Self {
        let painted = request.wish.as_ref().map(|wish| {
            let week = wish.preferred.first().map(|first| crate::http::web::week::monday(first.start.date()));
            Self {
                paint: Paint::of(wish),
                week: week.map_or_else(String::new, |week| week.to_string()),
                any_week: !wish.liked_hours.is_empty() && wish.otherwise == Otherwise::AnyDay,
                reason: wish.impossible_hours.first().map_or_else(String::new, |hours| hours.reason.clone()),
                ..Self::default()
            }
        });
        let painted = painted.unwrap_or_default();
        if painted.paint.has_wish() {
            let groups = request.groups.iter().map(ToString::to_string).collect();
            let (title, duration) = (request.title.clone(), request.duration_minutes.to_string());
            return Self { title, groups, duration, ..painted };
        }
        let typed = Self::by_starts(request, round, school);
        Self { paint: painted.paint, week: painted.week, reason: painted.reason, ..typed }
    }

    /// The form that gives a request that was not painted.
    fn by_starts(request: &Request, round: &Round, school: &School) -> Self {
        let zone = school.zone();
        let mut wished: Vec<NaiveDateTime> = Vec::new();
        for window in &request.windows {
            let local = window.ideal_at.with_timezone(&zone).naive_local();
            if !wished.contains(&local) {
                wished.push(local);
            }
        }
        if let Some(typed) = request.wish.as_ref().and_then(|wish| Self::entered(request, wish)) {
            return typed;
        }
        let (opening, grid, duration_minutes) = (school.opening(), round.grid(), request.duration_minutes);
        let frame = Frame { opening, grid, duration_minutes, is_round: true };
        let give = |count: usize, tolerance_minutes: u32, otherwise: Otherwise| {
            let preferred: Vec<Preferred> =
                wished.iter().take(count).map(|start| Preferred { start: *start, tolerance_minutes }).collect();
            windows(&preferred, otherwise, &frame).is_ok_and(|windows| windows == request.windows)
        };
        let found = (1..=CHOICES.min(wished.len())).find_map(|count| {
            TOLERANCES.iter().find_map(|tolerance| {
                let kind = OTHERWISE.iter().find(|(otherwise, _, _)| give(count, *tolerance, *otherwise))?;
                Some((count, *tolerance, kind.1))
            })
        });
        let (count, tolerance, otherwise) = found.unwrap_or((1, 60, "same_day"));
        let choice = |index: usize| {
            let start = wished.get(index).filter(|_| index < count);
            start.map_or_else(Default::default, |start| (start.date().to_string(), minute(*start).to_string()))
        };
        Self {
            title: request.title.clone(),
            groups: request.groups.iter().map(ToString::to_string).collect(),
            duration: request.duration_minutes.to_string(),
            choices: [choice(0), choice(1), choice(2)],
            tolerance: tolerance.to_string(),
            otherwise: otherwise.to_owned(),
            ..Self::default()
        }
    }

    /// The form as it gives this wish, if it can.
    fn entered(request: &Request, wish: &NewRequest) -> Option<Self> {
        let tolerance = wish.preferred.first()?.tolerance_minutes;
        let alike = wish.preferred.iter().all(|one| one.tolerance_minutes == tolerance);
        let fits = wish.preferred.len() <= CHOICES && alike && TOLERANCES.contains(&tolerance);
        let otherwise = OTHERWISE.iter().find(|(otherwise, _, _)| *otherwise == wish.otherwise)?;
        let choice = |index: usize| {
            let start = wish.preferred.get(index).map(|one| one.start);
            start.map_or_else(Default::default, |start| (start.date().to_string(), minute(start).to_string()))
        };
        fits.then(|| Self {
            title: request.title.clone(),
            groups: request.groups.iter().map(ToString::to_string).collect(),
            duration: request.duration_minutes.to_string(),
            choices: [choice(0), choice(1), choice(2)],
            tolerance: tolerance.to_string(),
            otherwise: otherwise.1.to_owned(),
            ..Self::default()
        })
    }

    /// The wish, as far as it can be read, and what cannot be: the wish's own findings are the use case's.
    pub fn wish(&self, teacher: &Id, desk: &Desk, w: Words) -> (NewRequest, Vec<FieldError>) {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, text: String| errors.push(FieldError { field: field.to_owned(), text });
        let duration = self.duration.parse().ok().filter(|minutes| (5..=600).contains(minutes));
        if duration.is_none() {
            wrong("duration", w.t("refused-bad-duration"));
        }
        let painted = self.paint.has_wish();
        let mut needs_start = !painted;
        let tolerance = self.tolerance.parse().ok().filter(|minutes| TOLERANCES.contains(minutes));
        let mut preferred: Vec<Preferred> = Vec::new();
        for (index, (day, time)) in self.choices.iter().enumerate() {
            let field = choice_field(index);
            match (start(day, time), day.is_empty(), time.is_empty()) {
                (Some(start), _, _) if preferred.iter().any(|earlier| earlier.start == start) => {
                    wrong(&field, w.t("finding-twice"));
                }
                (Some(start), _, _) => {
                    preferred.push(Preferred { start, tolerance_minutes: tolerance.unwrap_or_default() });
                }
                (None, true, true) if index == 0 && needs_start => {
                    needs_start = false;
                    wrong("grid", w.t("finding-paint"));
                }
                (None, true, true) => {}
                (None, true, false) => wrong(&field, w.with("finding-half", &[("missing", "day")])),
                (None, false, _) => wrong(&field, w.with("finding-half", &[("missing", "time")])),
            }
        }
        if preferred.is_empty() && painted {
            let mondays = mondays(desk);
            let chosen = self.week.parse().ok().filter(|monday| mondays.contains(monday)).or(mondays.first().copied());
            let minutes = duration.unwrap_or(5);
            let start = chosen.and_then(|monday| self.paint.first_start(desk, monday, minutes));
            if start.is_none() {
                let args = [("hours", self.paint.wishes(w)), ("duration", w.duration(minutes))];
                wrong("grid", w.with("finding-no-room", &args.each_ref().map(|(name, value)| (*name, value.as_str()))));
            }
            preferred.extend(start.map(|start| Preferred { start, tolerance_minutes: 0 }));
        }
        let impossible_hours = self.paint.impossible(&self.reason);
        if !impossible_hours.is_empty() && self.reason.is_empty() {
            wrong("reason", w.t("finding-reason"));
        }
        if tolerance.is_none() && !painted {
            wrong("tolerance", w.t("refused-bad-tolerance"));
        }
        let otherwise = OTHERWISE.iter().find(|(_, word, _)| *word == self.otherwise);
        if otherwise.is_none() && !painted {
            wrong("otherwise", w.t("finding-otherwise"));
        }
        let wish = NewRequest {
            title: self.title.clone(),
            teachers: vec![teacher.clone()],
            groups: self.groups.iter().map(|id| Id::from(id.as_str())).collect(),
            duration_minutes: duration.unwrap_or(5),
            preferred,
            otherwise: match (painted, self.any_week) {
                (true, true) => Otherwise::AnyDay,
                (true, false) => Otherwise::Never,
                (false, _) => otherwise.map(|(otherwise, _, _)| *otherwise).unwrap_or_default(),
            },
            liked_hours: if painted { self.paint.liked(&desk.school) } else { Vec::new() },
            impossible_hours,
            ..NewRequest::default()
        };
        (wish, errors)
    }

    /// The use case's findings at the form's fields.
    pub fn errors(&self, findings: &[Finding], w: Words) -> Vec<FieldError> {
        let filled: Vec<usize> =
            (0..CHOICES).filter(|index| start(&self.choices[*index].0, &self.choices[*index].1).is_some()).collect();
        let place = |finding: &Finding| {
            let place = finding.place.as_str();
            let (list, rest) = place.split_once('[').unwrap_or((place, ""));
            let index: usize = rest.split(']').next().and_then(|index| index.parse().ok()).unwrap_or(0);
            match list {
                "preferred" if filled.is_empty() => "grid".to_owned(),
                "preferred" => choice_field(filled.get(index).copied().unwrap_or(0)),
                "liked_hours" | "allowed_hours" | "impossible_hours" if finding.place.ends_with(".reason") => {
                    "reason".to_owned()
                }
                "liked_hours" | "allowed_hours" | "impossible_hours" => "grid".to_owned(),
                "after" if place.ends_with("gap_minutes") => "gap".to_owned(),
                "not_same_day_as" => "apart".to_owned(),
                "weekly" | "weeks" | "until" => "weeks".to_owned(),
                "minimum_break_minutes.teacher" => "teacher-break".to_owned(),
                "minimum_break_minutes.group" => "group-break".to_owned(),
                "most_a_day.teacher" => "teacher-most".to_owned(),
                "most_a_day.group" => "group-most".to_owned(),
                "duration_minutes" => "duration".to_owned(),
                "connections" => "groups".to_owned(),
                "title" | "groups" | "otherwise" | "after" => list.to_owned(),
                _ => "title".to_owned(),
            }
        };
        let mut out: Vec<FieldError> = Vec::new();
        for finding in findings {
            let (field, text) = (place(finding), said::finding(finding, w));
            // In the list above the form an error stands without its field.
            let choice = (0..CHOICES).find(|index| choice_field(*index) == field).map(|index| &self.choices[index]);
            let what = match choice.and_then(|(day, time)| start(day, time)) {
                Some(start) => Some(said::moment(start, w)),
                None => rules::label(&field, w).filter(|_| finding.code.starts_with("bad-")),
            };
            let text = what.map_or_else(|| text.clone(), |what| rules::about(&what, &text, w));
            let error = FieldError { field, text };
            // Two unknown groups are one mistake to mend.
            if !out.contains(&error) {
                out.push(error);
            }
        }
        out
    }
}

/// The id of a choice's first field.
pub fn choice_field(index: usize) -> String {
    format!("day-{}", index + 1)
}

/// Errors in the order of the form's fields, one a field and text.
pub fn in_order(mut errors: Vec<FieldError>) -> Vec<FieldError> {
    const FIELDS: [&str; 10] =
        ["title", "groups", "duration", "grid", "reason", "day-1", "day-2", "day-3", "tolerance", "otherwise"];
    errors.sort_by_key(|error| FIELDS.iter().chain(&RULES).position(|field| *field == error.field));
    errors.dedup();
    // A choice that cannot be read is also one that is missing: it is said once.
    let mut seen: Vec<String> = Vec::new();
    errors.retain(|error| {
        let first = !seen.contains(&error.field);
        seen.push(error.field.clone());
        first
    });
    errors
}

fn start(day: &str, time: &str) -> Option<NaiveDateTime> {
    let (day, minutes): (NaiveDate, u32) = (day.parse().ok()?, time.parse().ok()?);
    (minutes < 1440).then(|| day.and_time(NaiveTime::MIN) + Duration::minutes(i64::from(minutes)))
}

/// Minutes after midnight.
pub fn minute(at: NaiveDateTime) -> u32 {
    at.hour() * 60 + at.minute()
}
