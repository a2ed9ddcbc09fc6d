//! Journeys: what schools do from their first day on, told as stories, each on both databases.
//!
//! A story names people, classes and hours, never ids or addresses: those are the business of its vocabulary
//! ([`land`], [`school`], [`person`], [`wishes`], [`drafts`]).

#![cfg(test)]

#[path = "../support/mod.rs"]
mod support;

mod drafts;
mod ecole;
mod land;
mod lycee;
mod person;
mod real_school;
mod school;
mod wishes;
