//! Ctrl-C and the signals that ask a program to end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Failure;

/// The exit code of a program that a signal ended, as shells know it.
const INTERRUPTED: i32 = 130;

/// A flag that the first signal sets; the second one ends the program at once.
pub fn flag() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED);
        }
    })
    .map_err(|error| {
        Failure::system("signals", "", error.to_string(), "this is a defect of creneau: please report it")
    })?;
    Ok(stop)
}
