//! Publication: a plan becomes sessions, at once and as a whole.

use super::{
    App, AppError, AppResult, events,
    notices::{self, Release},
    pins,
    places::{self, People},
    plans::visible_plan,
    rounds::{may_run, not_archived, visible},
    sender::Sender,
    situation, swaps,
};
use crate::{
    domain::{
        access::Principal,
        finding::{Finding, Findings},
        id::Id,
        round::{Plan, PlannedStart, Request, Round},
        session::{Change, Session, SessionChange, SessionState},
    },
    planning::{names::Names, problem::Situation, rulebook::Rulebook},
    store::{self, Turn},
};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

/// What to publish.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// The plan.
    pub plan: Id,
    /// The plan that is published now, as far as the caller knows; nothing when none is.
    #[serde(default)]
    pub replaces: Option<Id>,
}

/// What publishing changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Published {
    /// The round.
    pub round: Id,
    /// The plan that is published now.
    pub plan: Id,
    /// Every session that is new, moved or cancelled.
    pub changes: Vec<SessionChange>,
}

impl App {
    /// Publishes a plan: its classes become sessions, calendars and mails tell of what changed. All of it happens, or
    /// nothing; of several publishers who have seen the same state one succeeds.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for teachers; `Conflict`: `round-archived`, `already-published` when another plan than
    /// `replaces` is published, `plan-outdated` when requests or pins have changed since it was made, `does-not-fit` with every finding when
    /// capacities or other classes have.
    pub async fn publish(&self, who: &Principal, round: &Id, order: Publication) -> AppResult<Published> {
        let (app, who, round, now) = (self.clone(), who.clone(), round.clone(), self.now());
        self.write_in_turn(Turn::Round(round.clone()), move |conn| {
            let round = visible(conn, &who, &round)?;
            may_run(&who, &round.school, "publish plans")?;
            not_archived(&round)?;
            let (plan, _) = visible_plan(conn, &who, &order.plan)?;
            if plan.round != round.id {
                return Err(AppError::not_found("plan", &order.plan));
            }
            if round.published_plan != order.replaces || round.published_plan.as_ref() == Some(&plan.id) {
                return Err(already_published(&round));
            }
            let school = store::schools::get(conn, &round.school)?;
            places::lock(conn, &school, now)?;
            let situation = situation::situation(conn, &round)?;
            let names = situation::names(conn, &situation.school)?;
            let pins = pins::starts(conn, &round)?;
            let changes = Outcome::of(&situation, &plan, &pins, &names, now).publishable()?;
            let (new, old): (Vec<_>, Vec<_>) = changes
                .iter()
                .map(|change| change.session.clone())
                .partition(|session| !situation.published.iter().any(|known| known.id == session.id));
            store::sessions::insert(conn, &new)?;
            store::sessions::update_all(conn, &old)?;
            if !store::rounds::publish(conn, &round.id, order.replaces.as_ref(), &plan.id)? {
                return Err(already_published(&round));
            }
            let release = Release::Plan { round: round.id.clone(), plan: plan.id.clone() };
            let people = People::of(conn, &situation.school)?;
            let to = (&situation.school, &people);
            notices::announce(conn, &app.settings, to, &release, &changes, now)?;
            let left: Vec<&Id> = old.iter().map(|session| &session.id).collect();
            let sender = Sender { settings: &app.settings, school: &situation.school, now };
            swaps::outdate(conn, &who, sender, &left)?;
            events::plan_published(conn, &situation.school, (&round.id, &plan.id), &changes, now)?;
            Ok(Published { round: round.id, plan: plan.id, changes })
        })
        .await
    }
}

pub(super) fn already_published(round: &Round) -> AppError {
    let message = match &round.published_plan {
        Some(plan) => format!("plan {plan} is published; look at it, then publish with it as `replaces`"),
        None => "no plan is published; publish without `replaces`".to_owned(),
    };
    AppError::conflict("already-published", message)
}

