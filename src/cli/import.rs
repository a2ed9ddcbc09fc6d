//! `creneau import`.

use std::path::PathBuf;

use clap::Args;

/// Bring a round file into the database
///
/// The round becomes a school with its teachers, groups, capacity and requests, ready to be solved and published.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  creneau import round.json.gz --data data")]
pub struct Import {
    /// The round, as JSON, gzip or not; - reads stdin
    pub round: PathBuf,
    /// The service's folder
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
}
