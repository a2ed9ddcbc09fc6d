//! Stamps: what a school, its people, its rules of booking and its pools are, besides what classes take, is the same as long
//! as their stamps are. Who has read all of it once need not read it again (`app/sites.rs`).
//!
//! Every write to those tables gives a new stamp in its own transaction, by [`renew_school`] or [`renew_pool`]. A stamp is given once
//! and never again, also when its transaction is rolled back.

use super::{
    Conn, StoreError, revisions,
    schema::{groups, pools, school_pools, schools},
    types::ROWS,
};
use crate::domain::id::Id;
use chrono::Utc;
use diesel::prelude::*;
use std::collections::HashMap;

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

/// The stamps of a school and its pools, and numbers that are other ones when its classes are, or when room was taken of its
/// pools or given back: the counters of its pools, and its last change.
pub type Seen = (Vec<String>, Vec<i64>);

/// What is so at each of these schools; one that is not there any more is left out.
///
/// # Errors
/// those of the database.
pub fn of_schools(conn: &mut Conn, wanted: &[Id]) -> Result<HashMap<Id, Seen>, StoreError> {
    let mut out: HashMap<Id, Seen> = HashMap::new();
    for part in wanted.chunks(ROWS) {
        let ids = || part.iter().map(Id::as_str);
        let rows = schools::table
            .left_join(school_pools::table.inner_join(pools::table))
            .filter(schools::id.eq_any(ids()))
            .order((schools::id, pools::id))
            .select((schools::id, schools::stamp, (pools::id, pools::stamp, pools::occupancy).nullable()))
            .load::<(String, String, Option<(String, String, i64)>)>(conn)?;
        for (school, own, pool) in rows {
            let (stamps, counters) = out.entry(school.into()).or_insert_with(|| (vec![own], Vec::new()));
            if let Some((pool, stamp, occupancy)) = pool {
                stamps.extend([pool, stamp]);
                counters.push(occupancy);
            }
        }
        for (school, last) in revisions::last_of(conn, part)? {
            out.entry(school).and_modify(|(_, counters)| counters.push(last.0));
        }
    }
    Ok(out)
}
