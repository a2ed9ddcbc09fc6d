//! The overloads of a certificate: requests of which only so many can have a class; see `api-spec/round.md`.

use std::collections::{HashMap, HashSet};

use super::certificate::Families;
use super::pools;
use crate::plan::Overload;
use crate::round::{PoolKind, Request, Round};

/// What overloads are worth, and what they take of each request that has a class.
pub(super) struct Overloads<'a> {
    /// Σ price × how many can have a class.
    pub paid: f64,
    prices: HashMap<&'a str, f64>,
}

impl<'a> Overloads<'a> {
    /// Reads the entries, or says what is wrong with them.
    pub fn new(entries: &'a [Overload], round: &'a Round, families: &Families<'_>) -> Result<Self, String> {
        let mut overloads = Self { paid: 0.0, prices: HashMap::new() };
        if entries.is_empty() {
            return Ok(overloads);
        }
        let requests: HashMap<&str, &Request> = round.requests.iter().map(|request| (&*request.id, request)).collect();
        for entry in entries {
            let price = entry.price;
            if !(price >= 0.0 && price.is_finite()) {
                return Err(format!("price {price} of an overload is not a non-negative number"));
            }
            let ids: HashSet<&str> = entry.requests.iter().map(|id| &**id).collect();
            if ids.len() < entry.requests.len() {
                return Err("an overload names a request twice".into());
            }
            let members: Vec<&Request> = ids.iter().filter_map(|id| requests.get(id).copied()).collect();
            if members.len() < ids.len() {
                return Err("an overload of requests that are not there".into());
            }
            #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
            let most = most(&members, only(entry, &members, families)?) as f64;
            overloads.paid += price * most;
            ids.iter().for_each(|id| *overloads.prices.entry(id).or_default() += price);
        }
        Ok(overloads)
    }

    /// What a request pays for having a class.
    pub fn price(&self, request: &Request) -> f64 {
        self.prices.get(&*request.id).copied().unwrap_or_default()
    }
}

/// By how many cells the requests keep apart, if by their person or group, or their size, only one is on at a time.
fn only(entry: &Overload, members: &[&Request], families: &Families<'_>) -> Result<u32, String> {
    match (&entry.exclusive, &entry.pool) {
        (Some(who), None) if members.iter().all(|request| request.exclusive.contains(who)) => {
            Ok(families.break_of(who))
        }
        (None, Some(id)) => {
            let pool = families.pool(id).filter(|pool| pool.kind == PoolKind::Concurrent);
            let Some(pool) = pool else { return Err(format!("an overload of {id}, which is no concurrent pool")) };
            let limits = pools::limits(pool, families.cells());
            let fills = |request: &Request, limit: u32| u64::from(request.connections) * 2 > u64::from(limit);
            let is_alone = |request: &&Request| {
                let mut ranges = ranges(request, request.duration.into());
                let fills_all = |(from, to): (u64, u64)| {
                    let limits = limits.get(from as usize..to as usize);
                    limits.is_some_and(|limits| limits.iter().all(|&limit| fills(request, limit)))
                };
                request.pools.contains(id) && ranges.all(fills_all)
            };
            if members.iter().all(is_alone) { Ok(0) } else { Err(format!("an overload of {id}, where two fit")) }
        }
        _ => Err("an overload of requests that nothing keeps apart".into()),
    }
}

/// How many of the requests can have a class: the shortest first, until the cells in which one of them may be are full.
fn most(members: &[&Request], apart: u32) -> usize {
    let length = |request: &Request| u64::from(request.duration) + u64::from(apart);
    let mut cells: Vec<(u64, u64)> = members.iter().flat_map(|request| ranges(request, length(request))).collect();
    cells.sort_unstable();
    let (mut left, mut end) = (0_u64, 0);
    for (from, to) in cells {
        left += to.saturating_sub(from.max(end));
        end = end.max(to);
    }
    let mut lengths: Vec<u64> = members.iter().map(|request| length(request)).collect();
    lengths.sort_unstable();
    let mut most = 0;
    for length in lengths {
        match left.checked_sub(length) {
            Some(rest) => (left, most) = (rest, most + 1),
            None => break,
        }
    }
    most
}

/// The cells, from and to, that a request may be in if it lasts so long.
fn ranges(request: &Request, length: u64) -> impl Iterator<Item = (u64, u64)> {
    let stays = request.current.filter(|_| request.pinned);
    let options = request.options.iter().filter(move |_| stays.is_none()).map(|option| (option.first, option.last));
    let range = move |(first, last): (u32, u32)| (first.into(), u64::from(last) + length);
    stays.map(|current| (current, current)).into_iter().chain(options).map(range)
}
