//! Tools written in Python, run by the virtual environment that `make test` sets up.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The checkout's root.
pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A command that runs `script` (a path from the checkout's root) by the pinned Python.
pub fn python(script: &str) -> Command {
    let interpreter = Path::new(ROOT).join(".venv/bin/python");
    assert!(interpreter.exists(), "{} is missing: `make test` sets it up", interpreter.display());
    let mut command = Command::new(interpreter);
    command.arg(Path::new(ROOT).join(script));
    command
}

/// What a finished tool says.
pub struct Answer {
    /// Whether it ended with 0.
    pub ok: bool,
    /// Its standard output.
    pub output: String,
    /// Its standard error.
    pub complaint: String,
}

/// Runs `command` to its end with `input`.
pub fn run(command: &mut Command, input: &[u8]) -> Answer {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    // A tool that ends early does not read everything; its answer tells why.
    let _ = child.stdin.take().expect("a pipe was asked for").write_all(input);
    let output = child.wait_with_output().expect("a child can be waited for");
    Answer {
        ok: output.status.success(),
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
        complaint: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Has the independent checker judge a plan; its last line when it accepts, the violations when not.
pub fn check_plan(round: &Path, plan: &Path) -> Result<String, String> {
    let answer = run(python("api-spec/check.py").arg(round).arg(plan), b"");
    if answer.ok { Ok(answer.output.trim().to_owned()) } else { Err(format!("{}{}", answer.output, answer.complaint)) }
}

/// A real school's round, `tests/rounds/schools/NAME.json.gz`.
pub fn school_round(name: &str) -> PathBuf {
    Path::new(ROOT).join(format!("tests/rounds/schools/{name}.json.gz"))
}
