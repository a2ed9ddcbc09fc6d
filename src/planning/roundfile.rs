//! From a round file to a school: what `creneau import` brings in.

use super::{filerules, intake::Intake};
use crate::domain::{
    calendar::SchoolCalendar,
    capacity::{Background, DatedLimit, Pool, PoolKind, PoolOwner},
    finding::{Finding, Findings},
    id::Id,
    people::{Group, Language, School, Teacher},
    request::Rules,
    round::{Request, Round, RoundState, Window},
    text,
    time::{DAY_MINUTES, Grid, WeekSpan, zone},
};
use chrono::{DateTime, Datelike, Duration, Timelike, Utc};
use chrono_tz::Tz;
use creneau_solver as solver;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a round file does not say of its school.
#[derive(Clone, Debug)]
pub struct About {
    /// The school's name; the file's own word for it when nothing is said.
    pub name: Option<String>,
    /// Its code in the national register.
    pub uai: Option<String>,
    /// Its time zone: how the file's UTC instants are shown.
    pub time_zone: String,
    /// The language of its pages and mails.
    pub language: Language,
    /// Teachers get an address made of their name at this domain; none when nothing is said.
    pub email_domain: Option<String>,
}

/// Makes a school of a valid round file. Exclusives with `/teacher/` in their name are teachers, all others groups; a
/// single pupil becomes a group of one under a code, because nobody's name is needed.
///
/// # Errors
/// Every finding at once: `several-schools`, `mixed-pools`, `placed-request`, `rules-not-kept`, `number-too-large`,
/// `no-teacher-or-group`, and those of names, time zone and address.
pub fn intake(file: &solver::Round, about: &About, now: DateTime<Utc>) -> Result<Intake, Findings> {
    let mut findings = Findings::default();
    let own = own_pool(file, &mut findings);
    let zone = findings.keep(zone(&about.time_zone, "--time-zone")).unwrap_or(chrono_tz::UTC);
    let fallback = own.map_or(file.name.as_str(), |pool| pool.id.trim_start_matches("school/"));
    for (index, pool) in file.pools.iter().enumerate() {
        findings.keep(text::line(&pool.id, &format!("pools[{index}].id")));
    }
    let round_name = findings.keep(text::line(&file.name, "name"));
    let name = findings.keep(text::line(about.name.as_deref().unwrap_or(fallback), "--school-name"));
    let start = DateTime::parse_from_rfc3339(&file.horizon.start).map_or(now, |at| at.with_timezone(&Utc));
    let grid = Grid { start, step_minutes: file.horizon.step_minutes, cells: file.horizon.cells };

    let mut school = School {
        id: Id::new(now),
        uai: about.uai.clone(),
        name: name.unwrap_or_default(),
        time_zone: about.time_zone.clone(),
        language: about.language,
        platform: None,
        opening_hours: Vec::new(),
        calendar: SchoolCalendar::default(),
        created_at: now,
    };
    let pools = pools(file, own, &school, &grid, now);
    let people = People::of(file, &school, about, now, &mut findings);
    let round = Round {
        id: Id::new(now),
        school: school.id.clone(),
        name: round_name.unwrap_or_default(),
        starts_at: grid.start,
        ends_at: grid.end(),
        step_minutes: grid.step_minutes,
        state: RoundState::Collecting,
        opens_at: None,
        closes_at: None,
        published_plan: None,
        created_at: now,
    };
    let mut requests: Vec<Request> = file
        .requests
        .iter()
        .enumerate()
        .filter_map(|(index, asked)| request(index, asked, file, &round, &grid, &people, &mut findings))
        .collect();
    filerules::keep(file, zone, &grid, &people.ids, &mut requests, &mut findings);
    school.opening_hours = opening_hours(&requests, zone);
    findings.into_result()?;
    Ok(Intake { school, pools, groups: people.groups, teachers: people.teachers, rounds: vec![(round, requests)] })
}

/// The pool that stands for the school itself: the only `school/…`, if there is one.
fn own_pool<'a>(file: &'a solver::Round, findings: &mut Findings) -> Option<&'a solver::Pool> {
    let mut own = file.pools.iter().filter(|pool| pool.id.starts_with("school/"));
    let first = own.next();
    let more = own.count();
    if more > 0 {
        findings.add(
            "several-schools",
            "pools",
            format!("the round holds {} schools", more + 1),
            "import one school's round at a time",
        );
    }
    first
}

