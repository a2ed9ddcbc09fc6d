//! Scenarios: tried in the background, told to whom they concern, and nothing of today's touched.

use super::school::{School, World};
use crate::support::process::wait_until;
use crate::support::service::{Answer, Backend, Site, on_both};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

on_both!(
    more_room_is_better_and_nothing_is_touched,
    half_of_it_on_a_day_costs_somebody_and_operators_see_no_names,
    a_round_without_a_plan_is_tried_all_the_same,
    what_is_wrong_with_a_scenario_is_told_at_once,
    no_more_wait_than_can_be_tried_soon,
    the_limits_for_first_choices_are_told,
    a_platform_is_told_what_its_schools_would_take
);

/// A school with room for one of its three classes at a time, and a round in which all want nine on Monday.
struct Place {
    world: World,
    school: School,
    round: String,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

impl Place {
    fn new(backend: Backend) -> Self {
        Self::at(World::new(backend))
    }

    fn at(world: World) -> Self {
        let school = world.school("Collège Jules-Verne");
        let own = format!("/api/v1/schools/{}", school.id);
        world.put(&format!("{own}/capacity"), &json!({"connections": 30})).expect(200);
        let new = json!({"name": "Semaine 12", "starts_on": "2030-03-18", "ends_on": "2030-03-24"});
        let round = world.made(&format!("{own}/rounds"), &new);
        for name in ["Ada", "Bo", "Cy"] {
            let teacher = world.made(&format!("{own}/teachers"), &json!({"name": name}));
            let group = world.made(&format!("{own}/groups"), &json!({"name": format!("6e {name}"), "headcount": 25}));
            let wish = json!({
                "title": format!("Class of {name}"), "teachers": [teacher], "groups": [group], "duration_minutes": 55,
                "preferred": [{"start": "2030-03-18T09:00", "tolerance_minutes": 60}], "otherwise": "any_day",
            });
            world.made(&format!("/api/v1/rounds/{round}/requests"), &wish);
        }
        Self { world, school, round }
    }

    fn admin(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.world.send(method, path, Some(&self.school.admin_token), body)
    }

    fn get(&self, path: &str) -> Value {
        self.admin(Method::GET, path, None).expect(200).json()
    }

    fn publish(&self) {
        let jobs = format!("/api/v1/rounds/{}/jobs", self.round);
        let job = text(&self.admin(Method::POST, &jobs, Some(&json!({"seconds": 1}))).expect(202).json()["id"]);
        let done = wait_until(Duration::from_secs(60), "the round is solved", || {
            Some(self.get(&format!("/api/v1/jobs/{job}"))).filter(|job| job["plan"].is_string())
        });
        let order = json!({"plan": done["plan"]});
        self.admin(Method::POST, &format!("/api/v1/rounds/{}/publication", self.round), Some(&order)).expect(200);
    }

    fn ask(&self, name: &str, changes: &Value) -> Answer {
        let new = json!({"name": name, "changes": changes, "seconds": 1});
        self.admin(Method::POST, &format!("/api/v1/rounds/{}/scenarios", self.round), Some(&new))
    }

    fn tried(&self, name: &str, changes: &Value) -> Value {
        let asked = self.ask(name, changes).expect(202);
        let address = asked.header("location").unwrap().to_owned();
        let ended = wait_until(Duration::from_secs(60), "the scenario is tried", || {
            Some(self.get(&address)).filter(|one| !["queued", "running"].contains(&one["state"].as_str().unwrap()))
        });
        assert_eq!(ended["state"], "done", "{ended}");
        ended
    }

