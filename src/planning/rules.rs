//! The rules of a round's requests, as the solver has them: breaks, the most classes a day, order, other days.

use super::problem::{Situation, cells_between, exclusives, session_name};
use crate::domain::{
    id::Id,
    people::Overlaps,
    relatives::{apart, breaks, most_a_day},
    round::Request,
    session::Session,
    time::{Grid, day_start},
};
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use creneau_solver as solver;
use std::collections::{BTreeSet, HashMap, HashSet};

/// A stretch of starts that are forbidden: from, to (not included).
pub(super) type Cut = (u32, u32);

/// The rules of a round's requests.
pub(super) struct RoundRules<'a> {
    situation: &'a Situation,
    grid: Grid,
    /// The first cell of each local day.
    days: Vec<u32>,
    breaks: HashMap<&'a Id, u32>,
    most: HashMap<&'a Id, u32>,
    apart: BTreeSet<(&'a Id, &'a Id)>,
    requests: HashMap<&'a Id, &'a Request>,
}

impl<'a> RoundRules<'a> {
    /// The rules of a round's requests.
    pub fn of(situation: &'a Situation) -> Self {
        let (requests, grid, zone) = (&situation.requests, situation.round.grid(), situation.school.zone());
        let breaks = breaks(requests).into_iter().map(|(id, minutes)| (id, grid.cells_of(minutes)));
        Self {
            situation,
            grid,
            days: local_days(&grid, zone),
            breaks: breaks.collect(),
            most: most_a_day(requests),
            apart: apart(requests),
            requests: requests.iter().map(|request| (&request.id, request)).collect(),
        }
    }

    /// The starts that classes which stay where they are forbid, sorted by their begin: `elsewhere` by the people they
    /// share, `begun` by order and other days, too.
    pub fn cuts(&self, request: &Request, elsewhere: &[&Session], begun: &HashMap<&Id, &Session>) -> Vec<Cut> {
        let duration = self.grid.cells_of(request.duration_minutes);
        let mut cuts: Vec<Cut> =
            elsewhere.iter().filter_map(|session| self.people(request, duration, session)).collect();
        let away = self.situation.away.iter().filter(|(who, ..)| request.teachers.contains(who));
        cuts.extend(away.map(|(who, from, to)| self.near(duration, self.pause(who), *from, *to)));
        cuts.extend(self.full_days(request, elsewhere));
        for (id, session) in begun {
            cuts.extend(self.order(request, duration, id, session));
            if self.apart.contains(&((*id).min(&request.id), (*id).max(&request.id))) {
                cuts.extend(self.cell(session).map(|cell| self.day(cell)));
            }
        }
        cuts.sort_unstable();
        cuts
    }

    /// Where somebody of the request, or a group with pupils in common, would be in the other class, or somebody have
    /// no break from it.
    fn people(&self, request: &Request, duration: u32, session: &Session) -> Option<Cut> {
        let shared = people(request).filter(|id| has(session, id)).map(|id| self.pause(id));
        let mut overlapping = request.groups.iter().flat_map(|id| self.situation.overlaps.with(id));
        let clash = overlapping.any(|id| session.groups.contains(id)).then_some(0);
        let pause = shared.chain(clash).max()?;
        Some(self.near(duration, pause, session.starts_at, session.ends_at))
    }

    /// The starts of a class that would touch this time, or come too near to it.
    fn near(&self, duration: u32, pause: u32, from: DateTime<Utc>, to: DateTime<Utc>) -> Cut {
        let (from, to) = cells_between(&self.grid, from, to);
        ((from + 1).saturating_sub(duration + pause), to + pause)
    }

    fn pause(&self, who: &Id) -> u32 {
        self.breaks.get(who).copied().unwrap_or(0)
    }

    /// Days on which somebody of the request has all the classes that they may have.
    fn full_days(&self, request: &Request, elsewhere: &[&Session]) -> Vec<Cut> {
        let mut cuts = Vec::new();
        for (id, most) in people(request).filter_map(|id| Some((id, *self.most.get(id)?))) {
            let mut counts: HashMap<Cut, u32> = HashMap::new();
            for session in elsewhere.iter().filter(|session| has(session, id)) {
                if let Some(cell) = self.cell(session) {
                    *counts.entry(self.day(cell)).or_default() += 1;
                }
            }
            cuts.extend(counts.into_iter().filter(|(_, count)| *count >= most).map(|(day, _)| day));
        }
        cuts
    }

    fn order(&self, request: &Request, duration: u32, id: &Id, session: &Session) -> Option<Cut> {
        let (from, to) = cells_between(&self.grid, session.starts_at, session.ends_at);
        if let Some(follows) = request.rules.after.iter().find(|follows| follows.request == *id) {
            return Some((0, to + self.grid.cells_of(follows.gap_minutes)));
        }
        let second = self.requests.get(id)?;
        let follows = second.rules.after.iter().find(|follows| follows.request == request.id)?;
        let gap = self.grid.cells_of(follows.gap_minutes);
        Some(((from + 1).saturating_sub(duration + gap), self.grid.cells + 1))
    }

