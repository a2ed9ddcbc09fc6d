//! Observed load that is sent: tables and OpenMetrics text, right and wrong, and how it ages.

use super::school::World;
use crate::support::service::{Answer, Backend, on_both};
use chrono::{DateTime, Duration, DurationRound, SecondsFormat, Utc};
use reqwest::Method;
use serde_json::{Value, json};

on_both!(
    a_table_is_taken_once,
    lines_name_their_places,
    a_table_with_bad_data_is_told_line_by_line,
    a_table_that_is_none_is_refused,
    a_cell_that_never_ends_is_not_held,
    samples_are_pushed,
    pushed_samples_with_bad_data_are_told_line_by_line,
    a_push_goes_on_from_the_one_before,
    five_minutes_become_hours,
);

/// The start of an hour so many hours ago.
fn hours_ago(hours: i64) -> DateTime<Utc> {
    (Utc::now() - Duration::hours(hours)).duration_trunc(Duration::hours(1)).expect("an hour is short")
}

fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn observed(world: &World, place: &str, metric: &str, from: DateTime<Utc>) -> Value {
    let until = text(from + Duration::hours(3));
    world
        .get(&format!("/api/v1/load/cells?{place}&metric={metric}&from={}&until={until}", text(from)))
        .expect(200)
        .json()
}

/// Samples, mean and peak of each cell.
fn numbers(cells: &Value) -> Vec<(u64, f64, f64)> {
    let number = |cell: &Value, key: &str| cell[key].as_f64().expect("a number");
    let cells = cells.as_array().expect("a list").iter();
    cells.map(|cell| (cell["samples"].as_u64().expect("a count"), number(cell, "mean"), number(cell, "peak"))).collect()
}

fn upload(world: &World, query: &str, table: &str) -> Answer {
    world.send(Method::POST, &format!("/api/v1/load/csv{query}"), Some(&world.operator), Some(&json!(table)))
}

fn push(world: &World, query: &str, lines: &str) -> Answer {
    let text = json!(format!("{lines}\n# EOF\n"));
    world.send(Method::POST, &format!("/api/v1/load/openmetrics{query}"), Some(&world.operator), Some(&text))
}

fn platform(world: &World) -> String {
    world.made("/api/v1/platforms", &json!({"name": "e-lyco"}))
}

/// Code and place of each finding.
fn findings(answer: &Value) -> Vec<(String, String)> {
    let text = |finding: &Value, key: &str| finding[key].as_str().expect("a text").to_owned();
    let findings = answer["findings"].as_array().expect("a list").iter();
    findings.map(|finding| (text(finding, "code"), text(finding, "place"))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(code, place)| ((*code).to_owned(), (*place).to_owned())).collect()
}

fn a_table_is_taken_once(backend: Backend) {
    let world = World::new(backend);
    let (of, start) = (format!("platform={}", platform(&world)), hours_ago(5));
    let mut table = "time;connections;logins\n".to_owned();
    for minute in 0..20 {
        table.push_str(&format!("{};{};{}\n", text(start + Duration::minutes(minute)), minute * 10, "1,5"));
    }
    let first = upload(&world, &format!("?{of}"), &table).expect(201).json();
    assert_eq!(first["report"]["taken"], 40);
    assert_eq!(first["report"]["from"], text(start));
    let connections = observed(&world, &of, "connections", start);
    assert_eq!(numbers(&connections["cells"])[..2], [(5, 20.0, 40.0), (5, 70.0, 90.0)]);
    let logins = observed(&world, &of, "logins", start);
    assert_eq!(numbers(&logins["cells"]), [(5, 1.5, 1.5); 4]);
    let again = upload(&world, &format!("?{of}"), &table).expect(201).json();
    assert_eq!((&again["report"]["taken"], &again["report"]["duplicates"]), (&json!(0), &json!(40)));
    assert_eq!(observed(&world, &of, "connections", start), connections);
    let listed = world.get(&format!("/api/v1/load/ingestions?{of}")).expect(200).json();
    assert_eq!(listed, json!([again, first]), "the newest first");
    let local = format!("time,connections\n{}\n", "2020-03-16 09:00,7");
    let taken = upload(&world, &format!("?{of}&time_zone=Europe/Paris"), &local).expect(201).json();
    assert_eq!(taken["report"]["from"], "2020-03-16T08:00:00Z");
}

