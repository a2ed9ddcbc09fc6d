//! The service over HTTP.

pub mod web;
