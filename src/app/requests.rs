//! Requests: teachers' wishes for virtual classes.

use super::{App, AppError, AppResult, rounds::visible};
use crate::{
    domain::{
        access::Principal,
        capacity::Pool,
        finding::Findings,
        id::Id,
        people::{Group, School, Teacher},
        round::{Request, Round, RoundState},
        text,
        wish::{Frame, Otherwise, Preferred, windows},
    },
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use utoipa::ToSchema;

/// Shortest and longest class, in minutes.
const DURATIONS: std::ops::RangeInclusive<u32> = 5..=600;
/// The most entries of a list in a wish.
const MOST_ENTRIES: usize = 50;
/// The most connections of one class.
const MOST_CONNECTIONS: u32 = 100_000;
/// The most minutes of tolerance: a day.
const MOST_TOLERANCE: u32 = 1440;
/// The most that leaving a request without a class may cost.
const MOST_COST: u32 = 1_000_000;

/// A wish to enter.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRequest {
    /// What the class is called, e.g. the subject.
    #[schema(example = "Mathématiques", max_length = 200)]
    pub title: String,
    /// Who teaches.
    pub teachers: Vec<Id>,
    /// Who attends.
    pub groups: Vec<Id>,
    /// Its length.
    #[schema(minimum = 5, maximum = 600, example = 55)]
    pub duration_minutes: u32,
    /// Wished starts in order of preference.
    pub preferred: Vec<Preferred>,
    /// What is acceptable when none of them is free.
    #[serde(default)]
    pub otherwise: Otherwise,
    /// The caller's own name for it, unique in the round.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub reference: Option<String>,
    /// Connections that the class takes: those of its groups and one for each teacher, when nothing is said.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000)]
    pub connections: Option<u32>,
    /// What it costs to leave it without a class, where five minutes' move cost 1.
    #[serde(default = "thousand")]
    #[schema(maximum = 1_000_000)]
    pub unplaced_cost: u32,
}

fn thousand() -> u32 {
    1000
}

impl App {
    /// Enters a wish.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for a teacher who does not teach the class; `Invalid` with every finding;
    /// `Conflict`: `round-not-collecting`, `reference-exists`.
    pub async fn enter_request(&self, who: &Principal, round: &Id, new: NewRequest) -> AppResult<Request> {
        let (who, round, now) = (who.clone(), round.clone(), self.now());
        self.store
            .write(move |conn| {
                let round = collecting(conn, &who, &round)?;
                let request = new.request(conn, &who, &round, Id::new(now), now)?;
                store::requests::insert(conn, std::slice::from_ref(&request))
                    .map_err(|error| taken(error, &request))?;
                Ok(request)
            })
            .await
    }

    /// What [`App::enter_request`] would find wrong with a wish, without entering it: for a form that holds more
    /// mistakes than a wish can.
    ///
    /// # Errors
    /// those of [`App::enter_request`] but `Invalid`.
    pub async fn check_request(&self, who: &Principal, round: &Id, new: NewRequest) -> AppResult<Findings> {
        let (who, round, now) = (who.clone(), round.clone(), self.now());
        self.store
            .read(move |conn| {
                let round = collecting(conn, &who, &round)?;
                match new.request(conn, &who, &round, Id::new(now), now) {
                    Ok(_) => Ok(Findings::default()),
                    Err(AppError::Invalid(findings)) => Ok(findings),
                    Err(other) => Err(other),
                }
            })
            .await
    }

