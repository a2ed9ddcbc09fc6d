//! What the off-peak map shows: for each hour of each day, what a class that begins then would pay, and what is free.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};
use creneau_solver::{Plan, PoolKind, PoolPrices, Round};

use super::{Lang, MOST_PANELS, grid};
use crate::planning::load::{self, Loads};
use crate::planning::prices::{PricedCell, priced_cells};
use crate::planning::week::Week;

/// More days than this stand in columns of their own weekday.
const MOST_DAYS: usize = 21;

/// Draws, for the pools whose limits cost most, how hard each hour of each day is wanted: `prices` of the round's pools,
/// in their order. With no price anywhere, the first pool is drawn.
pub fn off_peak_map(round: &Round, plan: &Plan, prices: &[PoolPrices<'_>], lang: Lang) -> String {
    grid::svg(&Map::of(round, plan, prices), lang)
}

/// What is drawn: hours below each other, days side by side, one panel a pool.
pub(super) struct Map {
    pub title: String,
    pub days: Vec<Day>,
    /// The hours of the day that are shown: first, end.
    pub hours: (u32, u32),
    pub panels: Vec<Panel>,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Day {
    /// One day.
    Date(NaiveDate),
    /// All days of this name, by their number from Monday.
    Each(u8),
}

/// One pool's hours.
pub(super) struct Panel {
    pub name: String,
    /// Minutes within which arrivals are counted together; `None` counts connections at a time.
    pub window: Option<u32>,
    /// The pool's usual class, for which the surcharge is: minutes, connections.
    pub class: (u32, u32),
    /// By day and hour; `None` where no class may be.
    pub spots: Vec<Vec<Option<Spot>>>,
}

/// What is so in one hour.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Spot {
    /// What the usual class would pay beside its cost if it began then: the mean of the hour's starts.
    pub surcharge: f64,
    /// Connections that are free all the hour.
    pub free: u64,
}

impl Map {
    fn of(round: &Round, plan: &Plan, prices: &[PoolPrices<'_>]) -> Self {
        let (loads, starts, week) = (Loads::of(round), load::planned(round, plan), Week::of(&round.horizon));
        let priced: Vec<Vec<PricedCell>> = prices
            .iter()
            .enumerate()
            .map(|(pool, prices)| priced_cells(round, &loads, &starts, pool, &prices.cells))
            .collect();
        let pools = worth_showing(&loads, &priced);
        let open: Vec<Vec<bool>> = pools.iter().map(|pool| open(round, loads.users(*pool))).collect();
        let shown = |cell: &u32| open.iter().any(|open| open[*cell as usize]);
        let cells = || (0..round.horizon.cells).filter(shown);
        let dates: BTreeSet<NaiveDate> = cells().map(|cell| week.day(cell)).collect();
        let by_date = dates.len() <= MOST_DAYS;
        let day = |date: NaiveDate| match by_date {
            true => Day::Date(date),
            false => Day::Each(number(date.weekday())),
        };
        let days: Vec<Day> = dates.into_iter().map(day).collect::<BTreeSet<_>>().into_iter().collect();
        let hour = |cell: u32| week.minute(cell) / 60;
        let hours = (cells().map(hour).min().unwrap_or(0), cells().map(|cell| hour(cell) + 1).max().unwrap_or(0));
        let panel = |(pool, open): (&usize, &Vec<bool>)| {
            let (minutes, connections, duration) = usual_class(round, loads.users(*pool));
            let surcharges = prices[*pool].surcharges(duration);
            let mut gathered: BTreeMap<(Day, u32), (f64, u32, u64)> = BTreeMap::new();
            for cell in (0..round.horizon.cells).filter(|cell| open[*cell as usize]) {
                let (sum, count, free) =
                    gathered.entry((day(week.day(cell)), hour(cell))).or_insert((0.0, 0, u64::MAX));
                *free = priced[*pool][cell as usize].free().min(*free);
                if let Some(surcharge) = surcharges.get(cell as usize) {
                    *sum += surcharge * f64::from(connections);
                    *count += 1;
                }
            }
            let spot = |day: &Day, hour| {
                let (sum, count, free) = *gathered.get(&(*day, hour))?;
                Some(Spot { surcharge: sum / f64::from(count.max(1)), free })
            };
            let definition = &round.pools[*pool];
            Panel {
                name: definition.id.to_string(),
                window: (definition.kind == PoolKind::Arrivals)
                    .then_some(definition.window.unwrap_or(1).saturating_mul(week.step())),
                class: (minutes, connections),
                spots: days.iter().map(|day| (hours.0..hours.1).map(|hour| spot(day, hour)).collect()).collect(),
            }
        };
        let panels = pools.iter().zip(&open).map(panel).collect();
        Self { title: round.name.to_string(), days, hours, panels }
    }

    /// The highest surcharge.
    pub fn highest(&self) -> f64 {
        let spots = self.panels.iter().flat_map(|panel| panel.spots.iter().flatten().flatten());
        spots.map(|spot| spot.surcharge).fold(0.0, f64::max)
    }
}

/// Positions of the pools in which classes pay most, as far as they pay at all.
fn worth_showing(loads: &Loads<'_>, priced: &[Vec<PricedCell>]) -> Vec<usize> {
    #[expect(clippy::cast_precision_loss, reason = "for an order")]
    let paid = |cells: &[PricedCell]| cells.iter().map(|cell| cell.price * cell.used as f64).sum::<f64>();
    let mut ranked: Vec<(usize, f64)> = priced.iter().map(|cells| paid(cells)).enumerate().collect();
    ranked.retain(|(pool, _)| !loads.users(*pool).is_empty());
    ranked.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let paying = ranked.iter().filter(|(_, paid)| *paid > 0.0).count();
    ranked.into_iter().take(paying.clamp(1, MOST_PANELS)).map(|(pool, _)| pool).collect()
}

/// The cells in which one of these requests may be held.
fn open(round: &Round, users: &[usize]) -> Vec<bool> {
    let cells = round.horizon.cells as usize;
    let mut changes = vec![0_i64; cells + 1];
    for request in users.iter().map(|user| &round.requests[*user]) {
        for option in request.options.iter().filter(|option| option.first <= option.last) {
            changes[(option.first as usize).min(cells)] += 1;
            changes[(option.last.saturating_add(request.duration) as usize).min(cells)] -= 1;
        }
    }
    let depth = changes[..cells].iter().scan(0, |depth, change| {
        *depth += change;
        Some(*depth > 0)
    });
    depth.collect()
}

/// The class in the middle of a pool's: minutes, connections, cells.
fn usual_class(round: &Round, users: &[usize]) -> (u32, u32, u32) {
    let middle = |value: fn(&creneau_solver::Request) -> u32| {
        let mut values: Vec<u32> = users.iter().map(|user| value(&round.requests[*user])).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied().unwrap_or(1)
    };
    let duration = middle(|request| request.duration);
    (duration.saturating_mul(round.horizon.step_minutes), middle(|request| request.connections), duration)
}

fn number(weekday: Weekday) -> u8 {
    u8::try_from(weekday.num_days_from_monday()).unwrap_or(0)
}
