//! Guessing passwords: who guesses waits, longer each time, and nobody is locked out for good.

use super::{
    guest::{Guest, Mailbox, PASSWORD},
    school::World,
};
use crate::support::service::{Answer, Backend, Site, on_both};
use chrono::{DateTime, Duration, Utc};
use serde_json::json;

on_both!(
    an_account_waits_longer_each_time,
    a_school_behind_one_address_signs_in,
    a_network_waits_whatever_it_tries,
    guesses_at_the_same_time_are_counted,
);

const ADDRESS: &str = "claire.martin@example.org";
const WRONG: &str = "a wrong password";

fn world(backend: Backend) -> (World, Mailbox) {
    let (world, mailbox) = (World::at(Site::new(backend).set("server.proxies", "1")), Mailbox::default());
    world.join(&mailbox, &json!({"email": ADDRESS, "role": "operator"}));
    (world, mailbox)
}

fn seconds(answer: &Answer) -> i64 {
    assert_eq!(answer.status, 429, "{}", answer.text());
    answer.header("retry-after").expect("how long to wait").parse().expect("seconds")
}

/// Lets every wait be over.
fn let_time_pass(world: &World) {
    world.service.site().sql("UPDATE failed_sign_ins SET wait_until = '2020-01-01 00:00:00'");
}

/// Has every client used up what it may fail, but for what is left from `until` on.
fn used_up(world: &World, until: DateTime<Utc>) {
    let until = until.format("%Y-%m-%d %H:%M:%S");
    world
        .service
        .site()
        .sql(&format!("UPDATE failed_sign_ins SET wait_until = '{until}' WHERE subject LIKE 'client/%'"));
}

fn an_account_waits_longer_each_time(backend: Backend) {
    let (world, mailbox) = world(backend);
    // Each guess from another network, so that only the account is counted.
    let guess = |index: usize, password: &str| {
        Guest::new(&world).at(&format!("198.51.100.{index}")).try_password(ADDRESS, password)
    };
    for index in 0..5 {
        assert_eq!(guess(index, WRONG).expect(401).json()["code"], "wrong-credentials");
    }
    for (round, wait) in [30, 60, 120].into_iter().enumerate() {
        let left = seconds(&guess(10 + round, PASSWORD));
        assert!((wait - 10..=wait).contains(&left), "{left} is not {wait}");
        let_time_pass(&world);
        guess(20 + round, WRONG).expect(401);
    }
    // The longest is an hour.
    world.service.site().sql("UPDATE failed_sign_ins SET failures = 60");
    let_time_pass(&world);
    guess(30, WRONG).expect(401);
    assert!((3590..=3600).contains(&seconds(&guess(31, PASSWORD))));
    // Nobody is locked out for good: a link signs in, and the password is taken again after it.
    Guest::new(&world).post("/api/v1/sign-in/links", &json!({"email": ADDRESS})).expect(202);
    let secret = mailbox.next(&world, ADDRESS, "link");
    Guest::new(&world).post("/api/v1/sign-in/link", &json!({"secret": secret})).expect(200);
    guess(40, PASSWORD).expect(200);
    // A right one ends the row.
    for index in 50..54 {
        guess(index, WRONG).expect(401);
    }
    guess(60, PASSWORD).expect(200);
    guess(61, WRONG).expect(401);
}

fn a_school_behind_one_address_signs_in(backend: Backend) {
    let (world, _) = world(backend);
    let school = || Guest::new(&world).at("198.51.100.7");
    for index in 0..6 {
        school().try_password("a.pupil@example.org", WRONG).expect(if index < 5 { 401 } else { 429 });
    }
    for index in 0..6 {
        school().try_password(&format!("pupil{index}@example.org"), WRONG).expect(401);
    }
    school().try_password(ADDRESS, PASSWORD).expect(200);
}

fn a_network_waits_whatever_it_tries(backend: Backend) {
    let (world, _) = world(backend);
    let mut guest = Guest::new(&world).at("198.51.100.7");
    let mut other = 0;
    let mut fail = |guest: &mut Guest| {
        other += 1;
        guest.try_password(&format!("somebody{other}@example.org"), WRONG).expect(401);
    };
    fail(&mut guest);
    // As after a hundred failures but one.
    used_up(&world, Utc::now());
    fail(&mut guest);
    assert!(seconds(&guest.try_password(ADDRESS, PASSWORD)) <= 60);
    Guest::new(&world).at("198.51.100.8").try_password(ADDRESS, PASSWORD).expect(200);
    // What a client says of itself is not believed beyond our own proxy.
    let mut liar = Guest::new(&world).at("198.51.100.99, 198.51.100.7");
    seconds(&liar.try_password(ADDRESS, PASSWORD));
    // The wait is short, and the next one is as short.
    used_up(&world, Utc::now());
    fail(&mut guest);
    assert!(seconds(&guest.try_password(ADDRESS, PASSWORD)) <= 60);
    let_time_pass(&world);
    guest.try_password(ADDRESS, PASSWORD).expect(200);
    // Signing in as oneself in between does not make others' accounts free to guess at.
    let mut sprayer = Guest::new(&world).at("198.51.100.10");
    fail(&mut sprayer);
    sprayer.try_password(ADDRESS, WRONG).expect(401);
    // What is left is one failure, and the own one is given back.
    used_up(&world, Utc::now() - Duration::seconds(1));
    sprayer.try_password(ADDRESS, PASSWORD).expect(200);
    fail(&mut sprayer);
    fail(&mut sprayer);
    seconds(&sprayer.try_password(ADDRESS, PASSWORD));
}

fn guesses_at_the_same_time_are_counted(backend: Backend) {
    let (world, _) = world(backend);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let guess = |index: usize| {
            let world = &world;
            scope.spawn(move || {
                let mut guest = Guest::new(world).at(&format!("198.51.100.{index}"));
                guest.try_password(ADDRESS, WRONG).status
            })
        };
        let threads: Vec<_> = (0..16).map(guess).collect();
        threads.into_iter().map(|thread| thread.join().expect("it does not panic")).collect()
    });
    assert!(statuses.iter().filter(|status| **status == 401).count() <= 5, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 401 | 429 | 503)), "{statuses:?}");
}
