//! A round that is under way: what has begun stays, and nothing begins in the past.

use crate::{
    fixture::{Fixture, code},
    support::service::{Backend, on_both},
};
use chrono::{DateTime, Duration, SubsecRound, Utc};
use creneau::{
    app::{AppError, publication::Publication, rounds::NewRound},
    domain::{
        id::Id,
        request::Rules,
        round::{Request, Round, Window},
        session::{Session, SessionState},
    },
    store,
};

on_both!(a_class_that_has_begun_stays, nothing_begins_in_the_past);

/// A round from three days ago until in three days, and a request that allows any time of it.
fn under_way(fixture: &Fixture) -> (Round, Request, DateTime<Utc>) {
    let now = Utc::now().trunc_subsecs(0);
    let now = now - Duration::seconds(now.timestamp() % 300);
    let (from, to) = (now.date_naive() - chrono::Days::new(3), now.date_naive() + chrono::Days::new(3));
    let (name, opens_at, closes_at) = ("En cours".into(), None, None);
    let new = NewRound { name, starts_on: from, ends_on: to, step_minutes: 5, opens_at, closes_at };
    let round = fixture.wait(fixture.app.open_round(&fixture.admin, &fixture.school.id, new)).unwrap();
    let at = |days| now + Duration::days(days);
    let window = Window { first_at: at(-2), last_at: at(2), ideal_at: at(1), base: 0, per_step: 1 };
    let request = Request {
        id: Id::new(now),
        round: round.id.clone(),
        reference: "r".into(),
        title: "Maths".into(),
        teachers: vec![fixture.teachers[0].id.clone()],
        groups: vec![fixture.groups[0].id.clone()],
        connections: 26,
        duration_minutes: 55,
        windows: vec![window],
        unplaced_cost: 1000,
        created_at: now,
        rules: Rules::default(),
        wish: None,
        series: None,
    };
    fixture.store.write_now(|conn| store::requests::insert(conn, std::slice::from_ref(&request))).unwrap();
    (round, request, now)
}

/// The codes of what stands against publishing a plan with the class at this start.
fn against(fixture: &Fixture, round: &Round, request: &Request, at: Option<DateTime<Utc>>) -> Vec<String> {
    let plan = fixture.plan(round, &[(request, at)]);
    let order = Publication { plan, replaces: None };
    match fixture.wait(fixture.app.publish(&fixture.admin, &round.id, order)) {
        Err(AppError::Conflict { findings, .. }) => findings.into_iter().map(|finding| finding.code).collect(),
        other => vec![code(other).to_owned()],
    }
}

fn a_class_that_has_begun_stays(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    let (round, request, now) = under_way(&fixture);
    let held = Session {
        id: Id::new(now),
        school: fixture.school.id.clone(),
        request: Some(request.id.clone()),
        title: request.title.clone(),
        teachers: request.teachers.clone(),
        groups: request.groups.clone(),
        connections: request.connections,
        link: None,
        starts_at: now - Duration::days(1),
        ends_at: now - Duration::days(1) + Duration::minutes(55),
        state: SessionState::Confirmed,
        held_until: None,
        moved_by: None,
        sequence: 0,
        created_at: now - Duration::days(3),
        changed_at: now - Duration::days(3),
    };
    fixture.store.write_now(|conn| store::sessions::insert(conn, std::slice::from_ref(&held))).unwrap();
    for at in [None, Some(now + Duration::days(1))] {
        assert_eq!(against(&fixture, &round, &request, at), ["class-has-begun"], "{at:?}");
    }
    assert_eq!(against(&fixture, &round, &request, Some(held.starts_at)), ["ok"]);
}

fn nothing_begins_in_the_past(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    let (round, request, now) = under_way(&fixture);
    assert_eq!(against(&fixture, &round, &request, Some(now - Duration::days(1))), ["in-the-past"]);
    assert_eq!(against(&fixture, &round, &request, Some(now + Duration::days(1))), ["ok"]);
}
