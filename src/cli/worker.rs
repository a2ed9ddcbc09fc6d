//! `creneau worker`.

use clap::Args;

use super::service::{self, Place};
use super::{Console, Failure, Outcome, Run, ended};
use crate::telemetry;

/// Run the queue: solving, publishing, mails
///
/// The service does this itself; more workers share the load of a large one. Ctrl-C or SIGTERM gives work under way back,
/// for another worker to do.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  creneau worker --data /var/lib/creneau")]
pub struct Worker {
    #[command(flatten)]
    place: Place,
}

impl Run for Worker {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let config = self.place.settings()?;
        telemetry::log_to_stderr(&config.log)
            .map_err(|error| Failure::system("worker", "", error.to_string(), "see the message"))?;
        let app = self.place.open()?;
        let worker = service::work(&app, &config)?;
        console.tell("working on the queue\n");
        service::block_on(ended::ended())?;
        worker.stop();
        Ok(Outcome::Fine)
    }
}
