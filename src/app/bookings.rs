//! Direct booking: see what is free, hold a place, book it.

use super::{
    App, AppError, AppResult,
    call::Expected,
    places::{self, People, Site},
    requests,
    schools::{run, see},
    sessions::{SessionView, announce},
    sites::SiteFacts,
    situation,
};
use crate::{
    domain::{
        access::Principal,
        booking::{BookingRules, Deed},
        capacity::Pool,
        finding::Findings,
        id::Id,
        people::School,
        session::{Change, Session, SessionState},
        text,
        time::instant,
        wish::local_minutes,
    },
    planning::{names::Moment, rulebook::Rulebook},
    store::{self, Conn, Turn},
};
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Shortest and longest class, in minutes.
const DURATIONS: std::ops::RangeInclusive<u32> = 5..=600;
/// The most connections of one class.
const MOST_CONNECTIONS: u32 = 100_000;
/// Most holds that a school's teacher has open at a time: nobody keeps a school's morning to choose from.
const MOST_HOLDS: usize = 3;
/// The most days in which free starts are looked for at once.
const MOST_DAYS: i64 = 31;

/// A class to place.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassDetails {
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
}

/// A class, and where it is to be.
// `flatten` and `deny_unknown_fields` do not go together.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Booking {
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
    /// Its start, in the school's local time.
    #[serde(with = "local_minutes")]
    #[schema(value_type = String, example = "2030-03-18T09:00", pattern = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$")]
    pub starts_at_local: NaiveDateTime,
}

/// For which class, and when, free starts are looked for.
#[derive(Clone, Debug)]
pub struct Search {
    /// Who teaches.
    pub teachers: Vec<Id>,
    /// Who attends.
    pub groups: Vec<Id>,
    /// Its length.
    pub duration_minutes: u32,
    /// Connections that it takes; those of its groups and teachers when nothing is said.
    pub connections: Option<u32>,
    /// The first day; today when none is given.
    pub from: Option<NaiveDate>,
    /// How many days.
    pub days: u32,
    /// The start that would be liked best, by which the others' cost counts.
    pub wished: Option<NaiveDateTime>,
}

/// Where a class could be.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FreeStarts {
    /// Connections that the class takes.
    pub connections: u32,
    /// By time.
    pub starts: Vec<FreeStart>,
}

/// A start at which a class fits.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FreeStart {
    /// When it begins.
    pub start: Moment,
    /// What it costs: five minutes away from the wished start count 1; nothing without a wish.
    pub cost: Option<u32>,
    /// How full the fullest pool would be with the class, of 1.
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub load: f64,
}

impl Booking {
    /// The class without its start.
    pub fn class(self) -> (ClassDetails, NaiveDateTime) {
        let Self { title, teachers, groups, duration_minutes, connections, link, starts_at_local } = self;
        (ClassDetails { title, teachers, groups, duration_minutes, connections, link }, starts_at_local)
    }
}

impl App {
    /// Where a class fits in some days: pools have room, and nobody is in another class.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`.
    pub async fn free_starts(&self, who: &Principal, school: &Id, search: Search) -> AppResult<FreeStarts> {
        let (app, who, school, now) = (self.clone(), who.clone(), school.clone(), self.now());
        self.store
            .read(move |conn| {
                let facts = app.sites.see(conn, &who, &school)?;
                free(conn, facts, &search, now)
            })
            .await
    }

    /// Books a class, at once: it takes place, calendars show it and its teachers are told.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for a teacher who does not teach it; `Invalid` with every finding; `Conflict`:
    /// `does-not-fit` naming what stands against it and the nearest free starts, `too-late` by the school's rules.
    pub async fn book(&self, who: &Principal, school: &Id, booking: Booking) -> AppResult<SessionView> {
        self.place(who, school, booking, SessionState::Confirmed).await
    }

    /// Holds a place for some minutes: it takes capacity as a class does, until it is confirmed or its time is over.
    ///
    /// # Errors
    /// those of [`App::book`]; `Conflict` `too-many-holds` for a teacher with three.
    pub async fn hold_place(&self, who: &Principal, school: &Id, booking: Booking) -> AppResult<SessionView> {
        self.place(who, school, booking, SessionState::Held).await
    }

