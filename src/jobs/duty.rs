//! Work that looks at all schools: one process does it for all that share a database.

use super::{Work, Worker};
use crate::app::AppResult;

/// A kind of work that is one process's duty, whichever.
#[derive(Clone, Copy, Debug, Default)]
pub struct Duty<W>(pub W);

impl<W: Work> Work for Duty<W> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn run_next(&self, worker: &Worker) -> AppResult<bool> {
        if worker.app.has_duty(self.name())? { self.0.run_next(worker) } else { Ok(false) }
    }
}
