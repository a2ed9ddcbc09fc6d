//! Explanations name what stands against each better start, and what else is free.
#![allow(clippy::expect_used, clippy::panic, reason = "tests say what must hold by failing")]

mod common;

use common::*;
use creneau_solver::*;
use proptest::prelude::*;

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
    let full = Blocker::Pool { pool: "school".into(), cell: 8, used: 10, limit: 20, needed: 15, from: 8, to: 12 };
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
fn what_stands_against_any_start_can_be_asked() {
    let (round, plan) = example();
    let explainer = explain(&round, &plan);
    let held = Blocker::Exclusive { exclusive: "teacher".into(), cell: 10, held_by: "a".into() };
    assert_eq!(explainer.blockers_at("b", 10), Some(vec![held]));
    assert_eq!(explainer.blockers_at("b", 21), Some(vec![]), "though the request does not allow it");
    assert_eq!(explainer.blockers_at("nobody", 10), None);
}

#[test]
fn relief_is_what_limits_alone_forbid() {
    let (round, plan) = example();
    let explainer = explain(&round, &plan);
    let c = explainer.request("c").expect("c");
    let school = |by| Raise { pool: "school".into(), from: 8, to: 12, by };
    let relief = Relief { start: 8, cost: 0, saves: 1000, raises: vec![school(5)] };
    assert_eq!((c.relief, c.one_pool), (Some(relief.clone()), vec![relief]));
    let b = explainer.request("b").expect("b");
    assert_eq!((b.relief, b.one_pool), (None, vec![]), "no limit lets the teacher be in two classes");
}

#[test]
fn of_starts_that_cost_the_same_the_one_that_asks_for_least_is_the_relief() {
    let anywhere = |first, last| StartRange { per_cell: 0, ..around(first, last, first) };
    let requests = vec![
        request("a", &["school"], &[], 15, 2, vec![anywhere(0, 0)]),
        request("b", &["school"], &[], 12, 2, vec![anywhere(2, 2)]),
        request("c", &["school", "login"], &[], 10, 2, vec![anywhere(0, 2)]),
    ];
    let round = round(4, vec![pool("school", None, 20), pool("login", Some(2), 5)], requests);
    let session = |request: &str, start| Session { request: request.into(), start };
    let sessions = vec![session("a", Some(0)), session("b", Some(2)), session("c", None)];
    let plan = Plan { round: "test".into(), sessions, objective: None, bound: None, certificate: None };
    let c = explain(&round, &plan).request("c").expect("c");
    let raise = |pool: &str, from, to, by| Raise { pool: pool.into(), from, to, by };
    let raises = vec![raise("school", 2, 4, 2), raise("login", 1, 4, 5)];
    assert_eq!(c.relief, Some(Relief { start: 2, cost: 0, saves: 1000, raises }));
    assert_eq!(c.one_pool, [], "it takes both");
}

/// The round with other limits.
fn raised(round: &Round, raises: &[Raise]) -> Round {
    let mut round = round.clone();
    for raise in raises {
        let pool = round.pools.iter_mut().find(|pool| pool.id == raise.pool).expect("a pool of the round");
        let limit = |cell: u32| {
            let other = pool.except.iter().find(|part| (part.from..part.to).contains(&cell));
            let more = if (raise.from..raise.to).contains(&cell) { raise.by } else { 0 };
            other.map_or(pool.limit, |part| part.limit) + u32::try_from(more).expect("a limit")
        };
        let cells = 0..round.horizon.cells;
        pool.except = cells.map(|cell| LimitRange { from: cell, to: cell + 1, limit: limit(cell) }).collect();
    }
    assert!(validate(&round).iter().all(|finding| !finding.is_error()));
    round
}

/// Small enough to try every better start with every raise.
const FEW: Size = Size { cells: 40, requests: 10, span: 12, rules: false };

