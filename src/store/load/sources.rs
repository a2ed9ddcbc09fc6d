//! Sources, and whose turn it is: claimed by a conditional update, held by a lease.

use super::{
    super::{
        Conn, StoreError,
        jobs::Lease,
        schema::load_sources,
        types::{column, count, utc, word},
    },
    series::{PlaceColumns, of_place, place},
};
use crate::domain::{
    id::Id,
    load::{Place, source::Source},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

type Row = (
    (String, PlaceColumns, String, String, String, Option<String>, bool),
    (i64, i64, Option<String>, bool, Option<NaiveDateTime>, NaiveDateTime),
    (Option<NaiveDateTime>, Option<String>, NaiveDateTime),
);

/// A source whose turn it is.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The source.
    pub source: Source,
    /// Its secret.
    pub secret: Option<String>,
    /// How often it has failed in a row.
    pub failures: u32,
}

/// How a reading ended.
#[derive(Clone, Copy, Debug)]
pub struct Outcome<'a> {
    /// Up to when it has been read; nothing new when it was not.
    pub read_until: Option<DateTime<Utc>>,
    /// What went wrong.
    pub error: Option<&'a str>,
    /// When it is read next.
    pub run_after: DateTime<Utc>,
}

/// Enters a source.
///
/// # Errors
/// `Reference` when there is no such place.
pub fn insert(conn: &mut Conn, source: &Source, secret: Option<&str>) -> Result<(), StoreError> {
    let (platform, federation, school) = of_place(&source.place);
    diesel::insert_into(load_sources::table)
        .values((
            (
                load_sources::id.eq(source.id.as_str()),
                load_sources::platform_id.eq(platform),
                load_sources::federation_id.eq(federation),
                load_sources::school_id.eq(school),
                load_sources::kind.eq(source.kind.as_str()),
                load_sources::secret.eq(secret),
                load_sources::attempts.eq(0),
                load_sources::created_at.eq(column(source.created_at)),
            ),
            details(source),
        ))
        .execute(conn)?;
    Ok(())
}

/// Writes all of a source but its id, kind and place; its secret only when there is a new one.
///
/// # Errors
/// `NotFound`.
pub fn update(conn: &mut Conn, source: &Source, secret: Option<&str>) -> Result<(), StoreError> {
    let of_id = || load_sources::table.filter(load_sources::id.eq(source.id.as_str()));
    let done = diesel::update(of_id()).set((details(source), load_sources::attempts.eq(0))).execute(conn)?;
    if done == 0 {
        return Err(StoreError::NotFound);
    }
    if secret.is_some() {
        diesel::update(of_id()).set(load_sources::secret.eq(secret)).execute(conn)?;
    }
    Ok(())
}

/// Takes a source away; what was read of it stays.
///
/// # Errors
/// `NotFound`.
pub fn delete(conn: &mut Conn, id: &Id) -> Result<(), StoreError> {
    let done = diesel::delete(load_sources::table.filter(load_sources::id.eq(id.as_str()))).execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// One source.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Source, StoreError> {
    source(all().filter(load_sources::id.eq(id.as_str())).first::<Row>(conn)?)
}

/// The sources of a place, or of all.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn, place: Option<&Place>) -> Result<Vec<Source>, StoreError> {
    let mut rows = all().order((load_sources::created_at, load_sources::id)).into_boxed();
    if let Some(place) = place {
        let (platform, federation, school) = of_place(place);
        let at_place = load_sources::platform_id
            .eq(platform)
            .or(load_sources::federation_id.eq(federation))
            .or(load_sources::school_id.eq(school));
        rows = rows.filter(at_place);
    }
    rows.load::<Row>(conn)?.into_iter().map(source).collect()
}

/// How many sources there are of a place.
///
/// # Errors
/// those of the database.
pub fn count_of(conn: &mut Conn, place: &Place) -> Result<usize, StoreError> {
    list(conn, Some(place)).map(|sources| sources.len())
}

/// Whether it is a source's turn.
///
/// # Errors
/// those of the database.
pub fn is_due(conn: &mut Conn, now: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(due(conn, now)?.is_some())
}

/// Takes the source whose turn it has been longest.
///
/// # Errors
/// `LostRace` when another worker was quicker.
pub fn claim(conn: &mut Conn, lease: &Lease, now: DateTime<Utc>) -> Result<Option<Turn>, StoreError> {
    let Some((id, attempts, run_after)) = due(conn, now)? else { return Ok(None) };
    let unchanged = load_sources::table
        .filter(load_sources::id.eq(&id))
        .filter(load_sources::attempts.eq(attempts))
        .filter(load_sources::run_after.eq(run_after));
    let taken = diesel::update(unchanged)
        .set((
            load_sources::attempts.eq(attempts + 1),
            load_sources::lease_owner.eq(Some(&lease.owner)),
            load_sources::lease_until.eq(Some(column(lease.until))),
        ))
        .execute(conn)?;
    if taken != 1 {
        return Err(StoreError::LostRace);
    }
    let of_id = load_sources::table.filter(load_sources::id.eq(&id));
    let secret = of_id.select(load_sources::secret).first::<Option<String>>(conn)?;
    Ok(Some(Turn { source: get(conn, &id.into())?, secret, failures: count(attempts)? }))
}

