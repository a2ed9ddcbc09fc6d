//! Rounds, requests and plans.

use super::{
    id::Id,
    request::{NewRequest, Rules},
    time::Grid,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a round stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RoundState {
    /// Teachers enter requests.
    Collecting,
    /// No more requests.
    Closed,
    /// Closed, and a plan is being looked for.
    Solving,
    /// Closed, and there are plans of which none is published.
    Draft,
    /// A plan is published; changes go through its sessions.
    Published,
    /// It is over, and only read.
    Archived,
}

impl RoundState {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Collecting => "collecting",
            Self::Closed => "closed",
            Self::Solving => "solving",
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Archived => "archived",
        }
    }
}

/// A period for which a school collects requests, solves and publishes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Round {
    /// Identifier.
    pub id: Id,
    /// The school.
    pub school: Id,
    /// Its name, unique in the school.
    pub name: String,
    /// The instant at which its first day begins.
    pub starts_at: DateTime<Utc>,
    /// The instant at which its last day ends.
    pub ends_at: DateTime<Utc>,
    /// Minutes a cell: classes start on multiples of it.
    pub step_minutes: u32,
    /// Where it stands.
    pub state: RoundState,
    /// From when requests are accepted; from the start when nothing is said.
    pub opens_at: Option<DateTime<Utc>>,
    /// Until when requests are accepted; until somebody closes the round when nothing is said.
    pub closes_at: Option<DateTime<Utc>>,
    /// The plan whose sessions are published.
    pub published_plan: Option<Id>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
}

impl Round {
    /// Its time, cut into cells.
    pub fn grid(&self) -> Grid {
        let minutes = (self.ends_at - self.starts_at).num_minutes();
        let cells = u32::try_from(minutes / i64::from(self.step_minutes.max(1))).unwrap_or(0);
        Grid { start: self.starts_at, step_minutes: self.step_minutes, cells }
    }

    /// Whether its classes are in calendars: that a plan was published stays so when it is archived.
    pub fn is_published(&self) -> bool {
        self.state == RoundState::Published || self.state == RoundState::Archived && self.published_plan.is_some()
    }

    /// Where it stands at this time, of what the database says: past `closes_at` it collects no more, and a round
    /// that is closed is being solved, or has a draft.
    pub fn state_at(&self, now: DateTime<Utc>, is_solving: bool, has_plan: bool) -> RoundState {
        match self.state {
            RoundState::Collecting if self.closes_at.is_none_or(|closes_at| now < closes_at) => RoundState::Collecting,
            RoundState::Published | RoundState::Archived => self.state,
            _ if is_solving => RoundState::Solving,
            _ if has_plan => RoundState::Draft,
            _ => RoundState::Closed,
        }
    }
}

/// Starts that a request allows, with what each costs: `base + per_step × steps from ideal_at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Window {
    /// The earliest start.
    pub first_at: DateTime<Utc>,
    /// The latest start.
    pub last_at: DateTime<Utc>,
    /// The start that costs only `base`.
    pub ideal_at: DateTime<Utc>,
    /// The cost at `ideal_at`.
    pub base: u32,
    /// The cost of each step away from it.
    pub per_step: u32,
}

/// A teacher's wish for a virtual class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Request {
    /// Identifier.
    pub id: Id,
    /// The round.
    pub round: Id,
    /// Its name in the round: the caller's own where one was given.
    pub reference: String,
    /// What the class is called, e.g. the subject.
    pub title: String,
    /// Who teaches.
    pub teachers: Vec<Id>,
    /// Who attends.
    pub groups: Vec<Id>,
    /// Connections that the class takes.
    pub connections: u32,
    /// Its length.
    pub duration_minutes: u32,
    /// The starts it allows.
    pub windows: Vec<Window>,
    /// What it costs to leave it without a class.
    pub unplaced_cost: u32,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// The rules that it sets.
    pub rules: Rules,
    /// What was entered; nothing for a request that a file brought.
    pub wish: Option<NewRequest>,
    /// The weekly class that it is a week of.
    pub series: Option<Id>,
}

impl Request {
    /// The start it wants most: the ideal of its cheapest window, brought into it.
    pub fn wished_start(&self) -> Option<DateTime<Utc>> {
        let cheapest = self.windows.iter().min_by_key(|window| window.base)?;
        Some(cheapest.ideal_at.clamp(cheapest.first_at, cheapest.last_at))
    }

    /// Minutes between the start it wants most and this one.
    pub fn minutes_off(&self, at: DateTime<Utc>) -> u32 {
        let minutes = self.wished_start().map_or(0, |wished| (at - wished).num_minutes().unsigned_abs());
        u32::try_from(minutes).unwrap_or(u32::MAX)
    }

    /// Whether it allows this start.
    pub fn allows(&self, at: DateTime<Utc>) -> bool {
        self.windows.iter().any(|window| (window.first_at..=window.last_at).contains(&at))
    }

