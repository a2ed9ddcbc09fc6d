//! Which raises of one limit would have let the most requests have their first choice.
//!
//! Each raise is tried: the pool's limit is raised, the requests it is for are put at their first choices, all at once and
//! all others where they are, and the independent checker must find no rule broken that was not before. So what is said here
//! holds, also for requests that share people.

use super::{
    answer::solver_plan,
    limits,
    names::{Moment, Names},
    problem::{Purpose, Situation, pool_id, problem},
};
use crate::domain::{capacity::Whose, fairness::MINUTES_A_UNIT, id::Id, round::Plan, time::Grid};
use creneau_solver::{self as solver, LimitRange, Round};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// The most raises that are told.
const MOST: usize = 20;
/// The most requests that are tried for one raise.
const MOST_TRIED: usize = 40;

/// What raises of a single limit would have done for a plan's requests.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Raises {
    /// Requests that do not have their first choice; those that an admin fixed elsewhere are not among them.
    pub not_first_choice: usize,
    /// Those of them that no raise of a single limit helps: people, groups or several limits stand against them.
    pub not_helped: usize,
    /// The raises, each by itself, those that help most requests first; of these, those that take the fewest connections.
    pub raises: Vec<SingleRaise>,
}

/// A raise of one limit, and whom it would have helped.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SingleRaise {
    /// The pool.
    pub pool: Id,
    /// Its name.
    #[schema(example = "platform/e-lyco")]
    pub name: String,
    /// Whose limit it is.
    pub whose: Whose,
    /// From when the limit is raised.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// Connections more than it allows now, so that all of `requests` have their first choice at the same time; the least
    /// that does.
    pub connections: u32,
    /// The requests that it helps.
    pub requests: Vec<Helped>,
    /// Minutes that their classes would be nearer to the wishes, all together.
    pub saves_minutes: u64,
}

/// A request that a raise helps.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Helped {
    /// The request.
    pub request: Id,
    /// Its name in the round.
    pub reference: String,
    /// What the class is called.
    pub title: String,
    /// Its first choice.
    pub start: Moment,
    /// Connections that would be enough for it alone.
    pub connections: u64,
}

/// A request whose first choice nothing but one limit forbids.
struct Candidate<'a> {
    /// Its place in the solver's round.
    index: usize,
    start: u32,
    saves: u64,
    raise: &'a solver::Raise,
}

/// The raises of one limit that would have helped most.
pub fn raises(situation: &Situation, plan: &Plan, names: &Names) -> Raises {
    let mut problem = problem(situation, Purpose::Explain);
    let answer = solver_plan(&problem, plan);
    let explainer = solver::explain(&problem.round, &answer);
    let pinned: Vec<&str> =
        plan.starts.iter().filter(|start| start.pinned).map(|start| start.request.as_str()).collect();
    let known: HashMap<&str, usize> = situation.requests.iter().zip(0..).map(|(one, i)| (one.id.as_str(), i)).collect();
    let moved: Vec<(usize, solver::Explanation)> = (problem.round.requests.iter().enumerate())
        .filter(|(_, request)| known.contains_key(&*request.id) && !pinned.contains(&&*request.id))
        .filter_map(|(index, request)| Some((index, explainer.request(&request.id)?)))
        .filter(|(_, explained)| explained.cost > explained.best_cost)
        .collect();
    let mut by_pool: HashMap<&str, Vec<Candidate<'_>>> = HashMap::new();
    for (index, explained) in &moved {
        for relief in explained.one_pool.iter().filter(|relief| relief.cost == explained.best_cost) {
            let [raise] = relief.raises.as_slice() else { continue };
            let candidate = Candidate { index: *index, start: relief.start, saves: relief.saves, raise };
            by_pool.entry(&raise.pool).or_default().push(candidate);
        }
    }
    let mut trial = Trial { answer: answer.clone(), broken: broken(&problem.round, &answer) };
    let (mut found, mut helped): (Vec<SingleRaise>, Vec<bool>) =
        (Vec::new(), vec![false; problem.round.requests.len()]);
    for position in 0..problem.round.pools.len() {
        let id = problem.round.pools[position].id.clone();
        let Some(candidates) = by_pool.remove(&*id) else { continue };
        for group in groups(candidates) {
            let Some((connections, kept)) = trial.least_raise(&mut problem.round, position, &group) else { continue };
            kept.iter().for_each(|candidate| helped[candidate.index] = true);
            let of = |candidate: &&Candidate<'_>| {
                let request = &situation.requests[known[&*problem.round.requests[candidate.index].id]];
                Helped {
                    request: request.id.clone(),
                    reference: request.reference.clone(),
                    title: request.title.clone(),
                    start: names.moment(problem.grid.at(candidate.start)),
                    connections: candidate.raise.by,
                }
            };
            let (from, to) = stretch(&kept);
            let pool = pool_id(&id);
            found.push(SingleRaise {
                name: names.pool(&pool).to_owned(),
                whose: names.whose(&pool),
                pool,
                from: moment(names, &problem.grid, from),
                to: moment(names, &problem.grid, to),
                connections,
                saves_minutes: kept.iter().map(|candidate| candidate.saves).sum::<u64>() * MINUTES_A_UNIT,
                requests: kept.iter().map(of).collect(),
            });
        }
    }
    found.sort_by_key(|raise| (std::cmp::Reverse(raise.requests.len()), raise.connections, raise.from.utc));
    found.truncate(MOST);
    let not_helped = moved.iter().filter(|(index, _)| !helped[*index]).count();
    Raises { not_first_choice: moved.len(), not_helped, raises: found }
}

