//! Sessions: read them, move them, call them off.

use super::{
    App, AppError, AppResult,
    call::Expected,
    events,
    notices::{self, Release},
    offers,
    places::{self, People, Site},
    publication::cancelled,
    rounds::not_archived,
    sender::Sender,
    sites::SiteFacts,
    situation, swaps,
};
pub use crate::planning::names::Named;
use crate::{
    domain::{
        access::Principal,
        booking::Deed,
        finding::Findings,
        id::Id,
        people::School,
        round::{Request, Round},
        session::{Change, MovedBy, Session, SessionChange, SessionState},
        wish::{Frame, local_minutes},
    },
    planning::{
        names::{Moment, Names},
        rulebook::Rulebook,
    },
    store::{self, Conn, StoreError, Turn},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A session as people read it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Identifier; the calendar UID is made of it.
    pub id: Id,
    /// The school.
    pub school: Id,
    /// The request that it answers; a class that was booked directly answers none.
    pub request: Option<Id>,
    /// What the class is called.
    pub title: String,
    /// Who teaches.
    pub teachers: Vec<Named>,
    /// Who attends.
    pub groups: Vec<Named>,
    /// Connections that it takes.
    pub connections: u32,
    /// The address of its virtual classroom.
    pub link: Option<String>,
    /// When it begins.
    pub start: Moment,
    /// When it ends.
    pub end: Moment,
    /// Whether it takes place.
    pub state: SessionState,
    /// Until when it is held, while it is.
    pub held_until: Option<DateTime<Utc>>,
    /// Who took it from where it was planned or booked; nothing for one that is there.
    pub moved_by: Option<MovedBy>,
    /// How often its time or state changed since it was published.
    pub sequence: u32,
    /// When its time, state or link changed last.
    pub changed_at: DateTime<Utc>,
}

/// Where a session goes.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// The new start, in the school's local time.
    #[serde(with = "local_minutes")]
    #[schema(value_type = String, example = "2020-03-23T09:00", pattern = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$")]
    pub starts_at_local: NaiveDateTime,
    /// Whether the class goes there although rules of wishes stand against it: breaks, the most classes a day, order,
    /// other days, impossible hours. For admins. Capacity holds all the same, and nobody is in two places.
    #[serde(default)]
    pub insist: bool,
}

impl SessionView {
    /// The session with names and local times.
    pub(super) fn of(session: &Session, names: &Names) -> Self {
        Self {
            id: session.id.clone(),
            school: session.school.clone(),
            request: session.request.clone(),
            title: session.title.clone(),
            teachers: names.teachers(&session.teachers),
            groups: names.groups(&session.groups),
            connections: session.connections,
            link: session.link.clone(),
            start: names.moment(session.starts_at),
            end: names.moment(session.ends_at),
            state: session.state,
            held_until: session.held_until,
            moved_by: session.moved_by,
            sequence: session.sequence,
            changed_at: session.changed_at,
        }
    }
}

impl App {
    /// One session.
    ///
    /// # Errors
    /// `NotFound`, also for a session of another school.
    pub async fn session(&self, who: &Principal, id: &Id) -> AppResult<SessionView> {
        let (who, id) = (who.clone(), id.clone());
        self.store
            .read(move |conn| {
                let (session, school) = visible(conn, &who, &id)?;
                Ok(SessionView::of(&session, &situation::people(conn, &school)?))
            })
            .await
    }