    async fn place(
        &self,
        who: &Principal,
        school: &Id,
        booking: Booking,
        state: SessionState,
    ) -> AppResult<SessionView> {
        let (app, who, school, now) = (self.clone(), who.clone(), school.clone(), self.now());
        let (class, starts_at) = booking.class();
        self.write_in_turn(Turn::School(school.clone()), move |conn| {
            let facts = app.sites.see(conn, &who, &school)?;
            if !who.may_ask_for(&school, &class.teachers) {
                return Err(AppError::forbidden("teachers book classes that they teach"));
            }
            let site = Site::locked(conn, facts, now)?;
            let school = &site.school;
            let session = described(&site, &class, starts_at, now)?;
            places::in_time(&site.rules, &who, school, Deed::Book, session.starts_at, now)?;
            let frame = places::frame(school, places::around(starts_at.date()), class.duration_minutes);
            let session = if state == SessionState::Held {
                few_holds(conn, &who, school, now)?;
                let until = now + Duration::minutes(i64::from(site.rules.hold_minutes));
                // A place is held no longer than it could be booked; an admin may book until the class begins.
                let last = if who.may_run(&school.id) {
                    session.starts_at
                } else {
                    site.rules.last_call(Deed::Book, session.starts_at)
                };
                Session { state, held_until: Some(until.min(last)), ..session }
            } else {
                session
            };
            let rules = Rulebook::new(&[], school.zone());
            site.must_fit(conn, (&session, &[]), (&frame, &rules), "starts_at_local")?;
            store::sessions::insert_with_pools(conn, &session, &site.pools)?;
            if state == SessionState::Confirmed {
                announce(conn, &app, (school, &site.people), &session, Change::Added, now)?;
            }
            Ok(SessionView::of(&session, &site.names()))
        })
        .await
    }

    /// Makes a class of a hold. Confirming twice changes nothing.
    ///
    /// # Errors
    /// `NotFound`, also when the hold has expired and its place was given to another; `Forbidden` for teachers of
    /// other classes; `Conflict`: `hold-expired`, `session-cancelled`.
    pub async fn confirm(&self, who: &Principal, id: &Id) -> AppResult<SessionView> {
        let (app, who, id) = (self.clone(), who.clone(), id.clone());
        self.write(move |conn| {
            // It may have waited: a hold that has ended since is none.
            let now = app.now();
            let (hold, school) = super::sessions::authorised(conn, &who, &id)?;
            let names = situation::people(conn, &school)?;
            match (hold.state, hold.held_until) {
                (SessionState::Confirmed, _) => return Ok(SessionView::of(&hold, &names)),
                (SessionState::Cancelled, _) => {
                    return Err(AppError::conflict("session-cancelled", "the class was called off; book another"));
                }
                (SessionState::Held, Some(until)) if now < until => {}
                _ => return Err(places::hold_expired()),
            }
            // Another school, which shares no pool with this one, may have seen the hold end a moment ago.
            let away = store::sessions::elsewhere(conn, &school.id, hold.starts_at, hold.ends_at, now)?;
            if away.iter().any(|(who, ..)| hold.teachers.contains(who)) {
                return Err(places::hold_expired());
            }
            let session = Session { state: SessionState::Confirmed, held_until: None, changed_at: now, ..hold.clone() };
            store::sessions::update(conn, &session)?;
            // Who was offered the place waits no more.
            if let Some(entry) = store::bookings::waiting_for(conn, &session.id)? {
                store::bookings::delete_waiting(conn, &entry.id)?;
            }
            let people = People::of(conn, &school)?;
            announce(conn, &app, (&school, &people), &session, Change::Added, now)?;
            Ok(SessionView::of(&session, &names))
        })
        .await
    }

