//! The words of Créneau and their rules: pure, no database, no web, no clock.

pub mod access;
pub mod account;
pub mod answer;
pub mod audit;
pub mod booking;
pub mod calendar;
pub mod capacity;
pub mod event;
pub mod exchange;
pub mod fairness;
pub mod feed;
pub mod finding;
pub mod hours;
pub mod id;
pub mod job;
pub mod notice;
pub mod people;
pub mod pin;
pub mod relatives;
pub mod request;
pub mod round;
pub mod session;
pub mod share;
pub mod text;
pub mod time;
pub mod wish;
