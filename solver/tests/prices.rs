//! Prices are what the certificate's bound is made of.
#![allow(clippy::expect_used, clippy::panic, reason = "tests say what must hold by failing")]

mod common;

use common::*;
use creneau_solver::*;
use proptest::prelude::*;

fn paid(pool: &str, cell: u32, price: f64) -> Price {
    Price::Pool { pool: pool.into(), cell, price }
}

#[test]
fn a_class_pays_for_the_cells_it_occupies_and_for_the_windows_it_begins_in() {
    let round = round(6, vec![pool("school", None, 20), pool("login", Some(2), 15)], vec![]);
    let held = Price::Exclusive { exclusive: "teacher".into(), cell: 0, price: 9.0 };
    let rows = vec![paid("school", 1, 1.0), paid("school", 2, 2.0), paid("login", 3, 4.0), paid("gone", 0, 8.0), held];
    let prices = prices(&round, &Certificate { prices: rows, ..Certificate::default() });
    assert_eq!(prices[0].cells, [0.0, 1.0, 2.0, 0.0, 0.0, 0.0]);
    assert_eq!(prices[0].surcharges(2), [1.0, 3.0, 2.0, 0.0, 0.0]);
    assert_eq!(prices[1].cells, [0.0, 0.0, 0.0, 4.0, 4.0, 0.0], "a start in cell 3 or 4 is in the window");
    assert_eq!(prices[1].surcharges(2), [0.0, 0.0, 0.0, 4.0, 4.0]);
    assert_eq!(prices[0].surcharges(6), [3.0]);
    assert!(prices[0].surcharges(7).is_empty(), "no start");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    /// Where nobody is in two classes, the bound is what requests pay at their best start, less what limits are worth.
    #[test]
    fn surcharges_give_the_bound(round in rounds(SMALL)) {
        let mut round = round;
        for request in &mut round.requests {
            request.exclusive = [].into();
            request.pinned = false;
        }
        let mut plan = solved(&round, &options(Method::Search, 200)).plan;
        // Derived rows and overloads prove more than pools do.
        let certificate = plan.certificate.as_mut().expect("a certificate");
        (certificate.derived, certificate.overloads) = (Vec::new(), Vec::new());
        plan.bound = None;
        let proven = check(&round, &plan).bound.expect("a bound");
        let certificate = plan.certificate.expect("a certificate");
        let prices = prices(&round, &certificate);
        let mut bound = 0.0;
        for request in &round.requests {
            let used = prices.iter().filter(|prices| request.pools.contains(&prices.pool.id));
            let surcharges: Vec<_> = used.map(|prices| prices.surcharges(request.duration)).collect();
            let paid = allowed(request).into_iter().map(|(start, cost)| {
                let a_connection: f64 = surcharges.iter().map(|each| each[start as usize]).sum();
                cost as f64 + f64::from(request.connections) * a_connection
            });
            bound += paid.fold(request.unplaced as f64, f64::min);
        }
        for price in &certificate.prices {
            let Price::Pool { pool: id, cell, price } = price else { continue };
            let pool = round.pools.iter().find(|pool| pool.id == *id).expect("a pool of the round");
            let limit = |cell: u32| {
                let other = pool.except.iter().find(|part| (part.from..part.to).contains(&cell));
                other.map_or(pool.limit, |part| part.limit)
            };
            let window = cell.saturating_add(pool.window.unwrap_or(1));
            let least = (*cell..window.min(round.horizon.cells)).map(limit).min().unwrap_or(0);
            bound -= price * f64::from(least);
        }
        prop_assert!((bound - proven).abs() <= 1e-6 * (1.0 + proven.abs()), "{bound} is not {proven}");
    }
}
