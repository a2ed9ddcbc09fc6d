//! Whatever the school, the pools and the other classes are: what the solver finds fits, by a rule of its own.

use super::{
    agenda::Agenda,
    answer::{self, Origin, solver_plan},
    names::Names,
    obstacle::{Obstacle, Who},
    problem::{Purpose, Situation, problem},
    terms::Terms,
};
use crate::domain::{
    calendar::SchoolCalendar,
    capacity::{CELL, DatedLimit, Pool, PoolKind, PoolUse, WeeklyLimit},
    id::Id,
    people::{Language, Overlaps, School, Teacher},
    request::Rules,
    round::{Request, Round, RoundState, Window},
    session::{Session, SessionState},
    time::{WeekSpan, day_start},
    wish::{Frame, Otherwise, Preferred, windows},
};
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use creneau_solver::{self as solver, Method, Options, Unlimited};
use proptest::prelude::*;
use std::collections::HashSet;

const ZONE: chrono_tz::Tz = chrono_tz::Europe::Paris;

fn monday() -> NaiveDate {
    // The week in which clocks go forward.
    NaiveDate::from_ymd_opt(2020, 3, 23).unwrap()
}

/// Steps of five minutes after local midnight of a day of the week, as an instant.
pub(super) fn at(day: u32, step: u32) -> DateTime<Utc> {
    day_start(ZONE, monday() + Duration::days(i64::from(day))) + Duration::minutes(i64::from(step) * 5)
}

pub(super) fn school() -> School {
    School {
        id: "school".into(),
        uai: None,
        name: "S".into(),
        time_zone: ZONE.to_string(),
        language: Language::Fr,
        platform: None,
        opening_hours: (1..=7).map(|weekday| WeekSpan { weekday, from_minute: 480, to_minute: 1080 }).collect(),
        calendar: SchoolCalendar::default(),
        created_at: at(0, 0),
    }
}

fn round(step_minutes: u32) -> Round {
    Round {
        id: "round".into(),
        school: "school".into(),
        name: "R".into(),
        starts_at: at(0, 0),
        ends_at: at(7, 0),
        step_minutes,
        state: RoundState::Closed,
        opens_at: None,
        closes_at: None,
        published_plan: None,
        created_at: at(0, 0),
    }
}

fn pools() -> impl Strategy<Value = Vec<Pool>> {
    (20_u32..80, 5_u32..25, 20_u32..60, 0_u32..60, 96_u32..200).prop_map(|(own, window, logins, narrow, from)| {
        let span = WeekSpan { weekday: 1, from_minute: from * 5, to_minute: from * 5 + 25 };
        let dated = DatedLimit { starts_at: at(1, from), ends_at: at(1, from + 7), connections: narrow };
        vec![
            Pool {
                weekly: vec![WeeklyLimit { span, connections: narrow }],
                dated: vec![dated],
                ..Pool::plain("own", PoolKind::Concurrent, own)
            },
            Pool::plain("logins", PoolKind::Arrivals { window_minutes: window }, logins),
        ]
    })
}

/// Sessions of other rounds (with this school's teachers) and other schools (only in the pools).
pub(super) fn session(id: String, day: u32, step: u32, length: u32, connections: u32, teacher: u32) -> Session {
    Session {
        id: id.as_str().into(),
        school: "school".into(),
        request: Some(id.as_str().into()),
        title: id,
        teachers: vec![format!("t{teacher}").as_str().into()],
        groups: vec![],
        connections,
        link: None,
        starts_at: at(day, step),
        ends_at: at(day, step + length),
        state: SessionState::Confirmed,
        held_until: None,
        moved_by: None,
        sequence: 0,
        created_at: at(0, 0),
        changed_at: at(0, 0),
    }
}

