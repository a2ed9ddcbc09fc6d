//! The waiting list: who finds no place is offered the next that comes free ([`super::offers`]).

use super::{
    App, AppError, AppResult,
    bookings::{ClassDetails, checked, holdable},
    offers,
    places::{self, Site},
    schools::see,
    sender::Sender,
};
use crate::{
    domain::{
        access::Principal,
        booking::{Starts, Waiting},
        finding::Findings,
        id::Id,
        session::SessionState,
        time::{WeekSpan, instant},
        wish::local_minutes,
    },
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

/// Most classes of one teacher that wait at a time.
const MOST_WAITING: usize = 20;
/// Most hours of the week that one of them may name.
const MOST_HOURS: usize = 50;
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
    /// It lies in one of these hours of the week; anywhere between the two times when there are none.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub hours: Vec<WeekSpan>,
}

impl App {
    /// Puts a class on the waiting list. What is free for it now is not what it waits for.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for a teacher who does not teach it; `Invalid`; `Conflict`: `already-waiting` when the same
    /// class waits for the same, `too-many-waiting`.
    pub async fn wait(&self, who: &Principal, school: &Id, new: NewWaiting) -> AppResult<Waiting> {
        let (app, who, school, now) = (self.clone(), who.clone(), school.clone(), self.now());
        let entry = self
            .write(move |conn| {
                let facts = app.sites.see(conn, &who, &school)?;
                if !who.may_ask_for(&school, &new.teachers) {
                    return Err(AppError::forbidden("teachers wait for classes that they teach"));
                }
                let site = Site::of(conn, facts, now)?;
                let mut entry = described(&site, new.clone(), now)?;
                let waiting = store::bookings::waiting_list(conn, &school)?;
                if waiting.iter().any(|other| other.is_same(&entry)) {
                    return Err(AppError::conflict("already-waiting", "this class waits for this already"));
                }
                let of = |teacher: &Id| waiting.iter().filter(|other| other.teachers.contains(teacher)).count();
                if entry.teachers.iter().any(|teacher| of(teacher) >= MOST_WAITING) {
                    let message = format!("{MOST_WAITING} classes of a teacher wait already: take one off the list");
                    return Err(AppError::conflict("too-many-waiting", message));
                }
                entry.queued_at = end_of_line(conn, &school, now)?;
                entry.passed = offers::free_now(conn, &site, &entry)?;
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

    /// Takes a class off the waiting list; a place that is offered to it goes to the next. Its teachers hear of it when
    /// somebody else does.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers of other classes.
    pub async fn stop_waiting(&self, who: &Principal, id: &Id) -> AppResult<()> {
        let (settings, who, id, now) = (self.settings.clone(), who.clone(), id.clone(), self.now());
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
            store::bookings::delete_waiting(conn, &id)?;
            let school = store::schools::get(conn, &entry.school)?;
            Sender { settings: &settings, school: &school, now }.taken_off(conn, Some(&who), &entry)
        })
        .await?;
        self.bell.ring();
        Ok(())
    }
}

/// Behind all who wait, also behind who came within the same second.
pub(super) fn end_of_line(conn: &mut Conn, school: &Id, now: DateTime<Utc>) -> AppResult<DateTime<Utc>> {
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

fn described(site: &Site, new: NewWaiting, now: DateTime<Utc>) -> AppResult<Waiting> {
    let NewWaiting { title, teachers, groups, duration_minutes, connections, link, from_local, to_local, hours } = new;
    let class = ClassDetails { title, teachers, groups, duration_minutes, connections, link };
    let (school, mut findings) = (&site.school, Findings::default());
    let (title, connections, link) = checked(&site.people, &class, &mut findings);
    holdable(&site.pools, (connections, class.connections.is_some()), &mut findings);
    let from = findings.keep(instant(school.zone(), from_local, "from_local")).unwrap_or(now);
    let to = findings.keep(instant(school.zone(), to_local, "to_local")).unwrap_or(now);
    if hours.len() > MOST_HOURS {
        findings.add("too-many", "hours", "so many hours are named", format!("name at most {MOST_HOURS}"));
    } else {
        let wrong = hours.iter().enumerate().flat_map(|(index, span)| span.findings(&format!("hours[{index}]")));
        findings.0.extend(wrong);
    }
    let entry = Waiting {
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
        hours,
        offer: None,
        offered: Vec::new(),
        passed: Starts::default(),
        queued_at: now,
        created_at: now,
    };
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
            if !frame.starts().iter().any(|start| entry.suits(*start, zone) && *start > now) {
                let message = "the school is not open long enough for the class between these times";
                findings.add("outside-hours", "from_local", message, "choose times within its opening hours");
            }
        }
    }
    findings.into_result()?;
    Ok(entry)
}
