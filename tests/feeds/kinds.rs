//! What each kind of feed holds, and who may make, replace and revoke it: the use cases on both databases.

use crate::support::{
    calendar::{self, Event},
    process::wait_until,
    service::{Backend, on_both},
    town::{Town, utc},
};
use chrono::{DateTime, Duration, Utc};
use creneau::{
    app::{
        AppError,
        feeds::{IssuedFeed, NewFeed, calendar::Coding},
    },
    domain::{
        access::Principal,
        feed::FeedKind,
        id::Id,
        people::{Group, Teacher},
        session::Session,
    },
    store,
};

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

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

/// Its text, and when it changed last.
fn text(town: &Town, feed: &IssuedFeed) -> (String, DateTime<Utc>) {
    let calendar = wait(town.app.feed_calendar(secret(feed), None)).unwrap();
    (String::from_utf8(calendar.coded(Coding::Plain).bytes.to_vec()).unwrap(), calendar.changed_at)
}

fn read(town: &Town, feed: &IssuedFeed) -> Vec<Event> {
    calendar::read(text(town, feed).0.as_bytes())
}

fn of_group(town: &Town) -> NewFeed {
    NewFeed::of_group(&town.group.id)
}

on_both!(
    a_feed_follows_its_sessions,
    a_bundle_holds_each_class_once,
    no_name_is_in_a_feed_of_headcounts,
    nothing_makes_a_feed_older,
    a_class_leaves_when_its_time_has_come,
    who_may_make_which_feed,
    who_made_a_feed_looks_after_it,
);

fn a_feed_follows_its_sessions(backend: Backend) {
    let town = Town::new(backend, "Europe/Paris");
    let (martin, durand) = (town.teacher("Mme Martin", "m@example.org"), town.teacher("M. Durand", "d@example.org"));
    let winter = town.session("Maths", &martin, utc("2020-03-27T08:00"));
    town.session("Maths", &martin, utc("2020-03-30T07:00"));
    town.session("Latin", &durand, utc("2020-10-26T08:00"));
    let group = make(&town, of_group(&town));
    let teacher = make(&town, NewFeed::of_teacher(&durand.id));
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

    let before = text(&town, &group);
    assert_eq!(text(&town, &group), before, "no clock in it");
    let cancelled_at = town.app.now();
    town.cancel(&winter, cancelled_at);
    let after = text(&town, &group);
    let told = read(&town, &group);
    assert_eq!((told[0].status.as_deref(), told[0].sequence), (Some("CANCELLED"), 1));
    assert_eq!(told[0].uid, events[0].uid);
    assert!(after.1 > before.1 && after.1 <= town.app.now());

    // Thirty days later it is gone, and the calendar has not become older by that.
    town.cancel(&winter, cancelled_at - Duration::days(31));
    assert_eq!(read(&town, &group).len(), 2);
    assert!(text(&town, &group).1 > after.1);

    wait(town.app.revoke_feed(&admin(&town), &town.school.id, &group.feed.id)).unwrap();
    let error = wait(town.app.feed_calendar(secret(&group), None)).unwrap_err();
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
    let make = |who: &Principal, new: NewFeed| wait(town.app.create_feed(who, &school, new));
    let own = make(&as_martin, NewFeed::of_teacher(&martin.id)).unwrap();
    make(&as_martin, of_group(&town)).unwrap();
    assert!(matches!(make(&as_martin, NewFeed::of_teacher(&durand.id)), Err(AppError::Forbidden(_))));
    assert!(matches!(make(&as_martin, NewFeed::default()), Err(AppError::Forbidden(_))));
    assert!(matches!(make(&stranger, NewFeed::default()), Err(AppError::NotFound { .. })));
    let nobody = || Id::from("nobody");
    let wrong = NewFeed { groups: vec![town.group.id.clone(), nobody()], ..NewFeed::of_group(&nobody()) };
    let wrong = NewFeed { teacher: Some(nobody()), ..wrong };
    let Err(AppError::Invalid(findings)) = make(&admin(&town), wrong) else { panic!("it is invalid") };
    let told: Vec<_> = findings.0.iter().map(|finding| (finding.code.as_str(), finding.place.as_str())).collect();
    let expected = [
        ("two-subjects", ""),
        ("unknown-group", "group"),
        ("unknown-group", "groups[1]"),
        ("unknown-teacher", "teacher"),
    ];
    assert_eq!(told, expected);
    let many = NewFeed { groups: vec![town.group.id.clone(); 51], ..NewFeed::default() };
    assert!(matches!(make(&admin(&town), many), Err(AppError::Invalid(_))));
    let seen = |who: &Principal| wait(town.app.feeds(who, &school)).unwrap().len();
    assert_eq!((seen(&as_martin), seen(&admin(&town))), (2, 2));
    let revoke = |who: &Principal| wait(town.app.revoke_feed(who, &school, &own.feed.id));
    let as_durand = Principal::Teacher { school: school.clone(), teacher: durand.id.clone() };
    assert!(matches!(revoke(&as_durand), Err(AppError::NotFound { .. })));
    revoke(&as_martin).unwrap();
}

