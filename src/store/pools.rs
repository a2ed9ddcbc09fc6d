//! Capacity pools, their limits, and which schools use them.

use super::{
    Conn, StoreError,
    conn::on_backend,
    schema::{pool_dated_limits, pool_weekly_limits, pools, school_pools},
    shares, stamps,
    statement::Statement,
    types::{column, count, utc, word},
    usage,
};
use crate::domain::{
    capacity::{Background, DatedLimit, Pool, PoolKind, PoolOwner, WeeklyLimit},
    id::Id,
    time::WeekSpan,
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{exists, not},
    prelude::*,
};
use std::collections::{BTreeSet, HashMap};

type Row =
    (String, String, String, Option<i64>, i64, Option<String>, Option<String>, Option<String>, i64, i64, String, i64);
type Columns = (
    pools::id,
    pools::name,
    pools::kind,
    pools::window_minutes,
    pools::connections,
    pools::platform_id,
    pools::federation_id,
    pools::time_zone,
    pools::guaranteed_percent,
    pools::weights,
    pools::background,
    pools::background_margin,
);
const COLUMNS: Columns = (
    pools::id,
    pools::name,
    pools::kind,
    pools::window_minutes,
    pools::connections,
    pools::platform_id,
    pools::federation_id,
    pools::time_zone,
    pools::guaranteed_percent,
    pools::weights,
    pools::background,
    pools::background_margin,
);

/// Enters a pool with its limits. It is nobody's until [`attach`] gives it to a school.
///
/// # Errors
/// `Duplicate` when the name is taken.
pub fn insert(conn: &mut Conn, pool: &Pool) -> Result<(), StoreError> {
    let (kind, window) = kind_columns(pool.kind);
    diesel::insert_into(pools::table)
        .values((
            pools::id.eq(pool.id.as_str()),
            pools::name.eq(&pool.name),
            pools::kind.eq(kind),
            pools::window_minutes.eq(window),
            pools::connections.eq(i64::from(pool.connections)),
            pools::platform_id.eq(pool.owner.platform.as_ref().map(Id::as_str)),
            pools::federation_id.eq(pool.owner.federation.as_ref().map(Id::as_str)),
            pools::time_zone.eq(&pool.time_zone),
        ))
        .execute(conn)?;
    insert_limits(conn, pool)
}

/// Replaces a pool's name, kind, time zone and limits, and counts its use anew when it counts otherwise now. A pool
/// that is shared out is shared out by its new limits.
///
/// # Errors
/// `NotFound`, and `Duplicate` when another pool has this name.
pub fn update(conn: &mut Conn, pool: &Pool) -> Result<(), StoreError> {
    let (kind, window) = kind_columns(pool.kind);
    let old = pools::table.filter(pools::id.eq(pool.id.as_str())).select(pools::kind).first::<String>(conn)?;
    diesel::update(pools::table.filter(pools::id.eq(pool.id.as_str())))
        .set((
            pools::name.eq(&pool.name),
            pools::kind.eq(kind),
            pools::window_minutes.eq(window),
            pools::connections.eq(i64::from(pool.connections)),
            pools::time_zone.eq(&pool.time_zone),
            pools::occupancy.eq(pools::occupancy + 1),
        ))
        .execute(conn)?;
    let id = pool.id.as_str();
    diesel::delete(pool_weekly_limits::table.filter(pool_weekly_limits::pool_id.eq(id))).execute(conn)?;
    diesel::delete(pool_dated_limits::table.filter(pool_dated_limits::pool_id.eq(id))).execute(conn)?;
    insert_limits(conn, pool)?;
    stamps::renew_pool(conn, &pool.id)?;
    if old == kind { shares::limits_changed(conn, &pool.id) } else { usage::recount(conn, &pool.id) }
}

/// One pool.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Pool, StoreError> {
    let rows = pools::table.select(COLUMNS).filter(pools::id.eq(id.as_str())).load::<Row>(conn)?;
    with_limits(conn, rows)?.pop().ok_or(StoreError::NotFound)
}

