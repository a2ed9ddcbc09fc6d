//! From a round file to a school: its people, its pools, one round and its requests.
//!
//! A file knows exclusives (whoever can be in one class at a time) where the service knows teachers and groups: those
//! whose id holds `/teacher/` are teachers, all others groups. A single pupil is a group of one, under a code: no pupil's
//! name is needed anywhere. Instants stay what they are in the file, UTC.

use crate::domain::{
    capacity::{DatedLimit, Pool, PoolKind},
    finding::Findings,
    id::Id,
    people::{Group, Language, School, Teacher},
    round::{Request, Round, RoundState, Window},
    text,
    time::{DAY_MINUTES, Grid, WeekSpan, zone},
};
use chrono::{DateTime, Datelike, Timelike, Utc};
use chrono_tz::Tz;
use creneau_solver as file;
use std::collections::BTreeMap;

/// What a file does not say.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The school's name; the round's when nothing is said.
    pub school_name: Option<String>,
    /// The school's code in the national register.
    pub uai: Option<String>,
    /// The school's time zone, an IANA name.
    pub time_zone: String,
    /// Teachers get addresses in this domain; without it they get no mails.
    pub email_domain: Option<String>,
}

/// Everything that a file becomes.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The school.
    pub school: School,
    /// Its pools: its own first.
    pub pools: Vec<Pool>,
    /// Its groups.
    pub groups: Vec<Group>,
    /// Its teachers.
    pub teachers: Vec<Teacher>,
    /// The round, which collects requests.
    pub round: Round,
    /// Its requests.
    pub requests: Vec<Request>,
    /// What the service cannot keep, in words.
    pub lost: Vec<String>,
}

/// Brings a valid round into the service's terms.
///
/// # Errors
/// Every finding at once: names that are none, several schools in one file, numbers too large.
pub fn import(round: &file::Round, wanted: &Wanted, now: DateTime<Utc>) -> Result<Imported, Findings> {
    let mut findings = Findings::default();
    let zone = findings.keep(zone(&wanted.time_zone, "--time-zone")).unwrap_or(chrono_tz::UTC);
    let email_domain = wanted.email_domain.as_ref().and_then(|domain| {
        findings.keep(text::address(&format!("teacher@{domain}"), "--teacher-email-domain"))?;
        Some(domain.as_str())
    });
    let round_name = findings.keep(text::line(&round.name, "name")).unwrap_or_default();
    let school_name = wanted.school_name.as_deref().unwrap_or(&round_name);
    let start = DateTime::parse_from_rfc3339(&round.horizon.start).map(|at| at.to_utc()).unwrap_or_default();
    let grid = Grid { start, step_minutes: round.horizon.step_minutes, cells: round.horizon.cells };
    let school = School {
        id: Id::new(now),
        uai: wanted.uai.clone(),
        name: findings.keep(text::line(school_name, "--school-name")).unwrap_or_default(),
        time_zone: wanted.time_zone.clone(),
        language: Language::Fr,
        opening_hours: opening_hours(round, &grid, zone),
        created_at: now,
    };
    let mut people = People::of(round, &school, email_domain, now, &mut findings);
    let new_round = Round {
        id: Id::new(now),
        school: school.id.clone(),
        name: round_name,
        starts_at: grid.start,
        ends_at: grid.end(),
        step_minutes: grid.step_minutes,
        state: RoundState::Collecting,
        published_plan: None,
        created_at: now,
    };
    let pools = pools(round, &grid, now, &mut findings);
    let requests = round.requests.iter().enumerate();
    let requests = requests
        .map(|(index, request)| people.request(request, index, &new_round.id, &grid, now, &mut findings))
        .collect();
    findings.into_result()?;
    let People { teachers, groups, .. } = people;
    Ok(Imported { school, pools, groups, teachers, round: new_round, requests, lost: lost(round) })
}

