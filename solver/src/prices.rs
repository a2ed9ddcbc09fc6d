//! Prices: how hard each hour is wanted. A certificate's prices as what one connection pays, cell by cell.
//!
//! A price is in units of cost, as the options of requests are: where a class is moved by a surcharge of 12, its teacher
//! would rather move by twelve cells (at one unit a cell) than pay. Hours without a price are off-peak.

use std::collections::HashMap;

use crate::plan::{Certificate, Price};
use crate::round::{Pool, PoolKind, Round};

/// The prices of one pool.
#[derive(Debug, Clone, PartialEq)]
pub struct PoolPrices<'a> {
    /// The pool.
    pub pool: &'a Pool,
    /// For each cell, what a connection pays for being open in it; of arrivals, for being opened in it: a window's price
    /// is paid in each of its cells.
    pub cells: Vec<f64>,
}

/// The prices of each pool, in the order of the round. Rows that the certificate does not name have price 0; a derived
/// row's price falls to its pools in proportion; what is said about people, groups and strangers is left out.
pub fn prices<'a>(round: &'a Round, certificate: &Certificate) -> Vec<PoolPrices<'a>> {
    let cells = round.horizon.cells as usize;
    let index: HashMap<&str, usize> = round.pools.iter().map(|pool| &*pool.id).zip(0..).collect();
    let mut prices: Vec<PoolPrices<'a>> =
        round.pools.iter().map(|pool| PoolPrices { pool, cells: vec![0.0; cells] }).collect();
    for price in &certificate.prices {
        let Price::Pool { pool, cell, price } = price else { continue };
        let Some(of_pool) = index.get(&**pool).and_then(|&index| prices.get_mut(index)) else { continue };
        let length = match of_pool.pool.kind {
            PoolKind::Concurrent => 1,
            PoolKind::Arrivals => of_pool.pool.window.unwrap_or(1) as usize,
        };
        let row = *cell as usize;
        of_pool.cells[row.min(cells)..row.saturating_add(length).min(cells)].iter_mut().for_each(|each| *each += price);
    }
    for derived in &certificate.derived {
        for (pool, &multiplier) in &derived.pools {
            let Some(of_pool) = index.get(&**pool).and_then(|&index| prices.get_mut(index)) else { continue };
            // Before rounding, which is what a usual class pays: a connection is this share of a whole unit.
            let share = f64::from(multiplier) / f64::from(derived.divisor.max(1));
            for at in &derived.prices {
                if let Some(each) = of_pool.cells.get_mut(at.cell as usize) {
                    *each += at.price * share;
                }
            }
        }
    }
    prices
}

impl PoolPrices<'_> {
    /// What each connection of a class of `duration` cells pays in this pool, for each start from cell 0 at which it
    /// would end within the horizon.
    pub fn surcharges(&self, duration: u32) -> Vec<f64> {
        let duration = duration as usize;
        let starts = (self.cells.len() + 1).saturating_sub(duration.max(1));
        match self.pool.kind {
            PoolKind::Arrivals => self.cells[..starts].to_vec(),
            PoolKind::Concurrent => {
                let mut until = Vec::with_capacity(self.cells.len() + 1);
                until.push(0.0);
                until.extend(self.cells.iter().scan(0.0, |sum, price| {
                    *sum += price;
                    Some(*sum)
                }));
                (0..starts).map(|start| until[start + duration] - until[start]).collect()
            }
        }
    }
}