    /// A round's requests, in the order of entry.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn requests(&self, who: &Principal, round: &Id) -> AppResult<Vec<Request>> {
        let (who, round) = (who.clone(), round.clone());
        self.store
            .read(move |conn| {
                visible(conn, &who, &round)?;
                Ok(store::requests::of_round(conn, &round)?)
            })
            .await
    }

    /// One request.
    ///
    /// # Errors
    /// `NotFound`, also for a request of another school.
    pub async fn request(&self, who: &Principal, id: &Id) -> AppResult<Request> {
        let (who, id) = (who.clone(), id.clone());
        self.store.read(move |conn| Ok(visible_request(conn, &who, &id)?.0)).await
    }

    /// Replaces a wish, as long as its round collects them.
    ///
    /// # Errors
    /// those of [`App::enter_request`].
    pub async fn replace_request(&self, who: &Principal, id: &Id, new: NewRequest) -> AppResult<Request> {
        let (who, id) = (who.clone(), id.clone());
        self.store
            .write(move |conn| {
                let (old, round) = changeable(conn, &who, &id)?;
                let mut new = new.clone();
                new.reference = new.reference.or(Some(old.reference));
                let request = new.request(conn, &who, &round, old.id, old.created_at)?;
                store::requests::replace(conn, &request).map_err(|error| taken(error, &request))?;
                Ok(request)
            })
            .await
    }

    /// Takes a wish back, as long as its round collects them.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict` (`round-not-collecting`).
    pub async fn delete_request(&self, who: &Principal, id: &Id) -> AppResult<()> {
        let (who, id) = (who.clone(), id.clone());
        self.store
            .write(move |conn| {
                changeable(conn, &who, &id)?;
                Ok(store::requests::delete(conn, &id)?)
            })
            .await
    }
}

impl NewRequest {
    /// The request that the wish becomes.
    fn request(
        &self,
        conn: &mut Conn,
        who: &Principal,
        round: &Round,
        id: Id,
        created_at: DateTime<Utc>,
    ) -> AppResult<Request> {
        if !who.may_ask_for(&round.school, &self.teachers) {
            return Err(AppError::forbidden("teachers ask for classes that they teach"));
        }
        let school = store::schools::get(conn, &round.school)?;
        let teachers = store::teachers::list(conn, &school.id)?;
        let groups = store::groups::list(conn, &school.id)?;
        let pools = store::pools::of_school(conn, &school.id)?;
        let mut findings = Findings::default();
        let title = findings.keep(text::line(&self.title, "title")).unwrap_or_default();
        let reference = self.reference.as_deref().and_then(|text| findings.keep(text::line(text, "reference")));
        self.people(&mut findings, &teachers, &groups);
        self.numbers(&mut findings);
        let connections = self.connections.unwrap_or_else(|| self.heads(&groups));
        self.capacity(&mut findings, connections, &pools, &school, round);
        let windows = if DURATIONS.contains(&self.duration_minutes) && self.preferred.len() <= MOST_ENTRIES {
            let frame =
                Frame { opening: school.opening(), grid: round.grid(), duration_minutes: self.duration_minutes };
            windows(&self.preferred, self.otherwise, &frame).unwrap_or_else(|more| {
                findings.0.extend(more.0);
                Vec::new()
            })
        } else {
            Vec::new()
        };
        findings.into_result()?;
        Ok(Request {
            reference: reference.unwrap_or_else(|| id.to_string()),
            id,
            round: round.id.clone(),
            title,
            teachers: self.teachers.clone(),
            groups: self.groups.clone(),
            connections,
            duration_minutes: self.duration_minutes,
            windows,
            unplaced_cost: self.unplaced_cost,
            created_at,
        })
    }

    /// Those of the groups, and one for each teacher.
    fn heads(&self, groups: &[Group]) -> u32 {
        let known: HashMap<&Id, u32> = groups.iter().map(|group| (&group.id, group.connections())).collect();
        let heads = self.groups.iter().filter_map(|id| known.get(id).copied());
        heads.chain(self.teachers.iter().map(|_| 1)).fold(0, u32::saturating_add)
    }

    fn people(&self, findings: &mut Findings, teachers: &[Teacher], groups: &[Group]) {
        let teachers = teachers.iter().map(|teacher| &teacher.id).collect();
        named(findings, "teacher", &self.teachers, &teachers);
        let groups = groups.iter().map(|group| &group.id).collect();
        named(findings, "group", &self.groups, &groups);
    }

