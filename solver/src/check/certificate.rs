//! Recomputes the Lagrangian bound that a certificate's prices prove; see `api-spec/round.md`.
//!
//! A certificate of an academy has millions of prices, on rows of a hundred thousand pools, people and groups. They stay a
//! sorted list; only the families that the requests at hand use are spread out, cell by cell.

use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use super::derived::{DerivedRows, Sums};
use super::overloads::Overloads;
use super::{MOST_TIMES, cost_at, pools, weighted};
use crate::plan::{Certificate, Price};
use crate::round::{Days, Exclusive, Pool, PoolKind, Request, Round, StartRange};

/// The most memory for families that are spread out, in bytes. Requests of one school stand together in files, so
/// that few families are needed at a time.
const SPREAD: usize = 64 << 20;

/// Rows that differ in their cell, or day, only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Family<'a> {
    Pool(&'a str),
    Exclusive(&'a str),
    Day(&'a str),
}

impl fmt::Display for Family<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pool(name) => write!(f, "row of pool {name}"),
            Self::Exclusive(name) => write!(f, "row of exclusive {name}"),
            Self::Day(name) => write!(f, "day of exclusive {name}"),
        }
    }
}

/// The bound that `certificate` proves, or why it proves none.
pub(super) fn bound(round: &Round, certificate: &Certificate) -> Result<f64, String> {
    let families = Families::of(round);
    let mut prices = Prices::new(certificate)?;
    let derived = DerivedRows::new(&certificate.derived, &families.pools, families.cells)?;
    let overloads = Overloads::new(&certificate.overloads, round, &families)?;
    are_sensible(round, certificate)?;
    let paid = prices.paid(&families)? + derived.paid + overloads.paid;
    let mut values = Vec::new();
    let least = round.requests.iter().map(|request| {
        let terms = Terms { rows: terms(request, &families, &mut prices), derived: derived.sums(request) };
        least(request, &terms, overloads.price(request), &mut values)
    });
    Ok(least.sum::<f64>() - paid)
}

/// Prices are added up as floating-point numbers: a few far above all costs would swallow the others.
fn are_sensible(round: &Round, certificate: &Certificate) -> Result<(), String> {
    let dearest = round.requests.iter().map(|request| weighted(request, request.unplaced)).max().unwrap_or(0);
    let most = f64::from(MOST_TIMES) * float(dearest.max(1));
    let rows = certificate.prices.iter().map(|row| match row {
        Price::Pool { price, .. } | Price::Exclusive { price, .. } | Price::Day { price, .. } => *price,
    });
    let derived = certificate.derived.iter().flat_map(|row| &row.prices).map(|at| at.price);
    let overloads = certificate.overloads.iter().map(|overload| overload.price);
    match rows.chain(derived).chain(overloads).find(|price| *price > most) {
        Some(price) => Err(format!("price {price} is above {most}, {MOST_TIMES} times what the dearest request loses")),
        None => Ok(()),
    }
}

/// What a round says of its rows.
pub(super) struct Families<'a> {
    pools: HashMap<&'a str, &'a Pool>,
    rules: HashMap<&'a str, &'a Exclusive>,
    days: Days,
    cells: usize,
    /// No class uses a row that is farther from its start.
    reach: usize,
}

impl<'a> Families<'a> {
    fn of(round: &'a Round) -> Self {
        let cells = round.horizon.cells as usize;
        let durations = round.requests.iter().map(|request| request.duration as usize);
        let breaks = round.exclusives.iter().map(|rule| rule.break_cells as usize);
        let occupied = durations.max().unwrap_or(0).saturating_add(breaks.max().unwrap_or(0));
        let window = round.pools.iter().map(pools::window).max().unwrap_or(0);
        Self {
            pools: round.pools.iter().map(|pool| (&*pool.id, pool)).collect(),
            rules: round.exclusives.iter().map(|rule| (&*rule.id, rule)).collect(),
            days: round.days(),
            cells,
            reach: occupied.max(window).min(cells),
        }
    }

