//! From a school's data to the solver's problem.

use super::{
    agenda::Agenda,
    limits,
    room::Room,
    rules::{Cut, RoundRules},
    terms::Terms,
};
use crate::domain::{
    capacity::{Pool, PoolUse},
    finding::Finding,
    id::Id,
    people::{Overlaps, School},
    round::{PlannedStart, Request, Round},
    session::{Away, Session, SessionState},
    time::Grid,
};
use chrono::{DateTime, Utc};
use creneau_solver as solver;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap, HashSet};

/// All that a plan of a round depends on.
#[derive(Clone, Debug)]
pub struct Situation {
    /// The school.
    pub school: School,
    /// The pools that its classes use.
    pub pools: Vec<Pool>,
    /// The round.
    pub round: Round,
    /// Its requests.
    pub requests: Vec<Request>,
    /// The round's own sessions, published before; cancelled ones too.
    pub published: Vec<Session>,
    /// Requests that the published plan leaves without a class.
    pub left_out: HashSet<Id>,
    /// The school's sessions of other rounds that take place in the time of this one.
    pub elsewhere: Vec<Session>,
    /// When the school's teachers give classes in other schools: who, from, to.
    pub away: Vec<Away>,
    /// Which groups have pupils in common.
    pub overlaps: Overlaps,
    /// What all classes of all schools take of the pools, those of this round among them.
    pub uses: Vec<PoolUse>,
    /// What the plan is made with besides.
    pub terms: Terms,
}

/// What a class in another school is called here.
pub const AWAY: &str = "another school";

/// What the problem is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To find a plan, at this time: moving a published class costs, and one that has begun stays.
    Solve(DateTime<Utc>),
    /// To explain a plan: by the wishes alone.
    Explain,
}

/// The solver's problem, and what is not left to it.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The problem.
    pub round: solver::Round,
    /// Its cells.
    pub grid: Grid,
    /// Requests whose class has begun: it stays. And those that other classes and closed days leave no start at all.
    pub kept: Vec<PlannedStart>,
    /// What they cost, in the solver's units.
    pub kept_cost: u64,
    /// How many of the solver's units of cost are one.
    pub scale: u32,
    /// What moving a class costs, in units of cost; nothing when none has a place yet.
    pub move_cost: Option<u32>,
}

impl Situation {
    /// The session of a request.
    pub fn session(&self, request: &Id) -> Option<&Session> {
        self.published.iter().find(|session| session.request.as_ref() == Some(request))
    }

    /// Where the class of a request is before it is planned anew: in the plan to be kept to, or as it is published.
    fn now_at(&self, request: &Id) -> Option<DateTime<Utc>> {
        match &self.terms.keep {
            Some(keep) => keep.starts.get(request).copied(),
            None => {
                let session = self.session(request)?;
                (session.state == SessionState::Confirmed).then_some(session.starts_at)
            }
        }
    }

    /// Requests whose class was cancelled by hand: no plan brings it back.
    pub fn cancelled(&self) -> HashSet<&Id> {
        let cancelled = self.published.iter().filter(|session| session.state == SessionState::Cancelled);
        cancelled
            .filter_map(|session| session.request.as_ref())
            .filter(|request| !self.left_out.contains(request))
            .collect()
    }

    /// The classes that have begun by now, by request: they stay where they are. A round that is over altogether is
    /// planned as a whole: nobody is in its classes.
    pub fn begun(&self, now: DateTime<Utc>) -> HashMap<&Id, &Session> {
        let is_over = now >= self.round.ends_at;
        let begun = |session: &&Session| session.state == SessionState::Confirmed && session.starts_at <= now;
        self.published
            .iter()
            .filter(|session| !is_over && begun(session))
            .filter_map(|session| Some((session.request.as_ref()?, session)))
            .collect()
    }

    /// Why a class cannot be at a start, or nowhere, at this time: what has begun stays, and nothing begins in the past.
    pub fn too_late(
        &self,
        request: &Request,
        at: Option<DateTime<Utc>>,
        place: &str,
        now: DateTime<Utc>,
    ) -> Option<Finding> {
        if now >= self.round.ends_at {
            return None;
        }
        if let Some(session) = self.begun(now).get(&request.id) {
            let message = format!("“{}” has begun; it stays where it is", request.title);
            let action = "leave it where it is, or solve again";
            return (at != Some(session.starts_at)).then(|| Finding::new("class-has-begun", place, message, action));
        }
        at.filter(|at| *at <= now)?;
        let message = format!("“{}” would begin at an hour that is past", request.title);
        Some(Finding::new("in-the-past", place, message, "choose a start that is to come, or solve again"))
    }