/// The school's own pool, then the others. A file without a pool of the school's own gets one that limits nothing.
fn pools(round: &file::Round, grid: &Grid, now: DateTime<Utc>, findings: &mut Findings) -> Vec<Pool> {
    let is_own = |pool: &file::Pool| pool.id.starts_with("school/") && pool.kind == file::PoolKind::Concurrent;
    if round.pools.iter().filter(|pool| is_own(pool)).count() > 1 {
        let message = "the file holds several schools (pools school/…)";
        findings.add("several-schools", "pools", message, "import one school's round");
    }
    let mut out = Vec::new();
    for (index, pool) in round.pools.iter().enumerate() {
        let step = grid.step_minutes;
        let name = findings.keep(text::line(&pool.id, &format!("pools[{index}].id"))).unwrap_or_default();
        let kind = match pool.kind {
            file::PoolKind::Concurrent => PoolKind::Concurrent,
            file::PoolKind::Arrivals => {
                PoolKind::Arrivals { window_minutes: pool.window.unwrap_or(1).saturating_mul(step) }
            }
        };
        let dated = |range: &file::LimitRange| DatedLimit {
            starts_at: grid.at(range.from),
            ends_at: grid.at(range.to),
            connections: range.limit,
        };
        let dated = pool.except.iter().filter(|range| range.from < range.to).map(dated).collect();
        let new = Pool { id: Id::new(now), name, kind, connections: pool.limit, weekly: Vec::new(), dated };
        if is_own(pool) { out.insert(0, new) } else { out.push(new) }
    }
    if !round.pools.iter().any(is_own) {
        let everybody = round.requests.iter().fold(0_u32, |sum, request| sum.saturating_add(request.connections));
        let name = format!("school/{}", round.name);
        let kind = PoolKind::Concurrent;
        out.insert(0, Pool { id: Id::new(now), name, kind, connections: everybody, weekly: vec![], dated: vec![] });
    }
    out
}

/// The teachers and groups of a file, by their exclusive.
struct People {
    teachers: Vec<Teacher>,
    groups: Vec<Group>,
    of: BTreeMap<String, Person>,
}

#[derive(Clone, Copy)]
enum Person {
    Teacher(usize),
    Group(usize),
    Pupil(usize),
}

impl People {
    fn of(
        round: &file::Round,
        school: &School,
        email_domain: Option<&str>,
        now: DateTime<Utc>,
        findings: &mut Findings,
    ) -> Self {
        let mut people = Self { teachers: Vec::new(), groups: Vec::new(), of: BTreeMap::new() };
        for (index, request) in round.requests.iter().enumerate() {
            for (position, exclusive) in request.exclusive.iter().enumerate() {
                if people.of.contains_key(exclusive) {
                    continue;
                }
                let place = format!("requests[{index}].exclusive[{position}]");
                let last = exclusive.rsplit('/').next().unwrap_or(exclusive);
                let Some(name) = findings.keep(text::line(last, &place)) else { continue };
                let person = if exclusive.contains("/teacher/") {
                    people.add_teacher(name, school, email_domain, now)
                } else if exclusive.contains("/student/") || exclusive.contains("/pupil/") {
                    let code = format!("P{:04}", people.groups.len() + 1);
                    Person::Pupil(people.add_group(code, school, now))
                } else {
                    Person::Group(people.add_group(name, school, now))
                };
                people.of.insert(exclusive.clone(), person);
            }
        }
        people.count_heads(round);
        people
    }

    fn add_teacher(&mut self, name: String, school: &School, domain: Option<&str>, now: DateTime<Utc>) -> Person {
        let name = unique(name, |name| self.teachers.iter().any(|teacher| teacher.name == name));
        let email = domain.map(|domain| format!("{}@{domain}", slug(&name, self.teachers.len())));
        let taken = |email: &String| self.teachers.iter().any(|teacher| teacher.email.as_ref() == Some(email));
        let email = email.map(|email| {
            if taken(&email) { format!("{}.{email}", self.teachers.len() + 1) } else { email }
        });
        let (id, school, language) = (Id::new(now), school.id.clone(), school.language);
        self.teachers.push(Teacher { id, school, name, email, language });
        Person::Teacher(self.teachers.len() - 1)
    }

