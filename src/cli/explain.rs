//! `creneau explain`: why the requests of a plan are where they are. `creneau solve --explain` tells the same.

use std::path::PathBuf;

use clap::Args;
use creneau_solver::{self as solver, Finding, Round};
use serde::Serialize;

use super::failure::{Failure, Fine, visible};
use super::{Console, Outcome, Run, check, input};
use crate::planning::why::{Asked, Why, why};

/// Asks for every request that did not get its first choice.
pub const ALL: &str = "all";
/// How many ids like an unknown one are named.
const MOST_NEAR: usize = 3;

/// Say why requests are where they are: what stands against each better start, and which limit would have helped
///
/// For each request that did not get its first choice, the most disappointed first: the pools that are full and the
/// people who are in another class at each better start, by how much which limit would have to be raised, and what
/// else is free.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  creneau explain round.json.gz plan.json
  creneau explain round.json.gz plan.json r17 r18 --json")]
pub struct Explain {
    /// The round, as JSON, gzip or not; - reads stdin
    round: PathBuf,
    /// The plan, as JSON, gzip or not; - reads stdin
    plan: PathBuf,
    /// Explain only these requests, by their ids
    #[arg(value_name = "REQUEST")]
    requests: Vec<String>,
    /// Print the explanations as one JSON document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    input: input::Input,
}

/// What `--json` tells.
#[derive(Serialize)]
struct Told<'a> {
    round: &'a str,
    explanations: &'a [Why],
}

impl Run for Explain {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        console.speak_json(self.json);
        input::not_both_stdin(&self.round, &self.plan)?;
        let round = self.input.round(&self.round)?;
        let asked = asked(&round, &self.requests)?;
        let plan = self.input.plan(&self.plan)?;
        let report = solver::check(&round, &plan);
        if !report.is_feasible() {
            return Err(Failure::Input(check::findings(&input::name(&self.plan), &report)));
        }
        let explanations = why(&round, &plan, &asked);
        if self.json {
            console.document(&Fine::new(true, Told { round: &round.name, explanations: &explanations }))?;
        } else {
            console.print(&told(&asked, &explanations))?;
        }
        Ok(Outcome::Fine)
    }
}

/// Who is asked about; every id that the round does not know is told at once.
pub fn asked(round: &Round, requests: &[String]) -> Result<Asked, Failure> {
    if requests.is_empty() || requests.iter().any(|id| id == ALL) {
        return Ok(Asked::Disappointed);
    }
    let is_known = |id: &str| round.requests.iter().any(|request| *request.id == *id);
    let unknown: Vec<Finding> =
        requests.iter().filter(|id| !is_known(id)).map(|id| unknown_request(round, id)).collect();
    if unknown.is_empty() { Ok(Asked::These(requests.to_vec())) } else { Err(Failure::Usage(unknown)) }
}

fn unknown_request(round: &Round, id: &str) -> Finding {
    let message = format!("the round “{}” has no such request", visible(&round.name));
    unknown("unknown-request", id, &message, round.requests.iter().map(|request| &*request.id))
}

/// What is not known, with the known names that are most like it.
pub fn unknown<'a>(code: &'static str, name: &str, message: &str, known: impl Iterator<Item = &'a str>) -> Finding {
    let mut near: Vec<(f64, &str)> = known.map(|known| (strsim::jaro_winkler(name, known), known)).collect();
    near.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let near: Vec<&str> = near.into_iter().take(MOST_NEAR).map(|(_, known)| known).collect();
    let action = if near.is_empty() { "there is none".into() } else { format!("the nearest: {}", near.join(", ")) };
    Finding::error(code, name, message, action)
}

/// The explanations as text.
pub fn told(asked: &Asked, explanations: &[Why]) -> String {
    let head = match (asked, explanations) {
        (Asked::These(_), _) => String::new(),
        (Asked::Disappointed, []) => return "every request has its first choice\n".into(),
        (Asked::Disappointed, [_]) => "one request did not get its first choice\n\n".into(),
        (Asked::Disappointed, all) => {
            format!("{} requests did not get their first choice, the most disappointed first\n\n", all.len())
        }
    };
    let texts: Vec<String> = explanations.iter().map(ToString::to_string).collect();
    format!("{head}{}\n(times are UTC)\n", texts.join("\n"))
}
