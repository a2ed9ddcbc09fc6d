//! Drafts: compared, pinned, looked at before they are published, explained, and fair over time.

use super::school::{School, World};
use crate::support::process::wait_until;
use crate::support::service::{Answer, Backend, on_both};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Barrier;
use std::time::Duration;

on_both!(
    a_draft_says_what_it_was_made_with,
    two_drafts_side_by_side,
    what_is_pinned_stays_and_so_does_all_else,
    more_wishes_than_an_hour_holds_are_told_as_such,
    pins_that_cannot_be_kept_are_told_with_every_reason,
    the_preview_is_what_the_publication_does,
    a_plan_that_is_published_again_is_told_again,
    a_place_that_a_plan_leaves_is_offered,
    of_two_admins_one_publishes,
    the_raise_that_is_told_helps,
    who_was_moved_counts_more_next_time
);

/// A school of four teachers and groups, in which one class at a time takes place.
struct Place {
    world: World,
    school: School,
    teachers: Vec<String>,
    groups: Vec<String>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

fn codes(answer: &Answer) -> Vec<String> {
    let problem = answer.json();
    let mut codes: Vec<String> = problem["findings"].as_array().unwrap().iter().map(|one| text(&one["code"])).collect();
    codes.sort();
    codes
}

impl Place {
    fn new(backend: Backend) -> Self {
        let world = World::new(backend);
        let school = world.school("Collège Jules-Verne");
        let own = format!("/api/v1/schools/{}", school.id);
        world.put(&format!("{own}/capacity"), &json!({"connections": 40})).expect(200);
        let teachers = ["Mme Ada", "M. Bo", "Mme Cy", "M. Du"].map(|name| {
            let email = format!("{}@example.org", &name[name.len() - 2..]);
            world.made(&format!("{own}/teachers"), &json!({"name": name, "email": email}))
        });
        let groups = ["6e B", "6e C", "6e D", "6e E"]
            .map(|name| world.made(&format!("{own}/groups"), &json!({"name": name, "headcount": 25})));
        Self { world, school, teachers: teachers.into(), groups: groups.into() }
    }

    fn admin(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.world.send(method, path, Some(&self.school.admin_token), body)
    }

    fn get(&self, path: &str) -> Value {
        self.admin(Method::GET, path, None).expect(200).json()
    }

    fn round(&self, name: &str, first: &str, last: &str) -> String {
        let new = json!({"name": name, "starts_on": first, "ends_on": last});
        self.world.made(&format!("/api/v1/schools/{}/rounds", self.school.id), &new)
    }

    /// A class of one of the teachers with the group of the same number.
    fn wish(&self, round: &str, who: usize, start: &str) -> String {
        let wish = json!({
            "title": format!("Class {who}"), "teachers": [self.teachers[who]], "groups": [self.groups[who]],
            "duration_minutes": 55, "preferred": [{"start": start, "tolerance_minutes": 60}], "otherwise": "any_day",
        });
        self.world.made(&format!("/api/v1/rounds/{round}/requests"), &wish)
    }

    /// A plan, made with this order. Small rounds are proven in milliseconds: seconds only matter on a machine that stalls.
    fn plan(&self, round: &str, order: &Value) -> String {
        let job = self.admin(Method::POST, &format!("/api/v1/rounds/{round}/jobs"), Some(order)).expect(202).json();
        let path = format!("/api/v1/jobs/{}", text(&job["id"]));
        let done = wait_until(Duration::from_secs(60), "the round is solved", || {
            Some(self.get(&path)).filter(|job| !["queued", "running"].contains(&job["state"].as_str().unwrap()))
        });
        assert_eq!(done["state"], "done", "{done}");
        text(&done["plan"])
    }

    fn start(&self, plan: &str, request: &str) -> String {
        let plan = self.get(&format!("/api/v1/plans/{plan}"));
        let starts = plan["starts"].as_array().unwrap();
        text(&starts.iter().find(|start| start["request"] == request).unwrap()["start"]["local"])
    }