    fn numbers(&self, findings: &mut Findings) {
        if !DURATIONS.contains(&self.duration_minutes) {
            let message = format!("a class of {} minutes is none", self.duration_minutes);
            findings.add("bad-duration", "duration_minutes", message, "use 5 to 600 minutes");
        }
        if self.preferred.len() > MOST_ENTRIES {
            let message = format!("{} starts are given", self.preferred.len());
            findings.add("too-many", "preferred", message, format!("give at most {MOST_ENTRIES}"));
        }
        for (index, _) in self.preferred.iter().enumerate().filter(|(_, p)| p.tolerance_minutes > MOST_TOLERANCE) {
            let place = format!("preferred[{index}].tolerance_minutes");
            let action = format!("use at most {MOST_TOLERANCE}, and otherwise: any_day for more");
            findings.add("bad-tolerance", place, "the tolerance is longer than a day", action);
        }
        if self.connections.is_some_and(|number| !(1..=MOST_CONNECTIONS).contains(&number)) {
            let action = format!("use 1 to {MOST_CONNECTIONS}, or leave it out");
            findings.add("bad-connections", "connections", "no class takes so many connections", action);
        }
        if self.unplaced_cost > MOST_COST {
            let action = format!("use at most {MOST_COST}");
            findings.add("bad-cost", "unplaced_cost", "the cost is beyond all others", action);
        }
    }

    /// A class that no limit of the round could ever hold would only wait in vain.
    fn capacity(&self, findings: &mut Findings, connections: u32, pools: &[Pool], school: &School, round: &Round) {
        let (grid, zone) = (round.grid(), school.zone());
        for pool in pools {
            let most = pool.limits(&grid, zone).into_iter().max().unwrap_or(0);
            if connections > most {
                let place = if self.connections.is_some() { "connections" } else { "groups" };
                findings.add(
                    "above-capacity",
                    place,
                    format!("the class takes {connections} connections, {} never allows more than {most}", pool.name),
                    "split the class into parts, or raise the capacity",
                );
            }
        }
    }
}

/// Whether these are people of the school, each named once, and at least one.
pub(super) fn named(findings: &mut Findings, kind: &str, ids: &[Id], known: &HashSet<&Id>) {
    if ids.is_empty() {
        findings.add(&format!("no-{kind}"), format!("{kind}s"), format!("no {kind} is named"), "name at least one");
    }
    if ids.len() > MOST_ENTRIES {
        let message = format!("{} {kind}s are named", ids.len());
        findings.add("too-many", format!("{kind}s"), message, format!("name at most {MOST_ENTRIES}"));
        return;
    }
    for (index, id) in ids.iter().enumerate() {
        let place = format!("{kind}s[{index}]");
        if !known.contains(id) {
            let action = format!("list them with GET /api/v1/schools/{{school}}/{kind}s");
            findings.add(&format!("unknown-{kind}"), place, format!("this school has no {kind} {id}"), action);
        } else if ids[..index].contains(id) {
            findings.add("named-twice", place, format!("the {kind} is named twice"), "name each once");
        }
    }
}

fn collecting(conn: &mut Conn, who: &Principal, round: &Id) -> AppResult<Round> {
    let round = visible(conn, who, round)?;
    if round.state == RoundState::Collecting {
        Ok(round)
    } else {
        let message = format!("the round “{}” collects no more requests; an admin can reopen it", round.name);
        Err(AppError::conflict("round-not-collecting", message))
    }
}

fn visible_request(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<(Request, Round)> {
    let unknown = || AppError::not_found("request", id);
    let request = match store::requests::get(conn, id) {
        Err(StoreError::NotFound) => return Err(unknown()),
        other => other?,
    };
    let round = store::rounds::get(conn, &request.round)?;
    if who.may_see(&round.school) { Ok((request, round)) } else { Err(unknown()) }
}

/// A request that the one who asks may change, in a round that still collects.
fn changeable(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<(Request, Round)> {
    let (request, round) = visible_request(conn, who, id)?;
    if !who.may_ask_for(&round.school, &request.teachers) {
        return Err(AppError::forbidden("teachers change requests for classes that they teach"));
    }
    collecting(conn, who, &round.id)?;
    Ok((request, round))
}

fn taken(error: StoreError, request: &Request) -> AppError {
    match error {
        StoreError::Duplicate(_) => {
            let message = format!("the round has a request “{}” already; choose another reference", request.reference);
            AppError::conflict("reference-exists", message)
        }
        other => other.into(),
    }
}
