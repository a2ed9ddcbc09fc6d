//! A plan as those who run a school look at it: where each class would be and wished to be, and how full the school's
//! own pool would be before and after.

use super::{
    App, AppResult,
    directory::Directory,
    pins,
    plans::{PlanSummary, visible_plan},
    rounds::may_run,
    sessions::Named,
    situation,
    week::{Load, steps},
};
use crate::{
    domain::{
        access::Principal,
        capacity::Pool,
        id::Id,
        people::School,
        round::{Plan, Request, Round},
    },
    planning::{
        names::Moment,
        problem::{Situation, fingerprint},
        room::Room,
    },
    store,
};
use chrono::{DateTime, Duration, Utc};
use std::collections::HashMap;

/// A plan with all that is shown of it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The school.
    pub school: School,
    /// Its groups and teachers.
    pub directory: Directory,
    /// The round.
    pub round: Round,
    /// The plan in a few numbers.
    pub summary: PlanSummary,
    /// Its classes, by start; those without one come last.
    pub classes: Vec<DraftClass>,
    /// How full the school's own pool would be; nothing when it has none.
    pub load: Option<DraftLoad>,
}

/// A class of a plan.
#[derive(Clone, Debug)]
pub struct DraftClass {
    /// The request.
    pub request: Id,
    /// What it is called.
    pub title: String,
    /// Who teaches.
    pub teachers: Vec<Named>,
    /// Who attends.
    pub groups: Vec<Named>,
    /// Its length.
    pub duration_minutes: u32,
    /// Where it would like to be most.
    pub wished: Option<Moment>,
    /// Where the plan has it; nothing for no class.
    pub start: Option<Moment>,
    /// Whether the plan costs it more than its best start would.
    pub is_disappointed: bool,
    /// Where an admin has fixed it, by now.
    pub pin: Option<Moment>,
}

/// A pool before and after a plan.
#[derive(Clone, Debug)]
pub struct DraftLoad {
    /// With every class at its first choice.
    pub wished: Load,
    /// As the plan has it.
    pub planned: Load,
    /// When the round ends, and the last step.
    pub ends_at: DateTime<Utc>,
}

impl App {
    /// A plan as those who run the school look at it.
    ///
    /// # Errors
    /// `NotFound`, also for a plan of another school; `Forbidden` for teachers.
    pub async fn draft(&self, who: &Principal, plan: &Id) -> AppResult<Draft> {
        let (who, id) = (who.clone(), plan.clone());
        self.store
            .read(move |conn| {
                let (plan, round) = visible_plan(conn, &who, &id)?;
                may_run(&who, &round.school, "look at drafts")?;
                let situation = situation::situation(conn, &round)?;
                let names = situation::names(conn, &situation.school)?;
                let fixed = pins::starts(conn, &round)?;
                let starts = starts(&plan);
                let class = |request: &Request| {
                    let start = starts.get(&request.id).copied();
                    let step = round.step_minutes;
                    DraftClass {
                        request: request.id.clone(),
                        title: request.title.clone(),
                        teachers: names.teachers(&request.teachers),
                        groups: names.groups(&request.groups),
                        duration_minutes: request.duration_minutes,
                        wished: request.wished_start().map(|at| names.moment(at)),
                        start: start.map(|at| names.moment(at)),
                        is_disappointed: request.planned_cost(start, step) > request.best_cost(step),
                        pin: fixed.get(&request.id).map(|at| names.moment(*at)),
                    }
                };
                let mut classes: Vec<DraftClass> = situation.requests.iter().map(class).collect();
                classes.sort_by_key(|class| (class.start.is_none(), class.start.map(|at| at.utc), class.title.clone()));
                let own = match situation.pools.first() {
                    Some(pool) if store::pools::is_own(conn, &pool.id)? => Some(pool),
                    _ => None,
                };
                let groups = store::groups::list(conn, &round.school)?;
                Ok(Draft {
                    directory: Directory { groups, teachers: store::teachers::list(conn, &round.school)? },
                    summary: PlanSummary::of(&plan, &round, &fingerprint(&situation)),
                    load: own.map(|pool| load(pool, &situation, &starts)),
                    school: situation.school,
                    classes,
                    round,
                })
            })
            .await
    }
}

fn starts(plan: &Plan) -> HashMap<Id, DateTime<Utc>> {
    plan.starts.iter().filter_map(|start| Some((start.request.clone(), start.starts_at?))).collect()
}

/// The pool with the school's other classes, and those of the round at their wishes and where the plan has them.
fn load(pool: &Pool, situation: &Situation, starts: &HashMap<Id, DateTime<Utc>>) -> DraftLoad {
    let (from, to) = (situation.round.starts_at, situation.round.ends_at);
    let mut room = Room::new(pool, from, to, situation.school.zone());
    for session in &situation.elsewhere {
        room.add(session.starts_at, session.ends_at, session.connections);
    }
    let with = |start: &dyn Fn(&Request) -> Option<DateTime<Utc>>| {
        let mut room = room.clone();
        for request in &situation.requests {
            if let Some(at) = start(request) {
                room.add(at, at + Duration::minutes(i64::from(request.duration_minutes)), request.connections);
            }
        }
        Load { pool: pool.id.clone(), name: pool.name.clone(), steps: steps(from, &room.load(from, to)) }
    };
    let wished = with(&|request| request.wished_start());
    DraftLoad { wished, planned: with(&|request| starts.get(&request.id).copied()), ends_at: to }
}
