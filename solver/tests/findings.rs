//! Every kind of bad input gets its finding: the code, the place, and what to do. Never a panic, never only the first.
#![allow(clippy::expect_used, clippy::panic, reason = "tests say what must hold by failing")]

mod common;

use std::io::Write;

use common::*;
use creneau_solver::*;
use flate2::Compression;
use flate2::write::GzEncoder;

/// A round in which everything occurs, as text.
const GOOD: &str = r#"{"version": 1, "name": "good", "horizon": {"start": "2020-03-23T00:00:00Z", "step_minutes": 5, "cells": 100},
 "days": [0, 30, 70], "exclusives": [{"id": "t2", "break": 2, "most": 3}, {"id": "g1", "most": 9}],
 "pools": [{"id": "school", "kind": "concurrent", "limit": 50, "except": [{"from": 10, "to": 20, "limit": 30}, {"from": 20, "to": 30, "limit": 20}]},
           {"id": "login", "kind": "arrivals", "window": 2, "limit": 60}],
 "requests": [
  {"id": "a", "pools": ["school", "login"], "exclusive": ["t1", "g1"], "connections": 20, "duration": 5,
   "options": [{"first": 5, "last": 15, "ideal": 10, "base": 0, "per_cell": 1}], "unplaced": 1000, "current": 8, "move": 3,
   "weight": 2, "after": [{"request": "b"}, {"request": "c", "gap": 4}]},
  {"id": "b", "pools": ["school"], "exclusive": ["t2"], "connections": 20, "duration": 5,
   "options": [], "unplaced": 1000, "current": 40, "pinned": true},
  {"id": "c", "pools": ["school"], "exclusive": ["t3"], "connections": 20, "duration": 5,
   "options": [], "unplaced": 1000, "current": 60, "pinned": true}]}"#;

fn findings(text: &[u8]) -> Vec<Finding> {
    read_round(text, &ReadLimits { bytes: 1 << 20 }).err().map(|findings| findings.0).unwrap_or_default()
}

/// Asserts that replacing `from` by `to` in the good round is found as `code` at `place`.
fn assert_found(from: &str, to: &str, code: &str, place: &str) {
    assert!(GOOD.contains(from), "{from}");
    let found = findings(GOOD.replacen(from, to, 1).as_bytes());
    let hit = found.iter().find(|finding| finding.code == code && finding.place == place);
    let hit = hit.unwrap_or_else(|| panic!("{from} → {to}: no {code} at {place} in {found:#?}"));
    assert!(!hit.message.is_empty() && !hit.action.is_empty(), "{hit:?}");
    assert!(hit.to_string().contains(code));
}

#[test]
fn the_good_round_is_good() {
    let round = read_round(GOOD.as_bytes(), &ReadLimits::default()).expect("good");
    assert_eq!(validate(&round), vec![]);
    let written = serde_json::to_vec(&round).expect("JSON");
    assert_eq!(read_round(written.as_slice(), &ReadLimits::default()).expect("good"), round);
}

