//! Calendars as their subscribers read them: made, read by an independent parser, changed, revoked.
#![cfg(test)]

mod support;

use chrono::Duration;
use creneau::{
    app::{
        AppError,
        feeds::{IssuedFeed, NewFeed},
    },
    domain::access::Principal,
};
use reqwest::Method;
use serde_json::{Value, json};
use support::{
    calendar::{self, Event},
    service::{Backend, Service, on_both},
    town::{Town, utc},
};

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn admin(town: &Town) -> Principal {
    Principal::Admin { school: town.school.id.clone() }
}

fn make(town: &Town, new: NewFeed) -> IssuedFeed {
    wait(town.app.create_feed(&admin(town), &town.school.id, new)).unwrap()
}

fn secret(feed: &IssuedFeed) -> &str {
    feed.path.strip_prefix("/feeds/").unwrap().strip_suffix(".ics").unwrap()
}

fn read(town: &Town, feed: &IssuedFeed) -> Vec<Event> {
    calendar::read(wait(town.app.feed_calendar(secret(feed))).unwrap().text.as_bytes())
}

fn of_group(town: &Town) -> NewFeed {
    NewFeed { group: Some(town.group.id.clone()), teacher: None }
}

on_both!(a_feed_follows_its_sessions, who_may_make_which_feed);

fn a_feed_follows_its_sessions(backend: Backend) {
    let town = Town::new(backend, "Europe/Paris");
    let (martin, durand) = (town.teacher("Mme Martin", "m@example.org"), town.teacher("M. Durand", "d@example.org"));
    let winter = town.session("Maths", &martin, utc("2020-03-27T08:00"));
    town.session("Maths", &martin, utc("2020-03-30T07:00"));
    town.session("Latin", &durand, utc("2020-10-26T08:00"));
    let group = make(&town, of_group(&town));
    let teacher = make(&town, NewFeed { group: None, teacher: Some(durand.id.clone()) });
    let school = make(&town, NewFeed::default());
    assert!(group.url.starts_with("https://creneau.example.org/feeds/") && secret(&group).len() == 64);
    assert_eq!(group.webcal_url, group.url.replace("https://", "webcal://"));

    let events = read(&town, &group);
    assert_eq!(read(&town, &school), events);
    let starts: Vec<_> = events.iter().map(|e| (e.start.local.as_str(), e.start.utc.as_deref().unwrap())).collect();
    let expected = [
        ("2020-03-27T09:00:00", "2020-03-27T08:00:00Z"),
        ("2020-03-30T09:00:00", "2020-03-30T07:00:00Z"),
        ("2020-10-26T09:00:00", "2020-10-26T08:00:00Z"),
    ];
    assert_eq!(starts, expected);
    let latin = read(&town, &teacher);
    assert_eq!(latin.len(), 1);
    assert_eq!(latin[0].description.as_deref(), Some("Pour : 6e B\nAvec : M. Durand"));

    let before = wait(town.app.feed_calendar(secret(&group))).unwrap();
    assert_eq!(wait(town.app.feed_calendar(secret(&group))).unwrap().text, before.text, "no clock in it");
    let cancelled_at = town.app.now();
    town.cancel(&winter, cancelled_at);
    let after = wait(town.app.feed_calendar(secret(&group))).unwrap();
    let told = read(&town, &group);
    assert_eq!((told[0].status.as_deref(), told[0].sequence), (Some("CANCELLED"), 1));
    assert_eq!(told[0].uid, events[0].uid);
    assert!(after.changed_at >= before.changed_at);

    // Thirty days later it is gone, and the calendar has not become older by that.
    town.cancel(&winter, cancelled_at - Duration::days(31));
    assert_eq!(read(&town, &group).len(), 2);
    let gone = wait(town.app.feed_calendar(secret(&group))).unwrap();
    assert_eq!(gone.changed_at, (cancelled_at - Duration::days(1)).max(group.feed.created_at));

    wait(town.app.revoke_feed(&admin(&town), &town.school.id, &group.feed.id)).unwrap();
    let error = wait(town.app.feed_calendar(secret(&group))).unwrap_err();
    assert!(matches!(error, AppError::NotFound { .. }) && !error.to_string().contains(secret(&group)));
    assert_eq!(read(&town, &school).len(), 2, "other feeds live on");
    let listed = wait(town.app.feeds(&admin(&town), &town.school.id)).unwrap();
    assert_eq!(listed.iter().filter(|feed| feed.revoked_at.is_some()).count(), 1);
}

