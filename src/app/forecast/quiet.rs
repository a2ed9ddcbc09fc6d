//! When a class would find the least load: its free starts, by preference and by how full everything would be.

use super::map::in_cells;
use crate::{
    app::{
        App, AppResult,
        bookings::{FreeStart, Search, free},
        situation,
    },
    domain::{access::Principal, capacity::CELL, id::Id, people::School},
    planning::{
        hours::{PoolHours, pool_hours},
        names::Moment,
    },
    store::{self, Conn},
};
use chrono::{DateTime, Datelike, Duration, NaiveDate, Timelike, Utc};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use utoipa::ToSchema;

/// Starts that are told.
const TOLD: usize = 40;
/// Five minutes away from the wished start weigh as much as this share of the limit.
const COST: f64 = 0.01;

/// When a class would find the least load.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuietestHours {
    /// Connections that the class takes.
    pub connections: u32,
    /// The published plan whose prices say how hard hours are wanted; nothing when none has prices.
    pub plan: Option<Id>,
    /// Free starts, the best first: of each hour of each day its best.
    pub starts: Vec<QuietStart>,
}

/// A free start.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuietStart {
    /// When the class would begin.
    pub start: Moment,
    /// How full the fullest pool would be at most with the class and with all that is expected besides, of 1. Beyond 1 the
    /// forecast leaves too little room, and the pool's policy lets it.
    pub load: f64,
    /// What it costs: five minutes away from the wished start count 1; nothing without a wish.
    pub cost: Option<u32>,
    /// How hard the hour is wanted: what a connection would have paid for it in the last published plan, in units of cost
    /// for each five minutes, of all pools together; nothing when no such plan has prices.
    pub wanted: Option<f64>,
    /// By what starts are in order, the least first: the load, and 0.01 for each unit of cost.
    pub rank: f64,
}

impl App {
    /// When a class would find the least load.
    ///
    /// # Errors
    /// those of [`App::free_starts`].
    pub async fn quietest_hours(&self, who: &Principal, school: &Id, search: Search) -> AppResult<QuietestHours> {
        let (app, who, school, now) = (self.clone(), who.clone(), school.clone(), self.now());
        self.store
            .read(move |conn| {
                let facts = app.sites.see(conn, &who, &school)?;
                let school = facts.school.clone();
                let found = free(conn, facts, &search, now)?;
                let prices = prices(conn, &school)?;
                let loads = loads(conn, &school, &found.starts, search.duration_minutes)?;
                let mut best: BTreeMap<(NaiveDate, u32), QuietStart> = BTreeMap::new();
                for start in found.starts {
                    let quiet = quiet(&start, found.connections, search.duration_minutes, &loads, prices.as_ref());
                    let hour = (start.start.local.date(), start.start.local.hour());
                    match best.get(&hour) {
                        Some(known) if known.rank <= quiet.rank => {}
                        _ => drop(best.insert(hour, quiet)),
                    }
                }
                let mut starts: Vec<QuietStart> = best.into_values().collect();
                starts.sort_by(|one, other| {
                    let (wanted, of_other) = (one.wanted.unwrap_or(0.0), other.wanted.unwrap_or(0.0));
                    one.rank
                        .total_cmp(&other.rank)
                        .then(wanted.total_cmp(&of_other))
                        .then(one.start.utc.cmp(&other.start.utc))
                });
                starts.truncate(TOLD);
                Ok(QuietestHours { connections: found.connections, plan: prices.map(|(plan, _)| plan), starts })
            })
            .await
    }
}

/// What a pool carries at an instant: classes with what is expected besides at most, and its limit.
type Loads = Vec<HashMap<DateTime<Utc>, (u32, u32)>>;

fn quiet(
    start: &FreeStart,
    connections: u32,
    duration_minutes: u32,
    loads: &Loads,
    prices: Option<&(Id, Vec<PoolHours>)>,
) -> QuietStart {
    let cells = i32::try_from(duration_minutes.div_ceil(5)).unwrap_or(1);
    let expected = loads.iter().flat_map(|pool| {
        let cells = (0..cells).filter_map(move |cell| pool.get(&(start.start.utc + CELL * cell)));
        cells.map(|(load, limit)| f64::from(load.saturating_add(connections)) / f64::from((*limit).max(1)))
    });
    let load = (expected.fold(start.load, f64::max) * 1000.0).round() / 1000.0;
    let (weekday, hour) = (start.start.local.weekday().number_from_monday(), start.start.local.hour());
    let wanted = prices.map(|(_, pools)| {
        let hours = pools.iter().flat_map(|pool| &pool.hours);
        hours.filter(|one| (one.weekday, one.hour) == (weekday, hour)).map(|one| one.mean_price).sum()
    });
    let rank = load + COST * f64::from(start.cost.unwrap_or(0));
    QuietStart { start: start.start, load, cost: start.cost, wanted, rank: (rank * 1000.0).round() / 1000.0 }
}

/// What is expected of the pools of a school while these starts may last. Of pools that count arrivals the free starts
/// tell what there is to tell.
fn loads(conn: &mut Conn, school: &School, starts: &[FreeStart], duration_minutes: u32) -> AppResult<Loads> {
    let (Some(first), Some(last)) = (starts.first(), starts.last()) else { return Ok(Vec::new()) };
    let span = (first.start.utc, last.start.utc + Duration::minutes(i64::from(duration_minutes)));
    let mut out = Vec::new();
    for pool in store::pools::of_school(conn, &school.id)? {
        let Some((place, metric)) = store::forecasts::place_of(conn, &pool)? else { continue };
        if store::forecasts::made(conn, &place, metric)?.is_none() || pool.kind.reach() > CELL {
            continue;
        }
        let cells = in_cells(conn, (&place, metric), Some(&pool), pool.zone(school.zone()), span)?;
        let of_cell = |cell: &super::map::LoadCell| Some((cell.start.utc, (cell.planned + cell.upper?, cell.limit?)));
        out.push(cells.iter().filter_map(of_cell).collect());
    }
    Ok(out)
}

/// The prices of the last published plan of a school.
fn prices(conn: &mut Conn, school: &School) -> AppResult<Option<(Id, Vec<PoolHours>)>> {
    let rounds = store::rounds::list(conn, &school.id)?;
    let published = rounds.into_iter().filter(|round| round.published_plan.is_some());
    let Some(round) = published.max_by_key(|round| round.starts_at) else { return Ok(None) };
    let Some(id) = round.published_plan.clone() else { return Ok(None) };
    let prices = store::plans::prices(conn, &id)?;
    if prices.is_empty() {
        return Ok(None);
    }
    let plan = store::plans::get(conn, &id)?;
    let situation = situation::situation(conn, &round)?;
    let names = situation::names(conn, school)?;
    Ok(Some((id, pool_hours(&situation, &plan, &prices, &names))))
}
