//! The built program at the command line, as planners and scripts meet it.

mod bad_input;
mod output;
mod solving;
mod support;
