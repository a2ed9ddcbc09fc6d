//! How hard each hour of a school's week is wanted: a plan's prices and what it leaves free, in local time.

use super::{
    answer::solver_plan,
    load::{Loads, planned},
    names::Names,
    prices::priced_cells,
    problem::{Purpose, Situation, pool_id, problem},
};
use crate::domain::{
    id::Id,
    round::{Plan, PlanPrice},
};
use chrono::{Datelike, Timelike};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use utoipa::ToSchema;

/// A pool through the hours of the school's week.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PoolHours {
    /// The pool.
    pub pool: Id,
    /// Its name.
    #[schema(example = "platform/e-lyco")]
    pub name: String,
    /// Minutes of a cell: prices are for one.
    pub cell_minutes: u32,
    /// The hours in which the school is open, from Monday. Of a round of several weeks, what is so in all of them.
    pub hours: Vec<HourPrice>,
}

/// A pool in an hour of the week, in the school's local time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct HourPrice {
    /// ISO weekday: 1 Monday … 7 Sunday.
    #[schema(minimum = 1, maximum = 7, example = 1)]
    pub weekday: u32,
    /// The hour that the clock shows.
    #[schema(minimum = 0, maximum = 23, example = 9)]
    pub hour: u32,
    /// What a connection pays for each cell that it is open (of arrivals: in which it is opened), in units of cost: the
    /// mean of the hour's cells.
    pub mean_price: f64,
    /// The same in its dearest cell.
    pub highest_price: f64,
    /// Connections that the plan leaves free all the hour.
    pub free: u64,
}

/// What an hour's cells add up to.
#[derive(Clone, Copy)]
struct Sum {
    cells: u32,
    price: f64,
    highest: f64,
    free: u64,
}

/// The pools of a plan through the school's week, in the order of the situation.
pub fn pool_hours(situation: &Situation, plan: &Plan, prices: &[PlanPrice], names: &Names) -> Vec<PoolHours> {
    let problem = problem(situation, Purpose::Explain);
    let (round, grid) = (&problem.round, problem.grid);
    let (loads, starts) = (Loads::of(round), planned(round, &solver_plan(&problem, plan)));
    let mut by_pool: HashMap<&Id, Vec<f64>> = HashMap::new();
    for price in prices {
        let cells = by_pool.entry(&price.pool).or_insert_with(|| vec![0.0; grid.cells as usize]);
        if let Some(cell) = grid.cell(price.starts_at).and_then(|cell| cells.get_mut(cell as usize)) {
            *cell = price.price;
        }
    }
    let calm = vec![0.0; grid.cells as usize];
    let open = situation.school.opening().spans(grid.start, grid.end());
    let of_pool = |(position, pool): (usize, &creneau_solver::Pool)| {
        let id = pool_id(&pool.id);
        let cells = priced_cells(round, &loads, &starts, position, by_pool.get(&id).unwrap_or(&calm));
        let mut hours: BTreeMap<(u32, u32), Sum> = BTreeMap::new();
        for (cell, priced) in (0_u32..).zip(cells) {
            let at = grid.at(cell);
            if !open.iter().any(|span| (span.opens_at..span.closes_at).contains(&at)) {
                continue;
            }
            let local = names.moment(at).local;
            let sum = hours.entry((local.weekday().number_from_monday(), local.hour())).or_insert(Sum {
                cells: 0,
                price: 0.0,
                highest: 0.0,
                free: u64::MAX,
            });
            sum.cells += 1;
            sum.price += priced.price;
            sum.highest = sum.highest.max(priced.price);
            sum.free = sum.free.min(priced.free());
        }
        let hour = |((weekday, hour), sum): ((u32, u32), Sum)| HourPrice {
            weekday,
            hour,
            mean_price: sum.price / f64::from(sum.cells),
            highest_price: sum.highest,
            free: sum.free,
        };
        PoolHours {
            name: names.pool(&id).to_owned(),
            pool: id,
            cell_minutes: grid.step_minutes,
            hours: hours.into_iter().map(hour).collect(),
        }
    };
    round.pools.iter().enumerate().map(of_pool).collect()
}