    /// How many cells there are.
    pub fn cells(&self) -> usize {
        self.cells
    }

    /// The pool of that name.
    pub fn pool(&self, id: &str) -> Option<&'a Pool> {
        self.pools.get(id).copied()
    }

    /// The break of a person or group.
    pub fn break_of(&self, who: &str) -> u32 {
        self.rules.get(who).map_or(0, |rule| rule.break_cells)
    }

    /// The limit of each row; as many as there are rows.
    fn limits(&self, family: Family<'_>) -> Vec<u32> {
        match family {
            Family::Pool(id) => self.pools.get(id).map(|pool| pools::limits(pool, self.cells)).unwrap_or_default(),
            Family::Exclusive(_) => vec![1; self.cells],
            Family::Day(id) => {
                let most = self.rules.get(id).and_then(|rule| rule.most);
                most.map(|most| vec![most; self.days.count()]).unwrap_or_default()
            }
        }
    }
}

/// The price of one row.
struct Row {
    /// Number of its family.
    family: u32,
    /// Its cell, or day.
    at: u32,
    price: f64,
}

/// All prices, by family and place.
struct Prices<'a> {
    rows: Vec<Row>,
    names: Vec<Family<'a>>,
    numbers: HashMap<Family<'a>, u32>,
    /// Where the rows of each family begin.
    begins: Vec<usize>,
    /// Some families, spread out: see [`Self::sums`].
    spread: HashMap<u32, Rc<[f64]>>,
}

impl<'a> Prices<'a> {
    fn new(certificate: &'a Certificate) -> Result<Self, String> {
        let (mut numbers, mut names) = (HashMap::new(), Vec::new());
        let mut rows = Vec::with_capacity(certificate.prices.len());
        for entry in &certificate.prices {
            let (family, at, price) = match entry {
                Price::Pool { pool, cell, price } => (Family::Pool(pool), *cell, *price),
                Price::Exclusive { exclusive, cell, price } => (Family::Exclusive(exclusive), *cell, *price),
                Price::Day { exclusive, day, price } => (Family::Day(exclusive), *day, *price),
            };
            if !(price >= 0.0 && price.is_finite()) {
                return Err(format!("price {price} of the {family} at {at} is not a non-negative number"));
            }
            let family = *numbers.entry(family).or_insert_with(|| {
                names.push(family);
                names.len() as u32 - 1
            });
            rows.push(Row { family, at, price });
        }
        rows.sort_unstable_by_key(|row| (row.family, row.at));
        let begins = (0..=names.len()).map(|family| rows.partition_point(|row| (row.family as usize) < family));
        let begins = begins.collect();
        Ok(Self { rows, names, numbers, begins, spread: HashMap::new() })
    }

    /// A family's rows.
    fn rows(&self, family: u32) -> &[Row] {
        &self.rows[self.begins[family as usize]..self.begins[family as usize + 1]]
    }

    /// Σ price × limit; or which row is not there, or priced twice.
    fn paid(&self, families: &Families<'_>) -> Result<f64, String> {
        let mut paid = 0.0;
        for (name, family) in self.names.iter().zip(0..) {
            let rows = self.rows(family);
            if let Some(pair) = rows.windows(2).find(|pair| pair[0].at == pair[1].at) {
                return Err(format!("the {name} at {} has two prices", pair[0].at));
            }
            let limits = families.limits(*name);
            for Row { at, price, .. } in rows {
                let limit = limits.get(*at as usize).ok_or_else(|| format!("there is no {name} at {at}"))?;
                paid += price * f64::from(*limit);
            }
        }
        Ok(paid)
    }