/// Another group of the school.
fn group(town: &Town, name: &str) -> Group {
    let group = Group::new(Id::new(town.app.now()), town.school.id.clone(), name, 20);
    town.write(|conn| store::groups::insert(conn, &group));
    group
}

/// Has these groups attend a session from now on.
fn attend(town: &Town, session: &Session, groups: &[&Group]) -> Session {
    let groups = groups.iter().map(|group| group.id.clone()).collect();
    let session = Session { groups, ..session.clone() };
    town.write(|conn| store::sessions::update(conn, &session));
    session
}

fn a_bundle_holds_each_class_once(backend: Backend) {
    let town = Town::new(backend, "Europe/Paris");
    let martin = town.teacher("Mme Martin", "m@example.org");
    let (own, other, strange) = (town.group.clone(), group(&town, "4e A"), group(&town, "3e C"));
    let both = town.session("Latin", &martin, utc("2020-03-27T08:00"));
    attend(&town, &both, &[&own, &other]);
    let alone = town.session("Maths", &martin, utc("2020-03-27T10:00"));
    attend(&town, &alone, &[&other]);
    let foreign = town.session("Grec", &martin, utc("2020-03-27T13:00"));
    attend(&town, &foreign, &[&strange]);
    // A group named twice counts once.
    let groups = vec![own.id.clone(), other.id.clone(), own.id.clone()];
    let bundle = make(&town, NewFeed { groups, ..NewFeed::default() });
    assert_eq!((bundle.feed.kind, bundle.feed.groups.len()), (FeedKind::Bundle, 2));
    let summaries = |feed: &IssuedFeed| -> Vec<String> {
        read(&town, feed).into_iter().map(|event| event.summary.unwrap()).collect()
    };
    assert_eq!(summaries(&bundle), ["Latin – 4e A, 6e B", "Maths – 4e A"]);
    assert!(text(&town, &bundle).0.contains("NAME:4e A\\, 6e B – Collège Jules-Verne\r\n"));

    // A group that goes leaves those who follow others; of nobody at all there is no feed.
    let single = make(&town, NewFeed::of_group(&strange.id));
    let with_strange = make(&town, NewFeed { groups: vec![own.id, strange.id.clone()], ..NewFeed::default() });
    assert_eq!(summaries(&with_strange).len(), 2);
    let before = text(&town, &with_strange).1;
    attend(&town, &foreign, &[&other]);
    town.write(|conn| store::groups::delete(conn, &strange.id));
    assert_eq!(summaries(&with_strange), ["Latin – 4e A, 6e B"]);
    assert!(text(&town, &with_strange).1 > before);
    assert!(matches!(wait(town.app.feed_calendar(secret(&single), None)), Err(AppError::NotFound { .. })));
    assert_eq!(summaries(&bundle).len(), 3);
}

