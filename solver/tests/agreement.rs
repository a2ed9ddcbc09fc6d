//! Our checker and the reference one, `api-spec/check.py`, say the same about feasible and corrupted plans alike.
#![allow(clippy::expect_used, clippy::panic, reason = "tests say what must hold by failing")]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::*;
use creneau_solver::*;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

const ROUNDS: usize = 300;

#[test]
fn both_checkers_agree() {
    let mut runner = TestRunner::deterministic();
    let cases = (0..ROUNDS).map(|number| {
        let round = rounds(SMALL).new_tree(&mut runner).expect("a round").current();
        let plan = solved(&round, &options(Method::Search, 200)).plan;
        (corrupted(plan, &round, number), round)
    });
    let feasible = agree("plans", cases.collect());
    assert!((ROUNDS / 5..ROUNDS).contains(&feasible), "{feasible} feasible plans: not a fair mix");
}

#[test]
fn both_checkers_agree_on_derived_rows() {
    let mut runner = TestRunner::deterministic();
    let mut found = 0;
    let cases = (0..ROUNDS).map(|number| {
        let round = crowded().new_tree(&mut runner).expect("a round").current();
        let mut plan = solved(&round, &options(Method::Search, 200)).plan;
        let certificate = plan.certificate.as_mut().expect("a certificate");
        found += usize::from(!certificate.derived.is_empty());
        if !number.is_multiple_of(3) {
            plan.bound = None;
            certificate.derived = derived(&round).new_tree(&mut runner).expect("rows").current();
        }
        (plan, round)
    });
    let feasible = agree("derived", cases.collect());
    assert!((ROUNDS / 5..ROUNDS).contains(&feasible), "{feasible} feasible plans: not a fair mix");
    assert!(found > ROUNDS / 5, "{found} rounds with derived rows");
}

/// Compares the two checkers; returns how many of the plans are feasible.
fn agree(name: &str, cases: Vec<(Plan, Round)>) -> usize {
    let folder = tempfile(name);
    let count = cases.len();
    let mut ours = Vec::new();
    for (number, (plan, round)) in cases.into_iter().enumerate() {
        let report = check(&round, &plan);
        ours.push((report.is_feasible(), report.objective, report.unplaced, report.bound));
        fs::write(folder.join(format!("{number}.round.json")), serde_json::to_vec(&round).expect("JSON"))
            .expect("written");
        fs::write(folder.join(format!("{number}.plan.json")), serde_json::to_vec(&plan).expect("JSON"))
            .expect("written");
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("python3")
        .arg(root.join("tests/agreement.py"))
        .arg(root.join("../api-spec/check.py"))
        .arg(&folder)
        .arg(count.to_string())
        .output()
        .expect("python3");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let theirs: Vec<&str> = text.lines().collect();
    assert_eq!(theirs.len(), count);
    let mut feasible = 0;
    for (number, (line, (is_feasible, objective, unplaced, bound))) in theirs.into_iter().zip(ours).enumerate() {
        assert_eq!(line.starts_with("feasible"), is_feasible, "round {number} in {folder:?}: {line}");
        if is_feasible {
            feasible += 1;
            let expected = format!("feasible objective={objective} unplaced={unplaced} ");
            assert!(line.starts_with(&expected), "round {number}: {line} instead of {expected}");
            let theirs: Option<f64> = line.split("bound=").nth(1).and_then(|text| text.split(' ').next()?.parse().ok());
            let near = match (theirs, bound) {
                (Some(theirs), Some(ours)) => (theirs - ours).abs() < 2e-3,
                (theirs, ours) => theirs.is_none() && ours.is_none(),
            };
            assert!(near, "round {number}: bound {bound:?}, theirs {theirs:?}");
        }
    }
    fs::remove_dir_all(folder).expect("removed");
    feasible
}

/// Plans with one thing changed, in turn; every third stays as it is.
fn corrupted(mut plan: Plan, round: &Round, number: usize) -> Plan {
    let count = plan.sessions.len();
    if count == 0 || number.is_multiple_of(3) {
        return plan;
    }
    let victim = number % count;
    match number % 11 {
        0 => drop(plan.sessions.remove(victim)),
        1 => plan.sessions.push(plan.sessions[victim].clone()),
        2 => plan.sessions[victim].request = "nobody".into(),
        3 => plan.sessions[victim].start = None,
        4 => plan.objective = plan.objective.map(|objective| objective + 1),
        5 => plan.bound = plan.bound.map(|bound| bound + 10.0),
        6 => plan.certificate = None,
        7 => plan.objective = None,
        _ => {
            // Everybody at the first choice: often too many at once.
            plan.objective = None;
            for (session, request) in plan.sessions.iter_mut().zip(&round.requests) {
                session.start = allowed(request).into_iter().min_by_key(|(_, cost)| *cost).map(|(start, _)| start);
            }
        }
    }
    plan
}

fn tempfile(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("creneau-agreement-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    folder
}
