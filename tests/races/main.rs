//! Many writers, several processes, one database: what was acknowledged holds, whatever is killed in between.
//!
//! `CRENEAU_RACE_SECONDS` says how long each race takes, 15 seconds if nothing is said. Every figure is printed:
//! `cargo test --workspace --test races -- --nocapture --test-threads=1`.
#![cfg(test)]

mod checks;
mod model;
mod scene;
#[path = "../support/mod.rs"]
mod support;
mod writer;

use scene::Scene;
use std::time::Duration;
use support::{
    postgres::Cluster,
    service::{Backend, Site, on_both},
};

on_both!(the_last_places_are_given_once, what_was_acknowledged_survives_a_killed_service);

/// Between two looks at all that was acknowledged.
const ROUND: Duration = Duration::from_secs(5);

fn duration() -> Duration {
    let seconds = std::env::var("CRENEAU_RACE_SECONDS").map_or(15, |text| text.parse().expect("a number of seconds"));
    Duration::from_secs(seconds)
}

fn rounds() -> u64 {
    duration().as_secs().div_ceil(ROUND.as_secs()).max(1)
}

fn the_last_places_are_given_once(backend: Backend) {
    let scene = Scene::new(Site::new(backend));
    for _ in 0..rounds() {
        scene.race(ROUND, || {});
        scene.check();
        scene.model().nothing_broke();
        scene.model().nothing_was_lost();
    }
    println!("{backend:?}: {}", scene.model().figures());
    scene.model().few_were_turned_away();
}

fn what_was_acknowledged_survives_a_killed_service(backend: Backend) {
    let scene = Scene::new(Site::new(backend));
    for round in 0..rounds() {
        let victim = usize::try_from(round).expect("few rounds") % scene.services();
        scene.race(ROUND, || {
            std::thread::sleep(ROUND / 3);
            scene.kill_service(victim);
            std::thread::sleep(ROUND / 3);
            scene.start_service(victim);
        });
        scene.check();
        scene.model().nothing_broke();
    }
    println!("{backend:?}, killed {} times: {}", rounds(), scene.model().figures());
}

#[test]
fn what_was_acknowledged_survives_a_killed_database() {
    let cluster = Cluster::start();
    let scene = Scene::new(Site::on(Some(cluster.database("races"))));
    for _ in 0..rounds() {
        scene.race(ROUND, || {
            std::thread::sleep(ROUND / 3);
            cluster.kill9();
            cluster.restart();
        });
        scene.check();
        scene.model().at_most_unavailable();
    }
    println!("database killed {} times: {}", rounds(), scene.model().figures());
    // It finds its way back by itself.
    scene.model().forget_figures();
    scene.race(ROUND, || {});
    scene.check();
    println!("afterwards: {}", scene.model().figures());
    scene.model().some_were_done();
}
