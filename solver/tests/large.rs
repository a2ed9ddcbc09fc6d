//! Rounds so large that a sample of the schools finds the prices which all share.
#![allow(clippy::expect_used, clippy::panic, reason = "tests say what must hold by failing")]

mod common;

use std::sync::atomic::{AtomicU32, Ordering};

use common::*;
use creneau_solver::*;

/// More than 48,000 classes, in schools of 98 that all want the same few hours, on one platform.
fn academy() -> Round {
    let mut pools = vec![pool("platform", None, 500 * 180)];
    let mut requests = Vec::new();
    for school in 0..500 {
        let own = format!("school/{school}");
        pools.push(pool(&own, None, 210 + school % 50));
        for class in 0..98 {
            let group = format!("{school}/g{}", class % 14);
            let first = 8 * (class / 14);
            let id = format!("{school}/{class}");
            let options = vec![around(first, first + 5, first + 2)];
            requests.push(request(&id, &[&own, "platform"], &[&group], 20 + class % 9, 8, options));
        }
    }
    round(64, pools, requests)
}

/// A budget that somebody ends after so many looks at it.
struct Ended {
    looks: AtomicU32,
    after: u32,
}

impl Budget for Ended {
    fn spent(&self) -> f64 {
        if self.looks.fetch_add(1, Ordering::Relaxed) < self.after { 0.0 } else { 1.0 }
    }

    fn seconds_left(&self) -> Option<f64> {
        None
    }
}

#[test]
fn the_same_seed_iterations_and_threads_give_the_same_bytes() {
    let round = academy();
    let options = Options { threads: 2, ..options(Method::Auto, 100_000) };
    let solution = solved(&round, &options);
    let report = check(&round, &solution.plan);
    assert!(report.is_feasible(), "{:?}", report.violations);
    assert!(solution == solved(&round, &options));
}

#[test]
fn who_asks_to_stop_while_schools_look_for_prices_is_heard() {
    let round = academy();
    // The sample takes 300 passes; then each school would take 250 of its own.
    let budget = Ended { looks: 0.into(), after: 1000 };
    let solution = solved(&round, &Options { budget: &budget, threads: 2, ..options(Method::Auto, 100_000) });
    let report = check(&round, &solution.plan);
    assert!(report.is_feasible(), "{:?}", report.violations);
    assert_eq!(solution.iterations, 0, "the search has not begun");
    assert!(budget.looks.into_inner() < 3000, "most schools are content with the one pass that proves something");
    let bound = report.bound.expect("a certificate");
    assert!(bound > 0.0 && solution.plan.bound == Some(bound), "{bound}");
}

/// Two classes that may be at any time of a year.
fn two(pools: &[&str], people: &[&str]) -> Vec<Request> {
    let anywhere = || vec![around(0, 100_000, 9)];
    ["a", "b"].map(|id| request(id, pools, people, 20, 9, anywhere())).into()
}

#[test]
fn what_no_machine_could_hold_is_refused_before_it_is_tried() {
    let names: Vec<String> = (0..40_000).map(|number| format!("n{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let cells = 105_120;
    let refused = |round: Round| {
        assert!(overloads(&round).is_empty(), "no table is made for these either");
        let solution = solve(&round, &options(Method::Search, 10), &mut |_| {});
        solution.expect_err("too large").0.into_iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    // Each name is a row of 105,120 cells.
    assert_eq!(refused(round(cells, vec![], two(&[], &names))), ["too-large-to-solve"]);
    // Each day of each name is counted, and each cell is a day.
    let mut days = round(cells, vec![], two(&[], &names));
    days.requests.iter_mut().for_each(|request| request.options = [around(0, 9, 0)].into());
    days.horizon.step_minutes = 1440;
    days.exclusives = vec![Exclusive { id: "n0".into(), break_cells: 0, most: Some(1) }];
    assert_eq!(refused(days), ["too-large-to-solve"]);
    // Each class is alone, or has a length of its own.
    let alone = |number: &&str| request(number, &[], &[], 1, 1, vec![around(0, 100_000, 9)]);
    assert_eq!(refused(round(cells, vec![], names.iter().map(alone).collect())), ["too-large-to-solve"]);
    let lengths = (0..5000)
        .map(|number| request(names[number], &["p"], &[], 1, 1 + number as u32, two(&[], &[])[0].options.to_vec()));
    let one_pool = vec![pool("p", None, 40)];
    let lengths = round(131_072, one_pool, lengths.collect());
    assert_eq!(refused(lengths), ["too-large-to-solve"]);
    // Each pool has limits, used or not.
    let pools: Vec<Pool> = names[..1000].iter().map(|name| pool(name, None, 40)).collect();
    let findings = validate(&round(cells, pools.clone(), two(&[], &[])));
    assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["too-many-pools"]);
    assert!(validate(&round(cells, pools[..900].to_vec(), two(&[], &[]))).is_empty());
}
