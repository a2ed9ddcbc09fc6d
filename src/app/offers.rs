//! What a worker does with the waiting list: holds that were kept too long are freed, and what has come free is offered to
//! those who wait, one at a time.

use super::{
    App, AppError, AppResult, Settings, events,
    places::{People, Site, frame},
    sender::Sender,
    sites::SiteFacts,
    waiting::end_of_line,
};
use crate::{
    domain::{
        booking::{Deed, Starts, Waiting},
        id::Id,
        session::{Session, SessionState},
    },
    store::{self, Conn, Found, StoreError, Turn},
};
use chrono::{DateTime, Duration, Utc};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// A school is looked at anew after so long, whatever has changed: the forecast has, or a class in a school with which this
/// one shares nothing but a teacher.
const AT_LEAST_EVERY: std::time::Duration = std::time::Duration::from_secs(60);
/// Looking takes one part in so many of a worker's time, however many wait and however often something changes.
const SHARE_OF_TIME: u32 = 10;
/// Longer than any place is held.
const NO_HOLDS: Duration = Duration::days(31);

/// When this process looked for places last, and what was so then.
#[derive(Debug, Default)]
pub(crate) struct Looks(Mutex<HashMap<Id, Look>>);

#[derive(Debug)]
struct Look {
    seen: Seen,
    at: Instant,
    took: std::time::Duration,
}

/// As long as it is the same, looking finds nothing new: who waits, the school with its pools, and what is taken of them.
type Seen = (store::bookings::Line, Vec<String>, Vec<i64>);

impl Looks {
    fn kept(&self) -> MutexGuard<'_, HashMap<Id, Look>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_due(&self, school: &Id, seen: &Seen) -> bool {
        self.kept().get(school).is_none_or(|last| {
            let since = last.at.elapsed();
            since >= AT_LEAST_EVERY || (last.seen != *seen && since >= last.took * SHARE_OF_TIME)
        })
    }
}

impl App {
    /// What a worker does now and then: frees places that were held too long, and offers what has come free to those who
    /// wait, the first in line first. Tells whether something changed.
    ///
    /// # Errors
    /// those of the database.
    pub fn tend_bookings(&self) -> AppResult<bool> {
        let now = self.now();
        let (expired, schools) = self.store.read_now(|conn| {
            let expired = store::sessions::all_expired(conn, now)?;
            Ok::<_, AppError>((expired, store::bookings::schools_waiting(conn)?))
        })?;
        let mut changed = !expired.is_empty();
        if changed {
            self.store.write_now(|conn| {
                for hold in store::sessions::all_expired(conn, now)? {
                    free(conn, &self.settings, &hold, now)?;
                }
                Ok::<_, AppError>(())
            })?;
        }
        let waiting: Vec<Id> = schools.iter().map(|(school, _)| school.clone()).collect();
        let mut stamps = self.store.read_now(|conn| Ok::<_, AppError>(store::stamps::of_schools(conn, &waiting)?))?;
        self.looks.kept().retain(|school, _| stamps.contains_key(school));
        for (school, line) in schools {
            let Some((site, classes)) = stamps.remove(&school) else { continue };
            // What goes wrong in one school keeps no other waiting.
            match self.look_in(&school, (line, site, classes), now) {
                Ok(offered) => changed |= offered,
                Err(error) => tracing::error!(%school, %error, ?error, "no place could be offered"),
            }
        }
        Ok(changed)
    }

    /// Offers what is free in a school, if something is other than it was.
    fn look_in(&self, school: &Id, seen: Seen, now: DateTime<Utc>) -> AppResult<bool> {
        if !self.looks.is_due(school, &seen) {
            return Ok(false);
        }
        let at = Instant::now();
        let offered = self.offer_in(school, now)?;
        self.looks.kept().insert(school.clone(), Look { seen, at, took: at.elapsed() });
        Ok(offered)
    }

    /// Offers what is free in a school. Looking writes nothing, and keeps nobody from booking.
    fn offer_in(&self, school: &Id, now: DateTime<Utc>) -> AppResult<bool> {
        let mut changed = false;
        while self.store.read_now(|conn| is_to_be_tended(conn, school, now))? {
            let turn = Turn::School(school.clone());
            if !self.store.write_in_turn_now(Some(&turn), |conn| offer_next(conn, &self.settings, school, now))? {
                break;
            }
            changed = true;
        }
        Ok(changed)
    }
}

