//! What a plan is made with besides the wishes: pins, weights, and classes that had better stay where they are.

use crate::domain::{
    fairness::USUAL,
    id::Id,
    round::{Plan, Request},
};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// What moving a class costs when nobody says it: as much as half an hour's move, so that a new plan moves few.
pub const MOVE: u32 = 6;

/// What a plan is made with besides the wishes.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// Requests that are fixed, and where.
    pub pins: HashMap<Id, DateTime<Utc>>,
    /// How much a request's cost counts, in tenths; the usual 10 for one that is not here.
    pub weights: HashMap<Id, u32>,
    /// The plan that is changed as little as is asked for; without it the published classes are where they are.
    pub keep: Option<Keep>,
}

/// Where classes are, and what it costs to move them from there.
#[derive(Clone, Debug)]
pub struct Keep {
    /// Where each is.
    pub starts: HashMap<Id, DateTime<Utc>>,
    /// What moving one costs.
    pub move_cost: MoveCost,
}

/// What moving a class costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoveCost {
    /// So much, in units of cost.
    Of(u32),
    /// More than any class could gain by it: a class moves only where it must, or to make room for one that would have
    /// none.
    MoreThanItGains,
}

impl Terms {
    /// What is known of the terms of a plan that was made: the pins.
    pub fn of_plan(plan: &Plan) -> Self {
        let pinned = plan.starts.iter().filter(|start| start.pinned);
        let pins = pinned.filter_map(|start| Some((start.request.clone(), start.starts_at?)));
        Self { pins: pins.collect(), ..Self::default() }
    }

    /// How many of the solver's units of cost are one: 1, or 10 where weights have tenths.
    pub fn scale(&self) -> u32 {
        if self.weights.values().all(|weight| *weight == USUAL) { 1 } else { USUAL }
    }

    /// A request's weight, in the solver's units.
    pub fn weight(&self, request: &Id) -> u32 {
        if self.scale() == 1 { 1 } else { self.tenths(request) }
    }

    /// A request's weight, in tenths.
    pub fn tenths(&self, request: &Id) -> u32 {
        self.weights.get(request).copied().unwrap_or(USUAL)
    }

    /// What moving one of these classes costs, in units of cost.
    ///
    /// No class can gain more by moving than it costs where it is. So with 1 more than the most that any of them costs,
    /// several that move gain less together than their moves cost, unless one of them had no class.
    pub fn move_cost(&self, requests: &[Request], step_minutes: u32) -> u32 {
        let Some(keep) = &self.keep else { return MOVE };
        let cost = |request: &Request| Some(request.cost_at(*keep.starts.get(&request.id)?, step_minutes));
        match keep.move_cost {
            MoveCost::Of(cost) => cost,
            MoveCost::MoreThanItGains => {
                let most = requests.iter().filter_map(cost).max().unwrap_or(0);
                u32::try_from(most + 1).unwrap_or(u32::MAX)
            }
        }
    }
}
