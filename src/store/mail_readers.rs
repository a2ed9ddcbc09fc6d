//! Who gets mails, and what they want.

use super::{
    Conn, StoreError,
    schema::mail_readers,
    types::{count, word},
};
use crate::domain::{
    id::Id,
    mail_preferences::{MailPreferences, MailReader, QuietHours},
};
use diesel::prelude::*;

type Row = (String, String, String, Option<i64>, Option<i64>);

/// Enters a reader who was not there.
///
/// # Errors
/// `LostRace` when somebody else wrote to the same one for the first time, too.
pub fn insert(conn: &mut Conn, reader: &MailReader) -> Result<(), StoreError> {
    let (switched_off, quiet_from, quiet_to) = columns(&reader.preferences);
    diesel::insert_into(mail_readers::table)
        .values((
            mail_readers::id.eq(reader.id.as_str()),
            mail_readers::secret.eq(&reader.secret),
            mail_readers::switched_off.eq(switched_off),
            mail_readers::quiet_from.eq(quiet_from),
            mail_readers::quiet_to.eq(quiet_to),
        ))
        .execute(conn)
        .map_err(|error| match StoreError::from(error) {
            StoreError::Duplicate(_) => StoreError::LostRace,
            error => error,
        })?;
    Ok(())
}

/// The reader who is this person or teacher.
///
/// # Errors
/// those of the database.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Option<MailReader>, StoreError> {
    let found = mail_readers::table.filter(mail_readers::id.eq(id.as_str())).first::<Row>(conn).optional()?;
    found.map(read).transpose()
}

/// The reader whose mails hold this secret.
///
/// # Errors
/// `NotFound`.
pub fn by_secret(conn: &mut Conn, secret: &str) -> Result<MailReader, StoreError> {
    read(mail_readers::table.filter(mail_readers::secret.eq(secret)).first::<Row>(conn)?)
}

/// Writes what a reader wants.
///
/// # Errors
/// `NotFound`.
pub fn set(conn: &mut Conn, id: &Id, preferences: &MailPreferences) -> Result<(), StoreError> {
    let (switched_off, quiet_from, quiet_to) = columns(preferences);
    let done = diesel::update(mail_readers::table.filter(mail_readers::id.eq(id.as_str())))
        .set((
            mail_readers::switched_off.eq(switched_off),
            mail_readers::quiet_from.eq(quiet_from),
            mail_readers::quiet_to.eq(quiet_to),
        ))
        .execute(conn)?;
    if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Forgets readers: the links in their mails stop to work.
///
/// # Errors
/// those of the database.
pub fn delete(conn: &mut Conn, ids: &[Id]) -> Result<(), StoreError> {
    let ids: Vec<&str> = ids.iter().map(Id::as_str).collect();
    diesel::delete(mail_readers::table.filter(mail_readers::id.eq_any(ids))).execute(conn)?;
    Ok(())
}

/// Kinds stand as words with spaces between them.
fn columns(preferences: &MailPreferences) -> (String, Option<i64>, Option<i64>) {
    let words: Vec<&str> = preferences.switched_off.iter().map(|event| event.as_str()).collect();
    let quiet = preferences.quiet_hours;
    let minutes = |minute: fn(QuietHours) -> u32| quiet.map(|quiet| i64::from(minute(quiet)));
    (words.join(" "), minutes(|quiet| quiet.from_minute), minutes(|quiet| quiet.to_minute))
}

fn read((id, secret, switched_off, quiet_from, quiet_to): Row) -> Result<MailReader, StoreError> {
    let quiet_hours = match (quiet_from, quiet_to) {
        (Some(from), Some(to)) => Some(QuietHours { from_minute: count(from)?, to_minute: count(to)? }),
        _ => None,
    };
    let switched_off = switched_off.split_whitespace().map(word).collect::<Result<_, _>>()?;
    Ok(MailReader { id: id.into(), secret, preferences: MailPreferences { switched_off, quiet_hours } })
}