/// Whether something is to be done with a school's waiting list.
fn is_to_be_tended(conn: &mut Conn, school: &Id, now: DateTime<Utc>) -> AppResult<bool> {
    let school = store::schools::get(conn, school)?;
    let facts = SiteFacts::read(conn, school)?;
    let site = Site::of(conn, facts.clone(), now)?;
    let unheld = Site::of(conn, facts, now + NO_HOLDS)?;
    for entry in store::bookings::waiting_list(conn, &site.school.id)? {
        if is_lost(conn, &entry)? || end(&entry, &site.people, now).is_some() {
            return Ok(true);
        }
        let (seen, hold) = looked_for(conn, (&site, &unheld), &entry, now)?;
        if hold.is_some() || seen != entry {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether what was offered is not held any more: it has expired, and somebody's booking took it out.
fn is_lost(conn: &mut Conn, entry: &Waiting) -> Result<bool, StoreError> {
    let Some(offer) = &entry.offer else { return Ok(false) };
    Ok(store::sessions::get(conn, offer).found()?.is_none())
}

/// Why a class waits no more.
#[derive(Clone, Copy, Debug)]
enum End {
    /// The time for which it waited is over.
    InVain,
    /// Somebody of it is not at the school any more.
    Left,
}

fn end(entry: &Waiting, people: &People, now: DateTime<Utc>) -> Option<End> {
    if entry.offer.is_some() {
        return None;
    }
    // Who is gone explains more than a time that is over.
    match (people.has(&entry.teachers, &entry.groups), entry.to <= now) {
        (false, _) => Some(End::Left),
        (true, true) => Some(End::InVain),
        (true, false) => None,
    }
}

/// Takes out a hold that has expired; who let an offer expire goes to the end of the line.
fn free(conn: &mut Conn, settings: &Settings, hold: &Session, now: DateTime<Utc>) -> AppResult<()> {
    store::sessions::remove(conn, &hold.id)?;
    let school = store::schools::get(conn, &hold.school)?;
    expire(conn, Sender { settings, school: &school, now }, &hold.id)
}

/// Nobody took the place in time: the class goes to the end of the line, and its teachers hear of it.
fn expire(conn: &mut Conn, sender: Sender<'_>, offer: &Id) -> AppResult<()> {
    let Some(entry) = store::bookings::waiting_for(conn, offer)? else { return Ok(()) };
    let_go(conn, offer, sender.now)?;
    events::place_let_go(conn, sender.school, &entry, offer, sender.now)?;
    sender.offer_expired(conn, &entry, offer)
}

/// Who lets an offered place go stands at the end of the line.
pub(super) fn let_go(conn: &mut Conn, offer: &Id, now: DateTime<Utc>) -> AppResult<()> {
    let Some(entry) = store::bookings::waiting_for(conn, offer)? else { return Ok(()) };
    let queued_at = end_of_line(conn, &entry.school, now)?;
    Ok(store::bookings::update_waiting(conn, &Waiting { offer: None, queued_at, ..entry })?)
}

/// Offers a place to the first in line for whom there is one, and clears the list of what is over; tells whether it did
/// something.
fn offer_next(conn: &mut Conn, settings: &Settings, school: &Id, now: DateTime<Utc>) -> AppResult<bool> {
    let school = store::schools::get(conn, school)?;
    let facts = SiteFacts::read(conn, school)?;
    let site = Site::locked(conn, facts.clone(), now)?;
    let unheld = Site::of(conn, facts, now + NO_HOLDS)?;
    let school = &site.school;
    let sender = Sender { settings, school, now };
    let mut changed = false;
    for entry in store::bookings::waiting_list(conn, &school.id)? {
        if let Some(offer) = &entry.offer
            && is_lost(conn, &entry)?
        {
            expire(conn, sender, offer)?;
            changed = true;
            continue;
        }
        if let Some(end) = end(&entry, &site.people, now) {
            store::bookings::delete_waiting(conn, &entry.id)?;
            match end {
                End::InVain => sender.waited_in_vain(conn, &entry)?,
                End::Left => sender.taken_off(conn, None, &entry)?,
            }
            changed = true;
            continue;
        }
        let (seen, hold) = looked_for(conn, (&site, &unheld), &entry, now)?;
        if let Some(hold) = &hold {
            store::sessions::insert(conn, std::slice::from_ref(hold))?;
        }
        if seen != entry {
            store::bookings::update_waiting(conn, &seen)?;
            changed = true;
        }
        if let Some(hold) = &hold {
            events::place_offered(conn, school, &seen, hold, now)?;
            sender.offered(conn, hold)?;
            return Ok(true);
        }
    }
    Ok(changed)
}

/// A class that waits as it is from now on, and the first place that has come free for it, as a hold.
fn looked_for(
    conn: &mut Conn,
    (site, unheld): (&Site, &Site),
    entry: &Waiting,
    now: DateTime<Utc>,
) -> AppResult<(Waiting, Option<Session>)> {
    let mut seen = entry.clone();
    if !entry.passed.is_empty() || !entry.offered.is_empty() {
        // What a class takes is news when it leaves. That other people's offers come and go is not.
        let free = free_starts(conn, unheld, entry)?;
        seen.passed = free.iter().copied().filter(|start| entry.passed.has(*start)).collect();
        seen.offered.retain(|start| free.binary_search(start).is_ok());
    }
    if entry.offer.is_some() {
        return Ok((seen, None));
    }
    let free = free_starts(conn, site, entry)?;
    // It is offered no longer than it could be booked.
    let last_call = |start: DateTime<Utc>| site.rules.last_call(Deed::Book, start);
    let Some(start) = free.iter().copied().find(|start| last_call(*start) > now && !seen.passed.has(*start)) else {
        return Ok((seen, None));
    };
    // Whoever lets it go would not want to hear of the five minutes after it.
    let is_near = |other: DateTime<Utc>| (other - start).abs() < entry.length();
    seen.passed = free.iter().copied().filter(|other| seen.passed.has(*other) || is_near(*other)).collect();
    let until = now + Duration::minutes(i64::from(site.rules.offer_minutes));
    let hold = Session {
        id: Id::new(now),
        link: entry.link.clone().or_else(|| site.people.usual_link(&entry.teachers)),
        held_until: Some(until.min(last_call(start))),
        created_at: now,
        changed_at: now,
        ..class(entry, start)
    };
    seen.offer = Some(hold.id.clone());
    seen.offered.push(start);
    Ok((seen, Some(hold)))
}

/// What is free for a class at the moment that it begins to wait: it is not what it waits for.
///
/// # Errors
/// those of the database.
pub(super) fn free_now(conn: &mut Conn, site: &Site, entry: &Waiting) -> AppResult<Starts> {
    Ok(free_starts(conn, site, entry)?.into_iter().collect())
}

/// The starts that suit a class and are free, in order.
fn free_starts(conn: &mut Conn, site: &Site, entry: &Waiting) -> AppResult<Vec<DateTime<Utc>>> {
    let zone = site.school.zone();
    let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    let mut starts = frame(&site.school, (day(entry.from), day(entry.to)), entry.duration_minutes).starts();
    let agenda = site.agenda(conn, (&entry.teachers, &entry.groups), &[], (entry.from, entry.to))?;
    let mut class = class(entry, entry.from);
    starts.retain(|start| {
        (class.starts_at, class.ends_at) = (*start, *start + entry.length());
        entry.suits(*start, zone) && agenda.is_free(&class)
    });
    Ok(starts)
}

/// The class at a start.
fn class(entry: &Waiting, start: DateTime<Utc>) -> Session {
    Session {
        id: entry.id.clone(),
        school: entry.school.clone(),
        request: None,
        title: entry.title.clone(),
        teachers: entry.teachers.clone(),
        groups: entry.groups.clone(),
        connections: entry.connections,
        link: None,
        starts_at: start,
        ends_at: start + entry.length(),
        state: SessionState::Held,
        held_until: None,
        moved_by: None,
        sequence: 0,
        created_at: entry.created_at,
        changed_at: entry.created_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_school_is_looked_at_when_something_has_changed_and_no_longer_than_its_share() {
        let (looks, school) = (Looks::default(), Id::from("school"));
        let seen = |line: i64, taken: i64| ((line, None), vec!["stamp".to_owned()], vec![taken]);
        assert!(looks.is_due(&school, &seen(1, 1)));
        let looked = |ago: u64, took: u64| {
            let [ago, took] = [ago, took].map(std::time::Duration::from_millis);
            let look = Look { seen: seen(1, 1), at: Instant::now().checked_sub(ago).unwrap(), took };
            looks.kept().insert(school.clone(), look);
        };
        looked(2000, 1);
        assert!(!looks.is_due(&school, &seen(1, 1)), "all is as it was");
        assert!(looks.is_due(&school, &seen(2, 1)) && looks.is_due(&school, &seen(1, 2)));
        looked(2000, 500);
        assert!(!looks.is_due(&school, &seen(1, 2)), "looking took long");
        looked(61_000, 1);
        assert!(looks.is_due(&school, &seen(1, 1)), "what nothing counts may have changed");
    }
}
