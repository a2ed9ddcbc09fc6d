//! Reads all that a plan of a round depends on.

use super::AppResult;
use crate::{
    domain::{
        id::Id,
        people::{Overlaps, School},
        round::Round,
        session::Session,
        share::Others,
    },
    planning::{names::Names, problem::Situation, terms::Terms},
    store::{self, Conn},
};
use chrono::Utc;
use std::collections::{HashMap, HashSet};

/// All that a plan of the round depends on.
pub(super) fn situation(conn: &mut Conn, round: &Round) -> AppResult<Situation> {
    let school = store::schools::get(conn, &round.school)?;
    let pools = store::pools::of_school(conn, &school.id)?;
    let requests = store::requests::of_round(conn, &round.id)?;
    let published = store::sessions::of_round(conn, &round.id)?;
    let own: HashSet<&str> = published.iter().map(|session| session.id.as_str()).collect();
    let left_out = match &round.published_plan {
        None => HashSet::new(),
        Some(plan) => {
            let plan = store::plans::get(conn, plan)?;
            let unplaced = plan.starts.into_iter().filter(|start| start.starts_at.is_none());
            unplaced.map(|start| start.request).collect()
        }
    };
    let elsewhere: Vec<Session> = store::sessions::taking_place(conn, &school.id, round.starts_at, round.ends_at)?
        .into_iter()
        .filter(|session| !own.contains(session.id.as_str()))
        .collect();
    let uses = store::usage::seen_by(conn, &school.id, &pools, (round.starts_at, round.ends_at))?;
    let away = store::sessions::elsewhere(conn, &school.id, round.starts_at, round.ends_at, Utc::now())?;
    let overlaps = Overlaps::of(&store::groups::list(conn, &school.id)?);
    let (round, terms) = (round.clone(), Terms::default());
    Ok(Situation { school, pools, round, requests, published, left_out, elsewhere, away, overlaps, uses, terms })
}

/// The other schools of those of its pools that are shared out, by pool: needed where limits would be others.
pub(super) fn others(conn: &mut Conn, situation: &Situation) -> AppResult<HashMap<Id, Others>> {
    let stretch = (situation.round.starts_at, situation.round.ends_at);
    Ok(store::shares::others(conn, &situation.school.id, &situation.pools, stretch)?)
}

/// What the school's people are called: all that a class says of itself.
pub(super) fn people(conn: &mut Conn, school: &School) -> AppResult<Names> {
    let teachers = store::teachers::list(conn, &school.id)?;
    let groups = store::groups::list(conn, &school.id)?;
    Ok(Names::new(school, &teachers, &groups, &[]))
}

/// What the school's people and pools are called.
pub(super) fn names(conn: &mut Conn, school: &School) -> AppResult<Names> {
    let teachers = store::teachers::list(conn, &school.id)?;
    let groups = store::groups::list(conn, &school.id)?;
    let pools = store::pools::of_school(conn, &school.id)?;
    Ok(Names::new(school, &teachers, &groups, &pools))
}
