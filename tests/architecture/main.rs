//! Holds the house's order: who may use whom, and which crate is named where. ARCHITECTURE.md tells why.
//!
//! It reads the sources as Rust tokens, so that comments and strings do not count.
#![cfg(test)]

mod paths;
mod texts;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;

use paths::{collect_paths, module_path};

/// Each module of `src/`, and which others it may use. A new module needs a line here.
const LAYERS: &[(&str, &[&str])] = &[
    ("main", &["cli", "config", "telemetry"]),
    (
        "cli",
        &[
            "http",
            "jobs",
            "app",
            "planning",
            "store",
            "ical",
            "mail",
            "webhooks",
            "net",
            "domain",
            "config",
            "telemetry",
            "locales",
        ],
    ),
    (
        "http",
        // Pages show mails and calendars by way of app; the types of both, and the database's pool, are handed through.
        &["app", "planning", "store", "ical", "mail", "domain", "config", "telemetry", "locales"],
    ),
    (
        "jobs",
        &["app", "planning", "store", "ical", "mail", "webhooks", "net", "domain", "config", "telemetry", "locales"],
    ),
    ("app", &["planning", "store", "ical", "mail", "webhooks", "domain", "config", "telemetry", "locales"]),
    ("planning", &["domain"]),
    ("store", &["domain", "config"]),
    ("ical", &["domain", "locales"]),
    ("mail", &["domain", "config", "locales"]),
    ("webhooks", &["net", "domain"]),
    ("net", &["domain"]),
    ("domain", &[]),
    ("locales", &["domain"]),
    ("config", &[]),
    ("telemetry", &["config"]),
];

/// A name that only these files and folders may say.
struct Reserved {
    /// `crate_name`, or the last parts of a path, such as `Utc::now`.
    name: &'static str,
    /// Where it may stand: beginnings of paths from the checkout's root.
    only_in: &'static [&'static str],
}

const RESERVED: &[Reserved] = &[
    Reserved { name: "diesel", only_in: &["src/store/"] },
    Reserved { name: "diesel_migrations", only_in: &["src/store/"] },
    Reserved { name: "SqliteConnection", only_in: &["src/store/conn.rs", "src/store/conn/"] },
    Reserved { name: "PgConnection", only_in: &["src/store/conn.rs", "src/store/conn/"] },
    Reserved {
        name: "actix_web",
        only_in: &["src/http/", "src/cli/serve.rs", "src/main.rs", "src/telemetry/access_log.rs"],
    },
    Reserved { name: "hyper_util", only_in: &["src/webhooks/", "src/net/"] },
    Reserved { name: "good_lp", only_in: &["solver/src/milp/", "solver/src/milp.rs"] },
];

/// What reads a clock, and who must be handed the time instead: so that the same input gives the same answer.
const CLOCKS: &[&str] = &["Utc::now", "Local::now", "SystemTime::now", "Instant::now"];
const WITHOUT_CLOCK: &[&str] = &["src/domain", "src/planning", "src/ical", "solver/src"];
const WITH_CLOCK: &[&str] = &["src/planning/clock.rs"];

/// A file that needs a table of contents is two files.
const MOST_LINES: usize = 500;

/// A Rust file, by its path from the checkout's root.
struct Source {
    path: String,
    text: String,
}

