//! `creneau what-if`: a round under other limits, attendance or schools, beside today.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use clap::Args;
use creneau_solver::{Method, Options, Plan};
use serde::Serialize;

use super::failure::{Failure, Fine};
use super::output::{Target, plan_bytes};
use super::progress::Display;
use super::service::{self, Place};
use super::solve::seconds;
use super::{Console, Outcome, Run, input, interrupt, scenario};
use crate::app::AppError;
use crate::app::scenarios::ScenarioView;
use crate::domain::access::Principal;
use crate::domain::finding::Findings;
use crate::domain::id::Id;
use crate::domain::job::JobState;
use crate::domain::scenario::{Changes, NewScenario};
use crate::jobs::{Runner, Settings, what_if::WhatIf as Work};
use crate::planning::clock::WallClock;
use crate::planning::together::{published, together};
use crate::planning::week::Week;
use crate::planning::what_if::{Effect, MOVE, Refusal, STAY, Today, Tried, checked, kept, try_out};

const DEFAULT_SECONDS: Duration = Duration::from_secs(10);

/// Try a round under other limits, attendance or schools, and say what it would mean: nothing of today's is touched
///
/// Today's plan is the one that --plan names, or is looked for first; then the round with the changes is solved from there.
/// Of a running service's data, name the round by its identifier with --data: the scenario is kept there under its name,
/// and its school's admins see in the API who would move. With --starts-on, name a platform instead: the rounds of all its
/// schools that begin on that day are tried together, and told in sums.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  creneau what-if round.json.gz --limit platform=150%
  creneau what-if round.json.gz --plan plan.json --limit '*=50%@2020-03-24' --attendance 200
  creneau what-if round.json.gz --own-server platform=900 --more-schools 3x16:platform,login --json
  creneau what-if 0198b1c2-… --data data --name 'Half of e-lyco' --limit platform/e-lyco=50%
  creneau what-if 0198a0d4-… --data data --starts-on 2020-03-23 --own-server platform/e-lyco=9000 --json")]
pub struct WhatIf {
    /// The round, as a file; - reads stdin. With --data, its identifier, or a platform's
    #[arg(value_name = "ROUND")]
    round: PathBuf,
    /// Another limit for a pool (* for all), of connections or in percent of today's, on a day or always; repeatable
    #[arg(long, value_name = "POOL=N[%][@DATE]", value_parser = scenario::limit)]
    limit: Vec<crate::domain::scenario::LimitChange>,
    /// A server of its own instead of a pool, for so many connections, for those classes that use another pool; repeatable
    #[arg(long, value_name = "POOL=N[:OTHER]", value_parser = scenario::own_server)]
    own_server: Vec<crate::domain::scenario::OwnServer>,
    /// So many invented schools, each of so many groups, that share these pools; repeatable
    #[arg(long, value_name = "NxGROUPS:POOL,…", value_parser = scenario::more_schools)]
    more_schools: Vec<crate::domain::scenario::MoreSchools>,
    /// Percent of today's connections that every class takes
    #[arg(long, value_name = "PERCENT")]
    attendance: Option<u32>,
    /// Today's plan [default: one that is looked for]
    #[arg(long, value_name = "PLAN", conflicts_with = "data")]
    plan: Option<PathBuf>,
    /// Write the scenario's plan here
    #[arg(short, long, value_name = "PLAN", conflicts_with = "data")]
    output: Option<PathBuf>,
    /// The scenario's name, with --data
    #[arg(long, value_name = "NAME", requires = "data", default_value = "what-if")]
    name: String,
    /// The day on which rounds of a platform's schools begin, with --data and the platform's identifier
    #[arg(long, value_name = "DATE", requires = "data", conflicts_with = "name")]
    starts_on: Option<NaiveDate>,
    /// Seconds for each solve [default: 10, or no limit with --iterations]
    #[arg(long, value_name = "S", allow_negative_numbers = true, value_parser = seconds)]
    time_limit: Option<Duration>,
    /// Steps of each solve; without a time limit, the same seed then gives the same answer
    #[arg(long, value_name = "N", conflicts_with = "data")]
    iterations: Option<u64>,
    /// Seed of all randomness
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u32,
    /// Print what it would mean as one JSON document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    input: input::Input,
    #[command(flatten)]
    place: Place,
}

