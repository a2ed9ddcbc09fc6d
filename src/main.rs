//! Créneau.
fn main() {}