    /// Moves a session to another start, if every capacity holds, nobody would be in two places, and the rules of the
    /// round's wishes are kept. An admin may insist on a move that breaks such a rule.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for teachers of other classes and for teachers who insist; `Invalid` for a start off the
    /// grid, outside the round or the opening hours, on a closed day, or past for a class that is to come; `Conflict`:
    /// `session-cancelled`, `round-archived`, `too-late` for teachers by the school's rules, `does-not-fit` naming what stands
    /// against it and the nearest free starts.
    pub async fn move_session(&self, who: &Principal, id: &Id, to: Move) -> AppResult<SessionView> {
        let (app, who, id, now) = (self.clone(), who.clone(), id.clone(), self.now());
        let expected = Expected::now();
        self.write_in_turn(Turn::Session(id.clone()), move |conn| {
            let (old, school) = changeable(conn, &who, &id)?;
            let names = situation::people(conn, &school)?;
            expected.is(&SessionView::of(&old, &names))?;
            if to.insist && !who.may_run(&school.id) {
                return Err(AppError::forbidden("only the school's admins insist on a move against a rule"));
            }
            let round = changeable_round(conn, &old)?;
            let frame = frame(&school, round.as_ref(), &old, to.starts_at_local);
            let mut findings = Findings::default();
            let start = findings.keep(frame.start(to.starts_at_local, "starts_at_local"));
            if start.is_some_and(|at| at < now && now < old.starts_at) {
                let action = "choose a start that is to come";
                findings.add("in-the-past", "starts_at_local", "this hour is past", action);
            }
            findings.into_result()?;
            let Some(starts_at) = start.filter(|at| *at != old.starts_at) else {
                return Ok(SessionView::of(&old, &names));
            };
            if old.held_until.is_some_and(|until| until <= now) {
                return Err(places::hold_expired());
            }
            let earlier = starts_at.min(old.starts_at);
            let facts = SiteFacts::read(conn, school.clone())?;
            places::in_time(&facts.rules, &who, &school, Deed::Move, earlier, now)?;
            let site = Site::locked(conn, facts, now)?;
            let moved = places::at(&old, starts_at);
            let requests = match &round {
                Some(round) if !to.insist => store::requests::of_round(conn, &round.id)?,
                _ => Vec::new(),
            };
            let rules = rulebook(conn, &school, round.as_ref(), &requests, (&moved, &[&old.id]))?;
            site.must_fit(conn, (&moved, &[&old]), (&frame, &rules), "starts_at_local")?;
            let by = if matches!(who, Principal::Teacher { .. }) { MovedBy::Teacher } else { MovedBy::School };
            let moved = moved_to(conn, &old, starts_at, Some(by), now)?;
            // Nobody has heard of a hold yet.
            if moved.state == SessionState::Confirmed {
                let change = Change::Moved { from: old.starts_at };
                announce(conn, &app, (&school, &site.people), &moved, change, now)?;
                let sender = Sender { settings: &app.settings, school: &school, now };
                swaps::outdate(conn, &who, sender, &[&moved.id])?;
            }
            Ok(SessionView::of(&moved, &names))
        })
        .await
    }

    /// Calls a session off; calling it off again changes nothing.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers of other classes, `Conflict`: `round-archived`, `too-late` for teachers by
    /// the school's rules.
    pub async fn cancel_session(&self, who: &Principal, id: &Id) -> AppResult<SessionView> {
        let (app, who, id, now) = (self.clone(), who.clone(), id.clone(), self.now());
        let expected = Expected::now();
        self.write_in_turn(Turn::Session(id.clone()), move |conn| {
            let (old, school) = authorised(conn, &who, &id)?;
            let names = situation::people(conn, &school)?;
            expected.is(&SessionView::of(&old, &names))?;
            changeable_round(conn, &old)?;
            if old.state == SessionState::Cancelled {
                return Ok(SessionView::of(&old, &names));
            }
            places::lock(conn, &school, now)?;
            let session = cancelled(&old, now);
            if old.state == SessionState::Held {
                // Nobody has heard of a hold: it goes without a trace. It may have expired just now.
                match store::sessions::remove(conn, &old.id) {
                    Ok(()) | Err(StoreError::NotFound) => {}
                    Err(error) => return Err(error.into()),
                }
                offers::let_go(conn, &old.id, now)?;
                return Ok(SessionView::of(&session, &names));
            }
            let rules = store::bookings::rules(conn, &school.id)?;
            places::in_time(&rules, &who, &school, Deed::Cancel, old.starts_at, now)?;
            store::sessions::update(conn, &session)?;
            let people = People::of(conn, &school)?;
            announce(conn, &app, (&school, &people), &session, Change::Cancelled, now)?;
            let sender = Sender { settings: &app.settings, school: &school, now };
            swaps::outdate(conn, &who, sender, &[&session.id])?;
            Ok(SessionView::of(&session, &names))
        })
        .await
    }
}

