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
    /// The sum of the costs of all requests; smaller is better.
    pub objective: u64,
    /// No plan can cost less than this.
    pub bound: Option<f64>,
    /// Whether it is proven that no plan is better.
    pub optimal: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Where each request is; nothing for one that is left without a class.
    pub starts: Vec<PlannedStart>,
}

/// Where a plan puts a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedStart {
    /// The request.
    pub request: Id,
    /// Its start; nothing when it is left without a class.
    pub starts_at: Option<DateTime<Utc>>,
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
