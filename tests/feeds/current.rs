//! No answer is out of date, whichever process changed what; and a calendar is made once a change, not once a poll.

use crate::{
    scene::{Scene, text},
    support::{
        calendar,
        service::{Backend, Service, on_both},
    },
};
use chrono::{Duration, TimeZone, Utc};
use creneau::{
    domain::{
        id::Id,
        round::{Plan, PlannedStart, Request, Round, RoundState},
    },
    store,
};
use reqwest::Method;
use serde_json::json;
use std::{
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    time::Instant,
};

on_both!(
    every_change_is_seen_at_once_in_every_process,
    a_calendar_is_made_once_a_change,
    many_programs_at_once_get_what_is_there,
    the_first_subscriber_sees_a_published_plan,
);

const RENDERS: &str = "creneau_feed_renders_total";

fn every_change_is_seen_at_once_in_every_process(backend: Backend) {
    let scene = Scene::new(backend);
    let beside = scene.service.beside();
    let session = scene.book("2031-01-06T09:00");
    let made = scene.feed(&json!({"groups": scene.groups}));
    let path = text(&made, "path");
    let seen = |service: &Service| scene.ask_of(service, Method::GET, &path, &[]).expect(200).text();
    assert_eq!(seen(&scene.service), seen(&beside));
    let (own, group) = (format!("/api/v1/sessions/{session}"), format!("{}/{}", scene.own("groups"), scene.groups[0]));
    let to = |minute: u32| json!({"starts_at_local": format!("2031-01-06T09:{minute:02}")});
    let mut before = seen(&beside);
    for round in 0..3 {
        for (what, change) in [
            ("moved", &(|| drop(scene.service.patch_json(&own, &to(5 + 5 * round)).expect(200))) as &dyn Fn()),
            ("renamed", &|| {
                let name = format!("6e {round}");
                drop(scene.service.put_json(&group, &json!({"name": name, "headcount": 25})).expect(200));
            }),
        ] {
            change();
            let after = seen(&beside);
            assert_ne!(after, before, "{what}");
            assert_eq!(after, seen(&scene.service), "{what}");
            before = after;
        }
    }
    scene.service.post_json(&format!("{own}/cancellation"), &json!({})).expect(200);
    assert!(seen(&beside).contains("STATUS:CANCELLED"));
    scene.service.delete(&format!("{}/{}", scene.own("feeds"), text(&made, "id"))).expect(204);
    scene.ask_of(&beside, Method::GET, &path, &[]).expect(404);
}

fn a_calendar_is_made_once_a_change(backend: Backend) {
    let scene = Scene::new(backend);
    let session = scene.book("2031-01-06T09:00");
    let path = text(&scene.feed(&json!({"group": scene.groups[0]})), "path");
    let other = text(&scene.feed(&json!({"group": scene.groups[1]})), "path");
    let poll = |times: usize| {
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..times).for_each(|_| drop(scene.ask(Method::GET, &path, &[]).expect(200))));
            }
        });
        scene.ask(Method::GET, &other, &[]).expect(200);
        scene.count(RENDERS)
    };
    let first = poll(10);
    assert_eq!(first, 2, "one of each feed");
    for change in 1..4 {
        let to = json!({"starts_at_local": format!("2031-01-06T09:{:02}", 5 * change)});
        scene.service.patch_json(&format!("/api/v1/sessions/{session}"), &to).expect(200);
        assert_eq!(poll(10), first + change, "and that of the other group is still good");
    }
}

