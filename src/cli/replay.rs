//! `creneau replay`: the morning of 16 March 2020, as it was and as it would have been.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use creneau_solver::{Method, Options};
use serde::Serialize;

use super::failure::{Failure, Fine};
use super::output::Target;
use super::progress::Display;
use super::{Console, Outcome, Run, input, interrupt, language::Language};
use crate::planning::clock::WallClock;
use crate::planning::replay::{
    Assumptions, OBSERVED, Replay as Replayed,
    academie::{self, School},
    replay,
    report::{page, picture},
};

/// What is said of each arrangement of hosts.
const HEAD: &str = "                    wanted at once      logins a minute      longest wait          refused\n";

/// Replay the morning of 16 March 2020: what the platforms took, and what they would have taken with a plan
///
/// Every teacher of the académie at the usual hour, everybody's login in the ten minutes before, one federation and the
/// hosts of three platforms as a queue; then the same day with a plan that the solver finds. The report says what was
/// observed and what is assumed. The same arguments always give the same report.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  creneau replay 2020-03-16 -o report.html
  creneau replay 2020-03-16 --census tests/rounds/nantes/census.csv --language fr -o report.html --picture morning.svg
  creneau replay 2020-03-16 --json")]
pub struct Replay {
    /// The morning to replay
    #[arg(value_enum, value_name = "DATE")]
    date: Date,
    /// The schools, as a table with the columns uai, kind, pupils and classes [default: invented ones like the académie's]
    #[arg(long, value_name = "FILE.csv")]
    census: Option<PathBuf>,
    /// Write the report here, one page that needs nothing else
    #[arg(short, long, value_name = "FILE.html")]
    output: Option<PathBuf>,
    /// Draw the morning here, as SVG
    #[arg(long, value_name = "FILE.svg")]
    picture: Option<PathBuf>,
    /// Language of the report and the picture
    #[arg(long, value_enum, value_name = "LANG", default_value = "en")]
    language: Language,
    /// Logins between 8:50 and 9:00, as they were observed; the federation is as large in proportion
    #[arg(long, value_name = "N", default_value_t = OBSERVED, value_parser = clap::value_parser!(u32).range(100..))]
    logins: u32,
    /// Seed of all randomness
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Steps of the solver for each arrangement of hosts
    #[arg(long, value_name = "N", default_value_t = 30_000_000)]
    iterations: u64,
    /// Threads of the solver; another number gives another plan
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: u16,
    /// Print what it gave as one JSON document
    #[arg(long)]
    json: bool,
}

/// The mornings that are known.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Date {
    /// The first day on which every school of the académie de Nantes was closed
    #[value(name = "2020-03-16")]
    Monday,
}

/// What `--json` tells.
#[derive(Serialize)]
struct Told<'a> {
    command: &'a str,
    #[serde(flatten)]
    replay: &'a Replayed,
}

impl Run for Replay {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        console.speak_json(self.json);
        let Date::Monday = self.date;
        let files = [&self.output, &self.picture].map(Option::as_deref);
        if let [Some(one), Some(other)] = files
            && one == other
        {
            let message = "the report and the picture would be written there, one over the other";
            return Err(Failure::usage(&one.display().to_string(), message, "give each another name"));
        }
        if let Some(standard) = files.into_iter().flatten().find(|path| input::is_standard(path)) {
            let place = standard.display().to_string();
            return Err(Failure::usage(&place, "the report needs a file", "give a name that ends in .html or .svg"));
        }
        let [page_target, picture_target] = files.map(|file| file.map(Target::new).transpose());
        let (page_target, picture_target) = (page_target?, picture_target?);
        let schools = self.schools()?;
        let stop = interrupt::flag()?;
        let replayed = self.replayed(console, &schools, &WallClock::new(None, Arc::clone(&stop)))?;
        let (lang, command) = (self.language.into(), self.command());
        if let Some(target) = page_target {
            let text = page(&replayed, lang, &command).map_err(|error| {
                Failure::system("report", "", error.to_string(), "this is a defect of creneau: please report it")
            })?;
            target.write(text.as_bytes())?;
        }
        if let Some(target) = picture_target {
            target.write(picture(&replayed, lang).as_bytes())?;
        }
        if self.json {
            console.document(&Fine::new(true, Told { command: &command, replay: &replayed }))?;
        } else {
            console.print(&self.said(&replayed, &command))?;
        }
        Ok(Outcome::Fine)
    }
}