prop_compose! {
    pub(super) fn situations()(
        step in prop::sample::select(vec![5_u32, 10, 15, 20, 30]),
        pools in pools(),
        others in prop::collection::vec((0_u32..7, 96_u32..205, 3_u32..20, 1_u32..40, 0_u32..3), 0..8),
        wishes in prop::collection::vec((0_u32..7, 16_u32..34, 20_u32..90, 1_u32..40, 0_u32..3, 0_u32..4), 1..14),
        published in prop::collection::vec(any::<bool>(), 14),
    ) -> Situation {
        let (school, round) = (school(), round(step));
        let elsewhere: Vec<Session> = others.iter().enumerate()
            .map(|(n, &(day, start, length, connections, teacher))| session(format!("o{n}"), day, start, length, connections, teacher))
            .collect();
        let requests: Vec<Request> = wishes.iter().enumerate().map(|(n, &(day, half, duration_minutes, connections, teacher, group))| {
            let start = (monday() + Duration::days(i64::from(day))).and_time(NaiveTime::MIN) + Duration::minutes(i64::from(half) * 30);
            let frame = Frame { opening: school.opening(), grid: round.grid(), duration_minutes, is_round: true };
            Request {
                id: format!("r{n}").as_str().into(),
                round: round.id.clone(),
                reference: format!("r{n}"),
                title: format!("r{n}"),
                teachers: vec![format!("t{teacher}").as_str().into()],
                groups: vec![format!("g{group}").as_str().into()],
                connections,
                duration_minutes,
                windows: windows(&[Preferred { start, tolerance_minutes: 60 }], Otherwise::AnyDay, &frame).unwrap_or_default(),
                unplaced_cost: 1000,
                created_at: at(0, 0),
                rules: Rules::default(),
                wish: None,
                series: None,
            }
        }).collect();
        let published: Vec<Session> = requests.iter().zip(published).filter(|(_, is)| *is)
            .filter_map(|(request, _)| Some((request, request.wished_start()?)))
            .map(|(request, starts_at)| Session {
                id: request.id.clone(),
                request: Some(request.id.clone()),
                teachers: request.teachers.clone(),
                groups: request.groups.clone(),
                starts_at,
                ends_at: starts_at + Duration::minutes(i64::from(request.duration_minutes)),
                ..session(request.title.clone(), 0, 0, 1, request.connections, 0)
            })
            .collect();
        let uses = elsewhere.iter().chain(&published).flat_map(uses_of).collect();
        let (left_out, away, overlaps, terms) = (HashSet::new(), vec![], Overlaps::default(), Terms::default());
        Situation { school, pools, round, requests, published, left_out, elsewhere, away, overlaps, uses, terms }
    }
}