fn moment(names: &Names, grid: &Grid, cell: u32) -> Moment {
    names.moment(grid.at(cell))
}

/// Candidates of one pool whose stretches meet, the least raise first.
fn groups(mut candidates: Vec<Candidate<'_>>) -> Vec<Vec<Candidate<'_>>> {
    candidates.sort_by_key(|candidate| (candidate.raise.from, candidate.raise.to, candidate.index));
    let mut groups: Vec<Vec<Candidate<'_>>> = Vec::new();
    for candidate in candidates {
        match groups.last_mut() {
            // With the first of them: a chain of neighbours would become a raise for the whole day.
            Some(group) if candidate.raise.from < group[0].raise.to => group.push(candidate),
            _ => groups.push(vec![candidate]),
        }
    }
    for group in &mut groups {
        group.sort_by_key(|candidate| (candidate.raise.by, candidate.index));
        group.truncate(MOST_TRIED);
    }
    groups
}

/// The cells in which candidates want more: first, end.
fn stretch(candidates: &[&Candidate<'_>]) -> (u32, u32) {
    let from = candidates.iter().map(|candidate| candidate.raise.from).min().unwrap_or(0);
    (from, candidates.iter().map(|candidate| candidate.raise.to).max().unwrap_or(0))
}

/// Tries raises on a plan.
struct Trial {
    answer: solver::Plan,
    /// Rules that it breaks as it is: none, if nothing has changed since it was made.
    broken: usize,
}

impl Trial {
    /// The least raise that lets as many of the group as possible have their first choice, and those.
    fn least_raise<'a, 'b>(
        &mut self,
        round: &mut Round,
        position: usize,
        group: &'b [Candidate<'a>],
    ) -> Option<(u32, Vec<&'b Candidate<'a>>)> {
        let needed = |candidate: &Candidate<'_>| u64::from(round.requests[candidate.index].connections);
        // Enough for all: what the one that needs most needs, and what all others take.
        let sum: u64 = group.iter().map(needed).sum();
        let worst = group.iter().map(|candidate| candidate.raise.by).max()?;
        let enough = u32::try_from(worst + sum).unwrap_or(u32::MAX);
        let mut kept: Vec<&Candidate<'_>> = Vec::new();
        for candidate in group {
            kept.push(candidate);
            if !self.fits(round, position, &kept, enough) {
                kept.pop();
            }
        }
        if kept.is_empty() {
            return None;
        }
        let (mut too_little, mut least) = (0, enough);
        while least - too_little > 1 {
            let middle = too_little + (least - too_little) / 2;
            if self.fits(round, position, &kept, middle) { least = middle } else { too_little = middle }
        }
        Some((least, kept))
    }

    /// Whether these can all have their first choice with such a raise.
    fn fits(&mut self, round: &mut Round, position: usize, kept: &[&Candidate<'_>], by: u32) -> bool {
        let before: Vec<Option<u32>> = kept.iter().map(|one| self.answer.sessions[one.index].start).collect();
        kept.iter().for_each(|one| self.answer.sessions[one.index].start = Some(one.start));
        let (from, to) = stretch(kept);
        let cells = round.horizon.cells;
        let pool = &mut round.pools[position];
        let raised = raised(pool, (from, to), by, cells);
        let except = std::mem::replace(&mut pool.except, raised);
        let fits = broken(round, &self.answer) <= self.broken;
        round.pools[position].except = except;
        kept.iter().zip(before).for_each(|(one, start)| self.answer.sessions[one.index].start = start);
        fits
    }
}

fn broken(round: &Round, plan: &solver::Plan) -> usize {
    let report = solver::check(round, plan);
    report.violations.len() + report.more
}

/// A pool's exceptions with the limits raised in a stretch of cells.
fn raised(pool: &solver::Pool, (from, to): (u32, u32), by: u32, cells: u32) -> Vec<LimitRange> {
    let mut limits = limits::by_cell(pool, cells);
    limits[from as usize..to as usize].iter_mut().for_each(|limit| *limit = limit.saturating_add(by));
    limits::exceptions(pool.limit, &limits)
}