impl Replay {
    fn schools(&self) -> Result<Vec<School>, Failure> {
        let Some(path) = &self.census else { return Ok(academie::invented(self.seed)) };
        let name = path.display().to_string();
        let file = File::open(path).map_err(|error| {
            let action = "check the path, or leave --census out: then schools are invented";
            Failure::system("file-unreadable", &name, format!("cannot be read: {error}"), action)
        })?;
        academie::census(file).map_err(|findings| Failure::input(&name, findings))
    }

    fn replayed(&self, console: &Console, schools: &[School], clock: &WallClock) -> Result<Replayed, Failure> {
        let options = Options {
            seed: self.seed,
            threads: usize::from(self.threads),
            iterations: Some(self.iterations),
            budget: clock,
            warm_start: None,
            method: Method::Search,
        };
        let mut display = Display::new(console);
        let replayed = replay(schools, Assumptions::of(self.logins), self.seed, &options, &mut |_, progress| {
            display.show(progress)
        });
        replayed.map_err(|findings| Failure::input("replay", findings))
    }

    /// What makes the same report again.
    fn command(&self) -> String {
        let mut command = "creneau replay 2020-03-16".to_owned();
        if let Some(census) = &self.census {
            command += &format!(" --census {}", census.display());
        }
        if self.logins != OBSERVED {
            command += &format!(" --logins {}", self.logins);
        }
        command += &format!(" --seed {} --iterations {} --threads {}", self.seed, self.iterations, self.threads);
        command += &format!(" --language {}", self.language.code());
        for (flag, file) in [("-o", &self.output), ("--picture", &self.picture)] {
            if let Some(file) = file {
                command += &format!(" {flag} {}", file.display());
            }
        }
        command
    }

    fn said(&self, replayed: &Replayed, command: &str) -> String {
        let mut text = format!(
            "16 March 2020: {} schools, {} classes, {} logins; each figure before → with a plan\n",
            replayed.schools, replayed.classes, replayed.logins
        );
        for scenario in &replayed.scenarios {
            let seats = scenario.scene.hosts.iter().map(|host| format!("{} {} seats", host.name(), host.seats));
            text += &format!("\n{} ({})\n{HEAD}", scenario.name, seats.collect::<Vec<_>>().join(", "));
            let names = ["e-lyco", "e-primo", "Leia", "all"];
            let before = scenario.before.platforms.iter().chain([&scenario.before.all]);
            let after = scenario.after.platforms.iter().chain([&scenario.after.all]);
            for (name, (before, after)) in names.into_iter().zip(before.zip(after)) {
                let wait = |seconds: u32| format!("{}:{:02}", seconds / 60, seconds % 60);
                text += &format!(
                    "  {name:<10}{:>22}{:>21}{:>18}{:>17}\n",
                    format!("{} → {}", before.peak_wanted, after.peak_wanted),
                    format!("{} → {}", before.peak_logins_a_minute, after.peak_logins_a_minute),
                    format!("{} → {}", wait(before.longest_wait_seconds), wait(after.longest_wait_seconds)),
                    format!("{} → {}", before.refused, after.refused),
                );
            }
            let plan = &scenario.plan;
            text += &format!(
                "  classes: {} at the usual hour, {} within 15 min, {} within an hour, {} later or earlier, {} without\n",
                plan.at_usual_hour, plan.quarter_hour, plan.hour, plan.same_day, plan.unplaced
            );
        }
        for (what, file) in [("report", &self.output), ("picture", &self.picture)] {
            if let Some(file) = file.as_deref().map(Path::display) {
                text += &format!("\n{what} in {file}");
            }
        }
        text + &format!("\nthe same again: {command}\n")
    }
}
