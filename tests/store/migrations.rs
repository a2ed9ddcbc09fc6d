//! Up, down, up: the same tables each time, on both databases, and the ones that the program believes in.

use crate::support::{postgres, service::Backend};
use creneau::store::Store;
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_query,
    sql_types::Text,
};
use std::collections::BTreeMap;

/// Table and column, to type and whether it may be null.
type Tables = BTreeMap<(String, String), (String, bool)>;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    of_table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    nullable: String,
}

const SQLITE: &str = "SELECT m.name AS of_table, c.name AS name, lower(c.type) AS kind, \
    CASE WHEN c.\"notnull\" = 1 THEN 'NO' ELSE 'YES' END AS nullable \
    FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'";
const POSTGRES: &str = "SELECT table_name::text AS of_table, column_name::text AS name, data_type::text AS kind, \
    is_nullable::text AS nullable FROM information_schema.columns WHERE table_schema = 'public'";

fn tables(backend: Backend, url: &str) -> Tables {
    let columns: Vec<Column> = match backend {
        Backend::Sqlite => sql_query(SQLITE).load(&mut SqliteConnection::establish(url).unwrap()).unwrap(),
        Backend::Postgres => sql_query(POSTGRES).load(&mut PgConnection::establish(url).unwrap()).unwrap(),
    };
    let own = columns.into_iter().filter(|column| !column.of_table.starts_with("__diesel"));
    own.map(|column| ((column.of_table, column.name), (kind(&column.kind).to_owned(), column.nullable == "YES")))
        .collect()
}

/// One word for a type, whatever a database calls it.
fn kind(name: &str) -> &str {
    match name {
        "timestamp without time zone" | "Timestamp" => "timestamp",
        "double precision" | "Double" => "double",
        "BigInt" => "bigint",
        "Text" => "text",
        "Bool" => "boolean",
        other => other,
    }
}

/// What `src/store/schema` says.
fn believed() -> Tables {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/schema");
    let files = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let text: String = files.collect();
    let mut tables = Tables::new();
    let mut table = String::new();
    for line in text.lines().map(str::trim) {
        if let Some((name, _)) = line.strip_suffix('{').and_then(|head| head.split_once(" (")) {
            table = name.to_owned();
        }
        if let Some((name, kind_of)) =
            line.trim_end_matches(',').split_once(" -> ").filter(|_| !line.starts_with("diesel"))
        {
            let inner = kind_of.strip_prefix("Nullable<").and_then(|inner| inner.strip_suffix('>'));
            let value = (kind(inner.unwrap_or(kind_of)).to_owned(), inner.is_some());
            tables.insert((table.clone(), name.to_owned()), value);
        }
    }
    tables
}

fn up_down_up(backend: Backend, url: &str) -> Tables {
    let store = Store::open(url, 2).unwrap();
    assert!(!store.is_ready().unwrap());
    assert!(!store.migrate().unwrap().is_empty());
    let up = tables(backend, url);
    store.unmigrate().unwrap();
    assert_eq!(tables(backend, url), Tables::new());
    store.migrate().unwrap();
    assert!(store.is_ready().unwrap());
    assert_eq!(tables(backend, url), up);
    up
}

#[test]
fn both_databases_end_in_the_tables_of_the_program() {
    let folder = tempfile::TempDir::new().unwrap();
    let sqlite = up_down_up(Backend::Sqlite, &folder.path().join("test.db").to_string_lossy());
    let postgres = up_down_up(Backend::Postgres, &postgres::database().url);
    assert_eq!(sqlite, postgres);
    assert_eq!(sqlite, believed());
}

#[test]
fn several_processes_may_migrate_at_once() {
    let database = postgres::database();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| Store::open(&database.url, 2).unwrap().migrate().unwrap());
        }
    });
    assert_eq!(tables(Backend::Postgres, &database.url), believed());
}

#[test]
fn whoever_starts_while_another_migrates_waits_for_it() {
    let database = postgres::database();
    let mut first = PgConnection::establish(&database.url).unwrap();
    first.batch_execute("SELECT pg_advisory_lock(20200316)").unwrap();
    std::thread::scope(|scope| {
        let second = scope.spawn(|| Store::open(&database.url, 2).unwrap().migrate());
        // Longer than a statement waits for rows that others hold.
        std::thread::sleep(std::time::Duration::from_secs(12));
        assert!(!second.is_finished(), "it waits");
        first.batch_execute("SELECT pg_advisory_unlock(20200316)").unwrap();
        second.join().unwrap().unwrap();
    });
    assert_eq!(tables(Backend::Postgres, &database.url), believed());
}
