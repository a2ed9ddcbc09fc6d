//! Files that are not right: each gets its error, with a code, a place and what to do, and never a panic.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::support::{Run, creneau};

/// A small round without a defect.
fn round() -> Value {
    json!({
        "version": 1,
        "name": "small",
        "horizon": {"start": "2020-03-23T00:00:00Z", "step_minutes": 5, "cells": 288},
        "pools": [
            {"id": "school/A", "kind": "concurrent", "limit": 50, "except": [{"from": 0, "to": 10, "limit": 30}]},
            {"id": "login", "kind": "arrivals", "window": 2, "limit": 60}
        ],
        "requests": [request("r1"), request("r2")]
    })
}

fn request(id: &str) -> Value {
    json!({
        "id": id, "pools": ["school/A", "login"], "exclusive": ["teacher/1"], "connections": 27, "duration": 11,
        "options": [{"first": 96, "last": 205, "ideal": 108, "base": 0, "per_cell": 1}], "unplaced": 1000
    })
}

fn plan() -> Value {
    json!({"round": "small", "sessions": [{"request": "r1", "start": 108}, {"request": "r2", "start": 119}]})
}

/// One kind of bad input.
struct Case {
    name: &'static str,
    content: Vec<u8>,
    /// What must be told: the code of a finding and a part of its place or message.
    told: Vec<(&'static str, &'static str)>,
}

fn case(name: &'static str, content: impl Into<Vec<u8>>, code: &'static str, part: &'static str) -> Case {
    Case { name, content: content.into(), told: vec![(code, part)] }
}

/// The small round (or plan) with one value changed.
fn changed(mut document: Value, pointer: &str, value: Value) -> String {
    *document.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
    document.to_string()
}

