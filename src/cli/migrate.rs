//! `creneau migrate`.

use std::path::PathBuf;

use clap::Args;

/// Bring the database to this version's tables
///
/// The service does this itself when it starts; this is for those who want it done before.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  creneau migrate --data /var/lib/creneau")]
pub struct Migrate {
    /// The service's folder, with its database
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
}
