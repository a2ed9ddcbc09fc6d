//! `creneau capacity`: how many first choices limits allow, and which would be enough.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::failure::{Failure, Fine, visible};
use super::language::Language;
use super::output::Target;
use super::{Console, Outcome, Run, explain, input, interrupt};
use crate::planning::chart::first_choices::curve;
use crate::planning::clock::WallClock;
use crate::planning::first_choices::{Effort, FirstChoices, first_choices};
use crate::planning::limits::scaled;

/// How many pools are told.
const MOST_POOLS: usize = 8;

/// Say how many first choices a round's limits allow at once, and the smallest limits that are enough for all or most
///
/// For each scale of the limits the solver keeps as many first choices as it can, and proves how many there could be at most.
/// The scale at which all fit is counted, the one for --share found by bisection.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  creneau capacity round.json.gz
  creneau capacity round.json.gz --share 90 --pool platform --chart curve.svg
  creneau capacity round.json.gz --json")]
pub struct Capacity {
    /// The round, as JSON, gzip or not; - reads stdin
    round: PathBuf,
    /// Percent of first choices for which the least limits are looked for
    #[arg(long, value_name = "PERCENT", default_value_t = 95, value_parser = clap::value_parser!(u32).range(1..=100))]
    share: u32,
    /// Scale only this pool, and leave the others as they are; repeatable [default: all]
    #[arg(long, value_name = "POOL")]
    pool: Vec<String>,
    /// Draw the curve here, as SVG
    #[arg(long, value_name = "FILE.svg")]
    chart: Option<PathBuf>,
    /// Language of the chart
    #[arg(long, value_enum, value_name = "LANG", default_value = "en")]
    language: Language,
    /// Seed of all randomness
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Steps of the solver for each scale
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    iterations: u64,
    /// Print what it gave as one JSON document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    input: input::Input,
}

/// What `--json` tells.
#[derive(Serialize)]
struct Told<'a> {
    round: &'a str,
    #[serde(flatten)]
    capacity: &'a FirstChoices,
}

impl Run for Capacity {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        console.speak_json(self.json);
        if self.chart.as_deref().is_some_and(input::is_standard) {
            return Err(Failure::usage("--chart -", "the chart needs a file", "give a name that ends in .svg"));
        }
        let stop = interrupt::flag()?;
        let target = self.chart.as_deref().map(Target::new).transpose()?;
        let round = self.input.round(&self.round)?;
        let unknown = self.pool.iter().filter(|name| !round.pools.iter().any(|pool| *pool.id == ***name));
        let unknown: Vec<creneau_solver::Finding> = unknown
            .map(|name| {
                let known = round.pools.iter().map(|pool| &*pool.id);
                explain::unknown(
                    "unknown-pool",
                    name,
                    &format!("the round “{}” has no such pool", visible(&round.name)),
                    known,
                )
            })
            .collect();
        if !unknown.is_empty() {
            return Err(Failure::Usage(unknown));
        }
        let clock = WallClock::new(None, Arc::clone(&stop));
        let effort = Effort { seed: self.seed, iterations: self.iterations, budget: &clock };
        let name = |pool: usize| round.pools[pool].id.to_string();
        let is_scaled =
            |pool: usize| self.pool.is_empty() || self.pool.iter().any(|name| **name == *round.pools[pool].id);
        let at_scale =
            |pool: usize, percent| is_scaled(pool).then(|| scaled(&round.pools[pool], percent, round.horizon.cells));
        let found = first_choices(&round, &at_scale, self.share, &name, &effort);
        let capacity = found.map_err(|findings| Failure::input(&input::name(&self.round), findings))?;
        if let Some(target) = &target {
            target.write(curve(&round.name, &capacity, self.language.into()).as_bytes())?;
        }
        if self.json {
            console.document(&Fine::new(true, Told { round: &round.name, capacity: &capacity }))?;
        } else {
            console.print(&told(&visible(&round.name), &capacity))?;
        }
        Ok(Outcome::Fine)
    }
}

fn told(round: &str, capacity: &FirstChoices) -> String {
    let mut text =
        format!("{round}: first choices of {} requests\n\n  limits        kept     at most\n", capacity.requests);
    #[expect(clippy::cast_precision_loss, reason = "a share, for display")]
    let share = |count: usize| 100.0 * count as f64 / capacity.requests.max(1) as f64;
    for point in &capacity.curve {
        text += &format!("  {:>4} % {:>10.1} %{:>10.1} %\n", point.percent, share(point.kept), share(point.at_most));
    }
    text += &format!("\n  no limit stands against any of them from {} % on\n", capacity.all_percent);
    let wanted = capacity.share;
    text += &match (capacity.share_percent, capacity.share_percent_at_least) {
        (Some(found), Some(least)) if least < found => {
            format!("  {wanted} % are kept from {found} % on; below {least} % that is proven to be impossible\n")
        }
        (Some(found), _) => format!("  {wanted} % are kept from {found} % on, and not below\n"),
        (None, _) => format!("  {wanted} % are not kept at any scale: people are in one class at a time\n"),
    };
    text += "\n  what all first choices take at their fullest hour\n";
    for pool in capacity.pools.iter().take(MOST_POOLS) {
        text += &format!("  {:<28}{:>10} of {}\n", visible(&pool.name), pool.needed, pool.limit);
    }
    text
}
