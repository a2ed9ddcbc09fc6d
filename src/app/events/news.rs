//! What programs are told, event by event: lean, with identifiers to ask the API for more. Nobody's name or address is in it.

use crate::{
    app::{limits::Overload, sessions::SessionView},
    domain::{
        alert::Alert,
        booking::{Swap, SwapState, Waiting},
        id::Id,
        people::School,
        round::Round,
        session::{Change, Session, SessionChange, SessionState},
    },
    planning::names::Moment,
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// What is sent.
#[derive(Clone, Debug, Serialize)]
pub struct News<'a, T> {
    /// The kind of news: an event, or `ping`.
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// When it happened.
    pub timestamp: DateTime<Utc>,
    /// What happened.
    pub data: T,
}

/// A round takes wishes, closes soon, or is deleted.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RoundNews {
    /// The school.
    pub school: Id,
    /// The round.
    pub round: Id,
    /// Its name.
    pub name: String,
    /// When its first day begins.
    pub start: Moment,
    /// When its last day ends.
    pub end: Moment,
    /// From when wishes are accepted; nothing for at once.
    pub opens: Option<Moment>,
    /// Until when wishes are accepted; nothing for until somebody closes the round.
    pub closes: Option<Moment>,
}

/// A plan is published.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanNews {
    /// The school.
    pub school: Id,
    /// The round.
    pub round: Id,
    /// The plan.
    pub plan: Id,
    /// Every session that is new, moved or cancelled.
    pub changes: Vec<SessionNews>,
}

/// Sessions are booked, moved or cancelled.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionsNews {
    /// The school.
    pub school: Id,
    /// Every session that is new, moved or cancelled.
    pub changes: Vec<SessionNews>,
}

/// A session as it is now, and what happened to it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionNews {
    /// The session.
    pub id: Id,
    /// The request that it answers; nothing when it was booked directly.
    pub request: Option<Id>,
    /// What the class is called.
    pub title: String,
    /// Who teaches.
    pub teachers: Vec<Id>,
    /// Who attends.
    pub groups: Vec<Id>,
    /// When it begins.
    pub start: Moment,
    /// When it ends.
    pub end: Moment,
    /// Whether it takes place.
    pub state: SessionState,
    /// How often its time or state changed; of two pieces of news the one with the higher number holds.
    pub sequence: u32,
    /// What happened.
    pub change: Change,
}

/// Load is above what was expected, or near a limit; or is not any more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AlertNews {
    /// The alert.
    #[serde(flatten)]
    pub alert: Alert,
}

impl AlertNews {
    pub(super) fn of(alert: &Alert) -> Self {
        Self { alert: alert.clone() }
    }
}

/// A place is kept for a class that waits, or is not kept any more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlaceNews {
    /// The school.
    pub school: Id,
    /// The class on the waiting list.
    pub waiting: Id,
    /// What it is called.
    pub title: String,
    /// The hold, to be confirmed.
    pub session: Id,
    /// What is offered; nothing once it is not kept any more.
    pub offer: Option<OfferNews>,
}

/// A place that is kept.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OfferNews {
    /// When the class would begin.
    pub start: Moment,
    /// When it would end.
    pub end: Moment,
    /// Until when it is kept; nothing when that is not known.
    pub until: Option<Moment>,
}

/// A swap is asked for or answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SwapNews {
    /// The school.
    pub school: Id,
    /// The swap.
    pub swap: Id,
    /// Where it stands.
    pub state: SwapState,
    /// The class of the one who proposed it.
    pub session: Id,
    /// The class of the one who was asked.
    pub other: Id,
    /// The first one's start when it was proposed.
    pub session_start: Moment,
    /// The other one's start when it was proposed.
    pub other_start: Moment,
}

/// A limit is lowered, and sessions do not fit any more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CapacityNews {
    /// The school.
    pub school: Id,
    /// Where its sessions take more than a limit allows. Nothing moves by itself.
    pub overloads: Vec<OverloadNews>,
}

/// A stretch of time in which sessions take more than a limit allows.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OverloadNews {
    /// The pool.
    pub pool: Id,
    /// Its name.
    pub name: String,
    /// When it begins.
    pub from: Moment,
    /// When it ends.
    pub to: Moment,
    /// Connections too many, where most are.
    pub over: u64,
    /// The school's sessions in it.
    pub sessions: Vec<Id>,
    /// The rounds to be solved anew.
    pub rounds: Vec<Id>,
}

/// A test.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PingNews {
    /// The webhook.
    pub webhook: Id,
}

/// An instant as the school's clocks show it.
fn moment(school: &School, utc: DateTime<Utc>) -> Moment {
    Moment { utc, local: utc.with_timezone(&school.zone()).naive_local() }
}

impl RoundNews {
    pub(super) fn of(school: &School, round: &Round) -> Self {
        Self {
            school: school.id.clone(),
            round: round.id.clone(),
            name: round.name.clone(),
            start: moment(school, round.starts_at),
            end: moment(school, round.ends_at),
            opens: round.opens_at.map(|at| moment(school, at)),
            closes: round.closes_at.map(|at| moment(school, at)),
        }
    }
}

impl SessionNews {
    pub(super) fn all(school: &School, changes: &[SessionChange]) -> Vec<Self> {
        changes.iter().map(|change| Self::of(school, change)).collect()
    }

    fn of(school: &School, SessionChange { session, change }: &SessionChange) -> Self {
        Self {
            id: session.id.clone(),
            request: session.request.clone(),
            title: session.title.clone(),
            teachers: session.teachers.clone(),
            groups: session.groups.clone(),
            start: moment(school, session.starts_at),
            end: moment(school, session.ends_at),
            state: session.state,
            sequence: session.sequence,
            change: *change,
        }
    }
}

impl PlaceNews {
    pub(super) fn of(school: &School, entry: &Waiting, session: &Id, hold: Option<&Session>) -> Self {
        let offer = hold.map(|hold| OfferNews {
            start: moment(school, hold.starts_at),
            end: moment(school, hold.ends_at),
            until: hold.held_until.map(|until| moment(school, until)),
        });
        let (waiting, title) = (entry.id.clone(), entry.title.clone());
        Self { school: school.id.clone(), waiting, title, session: session.clone(), offer }
    }
}

impl SwapNews {
    pub(super) fn of(school: &School, swap: &Swap) -> Self {
        Self {
            school: school.id.clone(),
            swap: swap.id.clone(),
            state: swap.state,
            session: swap.session.clone(),
            other: swap.other.clone(),
            session_start: moment(school, swap.session_starts_at),
            other_start: moment(school, swap.other_starts_at),
        }
    }
}

impl CapacityNews {
    pub(super) fn of(school: &Id, overloads: &[Overload]) -> Self {
        let ids = |sessions: &[SessionView]| sessions.iter().map(|session| session.id.clone()).collect();
        let overloads = overloads.iter().map(|overload| OverloadNews {
            pool: overload.pool.clone(),
            name: overload.name.clone(),
            from: overload.from,
            to: overload.to,
            over: overload.over,
            sessions: ids(&overload.sessions),
            rounds: overload.rounds.clone(),
        });
        Self { school: school.clone(), overloads: overloads.collect() }
    }
}
