//! Direct booking, as teachers meet it: what is free, holds, moves, swaps, the waiting list, a cut of capacity.

use super::school::{School, World};
use crate::support::{
    process::wait_until,
    service::{Answer, Backend, on_both},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

on_both!(
    what_is_free_can_be_booked_and_what_is_taken_cannot,
    a_hold_takes_the_place_until_it_is_confirmed_or_called_off,
    a_teacher_cannot_hold_the_whole_morning,
    everything_wrong_with_a_booking_is_told_at_once,
    notice_binds_teachers_and_not_admins,
    a_swap_needs_both_and_can_be_undone,
    a_cut_shows_what_no_longer_fits,
    every_limit_says_where_it_comes_from,
    a_teacher_of_two_schools_is_in_one_class_at_a_time,
    a_hold_ends_with_the_notice_and_is_not_moved_afterwards,
    a_swap_keeps_to_the_round,
    a_class_to_come_stays_to_come,
);

/// A school with room for two classes of 28, two teachers and two groups, each teacher with a token.
pub struct Place {
    pub world: World,
    pub school: School,
    pub own: String,
    pub colleague: String,
    pub colleague_token: String,
    pub other_group: String,
}

impl Place {
    pub fn new(backend: Backend) -> Self {
        let world = World::new(backend);
        let school = world.school("Collège A");
        let own = format!("/api/v1/schools/{}", school.id);
        world.put(&format!("{own}/capacity"), &json!({"connections": 40})).expect(200);
        let colleague = world.made(&format!("{own}/teachers"), &json!({"name": "M. Colin"}));
        let other_group = world.made(&format!("{own}/groups"), &json!({"name": "6e B", "headcount": 20}));
        let token = json!({"role": "teacher", "school": school.id, "teacher": colleague, "label": "colin"});
        let made = world.post("/api/v1/tokens", &token).expect(201).json();
        let colleague_token = made["secret"].as_str().expect("shown once").to_owned();
        Self { world, school, own, colleague, colleague_token, other_group }
    }

    /// A class of Mme Bernard's with 6e A: 28 connections.
    pub fn mine(&self, at: &str) -> Value {
        json!({"title": "Maths", "teachers": [self.school.teacher], "groups": [self.school.group],
            "duration_minutes": 60, "starts_at_local": at})
    }

    /// A class of M. Colin's with 6e B: 21 connections.
    pub fn theirs(&self, at: &str) -> Value {
        json!({"title": "Anglais", "teachers": [self.colleague], "groups": [self.other_group],
            "duration_minutes": 60, "starts_at_local": at})
    }

    pub fn send(&self, token: &str, method: Method, path: &str, body: &Value) -> Answer {
        self.world.send(method, path, Some(token), Some(body))
    }

    pub fn post(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.send(token, Method::POST, path, body)
    }

    pub fn as_me(&self, what: &str, body: &Value) -> Answer {
        self.post(&self.school.teacher_token, &format!("{}/{what}", self.own), body)
    }

    pub fn as_colleague(&self, what: &str, body: &Value) -> Answer {
        self.post(&self.colleague_token, &format!("{}/{what}", self.own), body)
    }

    pub fn free(&self, day: &str) -> Vec<String> {
        let path = format!(
            "{}/free-starts?teachers={}&groups={}&duration_minutes=60&from={day}&days=1&wished={day}T09:00",
            self.own, self.colleague, self.other_group
        );
        let found = self.world.send(Method::GET, &path, Some(&self.colleague_token), None).expect(200).json();
        let local = |start: &Value| start["start"]["local"].as_str().expect("a time")[11..16].to_owned();
        found["starts"].as_array().expect("starts").iter().map(local).collect()
    }

    pub fn get(&self, path: &str) -> Value {
        self.world.get(path).expect(200).json()
    }
}

pub fn id(answer: &Value) -> String {
    answer["id"].as_str().expect("an id").to_owned()
}

fn what_is_free_can_be_booked_and_what_is_taken_cannot(backend: Backend) {
    let place = Place::new(backend);
    let all = place.free("2030-03-18");
    // 8:00 to 11:15 and 13:15 to 17:00, every five minutes.
    assert_eq!((all.len(), all[0].as_str()), (40 + 46, "08:00"));
    let booked = place.as_me("bookings", &place.mine("2030-03-18T09:00")).expect(201);
    let address = booked.header("location").expect("the address").to_owned();
    assert_eq!(place.get(&address)["state"], "confirmed");
    // 28 of 40 are taken from nine to ten: a class of 21 begins at ten, or ends at nine.
    let left = place.free("2030-03-18");
    assert!(left.contains(&"08:00".to_owned()) && left.contains(&"10:00".to_owned()));
    assert!(!left.contains(&"08:05".to_owned()) && !left.contains(&"09:55".to_owned()));
    let refused = place.as_colleague("bookings", &place.theirs("2030-03-18T09:30")).expect(409).json();
    assert_eq!(refused["code"], "does-not-fit");
    let finding = &refused["findings"][0];
    assert_eq!(finding["code"], "pool-full");
    assert!(finding["action"].as_str().expect("advice").contains("2030-03-18T10:00"), "{finding}");
    place.as_colleague("bookings", &place.theirs("2030-03-18T10:00")).expect(201);
    // Calendars show what was booked.
    let week = place.get(&format!("{}/week?date=2030-03-18", place.own));
    assert_eq!(week["sessions"].as_array().expect("sessions").len(), 2);
    let stranger = place.world.school("Collège B");
    place
        .post(&stranger.teacher_token, &format!("{}/bookings", place.own), &place.mine("2030-03-19T09:00"))
        .expect(404);
    place.as_colleague("bookings", &place.mine("2030-03-19T09:00")).expect(403);
}

fn a_hold_takes_the_place_until_it_is_confirmed_or_called_off(backend: Backend) {
    let place = Place::new(backend);
    let held = place.as_me("holds", &place.mine("2030-03-18T09:00")).expect(201).json();
    assert_eq!((held["state"].as_str(), held["held_until"].is_string()), (Some("held"), true));
    assert!(!place.free("2030-03-18").contains(&"09:00".to_owned()));
    let week = place.get(&format!("{}/week?date=2030-03-18", place.own));
    assert_eq!(week["sessions"], json!([]), "nobody's calendar knows a hold");
    let path = format!("/api/v1/sessions/{}", id(&held));
    place.post(&place.colleague_token, &format!("{path}/confirmation"), &json!({})).expect(403);
    for _ in 0..2 {
        let mine = place.post(&place.school.teacher_token, &format!("{path}/confirmation"), &json!({})).expect(200);
        assert_eq!(mine.json()["state"], "confirmed");
    }
    let second = place.as_me("holds", &place.mine("2030-03-19T09:00")).expect(201).json();
    let path = format!("/api/v1/sessions/{}", id(&second));
    place.post(&place.school.teacher_token, &format!("{path}/cancellation"), &json!({})).expect(200);
    place.world.get(&path).expect(404);
    assert!(place.free("2030-03-19").contains(&"09:00".to_owned()));
}

fn a_teacher_cannot_hold_the_whole_morning(backend: Backend) {
    let place = Place::new(backend);
    let hold = |hour: &str| place.as_me("holds", &place.mine(&format!("2030-03-18T{hour}")));
    for hour in ["08:00", "09:00", "10:00"] {
        hold(hour).expect(201);
    }
    assert_eq!(hold("11:00").expect(409).json()["code"], "too-many-holds");
}

fn everything_wrong_with_a_booking_is_told_at_once(backend: Backend) {
    let place = Place::new(backend);
    let bad = json!({"title": "a\nb", "teachers": [place.school.teacher, place.school.teacher], "groups": ["x"],
        "duration_minutes": 60, "starts_at_local": "2020-03-22T12:02"});
    let refused = place.as_me("bookings", &bad).expect(422).json();
    let places: Vec<&str> = refused["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|f| f["place"].as_str().expect("a place"))
        .collect();
    for place in ["title", "teachers[1]", "groups[0]", "starts_at_local"] {
        assert!(places.contains(&place), "{place} in {places:?}");
    }
    let past = place.as_me("bookings", &place.mine("2020-03-23T09:00")).expect(422).json();
    assert_eq!(past["findings"][0]["code"], "in-the-past");
    let closed = place.as_me("bookings", &place.mine("2030-03-18T12:00")).expect(422).json();
    assert_eq!(closed["findings"][0]["code"], "outside-hours");
}

fn notice_binds_teachers_and_not_admins(backend: Backend) {
    let place = Place::new(backend);
    let rules = json!({"book_notice_minutes": 100_000, "move_notice_minutes": 100_000, "cancel_notice_minutes": 100_000,
        "hold_minutes": 10, "offer_minutes": 120});
    let path = format!("{}/booking-rules", place.own);
    place.send(&place.school.teacher_token, Method::PUT, &path, &rules).expect(403);
    place.send(&place.school.admin_token, Method::PUT, &path, &rules).expect(200);
    assert_eq!(place.get(&path), rules);
    let bad = json!({"book_notice_minutes": 100_001, "move_notice_minutes": 0, "cancel_notice_minutes": 0,
        "hold_minutes": 0, "offer_minutes": 0});
    let told = place.send(&place.school.admin_token, Method::PUT, &path, &bad).expect(422).json();
    assert_eq!(told["findings"].as_array().expect("findings").len(), 3);
    // The first Monday that is more than a day and less than seventy days away.
    let day = chrono::Utc::now().date_naive() + chrono::Days::new(14);
    let day = day.week(chrono::Weekday::Mon).first_day();
    let refused = place.as_me("bookings", &place.mine(&format!("{day}T09:00"))).expect(409).json();
    assert_eq!(refused["code"], "too-late");
    let body = place.mine(&format!("{day}T09:00"));
    let booked = place.post(&place.school.admin_token, &format!("{}/bookings", place.own), &body).expect(201).json();
    let path = format!("/api/v1/sessions/{}", id(&booked));
    let later = json!({"starts_at_local": format!("{day}T10:00")});
    let refused = place.send(&place.school.teacher_token, Method::PATCH, &path, &later).expect(409).json();
    assert_eq!(refused["code"], "too-late");
    place.send(&place.school.admin_token, Method::PATCH, &path, &later).expect(200);
    let off = format!("{path}/cancellation");
    assert_eq!(place.post(&place.school.teacher_token, &off, &json!({})).expect(409).json()["code"], "too-late");
    place.post(&place.school.admin_token, &off, &json!({})).expect(200);
}

fn a_swap_needs_both_and_can_be_undone(backend: Backend) {
    let place = Place::new(backend);
    let mine = id(&place.as_me("bookings", &place.mine("2030-03-18T09:00")).expect(201).json());
    let theirs = id(&place.as_colleague("bookings", &place.theirs("2030-03-19T10:00")).expect(201).json());
    let start = |session: &str| {
        let session = place.get(&format!("/api/v1/sessions/{session}"));
        session["start"]["local"].as_str().expect("a time")[..16].to_owned()
    };
    let (me, colleague) = (&place.school.teacher_token, &place.colleague_token);
    let propose = || place.post(me, &format!("/api/v1/sessions/{mine}/swaps"), &json!({"with": theirs}));
    let swap = id(&propose().expect(201).json());
    let path = |what: &str| format!("/api/v1/swaps/{swap}/{what}");
    place.post(me, &path("acceptance"), &json!({})).expect(403);
    assert_eq!(start(&mine), "2030-03-18T09:00", "nothing moves until both agree");
    for _ in 0..2 {
        assert_eq!(place.post(colleague, &path("acceptance"), &json!({})).expect(200).json()["state"], "agreed");
    }
    assert_eq!((start(&mine), start(&theirs)), ("2030-03-19T10:00".to_owned(), "2030-03-18T09:00".to_owned()));
    assert_eq!(place.post(me, &path("undoing"), &json!({})).expect(200).json()["state"], "undone");
    assert_eq!((start(&mine), start(&theirs)), ("2030-03-18T09:00".to_owned(), "2030-03-19T10:00".to_owned()));
    assert_eq!(place.post(colleague, &path("acceptance"), &json!({})).expect(409).json()["code"], "swap-closed");
    // What moved since is not swapped blindly.
    let second = id(&propose().expect(201).json());
    let later = json!({"starts_at_local": "2030-03-18T10:00"});
    place.send(me, Method::PATCH, &format!("/api/v1/sessions/{mine}"), &later).expect(200);
    let outdated = place.post(colleague, &format!("/api/v1/swaps/{second}/acceptance"), &json!({})).expect(409).json();
    assert_eq!(outdated["code"], "swap-outdated");
    let own = || {
        let list = place.world.send(Method::GET, &format!("{}/swaps", place.own), Some(colleague), None);
        list.expect(200).json()
    };
    let list = own();
    // Made in one second, they may come in either order.
    let state =
        |id: &str| &list.as_array().expect("swaps").iter().find(|one| one["id"] == id).expect("the swap")["state"];
    assert_eq!((state(&swap), state(&second)), (&json!("undone"), &json!("outdated")));
    // Three proposals of a class await an answer at a time; they end when it is called off.
    for _ in 0..3 {
        propose().expect(201);
    }
    assert_eq!(propose().expect(409).json()["code"], "too-many-swaps");
    place.post(me, &format!("/api/v1/sessions/{mine}/cancellation"), &json!({})).expect(200);
    let list = own();
    let open = list.as_array().expect("swaps").iter().filter(|swap| swap["state"] == "proposed");
    assert_eq!(open.count(), 0, "{list}");
}

fn a_class_to_come_stays_to_come(backend: Backend) {
    let place = Place::new(backend);
    let mine = id(&place.as_me("bookings", &place.mine("2030-03-18T09:00")).expect(201).json());
    let path = format!("/api/v1/sessions/{mine}");
    for (to, code) in [
        ("2020-03-16T09:00", "in-the-past"),
        ("0001-01-04T09:00", "year-out-of-range"),
        ("9999-12-31T09:00", "year-out-of-range"),
    ] {
        let refused =
            place.world.send(Method::PATCH, &path, Some(&place.world.operator), Some(&json!({"starts_at_local": to})));
        let refused = refused.expect(422).json();
        assert!(
            refused["findings"].as_array().expect("findings").iter().any(|one| one["code"] == code),
            "{to}: {refused}"
        );
    }
    let far = place.as_me("bookings", &place.mine("2345-03-18T09:00")).expect(422).json();
    assert_eq!(far["findings"][0]["code"], "year-out-of-range");
    let waits = json!({"title": "Anglais", "teachers": [place.school.teacher], "groups": [place.other_group],
        "duration_minutes": 60, "from_local": "2345-03-18T08:30", "to_local": "2345-03-18T10:30"});
    let far = place.as_me("waiting", &waits).expect(422).json();
    assert_eq!(far["findings"][0]["code"], "year-out-of-range");
}

fn a_hold_ends_with_the_notice_and_is_not_moved_afterwards(backend: Backend) {
    let place = Place::new(backend);
    // The last call for a class at ten that day is within some hours, whatever summer time does.
    let day = chrono::Utc::now().date_naive() + chrono::Days::new(60);
    let day = day.week(chrono::Weekday::Mon).first_day();
    let nine = day.and_hms_opt(7, 0, 0).expect("a time").and_utc();
    let notice = (nine - chrono::Utc::now()).num_minutes() - 5;
    let rules = json!({"book_notice_minutes": notice, "move_notice_minutes": 0, "cancel_notice_minutes": 0,
        "hold_minutes": 1440, "offer_minutes": 120});
    let path = format!("{}/booking-rules", place.own);
    place.send(&place.school.admin_token, Method::PUT, &path, &rules).expect(200);
    let held = place.as_me("holds", &place.mine(&format!("{day}T10:00"))).expect(201).json();
    let until: chrono::DateTime<chrono::Utc> = held["held_until"].as_str().expect("a time").parse().expect("a time");
    // Summer time may stand between: two hours more at most, of a day.
    assert!(until < chrono::Utc::now() + chrono::Duration::hours(4), "{until}");
    place.world.service.site().sql("UPDATE sessions SET held_until = '2020-01-01 00:00:00' WHERE state = 'held'");
    let path = format!("/api/v1/sessions/{}", id(&held));
    let later = json!({"starts_at_local": format!("{day}T11:00")});
    let refused = place.send(&place.school.teacher_token, Method::PATCH, &path, &later);
    // A worker may have taken it out by now.
    assert!([409, 404].contains(&refused.status), "{}", refused.text());
}

fn a_swap_keeps_to_the_round(backend: Backend) {
    let place = Place::new(backend);
    let round = json!({"name": "Lundi", "starts_on": "2030-03-18", "ends_on": "2030-03-18"});
    let round = place.world.made(&format!("{}/rounds", place.own), &round);
    let wish = json!({"title": "Maths", "teachers": [place.school.teacher], "groups": [place.school.group],
        "duration_minutes": 60, "preferred": [{"start": "2030-03-18T09:00"}]});
    place.world.post(&format!("/api/v1/rounds/{round}/requests"), &wish).expect(201);
    let job = place.world.post(&format!("/api/v1/rounds/{round}/jobs"), &json!({"seconds": 1})).expect(202).json();
    let path = format!("/api/v1/jobs/{}", id(&job));
    let done = wait_until(Duration::from_secs(30), "the round is solved", || {
        Some(place.get(&path)).filter(|job| job["plan"].is_string())
    });
    let published = json!({"plan": done["plan"]});
    place.world.post(&format!("/api/v1/rounds/{round}/publication"), &published).expect(200);
    let week = place.get(&format!("{}/week?date=2030-03-18", place.own));
    let planned = id(&week["sessions"][0]);
    let booked = id(&place.as_colleague("bookings", &place.theirs("2030-03-19T10:00")).expect(201).json());
    let path = format!("/api/v1/sessions/{planned}/swaps");
    let refused = place.post(&place.school.teacher_token, &path, &json!({"with": booked})).expect(409);
    assert!(refused.text().contains("outside-round"), "{}", refused.text());
}

fn a_cut_shows_what_no_longer_fits(backend: Backend) {
    let place = Place::new(backend);
    place.as_me("bookings", &place.mine("2030-03-18T09:00")).expect(201);
    assert_eq!(place.get(&format!("{}/overloads", place.own)), json!([]));
    let cut = json!({"connections": 40, "dated": [
        {"starts_at": "2030-03-18T08:30:00Z", "ends_at": "2030-03-18T12:00:00Z", "connections": 0}]});
    let told = place.world.put(&format!("{}/capacity", place.own), &cut).expect(200).json();
    let overloads = place.get(&format!("{}/overloads", place.own));
    assert_eq!(told["overloads"], overloads, "the cut itself says so at once");
    let [overload] = &overloads.as_array().expect("overloads")[..] else { panic!("{overloads}") };
    assert_eq!(
        (overload["from"]["utc"].as_str(), overload["to"]["utc"].as_str()),
        (Some("2030-03-18T08:30:00Z"), Some("2030-03-18T09:00:00Z"))
    );
    assert_eq!((overload["over"].as_u64(), overload["sessions"].as_array().expect("sessions").len()), (Some(28), 1));
    let week = place.get(&format!("{}/week?date=2030-03-18", place.own));
    assert_eq!(week["sessions"][0]["start"]["utc"], "2030-03-18T08:00:00Z", "nothing moves by itself");
}

fn every_limit_says_where_it_comes_from(backend: Backend) {
    let place = Place::new(backend);
    let limits = json!({"connections": 40, "weekly": [{"weekday": 1, "from_minute": 540, "to_minute": 600, "connections": 30}],
        "dated": [{"starts_at": "2030-03-18T08:30:00Z", "ends_at": "2030-03-18T08:45:00Z", "connections": 29}]});
    place.world.put(&format!("{}/capacity", place.own), &limits).expect(200);
    place.as_me("bookings", &place.mine("2030-03-18T09:00")).expect(201);
    let week = place.get(&format!("{}/limits?date=2030-03-20", place.own));
    let steps: Vec<(&str, u64, &str, u64)> = week["pools"][0]["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .map(|s| {
            (
                &s["from"].as_str().expect("a time")[8..16],
                s["limit"].as_u64().expect("a limit"),
                s["source"].as_str().expect("a source"),
                s["used"].as_u64().expect("a number"),
            )
        })
        .collect();
    assert_eq!(
        steps,
        [
            ("17T23:00", 40, "usual", 0),
            ("18T08:00", 30, "weekly", 28),
            ("18T08:30", 29, "dated", 28),
            ("18T08:45", 30, "weekly", 28),
            ("18T09:00", 40, "usual", 0),
        ]
    );
    assert_eq!(week["spare"][2]["connections"], 1);
}

fn a_teacher_of_two_schools_is_in_one_class_at_a_time(backend: Backend) {
    let place = Place::new(backend);
    let other = place.world.school("Lycée B");
    // Both know her by the same address.
    let there = format!("/api/v1/schools/{}", other.id);
    place.as_me("bookings", &place.mine("2030-03-18T09:00")).expect(201);
    let class = |at: &str| {
        json!({"title": "Maths", "teachers": [other.teacher], "groups": [other.group],
        "duration_minutes": 60, "starts_at_local": at})
    };
    let refused =
        place.post(&other.teacher_token, &format!("{there}/bookings"), &class("2030-03-18T09:30")).expect(409);
    let text = refused.text();
    assert!(text.contains("teacher-busy") && text.contains("another school") && !text.contains("Maths"), "{text}");
    place.post(&other.teacher_token, &format!("{there}/bookings"), &class("2030-03-18T10:00")).expect(201);
}
