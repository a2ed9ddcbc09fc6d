//! How pools are shared out: what is guaranteed, the schools' weights, and what follows from both.
//!
//! The weights that hold are written down when something changes, as are the sums of what is guaranteed, so that a
//! school's view of a pool needs no other school's rows.

use super::{
    Conn, StoreError,
    conn::on_backend,
    pools::get,
    schema::{groups, pool_promises, pool_school_usage, pools, school_pools, schools},
    stamps,
    types::{column, count, utc},
    usage,
};
use crate::domain::{
    capacity::Pool,
    id::Id,
    share::{Others, Share, promised},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// A school's part in a pool that may be shared out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The school.
    pub school: Id,
    /// Its name.
    pub name: String,
    /// The weight that an operator has set.
    pub set_weight: Option<u32>,
    /// The weight that holds: the set one, or the heads of the school's groups.
    pub weight: u64,
}

/// The per cent of a pool's limits that are guaranteed, and the part of each of its schools, by name.
///
/// # Errors
/// `NotFound`.
pub fn of_pool(conn: &mut Conn, pool: &Id) -> Result<(u32, Vec<Part>), StoreError> {
    let percent = percent(conn, pool)?;
    let rows = school_pools::table
        .inner_join(schools::table)
        .filter(school_pools::pool_id.eq(pool.as_str()))
        .order((schools::name, schools::id))
        .select((schools::id, schools::name, school_pools::set_weight))
        .load::<(String, String, Option<i64>)>(conn)?;
    let heads = heads(conn, pool)?;
    let part = |(school, name, set): (String, String, Option<i64>)| {
        let set_weight = set.map(count).transpose()?;
        let weight = set_weight.map_or_else(|| heads.get(&school).copied().unwrap_or(0), u64::from);
        Ok(Part { school: school.into(), name, set_weight, weight })
    };
    Ok((percent, rows.into_iter().map(part).collect::<Result<_, StoreError>>()?))
}

/// Shares a pool out anew: so much of its limits is guaranteed, and these schools have other weights than their heads.
///
/// # Errors
/// `NotFound`.
pub fn replace(conn: &mut Conn, pool: &Id, percent: u32, weights: &BTreeMap<Id, u32>) -> Result<(), StoreError> {
    let id = pool.as_str();
    let done = diesel::update(pools::table.filter(pools::id.eq(id)))
        .set((pools::guaranteed_percent.eq(i64::from(percent)), pools::occupancy.eq(pools::occupancy + 1)))
        .execute(conn)?;
    if done == 0 {
        return Err(StoreError::NotFound);
    }
    let of_pool = school_pools::table.filter(school_pools::pool_id.eq(id));
    diesel::update(of_pool).set(school_pools::set_weight.eq(None::<i64>)).execute(conn)?;
    for (school, weight) in weights {
        diesel::update(of_pool.filter(school_pools::school_id.eq(school.as_str())))
            .set(school_pools::set_weight.eq(Some(i64::from(*weight))))
            .execute(conn)?;
    }
    write_down(conn, pool)?;
    usage::recount(conn, pool)
}

/// After groups of a school have come, gone or grown: its weight in pools that go by heads.
///
/// # Errors
/// those of the database.
pub fn follow_heads(conn: &mut Conn, school: &Id) -> Result<(), StoreError> {
    let shared_out = school_pools::table
        .inner_join(pools::table)
        .filter(school_pools::school_id.eq(school.as_str()))
        .filter(school_pools::set_weight.is_null())
        .filter(pools::guaranteed_percent.gt(0))
        .order(pools::id)
        .select(pools::id)
        .load::<String>(conn)?;
    shared_out.into_iter().try_for_each(|pool| renew(conn, &pool.into()))
}

/// Shares a pool out by the weights that its schools have now, if it is shared out and they have changed.
///
/// # Errors
/// those of the database.
pub(super) fn renew(conn: &mut Conn, pool: &Id) -> Result<(), StoreError> {
    if percent(conn, pool)? == 0 || !has_other_weights(conn, pool)? {
        return Ok(());
    }
    write_down(conn, pool)?;
    usage::recount(conn, pool)
}

