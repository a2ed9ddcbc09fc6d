//! Weekly classes, across the change to summer time, and the wishes of an earlier round copied.

use super::{
    rules::{codes, plan, round, wish},
    school::{School, World},
};
use crate::support::service::{Answer, Backend, on_both};
use reqwest::Method;
use serde_json::{Value, json};

on_both!(a_weekly_class_keeps_its_local_hour, weeks_change_together_or_alone, wishes_are_copied_once);

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} of {value}"))
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("{key} of {value}"))
}

fn weekly(school: &School, title: &str, more: Value) -> Value {
    let mut body = json!({"weekly": true, "otherwise": "same_day"});
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    wish(school, title, body)
}

/// Clocks go forward on Sunday 31 March 2030.
fn a_weekly_class_keeps_its_local_hour(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let round = round(&world, &school, "Printemps", "2030-03-18", "2030-04-10");
    let requests = format!("/api/v1/rounds/{round}/requests");
    let made = world.post(&requests, &weekly(&school, "Latin", json!({"preferred": [{"start": "2030-03-22T09:00"}]})));
    let made = made.expect(201);
    assert_eq!(made.header("location"), Some(format!("/api/v1/series/{}", text(&made.json(), "series")).as_str()));
    let made = made.json();
    let weeks: Vec<(&str, &str)> = list(&made, "requests")
        .iter()
        .map(|request| (text(request, "reference"), text(&request["windows"][0], "ideal_at")))
        .collect();
    let wanted = [
        ("Latin-2030-W12", "2030-03-22T08:00:00Z"),
        ("Latin-2030-W13", "2030-03-29T08:00:00Z"),
        ("Latin-2030-W14", "2030-04-05T07:00:00Z"),
    ];
    assert_eq!(weeks, wanted);
    // The round ends on the Wednesday of the fourth week.
    assert_eq!(
        (text(&made["skipped"][0], "week"), text(&made["skipped"][0]["finding"], "code")),
        ("2030-W15", "outside-round")
    );
    // Another weekly class follows it in each week.
    let after =
        json!({"preferred": [{"start": "2030-03-22T09:00"}], "after": [{"request": "Latin", "gap_minutes": 30}]});
    let second = world.post(&requests, &weekly(&school, "Grec", after)).expect(201).json();
    for (first, second) in list(&made, "requests").iter().zip(list(&second, "requests")) {
        assert_eq!(second["rules"]["after"][0]["request"], first["id"]);
    }
    let plan = plan(&world, &round);
    let local = |request: &Value| {
        let starts = list(&plan, "starts");
        let found = starts.iter().find(|start| start["request"] == request["id"]).expect("it is planned");
        text(&found["start"], "local").get(10..).expect("a time").to_owned()
    };
    let hours = |made: &Value| list(made, "requests").iter().map(local).collect::<Vec<_>>();
    assert_eq!(hours(&made), ["T09:00:00"; 3]);
    assert_eq!(hours(&second), ["T10:30:00"; 3], "the same wishes at the same prices get the same hour");
}