/// The pools that are no school's own, by name.
///
/// # Errors
/// those of the database.
pub fn shared(conn: &mut Conn) -> Result<Vec<Pool>, StoreError> {
    // Not `NOT IN`, for which PostgreSQL reads all own pools again for each pool.
    let own = school_pools::table.filter(school_pools::own).filter(school_pools::pool_id.eq(pools::id));
    let rows =
        pools::table.select(COLUMNS).filter(not(exists(own))).order((pools::name, pools::id)).load::<Row>(conn)?;
    with_limits(conn, rows)
}

/// The pools that the classes of a school use: its own first, then the shared ones by name.
///
/// # Errors
/// those of the database.
pub fn of_school(conn: &mut Conn, school: &Id) -> Result<Vec<Pool>, StoreError> {
    let rows = school_pools::table
        .inner_join(pools::table)
        .filter(school_pools::school_id.eq(school.as_str()))
        .order((school_pools::own.desc(), pools::name, pools::id))
        .select(COLUMNS)
        .load::<Row>(conn)?;
    let mut pools = with_limits(conn, rows)?;
    shares::see_as(conn, school, &mut pools)?;
    Ok(pools)
}

/// The ids of the pools that the classes of a school use, in order.
///
/// # Errors
/// those of the database.
pub fn ids_of_school(conn: &mut Conn, school: &Id) -> Result<Vec<Id>, StoreError> {
    let of_school = school_pools::table.filter(school_pools::school_id.eq(school.as_str()));
    let ids = of_school.order(school_pools::pool_id).select(school_pools::pool_id).load::<String>(conn)?;
    Ok(ids.into_iter().map(Id::from).collect())
}

/// From now on what is expected besides classes counts so against the pool's limits.
///
/// # Errors
/// `NotFound`.
pub fn set_background(conn: &mut Conn, pool: &Id, background: Background) -> Result<(), StoreError> {
    let done = diesel::update(pools::table.filter(pools::id.eq(pool.as_str())))
        .set((
            pools::background.eq(background.policy.as_str()),
            pools::background_margin.eq(i64::from(background.margin_percent)),
            pools::occupancy.eq(pools::occupancy + 1),
        ))
        .execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { stamps::renew_pool(conn, pool) }
}

/// The school whose own a pool is, if it is one's.
///
/// # Errors
/// those of the database.
pub fn owner_of(conn: &mut Conn, pool: &Id) -> Result<Option<Id>, StoreError> {
    let owners = school_pools::table.filter(school_pools::pool_id.eq(pool.as_str())).filter(school_pools::own);
    let school = owners.select(school_pools::school_id).first::<String>(conn).optional()?;
    Ok(school.map(Id::from))
}

/// Whether the pool is a school's own, and so nobody else's to use.
///
/// # Errors
/// those of the database.
pub fn is_own(conn: &mut Conn, pool: &Id) -> Result<bool, StoreError> {
    let owners = school_pools::table.filter(school_pools::pool_id.eq(pool.as_str())).filter(school_pools::own);
    Ok(owners.count().get_result::<i64>(conn)? > 0)
}

/// The schools whose classes use the pool.
///
/// # Errors
/// those of the database.
pub fn schools_of(conn: &mut Conn, pool: &Id) -> Result<Vec<Id>, StoreError> {
    let users = school_pools::table.filter(school_pools::pool_id.eq(pool.as_str()));
    let ids = users.order(school_pools::school_id).select(school_pools::school_id).load::<String>(conn)?;
    Ok(ids.into_iter().map(Id::from).collect())
}

