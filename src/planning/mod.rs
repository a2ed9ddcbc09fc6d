//! Between the school's data and the solver: what a plan means to the people it is for.
//!
//! - [`wish`]: the start that a request would like best
//! - [`week`]: cells of a round as days and hours
//! - [`load`]: connections on a pool, cell by cell, as wished and as planned
//! - [`summary`]: a plan in a few numbers
//! - [`chart`]: a plan in one picture
//! - [`clock`]: when the solver must stop

pub mod chart;
pub mod clock;
pub mod load;
pub mod summary;
pub mod week;
pub mod wish;
