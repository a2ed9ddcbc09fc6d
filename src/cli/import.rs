//! `creneau import`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::failure::Fine;
use super::input::{self, Input};
use super::service::{self, Place};
use super::{Console, Failure, Outcome, Run};
use crate::app::access::NewToken;
use crate::app::{App, AppError};
use crate::domain::access::Principal;
use crate::domain::finding::Findings;
use crate::domain::id::Id;
use crate::domain::people::Language;
use crate::planning::intake::Intake;
use crate::planning::roundfile::{self, About};

/// Bring a round file into the database
///
/// The round becomes a school with its teachers, groups, capacity and requests, ready to be solved and published: all of
/// it, or nothing. Exclusives with `/teacher/` in their name become teachers, all others groups. Prints the identifiers,
/// and a token for the school's admin that is shown this once.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  creneau import round.json.gz
  creneau import round.json.gz --data /var/lib/creneau --school-name 'Lycée Jules-Verne' --time-zone Europe/Paris")]
pub struct Import {
    /// The round, as JSON, gzip or not; - reads stdin
    pub round: PathBuf,
    /// What the school is called [default: as in the file]
    #[arg(long, value_name = "NAME")]
    pub school_name: Option<String>,
    /// Its code in the national register
    #[arg(long, value_name = "CODE")]
    pub uai: Option<String>,
    /// Its time zone; the file's instants stay, they are shown in it
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub time_zone: String,
    /// Give each teacher an address at this domain, made of the name; without it they get no mails
    #[arg(long, value_name = "DOMAIN")]
    pub teacher_email_domain: Option<String>,
    /// Print the identifiers and the token as one JSON document
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    place: Place,
}

/// What was brought in.
#[derive(Debug, Serialize)]
struct Imported {
    school: Id,
    round: Id,
    groups: usize,
    teachers: usize,
    requests: usize,
    admin_token: String,
}

impl Run for Import {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        console.speak_json(self.json);
        let file = self.input.round(&self.round)?;
        let about = About {
            name: self.school_name,
            uai: self.uai,
            time_zone: self.time_zone,
            language: Language::Fr,
            email_domain: self.teacher_email_domain,
        };
        let name = input::name(&self.round);
        let app = self.place.open_or_create()?;
        let intake = roundfile::intake(&file, &about, app.now()).map_err(|findings| in_file(&name, findings))?;
        let imported = take_in(&app, intake)?;
        if self.json {
            console.document(&Fine::new(true, &imported))?;
        } else {
            let Imported { school, round, groups, teachers, requests, admin_token } = &imported;
            console.print(&format!(
                "school  {school}: {groups} groups, {teachers} teachers\nround   {round}: {requests} requests\n\
                 token   {admin_token} (the school's admin; it cannot be shown again)\n"
            ))?;
        }
        Ok(Outcome::Fine)
    }
}

fn take_in(app: &App, intake: Intake) -> Result<Imported, Failure> {
    let school = intake.school.id.clone();
    let (groups, teachers) = (intake.groups.len(), intake.teachers.len());
    let [(round, requests)] = &intake.rounds[..] else {
        return Err(service::refused(AppError::Internal("a round file gave no round".to_owned())));
    };
    let (round, requests) = (round.id.clone(), requests.len());
    // Whoever holds the database may do what an operator may.
    service::wait_for(app.take_in(&Principal::Operator, intake))?;
    let token = app.bootstrap_token(&NewToken::admin(&school, "import")).map_err(service::refused)?;
    Ok(Imported { school, round, groups, teachers, requests, admin_token: token.secret })
}

/// Findings about the file, in the command line's own kind.
fn in_file(name: &str, findings: Findings) -> Failure {
    let Failure::Input(all) = service::refused(findings.into()) else {
        return Failure::Input(Vec::new());
    };
    Failure::input(name, creneau_solver::Findings(all))
}
