//! Sessions: read them, move them, call them off.

use super::{App, AppError, AppResult, notices, publication::cancelled, rounds::not_archived, situation};
use crate::{
    domain::{
        access::Principal,
        capacity::CELL,
        finding::Findings,
        id::Id,
        people::{Overlaps, School},
        round::{Request, Round, Window},
        session::{Change, Session, SessionChange, SessionState},
        time::{Grid, day_start},
        wish::{Frame, local_minutes},
    },
    planning::{
        agenda::Agenda,
        names::{Moment, Names},
        problem::AWAY,
        rulebook::Rulebook,
    },
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many free starts are offered where the wished one is taken.
const OFFERED: usize = 5;
/// How far from the wished start free ones are looked for.
const NEAR: Duration = Duration::days(7);

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
    /// When it begins.
    pub start: Moment,
    /// When it ends.
    pub end: Moment,
    /// Whether it takes place.
    pub state: SessionState,
    /// Until when it is held, while it is.
    pub held_until: Option<DateTime<Utc>>,
    /// How often its time or state changed since it was published.
    pub sequence: u32,
    /// When its time or state changed last.
    pub changed_at: DateTime<Utc>,
}

/// An identifier and the name behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Named {
    /// Identifier.
    pub id: Id,
    /// Name.
    pub name: String,
}

/// Where a session goes.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// The new start, in the school's local time.
    #[serde(with = "local_minutes")]
    #[schema(value_type = String, example = "2020-03-23T09:00")]
    pub starts_at_local: NaiveDateTime,
    /// Whether the class goes there although rules of wishes stand against it: breaks, the most classes a day, order,
    /// other days, impossible hours. For admins. Capacity holds all the same, and nobody is in two places.
    #[serde(default)]
    pub insist: bool,
}

impl SessionView {
    /// The session with names and local times.
    pub(super) fn of(session: &Session, names: &Names) -> Self {
        let named = |ids: &[Id], name: &dyn Fn(&Id) -> String| {
            ids.iter().map(|id| Named { id: id.clone(), name: name(id) }).collect()
        };
        Self {
            id: session.id.clone(),
            school: session.school.clone(),
            request: session.request.clone(),
            title: session.title.clone(),
            teachers: named(&session.teachers, &|id| names.teacher(id).to_owned()),
            groups: named(&session.groups, &|id| names.group(id).to_owned()),
            connections: session.connections,
            start: names.moment(session.starts_at),
            end: names.moment(session.ends_at),
            state: session.state,
            held_until: session.held_until,
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
                Ok(SessionView::of(&session, &situation::names(conn, &school)?))
            })
            .await
    }

    /// Moves a session to another start, if every capacity holds, nobody would be in two places, and the rules of the
    /// round's wishes are kept. An admin may insist on a move that breaks such a rule.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for teachers of other classes and for teachers who insist; `Invalid` for a start off the grid, outside the round or
    /// the opening hours; `Conflict`: `session-cancelled`, `round-archived`, `does-not-fit` naming what stands against it and the nearest
    /// free starts.
    pub async fn move_session(&self, who: &Principal, id: &Id, to: Move) -> AppResult<SessionView> {
        let (app, who, id, now) = (self.clone(), who.clone(), id.clone(), self.now());
        self.store
            .write(move |conn| {
                let (old, school) = changeable(conn, &who, &id)?;
                if to.insist && !who.may_run(&school.id) {
                    return Err(AppError::forbidden("only the school's admins insist on a move against a rule"));
                }
                let request = old.request.as_ref().map(|id| store::requests::get(conn, id)).transpose()?;
                let round = request.as_ref().map(|request| store::rounds::get(conn, &request.round)).transpose()?;
                round.as_ref().map_or(Ok(()), not_archived)?;
                let frame = frame(&school, round.as_ref(), &old, to.starts_at_local);
                let mut findings = Findings::default();
                let start = findings.keep(frame.start(to.starts_at_local, "starts_at_local"));
                findings.into_result()?;
                let names = situation::names(conn, &school)?;
                let Some(starts_at) = start.filter(|at| *at != old.starts_at) else {
                    return Ok(SessionView::of(&old, &names));
                };
                let moved = Session { sequence: old.sequence + 1, changed_at: now, ..at(&old, starts_at) };
                let agenda = locked_agenda(conn, &school, Some(&old), moved.starts_at - NEAR, moved.ends_at + NEAR)?;
                let requests = match &round {
                    Some(round) => store::requests::of_round(conn, &round.id)?,
                    None => Vec::new(),
                };
                let rules = rulebook(conn, &school, round.as_ref(), &requests, &moved)?;
                let mut obstacles = agenda.obstacles(&moved, &names);
                if !to.insist {
                    obstacles.extend(rules.obstacles(&moved, &names));
                }
                if !obstacles.is_empty() {
                    let action = offer(&agenda, &rules, &frame, &moved, &names);
                    let findings = obstacles.iter().map(|one| one.finding("starts_at_local", &action)).collect();
                    let message = "the class does not fit there".to_owned();
                    return Err(AppError::Conflict { code: "does-not-fit", message, findings });
                }
                store::sessions::update(conn, &moved)?;
                if let Some(request) = request {
                    store::requests::replace(conn, &wishing_for(request, starts_at))?;
                }
                announce(conn, &app, &school, &moved, Change::Moved { from: old.starts_at }, now)?;
                Ok(SessionView::of(&moved, &names))
            })
            .await
    }

    /// Calls a session off; calling it off again changes nothing.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers of other classes, `Conflict` (`round-archived`).
    pub async fn cancel_session(&self, who: &Principal, id: &Id) -> AppResult<SessionView> {
        let (app, who, id, now) = (self.clone(), who.clone(), id.clone(), self.now());
        self.store
            .write(move |conn| {
                let (old, school) = authorised(conn, &who, &id)?;
                if let Some(request) = &old.request {
                    let request = store::requests::get(conn, request)?;
                    not_archived(&store::rounds::get(conn, &request.round)?)?;
                }
                let names = situation::names(conn, &school)?;
                if old.state == SessionState::Cancelled {
                    return Ok(SessionView::of(&old, &names));
                }
                let session = cancelled(&old, now);
                store::sessions::update(conn, &session)?;
                announce(conn, &app, &school, &session, Change::Cancelled, now)?;
                Ok(SessionView::of(&session, &names))
            })
            .await
    }
}

