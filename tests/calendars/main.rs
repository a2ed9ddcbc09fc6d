//! Calendars, as whoever subscribes to them gets them.
//!
//! - [`text`]: any names and times read back as they went in, out of any number of generated feeds
//! - [`zone`]: what a VTIMEZONE says of a local time
//! - [`links`]: where classes take place, from the teacher to the calendar
//! - [`readers`]: five libraries agree with what the API says
//! - [`programs`]: `vdirsyncer` and `khal` subscribe, and see what changes
#![cfg(test)]

mod links;
mod programs;
mod readers;
#[path = "../support/mod.rs"]
mod support;
mod text;
mod zone;
