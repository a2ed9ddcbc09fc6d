//! Solver for rounds of virtual classes: which class starts when, so that every capacity holds and teachers are
//! disappointed least.
//!
//! A [`Round`] goes in; a [`Plan`] comes out, with a certificate that proves how much better any other plan could be:
//!
//! ```
//! use creneau_solver::{Method, Options, ReadLimits, Unlimited, check, explain, read_round, solve};
//!
//! let text = r#"{
//!     "version": 1, "name": "two classes of one teacher",
//!     "horizon": {"start": "2020-03-23T08:00:00Z", "step_minutes": 5, "cells": 48},
//!     "pools": [{"id": "school", "kind": "concurrent", "limit": 40}],
//!     "requests": [
//!         {"id": "3A", "pools": ["school"], "exclusive": ["Mme Petit"], "connections": 27, "duration": 11,
//!          "options": [{"first": 0, "last": 37, "ideal": 12, "base": 0, "per_cell": 1}], "unplaced": 1000},
//!         {"id": "3B", "pools": ["school"], "exclusive": ["Mme Petit"], "connections": 25, "duration": 11,
//!          "options": [{"first": 0, "last": 37, "ideal": 12, "base": 0, "per_cell": 1}], "unplaced": 1000}
//!     ]
//! }"#;
//! let round = read_round(text.as_bytes(), &ReadLimits::default())?;
//! let options = Options {
//!     seed: 1,
//!     threads: 1,
//!     iterations: Some(1000), // a repeatable run; a service gives a `budget` instead
//!     budget: &Unlimited,
//!     warm_start: None,
//!     method: Method::Exact,
//! };
//! let solution = solve(&round, &options, &mut |_progress| {})?;
//! assert_eq!(solution.plan.objective, Some(11)); // one at 9:00, the other right before or after it
//! assert!(check(&round, &solution.plan).is_feasible());
//!
//! let moved = solution.plan.sessions.iter().find(|session| session.start != Some(12)).ok_or("one is moved")?;
//! let why = explain(&round, &solution.plan).request(&moved.request).ok_or("it is in the round")?;
//! assert!(!why.better[0].blockers.is_empty()); // Mme Petit is in the other class
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The crate knows no web, no database and no clock: time reaches it only through a [`Budget`].
//!
//! # How it works
//! [`validate`](validate()) first. Then, in this order, and each in a module of its own:
//!
//! 1. *problem* keeps only cells that somebody could use, and files requests in blocks that share at most large pools;
//! 2. *bound* prices all capacities, and what follows from them for whole classes, which proves how good a plan can be;
//! 3. *construct* places who has the fewest starts first, each at its cheapest open start;
//! 4. *search* improves by ruin and recreate under annealing. The bound's prices lead it (*guide*) at first; for how long,
//!    and how hot, says *schedule*. Threads work on one plan, each in other half-days (*teams*); blocks that share pools
//!    are visited in turn (*shared*);
//! 5. *exact* gives small rounds to HiGHS (*milp*), two half-days at a time and then the whole week, where the prices leave
//!    few choices open;
//! 6. *stay* puts published classes back that were moved and need not be.
//!
//! [`check`](check()) shares no code with any of these, and every plan should pass it before anybody sees it.

mod bound;
mod candidates;
mod construct;
mod effort;
mod engine;
mod exact;
mod guide;
mod milp;
mod problem;
mod random;
mod rules;
mod schedule;
mod search;
mod shared;
mod sharing;
mod state;
mod stay;
mod teams;

pub mod check;
pub mod explain;
pub mod finding;
pub mod plan;
pub mod prices;
pub mod read;
pub mod relief;
pub mod round;
pub mod solve;
pub mod validate;

pub use check::{Report, Violation, check};
pub use explain::{BetterStart, Blocker, Explainer, Explanation, FreeStart, Overloaded, explain, overloads};
pub use finding::{Finding, Findings, Severity};
pub use plan::{CellPrice, Certificate, Derived, Overload, Plan, Price, Session};
pub use prices::{PoolPrices, prices};
pub use read::{ReadLimits, read_plan, read_round};
pub use relief::{Raise, Relief, raises};
pub use round::{After, Days, Exclusive, Horizon, LimitRange, Name, Pool, PoolKind, Request, Round, StartRange};
pub use solve::{Budget, Incumbent, Method, Options, Phase, Progress, Solution, Status, Unlimited, solve};
pub use validate::validate;
