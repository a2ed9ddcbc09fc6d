//! Rounds under other limits, and how many first choices limits allow.

use std::fs;

use serde_json::{Value, json};

use crate::support::{creneau, reference, school};

fn pool_of(effect: &Value) -> &Value {
    effect["pools"].as_array().unwrap().first().unwrap()
}

#[test]
fn more_room_makes_nobody_worse_and_the_plan_is_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (round, plan) = (school("GR-P3-10"), folder.path().join("plan.json"));
    let solve = ["solve".as_ref(), round.as_os_str(), "-o".as_ref(), plan.as_os_str(), "--iterations".as_ref()];
    assert_eq!(creneau(solve.into_iter().chain(["500".as_ref()])).code, 0);
    let before = fs::read(&plan).unwrap();
    let what_if = |limit: &str| {
        let run = creneau([
            "what-if".as_ref(),
            round.as_os_str(),
            "--plan".as_ref(),
            plan.as_os_str(),
            "--limit".as_ref(),
            limit.as_ref(),
            "--iterations".as_ref(),
            "2000".as_ref(),
            "--json".as_ref(),
        ]);
        assert_eq!(run.code, 0, "{run:?}");
        run.json()["effect"].clone()
    };
    let twice = what_if("*=200%");
    assert!(twice["cost"]["then"].as_u64() < twice["cost"]["today"].as_u64(), "{twice}");
    assert_eq!((&twice["lost"], &twice["more_schools"]), (&json!(0), &Value::Null), "{twice}");
    let limit = &pool_of(&twice)["limit"];
    assert_eq!(limit["then"].as_u64(), limit["today"].as_u64().map(|today| 2 * today), "{twice}");
    let half = what_if("*=50%");
    assert!(half["cost"]["then"].as_u64() > half["cost"]["today"].as_u64(), "{half}");
    assert!(pool_of(&half)["peak"]["then"].as_u64() <= pool_of(&half)["limit"]["then"].as_u64(), "{half}");
    assert_eq!(fs::read(&plan).unwrap(), before);
}

#[test]
fn a_scenario_is_told_to_people() {
    let run = creneau([
        "what-if".as_ref(),
        school("GR-P3-10").as_os_str(),
        "--attendance".as_ref(),
        "120".as_ref(),
        "--more-schools".as_ref(),
        "1x4:school/GR-P3-10".as_ref(),
        "--iterations".as_ref(),
        "500".as_ref(),
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    for told in ["first choice", "without a class", "peak of school/GR-P3-10", "classes move", "new schools"] {
        assert!(run.stdout.contains(told), "{told} in {}", run.stdout);
    }
}

#[test]
fn everything_that_is_wrong_with_changes_is_told_at_once() {
    let round = school("GR-P3-10");
    let run = |more: &[&str]| creneau([&["what-if", round.to_str().unwrap(), "--json"], more].concat());
    let nothing = run(&[]);
    assert_eq!((nothing.code, nothing.stderr.contains("no-change")), (1, true), "{nothing:?}");
    let unknown = run(&["--limit", "platform=50%", "--limit", "*=50%@1999-01-01", "--own-server", "nobody=5"]);
    assert_eq!((unknown.code, unknown.json()["findings"].as_array().unwrap().len()), (1, 3), "{unknown:?}");
    assert_eq!(run(&["--limit", "platform"]).code, 2);
}

#[test]
fn the_curve_of_first_choices_is_told_drawn_and_the_same_again() {
    let folder = tempfile::tempdir().unwrap();
    let (round, chart) = (school("GR-P3-10"), folder.path().join("curve.svg"));
    let arguments = |more: &[&str]| {
        let fixed = ["capacity", round.to_str().unwrap(), "--iterations", "2000", "--share", "90"];
        creneau([&fixed, more].concat())
    };
    let run = arguments(&["--json", "--chart", chart.to_str().unwrap(), "--language", "fr"]);
    assert_eq!(run.code, 0, "{run:?}");
    let told = run.json();
    let curve = told["curve"].as_array().unwrap();
    let kept: Vec<u64> = curve.iter().map(|point| point["kept"].as_u64().unwrap()).collect();
    assert!(kept.len() > 5 && kept.is_sorted(), "{told}");
    assert!(told["share_percent_at_least"].as_u64() <= told["share_percent"].as_u64(), "{told}");
    assert!(told["share_percent"].as_u64() <= told["all_percent"].as_u64(), "{told}");
    let need = &told["pools"][0];
    let percent = (need["needed"].as_u64().unwrap() * 100).div_ceil(need["limit"].as_u64().unwrap());
    assert_eq!(told["all_percent"], percent, "{told}");
    let svg = fs::read_to_string(chart).unwrap();
    assert!(svg.contains("Premiers choix tenus") && svg.ends_with("</svg>\n"));
    assert_eq!(arguments(&["--json"]).stdout, run.stdout);
    assert!(arguments(&[]).stdout.contains("90 % are kept from"), "{:?}", arguments(&[]));
    assert_eq!(arguments(&["--pool", "platform"]).code, 2);

    // At the limits that are said to be enough, every first choice fits, as the reference checker says, too.
    let plan = folder.path().join("plan.json");
    let limit = format!("*={percent}%");
    let run = creneau([
        "what-if".as_ref(),
        round.as_os_str(),
        "--limit".as_ref(),
        limit.as_ref(),
        "-o".as_ref(),
        plan.as_os_str(),
        "--json".as_ref(),
        "--iterations".as_ref(),
        "5000".as_ref(),
    ]);
    let effect = &run.json()["effect"];
    assert!(effect["first_choices"]["then"].as_u64() >= effect["first_choices"]["today"].as_u64(), "{effect}");
    let (accepted, line) = reference(&round, &plan);
    assert!(!accepted && line.contains("school/GR-P3-10"), "it needs the larger limits: {line}");
}
