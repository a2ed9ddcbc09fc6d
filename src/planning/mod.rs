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
//! - [`limits`]: the limits of a pool, cell by cell
//! - [`prices`]: how hard each cell is wanted; [`hours`] says it of a school's week
//! - [`summary`]: a plan in a few numbers
//! - [`chart`]: a plan in one picture, and the map of off-peak hours
//! - [`clock`]: when the solver must stop
//! - [`together`]: several schools' rounds as one
//! - [`what_if`]: a round under other limits, attendance or schools; [`first_choices`]: the limits that first choices take
//! - [`replay`]: the morning of 16 March 2020, as it was and as it would have been
//! - [`intake`]: a whole school to be taken in; [`roundfile`] makes one of a round file, [`demo`] invents one

pub mod agenda;
pub mod answer;
pub mod chart;
pub mod clock;
pub mod comparison;
pub mod demo;
pub mod explanation;
mod filerules;
pub mod first_choices;
pub mod hours;
pub mod intake;
pub mod limits;
pub mod load;
pub mod names;
pub mod obstacle;
pub mod pins;
pub mod portion;
pub mod prices;
pub mod problem;
pub mod raises;
pub mod replay;
pub mod room;
pub mod roundfile;
pub mod rulebook;
mod rules;
pub mod stretch;
pub mod summary;
pub mod terms;
pub mod together;
pub mod week;
pub mod what_if;
pub mod why;
pub mod wish;

#[cfg(test)]
mod background_tests;
#[cfg(test)]
mod rule_tests;
#[cfg(test)]
mod tests;
