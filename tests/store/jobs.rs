//! Jobs: each is taken once, whoever runs for it, and never lost.

use crate::{
    fixture::{Fixture, at},
    support::service::{Backend, on_both},
};
use chrono::{Duration, Utc};
use creneau::{
    app::{
        jobs::{SolveOrder, SolvePayload},
        solving::{BestSoFar, Holder, MOST_ATTEMPTS},
    },
    domain::{
        id::Id,
        job::{Job, JobState},
        people::School,
    },
    store::{
        self, StoreError,
        jobs::{End, Lease},
    },
};
use std::{collections::BTreeSet, sync::Mutex};

on_both!(
    each_job_is_taken_once,
    a_school_with_many_jobs_leaves_workers_to_others,
    an_expired_lease_lets_another_take_over,
    nothing_is_tried_for_ever,
    the_next_worker_has_the_best_so_far
);

fn job(fixture: &Fixture) -> Job {
    Job {
        id: Id::new(Utc::now()),
        kind: "solve".into(),
        school: fixture.school.id.clone(),
        subject: fixture.school.id.clone(),
        payload: "{}".into(),
        state: JobState::Queued,
        attempts: 0,
        progress: None,
        result: None,
        error: None,
        created_at: at("2020-03-20T12:00"),
        finished_at: None,
    }
}

fn queue(fixture: &Fixture, jobs: &[Job]) {
    fixture.store.write_now(|conn| jobs.iter().try_for_each(|job| store::jobs::insert(conn, job))).unwrap();
}

fn each_job_is_taken_once(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    let jobs: Vec<Job> = (0..24).map(|_| job(&fixture)).collect();
    queue(&fixture, &jobs);
    let taken = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for number in 0..8 {
            let (fixture, taken) = (&fixture, &taken);
            scope.spawn(move || {
                let holder = Holder { owner: format!("worker {number}"), seconds: 60 };
                loop {
                    match fixture.app.claim_solve(&holder) {
                        Ok(Some(job)) => taken.lock().unwrap().push(job.id),
                        Ok(None) => break,
                        Err(creneau::app::AppError::Busy) => {}
                        Err(error) => panic!("{error:?}"),
                    }
                }
            });
        }
    });
    let taken = taken.into_inner().unwrap();
    assert_eq!(taken.len(), jobs.len());
    assert_eq!(taken.into_iter().collect::<BTreeSet<_>>(), jobs.into_iter().map(|job| job.id).collect());
}

fn a_school_with_many_jobs_leaves_workers_to_others(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    let other = School { id: Id::new(Utc::now()), name: "Another".into(), ..fixture.school.clone() };
    fixture.store.write_now(|conn| store::schools::insert(conn, &other)).unwrap();
    let asked = |school: &Id, minute: i64| Job {
        school: school.clone(),
        created_at: at("2020-03-20T12:00") + Duration::minutes(minute),
        ..job(&fixture)
    };
    let many: Vec<Job> = (0..4).map(|minute| asked(&fixture.school.id, minute)).collect();
    queue(&fixture, &many);
    queue(&fixture, &[asked(&other.id, 30), asked(&other.id, 31)]);
    let noon = at("2020-03-20T13:00");
    let lease = Lease { owner: "one".into(), until: noon + Duration::hours(2) };
    let claim = |minutes: i64| {
        let now = noon + Duration::minutes(minutes);
        fixture.store.write_now(|conn| store::jobs::claim(conn, "solve", &lease, now)).unwrap().unwrap()
    };
    let end = |job: &Job, minutes: i64| {
        let (end, now) = (End::Failed { error: "late" }, noon + Duration::minutes(minutes));
        assert!(fixture.store.write_now(|conn| store::jobs::finish(conn, &job.id, "one", &end, None, now)).unwrap());
    };
    let first = claim(0);
    assert_eq!(first.id, many[0].id, "who waits longest, as long as nobody had any");
    end(&first, 10);
    let second = claim(11);
    assert_eq!(second.school, other.id, "one worker goes from school to school");
    assert_eq!(claim(12).id, many[1].id, "as many of both: who waits longest");
    assert_eq!(claim(13).school, other.id, "what runs counts, too");
    assert_eq!(claim(14).id, many[2].id, "nobody else waits");
    assert_eq!(fixture.read(|conn| store::jobs::count_open(conn, "solve", &fixture.school.id)), 3);
}