/// Programs poll while classes move; each poll that begins after a change has it.
fn many_programs_at_once_get_what_is_there(backend: Backend) {
    let scene = Scene::new(backend);
    let beside = scene.service.beside();
    let session = scene.book("2031-01-06T08:00");
    let path = text(&scene.feed(&json!({})), "path");
    let own = format!("/api/v1/sessions/{session}");
    let changes = AtomicUsize::new(0);
    let reader = |service: &Service| {
        while changes.load(SeqCst) < 12 {
            let least = changes.load(SeqCst);
            let text = scene.ask_of(service, Method::GET, &path, &[]).expect(200).text();
            let sequence = text.split("SEQUENCE:").nth(1).and_then(|rest| rest.split("\r\n").next());
            assert!(sequence.unwrap().parse::<usize>().unwrap() >= least, "{least} changes, {text}");
        }
    };
    std::thread::scope(|scope| {
        for service in [&scene.service, &beside, &scene.service, &beside] {
            let reader = &reader;
            scope.spawn(move || reader(service));
        }
        for change in 1..=12 {
            let to = json!({"starts_at_local": format!("2031-01-06T{:02}:{:02}", 9 + change % 2, 5 * (change / 2))});
            scene.service.patch_json(&own, &to).expect(200);
            changes.store(change, SeqCst);
        }
    });
}

/// A plan of 300 classes, each of its group, all told by one publication.
fn the_first_subscriber_sees_a_published_plan(backend: Backend) {
    let scene = Scene::new(backend);
    let path = text(&scene.feed(&json!({})), "path");
    scene.ask(Method::GET, &path, &[]).expect(200);
    let (round, plan) = planned(&scene, 300);
    let begin = Instant::now();
    let order = json!({"plan": plan.as_str()});
    scene.service.post_json(&format!("/api/v1/rounds/{round}/publication"), &order).expect(200);
    let published = begin.elapsed();
    let feed = scene.ask(Method::GET, &path, &[]).expect(200);
    println!("published in {published:?}, seen in {:?}", begin.elapsed());
    assert_eq!(calendar::read(&feed.body).len(), 300);
}

/// A closed round with a plan of so many classes, one at a time, entered as the solver's worker does.
fn planned(scene: &Scene, classes: usize) -> (Id, Id) {
    let store = scene.service.site().store().unwrap();
    let (now, school) = (Utc::now(), Id::from(scene.school.as_str()));
    let monday = Utc.with_ymd_and_hms(2031, 1, 6, 0, 0, 0).unwrap();
    let round = Round {
        id: Id::new(now),
        school: school.clone(),
        name: "January".to_owned(),
        starts_at: monday - Duration::hours(1),
        ends_at: monday + Duration::days(70),
        step_minutes: 5,
        state: RoundState::Closed,
        opens_at: None,
        closes_at: None,
        published_plan: None,
        created_at: now,
    };
    let request = |index: usize| Request {
        id: Id::new(now),
        round: round.id.clone(),
        reference: index.to_string(),
        title: format!("Maths {index}"),
        teachers: vec![Id::from(scene.teacher.as_str())],
        groups: vec![Id::from(scene.groups[index % 2].as_str())],
        connections: 25,
        duration_minutes: 25,
        windows: Vec::new(),
        unplaced_cost: 0,
        created_at: now,
        rules: Default::default(),
        wish: None,
        series: None,
    };
    let requests: Vec<Request> = (0..classes).map(request).collect();
    let starts = requests.iter().enumerate().map(|(index, request)| {
        // Six a day, five days a week, between eight and eleven in Paris.
        let (day, slot) = (index / 6, index % 6);
        let days = Duration::days((day / 5 * 7 + day % 5) as i64);
        let at = monday + days + Duration::minutes(7 * 60 + 30 * slot as i64);
        PlannedStart { pinned: true, ..PlannedStart::new(request.id.clone(), Some(at)) }
    });
    let plan = Plan {
        id: Id::new(now),
        round: round.id.clone(),
        parent: None,
        seed: 1,
        objective: 0,
        weighted_objective: 0.0,
        bound: None,
        optimal: false,
        unplaced: 0,
        limits: None,
        created_at: now,
        starts: starts.collect(),
    };
    store
        .write_now(|conn| -> Result<(), store::StoreError> {
            store::rounds::insert(conn, &round)?;
            store::requests::insert(conn, &requests)?;
            store::plans::insert(conn, &plan)
        })
        .unwrap();
    (round.id, plan.id)
}
