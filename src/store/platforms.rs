//! Platforms and login federations, and which schools use a platform.

use super::{
    Conn, StoreError,
    schema::{federations, platforms, schools},
    stamps,
    types::{column, utc},
};
use crate::domain::{
    id::Id,
    people::{Federation, Platform},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

type PlatformRow = (String, String, String, Option<String>, NaiveDateTime);
type FederationRow = (String, String, NaiveDateTime);

/// Enters a platform.
///
/// # Errors
/// `Duplicate` when the name is taken, `Reference` when there is no such federation.
pub fn insert(conn: &mut Conn, platform: &Platform) -> Result<(), StoreError> {
    diesel::insert_into(platforms::table)
        .values((
            platforms::id.eq(platform.id.as_str()),
            platforms::name.eq(&platform.name),
            platforms::time_zone.eq(&platform.time_zone),
            platforms::federation_id.eq(platform.federation.as_ref().map(Id::as_str)),
            platforms::created_at.eq(column(platform.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Replaces a platform's name, time zone and federation.
///
/// # Errors
/// `NotFound`, and those of [`insert`].
pub fn update(conn: &mut Conn, platform: &Platform) -> Result<(), StoreError> {
    let done = diesel::update(platforms::table.filter(platforms::id.eq(platform.id.as_str())))
        .set((
            platforms::name.eq(&platform.name),
            platforms::time_zone.eq(&platform.time_zone),
            platforms::federation_id.eq(platform.federation.as_ref().map(Id::as_str)),
        ))
        .execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Takes a platform away.
///
/// # Errors
/// `NotFound`, and `Reference` while schools or pools are its.
pub fn delete(conn: &mut Conn, id: &Id) -> Result<(), StoreError> {
    let done = diesel::delete(platforms::table.filter(platforms::id.eq(id.as_str()))).execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// One platform.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Platform, StoreError> {
    Ok(platform(platforms::table.filter(platforms::id.eq(id.as_str())).first::<PlatformRow>(conn)?))
}

/// Every platform, by name.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn) -> Result<Vec<Platform>, StoreError> {
    let rows = platforms::table.order((platforms::name, platforms::id)).load::<PlatformRow>(conn)?;
    Ok(rows.into_iter().map(platform).collect())
}

/// The schools that use a platform.
///
/// # Errors
/// those of the database.
pub fn schools(conn: &mut Conn, platform: &Id) -> Result<Vec<Id>, StoreError> {
    let of_platform = schools::table.filter(schools::platform_id.eq(platform.as_str()));
    let ids = of_platform.order(schools::id).select(schools::id).load::<String>(conn)?;
    Ok(ids.into_iter().map(Id::from).collect())
}

/// From now on the school uses this platform, or none.
///
/// # Errors
/// `NotFound` when there is no such school, `Reference` when there is no such platform.
pub fn set_of_school(conn: &mut Conn, school: &Id, platform: Option<&Id>) -> Result<(), StoreError> {
    let done = diesel::update(schools::table.filter(schools::id.eq(school.as_str())))
        .set(schools::platform_id.eq(platform.map(Id::as_str)))
        .execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { stamps::renew_school(conn, school) }
}

/// Enters a federation.
///
/// # Errors
/// `Duplicate` when the name is taken.
pub fn insert_federation(conn: &mut Conn, federation: &Federation) -> Result<(), StoreError> {
    diesel::insert_into(federations::table)
        .values((
            federations::id.eq(federation.id.as_str()),
            federations::name.eq(&federation.name),
            federations::created_at.eq(column(federation.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Renames a federation.
///
/// # Errors
/// `NotFound`, and `Duplicate` when the name is taken.
pub fn rename_federation(conn: &mut Conn, id: &Id, name: &str) -> Result<(), StoreError> {
    let done = diesel::update(federations::table.filter(federations::id.eq(id.as_str())))
        .set(federations::name.eq(name))
        .execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Takes a federation away.
///
/// # Errors
/// `NotFound`, and `Reference` while platforms or pools are its.
pub fn delete_federation(conn: &mut Conn, id: &Id) -> Result<(), StoreError> {
    let done = diesel::delete(federations::table.filter(federations::id.eq(id.as_str()))).execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// One federation.
///
/// # Errors
/// `NotFound`.
pub fn federation(conn: &mut Conn, id: &Id) -> Result<Federation, StoreError> {
    Ok(read_federation(federations::table.filter(federations::id.eq(id.as_str())).first::<FederationRow>(conn)?))
}

/// Every federation, by name.
///
/// # Errors
/// those of the database.
pub fn federations(conn: &mut Conn) -> Result<Vec<Federation>, StoreError> {
    let rows = federations::table.order((federations::name, federations::id)).load::<FederationRow>(conn)?;
    Ok(rows.into_iter().map(read_federation).collect())
}

/// The platforms whose pupils pass a federation.
///
/// # Errors
/// those of the database.
pub fn of_federation(conn: &mut Conn, federation: &Id) -> Result<Vec<Id>, StoreError> {
    let of_federation = platforms::table.filter(platforms::federation_id.eq(federation.as_str()));
    let ids = of_federation.order(platforms::id).select(platforms::id).load::<String>(conn)?;
    Ok(ids.into_iter().map(Id::from).collect())
}

fn platform((id, name, time_zone, federation, created_at): PlatformRow) -> Platform {
    let (federation, created_at) = (federation.map(Id::from), utc(created_at));
    Platform { id: id.into(), name, time_zone, federation, created_at }
}

fn read_federation((id, name, created_at): FederationRow) -> Federation {
    Federation { id: id.into(), name, created_at: utc(created_at) }
}
