//! Solver for rounds of virtual classes: which class starts when, so that every capacity holds and teachers are
//! disappointed least.
//!
//! A [`Round`] goes in; a [`Plan`] comes out, with a proven bound on how much better any other plan could be. The crate
//! knows no web, no database and no clock: time reaches it only through a [`Budget`].

mod bound;
mod construct;
mod engine;
mod milp;
mod problem;
mod random;
mod rules;
mod search;
mod shared;
mod state;
mod teams;

pub mod check;
pub mod explain;
pub mod finding;
pub mod plan;
pub mod read;
pub mod round;
pub mod solve;
pub mod validate;

pub use check::{Report, Violation, check};
pub use explain::{BetterStart, Blocker, Explainer, Explanation, FreeStart, explain};
pub use finding::{Finding, Findings, Severity};
pub use plan::{Certificate, Plan, Price, Session};
pub use read::{ReadLimits, read_plan, read_round};
pub use round::{Horizon, LimitRange, Pool, PoolKind, Request, Round, StartRange};
pub use solve::{Budget, Method, Options, Phase, Progress, Solution, Status, Unlimited, solve};
pub use validate::validate;
