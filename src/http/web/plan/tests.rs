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
        booking::{BookingRules, Starts, Swap, SwapState, Waiting},
        capacity::Whose,
        people::Language,
        session::{MovedBy, SessionState},
    },
    http::web::samples::{self, keep},
    planning::{
        explanation::{BetterStarts, Explanation, Outcome, Raise, Relief},
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
            hours: Vec::new(),
            offered: Vec::new(),
            passed: Starts::default(),
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
    assert!(html.contains("déplacées de 20") && html.contains("Un souhait est resté sans classe."), "{html}");
    assert!(html.contains("1,3 fois plus") && html.contains("réservée"), "{html}");
}

/// A class of the teacher's, planned at nine where eight was wished, for which there was no room.
fn explained(session: &SessionView) -> Explanation {
    let full = Obstacle {
        code: "pool-full",
        parameters: [("used", "480"), ("limit", "500"), ("needed", "27"), ("at", "2020-03-23T08:00:00+00:00")]
            .map(|(name, value)| (name, value.to_owned()))
            .into(),
        message: "full".to_owned(),
    };
    let wished = samples::moment("2020-03-23T08:00:00Z".parse().unwrap());
    Explanation {
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
        overload: None,
    }
}

fn page(language: Language, session: &SessionView, why: &Explanation, partners: Vec<SessionView>) -> String {
    let visitor = samples::visitor(language, "/plan/s3");
    let (timetable, day) = (timetable(), session.start.local.date());
    let explanation = Some(why);
    let material = ClassMaterial { timetable: &timetable, explanation, free: Vec::new(), day, partners, now: now() };
    ClassPage::of_class(&visitor, session, material).render().unwrap()
}

#[test]
fn a_class_says_why_it_is_there_and_what_can_be_done() {
    let session = mine().remove(0);
    let others = samples::sessions(60).into_iter().filter(|other| other.teachers != session.teachers);
    let html = page(Language::En, &session, &explained(&session), others.take(3).collect());
    keep("class-en", &html);
    assert!(html.contains("20 of 500 places are left, 27 are needed"), "{html}");
    assert!(html.contains("Monday 23 March at 9:00") && html.contains("Propose the swap"), "{html}");
    assert!(html.contains(&format!("action=\"/plan/{}/cancel\"", session.id)));
    let none = page(Language::En, &session, &explained(&session), Vec::new());
    assert!(!none.contains("Propose the swap") && none.contains("no class of a colleague"), "{none}");
}

#[test]
fn a_wish_that_no_plan_can_place_says_with_which_others_it_shares_its_hours() {
    let session = mine().remove(0);
    let parameters =
        [("who", "Sofia Costa"), ("count", "4"), ("most", "3"), ("classes", "Algèbre, Chorale, Sciences, Sport")];
    let parameters = parameters.map(|(name, value)| (name, value.to_owned())).into();
    let overload = Some(Obstacle { code: "teacher-overload", parameters, message: String::new() });
    let why = Explanation { outcome: Outcome::Unplaced, planned: None, overload, ..explained(&session) };
    let html = page(Language::En, &session, &why, Vec::new());
    assert!(html.contains("Sofia Costa has 4 classes for hours with room for 3 of them at most"), "{html}");
    let html = page(Language::Fr, &session, &why, Vec::new());
    assert!(
        html.contains("Sofia Costa a 4 classes pour des heures où il y a place pour 3 d’entre elles au plus"),
        "{html}"
    );
}

#[test]
fn a_class_that_was_moved_does_not_say_that_it_was_wished_there() {
    let planned = mine().remove(0);
    let why = Explanation { outcome: Outcome::FirstChoice, better: Vec::new(), ..explained(&planned) };
    let there = page(Language::Fr, &planned, &why, Vec::new());
    assert!(there.contains("Votre premier choix, exactement.") && !there.contains("Le plan l’avait placée"), "{there}");
    let later = samples::moment(planned.start.utc + Duration::hours(7));
    for (by, said) in [
        (Some(MovedBy::Teacher), "déplacée par vous"),
        (Some(MovedBy::School), "déplacée par l’établissement"),
        (Some(MovedBy::Swap), "échangée avec"),
        (None, "elle a été déplacée"),
    ] {
        let moved = SessionView { start: later, moved_by: by, ..planned.clone() };
        let html = page(Language::Fr, &moved, &why, Vec::new());
        assert!(html.contains("Le plan l’avait placée ") && html.contains(said), "{by:?}: {html}");
        assert!(!html.contains("premier choix"), "{html}");
    }
}

#[test]
fn all_limits_that_would_have_to_rise_are_told() {
    let session = mine().remove(0);
    let raise = |name: &str, whose, connections| Raise {
        pool: "p".into(),
        name: name.to_owned(),
        whose,
        from: session.start,
        to: session.end,
        connections,
    };
    let raises = vec![raise("school/demo", Whose::School, 27), raise("login/demo", Whose::Federation, 4)];
    let relief = Some(Relief { start: session.start, cost: 0, saves: 12, raises });
    let html = page(Language::En, &session, &Explanation { relief, ..explained(&session) }, Vec::new());
    let said = "With 27 places more for the school’s capacity and 4 places more for sign-in page demo, it could";
    assert!(html.contains(said), "{html}");
}

#[test]
fn a_class_that_was_called_off_can_be_booked_once_more() {
    let session = SessionView { state: SessionState::Cancelled, ..mine().remove(0) };
    let html = page(Language::Fr, &session, &explained(&session), Vec::new());
    assert!(html.contains("href=\"/book?title=") && html.contains("Réserver de nouveau"), "{html}");
}
