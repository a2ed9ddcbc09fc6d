//! A real Prometheus, filled by `promtool` with a morning of samples, is read as a source.

use super::school::World;
use crate::support::process::{Process, wait_until};
use crate::support::service::{Backend, Site, on_both};
use chrono::{DateTime, Duration, DurationRound, Utc};
use serde_json::json;
use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use tempfile::TempDir;

on_both!(a_real_prometheus_is_read);

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// A sample a minute of two servers, and a counter that begins anew in the middle; a quarter of an hour is missing.
fn samples(from: DateTime<Utc>, minutes: i64) -> String {
    let mut text = "# TYPE connections gauge\n".to_owned();
    let known = |minute: &i64| !(60..75).contains(minute);
    for minute in (0..minutes).filter(known) {
        let at = (from + Duration::minutes(minute)).timestamp();
        writeln!(text, "connections{{server=\"a\"}} {} {at}", 100 + minute).expect("memory");
        writeln!(text, "connections{{server=\"b\"}} 50 {at}").expect("memory");
    }
    text.push_str("# TYPE logins counter\n");
    for minute in (0..minutes).filter(known) {
        let at = (from + Duration::minutes(minute)).timestamp();
        let total = if minute < 120 { 1000 + minute * 20 } else { (minute - 120) * 20 };
        writeln!(text, "logins_total {total} {at}").expect("memory");
    }
    text + "# EOF\n"
}

struct Prometheus {
    _process: Process,
    _folder: TempDir,
    url: String,
}

fn prometheus(text: &str) -> Prometheus {
    let folder = TempDir::new().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("samples"), text).expect("the folder is ours");
    fs::write(path("prometheus.yml"), "{}\n").expect("the folder is ours");
    let output = Command::new("promtool")
        .args(["tsdb", "create-blocks-from", "openmetrics"])
        .args([path("samples"), path("data")])
        .output()
        .expect("promtool is there: scripts/setup test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let port = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("it is bound").port();
    let mut command = Command::new("prometheus");
    command
        .arg(format!("--config.file={}", path("prometheus.yml").display()))
        .arg(format!("--storage.tsdb.path={}", path("data").display()))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"))
        .args(["--log.level=error", "--storage.tsdb.retention.time=10y"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let (process, url) = (Process::spawn(&mut command), format!("http://127.0.0.1:{port}"));
    wait_until(PATIENCE, "Prometheus is ready", || {
        let answer = reqwest::blocking::get(format!("{url}/-/ready")).ok()?;
        (answer.status() == 200).then_some(())
    });
    Prometheus { _process: process, _folder: folder, url }
}

fn a_real_prometheus_is_read(backend: Backend) {
    let from = (Utc::now() - Duration::hours(5)).duration_trunc(Duration::hours(1)).expect("an hour is short");
    let server = prometheus(&samples(from, 240));
    let world = World::at(Site::new(backend).set("load.allow", &server.url));
    let platform = world.made("/api/v1/platforms", &json!({"name": "e-lyco"}));
    let read = |metric: &str, query: &str, counter: bool| {
        let since = from - Duration::minutes(10);
        let source = json!({"platform": platform, "kind": "prometheus", "address": server.url, "metric": metric,
            "query": query, "counter": counter, "since": since});
        let id = world.made("/api/v1/load/sources", &source);
        let report = wait_until(PATIENCE, "the source is read", || {
            let listed = world.get(&format!("/api/v1/load/ingestions?source={id}")).expect(200).json();
            let error = world.get(&format!("/api/v1/load/sources/{id}")).expect(200).json()["error"].clone();
            assert!(error.is_null(), "{error}");
            listed[0].is_object().then(|| listed[0]["report"].clone())
        });
        let until = from + Duration::hours(3);
        let span = [from, until].map(|at| at.format("%FT%TZ").to_string());
        let path = format!("/api/v1/load/cells?platform={platform}&metric={metric}&from={}&until={}", span[0], span[1]);
        (report, world.get(&path).expect(200).json()["cells"].clone())
    };
    let (report, cells) = read("connections", "sum(connections)", false);
    assert!(report["taken"].as_u64() >= Some(225), "{report}");
    assert_eq!((&report["refused"], &report["gaps"]), (&json!(0), &json!(1)), "{report}");
    assert_eq!(cells[0], json!({"cell": from.timestamp() / 300, "samples": 5, "mean": 152.0, "peak": 154.0}));
    let (report, cells) = read("logins", "logins_total", true);
    assert_eq!(report["counter_resets"], 1, "{report}");
    assert_eq!((&cells[1]["mean"], &cells[1]["peak"]), (&json!(20.0), &json!(20.0)));
}
