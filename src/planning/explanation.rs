//! Why a request is where it is, in words.

use super::{
    agenda::Agenda,
    answer::solver_plan,
    names::{Moment, Names},
    obstacle::{Obstacle, Only, Who},
    problem::{AWAY, Purpose, Situation, pool_id, problem, session_name, without_closed_days},
    room::Full,
    stretch::stretches,
};
use crate::domain::{
    capacity::Whose,
    fairness::USUAL,
    id::Id,
    round::{Plan, PlannedStart, Request},
    time::Grid,
};
use chrono::{DateTime, Utc};
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
    /// An admin has fixed it where it is, which is not a start that it likes best.
    Pinned,
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
    /// What it costs there, by the wish alone.
    pub cost: u64,
    /// What its best start would cost.
    pub best_cost: u64,
    /// What its cost was multiplied by when the plan was made: from 1 to 2, the more the further its teachers were moved in
    /// the last rounds. Told to them and to those who run the school.
    #[schema(minimum = 1, maximum = 2, example = 1.3)]
    pub weight: Option<f64>,
    /// All of it in an English sentence.
    pub message: String,
    /// Starts that would cost less, the cheapest first, and what stands against them; neighbours with the same
    /// obstacles are one stretch.
    pub better: Vec<BetterStarts>,
    /// The cheapest better start that limits alone forbid, and which limits, raised by how much, would have let it
    /// through. Nothing where people or groups stand against every better start: no limit would help there.
    pub relief: Option<Relief>,
    /// The same for each pool alone: the cheapest better start that nothing but its limit forbids.
    pub one_pool: Vec<Relief>,
    /// Other starts that are free in this plan, the cheapest first.
    pub alternatives: Vec<Alternative>,
    /// Of a request without a class: why no plan can place it and all those that it shares its teacher, its group or its hours
    /// with. Nothing where others merely had to come first.
    pub overload: Option<Obstacle>,
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

/// What raised limits would have given a request, with all other classes where they are.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Relief {
    /// Where it would be.
    pub start: Moment,
    /// What it would cost there.
    pub cost: u64,
    /// What it would cost less than now.
    pub saves: u64,
    /// The raises that it takes, all of them; each the least that does.
    pub raises: Vec<Raise>,
}

/// A pool's limit raised for a while.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Raise {
    /// The pool.
    pub pool: Id,
    /// Its name.
    #[schema(example = "platform/e-lyco")]
    pub name: String,
    /// Whose limit it is.
    pub whose: Whose,
    /// From when.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// Connections more than it allows now.
    pub connections: u64,
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
    let planned: HashMap<&Id, &PlannedStart> = plan.starts.iter().map(|start| (&start.request, start)).collect();
    let titles = titles(situation);
    let words = Words { grid: problem.grid, names, titles: &titles, others: &situation.others() };
    situation
        .requests
        .iter()
        .filter(|request| only.is_none_or(|only| *only == request.id))
        .filter_map(|request| {
            let planned = planned.get(&request.id)?;
            let mut explained = explainer.request(request.id.as_str())?;
            without_closed_days(&mut explained, request, situation);
            Some(words.explanation(request, planned, explained))
        })
        .collect()
}

/// Wishes of which no plan can place all: known as soon as they are entered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WishOverload {
    /// Why, and how many have room.
    #[serde(flatten)]
    pub obstacle: Obstacle,
    /// The requests.
    pub requests: Vec<Id>,
}

/// The wishes of which no plan that is made `now` can place all, no wish twice.
pub fn overloads(situation: &Situation, names: &Names, now: DateTime<Utc>) -> Vec<WishOverload> {
    let problem = problem(situation, Purpose::Solve(now));
    let titles = titles(situation);
    let words = Words { grid: problem.grid, names, titles: &titles, others: &situation.others() };
    let told = |overload: &solver::Overloaded| {
        let is_asked_for =
            |name: &&solver::Name| situation.requests.iter().any(|request| request.id.as_str() == &***name);
        let requests = overload.requests.iter().filter(is_asked_for).map(|name| Id::from(&**name));
        Some(WishOverload { obstacle: words.overload(Some(overload))?, requests: requests.collect() })
    };
    solver::overloads(&problem.round).iter().filter_map(told).collect()
}

