//! The waiting list in Chromium: a full hour, somebody who waits for it, and a place that is taken, left or let pass.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    browser::is_sound,
    school::School,
    support::{browser::Browser, process::wait_until},
    visitor::Visitor,
};

const PATIENCE: Duration = Duration::from_secs(20);

/// The school's only hour is Monday at nine, with room for one class; one more teacher.
fn narrow(school: &School) -> (String, String) {
    let hour = json!([{ "weekday": 1, "from_minute": 540, "to_minute": 600, "connections": 30 }]);
    let capacity = json!({ "connections": 0, "weekly": hour, "dated": [] });
    school.service.put_json(&format!("/api/v1/schools/{}/capacity", school.id), &capacity).expect(200);
    let made = |path: &str, body: Value| school.service.post_json(path, &body).expect(201).json();
    let teacher = made(&format!("/api/v1/schools/{}/teachers", school.id), json!({ "name": "Mme Roux" }));
    let new = json!({ "role": "teacher", "school": school.id, "teacher": teacher["id"], "label": "test" });
    let token = made("/api/v1/tokens", new);
    (teacher["id"].as_str().unwrap().to_owned(), token["secret"].as_str().unwrap().to_owned())
}

/// The place that is offered to this teacher, once there is one.
fn offered(school: &School, teacher: &str) -> String {
    wait_until(PATIENCE, "a place is offered", || {
        let list = school.service.get(&format!("/api/v1/schools/{}/waiting", school.id)).expect(200).json();
        let theirs = list.as_array()?.iter().find(|entry| entry["teachers"][0] == teacher)?;
        theirs["offer"].as_str().map(str::to_owned)
    })
}

/// The only one who waits has seen that somebody took what they were offered: it would be news again.
fn seen_taken(school: &School) {
    wait_until(PATIENCE, "the place is seen taken", || {
        let list = school.service.get(&format!("/api/v1/schools/{}/waiting", school.id)).expect(200).json();
        (list[0]["offer"].is_null() && list[0]["offered"] == json!([])).then_some(())
    });
}

/// Lets the time of an offer pass.
fn passes(school: &School, offer: &str) {
    let past = format!("UPDATE sessions SET held_until = '2020-01-01 00:00:00' WHERE id = '{offer}'");
    assert_eq!(school.service.site().sql(&past), 1);
}

fn journey(language: &str, (width, height): (u32, u32), said: &[&str; 5]) {
    let school = School::coming(30);
    let (third, third_key) = narrow(&school);
    let first = Browser::start_in(language, width, height);
    let url = |path: &str| school.service.url(path);
    let look = |name: &str| {
        is_sound(&first, language);
        first.screenshot(&format!("waiting-{name}-{language}-{width}"));
    };
    let search =
        |group: usize| format!("/book?title=SVT&group={}&duration=55&date={}", school.groups[group], school.monday);

    // A colleague has the hour.
    let mut other = Visitor::new(&school);
    other.sign_in(&school.colleague);
    let csrf = other.csrf("/wishes");
    let start = format!("{}T09:00", school.monday);
    let class = [("csrf", csrf.as_str()), ("title", "Latin"), ("group", &school.groups[1]), ("duration", "55")];
    let held = other.post("/book", &[class.as_slice(), &[("start", &start)]].concat()).location;
    assert_eq!(other.post(&format!("{held}/confirm"), &[("csrf", &csrf)]).location, "/plan");

    // Nothing is free: the first waits, and a third behind them.
    first.open(&url(&format!("/enter/{}?next=/book", school.key)));
    first.open(&url(&search(0)));
    first.shows("main", said[0]);
    first.click("details.more summary");
    look("none");
    first.click("button[formaction='/book/wait']");
    first.shows(".flash", said[1]);
    assert_eq!((first.count("#waiting"), first.count(".offer")), (1, 0));
    look("waits");
    let mut behind = Visitor::new(&school);
    behind.sign_in(&third_key);
    let third_csrf = behind.csrf("/wishes");
    let monday = school.monday.to_string();
    let wait = [
        ("csrf", third_csrf.as_str()),
        ("title", "Grec"),
        ("group", &school.groups[1]),
        ("duration", "55"),
        ("date", &monday),
        ("day", &monday),
    ];
    assert_eq!(behind.post("/book/wait", &wait).location, "/plan");

    // The colleague calls off: the first is offered the place, and leaves it to the next.
    let cancelled = other.post(&format!("{}/cancel", held.replace("/book/", "/plan/")), &[("csrf", &csrf)]);
    assert_eq!(cancelled.location, "/plan", "{}", cancelled.body);
    offered(&school, &school.teacher);
    first.open(&url("/plan"));
    first.shows(".offer .ticking", " h ");
    assert!(first.text(".offer").contains("SVT"));
    look("offer");
    first.click(".offer form[action$='/cancel'] button");
    first.shows(".flash", said[2]);
    let theirs = offered(&school, &third);
    first.open(&url("/plan"));
    assert_eq!((first.count("#waiting"), first.count(".offer")), (1, 0), "it goes on waiting, behind the other");

    // The other takes it, and calls off in turn: it comes back, and passes while the page still shows it.
    assert_eq!(behind.post(&format!("/book/{theirs}/confirm"), &[("csrf", &third_csrf)]).location, "/plan");
    seen_taken(&school);
    assert_eq!(behind.post(&format!("/plan/{theirs}/cancel"), &[("csrf", &third_csrf)]).location, "/plan");
    let mine = offered(&school, &school.teacher);
    first.open(&url("/plan"));
    first.shows(".offer .ticking", " h ");
    passes(&school, &mine);
    first.click(".offer form[action$='/confirm'] button");
    first.shows(".flash.warning", said[3]);
    look("late");

    // The place stays free, but nobody is offered again what they let pass, until somebody has had it.
    let held = other.post("/book", &[class.as_slice(), &[("start", &start)]].concat()).location;
    assert_eq!(other.post(&format!("{held}/confirm"), &[("csrf", &csrf)]).location, "/plan");
    seen_taken(&school);
    other.post(&format!("{}/cancel", held.replace("/book/", "/plan/")), &[("csrf", &csrf)]);
    offered(&school, &school.teacher);
    first.open(&url("/plan"));
    first.click(".offer form[action$='/confirm'] button");
    first.shows(".flash", said[4]);
    assert_eq!((first.count("#waiting"), first.count(".offer"), first.count(".plan-class")), (0, 0, 1));
    look("taken");
    let list = school.service.get(&format!("/api/v1/schools/{}/waiting", school.id)).expect(200).json();
    assert_eq!(list, json!([]), "who has a place waits no more");
}

#[test]
fn a_place_is_offered_left_let_pass_and_taken_on_a_phone_in_french() {
    let said = ["Rien de libre", "en liste d’attente", "rendue", "écoulé", "est réservé"];
    journey("fr", (360, 780), &said);
}

#[test]
fn a_place_is_offered_left_let_pass_and_taken_at_a_desk_in_english() {
    let said = ["Nothing is free", "on the waiting list", "let go", "Time is up", "is booked"];
    journey("en", (1280, 900), &said);
}
