//! The database: the only place that names diesel. One file a table and what hangs on it; every function takes a
//! [`Conn`] that [`Store::read`] or [`Store::write`] hands out, so that one use case is one transaction.

pub mod alerts;
pub mod attendance;
pub mod audit;
pub mod bookings;
pub mod browser_sessions;
pub mod calendars;
mod conn;
pub mod deliveries;
mod duties;
pub mod erasure;
mod error;
pub mod feed_weeks;
pub mod feeds;
pub mod forecasts;
pub mod groups;
pub mod invitations;
pub mod jobs;
pub mod load;
pub mod mail_readers;
pub mod memberships;
pub mod notices;
pub mod outbox;
pub mod people;
pub mod pins;
pub mod plans;
pub mod platforms;
pub mod pools;
pub mod pressure;
mod private;
pub mod requests;
pub mod retention;
mod revisions;
pub mod rounds;
pub mod scenarios;
mod schema;
pub mod schools;
pub mod sessions;
pub mod shares;
pub mod sign_in;
pub mod stamps;
mod statement;
pub mod teachers;
pub mod tokens;
mod turn;
mod types;
pub mod usage;
pub mod webhooks;

pub use conn::Conn;
pub use error::{Found, LostRace, StoreError};
pub use turn::Turn;

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Semaphore;

/// A handle on the database; cloning it is cheap.
#[derive(Clone)]
pub struct Store {
    pool: conn::ConnPool,
    /// The line of those who write to an embedded database: waiting in it is quicker than asking now and then.
    line: Option<Arc<Mutex<()>>>,
    /// Who waits in line on a server holds a connection: at most half of them, so that readers never wait for the line.
    turns: Arc<Semaphore>,
    /// What this process does for all that share a server; nobody shares an embedded database for long.
    duties: Option<Arc<duties::Duties>>,
}

impl Store {
    /// Whether an embedded database is in a folder.
    pub fn is_embedded_in(data: &Path) -> bool {
        conn::sqlite_file(data).is_file()
    }

    /// Opens the embedded database in a folder, which is created when it is missing, for nobody else to read.
    ///
    /// # Errors
    /// `Unavailable` when the folder or the file cannot be used.
    pub fn embedded(data: &Path, size: u32) -> Result<Self, StoreError> {
        let unusable = |error: std::io::Error| StoreError::Unavailable(format!("{}: {error}", data.display()));
        let file = conn::sqlite_file(data);
        private::create(data, &file).map_err(unusable)?;
        Self::open(&file.to_string_lossy(), size)
    }

    /// Opens a database by its address: `postgres://…`, or the path of an SQLite file.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be reached.
    pub fn open(url: &str, size: u32) -> Result<Self, StoreError> {
        let pool = conn::pool(url, size).map_err(|error| unavailable(&error))?;
        let line = (!conn::is_server(url)).then(Arc::default);
        let turns = usize::try_from(size / 2).unwrap_or(1).max(1);
        let duties = conn::is_server(url).then(|| Arc::new(duties::Duties::new(conn::Connector::of(url))));
        Ok(Self { pool, line, turns: Arc::new(Semaphore::new(turns)), duties })
    }

    /// Whether a duty is this process's: from now on when no other process that shares the server has it.
    ///
    /// # Errors
    /// those of the database.
    pub fn has_duty(&self, name: &'static str) -> Result<bool, StoreError> {
        self.duties.as_ref().map_or(Ok(true), |duties| duties.has(name))
    }

    /// Brings the tables up to date, and names the migrations that ran.
    ///
    /// # Errors
    /// those of the database.
    pub fn migrate(&self) -> Result<Vec<String>, StoreError> {
        conn::migrate(&mut *self.conn()?).map_err(|error| StoreError::Other(error.to_string()))
    }

    /// Takes every migration back: for tests and for those who leave.
    ///
    /// # Errors
    /// those of the database.
    pub fn unmigrate(&self) -> Result<(), StoreError> {
        conn::unmigrate(&mut *self.conn()?).map_err(|error| StoreError::Other(error.to_string()))
    }