    /// All that a scenario must not touch.
    fn today(&self) -> [Value; 4] {
        let week = format!("/api/v1/schools/{}/week?date=2030-03-18", self.school.id);
        let round = format!("/api/v1/rounds/{}", self.round);
        let capacity = format!("/api/v1/schools/{}/capacity", self.school.id);
        [self.get(&week), self.get(&round), self.get(&format!("{round}/plans")), self.get(&capacity)]
    }
}

fn more_room_is_better_and_nothing_is_touched(backend: Backend) {
    let place = Place::new(backend);
    place.publish();
    let before = place.today();
    let more = place.tried("Three at a time", &json!({"limits": [{"connections": 90}]}));
    let effect = &more["effect"];
    assert_eq!(effect["first_choices"], json!({"today": 1, "then": 3}), "{more}");
    assert_eq!((&effect["better"], &effect["worse"], &effect["cost"]["then"]), (&json!(2), &json!(0), &json!(0)));
    assert_eq!(effect["pools"][0]["limit"], json!({"today": 30, "then": 90}), "{more}");
    let classes = more["classes"].as_array().unwrap();
    assert_eq!(classes.len(), 2, "{more}");
    assert!(
        classes
            .iter()
            .all(|class| class["to"]["local"] == "2030-03-18T09:00:00" && class["teachers"][0]["name"].is_string())
    );
    let minutes = |teacher: &Value| (teacher["minutes_before"].as_u64(), teacher["minutes_after"].as_u64());
    let teachers = more["teachers"].as_array().unwrap();
    assert!(teachers.iter().all(|one| minutes(one).1 == Some(0)) && teachers.len() == 3, "{more}");
    assert_eq!(place.today(), before);

    // It is kept under its name, listed without names, and forgotten.
    assert_eq!(
        place.ask("Three at a time", &json!({"attendance_percent": 50})).expect(409).json()["code"],
        "name-taken"
    );
    let list = place.get(&format!("/api/v1/rounds/{}/scenarios", place.round));
    assert_eq!((list.as_array().unwrap().len(), &list[0]["effect"]), (1, effect), "{list}");
    assert!(list[0].get("classes").is_none());
    let address = format!("/api/v1/scenarios/{}", text(&more["id"]));
    place.admin(Method::DELETE, &address, None).expect(204);
    place.admin(Method::GET, &address, None).expect(404);
}

fn half_of_it_on_a_day_costs_somebody_and_operators_see_no_names(backend: Backend) {
    let place = Place::new(backend);
    place.publish();
    let half = place.tried("Half on Monday", &json!({"limits": [{"percent": 50, "on": "2030-03-18"}]}));
    let effect = &half["effect"];
    assert!(effect["worse"].as_u64() >= Some(1), "{half}");
    assert_eq!((&effect["unplaced"]["then"], &effect["lost"]), (&json!(0), &json!(0)), "there are other days: {half}");
    assert_eq!(effect["first_choices"]["then"], 0, "{half}");
    let moved = half["classes"].as_array().unwrap();
    assert!(moved.iter().all(|class| !text(&class["to"]["local"]).starts_with("2030-03-18")), "{half}");
    let seen = place.world.get(&format!("/api/v1/scenarios/{}", text(&half["id"]))).expect(200).json();
    assert_eq!((&seen["effect"], &seen["classes"], &seen["teachers"]), (effect, &Value::Null, &Value::Null));
}

fn a_round_without_a_plan_is_tried_all_the_same(backend: Backend) {
    let place = Place::new(backend);
    let pool = text(&place.get(&format!("/api/v1/schools/{}/pools", place.school.id))[0]["name"]);
    let changes = json!({
        "attendance_percent": 200,
        "own_servers": [{"pool": pool, "connections": 200}],
        "more_schools": [{"schools": 1, "groups": 2, "pools": [pool]}],
    });
    let tried = place.tried("All at once", &changes);
    assert_eq!(tried["effect"]["first_choices"], json!({"today": 1, "then": 3}), "{tried}");
    assert!(tried["effect"]["more_schools"]["requests"].as_u64() > Some(5), "{tried}");
    assert_eq!(tried["changes"]["own_servers"], changes["own_servers"]);
    assert_eq!(place.get(&format!("/api/v1/rounds/{}/plans", place.round)), json!([]));
}

fn what_is_wrong_with_a_scenario_is_told_at_once(backend: Backend) {
    let place = Place::new(backend);
    let codes = |changes: &Value| -> Vec<String> {
        let findings = place.ask("x", changes).expect(422).json()["findings"].clone();
        findings
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| format!("{} {}", text(&finding["place"]), text(&finding["code"])))
            .collect()
    };
    assert_eq!(codes(&json!({})), ["changes no-change"]);
    let wrong = json!({
        "limits": [{"pool": "nobody's", "percent": 5, "connections": 5}],
        "more_schools": [{"schools": 1, "groups": 2, "pools": []}],
    });
    let told = [
        "changes.limits[0] percent-or-connections",
        "changes.more_schools[0].pools no-pools",
        "changes.limits[0].pool unknown-pool",
    ];
    assert_eq!(codes(&wrong), told);

    // What only the worker can know is told by the scenario.
    let asked = place.ask("Next year", &json!({"limits": [{"percent": 5, "on": "2031-01-01"}]})).expect(202);
    let address = asked.header("location").unwrap().to_owned();
    let failed = wait_until(Duration::from_secs(60), "the scenario fails", || {
        Some(place.get(&address)).filter(|one| one["state"] == "failed")
    });
    assert!(text(&failed["error"]).contains("2031-01-01") && failed["effect"].is_null(), "{failed}");
}

