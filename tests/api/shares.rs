//! Pools that are shared out: two schools of a platform, one of which takes all it can get.

use super::school::{School, World};
use crate::support::{
    process::wait_until,
    service::{Answer, Backend, on_both},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

on_both!(
    the_greedy_get_their_share_and_the_remainder,
    the_last_common_place_is_given_once,
    a_plan_keeps_to_the_schools_part,
    a_scenario_gives_what_the_limit_would_give,
    first_choices_are_those_that_the_limit_would_give,
    a_school_that_would_come_has_its_part_as_one_that_comes,
    shares_follow_heads_and_weights,
    what_cannot_be_shared_out_is_refused,
);

const MONDAY: &str = "2030-03-18";

/// A platform of two schools with a pool of 100 connections, 80 of them guaranteed: 40 to each.
struct Shared {
    world: World,
    pool: String,
    schools: [School; 2],
    /// Pairs of a teacher and a group, with which a class has 20 connections.
    pairs: [Vec<(String, String)>; 2],
}

impl Shared {
    fn new(backend: Backend) -> Self {
        let world = World::new(backend);
        let platform = world.made("/api/v1/platforms", &json!({"name": "e-lyco", "time_zone": "Europe/Paris"}));
        let pool = json!({"name": "platform/e-lyco", "kind": "concurrent", "connections": 100, "platform": platform});
        let pool = world.made("/api/v1/pools", &pool);
        let schools = [world.school("Collège A"), world.school("Collège B")];
        let pairs = [0, 1].map(|which: usize| {
            let own = format!("/api/v1/schools/{}", schools[which].id);
            world.put(&format!("{own}/platform"), &json!({"platform": platform})).expect(200);
            let pair = |number: usize| {
                let teacher = world.made(
                    &format!("{own}/teachers"),
                    &json!({"name": format!("T{number}"), "email": format!("t{number}-{which}@example.org")}),
                );
                (teacher, world.made(&format!("{own}/groups"), &json!({"name": format!("G{number}"), "headcount": 19})))
            };
            (0..6).map(pair).collect()
        });
        let shared = Self { world, pool, schools, pairs };
        shared.share_out(80).expect(200);
        shared
    }

    fn shares(&self) -> String {
        format!("/api/v1/pools/{}/shares", self.pool)
    }

    fn share_out(&self, percent: u32) -> Answer {
        let weights: Vec<Value> = self.schools.iter().map(|one| json!({"school": one.id, "weight": 1})).collect();
        self.world.put(&self.shares(), &json!({"guaranteed_percent": percent, "weights": weights}))
    }

    /// Gives the pool another limit.
    fn limit(&self, connections: u32) {
        let path = format!("/api/v1/pools/{}", self.pool);
        let mut pool = self.world.get(&path).expect(200).json();
        pool["connections"] = json!(connections);
        let fields = ["name", "kind", "platform", "connections", "time_zone", "weekly", "dated"];
        let new: serde_json::Map<String, Value> =
            fields.iter().filter_map(|field| Some(((*field).to_owned(), pool.get(*field)?.clone()))).collect();
        self.world.put(&path, &Value::Object(new)).expect(200);
    }

    fn own(&self, school: usize) -> String {
        format!("/api/v1/schools/{}", self.schools[school].id)
    }

    /// Says how what is expected besides classes counts.
    fn background(&self, body: &Value) -> Answer {
        self.world.put(&format!("/api/v1/pools/{}/background", self.pool), body)
    }

    /// How many mails of lowered limits were written for a school.
    fn cuts(&self, school: usize) -> usize {
        let notices = self.world.get(&format!("{}/notices", self.own(school))).expect(200).json();
        notices.as_array().expect("a list").iter().filter(|one| one["kind"] == "capacity-cut").count()
    }

    /// Books a class of 20 connections for a pair of a school on Monday.
    fn book(&self, school: usize, pair: usize, hour: &str) -> Answer {
        self.book_at(school, pair, &format!("{MONDAY}T{hour}"))
    }

    fn book_at(&self, school: usize, pair: usize, start: &str) -> Answer {
        let (teacher, group) = &self.pairs[school][pair];
        let body = json!({"title": "Maths", "teachers": [teacher], "groups": [group], "duration_minutes": 60,
            "starts_at_local": start});
        let path = format!("{}/bookings", self.own(school));
        self.world.send(Method::POST, &path, Some(&self.schools[school].admin_token), Some(&body))
    }

    /// A round of a school on this day in which so many classes want nine o'clock, and a plan of it.
    fn planned(&self, school: usize, day: &str, classes: usize) -> (String, Value) {
        let round = json!({"name": day, "starts_on": day, "ends_on": day});
        let round = self.world.made(&format!("{}/rounds", self.own(school)), &round);
        for (teacher, group) in self.pairs[school].iter().take(classes) {
            let wish = json!({"title": "Maths", "teachers": [teacher], "groups": [group], "duration_minutes": 60,
                "preferred": [{"start": format!("{day}T09:00")}]});
            self.world.post(&format!("/api/v1/rounds/{round}/requests"), &wish).expect(201);
        }
        let job = self.world.post(&format!("/api/v1/rounds/{round}/jobs"), &json!({"seconds": 1})).expect(202).json();
        let path = format!("/api/v1/jobs/{}", job["id"].as_str().expect("an id"));
        let done = wait_until(Duration::from_secs(30), "the round is solved", || {
            Some(self.world.get(&path).expect(200).json()).filter(|job| job["plan"].is_string())
        });
        (round, done["plan"].clone())
    }

    /// A scenario of a round as its school's admins see it when it has been tried.
    fn tried(&self, school: usize, round: &str, name: &str, changes: &Value) -> Value {
        let token = Some(self.schools[school].admin_token.as_str());
        let order = json!({"name": name, "changes": changes, "seconds": 1});
        let asked = self.world.send(Method::POST, &format!("/api/v1/rounds/{round}/scenarios"), token, Some(&order));
        let path = asked.expect(202).header("location").expect("an address").to_owned();
        wait_until(Duration::from_secs(30), "the scenario is tried", || {
            let one = self.world.send(Method::GET, &path, token, None).expect(200).json();
            assert_ne!(one["state"], "failed", "{one}");
            Some(one["effect"].clone()).filter(Value::is_object)
        })
    }

    /// What holds for a school in the shared pool, step by step, as its admins see it.
    fn steps(&self, school: usize) -> Vec<Value> {
        let path = format!("{}/limits?date={MONDAY}", self.own(school));
        let token = Some(self.schools[school].admin_token.as_str());
        let week = self.world.send(Method::GET, &path, token, None).expect(200).json();
        let pools = week["pools"].as_array().expect("pools");
        let pool = pools.iter().find(|pool| pool["pool"] == *self.pool).expect("the shared pool");
        pool["steps"].as_array().expect("steps").clone()
    }

    /// The school's part at nine on Monday.
    fn part_at_nine(&self, school: usize) -> Value {
        let steps = self.steps(school);
        let nine = format!("{MONDAY}T08:00:00Z");
        let step = steps.iter().rfind(|step| step["from"].as_str().expect("an instant") <= nine.as_str());
        step.expect("a step")["share"].clone()
    }
}

fn the_greedy_get_their_share_and_the_remainder(backend: Backend) {
    let shared = Shared::new(backend);
    let part = |at_most: u32, own: u32| json!({"guaranteed": 40, "common": 20, "at_most": at_most, "own": own});
    assert_eq!(shared.part_at_nine(0), part(60, 0));
    let first = shared.book(0, 0, "09:00").expect(201).json();
    shared.book(0, 1, "09:00").expect(201);
    shared.book(0, 2, "09:00").expect(201);
    let refused = shared.book(0, 3, "09:00").expect(409).json();
    assert_eq!(refused["findings"][0]["code"], "pool-full");
    let message = refused["findings"][0]["message"].as_str().expect("words");
    assert!(message.contains("60 of 60 connections that the school may have now"), "{message}");
    assert_eq!((shared.part_at_nine(0), shared.part_at_nine(1)), (part(60, 60), part(40, 0)));
    shared.book(1, 0, "09:00").expect(201);
    shared.book(1, 1, "09:00").expect(201);
    shared.book(1, 2, "09:00").expect(409);
    assert_eq!(shared.steps(1).iter().map(|step| step["used"].as_u64().expect("a number")).max(), Some(100));
    // What is given back is there for whoever comes first.
    let session = format!("/api/v1/sessions/{}/cancellation", first["id"].as_str().expect("an id"));
    shared.world.post(&session, &json!({})).expect(200);
    shared.book(1, 2, "09:00").expect(201);
    shared.book(0, 3, "09:00").expect(409);
    // Who has taken more than is left to it since is told, and nothing moves.
    let change = shared.share_out(100).expect(200).json();
    assert_eq!(change["common"], 0);
    let told: Vec<_> =
        change["overloads"].as_array().expect("schools").iter().map(|one| one["school"].clone()).collect();
    assert_eq!(told, [json!(shared.schools[1].id)], "{change}");
    assert_eq!(change["overloads"][0]["overloads"][0]["over"], 10);
    // Those concerned hear of it, once: the same again makes nothing worse.
    shared.share_out(100).expect(200);
    assert_eq!((shared.cuts(0), shared.cuts(1)), (0, 3));
    shared.background(&json!({"policy": "enforce", "margin_percent": 0})).expect(200);
    assert_eq!(shared.cuts(1), 3, "nothing is expected, so nothing is worse");
    let all = shared.share_out(0).expect(200).json();
    assert_eq!((&all["common"], &all["overloads"]), (&json!(100), &json!([])));
    assert_eq!(shared.part_at_nine(1), Value::Null);
    shared.book(0, 3, "09:00").expect(409);
}

fn the_last_common_place_is_given_once(backend: Backend) {
    let shared = Shared::new(backend);
    for (school, pair) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        shared.book(school, pair, "09:00").expect(201);
    }
    let mut answers = std::thread::scope(|scope| {
        let book = |school| {
            scope.spawn({
                let shared = &shared;
                move || shared.book(school, 2, "09:00").status
            })
        };
        [book(0), book(1)].map(|one| one.join().expect("an answer"))
    });
    answers.sort_unstable();
    assert_eq!(answers, [201, 409]);
}