fn pools(
    file: &solver::Round,
    own: Option<&solver::Pool>,
    school: &School,
    grid: &Grid,
    now: DateTime<Utc>,
) -> Vec<Pool> {
    let domain = |pool: &solver::Pool| Pool {
        id: Id::new(now),
        // Another round may use the same word for another limit.
        name: format!("{}/{}", file.name, pool.id),
        kind: match (pool.kind, pool.window) {
            (solver::PoolKind::Arrivals, window) => {
                PoolKind::Arrivals { window_minutes: window.unwrap_or(1) * grid.step_minutes }
            }
            (solver::PoolKind::Concurrent, _) => PoolKind::Concurrent,
        },
        owner: PoolOwner::default(),
        time_zone: None,
        connections: pool.limit,
        weekly: Vec::new(),
        dated: pool
            .except
            .iter()
            .map(|part| DatedLimit {
                starts_at: grid.at(part.from),
                ends_at: grid.at(part.to),
                connections: part.limit,
            })
            .collect(),
        background: Background::default(),
        share: None,
    };
    // A file without the school's own limit sets none: all its classes at once fit.
    let everything: u32 = file.requests.iter().fold(0, |sum, request| sum.saturating_add(request.connections));
    let unlimited = || {
        let name = format!("{}/school/{}", file.name, school.name);
        Pool { id: Id::new(now), ..Pool::plain(&name, PoolKind::Concurrent, everything) }
    };
    let shared = file.pools.iter().filter(|pool| own.is_none_or(|own| own.id != pool.id)).map(domain);
    std::iter::once(own.map_or_else(unlimited, domain)).chain(shared).collect()
}

/// Who is who among the exclusives.
struct People {
    teachers: Vec<Teacher>,
    groups: Vec<Group>,
    ids: HashMap<String, (Role, Id)>,
}

/// What a name among the exclusives stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A teacher.
    Teacher,
    /// A group, or a single pupil.
    Group,
}

impl People {
    fn of(file: &solver::Round, school: &School, about: &About, now: DateTime<Utc>, findings: &mut Findings) -> Self {
        let mut people = Self { teachers: Vec::new(), groups: Vec::new(), ids: HashMap::new() };
        let mut names = HashSet::new();
        for (exclusive, headcount) in headcounts(file) {
            let is_teacher = exclusive.contains("/teacher/");
            let name = unused(name_of(exclusive), exclusive, &mut names);
            let Some(name) = findings.keep(text::line(&name, exclusive)) else { continue };
            let id = Id::new(now);
            let role = if is_teacher { Role::Teacher } else { Role::Group };
            people.ids.insert(exclusive.to_owned(), (role, id.clone()));
            if is_teacher {
                let address = about.email_domain.as_deref().map(|domain| format!("{}@{domain}", slug(&name)));
                let email =
                    address.and_then(|address| findings.keep(text::address(&address, "--teacher-email-domain")));
                let (school, language) = (school.id.clone(), about.language);
                people.teachers.push(Teacher { id, school, name, email, language, link: None });
            } else {
                people.groups.push(Group::new(id, school.id.clone(), name, headcount));
            }
        }
        people
    }

    fn split(&self, exclusives: &[solver::Name]) -> (Vec<Id>, Vec<Id>) {
        let of = |wanted: Role| {
            let found = exclusives.iter().filter_map(|name| self.ids.get(&**name));
            found.filter(|(role, _)| *role == wanted).map(|(_, id)| id.clone()).collect()
        };
        (of(Role::Teacher), of(Role::Group))
    }
}

/// Each exclusive with the pupils it may stand for: of all its classes, the largest share.
fn headcounts(file: &solver::Round) -> BTreeMap<&str, u32> {
    let mut out: BTreeMap<&str, u32> = BTreeMap::new();
    for request in &file.requests {
        let teachers = request.exclusive.iter().filter(|name| name.contains("/teacher/")).count();
        let groups = request.exclusive.len() - teachers;
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let share = request.connections.saturating_sub(count(teachers)) / count(groups).max(1);
        for name in &request.exclusive {
            let headcount = out.entry(name).or_default();
            *headcount = (*headcount).max(if name.contains("/student/") { 1 } else { share });
        }
    }
    out
}

fn name_of(exclusive: &str) -> String {
    let last = exclusive.rsplit('/').next().unwrap_or(exclusive);
    if exclusive.contains("/student/") {
        format!("P-{}", hex::encode(&Sha256::digest(exclusive.as_bytes())[..4]))
    } else {
        last.replace('_', " ")
    }
}

/// The name, or more of the exclusive's own when it is taken.
fn unused(name: String, exclusive: &str, taken: &mut HashSet<String>) -> String {
    let name = if taken.contains(&name) { exclusive.to_owned() } else { name };
    taken.insert(name.clone());
    name
}

/// The name in what every mail server takes: ASCII letters, digits and dots.
fn slug(name: &str) -> String {
    let plain: String = name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '.' }).collect();
    plain.split('.').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".")
}

