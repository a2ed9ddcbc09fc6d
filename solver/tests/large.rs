//! Rounds so large that a sample of the schools finds the prices which all share.
#![allow(clippy::expect_used, reason = "tests say what must hold by failing")]

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
