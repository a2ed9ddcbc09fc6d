//! `creneau validate`: is this round right?

use std::path::PathBuf;

use clap::Args;
use creneau_solver::{Finding, Overloaded, Round, overloads, validate};
use serde::Serialize;

use super::failure::{Failure, Fine, listed, visible};
use super::{Console, Outcome, Run, input};

/// Check a round, and list everything that is wrong with it
///
/// Every finding has a code, a place in the file, and what to do. Warnings are about what is legal but probably not
/// meant, and about requests of which no plan can place all.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  creneau validate round.json.gz
  generate-round | creneau validate - --json

Exits 0 when a plan can be made for the round, warnings or not, else 1.")]
pub struct Validate {
    /// The round, as JSON, gzip or not; - reads stdin
    round: PathBuf,
    /// Print the findings as one JSON document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    input: input::Input,
}

/// What `--json` tells.
#[derive(Serialize)]
struct Told<'a> {
    findings: Vec<Finding>,
    round: &'a str,
    requests: usize,
    pools: usize,
    cells: u32,
}

/// How many requests of an overload are named.
const MOST_NAMED: usize = 12;

/// Requests of which some will have no class, whatever the plan.
fn overloaded(overload: &Overloaded, round: &Round) -> Finding {
    let Overloaded { exclusive, pool, requests, most } = overload;
    let only = exclusive.as_ref().or(pool.as_ref()).map_or("", |name| name);
    let first = round.requests.iter().position(|request| requests.first() == Some(&request.id)).unwrap_or(0);
    let (named, others) = requests.split_at(requests.len().min(MOST_NAMED));
    let mut names = named.join(", ");
    if !others.is_empty() {
        names += &format!(" and {} more", others.len());
    }
    Finding::warning(
        "overload",
        format!("requests[{first}]"),
        format!(
            "{only} lets one of {} requests be at a time, and where they may be is room for {most} at most: {names}",
            requests.len()
        ),
        "allow some of them other starts, or expect them to have no class",
    )
}

impl Run for Validate {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        console.speak_json(self.json);
        let round = self.input.round(&self.round)?;
        let mut findings = validate(&round);
        findings.extend(overloads(&round).iter().map(|overload| overloaded(overload, &round)));
        let (requests, pools) = (round.requests.len(), round.pools.len());
        if self.json {
            let told = Told { findings, round: &round.name, requests, pools, cells: round.horizon.cells };
            console.document(&Fine::new(true, told))?;
        } else {
            console.tell(&listed(&findings));
            console.print(&format!("valid: {}, {requests} requests, {pools} pools\n", visible(&round.name)))?;
        }
        Ok(Outcome::Fine)
    }
}