/// What the classes are called, by the solver's names of them.
pub(super) fn titles(situation: &Situation) -> HashMap<String, &str> {
    let requests = situation.requests.iter().map(|request| (request.id.to_string(), request.title.as_str()));
    let sessions = situation.elsewhere.iter().map(|session| (session_name(&session.id), session.title.as_str()));
    requests.chain(sessions).collect()
}

/// Says in words what the solver says in cells.
pub(super) struct Words<'a> {
    pub grid: Grid,
    pub names: &'a Names,
    pub titles: &'a HashMap<String, &'a str>,
    /// All that takes place besides the round.
    pub others: &'a Agenda,
}

impl Words<'_> {
    fn explanation(&self, request: &Request, planned: &PlannedStart, explained: solver::Explanation) -> Explanation {
        let outcome = match explained.start {
            None => Outcome::Unplaced,
            Some(_) if explained.cost <= explained.best_cost => Outcome::FirstChoice,
            Some(_) if planned.pinned => Outcome::Pinned,
            Some(_) => Outcome::Moved,
        };
        let wished = request.wished_start().map(|at| self.names.moment(at));
        let message = self.message(request, outcome, &explained);
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
            weight: Some(f64::from(planned.weight) / f64::from(USUAL)),
            message,
            relief: explained.relief.as_ref().map(|relief| self.relief(relief)),
            one_pool: explained.one_pool.iter().map(|relief| self.relief(relief)).collect(),
            alternatives: alternatives
                .map(|free| Alternative { start: self.moment(free.start), cost: free.cost })
                .collect(),
            overload: self.overload(explained.overload.as_ref()),
            better: self.better(request, explained.better),
        }
    }

    fn overload(&self, overload: Option<&solver::Overloaded>) -> Option<Obstacle> {
        let solver::Overloaded { exclusive, pool, requests, most } = overload?;
        let mut titles: Vec<&str> = requests.iter().map(|request| self.title(request)).collect();
        titles.sort_unstable(); // requests come in the order of their random ids
        match (exclusive, pool) {
            (Some(pair), _) if is_rule(pair) => None,
            (Some(exclusive), _) => Some(Obstacle::overload(&Only::Who(&who(exclusive)), &titles, *most, self.names)),
            (_, pool) => Some(Obstacle::overload(&Only::Pool(&pool_id(pool.as_ref()?)), &titles, *most, self.names)),
        }
    }

    fn message(&self, request: &Request, outcome: Outcome, explained: &solver::Explanation) -> String {
        let at = |cell: u32| self.names.local(self.grid.at(cell));
        let title = &request.title;
        let head = match (outcome, explained.start) {
            (Outcome::Pinned, Some(cell)) => return format!("“{title}” is at {}, where an admin fixed it.", at(cell)),
            (Outcome::FirstChoice, Some(cell)) => return format!("“{title}” is at its first choice, {}.", at(cell)),
            (_, Some(cell)) => format!("“{title}” is at {}", at(cell)),
            (_, None) => format!("“{title}” has no class"),
        };
        if let Some(overload) = self.overload(explained.overload.as_ref()) {
            return format!("{head}: {}.", overload.message);
        }
        if explained.alternatives.first().is_some_and(|free| free.cost < explained.cost) {
            return format!("{head}: a better start is free: solve again, or longer.");
        }
        let obstacles = explained.better.first().map(|best| best.blockers.as_slice()).unwrap_or_default();
        if obstacles.is_empty() {
            return format!("{head}: no start that it allows would be better.");
        }
        let why =
            obstacles.iter().map(|blocker| self.obstacle(request, blocker).message).collect::<Vec<_>>().join("; ");
        let help = match &explained.relief {
            None => "No limit would help: people or groups stand against every better start".to_owned(),
            Some(solver::Relief { start, raises, .. }) => {
                let raises = raises.iter().map(|raise| self.raise_in_words(raise)).collect::<Vec<_>>().join(" and ");
                format!("With {raises} it could be at {}", at(*start))
            }
        };
        format!("{head}: {why}. {help}.")
    }

    fn raise_in_words(&self, raise: &solver::Raise) -> String {
        let (from, to) = (self.grid.at(raise.from), self.grid.at(raise.to));
        let name = self.names.pool(&pool_id(&raise.pool));
        let (more, when) = (raise.by, self.names.local_span(from, to));
        let connections = if more == 1 { "connection" } else { "connections" };
        format!("{more} more {connections} on {name}, {when},")
    }

    fn relief(&self, relief: &solver::Relief) -> Relief {
        let raise = |raise: &solver::Raise| {
            let pool = pool_id(&raise.pool);
            Raise {
                name: self.names.pool(&pool).to_owned(),
                whose: self.names.whose(&pool),
                pool,
                from: self.moment(raise.from),
                to: self.moment(raise.to),
                connections: raise.by,
            }
        };
        let raises = relief.raises.iter().map(raise).collect();
        Relief { start: self.moment(relief.start), cost: relief.cost, saves: relief.saves, raises }
    }

    /// Neighbours with the same obstacles become one stretch; the stretches come cheapest first.
    fn better(&self, request: &Request, starts: Vec<BetterStart>) -> Vec<BetterStarts> {
        stretches(starts)
            .into_iter()
            .take(MOST)
            .map(|stretch| BetterStarts {
                first: self.moment(stretch.first),
                last: self.moment(stretch.last),
                cost: stretch.cost,
                obstacles: stretch.blockers.iter().map(|blocker| self.obstacle(request, blocker)).collect(),
            })
            .collect()
    }

    /// What stands against a start.
    pub fn obstacle(&self, request: &Request, blocker: &Blocker) -> Obstacle {
        match blocker {
            Blocker::Pool { pool, cell, used, limit, needed, .. } => {
                let id = pool_id(pool);
                let at = self.grid.at(*cell);
                let kept = self.others.room(&id).map_or(0, |room| room.kept_at(at));
                Obstacle::pool(&Full { pool: id, at, used: *used, limit: *limit, kept, needed: *needed }, self.names)
            }
            Blocker::Exclusive { exclusive, cell, held_by } if is_rule(exclusive) => {
                Obstacle::same_day(self.title(held_by), self.grid.at(*cell), self.names)
            }
            Blocker::Day { exclusive, cell, .. } if is_rule(exclusive) => {
                let with = self.other(exclusive, request.id.as_str());
                Obstacle::same_day(with, self.grid.at(*cell), self.names)
            }
            Blocker::Exclusive { exclusive, cell, held_by } => {
                Obstacle::busy(&who(exclusive), self.grid.at(*cell), self.title(held_by), self.names)
            }
            Blocker::Break { exclusive, cell, held_by, needed } => {
                let (at, minutes) = (self.grid.at(*cell), self.minutes(*needed));
                Obstacle::no_break(&who(exclusive), at, self.title(held_by), minutes, self.names)
            }
            Blocker::Day { exclusive, cell, most, .. } => {
                Obstacle::full_day(&who(exclusive), self.grid.at(*cell), *most, self.names)
            }
            Blocker::Order { other, cell, comes_first, gap } => {
                let (at, minutes) = (self.grid.at(*cell), self.minutes(*gap));
                Obstacle::order(self.title(other), *comes_first, at, minutes, self.names)
            }
        }
    }

    /// The other one of a pair of classes that are not on the same day.
    fn other(&self, pair: &str, request: &str) -> &str {
        let ids = pair.split('/').skip(1);
        ids.filter(|id| *id != request).map(|id| self.title(id)).next().unwrap_or("?")
    }

    /// What the class of a request is called.
    fn title(&self, request: &str) -> &str {
        let unknown = if request.starts_with("away/") { AWAY } else { "?" };
        self.titles.get(request).copied().unwrap_or(unknown)
    }

    fn minutes(&self, cells: u32) -> u32 {
        cells.saturating_mul(self.grid.step_minutes)
    }

    fn moment(&self, cell: u32) -> Moment {
        self.names.moment(self.grid.at(cell))
    }
}

/// Whether the name stands for a pair of classes that are not on the same day, and for nobody.
fn is_rule(exclusive: &str) -> bool {
    exclusive.starts_with("apart/")
}

/// Whom the solver knows by this name.
fn who(exclusive: &str) -> Who {
    match exclusive.split('/').collect::<Vec<_>>()[..] {
        ["teacher", id] => Who::Teacher(id.into()),
        // Two groups with pupils in common: either says who is meant.
        ["group", id] | ["overlap", id, _] => Who::Group(id.into()),
        _ => Who::Group(exclusive.into()),
    }
}
