//! Créneau.

#[allow(dead_code, unused_imports)] // until the commands use it
mod config;
#[allow(dead_code, unused_imports)] // until the commands use it
mod telemetry;

fn main() {}
