//! The load of a platform: observed, expected, taken off its limit; when it is least, and when people are warned.

use super::access::{Row, admins, members, operators};
use super::school::{School, World};
use crate::support::{
    process::wait_until,
    service::{Answer, Backend, on_both},
};
use chrono::{DateTime, Datelike, Duration, NaiveDate, Timelike, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use std::fmt::Write;

on_both!(
    a_week_is_observed_and_expected,
    what_is_expected_is_taken_off_when_it_is_enforced,
    a_plan_keeps_off_what_is_expected,
    an_alert_is_told_once_until_it_is_over,
);

/// Rows of the table in `access.rs`.
pub const ENDPOINTS: &[Row] = &[
    ("GET", "/schools/{school}/quietest-hours", members(200)),
    ("GET", "/schools/{school}/load", members(200)),
    ("GET", "/schools/{school}/load/alerts", members(200)),
    ("PUT", "/schools/{school}/background", admins(200)),
    ("GET", "/platforms/{platform}/load", [200; 5]),
    ("GET", "/platforms/{platform}/load/alerts", [200; 5]),
    ("GET", "/federations/{federation}/load", [200; 5]),
    ("GET", "/federations/{federation}/load/alerts", [200; 5]),
    ("PUT", "/pools/{pool}/background", operators(200)),
];

/// A platform of one school with a pool of 500 connections.
struct Place {
    world: World,
    platform: String,
    pool: String,
    school: School,
}

impl Place {
    fn new(backend: Backend) -> Self {
        let world = World::new(backend);
        let platform = world.made("/api/v1/platforms", &json!({"name": "e-lyco", "time_zone": "Europe/Paris"}));
        let pool = json!({"name": "platform/e-lyco", "kind": "concurrent", "connections": 500, "platform": platform});
        let pool = world.made("/api/v1/pools", &pool);
        let school = world.school("Collège A");
        world.put(&format!("/api/v1/schools/{}/platform", school.id), &json!({"platform": platform})).expect(200);
        Self { world, platform, pool, school }
    }

    /// Six weeks in which others than our classes have 480 connections from 6 to 12 o'clock UTC, else 60.
    fn observed(self) -> Self {
        self.observed_with(|at| (6..12).contains(&at.hour()))
    }

    /// The same, with 480 connections at the times that are busy.
    fn observed_with(self, is_busy: impl Fn(DateTime<Utc>) -> bool) -> Self {
        let now = Utc::now();
        let first = now - Duration::days(44);
        let mut table = "time,connections\n".to_owned();
        let mut at = first - Duration::seconds(first.timestamp() % 300);
        while at < now - Duration::minutes(30) {
            let wave = u32::try_from(at.timestamp() / 300 % 5).unwrap();
            writeln!(table, "{},{}", at.timestamp(), if is_busy(at) { 476 + wave } else { 60 - wave }).unwrap();
            at += Duration::minutes(5);
        }
        self.upload(&table);
        let path = format!("{}/load", self.own());
        wait_until(std::time::Duration::from_secs(60), "the forecast is made", || {
            self.world.get(&path).expect(200).json()["forecast"].is_object().then_some(())
        });
        self
    }

    fn upload(&self, table: &str) {
        self.world.post(&format!("/api/v1/load/csv?platform={}", self.platform), &json!(table)).expect(201);
    }

    fn own(&self) -> String {
        format!("/api/v1/platforms/{}", self.platform)
    }

    /// A Tuesday that is to come.
    fn tuesday(&self) -> NaiveDate {
        let next = Utc::now().date_naive() + Duration::days(7);
        next + Duration::days(i64::from((8 - next.weekday().num_days_from_monday()) % 7))
    }

    fn policy(&self, policy: &str) {
        let path = format!("/api/v1/pools/{}/background", self.pool);
        self.world.put(&path, &json!({"policy": policy, "margin_percent": 0})).expect(200);
    }

    /// Books a class of 28 connections.
    fn book(&self, hour: &str) -> Answer {
        let body = json!({"title": "Maths", "teachers": [self.school.teacher], "groups": [self.school.group],
            "duration_minutes": 55, "starts_at_local": format!("{}T{hour}", self.tuesday())});
        self.send(Method::POST, "bookings", Some(&body))
    }

    fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let path = format!("/api/v1/schools/{}/{path}", self.school.id);
        self.world.send(method, &path, Some(&self.school.admin_token), body)
    }
}

