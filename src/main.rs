//! Créneau.

#[allow(dead_code, unused_imports)] // until the commands use it
mod config;

fn main() {}
