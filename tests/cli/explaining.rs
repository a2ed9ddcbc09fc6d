//! Why requests are where they are, and how hard each hour is wanted.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{creneau, reference, school};

/// Two teachers who want the same hour of a school that is too small for both, and a second class of the first one.
fn round() -> Value {
    let request = |id: &str, pools: &[&str], teacher: &str| {
        json!({
            "id": id, "pools": pools, "exclusive": [teacher], "connections": 27, "duration": 11,
            "options": [{"first": 96, "last": 205, "ideal": 108, "base": 0, "per_cell": 1}], "unplaced": 1000
        })
    };
    let (in_school, outside) = (["school/A", "login"], []);
    json!({
        "version": 1,
        "name": "small",
        "horizon": {"start": "2020-03-23T00:00:00Z", "step_minutes": 5, "cells": 288},
        "pools": [
            {"id": "school/A", "kind": "concurrent", "limit": 50},
            {"id": "login", "kind": "arrivals", "window": 2, "limit": 60}
        ],
        "requests": [
            request("maths/1", &in_school, "teacher/1"),
            request("maths/2", &in_school, "teacher/2"),
            request("chess", &outside, "teacher/1")
        ]
    })
}

fn plan(second: u32) -> Value {
    let session = |request: &str, start: u32| json!({"request": request, "start": start});
    let sessions = [session("maths/1", 108), session("maths/2", second), session("chess", 97)];
    json!({"round": "small", "sessions": sessions})
}

fn written(folder: &Path, name: &str, content: &Value) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, content.to_string()).unwrap();
    path
}

#[test]
fn a_planner_reads_what_stands_against_better_starts_and_what_would_help() {
    let folder = tempfile::tempdir().unwrap();
    let (round, plan) = (written(folder.path(), "r.json", &round()), written(folder.path(), "p.json", &plan(119)));
    let run = creneau(["explain".as_ref(), round.as_os_str(), plan.as_os_str()]);
    assert_eq!(run.code, 0, "{run:?}");
    insta::assert_snapshot!(run.stdout, @r"
    2 requests did not get their first choice, the most disappointed first

    maths/2: cell 119, Mon 23 Mar 09:55, cost 11 instead of 0
      wished for cell 108, Mon 23 Mar 09:00
      what stands against better starts
        98–118      Mon 23 Mar 08:10–09:50 cost 0
          school/A is full: 27 of 50 taken and 27 needed at cell 108, Mon 23 Mar 09:00
      what would have let it through
        cell 108, Mon 23 Mar 09:00, cost 0, saves 11:
          school/A + 4 in cells 108–118, Mon 23 Mar 09:00–09:55
      free instead
        96–97       Mon 23 Mar 08:00–08:05 cost 11–12
        120–205     Mon 23 Mar 10:00–17:05 cost 12–97

    chess: cell 97, Mon 23 Mar 08:05, cost 11 instead of 0
      wished for cell 108, Mon 23 Mar 09:00
      what stands against better starts
        98–118      Mon 23 Mar 08:10–09:50 cost 0
          teacher/1 is in maths/1 at cell 108, Mon 23 Mar 09:00
      no limit would have let it through: people or groups stand against every better start
      free instead
        119–205     Mon 23 Mar 09:55–17:05 cost 11–97
        96          Mon 23 Mar 08:00       cost 12

    (times are UTC)
    ");
    let run = creneau(["explain".as_ref(), round.as_os_str(), plan.as_os_str(), "maths/1".as_ref()]);
    assert!(run.stdout.starts_with("maths/1: cell 108, Mon 23 Mar 09:00, cost 0: its first choice\n"), "{run:?}");
}

#[test]
fn scripts_get_the_same_as_data_and_the_reference_checker_agrees() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (file, planned) = (written(folder, "r.json", &round()), written(folder, "p.json", &plan(119)));
    let run =
        creneau(["explain".as_ref(), file.as_os_str(), planned.as_os_str(), "maths/2".as_ref(), "--json".as_ref()]);
    assert_eq!(run.code, 0, "{run:?}");
    let told = run.json();
    let why = &told["explanations"][0];
    let at = |cell: u32, utc: &str| json!({"cell": cell, "utc": format!("2020-03-23T{utc}:00Z")});
    let raise = json!({"pool": "school/A", "from": at(108, "09:00"), "to": at(119, "09:55"), "by": 4});
    let relief = json!({"start": at(108, "09:00"), "cost": 0, "saves": 11, "raises": [raise]});
    assert_eq!((&why["relief"], &why["one_pool"]), (&relief, &json!([relief])), "{told}");
    assert_eq!((&why["start"], &why["wished"]), (&at(119, "09:55"), &at(108, "09:00")), "{told}");
    assert_eq!(why["better"][0]["blockers"][0]["kind"], "pool", "{told}");
    // With the raise both fit at nine, with one connection less they do not.
    let moved = written(folder, "moved.json", &plan(108));
    for (limit, is_right) in [(54, true), (53, false)] {
        let mut raised = round();
        raised["pools"][0]["except"] = json!([{"from": 108, "to": 119, "limit": limit}]);
        let (accepted, line) = reference(&written(folder, "raised.json", &raised), &moved);
        assert_eq!(accepted, is_right, "{line}");
    }
}

