//! Our checker and the reference one, `api-spec/check.py`, say the same about feasible and corrupted plans alike.
#![allow(clippy::expect_used, clippy::panic, reason = "tests say what must hold by failing")]

mod common;

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;

use common::*;
use creneau_solver::*;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

const ROUNDS: u64 = 10_000;
/// One round in this many is of the larger size.
const LARGER: u64 = 50;
/// One plan in this many is judged with random derived rows and overloads.
const DERIVING: u64 = 3;
/// Rounds that the solver proves with derived rows.
const CROWDED: usize = 300;
const FEW: Size = Size { cells: 60, requests: 8, span: 16, rules: true };
const MORE: Size = Size { rules: true, ..SMALL };

#[test]
fn both_checkers_agree() {
    // Two, so that derived rows do not change the rounds.
    let (mut runner, mut deriving) = (TestRunner::deterministic(), TestRunner::deterministic());
    let cases = (0..ROUNDS).map(|number| {
        let size = if number.is_multiple_of(LARGER) { MORE } else { FEW };
        let round = rounds(size).new_tree(&mut runner).expect("a round").current();
        let mut random = Random(number + 1);
        let mut plan = corrupted(planned(&round, &mut random), &round, &mut random);
        if let Some(certificate) = plan.certificate.as_mut().filter(|_| number.is_multiple_of(DERIVING)) {
            plan.bound = None;
            certificate.derived = derived(&round).new_tree(&mut deriving).expect("rows").current();
            certificate.overloads = random_overloads(&round).new_tree(&mut deriving).expect("overloads").current();
        }
        (round, plan)
    });
    assert_fair(&agree("plans", cases));
}

#[test]
fn both_checkers_agree_on_derived_rows() {
    let mut runner = TestRunner::deterministic();
    let mut found = 0;
    let cases = (0..CROWDED).map(|number| {
        let round = crowded().new_tree(&mut runner).expect("a round").current();
        let mut plan = solved(&round, &options(Method::Search, 200)).plan;
        let certificate = plan.certificate.as_mut().expect("a certificate");
        found += usize::from(!certificate.derived.is_empty());
        if !number.is_multiple_of(3) {
            plan.bound = None;
            certificate.derived = derived(&round).new_tree(&mut runner).expect("rows").current();
        }
        (round, plan)
    });
    let reports = agree("derived", cases);
    let feasible = reports.iter().filter(|report| report.is_feasible()).count();
    assert!((CROWDED / 5..CROWDED).contains(&feasible), "{feasible} feasible plans: not a fair mix");
    assert!(found > CROWDED / 5, "{found} rounds with derived rows");
}

