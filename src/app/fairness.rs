//! Fairness over time: how far a school's teachers were moved in its last rounds, and how much they count in the next.

use super::{App, AppResult, schools, situation};
use crate::{
    domain::{
        access::Principal,
        fairness::{self, IN_WORDS, ROUNDS, USUAL, disappointment, faded, mean, share},
        id::Id,
        round::{Request, Round},
    },
    planning::names::Named,
    store::{self, Conn},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// How much each teacher counts in the next round, and why.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Fairness {
    /// The formula, in words.
    pub formula: &'static str,
    /// The rounds that count, the latest first.
    pub rounds: Vec<PastRoundView>,
    /// The mean of the `minutes` of all who taught in one of them.
    pub school_minutes: f64,
    /// Everybody, by name; a teacher sees only the own row.
    pub teachers: Vec<TeacherFairness>,
}

/// A round that counts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PastRoundView {
    /// The round.
    pub round: Id,
    /// Its name.
    pub name: String,
    /// Its published plan.
    pub plan: Id,
    /// How much it counts: 1 for the latest, half as much for each before.
    #[schema(example = 0.5)]
    pub share: f64,
}

/// How much a teacher counts, and why.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TeacherFairness {
    /// Who.
    pub teacher: Named,
    /// What the costs of their requests are multiplied by.
    #[schema(minimum = 1, maximum = 2, example = 1.3)]
    pub weight: f64,
    /// What their classes count, as `formula` says: the mean of the rounds, each with its share.
    pub minutes: f64,
    /// Minutes between the starts that they wanted most and those of their classes: the mean over all classes of these
    /// rounds.
    pub moved_minutes: f64,
    /// Requests of these rounds that were left without a class.
    pub unplaced: usize,
    /// The rounds one by one, as in `rounds`.
    pub rounds: Vec<TeacherRound>,
}

/// A teacher in one round.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TeacherRound {
    /// The round.
    pub round: Id,
    /// Requests in which they taught.
    pub requests: usize,
    /// The mean of what these count, as `formula` says.
    pub minutes: f64,
}

/// A published round, and what each teacher got in it.
struct PastRound {
    round: Round,
    plan: Id,
    lots: HashMap<Id, Vec<Lot>>,
}

/// What a request got.
#[derive(Clone, Copy)]
struct Lot {
    /// How much it disappoints, in minutes.
    counts: u32,
    /// How far the class is from the wish, in minutes; nothing without a class.
    moved: Option<u32>,
}

impl App {
    /// How much the teachers of a school count in the next round, and why: everybody for those who run the school, for a
    /// teacher the own row.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn fairness(&self, who: &Principal, school: &Id) -> AppResult<Fairness> {
        let (who, school) = (who.clone(), school.clone());
        self.store
            .read(move |conn| {
                let school = schools::see(conn, &who, &school)?;
                let past = past(conn, &school.id, None)?;
                let names = situation::names(conn, &school)?;
                let teachers = store::teachers::list(conn, &school.id)?;
                let ids: Vec<Id> = teachers.into_iter().map(|teacher| teacher.id).collect();
                let all: Vec<TeacherFairness> =
                    names.teachers(&ids).into_iter().map(|teacher| TeacherFairness::of(teacher, &past)).collect();
                let taught: Vec<f64> = all
                    .iter()
                    .filter(|one| one.rounds.iter().any(|round| round.requests > 0))
                    .map(|one| one.minutes)
                    .collect();
                #[expect(clippy::cast_precision_loss, reason = "a school has few teachers")]
                let school_minutes = taught.iter().sum::<f64>() / taught.len().max(1) as f64;
                let sees = |one: &TeacherFairness| {
                    who.may_run(&school.id)
                        || matches!(&who, Principal::Teacher { teacher, .. } if *teacher == one.teacher.id)
                };
                Ok(Fairness {
                    formula: IN_WORDS,
                    rounds: past.iter().enumerate().map(|(after, round)| PastRoundView::of(round, after)).collect(),
                    school_minutes,
                    teachers: all.into_iter().filter(sees).collect(),
                })
            })
            .await
    }
}