fn a_plan_keeps_to_the_schools_part(backend: Backend) {
    let shared = Shared::new(backend);
    let (round, plan) = shared.planned(0, MONDAY, 6);
    let publish = |round: &str, plan: &Value| {
        shared.world.post(&format!("/api/v1/rounds/{round}/publication"), &json!({"plan": plan}))
    };
    publish(&round, &plan).expect(200);
    let most = shared.steps(0).iter().map(|step| step["share"]["own"].as_u64().expect("a number")).max();
    assert_eq!(most, Some(60), "its part and the remainder at nine, the other classes beside");
    shared.book(1, 0, "09:00").expect(201);
    shared.book(1, 1, "09:00").expect(201);
    // A plan that was made before another school took the remainder does not go over it.
    let (round, plan) = shared.planned(1, "2030-03-25", 3);
    for pair in 0..3 {
        shared.book_at(0, pair, "2030-03-25T09:00").expect(201);
    }
    let refused = publish(&round, &plan).expect(409);
    assert!(refused.text().contains("pool-full"), "{}", refused.text());
}

fn a_scenario_gives_what_the_limit_would_give(backend: Backend) {
    let shared = Shared::new(backend);
    // Of the forty that it is guaranteed, the other school uses twenty.
    shared.book(1, 0, "09:00").expect(201);
    let (round, _) = shared.planned(0, MONDAY, 6);
    let platform = |effect: &Value, when: &str| {
        let pools = effect["pools"].as_array().expect("pools");
        let pool = pools.iter().find(|pool| pool["name"] == "platform/e-lyco").expect("the shared pool");
        (pool["limit"][when].clone(), effect["first_choices"][when].clone(), effect["cost"][when].clone())
    };
    let raised = json!({"limits": [{"pool": "platform/e-lyco", "percent": 150}]});
    let asked = shared.tried(0, &round, "Half as much again", &raised);
    assert_eq!(asked["first_choices"], json!({"today": 3, "then": 4}), "sixty, then ninety: {asked}");
    let doubled = json!({"limits": [{"percent": 150}], "attendance_percent": 200});
    let doubled = shared.tried(0, &round, "And twice as many pupils", &doubled);
    assert_eq!(
        doubled["first_choices"]["then"], 2,
        "classes of forty; what the other school uses is its own: {doubled}"
    );

    shared.limit(150);
    let real = shared.tried(0, &round, "As it is", &json!({"attendance_percent": 100}));
    assert_eq!(platform(&asked, "then"), platform(&real, "today"), "{asked} {real}");
    assert_eq!(platform(&real, "today"), platform(&real, "then"), "{real}");
    let job = shared.world.post(&format!("/api/v1/rounds/{round}/jobs"), &json!({"seconds": 1})).expect(202).json();
    let path = format!("/api/v1/jobs/{}", job["id"].as_str().expect("an id"));
    let done = wait_until(Duration::from_secs(30), "the round is solved", || {
        Some(shared.world.get(&path).expect(200).json()).filter(|job| job["plan"].is_string())
    });
    let plan = format!("/api/v1/plans/{}", done["plan"].as_str().expect("an id"));
    assert_eq!(shared.world.get(&plan).expect(200).json()["objective"], asked["cost"]["then"]);
}