fn request(
    index: usize,
    asked: &solver::Request,
    file: &solver::Round,
    round: &Round,
    grid: &Grid,
    people: &People,
    findings: &mut Findings,
) -> Option<Request> {
    let place = format!("requests[{index}]");
    if asked.current.is_some() || asked.pinned {
        let action = "remove current, move and pinned: import takes rounds of which nothing is published yet";
        findings.add("placed-request", &place, format!("{} is already published", asked.id), action);
    }
    if asked.weight != 1 {
        let action = "remove weight: a school's requests have none";
        findings.add("rules-not-kept", &place, format!("{} has a weight, which import cannot keep", asked.id), action);
    }
    if asked.pools.len() != file.pools.len() {
        let action = "import takes rounds in which every request uses every pool";
        findings.add("mixed-pools", format!("{place}.pools"), format!("{} does not use every pool", asked.id), action);
    }
    let duration_minutes = asked.duration * grid.step_minutes;
    if duration_minutes > DAY_MINUTES {
        let message = format!("{} takes longer than a day", asked.id);
        findings.add("bad-duration", format!("{place}.duration"), message, "divide it into classes of a day at most");
    }
    let (teachers, groups) = people.split(&asked.exclusive);
    if teachers.is_empty() && groups.is_empty() {
        let action = "name a teacher (…/teacher/…) or a group";
        findings.add("no-teacher-or-group", format!("{place}.exclusive"), "nobody is in this class", action);
    }
    let cost = |number: u64, field: &str| {
        u32::try_from(number).map_err(|_| {
            let action = format!("use at most {}", u32::MAX);
            Finding::new(
                "number-too-large",
                format!("{place}.{field}"),
                format!("{number} is too large a cost"),
                action,
            )
        })
    };
    let title = findings.keep(text::line(asked.id.rsplit('/').next().unwrap_or(&asked.id), &format!("{place}.id")))?;
    let reference = findings.keep(text::line(&asked.id, &format!("{place}.id")))?;
    let unplaced_cost = findings.keep(cost(asked.unplaced, "unplaced"))?;
    let mut windows = Vec::new();
    for (option, range) in asked.options.iter().enumerate() {
        windows.push(Window {
            first_at: grid.at(range.first),
            last_at: grid.at(range.last),
            ideal_at: grid.at(range.ideal),
            base: findings.keep(cost(range.base, &format!("options[{option}].base")))?,
            per_step: findings.keep(cost(range.per_cell.into(), &format!("options[{option}].per_cell")))?,
        });
    }
    Some(Request {
        id: Id::new(round.created_at),
        round: round.id.clone(),
        reference,
        title,
        teachers,
        groups,
        connections: asked.connections,
        duration_minutes,
        windows,
        unplaced_cost,
        created_at: round.created_at,
        rules: Rules::default(),
        wish: None,
        series: None,
    })
}

