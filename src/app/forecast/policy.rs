//! Whether what is expected besides classes is taken off a pool's limits.

use crate::{
    app::{
        App, AppError, AppResult, Settings,
        call::Expected,
        limits::is_worse,
        pools::{SchoolOverloads, above_now, by_school, operating, shared, tell},
        schools::run,
    },
    domain::{
        access::Principal,
        capacity::{Background, Policy, Pool, PoolOwner},
        finding::Findings,
        id::Id,
    },
    store::{self, Conn, Turn},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// The most that is set aside beyond the forecast, in per cent of it.
const MOST_MARGIN: u32 = 100;

/// How what is expected counts now, and what no longer fits.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BackgroundChange {
    /// How it counts.
    #[serde(flatten)]
    pub background: Background,
    /// Where classes to come take more than is left, school by school. Nothing moves by itself.
    pub overloads: Vec<SchoolOverloads>,
}

impl App {
    /// How what is expected besides classes counts against the limits of a pool that schools share.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `NotFound`, `Invalid`, `Conflict` `pool-of-nobody`.
    pub async fn set_pool_background(
        &self,
        who: &Principal,
        pool: &Id,
        background: Background,
    ) -> AppResult<BackgroundChange> {
        operating(who)?;
        checked(background)?;
        let (pool, now, expected) = (pool.clone(), self.now(), Expected::now());
        let settings = self.settings.clone();
        let change = self
            .write_in_turn(Turn::Pool(pool.clone()), move |conn| {
                let found = shared(conn, &pool)?;
                expected.is(&found.background)?;
                if found.owner == PoolOwner::default() && background.policy != Policy::Off {
                    let message = "nobody's load is observed for a pool that belongs to no platform or federation";
                    return Err(AppError::conflict("pool-of-nobody", message));
                }
                change(conn, &settings, (&found, background), now)
            })
            .await?;
        self.bell.ring();
        Ok(change)
    }

    /// The same for a school's own pool.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers, `Invalid`.
    pub async fn set_school_background(
        &self,
        who: &Principal,
        school: &Id,
        background: Background,
    ) -> AppResult<BackgroundChange> {
        checked(background)?;
        let (who, school, now, expected) = (who.clone(), school.clone(), self.now(), Expected::now());
        let settings = self.settings.clone();
        let change = self
            .write_in_turn(Turn::School(school.clone()), move |conn| {
                let school = run(conn, &who, &school)?;
                let pool = store::pools::of_school(conn, &school.id)?.into_iter().next();
                let pool = pool.ok_or_else(|| AppError::not_found("pool", &school.id))?;
                expected.is(&pool.background)?;
                change(conn, &settings, (&pool, background), now)
            })
            .await?;
        self.bell.ring();
        Ok(change)
    }
}

fn change(
    conn: &mut Conn,
    settings: &Settings,
    (old, background): (&Pool, Background),
    now: DateTime<Utc>,
) -> AppResult<BackgroundChange> {
    let before = above_now(conn, old, now)?;
    store::pools::set_background(conn, &old.id, background)?;
    let pool = store::pools::get(conn, &old.id)?;
    let overloads = by_school(conn, &pool, now)?;
    if is_worse(&before, &above_now(conn, &pool, now)?) {
        tell(conn, settings, &overloads, now)?;
    }
    Ok(BackgroundChange { background, overloads })
}

/// # Errors
/// `Invalid`: `out-of-range`.
fn checked(background: Background) -> AppResult<()> {
    let mut findings = Findings::default();
    if background.margin_percent > MOST_MARGIN {
        findings.add("out-of-range", "margin_percent", "no such margin", format!("use 0 to {MOST_MARGIN}"));
    }
    Ok(findings.into_result()?)
}
