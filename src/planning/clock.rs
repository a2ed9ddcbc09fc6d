//! When the solver must stop. The solver itself knows no clock: it asks its budget.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use creneau_solver::Budget;

/// Real time, and a flag that stops the solver at once: Ctrl-C, a cancelled job, a service that shuts down.
#[derive(Debug)]
pub struct WallClock {
    begin: Instant,
    limit: Option<Duration>,
    stop: Arc<AtomicBool>,
}

impl WallClock {
    /// Starts counting now; `None` runs until `stop` is set.
    pub fn new(limit: Option<Duration>, stop: Arc<AtomicBool>) -> Self {
        Self { begin: Instant::now(), limit, stop }
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.begin.elapsed()
    }

    /// Whether somebody asked to stop, however much time is left.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

impl Budget for WallClock {
    fn spent(&self) -> f64 {
        if self.stopped() {
            return 1.0;
        }
        match self.limit {
            None => 0.0,
            Some(limit) if limit.is_zero() => 1.0,
            Some(limit) => self.elapsed().as_secs_f64() / limit.as_secs_f64(),
        }
    }

    fn seconds_left(&self) -> Option<f64> {
        if self.stopped() {
            return Some(0.0);
        }
        self.limit.map(|limit| limit.saturating_sub(self.elapsed()).as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(limit: Option<u64>, stop: bool) -> WallClock {
        WallClock::new(limit.map(Duration::from_secs), Arc::new(AtomicBool::new(stop)))
    }

    #[test]
    fn without_a_limit_only_the_flag_stops() {
        let endless = clock(None, false);
        assert_eq!((endless.spent(), endless.seconds_left()), (0.0, None));
        let stopped = clock(None, true);
        assert_eq!((stopped.spent(), stopped.seconds_left()), (1.0, Some(0.0)));
    }

    #[test]
    fn the_share_spent_grows_towards_the_limit() {
        let hour = clock(Some(3600), false);
        assert!((0.0..0.01).contains(&hour.spent()));
        assert!(hour.seconds_left().is_some_and(|left| left > 3590.0));
        assert!(clock(Some(0), false).spent() >= 1.0);
        assert!(clock(Some(3600), true).spent() >= 1.0);
    }
}
