//! `creneau token`.

use clap::{Args, ValueEnum};

use super::service::{self, Place};
use super::{Console, Failure, Outcome, Run};
use crate::app::access::NewToken;
use crate::domain::access::{Role, Scope};

/// Make a token for the API
///
/// It is shown once: only its fingerprint is kept.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  creneau token operator --data data
  creneau token admin --school 0193599a-0000-7000-8000-000000000000 --label timetable --days 90")]
pub struct Token {
    /// What its holder may do
    pub role: RoleName,
    /// The school's id; for admins and teachers
    #[arg(long, value_name = "ID", required_if_eq_any([("role", "admin"), ("role", "teacher")]))]
    pub school: Option<String>,
    /// The teacher's id; for teachers
    #[arg(long, value_name = "ID", required_if_eq("role", "teacher"))]
    pub teacher: Option<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT", default_value = "command line")]
    pub label: String,
    /// After how many days it is worth nothing; left out, it lasts until it is revoked
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3660))]
    pub days: Option<u32>,
    /// It may read only
    #[arg(long)]
    pub read_only: bool,
    /// Print all that is known of it as one JSON document
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    place: Place,
}

/// The roles' names.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum RoleName {
    /// Runs a platform: every school, and the pools that schools share
    Operator,
    /// Runs one school
    Admin,
    /// Teaches in one school
    Teacher,
}

impl Run for Token {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        console.speak_json(self.json);
        let new = NewToken {
            role: match self.role {
                RoleName::Operator => Role::Operator,
                RoleName::Admin => Role::Admin,
                RoleName::Teacher => Role::Teacher,
            },
            school: self.school.map(Into::into),
            teacher: self.teacher.map(Into::into),
            label: self.label,
            expires_in_days: self.days,
            scope: if self.read_only { Scope::Read } else { Scope::Write },
        };
        let made = self.place.open()?.bootstrap_token(&new).map_err(service::refused)?;
        if self.json {
            console.document(&made)?;
        } else {
            console.print(&format!("{}\n", made.secret))?;
        }
        Ok(Outcome::Fine)
    }
}
