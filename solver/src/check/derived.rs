//! The derived rows of a certificate: what they take of each request, and what they allow; see `api-spec/round.md`.

use std::collections::{BTreeMap, HashMap};

use super::Capacities;
use crate::plan::{CellPrice, Derived};
use crate::round::{Name, PoolKind, Request, Round};

/// The priced derived rows of a certificate.
#[derive(Default)]
pub(super) struct DerivedRows {
    /// Of each entry, the priced cells.
    prices: Vec<Vec<(u32, f64)>>,
    /// By request: entries, and what they take of it.
    uses: Vec<Vec<(usize, f64)>>,
    /// Σ price × limit.
    pub paid: f64,
}

impl DerivedRows {
    /// Reads the entries, or says what is wrong with them.
    pub fn of(round: &Round, derived: &[Derived], capacities: &Capacities<'_>) -> Result<Self, String> {
        let mut rows = Self::default();
        if derived.is_empty() {
            return Ok(rows);
        }
        let members = Members::of(round);
        rows.uses.resize(round.requests.len(), Vec::new());
        for (entry, number) in derived.iter().zip(0..) {
            if entry.divisor == 0 {
                return Err("certificate: a derived row is divided by 0".into());
            }
            let divisor = u128::from(entry.divisor);
            for (index, units) in members.units(round, entry, capacities)? {
                #[expect(clippy::cast_precision_loss, reason = "far below 2^53 wherever it matters")]
                let units = (units / divisor) as f64;
                if units > 0.0 {
                    rows.uses[index].push((number, units));
                }
            }
            let prices = rows.read_prices(entry, capacities)?;
            rows.prices.push(prices);
        }
        Ok(rows)
    }

    /// The prices of an entry; what its limits are worth is paid.
    fn read_prices(&mut self, entry: &Derived, capacities: &Capacities<'_>) -> Result<Vec<(u32, f64)>, String> {
        let ones: u128 = entry.exclusives.values().chain(entry.requests.values()).map(|&units| u128::from(units)).sum();
        for CellPrice { cell, price } in &entry.prices {
            if !(*price >= 0.0 && price.is_finite()) {
                return Err(format!(
                    "certificate: price {price} of a derived row at cell {cell} is not a non-negative number"
                ));
            }
            if *cell as usize >= capacities.cells {
                return Err(format!("certificate: there is no derived row at cell {cell}"));
            }
            let pools = entry.pools.iter().map(|(name, &units)| {
                u128::from(units) * u128::from(capacities.row(name, *cell as usize).unwrap_or(0))
            });
            #[expect(clippy::cast_precision_loss, reason = "far below 2^53 wherever it matters")]
            let limit = ((ones + pools.sum::<u128>()) / u128::from(entry.divisor)) as f64;
            self.paid += price * limit;
        }
        Ok(entry.prices.iter().map(|at| (at.cell, at.price)).collect())
    }

    /// What a request pays for derived rows.
    pub fn price(&self, request: usize) -> Sums {
        let mut prices: BTreeMap<u32, f64> = BTreeMap::new();
        for &(entry, units) in self.uses.get(request).into_iter().flatten() {
            for &(cell, price) in &self.prices[entry] {
                *prices.entry(cell).or_default() += units * price;
            }
        }
        let sums = prices.into_iter().scan(0.0, |sum, (cell, price)| {
            *sum += price;
            Some((cell, *sum))
        });
        Sums(sums.collect())
    }
}

/// The cells with a price, in order, and the sum of the prices up to each.
pub(super) struct Sums(Vec<(u32, f64)>);

impl Sums {
    /// The sum over the cells `from..to`.
    pub fn between(&self, from: u32, to: u32) -> f64 {
        let before = |cell: u32| match self.0.partition_point(|(other, _)| *other < cell) {
            0 => 0.0,
            count => self.0[count - 1].1,
        };
        before(to) - before(from)
    }
}

/// The requests by what they use.
struct Members<'a> {
    pools: HashMap<&'a str, Vec<usize>>,
    exclusives: HashMap<&'a str, Vec<usize>>,
    ids: HashMap<&'a str, usize>,
}

impl<'a> Members<'a> {
    fn of(round: &'a Round) -> Self {
        let by = |names: fn(&Request) -> &[Name]| {
            let mut members: HashMap<&'a str, Vec<usize>> = HashMap::new();
            for (request, index) in round.requests.iter().zip(0..) {
                for name in names(request) {
                    let list = members.entry(name).or_default();
                    // Named twice is used once.
                    if list.last() != Some(&index) {
                        list.push(index);
                    }
                }
            }
            members
        };
        let ids = round.requests.iter().map(|request| &*request.id).zip(0..).collect();
        Self { pools: by(|request| &request.pools), exclusives: by(|request| &request.exclusive), ids }
    }

    /// What an entry's multipliers make of each request that it concerns.
    fn units(
        &self,
        round: &Round,
        entry: &Derived,
        capacities: &Capacities<'_>,
    ) -> Result<BTreeMap<usize, u128>, String> {
        let mut units: BTreeMap<usize, u128> = BTreeMap::new();
        for (name, &multiplier) in &entry.pools {
            match capacities.pools.get(&**name) {
                Some((pool, _)) if pool.kind == PoolKind::Concurrent => {}
                _ => return Err(format!("certificate: a derived row of {name}, which is no concurrent pool")),
            }
            for &index in self.pools.get(&**name).into_iter().flatten() {
                let connections = u128::from(round.requests[index].connections);
                *units.entry(index).or_default() += u128::from(multiplier) * connections;
            }
        }
        for (who, &multiplier) in &entry.exclusives {
            for &index in self.exclusives.get(&**who).into_iter().flatten() {
                *units.entry(index).or_default() += u128::from(multiplier);
            }
        }
        for (id, &multiplier) in &entry.requests {
            if let Some(&index) = self.ids.get(&**id) {
                *units.entry(index).or_default() += u128::from(multiplier);
            }
        }
        Ok(units)
    }
}
