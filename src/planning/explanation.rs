//! Why a request is where it is, in words.

use super::{
    answer::solver_plan,
    names::{Moment, Names},
    obstacle::{Obstacle, Who},
    problem::{Problem, Purpose, Situation, problem, session_name},
    room::Full,
};
use crate::domain::{
    id::Id,
    round::{Plan, Request},
};
use creneau_solver::{self as solver, BetterStart, Blocker};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// The most stretches of better starts, and the most free ones, that an explanation lists.
const MOST: usize = 12;

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// No start that it allows costs less.
    FirstChoice,
    /// It has a class, but not at a start that it likes best.
    Moved,
    /// It has no class.
    Unplaced,
}

/// Why a request is where it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Explanation {
    /// The request.
    pub request: Id,
    /// Its name in the round.
    pub reference: String,
    /// What the class is called.
    pub title: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Where it would like to be.
    pub wished: Option<Moment>,
    /// Where it is.
    pub planned: Option<Moment>,
    /// What it costs there.
    pub cost: u64,
    /// What its best start would cost.
    pub best_cost: u64,
    /// All of it in an English sentence.
    pub message: String,
    /// Starts that would cost less, the cheapest first, and what stands against them; neighbours with the same
    /// obstacles are one stretch.
    pub better: Vec<BetterStarts>,
    /// Other starts that are free in this plan, the cheapest first.
    pub alternatives: Vec<Alternative>,
}

/// A stretch of starts that would cost less.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BetterStarts {
    /// The first of them.
    pub first: Moment,
    /// The last of them.
    pub last: Moment,
    /// What the cheapest of them would cost.
    pub cost: u64,
    /// What stands against them; of a pool, where it is worst. None where the start is free: then a longer search
    /// would find a better plan.
    pub obstacles: Vec<Obstacle>,
}

/// A start that is free.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Alternative {
    /// The start.
    pub start: Moment,
    /// What it would cost.
    pub cost: u64,
}

/// Explains a plan's requests: all of them, or one.
pub fn explanations(situation: &Situation, plan: &Plan, names: &Names, only: Option<&Id>) -> Vec<Explanation> {
    let problem = problem(situation, Purpose::Explain);
    let answer = solver_plan(&problem, plan);
    let explainer = solver::explain(&problem.round, &answer);
    let planned: std::collections::HashSet<&Id> = plan.starts.iter().map(|start| &start.request).collect();
    let titles = titles(situation);
    situation
        .requests
        .iter()
        .filter(|request| planned.contains(&request.id) && only.is_none_or(|only| *only == request.id))
        .filter_map(|request| {
            let explained = explainer.request(request.id.as_str())?;
            Some(Words { problem: &problem, names, titles: &titles }.explanation(request, explained))
        })
        .collect()
}

/// What the classes are called, by the solver's names of them.
fn titles(situation: &Situation) -> HashMap<String, &str> {
    let requests = situation.requests.iter().map(|request| (request.id.to_string(), request.title.as_str()));
    let sessions = situation.elsewhere.iter().map(|session| (session_name(&session.id), session.title.as_str()));
    requests.chain(sessions).collect()
}

struct Words<'a> {
    problem: &'a Problem,
    names: &'a Names,
    titles: &'a HashMap<String, &'a str>,
}

