//! What the commands around the service share: its configuration, its database, its use cases.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use creneau_solver::Finding;

use super::Failure;
use crate::app::jobs::SolveLimits;
use crate::app::load::LoadSettings;
use crate::app::{App, AppError, AppResult, Settings};
use crate::config::{Config, Overrides};
use crate::domain::load::source::AllowedOrigins;
use crate::domain::{finding, network::Reachable};
use crate::jobs;
use crate::mail::Mailer;
use crate::net::Fetcher;
use crate::store::{Store, StoreError};
use crate::webhooks::Client;

/// Where the service's data and settings are.
#[derive(Args, Clone, Debug)]
pub struct Place {
    /// The service's folder, with its database [default: data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Read the settings from this file [default: creneau.toml when there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl Place {
    /// The settings: defaults, file, environment and these flags.
    pub fn settings(&self) -> Result<Config, Failure> {
        read(self.overrides())
    }

    /// The flags as settings, for commands that add their own.
    pub fn overrides(&self) -> Overrides {
        let data = self.data.as_deref().map(Path::display);
        Overrides::default().file(self.config.clone()).flag("--data", "database.data", data)
    }

    /// The use cases on the database that is at this place, with its tables brought up to date.
    pub fn open(&self) -> Result<App, Failure> {
        let config = self.settings()?;
        must_exist(&config)?;
        opened(&config)
    }

    /// The same on a new database where there is none.
    pub fn open_or_create(&self) -> Result<App, Failure> {
        opened(&self.settings()?)
    }
}

fn opened(config: &Config) -> Result<App, Failure> {
    let store = store(config)?;
    store.migrate().map_err(|error| unusable(config, &error))?;
    Ok(app(store, config))
}

/// Refuses a folder without a database: most commands are about what is there, and a folder that is mistyped holds nothing.
pub fn must_exist(config: &Config) -> Result<(), Failure> {
    let data = &config.database.data;
    if config.database.url.is_some() || Store::is_embedded_in(data) {
        return Ok(());
    }
    Err(Failure::system(
        "no-database",
        &data.display().to_string(),
        "there is no database in this folder",
        "name the service's folder with --data; `creneau serve`, `import`, `migrate` and `demo` make a new one",
    ))
}

/// The settings of all sources.
pub fn read(overrides: Overrides) -> Result<Config, Failure> {
    Config::load(&overrides).map_err(|errors| {
        let action = "the README tells what may be set, and `creneau serve --print-config` what is";
        let finding = |(place, message): (String, &str)| Finding::error("configuration", place, message, action);
        Failure::Usage(errors.mistakes().map(finding).collect())
    })
}

/// Opens the database that the configuration names.
pub fn store(config: &Config) -> Result<Store, Failure> {
    let opened = match &config.database.url {
        Some(url) => Store::open(url.reveal(), config.database.pool_size),
        None => Store::embedded(&config.database.data, config.database.pool_size),
    };
    opened.map_err(|error| unusable(config, &error))
}

/// The use cases on a database.
pub fn app(store: Store, config: &Config) -> App {
    let public_url = config.server.public_url.clone();
    let host = public_url.split("://").nth(1).unwrap_or_default();
    let domain = host.split(['/', ':']).next().filter(|host| !host.is_empty()).unwrap_or("localhost").to_owned();
    let limits = SolveLimits {
        seconds: config.solve.seconds,
        max_seconds: config.solve.max_seconds,
        threads: config.solve.threads,
    };
    App::new(store, Settings { public_url, domain })
        .with_solve_limits(limits)
        .with_retention((&config.retention).into())
        .with_reachable(reachable(config))
        .with_load(load(config))
        .with_calendar_bytes(config.server.calendar_bytes)
}

fn load(config: &Config) -> LoadSettings {
    let reachable = Reachable { allowed: config.load.networks.0.clone() };
    LoadSettings { origins: AllowedOrigins(config.load.allow.0.clone()), reachable }
}

fn reachable(config: &Config) -> Reachable {
    Reachable { allowed: config.webhooks.allow.0.clone() }
}

/// The database cannot be used.
pub fn unusable(config: &Config, error: &StoreError) -> Failure {
    let (place, action) = match &config.database.url {
        Some(_) => ("database.url".to_owned(), "check the address, and that the server runs and lets this user in"),
        None => (config.database.data.display().to_string(), "check that the folder can be written to"),
    };
    Failure::system("database", &place, error.to_string(), action)
}

/// Starts the workers of this process.
pub fn work(app: &App, config: &Config) -> Result<jobs::Handle, Failure> {
    let mailer = Mailer::open(&config.mail)
        .map_err(|reason| Failure::usage("mail", reason, "see the mail settings in `creneau serve --print-config`"))?;
    let timeout = Duration::from_secs(config.webhooks.timeout_seconds);
    let webhooks = Client::new(&reachable(config), timeout)
        .map_err(|reason| Failure::system("webhooks", "", reason, "see the message; no webhook could be sent"))?;
    let timeout = Duration::from_secs(config.load.timeout_seconds);
    let fetcher = Fetcher::new(&load(config).reachable, timeout)
        .map_err(|reason| Failure::system("load", "", reason, "see the message; no source of load could be read"))?;
    jobs::Runner::start(app, (&config.jobs).into(), mailer, webhooks, (fetcher, timeout))
        .map_err(|error| Failure::system("worker", "", error.to_string(), "see the message"))
}

/// Runs a use case to its end.
pub fn wait_for<T>(use_case: impl Future<Output = AppResult<T>>) -> Result<T, Failure> {
    block_on(use_case)?.map_err(refused)
}

/// Runs something asynchronous to its end, on this thread.
pub fn block_on<F: Future>(body: F) -> Result<F::Output, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::system("runtime", "", error.to_string(), "see the message"))?;
    Ok(runtime.block_on(body))
}

/// A use case did not do what the command asked.
pub fn refused(error: AppError) -> Failure {
    let error_finding = |finding: finding::Finding| {
        // Codes of the service are words of this program, too, but not known at compile time.
        let message = format!("{} ({})", finding.message, finding.code);
        creneau_solver::Finding::error("invalid", finding.place, message, finding.action)
    };
    match error {
        AppError::Invalid(findings) => Failure::Input(findings.0.into_iter().map(error_finding).collect()),
        AppError::Conflict { code, message, findings } => {
            let mut all = vec![creneau_solver::Finding::error(code, "", message, "")];
            all.extend(findings.into_iter().map(error_finding));
            Failure::Input(all)
        }
        AppError::Internal(reason) | AppError::Unavailable(reason) => {
            Failure::system("database", "", reason, "see the message; this is not about your input")
        }
        other => Failure::Input(vec![creneau_solver::Finding::error("refused", "", other.to_string(), "")]),
    }
}
