//! From wishes to a published week and through its changes, with the real solver.

use crate::{
    fixture::{Fixture, at, code, local},
    support::{
        process::wait_until,
        service::{Backend, on_both},
    },
};
use chrono::NaiveDate;
use creneau::{
    app::{
        AppError,
        jobs::{JobView, SolveOrder},
        publication::Publication,
        sessions::Move,
        solving::{BestSoFar, Holder},
    },
    domain::{
        access::Principal,
        id::Id,
        job::JobState,
        round::Round,
        session::{Change, MovedBy, SessionState},
    },
    jobs::{Runner, Settings, solve::Solve},
    planning::explanation::Outcome,
};
use std::{sync::Arc, time::Duration};

on_both!(
    a_wish_becomes_a_class,
    a_dead_workers_job_is_taken_up_again,
    a_cancelled_job_keeps_its_best_plan,
    a_cancelled_job_of_a_dead_worker_keeps_its_best_plan
);

fn settings() -> Settings {
    Settings { lease_seconds: 2, poll: Duration::from_millis(50), concurrency: 1 }
}

fn solve(fixture: &Fixture, round: &Round, seconds: u64) -> JobView {
    let order = SolveOrder { seconds: Some(seconds), seed: Some(7), ..SolveOrder::default() };
    fixture.wait(fixture.app.solve(&fixture.admin, &round.id, order)).unwrap()
}

fn ended(fixture: &Fixture, job: &Id) -> JobView {
    wait_until(Duration::from_secs(30), "the job ends", || {
        let job = fixture.wait(fixture.app.job(&fixture.admin, job)).unwrap();
        (!matches!(job.state, JobState::Queued | JobState::Running) && (job.plan.is_some() || job.error.is_some()))
            .then_some(job)
    })
}

