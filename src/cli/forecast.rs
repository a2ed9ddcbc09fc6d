//! `creneau forecast`: how good forecasts of a series would have been.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use clap::Args;
use creneau_solver::{Finding, Findings};
use serde::Serialize;

use super::failure::Fine;
use super::{Console, Failure, Outcome, Run, input};
use crate::domain::calendar::{HolidayZone, PublicHolidays, SchoolCalendar};
use crate::domain::forecast::{self, DayTypes, Figures, Series};

/// Formats of local times.
const LOCAL: [&str; 4] = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"];
/// Findings of lines that are told.
const TOLD: usize = 20;

/// Try forecasts on what was observed
///
/// Reads a table of times and values (two columns, with or without a header) and tells how good forecasts of each week
/// would have been with what was known before it: that of the service, the methods it chooses among, last week, and the
/// mean.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  creneau forecast --backtest load.csv
  creneau forecast --backtest load.csv --step 60 --zone B --public-holidays --json")]
pub struct Forecast {
    /// The table: a time (local, or an instant with its offset) and a value in each line; - reads stdin
    #[arg(long, value_name = "FILE")]
    backtest: PathBuf,
    /// Minutes of a slot: a divisor of an hour
    #[arg(long, value_name = "MINUTES", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=60))]
    step: u32,
    /// The time zone in which days and weeks are seen, for instants with an offset
    #[arg(long, value_name = "ZONE", default_value = "Europe/Paris")]
    time_zone: Tz,
    /// The zone whose school holidays its schools have: A, B or C
    #[arg(long, value_name = "LETTER", value_parser = zone)]
    zone: Option<HolidayZone>,
    /// Whether its schools have the public holidays of France
    #[arg(long)]
    public_holidays: bool,
    /// Take values as they are: leave nothing out that cannot be
    #[arg(long)]
    raw: bool,
    /// Print the numbers as one JSON document
    #[arg(long)]
    json: bool,
}

/// What is told.
#[derive(Serialize)]
struct Told {
    first_days: Vec<NaiveDate>,
    #[serde(flatten)]
    figures: Figures,
}

impl Run for Forecast {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        console.speak_json(self.json);
        if 60 % self.step != 0 {
            return Err(Failure::usage("--step", format!("{} does not divide an hour", self.step), "use e.g. 5 or 60"));
        }
        let name = input::name(&self.backtest);
        let text = read(&self.backtest)?;
        let series = self.series(&text).map_err(|findings| Failure::input(&name, findings))?;
        let series = if self.raw { series } else { series.cleaned() };
        let calendar = SchoolCalendar {
            holiday_zone: self.zone,
            public_holidays: self.public_holidays.then_some(PublicHolidays::France),
            ..SchoolCalendar::default()
        };
        let types = DayTypes::of_schools([calendar]);
        let Some(found) = forecast::backtest::backtest(&series, &types).filter(|found| !found.origins.is_empty())
        else {
            let finding = Finding::error("too-short", "", "less than four weeks were observed", "give more weeks");
            return Err(Failure::input(&name, Findings(vec![finding])));
        };
        let through = series.last().unwrap_or_default();
        let told = Told { figures: Figures::of(&found, through), first_days: found.origins };
        if self.json {
            console.document(&Fine::new(true, told))?;
        } else {
            console.print(&told.table())?;
        }
        Ok(Outcome::Fine)
    }
}

impl Forecast {
    fn series(&self, text: &str) -> Result<Series, Findings> {
        let mut series = Series::new(self.step);
        let mut findings = Vec::new();
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let read = line.split_once([',', ';', '\t']).and_then(|(time, value)| {
                let time = self.local(time.trim().trim_matches('"'))?;
                Some((time, value.trim().trim_matches('"').parse::<f64>().ok()?))
            });
            match read {
                Some((at, value)) if (1970..=2200).contains(&at.year()) => series.put(at, value),
                None if number == 1 => {}
                _ if findings.len() < TOLD => {
                    let message = "is not a time and a value";
                    let action = "write lines such as 2020-03-16T08:55:00+01:00,480";
                    findings.push(Finding::error("bad-line", format!("line {number}"), message, action));
                }
                _ => {}
            }
        }
        if findings.is_empty() { Ok(series) } else { Err(Findings(findings)) }
    }

    fn local(&self, text: &str) -> Option<NaiveDateTime> {
        let instant = DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&self.time_zone).naive_local());
        instant.or_else(|| LOCAL.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok()))
    }
}

impl Told {
    fn table(&self) -> String {
        let number = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.3}"));
        let Figures { through, method, weeks, observations, wape, wapes, target, coverage, busy_coverage } =
            &self.figures;
        let first = self.first_days.first().map(NaiveDate::to_string).unwrap_or_default();
        let mut out = format!("{weeks} weeks, {first} to {through}, {observations} observations\n\nmethod      WAPE\n");
        for one in wapes {
            out.push_str(&format!("{:<10} {:>5}\n", one.method.as_str(), number(one.wape)));
        }
        out.push_str(&format!("{:<10} {:>5}  (what was best in the weeks before)\n", "service", number(*wape)));
        out.push_str(&format!(
            "\nforecasts now: {}\nnot above the upper value: {} (wanted {target:.3}); where much is expected {}\n",
            method.as_str(),
            number(*coverage),
            number(*busy_coverage)
        ));
        out
    }
}

fn zone(text: &str) -> Result<HolidayZone, String> {
    match text {
        "A" | "a" => Ok(HolidayZone::A),
        "B" | "b" => Ok(HolidayZone::B),
        "C" | "c" => Ok(HolidayZone::C),
        _ => Err("is not A, B or C".to_owned()),
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let done = if input::is_standard(path) {
        io::stdin().lock().read_to_string(&mut text).map(|_| ())
    } else {
        fs::read_to_string(path).map(|found| text = found)
    };
    done.map_err(|error| {
        let message = format!("cannot be read: {error}");
        Failure::system("file-unreadable", &input::name(path), message, "check the path, and that it is a table")
    })?;
    Ok(text)
}