fn no_name_is_in_a_feed_of_headcounts(backend: Backend) {
    let town = Town::new(backend, "Europe/Paris");
    let martin = town.teacher("Mme Martin", "m@example.org");
    let session = town.session("Maths with Lucas, who is ill", &martin, utc("2020-03-27T08:00"));
    town.cancel(&session, town.app.now());
    town.session("Le cours de Mme Martin", &martin, utc("2020-03-30T07:00"));
    for new in [of_group(&town), NewFeed::of_teacher(&martin.id), NewFeed::default()] {
        let is_of_teacher = new.teacher.is_some();
        let named = make(&town, new.clone());
        let unnamed = make(&town, NewFeed { headcount_only: true, ..new });
        // As unfolded as a program reads it.
        let unfolded = |feed: &IssuedFeed| text(&town, feed).0.replace("\r\n ", "");
        let (full, short) = (unfolded(&named), unfolded(&unnamed));
        // The page of the week before the clocks change, and that of the week after, for those who follow the other.
        let weeks = ["2020-03-27", "2020-03-30"]
            .map(|day| wait(town.app.feed_week(secret(&unnamed), Some(day.parse().unwrap()))).unwrap());
        assert_eq!(weeks.each_ref().map(|week| week.sessions.len()), [1, 1]);
        // A teacher's classes are not called the school's.
        assert!(!is_of_teacher || weeks[0].name == "Un professeur", "{}", weeks[0].name);
        assert_eq!(weeks[0].nearest, Some("2020-03-30".parse().unwrap()));
        let shown = format!("{short} {} {:?}", weeks[0].name, weeks.each_ref().map(|week| &week.sessions));
        for personal in ["Martin", "Lucas", "m@example.org", martin.id.as_str()] {
            assert!(!shown.contains(personal), "{personal} in {shown}");
        }
        assert!(full.contains("Martin") && full.contains("Lucas"));
        assert!(short.contains("SUMMARY:25 participants – 6e B"), "{short}");
        let events = calendar::read(short.as_bytes());
        let uids = |events: &[Event]| events.iter().map(|event| event.uid.clone()).collect::<Vec<_>>();
        assert_eq!(uids(&events), uids(&read(&town, &named)));
    }
}

/// Every change that a feed may show: it is seen at once, and dated later than all before, also where a date of the rows
/// goes back.
fn nothing_makes_a_feed_older(backend: Backend) {
    let town = Town::new(backend, "Europe/Paris");
    let martin = town.teacher("Mme Martin", "m@example.org");
    let other = group(&town, "4e A");
    let first = town.session("Maths", &martin, utc("2020-03-27T08:00"));
    let second = town.session("Latin", &martin, utc("2020-03-30T07:00"));
    let feeds = [make(&town, of_group(&town)), make(&town, NewFeed::of_teacher(&martin.id))];
    let bundle = NewFeed { groups: vec![town.group.id.clone(), other.id.clone()], ..NewFeed::default() };
    let feeds = feeds.into_iter().chain([make(&town, bundle), make(&town, NewFeed::default())]);
    let feeds: Vec<IssuedFeed> = feeds.collect();
    let seen = || -> Vec<(String, DateTime<Utc>)> { feeds.iter().map(|feed| text(&town, feed)).collect() };
    let long_ago = town.app.now() - Duration::days(400);
    let changes: [(&str, &dyn Fn()); 8] = [
        ("a class moves to another group", &|| drop(attend(&town, &first, &[&other]))),
        ("and back", &|| drop(attend(&town, &first, &[&town.group]))),
        ("a group is renamed", &|| {
            let renamed = Group { name: "6e Z".to_owned(), ..town.group.clone() };
            town.write(|conn| store::groups::update(conn, &renamed));
        }),
        ("a teacher is renamed", &|| {
            let renamed = Teacher { name: "Mme Martin-Petit".to_owned(), ..martin.clone() };
            town.write(|conn| store::teachers::update(conn, &renamed));
        }),
        ("the school is renamed", &|| {
            let mut school = town.school.clone();
            school.name = "Collège Verne".to_owned();
            town.write(|conn| store::schools::update(conn, &school));
        }),
        ("a class is called off", &|| drop(town.cancel(&second, town.app.now()))),
        ("which leaves, as its row is old", &|| drop(town.cancel(&second, long_ago))),
        ("a class is called off that left long ago", &|| drop(town.cancel(&first, long_ago))),
    ];
    let mut before = seen();
    for (what, change) in changes {
        change();
        let after = seen();
        for (old, new) in before.iter().zip(&after) {
            assert!(new.1 > old.1 && new.1 <= town.app.now(), "{what}: {} after {}", new.1, old.1);
            assert_ne!(old.0, new.0, "{what}");
        }
        before = after;
    }
    // Their rows go in the end: nobody sees anything, and no feed becomes older.
    assert_eq!(town.app.apply_retention().unwrap().cancelled, 2);
    for (old, new) in before.iter().zip(&seen()) {
        assert!(new.1 >= old.1 && new.0 == old.0);
    }
}

