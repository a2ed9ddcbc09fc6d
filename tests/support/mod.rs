//! What the tests in this folder stand on: real servers, real browsers, the built program itself.
//!
//! A test file begins so:
//! ```ignore
//! #![cfg(test)]
//! mod support;
//! ```
//! The first line makes clippy see the whole file as a test, helpers included (`clippy.toml`).
//!
//! | module | what it starts |
//! | --- | --- |
//! | [`postgres`] | a PostgreSQL cluster a test process, a database a test |
//! | [`process`] | any program, so that it never outlives the tests |
//!
//! Nothing here skips a test: what is missing fails it with a message that says what to install, and `make test`
//! installs it.

// Each test file is a crate of its own and uses a part.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod postgres;
pub mod process;