fn lines_name_their_places(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let (platform, start) = (platform(&world), hours_ago(5));
    let federation = world.made("/api/v1/federations", &json!({"name": "ÉduConnect"}));
    let at = text(start);
    let table = format!(
        "time,platform,federation,school,connections\n{at},e-lyco,,,5\n{at},,ÉduConnect,,6\n{at},,,{},7\n\
         {at},{platform},{federation},,8\n{at},,,,9\n{at},Leia,,,10\n",
        school.id
    );
    let report = upload(&world, "", &table).expect(201).json()["report"].clone();
    assert_eq!((&report["taken"], &report["refused"]), (&json!(3), &json!(3)));
    let expected = [("two-places", "line 5"), ("missing-place", "line 6"), ("unknown-place", "line 7")];
    assert_eq!(findings(&report), pairs(&expected));
    for (place, value) in
        [("platform", (&platform, 5.0)), ("federation", (&federation, 6.0)), ("school", (&school.id, 7.0))]
    {
        let seen = observed(&world, &format!("{place}={}", value.0), "connections", start);
        assert_eq!(numbers(&seen["cells"]), [(1, value.1, value.1)], "{place}");
    }
    let own = format!("time,school,platform,connections\n{at},,e-lyco,5\n{at},{},,5\n", school.id);
    let path = "/api/v1/load/csv";
    let report = world.send(Method::POST, path, Some(&school.admin_token), Some(&json!(own))).expect(201).json();
    let expected = pairs(&[("unknown-place", "line 2")]);
    assert_eq!(findings(&report["report"]), expected, "an admin speaks for the own school alone");
}

fn a_table_with_bad_data_is_told_line_by_line(backend: Backend) {
    let world = World::new(backend);
    let (of, start) = (format!("?platform={}", platform(&world)), hours_ago(6));
    let at = |minutes: i64| text(start + Duration::minutes(minutes));
    let long = "x".repeat(70);
    let lines = [
        format!("{},1", at(0)),
        ",1".to_owned(),
        "soon,1".to_owned(),
        "2020-03-16 09:00,1".to_owned(),
        format!("{},1", text(Utc::now() + Duration::hours(1))),
        "1,1".to_owned(),
        format!("{},-1", at(1)),
        format!("{},NaN", at(2)),
        format!("{},{long}", at(3)),
        format!("{},1e99", at(4)),
        at(5),
        format!("{},2", at(6)),
        format!("{},2", at(6)),
        format!("{},3", at(1)),
        format!("{},", at(7)),
        String::new(),
    ];
    let report = upload(&world, &of, &format!("time,connections\n{}\n", lines.join("\n"))).expect(201).json();
    let report = &report["report"];
    let expected = [
        ("bad-time", "line 3"),
        ("bad-time", "line 4"),
        ("local-time", "line 5"),
        ("time-ahead", "line 6, column connections"),
        ("too-old", "line 7, column connections"),
        ("bad-value", "line 8, column connections"),
        ("bad-value", "line 9, column connections"),
        ("bad-value", "line 10, column connections"),
        ("bad-value", "line 11, column connections"),
        ("wrong-cell-count", "line 12"),
    ];
    assert_eq!(findings(report), pairs(&expected));
    assert_eq!(report["found"]["bad-value"], 4);
    let counts = ["taken", "duplicates", "late", "refused"].map(|key| report[key].as_u64().expect("a count"));
    assert_eq!(counts, [3, 1, 1, 10]);
    let counter = format!(
        "time,logins_total\n{},100\n{},160\n{},20\n{},20\n{},30\n{},1000\n{},1010\n{},1020\n{},1030\n",
        at(0),
        at(1),
        at(2),
        at(120),
        at(121),
        at(60),
        at(61),
        at(62),
        at(122)
    );
    let report = upload(&world, &of, &counter).expect(201).json()["report"].clone();
    let counts = ["taken", "late", "counter_resets", "gaps", "clock_jumps", "refused"];
    assert_eq!(counts.map(|key| report[key].as_u64().expect("a count")), [4, 3, 1, 1, 1, 3], "{report}");
    let seen = observed(&world, &of[1..], "logins", start);
    assert_eq!(numbers(&seen["cells"])[0], (2, 40.0, 60.0), "60 in a minute, then 20 from nothing");
}

