//! Rounds: periods for which a school collects requests.

use super::{App, AppError, AppResult, Settings, call::Expected, jobs::SOLVE, notices::round_thread, reminders};
use crate::{
    domain::{
        access::Principal,
        finding::Findings,
        id::Id,
        people::School,
        round::{Round, RoundState},
        text,
        time::{YEARS, day_start},
    },
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

/// The lengths of a cell that divide an hour and hold whole cells of five minutes.
const STEPS: [u32; 5] = [5, 10, 15, 20, 30];
/// The most days of a round.
const MOST_DAYS: i64 = 56;

/// A round to open.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRound {
    /// Its name, unique in the school.
    #[schema(example = "Semaine du 23 mars", max_length = 200)]
    pub name: String,
    /// Its first day, in the school's time zone.
    #[schema(example = "2020-03-23")]
    pub starts_on: NaiveDate,
    /// Its last day.
    #[schema(example = "2020-03-29")]
    pub ends_on: NaiveDate,
    /// Classes start on multiples of so many minutes: 5, 10, 15, 20 or 30.
    #[serde(default = "five")]
    #[schema(example = 5)]
    pub step_minutes: u32,
    /// From when requests are accepted; at once when nothing is said.
    #[serde(default)]
    pub opens_at: Option<DateTime<Utc>>,
    /// Until when requests are accepted; until somebody closes the round when nothing is said.
    #[serde(default)]
    pub closes_at: Option<DateTime<Utc>>,
}

fn five() -> u32 {
    5
}

/// What changes of a round; what is left out stays.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundChange {
    /// `closed`: no more requests; `collecting`: they are welcome again; `archived`: it is only read from now on.
    #[serde(default)]
    pub state: Option<RoundState>,
    /// From when requests are accepted; null for at once.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub opens_at: Option<Option<DateTime<Utc>>>,
    /// Until when requests are accepted; null for until somebody closes the round.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub closes_at: Option<Option<DateTime<Utc>>>,
}

/// What is given, be it null: what is left out is another thing.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<DateTime<Utc>>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Whether wishes are welcome for a while at all.
fn times(
    findings: &mut Findings,
    (opens_at, closes_at): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    ends_at: DateTime<Utc>,
) {
    for (place, at) in [("opens_at", opens_at), ("closes_at", closes_at)] {
        if at.is_some_and(|at| !YEARS.contains(&at.year())) {
            findings.add("bad-date", place, "it is far away", "use a year from 2000 to 2100");
        }
    }
    if let (Some(opens), Some(closes)) = (opens_at, closes_at)
        && closes <= opens
    {
        findings.add("reversed-times", "closes_at", "it closes before it opens", "use an instant after opens_at");
    }
    if closes_at.or(opens_at).is_some_and(|at| at > ends_at) {
        let message = format!("the round ends at {}", ends_at.to_rfc3339());
        let place = if closes_at.is_some() { "closes_at" } else { "opens_at" };
        findings.add("after-round", place, message, "use an instant before the round ends");
    }
}

/// Whether a deadline is still to come, in a round that has not ended itself.
fn to_come(findings: &mut Findings, closes_at: Option<DateTime<Utc>>, ends_at: DateTime<Utc>, now: DateTime<Utc>) {
    if ends_at > now && closes_at.is_some_and(|closes_at| closes_at <= now) {
        let action = "use an instant that is to come; to close the round now, change its state";
        findings.add("in-the-past", "closes_at", "it is past, and the round would close at once", action);
    }
}

