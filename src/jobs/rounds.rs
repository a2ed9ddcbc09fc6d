//! Tends rounds: tells teachers and programs of those that take wishes from now on, closes those whose time for wishes is over, and reminds
//! teachers the day before.

use super::{Work, Worker};
use crate::app::AppResult;

/// The work of tending rounds.
#[derive(Clone, Copy, Debug)]
pub struct TendRounds;

impl Work for TendRounds {
    fn name(&self) -> &'static str {
        "rounds"
    }

    fn run_next(&self, worker: &Worker) -> AppResult<bool> {
        Ok(worker.app.close_overdue()? || worker.app.announce_opened()? || worker.app.remind_due()?)
    }
}
