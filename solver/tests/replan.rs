//! A plan that starts from a published one: who moves gains by it, or makes room.
#![allow(clippy::expect_used, clippy::panic, reason = "tests say what must hold by failing")]

mod common;

use common::*;
use creneau_solver::*;
use proptest::prelude::*;

/// The round with `plan` as published, each move at this cost, and something new: limits are lower by some per cent.
fn republished(round: &Round, plan: &Plan, move_cost: u64, per_cent: u32) -> Round {
    let mut round = round.clone();
    for (request, session) in round.requests.iter_mut().zip(&plan.sessions) {
        (request.current, request.move_cost, request.pinned) = (session.start, move_cost, false);
    }
    for pool in &mut round.pools {
        pool.limit = pool.limit * per_cent / 100;
        pool.except.iter_mut().for_each(|part| part.limit = part.limit * per_cent / 100);
    }
    round
}

/// The moved classes that could have stayed, with all others where they are, for no more than they cost now.
fn moved_for_nothing(round: &Round, plan: &Plan) -> Vec<Name> {
    let objective = check(round, plan).objective;
    let could_stay = |index: &usize| {
        let mut plan = plan.clone();
        plan.objective = None;
        (plan.bound, plan.certificate) = (None, None);
        plan.sessions[*index].start = round.requests[*index].current;
        let report = check(round, &plan);
        report.is_feasible() && report.objective <= objective
    };
    let is_moved = |index: &usize| {
        let current = round.requests[*index].current;
        current.is_some() && current != plan.sessions[*index].start
    };
    let moved = (0..round.requests.len()).filter(is_moved).filter(could_stay);
    moved.map(|index| round.requests[index].id.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn only_those_move_that_gain_or_must(
        round in rounds(Size { rules: true, ..SMALL }),
        move_cost in prop::sample::select(vec![0_u64, 1, 6, 500]),
        per_cent in 60..=100_u32,
        iterations in prop::sample::select(vec![0_u64, 10, 2000]),
    ) {
        let first = solved(&round, &options(Method::Search, 500));
        let round = republished(&round, &first.plan, move_cost, per_cent);
        let again = Options { warm_start: Some(&first.plan), ..options(Method::Search, iterations) };
        let second = solved(&round, &again);
        let report = check(&round, &second.plan);
        prop_assert!(report.is_feasible(), "{:?}", report.violations);
        prop_assert_eq!(Some(report.objective), second.plan.objective);
        prop_assert_eq!(moved_for_nothing(&round, &second.plan), Vec::<Name>::new());
    }
}

#[test]
fn two_classes_that_changed_places_for_nothing_change_back() {
    let class = |id: &str, current: u32| Request {
        current: Some(current),
        ..request(id, &["p"], &["teacher"], 5, 5, vec![StartRange { per_cell: 0, ..around(0, 5, 0) }])
    };
    let round = round(10, vec![pool("p", None, 9)], vec![class("a", 0), class("b", 5)]);
    // Neither can go back alone, and the plan costs nothing: no step of a search would change it.
    let sessions = [("a", 5), ("b", 0)].map(|(id, start)| Session { request: id.into(), start: Some(start) });
    let plan =
        Plan { round: "test".into(), sessions: sessions.into(), objective: None, bound: None, certificate: None };
    let again = Options { warm_start: Some(&plan), ..options(Method::Search, 0) };
    let starts: Vec<_> = solved(&round, &again).plan.sessions.iter().map(|session| session.start).collect();
    assert_eq!(starts, [Some(0), Some(5)]);
}

/// Schools on one platform, more than one block holds: nobody goes back into an hour that others have filled.
#[test]
fn who_goes_back_leaves_the_pools_that_all_share_within_their_limits() {
    let mut requests = Vec::new();
    for school in 0..90 {
        for class in 0..50 {
            let group = format!("{school}/g{}", class % 9);
            let options = vec![around(0, 110, 24 + class % 7)];
            requests.push(request(&format!("{school}/{class}"), &["platform"], &[&group], 20, 9, options));
        }
    }
    let round = round(120, vec![pool("platform", None, 90 * 100)], requests);
    let first = solved(&round, &options(Method::Search, 20_000)).plan;
    let round = republished(&round, &first, 1, 90);
    let again = Options { warm_start: Some(&first), ..options(Method::Search, 20_000) };
    let second = solved(&round, &again).plan;
    let report = check(&round, &second);
    assert!(report.is_feasible(), "{:?}", report.violations);
    assert_eq!(second.objective, Some(report.objective));
    let moved = |request: &Request, session: &Session| request.current != session.start;
    let moved =
        round.requests.iter().zip(&second.sessions).filter(|(request, session)| moved(request, session)).count();
    assert!(moved > 0, "the limit is lower");
}