fn a_school_that_would_come_has_its_part_as_one_that_comes(backend: Backend) {
    let shared = Shared::new(backend);
    shared.book(1, 0, "09:00").expect(201);
    let (round, _) = shared.planned(0, MONDAY, 6);
    let limit = |effect: &Value| {
        let pools = effect["pools"].as_array().expect("pools");
        pools.iter().find(|pool| pool["name"] == "platform/e-lyco").expect("the shared pool")["limit"].clone()
    };
    // Twenty for each of four parts, of which two are those of the school that comes.
    let more = json!({"more_schools": [{"schools": 1, "groups": 1, "pools": ["platform/e-lyco"], "weight": 2}]});
    let asked = shared.tried(0, &round, "One more", &more);
    assert_eq!(limit(&asked), json!({"today": 60, "then": 80}), "{asked}");
    assert_eq!(asked["first_choices"], json!({"today": 3, "then": 2}), "{asked}");

    let school = shared.world.school("Collège C");
    let platform = shared.world.get(&shared.own(0)).expect(200).json()["platform"].clone();
    let joins = format!("/api/v1/schools/{}/platform", school.id);
    shared.world.put(&joins, &json!({"platform": platform})).expect(200);
    let weights = shared.schools.iter().map(|one| (&one.id, 1)).chain([(&school.id, 2)]);
    let weights: Vec<Value> = weights.map(|(school, weight)| json!({"school": school, "weight": weight})).collect();
    let body = json!({"guaranteed_percent": 80, "weights": weights});
    shared.world.put(&shared.shares(), &body).expect(200);
    let real = shared.tried(0, &round, "As it is", &json!({"attendance_percent": 100}));
    assert_eq!(limit(&real)["today"], 40, "its part, and what is for whoever comes first: {real}");
    assert_eq!(real["first_choices"]["today"], asked["first_choices"]["then"], "{asked} {real}");
}

