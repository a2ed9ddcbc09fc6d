//! *The school's week*: how full each hour is, and every class; or one group's or teacher's classes on a grid.
//!
//! - [`view`]: the week in words, numbers and places
//! - [`skyline`]: a day's load against the capacity, drawn
//! - [`lanes`]: overlapping classes side by side

mod lanes;
mod skyline;
pub mod view;

use std::collections::HashMap;

use askama::Template;
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use serde::Deserialize;

use self::view::{Cell, Material, QUIET, WeekView};
use super::{
    page::Shell,
    visitor::Visitor,
    words::{Words, sort_key},
};
use crate::domain::{
    access::Role,
    id::Id,
    people::{Group, School, Teacher},
    session::Session,
};

/// What the address may ask for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Any day of the week to show.
    pub date: String,
    /// One group's classes.
    pub group: String,
    /// One teacher's classes.
    pub teacher: String,
    /// Which school, for those who see several.
    pub school: String,
}

/// A school's week, as the use cases give it.
pub struct SchoolWeek {
    /// The school.
    pub school: School,
    /// Its groups.
    pub groups: Vec<Group>,
    /// Its teachers.
    pub teachers: Vec<Teacher>,
    /// The classes between the week's two Mondays.
    pub sessions: Vec<Session>,
    /// Load and limit of the pool that is fullest.
    pub load: Vec<Cell>,
}

/// Something to choose from a list.
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub name: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// Which classes are shown.
struct Filter {
    groups: Vec<Choice>,
    teachers: Vec<Choice>,
    name: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "web/week.html")]
pub struct WeekPage {
    w: Words,
    shell: Shell,
    school: String,
    heading: String,
    monday: NaiveDate,
    previous: String,
    next: String,
    whole: String,
    filter: Filter,
    schools: Vec<Choice>,
    is_teacher: bool,
    quiet_hint: String,
    zone: String,
    week: WeekView,
}

impl WeekPage {
    /// The page of a school's week.
    pub fn new(
        visitor: &Visitor,
        asked: &Asked,
        monday: NaiveDate,
        material: &SchoolWeek,
        schools: &[School],
        now: DateTime<Utc>,
    ) -> Self {
        let w = visitor.w;
        let names: HashMap<Id, String> = names(&material.groups, &material.teachers);
        let filter = Filter::of(asked, material, &names);
        let sessions: Vec<Session> = material.sessions.iter().filter(|session| asked.wants(session)).cloned().collect();
        let zone = material.school.zone();
        let week = WeekView::of(&Material {
            w,
            zone,
            monday,
            today: now.with_timezone(&zone).date_naive(),
            hours: &material.school.opening_hours,
            sessions: &sessions,
            names: &names,
            load: &material.load,
        });
        let heading = w.with("week-title", &[("span", &w.days(monday, monday + Duration::days(6)))]);
        let title = filter.name.as_ref().map_or_else(|| heading.clone(), |name| format!("{name} · {heading}"));
        let schools = if schools.len() > 1 { schools } else { &[] };
        let same = |id: &Id| *id == material.school.id;
        Self {
            w,
            shell: visitor.shell(&title),
            school: material.school.name.clone(),
            previous: asked.link(monday - Duration::days(7)),
            next: asked.link(monday + Duration::days(7)),
            whole: Asked { school: asked.school.clone(), ..Asked::default() }.link(monday),
            heading,
            monday,
            filter,
            schools: choices(schools.iter().map(|school| (&school.id, school.name.as_str())), same),
            is_teacher: visitor.who.as_ref().is_some_and(|who| who.role() == Role::Teacher),
            quiet_hint: w.with("week-quiet-hint", &[("percent", &w.percent(QUIET))]),
            zone: w.with("week-zone", &[("zone", &material.school.time_zone)]),
            week,
        }
    }
}

impl Asked {
    /// The Monday of the day that is asked for.
    pub fn monday(&self) -> Option<NaiveDate> {
        let day: NaiveDate = self.date.parse().ok()?;
        // Far enough from the calendar's ends to step a week.
        (1970..=9000).contains(&day.year()).then(|| monday(day))
    }

    fn wants(&self, session: &Session) -> bool {
        let has = |ids: &[Id], wanted: &str| wanted.is_empty() || ids.iter().any(|id| id.as_str() == wanted);
        has(&session.groups, &self.group) && has(&session.teachers, &self.teacher)
    }

    fn link(&self, monday: NaiveDate) -> String {
        let kept = [("group", &self.group), ("teacher", &self.teacher), ("school", &self.school)];
        let is_plain = |value: &str| value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        kept.iter()
            .filter(|(_, value)| !value.is_empty() && is_plain(value))
            .fold(format!("/week?date={monday}"), |link, (name, value)| format!("{link}&{name}={value}"))
    }
}

impl Filter {
    fn of(asked: &Asked, material: &SchoolWeek, names: &HashMap<Id, String>) -> Self {
        let chosen: Vec<&str> = [&asked.group, &asked.teacher]
            .into_iter()
            .filter_map(|id| names.get(&Id::from(id.as_str())).map(String::as_str))
            .collect();
        let groups = material.groups.iter().map(|group| (&group.id, group.name.as_str()));
        let teachers = material.teachers.iter().map(|teacher| (&teacher.id, teacher.name.as_str()));
        Self {
            groups: choices(groups, |id| id.as_str() == asked.group),
            teachers: choices(teachers, |id| id.as_str() == asked.teacher),
            name: (!chosen.is_empty()).then(|| chosen.join(" · ")),
        }
    }
}

/// The Monday of a day's week.
pub fn monday(day: NaiveDate) -> NaiveDate {
    day - Duration::days(i64::from(day.weekday().num_days_from_monday()))
}

/// Names of groups and teachers by their ids.
pub fn names(groups: &[Group], teachers: &[Teacher]) -> HashMap<Id, String> {
    let groups = groups.iter().map(|group| (group.id.clone(), group.name.clone()));
    groups.chain(teachers.iter().map(|teacher| (teacher.id.clone(), teacher.name.clone()))).collect()
}

/// A list to choose from, in the order in which people look for names.
fn choices<'a>(named: impl Iterator<Item = (&'a Id, &'a str)>, chosen: impl Fn(&Id) -> bool) -> Vec<Choice> {
    let choice = |(id, name): (&Id, &str)| Choice { value: id.to_string(), name: name.to_owned(), chosen: chosen(id) };
    let mut out: Vec<Choice> = named.map(choice).collect();
    out.sort_by_cached_key(|choice| sort_key(&choice.name));
    out
}

#[cfg(test)]
mod tests;
