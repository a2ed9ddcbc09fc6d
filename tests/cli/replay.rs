//! The morning of 16 March 2020, with some of its schools.

use std::fs;

use crate::support::{creneau, repository};

#[test]
fn the_morning_is_told_drawn_and_the_same_again() {
    let folder = tempfile::tempdir().unwrap();
    let census = fs::read_to_string(repository("tests/rounds/nantes/census.csv")).unwrap();
    let some: Vec<&str> = census.lines().enumerate().filter(|(at, _)| at % 40 == 0).map(|(_, line)| line).collect();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (few, page, picture) = (path("census.csv"), path("report.html"), path("morning.svg"));
    fs::write(&few, some.join("\n")).unwrap();
    let arguments =
        ["replay", "2020-03-16", "--census", &few, "--logins", "500", "--iterations", "400000", "--threads", "1"];
    let run = creneau([&arguments[..], &["-o", &page, "--picture", &picture, "--language", "fr", "--json"]].concat());
    assert_eq!(run.code, 0, "{run:?}");
    let told = run.json();
    let scenarios = told["scenarios"].as_array().unwrap();
    assert_eq!(scenarios.len(), 2);
    for one in scenarios {
        let of = |when: &str, what: &str| one[when]["all"][what].as_u64().unwrap();
        assert_eq!(of("before", "people"), told["logins"].as_u64().unwrap());
        assert!(of("before", "refused") > 0 && of("after", "refused") == 0, "{one}");
        assert!(of("before", "longest_wait_seconds") > of("after", "longest_wait_seconds"), "{one}");
        assert!(of("before", "peak_wanted") > of("after", "peak_wanted"), "{one}");
    }
    let report = fs::read_to_string(&page).unwrap();
    for part in
        ["<!doctype html>", "lang=\"fr\"", "Leia et e-lyco séparés", "prefers-color-scheme:dark", "--logins 500"]
    {
        assert!(report.contains(part), "{part}");
    }
    // It stands alone: nothing is fetched.
    assert!(!report.contains("src=") && !report.contains("href="));
    let svg = fs::read_to_string(&picture).unwrap();
    assert!(svg.starts_with("<svg ") && svg.contains("Authentifications par minute"));
    let again = path("again.svg");
    let run = creneau([&arguments[..], &["--picture", &again, "--language", "fr"]].concat());
    assert_eq!((run.code, fs::read_to_string(&again).unwrap()), (0, svg), "{run:?}");
    assert!(run.stdout.contains("the same again: creneau replay 2020-03-16 --census"), "{}", run.stdout);
}

#[test]
fn what_cannot_be_replayed_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let census = folder.path().join("census.csv");
    fs::write(&census, "uai,kind,pupils,classes\n1,ecole,20,0\n2,theatre,20,1\n").unwrap();
    let census = census.to_str().unwrap();
    let run = creneau(["replay", "2020-03-16", "--census", census, "--json"]);
    assert_eq!((run.code, run.json()["findings"].as_array().unwrap().len()), (1, 2), "{run:?}");
    fs::write(census, "uai,kind,pupils,classes\n1,ecole,20,1\n").unwrap();
    let run = creneau(["replay", "2020-03-16", "--census", census]);
    assert_eq!((run.code, run.stderr.contains("too-few-people")), (1, true), "{run:?}");
    assert_eq!(creneau(["replay", "2020-03-17"]).code, 2);
    assert_eq!(creneau(["replay", "2020-03-16", "--census", "nowhere.csv"]).code, 3);
    assert_eq!(creneau(["replay", "2020-03-16", "-o", "-"]).code, 2);
}
