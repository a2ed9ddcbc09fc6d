//! `creneau bounce`.

use std::io::Read;

use clap::Args;

use super::service::{self, Place};
use super::{Console, Failure, Outcome, Run};

/// Mails larger than this are no notifications.
const MOST_BYTES: u64 = 16 << 20;

/// Note that a mail came back
///
/// Reads one mail on stdin, as a mail server hands it to a program. When it says that one of the service's mails could not be
/// delivered, that notice counts as failed, with the reason. Anything else is left alone.
#[derive(Args, Debug)]
#[command(after_help = "\
Example, for an alias of the address that mails come from:
  creneau: \"|creneau bounce --data /var/lib/creneau\"")]
pub struct Bounce {
    #[command(flatten)]
    place: Place,
}

impl Run for Bounce {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let mut mail = Vec::new();
        std::io::stdin()
            .lock()
            .take(MOST_BYTES)
            .read_to_end(&mut mail)
            .map_err(|error| Failure::system("bounce", "stdin", error.to_string(), "hand over one mail"))?;
        let noted = self.place.open()?.note_bounce(&String::from_utf8_lossy(&mail)).map_err(service::refused)?;
        console.tell(if noted { "the notice counts as failed\n" } else { "no mail of this service came back\n" });
        Ok(Outcome::Fine)
    }
}