fn weeks_change_together_or_alone(backend: Backend) {
    let world = World::new(backend);
    let (school, other) = (world.school("Collège A"), world.school("Collège B"));
    let round = round(&world, &school, "Printemps", "2030-03-18", "2030-04-14");
    let requests = format!("/api/v1/rounds/{round}/requests");
    let monday = json!({"preferred": [{"start": "2030-03-18T09:00"}]});
    let made = world.post(&requests, &weekly(&school, "Latin", monday.clone())).expect(201).json();
    let series = format!("/api/v1/series/{}", text(&made, "series"));
    assert_eq!(list(&made, "requests").len(), 4);
    assert_eq!(
        codes(
            &world
                .post(&format!("{requests}/check"), &weekly(&school, "y", json!({"until": "2030-03-01"})))
                .expect(200)
        ),
        ["no-week"]
    );

    // One week alone: what GET gives is what PUT takes.
    let second = list(&made, "requests")[1].clone();
    let address = format!("/api/v1/requests/{}", text(&second, "id"));
    let mut alone = world.get(&address).expect(200).json()["wish"].clone();
    alone["preferred"] = json!([{"start": "2030-03-26T14:00"}]);
    let changed = world.put(&address, &alone).expect(200).json();
    assert_eq!((&changed["series"], &changed["reference"]), (&made["series"], &second["reference"]));
    alone["weekly"] = true.into();
    assert_eq!(codes(&world.put(&address, &alone).expect(422)), ["weekly-here"]);

    // All weeks: ids stay, two weeks go.
    let mut whole = world.get(&series).expect(200).json()["wish"].clone();
    assert_eq!((&whole["weekly"], &whole["weeks"], &whole["reference"]), (&json!(true), &json!(4), &json!("Latin")));
    whole["preferred"] = json!([{"start": "2030-03-19T10:00"}]);
    whole["weeks"] = 2.into();
    let replaced = world.put(&series, &whole).expect(200).json();
    let ids = |value: &Value| list(value, "requests").iter().map(|one| text(one, "id").to_owned()).collect::<Vec<_>>();
    assert_eq!(ids(&replaced), ids(&made)[..2]);
    assert_eq!(list(&world.get(&series).expect(200).json(), "requests").len(), 2);
    assert_eq!(text(&replaced["requests"][1]["windows"][0], "ideal_at"), "2030-03-26T09:00:00Z");

    // Who read it before a week was changed does not overwrite that.
    let read = world.get(&series).expect(200);
    let with_tag = |method: Method, tag: &str| {
        let request = world.service.request(method, &series).bearer_auth(&world.operator).header("if-match", tag);
        Answer::to(request.json(&whole))
    };
    for method in [Method::PUT, Method::DELETE] {
        assert_eq!(with_tag(method, "\"old\"").expect(412).json()["code"], "outdated");
    }
    with_tag(Method::PUT, read.header("etag").expect("a tag")).expect(200);

    // One week moved into the other's: replaced as a whole, there is one a week again.
    let first = format!("/api/v1/requests/{}", text(&replaced["requests"][0], "id"));
    let mut moved = world.get(&first).expect(200).json()["wish"].clone();
    moved["preferred"] = json!([{"start": "2030-03-27T14:00"}]);
    world.put(&first, &moved).expect(200);
    let again = world.put(&series, &whole).expect(200).json();
    assert_eq!(list(&again, "requests").len(), 2);
    assert_eq!(world.get(&requests).expect(200).json().as_array().map(Vec::len), Some(2));

    // Others learn nothing, and change nothing.
    for token in [&other.admin_token, &other.teacher_token] {
        world.send(Method::GET, &series, Some(token), None).expect(404);
        world.send(Method::PUT, &series, Some(token), Some(&whole)).expect(404);
        world.send(Method::DELETE, &series, Some(token), None).expect(404);
    }
    let stranger = format!("/api/v1/schools/{}/teachers", school.id);
    let stranger = world.made(&stranger, &json!({"name": "M. Autre"}));
    let token = json!({"role": "teacher", "school": school.id, "teacher": stranger, "label": "x"});
    let token =
        world.post("/api/v1/tokens", &token).expect(201).json()["secret"].as_str().expect("a secret").to_owned();
    world.send(Method::DELETE, &series, Some(&token), None).expect(403);
    world.send(Method::DELETE, &series, Some(&school.teacher_token), None).expect(204);
    world.get(&series).expect(404);
    assert_eq!(world.get(&requests).expect(200).json(), json!([]));
}

