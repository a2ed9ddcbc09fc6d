//! Swaps: two classes exchange their starts when the teachers of both agree.

use super::{
    App, AppError, AppResult, events,
    notices::{self, Release},
    places::{self, Site},
    schools::see,
    sender::Sender,
    sessions::{SessionView, authorised, changeable_round, frame, moved_to, rulebook},
    sites::SiteFacts,
};
use crate::{
    domain::{
        access::Principal,
        booking::{Deed, Swap, SwapState},
        finding::Finding,
        id::Id,
        people::School,
        session::{Change, MovedBy, Session, SessionChange, SessionState},
        time::day_start,
    },
    planning::agenda::Agenda,
    store::{self, Conn, Turn},
};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::Deserialize;
use std::collections::HashSet;
use utoipa::ToSchema;

/// Swaps in one list.
const LISTED: u32 = 500;
/// Proposals of one class that await an answer at a time.
const MOST_OPEN: usize = 3;

/// With which class one's own is to exchange starts.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSwap {
    /// The other class, of the same school.
    pub with: Id,
}

impl App {
    /// Proposes that a class exchanges its start with another. Nothing moves until the other side agrees.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for teachers of other classes; `Conflict`: `cannot-swap` for one class or one that does not
    /// take place, `too-many-swaps` with three proposals of the class, `round-archived`, `too-late` by the school's rules,
    /// `does-not-fit` when it could not be now: both keep to capacity, to their rounds and to the wishes' rules, as when they
    /// are moved.
    pub async fn propose_swap(&self, who: &Principal, session: &Id, new: NewSwap) -> AppResult<Swap> {
        let (settings, who, session, now) = (self.settings.clone(), who.clone(), session.clone(), self.now());
        let swap = self
            .write(move |conn| {
                let (mine, school) = authorised(conn, &who, &session)?;
                let other = of_school(conn, &school, &new.with)?;
                let open = store::bookings::open_swaps(conn, &school.id)?;
                if open.iter().filter(|swap| swap.session == mine.id).count() >= MOST_OPEN {
                    let message = format!("{MOST_OPEN} proposals of the class await an answer: withdraw one");
                    return Err(AppError::conflict("too-many-swaps", message));
                }
                let swap = Swap {
                    id: Id::new(now),
                    school: school.id.clone(),
                    session: mine.id.clone(),
                    other: other.id.clone(),
                    session_starts_at: mine.starts_at,
                    other_starts_at: other.starts_at,
                    state: SwapState::Proposed,
                    created_at: now,
                    changed_at: now,
                };
                let facts = SiteFacts::read(conn, school.clone())?;
                let site = Site::of(conn, facts, now)?;
                exchangeable(conn, &who, &site, (&mine, &other), now)?;
                store::bookings::insert_swap(conn, &swap)?;
                events::swap(conn, &school, &swap, now)?;
                let sender = Sender { settings: &settings, school: &school, now };
                sender.swap_proposed(conn, &who, &swap, (&mine, &other))?;
                Ok::<_, AppError>(swap)
            })
            .await?;
        self.bell.ring();
        Ok(swap)
    }