/// The cell of a local time.
fn at<'a>(map: &'a Value, local: &str) -> &'a Value {
    let cells = map["cells"].as_array().unwrap();
    cells.iter().find(|cell| cell["start"]["local"] == local).unwrap_or_else(|| panic!("no cell at {local}"))
}

fn a_week_is_observed_and_expected(backend: Backend) {
    let place = Place::new(backend).observed();
    let (tuesday, own) = (place.tuesday(), place.own());
    let map = place.world.get(&format!("{own}/load?date={tuesday}")).expect(200).json();
    assert!(
        (2003..=2028).contains(&map["cells"].as_array().unwrap().len()),
        "a week, with or without a change of clocks"
    );
    assert_eq!((&map["days"][1]["date"], &map["days"][1]["day_type"]), (&json!(tuesday), &json!("term-2")));
    let busy = at(&map, &format!("{tuesday}T10:00:00"));
    let (median, upper) = (busy["median"].as_u64().unwrap(), busy["upper"].as_u64().unwrap());
    assert!((474..=482).contains(&median) && median <= upper && upper <= 490, "{busy}");
    assert_eq!((&busy["limit"], &busy["planned"], &busy["observed"]), (&json!(500), &json!(0), &json!(null)));
    assert_eq!(busy["left"], json!(500 - upper));
    let forecast = &map["forecast"];
    assert!(forecast["wape"].as_f64().unwrap() < 0.1 && forecast["weeks"].as_u64().unwrap() >= 2, "{forecast}");

    let last_week = place.world.get(&format!("{own}/load?date={}", Utc::now().date_naive() - Duration::days(8)));
    assert!(last_week.expect(200).json()["cells"].as_array().unwrap().iter().all(|cell| cell["observed"].is_u64()));
    let as_text = |format: &str| {
        let answer = place.world.get(&format!("{own}/load?date={tuesday}&format={format}")).expect(200);
        (answer.header("content-type").unwrap().to_owned(), answer.text())
    };
    let (kind, table) = as_text("csv");
    assert!(
        kind.starts_with("text/csv")
            && table.lines().any(|line| line.contains(&format!(",{tuesday}T10:00,,{median},")))
    );
    let (kind, text) = as_text("openmetrics");
    assert!(kind.starts_with("application/openmetrics-text; version=1.0.0") && text.ends_with("# EOF\n"), "{kind}");
    assert!(text.contains(&format!("creneau_load_forecast_median{{place=\"platform\",id=\"{}\"", place.platform)));
    let (kind, picture) = as_text("svg&language=en");
    assert!(kind == "image/svg+xml" && picture.contains("load of the week") && picture.contains("url(#cc-dots)"));
    place.world.get(&format!("{own}/load?format=pdf")).expect(422);
    place.world.get(&format!("{own}/load?metric=logins")).expect(200);
}

fn what_is_expected_is_taken_off_when_it_is_enforced(backend: Backend) {
    let place = Place::new(backend).observed();
    place.policy("advise");
    let limits = |hour: &str| -> Value {
        let week = place.send(Method::GET, &format!("limits?date={}", place.tuesday()), None).expect(200).json();
        let pools = week["pools"].as_array().unwrap().clone();
        let pool = pools.iter().find(|pool| pool["pool"] == json!(place.pool)).unwrap().clone();
        let at = format!("{}T{hour}:00Z", place.tuesday());
        let steps = pool["steps"].as_array().unwrap().clone();
        steps.into_iter().rfind(|step| step["from"].as_str().unwrap() <= at.as_str()).unwrap()
    };
    let step = limits("09:00");
    assert!(step["background"].as_u64().unwrap() > 470 && step["kept"] == 0 && step["limit"] == 500, "{step}");
    let booked = place.book("11:00").expect(201).json();
    place
        .world
        .post(&format!("/api/v1/sessions/{}/cancellation", booked["id"].as_str().unwrap()), &json!({}))
        .expect(200);

    place.policy("enforce");
    assert_eq!(limits("09:00")["kept"], limits("09:00")["background"]);
    let refused = place.book("11:00").expect(409).json();
    let finding = &refused["findings"][0];
    assert_eq!(finding["code"], "pool-full");
    assert!(finding["message"].as_str().unwrap().contains("kept for what is expected besides classes"), "{refused}");
    place.book("16:00").expect(201);

    let wish = format!(
        "quietest-hours?teachers={}&groups={}&duration_minutes=55&from={}&days=1",
        place.school.teacher,
        place.school.group,
        place.tuesday()
    );
    let starts = |more: &str| {
        let found = place.send(Method::GET, &format!("{wish}{more}"), None).expect(200).json();
        found["starts"].as_array().unwrap().clone()
    };
    let quiet = starts("");
    let hour = |start: &Value| start["start"]["local"].as_str().unwrap()[11..13].parse::<u32>().unwrap();
    assert!(quiet.iter().all(|start| hour(start) >= 13), "mornings are full: {quiet:?}");
    place.policy("off");
    let quiet = starts("");
    let (first, last) = (quiet.first().unwrap(), quiet.last().unwrap());
    assert!(hour(first) >= 13 && hour(last) < 13, "mornings come last: {quiet:?}");
    assert!(last["load"].as_f64().unwrap() > 1.0 && first["load"].as_f64().unwrap() < 0.5);
    let wished = starts(&format!("&wished={}T15:00", place.tuesday()));
    assert_eq!(hour(&wished[0]), 15, "the wished hour, where it is quiet: {wished:?}");
}

