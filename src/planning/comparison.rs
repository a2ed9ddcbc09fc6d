//! Two plans of a round side by side.

use super::{
    names::{Moment, Named, Names},
    problem::Situation,
};
use crate::domain::{
    id::Id,
    round::{Plan, PlannedStart, Request},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use utoipa::ToSchema;

/// Two plans side by side: what changes from the first to the second.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Comparison {
    /// The first plan.
    pub from: PlanSide,
    /// The second.
    pub to: PlanSide,
    /// The classes that are elsewhere in the second plan, those that lose most first.
    pub classes: Vec<ClassDifference>,
    /// What it means to each teacher who has a request in one of them, by name.
    pub teachers: Vec<TeacherDifference>,
}

/// A plan in a few numbers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanSide {
    /// The plan.
    pub plan: Id,
    /// The sum of the costs of all requests by their wishes alone.
    pub objective: u64,
    /// What the solver made least: with weights, and what moving classes cost.
    pub weighted_objective: f64,
    /// No plan can have a lower weighted objective.
    pub bound: Option<f64>,
    /// Requests that it knows.
    pub requests: usize,
    /// Those of them that it leaves without a class.
    pub unplaced: usize,
    /// Those that have their first choice.
    pub first_choices: usize,
}

/// A class that is elsewhere.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClassDifference {
    /// The request.
    pub request: Id,
    /// Its name in the round.
    pub reference: String,
    /// What the class is called.
    pub title: String,
    /// Who teaches.
    pub teachers: Vec<Named>,
    /// Who attends.
    pub groups: Vec<Named>,
    /// Where the first plan has it; nothing for no class.
    pub from: Option<Moment>,
    /// Where the second has it.
    pub to: Option<Moment>,
    /// What it costs in the first; nothing if that plan does not know the request.
    pub cost_before: Option<u64>,
    /// What it costs in the second.
    pub cost_after: Option<u64>,
}

/// What two plans mean to a teacher.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TeacherDifference {
    /// Who.
    pub teacher: Named,
    /// Requests in which they teach.
    pub requests: usize,
    /// Minutes between the starts that they want most and those of their classes in the first plan, all together.
    pub minutes_before: u64,
    /// The same of the second plan.
    pub minutes_after: u64,
    /// Requests that the first plan leaves without a class; they are in no minutes.
    pub unplaced_before: usize,
    /// The same of the second plan.
    pub unplaced_after: usize,
    /// Classes that are elsewhere in the second.
    pub changed: usize,
}

/// Compares two plans of the situation's round; requests that are not there any more are left out.
pub fn comparison(situation: &Situation, from: &Plan, to: &Plan, names: &Names) -> Comparison {
    let step = situation.round.step_minutes;
    let (before, after) = (by_request(from), by_request(to));
    let cost = |starts: &Starts<'_>, request: &Request| Some(request.planned_cost(*starts.get(&request.id)?, step));
    let mut classes = Vec::new();
    let mut teachers: BTreeMap<(&str, &Id), TeacherDifference> = BTreeMap::new();
    for request in &situation.requests {
        let (old, new) = (before.get(&request.id).copied(), after.get(&request.id).copied());
        if old.is_none() && new.is_none() {
            continue;
        }
        let is_changed = old.flatten() != new.flatten();
        if is_changed {
            classes.push(ClassDifference {
                request: request.id.clone(),
                reference: request.reference.clone(),
                title: request.title.clone(),
                teachers: names.teachers(&request.teachers),
                groups: names.groups(&request.groups),
                from: old.flatten().map(|at| names.moment(at)),
                to: new.flatten().map(|at| names.moment(at)),
                cost_before: cost(&before, request),
                cost_after: cost(&after, request),
            });
        }
        let minutes = |start: Option<DateTime<Utc>>| start.map_or(0, |at| u64::from(request.minutes_off(at)));
        for id in &request.teachers {
            let teacher = teachers.entry((names.teacher(id), id)).or_insert_with(|| TeacherDifference {
                teacher: Named { id: id.clone(), name: names.teacher(id).to_owned() },
                requests: 0,
                minutes_before: 0,
                minutes_after: 0,
                unplaced_before: 0,
                unplaced_after: 0,
                changed: 0,
            });
            teacher.requests += 1;
            teacher.minutes_before += minutes(old.flatten());
            teacher.minutes_after += minutes(new.flatten());
            teacher.unplaced_before += usize::from(old == Some(None));
            teacher.unplaced_after += usize::from(new == Some(None));
            teacher.changed += usize::from(is_changed);
        }
    }
    let loss = |class: &ClassDifference| {
        i128::from(class.cost_after.unwrap_or(0)) - i128::from(class.cost_before.unwrap_or(0))
    };
    classes.sort_by_key(|class| (std::cmp::Reverse(loss(class)), class.reference.clone()));
    Comparison {
        from: side(situation, from, &before),
        to: side(situation, to, &after),
        classes,
        teachers: teachers.into_values().collect(),
    }
}

type Starts<'a> = HashMap<&'a Id, Option<DateTime<Utc>>>;

fn by_request(plan: &Plan) -> Starts<'_> {
    plan.starts.iter().map(|PlannedStart { request, starts_at, .. }| (request, *starts_at)).collect()
}

fn side(situation: &Situation, plan: &Plan, starts: &Starts<'_>) -> PlanSide {
    let step = situation.round.step_minutes;
    let is_first = |request: &&Request| {
        let at = starts.get(&request.id).copied().flatten();
        at.is_some_and(|at| request.cost_at(at, step) <= request.best_cost(step))
    };
    PlanSide {
        plan: plan.id.clone(),
        objective: plan.objective,
        weighted_objective: plan.weighted_objective,
        bound: plan.bound,
        requests: starts.len(),
        unplaced: starts.values().filter(|start| start.is_none()).count(),
        first_choices: situation.requests.iter().filter(is_first).count(),
    }
}
