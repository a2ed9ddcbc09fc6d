//! Validation: every defect of a round, found before any work is done on it.
//!
//! An *error* makes the round meaningless; a *warning* is legal but probably not what was meant. What `api-spec/round.md`
//! allows is never an error, except for sizes that no school needs and no machine could hold ([`MOST_CELLS`],
//! [`MOST_COST`]).

mod order;
mod pins;
mod requests;
mod rules;

use std::collections::HashMap;

use crate::finding::{Collector, Finding, did_you_mean};
use crate::round::{Horizon, Pool, PoolKind, Round, VERSION};

/// The most cells a horizon may have: a year of 5-minute cells, or 91 days of 1-minute cells. Tables of one row a cell
/// stay small.
pub const MOST_CELLS: u32 = 131_072;

/// The most cells that all pools together may have: a week of 5-minute cells for 50,000 pools. Each has a limit, and a use.
pub const MOST_POOL_CELLS: u64 = 100_000_000;

/// The longest that a cell may be, in minutes: a week.
pub const MOST_STEP: u32 = 7 * 24 * 60;

/// The most that a request may weigh.
pub const MOST_WEIGHT: u32 = 1000;

/// The most that a request may cost in any way, with its weight. A million times that fits into an objective with room to
/// spare, in the fine units of the search too.
pub const MOST_COST: u64 = 10_000_000_000;

/// Everything that is wrong with `round`, and what looks wrong but is legal (a warning).
pub fn validate(round: &Round) -> Vec<Finding> {
    let mut findings = Collector::default();
    if round.version != VERSION {
        findings.push(Finding::error(
            "unknown-version",
            "version",
            format!("version {} is not known", round.version),
            format!("write version {VERSION}"),
        ));
    }
    name(&mut findings, "name".into(), &round.name, "round");
    horizon(&mut findings, &round.horizon);
    let pool_cells = round.pools.len() as u64 * u64::from(round.horizon.cells);
    if pool_cells > MOST_POOL_CELLS && round.horizon.cells <= MOST_CELLS {
        let message = format!(
            "{} pools of {} cells are {pool_cells} cells, more than {MOST_POOL_CELLS}",
            round.pools.len(),
            round.horizon.cells
        );
        findings.push(Finding::error("too-many-pools", "pools", message, "use longer cells, or fewer pools"));
    }
    let mut pools: HashMap<&str, &Pool> = HashMap::new();
    for (pool, i) in round.pools.iter().zip(0_usize..) {
        self::pool(&mut findings, pool, i, &round.horizon);
        if pools.insert(&pool.id, pool).is_some() {
            findings.push(duplicate("duplicate-pool", format!("pools[{i}].id"), &pool.id));
        }
    }
    rules::days(&mut findings, round);
    rules::exclusives(&mut findings, round);
    let mut index: HashMap<&str, usize> = HashMap::with_capacity(round.requests.len());
    for (request, i) in round.requests.iter().zip(0_usize..) {
        if index.insert(&request.id, i).is_some() {
            findings.push(duplicate("duplicate-request", format!("requests[{i}].id"), &request.id));
        }
        requests::request(&mut findings, request, i, round, &pools);
    }
    order::order(&mut findings, round, &index);
    pins::pins(&mut findings, round, &pools, &index);
    findings.finish()
}

fn duplicate(code: &'static str, place: String, id: &str) -> Finding {
    Finding::error(code, place, format!("the id “{}” is used twice", id.escape_debug()), "give each its own id")
}

/// Ids and names are shown in pages, mails and logs: nothing invisible may hide in them.
fn name(findings: &mut Collector, place: String, name: &str, what: &str) {
    if name.trim().is_empty() {
        findings.push(Finding::error("empty-id", place, format!("the {what} has no name"), "give it one"));
    } else if name.chars().any(is_control) {
        findings.push(Finding::error(
            "control-character",
            place,
            format!("“{}” contains control characters", name.escape_debug()),
            "remove them",
        ));
    }
}