fn a_wish_becomes_a_class(backend: Backend) {
    let fixture = Fixture::new(backend, 30);
    let round = fixture.round();
    // Three classes of 26 at nine where one fits; the first two share a teacher, too.
    let nine = "2020-03-23T09:00";
    for (title, teacher, group) in [("Maths", 0, 0), ("Physique", 0, 1), ("Anglais", 1, 2)] {
        fixture.enter(&round, fixture.wish(title, teacher, group, nine));
    }
    let worker = Runner::start_with(&fixture.app, settings(), &[Arc::new(Solve)]);
    let job = solve(&fixture, &round, 1);
    assert_eq!(
        code(fixture.wait(fixture.app.solve(&fixture.admin, &round.id, SolveOrder::default()))),
        "already-solving"
    );
    let job = ended(&fixture, &job.id);
    assert_eq!(job.state, JobState::Done, "{:?}", job.error);
    let plan = job.plan.unwrap();
    let explained = fixture.wait(fixture.app.explanations(&fixture.admin, &plan, None)).unwrap();
    assert_eq!(explained.len(), 3);
    assert!(explained.iter().all(|each| each.planned.is_some()));
    let moved: Vec<_> = explained.iter().filter(|each| each.outcome == Outcome::Moved).collect();
    assert_eq!(moved.len(), 2);
    let mut obstacles = moved.iter().flat_map(|each| &each.better).flat_map(|better| &better.obstacles);
    assert!(obstacles.any(|each| each.code == "pool-full" && each.parameters["pool"] == "school/test"), "{moved:?}");

    let publish = |plan: &Id, replaces: Option<&Id>| {
        let order = Publication { plan: plan.clone(), replaces: replaces.cloned() };
        fixture.wait(fixture.app.publish(&fixture.admin, &round.id, order))
    };
    let published = publish(&plan, None).unwrap();
    assert_eq!(published.changes.iter().filter(|each| each.change == Change::Added).count(), 3);
    assert_eq!(code(publish(&plan, None)), "already-published");
    let day = NaiveDate::from_ymd_opt(2020, 3, 25);
    let week = fixture.wait(fixture.app.week(&fixture.admin, &fixture.school.id, day)).unwrap();
    assert_eq!(week.sessions.len(), 3);
    assert!(week.load.unwrap().steps.iter().all(|step| step.used <= u64::from(step.limit)));

    // One is called off, one moved by hand to where nobody wished: a new plan lets both be.
    let (off, moved) = (&published.changes[0].session, &published.changes[1].session);
    fixture.wait(fixture.app.cancel_session(&fixture.admin, &off.id)).unwrap();
    let to = |text: &str| Move { starts_at_local: local(text), insist: false };
    let there = fixture.wait(fixture.app.move_session(&fixture.admin, &moved.id, to("2020-03-27T17:00"))).unwrap();
    assert_eq!((there.start.utc, there.sequence), (at("2020-03-27T17:00"), 1));
    assert_eq!(there.moved_by, Some(MovedBy::School));
    // What was wished stays as it was entered.
    let requests = fixture.wait(fixture.app.requests(&fixture.admin, &round.id)).unwrap();
    assert!(requests.iter().all(|request| request.wished_start() == Some(at(nine))), "{requests:?}");
    let clash = fixture.wait(fixture.app.move_session(
        &fixture.admin,
        &moved.id,
        to(&hour(&published.changes[2].session.starts_at)),
    ));
    let Err(AppError::Conflict { code: "does-not-fit", findings, .. }) = clash else { panic!("{clash:?}") };
    assert_eq!(findings[0].code, "pool-full");
    assert!(findings[0].action.starts_with("the nearest free starts are 2020-03-2"), "{findings:?}");
    for wrong in ["2020-03-27T17:01", "2020-03-27T20:00", "2020-03-29T02:30", "2021-01-01T09:00"] {
        assert_eq!(code(fixture.wait(fixture.app.move_session(&fixture.admin, &moved.id, to(wrong)))), "invalid");
    }
    let next = ended(&fixture, &solve(&fixture, &round, 1).id).plan.unwrap();
    let changes = publish(&next, Some(&plan)).unwrap().changes;
    // The third may take the place that came free.
    assert!(changes.iter().all(|each| each.session.id == published.changes[2].session.id), "{changes:?}");
    // Nor does a third, and of that plan it is told what it costs there.
    let third = ended(&fixture, &solve(&fixture, &round, 1).id).plan.unwrap();
    publish(&third, Some(&next)).unwrap();
    let kept = fixture.wait(fixture.app.session(&fixture.admin, &moved.id)).unwrap();
    assert_eq!((kept.start.utc, kept.moved_by), (there.start.utc, Some(MovedBy::School)));
    let request = moved.request.clone();
    let why = fixture.wait(fixture.app.explanations(&fixture.admin, &third, request)).unwrap().remove(0);
    assert!(why.outcome == Outcome::Moved && why.planned == Some(there.start) && why.cost > 0, "{why:?}");
    let state = fixture.wait(fixture.app.session(&fixture.admin, &off.id)).unwrap().state;
    assert_eq!(state, SessionState::Cancelled);
    worker.stop();

    let stranger = Principal::Admin { school: Id::from("another") };
    assert_eq!(code(fixture.wait(fixture.app.plan(&stranger, &plan))), "not-found");
    assert_eq!(code(fixture.wait(fixture.app.session(&stranger, &off.id))), "not-found");
    assert_eq!(code(fixture.wait(fixture.app.round(&stranger, &round.id))), "not-found");
}

fn hour(at: &chrono::DateTime<chrono::Utc>) -> String {
    at.with_timezone(&chrono_tz::Europe::Paris).format("%Y-%m-%dT%H:%M").to_string()
}

