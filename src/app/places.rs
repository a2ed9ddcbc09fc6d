//! What is free: all that takes place around a class, where a class may be, and the nearest free starts.

use super::{AppError, AppResult, sites::SiteFacts};
use crate::{
    domain::{
        access::Principal,
        booking::{BookingRules, Deed},
        capacity::{CELL, Pool},
        id::Id,
        people::{Group, Overlaps, School, Teacher, usual_link},
        session::Session,
        time::{Grid, day_start},
        wish::Frame,
    },
    planning::{agenda::Agenda, names::Names, problem::AWAY, rulebook::Rulebook},
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use std::sync::Arc;

/// How many free starts are offered where the wished one is taken.
const OFFERED: usize = 5;
/// How far from a wished start free ones are looked for, in days.
const NEAR_DAYS: i64 = 7;

/// A class cannot be where it was wished.
pub(super) const DOES_NOT_FIT: &str = "does-not-fit";

/// Makes this transaction the only one that takes room in the school's pools, and takes expired holds out of them.
pub(super) fn lock(conn: &mut Conn, school: &School, now: DateTime<Utc>) -> AppResult<()> {
    let ids = store::pools::ids_of_school(conn, &school.id)?;
    lock_pools(conn, &ids, now)
}

fn lock_pools(conn: &mut Conn, ids: &[Id], now: DateTime<Utc>) -> AppResult<()> {
    store::pools::lock(conn, ids)?;
    for hold in store::sessions::expired(conn, ids, now)? {
        store::sessions::remove(conn, &hold.id)?;
    }
    Ok(())
}

/// A school's people.
#[derive(Debug, PartialEq)]
pub struct People {
    /// Who teaches, by name.
    pub teachers: Vec<Teacher>,
    /// Who attends, by name.
    pub groups: Vec<Group>,
}

impl People {
    /// Those of a school.
    ///
    /// # Errors
    /// those of the database.
    pub fn of(conn: &mut Conn, school: &School) -> Result<Self, StoreError> {
        let teachers = store::teachers::list(conn, &school.id)?;
        Ok(Self { teachers, groups: store::groups::list(conn, &school.id)? })
    }

    /// The link of a class of these teachers that names none itself.
    pub(super) fn usual_link(&self, teachers: &[Id]) -> Option<String> {
        usual_link(teachers, &self.teachers)
    }

    /// Whether all of these are still at the school.
    pub(super) fn has(&self, teachers: &[Id], groups: &[Id]) -> bool {
        teachers.iter().all(|id| self.teachers.iter().any(|teacher| teacher.id == *id))
            && groups.iter().all(|id| self.groups.iter().any(|group| group.id == *id))
    }
}

/// A school with its people and pools: all that placing a class asks, read once a transaction.
pub(super) struct Site {
    pub(super) school: Arc<School>,
    pub(super) people: Arc<People>,
    pub(super) pools: Arc<[Pool]>,
    pub(super) rules: BookingRules,
    /// Holds of whichever school whose time is over, but which still stand in these pools.
    expired: Vec<Session>,
    now: DateTime<Utc>,
}

impl Site {
    /// The school as it is now.
    pub(super) fn of(conn: &mut Conn, facts: SiteFacts, now: DateTime<Utc>) -> AppResult<Self> {
        let mut site = Self::unlocked(facts, now);
        site.expired = store::sessions::expired(conn, &site.pool_ids(), now)?;
        Ok(site)
    }

    /// The school, with its pools locked as by [`lock`].
    pub(super) fn locked(conn: &mut Conn, facts: SiteFacts, now: DateTime<Utc>) -> AppResult<Self> {
        let site = Self::unlocked(facts, now);
        lock_pools(conn, &site.pool_ids(), now)?;
        Ok(site)
    }

    fn unlocked(SiteFacts { school, people, pools, rules }: SiteFacts, now: DateTime<Utc>) -> Self {
        Self { school, people, pools, rules, expired: Vec::new(), now }
    }

    fn pool_ids(&self) -> Vec<Id> {
        self.pools.iter().map(|pool| pool.id.clone()).collect()
    }

    /// What its people and pools are called.
    pub(super) fn names(&self) -> Names {
        Names::new(&self.school, &self.people.teachers, &self.people.groups, &self.pools)
    }

    /// What is left between two instants, and when these people have other classes; but for some of the school's sessions
    /// and for holds that have expired.
    pub(super) fn agenda(
        &self,
        conn: &mut Conn,
        (teachers, groups): (&[Id], &[Id]),
        without: &[&Session],
        (from, to): (DateTime<Utc>, DateTime<Utc>),
    ) -> AppResult<Agenda> {
        let (id, now) = (&self.school.id, self.now);
        let overlaps = Overlaps::of(&self.people.groups);
        let near = groups.iter().flat_map(|group| overlaps.with(group)).chain(teachers).chain(groups);
        let who: Vec<String> = near.map(Id::to_string).collect();
        let who: Vec<&str> = who.iter().map(String::as_str).collect();
        let mut agenda = Agenda::new(&self.school, &self.pools, overlaps, from, to);
        agenda.add_uses(&store::usage::seen_by(conn, id, &self.pools, (from, to))?);
        without.iter().filter(|session| session.takes_place()).for_each(|session| agenda.remove_use(session));
        for hold in &self.expired {
            agenda.remove_use_by(hold, &store::pools::ids_of_school(conn, &hold.school)?);
        }
        store::sessions::busy(conn, id, &who, from, to)?
            .iter()
            .filter(|busy| busy.held_until.is_none_or(|until| now < until))
            .filter(|busy| without.iter().all(|session| session.id != busy.session))
            .for_each(|busy| agenda.add_person(&busy.who, busy.starts_at, busy.ends_at, &busy.title));
        // By their addresses one knows who teaches elsewhere.
        if self.people.teachers.iter().any(|teacher| teacher.email.is_some() && teachers.contains(&teacher.id)) {
            for (who, from, to) in store::sessions::elsewhere(conn, id, from, to, now)? {
                agenda.add_busy(&who, from, to, AWAY);
            }
        }
        Ok(agenda)
    }

    /// Refuses a class that does not fit, naming what stands against it and the nearest free starts of the frame.
    ///
    /// # Errors
    /// `Conflict` `does-not-fit`, with a finding at `place` for each obstacle.
    pub(super) fn must_fit(
        &self,
        conn: &mut Conn,
        (session, without): (&Session, &[&Session]),
        (frame, rules): (&Frame<'_>, &Rulebook<'_>),
        place: &str,
    ) -> AppResult<()> {
        let people = (session.teachers.as_slice(), session.groups.as_slice());
        let alone = self.agenda(conn, people, without, (session.starts_at, session.ends_at))?;
        let is_free = alone.is_free(session);
        if is_free && rules.is_empty() {
            return Ok(());
        }
        let names = self.names();
        if is_free && rules.is_kept(session, &names) {
            return Ok(());
        }
        let mut obstacles = alone.obstacles(session, &names);
        obstacles.extend(rules.obstacles(session, &names));
        let near = Duration::days(NEAR_DAYS);
        let wide = self.agenda(conn, people, without, (session.starts_at - near, session.ends_at + near))?;
        let action = offer(&wide, (frame, rules), session, &names, self.now);
        let findings = obstacles.iter().map(|one| one.finding(place, &action)).collect();
        Err(AppError::Conflict { code: DOES_NOT_FIT, message: "the class does not fit there".to_owned(), findings })
    }
}

/// Where a class of this length may be that no round plans: anywhere in the days from `first` to `last`.
pub(super) fn frame(school: &School, (first, last): (NaiveDate, NaiveDate), duration_minutes: u32) -> Frame<'_> {
    let zone = school.zone();
    let (start, end) = (day_start(zone, first), day_start(zone, last + Duration::days(1)));
    let cells = u32::try_from((end - start).num_minutes() / CELL.num_minutes()).unwrap_or(0);
    let grid = Grid { start, step_minutes: 5, cells };
    Frame { opening: school.opening(), grid, duration_minutes, is_round: false }
}