    fn add_group(&mut self, name: String, school: &School, now: DateTime<Utc>) -> usize {
        let name = unique(name, |name| self.groups.iter().any(|group| group.name == name));
        self.groups.push(Group { id: Id::new(now), school: school.id.clone(), name, headcount: 1 });
        self.groups.len() - 1
    }

    /// A file counts connections by class, the service heads by group: each group gets its share of the largest class
    /// it is in. What a class takes is kept with its request, so nothing depends on the guess.
    fn count_heads(&mut self, round: &file::Round) {
        for request in &round.requests {
            let parts: Vec<Person> = request.exclusive.iter().filter_map(|it| self.of.get(it).copied()).collect();
            let groups: Vec<usize> =
                parts.iter().filter_map(|it| if let Person::Group(index) = it { Some(*index) } else { None }).collect();
            let others = u32::try_from(parts.len() - groups.len()).unwrap_or(u32::MAX);
            let share = request.connections.saturating_sub(others) / u32::try_from(groups.len().max(1)).unwrap_or(1);
            for index in groups {
                if let Some(group) = self.groups.get_mut(index) {
                    group.headcount = group.headcount.max(share);
                }
            }
        }
    }

    fn request(
        &mut self,
        request: &file::Request,
        index: usize,
        round: &Id,
        grid: &Grid,
        now: DateTime<Utc>,
        findings: &mut Findings,
    ) -> Request {
        let place = format!("requests[{index}]");
        let reference = findings.keep(text::line(&request.id, &format!("{place}.id"))).unwrap_or_default();
        let small = |number: u64, name: &str, findings: &mut Findings| {
            u32::try_from(number).unwrap_or_else(|_| {
                let message = format!("{number} is more than the service keeps");
                findings.add("out-of-range", format!("{place}.{name}"), message, format!("use at most {}", u32::MAX));
                0
            })
        };
        let unplaced_cost = small(request.unplaced, "unplaced", findings);
        let windows = request.options.iter().map(|option| Window {
            first_at: grid.at(option.first),
            last_at: grid.at(option.last),
            ideal_at: grid.at(option.ideal),
            base: small(option.base, "options", findings),
            per_step: option.per_cell,
        });
        let windows = windows.collect();
        let (mut teachers, mut groups, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for exclusive in &request.exclusive {
            match self.of.get(exclusive) {
                Some(Person::Teacher(index)) => teachers.extend(self.teachers.get(*index).map(|it| it.id.clone())),
                Some(Person::Pupil(index)) => groups.extend(self.groups.get(*index).map(|it| it.id.clone())),
                Some(Person::Group(index)) => {
                    let group = self.groups.get(*index);
                    groups.extend(group.map(|it| it.id.clone()));
                    names.extend(group.map(|it| it.name.as_str()));
                }
                None => {}
            }
        }
        let title = match names.len() {
            1..=3 => names.join(", "),
            _ => reference.clone(),
        };
        Request {
            id: Id::new(now),
            round: round.clone(),
            reference,
            title: title.chars().take(text::MAX_LINE).collect(),
            teachers,
            groups,
            connections: request.connections,
            duration_minutes: request.duration.saturating_mul(grid.step_minutes),
            windows,
            unplaced_cost,
            created_at: now,
        }
    }
}

/// On each weekday, from the first allowed start to the last allowed end: where wishes may be moved to later.
fn opening_hours(round: &file::Round, grid: &Grid, zone: Tz) -> Vec<WeekSpan> {
    let mut days: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    for request in &round.requests {
        for option in &request.options {
            let from = grid.at(option.first).with_timezone(&zone);
            let to = grid.at(option.last.saturating_add(request.duration)).with_timezone(&zone);
            let end = if to.date_naive() == from.date_naive() { to.hour() * 60 + to.minute() } else { DAY_MINUTES };
            let begin = from.hour() * 60 + from.minute();
            let day = days.entry(from.weekday().number_from_monday()).or_insert((begin, end));
            *day = (day.0.min(begin), day.1.max(end));
        }
    }
    let spans = days.into_iter().filter(|(_, (from, to))| from < to);
    spans.map(|(weekday, (from_minute, to_minute))| WeekSpan { weekday, from_minute, to_minute }).collect()
}

/// What the service cannot keep of a file.
fn lost(round: &file::Round) -> Vec<String> {
    let mut out = Vec::new();
    let published = round.requests.iter().filter(|request| request.current.is_some()).count();
    if published > 0 {
        out.push(format!("{published} published starts: nothing is published yet"));
    }
    let partial = round.requests.iter().filter(|request| request.pools.len() != round.pools.len()).count();
    if partial > 0 {
        out.push(format!("that {partial} requests do not use every pool: here every class of a school does"));
    }
    out
}

fn unique(name: String, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(&name) {
        return name;
    }
    let numbered = |number: u32| format!("{name} ({number})");
    (2..).map(numbered).find(|name| !is_taken(name)).unwrap_or(name)
}

/// The part of an address before the @: letters, digits and hyphens.
fn slug(name: &str, index: usize) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    if slug.is_empty() { format!("teacher-{}", index + 1) } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    fn wanted() -> Wanted {
        Wanted {
            school_name: None,
            uai: None,
            time_zone: "UTC".into(),
            email_domain: Some("example.org".into()),
        }
    }