/// Compares the two checkers; returns what ours says.
fn agree(name: &str, cases: impl Iterator<Item = (Round, Plan)>) -> Vec<Report> {
    let folder = std::env::temp_dir().join(format!("creneau-agreement-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("pairs.jsonl");
    let mut pairs = BufWriter::new(File::create(&path).expect("a file"));
    let mut ours = Vec::new();
    for (round, plan) in cases {
        ours.push(check(&round, &plan));
        let pair = serde_json::json!({"round": round, "plan": plan});
        writeln!(pairs, "{pair}").expect("written");
    }
    pairs.flush().expect("written");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("python3")
        .arg(root.join("tests/agreement.py"))
        .arg(root.join("../api-spec/check.py"))
        .arg(&path)
        .output()
        .expect("python3");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(text.lines().count(), ours.len());
    for ((line, report), number) in text.lines().zip(&ours).zip(1..) {
        let at = format!("line {number} of {path:?}");
        assert_eq!(line.starts_with("feasible"), report.is_feasible(), "{at}: {line}, {:?}", report.violations);
        if report.is_feasible() {
            let expected = format!("feasible objective={} unplaced={} ", report.objective, report.unplaced);
            assert!(line.starts_with(&expected), "{at}: {line} instead of {expected}");
            let theirs: Option<f64> = line.split("bound=").nth(1).and_then(|text| text.split(' ').next()?.parse().ok());
            let near = match (theirs, report.bound) {
                (Some(theirs), Some(ours)) => (theirs - ours).abs() < 2e-3,
                (theirs, ours) => theirs.is_none() && ours.is_none(),
            };
            assert!(near, "{at}: bound {:?}, theirs {theirs:?}", report.bound);
            assert_eq!(line.ends_with("(not proven)"), report.claimed_bound.is_some(), "{at}: {line}");
        }
    }
    fs::remove_dir_all(folder).expect("removed");
    ours
}

/// Many plans of each kind: feasible ones, and some that break each rule.
fn assert_fair(reports: &[Report]) {
    let mut broken: BTreeMap<&str, usize> = BTreeMap::new();
    for report in reports {
        let codes: HashSet<&str> = report.violations.iter().map(|violation| violation.code).collect();
        codes.into_iter().for_each(|code| *broken.entry(code).or_default() += 1);
    }
    let feasible = reports.iter().filter(|report| report.is_feasible()).count();
    let bounds = reports.iter().filter(|report| report.is_feasible() && report.bound.is_some()).count();
    assert!(feasible > reports.len() / 5 && bounds > reports.len() / 10, "{feasible} feasible, {bounds} bounds");
    for code in [
        "request-missing",
        "request-twice",
        "unknown-request",
        "pinned-unplaced",
        "start-not-allowed",
        "over-limit",
        "exclusive",
        "break",
        "too-many-a-day",
        "order",
        "objective",
        "bound",
        "bound-above",
        "certificate",
    ] {
        assert!(broken.get(code).is_some_and(|count| *count >= 50), "{code} in {broken:?}");
    }
}

/// A feasible plan, with random prices as its certificate.
fn planned(round: &Round, random: &mut Random) -> Plan {
    let mut plan = one_by_one(round, random);
    plan.certificate = Some(Certificate { prices: prices(round, random), ..Certificate::default() });
    let report = check(round, &plan);
    assert!(report.is_feasible(), "{:?}", report.violations);
    (plan.objective, plan.bound) = (Some(report.objective), report.bound);
    plan
}

/// Prices of some rows, no row twice.
fn prices(round: &Round, random: &mut Random) -> Vec<Price> {
    let cells = round.horizon.cells as usize;
    let mut seen = HashSet::new();
    let mut prices = Vec::new();
    for _ in 0..random.below(40) {
        let price = random.below(400) as f64 / 32.0;
        let (cell, who) = (random.below(cells) as u32, random.below(4));
        let name: Name = format!("who{who}").into();
        let most = round.exclusives.iter().any(|rule| rule.id == name && rule.most.is_some());
        let (row, price) = match random.below(3) {
            0 if !round.pools.is_empty() => {
                let pool = random.below(round.pools.len());
                ((0, pool, cell), Price::Pool { pool: round.pools[pool].id.clone(), cell, price })
            }
            1 if most => {
                let day = random.below(round.days().count()) as u32;
                ((1, who, day), Price::Day { exclusive: name, day, price })
            }
            _ => ((2, who, cell), Price::Exclusive { exclusive: name, cell, price }),
        };
        if seen.insert(row) {
            prices.push(price);
        }
    }
    prices
}

/// Plans with one thing changed; some stay as they are.
fn corrupted(mut plan: Plan, round: &Round, random: &mut Random) -> Plan {
    if round.requests.is_empty() {
        return plan;
    }
    let victim = random.below(plan.sessions.len());
    let change = random.below(24);
    if (4..16).contains(&change) {
        // Other starts are other costs: only those are to be judged.
        (plan.objective, plan.bound) = (None, None);
    }
    match change {
        0 => drop(plan.sessions.remove(victim)),
        1 => plan.sessions.push(plan.sessions[victim].clone()),
        2 => plan.sessions[victim].request = "nobody".into(),
        3 | 22 => {
            let pinned = round.requests.iter().position(|request| request.pinned);
            plan.sessions[pinned.unwrap_or(victim)].start = None;
        }
        // A little earlier or later, where it may start there at all: often the end of a break or gap.
        4..11 => {
            let nearby = |start: u32, other: u32| start != other && start.abs_diff(other) < 9;
            let Some(start) = plan.sessions[victim].start else { return plan };
            let starts = allowed(&round.requests[victim]).into_iter().map(|(other, _)| other);
            let others: Vec<u32> = starts.filter(|other| nearby(start, *other)).collect();
            plan.sessions[victim].start = others.get(random.below(others.len())).copied().or(Some(start + 1));
        }
        // Everybody at the first choice, or anywhere.
        11..16 => {
            for (session, request) in plan.sessions.iter_mut().zip(&round.requests) {
                let mut starts = allowed(request);
                starts.sort_by_key(|(_, cost)| *cost);
                let choice = if change == 11 { 0 } else { random.below(starts.len()) };
                session.start = starts.get(choice).map(|(start, _)| *start);
            }
        }
        16 => plan.objective = plan.objective.map(|objective| objective + 1),
        17 => plan.bound = plan.bound.map(|bound| bound + 10.0),
        18 => plan.certificate = None,
        19 => plan.objective = None,
        // Without a proof, a bound can still be refuted.
        21 => {
            plan.bound = plan.objective.map(|objective| objective as f64 + random.below(3) as f64 - 1.0);
            plan.certificate = None;
        }
        20 => {
            let prices = &mut plan.certificate.get_or_insert_default().prices;
            prices.push(wrong_price(prices, round, random));
        }
        _ => {}
    }
    plan
}

/// Of a row that is not there, or a second or negative price.
fn wrong_price(prices: &[Price], round: &Round, random: &mut Random) -> Price {
    let (cell, price) = (random.below(round.horizon.cells as usize) as u32, 1.0);
    match random.below(6) {
        0 => Price::Pool { pool: "nothing".into(), cell, price },
        1 => Price::Exclusive { exclusive: "who0".into(), cell: round.horizon.cells, price },
        2 => Price::Exclusive { exclusive: "who0".into(), cell, price: -1.0 },
        3 => Price::Day { exclusive: "nobody".into(), day: 0, price },
        4 => Price::Day { exclusive: "who0".into(), day: round.days().count() as u32, price },
        _ => prices.last().cloned().unwrap_or(Price::Pool { pool: "nothing".into(), cell, price }),
    }
}