impl Words<'_> {
    fn explanation(&self, request: &Request, explained: solver::Explanation) -> Explanation {
        let outcome = match explained.start {
            None => Outcome::Unplaced,
            Some(_) if explained.cost <= explained.best_cost => Outcome::FirstChoice,
            Some(_) => Outcome::Moved,
        };
        let wished = request.wished_start().map(|at| self.names.moment(at));
        let better = self.better(explained.better);
        let message = self.message(request, outcome, explained.start, &better);
        let alternatives = explained.alternatives.iter().take(MOST);
        Explanation {
            request: request.id.clone(),
            reference: request.reference.clone(),
            title: request.title.clone(),
            outcome,
            wished,
            planned: explained.start.map(|cell| self.moment(cell)),
            cost: explained.cost,
            best_cost: explained.best_cost,
            message,
            better,
            alternatives: alternatives
                .map(|free| Alternative { start: self.moment(free.start), cost: free.cost })
                .collect(),
        }
    }

    fn message(&self, request: &Request, outcome: Outcome, start: Option<u32>, better: &[BetterStarts]) -> String {
        let at = |cell: u32| self.names.local(self.problem.grid.at(cell));
        let title = &request.title;
        let head = match (outcome, start) {
            (Outcome::FirstChoice, Some(cell)) => return format!("“{title}” is at its first choice, {}.", at(cell)),
            (_, Some(cell)) => format!("“{title}” is at {}", at(cell)),
            (_, None) => format!("“{title}” has no class"),
        };
        let why = match better.first().map(|best| best.obstacles.as_slice()) {
            None | Some([]) => "a better start is free: solve again, or longer".to_owned(),
            Some(obstacles) => {
                obstacles.iter().map(|obstacle| obstacle.message.as_str()).collect::<Vec<_>>().join("; ")
            }
        };
        format!("{head}: {why}.")
    }

    /// Neighbours with the same obstacles become one stretch; the stretches come cheapest first.
    fn better(&self, mut starts: Vec<BetterStart>) -> Vec<BetterStarts> {
        starts.sort_by_key(|start| start.start);
        let mut stretches: Vec<(u32, u32, u64, Vec<Blocker>)> = Vec::new();
        for BetterStart { start, cost, blockers } in starts {
            match stretches.last_mut() {
                Some((_, last, least, known)) if *last + 1 == start && same(known, &blockers) => {
                    *last = start;
                    *least = cost.min(*least);
                    known.iter_mut().zip(blockers).for_each(|(known, blocker)| worst(known, blocker));
                }
                _ => stretches.push((start, start, cost, blockers)),
            }
        }
        stretches.sort_by_key(|(first, _, cost, _)| (*cost, *first));
        stretches
            .into_iter()
            .take(MOST)
            .map(|(first, last, cost, blockers)| BetterStarts {
                first: self.moment(first),
                last: self.moment(last),
                cost,
                obstacles: blockers.iter().map(|blocker| self.obstacle(blocker)).collect(),
            })
            .collect()
    }

    fn obstacle(&self, blocker: &Blocker) -> Obstacle {
        match blocker {
            Blocker::Pool { pool, cell, used, limit, needed } => {
                let id = Id::from(pool.strip_prefix("pool/").unwrap_or(pool));
                let at = self.problem.grid.at(*cell);
                Obstacle::pool(&Full { pool: id, at, used: *used, limit: *limit, needed: *needed }, self.names)
            }
            Blocker::Exclusive { exclusive, cell, held_by } => {
                Obstacle::busy(&who(exclusive), self.problem.grid.at(*cell), self.title(held_by), self.names)
            }
            Blocker::Break { exclusive, cell, held_by, needed } => {
                let (at, minutes) = (self.problem.grid.at(*cell), self.minutes(*needed));
                Obstacle::no_break(&who(exclusive), at, self.title(held_by), minutes, self.names)
            }
            Blocker::Day { exclusive, cell, most, .. } => {
                Obstacle::full_day(&who(exclusive), self.problem.grid.at(*cell), *most, self.names)
            }
            Blocker::Order { other, cell, comes_first, gap } => {
                let (at, minutes) = (self.problem.grid.at(*cell), self.minutes(*gap));
                Obstacle::order(self.title(other), *comes_first, at, minutes, self.names)
            }
        }
    }

    /// What the class of a request is called.
    fn title(&self, request: &str) -> &str {
        self.titles.get(request).copied().unwrap_or("?")
    }

    fn minutes(&self, cells: u32) -> u32 {
        cells.saturating_mul(self.problem.grid.step_minutes)
    }

    fn moment(&self, cell: u32) -> Moment {
        self.names.moment(self.problem.grid.at(cell))
    }
}

/// Whom the solver knows by this name.
fn who(exclusive: &str) -> Who {
    match exclusive.strip_prefix("teacher/") {
        Some(id) => Who::Teacher(id.into()),
        None => Who::Group(exclusive.strip_prefix("group/").unwrap_or(exclusive).into()),
    }
}

/// Whether the same pools, people and classes stand against two starts.
fn same(a: &[Blocker], b: &[Blocker]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|pair| match pair {
            (Blocker::Pool { pool: a, .. }, Blocker::Pool { pool: b, .. }) => a == b,
            (
                Blocker::Exclusive { exclusive: a, held_by: by_a, .. },
                Blocker::Exclusive { exclusive: b, held_by: by_b, .. },
            )
            | (
                Blocker::Break { exclusive: a, held_by: by_a, .. },
                Blocker::Break { exclusive: b, held_by: by_b, .. },
            ) => a == b && by_a == by_b,
            (Blocker::Day { exclusive: a, day: on_a, .. }, Blocker::Day { exclusive: b, day: on_b, .. }) => {
                a == b && on_a == on_b
            }
            (
                Blocker::Order { other: a, comes_first: first_a, .. },
                Blocker::Order { other: b, comes_first: first_b, .. },
            ) => a == b && first_a == first_b,
            _ => false,
        })
}

/// Keeps the worse of two blockers by the same pool.
fn worst(known: &mut Blocker, other: Blocker) {
    let over = |blocker: &Blocker| match blocker {
        Blocker::Pool { used, limit, .. } => (*used).saturating_sub(u64::from(*limit)),
        _ => 0,
    };
    if over(&other) > over(known) {
        *known = other;
    }
}