    /// Puts the rules into the solver's round, as far as they concern its requests.
    pub fn put_into(&self, round: &mut solver::Round) {
        let index: HashMap<String, usize> =
            round.requests.iter().enumerate().map(|(index, request)| (request.id.to_string(), index)).collect();
        for request in &mut round.requests {
            let Some(known) = self.requests.get(&Id::from(&*request.id)) else { continue };
            let after = known.rules.after.iter().filter(|follows| index.contains_key(follows.request.as_str()));
            let after = after.map(|follows| solver::After {
                request: follows.request.as_str().into(),
                gap: self.grid.cells_of(follows.gap_minutes),
            });
            request.after = after.collect();
        }
        for (a, b) in &self.apart {
            let (Some(first), Some(second)) = (index.get(a.as_str()), index.get(b.as_str())) else { continue };
            let name: solver::Name = format!("apart/{a}/{b}").into();
            for at in [first, second] {
                if let Some(request) = round.requests.get_mut(*at) {
                    request.exclusive = request.exclusive.iter().cloned().chain([name.clone()]).collect();
                }
            }
            round.exclusives.push(solver::Exclusive { id: name, break_cells: 0, most: Some(1) });
        }
        let named: HashSet<&str> = round.requests.iter().flat_map(|r| r.exclusive.iter().map(|name| &**name)).collect();
        let ids: BTreeSet<&Id> = self.breaks.keys().chain(self.most.keys()).copied().collect();
        for id in ids {
            for name in exclusives(std::slice::from_ref(id), std::slice::from_ref(id), &Overlaps::default()) {
                let (break_cells, most) = (self.pause(id), self.most.get(id).copied());
                if named.contains(&*name) && (break_cells > 0 || most.is_some()) {
                    round.exclusives.push(solver::Exclusive { id: name, break_cells, most });
                }
            }
        }
        if round.exclusives.iter().any(|rule| rule.most.is_some()) {
            round.days.clone_from(&self.days);
        }
    }

    /// Classes that stay where they are, as far as they count for the most classes a day: a cell each. What is not
    /// sound among them (two at once) is left out, or no plan could be.
    pub fn counted(&self, elsewhere: &[&Session]) -> Vec<solver::Request> {
        let mut placed: HashMap<&Id, Vec<u32>> = HashMap::new();
        let mut out = Vec::new();
        for session in elsewhere {
            let Some(cell) = self.cell(session) else { continue };
            let (mut teachers, mut groups) = (session.teachers.clone(), session.groups.clone());
            for people in [&mut teachers, &mut groups] {
                people.retain(|id| {
                    let Some((id, most)) = self.most.get_key_value(id) else { return false };
                    let apart = 1 + self.pause(id);
                    let cells = placed.entry(id).or_default();
                    let of_day = cells.iter().filter(|other| self.day(**other) == self.day(cell)).count();
                    let fits = cells.iter().all(|other| other.abs_diff(cell) >= apart) && of_day < *most as usize;
                    if fits {
                        cells.push(cell);
                    }
                    fits
                });
            }
            if !teachers.is_empty() || !groups.is_empty() {
                out.push(solver::Request {
                    id: session_name(&session.id).into(),
                    exclusive: exclusives(&teachers, &groups, &Overlaps::default()),
                    connections: session.connections,
                    duration: 1,
                    current: Some(cell),
                    pinned: true,
                    ..solver::Request::default()
                });
            }
        }
        out
    }

    /// The cell in which a session starts, if the grid holds it.
    fn cell(&self, session: &Session) -> Option<u32> {
        let held = session.starts_at >= self.grid.start && session.starts_at < self.grid.end();
        held.then(|| cells_between(&self.grid, session.starts_at, session.ends_at).0)
    }

    /// The day in which a class belongs that starts at `cell`.
    fn day(&self, cell: u32) -> Cut {
        let next = self.days.partition_point(|first| *first <= cell);
        let first = next.checked_sub(1).and_then(|day| self.days.get(day)).copied().unwrap_or(0);
        (first, self.days.get(next).copied().unwrap_or(self.grid.cells))
    }
}

/// The first cell of each local day, rising from 0.
pub(super) fn local_days(grid: &Grid, zone: Tz) -> Vec<u32> {
    let first = grid.start.with_timezone(&zone).date_naive() + Duration::days(1);
    let step = i64::from(grid.step_minutes.max(1));
    let begins = first.iter_days().map(|day| day_start(zone, day)).take_while(|at| *at < grid.end());
    let cells = begins.filter_map(|at| u32::try_from(((at - grid.start).num_minutes() + step - 1) / step).ok());
    let mut days: Vec<u32> = std::iter::once(0).chain(cells).collect();
    days.dedup();
    days
}

fn people(request: &Request) -> impl Iterator<Item = &Id> {
    request.teachers.iter().chain(&request.groups)
}

fn has(session: &Session, id: &Id) -> bool {
    session.teachers.contains(id) || session.groups.contains(id)
}
