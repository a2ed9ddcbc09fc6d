//! *The school's week*: how full each hour is, and every class; or one group's or teacher's classes on a grid.
//!
//! - [`view`]: the week in words, numbers and places
//! - [`load`]: how full hours are, and which are quiet
//! - [`skyline`]: a day's load against the capacity, drawn
//! - [`lanes`]: overlapping classes side by side

mod lanes;
mod load;
mod skyline;
pub mod view;

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, Utc};
use serde::Deserialize;

use self::{
    load::QUIET,
    view::{Cell, Class, Material, WeekView},
};
use super::{
    assets::ROW_MINUTES,
    page::{Refusal, Shell},
    parts::{Choice, choices},
    said,
    visitor::Visitor,
    words::Words,
};
use crate::app::{
    App, AppError,
    directory::Directory,
    sessions::{Named, SessionView},
    week::{Load, Week},
};
use crate::domain::{
    access::{Principal, Role},
    id::Id,
    people::{School, SchoolLine},
    round::Round,
    time::asked_day,
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
    /// Which school, for those who see several; without it the one that an operator looks after, or the first.
    pub school: String,
    /// Whether a teacher wants to see the whole school.
    pub all: String,
}

/// The most schools of a list to choose from; of more, one is found by its name.
const MOST_CHOICES: usize = 200;

/// A school's week, as the use cases give it.
pub struct SchoolWeek {
    /// The school.
    pub school: School,
    /// Its groups and teachers.
    pub directory: Directory,
    /// Its classes and load.
    pub week: Week,
    /// The schools to choose from; one more than [`MOST_CHOICES`] when there are more.
    pub schools: Vec<SchoolLine>,
}

/// The class that comes next.
struct NextClass {
    title: String,
    when: String,
    who: String,
    link: Option<String>,
}

impl NextClass {
    fn of(classes: &[Class], now: NaiveDateTime, w: Words) -> Option<Self> {
        let to_come = classes.iter().filter(|class| !class.is_cancelled && class.end > now);
        let next = to_come.min_by_key(|class| class.start)?;
        Some(Self {
            title: next.title.clone(),
            when: said::moment(next.start, w),
            who: next.who.join(" · "),
            link: next.link.clone(),
        })
    }
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
    /// Which school it is, where there are too many for a list to choose from.
    one_of_many: Option<String>,
    is_teacher: bool,
    /// Whether these are the classes of the one who looks.
    is_own: bool,
    next_class: Option<NextClass>,
    /// How many answers are awaited from the one who looks, in words.
    awaits: Option<String>,
    quiet_hint: String,
    zone: String,
    week: WeekView,
}

/// `GET /week`.
pub async fn show(visitor: Visitor, app: web::Data<App>, asked: web::Query<Asked>) -> HttpResponse {
    let mut asked = asked.into_inner().of(visitor.who.as_ref());
    if asked.school.is_empty()
        && let Some(school) = visitor.office_here()
    {
        asked.school = school.id.to_string();
    }
    let page: Result<WeekPage, Refusal> = match SchoolWeek::load(&app, visitor.who.as_ref(), &asked).await {
        Ok(Some(material)) => WeekPage::new(&visitor, &asked, &material, app.now()).awaiting(&app, &visitor).await,
        Ok(None) => return visitor.answer(Ok(NoSchoolPage::new(&visitor))),
        Err(error) => Err(error.into()),
    };
    visitor.answer(page)
}

impl SchoolWeek {
    /// The week that is asked for; nothing where there is no school.
    async fn load(app: &App, who: Option<&Principal>, asked: &Asked) -> Result<Option<Self>, AppError> {
        let who = who.ok_or(AppError::Unauthorized)?;
        let schools = app.school_lines(who, Some(MOST_CHOICES + 1)).await?;
        let asked_for = match asked.school.is_empty() {
            false => app.school(who, &Id::from(asked.school.as_str())).await.ok(),
            true => None,
        };
        let school = match (asked_for, schools.first()) {
            (Some(school), _) => school,
            (None, Some(first)) => app.school(who, &first.id).await?,
            (None, None) => return Ok(None),
        };
        let directory = app.directory(who, &school.id).await?;
        let monday = match asked.monday() {
            Some(monday) => monday,
            None => usual_monday(&app.rounds(who, &school.id).await?, &school, app.now()),
        };
        let week = app.week(who, &school.id, Some(monday)).await?;
        Ok(Some(Self { school, directory, week, schools }))
    }
}

/// The week to show when none is asked for: this one when it is published, else the next published one, else the last
/// one; this one when none is.
fn usual_monday(rounds: &[Round], school: &School, now: DateTime<Utc>) -> NaiveDate {
    let zone = school.zone();
    let local = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    let published = || rounds.iter().filter(|round| round.is_published());
    let now_or_next = published().filter(|round| round.ends_at > now).min_by_key(|round| round.starts_at);
    let day = match now_or_next {
        Some(round) => round.starts_at.max(now),
        None => published().map(|round| round.starts_at).max().unwrap_or(now),
    };
    monday(local(day))
}

/// What stands where there is no school yet.
#[derive(Template)]
#[template(path = "web/no_school.html")]
struct NoSchoolPage {
    w: Words,
    shell: Shell,
}

impl NoSchoolPage {
    fn new(visitor: &Visitor) -> Self {
        Self { w: visitor.w, shell: visitor.shell(&visitor.w.t("week-no-school")) }
    }
}

