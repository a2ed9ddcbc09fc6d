//! `creneau load`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use flate2::read::MultiGzDecoder;

use super::input;
use super::service::{self, Place};
use super::{Console, Failure, Outcome, Run};
use crate::app::load::{TableOptions, count_log};
use crate::domain::access::Principal;
use crate::domain::id::Id;
use crate::domain::load::report::{Ingestion, Report};
use crate::domain::load::{self, log::Counted};

/// What is read at a time.
const BUFFER: usize = 256 * 1024;

/// Bring in what platforms, federations and schools really had
///
/// Tables of samples, and web servers' logs, gzip or not. What cannot be taken is told with its line.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  creneau load import samples.csv --platform 0193599a-… --data /var/lib/creneau
  creneau load count-log access.log.1.gz --login-path /cas/login > counted.csv")]
pub struct Load {
    #[command(subcommand)]
    input: Input,
}

#[derive(Debug, Subcommand)]
enum Input {
    Import(Import),
    CountLog(CountLog),
}

/// Whose load it is
#[derive(Args, Clone, Debug)]
#[group(multiple = false)]
struct Of {
    /// The platform, by its id
    #[arg(long, value_name = "ID")]
    platform: Option<String>,
    /// The login federation, by its id
    #[arg(long, value_name = "ID")]
    federation: Option<String>,
    /// The school, by its id
    #[arg(long, value_name = "ID")]
    school: Option<String>,
}

impl Of {
    fn place(&self) -> Option<load::Place> {
        let id = |text: &Option<String>| text.as_deref().map(Id::from);
        let federation = || id(&self.federation).map(load::Place::federation);
        id(&self.platform)
            .map(load::Place::platform)
            .or_else(federation)
            .or_else(|| id(&self.school).map(load::Place::school))
    }
}

/// Take in a table of samples
///
/// CSV whose first line names the columns: time, and connections, logins (a minute) or logins_total (a counter); platform,
/// federation or school where lines are of several. The same table again changes nothing.
#[derive(Args, Debug)]
struct Import {
    /// The table, gzip or not; - reads stdin
    table: PathBuf,
    #[command(flatten)]
    of: Of,
    /// The time zone of times that have no offset
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// Print the report as one JSON document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// Count a web server's log, in the Combined Log Format
///
/// Different clients in each five minutes, and logins a minute. Of an address and a browser together only a hash is held,
/// under a key that each five minutes have for themselves, and nothing of it is written. Without a place the counts are
/// printed as a table, so that the log need not leave its server.
#[derive(Args, Debug)]
struct CountLog {
    /// The log, gzip or not; - reads stdin
    log: PathBuf,
    #[command(flatten)]
    of: Of,
    /// A path that logs somebody in, when it is not refused; can be given several times
    #[arg(long = "login-path", value_name = "PATH")]
    login_paths: Vec<String>,
    /// Print the report as one JSON document; with a place only
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

impl Run for Load {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        match self.input {
            Input::Import(import) => import.run(console),
            Input::CountLog(count) => count.run(console),
        }
    }
}

impl Run for Import {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        console.speak_json(self.json);
        let table = open(&self.table)?;
        let options = TableOptions {
            platform: self.of.platform.as_deref().map(Id::from),
            federation: self.of.federation.as_deref().map(Id::from),
            school: self.of.school.as_deref().map(Id::from),
            time_zone: self.time_zone,
        };
        let app = self.place.open()?;
        // Whoever holds the database may do what an operator may.
        let ingestion = service::wait_for(app.import_load(&Principal::Operator, options, table))?;
        tell(console, self.json, &ingestion)
    }
}

impl Run for CountLog {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let log = open(&self.log)?;
        let Some(place) = self.of.place() else { return print_counts(console, &self.log, log, self.login_paths) };
        console.speak_json(self.json);
        let app = self.place.open()?;
        let ingestion = service::wait_for(app.import_log(&Principal::Operator, place, self.login_paths, log))?;
        tell(console, self.json, &ingestion)
    }
}

fn print_counts(
    console: &Console,
    path: &Path,
    log: impl BufRead,
    login_paths: Vec<String>,
) -> Result<Outcome, Failure> {
    let has_logins = !login_paths.is_empty();
    console.print(if has_logins { "time,connections,logins\n" } else { "time,connections\n" })?;
    let mut report = Report::default();
    let unreadable = |error: io::Error| Failure::system("file-unreadable", &input::name(path), error.to_string(), "");
    let counted = count_log(log, login_paths, Utc::now().timestamp(), &mut report, |counted: Counted, report| {
        let time = DateTime::from_timestamp(counted.at, 0).unwrap_or_default();
        let logins = if has_logins { format!(",{}", counted.logins_a_minute()) } else { String::new() };
        report.took(1, Some((time, time)));
        let line = format!("{},{}{logins}\n", time.format("%FT%TZ"), counted.clients);
        Ok::<_, Stopped>(console.print(&line)?)
    });
    match counted {
        Ok(()) => {}
        Err(Stopped::Reading(error)) => return Err(unreadable(error)),
        Err(Stopped::Printing(failure)) => return Err(failure),
    }
    console.tell(&text(&report));
    Ok(outcome(&report))
}

/// Why counting stopped.
enum Stopped {
    Reading(io::Error),
    Printing(Failure),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Reading(error)
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Printing(failure)
    }
}

fn tell(console: &Console, json: bool, ingestion: &Ingestion) -> Result<Outcome, Failure> {
    if json {
        console.document(ingestion)?;
    } else {
        console.print(&text(&ingestion.report))?;
    }
    Ok(outcome(&ingestion.report))
}

/// Lines that could not be taken are for their author to mend; gaps and the like need not be.
fn outcome(report: &Report) -> Outcome {
    if report.refused == 0 { Outcome::Fine } else { Outcome::NotRight }
}

fn text(report: &Report) -> String {
    let mut text = format!("{:>12}  taken\n", report.taken);
    for (count, name) in [
        (report.duplicates, "known already"),
        (report.late, "late"),
        (report.aged, "of hours that are closed"),
        (report.refused, "refused"),
        (report.gaps, "gaps"),
        (report.clock_jumps, "clock jumps"),
        (report.counter_resets, "counter resets"),
    ] {
        if count > 0 {
            text.push_str(&format!("{count:>12}  {name}\n"));
        }
    }
    report.findings.iter().for_each(|finding| text.push_str(&format!("{finding}\n")));
    text
}

/// A file, or stdin; what gzip has packed is unpacked on the way.
fn open(path: &Path) -> Result<Box<dyn BufRead + Send>, Failure> {
    let raw: Box<dyn Read + Send> = if input::is_standard(path) {
        Box::new(io::stdin())
    } else {
        let opened = File::open(path).and_then(|file| match file.metadata()?.is_dir() {
            true => Err(io::ErrorKind::IsADirectory.into()),
            false => Ok(file),
        });
        Box::new(opened.map_err(|error| input::unreadable(&input::name(path), &error))?)
    };
    let mut raw = BufReader::with_capacity(BUFFER, raw);
    let start = raw.fill_buf().map_err(|error| input::unreadable(&input::name(path), &error))?;
    if start.starts_with(&[0x1f, 0x8b]) {
        return Ok(Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(raw))));
    }
    Ok(Box::new(raw))
}
