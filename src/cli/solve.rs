//! `creneau solve`: a plan for a round.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use creneau_solver::{Method, Options, Plan, Report, Round, Solution, Status, check, solve};
use serde::Serialize;

use super::failure::{Failure, Fine, visible};
use super::language::Language;
use super::output::{Target, plan_bytes};
use super::prices::PriceFile;
use super::progress::Display;
use super::{Console, Outcome, Run, explain, input, interrupt};
use crate::planning::chart::chart;
use crate::planning::clock::WallClock;
use crate::planning::summary::Summary;
use crate::planning::why::{Asked, Why, why};

const DEFAULT_SECONDS: Duration = Duration::from_secs(60);

/// Find a plan for a round: the one that respects every capacity and disappoints teachers least
///
/// Shows progress while a person watches. Ctrl-C stops and keeps the best plan so far; a second Ctrl-C quits. The plan
/// is checked before it is written, and written whole or not at all.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  creneau solve round.json.gz -o plan.json --time-limit 30 --chart week.svg
  creneau solve round.json.gz -o plan.json --explain all --prices prices.csv --prices off-peak.svg
  creneau solve round.json -o - --seed 7 --iterations 100000 | creneau check round.json -
  creneau solve round.json -o plan.json --warm-start plan.json")]
pub struct Solve {
    /// The round, as JSON, gzip or not; - reads stdin
    round: PathBuf,
    /// Write the plan here; a name that ends in .gz is compressed, - is stdout
    #[arg(short, long, value_name = "PLAN")]
    output: Option<PathBuf>,
    /// Stop after this many seconds [default: 60, or no limit with --iterations]
    #[arg(long, value_name = "S", allow_negative_numbers = true, value_parser = seconds)]
    time_limit: Option<Duration>,
    /// Threads to use [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Seed of all randomness
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Stop after this many steps; without a time limit, the same seed then gives the same plan
    #[arg(long, value_name = "N")]
    iterations: Option<u64>,
    /// Draw the load as wished and as planned here, as SVG
    #[arg(long, value_name = "FILE.svg")]
    chart: Option<PathBuf>,
    /// Write the price of each pool's cells here, as a table (.csv) or as a map by day and hour (.svg); repeatable
    #[arg(long, value_name = "FILE")]
    prices: Vec<PathBuf>,
    /// Say why this request is where it is, and which limit would have helped; repeatable, or all who are disappointed
    #[arg(long, value_name = "REQUEST|all")]
    explain: Vec<String>,
    /// Language of the chart and the map
    #[arg(long, value_enum, value_name = "LANG", default_value = "en")]
    chart_lang: Language,
    /// Start from this plan of the round, such as the published one
    #[arg(long, value_name = "PLAN")]
    warm_start: Option<PathBuf>,
    /// Print the summary as one JSON document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    input: input::Input,
}

/// What `--json` tells.
#[derive(Serialize)]
struct Told<'a> {
    status: Status,
    /// Whether a signal ended the search before its time.
    interrupted: bool,
    seconds: f64,
    iterations: u64,
    plan: Option<&'a Path>,
    chart: Option<&'a Path>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    prices: &'a [PathBuf],
    #[serde(flatten)]
    summary: &'a Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanations: Option<&'a [Why]>,
}

impl Run for Solve {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        console.speak_json(self.json);
        self.refuse_contradictions()?;
        let stop = interrupt::flag()?;
        let limit = self.time_limit.or(self.iterations.is_none().then_some(DEFAULT_SECONDS));
        let clock = WallClock::new(limit, Arc::clone(&stop));
        let plan_target =
            self.output.as_deref().filter(|path| !input::is_standard(path)).map(Target::new).transpose()?;
        let chart_target = self.chart.as_deref().map(Target::new).transpose()?;
        let price_files = self.prices.iter().map(|path| PriceFile::new(path)).collect::<Result<Vec<_>, _>>()?;

        let round = self.input.round(&self.round)?;
        let asked = (!self.explain.is_empty()).then(|| explain::asked(&round, &self.explain)).transpose()?;
        let warm_start = self.warm_start.as_deref().map(|path| self.input.plan(path)).transpose()?;
        if let Some(plan) = warm_start.as_ref().filter(|plan| plan.round != round.name) {
            let (other, name) = (visible(&plan.round), visible(&round.name));
            console.tell(&format!("warning: --warm-start is a plan of “{other}”, the round is “{name}”\n"));
        }
        let solution = self.search(console, &round, &clock, warm_start.as_ref())?;
        let report = proven_feasible(&round, &solution.plan)?;

