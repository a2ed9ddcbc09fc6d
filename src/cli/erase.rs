//! `creneau erase`.

use clap::Args;
use creneau_solver::Finding;

use super::service::{self, Place};
use super::{Console, Failure, Outcome, Run};
use crate::app::AppError;
use crate::app::erasure::{Erasure, ErasureOf};

/// Erase a person: the classes stay, the person goes
///
/// Name, addresses, account, tokens, calendars, mails and invitations are taken out; it cannot be taken back. Without
/// --yes it only tells what would go. Backups are yours to erase.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  creneau erase --email c.bernard@example.org
  creneau erase --teacher 0193599a-0000-7000-8000-000000000000 --yes")]
pub struct Erase {
    /// Whoever has this address: the account, and every teacher with it
    #[arg(long, value_name = "ADDRESS", required_unless_present = "teacher", conflicts_with = "teacher")]
    email: Option<String>,
    /// One teacher, by id; the account goes too when it is for nothing else
    #[arg(long, value_name = "ID")]
    teacher: Option<String>,
    /// Do it
    #[arg(long)]
    yes: bool,
    /// Print what goes as one JSON document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

impl Run for Erase {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        console.speak_json(self.json);
        let of = match (self.email, self.teacher) {
            (_, Some(teacher)) => ErasureOf::Teacher(teacher.into()),
            (email, None) => ErasureOf::Address(email.unwrap_or_default()),
        };
        let erasure = self.place.open()?.erase_by_command(&of, self.yes).map_err(|error| match error {
            AppError::NotFound { .. } => {
                let action = "check it, and that --data or database.url names the service's own database";
                Failure::Input(vec![Finding::error("nobody", "", error.to_string(), action)])
            }
            other => service::refused(other),
        })?;
        if self.json {
            console.document(&erasure)?;
        } else {
            console.print(&told(&erasure))?;
        }
        console.tell(if self.yes { "erased\n" } else { "nothing was erased: say --yes to do it\n" });
        Ok(Outcome::Fine)
    }
}

fn told(erasure: &Erasure) -> String {
    let mut out = String::new();
    for teacher in &erasure.teachers {
        out.push_str(&format!("teacher {} becomes {:?}\n", teacher.id, teacher.name));
    }
    for (kind, count) in [
        ("accounts", usize::from(erasure.account)),
        ("roles", erasure.memberships),
        ("tokens", erasure.tokens),
        ("tokens made for others, revoked", erasure.revoked_tokens),
        ("calendars", erasure.feeds),
        ("mails", erasure.mails),
        ("invitations", erasure.invitations),
        ("mentions of the name", erasure.mentions),
        ("wishes with reasons", erasure.wishes),
    ] {
        out.push_str(&format!("{count:>8}  {kind}\n"));
    }
    out
}