impl NewRound {
    fn round(&self, school: &School, now: chrono::DateTime<chrono::Utc>) -> Result<Round, Findings> {
        let mut findings = Findings::default();
        let name = findings.keep(text::line(&self.name, "name"));
        for (place, day) in [("starts_on", self.starts_on), ("ends_on", self.ends_on)] {
            if !YEARS.contains(&day.year()) {
                findings.add("bad-date", place, format!("{day} is far away"), "use a year from 2000 to 2100");
            }
        }
        let days = (self.ends_on - self.starts_on).num_days() + 1;
        if days < 1 {
            findings.add("reversed-dates", "ends_on", "it ends before it starts", "use a day from starts_on on");
        } else if days > MOST_DAYS {
            let message = format!("the round has {days} days");
            findings.add("round-too-long", "ends_on", message, format!("make rounds of at most {MOST_DAYS} days"));
        }
        if !STEPS.contains(&self.step_minutes) {
            let message = format!("steps of {} minutes do not divide an hour well", self.step_minutes);
            findings.add("bad-step", "step_minutes", message, "use 5, 10, 15, 20 or 30");
        }
        if findings.0.is_empty() {
            let (starts_at, ends_at) = self.span(school);
            times(&mut findings, (self.opens_at, self.closes_at), ends_at);
            to_come(&mut findings, self.closes_at, ends_at, now);
            if school.opening().spans(starts_at, ends_at).is_empty() {
                let message = "the school is open on none of these days";
                findings.add("no-open-day", "starts_on", message, "choose other days, or correct its calendar");
            }
        }
        findings.into_result()?;
        let (starts_at, ends_at) = self.span(school);
        Ok(Round {
            id: Id::new(now),
            school: school.id.clone(),
            name: name.unwrap_or_default(),
            starts_at,
            ends_at,
            step_minutes: self.step_minutes,
            state: RoundState::Collecting,
            opens_at: self.opens_at,
            closes_at: self.closes_at,
            published_plan: None,
            created_at: now,
        })
    }

    /// From its first instant to the one after it, by the school's clocks.
    fn span(&self, school: &School) -> (DateTime<Utc>, DateTime<Utc>) {
        let zone = school.zone();
        (day_start(zone, self.starts_on), day_start(zone, self.ends_on + chrono::Duration::days(1)))
    }
}

impl App {
    /// Opens a round for days that are still to come: what people do, whom a mistyped year should not have mail everybody.
    ///
    /// # Errors
    /// Those of [`App::open_round`], and `Invalid`: `no-open-day` when the school is open on none of them from now on.
    pub async fn open_coming_round(&self, who: &Principal, school: &Id, new: NewRound) -> AppResult<Round> {
        let of = self.school(who, school).await?;
        let (now, round) = (self.now(), new.round(&of, self.now())?);
        if of.opening().spans(round.starts_at.max(now), round.ends_at).is_empty() {
            let mut findings = Findings::default();
            let message = "the school is open on none of these days that is still to come";
            findings.add("no-open-day", "starts_on", message, "choose other days, or correct its calendar");
            return Err(findings.into());
        }
        self.open_round(who, school, new).await
    }

    /// Opens a round in a school. Its days may be past: a program may enter what was.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers, `Invalid` (also `no-open-day`, and `in-the-past` for a deadline), `Conflict`
    /// (`round-exists`) when the name is taken.
    pub async fn open_round(&self, who: &Principal, school: &Id, new: NewRound) -> AppResult<Round> {
        let school = self.school(who, school).await?;
        may_run(who, &school.id, "open rounds")?;
        let (round, settings, now) = (new.round(&school, self.now())?, self.settings.clone(), self.now());
        let round = self
            .write(move |conn| match store::rounds::insert(conn, &round) {
                Ok(()) => {
                    tell_when_open(conn, &settings, &round, now)?;
                    Ok(round.clone())
                }
                Err(StoreError::Duplicate(_)) => {
                    let message = format!("the school has a round “{}” already; choose another name", round.name);
                    Err(AppError::conflict("round-exists", message))
                }
                Err(error) => Err(error.into()),
            })
            .await?;
        self.bell.ring();
        Ok(round)
    }

