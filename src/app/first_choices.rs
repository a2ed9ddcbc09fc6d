//! How many first choices limits allow at once: those of a school's round, and those of a platform in a week.

use super::{
    App, AppError, AppResult, platforms,
    rounds::{may_run, visible},
    situation,
};
use crate::{
    domain::{access::Principal, capacity::Pool, finding::Findings, id::Id, round::Round},
    planning::{
        clock::WallClock,
        first_choices::{Effort, FirstChoices, first_choices},
        problem::{Purpose, Situation, problem},
        together::together,
        what_if::Standing,
    },
    store,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};
use utoipa::ToSchema;

/// The share of first choices that limits are looked for, in per cent, when nothing is said.
const SHARE: u32 = 95;
/// Steps of the solver for each scale: so that the answer is the same each time.
const STEPS: u64 = 20_000;
/// However many requests there are, an answer comes in about this time.
const MOST_TIME: Duration = Duration::from_secs(20);

/// How many first choices a platform's limits allow at once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlatformFirstChoices {
    /// Rounds that were put together.
    pub rounds: usize,
    /// Rounds of the platform's schools that begin on that day and have other days or steps than these.
    pub left_out: usize,
    /// What the limits of the platform and its federation allow.
    #[serde(flatten)]
    pub first_choices: FirstChoices,
}

/// Rounds of a platform's schools for the same days, with the same steps.
#[derive(Clone, Debug)]
pub struct PlatformRounds {
    /// What their plans depend on.
    pub situations: Vec<Situation>,
    /// How many others begin on the same day.
    pub left_out: usize,
}

impl App {
    /// How many first choices the limits of a round allow at once, by the scale of the limits, and the least scale for a
    /// share of them.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for teachers; `Invalid` for a share that is none.
    pub async fn first_choices(&self, who: &Principal, round: &Id, share: Option<u32>) -> AppResult<FirstChoices> {
        let (who, round, share) = (who.clone(), round.clone(), checked(share)?);
        let (situation, others) = self
            .store
            .read(move |conn| -> AppResult<_> {
                let round = visible(conn, &who, &round)?;
                may_run(&who, &round.school, "see which limits are enough")?;
                let situation = situation::situation(conn, &round)?;
                let others = situation::others(conn, &situation)?;
                Ok((situation, others))
            })
            .await?;
        self.think_long(move || {
            let mut problem = problem(&situation, Purpose::Explain);
            // Classes that only stand in the way of people have no wish.
            problem.round.requests.retain(|request| !request.options.is_empty());
            let standing = Standing::of(&situation, Purpose::Explain, &others);
            let names: Vec<String> = situation.pools.iter().map(|pool| pool.name.clone()).collect();
            counted(&problem.round, &standing, &names, share)
        })
        .await?
    }

    /// The same of a platform: of all its schools' rounds that begin on a day, by the limits of the platform and its
    /// federation alone.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for all but operators; `Invalid` for a share that is none.
    pub async fn platform_first_choices(
        &self,
        who: &Principal,
        platform: &Id,
        starts_on: NaiveDate,
        share: Option<u32>,
    ) -> AppResult<PlatformFirstChoices> {
        let share = checked(share)?;
        let PlatformRounds { situations, left_out } = self.platform_rounds(who, platform, starts_on).await?;
        let rounds = situations.len();
        let first_choices = self
            .think_long(move || {
                let is_shared = |pool: &Pool| pool.owner.platform.is_some() || pool.owner.federation.is_some();
                match together(&situations, &is_shared) {
                    Some(all) => counted(&all.round, &all.standing, &all.names, share),
                    None => Ok(FirstChoices::none(share)),
                }
            })
            .await??;
        Ok(PlatformFirstChoices { rounds, left_out, first_choices })
    }

    /// All rounds of a platform's schools that begin on a day, with all that their plans depend on.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for all but operators.
    pub async fn platform_rounds(
        &self,
        who: &Principal,
        platform: &Id,
        starts_on: NaiveDate,
    ) -> AppResult<PlatformRounds> {
        platforms::operating(who)?;
        let platform = platform.clone();
        self.store
            .read(move |conn| -> AppResult<_> {
                let platform = platforms::platform(conn, &platform)?;
                let mut alike: BTreeMap<(DateTime<Utc>, DateTime<Utc>, u32), Vec<Round>> = BTreeMap::new();
                for school in store::schools::of_platforms(conn, std::slice::from_ref(&platform.id))? {
                    let zone = school.zone();
                    for round in store::rounds::list(conn, &school.id)? {
                        if round.starts_at.with_timezone(&zone).date_naive() == starts_on {
                            alike.entry((round.starts_at, round.ends_at, round.step_minutes)).or_default().push(round);
                        }
                    }
                }
                let all: usize = alike.values().map(Vec::len).sum();
                let most = alike.into_values().max_by_key(Vec::len).unwrap_or_default();
                let situations = most.iter().map(|round| situation::situation(conn, round));
                let situations = situations.collect::<AppResult<Vec<Situation>>>()?;
                Ok(PlatformRounds { left_out: all - situations.len(), situations })
            })
            .await
    }
}

fn checked(share: Option<u32>) -> AppResult<u32> {
    let share = share.unwrap_or(SHARE);
    let mut findings = Findings::default();
    if !(1..=100).contains(&share) {
        findings.add("out-of-range", "share", format!("{share} is not allowed"), "use 1 to 100");
    }
    findings.into_result()?;
    Ok(share)
}

fn counted(
    round: &creneau_solver::Round,
    standing: &Standing,
    names: &[String],
    share: u32,
) -> AppResult<FirstChoices> {
    let clock = WallClock::new(Some(MOST_TIME), Arc::new(AtomicBool::new(false)));
    let effort = Effort { seed: 1, iterations: STEPS, budget: &clock };
    let name = |pool: usize| names[pool].clone();
    let at_scale = |pool: usize, percent| Some(standing.scaled(pool, percent));
    first_choices(round, &at_scale, share, &name, &effort)
        .map_err(|findings| AppError::Internal(format!("the round is not sound: {findings}")))
}