/// Controls, line and paragraph separators, byte order marks, and what turns the text after it round.
fn is_control(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn horizon(findings: &mut Collector, horizon: &Horizon) {
    if !is_utc_time(&horizon.start) {
        findings.push(Finding::error(
            "bad-start",
            "horizon.start",
            format!("“{}” is not an existing time in UTC", horizon.start.escape_debug()),
            "write it like 2020-03-23T00:00:00Z",
        ));
    }
    if horizon.step_minutes == 0 {
        findings.push(Finding::error("zero-step", "horizon.step_minutes", "cells have no length", "write at least 1"));
    } else if horizon.step_minutes > MOST_STEP {
        let message = format!("cells of {} minutes are longer than a week", horizon.step_minutes);
        findings.push(Finding::error("step-too-long", "horizon.step_minutes", message, "use shorter cells"));
    }
    if horizon.cells == 0 {
        findings.push(Finding::error("no-cells", "horizon.cells", "the horizon has no cells", "write at least 1"));
    } else if horizon.cells > MOST_CELLS {
        findings.push(Finding::error(
            "too-many-cells",
            "horizon.cells",
            format!("{} cells are more than {MOST_CELLS}", horizon.cells),
            "use longer cells or a shorter horizon",
        ));
    }
}

fn pool(findings: &mut Collector, pool: &Pool, i: usize, horizon: &Horizon) {
    name(findings, format!("pools[{i}].id"), &pool.id, "pool");
    match (pool.kind, pool.window) {
        (PoolKind::Arrivals, None | Some(0)) => findings.push(Finding::error(
            "no-window",
            format!("pools[{i}].window"),
            "an arrivals pool needs a window",
            "write the number of cells in which starts count together, at least 1",
        )),
        (PoolKind::Concurrent, Some(_)) => findings.push(Finding::warning(
            "needless-window",
            format!("pools[{i}].window"),
            "a concurrent pool has no window: it is ignored",
            "remove it, or make the pool’s kind “arrivals”",
        )),
        _ => {}
    }
    let mut parts: Vec<_> = pool.except.iter().zip(0_usize..).collect();
    for (part, j) in &parts {
        let place = format!("pools[{i}].except[{j}]");
        if part.from >= part.to {
            let message = format!("the range {}…{} is empty or reversed", part.from, part.to);
            findings.push(Finding::error("empty-range", place, message, "`to` is the cell after the last one"));
        } else if part.to > horizon.cells {
            let message = format!("the range {}…{} leaves the horizon of {} cells", part.from, part.to, horizon.cells);
            findings.push(Finding::error("range-outside", place, message, "end it at the last cell"));
        }
    }
    parts.sort_by_key(|(part, _)| part.from);
    for pair in parts.windows(2).filter(|pair| pair[0].0.to > pair[1].0.from) {
        let message = format!("overlaps except[{}]", pair[0].1);
        let place = format!("pools[{i}].except[{}]", pair[1].1);
        findings.push(Finding::error("overlapping-ranges", place, message, "give each cell one limit"));
    }
}

/// What to do about an unknown name: write the known one that is meant, or else `action`.
fn meant<'a>(findings: &Collector, name: &str, known: impl ExactSizeIterator<Item = &'a str>, action: &str) -> String {
    let meant = if findings.may_compare(known.len()) { did_you_mean(name, known) } else { String::new() };
    if meant.is_empty() { action.into() } else { meant }
}

/// Whether `text` is an RFC 3339 time in UTC that exists in the Gregorian calendar.
fn is_utc_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't']) else { return false };
    let Some(time) = time.strip_suffix(['Z', 'z']).or_else(|| time.strip_suffix("+00:00")) else { return false };
    let (clock, fraction) = time.split_once('.').map_or((time, None), |(clock, fraction)| (clock, Some(fraction)));
    if fraction.is_some_and(|digits| digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit())) {
        return false;
    }
    let (Some([year, month, day]), Some([hour, minute, second])) = (fields(date, '-', 4), fields(clock, ':', 2)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => return false,
    };
    (1..=days).contains(&day) && hour < 24 && minute < 60 && second < 60
}

/// Three numbers with a separator: the first of `digits` digits, the others of two.
fn fields(text: &str, separator: char, digits: usize) -> Option<[u32; 3]> {
    let mut parts = text.split(separator);
    let mut field = |digits: usize| {
        let part = parts.next()?;
        (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())?
    };
    let fields = [field(digits)?, field(2)?, field(2)?];
    parts.next().is_none().then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::is_utc_time;

    #[test]
    fn times_must_exist_and_be_utc() {
        for good in ["2020-03-23T00:00:00Z", "2020-02-29T23:59:59.5Z", "2000-02-29t00:00:00+00:00"] {
            assert!(is_utc_time(good), "{good}");
        }
        for bad in [
            "",
            "2020-03-23",
            "2020-03-23T00:00:00",
            "2020-03-23T00:00:00+01:00",
            "2021-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2020-13-01T00:00:00Z",
            "2020-03-23T24:00:00Z",
            "2020-3-23T00:00:00Z",
            "2020-03-23T00:00:00.Z",
            "+020-03-23T00:00:00Z",
            "2020-03-23T00:00Z",
            "2020-03-23-01T00:00:00Z",
        ] {
            assert!(!is_utc_time(bad), "{bad}");
        }
    }
}
