//! News on its way to webhooks: written with its cause, claimed by a conditional update, held by a lease.

use super::{
    Conn, StoreError,
    jobs::Lease,
    schema::{deliveries, webhooks},
    types::{column, count, utc, word},
};
use crate::domain::{
    id::Id,
    webhook::{Delivery, DeliveryState, Dispatch},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use std::collections::HashMap;

type Row = (
    (String, String, String, String, i64, NaiveDateTime),
    (Option<i64>, Option<String>, NaiveDateTime, Option<NaiveDateTime>),
);
type Due = (String, i64, NaiveDateTime);

const NOBODY: Option<&str> = None;
const NEVER: Option<NaiveDateTime> = None;

/// News for one webhook.
#[derive(Clone, Copy, Debug)]
pub struct NewDelivery<'a> {
    /// The webhook.
    pub webhook: &'a Id,
    /// The kind of news.
    pub event: &'a str,
    /// What it comes from; there is one delivery of one cause for each webhook.
    pub cause: &'a str,
    /// What is sent.
    pub body: &'a str,
}

/// Writes a delivery, to be sent from now on; the same cause again changes nothing.
///
/// # Errors
/// `Reference` when there is no such webhook.
pub fn enqueue(conn: &mut Conn, new: &NewDelivery<'_>, now: DateTime<Utc>) -> Result<Id, StoreError> {
    // Asked first: on PostgreSQL a broken constraint would end the transaction of the cause.
    let known = deliveries::table
        .filter(deliveries::webhook_id.eq(new.webhook.as_str()))
        .filter(deliveries::cause.eq(new.cause))
        .select(deliveries::id)
        .first::<String>(conn)
        .optional()?;
    if let Some(known) = known {
        return Ok(known.into());
    }
    let id = Id::new(now);
    diesel::insert_into(deliveries::table)
        .values((
            deliveries::id.eq(id.as_str()),
            deliveries::webhook_id.eq(new.webhook.as_str()),
            deliveries::event.eq(new.event),
            deliveries::cause.eq(new.cause),
            deliveries::body.eq(new.body),
            deliveries::state.eq(DeliveryState::Queued.as_str()),
            deliveries::attempts.eq(0),
            deliveries::run_after.eq(column(now)),
            deliveries::created_at.eq(column(now)),
        ))
        .execute(conn)?;
    Ok(id)
}

/// Whether a delivery is due, or was left by its worker, and its webhook has fewer than `most` under way.
///
/// # Errors
/// those of the database.
pub fn is_due(conn: &mut Conn, most: usize, now: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(due(conn, most, now)?.is_some())
}

/// Takes the delivery that is due longest, or whose worker let its lease end, of a webhook that has fewer than `most`
/// under way; one more attempt is counted.
///
/// # Errors
/// `LostRace` when another worker was quicker.
pub fn claim(conn: &mut Conn, lease: &Lease, most: usize, now: DateTime<Utc>) -> Result<Option<Dispatch>, StoreError> {
    let Some((id, attempts, _)) = due(conn, most, now)? else { return Ok(None) };
    // `attempts` is what makes the update conditional: whoever claims first raises it.
    let unchanged = deliveries::table.filter(deliveries::id.eq(&id)).filter(deliveries::attempts.eq(attempts));
    let taken = diesel::update(unchanged)
        .set((
            deliveries::state.eq(DeliveryState::Sending.as_str()),
            deliveries::attempts.eq(attempts + 1),
            deliveries::lease_owner.eq(Some(&lease.owner)),
            deliveries::lease_until.eq(Some(column(lease.until))),
        ))
        .execute(conn)?;
    if taken == 1 { Ok(Some(dispatch(conn, &id, now)?)) } else { Err(StoreError::LostRace) }
}

/// Deliveries under way to webhooks at which the last one failed.
const MOST_TO_FAILING: usize = 16;