    /// A school's rounds, the latest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn rounds(&self, who: &Principal, school: &Id) -> AppResult<Vec<Round>> {
        let school = self.school(who, school).await?;
        let now = self.now();
        self.store
            .read(move |conn| {
                let mut rounds = store::rounds::list(conn, &school.id)?;
                derive_states(conn, &mut rounds, now)?;
                Ok(rounds)
            })
            .await
    }

    /// One round.
    ///
    /// # Errors
    /// `NotFound`, also for a round of another school.
    pub async fn round(&self, who: &Principal, id: &Id) -> AppResult<Round> {
        let (who, id) = (who.clone(), id.clone());
        self.store.read(move |conn| visible(conn, &who, &id)).await
    }

    /// Closes a round, opens it again, says anew when requests are accepted, or archives it.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for teachers; `Invalid` for a state that only solving and publishing lead to, and for
    /// times that leave none; `Conflict`: `round-archived`, `round-published` once a plan is published,
    /// `round-solving`, `round-collecting` when it is to be archived before it is closed, `round-running` before its last
    /// published class is over, `round-over` when it is to be opened past its `closes_at`.
    pub async fn change_round(&self, who: &Principal, id: &Id, change: RoundChange) -> AppResult<Round> {
        let (who, id, now, expected) = (who.clone(), id.clone(), self.now(), Expected::now());
        let settings = self.settings.clone();
        let round = self
            .write(move |conn| {
                let round = visible(conn, &who, &id)?;
                may_run(&who, &round.school, "change rounds")?;
                expected.is(&round)?;
                let opens_at = change.opens_at.unwrap_or(round.opens_at);
                let closes_at = change.closes_at.unwrap_or(round.closes_at);
                let mut findings = Findings::default();
                if let Some(RoundState::Solving | RoundState::Draft | RoundState::Published) = change.state {
                    let action = "solve with POST /api/v1/rounds/{round}/jobs, publish a plan with \
                                  POST /api/v1/rounds/{round}/publication";
                    findings.add("bad-state", "state", "jobs and plans lead a round there", action);
                }
                if change.opens_at.is_some() || change.closes_at.is_some() {
                    times(&mut findings, (opens_at, closes_at), round.ends_at);
                }
                if closes_at != round.closes_at {
                    to_come(&mut findings, closes_at, round.ends_at, now);
                }
                findings.into_result()?;
                allowed(&round, change.state, closes_at, now)?;
                if (opens_at, closes_at) != (round.opens_at, round.closes_at) {
                    store::rounds::set_times(conn, &id, opens_at, closes_at)?;
                }
                match change.state {
                    Some(RoundState::Archived) => store::rounds::archive(conn, &id, now)?,
                    Some(state) => store::rounds::set_state(conn, &id, state)?,
                    None if round.state == RoundState::Collecting => {}
                    // Other times alone do not open again what is over, whether a worker has noted that or not.
                    None => store::rounds::set_state(conn, &id, RoundState::Closed)?,
                }
                let round = visible(conn, &who, &id)?;
                tell_when_open(conn, &settings, &round, now)?;
                Ok(round)
            })
            .await?;
        self.bell.ring();
        Ok(round)
    }

    /// Takes a round away that was never published, with its wishes, plans and scenarios. Who had entered wishes is told.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for teachers; `Conflict`: `round-published` once a plan is published, `round-solving`.
    pub async fn delete_round(&self, who: &Principal, id: &Id) -> AppResult<()> {
        let (who, id, now, expected) = (who.clone(), id.clone(), self.now(), Expected::now());
        let (thread, settings) = (format!("{}@{}", round_thread(&id), self.settings.domain), self.settings.clone());
        self.write(move |conn| {
            let round = visible(conn, &who, &id)?;
            may_run(&who, &round.school, "delete rounds")?;
            expected.is(&round)?;
            if round.published_plan.is_some() {
                let message = "the round is published: its classes are in calendars; archive it instead";
                return Err(AppError::conflict("round-published", message));
            }
            none_is_solved(conn, std::slice::from_ref(&round))?;
            for scenario in store::scenarios::of_round(conn, &id)? {
                store::jobs::cancel(conn, &scenario.job, now)?;
            }
            // Nobody is asked for wishes that have nowhere to go.
            store::notices::give_up_thread(conn, &thread, "the round was deleted", now)?;
            // After that, or the mail that tells of it would be given up with the others.
            reminders::deleted(conn, &settings, &round, now)?;
            Ok(store::rounds::delete(conn, &id)?)
        })
        .await?;
        self.bell.ring();
        Ok(())
    }

    /// Notes of one round whose time for requests is over that it is closed; tells whether there was one.
    ///
    /// # Errors
    /// those of the database.
    pub fn close_overdue(&self) -> AppResult<bool> {
        let now = self.now();
        // Looking costs no write: a worker with nothing to do leaves the database to others.
        if self.store.read_now(|conn| store::rounds::overdue(conn, now))?.is_none() {
            return Ok(false);
        }
        self.store.write_now(|conn| {
            let Some(id) = store::rounds::overdue(conn, now)? else { return Ok(false) };
            store::rounds::set_state(conn, &id, RoundState::Closed)?;
            Ok::<_, AppError>(true)
        })
    }
}

