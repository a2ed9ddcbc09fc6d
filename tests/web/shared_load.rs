//! A limit that schools share, as its operator sees it: what was measured, what is expected besides classes, and what would no
//! longer fit if it were lowered.

use std::fmt::Write;

use chrono::{Datelike, NaiveDate, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Europe::Paris;
use serde_json::{Value, json};

use crate::{
    operator::{done, holds, send},
    school::School,
    screens::Reader,
    support::browser::Browser,
};

/// A platform that may carry 300 connections, with one school and its class of 25 on a Monday at ten.
struct Place {
    school: School,
    platform: String,
    pool: String,
    operator: String,
}

impl Place {
    fn new() -> Self {
        let school = School::coming(60);
        let made = |path: &str, body: Value| {
            let made = school.service.post_json(path, &body).expect(201).json();
            made["id"].as_str().unwrap().to_owned()
        };
        let platform = made("/api/v1/platforms", json!({ "name": "e-lyco", "time_zone": "Europe/Paris" }));
        let limit =
            json!({ "name": "platform/e-lyco", "kind": "concurrent", "connections": 300, "platform": platform });
        let pool = made("/api/v1/pools", limit);
        let other = json!({ "name": "platform/seances", "kind": "arrivals", "window_minutes": 10, "connections": 90,
            "platform": platform });
        made("/api/v1/pools", other);
        let own = format!("/api/v1/schools/{}", school.id);
        school.service.put_json(&format!("{own}/platform"), &json!({ "platform": platform })).expect(200);
        let class = json!({ "title": "Physique", "teachers": [school.teacher], "groups": [school.groups[0]],
            "duration_minutes": 55, "starts_at_local": format!("{}T10:00", school.monday) });
        made(&format!("{own}/bookings"), class);
        let operator = school.service.site().run(&["token", "operator"]).trim().to_owned();
        Self { school, platform, pool, operator }
    }

    /// Six weeks in which the platform was measured from Mondays to Fridays, from eight to six.
    fn measured(self) -> Self {
        let (now, mut table) = (Utc::now(), "time,connections\n".to_owned());
        let mut at = now - TimeDelta::days(44) - TimeDelta::seconds(now.timestamp().rem_euclid(300));
        while at < now - TimeDelta::hours(2) {
            let local = at.with_timezone(&Paris);
            if local.weekday().number_from_monday() <= 5 && (8..18).contains(&local.hour()) {
                let load = if local.hour() < 10 { 275 } else { 480 };
                writeln!(table, "{},{}", at.timestamp(), load + local.minute() / 5).unwrap();
            }
            at += TimeDelta::minutes(5);
        }
        let path = format!("/api/v1/load/csv?platform={}", self.platform);
        let request = self.school.service.request(reqwest::Method::POST, &path).header("content-type", "text/csv");
        crate::support::service::Answer::to(request.body(table)).expect(201);
        let path = format!("/api/v1/platforms/{}/load", self.platform);
        self.school.service.wait_for(&path, |load| load["forecast"].is_object());
        self
    }

    fn operator(&self) -> Reader<'_> {
        let mut reader = Reader::new(&self.school.service);
        assert_eq!(reader.get(&format!("/enter/{}", self.operator)).status, 303);
        reader
    }

    /// The map of a week.
    fn map(&self, monday: NaiveDate) -> String {
        format!("/operator/load?date={monday}&pool={}", self.pool)
    }
}

/// What stands beside the bar of a pool among the busiest hours, and its bar.
fn peak<'a>(body: &'a str, pool: &str) -> &'a str {
    let list = body.split("<ul class=\"peaks\">").nth(1).expect("a list of the busiest hours");
    list.split("<li>").find(|line| line.contains(pool)).unwrap_or_else(|| panic!("no {pool} in {list}"))
}

#[test]
fn the_map_tells_what_is_expected_and_what_was_measured() {
    let place = Place::new().measured();
    let mut reader = place.operator();
    let monday = place.school.monday;

    // The week of the class: what is expected besides counts, and stands beside it.
    for page in ["/operator".to_owned(), place.map(monday)] {
        let body = reader.get(&page).body;
        let line = peak(&body, "platform/e-lyco");
        holds(
            line,
            &[
                " % : 25 connexions de classes et 4",
                " attendues d’ailleurs, sur 300, lundi",
                "part over\" width=\"100\"",
            ],
        );
        assert_eq!(body.matches("id=\"hatch-dense\"").count(), 1, "what hatches the bar: {page}");
        holds(peak(&body, "platform/seances"), &["27 % : 25 connexions sur 90, lundi", "part some\" width=\"27\""]);
    }
    // A week without classes is full all the same; where nothing was ever measured, nothing is said.
    let body = reader.get(&place.map(monday + TimeDelta::days(7))).body;
    holds(peak(&body, "platform/e-lyco"), &[" % : 0 connexions de classes et 4"]);
    holds(peak(&body, "platform/seances"), &["Aucune connexion prévue", "part some\" width=\"0\""]);
    let unknown = "aucune classe, rien de mesuré ni d’attendu\">–<";
    holds(&body, &[unknown, "0 connexions de classes et 4"]);
    let load = format!("/api/v1/platforms/{}/load?date={monday}", place.platform);
    let load = place.school.service.get(&load).expect(200).json();
    for cell in load["cells"].as_array().unwrap() {
        let local: chrono::NaiveDateTime = cell["start"]["local"].as_str().unwrap().parse().unwrap();
        let is_known = local.weekday().number_from_monday() <= 5 && (8..18).contains(&local.hour());
        assert_eq!(cell["upper"].is_u64(), is_known, "{cell}");
    }

    // What is over was measured, or nobody knows.
    let last_week = Paris.from_utc_datetime(&Utc::now().naive_utc()).date_naive() - TimeDelta::days(8);
    let body = reader.get(&place.map(last_week)).body;
    holds(&body, &["491 connexions mesurées, classes comprises (0 prévues), sur 300, à 10 h 55", unknown]);
    holds(peak(&body, "platform/e-lyco"), &["163 % : 491 connexions mesurées sur 300, lundi"]);
    assert!(!body.contains("attendues d’ailleurs, sur"), "what was expected once is over: {body}");

    // Every number can be read, whether its hour leads on or not.
    let browser = Browser::start_in("fr", 1280, 900);
    let page = place.map(monday).replace('&', "%26");
    browser.open(&place.school.service.url(&format!("/enter/{}?next={page}", place.operator)));
    let unread = "return [...document.querySelectorAll('.heat td:not(.heat-0) > *')]\
        .filter(one => getComputedStyle(one).color !== getComputedStyle(one.parentElement).color).length";
    assert_eq!(browser.script(unread), 0, "numbers in another colour than their hour's");
    assert!(browser.count(".heat .heat-4 > span") > 0 && browser.count(".heat .heat-5 > a") > 0);
}