fn due(conn: &mut Conn, most: usize, now: DateTime<Utc>) -> Result<Option<Due>, StoreError> {
    let now = column(now);
    let under_way = deliveries::table
        .filter(deliveries::state.eq(DeliveryState::Sending.as_str()))
        .filter(deliveries::lease_until.ge(Some(now)))
        .select(deliveries::webhook_id)
        .load::<String>(conn)?;
    let mut counts: HashMap<&str, usize> = HashMap::new();
    under_way.iter().for_each(|webhook| *counts.entry(webhook).or_default() += 1);
    let busy = counts.into_iter().filter(|(_, count)| *count >= most).map(|(webhook, _)| webhook.to_owned());
    let mut not_ready = webhooks::table
        .filter(webhooks::enabled.eq(false).or(webhooks::rests_until.gt(Some(now))))
        .select(webhooks::id)
        .load::<String>(conn)?;
    not_ready.extend(busy);
    // However many receivers are slow or dead, they take a part of the workers, never all.
    let failing =
        webhooks::table.filter(webhooks::failing_since.is_not_null()).select(webhooks::id).load::<String>(conn)?;
    if under_way.iter().filter(|webhook| failing.contains(webhook)).count() >= MOST_TO_FAILING {
        not_ready.extend(failing);
    }
    // One question a state, so that each uses the index.
    let waiting = deliveries::table
        .filter(deliveries::state.eq(DeliveryState::Queued.as_str()))
        .filter(deliveries::run_after.le(now))
        .filter(deliveries::webhook_id.ne_all(not_ready.clone()))
        .order((deliveries::run_after, deliveries::id))
        .select((deliveries::id, deliveries::attempts, deliveries::run_after))
        .first::<Due>(conn)
        .optional()?;
    let left = deliveries::table
        .filter(deliveries::state.eq(DeliveryState::Sending.as_str()))
        .filter(deliveries::lease_until.lt(Some(now)))
        .filter(deliveries::webhook_id.ne_all(not_ready))
        .order((deliveries::run_after, deliveries::id))
        .select((deliveries::id, deliveries::attempts, deliveries::run_after))
        .first::<Due>(conn)
        .optional()?;
    Ok([waiting, left].into_iter().flatten().min_by_key(|due| due.2))
}

fn dispatch(conn: &mut Conn, id: &str, now: DateTime<Utc>) -> Result<Dispatch, StoreError> {
    type Receiver = (String, String, Option<String>, Option<NaiveDateTime>);
    let (webhook, body, attempts) = deliveries::table
        .filter(deliveries::id.eq(id))
        .select((deliveries::webhook_id, deliveries::body, deliveries::attempts))
        .first::<(String, String, i64)>(conn)?;
    let (url, secret, old_secret, old_until) = webhooks::table
        .filter(webhooks::id.eq(&webhook))
        .select((webhooks::url, webhooks::secret, webhooks::old_secret, webhooks::old_secret_until))
        .first::<Receiver>(conn)?;
    let old_secret = old_secret.filter(|_| old_until.is_some_and(|until| now < utc(until)));
    let secrets = std::iter::once(secret).chain(old_secret).collect();
    Ok(Dispatch { id: id.into(), webhook: webhook.into(), url, secrets, body, attempts: count(attempts)? })
}

/// Holds a delivery longer; tells whether it is still the holder's.
///
/// # Errors
/// those of the database.
pub fn renew(conn: &mut Conn, id: &Id, lease: &Lease) -> Result<bool, StoreError> {
    let held = diesel::update(
        deliveries::table
            .filter(deliveries::id.eq(id.as_str()))
            .filter(deliveries::state.eq(DeliveryState::Sending.as_str()))
            .filter(deliveries::lease_owner.eq(Some(&lease.owner))),
    )
    .set(deliveries::lease_until.eq(Some(column(lease.until))))
    .execute(conn)?;
    Ok(held == 1)
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
pub struct Outcome<'a> {
    /// Where the delivery stands now.
    pub state: DeliveryState,
    /// The status that was answered.
    pub status: Option<u16>,
    /// What went wrong.
    pub error: Option<&'a str>,
    /// When it is tried again, if it is; else now.
    pub run_after: DateTime<Utc>,
}

