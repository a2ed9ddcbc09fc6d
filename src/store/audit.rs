//! Who did what when, and the first answers to writes with an idempotency key.

use super::{
    Conn, StoreError,
    schema::{
        answers, audit_entries, invitations, jobs, memberships, plans, requests, rounds, scenarios, sessions, swaps,
        tokens, waiting, webhooks,
    },
    types::{column, utc, word},
};
use crate::domain::{
    access::{Actor, ActorKind},
    answer::{FirstAnswer, SentAnswer},
    audit::AuditEntry,
    id::Id,
};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

type Row = (String, NaiveDateTime, String, String, String, Option<String>, String, String);

/// Enters a deed.
///
/// # Errors
/// those of the database.
pub fn insert(conn: &mut Conn, entry: &AuditEntry) -> Result<(), StoreError> {
    let kind = match entry.actor.kind {
        ActorKind::Person => "person",
        ActorKind::Token => "token",
    };
    diesel::insert_into(audit_entries::table)
        .values((
            audit_entries::id.eq(entry.id.as_str()),
            audit_entries::at.eq(column(entry.at)),
            audit_entries::actor_kind.eq(kind),
            audit_entries::actor_id.eq(entry.actor.id.as_str()),
            audit_entries::actor_name.eq(&entry.actor.name),
            audit_entries::school_id.eq(entry.school.as_ref().map(Id::as_str)),
            audit_entries::action.eq(&entry.action),
            audit_entries::target.eq(&entry.target),
        ))
        .execute(conn)?;
    Ok(())
}

/// The deeds in a school, or all of them, before an instant; the latest first, at most so many.
///
/// # Errors
/// those of the database.
pub fn list(
    conn: &mut Conn,
    school: Option<&Id>,
    before: DateTime<Utc>,
    most: u32,
) -> Result<Vec<AuditEntry>, StoreError> {
    let latest = audit_entries::table
        .filter(audit_entries::at.lt(column(before)))
        .order((audit_entries::at.desc(), audit_entries::id.desc()))
        .limit(i64::from(most));
    let rows = match school {
        Some(school) => latest.filter(audit_entries::school_id.eq(school.as_str())).load::<Row>(conn)?,
        None => latest.load::<Row>(conn)?,
    };
    rows.into_iter()
        .map(|(id, at, kind, actor, name, school, action, target)| {
            let actor = Actor { kind: word(&kind)?, id: actor.into(), name };
            Ok(AuditEntry { id: id.into(), at: utc(at), actor, school: school.map(Id::from), action, target })
        })
        .collect()
}

/// The school of a thing, by the word for its kind in addresses (`rounds`, `sessions`, …) and its id; nothing for what
/// belongs to no school, or is not there.
///
/// # Errors
/// those of the database.
pub fn school_of(conn: &mut Conn, kind: &str, id: &str) -> Result<Option<Id>, StoreError> {
    let school = match kind {
        "schools" => Some(id.to_owned()),
        "rounds" => rounds::table.filter(rounds::id.eq(id)).select(rounds::school_id).first(conn).optional()?,
        "requests" => requests::table
            .inner_join(rounds::table)
            .filter(requests::id.eq(id))
            .select(rounds::school_id)
            .first(conn)
            .optional()?,
        "series" => requests::table
            .inner_join(rounds::table)
            .filter(requests::series_id.eq(id))
            .select(rounds::school_id)
            .first(conn)
            .optional()?,
        "plans" => plans::table
            .inner_join(rounds::table)
            .filter(plans::id.eq(id))
            .select(rounds::school_id)
            .first(conn)
            .optional()?,
        "scenarios" => {
            scenarios::table.filter(scenarios::id.eq(id)).select(scenarios::school_id).first(conn).optional()?
        }
        "sessions" => sessions::table.filter(sessions::id.eq(id)).select(sessions::school_id).first(conn).optional()?,
        "swaps" => swaps::table.filter(swaps::id.eq(id)).select(swaps::school_id).first(conn).optional()?,
        "waiting" => waiting::table.filter(waiting::id.eq(id)).select(waiting::school_id).first(conn).optional()?,
        "webhooks" => {
            webhooks::table.filter(webhooks::id.eq(id)).select(webhooks::school_id).first(conn).optional()?.flatten()
        }
        "jobs" => jobs::table.filter(jobs::id.eq(id)).select(jobs::school_id).first(conn).optional()?,
        "tokens" => tokens::table.filter(tokens::id.eq(id)).select(tokens::school_id).first(conn).optional()?.flatten(),
        "invitations" => invitations::table
            .filter(invitations::id.eq(id))
            .select(invitations::school_id)
            .first(conn)
            .optional()?
            .flatten(),
        "memberships" => memberships::table
            .filter(memberships::id.eq(id))
            .select(memberships::school_id)
            .first(conn)
            .optional()?
            .flatten(),
        _ => None,
    };
    Ok(school.map(Id::from))
}

/// The first answer that this actor got with this key.
///
/// # Errors
/// those of the database.
pub fn first_answer(conn: &mut Conn, actor: &Id, key: &str) -> Result<Option<FirstAnswer>, StoreError> {
    let row = answers::table
        .filter(answers::actor_id.eq(actor.as_str()))
        .filter(answers::idempotency_key.eq(key))
        .select((
            answers::fingerprint,
            answers::result,
            answers::status,
            answers::headers,
            answers::body,
            answers::created_at,
        ))
        .first::<(String, String, Option<i64>, Option<String>, Option<String>, NaiveDateTime)>(conn)
        .optional()?;
    let Some((fingerprint, result, status, headers, body, created_at)) = row else { return Ok(None) };
    let unreadable = |what: &str| StoreError::Other(format!("the {what} of a first answer cannot be read"));
    let sent = match (status, headers, body) {
        (Some(status), Some(headers), Some(body)) => Some(SentAnswer {
            status: u16::try_from(status).map_err(|_| unreadable("status"))?,
            headers: serde_json::from_str(&headers).map_err(|_| unreadable("headers"))?,
            body,
        }),
        _ => None,
    };
    Ok(Some(FirstAnswer { fingerprint, result, sent, created_at: utc(created_at) }))
}

/// Keeps what a write made, in its own transaction.
///
/// # Errors
/// `Duplicate` when the actor has used the key: the transaction must not be kept.
pub fn keep_result(conn: &mut Conn, actor: &Id, key: &str, first: &FirstAnswer) -> Result<(), StoreError> {
    diesel::insert_into(answers::table)
        .values((
            answers::actor_id.eq(actor.as_str()),
            answers::idempotency_key.eq(key),
            answers::fingerprint.eq(&first.fingerprint),
            answers::result.eq(&first.result),
            answers::created_at.eq(column(first.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Keeps the answer that a write got.
///
/// # Errors
/// those of the database.
pub fn keep_sent(conn: &mut Conn, actor: &Id, key: &str, sent: &SentAnswer) -> Result<(), StoreError> {
    let headers = serde_json::to_string(&sent.headers).map_err(|error| StoreError::Other(error.to_string()))?;
    let of_key = answers::table
        .filter(answers::actor_id.eq(actor.as_str()))
        .filter(answers::idempotency_key.eq(key))
        .filter(answers::status.is_null());
    diesel::update(of_key)
        .set((answers::status.eq(i64::from(sent.status)), answers::headers.eq(headers), answers::body.eq(&sent.body)))
        .execute(conn)?;
    Ok(())
}
