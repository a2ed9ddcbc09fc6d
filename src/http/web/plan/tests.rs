//! What the pages of a teacher's plan say.

use askama::Template;
use chrono::{DateTime, Duration, Utc};

use super::{
    class::{ClassMaterial, ClassPage},
    list::PlanPage,
};
use crate::{
    app::{
        directory::Directory,
        fairness::{TeacherFairness, TeacherRound},
        sessions::{Named, SessionView},
        timetable::{NamedSwap, NamedWaiting, Timetable},
    },
    domain::{
        booking::{BookingRules, Swap, SwapState, Waiting},
        people::Language,
        session::SessionState,
    },
    http::web::samples::{self, keep},
    planning::{
        explanation::{BetterStarts, Explanation, Outcome},
        obstacle::Obstacle,
    },
};

fn now() -> DateTime<Utc> {
    "2020-03-22T19:50:00Z".parse().unwrap()
}

fn mine() -> Vec<SessionView> {
    samples::sessions(60).into_iter().filter(|session| session.teachers[0].id.as_str() == "t3").collect()
}

fn timetable() -> Timetable {
    let sessions = mine();
    let other = samples::sessions(2).remove(0);
    let mut hold = other.clone();
    (hold.state, hold.held_until) = (SessionState::Held, Some(now() + Duration::minutes(90)));
    let swap = |id: &str, state, session: &SessionView, other: &SessionView| NamedSwap {
        swap: Swap {
            id: id.into(),
            school: "school".into(),
            session: session.id.clone(),
            other: other.id.clone(),
            session_starts_at: session.start.utc,
            other_starts_at: other.start.utc,
            state,
            created_at: now(),
            changed_at: now(),
        },
        session: session.clone(),
        other: other.clone(),
    };
    let waiting = |id: &str, offer: Option<SessionView>| NamedWaiting {
        waiting: Waiting {
            id: id.into(),
            school: "school".into(),
            title: "Latin".to_owned(),
            teachers: vec!["t3".into()],
            groups: vec!["g1".into()],
            connections: 25,
            link: None,
            duration_minutes: 55,
            from: now(),
            to: now() + Duration::days(2),
            offer: offer.as_ref().map(|offer| offer.id.clone()),
            offered: Vec::new(),
            queued_at: now(),
            created_at: now(),
        },
        offer,
    };
    Timetable {
        school: samples::school(),
        directory: Directory { groups: samples::groups(), teachers: samples::teachers() },
        swaps: vec![
            swap("w1", SwapState::Proposed, &other, &sessions[0]),
            swap("w2", SwapState::Proposed, &sessions[1], &other),
            swap("w3", SwapState::Agreed, &sessions[1], &other),
        ],
        sessions,
        round: None,
        requests: Vec::new(),
        waiting: vec![waiting("q1", Some(hold)), waiting("q2", None)],
        rules: BookingRules::default(),
    }
}

#[test]
fn everything_that_waits_for_the_teacher_comes_first() {
    let fairness = TeacherFairness {
        teacher: Named { id: "t3".into(), name: "M. Le Goff".to_owned() },
        weight: 1.3,
        minutes: 42.0,
        moved_minutes: 20.0,
        unplaced: 1,
        rounds: vec![TeacherRound { round: "r".into(), requests: 3, minutes: 42.0 }],
    };
    let visitor = samples::visitor(Language::Fr, "/plan");
    let html = PlanPage::new(&visitor, &timetable(), Some(&fairness), now()).render().unwrap();
    keep("plan-fr", &html);
    assert!(html.contains("/plan/swaps/w1/accept") && !html.contains("/plan/swaps/w2/accept"), "{html}");
    assert!(html.contains("/plan/swaps/w2/decline") && html.contains("/plan/swaps/w3/undo"));
    assert!(html.contains("/book/s0/confirm") && html.contains("data-until=\"2020-03-22T21:20:00+00:00\""));
    assert!(html.contains("/plan/waiting/q2/leave") && !html.contains("/plan/waiting/q1/leave"));
    assert!(html.contains("déplacés de 20") && html.contains("Un souhait est resté sans classe."), "{html}");
    assert!(html.contains("1,3 fois plus") && html.contains("réservé"), "{html}");
}

#[test]
fn a_class_says_why_it_is_there_and_what_can_be_done() {
    let (timetable, session) = (timetable(), mine().remove(0));
    let full = Obstacle {
        code: "pool-full",
        parameters: [("used", "480"), ("limit", "500"), ("needed", "27"), ("at", "2020-03-23T08:00:00+00:00")]
            .map(|(name, value)| (name, value.to_owned()))
            .into(),
        message: "full".to_owned(),
    };
    let wished = samples::moment("2020-03-23T08:00:00Z".parse().unwrap());
    let why = Explanation {
        request: "r1".into(),
        reference: "r1".to_owned(),
        title: session.title.clone(),
        outcome: Outcome::Moved,
        wished: Some(wished),
        planned: Some(session.start),
        cost: 12,
        best_cost: 0,
        weight: None,
        message: String::new(),
        better: vec![BetterStarts { first: wished, last: wished, cost: 0, obstacles: vec![full] }],
        relief: None,
        one_pool: Vec::new(),
        alternatives: Vec::new(),
    };
    let visitor = samples::visitor(Language::En, "/plan/s3");
    let day = session.start.local.date();
    let material = ClassMaterial { timetable: &timetable, explanation: Some(&why), free: Vec::new(), day, now: now() };
    let html = ClassPage::of_class(&visitor, &session, &samples::sessions(60), material).render().unwrap();
    keep("class-en", &html);
    assert!(html.contains("480 of 500 connections are taken, 27 are needed"), "{html}");
    assert!(html.contains("Monday 23 March at 9:00") && html.contains("Propose the swap"), "{html}");
    assert!(html.contains(&format!("action=\"/plan/{}/cancel\"", session.id)));
}
