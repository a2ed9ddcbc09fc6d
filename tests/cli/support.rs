//! Runs the built program, and the reference checker beside it.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// How a run of the program ended.
#[derive(Debug)]
pub struct Run {
    /// Exit code; -1 for a signal.
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// The one JSON document on stdout.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in stdout of {self:?}"))
    }
}

/// The program, to be given arguments.
pub fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_creneau"))
}

/// Runs the program to its end.
pub fn creneau<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Run {
    creneau_reading(b"", arguments)
}

/// Runs the program to its end with this on stdin.
pub fn creneau_reading<A: AsRef<OsStr>>(input: &[u8], arguments: impl IntoIterator<Item = A>) -> Run {
    let mut command = program();
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that stops early does not read to the end.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// A file of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The round of a real school.
pub fn school(name: &str) -> PathBuf {
    repository(&format!("tests/rounds/schools/{name}.json.gz"))
}

/// What the reference checker says about a plan, and whether it accepts it.
pub fn reference(round: &Path, plan: &Path) -> (bool, String) {
    let output = Command::new("python3").arg(repository("api-spec/check.py")).args([round, plan]).output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}
