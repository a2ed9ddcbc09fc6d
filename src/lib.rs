//! Créneau: scheduling of virtual classes that respects every capacity.
//!
//! The program is this library; `main.rs` only starts it, so that tests reach everything that users do.

pub mod cli;
pub mod planning;
