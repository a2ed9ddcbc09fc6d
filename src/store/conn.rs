//! The connection: the only place that names a backend.

use super::error::{LostRace, StoreError};
use diesel::{
    Connection, MultiConnection, PgConnection, RunQueryDsl, SqliteConnection,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
    r2d2::{self, CustomizeConnection, ManageConnection, Pool, PooledConnection, R2D2Connection},
    result::Error,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// How often a transaction that lost a race is tried again before its caller hears of it.
const TRIES: usize = 12;

/// A connection to whichever database the address names.
#[derive(MultiConnection)]
pub enum Conn {
    /// The embedded database.
    Sqlite(SqliteConnection),
    /// A PostgreSQL server.
    Postgres(PgConnection),
}

/// Makes connections to an address. What diesel derives for [`Conn`] tries one backend after the other and tells no reason.
#[derive(Debug)]
pub struct Connector(String);

impl Connector {
    /// One to `url`: a `postgres://` address, or the path of an SQLite file.
    pub fn of(url: &str) -> Self {
        Self(patient(url))
    }
}

impl ManageConnection for Connector {
    type Connection = Conn;
    type Error = r2d2::Error;

    fn connect(&self) -> Result<Conn, r2d2::Error> {
        let made = if is_server(&self.0) {
            PgConnection::establish(&self.0).map(Conn::Postgres)
        } else {
            SqliteConnection::establish(&self.0).map(Conn::Sqlite)
        };
        made.map_err(r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), r2d2::Error> {
        conn.ping().map_err(r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || conn.is_broken()
    }
}

/// A pool of connections.
pub type ConnPool = Pool<Connector>;

/// One of them, until it is dropped.
pub type PooledConn = PooledConnection<Connector>;

/// Compiles one body for each backend, for what the enum cannot express (batch inserts, `on_conflict`).
macro_rules! on_backend {
    ($conn:expr, $inner:ident => $body:expr) => {
        match $conn {
            $crate::store::Conn::Sqlite($inner) => $body,
            $crate::store::Conn::Postgres($inner) => $body,
        }
    };
}
pub(super) use on_backend;

/// The file of the embedded database in a folder.
pub fn sqlite_file(data: &Path) -> PathBuf {
    data.join("creneau.db")
}

/// Whether an address is that of a server, and not of a file.
pub fn is_server(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// A pool of `size` connections to `url`: a `postgres://` address, or the path of an SQLite file.
///
/// # Errors
/// why no connection can be made.
pub fn pool(url: &str, size: u32) -> Result<ConnPool, Box<dyn std::error::Error>> {
    let connector = Connector::of(url);
    // The pool would try for ten seconds before it tells why there is none.
    connector.connect()?;
    let pool = Pool::builder()
        .max_size(size)
        .connection_timeout(Duration::from_secs(10))
        .connection_customizer(Box::new(OnAcquire));
    Ok(pool.build(connector)?)
}

/// The same address; a server that does not answer is waited for ten seconds, and not as long as the network likes.
fn patient(url: &str) -> String {
    if !is_server(url) || url.contains("connect_timeout=") {
        return url.to_owned();
    }
    format!("{url}{}connect_timeout=10", if url.contains('?') { '&' } else { '?' })
}

/// How long a statement waits for rows and tables that others hold.
const LOCK_TIMEOUT: &str = "SET lock_timeout = '10s'";

#[derive(Debug)]
struct OnAcquire;

impl CustomizeConnection<Conn, r2d2::Error> for OnAcquire {
    fn on_acquire(&self, conn: &mut Conn) -> Result<(), r2d2::Error> {
        match conn {
            // FULL: an acknowledged write survives a power cut, too.
            Conn::Sqlite(conn) => conn.batch_execute(
                "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
            ),
            Conn::Postgres(conn) => {
                conn.batch_execute("SET TIME ZONE 'UTC'").and_then(|()| conn.batch_execute(LOCK_TIMEOUT))
            }
        }
        .map_err(r2d2::Error::QueryError)
    }
}

/// Runs the migrations that are missing, and names them.
///
/// # Errors
/// those of the database.
pub fn migrate(conn: &mut Conn) -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    match conn {
        Conn::Sqlite(conn) => Ok(conn.run_pending_migrations(SQLITE)?.iter().map(ToString::to_string).collect()),
        Conn::Postgres(conn) => {
            // Several processes may start at once: one migrates, the others wait for it, however long it takes. A table
            // that somebody holds is not waited for like that: behind such a lock all others would queue.
            conn.batch_execute("SET lock_timeout = 0; SELECT pg_advisory_lock(20200316)")?;
            conn.batch_execute(LOCK_TIMEOUT)?;
            let done = conn.run_pending_migrations(POSTGRES).map(|done| done.iter().map(ToString::to_string).collect());
            diesel::sql_query("SELECT pg_advisory_unlock(20200316)").execute(conn)?;
            done
        }
    }
}

/// Takes every migration back.
///
/// # Errors
/// those of the database.
pub fn unmigrate(conn: &mut Conn) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    match conn {
        Conn::Sqlite(conn) => conn.revert_all_migrations(SQLITE)?,
        Conn::Postgres(conn) => conn.revert_all_migrations(POSTGRES)?,
    };
    Ok(())
}

/// Whether a migration is still to be run.
///
/// # Errors
/// those of the database.
pub fn is_behind(conn: &mut Conn) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
    match conn {
        Conn::Sqlite(conn) => conn.has_pending_migration(SQLITE),
        Conn::Postgres(conn) => conn.has_pending_migration(POSTGRES),
    }
}

/// Runs `body` as if nobody else were writing: SQLite takes its write lock at once, PostgreSQL runs serializable and
/// tries again after a lost race. `body` may run several times, so it touches nothing but the database.
///
/// # Errors
/// those of `body` and of the database.
pub fn write<T, E>(conn: &mut Conn, mut body: impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E>
where
    E: From<StoreError> + LostRace,
{
    tried(|| write_once(conn, &mut body))
}

/// [`write`] without a second try.
///
/// # Errors
/// those of `body` and of the database.
pub fn write_once<T, E: From<StoreError>>(
    conn: &mut Conn,
    body: &mut impl FnMut(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    // A lock of SQLite that is taken only after a read can fail without waiting.
    let begin = Begin { sqlite: "BEGIN IMMEDIATE", postgres: "BEGIN ISOLATION LEVEL SERIALIZABLE" };
    transaction(conn, begin, body)
}

/// Does something again, after a while, as long as it loses races.
///
/// # Errors
/// those of `work`.
pub fn tried<T, E: LostRace>(mut work: impl FnMut() -> Result<T, E>) -> Result<T, E> {
    let mut tries = 0;
    loop {
        tries += 1;
        match work() {
            Err(error) if tries < TRIES && error.lost_race() => {
                std::thread::sleep(Duration::from_millis(rand::random_range(1..(1 << tries.min(7)))));
            }
            other => return other,
        }
    }
}

/// Runs `body` on one unchanging picture of the database.
///
/// # Errors
/// those of `body` and of the database.
pub fn read<T, E: From<StoreError>>(conn: &mut Conn, mut body: impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E> {
    let begin = Begin { sqlite: "BEGIN", postgres: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" };
    transaction(conn, begin, &mut body)
}

/// How a transaction begins.
#[derive(Clone, Copy)]
struct Begin {
    sqlite: &'static str,
    postgres: &'static str,
}

fn transaction<T, E: From<StoreError>>(
    conn: &mut Conn,
    begin: Begin,
    body: &mut impl FnMut(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    type Manager = <Conn as Connection>::TransactionManager;
    let begun = match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, begin.sqlite),
        Conn::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(conn, begin.postgres),
    };
    begun.map_err(StoreError::from)?;
    match body(conn) {
        Ok(done) => {
            Manager::commit_transaction(conn).map_err(StoreError::from)?;
            Ok(done)
        }
        Err(error) => match Manager::rollback_transaction(conn) {
            // A connection that is broken is given up; why is in the first error.
            Ok(()) | Err(Error::BrokenTransactionManager) => Err(error),
            Err(rollback) => Err(StoreError::from(rollback).into()),
        },
    }
}