    /// The classes of a day with which a class could exchange its start now, and whose teachers can answer: they have an
    /// account, or a token, and do not teach the class themselves.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for teachers of other classes.
    pub async fn swap_partners(&self, who: &Principal, session: &Id, day: NaiveDate) -> AppResult<Vec<SessionView>> {
        let (who, id, now) = (who.clone(), session.clone(), self.now());
        self.store
            .read(move |conn| {
                let (mine, school) = authorised(conn, &who, &id)?;
                if mine.state != SessionState::Confirmed || mine.starts_at <= now {
                    return Ok(Vec::new());
                }
                let (from, to) = (day_start(school.zone(), day), day_start(school.zone(), day + Duration::days(1)));
                let memberships = store::memberships::list(conn, Some(&school.id))?;
                let tokens = store::tokens::list(conn, Some(&school.id))?;
                let tokens =
                    tokens.iter().filter(|token| token.is_valid(now)).filter_map(|token| token.teacher.as_ref());
                let has_account: HashSet<&Id> =
                    memberships.iter().filter_map(|one| one.teacher.as_ref()).chain(tokens).collect();
                let can_answer = |other: &Session| {
                    other.teachers.iter().any(|id| has_account.contains(id))
                        && !other.teachers.iter().any(|id| mine.teachers.contains(id))
                };
                let mut others = store::sessions::taking_place(conn, &school.id, from, to)?;
                others.retain(|other| {
                    other.state == SessionState::Confirmed && other.starts_at >= from.max(now) && can_answer(other)
                });
                others.retain(|other| other.starts_at != mine.starts_at);
                let facts = SiteFacts::read(conn, school)?;
                let site = Site::of(conn, facts, now)?;
                let mut partners = Vec::new();
                for other in others {
                    // Most fail here, at little cost.
                    let [there, partner] = exchanged(&mine, &other);
                    if !agenda(conn, &site, (&there, &partner), (&mine, &other))?.is_free(&there) {
                        continue;
                    }
                    match exchangeable(conn, &who, &site, (&mine, &other), now) {
                        Ok(()) => partners.push(SessionView::of(&other, &site.names())),
                        Err(AppError::Conflict { .. }) => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(partners)
            })
            .await
    }

    /// Agrees to a swap: both classes move at once, if every capacity holds.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for all but the teachers of the other class and the school's admins; `Conflict`:
    /// `swap-closed` when it is not open any more, `swap-outdated` when a class has moved since, and those of
    /// [`App::propose_swap`].
    pub async fn accept_swap(&self, who: &Principal, id: &Id) -> AppResult<Swap> {
        self.exchange(who, id, SwapState::Proposed, SwapState::Agreed).await
    }

    /// Takes a swap back that both have agreed to: both classes return to where they were, if every capacity holds.
    ///
    /// # Errors
    /// those of [`App::accept_swap`]; the teachers of either class may.
    pub async fn undo_swap(&self, who: &Principal, id: &Id) -> AppResult<Swap> {
        self.exchange(who, id, SwapState::Agreed, SwapState::Undone).await
    }

    /// Does not want a swap, or not any more. Declining twice changes nothing.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for all but the teachers of both classes and the school's admins; `Conflict`
    /// `swap-closed` when it has been agreed.
    pub async fn decline_swap(&self, who: &Principal, id: &Id) -> AppResult<Swap> {
        let (settings, who, id, now) = (self.settings.clone(), who.clone(), id.clone(), self.now());
        let swap = self
            .write(move |conn| {
                let (swap, school) = visible(conn, &who, &id)?;
                let (mine, other) = sessions(conn, &swap)?;
                party(&who, &swap, &[&mine, &other])?;
                match swap.state {
                    SwapState::Declined => Ok(swap),
                    SwapState::Proposed => {
                        store::bookings::set_swap(conn, &id, SwapState::Declined, now)?;
                        let sender = Sender { settings: &settings, school: &school, now };
                        sender.swap_declined(conn, &who, &swap, (&mine, &other))?;
                        let swap = store::bookings::swap(conn, &id)?;
                        events::swap(conn, &school, &swap, now)?;
                        Ok(swap)
                    }
                    _ => Err(closed(&swap)),
                }
            })
            .await?;
        self.bell.ring();
        Ok(swap)
    }

    /// A school's swaps, the latest first: all to its admins, to a teacher those of the own classes.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn swaps(&self, who: &Principal, school: &Id) -> AppResult<Vec<Swap>> {
        let (who, school) = (who.clone(), school.clone());
        self.store
            .read(move |conn| {
                see(conn, &who, &school)?;
                let own = match &who {
                    Principal::Teacher { teacher, .. } => Some(teacher),
                    _ => None,
                };
                Ok(store::bookings::swaps(conn, &school, own, LISTED)?)
            })
            .await
    }

    async fn exchange(&self, who: &Principal, id: &Id, from: SwapState, to: SwapState) -> AppResult<Swap> {
        let (app, who, id, now) = (self.clone(), who.clone(), id.clone(), self.now());
        self.write_in_turn(Turn::Swap(id.clone()), move |conn| {
            let (swap, school) = visible(conn, &who, &id)?;
            let (mine, other) = sessions(conn, &swap)?;
            let parties: &[&Session] = if from == SwapState::Proposed { &[&other] } else { &[&mine, &other] };
            party(&who, &swap, parties)?;
            if swap.state == to {
                return Ok(swap);
            }
            if swap.state == SwapState::Outdated {
                return Err(outdated());
            }
            if swap.state != from {
                return Err(closed(&swap));
            }
            let expected = match from {
                SwapState::Proposed => (swap.session_starts_at, swap.other_starts_at),
                _ => (swap.other_starts_at, swap.session_starts_at),
            };
            if (mine.starts_at, other.starts_at) != expected {
                return Err(outdated());
            }
            let facts = SiteFacts::read(conn, school.clone())?;
            let site = Site::locked(conn, facts, now)?;
            exchangeable(conn, &who, &site, (&mine, &other), now)?;
            // Undone, both are back where they were.
            let by = (to == SwapState::Agreed).then_some(MovedBy::Swap);
            let moved =
                [moved_to(conn, &mine, other.starts_at, by, now)?, moved_to(conn, &other, mine.starts_at, by, now)?];
            let changes: Vec<SessionChange> = moved
                .into_iter()
                .zip([mine.starts_at, other.starts_at])
                .map(|(session, from)| SessionChange { session, change: Change::Moved { from } })
                .collect();
            let release = format!("swap/{}/{}", swap.id, to.as_str());
            events::sessions_changed(conn, &school, &release, &changes, now)?;
            let (whose, release) = ((&school, &*site.people), Release::Change(release));
            notices::announce(conn, &app.settings, whose, &release, &changes, now)?;
            store::bookings::set_swap(conn, &id, to, now)?;
            let swap = store::bookings::swap(conn, &id)?;
            events::swap(conn, &school, &swap, now)?;
            let sender = Sender { settings: &app.settings, school: &school, now };
            outdate(conn, &who, sender, &[&mine.id, &other.id])?;
            Ok(swap)
        })
        .await
    }
}

/// Ends the proposals of classes that have moved or were called off, and tells those who made them.
///
/// # Errors
/// those of the database.
pub(super) fn outdate(conn: &mut Conn, who: &Principal, sender: Sender<'_>, changed: &[&Id]) -> AppResult<()> {
    let (school, now) = (sender.school, sender.now);
    for swap in store::bookings::open_swaps(conn, &school.id)? {
        if !changed.contains(&&swap.session) && !changed.contains(&&swap.other) {
            continue;
        }
        store::bookings::set_swap(conn, &swap.id, SwapState::Outdated, now)?;
        let (mine, other) = sessions(conn, &swap)?;
        sender.swap_outdated(conn, who, &swap, (&mine, &other))?;
        let swap = store::bookings::swap(conn, &swap.id)?;
        events::swap(conn, school, &swap, now)?;
    }
    Ok(())
}

/// Both classes at each other's starts.
fn exchanged(mine: &Session, other: &Session) -> [Session; 2] {
    [places::at(mine, other.starts_at), places::at(other, mine.starts_at)]
}

/// What is left for a class at its new start: both leave where they are, and the other is where it goes.
fn agenda(
    conn: &mut Conn,
    site: &Site,
    (there, partner): (&Session, &Session),
    (mine, other): (&Session, &Session),
) -> AppResult<Agenda> {
    let span = (there.starts_at.min(partner.starts_at), there.ends_at.max(partner.ends_at));
    let mut agenda = site.agenda(conn, (&there.teachers, &there.groups), &[mine, other], span)?;
    agenda.add(partner);
    Ok(agenda)
}

/// Whether two classes may exchange their starts now.
fn exchangeable(
    conn: &mut Conn,
    who: &Principal,
    site: &Site,
    (mine, other): (&Session, &Session),
    now: DateTime<Utc>,
) -> AppResult<()> {
    let (school, names) = (&site.school, site.names());
    let is_class = |session: &Session| session.state == SessionState::Confirmed;
    // What has begun stays, and no class goes where it would have begun.
    let is_over = [mine, other].map(|session| session.starts_at < now);
    if mine.id == other.id || !is_class(mine) || !is_class(other) || is_over[0] != is_over[1] {
        let message = "two classes that both take place exchange their starts: choose another class";
        return Err(AppError::conflict("cannot-swap", message));
    }
    places::in_time(&site.rules, who, school, Deed::Move, mine.starts_at.min(other.starts_at), now)?;
    let moved = exchanged(mine, other);
    for (index, class) in [mine, other].into_iter().enumerate() {
        let (there, partner) = (&moved[index], &moved[1 - index]);
        let round = changeable_round(conn, class)?;
        let local = there.starts_at.with_timezone(&school.zone()).naive_local();
        let frame = frame(school, round.as_ref(), class, local);
        // A class that is longer than the other may not fit into the day any more, nor one of a round outside it.
        if let Err(finding) = frame.start(local, "with") {
            return Err(does_not_fit(vec![finding]));
        }
        let agenda = agenda(conn, site, (there, partner), (mine, other))?;
        let requests = match &round {
            Some(round) => store::requests::of_round(conn, &round.id)?,
            None => Vec::new(),
        };
        let mut rules = rulebook(conn, school, round.as_ref(), &requests, (there, &[&mine.id, &other.id]))?;
        rules.add(partner);
        let obstacles = agenda.obstacles(there, &names).into_iter().chain(rules.obstacles(there, &names));
        let findings: Vec<Finding> = obstacles.map(|one| one.finding("with", "choose another class")).collect();
        if !findings.is_empty() {
            return Err(does_not_fit(findings));
        }
    }
    Ok(())
}

fn does_not_fit(findings: Vec<Finding>) -> AppError {
    let message = "the classes do not fit at each other's starts".to_owned();
    AppError::Conflict { code: places::DOES_NOT_FIT, message, findings }
}

fn of_school(conn: &mut Conn, school: &School, id: &Id) -> AppResult<Session> {
    match store::sessions::get(conn, id) {
        Ok(session) if session.school == school.id => Ok(session),
        Ok(_) => Err(AppError::not_found("session", id)),
        Err(error) => Err(error.or_unknown("session", id)),
    }
}

fn visible(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<(Swap, School)> {
    let swap = store::bookings::swap(conn, id).map_err(|error| error.or_unknown("swap", id))?;
    if !who.may_see(&swap.school) {
        return Err(AppError::not_found("swap", id));
    }
    let school = store::schools::get(conn, &swap.school)?;
    Ok((swap, school))
}

fn sessions(conn: &mut Conn, swap: &Swap) -> AppResult<(Session, Session)> {
    Ok((store::sessions::get(conn, &swap.session)?, store::sessions::get(conn, &swap.other)?))
}

fn party(who: &Principal, swap: &Swap, sessions: &[&Session]) -> AppResult<()> {
    if sessions.iter().any(|session| who.may_ask_for(&swap.school, &session.teachers)) {
        return Ok(());
    }
    Err(AppError::forbidden("the teachers of the class that is asked for, and the school's admins, decide"))
}

fn outdated() -> AppError {
    AppError::conflict("swap-outdated", "one of the classes has changed since; propose it anew")
}

fn closed(swap: &Swap) -> AppError {
    AppError::conflict("swap-closed", format!("the swap is {}: propose a new one", swap.state.as_str()))
}
