//! The built program at the command line, as planners and scripts meet it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails as the test itself does")]

mod bad_input;
mod explaining;
mod output;
mod replay;
mod solving;
mod support;
mod what_if;
