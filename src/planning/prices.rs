//! How hard each hour is wanted: what a certificate's prices say of a pool's cells, beside what a plan leaves free there.

use std::collections::VecDeque;
use std::fmt::Write;

use creneau_solver::{Plan, PoolKind, PoolPrices, Round};

use super::load::{self, Loads, window};
use super::week::Week;

/// A cell of a pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PricedCell {
    /// Connections that the plan has in it; of arrivals, in the fullest window that it belongs to.
    pub used: u64,
    /// The limit there.
    pub limit: u64,
    /// What a connection pays in it, see [`PoolPrices`].
    pub price: f64,
}

impl PricedCell {
    /// Connections that a class more could have.
    pub fn free(&self) -> u64 {
        self.limit.saturating_sub(self.used)
    }
}

/// All cells of the pool at this position, from the first of the horizon.
pub fn priced_cells(
    round: &Round,
    loads: &Loads<'_>,
    starts: &[Option<u32>],
    pool: usize,
    prices: &[f64],
) -> Vec<PricedCell> {
    let (used, limits) = (loads.on(pool, starts), loads.limits(pool));
    // A class that begins in a cell is counted in this many windows before it, and in the one that begins there.
    let before = match round.pools[pool].kind {
        PoolKind::Concurrent => 0,
        PoolKind::Arrivals => window(&round.pools[pool]) - 1,
    };
    let left = |row: usize| limits[row].saturating_sub(used[row]);
    // The rows that count a cell, as far as none after them is as full: the fullest is first.
    let mut rows: VecDeque<usize> = VecDeque::new();
    let priced = prices.iter().take(used.len()).enumerate().map(|(cell, price)| {
        while rows.back().is_some_and(|row| left(*row) >= left(cell)) {
            rows.pop_back();
        }
        rows.push_back(cell);
        while rows.front().is_some_and(|row| row + before < cell) {
            rows.pop_front();
        }
        let fullest = rows.front().copied().unwrap_or(cell);
        PricedCell { used: used[fullest], limit: limits[fullest], price: *price }
    });
    priced.collect()
}

/// The cells that a plan uses or that have a price, as comma-separated values: pool, start of the cell in UTC, limit,
/// connections that the plan has there, and the price a connection.
pub fn csv(round: &Round, plan: &Plan, prices: &[PoolPrices<'_>]) -> String {
    let (loads, starts, week) = (Loads::of(round), load::planned(round, plan), Week::of(&round.horizon));
    let mut text = String::from("pool,start,limit,used,price\n");
    for (position, of_pool) in prices.iter().enumerate() {
        let id = quoted(&of_pool.pool.id);
        let cells = priced_cells(round, &loads, &starts, position, &of_pool.cells);
        for (cell, PricedCell { used, limit, price }) in (0_u32..).zip(cells) {
            if used > 0 || price > 0.0 {
                let start = week.at(cell).format("%Y-%m-%dT%H:%M:%SZ");
                // Writing into a string cannot fail.
                let _ = writeln!(text, "{id},{start},{limit},{used},{price:.6}");
            }
        }
    }
    text
}

/// A field of comma-separated values (RFC 4180).
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use creneau_solver::{Certificate, Horizon, Pool, Price, Request, Session, prices};

    #[test]
    fn the_table_has_a_line_for_each_cell_in_use() {
        let pool = |id: &str, kind, window| Pool { id: id.into(), kind, window, limit: 40, except: vec![] };
        let request = Request {
            id: "a".into(),
            pools: ["school, A".into(), "login".into()].into(),
            exclusive: [].into(),
            connections: 27,
            duration: 2,
            options: [].into(),
            unplaced: 1000,
            current: None,
            move_cost: 0,
            ..Request::default()
        };
        let round = Round {
            version: 1,
            name: "r".into(),
            horizon: Horizon { start: "2020-03-23T08:00:00Z".into(), step_minutes: 5, cells: 6 },
            pools: vec![pool("school, A", PoolKind::Concurrent, None), pool("login", PoolKind::Arrivals, Some(2))],
            requests: vec![request],
            days: vec![],
            exclusives: vec![],
        };
        let sessions = vec![Session { request: "a".into(), start: Some(1) }];
        let plan = Plan { round: "r".into(), sessions, objective: None, bound: None, certificate: None };
        let price = |pool: &str, cell, price| Price::Pool { pool: pool.into(), cell, price };
        let certificate =
            Certificate { prices: vec![price("school, A", 2, 0.25), price("login", 4, 1.5)], ..Certificate::default() };
        let text = csv(&round, &plan, &prices(&round, &certificate));
        let expected = [
            "pool,start,limit,used,price",
            "\"school, A\",2020-03-23T08:05:00Z,40,27,0.000000",
            "\"school, A\",2020-03-23T08:10:00Z,40,27,0.250000",
            // Whoever came in at 8:00 or 8:10 would meet the class's arrivals in one window.
            "login,2020-03-23T08:00:00Z,40,27,0.000000",
            "login,2020-03-23T08:05:00Z,40,27,0.000000",
            "login,2020-03-23T08:10:00Z,40,27,0.000000",
            "login,2020-03-23T08:20:00Z,40,0,1.500000",
            "login,2020-03-23T08:25:00Z,40,0,1.500000",
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    }
}
