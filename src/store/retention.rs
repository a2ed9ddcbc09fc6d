//! What has had its time: one function a rule. Each takes out what is older than an instant, and tells how much it was;
//! done again, there is nothing left for it to do.

use super::{
    Conn, StoreError,
    erasure::blank_wishes,
    schema::{
        answers, audit_entries, browser_sessions, deliveries, failed_sign_ins, invitations, notices, requests, rounds,
        sign_in_links,
    },
    types::column,
};
use crate::domain::{notice::NoticeState, webhook::DeliveryState};
use chrono::{DateTime, Utc};
use diesel::{dsl::sql, prelude::*, sql_types::Bool};

/// Empties mails that were sent or given up before `then`: text, calendar, name and address. The row stays, so that the
/// same cause never gives a second mail.
///
/// # Errors
/// those of the database.
pub fn empty_mails(conn: &mut Conn, then: DateTime<Utc>) -> Result<usize, StoreError> {
    // Once a mail has ended, `run_after` says when.
    let over = notices::table
        .filter(notices::state.eq_any([NoticeState::Sent.as_str(), NoticeState::Failed.as_str()]))
        .filter(notices::run_after.lt(column(then)))
        // Written out, for an index that knows only those.
        .filter(sql::<Bool>("to_address <> ''"));
    let emptied = (
        notices::to_name.eq(""),
        notices::to_address.eq(""),
        notices::subject.eq(""),
        notices::body_text.eq(""),
        notices::body_html.eq(""),
        notices::calendar.eq(None::<String>),
        notices::domain.eq(""),
        notices::unsubscribe.eq(None::<String>),
        // What a mail server complains of may name the address.
        notices::error.eq(None::<String>),
    );
    Ok(diesel::update(over).set(emptied).execute(conn)?)
}

/// Deletes audit entries from before `then`.
///
/// # Errors
/// those of the database.
pub fn delete_deeds(conn: &mut Conn, then: DateTime<Utc>) -> Result<usize, StoreError> {
    Ok(diesel::delete(audit_entries::table.filter(audit_entries::at.lt(column(then)))).execute(conn)?)
}

/// Takes reasons, links and notes out of the wishes of rounds that were archived before `then`. Each round is read once:
/// archived wishes do not change.
///
/// # Errors
/// those of the database.
pub fn blank_archived(conn: &mut Conn, then: DateTime<Utc>, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let archived = rounds::archived_at.lt(column(then)).and(rounds::blanked_at.is_null());
    let due = rounds::table.filter(archived).select(rounds::id).load::<String>(conn)?;
    let mut blanked = 0;
    for round in due {
        let theirs = requests::table.filter(requests::round_id.eq(&round)).select(requests::id);
        let theirs = theirs.load::<String>(conn)?;
        blanked += blank_wishes(conn, &theirs)?;
        diesel::update(rounds::table.filter(rounds::id.eq(&round)))
            .set(rounds::blanked_at.eq(column(now)))
            .execute(conn)?;
    }
    Ok(blanked)
}

/// Deletes browser sessions and links to sign in that ended before `then`, and failures from before it. Whose browser was
/// not heard of since `idle` is signed out, too.
///
/// # Errors
/// those of the database.
pub fn delete_sign_ins(conn: &mut Conn, then: DateTime<Utc>, idle: DateTime<Utc>) -> Result<usize, StoreError> {
    let over = browser_sessions::expires_at.lt(column(then)).or(browser_sessions::seen_at.lt(column(idle)));
    let mut done = diesel::delete(browser_sessions::table.filter(over)).execute(conn)?;
    let ended = sign_in_links::table.filter(sign_in_links::expires_at.lt(column(then)));
    done += diesel::delete(ended).execute(conn)?;
    let failures = failed_sign_ins::table.filter(failed_sign_ins::last_at.lt(column(then)));
    Ok(done + diesel::delete(failures).execute(conn)?)
}

/// Deletes answers that were kept for repeated requests since before `then`.
///
/// # Errors
/// those of the database.
pub fn delete_answers(conn: &mut Conn, then: DateTime<Utc>) -> Result<usize, StoreError> {
    Ok(diesel::delete(answers::table.filter(answers::created_at.lt(column(then)))).execute(conn)?)
}

/// Deletes sessions that were called off and ended before `then`. They take no room; a swap of one goes with it.
///
/// # Errors
/// those of the database.
pub fn delete_cancelled(conn: &mut Conn, then: DateTime<Utc>) -> Result<usize, StoreError> {
    super::sessions::delete_cancelled(conn, then)
}

/// Deletes invitations, accepted or not, whose links ended before `then`.
///
/// # Errors
/// those of the database.
pub fn delete_invitations(conn: &mut Conn, then: DateTime<Utc>) -> Result<usize, StoreError> {
    Ok(diesel::delete(invitations::table.filter(invitations::expires_at.lt(column(then)))).execute(conn)?)
}

/// Deletes what was sent to webhooks, or given up, before `then`. That a cause gives one delivery needs no row any more:
/// causes do not come back.
///
/// # Errors
/// those of the database.
pub fn delete_deliveries(conn: &mut Conn, then: DateTime<Utc>) -> Result<usize, StoreError> {
    // Once a delivery has ended, `run_after` says when.
    let over = deliveries::table
        .filter(deliveries::state.eq_any([DeliveryState::Sent.as_str(), DeliveryState::Failed.as_str()]))
        .filter(deliveries::run_after.lt(column(then)));
    Ok(diesel::delete(over).execute(conn)?)
}