impl WeekPage {
    /// The page of a school's week.
    pub fn new(visitor: &Visitor, asked: &Asked, material: &SchoolWeek, now: DateTime<Utc>) -> Self {
        let (w, monday, school) = (visitor.w, material.week.monday, &material.school);
        let own = match &visitor.who {
            Some(Principal::Teacher { teacher, .. }) => Some(teacher.as_str()),
            _ => None,
        };
        let is_own = own == Some(asked.teacher.as_str()) && asked.group.is_empty();
        let all = own.map_or_else(String::new, |_| "1".to_owned());
        let filter = Filter::of(asked, &material.directory);
        let wanted = material.week.sessions.iter().filter(|session| asked.wants(session));
        let classes: Vec<Class> = wanted.map(|session| Class::of(session, &[&asked.group, &asked.teacher])).collect();
        let week = WeekView::of(&Material {
            w,
            zone: school.zone(),
            monday,
            today: now.with_timezone(&school.zone()).date_naive(),
            hours: &school.opening().week_of(monday),
            classes: &classes,
            load: &material.week.load.as_ref().map(|load| cells(load, material.week.ends_at)).unwrap_or_default(),
        });
        let heading = w.with("week-title", &[("span", &w.days(monday, monday + Duration::days(6)))]);
        let title = filter.name.as_ref().map_or_else(|| heading.clone(), |name| format!("{name} · {heading}"));
        let is_choice = (2..=MOST_CHOICES).contains(&material.schools.len());
        let schools = if is_choice { material.schools.as_slice() } else { &[] };
        Self {
            w,
            shell: visitor.shell(&title),
            school: school.name.clone(),
            previous: asked.link(monday - Duration::days(7)),
            next: asked.link(monday + Duration::days(7)),
            whole: Asked { school: asked.school.clone(), all, ..Asked::default() }.link(monday),
            heading,
            monday,
            filter,
            schools: choices(schools.iter().map(|one| (&one.id, one.name.as_str())), |id| *id == school.id),
            one_of_many: (material.schools.len() > MOST_CHOICES).then(|| school.id.to_string()),
            is_teacher: visitor.who.as_ref().is_some_and(|who| who.role() == Role::Teacher),
            is_own,
            next_class: is_own
                .then(|| NextClass::of(&classes, now.with_timezone(&school.zone()).naive_local(), w))
                .flatten(),
            awaits: None,
            quiet_hint: w.with("week-quiet-hint", &[("percent", &w.percent(QUIET))]),
            zone: w.with("week-zone", &[("zone", &school.time_zone)]),
            week,
        }
    }

    /// The same with what is awaited from the one who looks: this is the first page that they see.
    async fn awaiting(self, app: &App, visitor: &Visitor) -> Result<Self, Refusal> {
        let count = match &visitor.who {
            Some(who @ Principal::Teacher { .. }) => app.answers_awaited(who).await?,
            _ => 0,
        };
        Ok(Self { awaits: (count > 0).then(|| self.w.count("week-awaits", count)), ..self })
    }
}

/// The load of every five minutes.
pub fn cells(load: &Load, ends_at: DateTime<Utc>) -> Vec<Cell> {
    let ends = load.steps.iter().skip(1).map(|step| step.from).chain(std::iter::once(ends_at));
    let mut out = Vec::new();
    for (step, end) in load.steps.iter().zip(ends) {
        let mut at = step.from;
        while at < end {
            out.push(Cell { at, load: step.used, limit: u64::from(step.limit) });
            at += Duration::minutes(i64::from(ROW_MINUTES));
        }
    }
    out
}

impl Asked {
    /// The Monday of the day that is asked for.
    pub fn monday(&self) -> Option<NaiveDate> {
        asked_day(&self.date).ok().map(monday)
    }

    /// With a teacher's own classes, when nothing else is asked for.
    fn of(self, who: Option<&Principal>) -> Self {
        match who {
            Some(Principal::Teacher { teacher, .. })
                if [&self.group, &self.teacher, &self.all].iter().all(|text| text.is_empty()) =>
            {
                Self { teacher: teacher.to_string(), ..self }
            }
            _ => self,
        }
    }

    fn wants(&self, session: &SessionView) -> bool {
        let has = |all: &[Named], wanted: &str| wanted.is_empty() || all.iter().any(|one| one.id.as_str() == wanted);
        has(&session.groups, &self.group) && has(&session.teachers, &self.teacher)
    }

    fn link(&self, monday: NaiveDate) -> String {
        let kept = [("group", &self.group), ("teacher", &self.teacher), ("school", &self.school), ("all", &self.all)];
        let is_plain = |value: &str| value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        kept.iter()
            .filter(|(_, value)| !value.is_empty() && is_plain(value))
            .fold(format!("/week?date={monday}"), |link, (name, value)| format!("{link}&{name}={value}"))
    }
}

impl Filter {
    fn of(asked: &Asked, directory: &Directory) -> Self {
        let groups = directory.groups.iter().map(|group| (&group.id, group.name.as_str()));
        let teachers = directory.teachers.iter().map(|teacher| (&teacher.id, teacher.name.as_str()));
        let groups = choices(groups, |id| id.as_str() == asked.group);
        let teachers = choices(teachers, |id| id.as_str() == asked.teacher);
        let chosen = groups.iter().chain(&teachers).filter(|choice| choice.chosen);
        let names: Vec<&str> = chosen.map(|choice| choice.name.as_str()).collect();
        let name = (!names.is_empty()).then(|| names.join(" · "));
        Self { groups, teachers, name }
    }
}

/// The Monday of a day's week.
pub fn monday(day: NaiveDate) -> NaiveDate {
    day - Duration::days(i64::from(day.weekday().num_days_from_monday()))
}

#[cfg(test)]
mod tests;
