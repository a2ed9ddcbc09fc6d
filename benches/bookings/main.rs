//! Prints what a booking costs, and what a free start costs on a large platform:
//! `cargo bench --workspace --bench bookings -- [book|free]`. A report, not a timed test: nothing fails but what does not
//! work. README.md holds what was measured.

mod bare;
mod books;
mod free;
mod platform;
mod support;

use std::error::Error;
use support::postgres::{Cluster, DURABLE};
use tempfile::TempDir;

/// Where a measurement takes place: the name of the database, and its address.
type Place = (&'static str, String);

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|one| one == name);
    let cluster = Cluster::start_with(DURABLE);
    let folder = TempDir::new()?;
    let places = |name: &str| -> [Place; 2] {
        let file = folder.path().join(format!("{name}.db"));
        [("SQLite", file.to_string_lossy().into_owned()), ("PostgreSQL", cluster.database(name).url)]
    };
    if is_wanted("book") {
        println!("database  writers  bare/s  booked/s  ratio");
        for writers in [1, 4] {
            let databases = places(&format!("bare{writers}")).into_iter().zip(places(&format!("booked{writers}")));
            for ((name, to_write), (_, to_book)) in databases {
                let bare = books::bare(&to_write, writers)?;
                let booked = books::booked(&to_book, writers)?;
                println!("{name}  {writers}  {bare:.0}  {booked:.0}  {:.2}", booked / bare);
            }
        }
    }
    if is_wanted("free") {
        println!("database  schools  sessions  median ms  p99 ms");
        for schools in [20, 2000] {
            for (name, url) in places(&format!("free{schools}")) {
                let (median, p99) = free::starts(&url, schools)?;
                println!("{name}  {schools}  {}  {median:.2}  {p99:.2}", schools * free::CLASSES);
            }
        }
    }
    Ok(())
}
