//! The JSON API of the built program, as its clients meet it.

#![cfg(test)]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod bad_input;
mod document;
mod people;
mod platforms;
mod rounds;
mod rules;
mod school;
mod series;
