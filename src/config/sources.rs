//! Where settings come from: a file, the environment, flags. All become keys (`server.listen`) with raw values.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::errors::Finding;
use super::setting::Raw;

const FILE: &str = "creneau.toml";
const FILE_VARIABLE: &str = "CRENEAU_CONFIG";
/// Two underscores, for one alone is taken: a cluster with a service called creneau sets `CRENEAU_PORT` and the like.
const PREFIX: &str = "CRENEAU__";
/// Variables with a customary name of their own.
const CUSTOMARY: [(&str, &str); 2] = [("DATABASE_URL", "database.url"), ("RUST_LOG", "log.filter")];

/// What the command line says about the configuration.
#[derive(Debug, Default)]
pub struct Overrides {
    file: Option<PathBuf>,
    flags: Vec<(&'static str, &'static str, String)>,
}

impl Overrides {
    /// Reads `file` (when given) instead of the customary one.
    #[must_use]
    pub fn file(mut self, file: Option<PathBuf>) -> Self {
        self.file = file;
        self
    }

    /// Sets `key` when the flag was given: `flag("--listen", "server.listen", args.listen)`.
    #[must_use]
    pub fn flag(mut self, flag: &'static str, key: &'static str, value: Option<impl ToString>) -> Self {
        self.flags.extend(value.map(|value| (flag, key, value.to_string())));
        self
    }
}

/// Where a value, or a mistake, stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Default,
    File { path: PathBuf, line: Option<usize> },
    Variable(String),
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line: None } => write!(f, "{}", path.display()),
            Self::File { path, line: Some(line) } => write!(f, "{}, line {line}", path.display()),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Flag(flag) => write!(f, "flag {flag}"),
        }
    }
}

/// One setting as one source gives it.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) key: String,
    pub(super) raw: Raw,
    pub(super) origin: Origin,
}

/// All that the sources give, later ones winning, and what could not be read.
#[derive(Debug, Default)]
pub(super) struct Sources {
    pub(super) given: Vec<Given>,
    pub(super) findings: Vec<Finding>,
}

impl Sources {
    /// Reads the file that `flags` or `environment` name, then `environment`, then `flags`.
    pub(super) fn gather(flags: &Overrides, environment: impl Iterator<Item = (OsString, OsString)>) -> Self {
        // By name, so that messages come in the same order every time. Names that are not UTF-8 are none of ours.
        let environment: BTreeMap<String, OsString> = environment
            .filter(|(_, value)| !value.is_empty())
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect();
        let mut sources = Self::default();
        match (&flags.file, environment.get(FILE_VARIABLE)) {
            (Some(file), _) => sources.read_file(file, true),
            (None, Some(file)) => sources.read_file(Path::new(file), true),
            (None, None) => sources.read_file(Path::new(FILE), false),
        }
        sources.add_environment(&environment);
        for (flag, key, value) in &flags.flags {
            sources.add((*key).to_owned(), Raw::Text(value.clone()), Origin::Flag(flag));
        }
        sources
    }

    fn add(&mut self, key: String, raw: Raw, origin: Origin) {
        self.given.push(Given { key, raw, origin });
    }

    fn read_file(&mut self, path: &Path, required: bool) {
        match std::fs::read_to_string(path) {
            Ok(text) => self.add_toml(path, &text),
            Err(error) if error.kind() == ErrorKind::NotFound && !required => {}
            Err(error) => self.findings.push(Finding {
                message: format!("this configuration file cannot be read: {error}"),
                origin: Origin::File { path: path.to_owned(), line: None },
            }),
        }
    }

    /// Adds the settings in `text`, the content of the file at `path`.
    pub(super) fn add_toml(&mut self, path: &Path, text: &str) {
        let line =
            |byte: usize| text.as_bytes().get(..byte).map(|before| before.iter().filter(|&&b| b == b'\n').count() + 1);
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let line = error.span().and_then(|span| line(span.start));
            self.findings.push(Finding {
                message: format!("not TOML: {}", error.message()),
                origin: Origin::File { path: path.to_owned(), line },
            });
        }
        self.add_table("", table.get_ref(), &|byte| Origin::File { path: path.to_owned(), line: line(byte) });
    }

    fn add_table(&mut self, prefix: &str, table: &DeTable<'_>, origin: &dyn Fn(usize) -> Origin) {
        for (name, value) in table {
            let key = format!("{prefix}{}", name.get_ref());
            let here = origin(name.span().start);
            match value.get_ref() {
                DeValue::Table(inner) if !inner.is_empty() => {
                    self.add_table(&format!("{key}."), inner, origin);
                }
                _ => self.add(key, raw(value), here),
            }
        }
    }

    fn add_environment(&mut self, environment: &BTreeMap<String, OsString>) {
        let customary = CUSTOMARY.iter().filter_map(|(name, key)| {
            environment.get(*name).map(|value| ((*name).to_owned(), (*key).to_owned(), value))
        });
        let ours = environment.iter().filter_map(|(name, value)| {
            let key = name.strip_prefix(PREFIX)?.to_lowercase().replace("__", ".");
            Some((name.clone(), key, value))
        });
        for (name, key, value) in customary.chain(ours) {
            let raw = value.to_str().map_or(Raw::Other("not UTF-8"), |text| Raw::Text(text.to_owned()));
            self.add(key, raw, Origin::Variable(name));
        }
    }
}

fn raw(value: &Spanned<DeValue<'_>>) -> Raw {
    match value.get_ref() {
        DeValue::String(text) => Raw::String(text.to_string()),
        DeValue::Boolean(truth) => Raw::Bool(*truth),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Raw::Other("a number out of range"), Raw::Integer),
        DeValue::Float(_) => Raw::Other("a decimal number"),
        DeValue::Datetime(_) => Raw::Other("a date"),
        DeValue::Array(list) => {
            let texts = list.iter().map(|value| value.get_ref().as_str().map(str::to_owned));
            texts.collect::<Option<_>>().map_or(Raw::Other("a list"), Raw::Strings)
        }
        DeValue::Table(_) => Raw::Other("a table"),
    }
}