fn a_table_that_is_none_is_refused(backend: Backend) {
    let world = World::new(backend);
    let of = format!("?platform={}", platform(&world));
    for (query, table, code) in [
        (of.as_str(), "", "not-a-table"),
        (&of, "time\n", "missing-column"),
        (&of, "connections\n", "missing-column"),
        (&of, "time,conections\n", "unknown-column"),
        (&of, "time,connections,connections\n", "column-twice"),
        (&of, "time,logins,logins_total\n", "two-ways"),
        (&of, "{\"time\": 1}", "unknown-column"),
        ("", "time,connections\n", "missing-column"),
        ("?platform=a&school=b", "time,connections\n", "two-places"),
        ("?platform=a&time_zone=Mars", "time,connections\n", "unknown-time-zone"),
        (&of, &"x".repeat(70_000), "not-a-table"),
    ] {
        let answer = upload(&world, query, table).expect(422).json();
        assert!(findings(&answer).iter().any(|(found, _)| found == code), "{query} {table:.40}: {answer}");
    }
    let answer = upload(&world, &of, &format!("time,connections\n{},5\n{}", text(hours_ago(3)), "x".repeat(70_000)));
    let report = answer.expect(201).json()["report"].clone();
    assert_eq!((&report["taken"], &report["found"]["broken-off"]), (&json!(1), &json!(1)), "what came before counts");
    upload(&world, "?platform=42", "time,connections\n").expect(404);
}

/// Lines are short, but a quotation mark makes one cell of all of them.
fn a_cell_that_never_ends_is_not_held(backend: Backend) {
    let world = World::new(backend);
    let platform = platform(&world);
    let line = |number: i64| format!("{},{number}\n", text(hours_ago(3) + Duration::seconds(number)));
    let endless = format!("\"{}", line(2).repeat(20_000));
    let table = format!("time,connections\n{}{endless}", line(1));
    let answer = upload(&world, &format!("?platform={platform}"), &table).expect(201).json();
    assert_eq!(answer["report"]["taken"], 1);
    assert_eq!(findings(&answer["report"]), [("broken-off".to_owned(), "line 3".to_owned())]);
    let message = answer["report"]["findings"][0]["message"].as_str().expect("words");
    assert!(message.contains("from line 3 on") && message.contains("quotation mark"), "{message}");
    let refused = upload(&world, &format!("?platform={platform}"), &endless).expect(422).json();
    assert_eq!(refused["findings"][0]["place"], "line 1", "{refused}");
}

fn samples_are_pushed(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let (platform, start) = (platform(&world), hours_ago(1));
    let at = start.timestamp();
    let lines = format!(
        "# TYPE connections gauge\nconnections{{platform=\"e-lyco\"}} 12 {at}\ncreneau_connections{{school=\"{}\"}} 3 {at}\n\
         logins_per_minute{{platform=\"{platform}\"}} 4 {at}",
        school.id
    );
    let report = push(&world, "", &lines).expect(201).json()["report"].clone();
    assert_eq!((&report["taken"], &report["refused"]), (&json!(3), &json!(0)));
    let of = format!("platform={platform}");
    assert_eq!(numbers(&observed(&world, &of, "connections", start)["cells"]), [(1, 12.0, 12.0)]);
    assert_eq!(numbers(&observed(&world, &of, "logins", start)["cells"]), [(1, 4.0, 4.0)]);
    let report = push(&world, &format!("?{of}"), "connections 5").expect(201).json()["report"].clone();
    let now: DateTime<Utc> = report["until"].as_str().expect("a time").parse().expect("a time");
    assert!((Utc::now() - now).num_seconds() < 60, "without a time it is of now");
    let path = "/api/v1/load/openmetrics";
    let body = json!("connections 1\n# EOF\n");
    let path_of_school = format!("{path}?school={}", school.id);
    world.send(Method::POST, &path_of_school, Some(&school.admin_token), Some(&body)).expect(201);
    for body in ["connections 1\n", "connections 1\n# EOF\nconnections 2\n"] {
        let request = world.service.request(Method::POST, &format!("{path}?{of}")).bearer_auth(&world.operator);
        let answer = Answer::to(request.header("content-type", "application/openmetrics-text").body(body));
        assert!(answer.expect(422).text().contains("EOF"), "{body}");
    }
}

