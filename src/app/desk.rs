//! What somebody needs in front of them to enter wishes: the round, what everybody wishes so far, how full that makes
//! each hour, and what the published plan gave.

use super::{
    App, AppResult,
    directory::Directory,
    rounds::visible,
    sessions::SessionView,
    situation,
    week::{Load, steps},
};
use crate::{
    domain::{
        access::Principal,
        capacity::Pool,
        id::Id,
        people::School,
        round::{Request, Round},
    },
    planning::{
        explanation::{self, WishOverload},
        room::Room,
    },
    store,
};
use chrono::Duration;
use std::collections::HashSet;

/// A round as those who enter wishes need it.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The school.
    pub school: School,
    /// Its groups and teachers.
    pub directory: Directory,
    /// The round.
    pub round: Round,
    /// Every wish in it, in the order of entry.
    pub requests: Vec<Request>,
    /// How full the wishes, each at its first choice, make the school's own pool; nothing when it has none.
    pub wished: Option<Load>,
    /// The round's published classes, by start.
    pub sessions: Vec<SessionView>,
    /// Before a plan is published: the wishes of which none can place all.
    pub overloads: Vec<WishOverload>,
    /// The teachers who want nothing this time.
    pub nothing: HashSet<Id>,
}

impl App {
    /// The wishes of a round of which no plan can place all.
    ///
    /// # Errors
    /// `NotFound`, also for a round of another school.
    pub async fn wish_overloads(&self, who: &Principal, round: &Id) -> AppResult<Vec<WishOverload>> {
        let (who, round, now) = (who.clone(), round.clone(), self.now());
        let (situation, names) = self
            .store
            .read(move |conn| -> AppResult<_> {
                let round = visible(conn, &who, &round)?;
                let school = store::schools::get(conn, &round.school)?;
                Ok((situation::situation(conn, &round)?, situation::names(conn, &school)?))
            })
            .await?;
        self.think(move || explanation::overloads(&situation, &names, now)).await
    }

    /// A round as those who enter wishes need it.
    ///
    /// # Errors
    /// `NotFound`, also for a round of another school.
    pub async fn desk(&self, who: &Principal, round: &Id) -> AppResult<Desk> {
        let (who, round, now) = (who.clone(), round.clone(), self.now());
        let (desk, names, situation) = self
            .store
            .read(move |conn| -> AppResult<_> {
                let round = visible(conn, &who, &round)?;
                let school = store::schools::get(conn, &round.school)?;
                let names = situation::names(conn, &school)?;
                let requests = store::requests::of_round(conn, &round.id)?;
                let own = store::pools::of_school(conn, &school.id)?.into_iter().next();
                let own = match own {
                    Some(pool) if store::pools::is_own(conn, &pool.id)? => Some(pool),
                    _ => None,
                };
                let sessions = store::sessions::of_round(conn, &round.id)?;
                let situation = match round.is_published() {
                    true => None,
                    false => Some(situation::situation(conn, &round)?),
                };
                let groups = store::groups::list(conn, &school.id)?;
                let desk = Desk {
                    directory: Directory { groups, teachers: store::teachers::list(conn, &school.id)? },
                    wished: own.map(|pool| wished(&pool, &school, &round, &requests)),
                    sessions: sessions.iter().map(|session| SessionView::of(session, &names)).collect(),
                    nothing: store::rounds::wanting_nothing(conn, &round.id)?,
                    school,
                    round,
                    requests,
                    overloads: Vec::new(),
                };
                Ok((desk, names, situation))
            })
            .await?;
        let Some(situation) = situation else { return Ok(desk) };
        let overloads = self.think(move || explanation::overloads(&situation, &names, now)).await?;
        Ok(Desk { overloads, ..desk })
    }
}

/// The load of a pool when every wish has its first choice.
fn wished(pool: &Pool, school: &School, round: &Round, requests: &[Request]) -> Load {
    let (from, to) = (round.starts_at, round.ends_at);
    let mut room = Room::new(pool, from, to, school.zone());
    for request in requests {
        if let Some(start) = request.wished_start() {
            let length = Duration::minutes(i64::from(request.duration_minutes));
            room.add(start, start + length, request.connections);
        }
    }
    Load { pool: pool.id.clone(), name: pool.name.clone(), steps: steps(from, &room.load(from, to)) }
}