/// What `--json` tells of a round file.
#[derive(Serialize)]
struct Told<'a> {
    round: &'a str,
    changes: &'a Changes,
    effect: &'a Effect,
    plan: Option<&'a Path>,
}

impl Run for WhatIf {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        console.speak_json(self.json);
        let changes = Changes {
            limits: self.limit.clone(),
            own_servers: self.own_server.clone(),
            more_schools: self.more_schools.clone(),
            attendance_percent: self.attendance,
        };
        let mut findings = Findings::default();
        changes.check("", &mut findings);
        findings.into_result().map_err(refused)?;
        let is_of_service = self.place.data.is_some() || self.place.config.is_some();
        match self.starts_on {
            Some(day) => self.of_platform(console, day, &changes),
            None if is_of_service => self.of_service(console, changes),
            None => self.of_file(console, &changes),
        }
    }
}

impl WhatIf {
    fn of_file(&self, console: &Console, changes: &Changes) -> Result<Outcome, Failure> {
        if let Some(plan) = &self.plan {
            input::not_both_stdin(&self.round, plan)?;
        }
        if let Some(output) = self.output.as_deref().filter(|path| input::is_standard(path)) {
            let place = format!("--output {}", output.display());
            return Err(Failure::usage(&place, "the plan needs a file", "give its name"));
        }
        let stop = interrupt::flag()?;
        let target = self.output.as_deref().map(Target::new).transpose()?;
        let round = self.input.round(&self.round)?;
        let week = Week::of(&round.horizon);
        let day_of = |cell: u32| -> NaiveDate { week.day(cell) };
        let today = Today { round, standing: None, pool_names: Vec::new(), day_of: &day_of };
        // Whatever is wrong with the changes is told before anything is solved.
        today.changed(changes, u64::from(self.seed)).map_err(refused)?;
        let given = self.plan.as_deref().map(|path| self.own_plan(path, &today)).transpose()?;
        let name = input::name(&self.round);
        let limit = self.time_limit.or(self.iterations.is_none().then_some(DEFAULT_SECONDS));
        let tried =
            self.tried(console, (&name, &today), given, changes, &|| WallClock::new(limit, Arc::clone(&stop)))?;
        if let Some(target) = &target {
            target.write(&plan_bytes(&tried.plan, self.output.as_deref())?)?;
        }
        self.tell(console, &today.round.name, changes, &tried.effect)
    }

