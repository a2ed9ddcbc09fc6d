//! Recomputes the Lagrangian bound that a certificate's prices prove; see `api-spec/round.md`.

use std::collections::HashMap;

use super::derived::DerivedRows;
use super::{Capacities, Violation, cost_at};
use crate::plan::{Certificate, Price};
use crate::round::{Request, Round};

/// Sums of prices from cell 0 up to each cell.
type Prefix = Vec<f64>;

/// Prices by row family: whether it is a pool, its name, its prefix sums.
type Families<'a> = HashMap<(bool, &'a str), Prefix>;

/// The bound that `certificate` proves, or `None` with a violation if its prices are not prices.
pub(super) fn bound(
    round: &Round,
    certificate: &Certificate,
    capacities: &Capacities<'_>,
    violations: &mut Vec<Violation>,
) -> Option<f64> {
    let (families, paid) = prices(certificate, capacities)
        .inspect_err(|message| violations.push(Violation::new("certificate", message.clone())))
        .ok()?;
    let derived = DerivedRows::of(round, &certificate.derived, capacities)
        .inspect_err(|message| violations.push(Violation::new("certificate", message.clone())))
        .ok()?;
    let requests = round.requests.iter().zip(0..);
    let total: f64 = requests.map(|(request, index)| least(request, index, &families, &derived, capacities)).sum();
    Some(total - paid - derived.paid)
}

/// The prices as prefix sums, and Σ price × limit; or what is wrong with them.
fn prices<'a>(certificate: &'a Certificate, capacities: &Capacities<'_>) -> Result<(Families<'a>, f64), String> {
    let mut families = Families::new();
    let mut paid = 0.0;
    for entry in &certificate.prices {
        let (is_pool, name, cell, price) = match entry {
            Price::Pool { pool, cell, price } => (true, &**pool, *cell as usize, *price),
            Price::Exclusive { exclusive, cell, price } => (false, &**exclusive, *cell as usize, *price),
        };
        if !(price >= 0.0 && price.is_finite()) {
            return Err(format!("certificate: price {price} of {name} at cell {cell} is not a non-negative number"));
        }
        let limit = if cell >= capacities.cells {
            None
        } else if is_pool {
            capacities.row(name, cell)
        } else {
            Some(1)
        };
        let limit = limit.ok_or_else(|| format!("certificate: there is no row {name} at cell {cell}"))?;
        let family = families.entry((is_pool, name)).or_insert_with(|| vec![f64::NAN; capacities.cells + 1]);
        // Until the sums are built, NaN marks rows without a price: that tells a row named twice from one priced 0.
        if !family[cell + 1].is_nan() {
            return Err(format!("certificate: row {name} at cell {cell} twice"));
        }
        family[cell + 1] = price;
        paid += price * f64::from(limit);
    }
    for family in families.values_mut() {
        let mut sum = 0.0;
        for value in family {
            sum += if value.is_nan() { 0.0 } else { *value };
            *value = sum;
        }
    }
    Ok((families, paid))
}

/// The least a request can pay: unplaced, or the cost of a start and the prices of the rows it uses.
fn least(
    request: &Request,
    index: usize,
    families: &Families<'_>,
    derived: &DerivedRows,
    capacities: &Capacities<'_>,
) -> f64 {
    let pools = request.pools.iter().filter_map(|id| {
        let (pool, _) = capacities.pools.get(&**id)?;
        Some((families.get(&(true, &**id))?, Some(*pool), f64::from(request.connections)))
    });
    let exclusives = request.exclusive.iter().filter_map(|who| Some((families.get(&(false, &**who))?, None, 1.0)));
    let terms: Vec<_> = pools.chain(exclusives).collect();
    let derived = derived.price(index);
    let price = |start: u32| -> f64 {
        let rows = |sums: &Prefix, from: usize, to: usize| {
            let at = |cell: usize| sums.get(cell).or(sums.last()).copied().unwrap_or(0.0);
            at(to) - at(from)
        };
        let occupied = (start as usize, (start as usize).saturating_add(request.duration as usize));
        let used =
            |pool: Option<&crate::round::Pool>| pool.map_or(occupied, |pool| Capacities::rows(pool, request, start));
        let round_rows: f64 = terms
            .iter()
            .map(|(sums, pool, units)| {
                units * {
                    let (from, to) = used(*pool);
                    rows(sums, from, to)
                }
            })
            .sum();
        round_rows + derived.between(start, start.saturating_add(request.duration))
    };
    #[expect(clippy::cast_precision_loss, reason = "costs are far below 2^53")]
    let value = |start: u32| cost_at(request, start).map(|cost| cost as f64 + price(start));
    if let (true, Some(current)) = (request.pinned, request.current) {
        return value(current).unwrap_or(f64::INFINITY);
    }
    #[expect(clippy::cast_precision_loss, reason = "costs are far below 2^53")]
    let unplaced = request.unplaced as f64;
    let starts = request.options.iter().flat_map(|option| option.first..=option.last);
    starts.filter_map(value).fold(unplaced, f64::min)
}