fn announce(
    conn: &mut Conn,
    app: &App,
    school: &School,
    session: &Session,
    change: Change,
    now: DateTime<Utc>,
) -> AppResult<()> {
    let release = Id::from(format!("{}/{}", session.id, session.sequence));
    let change = SessionChange { session: session.clone(), change };
    Ok(notices::announce(conn, &app.settings, school, &release, &[change], now)?)
}

/// Where a class may be: in its round, or, when it was booked directly, within a week of the start asked for.
fn frame<'a>(school: &'a School, round: Option<&Round>, session: &Session, around: NaiveDateTime) -> Frame<'a> {
    let minutes = (session.ends_at - session.starts_at).num_minutes();
    let duration_minutes = u32::try_from(minutes).unwrap_or(0);
    let zone = school.zone();
    let grid = round.map_or_else(|| days_around(zone, around.date()), Round::grid);
    Frame { zone, grid, hours: &school.opening_hours, duration_minutes }
}

/// The days from a week before to a week after this one, in cells of five minutes.
fn days_around(zone: Tz, day: NaiveDate) -> Grid {
    let (start, end) = (day_start(zone, day - NEAR), day_start(zone, day + NEAR + Duration::days(1)));
    let cells = (end - start).num_minutes() / CELL.num_minutes();
    Grid { start, step_minutes: 5, cells: u32::try_from(cells).unwrap_or(0) }
}

/// The request with the start that somebody chose by hand as its wish, so that no later plan takes the class away from
/// there without need. It replaces a start chosen before: those are the windows without a cost of moving.
fn wishing_for(request: Request, starts_at: DateTime<Utc>) -> Request {
    let chosen = Window { first_at: starts_at, last_at: starts_at, ideal_at: starts_at, base: 0, per_step: 0 };
    let wished = request.windows.iter().copied().filter(|window| window.per_step > 0);
    Request { windows: std::iter::once(chosen).chain(wished).collect(), ..request }
}

/// The session at another start.
fn at(session: &Session, starts_at: DateTime<Utc>) -> Session {
    Session { starts_at, ends_at: starts_at + (session.ends_at - session.starts_at), ..session.clone() }
}

/// Everything that takes place between two instants but the session itself, with the school's pools locked.
fn locked_agenda(
    conn: &mut Conn,
    school: &School,
    without: Option<&Session>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> AppResult<Agenda> {
    let pools = store::pools::of_school(conn, &school.id)?;
    let ids: Vec<Id> = pools.iter().map(|pool| pool.id.clone()).collect();
    store::pools::lock(conn, &ids)?;
    let overlaps = Overlaps::of(&store::groups::list(conn, &school.id)?);
    let mut agenda = Agenda::new(school, &pools, overlaps, from, to);
    // A day more: windows of arrivals reach over the edge.
    let day = Duration::days(1);
    agenda.add_uses(&store::usage::between(conn, &ids, from - day, to + day)?);
    if let Some(session) = without {
        agenda.remove_use(session);
    }
    store::sessions::taking_place(conn, &school.id, from, to)?
        .iter()
        .filter(|other| without.is_none_or(|session| session.id != other.id))
        .for_each(|other| agenda.add_people(other));
    for (who, from, to) in store::sessions::elsewhere(conn, &school.id, from, to)? {
        agenda.add_busy(&who, from, to, AWAY);
    }
    Ok(agenda)
}

/// The rules of the round's wishes, among all other classes that they concern; none for a class that was booked.
fn rulebook<'a>(
    conn: &mut Conn,
    school: &School,
    round: Option<&Round>,
    requests: &'a [Request],
    session: &Session,
) -> AppResult<Rulebook<'a>> {
    let mut rules = Rulebook::new(requests, school.zone());
    let Some(round) = round else { return Ok(rules) };
    let from = (session.starts_at - NEAR).min(round.starts_at);
    let to = (session.ends_at + NEAR).max(round.ends_at);
    store::sessions::taking_place(conn, &school.id, from, to)?
        .iter()
        .filter(|other| other.id != session.id)
        .for_each(|other| rules.add(other));
    Ok(rules)
}

/// The nearest free starts, as advice.
fn offer(agenda: &Agenda, rules: &Rulebook<'_>, frame: &Frame<'_>, session: &Session, names: &Names) -> String {
    let mut starts = frame.starts();
    starts.retain(|start| (*start - session.starts_at).abs() < NEAR);
    starts.sort_by_key(|start| ((*start - session.starts_at).abs(), *start));
    let is_free = |start: &DateTime<Utc>| {
        let moved = at(session, *start);
        agenda.is_free(&moved) && rules.is_kept(&moved, names)
    };
    let free = starts.into_iter().filter(is_free).take(OFFERED);
    let free: Vec<String> = free.map(|start| names.moment(start).local.format("%Y-%m-%dT%H:%M").to_string()).collect();
    if free.is_empty() {
        "no start is free within a week".to_owned()
    } else {
        format!("the nearest free starts are {}", free.join(", "))
    }
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

fn authorised(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<(Session, School)> {
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
