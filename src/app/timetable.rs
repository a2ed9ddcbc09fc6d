//! A teacher's timetable: what they got, what is offered to them, with whom they swap, and for what they wait.

use super::{App, AppError, AppResult, directory::Directory, schools::see, sessions::SessionView, situation};
use crate::{
    domain::{
        access::Principal,
        booking::{BookingRules, Swap, SwapState, Waiting},
        id::Id,
        people::School,
        round::{Request, Round},
        session::Session,
    },
    planning::names::Names,
    store::{self, Conn, Found},
};
use chrono::{DateTime, Duration, Utc};

/// How long a class that is over stays in the timetable.
const PAST_DAYS: i64 = 7;
/// How long a swap stays in it that is decided.
const SWAP_DAYS: i64 = 14;
/// Swaps that are looked through, the latest first.
const MOST_SWAPS: u32 = 100;

/// A teacher's timetable.
#[derive(Clone, Debug)]
pub struct Timetable {
    /// The school.
    pub school: School,
    /// Its groups and teachers.
    pub directory: Directory,
    /// The classes by start, from the latest published round and the last days on; those that were called off and places that are held too.
    pub sessions: Vec<SessionView>,
    /// The latest published round.
    pub round: Option<Round>,
    /// The teacher's requests in it.
    pub requests: Vec<Request>,
    /// Swaps of these classes, the latest first.
    pub swaps: Vec<NamedSwap>,
    /// What waits for a place, the first in line first.
    pub waiting: Vec<NamedWaiting>,
    /// How late one may book, move or cancel.
    pub rules: BookingRules,
}

/// A swap with both classes.
#[derive(Clone, Debug)]
pub struct NamedSwap {
    /// The swap.
    pub swap: Swap,
    /// The class of the one who proposes it.
    pub session: SessionView,
    /// The class of the one who is asked.
    pub other: SessionView,
}

/// A class that waits, and the place that is offered to it.
#[derive(Clone, Debug)]
pub struct NamedWaiting {
    /// What waits.
    pub waiting: Waiting,
    /// The place.
    pub offer: Option<SessionView>,
}

impl App {
    /// The timetable of the teacher who asks.
    ///
    /// # Errors
    /// `Forbidden` for everybody else.
    pub async fn timetable(&self, who: &Principal) -> AppResult<Timetable> {
        let Principal::Teacher { school, teacher } = who.clone() else {
            return Err(AppError::forbidden("only teachers have a timetable of their own"));
        };
        let (who, now) = (who.clone(), self.now());
        self.store
            .read(move |conn| {
                let school = see(conn, &who, &school)?;
                let names = situation::people(conn, &school)?;
                let view = |session: &Session| SessionView::of(session, &names);
                let rounds = store::rounds::list(conn, &school.id)?;
                let round = rounds.into_iter().find(Round::is_published);
                let from = now - Duration::days(PAST_DAYS);
                let from = round.as_ref().map_or(from, |round| round.starts_at.min(from));
                let mut sessions = store::sessions::of_teacher(conn, &teacher, from)?;
                let holds = store::sessions::holds_of(conn, &school.id, now)?;
                sessions.extend(holds.into_iter().filter(|hold| hold.teachers.contains(&teacher)));
                sessions.sort_by_key(|session| (session.starts_at, session.id.clone()));
                let mut requests = match &round {
                    Some(round) => store::requests::of_round(conn, &round.id)?,
                    None => Vec::new(),
                };
                requests.retain(|request| request.teachers.contains(&teacher));
                Ok(Timetable {
                    sessions: sessions.iter().map(view).collect(),
                    swaps: swaps(conn, &school, &teacher, &names, now)?,
                    waiting: waiting(conn, &school, &teacher, &names)?,
                    rules: store::bookings::rules(conn, &school.id)?,
                    directory: Directory {
                        groups: store::groups::list(conn, &school.id)?,
                        teachers: store::teachers::list(conn, &school.id)?,
                    },
                    round,
                    requests,
                    school,
                })
            })
            .await
    }

    /// How many places that are offered, and swaps that are proposed, wait for the answer of the teacher who asks.
    ///
    /// # Errors
    /// `Forbidden` for everybody else.
    pub async fn answers_awaited(&self, who: &Principal) -> AppResult<usize> {
        let Principal::Teacher { school, teacher } = who.clone() else {
            return Err(AppError::forbidden("only teachers are offered places, and asked to swap"));
        };
        let (who, now) = (who.clone(), self.now());
        self.store
            .read(move |conn| {
                let school = see(conn, &who, &school)?;
                let mut count = 0;
                for waiting in store::bookings::waiting_list(conn, &school.id)? {
                    let Some(offer) = waiting.offer.filter(|_| waiting.teachers.contains(&teacher)) else { continue };
                    count += usize::from(store::sessions::get(conn, &offer).found()?.is_some());
                }
                for swap in store::bookings::swaps(conn, &school.id, Some(&teacher), MOST_SWAPS)? {
                    if swap.state == SwapState::Proposed {
                        let mine = store::sessions::get(conn, &swap.other)?;
                        let theirs = store::sessions::get(conn, &swap.session)?;
                        let is_asked = mine.teachers.contains(&teacher) && mine.starts_at.min(theirs.starts_at) > now;
                        count += usize::from(is_asked);
                    }
                }
                Ok(count)
            })
            .await
    }
}

fn swaps(
    conn: &mut Conn,
    school: &School,
    teacher: &Id,
    names: &Names,
    now: DateTime<Utc>,
) -> AppResult<Vec<NamedSwap>> {
    let mut out = Vec::new();
    for swap in store::bookings::swaps(conn, &school.id, Some(teacher), MOST_SWAPS)? {
        let is_open = swap.state == SwapState::Proposed;
        if !is_open && swap.changed_at < now - Duration::days(SWAP_DAYS) {
            continue;
        }
        let mut view = |id: &Id| store::sessions::get(conn, id).map(|session| SessionView::of(&session, names));
        let (session, other) = (view(&swap.session)?, view(&swap.other)?);
        out.push(NamedSwap { swap, session, other });
    }
    Ok(out)
}

fn waiting(conn: &mut Conn, school: &School, teacher: &Id, names: &Names) -> AppResult<Vec<NamedWaiting>> {
    let mut out = Vec::new();
    for waiting in store::bookings::waiting_list(conn, &school.id)? {
        if !waiting.teachers.contains(teacher) {
            continue;
        }
        let offer = match &waiting.offer {
            // A worker may just have taken it back.
            Some(offer) => store::sessions::get(conn, offer).found()?.map(|hold| SessionView::of(&hold, names)),
            None => None,
        };
        out.push(NamedWaiting { waiting, offer });
    }
    Ok(out)
}