#[test]
fn an_unknown_request_is_told_with_the_nearest_before_anything_is_solved() {
    let folder = tempfile::tempdir().unwrap();
    let round = written(folder.path(), "r.json", &round());
    let solve = ["solve".as_ref(), round.as_os_str(), "--time-limit".as_ref(), "600".as_ref()];
    let run = creneau(
        solve.into_iter().chain(["--explain", "maths1", "--explain", "chess", "--explain", "x"].map(AsRef::as_ref)),
    );
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!(run.stderr.matches("error[unknown-request]").count(), 2, "{}", run.stderr);
    assert!(run.stderr.contains("the nearest: maths/1, maths/2"), "{}", run.stderr);
}

#[test]
fn a_real_school_learns_which_classes_have_no_room_beside_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let (round, plan) = (school("BR-SN-00"), folder.path().join("p.json"));
    let warned = creneau(["validate".as_ref(), round.as_os_str()]);
    let told = "warning[overload] requests[";
    assert!(warned.code == 0 && warned.stderr.contains(told), "before anything is solved: {warned:?}");
    let told = "BR-SN-00/teacher/T4 lets one of 4 requests be at a time, and where they may be is room for 3 at most: ";
    assert!(warned.stderr.contains(told), "{}", warned.stderr);
    let solve: [&OsStr; 6] =
        ["solve".as_ref(), round.as_ref(), "-o".as_ref(), plan.as_ref(), "--time-limit".as_ref(), "3".as_ref()];
    assert_eq!(creneau(solve).code, 0);
    let run = creneau(["explain".as_ref(), round.as_os_str(), plan.as_os_str()]);
    let told = "no plan has room for all 4, of which BR-SN-00/teacher/T4 lets one be at a time: 3 at most";
    assert!(run.stdout.contains(told), "{}", run.stdout);
    let (accepted, line) = reference(&round, &plan);
    let gap: f64 = line.split("gap=").nth(1).unwrap().trim().parse().unwrap();
    // Without the overload 22 %, as nothing else says that a whole class stays out.
    assert!(accepted && gap < 0.15, "{line}");
}

#[test]
fn a_plan_that_is_not_right_is_not_explained() {
    let folder = tempfile::tempdir().unwrap();
    let (round, plan) = (written(folder.path(), "r.json", &round()), written(folder.path(), "p.json", &plan(108)));
    let run = creneau(["explain".as_ref(), round.as_os_str(), plan.as_os_str(), "--json".as_ref()]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.json()["findings"].to_string().contains("over-limit"), "{run:?}");
}

#[test]
fn solving_explains_and_tells_how_hard_each_hour_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let (table, map) = (folder.path().join("prices.csv"), folder.path().join("off-peak.svg"));
    let round = school("AU-BG-98");
    let solve = ["solve".as_ref(), round.as_os_str(), "--iterations".as_ref(), "500".as_ref(), "--json".as_ref()];
    let more = ["--explain".as_ref(), "all".as_ref(), "--chart-lang".as_ref(), "fr".as_ref()];
    let files = ["--prices".as_ref(), table.as_os_str(), "--prices".as_ref(), map.as_os_str()];
    let run = creneau(solve.into_iter().chain(more).chain(files));
    assert_eq!(run.code, 0, "{run:?}");
    let told = run.json();
    let explained = told["explanations"].as_array().unwrap();
    let first_choice = told["first_choice"].as_u64().unwrap();
    assert_eq!(explained.len() as u64 + first_choice, 146, "whoever is disappointed is explained");
    let lost = |why: &Value| why["cost"].as_u64().unwrap() - why["best_cost"].as_u64().unwrap();
    assert!(explained.windows(2).all(|pair| lost(&pair[0]) >= lost(&pair[1])), "the most disappointed first");
    assert!(explained.iter().any(|why| why["relief"].is_object()));

    let table = fs::read_to_string(table).unwrap();
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("pool,start,limit,used,price"));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    let number = |text: &str| text.parse::<f64>().unwrap();
    assert!(rows.iter().all(|row| row.len() == 5 && number(row[3]) <= number(row[2]) && number(row[4]) >= 0.0));
    assert!(rows.iter().any(|row| row[0] == "school/AU-BG-98" && number(row[4]) > 0.0), "Monday's nine has its price");
    let map = fs::read_to_string(map).unwrap();
    for part in ["<svg ", "heures creuses", "lundi 23 mars", "libres", "school/AU-BG-98"] {
        assert!(map.contains(part), "{part}");
    }
}
