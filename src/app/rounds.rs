//! Rounds: periods for which a school collects requests.

use super::{App, AppError, AppResult};
use crate::{
    domain::{
        access::Principal,
        finding::Findings,
        id::Id,
        people::School,
        round::{Round, RoundState},
        text,
        time::day_start,
    },
    store::{self, Conn, StoreError},
};
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
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
}

fn five() -> u32 {
    5
}

/// Where a round goes from where it stands.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundChange {
    /// `closed`: no more requests; `collecting`: they are welcome again.
    pub state: RoundState,
}

impl NewRound {
    fn round(&self, school: &School, now: chrono::DateTime<chrono::Utc>) -> Result<Round, Findings> {
        let mut findings = Findings::default();
        let name = findings.keep(text::line(&self.name, "name"));
        for (place, day) in [("starts_on", self.starts_on), ("ends_on", self.ends_on)] {
            if !(2000..=2100).contains(&day.year()) {
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
        findings.into_result()?;
        let zone = school.zone();
        Ok(Round {
            id: Id::new(now),
            school: school.id.clone(),
            name: name.unwrap_or_default(),
            starts_at: day_start(zone, self.starts_on),
            ends_at: day_start(zone, self.ends_on + chrono::Duration::days(1)),
            step_minutes: self.step_minutes,
            state: RoundState::Collecting,
            published_plan: None,
            created_at: now,
        })
    }
}

impl App {
    /// Opens a round in a school.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers, `Invalid`, `Conflict` (`round-exists`) when the name is taken.
    pub async fn open_round(&self, who: &Principal, school: &Id, new: NewRound) -> AppResult<Round> {
        let school = self.school(who, school).await?;
        may_run(who, &school.id, "open rounds")?;
        let round = new.round(&school, self.now())?;
        self.store
            .write(move |conn| match store::rounds::insert(conn, &round) {
                Ok(()) => Ok(round.clone()),
                Err(StoreError::Duplicate(_)) => {
                    let message = format!("the school has a round “{}” already; choose another name", round.name);
                    Err(AppError::conflict("round-exists", message))
                }
                Err(error) => Err(error.into()),
            })
            .await
    }

    /// A school's rounds, the latest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn rounds(&self, who: &Principal, school: &Id) -> AppResult<Vec<Round>> {
        let school = self.school(who, school).await?;
        self.store.read(move |conn| Ok(store::rounds::list(conn, &school.id)?)).await
    }

    /// One round.
    ///
    /// # Errors
    /// `NotFound`, also for a round of another school.
    pub async fn round(&self, who: &Principal, id: &Id) -> AppResult<Round> {
        let (who, id) = (who.clone(), id.clone());
        self.store.read(move |conn| visible(conn, &who, &id)).await
    }

    /// Closes a round, or opens it again.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers, `Conflict` (`round-published`) once a plan is published, `Invalid` for a
    /// state that only publishing leads to.
    pub async fn change_round(&self, who: &Principal, id: &Id, change: RoundChange) -> AppResult<Round> {
        let (who, id) = (who.clone(), id.clone());
        self.store
            .write(move |conn| {
                let round = visible(conn, &who, &id)?;
                may_run(&who, &round.school, "close and reopen rounds")?;
                if change.state == RoundState::Published {
                    let mut findings = Findings::default();
                    let action = "publish a plan with POST /api/v1/rounds/{round}/publication";
                    findings.add("bad-state", "state", "a round becomes published with its plan", action);
                    return Err(findings.into());
                }
                if round.state == RoundState::Published {
                    let message = "the round is published: its classes change one by one, or by a new plan";
                    return Err(AppError::conflict("round-published", message));
                }
                store::rounds::set_state(conn, &id, change.state)?;
                Ok(Round { state: change.state, ..round })
            })
            .await
    }
}

/// A round, for those who may see it.
pub(super) fn visible(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<Round> {
    match store::rounds::get(conn, id) {
        Ok(round) if who.may_see(&round.school) => Ok(round),
        Ok(_) | Err(StoreError::NotFound) => Err(AppError::not_found("round", id)),
        Err(error) => Err(error.into()),
    }
}

/// Refuses teachers.
pub(super) fn may_run(who: &Principal, school: &Id, what: &str) -> AppResult<()> {
    if who.may_run(school) { Ok(()) } else { Err(AppError::forbidden(format!("only the school's admins {what}"))) }
}
