//! The demo school, made by the use cases that the API uses: for `creneau demo`, and for an operator who wants to see
//! something before anything real is entered.

use super::{
    App, AppError, AppResult,
    jobs::SolveOrder,
    platforms::{PlatformChoice, PlatformDetails},
    pools::{Counting, PoolDetails, operating},
    publication::Publication,
};
use crate::{
    domain::{access::Principal, id::Id, job::JobState},
    planning::demo,
};
use std::time::Duration;

/// The demo school is the same for everyone.
const SEED: u64 = 16;
/// How long its week is solved.
const SECONDS: u64 = 3;
/// How often it is asked whether the week is solved.
const PAUSE: Duration = Duration::from_millis(100);
/// How long a worker is waited for, in pauses: a minute.
const PAUSES: u32 = 600;
/// What the demo's platform is called, and its pool.
const PLATFORM: (&str, &str) = ("Démonstration", "platform/demo");

/// A demo school that was taken in.
#[derive(Clone, Debug)]
pub struct DemoSchool {
    /// The school.
    pub school: Id,
    /// Its first group.
    pub group: Id,
    /// Its first teacher, who has wishes to enter.
    pub teacher: Id,
    /// The round for which everybody has asked.
    pub round: Id,
    /// Connections that its own pool allows.
    connections: u32,
}

impl App {
    /// Takes the demo school in, for the week after this one. Nothing is solved yet.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `Conflict` `already-there` when it is there.
    pub async fn take_demo_in(&self, who: &Principal) -> AppResult<DemoSchool> {
        operating(who)?;
        let intake = demo::school(SEED, demo::next_monday(self.now()), self.now())?;
        let parts = (intake.groups.first(), intake.teachers.first(), intake.rounds.first(), intake.pools.first());
        let (Some(group), Some(teacher), Some((round, _)), Some(pool)) = parts else {
            return Err(AppError::Internal("the demo school is empty".to_owned()));
        };
        let made = DemoSchool {
            school: intake.school.id.clone(),
            group: group.id.clone(),
            teacher: teacher.id.clone(),
            round: round.id.clone(),
            connections: pool.connections,
        };
        self.take_in(who, intake).await?;
        Ok(made)
    }

    /// Gives a demo school a platform that is half as large again as the school's own limit.
    ///
    /// # Errors
    /// `Conflict` when there is such a platform or pool.
    pub async fn give_demo_platform(&self, who: &Principal, demo: &DemoSchool) -> AppResult<()> {
        let (name, pool) = PLATFORM;
        let time_zone = "Europe/Paris".to_owned();
        let details = PlatformDetails { name: name.to_owned(), time_zone, federation: None };
        let platform = self.create_platform(who, details).await?.id;
        let pool = PoolDetails {
            name: pool.to_owned(),
            kind: Counting::Concurrent,
            window_minutes: None,
            platform: Some(platform.clone()),
            federation: None,
            time_zone: None,
            connections: demo.connections * 3 / 2,
            weekly: Vec::new(),
            dated: Vec::new(),
        };
        self.create_pool(who, pool).await?;
        self.choose_platform(who, &demo.school, PlatformChoice { platform: Some(platform) }).await?;
        Ok(())
    }

    /// Has a demo school's week solved by a worker, and publishes the plan.
    ///
    /// # Errors
    /// those of [`App::solve`] and [`App::publish`]; `Busy` when no worker has solved it within a minute.
    pub async fn publish_demo(&self, who: &Principal, demo: &DemoSchool) -> AppResult<()> {
        let order = SolveOrder { seconds: Some(SECONDS), seed: Some(1), ..SolveOrder::default() };
        let mut job = self.solve(who, &demo.round, order).await?;
        for _ in 0..PAUSES {
            if !matches!(job.state, JobState::Queued | JobState::Running) {
                let plan = job.plan.ok_or_else(|| AppError::Internal(job.error.unwrap_or_default()))?;
                self.publish(who, &demo.round, Publication { plan, replaces: None }).await?;
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
            job = self.job(who, &job.id).await?;
        }
        Err(AppError::Busy)
    }
}
