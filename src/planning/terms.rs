//! What a plan is made with besides the wishes: pins, weights, and classes that had better stay where they are.

use super::problem::Situation;
use crate::domain::{
    fairness::USUAL,
    id::Id,
    round::{Plan, PlannedStart, Request},
    session::Session,
};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// What moving a class costs when nobody says it: as much as half an hour's move, so that a new plan moves few.
pub const MOVE: u32 = 6;

/// What a plan is made with besides the wishes.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// Requests that are fixed, and where.
    pub pins: HashMap<Id, DateTime<Utc>>,
    /// How much a request's cost counts, in tenths; the usual 10 for one that is not here.
    pub weights: HashMap<Id, u32>,
    /// The plan that is changed as little as is asked for; without it the published classes are where they are.
    pub keep: Option<Keep>,
}

/// Where classes are, and what it costs to move them from there.
#[derive(Clone, Debug)]
pub struct Keep {
    /// Where each is.
    pub starts: HashMap<Id, DateTime<Utc>>,
    /// What moving one costs.
    pub move_cost: MoveCost,
}

/// What moving a class costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoveCost {
    /// So much, in units of cost.
    Of(u32),
    /// More than any class could gain by it: a class moves only where it must, or to make room for one that would have
    /// none.
    MoreThanItGains,
}

impl Terms {
    /// What is known of the terms of a plan that was made: the starts that its wishes need not allow. Those are the pins, and
    /// where people had put classes that it left there.
    pub fn of_plan(plan: &Plan, situation: &Situation) -> Self {
        let is_chosen = |start: &PlannedStart| {
            let session = situation.session(&start.request);
            session.and_then(Session::chosen_start).is_some_and(|at| start.starts_at == Some(at))
        };
        let fixed = plan.starts.iter().filter(|start| start.pinned || is_chosen(start));
        let pins = fixed.filter_map(|start| Some((start.request.clone(), start.starts_at?)));
        Self { pins: pins.collect(), ..Self::default() }
    }

    /// How many of the solver's units of cost are one: 1, or 10 where weights have tenths.
    pub fn scale(&self) -> u32 {
        if self.weights.values().all(|weight| *weight == USUAL) { 1 } else { USUAL }
    }

    /// A request's weight, in the solver's units.
    pub fn weight(&self, request: &Id) -> u32 {
        if self.scale() == 1 { 1 } else { self.tenths(request) }
    }

    /// A request's weight, in tenths.
    pub fn tenths(&self, request: &Id) -> u32 {
        self.weights.get(request).copied().unwrap_or(USUAL)
    }

