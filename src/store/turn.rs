//! Waiting in line, so that those who want the same pools do not lose races against each other again and again. Only the
//! waiting depends on it, never what is right.

use super::{Conn, StoreError, statement::WithText};
use crate::domain::id::Id;
use diesel::{RunQueryDsl, sql_query};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Whose pools are wanted.
#[derive(Clone, Debug)]
pub enum Turn {
    /// A school's.
    School(Id),
    /// Those of a session's school.
    Session(Id),
    /// Those of a round's school.
    Round(Id),
    /// Those of a swap's school.
    Swap(Id),
    /// This one.
    Pool(Id),
}

impl Turn {
    /// Does `work` while nobody else does work for one of the same pools, in whichever process. The embedded database has
    /// one writer anyway.
    ///
    /// # Errors
    /// those of `work`; `LostRace` when the line is too long.
    pub(super) fn wait<T, E: From<StoreError>>(
        &self,
        conn: &mut Conn,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let Conn::Postgres(_) = conn else { return work(conn) };
        // Before the transaction begins: its picture of the database must not be older than its turn.
        let waited = self.lock(conn).map_err(E::from);
        let done = waited.and_then(|()| {
            let done = catch_unwind(AssertUnwindSafe(|| work(conn)));
            done.unwrap_or_else(|_| Err(StoreError::Other("a database task panicked".to_owned()).into()))
        });
        // A connection that is lost has lost its locks, too.
        if let Err(error) = sql_query("SELECT pg_advisory_unlock_all()").execute(conn) {
            tracing::warn!(%error, "a turn could not be given back");
        }
        done
    }

    /// One statement for all pools, in the same order for everybody, so that no two wait for each other.
    fn lock(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let Conn::Postgres(conn) = conn else { return Ok(()) };
        let (pools, id) = match self {
            Self::School(id) => ("school_pools WHERE school_id =", id),
            Self::Session(id) => ("school_pools JOIN sessions USING (school_id) WHERE sessions.id =", id),
            Self::Round(id) => ("school_pools JOIN rounds USING (school_id) WHERE rounds.id =", id),
            Self::Swap(id) => ("school_pools JOIN swaps USING (school_id) WHERE swaps.id =", id),
            Self::Pool(id) => ("(SELECT id AS pool_id FROM pools) AS school_pools WHERE pool_id =", id),
        };
        let head = format!("WITH turns AS MATERIALIZED (SELECT pool_id FROM {pools} ");
        let tail = " ORDER BY pool_id) SELECT pg_advisory_lock(hashtextextended(pool_id, 2020)) FROM turns";
        WithText { head: &head, text: id.as_str(), tail }.execute(conn)?;
        Ok(())
    }
}
