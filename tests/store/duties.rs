//! Of the processes that share a server one does what is done for all, and another as soon as that one is gone.

use crate::support::{postgres, process::wait_until};
use creneau::store::Store;
use std::time::Duration;

#[test]
fn one_process_has_a_duty_until_it_is_gone() {
    let database = postgres::database();
    let open = || Store::open(&database.url, 2).unwrap();
    let (first, second) = (open(), open());
    for _ in 0..2 {
        assert!(first.has_duty("bookings").unwrap());
        assert!(!second.has_duty("bookings").unwrap());
    }
    assert!(second.has_duty("retention").unwrap(), "each duty is one by itself");
    assert!(!first.has_duty("retention").unwrap());
    drop(first);
    wait_until(Duration::from_secs(10), "the duty is taken over", || {
        second.has_duty("bookings").unwrap().then_some(())
    });
    assert!(second.has_duty("retention").unwrap(), "what it had it keeps");
}

#[test]
fn whoever_has_the_embedded_database_has_every_duty() {
    let folder = tempfile::tempdir().unwrap();
    let stores = [(); 2].map(|()| Store::embedded(folder.path(), 2).unwrap());
    assert!(stores.iter().all(|store| store.has_duty("bookings").unwrap()));
}
