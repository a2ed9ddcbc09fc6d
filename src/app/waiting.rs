//! The waiting list: who finds no place is offered the next that is free, one at a time.

use super::{
    App, AppError, AppResult, Settings,
    bookings::{ClassDetails, checked},
    events,
    places::{self, People, Site},
    schools::see,
    sender::Sender,
    sites::SiteFacts,
};
use crate::{
    domain::{
        access::Principal,
        booking::{Deed, Waiting},
        finding::Findings,
        id::Id,
        people::School,
        session::{Session, SessionState},
        time::class_instant,
        wish::local_minutes,
    },
    store::{self, Conn, StoreError, Turn},
};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

/// Most classes of one teacher that wait at a time.
const MOST_WAITING: usize = 20;
/// The longest time in which a class may be, in days.
const MOST_DAYS: i64 = 31;

/// A class that is to wait for a place.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWaiting {
    /// What the class is called, e.g. the subject.
    #[schema(example = "Mathématiques", max_length = 200)]
    pub title: String,
    /// Who teaches.
    pub teachers: Vec<Id>,
    /// Who attends.
    pub groups: Vec<Id>,
    /// Its length.
    #[schema(minimum = 5, maximum = 600, example = 55)]
    pub duration_minutes: u32,
    /// Connections that the class takes: those of its groups and one for each teacher, when nothing is said.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000)]
    pub connections: Option<u32>,
    /// The address of its virtual classroom; its teachers' usual one when nothing is said.
    #[serde(default)]
    #[schema(example = "https://visio.example.org/b/abc", max_length = 500)]
    pub link: Option<String>,
    /// It begins at this local time or later.
    #[serde(with = "local_minutes")]
    #[schema(value_type = String, example = "2030-03-18T08:00", pattern = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$")]
    pub from_local: NaiveDateTime,
    /// It ends at this local time or earlier.
    #[serde(with = "local_minutes")]
    #[schema(value_type = String, example = "2030-03-18T12:00", pattern = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$")]
    pub to_local: NaiveDateTime,
}

impl App {
    /// Puts a class on the waiting list.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for a teacher who does not teach it; `Invalid`; `Conflict` `too-many-waiting`.
    pub async fn wait(&self, who: &Principal, school: &Id, new: NewWaiting) -> AppResult<Waiting> {
        let (who, school, now) = (who.clone(), school.clone(), self.now());
        let entry = self
            .write(move |conn| {
                let school = see(conn, &who, &school)?;
                if !who.may_ask_for(&school.id, &new.teachers) {
                    return Err(AppError::forbidden("teachers wait for classes that they teach"));
                }
                let mut entry = described(conn, &school, new.clone(), now)?;
                entry.queued_at = end_of_line(conn, &school.id, now)?;
                if let Principal::Teacher { teacher, .. } = &who {
                    let waiting = store::bookings::waiting_list(conn, &school.id)?;
                    if waiting.iter().filter(|entry| entry.teachers.contains(teacher)).count() >= MOST_WAITING {
                        let message = format!("{MOST_WAITING} of your classes wait already: take one off the list");
                        return Err(AppError::conflict("too-many-waiting", message));
                    }
                }
                store::bookings::insert_waiting(conn, &entry)?;
                Ok(entry)
            })
            .await?;
        self.bell.ring();
        Ok(entry)
    }