    /// Sums of a family's prices from cell 0 up to each cell, with `reach` cells more on either side. A day's price stands
    /// in each of its cells.
    fn sums(&mut self, family: u32, families: &Families<'_>) -> Rc<[f64]> {
        if let Some(sums) = self.spread.get(&family) {
            return sums.clone();
        }
        let mut sums = vec![0.0; families.cells + 1 + 2 * families.reach];
        let cells = &mut sums[families.reach + 1..][..families.cells];
        let is_day = matches!(self.names[family as usize], Family::Day(_));
        for Row { at, price, .. } in self.rows(family) {
            let (from, to) = if is_day { families.days.cells(*at) } else { (*at, at.saturating_add(1)) };
            let (from, to) = ((from as usize).min(cells.len()), (to as usize).min(cells.len()));
            cells[from..to].fill(*price);
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

/// What a request pays for the rows that it uses.
struct Terms {
    /// Those that the round names.
    rows: Vec<Term>,
    /// Those that follow from them.
    derived: Sums,
}

impl Terms {
    /// Adds what starts from `first` on pay.
    fn add_to(&self, values: &mut [f64], first: u32) {
        self.rows.iter().for_each(|term| term.add_to(values, first));
        self.derived.add_to(values, first);
    }
}

/// What a request pays one family: `units` × the prices from `before` the start to `after` it.
struct Term {
    sums: Rc<[f64]>,
    units: f64,
    /// Where in `sums` the rows of a class that starts at 0 begin, and where they end.
    rows: (usize, usize),
}

/// The families with prices that a request uses.
fn terms(request: &Request, families: &Families<'_>, prices: &mut Prices<'_>) -> Vec<Term> {
    let end = request.duration as usize;
    let pools = request.pools.iter().filter_map(|id| {
        let pool = families.pools.get(&**id)?;
        let (before, after) = match pool.kind {
            PoolKind::Concurrent => (0, end),
            PoolKind::Arrivals => (pools::window(pool) - 1, 1),
        };
        Some((Family::Pool(id), before, after, request.connections))
    });
    let exclusives = request.exclusive.iter().flat_map(|who| {
        let break_cells = families.rules.get(&**who).map_or(0, |rule| rule.break_cells as usize);
        [(Family::Exclusive(who), 0, end.saturating_add(break_cells), 1), (Family::Day(who), 0, 1, 1)]
    });
    let terms = pools.chain(exclusives).filter_map(|(family, before, after, units)| {
        let family = *prices.numbers.get(&family)?;
        let reach = families.reach;
        let rows = (reach - before.min(reach), reach + after.min(reach));
        Some(Term { sums: prices.sums(family, families), units: units.into(), rows })
    });
    terms.collect()
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

/// The least that a request can pay: unplaced, or `placed`, the cost of a start, and the prices of the rows it uses. `values`
/// is room to count in.
fn least(request: &Request, terms: &Terms, placed: f64, values: &mut Vec<f64>) -> f64 {
    let current = request.current.and_then(|current| Some((current, cost_at(request, current)?)));
    let stay = current.map_or(f64::INFINITY, |(start, cost)| cheapest(start, [cost].into_iter(), terms, values));
    if request.pinned {
        return stay + placed;
    }
    // Where options overlap, the cheapest is the least as well; and at the current start, `stay` is.
    let moving = if request.current.is_some() { request.move_cost } else { 0 };
    let cost = |option: &StartRange, start| weighted(request, option.cost(start).saturating_add(moving));
    let options = request.options.iter().map(|option| {
        let costs = (option.first..=option.last).map(|start| cost(option, start));
        cheapest(option.first, costs, terms, values)
    });
    (options.fold(stay, f64::min) + placed).min(float(weighted(request, request.unplaced)))
}

/// The least of the costs of the starts from `first` on, with their prices.
fn cheapest(first: u32, costs: impl Iterator<Item = u64>, terms: &Terms, values: &mut Vec<f64>) -> f64 {
    values.clear();
    values.extend(costs.map(float));
    terms.add_to(values, first);
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

#[expect(clippy::cast_precision_loss, reason = "costs are far below 2^53")]
fn float(cost: u64) -> f64 {
    cost as f64
}