fn pushed_samples_with_bad_data_are_told_line_by_line(backend: Backend) {
    let world = World::new(backend);
    let of = format!("?platform={}", platform(&world));
    let (now, ahead) = (Utc::now().timestamp(), Utc::now().timestamp() + 3600);
    let lines = [
        "connections",
        "connections{platform=\"a",
        "connections many",
        "connections 1 soon",
        "users 1",
        "# TYPE logins gauge",
        "connections -1",
        "connections NaN",
        "connections +Inf",
        "connections{school=\"42\"} 1",
        "connections{school=\"1\",platform=\"2\"} 1",
        &format!("connections 1 {ahead}"),
        "connections 1 86400",
        &format!("connections 5 {now}"),
        &format!("connections 6 {now}"),
    ]
    .join("\n");
    let report = push(&world, &of, &lines).expect(201).json()["report"].clone();
    let codes = [
        "bad-line",
        "bad-line",
        "bad-value",
        "bad-time",
        "unknown-metric",
        "wrong-type",
        "bad-value",
        "bad-value",
        "bad-value",
        "unknown-place",
        "two-places",
        "time-ahead",
        "too-old",
    ];
    let expected: Vec<_> =
        codes.iter().enumerate().map(|(index, code)| ((*code).to_owned(), format!("line {}", index + 1))).collect();
    assert_eq!(findings(&report), expected);
    assert_eq!(["taken", "duplicates"].map(|key| report[key].as_u64()), [Some(1), Some(1)]);
}

fn a_push_goes_on_from_the_one_before(backend: Backend) {
    let world = World::new(backend);
    let (of, start) = (format!("platform={}", platform(&world)), hours_ago(3));
    let report = |minutes: i64, total: u32| {
        let at = (start + Duration::minutes(minutes)).timestamp();
        push(&world, &format!("?{of}"), &format!("logins_total {total} {at}")).expect(201).json()["report"].clone()
    };
    let counts = |report: &Value| {
        ["taken", "gaps", "counter_resets", "refused"].map(|key| report[key].as_u64().expect("a count"))
    };
    assert_eq!(counts(&report(0, 100)), [0, 0, 0, 0], "the first reading says nothing");
    assert_eq!(counts(&report(1, 130)), [1, 0, 0, 0]);
    assert_eq!(counts(&report(2, 10)), [1, 0, 1, 0]);
    assert_eq!(counts(&report(1, 130)), [0, 0, 0, 1], "too late for a counter");
    assert_eq!(counts(&report(30, 40)), [1, 1, 0, 0]);
    let seen = observed(&world, &of, "logins", start);
    assert_eq!(numbers(&seen["cells"])[0], (2, 20.0, 30.0));
}

fn five_minutes_become_hours(backend: Backend) {
    let world = World::new(backend);
    let (of, old, young) = (format!("platform={}", platform(&world)), hours_ago(24 * 91), hours_ago(24 * 80));
    let mut table = "time,connections\n".to_owned();
    for start in [old, young] {
        for minute in 0..120 {
            table.push_str(&format!("{},{minute}\n", text(start + Duration::minutes(minute))));
        }
    }
    upload(&world, &format!("?{of}"), &table).expect(201);
    let run = || -> Value {
        serde_json::from_str(&world.service.site().run(&["retention", "--json"])).expect("a JSON document")
    };
    // A worker may have been quicker.
    run();
    assert_eq!(run()["load"], 0, "what has become hours is done with");
    let seen = observed(&world, &of, "connections", old);
    assert_eq!(seen["cells"], json!([]));
    assert_eq!(numbers(&seen["hours"]), [(60, 29.5, 59.0), (60, 89.5, 119.0)]);
    let seen = observed(&world, &of, "connections", young);
    assert_eq!((numbers(&seen["cells"]).len(), &seen["hours"]), (24, &json!([])));
    let again = upload(&world, &format!("?{of}"), &table).expect(201).json()["report"].clone();
    assert_eq!(["taken", "aged", "duplicates"].map(|key| again[key].as_u64()), [Some(0), Some(120), Some(120)]);
    let very_old = "time,connections\n2005-03-16T09:00:00Z,5\n";
    upload(&world, &format!("?{of}"), very_old).expect(201);
    assert_eq!(run()["load"], 1);
    assert_eq!(run()["load_hours"], 0, "they went in the same run");
    world.service.site().sql("UPDATE load_ingestions SET at = '2020-01-01 00:00:00'");
    assert_eq!(run()["ingestions"], 3);
}
