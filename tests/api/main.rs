//! The JSON API of the built program, as its clients meet it.

#![cfg(test)]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod account_mails;
mod bad_input;
mod booking_mails;
mod bookings;
mod calendars;
mod deliveries;
mod document;
mod drafts;
mod erasure;
mod exchange;
mod guest;
mod load_map;
mod lockout;
mod mail_preferences;
mod memberships;
mod news;
mod outbox;
mod people;
mod platforms;
mod repeats;
mod retention;
mod rounds;
mod rules;
mod scenarios;
mod schemathesis;
mod school;
mod series;
mod shares;
mod sign_in;
mod webhooks;
