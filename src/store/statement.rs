//! Statements that take any number of rows from one JSON text: their own text is always the same, so that each connection
//! prepares them once.

use super::{Conn, StoreError, conn::on_backend};
use diesel::{
    QueryResult, RunQueryDsl,
    backend::Backend,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{HasSqlType, Text},
};
use serde::Serialize;

/// A statement in both dialects; in each, `?` stands for the JSON text, once.
pub(super) struct Statement {
    pub(super) sqlite: &'static str,
    pub(super) postgres: &'static str,
}

impl Statement {
    /// Runs it on these rows; how many rows it changed.
    ///
    /// # Errors
    /// those of the database.
    pub(super) fn run(&self, conn: &mut Conn, rows: &impl Serialize) -> Result<usize, StoreError> {
        let rows = serde_json::to_string(rows).map_err(|error| StoreError::Other(error.to_string()))?;
        let dialect = match conn {
            Conn::Sqlite(_) => self.sqlite,
            Conn::Postgres(_) => self.postgres,
        };
        let (head, tail) = dialect.split_once('?').unwrap_or((dialect, ""));
        Ok(on_backend!(conn, conn => WithText { head, text: &rows, tail }.execute(conn))?)
    }
}

/// SQL with one text in it. Unlike diesel's `sql_query` it may be kept prepared, for no value is ever written into it.
#[derive(Clone, Copy)]
pub(super) struct WithText<'a> {
    pub(super) head: &'a str,
    pub(super) text: &'a str,
    pub(super) tail: &'a str,
}

impl QueryId for WithText<'_> {
    // Found by its text.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB> QueryFragment<DB> for WithText<'_>
where
    DB: Backend + HasSqlType<Text>,
    str: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.head);
        out.push_bind_param::<Text, str>(self.text)?;
        out.push_sql(self.tail);
        Ok(())
    }
}

impl<C> RunQueryDsl<C> for WithText<'_> {}