/// The checker is the judge: of the stated raises each is needed to the last connection, and all of them suffice.
fn judge(round: &Round, plan: &Plan) -> Result<(), TestCaseError> {
    let explainer = explain(round, plan);
    for (index, request) in round.requests.iter().enumerate() {
        let explained = explainer.request(&request.id).expect("it is in the round");
        let fits = |start: u32, round: &Round| {
            let mut moved = Plan { objective: None, bound: None, certificate: None, ..plan.clone() };
            moved.sessions[index].start = Some(start);
            check(round, &moved).is_feasible()
        };
        let elsewhere = allowed(request).into_iter().filter(|(start, _)| plan.sessions[index].start != Some(*start));
        let mut free: Vec<(u64, u32)> =
            elsewhere.filter(|(start, _)| fits(*start, round)).map(|(start, cost)| (cost, start)).collect();
        free.sort_unstable();
        let alternatives = explained.alternatives.iter().map(|free| (free.cost, free.start));
        prop_assert_eq!(alternatives.collect::<Vec<_>>(), free);
        let better = allowed(request).into_iter().filter(|(_, cost)| *cost < explained.cost);
        let forbidden: Vec<(u32, u64)> = better.filter(|(start, _)| !fits(*start, round)).collect();
        let cheapest = |raises: &[Raise]| {
            let raised = raised(round, raises);
            forbidden.iter().filter(|(start, _)| fits(*start, &raised)).map(|(_, cost)| *cost).min()
        };
        let endless: Vec<Raise> = request
            .pools
            .iter()
            .map(|pool| Raise { pool: pool.clone(), from: 0, to: round.horizon.cells, by: 1_000_000 })
            .collect();
        prop_assert_eq!(explained.relief.as_ref().map(|relief| relief.cost), cheapest(&endless));
        for pool in &endless {
            let alone = explained.one_pool.iter().find(|relief| relief.raises[0].pool == pool.pool);
            prop_assert_eq!(alone.map(|relief| relief.cost), cheapest(std::slice::from_ref(pool)));
        }
        for relief in explained.relief.iter().chain(&explained.one_pool) {
            prop_assert_eq!(relief.saves, explained.cost - relief.cost);
            prop_assert!(fits(relief.start, &raised(round, &relief.raises)), "{relief:?}");
            for position in 0..relief.raises.len() {
                let mut less = relief.raises.clone();
                less[position].by -= 1;
                prop_assert!(!fits(relief.start, &raised(round, &less)), "{less:?} for {relief:?}");
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn stated_raises_suffice_and_one_less_does_not(round in rounds(FEW), iterations in 1..40_u64) {
        let plan = solved(&round, &options(Method::Search, iterations)).plan;
        judge(&round, &plan)?;
    }

    #[test]
    fn no_raise_is_stated_where_another_rule_stands_against_a_start(
        round in rounds(Size { rules: true, ..FEW }),
        seed in 1..u64::MAX,
    ) {
        let plan = one_by_one(&round, &mut Random(seed));
        judge(&round, &plan)?;
    }
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
    let next = Blocker::Break { exclusive: exclusive(), cell: 14, held_by: "b".into(), needed: 2 };
    assert_eq!(at(12), [near.clone(), next, day(12), late.clone()]);
    let early = Blocker::Order { other: "c".into(), cell: 2, comes_first: true, gap: 1 };
    assert_eq!(at(5), [near, day(5), early, late.clone()]);
    assert_eq!(at(20), [late], "the next day, long after b");
    assert_eq!(serde_json::to_value(&at(20)[0]).expect("JSON")["kind"], "order");
}

#[test]
fn all_classes_of_a_teacher_in_the_way_are_named_up_to_a_few() {
    let short = |number: u32| request(&format!("{number}"), &[], &["teacher"], 1, 2, vec![around(0, 40, 3 * number)]);
    let long = request("long", &[], &["teacher"], 1, 20, vec![around(0, 40, 0)]);
    let mut round = round(60, vec![], (0..9).map(short).chain([long]).collect());
    round.exclusives = vec![Exclusive { id: "teacher".into(), break_cells: 1, most: None }];
    let at = |request: &Request| (request.id != "long".into()).then(|| request.options[0].ideal);
    let sessions = round.requests.iter().map(|request| Session { request: request.id.clone(), start: at(request) });
    let sessions = sessions.collect();
    let plan = Plan { round: "test".into(), sessions, objective: None, bound: None, certificate: None };
    assert!(check(&round, &plan).is_feasible());
    let explainer = explain(&round, &plan);
    let against = |start: u32| explainer.blockers_at("long", start).expect("a request of the round");
    let named = |blocker: &Blocker| match blocker {
        Blocker::Exclusive { cell, held_by, .. } => (*cell, held_by.to_string(), true),
        Blocker::Break { cell, held_by, .. } => (*cell, held_by.to_string(), false),
        other => panic!("{other:?}"),
    };
    let names = |start: u32| against(start).iter().map(named).collect::<Vec<_>>();
    let of = |classes: &[(u32, u32, bool)]| {
        classes.iter().map(|(cell, id, held)| (*cell, id.to_string(), *held)).collect::<Vec<_>>()
    };
    // Those that it would overlap first, then those too near.
    assert_eq!(names(20), of(&[(21, 7, true), (24, 8, true), (18, 6, false)]));
    assert_eq!(names(0), of(&[(0, 0, true), (3, 1, true), (6, 2, true), (9, 3, true), (12, 4, true)]));
    assert_eq!(names(u32::MAX), [], "far outside of the horizon");
}

#[test]
fn a_weight_multiplies_what_a_request_costs() {
    let (mut round, plan) = example();
    round.requests[1].weight = 3;
    let b = explain(&round, &plan).request("b").expect("b");
    assert_eq!((b.cost, b.better[1].cost), (18, 3));
}

#[test]
fn who_has_no_class_learns_that_no_plan_has_room_for_all() {
    let class =
        |id: &str, duration: u32| request(id, &[], &["teacher"], 30, duration, vec![around(0, 51 - duration, 0)]);
    let other = request("e", &[], &["teacher"], 30, 11, vec![around(100, 120, 100)]);
    let round = round(140, vec![], vec![class("a", 11), class("b", 11), class("c", 11), class("d", 23), other]);
    let plan = solved(&round, &options(Method::Search, 4000)).plan;
    let explainer = explain(&round, &plan);
    let of = |id: &str| explainer.request(id).expect("an explanation").overload;
    let missed: Vec<&Session> = plan.sessions.iter().filter(|session| session.start.is_none()).collect();
    assert_eq!(missed.len(), 1);
    let requests = ["a", "b", "c", "d"].map(Name::from).to_vec();
    let mut told = of(&missed[0].request).expect("no room for all");
    told.requests.sort();
    assert_eq!(told, Overloaded { exclusive: Some("teacher".into()), pool: None, requests, most: 3 });
    let placed = plan.sessions.iter().filter(|session| session.start.is_some());
    assert!(placed.map(|session| of(&session.request)).all(|overload| overload.is_none()), "they have their classes");
}

#[test]
fn windows_as_long_as_a_year_are_explained_at_once() {
    // One of two classes may log in, whenever it is: 17,000 million pairs of a start and a row say so.
    let wish = |id: &str| request(id, &["login"], &[], 30, 2, vec![around(0, 131_000, 60_000)]);
    let round = round(131_072, vec![pool("login", Some(u32::MAX), 40)], vec![wish("a"), wish("b")]);
    let sessions = [("a", Some(60_000)), ("b", None)].map(|(id, start)| Session { request: id.into(), start });
    let plan =
        Plan { round: "test".into(), sessions: sessions.into(), objective: None, bound: None, certificate: None };
    let explainer = explain(&round, &plan);
    let (a, b) = (explainer.request("a").expect("a"), explainer.request("b").expect("b"));
    assert_eq!((a.alternatives.len(), a.alternatives[0].cost), (explain::MOST_STARTS, 1));
    assert_eq!((b.alternatives.len(), b.relief.map(|relief| relief.raises[0].by)), (0, Some(20)));
}
