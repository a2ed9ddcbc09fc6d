//! Mails: what they say, how they are put together (`message`), how they leave (`transport`).
//!
//! One file a kind of news, all pure: [`changes`] of sessions, [`rounds`], [`bookings`], lowered limits ([`cuts`]), load
//! ([`alerts`]), one-time links ([`accounts`]). What they have in common is in `frame`; `classes` is the form of several.

pub mod accounts;
pub mod alerts;
pub mod bookings;
pub mod changes;
mod classes;
pub mod cuts;
mod frame;
mod message;
pub mod rounds;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
pub mod transport;
mod words;

pub use frame::{Reader, Rendered};
pub use transport::{Mailer, Undelivered};