/// Ends a reading, if `owner` still holds the source. After a success failures are counted anew.
///
/// # Errors
/// those of the database.
pub fn settle(
    conn: &mut Conn,
    id: &Id,
    owner: &str,
    outcome: &Outcome<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let ours = || {
        load_sources::table.filter(load_sources::id.eq(id.as_str())).filter(load_sources::lease_owner.eq(Some(owner)))
    };
    if let Some(until) = outcome.read_until {
        diesel::update(ours()).set(load_sources::read_until.eq(Some(column(until)))).execute(conn)?;
    }
    if outcome.error.is_some() {
        let since = load_sources::failing_since.is_null();
        diesel::update(ours().filter(since)).set(load_sources::failing_since.eq(Some(column(now)))).execute(conn)?;
    } else {
        let well = (load_sources::failing_since.eq(None::<NaiveDateTime>), load_sources::attempts.eq(0));
        diesel::update(ours()).set(well).execute(conn)?;
    }
    diesel::update(ours())
        .set((
            load_sources::error.eq(outcome.error),
            load_sources::run_after.eq(column(outcome.run_after)),
            load_sources::lease_owner.eq(None::<String>),
            load_sources::lease_until.eq(None::<NaiveDateTime>),
        ))
        .execute(conn)?;
    Ok(())
}

fn due(conn: &mut Conn, now: DateTime<Utc>) -> Result<Option<(String, i64, NaiveDateTime)>, StoreError> {
    let free = load_sources::lease_until.is_null().or(load_sources::lease_until.lt(Some(column(now))));
    let found = load_sources::table
        .filter(load_sources::enabled.eq(true))
        .filter(load_sources::run_after.le(column(now)))
        .filter(free.assume_not_null())
        .order((load_sources::run_after, load_sources::id))
        .select((load_sources::id, load_sources::attempts, load_sources::run_after))
        .first(conn)
        .optional()?;
    Ok(found)
}

#[diesel::dsl::auto_type]
fn all() -> _ {
    load_sources::table.select((
        (
            load_sources::id,
            (load_sources::platform_id, load_sources::federation_id, load_sources::school_id),
            load_sources::kind,
            load_sources::metric,
            load_sources::address,
            load_sources::query,
            load_sources::counter,
        ),
        (
            load_sources::step_seconds,
            load_sources::every_seconds,
            load_sources::secret,
            load_sources::enabled,
            load_sources::read_until,
            load_sources::run_after,
        ),
        (load_sources::failing_since, load_sources::error, load_sources::created_at),
    ))
}

type Details<'a> = (
    diesel::dsl::Eq<load_sources::metric, &'static str>,
    diesel::dsl::Eq<load_sources::address, &'a str>,
    diesel::dsl::Eq<load_sources::query, Option<&'a str>>,
    diesel::dsl::Eq<load_sources::counter, bool>,
    diesel::dsl::Eq<load_sources::step_seconds, i64>,
    diesel::dsl::Eq<load_sources::every_seconds, i64>,
    diesel::dsl::Eq<load_sources::enabled, bool>,
    diesel::dsl::Eq<load_sources::read_until, Option<NaiveDateTime>>,
    diesel::dsl::Eq<load_sources::run_after, NaiveDateTime>,
    diesel::dsl::Eq<load_sources::failing_since, Option<NaiveDateTime>>,
    diesel::dsl::Eq<load_sources::error, Option<&'a str>>,
);

/// What an owner may change, and what follows from it.
fn details(source: &Source) -> Details<'_> {
    (
        load_sources::metric.eq(source.metric.as_str()),
        load_sources::address.eq(source.address.as_str()),
        load_sources::query.eq(source.query.as_deref()),
        load_sources::counter.eq(source.counter),
        load_sources::step_seconds.eq(i64::from(source.step_seconds)),
        load_sources::every_seconds.eq(i64::from(source.every_seconds)),
        load_sources::enabled.eq(source.enabled),
        load_sources::read_until.eq(source.read_until.map(column)),
        load_sources::run_after.eq(column(source.run_after)),
        load_sources::failing_since.eq(source.failing_since.map(column)),
        load_sources::error.eq(source.error.as_deref()),
    )
}

fn source(row: Row) -> Result<Source, StoreError> {
    let (first, (step, every, secret, enabled, read_until, run_after), (failing_since, error, created_at)) = row;
    let (id, columns, kind, metric, address, query, counter) = first;
    Ok(Source {
        id: id.into(),
        place: place(columns)?,
        kind: word(&kind)?,
        metric: word(&metric)?,
        address,
        query,
        counter,
        step_seconds: count(step)?,
        every_seconds: count(every)?,
        has_secret: secret.is_some(),
        enabled,
        read_until: read_until.map(utc),
        run_after: utc(run_after),
        failing_since: failing_since.map(utc),
        error,
        created_at: utc(created_at),
    })
}