#[test]
fn every_defect_is_found_at_its_place() {
    let cases = [
        // Shape
        (r#""version": 1, "#, "", "missing-field", "version"),
        (r#""connections": 20"#, r#""conections": 20"#, "unknown-field", "requests[0].conections"),
        (r#""connections": 20"#, r#""conections": 20"#, "missing-field", "requests[0].connections"),
        (r#""limit": 50"#, r#""limit": "50""#, "wrong-type", "pools[0].limit"),
        (r#""limit": 50"#, r#""limit": -50"#, "negative-number", "pools[0].limit"),
        (r#""limit": 50"#, r#""limit": 50.5"#, "fractional-number", "pools[0].limit"),
        (r#""limit": 50"#, r#""limit": 5e1"#, "fractional-number", "pools[0].limit"),
        (r#""limit": 50"#, r#""limit": 5000000000"#, "number-too-large", "pools[0].limit"),
        (r#""unplaced": 1000"#, r#""unplaced": 99999999999999999999999"#, "number-too-large", "requests[0].unplaced"),
        (r#""duration": 5"#, r#""duration": null"#, "wrong-type", "requests[0].duration"),
        (r#"["school", "login"]"#, r#""school""#, "wrong-type", "requests[0].pools"),
        (r#"["t1", "g1"]"#, r#"["t1", 1]"#, "wrong-type", "requests[0].exclusive[1]"),
        (r#""pinned": true"#, r#""pinned": 1"#, "wrong-type", "requests[1].pinned"),
        (r#""concurrent""#, r#""concurent""#, "unknown-word", "pools[0].kind"),
        (r#"{"from": 10, "to": 20, "limit": 30}"#, "7", "wrong-type", "pools[0].except[0]"),
        // The round
        (r#""version": 1"#, r#""version": 2"#, "unknown-version", "version"),
        (r#""name": "good""#, r#""name": """#, "empty-id", "name"),
        ("2020-03-23T00:00:00Z", "2020-02-30T00:00:00Z", "bad-start", "horizon.start"),
        ("2020-03-23T00:00:00Z", "2020-03-23T00:00:00+01:00", "bad-start", "horizon.start"),
        (r#""step_minutes": 5"#, r#""step_minutes": 0"#, "zero-step", "horizon.step_minutes"),
        (r#""cells": 100"#, r#""cells": 0"#, "no-cells", "horizon.cells"),
        (r#""cells": 100"#, r#""cells": 4000000000"#, "too-many-cells", "horizon.cells"),
        // Pools
        (r#""id": "login""#, r#""id": "school""#, "duplicate-pool", "pools[1].id"),
        (r#""id": "login""#, r#""id": "lo\u0007gin""#, "control-character", "pools[1].id"),
        (r#""name": "good""#, r#""name": "go\u202eod""#, "control-character", "name"),
        (r#""id": "b""#, r#""id": "\u2067b""#, "control-character", "requests[1].id"),
        (r#"["t3"]"#, r#"["t3\u2028"]"#, "control-character", "requests[2].exclusive[0]"),
        (r#""window": 2, "#, "", "no-window", "pools[1].window"),
        (r#""window": 2, "#, r#""window": 0, "#, "no-window", "pools[1].window"),
        (r#""from": 10, "to": 20"#, r#""from": 20, "to": 10"#, "empty-range", "pools[0].except[0]"),
        (r#""from": 20, "to": 30"#, r#""from": 20, "to": 101"#, "range-outside", "pools[0].except[1]"),
        (r#""from": 20, "to": 30"#, r#""from": 19, "to": 30"#, "overlapping-ranges", "pools[0].except[1]"),
        // Requests
        (r#""id": "b""#, r#""id": "a""#, "duplicate-request", "requests[1].id"),
        (r#""id": "b""#, r#""id": " ""#, "empty-id", "requests[1].id"),
        (r#"["school", "login"]"#, r#"["school", "logn"]"#, "unknown-pool", "requests[0].pools[1]"),
        (r#"["school", "login"]"#, r#"["school", "school"]"#, "pool-twice", "requests[0].pools[1]"),
        (r#"["t1", "g1"]"#, r#"["t1", "t1"]"#, "exclusive-twice", "requests[0].exclusive[1]"),
        (r#"["t1", "g1"]"#, r#"["t1", ""]"#, "empty-id", "requests[0].exclusive[1]"),
        (r#""duration": 5"#, r#""duration": 0"#, "zero-duration", "requests[0].duration"),
        (r#""first": 5, "last": 15"#, r#""first": 15, "last": 5"#, "reversed-option", "requests[0].options[0]"),
        (r#""last": 15"#, r#""last": 96"#, "past-horizon", "requests[0].options[0]"),
        (r#""base": 0"#, r#""base": 9000000000000"#, "cost-too-large", "requests[0].options[0]"),
        (r#""unplaced": 1000"#, r#""unplaced": 9000000000000"#, "cost-too-large", "requests[0].unplaced"),
        (r#""move": 3"#, r#""move": 9000000000000"#, "cost-too-large", "requests[0].move"),
        (r#""current": 8"#, r#""current": 100"#, "current-outside", "requests[0].current"),
        (r#""current": 40"#, r#""current": 96"#, "current-outside", "requests[1].current"),
        (r#""current": 40, "#, "", "pinned-nowhere", "requests[1].pinned"),
        (r#", "pinned": true"#, "", "no-options", "requests[1].options"),
        (r#""weight": 2"#, r#""weight": 0"#, "weight-outside", "requests[0].weight"),
        (r#""weight": 2"#, r#""weight": 1001"#, "weight-outside", "requests[0].weight"),
        (r#""weight": 2"#, r#""weight": 1.5"#, "fractional-number", "requests[0].weight"),
        (r#""base": 0"#, r#""base": 600000000000"#, "cost-too-large", "requests[0].options[0]"),
        // Days, and rules for people
        ("[0, 30, 70]", "[1, 30, 70]", "days-not-from-0", "days[0]"),
        ("[0, 30, 70]", "[0, 30, 30]", "days-not-rising", "days[2]"),
        ("[0, 30, 70]", "[0, 30, 100]", "day-outside", "days[2]"),
        ("[0, 30, 70]", r#"[0, "30"]"#, "wrong-type", "days[1]"),
        ("[0, 30, 70]", "[]", "", ""),
        (r#""break": 2"#, r#""brake": 2"#, "unknown-field", "exclusives[0].brake"),
        (r#""break": 2"#, r#""break": -2"#, "negative-number", "exclusives[0].break"),
        (r#""most": 3"#, r#""most": null"#, "", ""),
        (r#"{"id": "g1""#, r#"{"id": "t2""#, "duplicate-exclusive", "exclusives[1].id"),
        (r#"{"id": "g1""#, r#"{"id": """#, "empty-id", "exclusives[1].id"),
        // Order
        (r#"{"request": "b"}"#, r#"{"request": "bb"}"#, "unknown-request", "requests[0].after[0].request"),
        (r#"{"request": "b"}"#, r#"{"request": "a"}"#, "after-itself", "requests[0].after[0].request"),
        (r#"{"request": "b"}"#, r#"{"gap": 1}"#, "missing-field", "requests[0].after[0].request"),
        (r#""gap": 4"#, r#""gap": "4""#, "wrong-type", "requests[0].after[1].gap"),
        // Pins
        (r#"["t3"]"#, r#"["t2"]"#, "", ""),
        (r#""current": 60"#, r#""current": 44"#, "", ""),
    ];
    for (from, to, code, place) in cases {
        if code.is_empty() {
            assert_eq!(findings(GOOD.replacen(from, to, 1).as_bytes()), vec![], "{from} → {to} is legal");
        } else {
            assert_found(from, to, code, place);
        }
    }
}

#[test]
fn circles_are_found_once_each() {
    let follows = |request: &mut Request, first: &str| {
        let after = After { request: first.into(), gap: 0 };
        request.after = request.after.iter().cloned().chain([after]).collect();
    };
    let requests = ["a", "b", "c", "d", "e"].map(|id| request(id, &[], &[], 1, 1, vec![around(0, 1, 0)]));
    let mut round = round(10, vec![], requests.into());
    for (second, first) in [(0, "b"), (1, "c"), (0, "c"), (3, "e")] {
        follows(&mut round.requests[second], first);
    }
    assert_eq!(validate(&round), vec![], "an order without a circle");
    follows(&mut round.requests[2], "a");
    follows(&mut round.requests[4], "d");
    let found: Vec<_> = validate(&round).into_iter().map(|finding| (finding.code, finding.place)).collect();
    assert_eq!(found, [("circle", "requests[2].after[0]".into()), ("circle", "requests[4].after[0]".into())]);
    assert!(validate(&round)[0].message.starts_with("“a”, “b”, “c” come after each other"));
}

#[test]
fn pins_that_contradict_are_found() {
    let clash = GOOD.replace(r#"["t3"]"#, r#"["t2"]"#).replace(r#""current": 60"#, r#""current": 44"#);
    let found = findings(clash.as_bytes());
    assert_eq!(found.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["pins-clash"]);
    assert_eq!(found[0].place, "requests[2].current");
    let over = GOOD.replace(r#""current": 60"#, r#""current": 26"#).replace(r#""current": 40"#, r#""current": 22"#);
    let found = findings(over.as_bytes());
    assert_eq!(found.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["pins-over-limit"]);
    assert!(found[0].message.contains("need 40") && found[0].message.contains("limit is 20"), "{}", found[0].message);
    // Of one teacher, b is over at 45 and c begins at 46; then two classes a day are more than one.
    let together = GOOD.replace(r#"["t3"]"#, r#"["t2"]"#);
    let near = together.replace(r#""current": 60"#, r#""current": 46"#);
    assert_eq!(places(&near), [("pins-break", "requests[2].current".into())]);
    let day = together.replace(r#""most": 3"#, r#""most": 1"#);
    assert_eq!(places(&day), [("pins-over-most", "requests[2].current".into())]);
    assert_eq!(places(&day.replace("[0, 30, 70]", "[0, 50]")), []);
    let order = GOOD.replace(r#""current": 60, "pinned": true"#, r#"$0, "after": [{"request": "b", "gap": 16}]"#);
    let order = order.replace("$0", r#""current": 60, "pinned": true"#);
    assert_eq!(places(&order), [("pins-order", "requests[2].after[0]".into())]);
    assert_eq!(places(&order.replace("16", "15")), []);
}

#[test]
fn pins_in_windows_as_long_as_the_longest_horizon_are_judged_at_once() {
    // 8,600 million pairs of cells: a minute's work for whoever looks at each.
    let cells = validate::MOST_CELLS;
    let pinned = |id: &str, current: u32, connections: u32| Request {
        current: Some(current),
        pinned: true,
        ..request(id, &["login", "school"], &[], connections, cells - current, vec![])
    };
    let mut login = pool("login", Some(cells), 40);
    login.except = vec![LimitRange { from: cells - 2, to: cells - 1, limit: 25 }];
    let requests = vec![pinned("a", 0, 20), pinned("b", cells - 9, 20)];
    let found = validate(&round(cells, vec![login, pool("school", None, 30)], requests));
    let messages: Vec<_> = found.iter().map(|finding| (finding.code, finding.message.as_str())).collect();
    let at = |pool: &str, cell: u32, limit: u32| {
        format!("pinned classes need 40 connections of “{pool}” at cell {cell}, its limit is {limit}")
    };
    // The last of several that are equally bad.
    let (login, school) = (at("login", 0, 25), at("school", cells - 1, 30));
    assert_eq!(messages, [("pins-over-limit", &*login), ("pins-over-limit", &*school)]);
}

fn places(text: &str) -> Vec<(&'static str, String)> {
    findings(text.as_bytes()).into_iter().map(|finding| (finding.code, finding.place)).collect()
}

#[test]
fn legal_but_surprising_is_a_warning() {
    let warned = |from: &str, to: &str| {
        let round = read_round(GOOD.replacen(from, to, 1).as_bytes(), &ReadLimits::default()).expect("legal");
        validate(&round).into_iter().map(|finding| (finding.code, finding.severity)).collect::<Vec<_>>()
    };
    assert_eq!(warned(r#""connections": 20"#, r#""connections": 61"#), [("never-fits", Severity::Warning); 2]);
    assert_eq!(warned(r#""kind": "arrivals""#, r#""kind": "concurrent""#), [("needless-window", Severity::Warning)]);
    assert_eq!(warned(r#"{"id": "g1""#, r#"{"id": "g2""#), [("unused-exclusive", Severity::Warning)]);
    assert_eq!(warned(r#""most": 9"#, r#""most": 0"#), [("no-classes", Severity::Warning)]);
}

#[test]
fn files_that_are_no_rounds_at_all() {
    let gzip = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    };
    let packed = gzip(GOOD.as_bytes());
    assert_eq!(findings(&packed), vec![], "gzip is recognised");
    let mut damaged = packed.clone();
    damaged[40] ^= 0xff;
    let mut no_gzip = packed[..10].to_vec();
    no_gzip.extend([0xff; 40]);
    let bomb = gzip(&vec![b' '; 50 << 20]);
    assert!(bomb.len() < 1 << 20);
    let cases: [(&str, Vec<u8>, &[&str]); 13] = [
        ("nothing", vec![], &["empty-file"]),
        ("blanks", b" \n ".to_vec(), &["empty-file"]),
        ("prose", b"hello".to_vec(), &["not-json"]),
        ("binary", vec![0, 159, 146, 150], &["not-json"]),
        ("cut", GOOD.as_bytes()[..300].to_vec(), &["truncated"]),
        ("cut gzip", packed[..packed.len() / 2].to_vec(), &["truncated"]),
        ("damaged gzip", damaged, &["bad-gzip", "not-json", "truncated"]),
        ("gzip in name only", no_gzip, &["bad-gzip"]),
        ("zip bomb", bomb, &["too-large"]),
        ("long", vec![b' '; 2 << 20], &["too-large"]),
        ("a list", b"[]".to_vec(), &["wrong-type"]),
        ("two documents", [GOOD.as_bytes(), b"{}"].concat(), &["not-json"]),
        ("too deep", "[".repeat(100_000).into_bytes(), &["not-json", "bad-value"]),
    ];
    for (what, bytes, codes) in cases {
        let found = findings(&bytes);
        assert_eq!(found.len(), 1, "{what}: {found:?}");
        assert!(codes.contains(&found[0].code), "{what}: {found:?}");
        assert!(!found[0].action.is_empty());
    }
}

#[test]
fn all_findings_come_at_once() {
    let bad = GOOD.replace(r#""limit": 50"#, r#""limit": -1"#).replace(r#""duration": 5"#, r#""duration": "long""#);
    assert_eq!(findings(bad.as_bytes()).len(), 4, "{:?}", findings(bad.as_bytes()));
    let bad = GOOD.replace(r#""duration": 5"#, r#""duration": 0"#).replace("\"school\", \"login\"", "\"x\", \"y\"");
    assert_eq!(findings(bad.as_bytes()).len(), 5);
}

#[test]
fn many_findings_are_counted_rather_than_listed() {
    let requests = (0..3000).map(|i| request(&format!("r{i}"), &[], &[], 1, 0, vec![around(0, 1, 0)]));
    let found = validate(&round(10, vec![], requests.collect()));
    assert_eq!(found.len(), 1001);
    assert_eq!(found[1000].code, "more-findings");
    assert!(found[1000].message.contains("2000"));
}

#[test]
fn names_are_compared_while_that_takes_no_time() {
    // The first 50 unknown ones are compared with all 9,999 pools, the others with none.
    let name = |number: usize| format!("{number:07}{}", "x".repeat(90));
    let requests =
        (0..900).map(|i| request(&format!("r{i}"), &[&format!("y{}", name(i))], &[], 1, 1, vec![around(0, 1, 0)]));
    let pools = (0..9999).map(|i| pool(&name(i), None, 9)).collect();
    let found = validate(&round(10, pools, requests.collect()));
    let are_meant: Vec<bool> = found.iter().map(|finding| finding.action.starts_with("did you mean")).collect();
    assert_eq!((are_meant.len(), are_meant.iter().filter(|meant| **meant).count()), (900, 50));
}

#[test]
fn a_field_twice_is_refused() {
    let twice = GOOD.replace(r#""duration": 5,"#, r#""duration": 5, "duration": 6,"#);
    assert_eq!(findings(twice.as_bytes())[0].code, "bad-value");
}

#[test]
fn plans_tolerate_what_others_write() {
    let read = |text: &str| read_plan(text.as_bytes(), &ReadLimits::default());
    let plan =
        read(r#"{"round": "r", "sessions": [{"request": "a", "start": null}], "solver": "another"}"#).expect("a plan");
    assert_eq!((plan.objective, plan.bound, plan.sessions.len()), (None, None, 1));
    let found =
        read(r#"{"round": "r", "sessions": [{"request": 1, "start": -1}], "objective": 0.5}"#).expect_err("bad").0;
    let codes: Vec<_> = found.iter().map(|finding| (finding.code, finding.place.as_str())).collect();
    let expected = [
        ("wrong-type", "sessions[0].request"),
        ("negative-number", "sessions[0].start"),
        ("fractional-number", "objective"),
    ];
    assert_eq!(codes, expected);
}

#[test]
fn prices_say_what_they_are_of() {
    let read = |price: &str| {
        let text = format!(r#"{{"round": "r", "sessions": [], "certificate": {{"prices": [{price}]}}}}"#);
        read_plan(text.as_bytes(), &ReadLimits::default()).map(|plan| plan.certificate.unwrap_or_default().prices)
    };
    let day = Price::Day { exclusive: "t".into(), day: 1, price: 0.5 };
    assert_eq!(read(r#"{"exclusive": "t", "day": 1, "price": 0.5}"#), Ok(vec![day]));
    let cell = Price::Exclusive { exclusive: "t".into(), cell: 1, price: 2.0 };
    assert_eq!(read(r#"{"pool": null, "exclusive": "t", "cell": 1, "price": 2, "by": "hand"}"#), Ok(vec![cell]));
    for bad in [r#"{"pool": "p", "price": 1}"#, r#"{"pool": "p", "day": 1, "price": 1}"#, r#"{"cell": 1, "price": 1}"#]
    {
        assert_eq!(read(bad).expect_err(bad).0[0].code, "bad-value");
    }
}

#[test]
fn solving_a_bad_round_returns_its_findings() {
    let bad = round(10, vec![], vec![request("a", &["nowhere"], &[], 1, 1, vec![around(0, 1, 0)])]);
    let error = solve(&bad, &options(Method::Auto, 1), &mut |_| {}).expect_err("bad");
    assert_eq!(error.0[0].code, "unknown-pool");
}

#[test]
fn derived_rows_are_read_and_their_defects_named() {
    let read = |row: &str| {
        let text = format!(r#"{{"round": "r", "sessions": [], "certificate": {{"prices": [], "derived": [{row}]}}}}"#);
        read_plan(text.as_bytes(), &ReadLimits::default())
    };
    let plan =
        read(r#"{"divisor": 28, "exclusives": {"3B": 1}, "prices": [{"cell": 4, "price": 0.5}]}"#).expect("a plan");
    let row = &plan.certificate.expect("a certificate").derived[0];
    assert_eq!((row.divisor, row.exclusives["3B"], row.prices[0].cell), (28, 1, 4));
    let findings = read(r#"{"divisor": 1.5, "pools": {"p": -1}, "prices": [{"cell": "4"}]}"#).expect_err("defects");
    let places: Vec<&str> = findings.0.iter().map(|finding| finding.place.as_str()).collect();
    for place in ["divisor", "pools.p", "prices[0].cell", "prices[0].price"] {
        let place = format!("certificate.derived[0].{place}");
        assert!(places.contains(&place.as_str()), "{place} in {places:?}");
    }
}

#[test]
fn overloads_are_read_and_their_defects_named() {
    let read = |overload: &str| {
        let text =
            format!(r#"{{"round": "r", "sessions": [], "certificate": {{"prices": [], "overloads": [{overload}]}}}}"#);
        read_plan(text.as_bytes(), &ReadLimits::default())
    };
    let plan = read(r#"{"exclusive": "T4", "requests": ["a", "b"], "price": 800.5}"#).expect("a plan");
    let overload = &plan.certificate.expect("a certificate").overloads[0];
    assert_eq!((overload.exclusive.as_deref(), &overload.pool, overload.requests.len()), (Some("T4"), &None, 2));
    let findings = read(r#"{"pool": 3, "requests": "a", "price": "much"}"#).expect_err("defects");
    let places: Vec<&str> = findings.0.iter().map(|finding| finding.place.as_str()).collect();
    for place in ["pool", "requests", "price"] {
        let place = format!("certificate.overloads[0].{place}");
        assert!(places.contains(&place.as_str()), "{place} in {places:?}");
    }
}

#[test]
fn more_warnings_than_are_listed_stop_nothing() {
    let asked = |index: u32| request(&format!("r{index}"), &["p"], &[], 5, 1, vec![around(0, 5, 0)]);
    let round = round(10, vec![pool("p", None, 0)], (0..1200).map(asked).collect());
    let found = validate(&round);
    assert_eq!(found.last().map(|last| (last.code, last.severity)), Some(("more-findings", Severity::Warning)));
    assert!(!found.iter().any(Finding::is_error) && found.len() == 1001);
    assert_eq!(solved(&round, &options(Method::Search, 100)).plan.objective, Some(1_200_000));
}

#[test]
fn the_format_tells_each_limit_as_it_is() {
    let text = include_str!("../../api-spec/round.md");
    let table = text.split("### Limits").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("limits");
    let grouped = |number: u64| {
        let digits = number.to_string();
        let parts = digits.as_bytes().rchunks(3).rev().map(|part| String::from_utf8_lossy(part));
        parts.collect::<Vec<_>>().join(",")
    };
    let gigabytes = |bytes: u64| format!("{} GB", bytes >> 30);
    for (limit, code) in [
        (grouped(validate::MOST_CELLS.into()), "too-many-cells"),
        (grouped(validate::MOST_STEP.into()), "step-too-long"),
        (grouped(validate::MOST_POOL_CELLS), "too-many-pools"),
        (grouped(validate::MOST_WEIGHT.into()), "weight-outside"),
        (grouped(validate::MOST_COST), "cost-too-large"),
        (grouped(u64::MAX), "number-too-large"),
        (grouped(u32::MAX.into()), "number-too-large"),
        (gigabytes(ReadLimits::default().bytes), "too-large"),
        (grouped(check::MOST_TIMES.into()), "certificate"),
        (gigabytes(solve::MOST_TABLES), "too-large-to-solve"),
    ] {
        let row = |line: &&str| line.contains(&format!("| {limit}")) && line.ends_with(&format!("| `{code}` |"));
        assert!(table.lines().any(|line| row(&line)), "{limit} {code} in {table}");
    }
}
