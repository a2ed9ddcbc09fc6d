//! Créneau: scheduling of virtual classes that respects every capacity.
//!
//! Data flows one way: `http`, `jobs` → `app` → `planning`, `store`, `ical`, `mail`, `webhooks` →
//! `net`, `domain`.

pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod http;
pub mod ical;
pub mod jobs;
pub mod mail;
pub mod net;
pub mod planning;
pub mod store;
pub mod telemetry;
pub mod webhooks;
