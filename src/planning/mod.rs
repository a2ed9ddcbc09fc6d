//! Between the school's data and the solver: what a round asks of it, and what a plan means to the people it is for.
//!
//! - [`problem`]: a round, with all that it depends on, as the solver's problem; [`terms`]: pins, weights, what stays
//! - [`answer`]: the solver's answer as a plan
//! - [`explanation`]: why a request is where it is, in words; [`why`] says it of a round file
//! - [`raises`]: which raises of one limit would have helped most
//! - [`comparison`]: two plans side by side; [`pins`]: whether what is fixed can stay so
//! - [`stretch`]: neighbouring starts with the same against them
//! - [`room`]: what is left of a pool; [`portion`]: of one that is shared out
//! - [`agenda`]: everything that takes place, to ask whether one class more fits
//! - [`names`], [`obstacle`]: the words of both
//! - [`wish`]: the start that a request would like best
//! - [`week`]: cells of a round as days and hours
//! - [`load`]: connections on a pool, cell by cell, as wished and as planned
//! - [`prices`]: how hard each cell is wanted; [`hours`] says it of a school's week
//! - [`summary`]: a plan in a few numbers
//! - [`chart`]: a plan in one picture, and the map of off-peak hours
//! - [`clock`]: when the solver must stop
//! - [`intake`]: a whole school to be taken in; [`roundfile`] makes one of a round file, [`demo`] invents one

pub mod agenda;
pub mod answer;
pub mod chart;
pub mod clock;
pub mod comparison;
pub mod demo;
pub mod explanation;
mod filerules;
pub mod hours;
pub mod intake;
pub mod load;
pub mod names;
pub mod obstacle;
pub mod pins;
pub mod portion;
pub mod prices;
pub mod problem;
pub mod raises;
pub mod room;
pub mod roundfile;
pub mod rulebook;
mod rules;
pub mod stretch;
pub mod summary;
pub mod terms;
pub mod week;
pub mod why;
pub mod wish;

#[cfg(test)]
mod background_tests;
#[cfg(test)]
mod rule_tests;
#[cfg(test)]
mod tests;
