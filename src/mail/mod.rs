//! Mails: what they say (`render`, `accounts` and `bookings`, pure), how they are put together (`message`), how they
//! leave (`transport`).

pub mod accounts;
pub mod bookings;
mod message;
pub mod render;
#[cfg(test)]
mod tests;
pub mod transport;
mod words;

pub use transport::{Mailer, Undelivered};