fn first_choices_are_those_that_the_limit_would_give(backend: Backend) {
    let shared = Shared::new(backend);
    // Of the forty that it is guaranteed, the other school uses twenty.
    shared.book(1, 0, "09:00").expect(201);
    let (round, _) = shared.planned(0, MONDAY, 6);
    let path = format!("/api/v1/rounds/{round}/first-choices");
    let token = Some(shared.schools[0].admin_token.as_str());
    let told = || shared.world.send(Method::GET, &path, token, None).expect(200).json();
    let kept = |told: &Value, percent: u32| {
        let mut curve = told["curve"].as_array().expect("a curve").iter();
        curve.find(|point| point["percent"] == percent).map(|point| point["kept"].clone())
    };
    let today = told();
    assert_eq!((kept(&today, 100), kept(&today, 150)), (Some(json!(3)), Some(json!(4))), "sixty, then ninety: {today}");
    assert_eq!(today["all_percent"], 199, "a hundred and ninety-nine, of which seventy-nine are the other's: {today}");

    shared.limit(150);
    let real = told();
    assert_eq!(kept(&real, 100), kept(&today, 150), "{today} {real}");
    for pair in 0..4 {
        shared.book(0, pair, "09:00").expect(201);
    }
    shared.book(0, 4, "09:00").expect(409);
    // At the scale that is enough for all there is room for all.
    shared.limit(199);
    shared.book(0, 4, "09:00").expect(201);
    shared.book(0, 5, "09:00").expect(201);
}

