//! The rows of a booking, written without a question asked: what the database itself costs.

use crate::platform::Site;
use chrono::NaiveDateTime;
use creneau::domain::{capacity::CELL, session::Session};
use diesel::{Connection, PgConnection, SqliteConnection, connection::SimpleConnection, prelude::*, upsert::excluded};

diesel::table! {
    sessions (id) {
        id -> Text,
        school_id -> Text,
        title -> Text,
        connections -> BigInt,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        state -> Text,
        sequence -> BigInt,
        created_at -> Timestamp,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    session_teachers (session_id, teacher_id) {
        session_id -> Text,
        teacher_id -> Text,
    }
}

diesel::table! {
    session_groups (session_id, group_id) {
        session_id -> Text,
        group_id -> Text,
    }
}

diesel::table! {
    pool_usage (pool_id, at) {
        pool_id -> Text,
        at -> Timestamp,
        used -> BigInt,
    }
}

/// A connection of the bare kind, to either database.
pub enum Bare {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Bare {
    pub fn open(url: &str) -> Result<Self, diesel::ConnectionError> {
        if url.starts_with("postgres://") {
            return Ok(Self::Postgres(PgConnection::establish(url)?));
        }
        let mut conn = SqliteConnection::establish(url)?;
        // As the service sets it.
        conn.batch_execute("PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")
            .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
        Ok(Self::Sqlite(conn))
    }

    /// One transaction with all rows of a class.
    pub fn insert(&mut self, site: &Site, class: &Session) -> QueryResult<()> {
        match self {
            Self::Sqlite(conn) => conn.immediate_transaction(|conn| rows(site, class, conn)),
            Self::Postgres(conn) => conn.transaction(|conn| postgres_rows(site, class, conn)),
        }
    }
}

/// The same statements for both: their types differ, their text does not.
macro_rules! write_rows {
    ($name:ident, $conn:ty) => {
        fn $name(site: &Site, class: &Session, conn: &mut $conn) -> QueryResult<()> {
            diesel::insert_into(sessions::table)
                .values((
                    sessions::id.eq(class.id.as_str()),
                    sessions::school_id.eq(class.school.as_str()),
                    sessions::title.eq(&class.title),
                    sessions::connections.eq(i64::from(class.connections)),
                    sessions::starts_at.eq(class.starts_at.naive_utc()),
                    sessions::ends_at.eq(class.ends_at.naive_utc()),
                    sessions::state.eq("confirmed"),
                    sessions::sequence.eq(0),
                    sessions::created_at.eq(class.created_at.naive_utc()),
                    sessions::changed_at.eq(class.changed_at.naive_utc()),
                ))
                .execute(conn)?;
            let id = session_teachers::session_id.eq(class.id.as_str());
            let teacher = session_teachers::teacher_id.eq(class.teachers[0].as_str());
            diesel::insert_into(session_teachers::table).values((id, teacher)).execute(conn)?;
            let id = session_groups::session_id.eq(class.id.as_str());
            let group = session_groups::group_id.eq(class.groups[0].as_str());
            diesel::insert_into(session_groups::table).values((id, group)).execute(conn)?;
            let used = i64::from(class.connections);
            let cells: Vec<_> = site
                .pools
                .iter()
                .flat_map(|pool| cells(class).map(move |at| (pool, at)))
                .map(|(pool, at)| {
                    (pool_usage::pool_id.eq(pool.as_str()), pool_usage::at.eq(at), pool_usage::used.eq(used))
                })
                .collect();
            diesel::insert_into(pool_usage::table)
                .values(&cells)
                .on_conflict((pool_usage::pool_id, pool_usage::at))
                .do_update()
                .set(pool_usage::used.eq(pool_usage::used + excluded(pool_usage::used)))
                .execute(conn)?;
            Ok(())
        }
    };
}

write_rows!(rows, SqliteConnection);
write_rows!(postgres_rows, PgConnection);

fn cells(class: &Session) -> impl Iterator<Item = NaiveDateTime> {
    let end = class.ends_at.naive_utc();
    std::iter::successors(Some(class.starts_at.naive_utc()), |at| Some(*at + CELL)).take_while(move |at| *at < end)
}
