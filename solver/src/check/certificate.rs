//! Recomputes the Lagrangian bound that a certificate's prices prove; see `api-spec/round.md`.
//!
//! A certificate of an academy has millions of prices, on rows of a hundred thousand pools, people and groups. They stay a
//! sorted list; only the families that the requests at hand use are spread out, cell by cell.

use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use super::{cost_at, pools};
use crate::plan::{Certificate, Price};
use crate::round::{Pool, PoolKind, Request, Round};

/// The most memory for families that are spread out, in bytes. Requests of one school stand together in files, so
/// that few families are needed at a time.
const SPREAD: usize = 64 << 20;

/// Rows that differ in their cell only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Family<'a> {
    Pool(&'a str),
    Exclusive(&'a str),
}

impl fmt::Display for Family<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pool(name) => write!(f, "row of pool {name}"),
            Self::Exclusive(name) => write!(f, "row of exclusive {name}"),
        }
    }
}

/// The bound that `certificate` proves, or why it proves none.
pub(super) fn bound(round: &Round, certificate: &Certificate) -> Result<f64, String> {
    let pools: HashMap<&str, &Pool> = round.pools.iter().map(|pool| (&*pool.id, pool)).collect();
    let mut prices = Prices::new(round, certificate)?;
    let paid = prices.paid(&pools)?;
    let mut values = Vec::new();
    let least = round.requests.iter().map(|request| least(request, &terms(request, &pools, &mut prices), &mut values));
    Ok(least.sum::<f64>() - paid)
}

/// The price of one row.
struct Row {
    /// Number of its family.
    family: u32,
    cell: u32,
    price: f64,
}

/// All prices, by family and cell.
struct Prices<'a> {
    rows: Vec<Row>,
    names: Vec<Family<'a>>,
    numbers: HashMap<Family<'a>, u32>,
    /// Where the rows of each family begin.
    begins: Vec<usize>,
    /// Some families, spread out: see [`Self::sums`].
    spread: HashMap<u32, Rc<[f64]>>,
    cells: usize,
    /// No class uses a row that is farther from its start.
    reach: usize,
}

impl<'a> Prices<'a> {
    fn new(round: &Round, certificate: &'a Certificate) -> Result<Self, String> {
        let (mut numbers, mut names) = (HashMap::new(), Vec::new());
        let mut rows = Vec::with_capacity(certificate.prices.len());
        for entry in &certificate.prices {
            let (family, cell, price) = match entry {
                Price::Pool { pool, cell, price } => (Family::Pool(pool), *cell, *price),
                Price::Exclusive { exclusive, cell, price } => (Family::Exclusive(exclusive), *cell, *price),
            };
            if !(price >= 0.0 && price.is_finite()) {
                return Err(format!("price {price} of the {family} at {cell} is not a non-negative number"));
            }
            let family = *numbers.entry(family).or_insert_with(|| {
                names.push(family);
                names.len() as u32 - 1
            });
            rows.push(Row { family, cell, price });
        }
        rows.sort_unstable_by_key(|row| (row.family, row.cell));
        let begins = (0..=names.len()).map(|family| rows.partition_point(|row| (row.family as usize) < family));
        let cells = round.horizon.cells as usize;
        let begins = begins.collect();
        let reach = reach(round).min(cells);
        Ok(Self { rows, names, numbers, begins, spread: HashMap::new(), cells, reach })
    }

    /// A family's rows.
    fn rows(&self, family: u32) -> &[Row] {
        &self.rows[self.begins[family as usize]..self.begins[family as usize + 1]]
    }

    /// Σ price × limit; or which row is not there, or priced twice.
    fn paid(&self, pools: &HashMap<&str, &Pool>) -> Result<f64, String> {
        let mut paid = 0.0;
        for (name, family) in self.names.iter().zip(0..) {
            let limits = match name {
                Family::Pool(name) => pools.get(name).map(|pool| pools::limits(pool, self.cells)).unwrap_or_default(),
                Family::Exclusive(_) => vec![1; self.cells],
            };
            let rows = self.rows(family);
            if let Some(pair) = rows.windows(2).find(|pair| pair[0].cell == pair[1].cell) {
                return Err(format!("the {name} at {} has two prices", pair[0].cell));
            }
            for Row { cell, price, .. } in rows {
                let limit = limits.get(*cell as usize).ok_or_else(|| format!("there is no {name} at {cell}"))?;
                paid += price * f64::from(*limit);
            }
        }
        Ok(paid)
    }

