//! Rounds whose time is over, as several workers find them.

use super::fixture::Fixture;
use crate::support::service::{Backend, on_both};
use chrono::{Duration, Utc};
use creneau::{
    app::AppError,
    domain::{
        id::Id,
        round::{PlanPrice, RoundState},
    },
    store,
};

on_both!(workers_note_that_a_round_is_closed, a_pool_that_went_while_a_worker_solved_has_no_prices);

fn workers_note_that_a_round_is_closed(backend: Backend) {
    let fixture = Fixture::new(backend, 40);
    let round = fixture.round();
    let stored = || fixture.store.read_now(|conn| store::rounds::get(conn, &round.id)).unwrap().state;
    assert!(!fixture.app.close_overdue().unwrap(), "nothing is over yet");
    let past = Some(Utc::now() - Duration::hours(1));
    fixture.store.write_now(|conn| store::rounds::set_times(conn, &round.id, None, past)).unwrap();
    // Those who look see it at once, whoever notes it.
    let seen = fixture.wait(fixture.app.round(&fixture.admin, &round.id)).unwrap();
    assert_eq!((seen.state, stored()), (RoundState::Closed, RoundState::Collecting));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let closed = fixture.app.close_overdue();
                assert!(matches!(closed, Ok(_) | Err(AppError::Busy)), "{closed:?}");
            });
        }
    });
    assert_eq!(stored(), RoundState::Closed);
    assert!(!fixture.app.remind_due().unwrap(), "nobody is reminded of what is over");
}

fn a_pool_that_went_while_a_worker_solved_has_no_prices(backend: Backend) {
    let fixture = Fixture::new(backend, 40);
    let round = fixture.round();
    let plan = fixture.plan(&round, &[]);
    let own = fixture.read(|conn| store::pools::ids_of_school(conn, &fixture.school.id)).remove(0);
    let price = |pool: &Id| PlanPrice { pool: pool.clone(), starts_at: round.starts_at, price: 0.5 };
    let prices = [price(&own), price(&Id::new(Utc::now()))];
    fixture.store.write_now(|conn| store::plans::insert_prices(conn, &plan, &prices)).unwrap();
    let kept = fixture.read(|conn| store::plans::prices(conn, &plan));
    assert_eq!(kept.iter().map(|price| &price.pool).collect::<Vec<_>>(), [&own]);
}