    /// How late one may book, move or cancel in a school.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn booking_rules(&self, who: &Principal, school: &Id) -> AppResult<BookingRules> {
        let (who, school) = (who.clone(), school.clone());
        self.store
            .read(move |conn| {
                see(conn, &who, &school)?;
                Ok(store::bookings::rules(conn, &school)?)
            })
            .await
    }

    /// Sets how late one may book, move or cancel in a school.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers, `Invalid`.
    pub async fn set_booking_rules(
        &self,
        who: &Principal,
        school: &Id,
        rules: BookingRules,
    ) -> AppResult<BookingRules> {
        let mut findings = Findings::default();
        for (place, minutes, range) in [
            ("book_notice_minutes", rules.book_notice_minutes, 0..=100_000),
            ("move_notice_minutes", rules.move_notice_minutes, 0..=100_000),
            ("cancel_notice_minutes", rules.cancel_notice_minutes, 0..=100_000),
            ("hold_minutes", rules.hold_minutes, 1..=1440),
            ("offer_minutes", rules.offer_minutes, 1..=10_080),
        ] {
            if !range.contains(&minutes) {
                let action = format!("use {} to {}", range.start(), range.end());
                findings.add("out-of-range", place, "no such number of minutes", action);
            }
        }
        findings.into_result()?;
        let (who, school, expected) = (who.clone(), school.clone(), Expected::now());
        self.write(move |conn| {
            run(conn, &who, &school)?;
            expected.is(&store::bookings::rules(conn, &school)?)?;
            store::bookings::set_rules(conn, &school, &rules)?;
            Ok(rules)
        })
        .await
    }
}

/// The class at its start, when all that is said of it is right.
///
/// # Errors
/// `Invalid` with every finding.
pub(super) fn described(
    site: &Site,
    class: &ClassDetails,
    starts_at: NaiveDateTime,
    now: DateTime<Utc>,
) -> AppResult<Session> {
    let (school, mut findings) = (&site.school, Findings::default());
    let (title, connections, link) = checked(&site.people, class, &mut findings);
    let frame = places::frame(school, (starts_at.date(), starts_at.date()), class.duration_minutes);
    let start = if DURATIONS.contains(&class.duration_minutes) {
        findings.keep(frame.start(starts_at, "starts_at_local"))
    } else {
        findings.keep(instant(school.zone(), starts_at, "starts_at_local"))
    };
    if start.is_some_and(|at| at < now) {
        findings.add("in-the-past", "starts_at_local", "this hour is past", "choose a start that is to come");
    }
    findings.into_result()?;
    let starts_at = start.unwrap_or(now);
    Ok(Session {
        id: Id::new(now),
        school: school.id.clone(),
        request: None,
        title,
        teachers: class.teachers.clone(),
        groups: class.groups.clone(),
        connections,
        link: link.or_else(|| site.people.usual_link(&class.teachers)),
        starts_at,
        ends_at: starts_at + Duration::minutes(i64::from(class.duration_minutes)),
        state: SessionState::Confirmed,
        held_until: None,
        moved_by: None,
        sequence: 0,
        created_at: now,
        changed_at: now,
    })
}

/// The title, the connections and the own link of a class, with what is wrong with it noted.
pub(super) fn checked(known: &People, class: &ClassDetails, findings: &mut Findings) -> (String, u32, Option<String>) {
    let title = findings.keep(text::line(&class.title, "title")).unwrap_or_default();
    let connections = people(known, (&class.teachers, &class.groups), class.connections, findings);
    if !DURATIONS.contains(&class.duration_minutes) {
        let message = format!("a class of {} minutes is none", class.duration_minutes);
        findings.add("bad-duration", "duration_minutes", message, "use 5 to 600 minutes");
    }
    let link = class.link.as_deref().and_then(|link| findings.keep(text::link(link, "link")));
    (title, connections, link)
}

/// The connections of a class of these people, with what is wrong with them noted.
fn people(
    known: &People,
    (teachers, groups): (&[Id], &[Id]),
    connections: Option<u32>,
    findings: &mut Findings,
) -> u32 {
    requests::named(findings, "teacher", teachers, &known.teachers.iter().map(|teacher| &teacher.id).collect());
    requests::named(findings, "group", groups, &known.groups.iter().map(|group| &group.id).collect());
    if connections.is_some_and(|number| !(1..=MOST_CONNECTIONS).contains(&number)) {
        let action = format!("use 1 to {MOST_CONNECTIONS}, or leave it out");
        findings.add("bad-connections", "connections", "no class takes so many connections", action);
    }
    let heads = known.groups.iter().filter(|group| groups.contains(&group.id)).map(|group| group.connections());
    let usual = heads.chain(teachers.iter().map(|_| 1)).fold(0, u32::saturating_add);
    connections.unwrap_or(usual)
}