    /// Sums of a family's prices from cell 0 up to each cell, with `reach` cells more on either side.
    fn sums(&mut self, family: u32) -> Rc<[f64]> {
        if let Some(sums) = self.spread.get(&family) {
            return sums.clone();
        }
        let mut sums = vec![0.0; self.cells + 1 + 2 * self.reach];
        for Row { cell, price, .. } in self.rows(family) {
            sums[self.reach + *cell as usize + 1] = *price;
        }
        let mut sum = 0.0;
        for value in &mut sums {
            sum += *value;
            *value = sum;
        }
        if (self.spread.len() + 1) * size_of_val(&*sums) > SPREAD {
            self.spread.clear();
        }
        let sums: Rc<[f64]> = sums.into();
        self.spread.insert(family, sums.clone());
        sums
    }
}

/// The most cells from a start to a row that a class there uses, or to its end.
fn reach(round: &Round) -> usize {
    let windows = round.pools.iter().map(pools::window);
    let durations = round.requests.iter().map(|request| request.duration as usize);
    windows.chain(durations).max().unwrap_or(0)
}

/// What a request pays one family: `units` × the prices from `before` the start to `after` it.
struct Term {
    sums: Rc<[f64]>,
    units: f64,
    /// Where in `sums` the rows of a class that starts at 0 begin, and where they end.
    rows: (usize, usize),
}

/// The families with prices that a request uses.
fn terms(request: &Request, pools: &HashMap<&str, &Pool>, prices: &mut Prices<'_>) -> Vec<Term> {
    let occupied = (0, request.duration as usize);
    let pools = request.pools.iter().filter_map(|id| {
        let pool = pools.get(&**id)?;
        let rows = match pool.kind {
            PoolKind::Concurrent => occupied,
            PoolKind::Arrivals => (pools::window(pool) - 1, 1),
        };
        Some((Family::Pool(id), rows, request.connections))
    });
    let exclusives = request.exclusive.iter().map(|who| (Family::Exclusive(who), occupied, 1));
    let families = pools.chain(exclusives);
    families
        .filter_map(|(family, (before, after), units)| {
            let family = *prices.numbers.get(&family)?;
            let (before, after) = (before.min(prices.reach), after.min(prices.reach));
            let rows = (prices.reach - before, prices.reach + after);
            Some(Term { sums: prices.sums(family), units: units.into(), rows })
        })
        .collect()
}

impl Term {
    /// Adds what starts from `first` on pay.
    fn add_to(&self, values: &mut [f64], first: u32) {
        let from = |row: usize| self.sums.get(row + first as usize..).unwrap_or_default();
        for ((value, before), after) in values.iter_mut().zip(from(self.rows.0)).zip(from(self.rows.1)) {
            *value += self.units * (after - before);
        }
    }
}

/// The least that a request can pay: unplaced, or the cost of a start and the prices of the rows it uses. `values` is
/// room to count in.
fn least(request: &Request, terms: &[Term], values: &mut Vec<f64>) -> f64 {
    let current = request.current.and_then(|current| Some((current, cost_at(request, current)?)));
    let stay = current.map_or(f64::INFINITY, |(start, cost)| cheapest(start, [cost].into_iter(), terms, values));
    if request.pinned {
        return stay;
    }
    // Where options overlap, the cheapest is the least as well; and at the current start, `stay` is.
    let moving = if request.current.is_some() { request.move_cost } else { 0 };
    let options = request.options.iter().map(|option| {
        let costs = (option.first..=option.last).map(|start| option.cost(start).saturating_add(moving));
        cheapest(option.first, costs, terms, values)
    });
    options.fold(stay.min(float(request.unplaced)), f64::min)
}

/// The least of the costs of the starts from `first` on, with their prices.
fn cheapest(first: u32, costs: impl Iterator<Item = u64>, terms: &[Term], values: &mut Vec<f64>) -> f64 {
    values.clear();
    values.extend(costs.map(float));
    terms.iter().for_each(|term| term.add_to(values, first));
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

#[expect(clippy::cast_precision_loss, reason = "costs are far below 2^53")]
fn float(cost: u64) -> f64 {
    cost as f64
}
