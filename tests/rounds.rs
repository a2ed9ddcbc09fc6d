//! From wishes to a published week through the API of the running service, and what is refused on the way.
#![cfg(test)]

mod support;

use serde_json::{Value, json};
use std::time::Duration;
use support::{
    process::wait_until,
    service::{Answer, Backend, Service, Site, on_both},
};

on_both!(
    wishes_become_a_published_week,
    a_killed_workers_job_goes_on,
    the_best_plan_survives_the_worker_that_found_it,
    rounds_are_solved_side_by_side_and_stopped_one_by_one,
);

/// A service with a school of two teachers and two groups, and its admin's token in use.
struct Place {
    service: Service,
    school: String,
    teachers: Vec<String>,
    groups: Vec<String>,
    operator: String,
}

fn id(answer: Answer) -> String {
    answer.json()["id"].as_str().unwrap().to_owned()
}

impl Place {
    fn new(site: Site) -> Self {
        let mut service = site.serve();
        let operator = service.site().run(&["token", "operator"]).trim().to_owned();
        service.authorise(&operator);
        let school = id(service
            .post_json("/api/v1/schools", &json!({"name": "Collège Jules-Verne", "connections": 40}))
            .expect(201));
        let at = |what: &str| format!("/api/v1/schools/{school}/{what}");
        let teachers =
            ["Mme Ada", "M. Bo"].map(|name| id(service.post_json(&at("teachers"), &json!({"name": name})).expect(201)));
        let groups = ["6e A", "6e B"]
            .map(|name| id(service.post_json(&at("groups"), &json!({"name": name, "headcount": 25})).expect(201)));
        let mut place = Self { service, school, teachers: teachers.into(), groups: groups.into(), operator };
        let admin = place.token(&json!({"role": "admin", "school": place.school, "label": "office"}));
        place.service.authorise(&admin);
        place
    }

    /// A token that an operator makes.
    fn token(&mut self, new: &Value) -> String {
        self.service.authorise(&self.operator);
        let made = self.service.post_json("/api/v1/tokens", new).expect(201).json();
        made["secret"].as_str().unwrap().to_owned()
    }

    fn round(&self, name: &str) -> String {
        let new = json!({"name": name, "starts_on": "2020-03-23", "ends_on": "2020-03-29"});
        id(self.service.post_json(&format!("/api/v1/schools/{}/rounds", self.school), &new).expect(201))
    }

    fn wish(&self, teacher: usize, group: usize, start: &str) -> Value {
        json!({
            "title": "Maths",
            "teachers": [self.teachers[teacher]],
            "groups": [self.groups[group]],
            "duration_minutes": 55,
            "preferred": [{"start": start, "tolerance_minutes": 60}],
            "otherwise": "any_day",
        })
    }

    fn enter(&self, round: &str, wish: &Value) -> Answer {
        self.service.post_json(&format!("/api/v1/rounds/{round}/requests"), wish)
    }

    fn solve(&self, round: &str, seconds: u32) -> String {
        let answer = self.service.post_json(&format!("/api/v1/rounds/{round}/jobs"), &json!({"seconds": seconds}));
        let answer = answer.expect(202);
        let location = answer.header("location").unwrap().to_owned();
        assert_eq!(location, format!("/api/v1/jobs/{}", answer.json()["id"].as_str().unwrap()));
        location
    }

    fn plan_of(&self, job: &str) -> String {
        let job = self.service.wait_for(job, |job| !matches!(job["state"].as_str().unwrap(), "queued" | "running"));
        assert_eq!(job["state"], "done", "{job}");
        job["plan"].as_str().unwrap().to_owned()
    }
}