    /// Tries the changes beside today's plan, or one that is looked for.
    fn tried(
        &self,
        console: &Console,
        (name, today): (&str, &Today<'_>),
        plan: Option<Plan>,
        changes: &Changes,
        clock: &dyn Fn() -> WallClock,
    ) -> Result<Tried, Failure> {
        let mut display = Display::new(console);
        let plan = match plan {
            Some(plan) => plan,
            None => {
                let found = checked(&today.round, &self.options(&clock()), &mut |progress| display.show(progress));
                found.map_err(|findings| Failure::input(name, findings))?
            }
        };
        let clock = clock();
        let options = self.options(&clock);
        let tried = try_out(today, &plan, changes, MOVE, &options, &mut |progress| display.show(progress));
        tried.map_err(|refusal| match refusal {
            Refusal::Changes(findings) => refused(findings),
            Refusal::Round(findings) => Failure::input(name, findings),
        })
    }

    fn tell(&self, console: &Console, round: &str, changes: &Changes, effect: &Effect) -> Result<Outcome, Failure> {
        if self.json {
            console.document(&Fine::new(true, Told { round, changes, effect, plan: self.output.as_deref() }))?;
        } else {
            console.print(&scenario::told(effect))?;
        }
        Ok(Outcome::Fine)
    }

    /// Tries all rounds of a platform's schools that begin on a day together.
    fn of_platform(&self, console: &Console, starts_on: NaiveDate, changes: &Changes) -> Result<Outcome, Failure> {
        let stop = interrupt::flag()?;
        let app = self.place.open()?;
        let platform = Id::from(self.round.display().to_string().as_str());
        let rounds = service::wait_for(app.platform_rounds(&Principal::Operator, &platform, starts_on))?;
        let all = together(&rounds.situations, &|_| true);
        let (Some(all), Some(first)) = (all, rounds.situations.first()) else {
            let message = format!("no round of the platform's schools begins on {starts_on}");
            return Err(Failure::usage("--starts-on", message, "give the first day of their rounds"));
        };
        if rounds.left_out > 0 {
            let left_out = rounds.left_out;
            console.tell(&format!("warning: {left_out} rounds that begin on that day have other days or steps\n"));
        }
        let (grid, zone) = (first.round.grid(), first.school.zone());
        let day_of = |cell: u32| -> NaiveDate { grid.at(cell).with_timezone(&zone).date_naive() };
        let published = published(&all, &rounds.situations);
        let today = Today { round: all.round, standing: Some(all.standing), pool_names: all.names, day_of: &day_of };
        today.changed(changes, u64::from(self.seed)).map_err(refused)?;
        let limit = self.time_limit.unwrap_or(DEFAULT_SECONDS);
        let name = format!("{} rounds from {starts_on}", rounds.situations.len());
        let clock = || WallClock::new(Some(limit), Arc::clone(&stop));
        // What is published stays; the other rounds' classes are placed around it.
        let settled = kept(&mut today.round.clone(), &published, STAY, &self.options(&clock()), &mut |_| {});
        let settled = settled.map_err(|findings| Failure::input(&name, findings))?;
        let tried = self.tried(console, (&name, &today), Some(settled), changes, &clock)?;
        self.tell(console, &name, changes, &tried.effect)
    }

    fn own_plan(&self, path: &Path, today: &Today<'_>) -> Result<Plan, Failure> {
        let plan = self.input.plan(path)?;
        let report = creneau_solver::check(&today.round, &plan);
        if !report.is_feasible() {
            return Err(Failure::Input(super::check::findings(&input::name(path), &report)));
        }
        Ok(plan)
    }

    fn options<'a>(&self, clock: &'a WallClock) -> Options<'a> {
        Options {
            seed: u64::from(self.seed),
            threads: std::thread::available_parallelism().map_or(1, NonZero::get),
            iterations: self.iterations,
            budget: clock,
            warm_start: None,
            method: Method::Auto,
        }
    }

    /// Asks for a scenario as the API does, tries it in this process, and reads what it gave.
    fn of_service(&self, console: &Console, changes: Changes) -> Result<Outcome, Failure> {
        let app = self.place.open()?;
        let round = Id::from(self.round.display().to_string().as_str());
        let seconds = self.time_limit.map(|limit| limit.as_secs().max(1));
        let new = NewScenario { name: self.name.clone(), changes, seconds, seed: Some(self.seed) };
        let who = Principal::Operator;
        let view: ScenarioView = service::wait_for(async {
            let mut view = app.create_scenario(&who, &round, new).await?;
            let runner = Runner::start_with(&app, Settings::default(), &[Arc::new(Work)]);
            while matches!(view.summary.state, JobState::Queued | JobState::Running) {
                tokio::time::sleep(Duration::from_millis(100)).await;
                view = app.scenario(&who, &view.summary.id).await?;
            }
            // Waits for its threads, which must not block this one.
            let stopped = tokio::task::spawn_blocking(move || runner.stop()).await;
            stopped.map_err(|stopped| AppError::Internal(stopped.to_string()))?;
            Ok(view)
        })?;
        match (&view.summary.effect, &view.summary.error) {
            (Some(_), _) if self.json => console.document(&Fine::new(true, &view))?,
            (Some(effect), _) => {
                console.print(&format!("{}\nkept as scenario {}\n", scenario::told(effect), view.summary.id))?;
            }
            (None, error) => {
                let message = error.clone().unwrap_or_else(|| "it was cancelled".to_owned());
                return Err(service::refused(AppError::conflict("scenario-failed", message)));
            }
        }
        Ok(Outcome::Fine)
    }
}

/// What is wrong with the changes.
fn refused(findings: Findings) -> Failure {
    service::refused(findings.into())
}