    fn pin(&self, round: &str, request: &str, start: &str) -> Answer {
        let path = format!("/api/v1/rounds/{round}/pins/{request}");
        self.admin(Method::PUT, &path, Some(&json!({"start": start, "note": "the author is here"})))
    }

    fn publish(&self, round: &str, plan: &str, replaces: &Value) -> Answer {
        let order = json!({"plan": plan, "replaces": replaces});
        self.admin(Method::POST, &format!("/api/v1/rounds/{round}/publication"), Some(&order))
    }
}

const NINE: &str = "2030-03-18T09:00";

fn week(place: &Place) -> (String, Vec<String>) {
    let round = place.round("Semaine 12", "2030-03-18", "2030-03-24");
    let starts = [NINE, NINE, "2030-03-19T09:00", "2030-03-20T14:00"];
    let requests = (0..4).map(|who| place.wish(&round, who, starts[who])).collect();
    (round, requests)
}

fn a_draft_says_what_it_was_made_with(backend: Backend) {
    let place = Place::new(backend);
    let (round, _) = week(&place);
    let jobs = format!("/api/v1/rounds/{round}/jobs");
    let refused = |order: Value| codes(&place.admin(Method::POST, &jobs, Some(&order)).expect(422));
    assert_eq!(refused(json!({"least_change": true})), ["nothing-to-keep"]);
    assert_eq!(
        refused(json!({"least_change": true, "move_cost": 3, "from": "nothing", "seconds": 100_000})),
        ["bad-seconds", "two-move-costs", "unknown-plan"]
    );
    let plan = place.plan(&round, &json!({"seconds": 1, "seed": 5}));
    let list = |round: &str| place.get(&format!("/api/v1/rounds/{round}/plans"));
    let listed = list(&round)[0].clone();
    assert_eq!((&listed["id"], &listed["seed"], &listed["unplaced"]), (&json!(plan), &json!(5), &json!(0)), "{listed}");
    assert_eq!((&listed["outdated"], &listed["parent"]), (&json!(false), &Value::Null), "{listed}");
    let limits = &listed["limits"];
    assert_eq!((&limits["seconds"], &limits["asked_by"]), (&json!(1), &json!("admin")), "{listed}");
    assert!(limits["threads"].as_u64() >= Some(1) && limits["fingerprint"].as_str().unwrap().len() == 32, "{listed}");
    assert_eq!(listed["objective"].as_f64(), listed["weighted_objective"].as_f64(), "nobody has a history: {listed}");
    assert!(listed["bound"].as_f64() <= listed["weighted_objective"].as_f64(), "{listed}");

    // Publishing is no change of what it was made for; another capacity is, and one more wish.
    place.publish(&round, &plan, &Value::Null).expect(200);
    assert_eq!(list(&round)[0]["outdated"], false);
    let capacity = format!("/api/v1/schools/{}/capacity", place.school.id);
    place.admin(Method::PUT, &capacity, Some(&json!({"connections": 41}))).expect(200);
    assert_eq!(list(&round)[0]["outdated"], true);
    place.admin(Method::PUT, &capacity, Some(&json!({"connections": 40}))).expect(200);
    assert_eq!(list(&round)[0]["outdated"], false);
    assert_eq!(place.get(&format!("/api/v1/plans/{plan}"))["outdated"], false);

    let next = place.plan(&round, &json!({"seconds": 1, "from": plan, "move_cost": 9}));
    let next = place.get(&format!("/api/v1/plans/{next}"));
    assert_eq!((&next["parent"], &next["limits"]["move_cost"]), (&json!(plan), &json!(9)));
}

fn two_drafts_side_by_side(backend: Backend) {
    let place = Place::new(backend);
    let (round, requests) = week(&place);
    let first = place.plan(&round, &json!({"seconds": 1}));
    place.pin(&round, &requests[3], "2030-03-20T15:00").expect(200);
    let second = place.plan(&round, &json!({"seconds": 1, "from": first, "least_change": true}));
    let compared = place.get(&format!("/api/v1/plans/{first}/comparison?with={second}"));
    let classes = compared["classes"].as_array().unwrap();
    assert_eq!(classes.len(), 1, "{compared}");
    assert_eq!(
        (&classes[0]["request"], &classes[0]["from"]["local"], &classes[0]["to"]["local"]),
        (&json!(requests[3]), &json!("2030-03-20T14:00:00"), &json!("2030-03-20T15:00:00"))
    );
    assert_eq!((&classes[0]["cost_before"], &classes[0]["cost_after"]), (&json!(0), &json!(12)));
    assert_eq!(classes[0]["teachers"][0]["name"], "M. Du");
    let teachers = compared["teachers"].as_array().unwrap();
    let du = teachers.iter().find(|one| one["teacher"]["name"] == "M. Du").unwrap();
    assert_eq!((&du["minutes_before"], &du["minutes_after"], &du["changed"]), (&json!(0), &json!(60), &json!(1)));
    let (from, to) = (&compared["from"], &compared["to"]);
    assert_eq!(from["first_choices"].as_u64().unwrap(), to["first_choices"].as_u64().unwrap() + 1, "{compared}");
    assert_eq!(from["objective"].as_u64().unwrap() + 12, to["objective"].as_u64().unwrap(), "{compared}");
    // Far outside of the tolerance a class costs much more than it moves.
    place.pin(&round, &requests[3], "2030-03-20T16:30").expect(200);
    let far = place.plan(&round, &json!({"seconds": 1, "from": second, "least_change": true}));
    let compared = place.get(&format!("/api/v1/plans/{first}/comparison?with={far}"));
    assert!(compared["classes"][0]["cost_after"].as_u64() > Some(30), "{compared}");
    let du = compared["teachers"].as_array().unwrap().iter().find(|one| one["teacher"]["name"] == "M. Du").unwrap();
    assert_eq!((&du["minutes_after"], &du["unplaced_after"]), (&json!(150), &json!(0)), "{compared}");
    let same = place.get(&format!("/api/v1/plans/{first}/comparison?with={first}"));
    assert_eq!(same["classes"], json!([]));

    // Another round's plan is none to compare with; another school's is as unknown as one that is not there.
    let other = place.round("Semaine 13", "2030-03-25", "2030-03-31");
    place.wish(&other, 0, "2030-03-25T09:00");
    let elsewhere = place.plan(&other, &json!({"seconds": 1}));
    let stranger = place.world.school("Collège Loin");
    for with in [&elsewhere, "nothing", "%27%3B--"] {
        let path = format!("/api/v1/plans/{first}/comparison?with={with}");
        assert_eq!(codes(&place.admin(Method::GET, &path, None).expect(422)), ["unknown-plan"]);
    }
    place.admin(Method::GET, &format!("/api/v1/plans/{first}/comparison"), None).expect(422);
    for what in ["comparison?with=", "publication", "raises", "explanations"] {
        let path = format!("/api/v1/plans/{first}/{what}{}", if what.ends_with('=') { &second } else { "" });
        place.world.send(Method::GET, &path, Some(&stranger.teacher_token), None).expect(404);
        place.world.send(Method::GET, &path, Some(&stranger.admin_token), None).expect(404);
    }
    let order = json!({"from": elsewhere});
    let refused = place.admin(Method::POST, &format!("/api/v1/rounds/{round}/jobs"), Some(&order)).expect(422);
    assert_eq!(codes(&refused), ["unknown-plan"]);
}

fn what_is_pinned_stays_and_so_does_all_else(backend: Backend) {
    let place = Place::new(backend);
    let (round, requests) = week(&place);
    let first = place.plan(&round, &json!({"seconds": 1}));
    // Where the third has its first choice an author comes for the first: outside its wish, in place of another class.
    let pinned = place.pin(&round, &requests[0], "2030-03-19T09:00").expect(200).json();
    assert_eq!((&pinned["note"], &pinned["obstacles"]), (&json!("the author is here"), &json!([])));
    let second = place.plan(&round, &json!({"seconds": 1, "from": first, "least_change": true}));
    assert_eq!(place.start(&second, &requests[0]), "2030-03-19T09:00:00");
    assert_ne!(place.start(&second, &requests[2]), "2030-03-19T09:00:00", "it had to make room");
    for other in [1, 3] {
        assert_eq!(place.start(&second, &requests[other]), place.start(&first, &requests[other]), "it need not move");
    }
    let compared = place.get(&format!("/api/v1/plans/{first}/comparison?with={second}"));
    assert_eq!(compared["classes"].as_array().unwrap().len(), 2, "{compared}");
    let explained = place.get(&format!("/api/v1/plans/{second}/explanations?request={}", requests[0]));
    assert_eq!((&explained[0]["outcome"], &explained[0]["weight"]), (&json!("pinned"), &json!(1.0)), "{explained}");
    assert!(text(&explained[0]["message"]).contains("an admin fixed it"), "{explained}");
    place.publish(&round, &second, &Value::Null).expect(200);

    // Of the published plan, too, all that need not move stays: without the pin the cheaper places stay unused.
    place.admin(Method::DELETE, &format!("/api/v1/rounds/{round}/pins/{}", requests[0]), None).expect(204);
    assert_eq!(place.get(&format!("/api/v1/rounds/{round}/pins")), json!([]));
    let third = place.plan(&round, &json!({"seconds": 1, "least_change": true}));
    let compared = place.get(&format!("/api/v1/plans/{second}/comparison?with={third}"));
    assert!(compared["classes"].as_array().unwrap().len() <= 1, "only one whose place is not allowed: {compared}");
    let free = place.plan(&round, &json!({"seconds": 1, "move_cost": 0}));
    assert_eq!(place.start(&free, &requests[2]), "2030-03-19T09:00:00", "moving costs nothing");
}

/// Two classes of 55 minutes, of one teacher, for 95 minutes.
fn more_wishes_than_an_hour_holds_are_told_as_such(backend: Backend) {
    let place = Place::new(backend);
    let round = place.round("Semaine 12", "2030-03-18", "2030-03-24");
    for group in [0, 1] {
        let preferred = json!([{"start": NINE, "tolerance_minutes": 20}]);
        let wish = json!({"title": format!("Class {group}"), "teachers": [place.teachers[0]], "preferred": preferred,
            "groups": [place.groups[group]], "duration_minutes": 55, "otherwise": "never"});
        place.world.made(&format!("/api/v1/rounds/{round}/requests"), &wish);
    }
    let early = place.get(&format!("/api/v1/rounds/{round}/overloads"));
    assert_eq!(early[0]["code"], "teacher-overload", "known before there is a plan: {early}");
    assert_eq!(early[0]["requests"].as_array().map(Vec::len), Some(2), "{early}");
    let plan = place.plan(&round, &json!({"seconds": 1}));
    let explained = place.get(&format!("/api/v1/plans/{plan}/explanations"));
    let (missed, placed) = if explained[0]["outcome"] == "unplaced" { (0, 1) } else { (1, 0) };
    let (overload, none) = (&explained[missed]["overload"], &explained[placed]["overload"]);
    let told = &overload["parameters"];
    assert_eq!((&overload["code"], none), (&json!("teacher-overload"), &Value::Null), "{explained}");
    assert_eq!(
        (&told["count"], &told["most"], &told["classes"]),
        (&json!("2"), &json!("1"), &json!("Class 0, Class 1"))
    );
    assert!(text(&explained[missed]["message"]).contains("1 of these 2 classes fit at most"), "{explained}");
}

fn pins_that_cannot_be_kept_are_told_with_every_reason(backend: Backend) {
    let place = Place::new(backend);
    let (round, requests) = week(&place);
    let refused = |request: &str, start: &str, status| codes(&place.pin(&round, request, start).expect(status));
    assert_eq!(refused(&requests[0], "2030-03-18T20:00", 422), ["outside-hours"]);
    assert_eq!(refused(&requests[0], "2030-03-18T09:02", 422), ["off-grid"]);
    assert_eq!(refused(&requests[0], "2030-04-18T09:00", 422), ["outside-round"]);
    assert_eq!(refused(&requests[0], "2030-03-31T02:30", 422), ["no-such-local-time"]);
    place.pin(&round, "nothing", NINE).expect(404);
    place.pin(&round, &requests[0], NINE).expect(200);
    // The pool holds one class; the same group and teacher cannot be in two.
    assert_eq!(refused(&requests[1], "2030-03-18T09:30", 409), ["pool-full"]);
    let twin = place.wish(&round, 0, "2030-03-18T10:00");
    assert_eq!(refused(&twin, "2030-03-18T09:30", 409), ["group-busy", "pool-full", "teacher-busy"]);
    let told = place.pin(&round, &twin, "2030-03-18T09:30").expect(409).json();
    assert_eq!(told["code"], "pin-does-not-fit");
    assert!(told.to_string().contains("is in “Class 0” at Mon 18 Mar"), "{told}");
    // What is wrong with the start and what else is there, at once.
    assert_eq!(refused(&twin, "2030-03-18T09:32", 422), ["off-grid"]);
    place.pin(&round, &twin, "2030-03-18T10:00").expect(200);

    // A pin that has become impossible is told before anybody waits for a plan.
    let closed = json!({"weekday": 1, "from_minute": 480, "to_minute": 735, "connections": 0});
    let closed = json!({"connections": 40, "weekly": [closed]});
    let capacity = format!("/api/v1/schools/{}/capacity", place.school.id);
    place.admin(Method::PUT, &capacity, Some(&closed)).expect(200);
    let jobs = format!("/api/v1/rounds/{round}/jobs");
    let refused = place.admin(Method::POST, &jobs, Some(&json!({"seconds": 1}))).expect(409);
    assert_eq!((refused.json()["code"].as_str(), codes(&refused).len()), (Some("pins-do-not-fit"), 2));
    let pins = place.get(&format!("/api/v1/rounds/{round}/pins"));
    assert_eq!(pins[0]["obstacles"][0]["code"], "pool-full", "{pins}");

    // So is one on a day that was closed since.
    place.admin(Method::PUT, &capacity, Some(&json!({"connections": 400}))).expect(200);
    let days = json!({"closures": [{"from": "2030-03-18", "to": "2030-03-18", "reason": "Travaux"}]});
    let calendar = format!("/api/v1/schools/{}/calendar", place.school.id);
    place.admin(Method::PUT, &calendar, Some(&days)).expect(200);
    let refused = place.admin(Method::POST, &jobs, Some(&json!({"seconds": 1}))).expect(409);
    assert_eq!(codes(&refused), ["school-closed"; 2]);
    place.admin(Method::PUT, &calendar, Some(&json!({}))).expect(200);

    // Of another round or school, or a teacher: no.
    let other = place.round("Semaine 13", "2030-03-25", "2030-03-31");
    place.pin(&other, &requests[0], "2030-03-25T09:00").expect(404);
    place.admin(Method::DELETE, &format!("/api/v1/rounds/{other}/pins/{}", requests[0]), None).expect(404);
    let path = format!("/api/v1/rounds/{round}/pins/{}", requests[0]);
    let body = json!({"start": NINE});
    place.world.send(Method::PUT, &path, Some(&place.school.teacher_token), Some(&body)).expect(403);
    let stranger = place.world.school("Collège Loin");
    place.world.send(Method::PUT, &path, Some(&stranger.admin_token), Some(&body)).expect(404);
    place.world.send(Method::DELETE, &path, Some(&stranger.admin_token), None).expect(404);
    assert_eq!(place.get(&format!("/api/v1/rounds/{round}/pins")).as_array().unwrap().len(), 2);
}

fn the_preview_is_what_the_publication_does(backend: Backend) {
    let place = Place::new(backend);
    let (round, requests) = week(&place);
    let first = place.plan(&round, &json!({"seconds": 1}));
    let preview = |plan: &str| place.get(&format!("/api/v1/plans/{plan}/publication"));
    let seen = preview(&first);
    assert_eq!((&seen["publishable"], &seen["replaces"], &seen["mails"]), (&json!(true), &Value::Null, &json!(4)));
    assert!(seen["changes"].as_array().unwrap().iter().all(|one| one["change"] == "added"), "{seen}");
    let notices = || {
        let all = place.get(&format!("/api/v1/schools/{}/notices", place.school.id));
        all.as_array().unwrap().iter().filter(|notice| notice["kind"] == "plan-published").count()
    };
    assert_eq!(notices(), 0, "nothing is written");
    let done = place.publish(&round, &first, &seen["replaces"]).expect(200).json();
    assert_eq!((done["changes"].as_array().unwrap().len(), notices()), (4, 4));

    let off = &done["changes"].as_array().unwrap().iter().find(|one| one["session"]["request"] == requests[3].as_str());
    assert!(off.is_some());
    place.pin(&round, &requests[3], "2030-03-20T15:00").expect(200);
    let second = place.plan(&round, &json!({"seconds": 1, "least_change": true}));
    let seen = preview(&second);
    assert_eq!(
        (&seen["replaces"], &seen["mails"], &seen["obstacles"]),
        (&json!(first), &json!(1), &json!([])),
        "{seen}"
    );
    let change = &seen["changes"][0];
    assert_eq!(
        (&change["change"], &change["from"]["local"], &change["to"]["local"]),
        (&json!("moved"), &json!("2030-03-20T14:00:00"), &json!("2030-03-20T15:00:00"))
    );
    assert_eq!((&seen["teachers"][0]["who"]["name"], &seen["teachers"][0]["moved"]), (&json!("M. Du"), &json!(1)));
    assert_eq!((&seen["groups"][0]["who"]["name"], &seen["groups"][0]["mail"]), (&json!("6e E"), &json!(false)));
    assert_eq!(place.publish(&round, &second, &Value::Null).expect(409).json()["code"], "already-published", "stale");
    let done = place.publish(&round, &second, &seen["replaces"]).expect(200).json();
    assert_eq!(done["changes"].as_array().unwrap().len(), 1);
    assert_eq!(done["changes"][0]["session"]["request"], change["request"]);

    // All that stands against a plan is told, whatever kind it is of.
    let closed = json!({"weekday": 1, "from_minute": 480, "to_minute": 735, "connections": 0});
    let closed = json!({"connections": 40, "weekly": [closed]});
    let capacity = format!("/api/v1/schools/{}/capacity", place.school.id);
    place.admin(Method::PUT, &capacity, Some(&closed)).expect(200);
    let seen = preview(&first);
    let found: Vec<String> = seen["obstacles"].as_array().unwrap().iter().map(|one| text(&one["code"])).collect();
    assert_eq!(seen["publishable"], false);
    assert!(["pin-not-kept", "pool-full"].iter().all(|code| found.iter().any(|one| one == code)), "{seen}");
    assert_eq!(place.publish(&round, &first, &json!(second)).expect(409).json()["code"], "plan-outdated");
    let seen = preview(&second);
    assert!(seen["obstacles"].to_string().contains("already-published"), "{seen}");
}

fn a_plan_that_is_published_again_is_told_again(backend: Backend) {
    let place = Place::new(backend);
    let (round, requests) = week(&place);
    let publish = |plan: &str, replaces: &Value| {
        let done = place.publish(&round, plan, replaces).expect(200).json();
        done["changes"].as_array().unwrap().len()
    };
    let mails = || place.get(&format!("/api/v1/schools/{}/notices", place.school.id)).as_array().unwrap().len();
    let first = place.plan(&round, &json!({"seconds": 1}));
    publish(&first, &Value::Null);
    place.pin(&round, &requests[3], "2030-03-20T15:00").expect(200);
    let second = place.plan(&round, &json!({"seconds": 1, "least_change": true}));
    assert_eq!(publish(&second, &json!(first)), 1);
    place.admin(Method::DELETE, &format!("/api/v1/rounds/{round}/pins/{}", requests[3]), None).expect(204);
    let told = mails();
    assert_eq!((publish(&first, &json!(second)), mails()), (1, told + 1), "the class is back where it was");
}

fn a_place_that_a_plan_leaves_is_offered(backend: Backend) {
    let place = Place::new(backend);
    let (round, requests) = week(&place);
    let first = place.plan(&round, &json!({"seconds": 1}));
    place.publish(&round, &first, &Value::Null).expect(200);
    assert_eq!(place.start(&first, &requests[3]), "2030-03-20T14:00:00");
    let waits = json!({"title": "Latin", "teachers": [place.teachers[0]], "groups": [place.groups[0]],
        "duration_minutes": 55, "from_local": "2030-03-20T14:00", "to_local": "2030-03-20T15:00"});
    let list = format!("/api/v1/schools/{}/waiting", place.school.id);
    place.world.made(&list, &waits);
    place.pin(&round, &requests[3], "2030-03-20T15:00").expect(200);
    let second = place.plan(&round, &json!({"seconds": 1, "least_change": true}));
    assert_eq!(place.get(&list)[0]["offer"], Value::Null, "a draft leaves nothing");
    place.publish(&round, &second, &json!(first)).expect(200);
    wait_until(Duration::from_secs(30), "the place is offered", || place.get(&list)[0]["offer"].as_str().map(|_| ()));
}

fn of_two_admins_one_publishes(backend: Backend) {
    let place = Place::new(backend);
    let (round, _) = week(&place);
    let plans = [1, 2].map(|seed| place.plan(&round, &json!({"seconds": 1, "seed": seed})));
    let both = Barrier::new(2);
    let mut answers: Vec<u16> = std::thread::scope(|scope| {
        let publish = |plan: &String| {
            let seen = place.get(&format!("/api/v1/plans/{plan}/publication"));
            both.wait();
            place.publish(&round, plan, &seen["replaces"]).status
        };
        let publishers: Vec<_> = plans.iter().map(|plan| scope.spawn(move || publish(plan))).collect();
        publishers.into_iter().map(|one| one.join().unwrap()).collect()
    });
    answers.sort_unstable();
    assert_eq!(answers, [200, 409]);
}

fn the_raise_that_is_told_helps(backend: Backend) {
    let place = Place::new(backend);
    let round = place.round("Semaine 12", "2030-03-18", "2030-03-24");
    // Three want to nine, and one of them three times. One is fixed there: the morning holds four, and shifting an even
    // number costs the same, so that else all may be off nine.
    let requests: Vec<String> = [0, 1, 2, 0, 0].into_iter().map(|who| place.wish(&round, who, NINE)).collect();
    place.pin(&round, &requests[0], NINE).expect(200);
    let plan = place.plan(&round, &json!({"seconds": 10}));
    let told = place.get(&format!("/api/v1/plans/{plan}/raises"));
    assert_eq!((&told["not_first_choice"], &told["not_helped"]), (&json!(4), &json!(2)), "{told}");
    let raise = &told["raises"][0];
    // 26 each: three need 78, and the pool holds 40.
    assert_eq!((&raise["connections"], raise["requests"].as_array().unwrap().len()), (&json!(38), 2), "{told}");
    assert_eq!(raise["from"]["local"], "2030-03-18T09:00:00");
    assert!(raise["saves_minutes"].as_u64() > Some(0));
    place
        .world
        .send(Method::GET, &format!("/api/v1/plans/{plan}/raises"), Some(&place.school.teacher_token), None)
        .expect(403);

    // It is true: with the raise, and only in that hour, all but two classes of the same people are at nine.
    let capacity =
        json!({"connections": 40, "weekly": [{"weekday": 1, "from_minute": 540, "to_minute": 600, "connections": 78}]});
    place.admin(Method::PUT, &format!("/api/v1/schools/{}/capacity", place.school.id), Some(&capacity)).expect(200);
    let plan = place.plan(&round, &json!({"seconds": 10}));
    let told = place.get(&format!("/api/v1/plans/{plan}/raises"));
    assert_eq!((&told["not_first_choice"], &told["raises"]), (&json!(2), &json!([])), "{told}");
}

fn who_was_moved_counts_more_next_time(backend: Backend) {
    let place = Place::new(backend);
    let fairness = format!("/api/v1/schools/{}/fairness", place.school.id);
    let before = place.get(&fairness);
    assert_eq!((&before["rounds"], before["teachers"].as_array().unwrap().len()), (&json!([]), 5), "{before}");
    assert!(before["teachers"].as_array().unwrap().iter().all(|one| one["weight"] == 1.0 && one["minutes"] == 0.0));
    let first = place.round("Semaine 12", "2030-03-18", "2030-03-24");
    let requests: Vec<String> = (0..2).map(|who| place.wish(&first, who, NINE)).collect();
    // Without a pin, five minutes too early and fifty too late would cost the same.
    place.pin(&first, &requests[0], NINE).expect(200);
    let plan = place.plan(&first, &json!({"seconds": 10}));
    place.publish(&first, &plan, &Value::Null).expect(200);
    let after = place.get(&fairness);
    let row = |who: usize| {
        let all = after["teachers"].as_array().unwrap();
        all.iter().find(|one| one["teacher"]["id"] == place.teachers[who].as_str()).unwrap().clone()
    };
    let (lucky, unlucky) = (row(0), row(1));
    assert_eq!((&lucky["weight"], &unlucky["minutes"]), (&json!(1.0), &json!(55.0)), "{after}");
    assert_eq!((&unlucky["moved_minutes"], &unlucky["unplaced"]), (&json!(55.0), &json!(0)), "{after}");
    assert_eq!((&unlucky["weight"], &after["school_minutes"]), (&json!(1.5), &json!(27.5)), "{after}");
    assert!(text(&after["formula"]).contains("1 + minutes / 120"));
    assert_eq!(after["rounds"][0]["share"], 1.0);

    // The same two want the same hour again, a week later: now the other one moves.
    let second = place.round("Semaine 13", "2030-03-25", "2030-03-31");
    let again: Vec<String> = (0..2).map(|who| place.wish(&second, who, "2030-03-25T09:00")).collect();
    let plan = place.plan(&second, &json!({"seconds": 10}));
    assert_eq!(place.start(&plan, &again[1]), "2030-03-25T09:00:00");
    let seen = place.get(&format!("/api/v1/plans/{plan}"));
    let weight = |request: &str| {
        seen["starts"].as_array().unwrap().iter().find(|start| start["request"] == request).unwrap()["weight"].clone()
    };
    assert_eq!((weight(&again[1]), weight(&again[0])), (json!(1.5), json!(1.0)));
    // In the units of the wish: an hour but five minutes.
    assert_eq!((&seen["objective"], &seen["weighted_objective"]), (&json!(11), &json!(11.0)), "{seen}");
    assert!(seen["bound"].as_f64() <= Some(11.0), "{seen}");
    let explained = place.get(&format!("/api/v1/plans/{plan}/explanations?request={}", again[0]));
    assert_eq!((&explained[0]["cost"], &explained[0]["weight"]), (&json!(11), &json!(1.0)));

    // A teacher sees the own row and the school's mean, and nothing of other schools.
    let seen = place.world.send(Method::GET, &fairness, Some(&place.school.teacher_token), None).expect(200).json();
    assert_eq!((seen["teachers"].as_array().unwrap().len(), &seen["school_minutes"]), (1, &json!(27.5)), "{seen}");
    assert_eq!(seen["teachers"][0]["teacher"]["id"], place.school.teacher.as_str());
    for path in [format!("/api/v1/plans/{plan}"), format!("/api/v1/plans/{plan}/explanations")] {
        let seen = place.world.send(Method::GET, &path, Some(&place.school.teacher_token), None).expect(200).json();
        let all = seen["starts"].as_array().or(seen.as_array()).unwrap();
        assert!(all.len() == 2 && all.iter().all(|one| one["weight"].is_null()), "colleagues' weights: {seen}");
    }
    let stranger = place.world.school("Collège Loin");
    place.world.send(Method::GET, &fairness, Some(&stranger.teacher_token), None).expect(404);
}
