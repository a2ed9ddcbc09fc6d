//! The rounds of several schools as one: what operators ask of a platform.

use super::{
    problem::{Purpose, Situation, pool_name, problem, solver_pool},
    room::Room,
    what_if::Standing,
};
use crate::domain::{capacity::Pool, share::Others};
use creneau_solver as solver;
use std::collections::HashMap;

/// Rounds of one stretch of time as one.
#[derive(Clone, Debug)]
pub struct Together {
    /// The requests of all, in the pools that concern.
    pub round: solver::Round,
    /// What stands in the pools besides the requests.
    pub standing: Standing,
    /// What people call the pools.
    pub names: Vec<String>,
}

/// Where the published classes of rounds that were put together are, as the solver knows it; other requests have no class.
pub fn published(together: &Together, situations: &[Situation]) -> solver::Plan {
    let sessions = situations.iter().flat_map(|situation| {
        let grid = situation.round.grid();
        let placed = situation.published.iter().filter(|session| session.takes_place());
        placed.filter_map(move |session| Some((session.request.as_ref()?.as_str(), grid.cell(session.starts_at)?)))
    });
    let starts: HashMap<&str, u32> = sessions.collect();
    let session = |request: &solver::Request| {
        let start = starts.get(&*request.id).copied();
        let start = start.filter(|start| request.options.iter().any(|option| option.allows(*start)));
        solver::Session { request: request.id.clone(), start }
    };
    let sessions = together.round.requests.iter().map(session).collect();
    solver::Plan { round: together.round.name.clone(), sessions, objective: None, bound: None, certificate: None }
}

/// Puts rounds of the same days and steps together, with those of their pools that `concerns`: shared ones, whole. Nothing
/// when there is no round.
pub fn together(situations: &[Situation], concerns: &dyn Fn(&Pool) -> bool) -> Option<Together> {
    let first = situations.first()?;
    let grid = first.round.grid();
    let mut pools: Vec<(Pool, Room)> = Vec::new();
    for situation in situations {
        let zone = situation.school.zone();
        for pool in situation.pools.iter().filter(|pool| concerns(pool)) {
            if pools.iter().any(|(known, _)| known.id == pool.id) {
                continue;
            }
            let pool = Pool { share: None, ..pool.clone() };
            let mut room = Room::new(&pool, grid.start, grid.end(), zone);
            situation.uses.iter().filter(|taken| taken.pool == pool.id).for_each(|taken| room.add_use(taken));
            pools.push((pool, room));
        }
    }
    // What is published of these rounds is what is planned here.
    for (pool, room) in &mut pools {
        let using = situations.iter().filter(|one| one.pools.iter().any(|other| other.id == pool.id));
        let sessions = using.flat_map(|one| &one.published).filter(|session| session.takes_place());
        sessions.for_each(|session| room.remove_of_others(session.starts_at, session.ends_at, session.connections));
    }
    let (mut requests, mut exclusives, mut days) = (Vec::new(), Vec::new(), Vec::new());
    for situation in situations {
        let names: Vec<solver::Name> = (situation.pools.iter().filter(|pool| concerns(pool)))
            .map(|pool| pool_name(&pool.id).as_str().into())
            .collect();
        let own = problem(situation, Purpose::Explain).round;
        exclusives.extend(own.exclusives);
        days = own.days;
        let asked = own.requests.into_iter().filter(|request| !request.options.is_empty());
        requests.extend(asked.map(|request| solver::Request { pools: names.clone().into(), ..request }));
    }
    let solver_pools: Vec<solver::Pool> = pools.iter().map(|(_, room)| solver_pool(room, &grid)).collect();
    let names = pools.iter().map(|(pool, _)| pool.name.clone()).collect();
    Some(Together {
        names,
        round: solver::Round {
            version: solver::round::VERSION,
            name: "together".to_owned(),
            horizon: solver::Horizon {
                start: grid.start.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
                step_minutes: grid.step_minutes,
                cells: grid.cells,
            },
            days,
            pools: solver_pools,
            exclusives,
            requests,
        },
        // Pools are whole here: nobody's part is anybody else's.
        standing: Standing::new(grid, pools.into_iter().map(|(pool, room)| (pool, room, Others::default()))),
    })
}
