//! Plans: written once, never changed.

use super::{
    Conn, StoreError,
    conn::on_backend,
    schema::{plan_prices, plan_sessions, plans, pools},
    types::{ROWS, column, count, utc},
};
use crate::domain::{
    id::Id,
    round::{Plan, PlanLimits, PlanPrice, PlannedStart},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::HashSet;

type Row = (
    (String, String, Option<String>, i64, i64, Option<f64>, bool, NaiveDateTime),
    (f64, i64, Option<i64>, Option<i64>, Option<i64>, Option<String>, Option<String>),
);
type Columns = (
    (
        plans::id,
        plans::round_id,
        plans::parent_id,
        plans::seed,
        plans::objective,
        plans::bound,
        plans::optimal,
        plans::created_at,
    ),
    (
        plans::weighted_objective,
        plans::unplaced,
        plans::seconds,
        plans::threads,
        plans::move_cost,
        plans::fingerprint,
        plans::asked_by,
    ),
);
const COLUMNS: Columns = (
    (
        plans::id,
        plans::round_id,
        plans::parent_id,
        plans::seed,
        plans::objective,
        plans::bound,
        plans::optimal,
        plans::created_at,
    ),
    (
        plans::weighted_objective,
        plans::unplaced,
        plans::seconds,
        plans::threads,
        plans::move_cost,
        plans::fingerprint,
        plans::asked_by,
    ),
);

/// Keeps a plan.
///
/// # Errors
/// `Reference` when its round or a request is not there any more.
pub fn insert(conn: &mut Conn, plan: &Plan) -> Result<(), StoreError> {
    let objective = i64::try_from(plan.objective)
        .map_err(|_| StoreError::Other(format!("an objective of {} is beyond all costs", plan.objective)))?;
    let limits = plan.limits.as_ref();
    let seconds = limits.map(|limits| i64::try_from(limits.seconds).unwrap_or(i64::MAX));
    diesel::insert_into(plans::table)
        .values((
            plans::id.eq(plan.id.as_str()),
            plans::round_id.eq(plan.round.as_str()),
            plans::parent_id.eq(plan.parent.as_ref().map(Id::as_str)),
            plans::seed.eq(plan.seed.cast_signed()),
            plans::objective.eq(objective),
            plans::bound.eq(plan.bound),
            plans::optimal.eq(plan.optimal),
            plans::created_at.eq(column(plan.created_at)),
            plans::weighted_objective.eq(plan.weighted_objective),
            plans::unplaced.eq(i64::from(plan.unplaced)),
            plans::seconds.eq(seconds),
            plans::threads.eq(limits.map(|limits| i64::from(limits.threads))),
            plans::move_cost.eq(limits.and_then(|limits| limits.move_cost).map(i64::from)),
            plans::fingerprint.eq(limits.map(|limits| &limits.fingerprint)),
            plans::asked_by.eq(limits.map(|limits| &limits.asked_by)),
        ))
        .execute(conn)?;
    let rows: Vec<_> = plan
        .starts
        .iter()
        .map(|start| {
            (
                plan_sessions::plan_id.eq(plan.id.as_str()),
                plan_sessions::request_id.eq(start.request.as_str()),
                plan_sessions::starts_at.eq(start.starts_at.map(column)),
                plan_sessions::weight.eq(i64::from(start.weight)),
                plan_sessions::pinned.eq(start.pinned),
            )
        })
        .collect();
    for rows in rows.chunks(ROWS) {
        let rows = rows.to_vec();
        on_backend!(conn, conn => diesel::insert_into(plan_sessions::table).values(&rows).execute(conn))?;
    }
    Ok(())
}

/// Keeps what a plan's pools cost; of pools that are there: one may have gone while a worker solved.
///
/// # Errors
/// `Reference` when the plan is not there.
pub fn insert_prices(conn: &mut Conn, plan: &Id, prices: &[PlanPrice]) -> Result<(), StoreError> {
    let wanted: HashSet<&str> = prices.iter().map(|price| price.pool.as_str()).collect();
    let there: HashSet<String> =
        pools::table.filter(pools::id.eq_any(wanted)).select(pools::id).load(conn)?.into_iter().collect();
    let rows: Vec<_> = prices
        .iter()
        .filter(|price| there.contains(price.pool.as_str()))
        .map(|price| {
            (
                plan_prices::plan_id.eq(plan.as_str()),
                plan_prices::pool_id.eq(price.pool.as_str()),
                plan_prices::starts_at.eq(column(price.starts_at)),
                plan_prices::price.eq(price.price),
            )
        })
        .collect();
    for rows in rows.chunks(ROWS) {
        let rows = rows.to_vec();
        on_backend!(conn, conn => diesel::insert_into(plan_prices::table).values(&rows).execute(conn))?;
    }
    Ok(())
}

/// What a plan's pools cost, by pool and time.
///
/// # Errors
/// those of the database.
pub fn prices(conn: &mut Conn, plan: &Id) -> Result<Vec<PlanPrice>, StoreError> {
    let rows = plan_prices::table
        .filter(plan_prices::plan_id.eq(plan.as_str()))
        .order((plan_prices::pool_id, plan_prices::starts_at))
        .select((plan_prices::pool_id, plan_prices::starts_at, plan_prices::price))
        .load::<(String, NaiveDateTime, f64)>(conn)?;
    let price =
        |(pool, starts_at, price): (String, _, _)| PlanPrice { pool: pool.into(), starts_at: utc(starts_at), price };
    Ok(rows.into_iter().map(price).collect())
}

/// One plan, with its starts.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Plan, StoreError> {
    let mut plan = plan(plans::table.filter(plans::id.eq(id.as_str())).select(COLUMNS).first::<Row>(conn)?)?;
    plan.starts = plan_sessions::table
        .filter(plan_sessions::plan_id.eq(id.as_str()))
        .order(plan_sessions::request_id)
        .select((plan_sessions::request_id, plan_sessions::starts_at, plan_sessions::weight, plan_sessions::pinned))
        .load::<(String, Option<NaiveDateTime>, i64, bool)>(conn)?
        .into_iter()
        .map(|(request, starts_at, weight, pinned)| {
            let starts_at = starts_at.map(utc);
            Ok(PlannedStart { request: request.into(), starts_at, weight: count(weight)?, pinned })
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(plan)
}

/// A round's plans without their starts, the latest first.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn, round: &Id) -> Result<Vec<Plan>, StoreError> {
    let rows = plans::table
        .filter(plans::round_id.eq(round.as_str()))
        .order((plans::created_at.desc(), plans::id.desc()))
        .select(COLUMNS)
        .load::<Row>(conn)?;
    rows.into_iter().map(plan).collect()
}

fn plan(row: Row) -> Result<Plan, StoreError> {
    let (
        (id, round, parent, seed, objective, bound, optimal, created_at),
        (weighted_objective, unplaced, seconds, threads, move_cost, fingerprint, asked_by),
    ) = row;
    let limits = match (seconds, threads, fingerprint, asked_by) {
        (Some(seconds), Some(threads), Some(fingerprint), Some(asked_by)) => Some(PlanLimits {
            seconds: u64::try_from(seconds).unwrap_or(0),
            threads: count(threads)?,
            move_cost: move_cost.map(count).transpose()?,
            fingerprint,
            asked_by,
        }),
        _ => None,
    };
    Ok(Plan {
        id: id.into(),
        round: round.into(),
        parent: parent.map(Id::from),
        seed: seed.cast_unsigned(),
        objective: u64::try_from(objective).map_err(|_| StoreError::Other(format!("{objective} is no objective")))?,
        weighted_objective,
        bound,
        optimal,
        unplaced: count(unplaced)?,
        limits,
        created_at: utc(created_at),
        starts: Vec::new(),
    })
}
