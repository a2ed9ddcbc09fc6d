//! The database and the use cases that races could break, on SQLite and on PostgreSQL.
#![cfg(test)]

mod chain;
mod deliveries;
mod duties;
mod fixture;
mod jobs;
mod links;
mod members;
mod migrations;
mod notices;
mod past;
mod races;
mod rounds;
mod shares;
mod stamps;
#[path = "../support/mod.rs"]
mod support;
mod usage;
