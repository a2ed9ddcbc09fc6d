//! Whether pins can be kept: what stands against each of them, all others being where they are fixed.

use super::{
    answer::planned,
    explanation::{Words, titles},
    names::Names,
    obstacle::Obstacle,
    problem::{Purpose, Situation, problem},
};
use crate::domain::{hours::touched, id::Id};
use chrono::{DateTime, Duration, Utc};
use creneau_solver as solver;
use std::collections::{BTreeMap, HashMap};

/// What stands against the situation's pins: limits, people who are in another class, other rules. Pins that can be kept
/// are not in it.
pub fn obstacles(situation: &Situation, names: &Names, now: DateTime<Utc>) -> BTreeMap<Id, Vec<Obstacle>> {
    let problem = problem(situation, Purpose::Explain);
    let begun: HashMap<&Id, DateTime<Utc>> =
        situation.begun(now).into_iter().map(|(request, session)| (request, session.starts_at)).collect();
    let pins = &situation.terms.pins;
    let fixed = planned(&problem, |request| begun.get(request).or_else(|| pins.get(request)).copied());
    let explainer = solver::explain(&problem.round, &fixed);
    let titles = titles(situation);
    let words = Words { grid: problem.grid, names, titles: &titles, others: &situation.others() };
    let of_pin = |(id, at): (&Id, &DateTime<Utc>)| {
        let request = situation.requests.iter().find(|request| request.id == *id)?;
        let blockers = explainer.blockers_at(id.as_str(), problem.grid.cell(*at)?)?;
        let mut obstacles: Vec<Obstacle> = blockers.iter().map(|blocker| words.obstacle(request, blocker)).collect();
        // What the wishes alone do not tell: a pin may lie outside its wish.
        let (zone, ends_at) = (situation.school.zone(), *at + Duration::minutes(i64::from(request.duration_minutes)));
        let impossible = touched(&request.rules.impossible_hours, zone, *at, ends_at);
        obstacles.extend(impossible.map(|hours| Obstacle::impossible(&hours.reason, *at, names)));
        let opening = situation.school.opening();
        let closed = opening.closed_between(*at, ends_at).into_iter();
        obstacles.extend(closed.map(|(day, reasons)| Obstacle::closed(opening.closed_message(day, &reasons).0, *at)));
        (!obstacles.is_empty()).then(|| (id.clone(), obstacles))
    };
    pins.iter().filter(|(request, _)| !begun.contains_key(request)).filter_map(of_pin).collect()
}
