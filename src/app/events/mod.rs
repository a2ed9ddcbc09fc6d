//! What happens, told to programs: use cases say it here, in their own transaction. Each webhook that listens gets one
//! delivery of each cause; where nobody listens, nothing is put together.
//!
//! Of signing in and invitations programs hear nothing: both are between the service and one person, and what is new in
//! them is a secret.

mod news;

pub use news::{
    AlertNews, CapacityNews, News, OfferNews, OverloadNews, PingNews, PlaceNews, PlanNews, RoundNews, SessionNews,
    SessionsNews, SwapNews,
};

use super::{AppError, limits::Overload, pools::SchoolOverloads};
use crate::{
    app::AppResult,
    domain::{
        alert::Alert,
        booking::{Swap, Waiting},
        event::Event,
        id::Id,
        load::PlaceKind,
        people::School,
        round::Round,
        session::{Session, SessionChange},
    },
    store::{self, Conn, deliveries::NewDelivery},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::{collections::BTreeSet, fmt::Display};

/// Of which events webhooks can hear.
pub fn is_for_webhooks(event: Event) -> bool {
    !matches!(event, Event::SignIn | Event::Invitation)
}

/// A round takes wishes from now on.
pub(super) fn round_opened(conn: &mut Conn, school: &School, round: &Round, now: DateTime<Utc>) -> AppResult<()> {
    tell(conn, school, Event::RoundOpened, &round.id, now, || RoundNews::of(school, round))
}

/// A round closes soon.
pub(super) fn round_closing(conn: &mut Conn, round: &Round, now: DateTime<Utc>) -> AppResult<()> {
    let school = store::schools::get(conn, &round.school)?;
    // With another time to close at, it is news again.
    let cause = format!("{}/{}", round.id, round.closes_at.map_or(0, |at| at.timestamp()));
    tell(conn, &school, Event::RoundClosing, cause, now, || RoundNews::of(&school, round))
}

/// A round is deleted, with the wishes in it.
pub(super) fn round_deleted(conn: &mut Conn, school: &School, round: &Round, now: DateTime<Utc>) -> AppResult<()> {
    tell(conn, school, Event::RoundDeleted, &round.id, now, || RoundNews::of(school, round))
}

/// A plan is published.
pub(super) fn plan_published(
    conn: &mut Conn,
    school: &School,
    (round, plan): (&Id, &Id),
    changes: &[SessionChange],
    now: DateTime<Utc>,
) -> AppResult<()> {
    // A plan can be published again, after another.
    let cause = format!("{plan}/{}", Id::new(now));
    tell(conn, school, Event::PlanPublished, cause, now, || PlanNews {
        school: school.id.clone(),
        round: round.clone(),
        plan: plan.clone(),
        changes: SessionNews::all(school, changes),
    })
}

/// Sessions are booked, moved or cancelled.
pub(super) fn sessions_changed(
    conn: &mut Conn,
    school: &School,
    release: &str,
    changes: &[SessionChange],
    now: DateTime<Utc>,
) -> AppResult<()> {
    tell(conn, school, Event::SessionsChanged, release, now, || SessionsNews {
        school: school.id.clone(),
        changes: SessionNews::all(school, changes),
    })
}

/// A place is kept for a class that waits.
pub(super) fn place_offered(
    conn: &mut Conn,
    school: &School,
    entry: &Waiting,
    hold: &Session,
    now: DateTime<Utc>,
) -> AppResult<()> {
    let cause = format!("{}/kept", hold.id);
    tell(conn, school, Event::PlaceOffered, cause, now, || PlaceNews::of(school, entry, &hold.id, Some(hold)))
}

/// A place is not kept any more for a class that waits.
pub(super) fn place_let_go(
    conn: &mut Conn,
    school: &School,
    entry: &Waiting,
    offer: &Id,
    now: DateTime<Utc>,
) -> AppResult<()> {
    let cause = format!("{offer}/let-go");
    tell(conn, school, Event::PlaceOffered, cause, now, || PlaceNews::of(school, entry, offer, None))
}

/// A swap is asked for or answered.
pub(super) fn swap(conn: &mut Conn, school: &School, swap: &Swap, now: DateTime<Utc>) -> AppResult<()> {
    let cause = format!("{}/{}", swap.id, swap.state.as_str());
    tell(conn, school, Event::Swap, cause, now, || SwapNews::of(school, swap))
}

/// Sessions of a school do not fit under a limit any more.
pub(super) fn capacity_cut(
    conn: &mut Conn,
    school: &School,
    overloads: &[Overload],
    now: DateTime<Utc>,
) -> AppResult<()> {
    if overloads.is_empty() {
        return Ok(());
    }
    tell(conn, school, Event::CapacityCut, Id::new(now), now, || CapacityNews::of(&school.id, overloads))
}

/// The same for the schools of a shared pool.
pub(super) fn shared_capacity_cut(conn: &mut Conn, schools: &[SchoolOverloads], now: DateTime<Utc>) -> AppResult<()> {
    for one in schools {
        let school = store::schools::get(conn, &one.school)?;
        capacity_cut(conn, &school, &one.overloads, now)?;
    }
    Ok(())
}

/// An alert of load begins or is over. Of a platform's or a federation's those hear who listen to a platform or to all; of a
/// school's those of the school, too.
pub(super) fn load_alert(conn: &mut Conn, schools: &[School], alert: &Alert, now: DateTime<Utc>) -> AppResult<()> {
    let state = if alert.ended_at.is_some() { "over" } else { "begun" };
    let mut webhooks = BTreeSet::new();
    let mut platforms = BTreeSet::new();
    for school in schools.iter().filter(|school| platforms.insert(school.platform.clone())) {
        webhooks.extend(match alert.place.kind {
            PlaceKind::School => store::webhooks::listening(conn, school, Event::LoadAlert)?,
            _ => store::webhooks::operators_listening(conn, school, Event::LoadAlert)?,
        });
    }
    let webhooks: Vec<Id> = webhooks.into_iter().collect();
    tell_each(conn, &webhooks, Event::LoadAlert, format!("{}/{state}", alert.id), now, || AlertNews::of(alert))
}

/// One delivery for each webhook that listens.
fn tell<T: Serialize>(
    conn: &mut Conn,
    school: &School,
    event: Event,
    cause: impl Display,
    now: DateTime<Utc>,
    data: impl FnOnce() -> T,
) -> AppResult<()> {
    let webhooks = store::webhooks::listening(conn, school, event)?;
    tell_each(conn, &webhooks, event, cause, now, data)
}

/// One delivery for each of these webhooks.
fn tell_each<T: Serialize>(
    conn: &mut Conn,
    webhooks: &[Id],
    event: Event,
    cause: impl Display,
    now: DateTime<Utc>,
    data: impl FnOnce() -> T,
) -> AppResult<()> {
    if webhooks.is_empty() {
        return Ok(());
    }
    let body = body(event.as_str(), now, data())?;
    let cause = format!("{}/{cause}", event.as_str());
    for webhook in webhooks {
        let new = NewDelivery { webhook, event: event.as_str(), cause: &cause, body: &body };
        store::deliveries::enqueue(conn, &new, now)?;
    }
    Ok(())
}

/// What is sent, as text.
pub(super) fn body<T: Serialize>(kind: &str, timestamp: DateTime<Utc>, data: T) -> AppResult<String> {
    let news = News { kind, timestamp, data };
    serde_json::to_string(&news).map_err(|error| AppError::Internal(error.to_string()))
}
