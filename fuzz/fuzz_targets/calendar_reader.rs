//! Whatever the bytes are, the linter gives the calendar or findings about it.
#![no_main]

use creneau::ical::lint;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match lint::read(bytes) {
        Ok(calendar) => assert_eq!(calendar.value("VERSION"), Some("2.0")),
        Err(findings) => assert!(!findings.0.is_empty()),
    }
});