/// A class that no limit could ever hold would be looked for, and wait, in vain.
pub(super) fn holdable(pools: &[Pool], (connections, is_given): (u32, bool), findings: &mut Findings) {
    let place = if is_given { "connections" } else { "groups" };
    for pool in pools {
        let most = pool.distinct_limits().last().copied().unwrap_or(0);
        if connections > most {
            let message =
                format!("the class takes {connections} connections, {} never allows more than {most}", pool.name);
            findings.add("above-capacity", place, message, "split the class into parts, or raise the capacity");
            return;
        }
    }
}

fn few_holds(conn: &mut Conn, who: &Principal, school: &School, now: DateTime<Utc>) -> AppResult<()> {
    let Principal::Teacher { teacher, .. } = who else { return Ok(()) };
    let holds = store::sessions::holds_of(conn, &school.id, now)?;
    if holds.iter().filter(|hold| hold.teachers.contains(teacher)).count() < MOST_HOLDS {
        return Ok(());
    }
    let message = format!("you hold {MOST_HOLDS} places already: confirm or cancel one");
    Err(AppError::conflict("too-many-holds", message))
}

/// Where a class fits.
///
/// # Errors
/// `Invalid` with every finding.
pub(super) fn free(conn: &mut Conn, facts: SiteFacts, search: &Search, now: DateTime<Utc>) -> AppResult<FreeStarts> {
    let mut findings = Findings::default();
    let who = (search.teachers.as_slice(), search.groups.as_slice());
    let site = Site::of(conn, facts, now)?;
    let school = &site.school;
    let connections = people(&site.people, who, search.connections, &mut findings);
    if !DURATIONS.contains(&search.duration_minutes) {
        findings.add("bad-duration", "duration_minutes", "no class is that long", "use 5 to 600 minutes");
    }
    if !(1..=MOST_DAYS).contains(&i64::from(search.days)) {
        findings.add("bad-days", "days", "no such number of days", format!("use 1 to {MOST_DAYS}"));
    }
    holdable(&site.pools, (connections, search.connections.is_some()), &mut findings);
    let wished = search.wished.and_then(|at| findings.keep(instant(school.zone(), at, "wished")));
    findings.into_result()?;
    let first = search.from.unwrap_or_else(|| now.with_timezone(&school.zone()).date_naive());
    let last = first + Duration::days(i64::from(search.days) - 1);
    let frame = places::frame(school, (first, last), search.duration_minutes);
    let agenda = site.agenda(conn, who, &[], (frame.grid.start, frame.grid.end()))?;
    let mut class = Session {
        id: Id::from("free"),
        school: school.id.clone(),
        request: None,
        title: String::new(),
        teachers: search.teachers.clone(),
        groups: search.groups.clone(),
        connections,
        link: None,
        starts_at: now,
        ends_at: now,
        state: SessionState::Confirmed,
        held_until: None,
        moved_by: None,
        sequence: 0,
        created_at: now,
        changed_at: now,
    };
    let (mut starts, zone) = (Vec::new(), school.zone());
    for start in frame.starts().into_iter().filter(|start| *start > now) {
        class.starts_at = start;
        class.ends_at = start + Duration::minutes(i64::from(search.duration_minutes));
        if agenda.is_free(&class) {
            let away = wished.map(|wished| (start - wished).num_minutes().unsigned_abs() / 5);
            starts.push(FreeStart {
                start: Moment { utc: start, local: start.with_timezone(&zone).naive_local() },
                cost: away.map(|steps| u32::try_from(steps).unwrap_or(u32::MAX)),
                load: agenda.load_with(&class),
            });
        }
    }
    Ok(FreeStarts { connections, starts })
}
