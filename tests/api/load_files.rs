//! Files of load on the command line: tables of any length, and logs that name everybody and leave nobody's name.

use super::school::World;
use crate::support::service::{Backend, on_both};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Stdio;

on_both!(
    memory_stays_flat_whatever_the_length_of_a_table,
    a_log_is_counted_and_nobody_is_kept,
    a_log_with_bad_lines_is_told_line_by_line,
);

fn platform(world: &World) -> String {
    world.made("/api/v1/platforms", &json!({"name": "e-lyco"}))
}

/// Imports a table of so many samples, one every ten seconds; what came of it, and the most memory that it took, in KB.
fn import(world: &World, platform: &str, samples: u32) -> (Value, u64) {
    let data = world.service.site().data().to_owned();
    let arguments = ["load", "import", "-", "--json", "--platform", platform];
    let mut command = world.service.site().command(&arguments);
    command.arg("--data").arg(data).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut input = BufWriter::new(child.stdin.take().expect("it is piped"));
    writeln!(input, "time,connections").expect("the program reads");
    let (start, mut peak) = (1_500_000_000_u64, 0);
    for sample in 0..samples {
        writeln!(input, "{},{}", start + u64::from(sample) * 10, sample % 5000).expect("the program reads");
        if sample % 10_000 == 0 {
            peak = peak.max(memory(child.id()));
        }
    }
    input.flush().expect("the program reads");
    peak = peak.max(memory(child.id()));
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let ingestion: Value = serde_json::from_slice(&output.stdout).expect("a JSON document");
    (ingestion["report"].clone(), peak)
}

/// The most memory that a process has had so far, in KB.
fn memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

fn memory_stays_flat_whatever_the_length_of_a_table(backend: Backend) {
    let world = World::new(backend);
    let platform = platform(&world);
    // More than is held at a time, so that both write while they read.
    let (first, small) = import(&world, &platform, 120_000);
    let (second, large) = import(&world, &platform, 480_000);
    assert_eq!((&first["taken"], &first["duplicates"]), (&json!(120_000), &json!(0)));
    assert_eq!((&second["taken"], &second["duplicates"]), (&json!(360_000), &json!(120_000)));
    assert!(small > 0 && large < small + 16 * 1024, "{small} KB, then {large} KB");
}

fn line(client: &str, time: &str, request: &str, status: u16) -> String {
    format!("{client} - zoe [16/Mar/2020:{time} +0100] \"{request} HTTP/1.1\" {status} 17 \"-\" \"Mozilla/5.0\"\n")
}

fn log(world: &World, text: &str) -> std::path::PathBuf {
    let path = world.service.site().data().join("access.log");
    fs::write(&path, text).expect("the folder is ours");
    path
}

fn run(world: &World, log: &Path, more: &[&str]) -> std::process::Output {
    let path = log.to_string_lossy();
    let arguments = [&["load", "count-log", &path], more].concat();
    world.service.site().command(&arguments).arg("--data").arg(world.service.site().data()).output().expect("it starts")
}

fn a_log_is_counted_and_nobody_is_kept(backend: Backend) {
    let world = World::new(backend);
    let platform = platform(&world);
    let mut text = String::new();
    for (client, time) in [("192.0.2.17", "09:00:01"), ("2001:db8::17", "09:01:00"), ("192.0.2.17", "09:04:59")] {
        text.push_str(&line(client, time, "GET /a", 200));
    }
    for status in [302, 401] {
        text.push_str(&line("192.0.2.18", "09:06:00", "POST /cas/login", status));
    }
    let path = log(&world, &text);
    let printed = run(&world, &path, &["--login-path", "/cas/login"]);
    let expected = "time,connections,logins\n2020-03-16T08:00:00Z,2,0\n2020-03-16T08:05:00Z,1,0.2\n";
    assert_eq!(String::from_utf8_lossy(&printed.stdout), expected);
    let taken = run(&world, &path, &["--login-path", "/cas/login", "--platform", &platform, "--json"]);
    let taken: Value = serde_json::from_slice(&taken.stdout).expect("a JSON document");
    assert_eq!((&taken["report"]["taken"], &taken["input"]), (&json!(4), &json!("log")));
    fs::remove_file(&path).expect("it is ours");
    for entry in fs::read_dir(world.service.site().data()).expect("the folder is ours") {
        let path = entry.expect("it can be read").path();
        let bytes = fs::read(&path).unwrap_or_default();
        for name in ["192.0.2.17", "2001:db8::17", "Mozilla"] {
            let is_there = bytes.windows(name.len()).any(|part| part == name.as_bytes());
            assert!(!is_there, "{name} is in {}", path.display());
        }
    }
}

fn a_log_with_bad_lines_is_told_line_by_line(backend: Backend) {
    let world = World::new(backend);
    let platform = platform(&world);
    let good = line("192.0.2.17", "09:20:00", "GET /a", 200);
    let lines = [
        good.clone(),
        "192.0.2.17\n".to_owned(),
        good.replace("[16", "16"),
        good.replace(" 200 ", " abc "),
        good.replace(" 17 ", " many "),
        good.replace("HTTP/1.1\"", "HTTP/1.1"),
        good.replace("Mar", "Mrz"),
        good.replace(" +0100", ""),
        good.replace("2020", "2099"),
        good.replace("2020", "1999"),
        good.replace("09:20", "09:01"),
        good.replace("GET /a", &"x".repeat(70_000)),
        "\n".to_owned(),
        good.clone(),
    ];
    let output = run(&world, &log(&world, &lines.concat()), &["--platform", &platform, "--json"]);
    assert_eq!(output.status.code(), Some(1), "there is something to mend");
    let report: Value = serde_json::from_slice(&output.stdout).expect("a JSON document");
    let report = &report["report"];
    let found: Vec<(&str, &str)> = report["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|finding| (finding["code"].as_str().expect("a text"), finding["place"].as_str().expect("a text")))
        .collect();
    let expected = [
        ("bad-log-line", "line 2"),
        ("bad-log-line", "line 3"),
        ("bad-log-line", "line 4"),
        ("bad-log-line", "line 5"),
        ("bad-log-line", "line 6"),
        ("bad-time", "line 7"),
        ("bad-time", "line 8"),
        ("time-ahead", "line 9"),
        ("too-old", "line 10"),
        ("late-line", "line 11"),
        ("line-too-long", "line 12"),
    ];
    assert_eq!(found, expected);
    assert_eq!((&report["taken"], &report["refused"]), (&json!(1), &json!(11)));
    assert!(!report.to_string().contains("192.0.2"), "a report names nobody");
}