fn shares_follow_heads_and_weights(backend: Backend) {
    let shared = Shared::new(backend);
    let parts = |answer: &Value| -> Vec<(u64, u64)> {
        let number = |value: &Value| value.as_u64().expect("a number");
        let schools = answer["schools"].as_array().expect("schools").iter();
        schools.map(|one| (number(&one["weight"]), number(&one["guaranteed"]))).collect()
    };
    let by_heads = shared.world.put(&shared.shares(), &json!({"guaranteed_percent": 50})).expect(200).json();
    // 27 of the first group, and six times 19.
    assert_eq!(parts(&by_heads), [(141, 25), (141, 25)]);
    let more = json!({"name": "5e A", "headcount": 141});
    shared.world.made(&format!("{}/groups", shared.own(0)), &more);
    let grown = shared.world.get(&shared.shares()).expect(200).json();
    assert_eq!((parts(&grown), &grown["common"]), (vec![(282, 33), (141, 16)], &json!(51)));
    assert_eq!(shared.part_at_nine(1), json!({"guaranteed": 16, "common": 51, "at_most": 67, "own": 0}));
    let weights = json!([{"school": shared.schools[1].id, "weight": 282}]);
    let body = json!({"guaranteed_percent": 50, "weights": weights});
    let set = shared.world.put(&shared.shares(), &body).expect(200).json();
    assert_eq!((parts(&set), &set["schools"][1]["set_weight"]), (vec![(282, 25), (282, 25)], &json!(282)));
    // A school that leaves takes its weight along.
    shared.world.put(&format!("{}/platform", shared.own(0)), &json!({"platform": null})).expect(200);
    assert_eq!(parts(&shared.world.get(&shared.shares()).expect(200).json()), [(282, 50)]);
}

fn what_cannot_be_shared_out_is_refused(backend: Backend) {
    let shared = Shared::new(backend);
    let refused = |answer: Answer, code: &str| assert!(answer.text().contains(code), "{code}: {}", answer.text());
    let body = json!({"guaranteed_percent": 101, "weights": []});
    refused(shared.world.put(&shared.shares(), &body).expect(422), "guaranteed_percent");
    let [one, other] = [&shared.schools[0].id, &shared.world.school("Collège C").id];
    let weights: Vec<_> = [one, one, other].map(|id| json!({"school": id, "weight": 1})).into();
    let answer = shared.world.put(&shared.shares(), &json!({"guaranteed_percent": 10, "weights": weights})).expect(422);
    let findings = answer.json()["findings"].clone();
    let codes: Vec<_> = findings.as_array().expect("findings").iter().map(|one| one["code"].clone()).collect();
    assert_eq!(codes, ["repeated-school", "unknown-school"]);
    let pool = |body: Value| format!("/api/v1/pools/{}/shares", shared.world.made("/api/v1/pools", &body));
    let some = json!({"guaranteed_percent": 10});
    let logins = pool(json!({"name": "logins", "kind": "arrivals", "window_minutes": 10, "connections": 9}));
    refused(shared.world.put(&logins, &some).expect(409), "counts-arrivals");
    let timeless = pool(json!({"name": "timeless", "kind": "concurrent", "connections": 9}));
    refused(shared.world.put(&timeless, &some).expect(409), "needs-time-zone");
    // Nor does a pool become such a one while it is shared out.
    let platform = shared.world.get(&format!("/api/v1/pools/{}", shared.pool)).expect(200).json()["platform"].clone();
    let changed =
        json!({"name": "x", "kind": "arrivals", "window_minutes": 10, "connections": 9, "platform": platform});
    let path = format!("/api/v1/pools/{}", shared.pool);
    refused(shared.world.put(&path, &changed).expect(409), "counts-arrivals");
    let smaller = json!({"name": "x", "kind": "concurrent", "connections": 50, "platform": platform});
    shared.world.put(&path, &smaller).expect(200);
    assert_eq!(shared.part_at_nine(0), json!({"guaranteed": 20, "common": 10, "at_most": 30, "own": 0}));
    let admin = Some(shared.schools[0].admin_token.as_str());
    shared.world.send(Method::GET, &shared.shares(), admin, None).expect(403);
}