/// Shares a pool out by its new limits, if it is shared out.
///
/// # Errors
/// those of the database.
pub(super) fn limits_changed(conn: &mut Conn, pool: &Id) -> Result<(), StoreError> {
    if percent(conn, pool)? == 0 {
        return Ok(());
    }
    write_down(conn, pool)?;
    usage::recount(conn, pool)
}

/// The weights of these schools that hold in a pool.
pub(super) fn weights(conn: &mut Conn, pool: &str, of: &[&str]) -> Result<HashMap<String, u64>, StoreError> {
    let rows = school_pools::table
        .filter(school_pools::pool_id.eq(pool))
        .filter(school_pools::school_id.eq_any(of.to_vec()))
        .select((school_pools::school_id, school_pools::weight))
        .load::<(String, i64)>(conn)?;
    rows.into_iter().map(|(school, weight)| Ok((school, weight_of(weight)?))).collect()
}

/// The other schools of those of a school's pools that are shared out, and what they take from `from` until `to`. This much
/// is read only where somebody asks what would be: what is needs no other school's rows.
///
/// # Errors
/// those of the database.
pub fn others(
    conn: &mut Conn,
    school: &Id,
    pools: &[Pool],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<HashMap<Id, Others>, StoreError> {
    let mut out = HashMap::new();
    for pool in pools.iter().filter(|pool| pool.share.is_some()) {
        let of_pool = school_pools::table.filter(school_pools::pool_id.eq(pool.id.as_str()));
        let rows = of_pool.select((school_pools::school_id, school_pools::weight)).load::<(String, i64)>(conn)?;
        let weights = rows.into_iter().map(|(school, weight)| Ok((school, weight_of(weight)?)));
        let weights = weights.collect::<Result<HashMap<String, u64>, StoreError>>()?;
        let reach = pool.kind.reach();
        let rows = pool_school_usage::table
            .filter(pool_school_usage::pool_id.eq(pool.id.as_str()))
            .filter(pool_school_usage::school_id.ne(school.as_str()))
            .filter(pool_school_usage::at.ge(column(from - reach)))
            .filter(pool_school_usage::at.lt(column(to + reach)))
            .filter(pool_school_usage::used.gt(0))
            .select((pool_school_usage::school_id, pool_school_usage::at, pool_school_usage::used))
            .load::<(String, NaiveDateTime, i64)>(conn)?;
        let mut used: HashMap<DateTime<Utc>, Vec<(u64, u32)>> = HashMap::new();
        for (other, at, connections) in rows {
            let weight = weights.get(&other).copied().unwrap_or(0);
            used.entry(utc(at)).or_default().push((weight, count(connections)?));
        }
        out.insert(pool.id.clone(), Others { weights: weights.into_values().collect(), used });
    }
    Ok(out)
}

/// What is guaranteed altogether of these pools, by pool and limit.
pub(super) fn promises(conn: &mut Conn, of: &[&str]) -> Result<HashMap<String, BTreeMap<u32, u32>>, StoreError> {
    let mut out: HashMap<String, BTreeMap<u32, u32>> = HashMap::new();
    if of.is_empty() {
        return Ok(out);
    }
    let rows = pool_promises::table.filter(pool_promises::pool_id.eq_any(of.to_vec()));
    for (pool, limit, promised) in rows.load::<(String, i64, i64)>(conn)? {
        out.entry(pool).or_default().insert(count(limit)?, count(promised)?);
    }
    Ok(out)
}

/// How a pool is shared out, seen by nobody in particular; nothing when it is not.
pub(super) fn share(
    percent: i64,
    weights: i64,
    promised: Option<BTreeMap<u32, u32>>,
) -> Result<Option<Share>, StoreError> {
    if percent == 0 {
        return Ok(None);
    }
    let (weights, promised) = (weight_of(weights)?, promised.unwrap_or_default());
    Ok(Some(Share { percent: count(percent)?, weight: 0, weights, promised }))
}

/// The pools as a school sees them: with its own weight.
pub(super) fn see_as(conn: &mut Conn, school: &Id, pools: &mut [Pool]) -> Result<(), StoreError> {
    for pool in pools {
        let Some(share) = &mut pool.share else { continue };
        let weight = school_pools::table
            .filter(school_pools::school_id.eq(school.as_str()))
            .filter(school_pools::pool_id.eq(pool.id.as_str()))
            .select(school_pools::weight)
            .first::<i64>(conn)?;
        share.weight = weight_of(weight)?;
    }
    Ok(())
}

/// Whether the weights that hold are others than those that are written down.
fn has_other_weights(conn: &mut Conn, pool: &Id) -> Result<bool, StoreError> {
    let (_, parts) = of_pool(conn, pool)?;
    let schools: Vec<&str> = parts.iter().map(|part| part.school.as_str()).collect();
    let old = weights(conn, pool.as_str(), &schools)?;
    let sum = column_of(parts.iter().map(|part| part.weight).sum())?;
    // The sum tells of schools that have left.
    let written = pools::table.filter(pools::id.eq(pool.as_str())).select(pools::weights).first::<i64>(conn)?;
    Ok(sum != written || parts.iter().any(|part| old.get(part.school.as_str()) != Some(&part.weight)))
}

/// Writes down the weights that hold and what they guarantee altogether.
fn write_down(conn: &mut Conn, pool: &Id) -> Result<(), StoreError> {
    let id = pool.as_str();
    let (percent, parts) = of_pool(conn, pool)?;
    let schools: Vec<&str> = parts.iter().map(|part| part.school.as_str()).collect();
    let (old, sum) = (weights(conn, id, &schools)?, parts.iter().map(|part| part.weight).sum::<u64>());
    for part in parts.iter().filter(|part| old.get(part.school.as_str()) != Some(&part.weight)) {
        let row = school_pools::table.filter(school_pools::pool_id.eq(id));
        diesel::update(row.filter(school_pools::school_id.eq(part.school.as_str())))
            .set(school_pools::weight.eq(column_of(part.weight)?))
            .execute(conn)?;
    }
    stamps::renew_pool(conn, pool)?;
    let sum = column_of(sum)?;
    diesel::update(pools::table.filter(pools::id.eq(id)))
        .set((pools::weights.eq(sum), pools::occupancy.eq(pools::occupancy + 1)))
        .execute(conn)?;
    diesel::delete(pool_promises::table.filter(pool_promises::pool_id.eq(id))).execute(conn)?;
    if percent > 0 {
        let all: Vec<u64> = parts.iter().map(|part| part.weight).collect();
        let promised = promised(get(conn, pool)?.distinct_limits(), percent, &all);
        let rows: Vec<_> = promised
            .into_iter()
            .map(|(limit, promised)| {
                (
                    pool_promises::pool_id.eq(id),
                    pool_promises::connections.eq(i64::from(limit)),
                    pool_promises::promised.eq(i64::from(promised)),
                )
            })
            .collect();
        for part in rows.chunks(1000) {
            on_backend!(conn, conn => diesel::insert_into(pool_promises::table).values(part).execute(conn))?;
        }
    }
    Ok(())
}

/// The heads in the groups of each school of a pool.
fn heads(conn: &mut Conn, pool: &Id) -> Result<HashMap<String, u64>, StoreError> {
    let schools = school_pools::table.filter(school_pools::pool_id.eq(pool.as_str())).select(school_pools::school_id);
    let rows = groups::table
        .filter(groups::school_id.eq_any(schools))
        .select((groups::school_id, groups::headcount))
        .load::<(String, i64)>(conn)?;
    let mut heads: HashMap<String, u64> = HashMap::new();
    for (school, count) in rows {
        *heads.entry(school).or_default() += weight_of(count)?;
    }
    Ok(heads)
}

fn percent(conn: &mut Conn, pool: &Id) -> Result<u32, StoreError> {
    let percent = pools::table.filter(pools::id.eq(pool.as_str())).select(pools::guaranteed_percent);
    count(percent.first::<i64>(conn)?)
}

fn weight_of(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::Other(format!("{number} is no weight")))
}

fn column_of(weight: u64) -> Result<i64, StoreError> {
    i64::try_from(weight).map_err(|_| StoreError::Other(format!("{weight} is no weight")))
}