fn no_more_wait_than_can_be_tried_soon(backend: Backend) {
    // Without workers, so that what waits stays so.
    let place = Place::at(World::at(Site::new(backend).set("jobs.in_process", "false")));
    let more = json!({"attendance_percent": 50});
    let asked: Vec<String> =
        (0..10).map(|number| text(&place.ask(&format!("{number}"), &more).expect(202).json()["id"])).collect();
    let refused = place.ask("one more", &more).expect(409).json();
    assert!(refused["code"] == "scenarios-waiting" && text(&refused["detail"]).contains("delete one"), "{refused}");
    place.admin(Method::DELETE, &format!("/api/v1/scenarios/{}", asked[3]), None).expect(204);
    place.ask("one more", &more).expect(202);
}

fn the_limits_for_first_choices_are_told(backend: Backend) {
    let place = Place::new(backend);
    let address = format!("/api/v1/rounds/{}/first-choices", place.round);
    let told = place.get(&format!("{address}?share=60"));
    // Three classes of 26 want the same hour, where 30 may be.
    assert_eq!((&told["requests"], &told["all_percent"]), (&json!(3), &json!(260)), "{told}");
    assert_eq!((&told["share_percent"], &told["share_percent_at_least"]), (&json!(174), &json!(174)), "{told}");
    assert_eq!((&told["pools"][0]["needed"], &told["pools"][0]["limit"]), (&json!(78), &json!(30)), "{told}");
    let last = told["curve"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last, json!({"percent": 260, "kept": 3, "at_most": 3}));
    place.admin(Method::GET, &format!("{address}?share=0"), None).expect(422);
}

fn a_platform_is_told_what_its_schools_would_take(backend: Backend) {
    let place = Place::new(backend);
    let platform = place.world.made("/api/v1/platforms", &json!({"name": "e-lyco"}));
    let address = format!("/api/v1/platforms/{platform}/first-choices?starts_on=2030-03-18");
    let told = |place: &Place| place.world.get(&address).expect(200).json();
    let nobody = told(&place);
    assert_eq!(
        (&nobody["rounds"], &nobody["requests"], &nobody["share_percent"]),
        (&json!(0), &json!(0), &Value::Null)
    );

    let pool = json!({"name": "platform/e-lyco", "kind": "concurrent", "connections": 60, "platform": platform});
    place.world.made("/api/v1/pools", &pool);
    let other = place.world.school("Collège Nantes-Est");
    for school in [&place.school, &other] {
        let join = format!("/api/v1/schools/{}/platform", school.id);
        place.world.put(&join, &json!({"platform": platform})).expect(200);
    }
    let rounds = format!("/api/v1/schools/{}/rounds", other.id);
    let same = json!({"name": "Semaine 12", "starts_on": "2030-03-18", "ends_on": "2030-03-24"});
    let round = place.world.made(&rounds, &same);
    let shorter = json!({"name": "Deux jours", "starts_on": "2030-03-18", "ends_on": "2030-03-19"});
    place.world.made(&rounds, &shorter);
    let wish = json!({
        "title": "Maths", "teachers": [other.teacher], "groups": [other.group], "duration_minutes": 55,
        "preferred": [{"start": "2030-03-18T09:00", "tolerance_minutes": 60}],
    });
    place.world.made(&format!("/api/v1/rounds/{round}/requests"), &wish);
    // Three classes of 26 and one of 28 at nine, where sixty may be; the school's own thirty do not count.
    let told_twice = |published: bool| {
        let told = told(&place);
        assert_eq!(
            (&told["rounds"], &told["left_out"], &told["requests"]),
            (&json!(2), &json!(1), &json!(4)),
            "{told}"
        );
        assert_eq!((&told["all_percent"], told["pools"].as_array().unwrap().len()), (&json!(177), 1), "{told}");
        assert_eq!(told["pools"][0]["needed"], 106, "published: {published}: {told}");
    };
    told_twice(false);
    place.publish();
    told_twice(true);

    // The same rounds together under other limits, at the command line.
    let site = place.world.service.site();
    let tried = site.run(&[
        "what-if",
        &platform,
        "--starts-on",
        "2030-03-18",
        "--limit",
        "platform/e-lyco=20",
        "--time-limit",
        "1",
        "--json",
    ]);
    let effect = serde_json::from_str::<Value>(&tried).unwrap()["effect"].clone();
    assert_eq!((&effect["requests"], &effect["unplaced"]), (&json!(4), &json!({"today": 0, "then": 4})), "{effect}");
}
