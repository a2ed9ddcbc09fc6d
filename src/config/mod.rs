//! The service's configuration: one struct a concern, gathered from four sources.
//!
//! Later sources win:
//! 1. defaults with which the service runs,
//! 2. a TOML file: `--config FILE`, else `CRENEAU_CONFIG`, else `creneau.toml` when there is one,
//! 3. the environment: `CRENEAU__SERVER__LISTEN` sets `server.listen`, and so on; the customary `DATABASE_URL` and
//!    `RUST_LOG` set `database.url` and `log.filter` (where both are given, the `CRENEAU__` one wins); an empty variable
//!    counts as absent,
//! 4. flags of the command line.
//!
//! A key that does not exist, or a value that cannot be, is refused with the place where it stands, and all findings are
//! told at once. What keys exist is written nowhere but in the `read` functions of [`sections`]: a [`reader::Reader`] notes what
//! they ask for, and what was given but not asked for is unknown.
//!
//! The `config` crate merges such sources too, but it stops at the first wrong value, forgets the line it came from,
//! and ignores unknown environment variables.

mod choices;
mod errors;
mod load;
mod print;
mod reader;
mod retention;
mod secret;
mod sections;
mod setting;
mod sources;
mod webhooks;

#[cfg(test)]
mod tests;

pub use choices::{LogFormat, Security, Transport};
pub use errors::ConfigErrors;
pub use load::{Load, Origins};
pub use retention::Retention;
pub use secret::{DatabaseUrl, Secret};
pub use sections::{Database, Demo, Jobs, Log, Mail, Server, Solve};
pub use sources::Overrides;
pub use webhooks::{Networks, Webhooks};

use reader::{Entry, Reader};
use sources::Sources;

/// The effective configuration.
#[derive(Debug)]
pub struct Config {
    /// The web server.
    pub server: Server,
    /// Where data is kept.
    pub database: Database,
    /// How mails leave.
    pub mail: Mail,
    /// How webhooks are sent.
    pub webhooks: Webhooks,
    /// Where observed load may be read.
    pub load: Load,
    /// The queue of background jobs.
    pub jobs: Jobs,
    /// The solver's limits.
    pub solve: Solve,
    /// How long what is about people is kept.
    pub retention: Retention,
    /// What is logged, and how.
    pub log: Log,
    /// The demo school.
    pub demo: Demo,
    entries: Vec<Entry>,
}

impl Config {
    /// Gathers the configuration from the defaults, the file, this process's environment and `flags`.
    ///
    /// # Errors
    /// Everything that is wrong with them, at once.
    pub fn load(flags: &Overrides) -> Result<Self, ConfigErrors> {
        Self::from_sources(Sources::gather(flags, std::env::vars_os()))
    }

    /// The effective configuration as a TOML file that can be loaded again, every value with the source it came from;
    /// secrets are blanked out.
    #[must_use]
    pub fn to_toml(&self) -> String {
        print::to_toml(&self.entries)
    }

    fn from_sources(sources: Sources) -> Result<Self, ConfigErrors> {
        let mut from = Reader::new(sources);
        let server = Server::read(&mut from);
        let database = Database::read(&mut from);
        let mail = Mail::read(&mut from, &database);
        let webhooks = Webhooks::read(&mut from);
        let load = Load::read(&mut from);
        let jobs = Jobs::read(&mut from);
        let solve = Solve::read(&mut from);
        let retention = Retention::read(&mut from);
        let log = Log::read(&mut from);
        let demo = Demo::read(&mut from, &server);
        let entries = from.finish()?;
        Ok(Self { server, database, mail, webhooks, load, jobs, solve, retention, log, demo, entries })
    }
}