/// What publishing a plan would do, and everything that stands against it.
pub(super) struct Outcome {
    /// Every session that would be new, moved or cancelled, by start.
    pub changes: Vec<SessionChange>,
    /// How the requests have changed since the plan was made.
    pub outdated: Findings,
    /// What its classes do not fit with any more.
    pub misfits: Vec<Finding>,
}

impl Outcome {
    /// The same for whoever looks before publishing and for the publication itself.
    pub fn of(
        situation: &Situation,
        plan: &Plan,
        pins: &HashMap<Id, DateTime<Utc>>,
        names: &Names,
        now: DateTime<Utc>,
    ) -> Self {
        let starts: HashMap<&Id, &PlannedStart> = plan.starts.iter().map(|start| (&start.request, start)).collect();
        let cancelled = situation.cancelled();
        let mut outdated = Findings::default();
        let mut classes: Vec<(&Request, Session)> = Vec::new();
        let mut changes = Vec::new();
        for request in situation.requests.iter().filter(|request| !cancelled.contains(&request.id)) {
            let known = situation.session(&request.id);
            let place = || format!("requests[{}]", request.reference);
            let Some(planned) = starts.get(&request.id) else {
                let message = format!("“{}” was entered after the plan was made", request.title);
                outdated.add("request-not-in-plan", place(), message, "solve again");
                continue;
            };
            outdated.0.extend(situation.too_late(request, planned.starts_at, &place(), now));
            let pin = pins.get(&request.id);
            if let Some(pin) = pin.filter(|pin| planned.starts_at != Some(**pin)) {
                let message = format!("“{}” has been fixed at {} since", request.title, names.local(*pin));
                outdated.add("pin-not-kept", place(), message, "solve again, or let it go");
            }
            let Some(at) = planned.starts_at else {
                changes.extend(known.and_then(|session| cancel(session, now)));
                continue;
            };
            let is_chosen = known.is_some_and(|session| session.chosen_start() == Some(at));
            if !request.allows(at) && !planned.pinned && pin != Some(&at) && !is_chosen {
                let message = format!("“{}” does not allow {} any more", request.title, names.local(at));
                outdated.add("start-not-allowed", place(), message, "solve again");
            }
            classes.push((request, session(request, situation, names, at, now)));
        }
        let mut misfits = misfits(situation, &classes, names);
        misfits.extend(on_closed_days(situation, &classes, now));
        changes.extend(classes.into_iter().filter_map(|(request, session)| {
            let change = change(situation.session(&request.id), &session)?;
            Some(SessionChange { session, change })
        }));
        changes.sort_by(|a, b| (a.session.starts_at, &a.session.id).cmp(&(b.session.starts_at, &b.session.id)));
        Self { changes, outdated, misfits }
    }

    /// The changes, if nothing stands against them.
    ///
    /// # Errors
    /// `Conflict`: `plan-outdated`, `does-not-fit`.
    fn publishable(self) -> AppResult<Vec<SessionChange>> {
        if !self.outdated.0.is_empty() {
            let message = "the requests have changed since the plan was made; solve again".to_owned();
            return Err(AppError::Conflict { code: "plan-outdated", message, findings: self.outdated.0 });
        }
        if !self.misfits.is_empty() {
            let message = "the plan does not fit any more; solve again".to_owned();
            return Err(AppError::Conflict { code: "does-not-fit", message, findings: self.misfits });
        }
        Ok(self.changes)
    }
}

