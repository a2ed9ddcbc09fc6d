//! Whether pins can be kept: what stands against each of them, all others being where they are fixed.

use super::{
    answer::planned,
    explanation::{Words, titles},
    names::Names,
    obstacle::Obstacle,
    problem::{Purpose, Situation, problem},
};
use crate::domain::{id::Id, session::SessionState};
use chrono::{DateTime, Utc};
use creneau_solver as solver;
use std::collections::{BTreeMap, HashMap};

/// What stands against the situation's pins: limits, people who are in another class, other rules. Pins that can be kept
/// are not in it.
pub fn obstacles(situation: &Situation, names: &Names, now: DateTime<Utc>) -> BTreeMap<Id, Vec<Obstacle>> {
    let problem = problem(situation, Purpose::Explain);
    let begun: HashMap<&Id, DateTime<Utc>> = situation
        .published
        .iter()
        .filter(|session| session.state == SessionState::Confirmed && session.starts_at <= now)
        .filter_map(|session| Some((session.request.as_ref()?, session.starts_at)))
        .collect();
    let pins = &situation.terms.pins;
    let fixed = planned(&problem, |request| begun.get(request).or_else(|| pins.get(request)).copied());
    let explainer = solver::explain(&problem.round, &fixed);
    let titles = titles(situation);
    let words = Words { grid: problem.grid, names, titles: &titles };
    let of_pin = |(id, at): (&Id, &DateTime<Utc>)| {
        let request = situation.requests.iter().find(|request| request.id == *id)?;
        let blockers = explainer.blockers_at(id.as_str(), problem.grid.cell(*at)?)?;
        let obstacles: Vec<Obstacle> = blockers.iter().map(|blocker| words.obstacle(request, blocker)).collect();
        (!obstacles.is_empty()).then(|| (id.clone(), obstacles))
    };
    pins.iter().filter(|(request, _)| !begun.contains_key(request)).filter_map(of_pin).collect()
}
