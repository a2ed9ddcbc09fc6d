//! The derived rows of a certificate: what they take of each request, and what they allow; see `api-spec/round.md`.

use std::collections::{BTreeMap, HashMap};

use super::pools;
use crate::plan::{CellPrice, Derived};
use crate::round::{Name, Pool, PoolKind, Request};

/// The derived rows of a certificate. What they take of a request is counted when it is asked for: a round of an academy
/// has far more requests than rows.
pub(super) struct DerivedRows<'a> {
    entries: &'a [Derived],
    pools: Multipliers<'a>,
    exclusives: Multipliers<'a>,
    requests: Multipliers<'a>,
    /// Σ price × limit.
    pub paid: f64,
}

/// Of each name, the entries that multiply it, and by how much.
type Multipliers<'a> = HashMap<&'a str, Vec<(usize, u32)>>;

impl<'a> DerivedRows<'a> {
    /// Reads the entries, or says what is wrong with them.
    pub fn new(entries: &'a [Derived], pools: &HashMap<&str, &Pool>, cells: usize) -> Result<Self, String> {
        let mut paid = 0.0;
        for entry in entries {
            paid += worth(entry, pools, cells)?;
        }
        let by = |names: fn(&Derived) -> &BTreeMap<Name, u32>| {
            let mut multipliers = Multipliers::new();
            for (entry, number) in entries.iter().zip(0..) {
                for (name, &multiplier) in names(entry) {
                    multipliers.entry(&**name).or_default().push((number, multiplier));
                }
            }
            multipliers
        };
        let exclusives = by(|entry| &entry.exclusives);
        Ok(Self { entries, pools: by(|entry| &entry.pools), exclusives, requests: by(|entry| &entry.requests), paid })
    }

    /// What a request pays for the cells that it occupies.
    pub fn sums(&self, request: &Request) -> Sums {
        let mut units: BTreeMap<usize, u128> = BTreeMap::new();
        let mut add = |multipliers: &Multipliers<'_>, name: &str, uses: u32| {
            for &(entry, multiplier) in multipliers.get(name).into_iter().flatten() {
                *units.entry(entry).or_default() += u128::from(multiplier) * u128::from(uses);
            }
        };
        request.pools.iter().for_each(|id| add(&self.pools, id, request.connections));
        request.exclusive.iter().for_each(|who| add(&self.exclusives, who, 1));
        add(&self.requests, &request.id, 1);
        let mut prices: BTreeMap<u32, f64> = BTreeMap::new();
        for (entry, units) in units {
            let entry = &self.entries[entry];
            #[expect(clippy::cast_precision_loss, reason = "far below 2^53 wherever it matters")]
            let units = (units / u128::from(entry.divisor)) as f64;
            if units > 0.0 {
                entry.prices.iter().for_each(|at| *prices.entry(at.cell).or_default() += units * at.price);
            }
        }
        let sums = prices.into_iter().scan(0.0, |sum, (cell, price)| {
            *sum += price;
            Some((cell, *sum))
        });
        Sums { sums: sums.collect(), duration: request.duration }
    }
}

/// Σ price × limit of an entry's rows, or what is wrong with it.
fn worth(entry: &Derived, pools: &HashMap<&str, &Pool>, cells: usize) -> Result<f64, String> {
    if entry.divisor == 0 {
        return Err("a derived row is divided by 0".into());
    }
    let ones: u128 = entry.exclusives.values().chain(entry.requests.values()).map(|&units| u128::from(units)).sum();
    let mut limits = Vec::new();
    for (name, &units) in &entry.pools {
        match pools.get(&**name) {
            Some(pool) if pool.kind == PoolKind::Concurrent => limits.push((units, pools::limits(pool, cells))),
            _ => return Err(format!("a derived row of {name}, which is no concurrent pool")),
        }
    }
    let mut worth = 0.0;
    for &CellPrice { cell, price } in &entry.prices {
        if !(price >= 0.0 && price.is_finite()) {
            return Err(format!("price {price} of a derived row at cell {cell} is not a non-negative number"));
        }
        if cell as usize >= cells {
            return Err(format!("there is no derived row at cell {cell}"));
        }
        let pools = limits.iter().map(|(units, limits)| u128::from(*units) * u128::from(limits[cell as usize]));
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53 wherever it matters")]
        let limit = ((ones + pools.sum::<u128>()) / u128::from(entry.divisor)) as f64;
        worth += price * limit;
    }
    Ok(worth)
}

/// What a request pays for derived rows: in each cell that its class occupies, without the break.
pub(super) struct Sums {
    /// The cells with a price, in order, and the sum of the prices up to each.
    sums: Vec<(u32, f64)>,
    duration: u32,
}

impl Sums {
    /// Adds what starts from `first` on pay.
    pub fn add_to(&self, values: &mut [f64], first: u32) {
        if self.sums.is_empty() {
            return;
        }
        let before = |cell: u32| match self.sums.partition_point(|(other, _)| *other < cell) {
            0 => 0.0,
            count => self.sums[count - 1].1,
        };
        for (value, start) in values.iter_mut().zip(first..) {
            *value += before(start.saturating_add(self.duration)) - before(start);
        }
    }
}
