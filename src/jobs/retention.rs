//! Takes out what has had its time, once an hour.

use super::{Work, Worker};
use crate::app::AppResult;
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

const HOUR: Duration = Duration::from_secs(3600);

/// The work of retention.
#[derive(Debug, Default)]
pub struct ApplyRetention {
    last: Mutex<Option<Instant>>,
}

impl Work for ApplyRetention {
    fn name(&self) -> &'static str {
        "retention"
    }

    fn run_next(&self, worker: &Worker) -> AppResult<bool> {
        // Of this process's threads one does it, and the others do not wait for it.
        let Some(mut last) = self.last.try_lock().map_or_else(taken_up, Some) else { return Ok(false) };
        if last.is_some_and(|last| last.elapsed() < HOUR) {
            return Ok(false);
        }
        let tidied = worker.app.apply_retention()?;
        *last = Some(Instant::now());
        if tidied.total() > 0 {
            tracing::info!(?tidied, "what has had its time was taken out");
        }
        Ok(false)
    }
}

/// A thread that panicked has left nothing half done.
fn taken_up<T>(error: std::sync::TryLockError<T>) -> Option<T> {
    match error {
        std::sync::TryLockError::Poisoned(error) => Some(PoisonError::into_inner(error)),
        std::sync::TryLockError::WouldBlock => None,
    }
}