    /// Those that the problem leaves where they are.
    fn begun_for(&self, purpose: Purpose) -> HashMap<&Id, &Session> {
        match purpose {
            Purpose::Solve(now) => self.begun(now),
            Purpose::Explain => HashMap::new(),
        }
    }

    /// Everything that takes place besides the classes that the problem is about.
    pub fn beside(&self, purpose: Purpose) -> Agenda {
        let mut agenda = self.others();
        self.begun_for(purpose).values().for_each(|session| agenda.add(session));
        agenda
    }

    /// The cells that have begun by now, in which no class can start any more; none of a round that is over.
    fn past(&self, now: DateTime<Utc>) -> Option<Cut> {
        let minutes = (now - self.round.starts_at).num_minutes();
        let cells = u32::try_from(minutes / i64::from(self.round.step_minutes.max(1))).unwrap_or(0) + 1;
        (now >= self.round.starts_at && now < self.round.ends_at).then_some((0, cells))
    }

    /// Everything that takes place besides the classes of this round.
    pub fn others(&self) -> Agenda {
        let (from, to) = (self.round.starts_at, self.round.ends_at);
        let mut agenda = Agenda::new(&self.school, &self.pools, self.overlaps.clone(), from, to);
        agenda.add_uses(&self.uses);
        self.published.iter().filter(|session| session.takes_place()).for_each(|session| agenda.remove_use(session));
        self.away.iter().for_each(|(who, from, to)| agenda.add_busy(who, *from, *to, AWAY));
        self.elsewhere.iter().for_each(|session| agenda.add_people(session));
        agenda
    }
}

/// The problem that a situation poses.
pub fn problem(situation: &Situation, purpose: Purpose) -> Problem {
    let grid = situation.round.grid();
    let cancelled = situation.cancelled();
    let begun = situation.begun_for(purpose);
    let past = match purpose {
        Purpose::Solve(now) => situation.past(now),
        Purpose::Explain => None,
    };
    let agenda = situation.beside(purpose);
    let mut elsewhere: Vec<&Session> = situation.elsewhere.iter().chain(begun.values().copied()).collect();
    elsewhere.sort_by_key(|session| (session.starts_at, &session.id));
    let rules = RoundRules::of(situation);
    let closed = closed_cells(situation, &grid);
    let move_cost = situation.terms.move_cost(&situation.requests, grid.step_minutes);
    let (mut requests, without_start): (Vec<solver::Request>, Vec<solver::Request>) = situation
        .requests
        .iter()
        .filter(|request| !cancelled.contains(&request.id) && !begun.contains_key(&request.id))
        .map(|request| {
            let cuts = match purpose {
                Purpose::Solve(_) => {
                    let duration = grid.cells_of(request.duration_minutes);
                    let mut cuts = rules.cuts(request, &elsewhere, &begun);
                    cuts.extend(closed.iter().map(|(from, to)| before(*from, *to, duration)));
                    cuts.extend(past);
                    cuts.sort_unstable();
                    cuts
                }
                Purpose::Explain => Vec::new(),
            };
            solver_request(request, situation, (purpose, move_cost), &grid, &cuts)
        })
        .partition(|request| !request.options.is_empty());
    match purpose {
        Purpose::Explain => {
            requests.extend(situation.elsewhere.iter().filter_map(|session| fixed(session, situation, &grid)));
            requests.extend(situation.away.iter().filter_map(|away| fixed_away(away, &grid)));
        }
        Purpose::Solve(_) => requests.extend(rules.counted(&elsewhere)),
    }
    let pools = situation.pools.iter().filter_map(|pool| agenda.room(&pool.id)).map(|room| solver_pool(room, &grid));
    let mut round = solver::Round {
        version: solver::round::VERSION,
        name: situation.round.id.to_string(),
        horizon: solver::Horizon {
            start: grid.start.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            step_minutes: grid.step_minutes,
            cells: grid.cells,
        },
        days: Vec::new(),
        pools: pools.collect(),
        exclusives: Vec::new(),
        requests,
    };
    rules.put_into(&mut round);
    let mut kept: Vec<PlannedStart> = begun
        .iter()
        .map(|(request, session)| PlannedStart::new((*request).clone(), Some(session.starts_at)))
        .chain(without_start.iter().map(|request| PlannedStart::new((&*request.id).into(), None)))
        .collect();
    kept.sort_by(|a, b| a.request.cmp(&b.request));
    kept.iter_mut().for_each(|start| start.weight = situation.terms.tenths(&start.request));
    let kept_cost = situation.requests.iter().filter_map(|request| {
        let start = &kept[kept.binary_search_by(|start| start.request.cmp(&request.id)).ok()?];
        let weight = u64::from(situation.terms.weight(&request.id));
        Some(weight * request.planned_cost(start.starts_at, grid.step_minutes))
    });
    Problem {
        kept_cost: kept_cost.sum(),
        scale: situation.terms.scale(),
        move_cost: round.requests.iter().any(|request| request.move_cost > 0).then_some(move_cost),
        round,
        grid,
        kept,
    }
}

