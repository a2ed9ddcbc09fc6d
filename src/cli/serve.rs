//! `creneau serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

/// Run the service: website, API and calendars
///
/// Ready when /health/ready answers 200. Ctrl-C finishes what is under way and stops.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  creneau serve
  creneau serve --listen 0.0.0.0:8080 --data /var/lib/creneau")]
pub struct Serve {
    /// Where to listen
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The service's folder, with its database
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
}