/// The pools of a platform, or of a federation, by name.
///
/// # Errors
/// those of the database.
pub fn of_owner(conn: &mut Conn, owner: &PoolOwner) -> Result<Vec<Pool>, StoreError> {
    let platform = owner.platform.as_ref().map(Id::as_str);
    let federation = owner.federation.as_ref().map(Id::as_str);
    let rows = pools::table
        .filter(pools::platform_id.eq(platform).or(pools::federation_id.eq(federation)))
        .order((pools::name, pools::id))
        .select(COLUMNS)
        .load::<Row>(conn)?;
    with_limits(conn, rows)
}

/// From now on the school's classes use the pool, and what they take of it is counted. Nothing happens when they
/// already do.
///
/// # Errors
/// `Reference` when there is no such school or pool.
pub fn attach(conn: &mut Conn, school: &Id, pool: &Id, own: bool) -> Result<(), StoreError> {
    let row = (
        school_pools::school_id.eq(school.as_str()),
        school_pools::pool_id.eq(pool.as_str()),
        school_pools::own.eq(own),
    );
    let new = on_backend!(conn, conn => {
        diesel::insert_into(school_pools::table).values(row).on_conflict_do_nothing().execute(conn)
    })?;
    if new == 0 {
        return Ok(());
    }
    usage::move_school(conn, school, pool, 1)?;
    shares::renew(conn, pool)
}

/// From now on the school's classes do not use the shared pool any more.
///
/// # Errors
/// `NotFound` when they did not, or when it is the school's own.
pub fn detach(conn: &mut Conn, school: &Id, pool: &Id) -> Result<(), StoreError> {
    let shared = school_pools::table
        .filter(school_pools::school_id.eq(school.as_str()))
        .filter(school_pools::pool_id.eq(pool.as_str()))
        .filter(school_pools::own.eq(false));
    if shared.count().get_result::<i64>(conn)? == 0 {
        return Err(StoreError::NotFound);
    }
    usage::move_school(conn, school, pool, -1)?;
    diesel::delete(shared).execute(conn)?;
    shares::renew(conn, pool)
}

/// Takes a pool away, from all schools that used it; a school's own once the school is gone.
///
/// # Errors
/// `NotFound`, `Reference` for the own pool of a school that is there.
pub fn delete(conn: &mut Conn, id: &Id) -> Result<(), StoreError> {
    let shared = school_pools::table.filter(school_pools::pool_id.eq(id.as_str())).filter(school_pools::own.eq(false));
    diesel::delete(shared).execute(conn)?;
    let done = diesel::delete(pools::table.filter(pools::id.eq(id.as_str()))).execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Makes this transaction the only one that takes room in these pools until it ends. Pools are locked in the order
/// of their ids, so that two transactions never wait for each other.
///
/// # Errors
/// `NotFound` when a pool is not there, `LostRace`.
pub fn lock<'a>(conn: &mut Conn, ids: impl IntoIterator<Item = &'a Id>) -> Result<(), StoreError> {
    let ids: BTreeSet<&str> = ids.into_iter().map(Id::as_str).collect();
    if LOCK.run(conn, &ids)? < ids.len() { Err(StoreError::NotFound) } else { Ok(()) }
}

const LOCK: Statement = Statement {
    sqlite: "UPDATE pools SET occupancy = occupancy + 1 WHERE id IN (SELECT value FROM json_each(?))",
    postgres: "UPDATE pools SET occupancy = occupancy + 1 WHERE id IN (\
        SELECT id FROM pools WHERE id IN (SELECT jsonb_array_elements_text(?::jsonb)) ORDER BY id FOR UPDATE)",
};

