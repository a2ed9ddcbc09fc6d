//! A school's week: its classes, and how full its own pool is.

use super::{App, AppResult, sessions::SessionView, situation};
use crate::{
    domain::{access::Principal, id::Id, time::day_start},
    planning::room::{CellLoad, Room},
    store,
};
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// Minutes of a cell of the load.
const CELL: i64 = 5;

/// A school's week.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Week {
    /// Its Monday.
    pub monday: NaiveDate,
    /// The school's time zone.
    pub time_zone: String,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Its classes by start; cancelled ones too.
    pub sessions: Vec<SessionView>,
    /// How full the school's own pool is; nothing when it has none.
    pub load: Option<Load>,
}

/// How full a pool is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Load {
    /// The pool.
    pub pool: Id,
    /// Its name.
    pub name: String,
    /// What is so from each instant on, until the next one.
    pub steps: Vec<LoadStep>,
}

/// What is so from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LoadStep {
    /// The instant.
    pub from: DateTime<Utc>,
    /// Connections of the classes.
    pub used: u64,
    /// Connections that the pool allows.
    pub limit: u32,
}

impl App {
    /// The week of a day, this one when none is given.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn week(&self, who: &Principal, school: &Id, day: Option<NaiveDate>) -> AppResult<Week> {
        let school = self.school(who, school).await?;
        let zone = school.zone();
        let day = day.unwrap_or_else(|| self.now().with_timezone(&zone).date_naive());
        let monday = day - Duration::days(i64::from(day.weekday().num_days_from_monday()));
        let (starts_at, ends_at) = (day_start(zone, monday), day_start(zone, monday + Duration::days(7)));
        self.store
            .read(move |conn| {
                let names = situation::names(conn, &school)?;
                let sessions = store::sessions::of_school(conn, &school.id, starts_at, ends_at)?;
                let mut load = None;
                let pools = store::pools::of_school(conn, &school.id)?;
                if let Some(own) = pools.first()
                    && store::pools::is_own(conn, &own.id)?
                {
                    let mut room = Room::new(own, starts_at, ends_at, school.zone());
                    let uses =
                        store::usage::seen_by(conn, &school.id, std::slice::from_ref(own), (starts_at, ends_at))?;
                    uses.iter().for_each(|taken| room.add_use(taken));
                    let cells = room.load(starts_at, ends_at);
                    load = Some(Load { pool: own.id.clone(), name: own.name.clone(), steps: steps(starts_at, &cells) });
                }
                Ok(Week {
                    monday,
                    time_zone: school.time_zone.clone(),
                    starts_at,
                    ends_at,
                    sessions: sessions.iter().map(|session| SessionView::of(session, &names)).collect(),
                    load,
                })
            })
            .await
    }
}

/// The cells at which something changes.
pub(super) fn steps(starts_at: DateTime<Utc>, cells: &[CellLoad]) -> Vec<LoadStep> {
    let mut steps: Vec<LoadStep> = Vec::new();
    for (cell, index) in cells.iter().zip(0_i64..) {
        let (used, limit) = (cell.used, cell.limit.saturating_sub(cell.kept));
        if steps.last().is_none_or(|last| (last.used, last.limit) != (used, limit)) {
            steps.push(LoadStep { from: starts_at + Duration::minutes(CELL * index), used, limit });
        }
    }
    steps
}