fn wishes_are_copied_once(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let first = round(&world, &school, "Semaine 12", "2030-03-18", "2030-03-24");
    let second = round(&world, &school, "Semaine 14", "2030-04-01", "2030-04-05");
    let enter = |body: &Value| world.post(&format!("/api/v1/rounds/{first}/requests"), body).expect(201).json();
    let at = |start: &str| json!({"preferred": [{"start": start, "tolerance_minutes": 30}]});
    let a = enter(&wish(&school, "a", at("2030-03-18T09:00")));
    let mut b = wish(&school, "b", at("2030-03-18T11:00"));
    b["after"] = json!([{"request": "a", "gap_minutes": 15}]);
    b["reference"] = Value::Null;
    enter(&b);
    let mut c = wish(&school, "c", at("2030-03-19T09:00"));
    c["not_same_day_as"] = json!([a["id"]]);
    enter(&c);
    enter(&weekly(&school, "d", at("2030-03-20T09:00")));
    let colleague = world.made(&format!("/api/v1/schools/{}/teachers", school.id), &json!({"name": "M. Colin"}));
    let mut e = wish(&school, "e", at("2030-03-21T09:00"));
    e["teachers"] = json!([colleague]);
    enter(&e);
    let open = [1, 3, 4].map(|weekday| json!({"weekday": weekday, "from_minute": 480, "to_minute": 1080}));
    let hours = json!({
        "name": "Collège A", "time_zone": "Europe/Paris", "language": "fr",
        "opening_hours": (open),
    });
    // Tuesdays are not open any more: c cannot come along.
    world.put(&format!("/api/v1/schools/{}", school.id), &hours).expect(200);

    let copy = format!("/api/v1/rounds/{second}/requests/copy");
    let by_teacher = world.send(Method::POST, &copy, Some(&school.teacher_token), Some(&json!({}))).expect(200).json();
    assert_eq!(text(&by_teacher, "from"), first);
    // Those of one second come in any order, but a before b.
    let mut copied = list(&by_teacher, "copied").to_vec();
    let place = |title: &str| copied.iter().position(|request| request["title"] == title);
    assert!(place("a") < place("b"), "{by_teacher}");
    copied.sort_by_key(|request| text(request, "title").to_owned());
    let titles: Vec<&str> = copied.iter().map(|request| text(request, "title")).collect();
    assert_eq!(titles, ["a", "b", "d"], "{by_teacher}");
    assert_eq!(text(&copied[0]["wish"]["preferred"][0], "start"), "2030-04-01T09:00");
    assert_eq!(text(&copied[0]["windows"][0], "ideal_at"), "2030-04-01T07:00:00Z", "the local hour stays");
    assert_eq!(text(&copied[2], "reference"), "d-2030-W14");
    assert_eq!(copied[1]["rules"]["after"][0], json!({"request": copied[0]["id"], "gap_minutes": 15}));
    let refused = list(&by_teacher, "refused");
    assert_eq!((text(&refused[0], "title"), text(&refused[0]["findings"][0], "code")), ("c", "outside-hours"));

    let again = world.post(&copy, &json!({"from": first})).expect(200).json();
    let titles: Vec<&str> = list(&again, "copied").iter().map(|request| text(request, "title")).collect();
    assert_eq!(titles, ["e"], "an admin copies all, once: {again}");
    let told: Vec<&str> = list(&again, "refused").iter().map(|refused| text(&refused["findings"][0], "code")).collect();
    assert_eq!(told.iter().filter(|code| **code == "reference-exists").count(), 3, "{again}");
    assert_eq!(
        world.get(&format!("/api/v1/rounds/{second}/requests")).expect(200).json().as_array().map(Vec::len),
        Some(4)
    );

    let refused = world.post(&format!("/api/v1/rounds/{first}/requests/copy"), &json!({})).expect(409).json();
    assert_eq!(refused["code"], "no-earlier-round");
    let elsewhere = world.school("Collège B");
    let theirs = round(&world, &elsewhere, "Semaine 11", "2030-03-11", "2030-03-17");
    world.post(&copy, &json!({"from": theirs})).expect(404);
    let of_one = world.post(&copy, &json!({"from": first, "teacher": colleague})).expect(200).json();
    let refused: Vec<&str> = list(&of_one, "refused").iter().map(|refused| text(refused, "title")).collect();
    assert_eq!(refused, ["e"], "only the classes of one teacher: {of_one}");
    world.post(&copy, &json!({"from": first, "teacher": elsewhere.teacher})).expect(404);
}