/// The days around one in which other starts are looked for.
pub(super) fn around(day: NaiveDate) -> (NaiveDate, NaiveDate) {
    (day - Duration::days(NEAR_DAYS), day + Duration::days(NEAR_DAYS))
}

/// The session at another start.
pub(super) fn at(session: &Session, starts_at: DateTime<Utc>) -> Session {
    Session { starts_at, ends_at: starts_at + (session.ends_at - session.starts_at), ..session.clone() }
}

/// The nearest free starts, as advice.
fn offer(
    agenda: &Agenda,
    (frame, rules): (&Frame<'_>, &Rulebook<'_>),
    session: &Session,
    names: &Names,
    now: DateTime<Utc>,
) -> String {
    let mut starts = frame.starts();
    // Of a round that is over, whatever day; of the present, nothing that is past.
    let is_past = session.starts_at < now;
    starts.retain(|start| (*start - session.starts_at).abs() < Duration::days(NEAR_DAYS) && (is_past || *start > now));
    starts.sort_by_key(|start| ((*start - session.starts_at).abs(), *start));
    let is_free = |start: &DateTime<Utc>| {
        let moved = at(session, *start);
        agenda.is_free(&moved) && rules.is_kept(&moved, names)
    };
    let free = starts.into_iter().filter(is_free).take(OFFERED);
    let free: Vec<String> = free.map(|start| names.moment(start).local.format("%Y-%m-%dT%H:%M").to_string()).collect();
    if free.is_empty() {
        "no start is free within a week; put the class on the waiting list".to_owned()
    } else {
        format!("the nearest free starts are {}", free.join(", "))
    }
}

/// A hold whose time is over is nobody's place any more.
pub(super) fn hold_expired() -> AppError {
    AppError::conflict("hold-expired", "the place was held too long ago; hold another")
}

/// Whether a teacher is still in time; whoever runs the school always is.
///
/// # Errors
/// `Conflict` `too-late`.
pub(super) fn in_time(
    rules: &BookingRules,
    who: &Principal,
    school: &School,
    deed: Deed,
    starts_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> AppResult<()> {
    if who.may_run(&school.id) {
        return Ok(());
    }
    let last = rules.last_call(deed, starts_at);
    if now <= last {
        return Ok(());
    }
    let last = last.with_timezone(&school.zone()).format("%Y-%m-%dT%H:%M");
    let verb = match deed {
        Deed::Book => "booked",
        Deed::Move => "moved",
        Deed::Cancel => "called off",
    };
    let message = format!("a class at this hour is {verb} until {last} by its teachers; ask an admin of the school");
    Err(AppError::conflict("too-late", message))
}
