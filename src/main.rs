//! Créneau: see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    creneau::cli::run()
}
