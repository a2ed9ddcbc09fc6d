//! Webhooks on the network: how news is signed (`signature`, pure), to which addresses it may go (`resolver`), how it is
//! sent (`client`). As [Standard Webhooks](https://www.standardwebhooks.com) 1.0.0 says.

mod client;
mod resolver;
pub mod signature;

pub use client::Client;
