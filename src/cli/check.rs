//! `creneau check`: is this plan right?

use std::path::PathBuf;

use clap::Args;
use creneau_solver::{Finding, Report, check};
use serde::Serialize;

use super::failure::{Failure, Fine, listed};
use super::{Console, Outcome, Run, input};
use crate::planning::summary::gap;

/// How many violations are listed for people; scripts get them all.
const MOST_LISTED: usize = 100;

/// Check a plan against its round: capacities, people, cost and proven bound
///
/// Everything is computed anew from the two files, by code that the solver does not share.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  creneau check round.json.gz plan.json
  creneau check round.json plan.json --json

Exits 0 when the plan breaks no rule and claims nothing that is not so, else 1.")]
pub struct Check {
    /// The round, as JSON, gzip or not; - reads stdin
    round: PathBuf,
    /// The plan, as JSON, gzip or not; - reads stdin
    plan: PathBuf,
    /// Print the report as one JSON document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    input: input::Input,
}

/// What `--json` tells.
#[derive(Serialize)]
struct Told<'a> {
    findings: &'a [Finding],
    objective: u64,
    unplaced: usize,
    first_choice: f64,
    bound: Option<f64>,
    gap: Option<f64>,
}

impl Run for Check {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        console.speak_json(self.json);
        input::not_both_stdin(&self.round, &self.plan)?;
        let round = self.input.round(&self.round)?;
        let plan = self.input.plan(&self.plan)?;
        let report = check(&round, &plan);

        let name = input::name(&self.plan);
        let mut findings = findings(&name, &report);
        if plan.round != round.name {
            let message = format!("it says it is a plan of “{}”, the round is “{}”", plan.round, round.name);
            findings.insert(
                0,
                Finding::warning("another-round", name, message, "check that the two files belong together"),
            );
        }
        if let Some(claimed) = report.claimed_bound {
            let message = format!("it says bound {claimed}, and has no certificate: that is claimed, not proven");
            let action = "add the certificate, or leave the bound out";
            findings.push(Finding::warning("bound-not-proven", input::name(&self.plan), message, action));
        }
        let is_right = report.is_feasible();
        if self.json {
            let Report { objective, unplaced, first_choice, bound, .. } = report;
            let gap = bound.map(|bound| gap(objective, bound));
            let told = Told { findings: &findings, objective, unplaced, first_choice, bound, gap };
            console.document(&Fine::new(is_right, told))?;
        } else {
            console.tell(&listed(&findings[..findings.len().min(MOST_LISTED)]));
            console.print(&verdict(&report, findings.len().saturating_sub(MOST_LISTED)))?;
        }
        Ok(if is_right { Outcome::Fine } else { Outcome::NotRight })
    }
}

/// One line, as `api-spec/check.py` prints it.
fn verdict(report: &Report, not_listed: usize) -> String {
    if !report.is_feasible() {
        let more = if not_listed > 0 { format!(" ({not_listed} of them only with --json)") } else { String::new() };
        return format!("infeasible: {} violations{more}\n", report.violations.len() + report.more);
    }
    let (bound, gap) = match report.bound {
        None => ("none".into(), "none".into()),
        Some(bound) => (format!("{bound:.3}"), format!("{:.4}", gap(report.objective, bound))),
    };
    let claimed = report.claimed_bound.map(|bound| format!(" claimed_bound={bound:.3} (not proven)"));
    let (Report { objective, unplaced, first_choice, .. }, claimed) = (report, claimed.unwrap_or_default());
    format!(
        "feasible objective={objective} unplaced={unplaced} first_choice={first_choice:.4} bound={bound} gap={gap}{claimed}\n"
    )
}

/// The broken rules as findings about the plan.
pub fn findings(name: &str, report: &Report) -> Vec<Finding> {
    let finding = |violation: &creneau_solver::Violation| {
        Finding::error(violation.code, name, violation.message.clone(), action(violation.code))
    };
    report.violations.iter().map(finding).collect()
}

/// What to do about a broken rule.
fn action(code: &str) -> &'static str {
    match code {
        "unknown-request" => "name only requests of the round; check that the two files belong together",
        "request-twice" => "keep one session for the request",
        "request-missing" => "add a session for the request, with start null where it has no class",
        "pinned-unplaced" => "place the request at its current start",
        "start-not-allowed" => "choose a start within the request's options",
        "over-limit" => "move or unplace classes that use this pool then",
        "exclusive" | "break" | "order" => "move or unplace one of the classes",
        "too-many-a-day" => "move classes to another day, or unplace some",
        "objective" => "correct or leave out the plan's objective",
        "bound" | "bound-above" => "correct or leave out the plan's bound and certificate",
        code if code.starts_with("certificate") => "correct or leave out the plan's bound and certificate",
        _ => "correct the plan",
    }
}