    /// What a start costs, in a round with steps of so many minutes. One that it does not allow, which only an admin can
    /// choose, costs what the minutes from the wished start do, and no less than the dearest window.
    pub fn cost_at(&self, at: DateTime<Utc>, step_minutes: u32) -> u64 {
        let steps =
            |from: DateTime<Utc>, minutes: i64| (at - from).num_minutes().unsigned_abs() / minutes.unsigned_abs();
        let allowed = self.windows.iter().filter(|window| (window.first_at..=window.last_at).contains(&at));
        let cost = |window: &Window| {
            u64::from(window.base) + u64::from(window.per_step) * steps(window.ideal_at, i64::from(step_minutes.max(1)))
        };
        allowed.map(cost).min().unwrap_or_else(|| {
            let away = self.wished_start().map_or(0, |wished| steps(wished, 5));
            away.max(self.windows.iter().map(|window| u64::from(window.base)).max().unwrap_or(0))
        })
    }

    /// What the best start costs.
    pub fn best_cost(&self, step_minutes: u32) -> u64 {
        let best = self.windows.iter().map(|window| window.ideal_at.clamp(window.first_at, window.last_at));
        best.map(|at| self.cost_at(at, step_minutes)).min().unwrap_or(0)
    }

    /// What a planned start costs, or being left without a class.
    pub fn planned_cost(&self, at: Option<DateTime<Utc>>, step_minutes: u32) -> u64 {
        at.map_or(u64::from(self.unplaced_cost), |at| self.cost_at(at, step_minutes))
    }
}

/// An immutable answer to a round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Plan {
    /// Identifier.
    pub id: Id,
    /// The round.
    pub round: Id,
    /// The plan it was made from.
    pub parent: Option<Id>,
    /// The seed of the solver.
    pub seed: u64,
    /// The sum of the costs of all requests by their wishes alone; smaller is better.
    pub objective: u64,
    /// What the solver made least: the same with each request's cost times its weight, and what moving classes costs.
    pub weighted_objective: f64,
    /// No plan can have a lower weighted objective than this.
    pub bound: Option<f64>,
    /// Whether it is proven that no plan is better.
    pub optimal: bool,
    /// How many requests it leaves without a class.
    pub unplaced: u32,
    /// What it was made with; nothing for a plan from before that was kept.
    pub limits: Option<PlanLimits>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Where each request is; nothing for one that is left without a class.
    pub starts: Vec<PlannedStart>,
}

/// What a plan was made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlanLimits {
    /// Seconds that the solver was given.
    pub seconds: u64,
    /// Threads that it used.
    pub threads: u32,
    /// What moving a class from where it was cost; nothing when no class had a place yet.
    pub move_cost: Option<u32>,
    /// Stands for the requests and the room in the pools that it was made for: as long as they are the same, so is this.
    pub fingerprint: String,
    /// Who asked for it.
    pub asked_by: String,
}

/// Where a plan puts a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedStart {
    /// The request.
    pub request: Id,
    /// Its start; nothing when it is left without a class.
    pub starts_at: Option<DateTime<Utc>>,
    /// How much its cost counted, in tenths: 10 is usual; see [`super::fairness`].
    pub weight: u32,
    /// Whether an admin had fixed it there.
    pub pinned: bool,
}

impl PlannedStart {
    /// A request at a start, with the usual weight.
    pub fn new(request: Id, starts_at: Option<DateTime<Utc>>) -> Self {
        Self { request, starts_at, weight: super::fairness::USUAL, pinned: false }
    }
}

/// How hard a pool is wanted in a cell of a plan's round.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanPrice {
    /// The pool.
    pub pool: Id,
    /// When the cell begins.
    pub starts_at: DateTime<Utc>,
    /// What a connection pays for being open in the cell (of arrivals: opened in it), in units of cost; above 0.
    pub price: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_round_stands_is_derived() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let round = |state, closes_at| Round {
            id: "r".into(),
            school: "s".into(),
            name: "r".into(),
            starts_at: at(1000),
            ends_at: at(2000),
            step_minutes: 5,
            state,
            opens_at: None,
            closes_at,
            published_plan: None,
            created_at: at(0),
        };
        let (open, closed) = (round(RoundState::Collecting, Some(at(10))), round(RoundState::Closed, None));
        // Whoever tries plans while wishes come in does not keep them out.
        assert_eq!(open.state_at(at(9), true, true), RoundState::Collecting);
        assert_eq!(open.state_at(at(10), false, false), RoundState::Closed);
        assert_eq!(open.state_at(at(10), true, true), RoundState::Solving);
        assert_eq!(closed.state_at(at(0), false, true), RoundState::Draft);
        assert_eq!(round(RoundState::Published, Some(at(10))).state_at(at(11), true, true), RoundState::Published);
        assert_eq!(round(RoundState::Archived, None).state_at(at(11), true, true), RoundState::Archived);
    }
}