/// What a session takes of the pools, cell by cell.
fn uses_of(session: &Session) -> Vec<PoolUse> {
    let cells = std::iter::successors(Some(session.starts_at), |at| Some(*at + CELL));
    let cells: Vec<_> = cells.take_while(|at| *at < session.ends_at).collect();
    let taken = |pool: &str, at| PoolUse {
        pool: pool.into(),
        at,
        connections: session.connections,
        own: 0,
        beyond: 0,
        background: 0,
        kept: 0,
    };
    cells.iter().map(|at| taken("own", *at)).chain(cells.first().map(|at| taken("logins", *at))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_the_solver_finds_fits(situation in situations()) {
        let problem = problem(&situation, Purpose::Solve(situation.round.ends_at));
        let errors: Vec<_> = solver::validate(&problem.round).into_iter().filter(solver::Finding::is_error).collect();
        prop_assert!(errors.is_empty(), "{errors:?}");
        let options = Options { seed: 1, threads: 1, iterations: Some(50), budget: &Unlimited, warm_start: None, method: Method::Search };
        let solution = solver::solve(&problem.round, &options, &mut |_| {}).unwrap();
        prop_assert!(solver::check(&problem.round, &solution.plan).is_feasible());
        let origin = Origin { id: "plan".into(), parent: None, seed: 1, limits: None, created_at: at(0, 0) };
        let plan = answer::plan(&problem, &situation, &solution, origin);
        prop_assert_eq!(&solver_plan(&problem, &plan).sessions, &solution.plan.sessions);

        let (from, to) = (situation.round.starts_at, situation.round.ends_at);
        let mut agenda = Agenda::new(&situation.school, &situation.pools, Overlaps::default(), from, to);
        agenda.add_uses(&situation.elsewhere.iter().flat_map(uses_of).collect::<Vec<_>>());
        situation.elsewhere.iter().for_each(|session| agenda.add_people(session));
        for start in plan.starts.iter() {
            let request = situation.requests.iter().find(|request| request.id == start.request).unwrap();
            let Some(starts_at) = start.starts_at else { continue };
            let class = Session {
                starts_at,
                ends_at: starts_at + Duration::minutes(i64::from(request.duration_minutes)),
                teachers: request.teachers.clone(),
                groups: request.groups.clone(),
                connections: request.connections,
                link: None,
                ..session(request.title.clone(), 0, 0, 1, 0, 0)
            };
            prop_assert!(agenda.is_free(&class), "{} at {starts_at}", request.title);
            agenda.add(&class);
        }
    }
}

#[test]
fn a_class_that_was_called_off_stays_off_and_one_that_has_begun_stays() {
    let anywhere = Window { first_at: at(0, 100), last_at: at(6, 100), ideal_at: at(0, 100), base: 0, per_step: 1 };
    let wish = |id: &str| Request {
        id: id.into(),
        round: "round".into(),
        reference: id.into(),
        title: id.into(),
        teachers: vec!["t".into()],
        groups: vec![],
        connections: 1,
        duration_minutes: 55,
        windows: if id == "nowhere" { vec![] } else { vec![anywhere] },
        unplaced_cost: 1000,
        created_at: at(0, 0),
        rules: Rules::default(),
        wish: None,
        series: None,
    };
    let of = |id: &str, day, state| Session { state, ..session(id.into(), day, 100, 11, 1, 0) };
    let situation = Situation {
        school: school(),
        pools: vec![],
        round: round(5),
        requests: ["off", "begun", "later", "left", "nowhere"].map(wish).into(),
        published: vec![
            of("off", 3, SessionState::Cancelled),
            of("begun", 0, SessionState::Confirmed),
            of("later", 4, SessionState::Confirmed),
            of("left", 5, SessionState::Cancelled),
        ],
        left_out: HashSet::from([Id::from("left")]),
        elsewhere: vec![],
        away: vec![],
        overlaps: Overlaps::default(),
        uses: vec![],
        terms: Terms::default(),
    };
    let ids = |purpose| -> Vec<String> {
        problem(&situation, purpose).round.requests.into_iter().map(|request| request.id.to_string()).collect()
    };
    assert_eq!(ids(Purpose::Solve(at(1, 0))), ["later", "left"]);
    assert_eq!(ids(Purpose::Solve(at(9, 0))), ["begun", "later", "left"]);
    let problem = problem(&situation, Purpose::Solve(at(1, 0)));
    let kept: Vec<_> = problem.kept.iter().map(|kept| (kept.request.as_str(), kept.starts_at)).collect();
    assert_eq!(kept, [("begun", Some(at(0, 100))), ("nowhere", None)]);
    assert_eq!(problem.kept_cost, 1000);
}

#[test]
fn obstacles_are_told_in_local_time() {
    let teacher = Teacher {
        id: "t".into(),
        school: "school".into(),
        name: "Mme Petit".into(),
        email: None,
        language: Language::Fr,
        link: None,
    };
    let names = Names::new(&school(), &[teacher], &[], &[]);
    let (who, nine) = (Who::Teacher("t".into()), at(0, 108));
    let obstacles = [
        Obstacle::busy(&who, nine, "3B", &names),
        Obstacle::no_break(&who, nine, "3B", 10, &names),
        Obstacle::full_day(&who, nine, 4, &names),
        Obstacle::order("3B", true, nine, 0, &names),
        Obstacle::order("3B", false, nine, 15, &names),
    ];
    let told = obstacles.each_ref().map(|obstacle| (obstacle.code, obstacle.message.as_str()));
    let expected = [
        ("teacher-busy", "Mme Petit is in “3B” at Mon 23 Mar 09:00"),
        ("teacher-break", "Mme Petit is in “3B” at Mon 23 Mar 09:00 and needs a break of 10 minutes"),
        ("teacher-day-full", "Mme Petit may have at most 4 classes on Mon 23 Mar"),
        ("comes-after", "it comes after “3B”, which is at Mon 23 Mar 09:00"),
        ("comes-before", "it comes at least 15 minutes before “3B”, which is at Mon 23 Mar 09:00"),
    ];
    assert_eq!(told, expected);
}