fn a_dead_workers_job_is_taken_up_again(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    let round = fixture.round();
    fixture.enter(&round, fixture.wish("Maths", 0, 0, "2020-03-23T09:00"));
    let job = solve(&fixture, &round, 1);
    let dead = Holder { owner: "dead".into(), seconds: 1 };
    assert_eq!(fixture.app.claim_solve(&dead).unwrap().unwrap().id, job.id);
    let worker = Runner::start_with(&fixture.app, settings(), &[Arc::new(Solve)]);
    let job = ended(&fixture, &job.id);
    assert_eq!((job.state, job.attempts), (JobState::Done, 2));
    worker.stop();
    let plans = fixture.wait(fixture.app.plans(&fixture.admin, &round.id)).unwrap();
    assert_eq!(plans.len(), 1);
}

fn a_cancelled_job_keeps_its_best_plan(backend: Backend) {
    let fixture = Fixture::new(backend, 30);
    let round = fixture.round();
    for number in 0..40 {
        let mut wish = fixture.wish("Maths", number % 2, number % 3, "2020-03-23T09:00");
        wish.reference = Some(format!("r{number}"));
        fixture.enter(&round, wish);
    }
    let waiting = solve(&fixture, &round, 60);
    let cancelled = fixture.wait(fixture.app.cancel_job(&fixture.admin, &waiting.id)).unwrap();
    assert_eq!((cancelled.state, cancelled.plan), (JobState::Cancelled, None));
    let worker = Runner::start_with(&fixture.app, settings(), &[Arc::new(Solve)]);
    let job = solve(&fixture, &round, 60);
    wait_until(Duration::from_secs(20), "the job runs or is proven best at once", || {
        let job = fixture.wait(fixture.app.job(&fixture.admin, &job.id)).unwrap();
        (job.state != JobState::Queued).then_some(())
    });
    fixture.wait(fixture.app.cancel_job(&fixture.admin, &job.id)).unwrap();
    let job = ended(&fixture, &job.id);
    assert!(matches!(job.state, JobState::Cancelled | JobState::Done));
    assert!(job.plan.is_some());
    // The runner gives back what it has in hand when it stops.
    let again = solve(&fixture, &round, 60);
    wait_until(Duration::from_secs(20), "the job runs", || {
        let job = fixture.wait(fixture.app.job(&fixture.admin, &again.id)).unwrap();
        (job.state != JobState::Queued).then_some(())
    });
    worker.stop();
    let job = fixture.wait(fixture.app.job(&fixture.admin, &again.id)).unwrap();
    assert!(matches!((job.state, job.attempts), (JobState::Queued, 0) | (JobState::Done, 1)), "{job:?}");
}

fn a_cancelled_job_of_a_dead_worker_keeps_its_best_plan(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    let round = fixture.round();
    let request = fixture.enter(&round, fixture.wish("Maths", 0, 0, "2020-03-23T09:00"));
    let job = solve(&fixture, &round, 60);
    let dead = Holder { owner: "dead".into(), seconds: 1 };
    assert_eq!(fixture.app.claim_solve(&dead).unwrap().unwrap().id, job.id);
    // Not where a search would put it.
    let best = BestSoFar { starts: [(request.id.clone(), at("2020-03-23T09:35"))].into() };
    fixture.app.keep_best(&job.id, &dead, &best).unwrap();
    fixture.wait(fixture.app.cancel_job(&fixture.admin, &job.id)).unwrap();
    let worker = Runner::start_with(&fixture.app, settings(), &[Arc::new(Solve)]);
    let job = ended(&fixture, &job.id);
    assert_eq!((job.state, job.attempts), (JobState::Cancelled, 2), "{:?}", job.error);
    let plan = fixture.wait(fixture.app.plan(&fixture.admin, &job.plan.unwrap())).unwrap();
    assert_eq!(plan.starts[0].start.map(|start| start.utc), Some(at("2020-03-23T09:35")));
    // A cancelled job of which nothing is known is nobody's any more.
    let empty = solve(&fixture, &round, 60);
    fixture.wait(fixture.app.cancel_job(&fixture.admin, &empty.id)).unwrap();
    worker.stop();
    assert!(fixture.app.claim_solve(&dead).unwrap().is_none());
}