fn insert_limits(conn: &mut Conn, pool: &Pool) -> Result<(), StoreError> {
    let weekly: Vec<_> = pool
        .weekly
        .iter()
        .map(|limit| {
            (
                pool_weekly_limits::pool_id.eq(pool.id.as_str()),
                pool_weekly_limits::weekday.eq(i64::from(limit.span.weekday)),
                pool_weekly_limits::from_minute.eq(i64::from(limit.span.from_minute)),
                pool_weekly_limits::to_minute.eq(i64::from(limit.span.to_minute)),
                pool_weekly_limits::connections.eq(i64::from(limit.connections)),
            )
        })
        .collect();
    let dated: Vec<_> = pool
        .dated
        .iter()
        .map(|limit| {
            (
                pool_dated_limits::pool_id.eq(pool.id.as_str()),
                pool_dated_limits::starts_at.eq(column(limit.starts_at)),
                pool_dated_limits::ends_at.eq(column(limit.ends_at)),
                pool_dated_limits::connections.eq(i64::from(limit.connections)),
            )
        })
        .collect();
    // In parts: PostgreSQL takes 65,535 values a statement at most, SQLite 32,766.
    for part in weekly.chunks(1000) {
        on_backend!(conn, conn => diesel::insert_into(pool_weekly_limits::table).values(part).execute(conn))?;
    }
    for part in dated.chunks(1000) {
        on_backend!(conn, conn => diesel::insert_into(pool_dated_limits::table).values(part).execute(conn))?;
    }
    Ok(())
}

fn with_limits(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Pool>, StoreError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
    let spans = pool_weekly_limits::table
        .filter(pool_weekly_limits::pool_id.eq_any(ids.clone()))
        .order((pool_weekly_limits::weekday, pool_weekly_limits::from_minute))
        .load::<(String, i64, i64, i64, i64)>(conn)?;
    let mut weekly: HashMap<String, Vec<WeeklyLimit>> = HashMap::new();
    for (pool, weekday, from, to, connections) in spans {
        let span = WeekSpan { weekday: count(weekday)?, from_minute: count(from)?, to_minute: count(to)? };
        weekly.entry(pool).or_default().push(WeeklyLimit { span, connections: count(connections)? });
    }
    let dates = pool_dated_limits::table
        .filter(pool_dated_limits::pool_id.eq_any(ids))
        .order(pool_dated_limits::starts_at)
        .load::<(String, NaiveDateTime, NaiveDateTime, i64)>(conn)?;
    let mut dated: HashMap<String, Vec<DatedLimit>> = HashMap::new();
    for (pool, starts_at, ends_at, connections) in dates {
        let limit = DatedLimit { starts_at: utc(starts_at), ends_at: utc(ends_at), connections: count(connections)? };
        dated.entry(pool).or_default().push(limit);
    }
    let shared_out: Vec<&str> = rows.iter().filter(|row| row.8 > 0).map(|row| row.0.as_str()).collect();
    let mut promises = shares::promises(conn, &shared_out)?;
    rows.into_iter()
        .map(
            |(
                id,
                name,
                kind,
                window,
                connections,
                platform,
                federation,
                time_zone,
                percent,
                weights,
                policy,
                margin,
            )| {
                let (weekly, dated) = (weekly.remove(&id).unwrap_or_default(), dated.remove(&id).unwrap_or_default());
                let (kind, connections) = (read_kind(&kind, window)?, count(connections)?);
                let share = shares::share(percent, weights, promises.remove(&id))?;
                let owner = PoolOwner { platform: platform.map(Id::from), federation: federation.map(Id::from) };
                let background = Background { policy: word(&policy)?, margin_percent: count(margin)? };
                Ok(Pool { id: id.into(), name, kind, owner, time_zone, connections, weekly, dated, background, share })
            },
        )
        .collect()
}

fn kind_columns(kind: PoolKind) -> (&'static str, Option<i64>) {
    match kind {
        PoolKind::Concurrent => ("concurrent", None),
        PoolKind::Arrivals { window_minutes } => ("arrivals", Some(i64::from(window_minutes))),
    }
}

fn read_kind(kind: &str, window: Option<i64>) -> Result<PoolKind, StoreError> {
    match (kind, window) {
        ("concurrent", None) => Ok(PoolKind::Concurrent),
        ("arrivals", Some(minutes)) => Ok(PoolKind::Arrivals { window_minutes: count(minutes)? }),
        _ => Err(StoreError::Other(format!("{kind:?} is not a kind of pool"))),
    }
}
