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
//! | [`service`] | `creneau serve` and `creneau worker`, on both databases with `on_both!` |
//! | [`postgres`] | a PostgreSQL cluster a test process, a database a test |
//! | [`receiver`] | a real receiver of webhooks, also a hostile one |
//! | [`smtp`] | a real SMTP server that keeps the mails |
//! | [`gate`] | a gate before it, which holds, drops and answers as a test wants |
//! | [`town`] | a small school in a database, for tests of the use cases |
//! | [`wire`] | a wire between a browser and the service, which a test cuts |
//! | [`browser`] | Chromium, with screenshots |
//! | [`calendar`] | an independent, strict calendar parser |
//! | [`python`] | tools in Python, such as the independent checker of plans |
//! | [`process`] | any program, so that it never outlives the tests |
//!
//! Nothing here skips a test: what is missing fails it with a message that says what to install, and `make test`
//! installs it.

// Each test file is a crate of its own and uses a part.
#![allow(dead_code, unused_imports, unused_macros, reason = "each test file uses a part")]

pub mod browser;
pub mod calendar;
pub mod gate;
pub mod postgres;
pub mod process;
pub mod python;
pub mod receiver;
pub mod service;
pub mod smtp;
pub mod town;
pub mod wire;