fn an_expired_lease_lets_another_take_over(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    let job = job(&fixture);
    queue(&fixture, std::slice::from_ref(&job));
    let noon = at("2020-03-20T13:00");
    let lease = |owner: &str, minutes| Lease { owner: owner.into(), until: noon + Duration::minutes(minutes) };
    let claim = |lease: &Lease, minutes| {
        let now = noon + Duration::minutes(minutes);
        fixture.store.write_now(|conn| store::jobs::claim(conn, "solve", lease, now)).unwrap()
    };
    let (first, second) = (lease("first", 2), lease("second", 10));
    assert!(claim(&first, 0).is_some());
    assert!(claim(&second, 1).is_none(), "the lease lasts");
    let renewed = fixture.store.write_now(|conn| store::jobs::renew(conn, &job.id, &lease("first", 5), None)).unwrap();
    assert_eq!(renewed, Some(JobState::Running));
    assert!(claim(&second, 4).is_none(), "it was renewed");
    assert_eq!(claim(&second, 6).unwrap().attempts, 2);
    let write = |body: &dyn Fn(&mut store::Conn) -> Result<bool, StoreError>| fixture.store.write_now(body).unwrap();
    let late = End::Failed { error: "late" };
    assert!(!write(&|conn| store::jobs::finish(conn, &job.id, "first", &late, None, noon)), "it is another's");
    assert!(!write(&|conn| Ok(store::jobs::renew(conn, &job.id, &first, None)?.is_some())));
    assert!(write(&|conn| store::jobs::finish(conn, &job.id, "second", &late, None, noon)));
    let ended = fixture.read(|conn| store::jobs::get(conn, &job.id));
    assert_eq!((ended.state, ended.error.as_deref()), (JobState::Failed, Some("late")));
    assert!(claim(&second, 600).is_none(), "what has ended stays so");
}

fn nothing_is_tried_for_ever(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    let round = fixture.round();
    let job = fixture.wait(fixture.app.solve(&fixture.admin, &round.id, SolveOrder::default())).unwrap();
    let dead = Holder { owner: "dies".into(), seconds: 0 };
    let claim = || {
        // A lease of no seconds ends with the second it began in.
        std::thread::sleep(std::time::Duration::from_millis(1100));
        fixture.app.claim_solve(&dead).unwrap()
    };
    for attempt in 1..=MOST_ATTEMPTS {
        assert_eq!(claim().unwrap().attempts, attempt);
    }
    assert!(claim().is_none());
    let job = fixture.wait(fixture.app.job(&fixture.admin, &job.id)).unwrap();
    assert_eq!(job.state, JobState::Failed);
    assert!(job.error.unwrap().starts_with("given up"));
}

fn the_next_worker_has_the_best_so_far(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    let round = fixture.round();
    let request = fixture.enter(&round, fixture.wish("Maths", 0, 0, "2020-03-23T09:00"));
    fixture.wait(fixture.app.solve(&fixture.admin, &round.id, SolveOrder::default())).unwrap();
    let worker = |owner: &str, seconds| Holder { owner: owner.into(), seconds };
    let (dies, next) = (worker("dies", 0), worker("next", 60));
    let job = fixture.app.claim_solve(&dies).unwrap().unwrap();
    let payload: SolvePayload = serde_json::from_str(&job.payload).unwrap();
    let best_of = |job: &Job| fixture.app.task(job, &payload).unwrap().best;
    let at = |hour: &str| BestSoFar { starts: [(request.id.clone(), at(hour))].into() };
    assert_eq!(best_of(&job), None);
    fixture.app.keep_best(&job.id, &dies, &at("2020-03-23T10:00")).unwrap();
    fixture.app.hold(&job.id, &dies, Some("{}")).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let taken = fixture.app.claim_solve(&next).unwrap().unwrap();
    assert_eq!((best_of(&taken), taken.progress.as_deref()), (Some(at("2020-03-23T10:00")), Some("{}")));
    // One that comes back from the dead changes nothing any more; one that knows nothing yet takes nothing away.
    fixture.app.keep_best(&job.id, &dies, &at("2020-03-23T11:00")).unwrap();
    fixture.app.hold(&job.id, &next, None).unwrap();
    let taken = fixture.read(|conn| store::jobs::get(conn, &job.id));
    assert_eq!((best_of(&taken), taken.progress.as_deref()), (Some(at("2020-03-23T10:00")), Some("{}")));
    fixture.app.fail_job(&job.id, &next, "enough").unwrap();
    assert_eq!(best_of(&taken), None, "what has ended needs it no more");
}