#[test]
fn the_sources_keep_the_order() {
    let mut findings = Vec::new();
    for folder in ["src", "solver/src"] {
        for source in sources(folder) {
            findings.extend(judge(&source));
        }
    }
    for folder in ["tests", "benches", "solver/tests", "solver/benches", "solver/examples"] {
        findings.extend(sources(folder).iter().filter_map(too_long));
    }
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |backend: &str| -> BTreeSet<String> {
        fs::read_dir(root().join("migrations").join(backend))
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn the_solver_is_a_crate_of_its_own() {
    let manifest = fs::read_to_string(root().join("solver/Cargo.toml")).unwrap();
    for stranger in ["actix", "diesel", "chrono", "lettre", "tokio", "creneau "] {
        let named = manifest.lines().find(|line| line.starts_with(stranger));
        assert_eq!(named, None, "solver/Cargo.toml");
    }
}

/// A check that never fails checks nothing.
#[test]
fn each_violation_is_found() {
    for (path, text, expected) in [
        ("src/domain/a.rs", "use crate::store::Pool;", "domain may not use store"),
        ("src/domain/a.rs", "fn f() { crate::app::run() }", "domain may not use app"),
        ("src/domain/a.rs", "use super::super::http;", "domain may not use http"),
        ("src/domain.rs", "use super::http::Router;", "domain may not use http"),
        ("src/domain/mod.rs", "mod tests { use super::super::http; }", "domain may not use http"),
        ("src/app/a.rs", "use crate::{domain::Time, http::{self, api}};", "app may not use http"),
        ("src/app/a.rs", "pub(in crate::jobs) fn f() {}", "app may not use jobs"),
        ("src/store/a.rs", "vec![crate::ical::text()]", "store may not use ical"),
        ("src/planning/a.rs", "type A = crate :: store :: Pool;", "planning may not use store"),
        ("src/ical/a.rs", "use creneau::jobs;", "ical may not use jobs"),
        ("src/new/a.rs", "fn f() {}", "a line in LAYERS"),
        ("src/app/a.rs", "use diesel::prelude::*;", "diesel belongs in src/store/"),
        ("src/app/a.rs", "#[derive(diesel::Queryable)] struct A;", "diesel belongs in src/store/"),
        ("src/store/a.rs", "fn f(c: &mut PgConnection) {}", "PgConnection belongs in src/store/conn"),
        ("src/jobs/a.rs", "use actix_web::web;", "actix_web belongs in src/http/"),
        ("solver/src/exact.rs", "use good_lp::variable;", "good_lp belongs in solver/src/milp"),
        ("src/domain/a.rs", "let now = chrono::Utc::now();", "Utc::now reads a clock"),
        ("src/planning/a.rs", "let now = std::time::Instant::now();", "Instant::now reads a clock"),
        ("solver/src/a.rs", "let t = SystemTime :: now();", "SystemTime::now reads a clock"),
        ("src/domain/a.rs", "fn f( {", "not Rust"),
        ("src/domain/a.rs", &"\n".repeat(501), "501 lines"),
    ] {
        let findings = judge(&Source { path: path.to_owned(), text: text.to_owned() });
        let [finding] = &findings[..] else {
            panic!("{path}: {text:?} gives {findings:?} instead of one finding");
        };
        assert!(finding.contains(expected), "{path}: {text:?} gives {finding:?}");
    }
}

#[test]
fn what_is_allowed_is_not_found() {
    for (path, text) in [
        ("src/app/a.rs", "use crate::{domain::Time, store::{Pool, http}};"),
        ("src/domain/a.rs", "//! See crate::http.\n/* crate::app */ const A: &str = \"crate::app\";"),
        ("src/domain/a.rs", "use super::http; use self::app; use crate::domain::http;"),
        ("src/domain/mod.rs", "mod tests { use super::http; fn f() { http::store() } }"),
        ("src/store/conn.rs", "use diesel::{PgConnection, SqliteConnection};"),
        ("src/store/tasks.rs", "use diesel::prelude::*;"),
        ("src/planning/clock.rs", "fn now() { std::time::Instant::now() }"),
        ("src/jobs/a.rs", "fn now() { chrono::Utc::now() }"),
        ("src/http/a.rs", "use actix_web::web; use crate::app::schools;"),
        ("solver/src/milp/model.rs", "use good_lp::variable;"),
        ("solver/src/lib.rs", "use crate::http;"),
    ] {
        let findings = judge(&Source { path: path.to_owned(), text: text.to_owned() });
        assert!(findings.is_empty(), "{path}: {text:?} gives {findings:?}");
    }
}

/// Everything that is wrong with a source.
fn judge(source: &Source) -> Vec<String> {
    let path = &source.path;
    let tokens: TokenStream = match source.text.parse() {
        Ok(tokens) => tokens,
        Err(error) => return vec![format!("{path}: not Rust: {error}")],
    };
    let mut names = Vec::new();
    collect_paths(tokens, &module_path(path), &mut names);
    let mut findings: BTreeSet<String> = too_long(source).into_iter().collect();
    if let Some(file) = path.strip_prefix("src/") {
        findings.extend(wrong_direction(file, &names));
    }
    for Reserved { name, only_in } in RESERVED {
        let allowed = only_in.iter().any(|place| path.starts_with(place));
        if !allowed && names.iter().any(|parts| parts.iter().any(|part| part == name)) {
            findings.insert(format!("{name} belongs in {}", only_in.join(", ")));
        }
    }
    if WITHOUT_CLOCK.iter().any(|place| path.starts_with(place)) && !WITH_CLOCK.contains(&&**path) {
        for clock in CLOCKS {
            let (clock_type, call) = clock.split_once("::").unwrap();
            if names.iter().any(|parts| parts.windows(2).any(|two| two == [clock_type, call])) {
                findings.insert(format!("{clock} reads a clock: have the time handed in"));
            }
        }
    }
    findings.into_iter().map(|finding| format!("{path}: {finding}")).collect()
}

fn too_long(source: &Source) -> Option<String> {
    let lines = source.text.lines().count();
    (lines > MOST_LINES).then(|| format!("{}: {lines} lines, {MOST_LINES} are the most", source.path))
}

/// What the file at `src/FILE` uses and may not, given all paths it names.
fn wrong_direction(file: &str, names: &[Vec<String>]) -> Vec<String> {
    let layer = file.split(['/', '.']).next().unwrap_or_default();
    if layer == "lib" {
        return Vec::new(); // declares the modules
    }
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
        return vec![format!("the module {layer} needs a line in LAYERS, in tests/architecture/main.rs")];
    };
    let used = names.iter().filter_map(|parts| {
        let [root, module, ..] = &parts[..] else {
            return None;
        };
        (root == "crate" || root == "creneau").then_some(module.as_str())
    });
    used.filter(|used| LAYERS.iter().any(|(name, _)| name == used))
        .filter(|used| *used != layer && !allowed.contains(used))
        .map(|used| format!("{layer} may not use {used}"))
        .collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below a folder.
fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
                found.push(Source { path, text });
            }
        }
    }
    found
}