    /// What moving one of these classes costs, in units of cost.
    ///
    /// No class can gain more by moving than it costs where it is. So with 1 more than the most that any of them costs,
    /// none moves for its own sake, nor do several. One may still move to make room for a class that had to go from where
    /// it was, or that had none.
    pub fn move_cost(&self, requests: &[Request], step_minutes: u32) -> u32 {
        let Some(keep) = &self.keep else { return MOVE };
        let cost = |request: &Request| Some(request.cost_at(*keep.starts.get(&request.id)?, step_minutes));
        match keep.move_cost {
            MoveCost::Of(cost) => cost,
            MoveCost::MoreThanItGains => {
                let most = requests.iter().filter_map(cost).max().unwrap_or(0);
                u32::try_from(most + 1).unwrap_or(u32::MAX)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planning::{
        answer::{self, Origin, solver_plan},
        names::Names,
        pins::obstacles,
        problem::{Problem, Purpose, Situation, problem},
        tests::situations,
    };
    use creneau_solver::{self as solver, Method, Options, Unlimited};
    use proptest::prelude::*;

    fn solved(situation: &Situation, start: Option<&Plan>) -> (Problem, Plan) {
        let problem = problem(situation, Purpose::Solve(situation.round.ends_at));
        let start = start.map(|plan| solver_plan(&problem, plan));
        let (budget, warm_start) = (&Unlimited, start.as_ref());
        let options =
            Options { seed: 1, threads: 1, iterations: Some(200), budget, warm_start, method: Method::Search };
        let solution = solver::solve(&problem.round, &options, &mut |_| {}).unwrap();
        assert!(solver::check(&problem.round, &solution.plan).is_feasible());
        let created_at = situation.round.created_at;
        let origin = Origin { id: "plan".into(), parent: None, seed: 1, limits: None, created_at };
        let plan = answer::plan(&problem, situation, &solution, origin);
        (problem, plan)
    }

    fn starts(plan: &Plan) -> HashMap<Id, DateTime<Utc>> {
        plan.starts.iter().filter_map(|start| Some((start.request.clone(), start.starts_at?))).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn with_the_least_change_only_what_makes_room_moves(mut situation in situations()) {
            let (_, first) = solved(&situation, None);
            let before = starts(&first);
            situation.terms.keep = Some(Keep { starts: before.clone(), move_cost: MoveCost::MoreThanItGains });
            let (_, second) = solved(&situation, Some(&first));
            let after = starts(&second);
            prop_assert!(second.unplaced <= first.unplaced);
            if second.unplaced == first.unplaced {
                prop_assert_eq!(after, before);
            }
        }

        #[test]
        fn weights_change_what_counts_and_not_what_is_read(
            mut situation in situations(),
            weights in prop::collection::vec(10_u32..=20, 14),
        ) {
            situation.requests.retain(|request| !request.windows.is_empty());
            let ids = situation.requests.iter().map(|request| request.id.clone());
            situation.terms.weights = ids.zip(weights).collect();
            let (_, plan) = solved(&situation, None);
            let explained = problem(&situation, Purpose::Explain);
            let by_wishes = solver::check(&explained.round, &solver_plan(&explained, &plan)).objective;
            prop_assert_eq!(plan.objective, by_wishes);
            let tenths = |request: &Request| u64::from(situation.terms.tenths(&request.id));
            let starts = starts(&plan);
            let cost = |request: &Request| request.planned_cost(starts.get(&request.id).copied(), situation.round.step_minutes);
            let weighted = situation.requests.iter().map(|one| tenths(one) * cost(one)).sum::<u64>() as f64 / 10.0;
            let moves = situation.requests.iter().map(|one| tenths(one) * u64::from(MOVE)).sum::<u64>() as f64 / 10.0;
            prop_assert!((weighted - 1e-9..=weighted + moves + 1e-9).contains(&plan.weighted_objective), "{weighted} {plan:?}");
            prop_assert!(plan.bound.is_none_or(|bound| bound <= plan.weighted_objective + 1e-6), "{plan:?}");
        }

        #[test]
        fn pins_against_which_nothing_stands_are_kept(mut situation in situations(), chosen in prop::collection::vec(any::<prop::sample::Index>(), 3)) {
            let starts: Vec<(Id, DateTime<Utc>)> =
                situation.requests.iter().filter_map(|one| Some((one.id.clone(), one.wished_start()?))).collect();
            prop_assume!(!starts.is_empty());
            situation.terms.pins = chosen.iter().map(|index| index.get(&starts).clone()).collect();
            let names = Names::new(&situation.school, &[], &[], &[]);
            let against = obstacles(&situation, &names, situation.round.created_at - chrono::Duration::days(1));
            situation.terms.pins.retain(|request, _| !against.contains_key(request));
            let (_, plan) = solved(&situation, None);
            let planned = self::starts(&plan);
            for (request, at) in &situation.terms.pins {
                prop_assert_eq!(planned.get(request), Some(at));
            }
            prop_assert_eq!(plan.starts.iter().filter(|start| start.pinned).count(), situation.terms.pins.len());
        }
    }

    #[test]
    fn what_has_no_place_yet_moves_for_the_usual() {
        assert_eq!(Terms::default().move_cost(&[], 5), MOVE);
        let keep = |move_cost| Terms { keep: Some(Keep { starts: HashMap::new(), move_cost }), ..Terms::default() };
        assert_eq!(keep(MoveCost::MoreThanItGains).move_cost(&[], 5), 1);
        assert_eq!(keep(MoveCost::Of(40)).move_cost(&[], 5), 40);
    }
}
