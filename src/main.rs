//! Créneau: scheduling of virtual classes that respects every capacity.

fn main() {}
