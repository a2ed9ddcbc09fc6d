//! Webhooks.

use super::{
    Conn, StoreError,
    schema::webhooks,
    types::{column, utc, word},
};
use crate::domain::{
    event::Event,
    id::Id,
    people::School,
    webhook::{Disabled, Webhook, WhyDisabled},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

type Row = (
    (String, Option<String>, Option<String>, String, String, String, bool),
    (Option<NaiveDateTime>, Option<String>, Option<NaiveDateTime>, Option<NaiveDateTime>, NaiveDateTime),
);
type Columns = (
    (
        webhooks::id,
        webhooks::school_id,
        webhooks::platform_id,
        webhooks::url,
        webhooks::events,
        webhooks::description,
        webhooks::enabled,
    ),
    (
        webhooks::disabled_at,
        webhooks::disabled_why,
        webhooks::failing_since,
        webhooks::old_secret_until,
        webhooks::created_at,
    ),
);
const COLUMNS: Columns = (
    (
        webhooks::id,
        webhooks::school_id,
        webhooks::platform_id,
        webhooks::url,
        webhooks::events,
        webhooks::description,
        webhooks::enabled,
    ),
    (
        webhooks::disabled_at,
        webhooks::disabled_why,
        webhooks::failing_since,
        webhooks::old_secret_until,
        webhooks::created_at,
    ),
);

const NEVER: Option<NaiveDateTime> = None;
const NOTHING: Option<&str> = None;

/// Enters a webhook with its secret.
///
/// # Errors
/// `Reference` when there is no such school or platform.
pub fn insert(conn: &mut Conn, webhook: &Webhook, secret: &str) -> Result<(), StoreError> {
    diesel::insert_into(webhooks::table)
        .values((
            webhooks::id.eq(webhook.id.as_str()),
            webhooks::school_id.eq(webhook.school.as_ref().map(Id::as_str)),
            webhooks::platform_id.eq(webhook.platform.as_ref().map(Id::as_str)),
            webhooks::url.eq(&webhook.url),
            webhooks::events.eq(words(&webhook.events)),
            webhooks::description.eq(&webhook.description),
            webhooks::enabled.eq(webhook.enabled),
            webhooks::secret.eq(secret),
            webhooks::created_at.eq(column(webhook.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Replaces all but a webhook's secret and whose news it is.
///
/// # Errors
/// `NotFound`.
pub fn update(conn: &mut Conn, webhook: &Webhook) -> Result<(), StoreError> {
    let changed = diesel::update(webhooks::table.filter(webhooks::id.eq(webhook.id.as_str())))
        .set((
            webhooks::url.eq(&webhook.url),
            webhooks::events.eq(words(&webhook.events)),
            webhooks::description.eq(&webhook.description),
            webhooks::enabled.eq(webhook.enabled),
            webhooks::disabled_at.eq(webhook.disabled.map(|disabled| column(disabled.at))),
            webhooks::disabled_why.eq(webhook.disabled.map(|disabled| disabled.why.as_str())),
            webhooks::failing_since.eq(webhook.failing_since.map(column)),
            webhooks::rests_until.eq(NEVER),
        ))
        .execute(conn)?;
    if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Takes a webhook away, with all that was or is to be sent to it.
///
/// # Errors
/// those of the database.
pub fn delete(conn: &mut Conn, id: &Id) -> Result<(), StoreError> {
    diesel::delete(webhooks::table.filter(webhooks::id.eq(id.as_str()))).execute(conn)?;
    Ok(())
}

/// One webhook.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<Webhook, StoreError> {
    read(webhooks::table.filter(webhooks::id.eq(id.as_str())).select(COLUMNS).first::<Row>(conn)?)
}

/// The webhooks of one school, or every webhook; in the order in which they were registered.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn, school: Option<&Id>) -> Result<Vec<Webhook>, StoreError> {
    let all = webhooks::table.select(COLUMNS).order((webhooks::created_at, webhooks::id));
    let rows = match school {
        Some(school) => all.filter(webhooks::school_id.eq(school.as_str())).load::<Row>(conn)?,
        None => all.load::<Row>(conn)?,
    };
    rows.into_iter().map(read).collect()
}

/// How many webhooks hear the same schools' news: one school's, those of a platform's, or all.
///
/// # Errors
/// those of the database.
pub fn count(conn: &mut Conn, school: Option<&Id>, platform: Option<&Id>) -> Result<usize, StoreError> {
    let all = list(conn, school)?;
    Ok(all.iter().filter(|one| one.school.as_ref() == school && one.platform.as_ref() == platform).count())
}

/// The webhooks that want to hear of an event in a school.
///
/// # Errors
/// those of the database.
pub fn listening(conn: &mut Conn, school: &School, event: Event) -> Result<Vec<Id>, StoreError> {
    // Those of the school, and the few that are no school's.
    let rows = webhooks::table
        .filter(webhooks::enabled.eq(true))
        .filter(webhooks::school_id.is_null().or(webhooks::school_id.eq(Some(school.id.as_str()))))
        .order(webhooks::id)
        .select((webhooks::id, webhooks::platform_id, webhooks::events))
        .load::<(String, Option<String>, String)>(conn)?;
    let concerns = |platform: &Option<String>| {
        platform.is_none() || platform.as_deref() == school.platform.as_ref().map(Id::as_str)
    };
    let listens = |events: &str| events.split(' ').any(|word| word == event.as_str());
    let listening = rows.into_iter().filter(|(_, platform, events)| concerns(platform) && listens(events));
    Ok(listening.map(|(id, ..)| id.into()).collect())
}

/// The webhooks that are no school's and want to hear of an event of a school's platform.
///
/// # Errors
/// those of the database.
pub fn operators_listening(conn: &mut Conn, school: &School, event: Event) -> Result<Vec<Id>, StoreError> {
    let all = listening(conn, school, event)?;
    let ids: Vec<&str> = all.iter().map(Id::as_str).collect();
    let rows = webhooks::table.filter(webhooks::id.eq_any(ids)).filter(webhooks::school_id.is_null());
    let ids = rows.order(webhooks::id).select(webhooks::id).load::<String>(conn)?;
    Ok(ids.into_iter().map(Id::from).collect())
}

/// Gives a webhook a new secret; the one that it had signs too, for a while.
///
/// # Errors
/// `NotFound`.
pub fn rotate(conn: &mut Conn, id: &Id, secret: &str, old_until: DateTime<Utc>) -> Result<(), StoreError> {
    let webhook = webhooks::table.filter(webhooks::id.eq(id.as_str()));
    let old = webhook.select(webhooks::secret).first::<String>(conn)?;
    diesel::update(webhook)
        .set((
            webhooks::secret.eq(secret),
            webhooks::old_secret.eq(Some(old)),
            webhooks::old_secret_until.eq(Some(column(old_until))),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets secrets that sign no more.
///
/// # Errors
/// those of the database.
pub fn forget_old_secrets(conn: &mut Conn, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let over = webhooks::table.filter(webhooks::old_secret_until.lt(Some(column(now))));
    let nothing = (webhooks::old_secret.eq(NOTHING), webhooks::old_secret_until.eq(NEVER));
    Ok(diesel::update(over).set(nothing).execute(conn)?)
}

/// Notes that something arrived.
///
/// # Errors
/// those of the database.
pub fn set_well(conn: &mut Conn, id: &Id) -> Result<(), StoreError> {
    // Asked first: nearly always all was well before, and then nothing is written.
    let failing = webhooks::table.filter(webhooks::id.eq(id.as_str())).filter(webhooks::failing_since.is_not_null());
    if failing.count().get_result::<i64>(conn)? > 0 {
        diesel::update(failing)
            .set((webhooks::failing_since.eq(NEVER), webhooks::rests_until.eq(NEVER)))
            .execute(conn)?;
    }
    Ok(())
}

/// Notes that something did not arrive, and until when nothing is sent; tells since when nothing arrives, unless the
/// webhook is disabled by now.
///
/// # Errors
/// `NotFound`.
pub fn set_failing(
    conn: &mut Conn,
    id: &Id,
    rests_until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let webhook = webhooks::table.filter(webhooks::id.eq(id.as_str()));
    let state = webhook.select((webhooks::enabled, webhooks::failing_since));
    let (true, since) = state.first::<(bool, Option<NaiveDateTime>)>(conn)? else { return Ok(None) };
    if since.is_none() {
        diesel::update(webhook).set(webhooks::failing_since.eq(Some(column(now)))).execute(conn)?;
    }
    if let Some(until) = rests_until {
        diesel::update(webhook).set(webhooks::rests_until.eq(Some(column(until)))).execute(conn)?;
    }
    Ok(Some(since.map_or(now, utc)))
}

/// Disables a webhook.
///
/// # Errors
/// those of the database.
pub fn disable(conn: &mut Conn, id: &Id, why: WhyDisabled, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(webhooks::table.filter(webhooks::id.eq(id.as_str())))
        .set((
            webhooks::enabled.eq(false),
            webhooks::disabled_at.eq(Some(column(now))),
            webhooks::disabled_why.eq(Some(why.as_str())),
        ))
        .execute(conn)?;
    Ok(())
}

fn words(events: &[Event]) -> String {
    events.iter().map(|event| event.as_str()).collect::<Vec<_>>().join(" ")
}

fn read(row: Row) -> Result<Webhook, StoreError> {
    let ((id, school, platform, url, events, description, enabled), state) = row;
    let (disabled_at, disabled_why, failing_since, old_secret_until, created_at) = state;
    let disabled = match (disabled_at, disabled_why) {
        (Some(at), Some(why)) => Some(Disabled { at: utc(at), why: word(&why)? }),
        _ => None,
    };
    Ok(Webhook {
        id: id.into(),
        school: school.map(Id::from),
        platform: platform.map(Id::from),
        url,
        events: events.split(' ').map(word).collect::<Result<_, _>>()?,
        description,
        enabled,
        disabled,
        failing_since: failing_since.map(utc),
        old_secret_until: old_secret_until.map(utc),
        created_at: utc(created_at),
    })
}
