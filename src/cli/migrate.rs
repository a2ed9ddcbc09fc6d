//! `creneau migrate`.

use clap::Args;

use super::service::{self, Place};
use super::{Console, Failure, Outcome, Run};

/// Bring the database to this version's tables
///
/// The service does this itself when it starts; this is for those who want it done before.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  creneau migrate --data /var/lib/creneau
  creneau migrate --check && echo up to date")]
pub struct Migrate {
    #[command(flatten)]
    place: Place,
    /// Only tell whether the tables are up to date: exit code 1 when they are not
    #[arg(long)]
    check: bool,
    /// Take every table away, with all that is in them
    #[arg(long, conflicts_with = "check")]
    down: bool,
}

impl Run for Migrate {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let config = self.place.settings()?;
        if self.check || self.down {
            service::must_exist(&config)?;
        }
        let store = service::store(&config)?;
        let unusable = |error| service::unusable(&config, &error);
        if self.check {
            let ready = store.is_ready().map_err(unusable)?;
            console.print(if ready { "the tables are up to date\n" } else { "the tables are behind\n" })?;
            return Ok(if ready { Outcome::Fine } else { Outcome::NotRight });
        }
        if self.down {
            store.unmigrate().map_err(unusable)?;
            console.print("all tables are gone\n")?;
            return Ok(Outcome::Fine);
        }
        let done = store.migrate().map_err(unusable)?;
        if done.is_empty() {
            console.print("the tables are up to date\n")?;
        }
        for migration in done {
            console.print(&format!("{migration}\n"))?;
        }
        Ok(Outcome::Fine)
    }
}
