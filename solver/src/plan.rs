//! The file format of a *plan*: an answer to a round, with an optional proof of how good it is.

use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use crate::round::Name;
use crate::sharing::{Shared, each};

/// An answer to a round: every request exactly once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Name of the round.
    pub round: String,
    /// Where each request is.
    pub sessions: Vec<Session>,
    /// Sum of the costs; a plan that somebody else wrote may not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objective: Option<u64>,
    /// No plan of this round costs less; proven by `certificate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<f64>,
    /// Proof of `bound`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
}

/// A request's class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Id of the request.
    pub request: Name,
    /// The cell in which the class starts; `None` leaves the request without a class.
    pub start: Option<u32>,
}

/// Prices that prove a bound by Lagrangian duality; see `api-spec/round.md`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// The rows with a price; all others have price 0.
    #[serde(deserialize_with = "prices")]
    pub prices: Vec<Price>,
    /// Rows that follow from those of the round for whole classes, and their prices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<Derived>,
    /// Requests of which only so many can have a class.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overloads: Vec<Overload>,
}

/// A whole-number combination of rows at a cell, divided and rounded down on both sides: it holds for every plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Derived {
    /// What the combination is divided by, at least 1.
    pub divisor: u32,
    /// Multipliers of concurrent pools.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pools: BTreeMap<Name, u32>,
    /// Multipliers of people and groups.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub exclusives: BTreeMap<Name, u32>,
    /// Multipliers of requests, each of which occupies a cell once at most.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub requests: BTreeMap<Name, u32>,
    /// The cells in which the row has a price.
    pub prices: Vec<CellPrice>,
}

/// Requests that are one at a time, and together longer than the time that they may use: how many of them can have a class
/// follows from the round.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Overload {
    /// The person or group that they share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclusive: Option<Name>,
    /// Or the concurrent pool of which each takes more than half.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Name>,
    /// Their ids.
    pub requests: Vec<Name>,
    /// What each of them pays that has a class, in cost units.
    pub price: f64,
}

/// The price of a row in a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellPrice {
    /// The cell.
    pub cell: u32,
    /// Cost units.
    pub price: f64,
}

/// The price of one row: one unit of a pool, or of a person's or group's time, in a cell; or one class on a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Price {
    /// A pool's row: its limit at a cell, or its window that begins there.
    Pool {
        /// Id of the pool.
        pool: Name,
        /// The cell.
        cell: u32,
        /// Cost units a connection.
        price: f64,
    },
    /// An exclusive's row: one class at a time.
    Exclusive {
        /// The person or group.
        exclusive: Name,
        /// The cell.
        cell: u32,
        /// Cost units.
        price: f64,
    },
    /// An exclusive's row: its most classes a day.
    Day {
        /// The person or group.
        exclusive: Name,
        /// The day, counted from 0.
        day: u32,
        /// Cost units.
        price: f64,
    },
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// All that a price may say: what it says tells which it is.
        #[derive(Deserialize)]
        struct Fields {
            pool: Option<Name>,
            exclusive: Option<Name>,
            cell: Option<u32>,
            day: Option<u32>,
            price: f64,
        }
        let Fields { pool, exclusive, cell, day, price } = Fields::deserialize(deserializer)?;
        match (pool, exclusive, cell, day) {
            (Some(pool), _, Some(cell), None) => Ok(Self::Pool { pool, cell, price }),
            (None, Some(exclusive), Some(cell), None) => Ok(Self::Exclusive { exclusive, cell, price }),
            (None, Some(exclusive), None, Some(day)) => Ok(Self::Day { exclusive, day, price }),
            _ => Err(D::Error::custom("a price needs a pool and a cell, or an exclusive and a cell or day")),
        }
    }
}

/// Reads prices; the name of a row's family, which often has thousands, is kept once.
fn prices<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Price>, D::Error> {
    let mut names = Shared::default();
    each(deserializer, |mut price: Price| {
        let (Price::Pool { pool: name, .. }
        | Price::Exclusive { exclusive: name, .. }
        | Price::Day { exclusive: name, .. }) = &mut price;
        *name = names.get(name.clone());
        price
    })
}
