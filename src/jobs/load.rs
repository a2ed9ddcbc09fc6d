//! Reads sources of load in their turn, and learns of classes that have ended.

use super::{Work, Worker};
use crate::{
    app::{AppError, AppResult},
    net::Fetcher,
};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// The work of reading sources.
pub struct ReadSources {
    fetcher: Fetcher,
    timeout: Duration,
    runtime: Runtime,
}

impl ReadSources {
    /// Reads by this fetcher, which gives a server so long.
    ///
    /// # Errors
    /// when the system refuses what waits for servers.
    pub fn new(fetcher: Fetcher, timeout: Duration) -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("load").enable_all().build()?;
        Ok(Self { fetcher, timeout, runtime })
    }
}

impl Work for ReadSources {
    fn name(&self) -> &'static str {
        "load"
    }

    fn run_next(&self, worker: &Worker) -> AppResult<bool> {
        let seconds = i64::try_from(self.timeout.as_secs()).unwrap_or(i64::MAX / 1000);
        let Some(fetch) = worker.app.claim_source(&worker.holder, seconds)? else { return Ok(false) };
        let answer = match &fetch.address {
            Some(address) => self.runtime.block_on(self.fetcher.get(address, fetch.token.as_deref())),
            None => Ok(Vec::new()),
        };
        let source = &fetch.source().id;
        // Neither the address nor the answer: one may hold a secret, the other names.
        match &answer {
            Ok(answer) => tracing::info!(%source, bytes = answer.len(), "a source of load answered"),
            Err(error) => tracing::warn!(%source, error, "a source of load could not be read"),
        }
        match worker.app.settle_source(&fetch, &worker.holder, answer) {
            // The source, or its place, was taken away meanwhile; or it is a defect in what it told.
            Err(AppError::Internal(error)) => {
                tracing::error!(%source, error, "what a source of load told could not be taken");
                let failed = Err("a defect of ours; see the log".to_owned());
                worker.app.settle_source(&fetch, &worker.holder, failed)?;
                Ok(true)
            }
            other => other.map(|()| true),
        }
    }
}

/// The work of learning how many attend.
#[derive(Clone, Copy, Debug)]
pub struct LearnAttendance;

impl Work for LearnAttendance {
    fn name(&self) -> &'static str {
        "attendance"
    }

    fn run_next(&self, worker: &Worker) -> AppResult<bool> {
        worker.app.learn_attendance()
    }
}