    fn real(name: &str) -> file::Round {
        let path = format!("{}/tests/rounds/schools/{name}.json.gz", env!("CARGO_MANIFEST_DIR"));
        file::read_round(File::open(path).unwrap(), &file::ReadLimits::default()).unwrap()
    }

    #[test]
    fn a_real_school_comes_in_whole() {
        let round = real("FI-WP-06");
        let imported = import(&round, &wanted(), Utc::now()).unwrap();
        assert_eq!((imported.teachers.len(), imported.groups.len(), imported.requests.len()), (18, 10, 98));
        assert_eq!(imported.pools[0].name, "school/FI-WP-06");
        assert_eq!(imported.pools[1].kind, PoolKind::Arrivals { window_minutes: 10 });
        assert_eq!(imported.round.grid().cells, round.horizon.cells);
        assert!(imported.requests.iter().all(|request| request.teachers.len() + request.groups.len() == 2));
        assert!(imported.teachers.iter().all(|teacher| teacher.email.is_some()));
        let first = &imported.requests[0];
        assert_eq!(first.windows[0].first_at.to_rfc3339(), "2020-03-23T08:00:00+00:00");
        assert_eq!((first.duration_minutes, first.connections, first.unplaced_cost), (105, 32, 1000));
        assert!(imported.lost.is_empty());
    }

    #[test]
    fn single_pupils_come_in_under_a_code() {
        let imported = import(&real("DK-FG-12"), &wanted(), Utc::now()).unwrap();
        assert!(imported.groups.iter().all(|group| group.name.starts_with('P') && group.headcount == 1));
        let mut names: Vec<&str> = imported.groups.iter().map(|group| group.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), imported.groups.len());
    }

    #[test]
    fn names_that_are_none_are_told_all_at_once() {
        let mut round = real("BR-SA-00");
        round.name = "a\nb".into();
        round.requests[0].exclusive[0] = "x/teacher/a\rb".into();
        let wanted = Wanted { time_zone: "Mars/Base".into(), email_domain: Some("a b".into()), ..wanted() };
        let codes: Vec<String> =
            import(&round, &wanted, Utc::now()).unwrap_err().0.into_iter().map(|finding| finding.code).collect();
        let expected = ["unknown-time-zone", "bad-address", "control-character", "empty-text", "control-character"];
        assert_eq!(codes, expected);
    }
}
