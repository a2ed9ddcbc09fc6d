//! Solving real schools' weeks, checking plans, and stopping in the middle.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{creneau, creneau_reading, program, reference, school};

/// The value of `key=…` in a line of the checkers.
fn said<'a>(line: &'a str, key: &str) -> &'a str {
    let after = line.split(&format!("{key}=")).nth(1).unwrap_or_else(|| panic!("no {key} in {line}"));
    after.split_whitespace().next().unwrap()
}

#[test]
fn a_real_week_is_solved_summed_up_drawn_and_accepted_by_both_checkers() {
    let folder = tempfile::tempdir().unwrap();
    let (round, plan, chart) = (school("AU-BG-98"), folder.path().join("plan.json"), folder.path().join("week.svg"));
    let run = creneau([
        "solve".as_ref(),
        round.as_os_str(),
        "-o".as_ref(),
        plan.as_os_str(),
        "--time-limit".as_ref(),
        "3".as_ref(),
        "--chart".as_ref(),
        chart.as_os_str(),
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    for told in ["146 requests", "first choice", "without a class", "284", "of 191 at once", "cost "] {
        assert!(run.stdout.contains(told), "{told} in {}", run.stdout);
    }
    let (accepted, theirs) = reference(&round, &plan);
    assert!(accepted, "{theirs}");
    let ours = creneau(["check".as_ref(), round.as_os_str(), plan.as_os_str()]);
    assert_eq!(ours.code, 0, "{ours:?}");
    for key in ["objective", "unplaced", "first_choice"] {
        assert_eq!(said(&ours.stdout, key), said(&theirs, key));
    }
    let chart = fs::read_to_string(chart).unwrap();
    assert!(chart.starts_with("<svg ") && chart.contains("wished") && chart.contains("Monday 23 March"));
}

#[test]
fn the_json_summary_tells_what_the_plan_says() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("plan.json.gz");
    let round = school("BR-SA-00");
    let arguments = ["solve".as_ref(), round.as_os_str(), "-o".as_ref(), plan.as_os_str(), "--json".as_ref()];
    let run = creneau(arguments.into_iter().chain(["--time-limit".as_ref(), "2".as_ref()]));
    assert_eq!(run.code, 0, "{run:?}");
    let told = run.json();
    assert_eq!((&told["ok"], &told["interrupted"], &told["requests"]), (&json!(true), &json!(false), &json!(72)));
    let (accepted, theirs) = reference(&round, &plan);
    assert!(accepted, "a plan named .gz is compressed: {theirs}");
    assert_eq!(told["objective"].to_string(), said(&theirs, "objective"));
    assert_eq!(told["unplaced"].as_array().unwrap().len().to_string(), said(&theirs, "unplaced"));
    let moved = told["moved"].as_object().unwrap().values().filter_map(Value::as_u64).sum::<u64>();
    let counted = told["first_choice"].as_u64().unwrap() + moved + told["unplaced"].as_array().unwrap().len() as u64;
    assert_eq!(counted, 72, "every request is counted once");
}

#[test]
fn plans_flow_through_pipes() {
    let round = fs::read(school("GR-P3-10")).unwrap();
    let solved = creneau_reading(&round, ["solve", "-", "-o", "-", "--iterations", "200", "--threads", "1"]);
    assert_eq!(solved.code, 0, "{solved:?}");
    assert!(solved.stderr.contains("first choice"), "the summary gives way: {}", solved.stderr);
    let path = school("GR-P3-10");
    let checked = creneau_reading(solved.stdout.as_bytes(), ["check".as_ref(), path.as_os_str(), "-".as_ref()]);
    assert_eq!(checked.code, 0, "{checked:?}");
    let again = creneau_reading(&round, ["solve", "-", "-o", "-", "--iterations", "200", "--threads", "1"]);
    assert_eq!(again.stdout, solved.stdout, "the same seed and steps give the same plan");
}

#[test]
fn a_plan_is_a_place_to_start_from() {
    let folder = tempfile::tempdir().unwrap();
    let (round, plan) = (school("GR-P3-10"), folder.path().join("plan.json"));
    let first = ["solve".as_ref(), round.as_os_str(), "-o".as_ref(), plan.as_os_str(), "--json".as_ref()];
    let first = creneau(first.into_iter().chain(["--iterations".as_ref(), "500".as_ref()])).json();
    let next = ["solve".as_ref(), round.as_os_str(), "--warm-start".as_ref(), plan.as_os_str(), "--json".as_ref()];
    let next = creneau(next.into_iter().chain(["--iterations".as_ref(), "1".as_ref()])).json();
    assert!(next["objective"].as_u64() <= first["objective"].as_u64(), "{next} is no worse than {first}");
}

#[test]
fn ctrl_c_keeps_the_best_plan_so_far() {
    for signal in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir().unwrap();
        let (round, plan) = (school("DK-FG-12"), folder.path().join("plan.json"));
        let mut command = program();
        command.arg("solve").arg(&round).arg("-o").arg(&plan).args(["--time-limit", "600", "--json"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(2500));
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let asked = Instant::now();
        let output = child.wait_with_output().unwrap();
        assert!(asked.elapsed() < Duration::from_secs(20), "stops soon");
        assert!(output.status.success(), "{output:?}");
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(told["interrupted"], json!(true), "{told}");
        let (accepted, line) = reference(&round, &plan);
        assert!(accepted, "{line}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside the plan");
    }
}

#[test]
fn a_second_ctrl_c_quits() {
    let mut command = program();
    command.args(["solve", "-", "--time-limit", "600"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(1));
    for _ in 0..2 {
        assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
        std::thread::sleep(Duration::from_millis(300));
    }
    // It waits for a round that never comes: only the second signal can end it.
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn both_checkers_refuse_the_same_plans() {
    let folder = tempfile::tempdir().unwrap();
    let (round, path) = (school("GR-P3-10"), folder.path().join("plan.json"));
    let solve = ["solve".as_ref(), round.as_os_str(), "-o".as_ref(), path.as_os_str()];
    assert_eq!(creneau(solve.into_iter().chain(["--iterations".as_ref(), "200".as_ref()])).code, 0);
    let good: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let first = good["sessions"][0].clone();
    type Change = fn(&mut Value, Value);
    let changes: [(&str, Change); 9] = [
        ("unknown-request", |plan, _| plan["sessions"][0]["request"] = json!("nobody")),
        ("request-twice", |plan, first| plan["sessions"].as_array_mut().unwrap().push(first)),
        ("request-missing", |plan, _| drop(plan["sessions"].as_array_mut().unwrap().remove(0))),
        ("start-not-allowed", |plan, _| plan["sessions"][0]["start"] = json!(0)),
        ("start-not-allowed", |plan, _| plan["sessions"][0]["start"] = json!(4_000_000_000_u32)),
        ("objective", |plan, _| plan["objective"] = json!(1)),
        ("over-limit", |plan, _| {
            for session in plan["sessions"].as_array_mut().unwrap() {
                session["start"] = json!(672);
            }
        }),
        ("bound-above", |plan, _| {
            plan["bound"] = json!(1_000_000);
            plan.as_object_mut().unwrap().remove("certificate");
        }),
        ("certificate", |plan, _| {
            plan["certificate"] = json!({"prices": [{"pool": "school/GR-P3-10", "cell": 100, "price": -1.0}]});
        }),
    ];
    for (code, change) in changes {
        let mut plan = good.clone();
        change(&mut plan, first.clone());
        fs::write(&path, plan.to_string()).unwrap();
        let run = creneau(["check".as_ref(), round.as_os_str(), path.as_os_str(), "--json".as_ref()]);
        assert_eq!(run.code, 1, "{code}: {run:?}");
        let told = run.json();
        let findings = told["findings"].as_array().unwrap();
        assert!(findings.iter().any(|finding| finding["code"] == code), "{code} in {told}");
        assert!(findings.iter().all(|finding| finding["action"] != "" && finding["place"] != ""), "{told}");
        let (accepted, line) = reference(&round, &path);
        assert!(!accepted, "{code}: {line}");
    }
}

#[test]
fn a_bound_without_its_certificate_is_told_to_be_a_claim() {
    let folder = tempfile::tempdir().unwrap();
    let (round, path) = (school("GR-P3-10"), folder.path().join("plan.json"));
    let run = creneau([
        "solve".as_ref(),
        round.as_os_str(),
        "-o".as_ref(),
        path.as_os_str(),
        "--iterations".as_ref(),
        "200".as_ref(),
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    let mut plan: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    plan["bound"] = json!(0.5);
    plan.as_object_mut().unwrap().remove("certificate");
    fs::write(&path, plan.to_string()).unwrap();
    let run = creneau(["check".as_ref(), round.as_os_str(), path.as_os_str()]);
    assert_eq!(run.code, 0, "a claim is no lie: {run:?}");
    let (accepted, theirs) = reference(&round, &path);
    assert!(accepted, "{theirs}");
    for line in [&run.stdout, &theirs] {
        assert!(line.contains(" bound=none ") && line.contains(" claimed_bound=0.5"), "{line}");
        assert!(line.trim_end().ends_with("(not proven)"), "{line}");
    }
    assert!(run.stderr.contains("bound-not-proven"), "{run:?}");
}
