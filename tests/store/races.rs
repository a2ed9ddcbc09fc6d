//! What several people do at the same moment.

use crate::{
    fixture::{Fixture, at, code, local},
    support::service::{Backend, on_both},
};
use creneau::{
    app::{pins::NewPin, publication::Publication, sessions::Move},
    domain::session::SessionState,
    store,
};
use std::sync::{Barrier, Mutex};

on_both!(of_eight_publishers_one_succeeds, the_last_place_is_given_once, of_contradictory_pins_one_is_set,);

/// Does something on so many threads at the same moment, and gathers what came of it.
fn at_once<T: Send>(threads: usize, body: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (start, out) = (Barrier::new(threads), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for number in 0..threads {
            let (start, out, body) = (&start, &out, &body);
            scope.spawn(move || {
                start.wait();
                let done = body(number);
                out.lock().unwrap().push(done);
            });
        }
    });
    out.into_inner().unwrap()
}

fn of_eight_publishers_one_succeeds(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    let round = fixture.round();
    let request = fixture.enter(&round, fixture.wish("Maths", 0, 0, "2020-03-23T09:00"));
    let hours = ["08:00", "08:05", "08:10", "08:15", "08:20", "08:25", "08:30", "08:35"];
    let plans = hours.map(|hour| fixture.plan(&round, &[(&request, Some(at(&format!("2020-03-23T{hour}"))))]));
    let mut codes = at_once(8, |number| {
        let order = Publication { plan: plans[number].clone(), replaces: None };
        code(fixture.wait(fixture.app.publish(&fixture.admin, &round.id, order)))
    });
    codes.sort_unstable();
    assert_eq!(codes, [["already-published"; 7].as_slice(), &["ok"]].concat());
    let published = fixture.wait(fixture.app.round(&fixture.admin, &round.id)).unwrap().published_plan.unwrap();
    let winner = plans.iter().position(|plan| *plan == published).unwrap();
    let sessions = fixture.read(|conn| store::sessions::of_round(conn, &round.id));
    assert_eq!(sessions.len(), 1);
    assert_eq!(sessions[0].starts_at, at(&format!("2020-03-23T{}", hours[winner])));
}

fn the_last_place_is_given_once(backend: Backend) {
    // Room for two classes of 26 at a time; six classes without common people want to the same hour.
    let fixture = Fixture::new(backend, 60);
    let round = fixture.round();
    let hours = ["2020-03-23T08:00", "2020-03-23T09:00", "2020-03-24T08:00", "2020-03-24T09:00", "2020-03-25T08:00"];
    let requests: Vec<_> = hours
        .iter()
        .enumerate()
        .map(|(number, hour)| {
            let mut wish = fixture.wish(&format!("Class {number}"), 0, 0, hour);
            // Only the pool stands between them: each has people of its own.
            let (teacher, group) = fixture.newcomers(number);
            (wish.teachers, wish.groups) = (vec![teacher], vec![group]);
            fixture.enter(&round, wish)
        })
        .collect();
    let starts: Vec<_> = requests.iter().zip(hours).map(|(request, hour)| (request, Some(at(hour)))).collect();
    let plan = fixture.plan(&round, &starts);
    let order = Publication { plan, replaces: None };
    let published = fixture.wait(fixture.app.publish(&fixture.admin, &round.id, order)).unwrap();
    assert_eq!(published.changes.len(), 5);
    let to = Move { starts_at_local: local("2020-03-26T10:00"), insist: false };
    let mut codes = at_once(5, |number| {
        let id = &published.changes[number].session.id;
        code(fixture.wait(fixture.app.move_session(&fixture.admin, id, to)))
    });
    codes.sort_unstable();
    assert_eq!(codes, ["does-not-fit", "does-not-fit", "does-not-fit", "ok", "ok"]);
    let there = fixture.read(|conn| store::sessions::of_round(conn, &round.id));
    let there = there.iter().filter(|session| session.starts_at == at("2020-03-26T10:00"));
    assert!(there.clone().all(|session| session.sequence == 1 && session.state == SessionState::Confirmed));
    assert!(there.map(|session| session.connections).sum::<u32>() <= 60);
}

fn of_contradictory_pins_one_is_set(backend: Backend) {
    // Room for one class of 26 at a time; eight classes without common people are fixed at the same hour.
    let fixture = Fixture::new(backend, 30);
    let round = fixture.round();
    let requests: Vec<_> = (0..8)
        .map(|number| {
            let mut wish = fixture.wish(&format!("Class {number}"), 0, 0, "2020-03-23T09:00");
            let (teacher, group) = fixture.newcomers(number);
            (wish.teachers, wish.groups) = (vec![teacher], vec![group]);
            fixture.enter(&round, wish)
        })
        .collect();
    let mut codes = at_once(8, |number| {
        let pin = NewPin { start: local("2020-03-24T09:00"), note: None };
        loop {
            match fixture.wait(fixture.app.pin(&fixture.admin, &round.id, &requests[number].id, pin.clone())) {
                Err(creneau::app::AppError::Busy) => {}
                other => break code(other),
            }
        }
    });
    codes.sort_unstable();
    assert_eq!(codes, [&["ok"], ["pin-does-not-fit"; 7].as_slice()].concat());
    assert_eq!(fixture.read(|conn| store::pins::of_round(conn, &round.id)).len(), 1);
}