fn a_plan_keeps_off_what_is_expected(backend: Backend) {
    let place = Place::new(backend).observed();
    place.policy("enforce");
    let day = place.tuesday();
    let round = json!({"name": "R", "starts_on": day, "ends_on": day});
    let round = place.send(Method::POST, "rounds", Some(&round)).expect(201).json()["id"].as_str().unwrap().to_owned();
    let wish = json!({"title": "Maths", "teachers": [place.school.teacher], "groups": [place.school.group],
        "duration_minutes": 55, "preferred": [{"start": format!("{day}T10:00")}]});
    place.world.post(&format!("/api/v1/rounds/{round}/requests"), &wish).expect(201);
    let job = place.world.post(&format!("/api/v1/rounds/{round}/jobs"), &json!({"seconds": 1})).expect(202).json();
    let path = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap());
    let job = wait_until(std::time::Duration::from_secs(30), "the round is solved", || {
        Some(place.world.get(&path).expect(200).json()).filter(|job| job["plan"].is_string())
    });
    let plan = job["plan"].as_str().unwrap();
    let explained = place.world.get(&format!("/api/v1/plans/{plan}/explanations")).expect(200).json();
    let start = explained[0]["planned"]["utc"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    assert!(start.hour() >= 12, "{explained:#}");
    let why = &explained[0]["better"][0]["obstacles"][0];
    assert!(why["parameters"]["kept"].as_str().unwrap().parse::<u32>().unwrap() > 470, "{why}");
    place.world.post(&format!("/api/v1/rounds/{round}/publication"), &json!({"plan": plan})).expect(200);
}

fn an_alert_is_told_once_until_it_is_over(backend: Backend) {
    // Never busy: at the hours that are, what is observed would be near the limit before the test begins.
    let place = Place::new(backend).observed_with(|_| false);
    let alerts = || place.world.get(&format!("{}/load/alerts", place.own())).expect(200).json();
    let wait_for = |what: &'static str, wanted: &dyn Fn(&Value) -> bool| {
        wait_until(std::time::Duration::from_secs(30), what, || Some(alerts()).filter(|alerts| wanted(alerts)))
    };
    let minutes = |values: &[(i64, u32)]| {
        let line =
            |(ago, value): &(i64, u32)| format!("{},{value}", (Utc::now() - Duration::minutes(*ago)).timestamp());
        format!("time,connections\n{}\n", values.iter().map(line).collect::<Vec<_>>().join("\n"))
    };
    assert_eq!(alerts(), json!([]));
    place.upload(&minutes(&[(27, 700), (22, 710)]));
    let begun = wait_for("both alerts begin", &|alerts| alerts.as_array().unwrap().len() == 2);
    let mut kinds: Vec<&str> = begun.as_array().unwrap().iter().map(|alert| alert["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["above-forecast", "near-limit"]);
    let metrics = place.world.service.get("/metrics").expect(200).text();
    assert!(metrics.contains("creneau_load_alerts{kind=\"near-limit\"} 1"), "{metrics}");
    place.upload(&minutes(&[(17, 20), (12, 20), (7, 20)]));
    let over =
        wait_for("both are over", &|alerts| alerts.as_array().unwrap().iter().all(|one| one["ended_at"].is_string()));
    assert_eq!(over.as_array().unwrap().len(), 2, "none was told twice");
}