/// Stands for the wishes and the room in the pools, whatever was or is planned of them: as long as they are the same, so
/// is this.
pub fn fingerprint(situation: &Situation) -> String {
    let situation = Situation { terms: Terms::default(), ..situation.clone() };
    let round = problem(&situation, Purpose::Explain).round;
    // A round holds nothing that JSON could not. It is that of the wishes alone: closed days stand beside it.
    let text = serde_json::to_vec(&(&round, closed_cells(&situation, &situation.round.grid()))).unwrap_or_default();
    hex::encode(Sha256::digest(&text))[..32].to_owned()
}

/// What the solver calls a pool.
pub fn pool_name(id: &Id) -> String {
    format!("pool/{id}")
}

/// The pool that the solver calls so.
pub fn pool_id(name: &str) -> Id {
    Id::from(name.strip_prefix("pool/").unwrap_or(name))
}

/// What the solver calls the people of a class. Two groups with pupils in common share a name besides their own.
pub fn exclusives(teachers: &[Id], groups: &[Id], overlaps: &Overlaps) -> Box<[solver::Name]> {
    let teachers = teachers.iter().map(|id| format!("teacher/{id}"));
    let shared: BTreeSet<String> = groups
        .iter()
        .flat_map(|id| overlaps.with(id).map(move |other| format!("overlap/{}/{}", id.min(other), id.max(other))))
        .collect();
    let groups = groups.iter().map(|id| format!("group/{id}"));
    teachers.chain(groups).chain(shared).map(solver::Name::from).collect()
}

/// What the solver calls a session of another round.
pub fn session_name(id: &Id) -> String {
    format!("session/{id}")
}

fn solver_request(
    request: &Request,
    situation: &Situation,
    (purpose, move_cost): (Purpose, u32),
    grid: &Grid,
    cuts: &[Cut],
) -> solver::Request {
    let duration = grid.cells_of(request.duration_minutes);
    let mut options: Vec<solver::StartRange> = request
        .windows
        .iter()
        .filter_map(|window| {
            let first = grid.cell(window.first_at)?;
            let last = grid.cell(window.last_at)?.min(grid.cells.checked_sub(duration)?);
            let steps = (window.ideal_at - grid.start).num_minutes() / i64::from(grid.step_minutes);
            let ideal = u32::try_from(steps.max(0)).unwrap_or(0).min(grid.cells);
            (first <= last).then_some(solver::StartRange {
                first,
                last,
                ideal,
                base: u64::from(window.base),
                per_cell: window.per_step,
            })
        })
        .collect();
    let is_solved = purpose != Purpose::Explain;
    // Where somebody put the class by hand costs nothing, and the wish need not allow it: no later plan takes the class away
    // from there without need.
    let chosen = situation.session(&request.id).and_then(Session::chosen_start).and_then(|at| grid.cell(at));
    if let Some(cell) = chosen.filter(|_| is_solved) {
        options.push(solver::StartRange { first: cell, last: cell, ideal: cell, base: 0, per_cell: 0 });
    }
    if !cuts.is_empty() {
        options = options.into_iter().flat_map(|option| without(option, cuts)).collect();
    }
    let allows = |options: &[solver::StartRange], cell: u32| options.iter().any(|option| option.allows(cell));
    let pin = situation.terms.pins.get(&request.id).and_then(|at| Some((*at, grid.cell(*at)?)));
    if let Some((at, cell)) = pin.filter(|(_, cell)| !allows(&options, *cell)) {
        let base = request.cost_at(at, grid.step_minutes);
        options.push(solver::StartRange { first: cell, last: cell, ideal: cell, base, per_cell: 0 });
    }
    let now = || situation.now_at(&request.id).and_then(|at| grid.cell(at)).filter(|cell| allows(&options, *cell));
    let current = pin.map(|(_, cell)| cell).or_else(now).filter(|_| is_solved);
    solver::Request {
        id: request.id.as_str().into(),
        pools: situation.pools.iter().map(|pool| pool_name(&pool.id).into()).collect(),
        exclusive: exclusives(&request.teachers, &request.groups, &situation.overlaps),
        connections: request.connections,
        duration,
        current,
        options: options.into(),
        unplaced: u64::from(request.unplaced_cost),
        move_cost: if current.is_some() && pin.is_none() { u64::from(move_cost) } else { 0 },
        pinned: is_solved && pin.is_some(),
        weight: if is_solved { situation.terms.weight(&request.id) } else { 1 },
        ..solver::Request::default()
    }
}

