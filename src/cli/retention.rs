//! `creneau retention`.

use clap::Args;

use super::service::{self, Place};
use super::{Console, Failure, Outcome, Run};

/// Take out what has had its time
///
/// Texts and addresses of old mails, old entries of the audit, reasons in the wishes of archived rounds, ended sign-ins,
/// called-off classes and invitations; old five minutes of observed load become hours. Workers do this themselves every hour; after how many days what goes is set under
/// [retention].
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  creneau retention --dry-run --data /var/lib/creneau
  creneau retention --json")]
pub struct Retention {
    /// Only tell what would go
    #[arg(long)]
    dry_run: bool,
    /// Print the numbers as one JSON document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

impl Run for Retention {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        console.speak_json(self.json);
        let app = self.place.open()?;
        let tidied = if self.dry_run { app.would_apply_retention() } else { app.apply_retention() };
        let tidied = tidied.map_err(service::refused)?;
        if self.json {
            console.document(&tidied)?;
            return Ok(Outcome::Fine);
        }
        for (kind, count) in tidied.rows() {
            console.print(&format!("{count:>8}  {kind}\n"))?;
        }
        console.tell(if self.dry_run { "nothing was taken out: this was a dry run\n" } else { "taken out\n" });
        Ok(Outcome::Fine)
    }
}
