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
const FEW: Size = Size { cells: 60, requests: 8, span: 16, rules: true };
const MORE: Size = Size { rules: true, ..SMALL };

#[test]
fn both_checkers_agree() {
    let folder = std::env::temp_dir().join(format!("creneau-agreement-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("pairs.jsonl");
    let mut pairs = BufWriter::new(File::create(&path).expect("a file"));
    let mut runner = TestRunner::deterministic();
    let mut ours = Vec::new();
    for number in 0..ROUNDS {
        let size = if number.is_multiple_of(LARGER) { MORE } else { FEW };
        let round = rounds(size).new_tree(&mut runner).expect("a round").current();
        let mut random = Random(number + 1);
        let plan = corrupted(planned(&round, &mut random), &round, &mut random);
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
        }
    }
    assert_fair(&ours);
    fs::remove_dir_all(folder).expect("removed");
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
        "certificate",
    ] {
        assert!(broken.get(code).is_some_and(|count| *count >= 50), "{code} in {broken:?}");
    }
}

/// A feasible plan: requests one by one at a start at which nothing is broken, with random prices as its certificate.
fn planned(round: &Round, random: &mut Random) -> Plan {
    let at = |request: &Request| request.current.filter(|_| request.pinned);
    let sessions = round.requests.iter().map(|request| Session { request: request.id.clone(), start: at(request) });
    let mut plan = Plan {
        round: round.name.clone(),
        sessions: sessions.collect(),
        objective: None,
        bound: None,
        certificate: None,
    };
    assert!(check(round, &plan).is_feasible(), "valid pins: {:?}", check(round, &plan).violations);
    for (i, request) in round.requests.iter().enumerate().filter(|(_, request)| !request.pinned) {
        let starts = allowed(request);
        let first = random.below(starts.len());
        for (start, _) in starts.iter().cycle().skip(first).step_by(1 + random.below(5)).take(4) {
            plan.sessions[i].start = Some(*start);
            if check(round, &plan).is_feasible() {
                break;
            }
            plan.sessions[i].start = None;
        }
    }
    plan.certificate = Some(Certificate { prices: prices(round, random) });
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
        3 => {
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

/// Repeatable, and good enough to choose among a few (Marsaglia's xorshift).
struct Random(u64);

impl Random {
    /// A number below `most`; 0 if that is 0.
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % most.max(1)
    }
}
