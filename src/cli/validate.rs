//! `creneau validate`: is this round right?

use std::path::PathBuf;

use clap::Args;
use creneau_solver::{Finding, validate};
use serde::Serialize;

use super::failure::{Failure, Fine, listed, visible};
use super::{Console, Outcome, Run, input};

/// Check a round, and list everything that is wrong with it
///
/// Every finding has a code, a place in the file, and what to do. Warnings are about what is legal but probably not
/// meant.
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

impl Run for Validate {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        console.speak_json(self.json);
        let round = self.input.round(&self.round)?;
        let findings = validate(&round);
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