    /// A school's waiting list, the first in line first: all to its admins, to a teacher the own classes.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn waiting_list(&self, who: &Principal, school: &Id) -> AppResult<Vec<Waiting>> {
        let (who, school) = (who.clone(), school.clone());
        self.store
            .read(move |conn| {
                see(conn, &who, &school)?;
                let mut list = store::bookings::waiting_list(conn, &school)?;
                list.retain(|entry| who.may_ask_for(&school, &entry.teachers));
                Ok(list)
            })
            .await
    }

    /// Takes a class off the waiting list; a place that is offered to it goes to the next.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers of other classes.
    pub async fn stop_waiting(&self, who: &Principal, id: &Id) -> AppResult<()> {
        let (who, id) = (who.clone(), id.clone());
        self.write(move |conn| {
            let entry = match store::bookings::waiting(conn, &id) {
                Ok(entry) if who.may_see(&entry.school) => entry,
                Ok(_) => return Err(AppError::not_found("waiting class", &id)),
                Err(error) => return Err(error.or_unknown("waiting class", &id)),
            };
            if !who.may_ask_for(&entry.school, &entry.teachers) {
                return Err(AppError::forbidden("its teachers and the school's admins take a class off the list"));
            }
            withdraw_offer(conn, &entry)?;
            Ok(store::bookings::delete_waiting(conn, &id)?)
        })
        .await?;
        self.bell.ring();
        Ok(())
    }

    /// What a worker does now and then: frees places that were held too long, and offers what is free to those who
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
        for school in schools {
            // What goes wrong in one school keeps no other waiting.
            match self.offer_in(&school, now) {
                Ok(offered) => changed |= offered,
                Err(error) => tracing::error!(%school, %error, ?error, "no place could be offered"),
            }
        }
        Ok(changed)
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
    let site = Site::of(conn, facts, now)?;
    for entry in store::bookings::waiting_list(conn, &site.school.id)? {
        let is_due = match &entry.offer {
            Some(offer) => matches!(store::sessions::get(conn, offer), Err(StoreError::NotFound)),
            None => is_over(&entry, &site.people, now) || first_free(conn, &site, &entry, now)?.is_some(),
        };
        if is_due {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a class waits in vain: its time is over, or somebody of it is not at the school any more.
fn is_over(entry: &Waiting, people: &People, now: DateTime<Utc>) -> bool {
    entry.to <= now || !people.has(&entry.teachers, &entry.groups)
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

/// Classes have left these places: whoever let one of them go before may hear of it anew.
pub(super) fn places_left(conn: &mut Conn, school: &Id, left: &[&Session]) -> AppResult<()> {
    for mut entry in store::bookings::waiting_list(conn, school)? {
        let (length, known) = (Duration::minutes(i64::from(entry.duration_minutes)), entry.offered.len());
        let overlaps =
            |start: DateTime<Utc>| left.iter().any(|old| start < old.ends_at && old.starts_at < start + length);
        entry.offered.retain(|start| !overlaps(*start));
        if entry.offered.len() < known {
            store::bookings::update_waiting(conn, &entry)?;
        }
    }
    Ok(())
}

/// Behind all who wait, also behind who came within the same second.
fn end_of_line(conn: &mut Conn, school: &Id, now: DateTime<Utc>) -> AppResult<DateTime<Utc>> {
    let last = store::bookings::waiting_list(conn, school)?.into_iter().map(|entry| entry.queued_at).max();
    Ok(last.map_or(now, |last| now.max(last + Duration::seconds(1))))
}

fn withdraw_offer(conn: &mut Conn, entry: &Waiting) -> AppResult<()> {
    let Some(offer) = &entry.offer else { return Ok(()) };
    match store::sessions::get(conn, offer) {
        Ok(session) if session.state == SessionState::Held => Ok(store::sessions::remove(conn, offer)?),
        Ok(_) | Err(StoreError::NotFound) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Offers a place to the first in line for whom there is one, and clears the list of what is over; tells whether it did
/// something.
fn offer_next(conn: &mut Conn, settings: &Settings, school: &Id, now: DateTime<Utc>) -> AppResult<bool> {
    let school = store::schools::get(conn, school)?;
    let facts = SiteFacts::read(conn, school)?;
    let site = Site::locked(conn, facts, now)?;
    let school = &site.school;
    let sender = Sender { settings, school, now };
    let mut changed = false;
    for mut entry in store::bookings::waiting_list(conn, &school.id)? {
        if let Some(offer) = &entry.offer {
            if matches!(store::sessions::get(conn, offer), Err(StoreError::NotFound)) {
                // Its hold has expired, and somebody's booking took it out.
                expire(conn, sender, offer)?;
                changed = true;
            }
            continue;
        }
        if is_over(&entry, &site.people, now) {
            store::bookings::delete_waiting(conn, &entry.id)?;
            changed = true;
            continue;
        }
        let Some(mut hold) = first_free(conn, &site, &entry, now)? else { continue };
        hold.link = entry.link.clone().or_else(|| site.people.usual_link(&entry.teachers));
        store::sessions::insert(conn, std::slice::from_ref(&hold))?;
        entry.offer = Some(hold.id.clone());
        entry.offered.push(hold.starts_at);
        store::bookings::update_waiting(conn, &entry)?;
        events::place_offered(conn, school, &entry, &hold, now)?;
        sender.offered(conn, &hold)?;
        return Ok(true);
    }
    Ok(changed)
}

/// The first place that is free for a class that waits, as a hold.
fn first_free(conn: &mut Conn, site: &Site, entry: &Waiting, now: DateTime<Utc>) -> AppResult<Option<Session>> {
    let (school, rules) = (&site.school, &site.rules);
    let zone = school.zone();
    let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    let frame = places::frame(school, (day(entry.from), day(entry.to)), entry.duration_minutes);
    let agenda = site.agenda(conn, (&entry.teachers, &entry.groups), &[], (entry.from, entry.to))?;
    let length = Duration::minutes(i64::from(entry.duration_minutes));
    let until = now + Duration::minutes(i64::from(rules.offer_minutes));
    let mut hold = Session {
        id: Id::new(now),
        school: school.id.clone(),
        request: None,
        title: entry.title.clone(),
        teachers: entry.teachers.clone(),
        groups: entry.groups.clone(),
        connections: entry.connections,
        link: None,
        starts_at: entry.from,
        ends_at: entry.from + length,
        state: SessionState::Held,
        held_until: None,
        moved_by: None,
        sequence: 0,
        created_at: now,
        changed_at: now,
    };
    for start in frame.starts() {
        // It is offered no longer than it could be booked.
        let last_call = rules.last_call(Deed::Book, start);
        if start < entry.from || start + length > entry.to || last_call <= now {
            continue;
        }
        // Whoever let a place go would not want to hear of it again and again, nor of the five minutes after it.
        if entry.offered.iter().any(|offered| start < *offered + length && *offered < start + length) {
            continue;
        }
        (hold.starts_at, hold.ends_at) = (start, start + length);
        if agenda.is_free(&hold) {
            return Ok(Some(Session { held_until: Some(until.min(last_call)), ..hold }));
        }
    }
    Ok(None)
}

fn described(conn: &mut Conn, school: &School, new: NewWaiting, now: DateTime<Utc>) -> AppResult<Waiting> {
    let NewWaiting { title, teachers, groups, duration_minutes, connections, link, from_local, to_local } = new;
    let class = ClassDetails { title, teachers, groups, duration_minutes, connections, link };
    let mut findings = Findings::default();
    let (title, connections, link) = checked(&People::of(conn, school)?, &class, &mut findings);
    let from = findings.keep(class_instant(school.zone(), from_local, "from_local")).unwrap_or(now);
    let to = findings.keep(class_instant(school.zone(), to_local, "to_local")).unwrap_or(now);
    let length = Duration::minutes(i64::from(duration_minutes));
    if findings.0.is_empty() {
        if to - from > Duration::days(MOST_DAYS) {
            let message = format!("a class waits for a place within {MOST_DAYS} days");
            findings.add("too-long", "to_local", message, "choose a nearer end");
        } else if to <= now {
            findings.add("in-the-past", "to_local", "this time is past", "choose a time that is to come");
        } else {
            let zone = school.zone();
            let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
            let frame = places::frame(school, (day(from), day(to)), duration_minutes);
            let fits = |start: &DateTime<Utc>| *start >= from && *start + length <= to && *start > now;
            if !frame.starts().iter().any(fits) {
                let message = "the school is not open long enough for the class between these times";
                findings.add("outside-hours", "from_local", message, "choose times within its opening hours");
            }
        }
    }
    findings.into_result()?;
    Ok(Waiting {
        id: Id::new(now),
        school: school.id.clone(),
        title,
        teachers: class.teachers,
        groups: class.groups,
        connections,
        link,
        duration_minutes,
        from,
        to,
        offer: None,
        offered: Vec::new(),
        queued_at: now,
        created_at: now,
    })
}
