//! Tends direct bookings: frees places that were held too long, and offers what is free to those who wait.

use super::{Work, Worker};
use crate::app::AppResult;

/// The work of tending bookings.
#[derive(Clone, Copy, Debug)]
pub struct TendBookings;

impl Work for TendBookings {
    fn name(&self) -> &'static str {
        "bookings"
    }

    fn run_next(&self, worker: &Worker) -> AppResult<bool> {
        let changed = worker.app.tend_bookings()?;
        if changed {
            // An offer is a mail to be sent.
            worker.app.bell.ring();
        }
        // Once is enough until somebody rings, or until the next look.
        Ok(false)
    }
}