/// For each weekday, the stretch of local time in which the requests allow classes.
fn opening_hours(requests: &[Request], zone: Tz) -> Vec<WeekSpan> {
    let mut days: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    let minute = |at: DateTime<Tz>| at.hour() * 60 + at.minute();
    for request in requests {
        for window in &request.windows {
            let opens = window.first_at.with_timezone(&zone);
            let closes = (window.last_at + Duration::minutes(i64::from(request.duration_minutes))).with_timezone(&zone);
            let to = if closes.date_naive() == opens.date_naive() { minute(closes) } else { DAY_MINUTES };
            let day = days.entry(opens.weekday().number_from_monday()).or_insert((DAY_MINUTES, 0));
            *day = (day.0.min(minute(opens)), day.1.max(to));
        }
    }
    days.into_iter().map(|(weekday, (from_minute, to_minute))| WeekSpan { weekday, from_minute, to_minute }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about() -> About {
        About {
            name: None,
            uai: None,
            time_zone: "UTC".to_owned(),
            language: Language::Fr,
            email_domain: Some("example.org".to_owned()),
        }
    }

    fn file(change: impl Fn(&mut serde_json::Value)) -> solver::Round {
        let mut round = serde_json::json!({
            "version": 1, "name": "r",
            "horizon": {"start": "2020-03-23T00:00:00Z", "step_minutes": 5, "cells": 2016},
            "pools": [{"id": "school/x", "kind": "concurrent", "limit": 50},
                      {"id": "login", "kind": "arrivals", "window": 2, "limit": 60,
                       "except": [{"from": 96, "to": 108, "limit": 30}]}],
            "requests": [{"id": "x/0", "pools": ["school/x", "login"],
                          "exclusive": ["x/teacher/Ann_B", "x/class/6A", "x/student/Zoe"],
                          "connections": 25, "duration": 11, "unplaced": 1000,
                          "options": [{"first": 96, "last": 136, "ideal": 108, "base": 0, "per_cell": 1}]}]
        });
        change(&mut round);
        serde_json::from_value(round).unwrap()
    }

    #[test]
    fn a_file_becomes_a_school() {
        let now = DateTime::from_timestamp(1_584_000_000, 0).unwrap();
        let out = intake(&file(|_| {}), &about(), now).unwrap();
        assert_eq!((out.school.name.as_str(), out.pools.len()), ("x", 2));
        assert_eq!(out.pools[1].kind, PoolKind::Arrivals { window_minutes: 10 });
        assert_eq!(out.pools[1].dated[0].starts_at.to_rfc3339(), "2020-03-23T08:00:00+00:00");
        assert_eq!(
            (out.teachers[0].name.as_str(), out.teachers[0].email.as_deref()),
            ("Ann B", Some("ann.b@example.org"))
        );
        let names: Vec<(&str, u32)> = out.groups.iter().map(|group| (group.name.as_str(), group.headcount)).collect();
        assert_eq!(names[0], ("6A", 12));
        assert!(names[1].0.starts_with("P-") && names[1].1 == 1, "a pupil is a code: {names:?}");
        assert_eq!(out.school.opening_hours, [WeekSpan { weekday: 1, from_minute: 480, to_minute: 735 }]);
        assert_eq!((out.rounds[0].1[0].duration_minutes, out.rounds[0].1[0].groups.len()), (55, 2));
    }

    #[test]
    fn what_has_no_place_is_told_at_once() {
        let bad = file(|round| {
            round["pools"]
                .as_array_mut()
                .unwrap()
                .push(serde_json::json!({"id": "school/y", "kind": "concurrent", "limit": 1}));
            round["name"] = "r\u{7}".into();
            round["exclusives"] = serde_json::json!([{"id": "x/class/6A", "break": 1}]);
            round["requests"][0]["current"] = 96.into();
            round["requests"][0]["weight"] = 2.into();
            round["requests"][0]["duration"] = 289.into();
            round["requests"][0]["exclusive"] = serde_json::json!([]);
            round["requests"][0]["unplaced"] = 5_000_000_000_u64.into();
        });
        let about = About { time_zone: "Paris".to_owned(), ..about() };
        let codes: Vec<String> =
            intake(&bad, &about, DateTime::UNIX_EPOCH).unwrap_err().0.into_iter().map(|finding| finding.code).collect();
        let wanted = [
            "several-schools",
            "unknown-time-zone",
            "control-character",
            "placed-request",
            "rules-not-kept",
            "mixed-pools",
            "bad-duration",
            "no-teacher-or-group",
            "number-too-large",
        ];
        assert_eq!(codes, wanted);
    }

    #[test]
    fn rules_come_in() {
        let now = DateTime::from_timestamp(1_584_000_000, 0).unwrap();
        let with = |change: &dyn Fn(&mut serde_json::Value)| {
            file(|round| {
                let mut second = round["requests"][0].clone();
                second["id"] = "x/1".into();
                second["exclusive"] = serde_json::json!(["x/teacher/Ann_B", "x/class/6A"]);
                second["after"] = serde_json::json!([{"request": "x/0", "gap": 2}]);
                round["requests"].as_array_mut().unwrap().push(second);
                round["exclusives"] = serde_json::json!([{"id": "x/teacher/Ann_B", "break": 2, "most": 3}]);
                change(round);
            })
        };
        let out = intake(&with(&|_| {}), &about(), now).unwrap();
        let requests = &out.rounds[0].1;
        assert_eq!(requests[0].rules.minimum_break_minutes.teacher, Some(10));
        assert_eq!((requests[1].rules.most_a_day.teacher, requests[1].rules.most_a_day.group), (Some(3), None));
        assert_eq!(
            (&requests[1].rules.after[0].request, requests[1].rules.after[0].gap_minutes),
            (&requests[0].id, 10)
        );
        // 6A has a class without Zoe, who has none without 6A.
        let of_6a = with(&|round| round["exclusives"] = serde_json::json!([{"id": "x/class/6A", "most": 1}]));
        let rules = intake(&of_6a, &about(), now).unwrap().rounds[0]
            .1
            .iter()
            .map(|r| r.rules.most_a_day.group)
            .collect::<Vec<_>>();
        assert_eq!(rules, [None, Some(1)]);
        let zoes = with(&|round| round["exclusives"] = serde_json::json!([{"id": "x/student/Zoe", "most": 1}]));
        assert_eq!(intake(&zoes, &about(), now).unwrap_err().0[0].place, "exclusives[0]");
        // Days of 24 hours from 0:00 UTC are not those of New Zealand.
        let far = About { time_zone: "Pacific/Auckland".to_owned(), ..about() };
        let found = intake(&with(&|round| round["requests"][0]["options"][0]["last"] = 240.into()), &far, now);
        assert_eq!(found.unwrap_err().0[0].place, "days");
    }
}