/// The closed days of a round, some of them closed after the wishes were made: first cell, end.
fn closed_cells(situation: &Situation, grid: &Grid) -> Vec<(u32, u32)> {
    let days = situation.school.opening().closed_spans(grid.start, grid.end());
    days.into_iter().map(|(from, to)| cells_between(grid, from, to)).collect()
}

/// Takes starts on closed days out of an explanation, which knows the wishes alone: nobody can have them.
pub(super) fn without_closed_days(explained: &mut solver::Explanation, request: &Request, situation: &Situation) {
    let grid = situation.round.grid();
    let duration = grid.cells_of(request.duration_minutes);
    let closed: Vec<(u32, u32)> =
        closed_cells(situation, &grid).into_iter().map(|(from, to)| before(from, to, duration)).collect();
    let is_open = |start: u32| !closed.iter().any(|(from, to)| (*from..*to).contains(&start));
    explained.better.retain(|better| is_open(better.start));
    explained.alternatives.retain(|free| is_open(free.start));
    explained.one_pool.retain(|relief| is_open(relief.start));
    explained.relief = explained.relief.take().filter(|relief| is_open(relief.start));
}

/// The starts at which a class would touch a stretch of cells: from, to (not included).
fn before(from: u32, to: u32, duration: u32) -> (u32, u32) {
    ((from + 1).saturating_sub(duration), to)
}

/// What is left of an option when stretches, sorted by their begin, are cut out of it.
fn without(option: solver::StartRange, taken: &[(u32, u32)]) -> Vec<solver::StartRange> {
    let mut left = Vec::new();
    let mut first = option.first;
    for &(from, to) in taken {
        if from > first && first <= option.last {
            left.push(solver::StartRange { first, last: option.last.min(from - 1), ..option });
        }
        first = first.max(to);
    }
    if first <= option.last {
        left.push(solver::StartRange { first, ..option });
    }
    left
}

/// A session of another round as a class that stays where it is, so that an explanation can name it.
fn fixed(session: &Session, situation: &Situation, grid: &Grid) -> Option<solver::Request> {
    let (from, to) = cells_between(grid, session.starts_at, session.ends_at);
    let duration = to.checked_sub(from).filter(|cells| *cells > 0)?;
    Some(solver::Request {
        id: session_name(&session.id).into(),
        exclusive: exclusives(&session.teachers, &session.groups, &situation.overlaps),
        connections: session.connections,
        duration,
        current: Some(from),
        pinned: true,
        ..solver::Request::default()
    })
}

/// A teacher's class in another school, likewise.
fn fixed_away((who, from, to): &Away, grid: &Grid) -> Option<solver::Request> {
    let (first, end) = cells_between(grid, *from, *to);
    let duration = end.checked_sub(first).filter(|cells| *cells > 0)?;
    Some(solver::Request {
        id: format!("away/{who}/{first}").into(),
        exclusive: exclusives(std::slice::from_ref(who), &[], &Overlaps::default()),
        duration,
        current: Some(first),
        pinned: true,
        ..solver::Request::default()
    })
}

/// The cells of the grid that something touches: first, end.
pub(super) fn cells_between(grid: &Grid, from: DateTime<Utc>, to: DateTime<Utc>) -> (u32, u32) {
    let step = i64::from(grid.step_minutes);
    let bound = |cell: i64| u32::try_from(cell.clamp(0, i64::from(grid.cells))).unwrap_or(0);
    let first = (from - grid.start).num_minutes().div_euclid(step);
    let end = ((to - grid.start).num_minutes() + step - 1).div_euclid(step);
    (bound(first), bound(end))
}

/// The pool with what is left in every cell: its commonest limit, and stretches of others.
pub(super) fn solver_pool(room: &Room, grid: &Grid) -> solver::Pool {
    let left = room.left(grid);
    let mut counts: HashMap<u32, usize> = HashMap::new();
    for limit in &left {
        *counts.entry(*limit).or_default() += 1;
    }
    let limit = counts.into_iter().max_by_key(|(limit, count)| (*count, *limit)).map_or(0, |(limit, _)| limit);
    let except = limits::exceptions(limit, &left);
    let window = room.window_cells(grid);
    let kind = if window.is_some() { solver::PoolKind::Arrivals } else { solver::PoolKind::Concurrent };
    solver::Pool { id: pool_name(&room.pool).into(), kind, window, limit, except }
}