impl PastRoundView {
    fn of(past: &PastRound, after: usize) -> Self {
        let (round, name) = (past.round.id.clone(), past.round.name.clone());
        Self { round, name, plan: past.plan.clone(), share: share(after) }
    }
}

impl TeacherFairness {
    fn of(teacher: Named, past: &[PastRound]) -> Self {
        let round = |past: &PastRound| {
            let requests = past.of(&teacher.id).len();
            TeacherRound { round: past.round.id.clone(), requests, minutes: past.minutes(&teacher.id) }
        };
        let rounds: Vec<TeacherRound> = past.iter().map(round).collect();
        let minutes = minutes(&teacher.id, past);
        let moved: Vec<Option<u32>> =
            past.iter().flat_map(|round| round.of(&teacher.id)).map(|lot| lot.moved).collect();
        let placed: Vec<f64> = moved.iter().flatten().copied().map(f64::from).collect();
        #[expect(clippy::cast_precision_loss, reason = "a teacher has few classes")]
        let moved_minutes = placed.iter().sum::<f64>() / placed.len().max(1) as f64;
        let (weight, unplaced) = (f64::from(fairness::weight(minutes)) / f64::from(USUAL), moved.len() - placed.len());
        Self { teacher, weight, minutes, moved_minutes, unplaced, rounds }
    }
}

impl PastRound {
    fn of(&self, teacher: &Id) -> &[Lot] {
        self.lots.get(teacher).map(Vec::as_slice).unwrap_or_default()
    }

    fn minutes(&self, teacher: &Id) -> f64 {
        mean(&self.of(teacher).iter().map(|lot| lot.counts).collect::<Vec<u32>>())
    }
}

/// How much the requests of a round count, in tenths: by the published rounds that began before it. Those that count as
/// usual are not in it.
pub(super) fn weights(conn: &mut Conn, round: &Round, requests: &[Request]) -> AppResult<HashMap<Id, u32>> {
    let past = past(conn, &round.school, Some(round.starts_at))?;
    let weight = |request: &Request| {
        let weights = request.teachers.iter().map(|teacher| fairness::weight(minutes(teacher, &past)));
        Some((request.id.clone(), weights.max().filter(|weight| *weight > USUAL)?))
    };
    Ok(requests.iter().filter_map(weight).collect())
}

fn minutes(teacher: &Id, past: &[PastRound]) -> f64 {
    faded(&past.iter().map(|round| round.minutes(teacher)).collect::<Vec<f64>>())
}

/// The school's last published rounds, of those that began before an instant, the latest first.
fn past(conn: &mut Conn, school: &Id, before: Option<DateTime<Utc>>) -> AppResult<Vec<PastRound>> {
    let rounds = store::rounds::list(conn, school)?.into_iter();
    let rounds = rounds.filter(|round| before.is_none_or(|before| round.starts_at < before));
    let published = rounds.filter_map(|round| Some((round.published_plan.clone()?, round)));
    published.take(ROUNDS).map(|(plan, round)| past_round(conn, plan, round)).collect()
}

fn past_round(conn: &mut Conn, plan: Id, round: Round) -> AppResult<PastRound> {
    let starts: HashMap<Id, Option<DateTime<Utc>>> =
        store::plans::get(conn, &plan)?.starts.into_iter().map(|start| (start.request, start.starts_at)).collect();
    let mut lots: HashMap<Id, Vec<Lot>> = HashMap::new();
    for request in store::requests::of_round(conn, &round.id)? {
        let Some(start) = starts.get(&request.id) else { continue };
        let counts = disappointment(start.map(|at| request.cost_at(at, round.step_minutes)));
        let lot = Lot { counts, moved: start.map(|at| request.minutes_off(at)) };
        request.teachers.iter().for_each(|teacher| lots.entry(teacher.clone()).or_default().push(lot));
    }
    Ok(PastRound { round, plan, lots })
}
