//! The JSON API of the built program, as its clients meet it.

#![cfg(test)]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod account_mails;
mod attendance;
mod bad_input;
mod booking_mails;
mod bookings;
mod calendars;
mod deletion;
mod deliveries;
mod document;
mod drafts;
mod erasure;
mod exchange;
mod guest;
mod load;
mod load_access;
mod load_files;
mod load_mails;
mod load_map;
mod load_prometheus;
mod load_sources;
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
mod unknown_ids;
mod waiting;
mod webhooks;
