//! Calendars as their subscribers read them: made, read by an independent parser, changed, replaced, revoked.
#![cfg(test)]

mod current;
mod http;
mod kinds;
mod scene;
#[path = "../support/mod.rs"]
mod support;
