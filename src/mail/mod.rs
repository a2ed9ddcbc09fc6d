//! Mails: what they say (`render` and `accounts`, pure), how they are put together (`message`), how they leave (`transport`).

pub mod accounts;
mod message;
pub mod render;
#[cfg(test)]
mod tests;
pub mod transport;
mod words;

pub use transport::{Mailer, Undelivered};
