//! Webhooks on the network: how news is signed (`signature`, pure), how it is sent (`client`). As [Standard Webhooks](https://www.standardwebhooks.com) 1.0.0 says.

mod client;
pub mod signature;

pub use client::Client;