fn codes(answer: &Answer) -> Vec<String> {
    let problem = answer.json();
    let findings = problem["findings"].as_array().unwrap_or_else(|| panic!("{problem}"));
    findings.iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

fn wishes_become_a_published_week(backend: Backend) {
    let mut place = Place::new(Site::new(backend));
    let round = place.round("Semaine 13");
    let request = id(place.enter(&round, &place.wish(0, 0, "2020-03-23T09:00")).expect(201));
    place.enter(&round, &place.wish(1, 1, "2020-03-23T09:00")).expect(201);
    let plan = place.plan_of(&place.solve(&round, 1));

    let explained = place.service.get(&format!("/api/v1/plans/{plan}/explanations")).expect(200).json();
    let outcomes: Vec<&str> =
        explained.as_array().unwrap().iter().map(|one| one["outcome"].as_str().unwrap()).collect();
    assert!(outcomes.contains(&"first-choice") && outcomes.contains(&"moved"), "{explained}");
    let moved = explained.as_array().unwrap().iter().find(|one| one["outcome"] == "moved").unwrap();
    assert_eq!(moved["better"][0]["obstacles"][0]["code"], "pool-full", "{moved}");
    assert!(!moved["alternatives"].as_array().unwrap().is_empty());
    // The pool holds 40, two classes of 26 want it: 12 more would do, and only there.
    let raise = json!({"name": format!("school/{}", place.school), "connections": 12});
    let relief = &moved["relief"];
    assert_eq!(
        (&relief["saves"], &relief["start"]["local"]),
        (&moved["cost"], &json!("2020-03-23T09:00:00")),
        "{moved}"
    );
    for (field, value) in raise.as_object().unwrap() {
        assert_eq!(relief["raises"][0][field], *value, "{moved}");
    }
    assert_eq!(relief["raises"][0]["from"]["local"], "2020-03-23T09:00:00", "{moved}");
    assert_eq!(moved["one_pool"], json!([relief]), "{moved}");
    let said = moved["message"].as_str().unwrap();
    assert!(
        said.contains("With 12 more connections on school/") && said.contains("it could be at Mon 23 Mar 09:00"),
        "{said}"
    );
    let one = place.service.get(&format!("/api/v1/plans/{plan}/explanations?request={request}")).expect(200).json();
    assert_eq!(one.as_array().unwrap().len(), 1);

    // Nine on Monday is what both want; Tuesday is off-peak, and free.
    let prices = place.service.get(&format!("/api/v1/plans/{plan}/prices")).expect(200).json();
    let hours = prices[0]["hours"].as_array().unwrap();
    let hour = |weekday: u32, hour: u32| {
        hours
            .iter()
            .find(|each| each["weekday"] == weekday && each["hour"] == hour)
            .unwrap_or_else(|| panic!("{prices}"))
    };
    assert!(hour(1, 9)["mean_price"].as_f64() > Some(0.0) && hour(1, 9)["free"] == 14, "{prices}");
    assert!(hour(1, 9)["highest_price"].as_f64() >= hour(1, 9)["mean_price"].as_f64(), "{prices}");
    assert_eq!((&hour(2, 9)["highest_price"], &hour(2, 9)["free"]), (&json!(0.0), &json!(40)), "{prices}");

    let publish = |plan: &str, replaces: Value| {
        let order = json!({"plan": plan, "replaces": replaces});
        place.service.post_json(&format!("/api/v1/rounds/{round}/publication"), &order)
    };
    let changes = publish(&plan, Value::Null).expect(200).json();
    assert_eq!(changes["changes"].as_array().unwrap().len(), 2);
    let refused = publish(&plan, Value::Null).expect(409).json();
    assert_eq!(refused["code"], "already-published");
    assert!(refused["detail"].as_str().unwrap().contains(&plan), "{refused}");
    assert_eq!(
        place.enter(&round, &place.wish(0, 0, "2020-03-24T09:00")).expect(409).json()["code"],
        "round-not-collecting"
    );

    let week = format!("/api/v1/schools/{}/week?date=2020-03-25", place.school);
    let shown = place.service.get(&week).expect(200).json();
    let sessions = shown["sessions"].as_array().unwrap();
    assert_eq!((sessions.len(), shown["monday"].as_str()), (2, Some("2020-03-23")));
    assert!(shown["load"]["steps"].as_array().unwrap().iter().any(|step| step["used"] == 26));

    // A class cannot move to where the other is: the pool holds one. Elsewhere it can.
    let (first, second) = (&sessions[0], &sessions[1]);
    let at = format!("/api/v1/sessions/{}", first["id"].as_str().unwrap());
    let to = |start: &str| json!({"starts_at_local": start});
    let there = second["start"]["local"].as_str().unwrap();
    let refused = place.service.patch_json(&at, &to(there)).expect(409);
    assert_eq!(
        (refused.json()["code"].as_str(), codes(&refused)),
        (Some("does-not-fit"), vec!["pool-full".to_owned()])
    );
    let moved = place.service.patch_json(&at, &to("2020-03-27T14:00")).expect(200).json();
    assert_eq!((moved["start"]["utc"].as_str(), moved["sequence"].as_u64()), (Some("2020-03-27T13:00:00Z"), Some(1)));
    let off = place.service.post_json(&format!("{at}/cancellation"), &json!({})).expect(200).json();
    assert_eq!(off["state"], "cancelled");
    assert_eq!(place.service.patch_json(&at, &to("2020-03-27T15:00")).expect(409).json()["code"], "session-cancelled");

    // A teacher of another school learns nothing of all this.
    place.service.authorise(&place.operator.clone());
    let other =
        id(place.service.post_json("/api/v1/schools", &json!({"name": "Autre", "connections": 40})).expect(201));
    let teachers = format!("/api/v1/schools/{other}/teachers");
    let teacher = id(place.service.post_json(&teachers, &json!({"name": "M. Loin"})).expect(201));
    let token = place.token(&json!({"role": "teacher", "school": other, "teacher": teacher, "label": "x"}));
    place.service.authorise(&token);
    let addresses = [
        format!("/api/v1/rounds/{round}"),
        format!("/api/v1/rounds/{round}/requests"),
        format!("/api/v1/rounds/{round}/plans"),
        format!("/api/v1/requests/{request}"),
        format!("/api/v1/plans/{plan}"),
        format!("/api/v1/plans/{plan}/explanations"),
        format!("/api/v1/plans/{plan}/prices"),
        at,
        week,
    ];
    for address in addresses {
        place.service.get(&address).expect(404);
    }
}

#[test]
fn bad_wishes_are_told_all_that_is_wrong() {
    let mut place = Place::new(Site::new(Backend::Sqlite));
    let round = place.round("Semaine 13");
    let good = place.wish(0, 0, "2020-03-23T09:00");
    let with = |change: Value| {
        let mut wish = good.clone();
        wish.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        wish
    };
    let start = |start: &str| with(json!({"preferred": [{"start": start}]}));
    let cases = [
        (start("2020-03-29T02:30"), vec!["no-such-local-time"]),
        (start("2020-03-23T12:10"), vec!["outside-hours"]),
        (start("2020-03-23T09:02"), vec!["off-grid"]),
        (start("2020-04-02T09:00"), vec!["outside-round"]),
        (start("tomorrow"), vec!["wrong-format"]),
        (with(json!({"connections": 41})), vec!["above-capacity"]),
        (with(json!({"groups": place.groups})), vec!["above-capacity"]),
        (with(json!({"groups": [place.groups[0], "nobody"]})), vec!["unknown-group"]),
        (with(json!({"teachers": [place.groups[0]]})), vec!["unknown-teacher"]),
        (with(json!({"teachers": [], "groups": []})), vec!["no-teacher", "no-group"]),
        (with(json!({"teachers": [place.teachers[0], place.teachers[0]]})), vec!["named-twice"]),
        (with(json!({"duration_minutes": 300})), vec!["duration-too-long"]),
        (with(json!({"duration_minutes": 7000})), vec!["out-of-range"]),
        (with(json!({"preferred": []})), vec!["no-preference"]),
        (with(json!({"title": "a\rb"})), vec!["control-character"]),
        (with(json!({"title": ""})), vec!["empty-text"]),
        (with(json!({"connections": 0})), vec!["out-of-range"]),
        (with(json!({"unplaced_cost": 5_000_000})), vec!["out-of-range"]),
        (with(json!({"colour": "red"})), vec!["unknown-field"]),
        (
            with(json!({"title": "", "groups": ["x"], "preferred": [{"start": "2020-03-29T02:30"}]})),
            vec!["empty-text", "unknown-group", "no-such-local-time"],
        ),
    ];
    for (wish, expected) in cases {
        let answer = place.enter(&round, &wish).expect(422);
        assert_eq!(codes(&answer), expected, "{}", answer.text());
    }
    place.enter(&round, &with(json!({"reference": "r1"}))).expect(201);
    assert_eq!(place.enter(&round, &with(json!({"reference": "r1"}))).expect(409).json()["code"], "reference-exists");
    place.enter("nothing", &good).expect(404);

    let rounds = format!("/api/v1/schools/{}/rounds", place.school);
    let bad = json!({"name": " ", "starts_on": "2020-03-29", "ends_on": "2020-03-23", "step_minutes": 7});
    let answer = place.service.post_json(&rounds, &bad).expect(422);
    assert_eq!(codes(&answer), ["empty-text", "reversed-dates", "bad-step"]);
    let long = json!({"name": "Year", "starts_on": "2020-01-01", "ends_on": "2020-12-31"});
    assert_eq!(codes(&place.service.post_json(&rounds, &long).expect(422)), ["round-too-long"]);

    // Teachers ask for their own classes only, and run nothing.
    let new = json!({"role": "teacher", "school": place.school, "teacher": place.teachers[0], "label": "x"});
    let token = place.token(&new);
    place.service.authorise(&token);
    place.enter(&round, &place.wish(0, 0, "2020-03-23T09:00")).expect(201);
    place.enter(&round, &place.wish(1, 0, "2020-03-23T09:00")).expect(403);
    place.service.post_json(&format!("/api/v1/rounds/{round}/jobs"), &json!({})).expect(403);
    place.service.patch_json(&format!("/api/v1/rounds/{round}"), &json!({"state": "closed"})).expect(403);
}

fn a_killed_workers_job_goes_on(backend: Backend) {
    let site = Site::new(backend).set("jobs.in_process", "false").set("jobs.lease_seconds", "2");
    let place = Place::new(site);
    let round = place.round("Semaine 13");
    for number in 0..60 {
        let start = ["2020-03-23T09:00", "2020-03-24T10:00", "2020-03-26T14:00"][number % 3];
        place.enter(&round, &place.wish(number % 2, number / 2 % 2, start)).expect(201);
    }
    let job = place.solve(&round, 4);
    let mut first = place.service.worker();
    wait_until(Duration::from_secs(20), "a worker has the job", || {
        (place.service.get(&job).expect(200).json()["state"] == "running").then_some(())
    });
    let second_order = place.service.post_json(&format!("/api/v1/rounds/{round}/jobs"), &json!({})).expect(409).json();
    assert_eq!(second_order["code"], "already-solving");
    first.kill9();
    assert_eq!(place.service.get(&job).expect(200).json()["state"], "running");
    let mut second = place.service.worker();
    let plan = place.plan_of(&job);
    let plans = place.service.get(&format!("/api/v1/rounds/{round}/plans")).expect(200).json();
    assert_eq!(plans.as_array().unwrap().len(), 1);
    assert_eq!(plans[0]["id"], plan.as_str());
    assert_eq!(place.service.get(&job).expect(200).json()["attempts"], 2);
    assert!(second.stop().success());
}

/// Schools whose plans get better for long.
const LARGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rounds/schools/NL-KP-03.json.gz");

const ALSO_LARGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rounds/schools/NL-KP-09.json.gz");

/// Two workers: one that is killed when little time is left, and one that
/// would find nothing as good in the rest.
fn the_best_plan_survives_the_worker_that_found_it(backend: Backend) {
    const SECONDS: u64 = 12;
    let site = Site::new(backend).set("jobs.in_process", "false").set("jobs.lease_seconds", "2");
    let mut service = site.serve();
    let imported: Value = serde_json::from_str(&service.site().run(&["import", LARGE, "--json"])).unwrap();
    service.authorise(imported["admin_token"].as_str().unwrap());
    let round = format!("/api/v1/rounds/{}", imported["round"].as_str().unwrap());
    let job = service.post_json(&format!("{round}/jobs"), &json!({"seconds": SECONDS})).expect(202).json();
    let job = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap());
    let mut first = service.worker();
    let after = |seconds: f64| {
        let wanted = |job: &Value| {
            let progress = &job["progress"];
            assert!(job["plan"].is_null(), "the school is too easy: {job}");
            progress["objective"].is_u64() && progress["seconds"].as_f64() >= Some(seconds)
        };
        service.wait_for(&job, wanted)["progress"].clone()
    };
    // What is known now is kept well before the end.
    let known = after(6.0)["objective"].as_u64().unwrap();
    let spent = after(9.0)["seconds"].as_f64().unwrap();
    first.kill9();
    let _second = service.worker();
    let done = service.wait_for(&job, |job| job["state"] == "done");
    let plan = service.get(&format!("/api/v1/plans/{}", done["plan"].as_str().unwrap())).expect(200).json();
    assert_eq!(done["attempts"], 2);
    assert!(plan["weighted_objective"].as_f64() <= Some(known as f64), "{known} was known: {plan:.400}");
    let seconds = done["progress"]["seconds"].as_f64().unwrap();
    assert!(seconds > spent && seconds < SECONDS as f64 + 4.0, "only the time that was left: {seconds}");
    assert_eq!(service.get(&format!("{round}/plans")).expect(200).json().as_array().unwrap().len(), 1);
}

