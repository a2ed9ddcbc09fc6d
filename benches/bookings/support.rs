//! What the tests stand on, for measurements.
#![allow(dead_code, clippy::expect_used, clippy::panic, reason = "each uses a part, and what is missing ends it")]

#[path = "../../tests/support/postgres.rs"]
pub mod postgres;
#[path = "../../tests/support/process.rs"]
pub mod process;
