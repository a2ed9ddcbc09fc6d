//! Wakes workers of the same process, so that nobody waits for their next look at the queue.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    time::Duration,
};

/// Rung by whoever queues something; workers wait at it.
#[derive(Debug, Default)]
pub struct Bell {
    rung: Mutex<u64>,
    heard: Condvar,
}

impl Bell {
    /// Wakes every worker that waits.
    pub fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.heard.notify_all();
    }

    /// How often it was rung so far: to be asked before looking at the queue.
    pub fn count(&self) -> u64 {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it has been rung more than `count` times, or the time is over.
    pub fn wait(&self, count: u64, patience: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        // Whether it rang or the time was over: the worker looks at the queue.
        let _ = self.heard.wait_timeout_while(rung, patience, |rung| *rung <= count);
    }
}