/// A class that was called off thirty days ago leaves though nobody changes anything, also what is kept in memory.
fn a_class_leaves_when_its_time_has_come(backend: Backend) {
    let town = Town::new(backend, "Europe/Paris");
    let martin = town.teacher("Mme Martin", "m@example.org");
    let session = town.session("Maths", &martin, utc("2020-03-27T08:00"));
    let feed = make(&town, of_group(&town));
    let leaves_at = town.app.now() + Duration::seconds(4);
    town.cancel(&session, leaves_at - Duration::days(30));
    let before = text(&town, &feed);
    assert!(before.0.contains("STATUS:CANCELLED"));
    let after = wait_until(PATIENCE, "the class leaves", || {
        Some(text(&town, &feed)).filter(|(text, _)| !text.contains("BEGIN:VEVENT"))
    });
    assert!(town.app.now() >= leaves_at && after.1 >= before.1);
    assert_eq!(text(&town, &feed), after);
}

fn who_made_a_feed_looks_after_it(backend: Backend) {
    let town = Town::new(backend, "Europe/Paris");
    let (martin, durand) = (town.teacher("Mme Martin", "m@example.org"), town.teacher("M. Durand", "d@example.org"));
    town.session("Maths", &martin, utc("2020-03-27T08:00"));
    let school = town.school.id.clone();
    let teacher = |teacher: &Teacher| Principal::Teacher { school: school.clone(), teacher: teacher.id.clone() };
    let (as_martin, as_durand) = (teacher(&martin), teacher(&durand));
    let by_martin = wait(town.app.create_feed(&as_martin, &school, of_group(&town))).unwrap();
    assert_eq!(by_martin.feed.made_by.as_ref(), Some(&martin.id));
    let by_admin = make(&town, NewFeed::of_teacher(&martin.id));
    assert_eq!(by_admin.feed.made_by, None);
    let replace = |who: &Principal, feed: &IssuedFeed| wait(town.app.replace_feed(who, &school, &feed.feed.id));
    for feed in [&by_martin, &by_admin] {
        assert!(matches!(replace(&as_durand, feed), Err(AppError::NotFound { .. })));
        let stranger = Principal::Admin { school: "another".into() };
        assert!(matches!(replace(&stranger, feed), Err(AppError::NotFound { .. })));
        let (old, before) = (secret(feed).to_owned(), read(&town, feed));
        for who in [&as_martin, &admin(&town)] {
            let replaced = replace(who, feed).unwrap();
            assert_eq!(replaced.feed.id, feed.feed.id);
            assert!(replaced.feed.replaced_at.is_some() && secret(&replaced) != old && secret(&replaced).len() == 64);
            assert!(matches!(wait(town.app.feed_calendar(&old, None)), Err(AppError::NotFound { .. })));
            assert!(matches!(wait(town.app.feed_week(&old, None)), Err(AppError::NotFound { .. })));
            assert_eq!(read(&town, &replaced), before, "the same sessions, by the same identifiers");
        }
    }
    wait(town.app.revoke_feed(&as_martin, &school, &by_martin.feed.id)).unwrap();
    let refused = replace(&admin(&town), &by_martin);
    assert!(matches!(refused, Err(AppError::Conflict { code: "feed-revoked", .. })));
}

/// A class that is entered while its group's first feed is being made is in it, though neither transaction sees the other.
#[test]
fn a_feed_made_meanwhile_misses_no_class() {
    let town = Town::new(Backend::Postgres, "Europe/Paris");
    let martin = town.teacher("Mme Martin", "m@example.org");
    let (other, class) = (group(&town, "4e A"), town.session("Maths", &martin, utc("2020-03-27T08:00")));
    let moved = Session { groups: vec![other.id.clone()], ..class };
    let mut made = None;
    town.write(|conn| {
        // What this transaction sees of the database is from now on what there is without the feed.
        store::schools::get(conn, &town.school.id)?;
        if made.is_none() {
            let feed = make(&town, NewFeed::of_group(&other.id));
            assert_eq!(read(&town, &feed).len(), 0);
            made = Some(feed);
        }
        store::sessions::update(conn, &moved)
    });
    assert_eq!(read(&town, &made.unwrap()).len(), 1);
}