/// Tells the teachers of a round that takes wishes now; of one that does so later a worker tells them.
fn tell_when_open(conn: &mut Conn, settings: &Settings, round: &Round, now: DateTime<Utc>) -> AppResult<()> {
    let is_begun = round.opens_at.is_none_or(|opens_at| opens_at <= now);
    let is_over = round.closes_at.is_some_and(|closes_at| closes_at <= now);
    if round.state == RoundState::Collecting && is_begun && !is_over {
        reminders::opened(conn, settings, round, now)?;
    }
    Ok(())
}

/// Whether a round may go to another state, and have other times.
fn allowed(
    round: &Round,
    to: Option<RoundState>,
    closes_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> AppResult<()> {
    let name = &round.name;
    let (code, message) = match (round.state, to) {
        (RoundState::Archived, _) => ("round-archived", format!("the round “{name}” is archived; it is only read")),
        (RoundState::Published, None | Some(RoundState::Collecting | RoundState::Closed)) => {
            let message = "the round is published: its classes change one by one, or by a new plan";
            ("round-published", message.to_owned())
        }
        // Nobody could move its classes or call them off any more.
        (RoundState::Published, Some(RoundState::Archived)) if round.ends_at > now => {
            let message = format!("the classes of the round “{name}” run until {}; archive it then", round.ends_at);
            ("round-running", message)
        }
        (RoundState::Solving, Some(_)) => return Err(solved_now(round)),
        (RoundState::Collecting, Some(RoundState::Archived)) => {
            ("round-collecting", format!("the round “{name}” still collects requests; close it first"))
        }
        (_, Some(RoundState::Collecting)) if closes_at.is_some_and(|closes_at| closes_at <= now) => {
            ("round-over", "its closes_at is past; give a later one with it, or null".to_owned())
        }
        _ => return Ok(()),
    };
    Err(AppError::conflict(code, message))
}

/// A round as it stands now, for those who may see it.
pub(super) fn visible(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<Round> {
    match store::rounds::get(conn, id) {
        Ok(mut round) if who.may_see(&round.school) => {
            derive_states(conn, std::slice::from_mut(&mut round), Utc::now())?;
            Ok(round)
        }
        Ok(_) | Err(StoreError::NotFound) => Err(AppError::not_found("round", id)),
        Err(error) => Err(error.into()),
    }
}

/// Refuses to go on while one of these rounds is being solved, also one that still collects wishes.
pub(super) fn none_is_solved(conn: &mut Conn, rounds: &[Round]) -> AppResult<()> {
    let ids: Vec<Id> = rounds.iter().map(|round| round.id.clone()).collect();
    let solving = store::rounds::progress(conn, SOLVE, &ids)?.solving;
    let Some(round) = rounds.iter().find(|round| solving.contains(&round.id)) else { return Ok(()) };
    Err(solved_now(round))
}

fn solved_now(round: &Round) -> AppError {
    let message = format!("the round “{}” is being solved; wait for the job, or cancel it", round.name);
    AppError::conflict("round-solving", message)
}

/// Where rounds stand now: jobs and plans say it, and the clock.
fn derive_states(conn: &mut Conn, rounds: &mut [Round], now: DateTime<Utc>) -> AppResult<()> {
    let ids: Vec<Id> = rounds.iter().map(|round| round.id.clone()).collect();
    let progress = store::rounds::progress(conn, SOLVE, &ids)?;
    for round in rounds {
        round.state = round.state_at(now, progress.solving.contains(&round.id), progress.planned.contains(&round.id));
    }
    Ok(())
}

/// Refuses changes to what an archived round holds.
pub(super) fn not_archived(round: &Round) -> AppResult<()> {
    if round.state == RoundState::Archived {
        let message = format!("the round “{}” is archived; it is only read", round.name);
        return Err(AppError::conflict("round-archived", message));
    }
    Ok(())
}

/// Refuses teachers.
pub(super) fn may_run(who: &Principal, school: &Id, what: &str) -> AppResult<()> {
    if who.may_run(school) { Ok(()) } else { Err(AppError::forbidden(format!("only the school's admins {what}"))) }
}