/// Ends an attempt, if `owner` still holds the delivery; tells whether that is so.
///
/// # Errors
/// those of the database.
pub fn settle(
    conn: &mut Conn,
    id: &Id,
    owner: &str,
    outcome: &Outcome<'_>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let ours = deliveries::table
        .filter(deliveries::id.eq(id.as_str()))
        .filter(deliveries::state.eq(DeliveryState::Sending.as_str()))
        .filter(deliveries::lease_owner.eq(Some(owner)));
    let sent_at = (outcome.state == DeliveryState::Sent).then(|| column(now));
    let settled = diesel::update(ours)
        .set((
            deliveries::state.eq(outcome.state.as_str()),
            deliveries::status.eq(outcome.status.map(i64::from)),
            deliveries::error.eq(outcome.error),
            deliveries::run_after.eq(column(outcome.run_after)),
            deliveries::sent_at.eq(sent_at),
            deliveries::lease_owner.eq(NOBODY),
            deliveries::lease_until.eq(NEVER),
        ))
        .execute(conn)?;
    Ok(settled == 1)
}

/// Gives up what still waits for a webhook, and what its worker left.
///
/// # Errors
/// those of the database.
pub fn give_up(conn: &mut Conn, webhook: &Id, error: &str, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let waiting = deliveries::table.filter(deliveries::webhook_id.eq(webhook.as_str())).filter(
        deliveries::state.eq(DeliveryState::Queued.as_str()).or(deliveries::state
            .eq(DeliveryState::Sending.as_str())
            .and(deliveries::lease_until.lt(Some(column(now))))),
    );
    let failed = (
        deliveries::state.eq(DeliveryState::Failed.as_str()),
        deliveries::error.eq(Some(error)),
        deliveries::run_after.eq(column(now)),
    );
    Ok(diesel::update(waiting).set(failed).execute(conn)?)
}

/// Has a delivery that failed or was sent go out once more: the same body under the same id, at once. Tells whether it
/// did; one that waits or is under way is left alone.
///
/// # Errors
/// those of the database.
pub fn redeliver(conn: &mut Conn, id: &Id, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let ended = deliveries::table
        .filter(deliveries::id.eq(id.as_str()))
        .filter(deliveries::state.eq_any([DeliveryState::Failed.as_str(), DeliveryState::Sent.as_str()]));
    let queued = diesel::update(ended)
        .set((
            deliveries::state.eq(DeliveryState::Queued.as_str()),
            deliveries::attempts.eq(0),
            deliveries::run_after.eq(column(now)),
            deliveries::sent_at.eq(NEVER),
        ))
        .execute(conn)?;
    Ok(queued == 1)
}

/// One delivery with its body.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: &Id) -> Result<(Delivery, String), StoreError> {
    let of_id = deliveries::table.filter(deliveries::id.eq(id.as_str()));
    let body = of_id.select(deliveries::body).first::<String>(conn)?;
    Ok((read(all().filter(deliveries::id.eq(id.as_str())).first::<Row>(conn)?)?, body))
}

/// A webhook's deliveries, the newest first, `most` at most.
///
/// # Errors
/// those of the database.
pub fn list(conn: &mut Conn, webhook: &Id, most: u32) -> Result<Vec<Delivery>, StoreError> {
    let rows = all()
        .filter(deliveries::webhook_id.eq(webhook.as_str()))
        .order((deliveries::created_at.desc(), deliveries::id.desc()))
        .limit(i64::from(most))
        .load::<Row>(conn)?;
    rows.into_iter().map(read).collect()
}

#[diesel::dsl::auto_type]
fn all() -> _ {
    deliveries::table.select((
        (
            deliveries::id,
            deliveries::webhook_id,
            deliveries::event,
            deliveries::state,
            deliveries::attempts,
            deliveries::run_after,
        ),
        (deliveries::status, deliveries::error, deliveries::created_at, deliveries::sent_at),
    ))
}

fn read(row: Row) -> Result<Delivery, StoreError> {
    let ((id, webhook, event, state, attempts, run_after), (status, error, created_at, sent_at)) = row;
    Ok(Delivery {
        id: id.into(),
        webhook: webhook.into(),
        event,
        state: word(&state)?,
        attempts: count(attempts)?,
        run_after: utc(run_after),
        status: status.map(count).transpose()?,
        error,
        created_at: utc(created_at),
        sent_at: sent_at.map(utc),
    })
}
