//! `creneau worker`.

use clap::Args;

use super::serve::ended;
use super::service::{self, Place};
use super::{Console, Failure, Outcome, Run};
use crate::jobs::Runner;
use crate::telemetry;

/// Run the queue: solving, publishing, mails
///
/// The service does this itself; more workers share the load of a large one. Ctrl-C or SIGTERM gives back what is under
/// way. A worker that is killed loses its job to another after `jobs.lease_seconds`.
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
        telemetry::log_to_stderr(&config.log).map_err(|error| {
            Failure::system("worker", "log", error.to_string(), "see `creneau serve --print-config`")
        })?;
        let store = service::store(&config)?;
        store.migrate().map_err(|error| service::unusable(&config, &error))?;
        let runner = Runner::start(&service::app(store, &config), (&config.jobs).into());
        console.tell("working on the queue\n");
        actix_web::rt::System::new().block_on(ended());
        tracing::info!("stopping: what is under way is given back");
        runner.stop();
        Ok(Outcome::Fine)
    }
}
