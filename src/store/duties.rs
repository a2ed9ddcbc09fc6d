//! Duties: work that one process does for all that share a server, such as looking for free places. Only how often it is
//! done depends on it, never what is right: whoever does it at the same time does no harm.

use super::{Conn, StoreError, conn::Connector};
use diesel::{
    RunQueryDsl, connection::SimpleConnection, dsl::sql, r2d2::ManageConnection, select, sql_query, sql_types::Bool,
};
use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How often a process asks for a duty that is another's.
const ASKED_EVERY: Duration = Duration::from_secs(1);
/// A server that hears nothing of a machine any more lets go of its duties after half a minute.
const NOTICED: &str = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4";

/// The duties of this process. The server holds them for a connection of their own: when the process dies, in whichever
/// way, they are free at once.
pub(super) struct Duties {
    connector: Connector,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    conn: Option<Conn>,
    ours: HashSet<&'static str>,
    asked: HashMap<&'static str, Instant>,
}

impl Duties {
    pub(super) fn new(connector: Connector) -> Self {
        Self { connector, kept: Mutex::default() }
    }

    /// Whether a duty is this process's, from now on when nobody has it.
    ///
    /// # Errors
    /// those of the database.
    pub(super) fn has(&self, name: &'static str) -> Result<bool, StoreError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = kept.has(name, &self.connector);
        if answer.is_err() {
            // With the connection go its duties.
            *kept = Kept::default();
        }
        answer
    }
}

impl Kept {
    fn has(&mut self, name: &'static str, connector: &Connector) -> Result<bool, StoreError> {
        if let Some(conn) = self.conn.as_mut().filter(|_| self.ours.contains(name)) {
            sql_query("SELECT 1").execute(conn)?;
            return Ok(true);
        }
        if self.asked.get(name).is_some_and(|asked| asked.elapsed() < ASKED_EVERY) {
            return Ok(false);
        }
        let conn = match &mut self.conn {
            Some(conn) => conn,
            None => self.conn.insert(opened(connector)?),
        };
        // The name is one of ours.
        let asked = sql::<Bool>(&format!("pg_try_advisory_lock(hashtextextended('{name}', 2021))"));
        let is_ours = select(asked).get_result(conn)?;
        self.asked.insert(name, Instant::now());
        if is_ours {
            self.ours.insert(name);
        }
        Ok(is_ours)
    }
}

fn opened(connector: &Connector) -> Result<Conn, StoreError> {
    let mut conn = connector.connect().map_err(|error| StoreError::Unavailable(error.to_string()))?;
    conn.batch_execute(NOTICED)?;
    Ok(conn)
}

impl fmt::Debug for Duties {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Duties")
    }
}