fn rounds_are_solved_side_by_side_and_stopped_one_by_one(backend: Backend) {
    let service = Site::new(backend).set("jobs.concurrency", "2").serve();
    let jobs: Vec<(String, String)> = [LARGE, ALSO_LARGE]
        .iter()
        .map(|file| {
            let imported: Value = serde_json::from_str(&service.site().run(&["import", file, "--json"])).unwrap();
            let token = imported["admin_token"].as_str().unwrap().to_owned();
            let path = format!("/api/v1/rounds/{}/jobs", imported["round"].as_str().unwrap());
            let order =
                service.request(reqwest::Method::POST, &path).bearer_auth(&token).json(&json!({"seconds": 120}));
            (format!("/api/v1/jobs/{}", id(Answer::to(order).expect(202))), token)
        })
        .collect();
    let send = |method: reqwest::Method, (job, token): &(String, String)| {
        Answer::to(service.request(method, job).bearer_auth(token)).expect(200).json()
    };
    let wait = |job: &(String, String), what: &str, wanted: &dyn Fn(&Value) -> bool| {
        wait_until(Duration::from_secs(60), what, || Some(send(reqwest::Method::GET, job)).filter(wanted))
    };
    for job in &jobs {
        wait(job, "both have a plan while both go on", &|job| job["progress"]["objective"].is_u64());
    }
    assert_eq!(send(reqwest::Method::GET, &jobs[0])["state"], "running");
    for stopped in &jobs {
        send(reqwest::Method::DELETE, stopped);
        let kept = wait(stopped, "the best so far is kept", &|job| job["plan"].is_string());
        assert_eq!((&kept["state"], &kept["attempts"]), (&json!("cancelled"), &json!(1)), "{kept}");
        assert!(kept["progress"]["seconds"].as_f64() < Some(90.0), "{kept}");
    }
}
