//! Whatever rules wishes state: what the solver finds keeps them, by a rule book that shares no code with it.

use super::{
    answer::{self, Origin},
    names::Names,
    problem::{Purpose, Situation, problem},
    rulebook::Rulebook,
    tests::{at, school, session, situations},
};
use crate::domain::{
    id::Id,
    request::{Follows, ImpossibleHours, PerRole},
    round::Request,
    session::Session,
};
use chrono::Duration;
use creneau_solver::{self as solver, Method, Options, Unlimited};
use proptest::prelude::*;

/// For each request: breaks, the most classes a day, the request that comes first with its gap, one on another day.
type Stated = (Option<u32>, Option<u32>, Option<(usize, u32)>, Option<usize>);

fn stated() -> impl Strategy<Value = Vec<Stated>> {
    let one = (
        prop::option::weighted(0.3, 1_u32..40),
        prop::option::weighted(0.3, 1_u32..4),
        prop::option::weighted(0.4, (0_usize..14, 0_u32..60)),
        prop::option::weighted(0.4, 0_usize..14),
    );
    prop::collection::vec(one, 14)
}

fn with_rules(mut situation: Situation, stated: &[Stated]) -> Situation {
    let ids: Vec<Id> = situation.requests.iter().map(|request| request.id.clone()).collect();
    for (index, (request, (pause, most, first, apart))) in situation.requests.iter_mut().zip(stated).enumerate() {
        request.rules.minimum_break_minutes = PerRole { teacher: *pause, group: None };
        request.rules.most_a_day = PerRole { teacher: None, group: *most };
        // Earlier requests only: so there is no circle.
        let first = first.filter(|(first, _)| *first < index);
        let first = first.map(|(first, gap_minutes)| Follows { request: ids[first].clone(), gap_minutes });
        request.rules.after = first.into_iter().collect();
        let apart = apart.filter(|other| *other != index && *other < ids.len());
        request.rules.not_same_day_as = apart.map(|other| ids[other].clone()).into_iter().collect();
    }
    situation
}

fn class(request: &Request, starts_at: chrono::DateTime<chrono::Utc>) -> Session {
    Session {
        request: Some(request.id.clone()),
        starts_at,
        ends_at: starts_at + Duration::minutes(i64::from(request.duration_minutes)),
        teachers: request.teachers.clone(),
        groups: request.groups.clone(),
        ..session(request.title.clone(), 0, 0, 1, 0, 0)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_the_solver_finds_keeps_the_rules(situation in situations(), stated in stated()) {
        let situation = with_rules(situation, &stated);
        let now = at(2, 0);
        let problem = problem(&situation, Purpose::Solve(now));
        let errors: Vec<_> = solver::validate(&problem.round).into_iter().filter(solver::Finding::is_error).collect();
        prop_assert!(errors.is_empty(), "{errors:?}");
        let options = Options { seed: 1, threads: 1, iterations: Some(50), budget: &Unlimited, warm_start: None, method: Method::Search };
        let solution = solver::solve(&problem.round, &options, &mut |_| {}).unwrap();
        prop_assert!(solver::check(&problem.round, &solution.plan).is_feasible());
        let origin = Origin { id: "plan".into(), parent: None, seed: 1, limits: None, created_at: at(0, 0) };
        let plan = answer::plan(&problem, &situation, &solution, origin);
        prop_assert_eq!(plan.starts.len(), situation.requests.len(), "each request once, and nothing else");

        let names = Names::new(&school(), &[], &[], &[]);
        let mut rules = Rulebook::new(&situation.requests, situation.school.zone());
        let mut stays: Vec<Session> = situation.elsewhere.clone();
        stays.extend(situation.published.iter().filter(|session| session.starts_at <= now).cloned());
        stays.iter().for_each(|session| rules.add(session));
        // Groups are in no class of another round here, and at once in two only where wishes were published unplanned.
        let clash = |a: &Session, b: &Session| a.id != b.id && (a.starts_at - b.starts_at).abs() < Duration::hours(2);
        let is_sound = stays.iter().all(|a| !stays.iter().any(|b| clash(a, b)));
        for start in &plan.starts {
            let Some(starts_at) = start.starts_at else { continue };
            let request = situation.requests.iter().find(|request| request.id == start.request).unwrap();
            if stays.iter().any(|session| session.request.as_ref() == Some(&request.id)) {
                continue;
            }
            prop_assert!(starts_at > now, "nothing new begins in the past");
            let class = class(request, starts_at);
            let mut obstacles = rules.obstacles(&class, &names);
            obstacles.retain(|obstacle| is_sound || obstacle.code != "group-day-full");
            prop_assert!(obstacles.is_empty(), "{}: {obstacles:?}", request.title);
            rules.add(&class);
        }
    }
}

#[test]
fn impossible_hours_stand_against_a_class() {
    let hours = ImpossibleHours { weekday: 1, from_minute: 480, to_minute: 600, reason: "Conseil".into() };
    let mut request = Request { id: "r".into(), ..request() };
    request.rules.impossible_hours = vec![hours];
    let requests = [request];
    let rules = Rulebook::new(&requests, school().zone());
    let names = Names::new(&school(), &[], &[], &[]);
    assert_eq!(rules.obstacles(&class(&requests[0], at(0, 110)), &names)[0].code, "impossible-hours");
    assert!(rules.is_kept(&class(&requests[0], at(0, 120)), &names));
    assert!(rules.is_kept(&class(&requests[0], at(1, 110)), &names));
}

fn request() -> Request {
    Request {
        id: "r".into(),
        round: "round".into(),
        reference: "r".into(),
        title: "r".into(),
        teachers: vec!["t".into()],
        groups: vec!["g".into()],
        connections: 1,
        duration_minutes: 60,
        windows: vec![],
        unplaced_cost: 1000,
        created_at: at(0, 0),
        rules: crate::domain::request::Rules::default(),
        wish: None,
        series: None,
    }
}
