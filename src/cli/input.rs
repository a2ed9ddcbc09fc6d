//! Reading rounds and plans from files, or from stdin where the path is `-`.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use clap::Args;
use creneau_solver::{Findings, Plan, ReadLimits, Round, read_plan, read_round};

use super::Failure;

/// How inputs are read.
#[derive(Args, Clone, Debug)]
pub struct Input {
    /// Refuse a file with more than this many MB of text: a small gzip file can hold terabytes
    #[arg(long, value_name = "MB", default_value_t = 4096, value_parser = clap::value_parser!(u64).range(1..=1 << 40))]
    read_limit: u64,
}

impl Input {
    /// Reads a round that is valid.
    pub fn round(&self, path: &Path) -> Result<Round, Failure> {
        read(path, |input| read_round(input, &self.limits()))
    }

    /// Reads a plan; whether it fits a round is not looked at.
    pub fn plan(&self, path: &Path) -> Result<Plan, Failure> {
        read(path, |input| read_plan(input, &self.limits()))
    }

    fn limits(&self) -> ReadLimits {
        ReadLimits { bytes: self.read_limit.saturating_mul(1 << 20) }
    }
}

/// Whether this path means stdin or stdout.
pub fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Two inputs cannot both be stdin.
pub fn not_both_stdin(one: &Path, other: &Path) -> Result<(), Failure> {
    if is_standard(one) && is_standard(other) {
        return Err(Failure::usage("-", "two inputs cannot both come from stdin", "give one of them as a file"));
    }
    Ok(())
}

/// What to call an input in messages.
pub fn name(path: &Path) -> String {
    if is_standard(path) { "stdin".into() } else { path.display().to_string() }
}

fn read<T>(path: &Path, parse: impl FnOnce(&mut dyn Read) -> Result<T, Findings>) -> Result<T, Failure> {
    let name = name(path);
    let parsed = if is_standard(path) {
        parse(&mut io::stdin().lock())
    } else {
        parse(&mut open(path).map_err(|error| unreadable(&name, &error))?)
    };
    parsed.map_err(|findings| Failure::input(&name, findings))
}

fn open(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok(file)
}

/// A file that cannot be read.
pub fn unreadable(name: &str, error: &io::Error) -> Failure {
    let (code, action) = match error.kind() {
        io::ErrorKind::NotFound => ("file-not-found", "check the path; - reads stdin"),
        io::ErrorKind::PermissionDenied => ("file-not-allowed", "check who may read the file"),
        io::ErrorKind::IsADirectory => ("file-is-directory", "give a file in it"),
        _ => ("file-unreadable", "check the path"),
    };
    Failure::system(code, name, format!("cannot be read: {error}"), action)
}