    /// Whether the database answers and its tables are up to date.
    ///
    /// # Errors
    /// those of the database.
    pub fn is_ready(&self) -> Result<bool, StoreError> {
        let behind = conn::is_behind(&mut *self.conn()?).map_err(|error| StoreError::Other(error.to_string()))?;
        Ok(!behind)
    }

    /// Reads one unchanging picture of the database, off the async threads.
    ///
    /// # Errors
    /// those of `body` and of the database.
    pub async fn read<T, E>(&self, body: impl FnMut(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let store = self.clone();
        off_thread(move || store.read_now(body)).await
    }

    /// Reads and writes as if nobody else were writing, off the async threads. `body` may run several times.
    ///
    /// # Errors
    /// those of `body` and of the database.
    pub async fn write<T, E>(&self, body: impl FnMut(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + LostRace + Send + 'static,
    {
        let store = self.clone();
        off_thread(move || store.write_now(body)).await
    }

    /// [`Store::write`] after waiting in line with every other process for the same pools, if any are wanted.
    ///
    /// # Errors
    /// those of `body` and of the database.
    pub async fn write_in_turn<T, E>(
        &self,
        turn: Option<Turn>,
        body: impl FnMut(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + LostRace + Send + 'static,
    {
        let store = self.clone();
        let waits = turn.is_some() && self.line.is_none();
        // It is never closed, so that there is always one.
        let one = if waits { Arc::clone(&self.turns).acquire_owned().await.ok() } else { None };
        off_thread(move || {
            // Kept by the thread: whoever asked may have gone away meanwhile, the transaction has not.
            let _one = one;
            store.write_in_turn_now(turn.as_ref(), body)
        })
        .await
    }

    /// [`Store::write_in_turn`] on the calling thread.
    ///
    /// # Errors
    /// those of `body` and of the database.
    pub fn write_in_turn_now<T, E>(
        &self,
        turn: Option<&Turn>,
        body: impl FnMut(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<StoreError> + LostRace,
    {
        match turn {
            Some(turn) if self.line.is_none() => turn.wait(&mut *self.conn()?, |conn| conn::write(conn, body)),
            _ => self.write_now(body),
        }
    }

    /// [`Store::read`] on the calling thread.
    ///
    /// # Errors
    /// those of `body` and of the database.
    pub fn read_now<T, E: From<StoreError>>(&self, body: impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        conn::read(&mut *self.conn()?, body)
    }

    /// Reads by one statement, which sees one picture of the database by itself, on the calling thread.
    ///
    /// # Errors
    /// those of `body` and of the database.
    pub fn look_up_now<T>(&self, body: impl FnOnce(&mut Conn) -> Result<T, StoreError>) -> Result<T, StoreError> {
        body(&mut *self.conn()?)
    }

    /// [`Store::write`] on the calling thread.
    ///
    /// # Errors
    /// those of `body` and of the database.
    pub fn write_now<T, E>(&self, mut body: impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError> + LostRace,
    {
        // Who lost a race to another lets all others pass while it waits.
        conn::tried(|| {
            let _line = self.in_line();
            conn::write_once(&mut *self.conn()?, &mut body)
        })
    }

    /// Before a connection is taken: those who wait keep none from those who read.
    fn in_line(&self) -> Option<MutexGuard<'_, ()>> {
        // Whoever panicked in it has left it, and the transaction with it.
        self.line.as_ref().map(|line| line.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn conn(&self) -> Result<conn::PooledConn, StoreError> {
        self.pool.get().map_err(|error| unavailable(&error))
    }
}

async fn off_thread<T, E>(body: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    tokio::task::spawn_blocking(body)
        .await
        .unwrap_or_else(|stopped| Err(StoreError::Other(format!("a database task stopped: {stopped}")).into()))
}

/// Why no connection is to be had, in one line: PostgreSQL takes several.
fn unavailable(error: &impl ToString) -> StoreError {
    StoreError::Unavailable(error.to_string().split_whitespace().collect::<Vec<_>>().join(" "))
}
