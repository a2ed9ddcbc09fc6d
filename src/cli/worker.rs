//! `creneau worker`.

use std::path::PathBuf;

use clap::Args;

/// Run the queue: solving, publishing, mails
///
/// The service does this itself; more workers share the load of a large one. Ctrl-C lets jobs end or returns them.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  creneau worker --data /var/lib/creneau")]
pub struct Worker {
    /// The service's folder, with its database
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
}