fn broken(name: &'static str, pointer: &str, value: Value, code: &'static str, part: &'static str) -> Case {
    case(name, changed(round(), pointer, value), code, part)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Files that are no JSON document of a reasonable size.
fn not_documents() -> Vec<Case> {
    let whole = round().to_string().into_bytes();
    let packed = gzip(&whole);
    let mut corrupt = packed.clone();
    let middle = corrupt.len() / 2;
    corrupt[middle..middle + 8].fill(0x55);
    vec![
        case("an empty file", "", "empty-file", ""),
        case("text", "the wishes of 3B", "not-json", "line 1"),
        case("a table", "id;start\nr1;96\n", "not-json", "line 1"),
        case("binary", [0_u8, 159, 146, 150], "not-json", ""),
        case("text that is no UTF-8", b"{\"version\": 1, \"name\": \"\xff\"}".as_slice(), "not-json", ""),
        case("a truncated document", &whole[..whole.len() / 2], "truncated", ""),
        case("two documents", [whole.clone(), whole.clone()].concat(), "not-json", "trailing"),
        case("a list", "[]", "wrong-type", ""),
        case("a trailing comma", "{\"version\": 1,}", "not-json", ""),
        case("not a number", "{\"version\": NaN}", "not-json", ""),
        case("deep nesting", vec![b'['; 200_000], "", ""),
        case("deep nesting in a field", format!("{{\"version\":{}", "[".repeat(200_000)), "", ""),
        case("100 MB of spaces", vec![b' '; 100 << 20], "truncated", ""),
        case("100 MB of numbers", [b"[".to_vec(), b"0,".repeat(50 << 20), b"0]".to_vec()].concat(), "", ""),
        case("half a gzip", &packed[..packed.len() / 2], "truncated", ""),
        case("a damaged gzip", corrupt, "", "gzip"),
        case("a gzip of nothing", gzip(b""), "empty-file", ""),
    ]
}

/// Documents whose fields are wrong.
fn wrong_fields() -> Vec<Case> {
    let without_name = {
        let mut round = round();
        round.as_object_mut().unwrap().remove("name");
        round.to_string()
    };
    let misspelt = {
        let mut round = round();
        let request = round["requests"][0].as_object_mut().unwrap();
        let value = request.remove("connections").unwrap();
        request.insert("conections".into(), value);
        round.to_string()
    };
    vec![
        case("a missing field", without_name, "missing-field", "name"),
        case("a misspelt field", misspelt, "unknown-field", "connections"),
        broken("words for a number", "/requests/0/connections", json!("many"), "wrong-type", "requests[0].connections"),
        broken("null for a list", "/requests", Value::Null, "wrong-type", "requests"),
        broken("a negative number", "/requests/1/duration", json!(-11), "negative-number", "requests[1].duration"),
        broken("a fraction", "/pools/0/limit", json!(12.5), "fractional-number", "pools[0].limit"),
        broken(
            "a number past 32 bits",
            "/requests/0/connections",
            json!(5_000_000_000_u64),
            "number-too-large",
            "requests[0].connections",
        ),
        case("a number past all bits", round().to_string().replacen("27", "1e400", 1), "not-json", ""),
        broken("an unknown kind of pool", "/pools/0/kind", json!("concurent"), "unknown-word", "pools[0].kind"),
        broken(
            "a start that is no start",
            "/requests/0/options/0",
            json!([96, 205]),
            "wrong-type",
            "requests[0].options[0]",
        ),
    ]
}

/// Rounds that say something impossible.
fn impossible() -> Vec<Case> {
    let overlapping = json!([{"from": 0, "to": 10, "limit": 1}, {"from": 9, "to": 20, "limit": 2}]);
    let pinned = {
        let mut round = round();
        for request in round["requests"].as_array_mut().unwrap() {
            request["current"] = json!(108);
            request["pinned"] = json!(true);
        }
        round.to_string()
    };
    let mut everything = case("several defects at once", "", "duplicate-request", "requests[1].id");
    everything.told.extend([("unknown-pool", "requests[0].pools[0]"), ("zero-duration", "requests[1].duration")]);
    let mut many = round();
    many["requests"][0]["pools"][0] = json!("nowhere/B");
    many["requests"][1]["id"] = json!("r1");
    many["requests"][1]["duration"] = json!(0);
    everything.content = many.to_string().into_bytes();
    let mut pins = case("pins that contradict each other", pinned, "pins-clash", "requests[1].current");
    pins.told.push(("pins-over-limit", "school/A"));
    vec![
        everything,
        pins,
        broken("another version", "/version", json!(2), "unknown-version", "version"),
        broken("no name", "/name", json!(" "), "empty-id", "name"),
        broken("a control character in a name", "/name", json!("week\r\nBcc: all"), "control-character", "name"),
        broken(
            "an escape sequence in an id",
            "/requests/0/id",
            json!("\u{1b}[2Jr1"),
            "control-character",
            "requests[0].id",
        ),
        broken(
            "a control character in a person",
            "/requests/0/exclusive/0",
            json!("a\u{0}b"),
            "control-character",
            "exclusive[0]",
        ),
        broken(
            "a date that does not exist",
            "/horizon/start",
            json!("2021-02-29T00:00:00Z"),
            "bad-start",
            "horizon.start",
        ),
        broken("a start in local time", "/horizon/start", json!("2020-03-29T02:30:00"), "bad-start", "horizon.start"),
        broken("cells without length", "/horizon/step_minutes", json!(0), "zero-step", "horizon.step_minutes"),
        broken("no cells", "/horizon/cells", json!(0), "no-cells", "horizon.cells"),
        broken(
            "cells for ten thousand years",
            "/horizon/cells",
            json!(4_294_967_295_u32),
            "too-many-cells",
            "horizon.cells",
        ),
        broken("an arrivals pool without a window", "/pools/1/window", Value::Null, "no-window", "pools[1].window"),
        broken("exceptions that overlap", "/pools/0/except", overlapping, "overlapping-ranges", "pools[0].except[1]"),
        broken(
            "an exception past the horizon",
            "/pools/0/except/0/to",
            json!(300),
            "range-outside",
            "pools[0].except[0]",
        ),
        broken("an empty exception", "/pools/0/except/0/to", json!(0), "empty-range", "pools[0].except[0]"),
        broken("a pool twice", "/pools/1/id", json!("school/A"), "duplicate-pool", "pools[1].id"),
        broken("a request twice", "/requests/1/id", json!("r1"), "duplicate-request", "requests[1].id"),
        broken("a misspelt pool", "/requests/0/pools/0", json!("scool/A"), "unknown-pool", "school/A"),
        broken("a pool used twice", "/requests/0/pools/1", json!("school/A"), "pool-twice", "requests[0].pools[1]"),
        broken("no allowed start", "/requests/0/options", json!([]), "no-options", "requests[0].options"),
        broken(
            "an option that runs backwards",
            "/requests/0/options/0/first",
            json!(206),
            "reversed-option",
            "options[0]",
        ),
        broken("a class past the horizon", "/requests/0/options/0/last", json!(280), "past-horizon", "options[0]"),
        broken(
            "a class longer than time",
            "/requests/0/duration",
            json!(4_294_967_295_u32),
            "past-horizon",
            "options[0]",
        ),
        broken("a cost without end", "/requests/0/unplaced", json!(u64::MAX), "cost-too-large", "requests[0].unplaced"),
        case(
            "a pin without a start",
            {
                let mut round = round();
                round["requests"][0]["pinned"] = json!(true);
                round.to_string()
            },
            "pinned-nowhere",
            "requests[0].pinned",
        ),
        case(
            "a published start past the horizon",
            {
                let mut round = round();
                round["requests"][0]["current"] = json!(288);
                round.to_string()
            },
            "current-outside",
            "requests[0].current",
        ),
    ]
}

/// Plans that cannot be read.
fn bad_plans() -> Vec<Case> {
    let price = |price: &str| {
        let row = format!(r#"{{"pool": "login", "cell": 1, "price": {price}}}"#);
        plan().to_string().replacen('{', &format!(r#"{{"certificate": {{"prices": [{row}]}}, "#), 1)
    };
    vec![
        case("a plan that is empty", "", "empty-file", ""),
        case("a round in its place", round().to_string(), "missing-field", "sessions"),
        case(
            "a start before time",
            changed(plan(), "/sessions/0/start", json!(-5)),
            "negative-number",
            "sessions[0].start",
        ),
        case(
            "a start in words",
            changed(plan(), "/sessions/1/start", json!("nine")),
            "wrong-type",
            "sessions[1].start",
        ),
        case("a price that is no number", price("NaN"), "not-json", ""),
        case("a price past all numbers", price("1e999"), "not-json", ""),
    ]
}

/// Plans that can be read but do not answer the round.
fn wrong_plans() -> Vec<Case> {
    let mut stranger = case("a plan of another round", "", "another-round", "small");
    let content = json!({"round": "other", "sessions": [{"request": "x", "start": 108}]});
    stranger.content = content.to_string().into_bytes();
    stranger.told.extend([("unknown-request", "x"), ("request-missing", "r1"), ("request-missing", "r2")]);
    let twice =
        json!([{"request": "r1", "start": 108}, {"request": "r1", "start": 120}, {"request": "r2", "start": null}]);
    let certified = |row: Value| {
        let mut plan = plan();
        plan["certificate"] = json!({ "prices": [row] });
        plan.to_string()
    };
    vec![
        stranger,
        case("a request twice in a plan", changed(plan(), "/sessions", twice), "request-twice", "r1"),
        case("a request that is not in the plan", changed(plan(), "/sessions", json!([])), "request-missing", "r2"),
        case("two classes of one teacher", changed(plan(), "/sessions/1/start", json!(108)), "exclusive", "teacher/1"),
        case(
            "a start that is not allowed",
            changed(plan(), "/sessions/0/start", json!(4_294_967_295_u32)),
            "start-not-allowed",
            "r1",
        ),
        case("a negative price", certified(json!({"pool": "login", "cell": 1, "price": -1.0})), "certificate", "login"),
        case(
            "a price of an unknown pool",
            certified(json!({"pool": "logn", "cell": 1, "price": 1.0})),
            "certificate",
            "logn",
        ),
        case(
            "a price past the horizon",
            certified(json!({"pool": "login", "cell": 4_000_000, "price": 1.0})),
            "certificate",
            "login",
        ),
    ]
}

/// The run failed as it should: its exit code, its JSON document, and the same for people on stderr.
fn told(case: &Case, run: &Run, file: &Path) {
    let name = case.name;
    assert_eq!(run.code, 1, "{name}: {}", run.stderr);
    assert!(!run.stderr.contains("panicked"), "{name}: {}", run.stderr);
    let document = run.json();
    assert_eq!(document["ok"], json!(false), "{name}");
    let findings = document["findings"].as_array().unwrap();
    assert!(!findings.is_empty(), "{name}");
    for finding in findings {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        assert!(
            !text("code").is_empty() && !text("message").is_empty() && !text("action").is_empty(),
            "{name}: {finding}"
        );
        assert!(text("place").contains(file.to_str().unwrap()), "{name}: {finding}");
    }
    for (code, part) in &case.told {
        let is_told = |finding: &Value| finding["code"].as_str() == Some(code) || code.is_empty();
        let mut about = findings.iter().filter(|finding| is_told(finding)).map(Value::to_string);
        assert!(about.any(|finding| finding.contains(part)), "{name}: {code} about {part} in {document:#}");
    }
}

/// The same is told to people as to scripts, and nothing in it reaches their terminal's controls.
fn told_to_people(case: &Case, run: &Run) {
    for (code, _) in &case.told {
        assert!(run.stderr.contains(&format!("[{code}")), "{}: {code} in {}", case.name, run.stderr);
    }
    let is_harmless = |character: char| character == '\n' || !character.is_control();
    assert!(run.stderr.chars().all(is_harmless), "{}: {:?}", case.name, run.stderr);
}

#[test]
fn bad_rounds_are_told_what_is_wrong_where_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("round.json");
    let good = fs::write(&file, round().to_string()).map(|()| creneau(["validate".as_ref(), file.as_os_str()]));
    assert_eq!(good.unwrap().code, 0);
    for case in not_documents().into_iter().chain(wrong_fields()).chain(impossible()) {
        fs::write(&file, &case.content).unwrap();
        told(&case, &creneau(["validate".as_ref(), file.as_os_str(), "--json".as_ref()]), &file);
        let run = creneau(["solve".as_ref(), file.as_os_str()]);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}: {}", case.name, run.stderr);
        told_to_people(&case, &run);
    }
}

#[test]
fn bad_plans_are_told_what_is_wrong_where_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let (round_file, file) = (folder.path().join("round.json"), folder.path().join("plan.json"));
    fs::write(&round_file, round().to_string()).unwrap();
    fs::write(&file, plan().to_string()).unwrap();
    let check = ["check".as_ref(), round_file.as_os_str(), file.as_os_str()];
    assert_eq!(creneau(check).code, 0);
    for case in bad_plans().into_iter().chain(wrong_plans()) {
        fs::write(&file, &case.content).unwrap();
        told(&case, &creneau(check.into_iter().chain(["--json".as_ref()])), &file);
        told_to_people(&case, &creneau(check));
    }
}

#[test]
fn files_that_cannot_be_read_exit_3_and_say_why() {
    let folder = tempfile::tempdir().unwrap();
    let gone = folder.path().join("gone.json");
    for (path, code) in [(gone.as_path(), "file-not-found"), (folder.path(), "file-is-directory")] {
        for command in ["validate", "solve"] {
            let run = creneau([command.as_ref(), path.as_os_str(), "--json".as_ref()]);
            assert_eq!(run.code, 3, "{run:?}");
            assert_eq!(run.json()["findings"][0]["code"], code);
            assert!(run.stderr.contains(&format!("error[{code}] {}", path.display())), "{}", run.stderr);
        }
    }
}

/// 320 MB of spaces in 320 KB: the reader stops at its limit, not at the end.
#[test]
fn a_zip_bomb_is_refused_at_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bomb.json.gz");
    fs::write(&file, gzip(&vec![b' '; 32 << 20]).repeat(10)).unwrap();
    let limited = ["validate".as_ref(), file.as_os_str(), "--read-limit".as_ref(), "64".as_ref(), "--json".as_ref()];
    told(&case("a zip bomb", "", "too-large", "bytes"), &creneau(limited), &file);
}