        if let Some(target) = &chart_target {
            target.write(chart(&round, &solution.plan, self.chart_lang.into()).as_bytes())?;
        }
        let bytes = plan_bytes(&solution.plan, self.output.as_deref())?;
        match &plan_target {
            Some(target) => target.write(&bytes)?,
            None if self.output.is_some() => console.print_bytes(&bytes)?,
            None => {}
        }
        price_files.iter().try_for_each(|file| file.write(&round, &solution.plan, self.chart_lang.into()))?;
        let explained = asked.map(|asked| (why(&round, &solution.plan, &asked), asked));
        // A bound without a certificate counts too: nobody else can verify it, but we computed it.
        let bound = [report.bound, solution.proven].into_iter().flatten().reduce(f64::max);
        let summary = Summary::of(&round, &solution.plan, report.objective, bound);
        self.tell(console, &solution, &summary, explained.as_ref(), &clock)?;
        Ok(Outcome::Fine)
    }
}

impl Solve {
    fn refuse_contradictions(&self) -> Result<(), Failure> {
        if let Some(warm_start) = &self.warm_start {
            input::not_both_stdin(&self.round, warm_start)?;
        }
        let plan_to_stdout = self.output.as_deref().is_some_and(input::is_standard);
        if self.json && plan_to_stdout {
            let action = "write the plan to a file, or leave --json out";
            return Err(Failure::usage("--output -", "the plan and the JSON summary both want stdout", action));
        }
        if self.chart.as_deref().is_some_and(input::is_standard) {
            return Err(Failure::usage("--chart -", "the chart needs a file", "give a name that ends in .svg"));
        }
        let files: Vec<&PathBuf> = [&self.output, &self.chart].into_iter().flatten().chain(&self.prices).collect();
        match files.iter().enumerate().find(|(position, path)| files[..*position].contains(path)) {
            None => Ok(()),
            Some((_, path)) => {
                let message = "two results would be written there, one over the other";
                Err(Failure::usage(&path.display().to_string(), message, "give each another name"))
            }
        }
    }

    fn search(
        &self,
        console: &Console,
        round: &Round,
        clock: &WallClock,
        warm_start: Option<&Plan>,
    ) -> Result<Solution, Failure> {
        let processors = || std::thread::available_parallelism().map_or(1, NonZero::get);
        let options = Options {
            seed: self.seed,
            threads: self.threads.map_or_else(processors, usize::from),
            iterations: self.iterations,
            budget: clock,
            warm_start,
            method: Method::Auto,
        };
        let mut display = Display::new(console);
        let solved = solve(round, &options, &mut |progress| display.show(progress));
        solved.map_err(|findings| Failure::input(&input::name(&self.round), findings))
    }

    fn tell(
        &self,
        console: &Console,
        solution: &Solution,
        summary: &Summary,
        explained: Option<&(Vec<Why>, Asked)>,
        clock: &WallClock,
    ) -> Result<(), Failure> {
        let (seconds, interrupted) = (clock.elapsed().as_secs_f64(), clock.stopped());
        if self.json {
            let told = Told {
                status: solution.status,
                interrupted,
                seconds,
                iterations: solution.iterations,
                plan: self.output.as_deref(),
                chart: self.chart.as_deref(),
                prices: &self.prices,
                summary,
                explanations: explained.map(|(explanations, _)| explanations.as_slice()),
            };
            return console.document(&Fine::new(true, told));
        }
        let ended = if interrupted { ", interrupted" } else { "" };
        let mut text = format!("{summary}  {seconds:.1} seconds{ended}\n");
        match &self.output {
            Some(path) if !input::is_standard(path) => text += &format!("  plan in {}\n", path.display()),
            Some(_) => {}
            None => text += "  the plan was not kept: -o PLAN writes it to a file\n",
        }
        if let Some(path) = &self.chart {
            text += &format!("  chart in {}\n", path.display());
        }
        for path in &self.prices {
            text += &format!("  prices in {}\n", path.display());
        }
        if let Some((explanations, asked)) = explained {
            text += &format!("\n{}", explain::told(asked, explanations));
        }
        if self.output.as_deref().is_some_and(input::is_standard) {
            console.tell(&text);
            return Ok(());
        }
        console.print(&text)
    }
}

/// Nobody sees a plan that the independent checker has not passed.
fn proven_feasible(round: &Round, plan: &Plan) -> Result<Report, Failure> {
    let report = check(round, plan);
    match report.violations.as_slice() {
        [] => Ok(report),
        [first, rest @ ..] => {
            let message = format!("the plan found breaks {} rules, the first: {}", rest.len() + 1, first.message);
            Err(Failure::system("plan-refused", &round.name, message, "nothing was written; please report this defect"))
        }
    }
}

/// A time limit on the command line.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds: &f64| *seconds > 0.0);
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| "give a number of seconds above 0, such as 30 or 2.5".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_a_positive_number() {
        assert_eq!(seconds("2.5"), Ok(Duration::from_millis(2500)));
        for wrong in ["0", "-1", "NaN", "inf", "ten", "", "1e300"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
