//! `creneau token`.

use std::path::PathBuf;

use clap::Args;

/// Make a token for the API
///
/// It is shown once: only its fingerprint is kept.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  creneau token planner@school.example --data data")]
pub struct Token {
    /// The mail address of the account it speaks for
    #[arg(value_name = "ACCOUNT")]
    pub account: String,
    /// The service's folder, with its database
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
}