#[test]
fn alerts_of_load_are_looked_up_where_the_load_is() {
    let place = Place::new();
    let (mut operator, map) = (place.operator(), place.map(place.school.monday));
    let mut admin = Reader::new(&place.school.service);
    assert_eq!(admin.get(&format!("/enter/{}", place.school.admin)).status, 303);
    for page in [operator.get(&map), admin.get("/admin/capacity")] {
        assert!(!page.body.contains("Alertes de charge"), "nothing was measured: {}", page.body);
    }
    let own = format!("school={}", place.school.id);
    for (whose, seen) in [(format!("platform={}", place.platform), 290), (own, 59)] {
        let line = |minutes: i64| format!("{},{seen}\n", (Utc::now() - TimeDelta::minutes(minutes)).timestamp());
        let table = [30, 25, 20, 15, 10, 5].map(line).concat();
        let request = place.school.service.request(reqwest::Method::POST, &format!("/api/v1/load/csv?{whose}"));
        let request = request.header("content-type", "text/csv").body(format!("time,connections\n{table}"));
        crate::support::service::Answer::to(request).expect(201);
    }
    for (whose, id) in [("platforms", &place.platform), ("schools", &place.school.id)] {
        let path = format!("/api/v1/{whose}/{id}/load/alerts");
        place.school.service.wait_for(&path, |alerts| alerts.as_array().is_some_and(|all| !all.is_empty()));
    }
    let body = operator.get(&map).body;
    holds(&body, &["Alertes de charge", "proche de la limite", "290 observées pour 300", "depuis "]);
    let body = admin.get("/admin/capacity").body;
    holds(&body, &["Alertes de charge", "proche de la limite", "59 observées pour 60"]);
}

#[test]
fn a_lowered_limit_is_asked_about_before_schools_are_told() {
    let place = Place::new();
    let mut reader = place.operator();
    let page = format!("/operator/pools/{}", place.pool);
    let limit = || {
        let pools = place.school.service.get("/api/v1/pools").expect(200).json();
        let pools = pools.as_array().unwrap().clone();
        let pool = pools.into_iter().find(|pool| pool["id"] == json!(place.pool)).unwrap();
        (pool["connections"].as_u64().unwrap(), pool["dated"].as_array().unwrap().len())
    };
    let grid = [("step", "60"), ("from", "420"), ("to", "1200"), ("connections", "3"), ("c-7-480", "40")];
    let asked = send(&mut reader, &page, &format!("{page}/weekly"), &grid);
    assert_eq!(asked.status, 200, "{}", asked.body);
    holds(
        &asked.body,
        &["Abaisser la limite ?", "Les classes d’un établissement", "Collège Jules-Verne", "1 classe", "<b>22</b>"],
    );
    holds(&asked.body, &["name=\"c-7-480\" value=\"40\"", "name=\"sure\" value=\"1\""]);
    assert_eq!(limit(), (300, 0), "asking changes nothing");
    let (_, told) = done(&mut reader, &page, &format!("{page}/weekly"), &[&grid[..], &[("sure", "1")]].concat());
    holds(&told, &["leurs établissements sont prévenus", "value=\"40\""]);
    assert_eq!(limit(), (3, 0));
    // What was too much before is no news, and nobody is told again.
    let (_, told) = done(&mut reader, &page, &format!("{page}/weekly"), &grid);
    holds(&told, &["Les limites sont enregistrées"]);

    // So it is with dates.
    let usual = [("step", "60"), ("from", "420"), ("to", "1200"), ("connections", "300")];
    done(&mut reader, &page, &format!("{page}/weekly"), &usual);
    let (starts, ends) = (format!("{}T08:00", place.school.monday), format!("{}T12:00", place.school.monday));
    let dated = [("starts", starts.as_str()), ("ends", ends.as_str()), ("dated_limit", "3")];
    let asked = send(&mut reader, &page, &format!("{page}/dated"), &dated);
    assert!(asked.status == 200 && asked.body.contains("Abaisser la limite"), "{}", asked.body);
    assert_eq!(limit(), (300, 0));
    done(&mut reader, &page, &format!("{page}/dated"), &[&dated[..], &[("sure", "1")]].concat());
    assert_eq!(limit(), (300, 1));
}