/// Writes a session's new start, and who chose it.
pub(super) fn moved_to(
    conn: &mut Conn,
    old: &Session,
    starts_at: DateTime<Utc>,
    moved_by: Option<MovedBy>,
    now: DateTime<Utc>,
) -> AppResult<Session> {
    let moved = Session { moved_by, sequence: old.sequence + 1, changed_at: now, ..places::at(old, starts_at) };
    store::sessions::update(conn, &moved)?;
    Ok(moved)
}

pub(super) fn announce(
    conn: &mut Conn,
    app: &App,
    (school, people): (&School, &People),
    session: &Session,
    change: Change,
    now: DateTime<Utc>,
) -> AppResult<()> {
    let release = format!("{}/{}", session.id, session.sequence);
    let changes = [SessionChange { session: session.clone(), change }];
    events::sessions_changed(conn, school, &release, &changes, now)?;
    Ok(notices::announce(conn, &app.settings, (school, people), &Release::Change(release), &changes, now)?)
}

/// The round of a class, if it has one.
///
/// # Errors
/// `Conflict` `round-archived`.
pub(super) fn changeable_round(conn: &mut Conn, session: &Session) -> AppResult<Option<Round>> {
    let Some(request) = &session.request else { return Ok(None) };
    let request = store::requests::get(conn, request)?;
    let round = store::rounds::get(conn, &request.round)?;
    not_archived(&round)?;
    Ok(Some(round))
}

/// Where a class may be: in its round, or, when it was booked directly, within a week of the start asked for.
pub(super) fn frame<'a>(
    school: &'a School,
    round: Option<&Round>,
    session: &Session,
    around: NaiveDateTime,
) -> Frame<'a> {
    let minutes = (session.ends_at - session.starts_at).num_minutes();
    let frame = places::frame(school, places::around(around.date()), u32::try_from(minutes).unwrap_or(0));
    Frame { grid: round.map_or(frame.grid, Round::grid), is_round: round.is_some(), ..frame }
}

/// The rules of the round's wishes for a class at a start, among all classes that they concern but `without`; none for a
/// class that was booked.
pub(super) fn rulebook<'a>(
    conn: &mut Conn,
    school: &School,
    round: Option<&Round>,
    requests: &'a [Request],
    (session, without): (&Session, &[&Id]),
) -> AppResult<Rulebook<'a>> {
    let mut rules = Rulebook::new(requests, school.zone());
    let Some(round) = round else { return Ok(rules) };
    let (from, to) = (session.starts_at.min(round.starts_at), session.ends_at.max(round.ends_at));
    store::sessions::taking_place(conn, &school.id, from, to)?
        .iter()
        .filter(|other| !without.contains(&&other.id))
        .for_each(|other| rules.add(other));
    Ok(rules)
}

fn visible(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<(Session, School)> {
    match store::sessions::get(conn, id) {
        Ok(session) if who.may_see(&session.school) => {
            let school = store::schools::get(conn, &session.school)?;
            Ok((session, school))
        }
        Ok(_) | Err(StoreError::NotFound) => Err(AppError::not_found("session", id)),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn authorised(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<(Session, School)> {
    let (session, school) = visible(conn, who, id)?;
    if who.may_ask_for(&school.id, &session.teachers) {
        Ok((session, school))
    } else {
        Err(AppError::forbidden("only its teachers and the school's admins change a class"))
    }
}

fn changeable(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<(Session, School)> {
    let (session, school) = authorised(conn, who, id)?;
    if session.state == SessionState::Cancelled {
        return Err(AppError::conflict("session-cancelled", "the class was called off; it cannot move any more"));
    }
    Ok((session, school))
}
