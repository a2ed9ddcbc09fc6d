//! Explanations name what stands against each better start, and what else is free.
#![allow(clippy::expect_used, clippy::panic, reason = "tests say what must hold by failing")]

mod common;

use common::*;
use creneau_solver::*;

/// Two classes of one teacher, and a third that fills the school.
fn example() -> (Round, Plan) {
    let requests = vec![
        request("a", &["school"], &["teacher"], 10, 4, vec![around(0, 20, 8)]),
        request("b", &["school"], &["teacher"], 10, 4, vec![around(0, 20, 8)]),
        request("c", &["school", "login"], &["other"], 15, 4, vec![around(0, 20, 8)]),
    ];
    let round = round(30, vec![pool("school", None, 20), pool("login", Some(2), 15)], requests);
    let session = |request: &str, start| Session { request: request.into(), start };
    let sessions = vec![session("a", Some(8)), session("b", Some(14)), session("c", None)];
    let plan = Plan { round: "test".into(), sessions, objective: None, bound: None, certificate: None };
    assert!(check(&round, &plan).is_feasible());
    (round, plan)
}

#[test]
fn blockers_are_named_cheapest_start_first() {
    let (round, plan) = example();
    let b = explain(&round, &plan).request("b").expect("b");
    assert_eq!((b.start, b.cost, b.best_cost), (Some(14), 6, 0));
    assert_eq!((b.better[0].start, b.better[0].cost), (8, 0));
    let held = Blocker::Exclusive { exclusive: "teacher".into(), cell: 8, held_by: "a".into() };
    assert_eq!(b.better[0].blockers, [held]);
    assert!(b.better.windows(2).all(|pair| pair[0].cost <= pair[1].cost));
    let free = b.better.iter().find(|better| better.blockers.is_empty()).expect("a free one");
    assert_eq!((free.start, free.cost), (4, 4), "right before a");
    assert_eq!((b.alternatives[0].start, b.alternatives[0].cost), (4, 4));
}

#[test]
fn a_full_pool_is_a_blocker_with_its_worst_cell() {
    let (round, plan) = example();
    let c = explain(&round, &plan).request("c").expect("c");
    assert_eq!((c.start, c.cost), (None, 1000));
    let full = Blocker::Pool { pool: "school".into(), cell: 8, used: 10, limit: 20, needed: 15 };
    assert_eq!(c.better[0].blockers, [full]);
    assert_eq!(c.alternatives[0], FreeStart { start: 4, cost: 4 });
    let json = serde_json::to_value(&c.better[0].blockers[0]).expect("JSON");
    assert_eq!(json["kind"], "pool");
}

#[test]
fn first_choices_need_no_explanation_and_strangers_have_none() {
    let (round, plan) = example();
    let explainer = explain(&round, &plan);
    assert!(explainer.request("a").expect("a").better.is_empty());
    assert_eq!(explainer.request("nobody"), None);
}

#[test]
fn breaks_full_days_and_the_order_are_blockers() {
    let (mut round, _) = example();
    round.days = vec![0, 15];
    round.exclusives = vec![Exclusive { id: "teacher".into(), break_cells: 2, most: Some(2) }];
    round.requests.push(request("d", &[], &["teacher"], 1, 2, vec![around(0, 28, 12)]));
    round.requests[3].after = [After { request: "c".into(), gap: 1 }].into();
    round.requests[0].after = [After { request: "d".into(), gap: 3 }].into();
    let sessions = [("a", Some(8)), ("b", Some(14)), ("c", Some(2)), ("d", None)];
    let sessions = sessions.map(|(request, start)| Session { request: request.into(), start });
    let plan =
        Plan { round: "test".into(), sessions: sessions.into(), objective: None, bound: None, certificate: None };
    assert!(check(&round, &plan).is_feasible(), "{:?}", check(&round, &plan).violations);
    let d = explain(&round, &plan).request("d").expect("d");
    let at =
        |start: u32| d.better.iter().find(|better| better.start == start).expect("a better start").blockers.clone();
    let exclusive = || Name::from("teacher");
    let day = |cell| Blocker::Day { exclusive: exclusive(), day: 0, cell, most: 2 };
    let late = Blocker::Order { other: "a".into(), cell: 8, comes_first: false, gap: 3 };
    let near = Blocker::Break { exclusive: exclusive(), cell: 8, held_by: "a".into(), needed: 2 };
    assert_eq!(at(12), [near.clone(), day(12), late.clone()]);
    let early = Blocker::Order { other: "c".into(), cell: 2, comes_first: true, gap: 1 };
    assert_eq!(at(5), [near, day(5), early, late.clone()]);
    assert_eq!(at(20), [late], "the next day, long after b");
    assert_eq!(serde_json::to_value(&at(20)[0]).expect("JSON")["kind"], "order");
}

#[test]
fn a_weight_multiplies_what_a_request_costs() {
    let (mut round, plan) = example();
    round.requests[1].weight = 3;
    let b = explain(&round, &plan).request("b").expect("b");
    assert_eq!((b.cost, b.better[1].cost), (18, 3));
}