fn who_may_make_which_feed(backend: Backend) {
    let town = Town::new(backend, "Indian/Reunion");
    let (martin, durand) = (town.teacher("Mme Martin", "m@example.org"), town.teacher("M. Durand", "d@example.org"));
    let school = town.school.id.clone();
    let as_martin = Principal::Teacher { school: school.clone(), teacher: martin.id.clone() };
    let stranger = Principal::Admin { school: "another".into() };
    let of = |teacher: &creneau::domain::people::Teacher| NewFeed { group: None, teacher: Some(teacher.id.clone()) };
    let make = |who: &Principal, new: NewFeed| wait(town.app.create_feed(who, &school, new));
    let own = make(&as_martin, of(&martin)).unwrap();
    make(&as_martin, of_group(&town)).unwrap();
    assert!(matches!(make(&as_martin, of(&durand)), Err(AppError::Forbidden(_))));
    assert!(matches!(make(&as_martin, NewFeed::default()), Err(AppError::Forbidden(_))));
    assert!(matches!(make(&stranger, NewFeed::default()), Err(AppError::NotFound { .. })));
    let wrong = NewFeed { group: Some("nobody".into()), teacher: Some("nobody".into()) };
    let Err(AppError::Invalid(findings)) = make(&admin(&town), wrong) else { panic!("it is invalid") };
    let codes: Vec<_> = findings.0.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["two-subjects", "unknown-group", "unknown-teacher"]);
    let seen = |who: &Principal| wait(town.app.feeds(who, &school)).unwrap().len();
    assert_eq!((seen(&as_martin), seen(&admin(&town))), (1, 2));
    let revoke = |who: &Principal| wait(town.app.revoke_feed(who, &school, &own.feed.id));
    let as_durand = Principal::Teacher { school: school.clone(), teacher: durand.id.clone() };
    assert!(matches!(revoke(&as_durand), Err(AppError::NotFound { .. })));
    revoke(&as_martin).unwrap();
}

/// The built program, as calendar programs speak to it.
#[test]
fn a_calendar_program_asks_again_and_again() {
    let mut service = Service::start(Backend::Sqlite);
    let token = service.site().run(&["token", "operator"]);
    service.authorise(token.trim());
    let text = |value: &Value, key: &str| value[key].as_str().unwrap().to_owned();
    let school =
        service.post_json("/api/v1/schools", &json!({"name": "Collège", "connections": 600})).expect(201).json();
    let feeds = format!("/api/v1/schools/{}/feeds", text(&school, "id"));
    let made = service.post_json(&feeds, &json!({})).expect(201).json();
    let path = text(&made, "path");
    // Programs have no token.
    let ask = |method: Method, headers: &[(&str, &str)]| {
        let mut request = reqwest::blocking::Client::new().request(method, service.url(&path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().unwrap()
    };
    let first = ask(Method::GET, &[]);
    let header = |name: &str| first.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((first.status().as_u16(), header("content-type").as_str()), (200, "text/calendar; charset=utf-8"));
    assert_eq!(header("cache-control"), "private, max-age=300");
    assert_eq!(header("content-disposition"), "inline; filename=\"creneau.ics\"");
    let (tag, date) = (header("etag"), header("last-modified"));
    assert!(tag.starts_with('"'), "a strong tag: {tag}");
    let length = header("content-length");
    calendar::read(&first.bytes().unwrap());
    let head = ask(Method::HEAD, &[]);
    assert_eq!((head.status().as_u16(), head.headers()["content-length"].to_str().unwrap()), (200, length.as_str()));
    assert_eq!(ask(Method::GET, &[("If-None-Match", &tag)]).status(), 304);
    assert_eq!(ask(Method::GET, &[("If-Modified-Since", &date)]).status(), 304);
    assert_eq!(ask(Method::GET, &[("If-None-Match", "\"other\""), ("If-Modified-Since", &date)]).status(), 200);
    assert_eq!(ask(Method::GET, &[("If-Modified-Since", "31 February")]).status(), 200);

    let listed = service.get(&feeds).expect(200);
    let secret = path.trim_start_matches("/feeds/").trim_end_matches(".ics");
    assert!(!String::from_utf8_lossy(&listed.body).contains(secret), "shown once");
    service.delete(&format!("{feeds}/{}", text(&made, "id"))).expect(204);
    let gone = ask(Method::GET, &[("If-None-Match", &tag)]);
    assert_eq!(gone.status(), 404);
    assert_eq!(gone.headers()["content-type"], "application/problem+json");
    let problem: Value = gone.json().unwrap();
    assert!(problem["detail"].as_str().unwrap().contains("ask your school"), "{problem}");
    assert!(!service.log().contains(secret), "a secret in the log");
}