/// The session of a request at a start: the one there is, changed if need be, or a new one.
fn session(request: &Request, situation: &Situation, names: &Names, at: DateTime<Utc>, now: DateTime<Utc>) -> Session {
    let ends_at = at + Duration::minutes(i64::from(request.duration_minutes));
    match situation.session(&request.id) {
        None => Session {
            id: Id::new(now),
            school: situation.school.id.clone(),
            request: Some(request.id.clone()),
            title: request.title.clone(),
            teachers: request.teachers.clone(),
            groups: request.groups.clone(),
            connections: request.connections,
            link: request
                .wish
                .as_ref()
                .and_then(|wish| wish.link.clone())
                .or_else(|| names.usual_link(&request.teachers)),
            starts_at: at,
            ends_at,
            state: SessionState::Confirmed,
            held_until: None,
            moved_by: None,
            sequence: 0,
            created_at: now,
            changed_at: now,
        },
        Some(known) => {
            let same = known.state == SessionState::Confirmed && known.starts_at == at && known.ends_at == ends_at;
            Session {
                starts_at: at,
                ends_at,
                state: SessionState::Confirmed,
                moved_by: known.moved_by.filter(|_| same),
                sequence: known.sequence + u32::from(!same),
                changed_at: if same { known.changed_at } else { now },
                ..known.clone()
            }
        }
    }
}

fn cancel(session: &Session, now: DateTime<Utc>) -> Option<SessionChange> {
    if session.state == SessionState::Cancelled {
        return None;
    }
    Some(SessionChange { session: cancelled(session, now), change: Change::Cancelled })
}

/// The session as it is once it is called off.
pub(super) fn cancelled(session: &Session, now: DateTime<Utc>) -> Session {
    Session { state: SessionState::Cancelled, sequence: session.sequence + 1, changed_at: now, ..session.clone() }
}

fn change(known: Option<&Session>, session: &Session) -> Option<Change> {
    match known {
        None => Some(Change::Added),
        Some(known) if known.sequence == session.sequence => None,
        Some(known) if known.state == SessionState::Cancelled => Some(Change::Added),
        Some(known) => Some(Change::Moved { from: known.starts_at }),
    }
}

/// The classes on days that have been closed since they were planned; one that has begun where it was is over.
fn on_closed_days(situation: &Situation, classes: &[(&Request, Session)], now: DateTime<Utc>) -> Vec<Finding> {
    let opening = situation.school.opening();
    let is_over = |request: &Request, session: &Session| {
        let known = situation.session(&request.id);
        session.starts_at <= now && known.is_some_and(|known| known.sequence == session.sequence)
    };
    let classes = classes.iter().filter(|(request, session)| !is_over(request, session));
    let closed = classes.flat_map(|(request, session)| {
        let days = opening.closed_between(session.starts_at, session.ends_at).into_iter();
        days.map(move |(day, reasons)| {
            let (message, next) = opening.closed_message(day, &reasons);
            let place = format!("requests[{}]", request.reference);
            Finding::new(
                "school-closed",
                place,
                format!("“{}”: {message}", request.title),
                format!("solve again; {next}"),
            )
        })
    });
    closed.collect()
}

/// Everything that stands against the classes, put in one after the other: those that stay where they are first. Two
/// of these may break a rule together, where somebody moved one on purpose; capacity holds for all.
fn misfits(situation: &Situation, classes: &[(&Request, Session)], names: &Names) -> Vec<Finding> {
    let mut agenda = situation.others();
    let mut rules = Rulebook::new(&situation.requests, situation.school.zone());
    situation.elsewhere.iter().for_each(|session| rules.add(session));
    let stays = |class: &Session| {
        situation.published.iter().any(|known| known.id == class.id && known.sequence == class.sequence)
    };
    let (staying, changing): (Vec<_>, Vec<_>) = classes.iter().partition(|(_, class)| stays(class));
    let mut findings = Vec::new();
    for (request, class) in staying.into_iter().chain(changing) {
        let place = format!("requests[{}]", request.reference);
        let mut obstacles = agenda.obstacles(class, names);
        if !stays(class) {
            obstacles.extend(rules.obstacles(class, names));
        }
        findings.extend(obstacles.iter().map(|obstacle| obstacle.finding(&place, "solve again")));
        agenda.add(class);
        rules.add(class);
    }
    findings
}
