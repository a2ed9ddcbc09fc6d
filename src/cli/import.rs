//! `creneau import`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::input::Input;
use super::service::{self, Place};
use super::{Console, Failure, Outcome, Run};
use crate::planning::import::{Imported, Wanted, import};

/// Bring a round file into the database
///
/// The round becomes a school with its teachers, groups, capacity and requests, ready to be solved and published: all
/// of it, or nothing. A token for the school's admin is shown, once.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  creneau import round.json.gz --data data
  creneau import round.json --school-name 'Collège Jules-Verne' --time-zone Europe/Paris --json")]
pub struct Import {
    /// The round, as JSON, gzip or not; - reads stdin
    pub round: PathBuf,
    /// The school's name; the round's when nothing is said
    #[arg(long, value_name = "NAME")]
    pub school_name: Option<String>,
    /// The school's code in the national register
    #[arg(long, value_name = "CODE")]
    pub uai: Option<String>,
    /// The time zone in which the school shows its times, which stay the instants that the file names
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub time_zone: String,
    /// Give teachers addresses in this domain; without it they get no mails
    #[arg(long, value_name = "DOMAIN")]
    pub teacher_email_domain: Option<String>,
    /// Print ids, people and the token as one JSON document
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    place: Place,
}

impl Run for Import {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        console.speak_json(self.json);
        let round = self.input.round(&self.round)?;
        let app = self.place.open()?;
        let wanted = Wanted {
            school_name: self.school_name,
            uai: self.uai,
            time_zone: self.time_zone,
            email_domain: self.teacher_email_domain,
        };
        let new = import(&round, &wanted, app.now()).map_err(|findings| service::refused(findings.into()))?;
        let token = app.import(&new).map_err(service::refused)?;
        for lost in &new.lost {
            console.tell(&format!("not kept: {lost}\n"));
        }
        if self.json { console.document(&told(&new, &token.secret))? } else { console.print(&summary(&new, &token.secret))? }
        Ok(Outcome::Fine)
    }
}

fn told(new: &Imported, secret: &str) -> serde_json::Value {
    json!({
        "school": new.school,
        "round": new.round,
        "pools": new.pools.iter().map(|pool| json!({ "id": pool.id, "name": pool.name })).collect::<Vec<_>>(),
        "groups": new.groups,
        "teachers": new.teachers,
        "requests": new.requests.len(),
        "not_kept": new.lost,
        "tokens": { "admin": secret },
    })
}

fn summary(new: &Imported, secret: &str) -> String {
    let Imported { school, round, teachers, groups, requests, .. } = new;
    format!(
        "school  {} {}\nround   {} {}\nfrom    {} teachers, {} groups, {} requests\nadmin's token, shown only now:\n{secret}\n",
        school.id,
        school.name,
        round.id,
        round.name,
        teachers.len(),
        groups.len(),
        requests.len(),
    )
}
