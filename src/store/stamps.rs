//! Stamps: what a school, its people, its rules of booking and its pools are, besides what classes take, is the same as long
//! as their stamps are. Who has read all of it once need not read it again (`app/sites.rs`).
//!
//! Every write to those tables gives a new stamp in its own transaction, by [`renew_school`] or [`renew_pool`]. A stamp is given once
//! and never again, also when its transaction is rolled back.

use super::{
    Conn, StoreError, revisions,
    schema::{groups, pools, school_pools, schools},
};
use crate::domain::id::Id;
use chrono::Utc;
use diesel::prelude::*;

/// A school, its people, its calendar, its rules, or which pools it uses have changed.
///
/// # Errors
/// those of the database.
pub(super) fn renew_school(conn: &mut Conn, school: &Id) -> Result<(), StoreError> {
    let school = schools::table.filter(schools::id.eq(school.as_str()));
    diesel::update(school).set(schools::stamp.eq(Id::new(Utc::now()).as_str())).execute(conn)?;
    Ok(())
}

/// A group of a school has changed.
///
/// # Errors
/// those of the database.
pub(super) fn renew_school_of_group(conn: &mut Conn, group: &Id) -> Result<(), StoreError> {
    let school = groups::table.filter(groups::id.eq(group.as_str())).select(groups::school_id).first::<String>(conn);
    school.optional()?.map_or(Ok(()), |school| renew_school(conn, &school.into()))
}

/// A pool, its limits or how it is shared out have changed.
///
/// # Errors
/// those of the database.
pub(super) fn renew_pool(conn: &mut Conn, pool: &Id) -> Result<(), StoreError> {
    let pool = pools::table.filter(pools::id.eq(pool.as_str()));
    diesel::update(pool).set(pools::stamp.eq(Id::new(Utc::now()).as_str())).execute(conn)?;
    Ok(())
}

/// The stamps of a school and its pools.
///
/// # Errors
/// `NotFound`.
pub fn of_site(conn: &mut Conn, school: &Id) -> Result<Vec<String>, StoreError> {
    let rows = schools::table
        .left_join(school_pools::table.inner_join(pools::table))
        .filter(schools::id.eq(school.as_str()))
        .order(pools::id)
        .select((schools::stamp, pools::id.nullable(), pools::stamp.nullable()))
        .load::<(String, Option<String>, Option<String>)>(conn)?;
    let Some((own, ..)) = rows.first() else { return Err(StoreError::NotFound) };
    let own = own.clone();
    let of_pools = rows.into_iter().flat_map(|(_, pool, stamp)| [pool, stamp]).flatten();
    Ok(std::iter::once(own).chain(of_pools).collect())
}

/// Numbers that are other ones when classes of a school are, or when room was taken of its pools or given back: its last
/// change, and the counters of its pools.
///
/// # Errors
/// `NotFound`.
pub fn of_classes(conn: &mut Conn, school: &Id) -> Result<Vec<i64>, StoreError> {
    let of_school = school_pools::table.inner_join(pools::table).filter(school_pools::school_id.eq(school.as_str()));
    let mut numbers = of_school.order(pools::id).select(pools::occupancy).load::<i64>(conn)?;
    numbers.push(revisions::last(conn, school)?.0);
    Ok(numbers)
}
